"""What a picture says beside what it shows: comments, titles, EXIF, XMP."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

_PNG, _PACKED = b"\x89PNG\r\n\x1a\n", b"\x78"
# Size, colours and dots: whatever a PNG says in words stands in other chunks.
_WORDLESS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"sBIT",
    b"bKGD",
    b"pHYs",
}
RASTER, METAFILE = (".png", ".jpeg", ".jpg", ".gif", ".tiff"), (".emf",)


def picture_texts(content: bytes) -> Iterator[str]:
    """Every text in the metadata of a PNG, JPEG, GIF or TIFF; nothing where it is none of these."""
    if _is_wordless(content):
        return
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()  # text may follow the drawing
            values = [*picture.info.values(), *_exif(picture)]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        yield content.decode("utf-8", errors="replace")
        return
    if content.startswith(_PNG):  # what was put behind its end
        values.append(content.rpartition(b"IEND")[2][4:])
    for value in values:
        yield from _texts(value)


def _is_wordless(content: bytes) -> bool:
    """Whether it is a whole PNG of dots alone: of such nothing is unpacked."""
    place, kinds = len(_PNG), []
    while content.startswith(_PNG) and place + 12 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        body, end = content[place + 8 : place + 8 + size], place + 12 + size
        is_first_of_dots = kind == b"IDAT" and kind not in kinds
        if kind not in _WORDLESS or end > len(content) or (is_first_of_dots and not body.startswith(_PACKED)):
            return False
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(content[end - 4 : end], "big"):
            return False
        kinds.append(kind)
        place = end
        if kind == b"IEND":
            return place == len(content) and b"IDAT" in kinds
    return False


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
