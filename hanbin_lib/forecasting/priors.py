"""The priors that ship with the package, and how they combine.

``generic`` was learned from the M1 competition's yearly series, ``income`` and ``deviation``
from per-capita incomes of US states up to 1968 (``scripts/fit_priors.py``).
"""

from enum import StrEnum
from functools import lru_cache

import numpy as np

from hanbin_lib.forecasting.posterior import Cells
from hanbin_lib.forecasting.tables import table

# Of series about which nothing is told, so many are taken to be incomes beforehand; chosen on
# origins inside the training parts of M3 and Tourism.
_INCOMES_AMONG_ALL = 1 / 6


class Prior(StrEnum):
    """What a series is taken to be before it is seen."""

    AUTO = "auto"
    INCOME = "income"
    GENERIC = "generic"


@lru_cache
def shipped(name: str) -> Cells:
    """Cells of ``prior_NAME.csv`` with weights that add up to one."""
    columns = table(f"prior_{name}")
    weight = columns["weight"].to_numpy()
    parts = {name: columns[name].to_numpy() for name in ("power", "filter", "width", "drift", "noise")}
    return Cells(**parts, log_weight=np.log(weight / weight.sum()))


@lru_cache
def cells_of(prior: Prior) -> tuple[Cells, int]:
    """Cells of a prior and the position from which they are the income prior's."""
    if prior is Prior.AUTO:
        generic, income = shipped("generic"), shipped("income")
        return generic.joined(income, _INCOMES_AMONG_ALL), len(generic)
    cells = shipped(prior.value)
    return cells, 0 if prior is Prior.INCOME else len(cells)
