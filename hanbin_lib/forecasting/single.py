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
"""

import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd

from hanbin_lib.forecasting.distribution import LEVELS, Draw, Forecast
from hanbin_lib.forecasting.filters import filter_bank
from hanbin_lib.forecasting.mixture import MIDDLE, Mixture, weigh
from hanbin_lib.forecasting.posterior import Cells
from hanbin_lib.forecasting.priors import Prior, priors_of
from hanbin_lib.forecasting.series import FEW, Record, forecast_error, read_record
from hanbin_lib.forecasting.walk import experienced_spread, random_walk, theta

# Both chosen on origins inside the training parts of M3 and Tourism (docs/forecasting.md).
_MIXTURE_SHARE, _WALK_SHARE = 1 / 4, 1 / 3
# Power and middle of the steadiness by which spreads are widened, and how far it counts; chosen on M1 and on
# origins inside the same training parts, each of the three left out in turn.
_STEADINESS_POWER, _USUAL_STEADINESS, _STEADINESS_RANGE = 1 / 7, 0.45, (0.05, 5.0)
LONGEST = 15


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


def _checked(record: Record, horizon: int, prior: Prior | str | None) -> Prior:
    if prior is None and not record.is_income_per_head:
        raise forecast_error(
            "HB-FC-017",
            "没有说明是不是人均收入，两种情况预测不同",
            '人均收入用 prior="income"（或以指标名给序列命名），其他用 prior="auto"',
        )
    prior = Prior.INCOME if prior is None else prior
    if prior not in set(Prior):
        raise forecast_error("HB-FC-009", f"没有“{prior}”这种先验", "可填 auto、income、generic")
    if not 1 <= horizon <= LONGEST:
        raise forecast_error("HB-FC-009", f"预测年数{horizon}不在1—{LONGEST}之内", "改预测年数")
    if Prior(prior) is Prior.GENERIC and len(record.observed) < FEW:
        raise forecast_error(
            "HB-FC-006",
            f"只有{len(record.observed)}年有数，用通用先验至少需要{FEW}年",
            "收入用 income 先验，或与同镇各村一起用 forecast_group 预测",
        )
    return Prior(prior)
