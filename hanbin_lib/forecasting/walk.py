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
    """Random walk with drift: expected values and standard errors, shape (H,).

    `steadiness` is the drift's size in units of a step's standard deviation.
    """

    centre: np.ndarray
    error: np.ndarray
    dof: int
    steadiness: float

    def quantiles(self) -> np.ndarray:
        """Quantiles at `PROBABILITIES` by Student's distribution, drift unknown; shape (79, H)."""
        return self.centre + self.error * _student_scores(self.dof)[:, None]


def random_walk(values: pd.Series, horizon: int) -> Walk:
    """Random walk with drift on the values as they are (index: years, gaps allowed)."""
    y = values.to_numpy()
    known = ~np.isnan(y)
    y, span = y[known], np.diff(values.index.to_numpy()[known])
    total = span.sum()
    drift = (y[-1] - y[0]) / total
    dof = len(y) - 2
    variance = np.sum(np.square(np.diff(y) - drift * span) / span) / dof
    ahead = np.arange(1, horizon + 1)
    error = np.sqrt(variance * (ahead + np.square(ahead) / total))
    return Walk(y[-1] + drift * ahead, error, dof, abs(drift) / max(np.sqrt(variance), 1e-12 * abs(y[-1])))


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
    y = (values.interpolate() if values.hasnans else values).to_numpy()
    years = np.arange(len(y)) - (len(y) - 1) / 2
    slope = years @ y / (years @ years)
    line = y.mean() + slope * years
    own, weights = _smoothing(len(y))
    smoothed = own @ (2 * y - line)
    errors = (2 * y - line) - smoothed[:, :-1]
    start = (errors * weights[:, :-1]).sum(1) / np.square(weights[:, :-1]).sum(1)
    best = np.square(errors - weights[:, :-1] * start[:, None]).sum(1).argmin()
    smooth = smoothed[best, -1] + weights[best, -1] * start[best]
    ahead = line[-1] + slope * np.arange(1, horizon + 1)
    return np.asarray((smooth + ahead) / 2)


@lru_cache(maxsize=128)
def _smoothing(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Simple exponential smoothing from a level of zero, by gain.

    The level before each value and after the last as a function of the values, shape (gains, `length` + 1,
    `length`), and what a first level of one leaves in each, shape (gains, `length` + 1).
    """
    gone = np.subtract.outer(np.arange(length + 1), np.arange(length)) - 1
    left = np.power((1 - _GAINS)[:, None, None], np.maximum(gone, 0))
    own = np.where(gone >= 0, _GAINS[:, None, None] * left, 0.0)
    weights = np.power((1 - _GAINS)[:, None], np.arange(length + 1))
    own.flags.writeable = weights.flags.writeable = False
    return own, weights
