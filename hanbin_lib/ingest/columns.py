"""From blocks of cells, as a reader found them, to the columns of a grid."""

import html
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.ingest.grid import CellKind, Encoded, Kinds, encode, paired
from hanbin_lib.ingest.iso_cells import iso_cell
from hanbin_lib.ingest.number_formats import shown
from hanbin_lib.ingest.problems import matches

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMERIC = (
    CellKind.NUMBER,
    CellKind.PERCENT,
    CellKind.SCALED,
    CellKind.DATE,
    CellKind.DATETIME,
    CellKind.TIME,
)
# What shows as it is written.
_PLAIN = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,8})?$"


@dataclass
class Block:
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


def columns_of(
    blocks: list[Block], rows: int, strings: pa.StringArray, *, is_1904: bool
) -> tuple[Encoded, ...]:
    """All columns of a sheet, with the text that shows in each cell."""
    width = max((block.width for block in blocks), default=0)
    decoded = _decoded(strings)
    return tuple(_column(blocks, rows, column, decoded, is_1904=is_1904) for column in range(width))


def _column(
    blocks: list[Block], rows: int, column: int, strings: pa.StringArray, *, is_1904: bool
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
    plain = (cells.kinds == CellKind.NUMBER) & matches(cells.texts, _PLAIN)
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
