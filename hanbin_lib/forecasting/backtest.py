"""How the forecast would have done on this very record, beside the naive one.

A village's record allows three origins at most, so its own hits calibrate nothing: beside them
stands the pooled coverage of series of the same length (``tables/calibration.csv``).

The measures of accuracy are those of the forecasting competitions; all take one series' horizon: `actual` and
forecasts of shape (H,).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.forecasting.posterior import Prior, table
from hanbin_lib.forecasting.series import LEAST, Record
from hanbin_lib.forecasting.single import forecast_record, least_years, random_walk

_MOST_ORIGINS = 3
# Of the values forecast; less is what adding up equal steps leaves in the last digits.
_NO_ERROR = 1e-9
COLUMNS = [
    "origin",
    "year",
    "ahead",
    "actual",
    "mean",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
    "naive",
]


@dataclass(frozen=True, eq=False)
class Backtest:
    """Past forecasts against what came.

    Attributes
    ----------
    rows
        One row for each origin and year: columns `COLUMNS`; ``naive`` is the random walk with drift.
    pooled
        One row a year ahead: ``ahead, forecasts, coverage_80, coverage_95, error_ratio`` of
        series of this length; coverage as a share.
    least
        Years of record that each origin has at least.
    """

    rows: pd.DataFrame
    pooled: pd.DataFrame
    least: int = LEAST

    @property
    def error_ratio(self) -> float:
        """Mean absolute error over the naive forecast's.

        Infinite where the naive forecast alone had none; NaN without an origin, or where neither had any.
        """
        none = _NO_ERROR * self.rows["actual"].sum()
        own, naive = (
            float((self.rows["actual"] - self.rows[name]).abs().sum()) for name in ("mean", "naive")
        )
        if naive > none:
            return own / naive
        return np.inf if own > none else np.nan

    @property
    def beats_naive(self) -> bool | None:
        """Whether the error was smaller than the naive one's; None where there is nothing to compare."""
        return None if np.isnan(self.error_ratio) else self.error_ratio < 1

    def hits(self, level: int) -> tuple[int, int]:
        """Return how many past values lay in the interval of `level` (80 or 95), of how many."""
        actual = self.rows["actual"]
        inside = actual.between(self.rows[f"lower_{level}"], self.rows[f"upper_{level}"])
        return int(inside.sum()), len(inside)

    @property
    def verdict(self) -> str:
        """What the back-test says, in one Chinese sentence."""
        if self.beats_naive is None:
            if self.rows.empty:
                return f"历年数据不足{self.least + 1}年，不能回测"
            return "两种方法都没有误差，回测无从比较"
        compared = f"平均误差为平推法的{self.error_ratio:.2f}倍"
        if np.isinf(self.error_ratio):
            compared = "平推法没有误差"
        if not self.beats_naive:
            return f"回测{len(self.rows)}个数，{compared}，没有胜过平推法，慎用"
        return f"回测{len(self.rows)}个数，{compared}"


def backtest(record: Record, horizon: int, *, prior: Prior | str) -> Backtest:
    """Forecast again from the last three origins that leave five years of record.

    `prior` as in `single.forecast_record`; ``generic`` needs eight years at each origin.
    """
    observed = record.observed
    least = least_years(prior)
    origins = [int(year) for year in observed.index[least - 1 : -1]][-_MOST_ORIGINS:]
    rows = [row for origin in origins for row in _past_forecast(record, origin, horizon, prior)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return Backtest(table, pooled_coverage(len(observed), horizon, prior), least)


def _past_forecast(record: Record, origin: int, horizon: int, prior: Prior | str) -> list[tuple[float, ...]]:
    known = record.until(origin)
    ahead = min(horizon, record.last_year - origin)
    made = forecast_record(known, ahead, prior=prior).table()
    naive = random_walk(known.values, ahead).centre
    return [
        (origin, year, year - origin, record.values[year], *made.loc[year], naive[year - origin - 1])
        for year in made.index
        if pd.notna(record.values[year])
    ]


def pooled_coverage(length: int, horizon: int, prior: Prior | str) -> pd.DataFrame:
    """Coverage that series of this length had (longest tabled length that is not longer).

    Columns ``ahead, forecasts, coverage_80, coverage_95, error_ratio``; years beyond the table
    are left out.
    """
    name = Prior.INCOME if prior == Prior.INCOME else Prior.AUTO
    rows = table("calibration")
    rows = rows[rows["prior"].eq(name.value) & rows["ahead"].le(horizon)]
    nearest = rows["length"][rows["length"] <= max(length, rows["length"].min())].max()
    return rows[rows["length"] == nearest].drop(columns=["prior", "length"]).reset_index(drop=True)


def smape(actual: np.ndarray, point: np.ndarray) -> float:
    """Symmetric mean absolute percentage error, 0 to 200 (Makridakis & Hibon, 2000)."""
    return float(200 * np.mean(np.abs(actual - point) / (np.abs(actual) + np.abs(point))))


def naive_step(past: np.ndarray) -> float:
    """Mean absolute change from year to year, the unit of `mase`, `msis` and the scaled CRPS."""
    return float(np.abs(np.diff(past)).mean())


def mase(actual: np.ndarray, point: np.ndarray, step: float) -> float:
    """Mean absolute scaled error (Hyndman & Koehler, 2006)."""
    return float(np.abs(actual - point).mean() / step)


def msis(actual: np.ndarray, lower: np.ndarray, upper: np.ndarray, step: float, level: float = 95) -> float:
    """Mean scaled interval score of a central interval (Gneiting & Raftery, 2007)."""
    penalty = 2 / (1 - level / 100)
    below, above = np.maximum(lower - actual, 0), np.maximum(actual - upper, 0)
    return float(np.mean(upper - lower + penalty * (below + above)) / step)


def crps(actual: np.ndarray, quantiles: np.ndarray, probabilities: np.ndarray, step: float) -> float:
    """Continuous ranked probability score, scaled, from quantiles of shape (P, H).

    Twice the pinball loss, averaged over equally spaced probabilities.
    """
    gap = actual - quantiles
    share = probabilities[:, None]
    return float(2 * np.maximum(share * gap, (share - 1) * gap).mean() / step)
