"""An .xlsb: the parts of an .xlsx as records of bytes (MS-XLSB) instead of XML."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hanbin_lib.ingest.containers import Container, main_part, relations
from hanbin_lib.ingest.grid import Area, CellKind, Grid, SheetBuilder
from hanbin_lib.ingest.number_formats import kind_of, shown

# Record numbers of MS-XLSB 2.3.2.
_ROW, _BLANK, _MERGE = 0, 1, 176
_STRING_ITEM, _SHEET, _PROPERTIES = 19, 156, 153
_FORMAT, _BEGIN_STYLES, _END_STYLES, _STYLE = 44, 617, 618, 47
_LAST_CELL, _SHORT, _SHORT_BY = 11, range(12, 19), 11
_HIDDEN_ROW = 0x10  # of the byte behind the height
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip


@dataclass(frozen=True)
class _Book:
    strings: list[str]
    kinds: list[CellKind]
    is_1904: bool


def read_xlsb(container: Container, file: str) -> list[Grid]:
    """All worksheets, hidden ones too."""
    main = main_part(container)
    parts = relations(container, main)
    by_type = dict(parts.values())
    sheets, is_1904 = _sheets(_records(container, main))
    strings, styles = by_type.get("sharedStrings", ""), by_type.get("styles", "")
    book = _Book(
        [_text(body, 1)[0] for code, body in _records(container, strings) if code == _STRING_ITEM],
        _kinds(_records(container, styles)),
        is_1904,
    )
    return [
        _grid(book, _records(container, target), SheetBuilder(file, name, is_hidden=hidden))
        for name, identifier, hidden in sheets
        for kind, target in [parts[identifier]]
        if kind == "worksheet"
    ]


def _records(container: Container, part: str) -> Iterator[tuple[int, bytes]]:
    """Number and body of each record of a part; none where there is no such part."""
    if part not in container:
        return
    rest = b""
    for piece in container.pieces(part):
        rest += piece
        at = 0
        while (record := _record(rest, at)) is not None:
            code, start, stop = record
            yield code, rest[start:stop]
            at = stop
        rest = rest[at:]
    if rest:
        raise ValueError("a record is cut off")


def _record(content: bytes, at: int) -> tuple[int, int, int] | None:
    """Number, first and last place of the body of the record at a place; None where it is not whole."""
    code, at = _varying(content, at, 2)
    size, start = _varying(content, at, 4) if at >= 0 else (0, -1)
    return (code, start, start + size) if 0 <= start <= start + size <= len(content) else None


def _varying(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to `most` bytes of seven bits, and the place behind it; -1 where it is not whole."""
    number = 0
    for n in range(most):
        if at + n >= len(content):
            return 0, -1
        number |= (content[at + n] & 0x7F) << (7 * n)
        if not content[at + n] & 0x80:
            return number, at + n + 1
    return number, at + most


def _text(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    stop = at + 4 + 2 * (0 if length == 0xFFFFFFFF else length)
    return body[at + 4 : stop].decode("utf-16-le"), stop


def _sheets(records: Iterator[tuple[int, bytes]]) -> tuple[list[tuple[str, str, bool]], bool]:
    """Name, relation and whether hidden of each sheet; whether days count from 1904."""
    sheets, is_1904 = [], False
    for code, body in records:
        if code == _SHEET:
            (state,) = struct.unpack_from("<I", body)
            identifier, at = _text(body, 8)
            sheets.append((_text(body, at)[0], identifier, state != 0))
        elif code == _PROPERTIES:
            is_1904 = bool(body[0] & 1)
    return sheets, is_1904


def _kinds(records: Iterator[tuple[int, bytes]]) -> list[CellKind]:
    """Kind of a number under each cell style."""
    codes: dict[int, str] = {}
    kinds, within = [], False
    for code, body in records:
        if code == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif code in (_BEGIN_STYLES, _END_STYLES):
            within = code == _BEGIN_STYLES
        elif code == _STYLE and within:
            number = struct.unpack_from("<H", body, 2)[0]
            kinds.append(kind_of(number, codes.get(number, "")))
    return kinds


def _grid(book: _Book, records: Iterator[tuple[int, bytes]], sheet: SheetBuilder) -> Grid:
    row = 0
    for code, body in _full_cells(records):
        if code == _ROW:
            (row,) = struct.unpack_from("<I", body)
            if body[11] & _HIDDEN_ROW:
                sheet.hidden_rows.append(row)
        elif code in _CELLS:
            column, style = struct.unpack_from("<II", body)
            sheet.put(row, column, *_CELLS[code](book, body, style & 0xFFFFFF))
        elif code == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            sheet.merge(Area(top, left, bottom, right))
    return sheet.grid()


def _full_cells(records: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Records with every cell naming its column: a short one stands behind the last."""
    column = -1
    for given, content in records:
        code, body = given, content
        if code in _SHORT:
            code, body = code - _SHORT_BY, struct.pack("<I", column + 1) + body
        if code == _ROW:
            column = -1
        elif _BLANK <= code <= _LAST_CELL:
            (column,) = struct.unpack_from("<I", body)
        yield code, body


def _shared(book: _Book, body: bytes, _: int) -> tuple[str, CellKind]:
    return book.strings[struct.unpack_from("<I", body, 8)[0]], CellKind.TEXT


def _packed(book: _Book, body: bytes, style: int) -> tuple[str, CellKind]:
    """A number in four bytes: a whole one, or the upper half of a double; perhaps a hundredth of it."""
    (packed,) = struct.unpack_from("<I", body, 8)
    if packed & 2:
        value = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        (value,) = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))
    return _number(book, value / 100 if packed & 1 else value, style)


def _double(book: _Book, body: bytes, style: int) -> tuple[str, CellKind]:
    return _number(book, struct.unpack_from("<d", body, 8)[0], style)


def _number(book: _Book, value: float, style: int) -> tuple[str, CellKind]:
    kind = book.kinds[style] if style < len(book.kinds) else CellKind.NUMBER
    return shown(value, kind, is_1904=book.is_1904)


def _error(_: _Book, body: bytes, __: int) -> tuple[str, CellKind]:
    return _ERRORS.get(body[8], "#ERROR"), CellKind.ERROR


def _boolean(_: _Book, body: bytes, __: int) -> tuple[str, CellKind]:
    return ("TRUE" if body[8] else "FALSE"), CellKind.BOOLEAN


def _string(_: _Book, body: bytes, __: int) -> tuple[str, CellKind]:
    return _text(body, 8)[0], CellKind.TEXT


# Cells with a value of their own, and formulas with theirs.
_CELLS: dict[int, Callable[[_Book, bytes, int], tuple[str, CellKind]]] = {
    2: _packed, 3: _error, 4: _boolean, 5: _double, 6: _string,
    7: _shared, 8: _string, 9: _double, 10: _boolean, 11: _error,
}  # fmt: skip
