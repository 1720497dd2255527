"""A sheet put together cell by cell, for the formats that are read so."""

from array import array

import numpy as np
import pyarrow as pa

from hanbin_lib.ingest.containers import check_area
from hanbin_lib.ingest.grid import Area, CellKind, Grid, encode, filled, last_merged

_CHECK_EVERY = 100_000


class SheetBuilder:
    """Cells of one sheet as they come; rows and columns count from 0."""

    def __init__(self, file: str, name: str, *, is_hidden: bool = False) -> None:
        self.file, self.name, self.is_hidden = file, name, is_hidden
        self.merges: list[Area] = []
        self.hidden_rows: list[int] = []
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
        grid = Grid(self.file, self.name, tuple(columns), self.is_hidden, hidden)
        return filled(grid, self.merges)
