"""What a reader, or a search, could see in a published file."""

import base64
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from hanbin_lib.privacy.pictures import METAFILE, RASTER, metafile_texts, picture_texts

# Faces and pictures inside a page are bytes in letters: no text, but long runs of digits.
_EMBEDDED = re.compile(r"data:([\w/+.-]+);base64,([A-Za-z0-9+/=]+)")
_STREAM, _XMP = re.compile(rb"stream\r?\n"), b"xmpmeta"
_MOST_XMP = 1 << 20
# Where a paragraph, a cell or a label of a document ends; what is said of a picture or a table.
_PARAGRAPH_END = re.compile(r"</[aw]:p>|</c:v>|<w:(?:tab|br)/>")
_DESCRIBED = re.compile(r'(?:descr|w:val)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")


def readable(path: Path) -> Iterator[str]:
    """Texts of a file: as it is, and as it is shown where that differs."""
    if path.suffix == ".pdf":
        yield from _pdf(path)
    elif path.suffix in (".xlsx", ".zip"):
        yield from _archive(path, path.suffix)
    elif path.suffix in (".docx", ".pptx"):
        yield from _document(path)
    else:
        whole = path.read_text(encoding="utf-8", errors="replace")
        text = _EMBEDDED.sub("", whole)
        yield text
        for kind, content in _EMBEDDED.findall(whole):
            yield from _embedded(kind, base64.b64decode(content + "=="))
        if path.suffix == ".html":
            yield html.unescape(_TAG.sub("\n", text))


def _pdf(path: Path) -> Iterator[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        yield "\n".join(str(value) for value in document.get_metadata_dict().values())
        yield "\n".join(mark.get_title() for mark in document.get_toc())
        for number in range(document.count_attachments()):
            attachment = document.get_attachment(number)
            yield attachment.get_name()
            yield bytes(attachment.get_data()).decode("utf-8", errors="replace")
        for page in document:
            yield page.get_textpage().get_text_bounded()
            for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
                yield from _in_jpeg(picture)
    finally:
        document.close()
    yield from _xmp(path.read_bytes())


def _in_jpeg(picture: pypdfium2.PdfImage) -> Iterator[str]:
    """A JPEG lies in a PDF as it came, EXIF and all; of other pictures only the dots are left."""
    if "DCTDecode" in picture.get_filters():
        yield from picture_texts(bytes(picture.get_data()))


def _xmp(content: bytes) -> Iterator[str]:
    """The document's and its pictures' metadata, packed or not."""
    whole = memoryview(content)
    for start in (match.end() for match in _STREAM.finditer(content)):
        try:
            found = zlib.decompressobj().decompress(whole[start:], _MOST_XMP)
        except zlib.error:  # it is not packed
            found = content[start : start + _MOST_XMP].partition(b"endstream")[0]
        if _XMP in found:
            yield html.unescape(_TAG.sub("\n", found.decode("utf-8", errors="replace")))


def _embedded(kind: str, content: bytes) -> Iterator[str]:
    if kind == "image/svg+xml":
        yield content.decode("utf-8", errors="replace")
    elif kind.startswith("image/"):
        yield from picture_texts(content)


def _picture(name: str, content: bytes) -> Iterator[str]:
    yield from (metafile_texts if name.lower().endswith(METAFILE) else picture_texts)(content)


def _archive(file: Path | io.BytesIO, suffix: str) -> Iterator[str]:
    """Every member of a workbook or of the kept inputs, names included."""
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            yield name
            if name.lower().endswith((*RASTER, *METAFILE)):
                yield from _picture(name, archive.read(name))
                continue
            text = archive.read(name).decode("utf-8", errors="replace")
            # In a workbook attributes are the sheet's own; a reader sees what stands between tags.
            yield html.unescape(_TAG.sub("\n", text)) if suffix == ".xlsx" else text


def _document(path: Path) -> Iterator[str]:
    """Every part of a Word document or of slides; a name that changes its weight stays whole."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.lower().endswith((*RASTER, *METAFILE)):
                yield from _picture(name, archive.read(name))
                continue
            if name.endswith(".xlsx"):  # the data sheet of a chart
                yield from _archive(io.BytesIO(archive.read(name)), ".xlsx")
                continue
            text = _PARAGRAPH_END.sub("\n", archive.read(name).decode("utf-8", errors="replace"))
            yield html.unescape(_TAG.sub("", text))
            yield html.unescape("\n".join(_DESCRIBED.findall(text)))
