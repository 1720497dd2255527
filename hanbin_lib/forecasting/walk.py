"""The two plain members: random walk with drift, widened by experience, and Theta.

`random_walk` is the naive forecast every other one has to beat. `theta` is the mean of the
straight line and of simple exponential smoothing of the line-free series doubled
(Assimakopoulos & Nikolopoulos, 2000).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from hanbin_lib.forecasting.mixture import PROBABILITIES, SCORES
from hanbin_lib.forecasting.tables import table

_GAINS = np.linspace(0.05, 1.0, 20)
_INNER, _OUTER = ndtri(0.90), ndtri(0.975)


@dataclass(frozen=True)
class Walk:
    """Random walk with drift: expected values and standard errors, shape (H,)."""

    centre: np.ndarray
    error: np.ndarray
    dof: int

    def quantiles(self) -> np.ndarray:
        """Quantiles at `PROBABILITIES` by Student's distribution, drift unknown; shape (79, H)."""
        return self.centre + self.error * _student_scores(self.dof)[:, None]


def random_walk(values: pd.Series, horizon: int) -> Walk:
    """Random walk with drift on the values as they are (index: years, gaps allowed)."""
    observed = values.dropna()
    y, span = observed.to_numpy(), np.diff(observed.index.to_numpy())
    total = span.sum()
    drift = (y[-1] - y[0]) / total
    dof = len(y) - 2
    variance = np.sum(np.square(np.diff(y) - drift * span) / span) / dof
    ahead = np.arange(1, horizon + 1)
    return Walk(y[-1] + drift * ahead, np.sqrt(variance * (ahead + np.square(ahead) / total)), dof)


def experienced_spread(walk: Walk, observed: int) -> np.ndarray:
    """Deviations from the centre at `PROBABILITIES`, widened as past errors were; shape (79, H).

    Half-widths are multiplied by ``exp(a + b log h + c log(n / 10))``, with a, b, c fitted to
    the 80 and the 95 per cent quantiles of past errors (``tables/walk_widths.csv``).
    """
    inner, outer = (
        np.exp(a + b * np.log(np.arange(1, len(walk.centre) + 1)) + c * np.log(min(observed, 25) / 10))
        for a, b, c in _widths()
    )
    far = np.clip((np.abs(SCORES) - _INNER) / (_OUTER - _INNER), 0, 1)[:, None]
    factor = inner * (1 - far) + outer * far
    return np.asarray(walk.error * factor * _student_scores(walk.dof)[:, None])


@lru_cache(maxsize=128)
def _student_scores(dof: int) -> np.ndarray:
    return np.asarray(stdtrit(dof, PROBABILITIES))


@lru_cache(maxsize=1)
def _widths() -> tuple[tuple[float, ...], ...]:
    widths = table("walk_widths").set_index("coverage").loc[[80, 95], ["constant", "ahead", "length"]]
    return tuple(tuple(float(value) for value in row) for row in widths.to_numpy())


def theta(values: pd.Series, horizon: int) -> np.ndarray:
    """Theta forecast of the values as they are, shape (H,); missing years are bridged straight."""
    y = values.interpolate().to_numpy()
    years = np.arange(len(y)) - (len(y) - 1) / 2
    slope = years @ y / (years @ years)
    line = y.mean() + slope * years
    level, weight = np.zeros(len(_GAINS)), np.ones(len(_GAINS))
    errors, weights = np.empty((len(y), len(_GAINS))), np.empty((len(y), len(_GAINS)))
    for t, value in enumerate(2 * y - line):
        errors[t], weights[t] = value - level, weight
        level = level + _GAINS * (value - level)
        weight = weight * (1 - _GAINS)
    start = (errors * weights).sum(0) / (weights * weights).sum(0)
    best = np.square(errors - weights * start).sum(0).argmin()
    smooth = level[best] + weight[best] * start[best]
    ahead = line[-1] + slope * np.arange(1, horizon + 1)
    return np.asarray((smooth + ahead) / 2)
