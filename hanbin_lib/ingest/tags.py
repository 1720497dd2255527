"""Cells and strings of a workbook's XML, a piece at a time, without a parse tree.

What spreadsheet programs write is regular: ``<c r="A1" s="2" t="s"><v>7</v></c>``. The signs ``<`` of a
piece of some megabytes are found at once, and what stands behind each says what it is; the texts stay where
they are, as spans of the piece. XML that is well formed but written otherwise is an `OddXmlError`:
`plain_xml` writes it anew.
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

Ints = np.ndarray[Any, np.dtype[np.int64]]
# An array of texts, and where in it each wanted text stands; -1 is none.
Spans = tuple[pa.StringArray, Ints]
MOST_TEXT_BYTES = 4 << 20  # between two tags; Excel ends at 32,767 characters
_LT, _GT, _SLASH, _SPACE, _QUOTE, _EQUALS, _MARK = b'<>/ "=!'
_C, _F, _I, _O, _R, _S, _T, _V, _A, _Z, _ZERO, _NINE = b"cfiorstvAZ09"
_ROW = int.from_bytes(b'<row r="', "little")
_MOST_DIGITS = 7
_PADDING = bytes(40)
_KEPT_SPACE = len('<t xml:space="preserve">')
_ATTRIBUTE = re.compile(rb'\s([\w:]+)="([^"]*)"')
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [2**64 - 1], dtype=np.uint64)
_FEW_HEADS = 32


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
        Position of each cell's start tag in `kinds_of_head`.
    source, positions
        Where in `source` each cell's text stands (-1: it has none), as the XML has it: entities not resolved.
    formulas
        Whether the cell has a formula.
    hidden
        Rows that are marked hidden.
    """

    rows: Ints
    columns: Ints
    heads: Ints
    distinct_heads: tuple[Head, ...]
    source: pa.StringArray
    positions: Ints
    formulas: np.ndarray
    hidden: tuple[int, ...]


class _Tags:
    """Where each tag of a piece begins, and the two signs behind its ``<``."""

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self.signs = np.frombuffer(piece + _PADDING, np.uint8)
        self.at = np.append(np.flatnonzero(self.signs == _LT), [len(piece)] * 4)
        self.one, self.two = self.signs[1:][self.at], self.signs[2:][self.at]
        if (self.one == _MARK).any():
            raise OddXmlError
        if np.diff(self.at).max(initial=0) > MOST_TEXT_BYTES:
            raise HostileFileError("有一段文字长得不合常理")

    def named(self, one: int, two: int) -> Ints:
        """Numbers of the tags that begin with two signs."""
        return np.flatnonzero((self.one == one) & (self.two == two))

    def ends(self, tags: Ints, name: int) -> np.ndarray:
        """Whether each is an end tag of a name that begins so."""
        found: np.ndarray = (self.one[tags] == _SLASH) & (self.two[tags] == name)
        return found

    def words(self, at: Ints) -> np.ndarray:
        """The eight signs from each place on, as one number."""
        view = np.ndarray((len(self.signs) - 7,), np.dtype("<u8"), self.signs.data, 0, (1,))
        return view[at]

    def simple_text(self, tags: Ints) -> tuple[np.ndarray, Ints, Ints]:
        """``<t>…</t>`` at each: whether it is one, where its text begins and ends."""
        begin, end = self.at[tags], self.at[tags + 1]
        spaced = self.two[tags] == _SPACE
        start = begin + np.where(spaced, _KEPT_SPACE, 3)
        good = (self.one[tags] == _T) & (spaced | (self.two[tags] == _GT)) & self.ends(tags + 1, _T)
        good &= self.signs[np.minimum(start, end) - 1] == _GT
        return good & (start <= end), start, end


def scan_cells(piece: bytes) -> Piece:
    """Cells of a piece that begins before a row and ends behind one.

    Raises
    ------
    OddXmlError
        Written otherwise than spreadsheet programs write.
    """
    tags = _Tags(piece)
    cells = np.flatnonzero(
        (tags.one == _C) & ((tags.two == _SPACE) | (tags.two == _GT) | (tags.two == _SLASH))
    )
    rows = _rows(tags, cells)
    begin, end = tags.at[cells], tags.at[cells + 1]
    if not (tags.signs[end - 1] == _GT).all():
        raise OddXmlError
    columns, behind = _addresses(tags, begin, rows)
    heads, distinct = _heads(tags, behind, end)
    (source, positions), formulas = _values(tags, cells, begin, end)
    numbers = rows.numbers[rows.of_cell] - 1
    return Piece(numbers, columns, heads, distinct, source, positions, formulas, rows.hidden)


@dataclass(frozen=True)
class _Rows:
    """Row tags of a piece: number of each, its digits and they as one word, hidden ones, row of each cell."""

    numbers: Ints
    digits: Ints
    words: np.ndarray
    hidden: tuple[int, ...]
    of_cell: Ints


def _rows(tags: _Tags, cells: Ints) -> _Rows:
    rows, signs = tags.named(_R, _O), tags.signs
    begin = tags.at[rows]
    start = begin + len('<row r="')
    if not (tags.words(begin) == _ROW).all():
        raise OddXmlError
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
    of_cell = np.repeat(np.arange(len(rows)), np.diff(np.append(firsts, len(cells))))
    hidden = _hidden(tags, rows, numbers)
    return _Rows(numbers, digits, tags.words(start) & _MASKS[digits], hidden, of_cell)


def _hidden(tags: _Tags, rows: Ints, numbers: Ints) -> tuple[int, ...]:
    """Rows, from 0, that are marked hidden."""
    if b"hidden=" not in tags.piece:
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
    signs = tags.signs
    if not ((signs[begin + 3] == _R) & (signs[begin + 4] == _EQUALS) & (signs[begin + 5] == _QUOTE)).all():
        raise OddXmlError
    columns, letters = signs[begin + 6].astype(np.int64) - (_A - 1), np.ones(len(begin), np.int64)
    for place in (1, 2):
        sign = signs[begin + 6 + place]
        is_letter = (sign >= _A) & (sign <= _Z) & (letters == place)
        if is_letter.any():
            columns = np.where(is_letter, columns * 26 + sign - (_A - 1), columns)
            letters += is_letter
    quote = begin + 6 + letters + rows.digits[rows.of_cell]
    shift = ((8 - rows.digits) * 8).astype(np.uint64)[rows.of_cell]
    same = (tags.words(np.maximum(quote - 8, 0)) >> shift) == rows.words[rows.of_cell]
    if not (same & (signs[quote] == _QUOTE) & (columns > 0)).all():
        raise OddXmlError
    return columns - 1, quote + 1


def _heads(tags: _Tags, behind: Ints, end: Ints) -> tuple[Ints, tuple[Head, ...]]:
    """Which start tag each cell has; a sheet has few, so each is compared with the first of its kind."""
    length = end - behind
    if length.max(initial=0) > 24:
        raise OddXmlError
    parts = [tags.words(behind + 8 * n) & _MASKS[np.clip(length - 8 * n, 0, 8)] for n in range(3)]
    heads = np.full(len(behind), -1, np.int64)
    left, firsts = np.arange(len(behind)), list[int]()
    while len(left) and len(firsts) < _FEW_HEADS:
        same = np.logical_and.reduce([part[left] == part[left[0]] for part in parts])
        heads[left[same]] = len(firsts)
        firsts.append(int(left[0]))
        left = left[~same]
    if len(left):
        rest = np.stack([part[left] for part in parts], axis=1)
        _, first, numbers = np.unique(rest, axis=0, return_index=True, return_inverse=True)
        heads[left] = numbers.ravel() + len(firsts)
        firsts += left[first].tolist()
    return heads, tuple(_head(tags.piece[behind[n] : end[n]]) for n in firsts)


def _head(text: bytes) -> Head:
    given = _attributes(text, 0, len(text))
    style = given.get(b"s", b"0")
    if not style.isdigit():
        raise OddXmlError
    return Head(int(style), given.get(b"t", b"n").decode("ascii", "replace"))


def _values(tags: _Tags, cells: Ints, begin: Ints, end: Ints) -> tuple[Spans, np.ndarray]:
    """Text of each cell, and whether it has a formula."""
    child, filled = cells + 1, tags.signs[end - 2] != _SLASH
    formulas = filled & (tags.one[child] == _F)
    if formulas.any():
        # Behind a formula comes its end tag, unless it is empty.
        child = child + formulas + (formulas & tags.ends(child + 1, _F))
    one, two = tags.one[child], tags.two[child]
    start, stop = tags.at[child] + 3, tags.at[child + 1]
    is_value = filled & (one == _V) & (two == _GT)
    is_value[is_value] = tags.ends(child[is_value] + 1, _V)
    inline = filled & (one == _I) & (two == _S)
    if inline.any():
        good, start[inline], stop[inline] = tags.simple_text(child[inline] + 1)
        inline[inline] = good & tags.ends(child[inline] + 3, _I)
    known = is_value | inline
    odd = filled & ~known
    if odd.any():
        odd &= ~((one == _SLASH) & (two == _C)) & ~((one == _V) & (two == _SLASH))
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
    texts = [value.text] if value is not None else [text.text for text in _runs(element)]
    joined = "".join(text for text in texts if text)
    return escape(joined) if joined else None


def _runs(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag == "t":
            yield child
        elif child.tag in ("is", "r"):
            yield from _runs(child)


def scan_strings(piece: bytes) -> pa.StringArray:
    """Shared strings of a piece that begins before a string and ends behind one."""
    tags = _Tags(piece)
    items = tags.named(_S, _I)
    begin = tags.at[items]
    good, start, stop = tags.simple_text(items + 1)
    good &= tags.ends(items + 3, _S)
    empty = tags.signs[tags.at[items + 1] - 2] == _SLASH
    odd = np.flatnonzero(~good & ~empty).tolist()
    extra: dict[int, str | None] = {n: _slow_text(piece, b"si", int(begin[n])) or "" for n in odd}
    extra |= dict.fromkeys(np.flatnonzero(empty).tolist(), "")
    source, positions = spans(piece, np.where(good & ~empty, start, -1), stop, extra)
    return source.take(pa.array(positions, mask=positions < 0))
