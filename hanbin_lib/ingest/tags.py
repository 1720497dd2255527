"""Cells and strings of a workbook's XML, a piece at a time, without a parse tree.

What spreadsheet programs write is regular: ``<c r="A1" s="2" t="s"><v>7</v></c>``. The signs ``<`` of a
piece of some megabytes are found at once, and what stands behind each says what it is; the texts stay where
they are, as spans of the piece. XML that is well formed but written otherwise is an `OddXmlError`:
`containers.plain` writes it anew.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa

from hanbin_lib.ingest.containers import HostileFileError
from hanbin_lib.ingest.number_formats import run_text

Ints = np.ndarray[Any, np.dtype[np.int64]]
# An array of texts, and where in it each wanted text stands; -1 is none.
Spans = tuple[pa.StringArray, Ints]
MOST_TEXT_BYTES = 4 << 20  # between two tags; Excel ends at 32,767 characters
_LT, _GT, _SLASH, _QUOTE, _MARK = b'<>/"!'
_F, _A, _ZERO, _NINE = b"fA09"
_LETTERS, _MOST_DIGITS = 26, 7


def _number(text: bytes) -> int:
    """Up to eight signs as the number that they are in memory."""
    return int.from_bytes(text, "little")


_ROW, _CELL = _number(b'<row r="'), _number(b'<c r="')
_CELL_TAGS = [_number(two) for two in (b"c ", b"c>", b"c/")]
_VALUE, _NO_VALUE, _NO_CELL = (_number(two) for two in (b"v>", b"v/", b"/c"))
_END = b"</sheetData"
# Behind a piece stand four more tags that are none, so that what comes after the last can be asked for.
_PADDING = b"<<<<" + bytes(40)
_KEPT_SPACE = len('<t xml:space="preserve">')
_ATTRIBUTE = re.compile(rb'\s([\w:]+)="([^"]*)"')
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)
_MOST_HEAD, _FEW_HEADS = 24, 32


class OddXmlError(Exception):
    """The XML is not written as spreadsheet programs write it."""


@dataclass(frozen=True)
class Head:
    """Start tag of a cell, apart from its address: ``s="2" t="s"``."""

    style: int
    type: str


@dataclass(frozen=True)
class Piece:
    """The cells of one piece.

    Parameters
    ----------
    rows, columns
        Of each cell, counted from 0.
    heads
        Position of each cell's start tag in `distinct_heads`.
    source, positions
        Where in `source` each cell's text stands (-1: it has none), as the XML has it: entities not resolved.
    formulas
        Whether the cell has a formula.
    hidden
        Rows that are marked hidden.
    rest
        The piece from the end of the rows on, where they end in it.
    """

    rows: Ints
    columns: Ints
    heads: Ints
    distinct_heads: tuple[Head, ...]
    source: pa.StringArray
    positions: Ints
    formulas: np.ndarray
    hidden: tuple[int, ...]
    rest: bytes


class _Tags:
    """Where each tag of a piece begins, and the two signs behind its ``<`` as one number."""

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self.signs = np.frombuffer(piece + _PADDING, np.uint8)
        self.at = np.flatnonzero(self.signs == _LT)
        one, two = self.signs[1:][self.at], self.signs[2:][self.at]
        if (one == _MARK).any():
            raise OddXmlError
        self.two = one | two.astype(np.uint16) << 8
        if len(piece) > MOST_TEXT_BYTES and np.diff(self.at).max() > MOST_TEXT_BYTES:
            raise HostileFileError("有一段文字长得不合常理")

    def named(self, two: bytes) -> Ints:
        """Numbers of the tags that begin with two signs."""
        return np.flatnonzero(self.two == _number(two))

    def ends(self, tags: Ints, two: bytes) -> np.ndarray:
        """Whether each begins with two signs."""
        found: np.ndarray = self.two[tags] == _number(two)
        return found

    def words(self, at: Ints) -> np.ndarray:
        """The eight signs from each place on, as one number."""
        view = np.ndarray((len(self.signs) - 7,), np.dtype("<u8"), self.signs.data, 0, (1,))
        return view[at]

    def simple_text(self, tags: Ints) -> tuple[np.ndarray, Ints, Ints]:
        """``<t>…</t>`` at each: whether it is one, where its text begins and ends."""
        begin, end, two = self.at[tags], self.at[tags + 1], self.two[tags]
        spaced = two == _number(b"t ")
        start = begin + np.where(spaced, _KEPT_SPACE, 3)
        good = (spaced | (two == _number(b"t>"))) & self.ends(tags + 1, b"/t")
        if spaced.any():
            behind, limit = start[spaced], end[spaced]
            good[spaced] &= (self.signs[np.minimum(behind, limit) - 1] == _GT) & (behind <= limit)
        return good, start, end


def scan_cells(piece: bytes) -> Piece:
    """Cells of a piece that begins before a row and ends behind one.

    Raises
    ------
    OddXmlError
        Written otherwise than spreadsheet programs write.
    """
    tags, rest = _rows_alone(piece)
    cells = np.flatnonzero(np.logical_or.reduce([tags.two == two for two in _CELL_TAGS]))
    rows = _rows(tags, cells)
    begin, end = tags.at[cells], tags.at[cells + 1]
    if not (tags.signs[end - 1] == _GT).all():
        raise OddXmlError
    columns, behind = _addresses(tags, begin, rows)
    heads, distinct = _heads(tags, behind, end)
    filled = tags.signs[end - 2] != _SLASH
    (source, positions), formulas = _values(tags, cells, begin, filled)
    numbers = np.repeat(rows.numbers - 1, rows.cells)
    return Piece(numbers, columns, heads, distinct, source, positions, formulas, rows.hidden, rest)


def _rows_alone(piece: bytes) -> tuple[_Tags, bytes]:
    """Tags of the rows of a piece, and what stands behind the last of all rows."""
    tags = _Tags(piece)
    for at in tags.at[tags.named(b"/s")].tolist():
        if piece.startswith(_END, at):
            return _Tags(piece[:at]), piece[at:]
    return tags, b""


@dataclass(frozen=True)
class _Rows:
    """Row tags of a piece.

    Parameters
    ----------
    numbers
        As the sheet counts them.
    digits
        How many digits each number has.
    words
        The digits and the quote behind them, as one number.
    cells
        How many cells each row has.
    hidden
        Rows, from 0, that are marked hidden.
    """

    numbers: Ints
    digits: Ints
    words: np.ndarray
    cells: Ints
    hidden: tuple[int, ...]


def _rows(tags: _Tags, cells: Ints) -> _Rows:
    rows, signs = tags.named(b"ro"), tags.signs
    if not (tags.words(tags.at[rows]) == _ROW).all():
        raise OddXmlError
    start = tags.at[rows] + len('<row r="')
    numbers, digits = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    for place in range(_MOST_DIGITS):
        sign = signs[start + place]
        is_digit = (sign >= _ZERO) & (sign <= _NINE) & (digits == place)
        numbers = np.where(is_digit, numbers * 10 + sign - _ZERO, numbers)
        digits += is_digit
    firsts = np.searchsorted(cells, rows)
    if not ((digits > 0) & (signs[start + digits] == _QUOTE)).all() or (len(cells) and firsts[:1].sum() > 0):
        raise OddXmlError
    if len(cells) and not len(rows):
        raise OddXmlError
    words = tags.words(start) & _MASKS[digits + 1]
    hidden = _hidden(tags, rows, numbers, signs[start + digits + 1] != _GT)
    return _Rows(numbers, digits, words, np.diff(np.append(firsts, len(cells))), hidden)


def _hidden(tags: _Tags, rows: Ints, numbers: Ints, says_more: np.ndarray) -> tuple[int, ...]:
    """Rows, from 0, that are marked hidden."""
    if not says_more.any() or b"hidden=" not in tags.piece:
        return ()
    spans = zip(tags.at[rows].tolist(), tags.at[rows + 1].tolist(), numbers.tolist(), strict=True)
    return tuple(
        number - 1
        for begin, end, number in spans
        if _attributes(tags.piece, begin, end).get(b"hidden") in (b"1", b"true")
    )


def _attributes(piece: bytes, begin: int, end: int) -> dict[bytes, bytes]:
    if b"'" in piece[begin:end]:
        raise OddXmlError
    return dict(_ATTRIBUTE.findall(piece, begin, end))


def _addresses(tags: _Tags, begin: Ints, rows: _Rows) -> tuple[Ints, Ints]:
    """Column of each cell, from 0, and the place behind the quote that ends its address."""
    word = tags.words(begin)
    if not ((word & _MASKS[6]) == _CELL).all():
        raise OddXmlError
    columns, second = _letter(word >> np.uint64(48) & np.uint64(0xFF)), _letter(word >> np.uint64(56))
    good, is_two = _is_letter(columns), _is_letter(second)
    columns = np.where(is_two, columns * _LETTERS + second, columns)
    letters = 1 + is_two.astype(np.int64)
    longer = np.flatnonzero(is_two)
    third = _letter(tags.signs[begin[longer] + 8])
    longer, third = longer[_is_letter(third)], third[_is_letter(third)]
    columns[longer] = columns[longer] * _LETTERS + third
    letters[longer] = 3
    quote = begin + letters + np.repeat(rows.digits + 6, rows.cells)
    # The row's number stands right before the quote, as it stands in the row's own tag.
    shift = np.repeat(((7 - rows.digits) * 8).astype(np.uint64), rows.cells)
    same = (tags.words(np.maximum(quote - 7, 0)) >> shift) == np.repeat(rows.words, rows.cells)
    if not (good & same).all():
        raise OddXmlError
    return columns - 1, quote + 1


def _letter(signs: np.ndarray) -> Ints:
    """Numbers of letters, A is 1."""
    return signs.astype(np.int64) - (_A - 1)


def _is_letter(numbers: Ints) -> np.ndarray:
    found: np.ndarray = (numbers >= 1) & (numbers <= _LETTERS)
    return found


def _heads(tags: _Tags, behind: Ints, end: Ints) -> tuple[Ints, tuple[Head, ...]]:
    """Which start tag each cell has; a sheet has few, so each is compared with the first of its kind."""
    length = end - behind
    if length.max(initial=0) > _MOST_HEAD:
        raise OddXmlError
    heads = np.full(len(behind), -1, np.int64)
    left, firsts = np.arange(len(behind)), list[int]()
    while len(left) and len(firsts) < _FEW_HEADS:
        first = int(left[0])
        same = length[left] == length[first]
        for at in range(0, int(length[first]), 8):
            mask = _MASKS[min(int(length[first]) - at, 8)]
            words = tags.words(behind[left] + at) & mask
            same &= words == words[0]
        heads[left[same]] = len(firsts)
        firsts.append(first)
        left = left[~same]
    if len(left):
        rest = [tags.words(behind[left] + at) & _MASKS[np.clip(length[left] - at, 0, 8)] for at in (0, 8, 16)]
        _, first_ones, numbers = np.unique(
            np.stack(rest, axis=1), axis=0, return_index=True, return_inverse=True
        )
        heads[left] = numbers.ravel() + len(firsts)
        firsts += left[first_ones].tolist()
    return heads, tuple(_head(tags.piece[behind[n] : end[n]]) for n in firsts)


def _head(text: bytes) -> Head:
    given = _attributes(text, 0, len(text))
    style = given.get(b"s", b"0")
    if not style.isdigit():
        raise OddXmlError
    return Head(int(style), given.get(b"t", b"n").decode("ascii", "replace"))


def _values(tags: _Tags, cells: Ints, begin: Ints, filled: np.ndarray) -> tuple[Spans, np.ndarray]:
    """Text of each cell, and whether it has a formula."""
    child = cells + 1
    two = tags.two[child]
    formulas = filled & ((two & 0xFF) == _F)
    if formulas.any():
        # Behind a formula comes its end tag, unless it is empty.
        child = child + formulas + (formulas & tags.ends(child + 1, b"/f"))
        two = tags.two[child]
    start, stop = tags.at[child] + 3, tags.at[child + 1]
    is_value = filled & (two == _VALUE)
    is_value[is_value] = tags.ends(child[is_value] + 1, b"/v")
    inline = filled & (two == _number(b"is"))
    if inline.any():
        good, start[inline], stop[inline] = tags.simple_text(child[inline] + 1)
        inline[inline] = good & tags.ends(child[inline] + 3, b"/i")
    known = is_value | inline
    odd = filled & ~known & (two != _NO_CELL) & (two != _NO_VALUE)
    extra = {n: _slow_text(tags.piece, b"c", int(begin[n])) for n in np.flatnonzero(odd).tolist()}
    start[~known] = -1
    return spans(tags.piece, start, stop, extra), formulas


def spans(piece: bytes, start: Ints, stop: Ints, extra: dict[int, str | None]) -> Spans:
    """Texts from `start` to `stop` of a piece (null where `start` is -1), and others by their position.

    The piece itself is the buffer of an array whose every second text is what stands between two spans.
    """
    there = np.flatnonzero(start >= 0)
    offsets = np.zeros(2 * len(there) + 1, np.int32)
    offsets[0:-1:2], offsets[1::2] = start[there], stop[there]
    offsets[-1] = offsets[-2] if len(there) else 0
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(piece)]
    whole = pa.StringArray.from_buffers(2 * len(there), buffers[1], buffers[2])
    position = np.full(len(start), -1, np.int64)
    position[there] = np.arange(len(there)) * 2
    if extra:
        position[list(extra)] = np.arange(2 * len(there), 2 * len(there) + len(extra))
        whole = pa.concat_arrays([whole, pa.array(list(extra.values()), pa.string())])
    return whole, position


def _slow_text(piece: bytes, name: bytes, begin: int) -> str | None:
    """Text of one cell or string that is more than plain: runs of rich text without their phonetics."""
    close = b"</" + name + b">"
    end = piece.find(close, begin) + len(close)
    try:
        element = ET.fromstring(piece[begin:end])
    except ET.ParseError as error:
        raise OddXmlError from error
    value = element.find("v")
    joined = (value.text or "") if value is not None else "".join(_runs(element))
    return escape(joined) if joined else None


def _runs(element: ET.Element) -> Iterator[str]:
    for child in element:
        if child.tag == "t":
            yield _as_it_shows(child.text or "", element.find("rPr"))
        elif child.tag in ("is", "r"):
            yield from _runs(child)


def _as_it_shows(text: str, font: ET.Element | None) -> str:
    """Text of a run with what its font says: raised, lowered, struck out."""
    if font is None or not text:
        return text
    shift, strike = font.find("vertAlign"), font.find("strike")
    raised = {"superscript": 1, "subscript": -1}.get("" if shift is None else shift.get("val", ""), 0)
    return run_text(text, raised=raised, is_struck=strike is not None and is_on(strike))


def is_on(mark: ET.Element) -> bool:
    """Whether a property that may be switched off is on."""
    return mark.get("val", "1") in ("1", "true")


def scan_strings(piece: bytes) -> pa.StringArray:
    """Shared strings of a piece that begins before a string and ends behind one."""
    tags = _Tags(piece)
    items = tags.named(b"si")
    begin = tags.at[items]
    good, start, stop = tags.simple_text(items + 1)
    good &= tags.ends(items + 3, b"/s")
    empty = tags.signs[tags.at[items + 1] - 2] == _SLASH
    odd = np.flatnonzero(~good & ~empty).tolist()
    extra: dict[int, str | None] = {n: _slow_text(piece, b"si", int(begin[n])) or "" for n in odd}
    extra |= dict.fromkeys(np.flatnonzero(empty).tolist(), "")
    source, positions = spans(piece, np.where(good & ~empty, start, -1), stop, extra)
    return source.take(pa.array(positions, mask=positions < 0))
