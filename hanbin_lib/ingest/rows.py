"""Typed rows of one sheet, which of them are at fault, and which of their texts a message may show."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
import pandas as pd
import pyarrow as pa

from hanbin_lib.ingest.findings import Fault, at_rows
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.recognise import Recognised

_SHOWN = 8
_LONGEST = 20
# Whatever holds three digits or more may be a number of somebody; a name of two to four Chinese
# characters that ends like no place and is like no known one may be somebody's name.
_NUMBER = re.compile(r"[0-9A-Za-z]{3,}")
_PLACE = re.compile(r"(村|社区|镇|乡|街道|街办|办事处|居委会|村委会|县|区|市|组|庄|屯|场)$")
_PLAIN = re.compile(r"[\w·（）()、/—-]+")
_MAY_BE_A_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_LEAST_ROWS = 3


@dataclass
class Rows:
    """Typed rows of one sheet and the faults found on the way.

    Parameters
    ----------
    frame
        Canonical columns, ``town_code``, ``village_code``, ``source_row`` (as Excel counts);
        later ``source_file`` (number of the source). Personal columns are still there.
    findings
        Tables with the findings' columns.
    seen
        Rows below the headings that hold anything.
    left
        Reason (Chinese) -> how many of them are not in `frame`; later steps add theirs.
    other_months
        Rows of other months (``2022-08``), which are in no table of this month.
    """

    sheet: Recognised
    frame: pd.DataFrame
    findings: list[pd.DataFrame] = field(default_factory=list)
    seen: int = 0
    left: dict[str, int] = field(default_factory=dict)
    other_months: dict[str, pd.DataFrame] = field(default_factory=dict)

    def leave(self, mask: Mask, reason: str) -> None:
        """Take the rows in `mask` out, and keep count of them."""
        if mask.any():
            self.left[reason] = self.left.get(reason, 0) + int(mask.sum())
            self.frame = self.frame[~mask].reset_index(drop=True)

    def tell(self, mask: Mask, fault: Fault) -> None:
        """Add a finding for each row in `mask`."""
        if mask.any():
            grid, names = (
                self.sheet.grid,
                [name for name in ("source_row", "town_code") if name in self.frame],
            )
            at = self.frame.loc[mask, names]
            self.findings.append(at_rows(at, fault, self.sheet.table.name, grid.file, grid.sheet))

    def tell_first(self, mask: Mask, fault: Fault) -> None:
        """Add one finding, at the first row in `mask`; the message says how many there are."""
        self.tell(mask & (np.cumsum(mask) == 1), fault)


def taken(values: pd.api.extensions.ExtensionArray, codes: np.ndarray) -> pd.Series:
    """One value a row: that of the distinct cell at each of `codes`, -1 is missing."""
    return pd.Series(values.take(codes, allow_fill=True))


def spread(values: pd.api.extensions.ExtensionArray, codes: np.ndarray) -> pd.Series:
    """One value a row; of text a category.

    Parameters
    ----------
    values
        Of the distinct cells.
    codes
        Position in `values` per row, -1 where the cell is empty.
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return taken(values, codes)
    # Cells that differ may say the same: 1 and 男, a typed 7 and the number 7.
    numbers, distinct = pd.factorize(pd.Series(values))
    per_row = np.append(numbers.astype(np.int32), np.int32(-1))[codes]
    return pd.Series(pd.Categorical.from_codes(per_row, distinct))


def as_text(column: pd.Series) -> pd.Series:
    """The column with one text a row, as it is stored."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    distinct = column.cat.categories.astype("str").array
    return taken(distinct, column.cat.codes.to_numpy()).set_axis(column.index)


def joined(parts: Sequence[Rows], names: Sequence[str]) -> pd.DataFrame:
    """Columns of all sheets of one table, one below the other."""
    frames = [part.frame for part in parts]
    return pd.DataFrame({name: _joined([frame[name] for frame in frames]) for name in names}, copy=False)


def _joined(columns: list[pd.Series]) -> pd.Series:
    if not all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns):
        return pd.concat(columns, ignore_index=True)
    chunks = pa.chunked_array([_dictionary(column) for column in columns])
    whole = chunks.unify_dictionaries().combine_chunks()
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    distinct = pd.Index(pd.array(whole.dictionary, dtype="str"))
    return pd.Series(pd.Categorical.from_codes(codes, distinct))


def _dictionary(column: pd.Series) -> pa.DictionaryArray:
    codes = column.cat.codes.to_numpy().astype(np.int32)
    distinct = pa.array(column.cat.categories.tolist(), pa.large_string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), distinct)


def tell_all(parts: list[Rows], mask: Mask, fault: Fault) -> None:
    """Add a finding for each row in `mask`, which runs over all sheets of one table."""
    start = 0
    for part in parts:
        part.tell(mask[start : start + len(part.frame)], fault)
        start += len(part.frame)


def told_names(counts: pd.Series, rows: Rows, known: Iterable[str]) -> list[str]:
    """Labels (index of `counts`, the most frequent first) with their rows, as far as they may be told.

    A label that stands in few rows, or anywhere in a personal column of the sheet, or that may be a name and
    has nothing of the `known` labels, is not told: a name in the wrong column would be published with the
    finding.
    """
    likely = set("".join(known))
    personal = _personal(rows, list(counts.index))
    told = [
        f"{label}（{count}处）"
        for label, count in zip(counts.index.astype(str), counts, strict=True)
        if count >= _LEAST_ROWS
        and is_plain(label)
        and label not in personal
        and (likely.intersection(label) or not _MAY_BE_A_NAME.fullmatch(label))
    ]
    return told[:_SHOWN]


def told_place(name: str, known: list[str], rows: Rows) -> tuple[str, list[str]]:
    """Name of a place as it may be told (else empty), and the known names that are nearest to it."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    may_be_told = is_plain(name) and not _personal(rows, [name]) and bool(near or _PLACE.search(name))
    return (name if may_be_told else ""), near


def is_plain(text: str) -> bool:
    """Whether a text is short, in one line, and holds no number."""
    return len(text) <= _LONGEST and _PLAIN.fullmatch(text) is not None and not _NUMBER.search(text)


def _personal(rows: Rows, texts: list[str]) -> frozenset[str]:
    """Those of `texts` that stand in a personal column of the sheet."""
    columns = [column.name for column in rows.sheet.table.personal if column.name in rows.frame]
    found = (rows.frame[name] for name in columns if rows.frame[name].dtype in ("category", "str"))
    return frozenset(str(value) for values in found for value in values[values.isin(texts)].unique())
