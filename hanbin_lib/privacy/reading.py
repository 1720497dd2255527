"""What a reader, or a search, could see in a published file."""

import atexit
import base64
import ctypes
import html
import io
import json
import re
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypdfium2
from PIL import Image, UnidentifiedImageError
from pypdfium2 import raw

from hanbin_lib.parameter_files import decoded

# Faces and pictures inside a page are bytes in letters: no text, but long runs of digits.
_EMBEDDED = re.compile(r"data:([\w/+.-]+);base64,([A-Za-z0-9+/=]+)")
_STREAM, _XMP = re.compile(rb"stream\r?\n"), b"xmpmeta"
_MOST_XMP = 1 << 20
_TAG = re.compile(r"<[^>]*>")
# Tags within a word; where any other tag stands a line ends.
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|data|em|font|i|mark|s|small|span|strong|sub|sup|tspan|u|wbr)\b[^>]*>"
    r"|<!--.*?-->|</?(?:r|t)(?:\s[^>]*)?>|<rPr>.*?</rPr>",
    re.DOTALL,
)
# Where a paragraph, a cell, a label or a measure ends; a name that changes its weight stays whole.
_PARAGRAPH_END = re.compile(r"</[aw]:p>|</c:(?:v|f|formatCode)>|</wp:\w+>|<[aw]:(?:tab|br|cr)/>")
# Of the workspace's own settings, in which officers are named: who answers for something, and for which word.
_SETTINGS, _WRITTEN = "params/", (".yaml", ".csv")
_ANSWERED = re.compile(r"""\b(?:by|entered_by|word)["']?[ \t]*:[ \t]*["']?[^\s\d,}#"']{2,12}""")
# What a tag says: its words, and whatever it says of itself; not where the lines of a drawing run.
_ATTRIBUTE = re.compile(
    r"""(?:title|alt|descr?|aria-[\w-]+|data-[\w-]+|content|href|value|name)\s*=\s*["']([^"'<>]*)["']"""
    r"""|=\s*(?:"([^"<>]*[^\x00-\x7f][^"<>]*)"|'([^'<>]*[^\x00-\x7f][^'<>]*)')"""
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_QUOTED = re.compile(r"(?:%[0-9A-Fa-f]{2}){3,}")
_PAGES, _JSON = (".html", ".htm", ".svg", ".xml"), (".ipynb", ".json")
_PLAIN = (".csv", ".txt", ".log", ".md", ".yaml", ".yml", ".tsv")
_PACKED = (".xlsx", ".docx", ".zip", ".pptx", ".odt", ".ods")
# What an office file is made of beside pictures and files of its own kind; nobody can say what others hold.
_PARTS, _MIMETYPE = (".xml", ".rels", ".vml"), "mimetype"
_OF_RUNS = ("word/", "ppt/", "xl/charts/")  # where a word may be parted by tags
_FAULTS = (ValueError, OSError, zipfile.BadZipFile, pypdfium2.PdfiumError, RecursionError)
Texts = Iterator[tuple[str, str]]
PageAndText = tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]
_PNG, _ZLIB = b"\x89PNG\r\n\x1a\n", b"\x78"
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


class Unreadable(Exception):  # noqa: N818 - what it is, not that it went wrong
    """A file that nobody can look into: it is no file of its kind, or of no known kind."""


def readable(path: Path) -> Texts:
    """Texts of a file, and where each stands: as it is, and as it is shown where that differs.

    Raises
    ------
    Unreadable
        The file is damaged or of a kind that is not known.
    """
    try:
        yield from _texts(path.name, path.read_bytes())
    except _FAULTS as error:
        raise Unreadable(path.name) from error


def unreadable_parts(name: str, content: bytes) -> Iterator[str]:
    """Members of an office file that nobody can look into."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            try:
                deque(_member(name, member, archive.read(member)), maxlen=0)
            except (*_FAULTS, Unreadable):
                yield member


def _texts(name: str, content: bytes) -> Texts:
    ending = Path(name.lower()).suffix
    if ending == ".pdf":
        yield from _pdf(content)
    elif ending in _PACKED:
        yield from _archive(name, content)
    elif ending in RASTER or ending in METAFILE:
        yield from (("", text) for text in _picture(name, content))
    elif ending in _JSON:
        yield from _numbered(_strings(json.loads(content)))
    elif ending in _PAGES:
        yield from _page(content.decode("utf-8"))
    elif ending in _PLAIN:
        yield from _plain(content.decode("utf-8-sig"))
    else:
        raise Unreadable(name)


def _plain(text: str) -> Texts:
    yield "", _unescaped(text)


def _page(whole: str) -> Texts:
    """A page, or a drawing: what is shown, what tags say, and its pictures."""
    text = _EMBEDDED.sub("", whole)
    for kind, content in _EMBEDDED.findall(whole):
        yield from (("", said) for said in _embedded(kind, base64.b64decode(content + "==")))
    yield "", _unescaped(_shown(text))
    yield "", _unescaped(_attributes(text))


def _strings(whole: object) -> Iterator[str]:
    """Every text and number of a structure, and of one kept in it as a text; lines of one cell joined."""
    todo = [whole]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            kept = _structure(value)
            if kept is None:
                yield value
            else:
                todo.append(kept)
        elif isinstance(value, list) and value and all(isinstance(line, str) for line in value):
            lines = any(line.endswith("\n") for line in value)
            todo.append("".join(value) if lines else "\n".join(value))
        elif isinstance(value, list):
            todo += reversed(value)
        elif isinstance(value, dict):
            todo += (part for pair in reversed(value.items()) for part in reversed(pair))
        elif value is not None:
            yield str(value)


def _structure(text: str) -> object:
    """What a text of JSON holds, None where it is none."""
    if text.startswith(("{", "[")):
        with suppress(ValueError):
            return json.loads(text)
    return None


def _numbered(texts: Iterator[str]) -> Texts:
    """Texts of one file; those that are pages as a reader sees them."""
    plain: list[str] = []
    for text in texts:
        if "<" in text and ">" in text:
            yield from _page(text)
        else:
            plain.append(_EMBEDDED.sub("", text))
    yield "", _unescaped("\n".join(plain))


def _shown(text: str) -> str:
    return html.unescape(_TAG.sub("\n", _INLINE.sub("", text)))


def _attributes(text: str) -> str:
    """What tags say beside what they show: titles, descriptions, addresses."""
    found = ("".join(said) for said in _ATTRIBUTE.findall(text))
    return html.unescape("\n".join(found))


def _unescaped(text: str) -> str:
    r"""A text whose ``\uXXXX`` and ``%XX`` are what they stand for."""
    if "\\u" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if "%" in text and _QUOTED.search(text):
        text = f"{text}\n" + "\n".join(unquote(match[0]) for match in _QUOTED.finditer(text))
    return text


@lru_cache(maxsize=2)  # bulletin and annex of the document that was last looked into
def opened_pdf(content: bytes) -> tuple[pypdfium2.PdfDocument, list[PageAndText]]:
    """The document and its pages, with their text: whoever looks at a PDF again has it parsed already."""
    document = pypdfium2.PdfDocument(content)
    return document, [(page, page.get_textpage()) for page in document]


# At the end of a process pypdfium2 tells of whatever is still open, in the middle of what a user reads.
atexit.register(opened_pdf.cache_clear)


def _pdf(content: bytes) -> Texts:
    document, pages = opened_pdf(content)
    yield "属性", "\n".join(str(value) for value in document.get_metadata_dict().values())
    yield "书签", "\n".join(mark.get_title() for mark in document.get_toc())
    for number in range(document.count_attachments()):
        attachment = document.get_attachment(number)
        yield "附件", attachment.get_name()
        yield "附件", bytes(attachment.get_data()).decode("utf-8", errors="replace")
    for number, (page, text_of) in enumerate(pages, 1):
        yield f"第{number}页", text_of.get_text_bounded()
        yield f"第{number}页", "\n".join(_described(page))
        for picture in page.get_objects(filter=[_IMAGE]) if any(objects_of(page, _IMAGE)) else ():
            yield from ((f"第{number}页", text) for text in _in_jpeg(picture))
    yield from (("属性", text) for text in _xmp(content))


_IMAGE = raw.FPDF_PAGEOBJ_IMAGE


def objects_of(page: pypdfium2.PdfPage, kind: int) -> Iterator[Any]:
    """What of a kind is drawn on a page, forms within forms too, as pdfium's C interface knows it.

    pypdfium2 first makes objects of its own of all that is there: a page of tables has a thousand pieces.
    """
    todo = [raw.FPDFPage_GetObject(page, n) for n in range(raw.FPDFPage_CountObjects(page))]
    while todo:
        found = todo.pop()
        of = raw.FPDFPageObj_GetType(found)
        if of == kind:
            yield found
        elif of == raw.FPDF_PAGEOBJ_FORM:
            todo += [raw.FPDFFormObj_GetObject(found, n) for n in range(raw.FPDFFormObj_CountObjects(found))]


def _described(page: pypdfium2.PdfPage) -> Iterator[str]:
    """What is read out in place of pictures and tables (alternative and actual text)."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        todo = [
            raw.FPDF_StructTree_GetChildAtIndex(tree, n)
            for n in range(raw.FPDF_StructTree_CountChildren(tree))
        ]
        while todo:
            element = todo.pop()
            if not element:
                continue
            yield from (_said(call, element) for call in _SAID)
            children = raw.FPDF_StructElement_CountChildren(element)
            todo += [raw.FPDF_StructElement_GetChildAtIndex(element, n) for n in range(children)]
    finally:
        raw.FPDF_StructTree_Close(tree)


_SAID = (
    raw.FPDF_StructElement_GetAltText,
    raw.FPDF_StructElement_GetActualText,
    raw.FPDF_StructElement_GetTitle,
)


_NO_WORDS = 2  # bytes: the mark of the end alone


def _said(call: Callable[..., int], element: object) -> str:
    size = call(element, None, 0)
    if size <= _NO_WORDS:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(element, buffer, size)
    return buffer.raw.decode("utf-16-le", errors="replace").rstrip("\0")


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


def _archive(name: str, content: bytes) -> Texts:
    """Every member of an Office file or of the kept inputs, names included."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            yield member, member
            if name.endswith(".zip") and member.startswith(_SETTINGS):
                yield from ((member, text) for text in _setting(member, archive.read(member)))
                continue
            if not member.endswith("/"):
                yield from ((member, text) for text in _member(name, member, archive.read(member)))


def _setting(member: str, content: bytes) -> Iterator[str]:
    """A settings file, or an office's own template: its author and remarks leave with it as they are."""
    if member.endswith(_WRITTEN):
        yield _unescaped(_ANSWERED.sub("", decoded(content)))
    else:
        yield from (text for _, text in _texts(member, content))


def _member(name: str, member: str, content: bytes) -> Iterator[str]:
    if member.lower().endswith((*RASTER, *METAFILE)):
        yield from _picture(member, content)
    elif name.endswith(".zip") or member.lower().endswith(_PACKED):  # a slide holds its charts' workbooks
        yield from (text for _, text in _texts(member, content))
    elif not member.lower().endswith(_PARTS) and member != _MIMETYPE:
        raise Unreadable(name)
    else:
        text = content.decode("utf-8")
        shown = _TAG.sub("", _PARAGRAPH_END.sub("\n", text)) if member.startswith(_OF_RUNS) else None
        yield html.unescape(shown) if shown is not None else _shown(text)
        yield _attributes(text)


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
        yield from _spelt(value)


def _is_wordless(content: bytes) -> bool:
    """Whether it is a whole PNG of dots alone: of such nothing is unpacked."""
    place, kinds = len(_PNG), []
    while content.startswith(_PNG) and place + 12 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        body, end = content[place + 8 : place + 8 + size], place + 12 + size
        is_first_of_dots = kind == b"IDAT" and kind not in kinds
        if kind not in _WORDLESS or end > len(content) or (is_first_of_dots and not body.startswith(_ZLIB)):
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


def _spelt(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        # Nobody says how bytes are written: XPTitle is UTF-16, a comment whatever its writer used.
        yield value.decode("utf-8", errors="replace")
        yield value.decode("utf-16-le", errors="replace")
        yield value.decode("gb18030", errors="replace")
