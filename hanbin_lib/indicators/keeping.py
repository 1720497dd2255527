"""Tables that take long are computed once: the name of the file says all that they depend on."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from hanbin_lib.files import write_atomically


def kept_table(path: Path, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """What is in the Parquet file `path`, or what `compute` gives, which is then kept there."""
    if path.is_file():
        return pd.read_parquet(path)
    table = compute()
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    write_atomically(path, buffer.getvalue())
    return table
