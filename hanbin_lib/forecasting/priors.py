"""The tables and priors that ship with the package, and how the priors combine.

``generic`` was learned from the yearly series of M1 and the training parts of M3's, ``income`` from five
panels of incomes and products per head, ``deviation`` from US states against their mean up to 1968
(``scripts/fit_forecast_tables.py``).
"""

from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd

from hanbin_lib.forecasting.filters import DRIFT_WIDTHS, GAINS
from hanbin_lib.forecasting.posterior import Cells

# Of series about which nothing is told, so many are taken to be incomes beforehand; chosen on
# origins inside the training parts of M3 and Tourism.
_INCOMES_AMONG_ALL = 1 / 6
PARTS = ("power", "filter", "width", "drift", "noise")


@lru_cache
def table(name: str) -> pd.DataFrame:
    """Read ``tables/NAME.csv``; callers do not change it. ``docs/forecasting.md`` explains each column."""
    with (files(__package__) / "tables" / f"{name}.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream)


class Prior(StrEnum):
    """What a series is taken to be before it is seen."""

    AUTO = "auto"
    INCOME = "income"
    GENERIC = "generic"


@lru_cache
def shipped(name: str) -> Cells:
    """Cells of ``prior_NAME.csv`` with weights that add up to one."""
    columns = table(f"prior_{name}")
    if "drift" not in columns:
        growth = table("income_growth")
        columns = columns.merge(growth, how="cross", suffixes=("", "_of_growth"))
        columns = columns.assign(weight=columns["weight"] * columns["weight_of_growth"])
    powers, drifts, noises = (np.unique(columns[part]) for part in ("power", "drift", "noise"))
    cells = Cells.full(tuple(int(power) for power in powers), tuple(drifts), tuple(noises))
    axes = (powers, np.arange(len(GAINS)), np.arange(len(DRIFT_WIDTHS)), drifts, noises)
    where = tuple(np.searchsorted(axis, columns[part]) for axis, part in zip(axes, PARTS, strict=True))
    weight = np.zeros_like(cells.log_weight)
    weight[where] = columns["weight"].to_numpy()
    with np.errstate(divide="ignore"):
        return cells.with_weights(np.log(weight / weight.sum()))


def with_odds(generic: Cells, income: Cells) -> tuple[Cells, Cells]:
    """Both priors, weighted by how likely each is of a series about which nothing is told."""
    first, second = np.log1p(-_INCOMES_AMONG_ALL), np.log(_INCOMES_AMONG_ALL)
    return generic.with_weights(generic.log_weight + first), income.with_weights(income.log_weight + second)


@lru_cache
def priors_of(prior: Prior) -> tuple[Cells, ...]:
    """The priors that a series is weighed by, the income prior last; their weights add up to one."""
    if prior is Prior.AUTO:
        return with_odds(shipped("generic"), shipped("income"))
    return (shipped(prior.value),)
