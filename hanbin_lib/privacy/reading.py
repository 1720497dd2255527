"""What a reader, or a search, could see in a published file."""

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

# Faces and pictures inside a page are bytes in letters: no text, but long runs of digits.
_EMBEDDED = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
# Where a paragraph or a cell of a Word document ends; what is said of a picture or a table.
_PARAGRAPH_END = re.compile(r"</w:p>|<w:(?:tab|br)/>")
_DESCRIBED = re.compile(r'(?:descr|w:val)="([^"]*)"')
_PICTURES = (".png", ".emf", ".jpeg")
_TAG = re.compile(r"<[^>]*>")


def readable(path: Path) -> Iterator[str]:
    """Texts of a file: as it is, and as it is shown where that differs."""
    if path.suffix == ".pdf":
        yield from _pdf(path)
    elif path.suffix in (".xlsx", ".zip"):
        yield from _archive(path)
    elif path.suffix == ".docx":
        yield from _word(path)
    else:
        text = _EMBEDDED.sub("", path.read_text(encoding="utf-8", errors="replace"))
        yield text
        if path.suffix == ".html":
            yield html.unescape(_TAG.sub("\n", text))


def _pdf(path: Path) -> Iterator[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        yield "\n".join(str(value) for value in document.get_metadata_dict().values())
        for page in document:
            yield page.get_textpage().get_text_bounded()
    finally:
        document.close()


def _archive(path: Path) -> Iterator[str]:
    """Every member of a workbook or of the kept inputs, names included."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name
            text = archive.read(name).decode("utf-8", errors="replace")
            # In a workbook attributes are the sheet's own; a reader sees what stands between tags.
            yield html.unescape(_TAG.sub("\n", text)) if path.suffix == ".xlsx" else text


def _word(path: Path) -> Iterator[str]:
    """Every part of a Word document but its pictures; a name that changes its weight stays whole."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(_PICTURES):
                continue
            text = _PARAGRAPH_END.sub("\n", archive.read(name).decode("utf-8", errors="replace"))
            yield html.unescape(_TAG.sub("", text))
            yield html.unescape("\n".join(_DESCRIBED.findall(text)))
