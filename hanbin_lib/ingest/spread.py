"""From the values of a column's distinct cells to its rows, and from parts of a table to the whole.

Columns of text stay codes into their distinct texts until they are stored (pandas calls it a category): a
million rows hold few distinct villages and labels. Such a column is put in order, matched or filled as text:
the order of its distinct texts means nothing.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from hanbin_lib.ingest.rows import Rows


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


def as_text(column: pd.Series) -> pd.Series:
    """The column with one text a row, as it is stored."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    distinct = column.cat.categories.astype("str").array
    return taken(distinct, column.cat.codes.to_numpy()).set_axis(column.index)
