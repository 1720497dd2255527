"""Tables as Parquet, read without a thread: a process that has read them can still be forked from."""

import pandas as pd
import pyarrow as pa
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
