"""What an .xlsx, .xlsb or .ods is made of: a zip whose parts are unpacked once, as a stream, and their XML.

A few kilobytes can unpack to gigabytes, declare entities that multiply, or put one cell in the last corner
of a sheet. So a part comes in pieces, and whoever reads it gets no more than the limits allow. What a zip
says of its sizes is not believed; its check sums are checked.

Prefixes, single quotes, comments, CDATA, blanks between tags and other encodings are all sound XML that few
programs write; `tags` reads only the plain form, so the rest goes through `plain`.
"""

import io
import posixpath
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import escape

# 自定，可修改: far above a district's exports (160 MB unpacked, 12 : 1, 2.8 million cells in one sheet).
MOST_PARTS = 4_000
MOST_BYTES = 1 << 30
MOST_RATIO, RATIO_FROM_BYTES = 200, 16 << 20
MOST_CELLS, SPARSE_FROM_CELLS, MOST_PER_CELL = 150_000_000, 5_000_000, 30
MOST_SMALL_PART = 64 << 20  # parts that are read as a whole: styles, relations
_PIECE = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
# A declaration may be cut by the edge of a piece.
_DECLARED = "带有文档类型或实体声明"
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_TEXT_IN = frozenset({"v", "t", "f"})
_COLUMN = re.compile(rb"<col\s[^>]*>")
_ATTRIBUTE = re.compile(rb'(min|max|hidden)="(\w+)"')
_MOST_COLUMNS = 16_384
_QUOTED = {'"': "&quot;"}


class HostileFileError(Exception):
    """The file would take more than it holds; the text says why, in Chinese."""


def check_area(rows: int, columns: int, cells: int) -> None:
    """Raise `HostileFileError` where a sheet would be laid out far larger than what it holds."""
    area = rows * columns
    if area > MOST_CELLS or (area > SPARSE_FROM_CELLS and area > MOST_PER_CELL * cells):
        raise HostileFileError(f"工作表的范围太大（{rows}行×{columns}列），多数是空格")


class Container:
    """The parts of a zip held in memory.

    Parameters
    ----------
    content
        The whole file.

    Raises
    ------
    HostileFileError
        Too many parts; later: too much unpacked, entities.
    zipfile.BadZipFile, zlib.error
        The file is damaged.
    """

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)
        with zipfile.ZipFile(self._stream) as archive:
            parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise HostileFileError("文件里的部件太多")
        self._parts = {part.filename.lower(): part for part in parts}
        self._left = MOST_BYTES

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def read(self, name: str) -> bytes:
        """One small part as a whole; raise KeyError where there is none."""
        content = bytearray()
        for piece in self.pieces(name):
            content += piece
            if len(content) > MOST_SMALL_PART:
                raise HostileFileError("解压后大得不合常理")
        return bytes(content)

    def pieces(self, name: str) -> Iterator[bytes]:
        """One part, a piece at a time."""
        part = self._parts[name.lower()]
        size = crc = 0
        tail = b""
        is_xml = name.lower().endswith((".xml", ".rels"))
        for piece in self._unpacked(part):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            if size > self._left or (size > RATIO_FROM_BYTES and size > MOST_RATIO * part.compress_size):
                raise HostileFileError("解压后大得不合常理")
            if is_xml:
                _refuse_declarations(tail + piece[:16])
                _refuse_declarations(piece)
                tail = piece[-16:]
            yield piece
        self._left -= size
        if crc != part.CRC:
            raise zipfile.BadZipFile("check sum")

    def _unpacked(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """Pieces of one part as they are, whatever its header says of its size."""
        if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("not packed as spreadsheet programs do")
        packed = self._packed(part)
        if part.compress_type == zipfile.ZIP_STORED:
            yield from packed
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        for piece in packed:
            while piece and not inflater.eof:
                yield inflater.decompress(piece, _PIECE)
                piece = inflater.unconsumed_tail  # noqa: PLW2901 -- what did not fit into the last piece
        if not inflater.eof:
            raise zipfile.BadZipFile("cut off")

    def _packed(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        self._stream.seek(part.header_offset)
        header = self._stream.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size:
            raise zipfile.BadZipFile("cut off")
        _, name, extra = _LOCAL_HEADER.unpack(header)
        at, left = self._stream.tell() + name + extra, part.compress_size
        while left:
            self._stream.seek(at)
            piece = self._stream.read(min(left, _PIECE))
            if not piece:
                return
            at, left = at + len(piece), left - len(piece)
            yield piece


def _refuse_declarations(piece: bytes) -> None:
    # The one sign is looked for in a tenth of the time that a word takes, and is rare.
    if b"!" in piece and any(mark in piece for mark in _DECLARATIONS):
        raise HostileFileError(_DECLARED)


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []
        self.row = self.column = 0
        self.parser = parser_of(self._start, self._end, self._text)

    def _start(self, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.open.append(local)
        kept = {key.rpartition(":")[2]: value for key, value in given.items() if not key.startswith("xmlns")}
        if local == "row":
            self.row, self.column = int(kept.get("r", self.row + 1)), 0
            kept = {"r": str(self.row)} | {key: value for key, value in kept.items() if key != "r"}
        elif local == "c":
            kept = self._cell(kept)
        elif local in _TEXT_IN or local in ("is", "si"):
            kept = {}
        attributes = "".join(f' {key}="{escape(value, _QUOTED)}"' for key, value in kept.items())
        self.out.append(f"<{local}{attributes}>")

    def _cell(self, given: dict[str, str]) -> dict[str, str]:
        """Attributes of a cell, address first; a cell without one stands behind the last."""
        address = given.get("r") or f"{column_letters(self.column)}{self.row}"
        self.column = column_number(address.rstrip("0123456789")) + 1
        return {"r": address} | {key: given[key] for key in ("s", "t") if key in given}

    def _end(self, _: str) -> None:
        self.out.append(f"</{self.open.pop()}>")

    def _text(self, text: str) -> None:
        if self.open[-1] in _TEXT_IN:
            self.out.append(escape(text))

    def taken(self) -> bytes:
        text = "".join(self.out).encode()
        self.out.clear()
        return text


def parser_of(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> expat.XMLParserType:
    """A parser by events that raises `HostileFileError` at a document type."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    raise HostileFileError(_DECLARED)


def column_letters(number: int) -> str:
    """Letters of a column that is counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number, from 0, of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def hidden_columns(head: bytes) -> Iterator[int]:
    """Columns, from 0, that the part of a sheet before its rows says are hidden."""
    for column in _COLUMN.findall(head.partition(b"<sheetData")[0]):
        given = dict(_ATTRIBUTE.findall(column))
        if given.get(b"hidden") in (b"1", b"true"):
            yield from range(int(given[b"min"]) - 1, min(int(given[b"max"]), _MOST_COLUMNS))


def plain(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same document in plain form, piece by piece.

    Raises
    ------
    xml.parsers.expat.ExpatError
        It is not well formed.
    """
    writer = _Writer()
    for piece in pieces:
        writer.parser.Parse(piece, False)
        yield writer.taken()
    writer.parser.Parse(b"", True)
    yield writer.taken()


def element(container: Container, name: str) -> ET.Element:
    """Root of a small part, its names without prefixes."""
    return ET.fromstring(b"".join(plain([container.read(name)])))


def main_part(container: Container) -> str:
    """Name of the workbook's own part."""
    found = relations(container, "")
    return next(target for kind, target in found.values() if kind == "officeDocument")


def relations(container: Container, part: str) -> dict[str, tuple[str, str]]:
    """Id -> last word of the type, and name of the part."""
    folder, name = posixpath.split(part)
    root = element(container, posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, unquote(relation.get("Target", "")))).lstrip("/"),
        )
        for relation in root
        if relation.get("TargetMode") != "External"
    }
