"""What a picture says beside what it shows: comments, titles, EXIF, XMP."""

import io
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

RASTER, METAFILE = (".png", ".jpeg", ".jpg", ".gif", ".tiff"), (".emf",)


def picture_texts(content: bytes) -> Iterator[str]:
    """Every text in the metadata of a PNG, JPEG, GIF or TIFF; nothing where it is none of these."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()  # text may follow the drawing
            values = [*picture.info.values(), *_exif(picture)]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        yield content.decode("utf-8", errors="replace")
        return
    for value in values:
        yield from _texts(value)


def metafile_texts(content: bytes) -> Iterator[str]:
    """An EMF as text: its description and what it writes are UTF-16."""
    yield content.decode("utf-16-le", errors="replace")


def _exif(picture: Image.Image) -> Iterator[object]:
    exif = picture.getexif()
    yield from exif.values()
    for place in (0x8769, 0x8825):  # Exif and GPS, each a directory of its own
        yield from exif.get_ifd(place).values()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        # Nobody says how bytes are written: XPTitle is UTF-16, a comment whatever its writer used.
        yield value.decode("utf-8", errors="replace")
        yield value.decode("utf-16-le", errors="replace")
        yield value.decode("gb18030", errors="replace")
