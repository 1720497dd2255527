"""Small tables that ship with the package; each column is explained in ``docs/forecasting.md``."""

from functools import lru_cache
from importlib.resources import files

import pandas as pd


@lru_cache
def table(name: str) -> pd.DataFrame:
    """Read ``NAME.csv`` of this folder; callers do not change it."""
    with files(__name__).joinpath(f"{name}.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream)
