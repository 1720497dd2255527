"""An .xlsx as its cells are, each part unpacked once.

The workbook, its styles and its merged areas say what a number cell shows (a date, a percentage); cells are
found by `tags`. Numbers get their text and kind once for each distinct one, at the end.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.ingest.containers import (
    MOST_SMALL_PART,
    Container,
    HostileFileError,
    check_area,
    column_number,
    element,
    hidden_columns,
    main_part,
    plain,
    relations,
)
from hanbin_lib.ingest.grid import (
    MONEY,
    Area,
    CellKind,
    Encoded,
    Grid,
    Kinds,
    encode,
    filled,
    last_merged,
    matches,
    paired,
)
from hanbin_lib.ingest.number_formats import iso_cell, kind_of, shown
from hanbin_lib.ingest.tags import Head, OddXmlError, Piece, is_on, scan_cells, scan_strings

_READ = 1 << 20
_MOST_ROW = 64 << 20
_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_TYPED = {
    "s": CellKind.TEXT,
    "str": CellKind.TEXT,
    "inlineStr": CellKind.TEXT,
    "b": CellKind.BOOLEAN,
    "e": CellKind.ERROR,
    "d": CellKind.DATE,
}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMERIC = (
    CellKind.NUMBER,
    CellKind.DRESSED,
    *MONEY,
    CellKind.PERCENT,
    CellKind.SCALED,
    CellKind.DATE,
    CellKind.DATETIME,
    CellKind.TIME,
)
# What shows as it is written.
_PLAIN = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,8})?$"


@dataclass
class _Block:
    """Rows `top` to `top + height` of a sheet, column after column.

    Parameters
    ----------
    texts
        As the XML has them; null where there is none.
    shared
        Number of the shared string, -1 where the cell is none; None where no cell is.
    kinds
        `CellKind`; None where all are text.
    """

    top: int
    height: int
    width: int
    texts: pa.StringArray
    shared: np.ndarray[Any, np.dtype[np.int32]] | None = None
    kinds: Kinds | None = None

    def place(self, column: int) -> slice:
        """Where a column stands in the block."""
        return slice(column * self.height, (column + 1) * self.height)


@dataclass(frozen=True)
class _Book:
    """What holds for all sheets of a workbook."""

    container: Container
    kinds: tuple[CellKind, ...]  # by style
    struck: frozenset[int]  # styles whose font strikes out
    strings: pa.StringArray
    is_1904: bool
    never_calculated: bool  # formulas show what the file does not hold until a program calculates them


@dataclass
class _Sheet:
    """What has been read of one sheet."""

    blocks: list[_Block] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    head: bytearray = field(default_factory=bytearray)  # what stands before the rows
    merges: list[Area] = field(default_factory=list)
    cells: int = 0
    rows: int = 0
    columns: int = 0


def read_xlsx(container: Container, file: str) -> list[Grid]:
    """All worksheets, in the workbook's order, hidden ones too.

    Raises
    ------
    HostileFileError
        It would take more than it holds.
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, OddXmlError, xml.parsers.expat.ExpatError
        It is damaged, or no workbook.
    """
    main = main_part(container)
    parts = relations(container, main)
    root = element(container, main)
    by_type = dict(parts.values())
    styles = by_type.get("styles", "")
    strings = by_type.get("sharedStrings", "")
    properties, calculation = root.find("workbookPr"), root.find("calcPr")
    style_sheet = element(container, styles) if styles in container else ET.Element("none")
    book = _Book(
        container,
        _style_kinds(style_sheet) or (CellKind.NUMBER,),
        _struck_styles(style_sheet),
        _strings(container, strings) if strings in container else pa.array([], pa.string()),
        properties is not None and properties.get("date1904") in ("1", "true"),
        calculation is not None and calculation.get("fullCalcOnLoad") in ("1", "true"),
    )
    grids = []
    for sheet in root.iterfind("sheets/sheet"):
        kind, target = parts[sheet.get("id", "")]
        if kind == "worksheet":
            grid = _grid(book, target, file, sheet.get("name", ""))
            grids.append(replace(grid, is_hidden=sheet.get("state", "visible") != "visible"))
    return grids


def _style_kinds(root: ET.Element) -> tuple[CellKind, ...]:
    codes = {f.get("numFmtId", ""): f.get("formatCode", "") for f in root.iterfind("numFmts/numFmt")}
    ids = [style.get("numFmtId", "0") for style in root.iterfind("cellXfs/xf")]
    return tuple(kind_of(int(number), codes.get(number, "")) for number in ids)


def _struck_styles(root: ET.Element) -> frozenset[int]:
    """Numbers of the styles whose font strikes out."""
    marks = [font.find("strike") for font in root.iterfind("fonts/font")]
    fonts = {str(n) for n, mark in enumerate(marks) if mark is not None and is_on(mark)}
    styles = root.iterfind("cellXfs/xf")
    return frozenset(n for n, style in enumerate(styles) if style.get("fontId", "0") in fonts)


def _strings(container: Container, name: str) -> pa.StringArray:
    """All shared strings, as they show."""
    try:
        parts = [scan_strings(piece) for piece in _cut(container.pieces(name), b"<si", b"<si")]
    except OddXmlError:
        parts = [scan_strings(piece) for piece in _cut(plain(container.pieces(name)), b"<si", b"<si")]
    texts = pa.chunked_array(parts, pa.string()).combine_chunks() if parts else pa.array([], pa.string())
    return texts.chunk(0) if isinstance(texts, pa.ChunkedArray) else texts


def _cut(pieces: Iterable[bytes], mark: bytes, first: bytes) -> Iterator[bytes]:
    """Pieces of some size that begin before a mark; what stands before `first` is left out."""
    rest, begun = b"", False
    for piece in pieces:
        rest += piece
        if not begun and (start := rest.find(first)) >= 0:
            rest, begun = rest[start:], True
        if begun and len(rest) >= _READ and (cut := rest.rfind(mark)) > 0:
            yield rest[:cut]
            rest = rest[cut:]
        if len(rest) > _MOST_ROW:
            raise HostileFileError("有一段文字长得不合常理")
    if begun:
        yield rest


def _grid(book: _Book, part: str, file: str, name: str) -> Grid:
    try:
        sheet = _read_sheet(book, book.container.pieces(part))
    except OddXmlError:
        sheet = _read_sheet(book, plain(book.container.pieces(part)))
    rows = last_merged(sheet.rows, sheet.merges)
    columns = _columns_of(sheet.blocks, rows, book.strings, is_1904=book.is_1904)
    hidden = tuple(row for row in sheet.hidden if row < sheet.rows)
    unseen = tuple(column for column in hidden_columns(bytes(sheet.head)) if column < len(columns))
    return filled(Grid(file, name, columns, hidden_rows=hidden, hidden_columns=unseen), sheet.merges)


def _noted(pieces: Iterable[bytes], head: bytearray) -> Iterator[bytes]:
    """The pieces as they are; what stands before the rows is kept in `head`."""
    for piece in pieces:
        if b"<sheetData" not in head and len(head) < _READ:
            head += piece
        yield piece


def _read_sheet(book: _Book, pieces: Iterable[bytes]) -> _Sheet:
    sheet = _Sheet()
    tail = bytearray()
    begun = False
    for piece in _cut(_noted(pieces, sheet.head), b"<row", b"<sheetData"):
        begun = True
        if tail:
            tail += piece
        else:
            cells = scan_cells(piece)
            _add(book, sheet, cells)
            tail += cells.rest
        if len(tail) > MOST_SMALL_PART:
            raise HostileFileError("解压后大得不合常理")
    if not begun or b"='" in tail or b"<!" in tail:
        raise OddXmlError
    sheet.merges = [
        Area(int(top) - 1, column_number(left.decode()), int(bottom) - 1, column_number(right.decode()))
        for left, top, right, bottom in _MERGED.findall(bytes(tail))
    ]
    return sheet


def _add(book: _Book, sheet: _Sheet, piece: Piece) -> None:
    sheet.hidden += piece.hidden
    sheet.cells += len(piece.rows)
    if not len(piece.rows):
        return
    top, bottom = int(piece.rows.min()), int(piece.rows.max())
    if top < sheet.rows:
        raise ValueError("rows out of order")
    sheet.rows, sheet.columns = bottom + 1, max(sheet.columns, int(piece.columns.max()) + 1)
    check_area(sheet.rows, sheet.columns, sheet.cells)
    sheet.blocks.append(_block(book, piece, top, bottom))


def _block(book: _Book, piece: Piece, top: int, bottom: int) -> _Block:
    height, width = bottom - top + 1, int(piece.columns.max()) + 1
    place = piece.columns * height + piece.rows - top
    kinds = np.array([_kind(book, head) for head in piece.distinct_heads], np.uint8)[piece.heads]
    own = np.full(height * width, -1, np.int64)
    own[place] = piece.positions
    block = _Block(top, height, width, piece.source)
    _take_shared(book, piece, block, place, own)
    block.texts = piece.source.take(pa.array(own, mask=own < 0))
    open_formulas = _without_result(book, piece)
    if open_formulas.any():
        kinds[open_formulas] = CellKind.NO_RESULT
        missing = np.zeros(height * width, dtype=bool)
        missing[place[open_formulas]] = True
        block.texts = pc.if_else(missing, "=", block.texts)
    if kinds.any():
        block.kinds = np.zeros(height * width, np.uint8)
        block.kinds[place] = kinds
    return block


def _take_shared(book: _Book, piece: Piece, block: _Block, place: np.ndarray, own: np.ndarray) -> None:
    """Put the numbers of shared strings into the block; such a cell has no text of its own."""
    is_shared = np.array([head.type == "s" for head in piece.distinct_heads])
    if not is_shared.any():
        return
    shared = is_shared[piece.heads] & (piece.positions >= 0)
    own[place[shared]] = -1
    numbers = piece.source.take(pa.array(piece.positions[shared])).cast(pa.int32()).to_numpy()
    if numbers.min(initial=0) < 0 or numbers.max(initial=-1) >= len(book.strings):
        raise ValueError("no such shared string")
    block.shared = np.full(len(own), -1, np.int32)
    block.shared[place[shared]] = numbers


def _kind(book: _Book, head: Head) -> CellKind:
    if head.style in book.struck:
        return CellKind.STRUCK
    if head.type == "n":
        return book.kinds[head.style] if head.style < len(book.kinds) else CellKind.NUMBER
    return _TYPED[head.type]


def _without_result(book: _Book, piece: Piece) -> np.ndarray:
    """Formulas whose value the file does not hold.

    Of a workbook that is to be calculated when it is opened a result of 0 is what a program put there that
    cannot calculate (XlsxWriter).
    """
    if not piece.formulas.any():
        return piece.formulas
    number = np.array([head.type != "str" for head in piece.distinct_heads])[piece.heads]
    texts = piece.source.take(pa.array(piece.positions, mask=piece.positions < 0))
    empty = pc.fill_null(pc.equal(texts, ""), True).to_numpy(zero_copy_only=False)
    if book.never_calculated:
        empty |= pc.fill_null(pc.equal(texts, "0"), False).to_numpy(zero_copy_only=False)
    found: np.ndarray = piece.formulas & number & empty
    return found


def _columns_of(
    blocks: list[_Block], rows: int, strings: pa.StringArray, *, is_1904: bool
) -> tuple[Encoded, ...]:
    """All columns of a sheet, with the text that shows in each cell."""
    width = max((block.width for block in blocks), default=0)
    decoded = _decoded(strings)
    return tuple(_column(blocks, rows, column, decoded, is_1904=is_1904) for column in range(width))


def _column(
    blocks: list[_Block], rows: int, column: int, strings: pa.StringArray, *, is_1904: bool
) -> Encoded:
    parts, kinds = [], np.zeros(rows, np.uint8)
    shared = np.full(rows, -1, np.int32)
    at = 0
    for block in blocks:
        parts.append(pa.nulls(block.top - at, pa.string()))
        at = block.top + block.height
        if column >= block.width:
            parts.append(pa.nulls(block.height, pa.string()))
            continue
        place = block.place(column)
        parts.append(block.texts[place])
        if block.shared is not None:
            shared[block.top : at] = block.shared[place]
        if block.kinds is not None:
            kinds[block.top : at] = block.kinds[place]
    parts.append(pa.nulls(rows - at, pa.string()))
    own = encode(pa.chunked_array(parts, pa.string()))
    codes, texts = own.codes, _decoded(own.texts)
    if (shared >= 0).any():
        used, numbers = np.unique(shared, return_inverse=True)
        none = int(used[0] == -1)
        codes = np.where(shared >= 0, numbers - none + len(texts), codes).astype(np.int32)
        texts = pa.concat_arrays([texts, strings.take(pa.array(used[none:]))])
    if kinds.any():
        return _numbers(paired(codes, texts, kinds), is_1904=is_1904)
    return Encoded(codes, texts)


def _decoded(texts: pa.StringArray) -> pa.StringArray:
    """Texts with their entities and ``_x000D_`` resolved."""
    texts.validate(full=True)
    odd = matches(texts, "&|_x[0-9A-Fa-f]{4}_")
    if not odd.any():
        return texts
    plain = [_ESCAPED.sub(_sign, html.unescape(text)) for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, odd, pa.array(plain, texts.type))


def _sign(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return "" if 0xD800 <= number < 0xE000 else chr(number)


def _numbers(cells: Encoded, *, is_1904: bool) -> Encoded:
    """The text that shows for each distinct number."""
    if cells.kinds is None:
        return cells
    plain = np.isin(cells.kinds, (CellKind.NUMBER, CellKind.DRESSED, *MONEY)) & matches(cells.texts, _PLAIN)
    odd = np.flatnonzero(~plain & (cells.kinds != CellKind.TEXT))
    if not len(odd):
        return cells
    old = zip(cells.texts.take(pa.array(odd)).to_pylist(), cells.kinds[odd].tolist(), strict=True)
    new = [_shown(text, CellKind(kind), is_1904=is_1904) for text, kind in old]
    mask = np.zeros(len(cells.texts), dtype=bool)
    mask[odd] = True
    texts = pc.replace_with_mask(cells.texts, mask, pa.array([text for text, _ in new], pa.string()))
    kinds = cells.kinds.copy()
    kinds[odd] = [kind for _, kind in new]
    return Encoded(cells.codes, texts, kinds)


def _shown(text: str, kind: CellKind, *, is_1904: bool) -> tuple[str, CellKind]:
    """Text and kind of one cell as it shows; raise ValueError where it is no number."""
    if kind is CellKind.BOOLEAN:
        return ("TRUE" if text in ("1", "true", "TRUE") else "FALSE"), kind
    if kind is CellKind.DATE and ("-" in text or ":" in text):
        return iso_cell(text)
    if kind not in _NUMERIC:
        return text, kind
    return shown(float(text), kind, is_1904=is_1904)
