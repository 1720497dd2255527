"""Cells read as the import reads them, one kind of column at a time."""

import numpy as np
import pyarrow as pa

from hanbin_lib.contract import Column
from hanbin_lib.ingest import cells
from hanbin_lib.ingest.grid import encode


def column_of(texts, kinds=None):
    return encode(pa.chunked_array([pa.array(texts, pa.string())]), kinds)


def encoded(sides, kind):
    return cells.encoded([column_of(texts) for texts in sides], kind)[0]


def read(kind, *texts, name="column", labels=(), unit="", of=None):
    """Values of a column and which cells are bad, as lists; `of`: the kind of all cells."""
    values, problems = judged(kind, *texts, name=name, labels=labels, unit=unit, of=of)
    return values, [problem > 0 for problem in problems]


def judged(kind, *texts, name="column", labels=(), unit="", of=None):
    """Values of a column and the problem of each cell, as lists."""
    column = Column(name, "列", kind, labels=labels, unit=unit)
    kinds = None if of is None else np.full(len(texts), of, np.uint8)
    values, problems = cells.parsed(column, cells.encoded([column_of(texts, kinds)], kind)[0])
    return values.tolist(), problems.tolist()
