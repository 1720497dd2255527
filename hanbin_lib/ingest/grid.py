"""One sheet as it came: for every cell its text and what kind of cell it was, whatever the file's format.

Every reader makes the same thing of a sheet, so that a cell means the same by every route. A column is
codes into its distinct cells: 60,000 rows hold few distinct labels, and of each distinct cell there is one
text and one kind to judge.
"""

from array import array
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.ingest.containers import check_area

Codes = np.ndarray[Any, np.dtype[np.int32]]
Kinds = np.ndarray[Any, np.dtype[np.uint8]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


# 自定: the last group of a list has fewer rows than this.
MOST_BELOW = 1_000


class CellKind(IntEnum):
    """What a cell was in its file; how it shows on the screen follows from it."""

    TEXT = 0  # typed as text
    UNTYPED = 1  # of a text file: nobody says whether it was a number
    NUMBER = 2  # in full, no more digits than the file keeps
    PERCENT = 3  # a number shown with %; the text is what shows (98.5%)
    SCALED = 4  # a number that its format shows divided (thousands, 万): what shows is not what is stored
    DATE = 5  # YYYY-MM-DD
    DATETIME = 6  # YYYY-MM-DD HH:MM:SS
    TIME = 7  # HH:MM:SS, of no day
    BOOLEAN = 8  # TRUE or FALSE
    ERROR = 9  # #N/A and the like
    NO_RESULT = 10  # a formula whose result the file does not hold
    DRESSED = 11  # a number that its format shows with zeros before it or words about it: 1 as 001, as 1号
    STRUCK = 12  # whatever it is, all of it is struck out
    IN_YUAN = 13  # a number that its format shows with 元 behind it
    IN_10K_YUAN = 14  # with 万 or 万元
    IN_OTHER_MONEY = 15  # with 千元, 百万元, 亿元


MONEY = (CellKind.IN_YUAN, CellKind.IN_10K_YUAN, CellKind.IN_OTHER_MONEY)


@dataclass(frozen=True)
class Encoded:
    """A column as codes into its distinct cells; -1 is empty.

    Parameters
    ----------
    codes
        int32 per row.
    texts
        Text of each distinct cell.
    kinds
        `CellKind` of each distinct cell; None where all are typed text.
    """

    codes: Codes
    texts: pa.StringArray
    kinds: Kinds | None = None

    def take(self, positions: np.ndarray) -> "Encoded":
        """Rows at `positions`; the distinct cells stay."""
        return replace(self, codes=self.codes[positions])

    def rows_from(self, start: int) -> "Encoded":
        """All rows from `start` on."""
        return replace(self, codes=self.codes[start:])

    def text(self, row: int) -> str | None:
        """Text of one row."""
        code = int(self.codes[row])
        return None if code < 0 else str(self.texts[code])

    def of_kind(self, *kinds: CellKind) -> Mask:
        """Rows whose cell is of one of the kinds."""
        if self.kinds is None:
            return np.full(len(self.codes), CellKind.TEXT in kinds) & (self.codes >= 0)
        return np.append(np.isin(self.kinds, kinds), False)[self.codes]


@dataclass(frozen=True, slots=True)
class Area:
    """A merged area; rows and columns count from 0, the last ones belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet; row 0 of the grid is row 1 of Excel.

    Parameters
    ----------
    columns
        All of one length.
    is_hidden
        The sheet does not show in the workbook.
    hidden_rows
        Rows that do not show (a filter, as a rule).
    hidden_columns
        Columns that do not show.
    merges
        Merged areas of more than one row; `columns` hold their value in each of the rows of the first column.
    is_delimited
        Its cells were parted at a comma or the like, which may stand within a cell.
    """

    file: str
    sheet: str
    columns: tuple[Encoded, ...]
    is_hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merges: tuple[Area, ...] = ()
    is_delimited: bool = False

    @property
    def height(self) -> int:
        """Rows, empty ones too."""
        return len(self.columns[0].codes) if self.columns else 0

    def row(self, number: int) -> list[str | None]:
        """Texts of one row."""
        return [column.text(number) for column in self.columns]


def matches(texts: pa.StringArray, pattern: str) -> Mask:
    """Whether each text has the pattern (RE2) in it."""
    matched: Mask = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return matched


def encode(column: pa.ChunkedArray, kinds: Kinds | None = None) -> Encoded:
    """Distinct cells of a column of text; null and "" are empty.

    Parameters
    ----------
    kinds
        `CellKind` per row; None where all are typed text.
    """
    dictionary = pc.dictionary_encode(column).combine_chunks()
    if isinstance(dictionary, pa.ChunkedArray):
        dictionary = dictionary.chunk(0)
    codes = dictionary.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    texts = dictionary.dictionary
    if kinds is None or not kinds.any():
        return Encoded(codes, texts)
    return paired(codes, texts, kinds)


def paired(codes: Codes, texts: pa.StringArray, kinds: Kinds) -> Encoded:
    """Distinct pairs of text and kind: the same text may be typed here and a number there."""
    pairs = np.where(codes >= 0, codes.astype(np.int64) * len(CellKind) + kinds, -1)
    distinct, numbers = np.unique(pairs, return_inverse=True)
    first = int(np.searchsorted(distinct, 0))
    chosen = distinct[first:]
    return Encoded(
        (numbers - first).astype(np.int32).clip(min=-1),
        texts.take(pa.array(chosen // len(CellKind))),
        (chosen % len(CellKind)).astype(np.uint8),
    )


def last_merged(rows: int, areas: list[Area]) -> int:
    """Rows of a sheet whose last merged area may reach below its last cell, though not without end."""
    ends = [area.bottom + 1 for area in areas if area.top < rows and area.bottom < rows + MOST_BELOW]
    return max([rows, *ends])


def filled(grid: Grid, areas: list[Area]) -> Grid:
    """Put the value of a merged area into every row of its first column: that is what shows there."""
    areas = [area for area in areas if area.bottom > area.top and area.left < len(grid.columns)]
    codes = {area.left: grid.columns[area.left].codes.copy() for area in areas}
    for area in areas:
        column = codes[area.left]
        if area.top < len(column):
            column[area.top : area.bottom + 1] = column[area.top]
    columns = tuple(
        replace(column, codes=codes.get(place, column.codes)) for place, column in enumerate(grid.columns)
    )
    return replace(grid, columns=columns, merges=tuple(areas))


_CHECK_EVERY = 100_000


class SheetBuilder:
    """Cells of one sheet as they come; rows and columns count from 0."""

    def __init__(self, file: str, name: str, *, is_hidden: bool = False) -> None:
        self.file, self.name, self.is_hidden = file, name, is_hidden
        self.merges: list[Area] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self._distinct: dict[tuple[str, int], int] = {}
        self._columns: dict[int, tuple[array[int], array[int]]] = {}
        self.rows = self.cells = 0

    def put(self, row: int, column: int, text: str, kind: CellKind = CellKind.TEXT) -> None:
        """Add one cell; raise `HostileFileError` where the sheet would be almost all void."""
        code = self._distinct.setdefault((text, int(kind)), len(self._distinct))
        rows, codes = self._columns.setdefault(column, (array("q"), array("q")))
        rows.append(row)
        codes.append(code)
        self.rows, self.cells = max(self.rows, row + 1), self.cells + 1
        if self.cells % _CHECK_EVERY == 0:
            self._check()

    def merge(self, area: Area) -> None:
        """Note a merged area."""
        self.merges.append(area)

    def _check(self) -> None:
        check_area(self.rows, max(self._columns, default=-1) + 1, self.cells)

    def grid(self) -> Grid:
        """The sheet."""
        self.rows = last_merged(self.rows, self.merges)
        self._check()
        texts = np.array([text for text, _ in self._distinct] + [None], dtype=object)
        kinds = np.array([kind for _, kind in self._distinct] + [0], dtype=np.uint8)
        columns = []
        for column in range(max(self._columns, default=-1) + 1):
            codes = np.full(self.rows, -1, np.int64)
            if column in self._columns:
                rows, given = self._columns[column]
                codes[np.frombuffer(rows, np.int64)] = np.frombuffer(given, np.int64)
            values = pa.chunked_array([pa.array(texts[codes], pa.string())])
            columns.append(encode(values, kinds[codes]))
        hidden = tuple(row for row in self.hidden_rows if row < self.rows)
        unseen = tuple(column for column in self.hidden_columns if column < len(columns))
        grid = Grid(self.file, self.name, tuple(columns), self.is_hidden, hidden, unseen)
        return filled(grid, self.merges)
