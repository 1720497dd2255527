"""Tables as Parquet, read without a thread: a process that has read them can still be forked from.

And keys of one table found in another.
"""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def read_frame(content: bytes, columns: list[str] | None = None) -> pd.DataFrame:
    """Table of a Parquet file, as `pandas.read_parquet` gives it.

    Parameters
    ----------
    columns
        The ones to read; all without.

    Raises
    ------
    pyarrow.ArrowInvalid
        It is not Parquet, a `ValueError`.

    Notes
    -----
    `pandas.read_parquet` leaves Arrow's pools behind, whatever it is told. Documents are made side by side
    on all cores, so that one thread a table loses nothing there.
    """
    file = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False)
    return file.read(columns=columns, use_threads=False).to_pandas(use_threads=False)


def is_among(column: pd.Series, known: pd.Series) -> pd.Series:
    """Whether each text of a column stands in another; a missing one stands nowhere.

    Arrow looks texts up where they are: `Series.isin` makes Python texts of a whole register first.
    """
    own, others = (pa.array(texts.astype("str"), from_pandas=True) for texts in (column, known))
    found = pc.is_in(own, value_set=others.drop_null())
    return pd.Series(found.to_numpy(zero_copy_only=False), index=column.index)
