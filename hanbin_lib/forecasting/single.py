"""The forecast of one series.

A series declared to be an income has the middle and the spread of the Bayesian mixture
(`posterior`). Of any other series

- the middle is one quarter the mixture's and three quarters the median of mixture, random walk
  with drift and Theta;
- the spread is two thirds the mixture's and one third the random walk's as experience widened
  it; the latter's share falls to nothing as the series turns out to look like an income, which
  is the posterior weight of the income prior;
- it is wider the steadier the series went one way: what grew evenly goes astray farther than
  its own steps tell, what went up and down less.

The random walk is the naive forecast every other one has to beat. `theta` is the mean of the straight line
and of simple exponential smoothing of the line-free series doubled (Assimakopoulos & Nikolopoulos, 2000).
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from hanbin_lib.errors import refused_input
from hanbin_lib.forecasting.distribution import LEVELS, Draw, Forecast
from hanbin_lib.forecasting.filters import filter_bank
from hanbin_lib.forecasting.mixture import MIDDLE, PROBABILITIES, SCORES, Mixture, weigh
from hanbin_lib.forecasting.posterior import Cells, Prior, priors_of, table
from hanbin_lib.forecasting.series import FEW, LEAST, Record, read_record

# Both chosen on origins inside the training parts of M3 and Tourism (docs/forecasting.md).
_MIXTURE_SHARE, _WALK_SHARE = 1 / 4, 1 / 3
# Power and middle of the steadiness by which spreads are widened, and how far it counts; chosen on M1 and on
# origins inside the same training parts, each of the three left out in turn.
_STEADINESS_POWER, _USUAL_STEADINESS, _STEADINESS_RANGE = 1 / 7, 0.45, (0.05, 5.0)
LONGEST = 15
_GAINS = np.linspace(0.05, 1.0, 20)
_INNER, _OUTER = ndtri(0.90), ndtri(0.975)


class ShortHistoryWarning(UserWarning):
    """Fewer than eight years: the interval rests mostly on what other series did."""


def forecast(
    y: pd.Series,
    horizon: int,
    levels: Iterable[float] = LEVELS,
    *,
    prior: Prior | str | None = None,
    breaks: Iterable[int] = (),
    confirmed: Iterable[int] = (),
    as_of: int | None = None,
) -> pd.DataFrame:
    """Forecast an annual series.

    Parameters
    ----------
    y
        Positive values in one unit, one definition and one price basis (not checked: declare a
        change in `breaks`); index: whole years, dates or periods.
    horizon
        Years ahead, 1 to 15.
    levels
        Central intervals, per cent.
    prior
        ``income`` for incomes per head in current prices, ``generic`` for anything else, ``auto`` weighs both
        by what the series says. Left out, the series says it by its name: an income per head (人均…收入) is
        one; of any other the call has to.
    breaks, confirmed, as_of
        See `series.read_record`.

    Returns
    -------
    pandas.DataFrame
        Index: the calendar years ahead; columns ``mean`` (the predictive median), ``lower_80``,
        ``upper_80``, ``lower_95``, ``upper_95``. ``attrs["notes"]`` holds what was handled.

    Raises
    ------
    HanbinError
        ``HB-FC-001`` to ``HB-FC-009``; ``HB-FC-017`` where neither call nor series says whether it is an
        income.

    Warns
    -----
    ShortHistoryWarning
        Fewer than eight years are observed.
    """
    record = read_record(y, breaks=breaks, confirmed=confirmed, as_of=as_of)
    made = forecast_record(record, horizon, prior=prior)
    if len(record.observed) < FEW:
        warnings.warn(made.notes[-1], ShortHistoryWarning, stacklevel=2)
    result = made.table(levels)
    result.attrs["notes"] = made.notes
    return result


def forecast_record(record: Record, horizon: int, *, prior: Prior | str | None = None) -> Forecast:
    """Forecast a checked series; the object behind `forecast`.

    Raises
    ------
    HanbinError
        ``HB-FC-006`` if fewer than eight years are observed and the prior is ``generic``;
        ``HB-FC-009`` for a horizon that is not 1 to 15 or an unknown prior; ``HB-FC-017`` as in `forecast`.
    """
    prior = _checked(record, horizon, prior)
    return forecast_from(record, horizon, priors_of(prior))


def forecast_from(record: Record, horizon: int, priors: tuple[Cells, ...]) -> Forecast:
    """Forecast under given priors; of two, the second is that for incomes."""
    values = record.values.to_numpy()
    known = ~np.isnan(values)
    bank = filter_bank(tuple(known.tolist()), horizon)
    mixture, weights = weigh(bank, values[known], priors)
    grid, income = mixture.quantiles(), float(weights[-1])
    if len(priors) > 1:
        grid = _tempered(grid, record.values, income)
    return Forecast(record, grid, income, record.notes, _seeded(mixture))


def _seeded(mixture: Mixture) -> Draw:
    return lambda count, seed: mixture.paths(count, np.random.default_rng(seed))


def _tempered(own: np.ndarray, values: pd.Series, income: float) -> np.ndarray:
    horizon = own.shape[1]
    walk = random_walk(values, horizon)
    members = [own[MIDDLE], walk.centre, theta(values, horizon)]
    middle = _MIXTURE_SHARE * own[MIDDLE] + (1 - _MIXTURE_SHARE) * np.median(members, axis=0)
    share = _WALK_SHARE * (1 - income)
    spread = (1 - share) * (own - own[MIDDLE]) + share * experienced_spread(walk, walk.dof + 2)
    spread = spread * (np.clip(walk.steadiness, *_STEADINESS_RANGE) / _USUAL_STEADINESS) ** _STEADINESS_POWER
    # Middles of members may lie below zero; a quantile of a positive quantity may not.
    return np.asarray(np.maximum(middle + spread, 0.0))


def least_years(prior: Prior | str) -> int:
    """Fewest years of record that a forecast under this prior needs."""
    return FEW if prior == Prior.GENERIC else LEAST


def _checked(record: Record, horizon: int, prior: Prior | str | None) -> Prior:
    if prior is None and not record.is_income_per_head:
        raise refused_input(
            "HB-FC-017",
            "没有说明是不是人均收入，两种情况预测不同",
            '人均收入用 prior="income"（或以指标名给序列命名），其他用 prior="auto"',
        )
    prior = Prior.INCOME if prior is None else prior
    if prior not in set(Prior):
        raise refused_input("HB-FC-009", f"没有“{prior}”这种先验", "可填 auto、income、generic")
    if not 1 <= horizon <= LONGEST:
        raise refused_input("HB-FC-009", f"预测年数{horizon}不在1—{LONGEST}之内", "改预测年数")
    if len(record.observed) < least_years(prior):
        raise refused_input(
            "HB-FC-006",
            f"只有{len(record.observed)}年有数，用通用先验至少需要{FEW}年",
            "收入用 income 先验，或与同镇各村一起用 forecast_group 预测",
        )
    return Prior(prior)


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
