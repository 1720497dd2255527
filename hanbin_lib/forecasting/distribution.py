"""A forecast: every year's distribution, its joint futures, and what follows for a target."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from hanbin_lib.errors import refused_input
from hanbin_lib.forecasting.mixture import MIDDLE, SCORES
from hanbin_lib.forecasting.series import Record

# Number of futures and seed -> futures, shape (count, H).
Draw = Callable[[int, int], np.ndarray]
LEVELS = (80, 95)
_OUTLOOK_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Forecast:
    """Predictive distribution of the years after a record.

    Attributes
    ----------
    record
        The checked series it was made from.
    grid
        Quantiles at the normal scores `mixture.SCORES`, shape (79, H), in the series' unit.
    income_weight
        Posterior weight of the income prior, between 0 and 1.
    notes
        What was handled, and what to bear in mind, in Chinese.
    """

    record: Record
    grid: np.ndarray
    income_weight: float
    notes: tuple[str, ...]
    draw: Draw = field(repr=False)

    @property
    def horizon(self) -> int:
        """Years ahead."""
        return self.grid.shape[1]

    @cached_property
    def years(self) -> pd.Index:
        """The calendar years that are forecast."""
        first = self.record.last_year + 1
        return pd.RangeIndex(first, first + self.horizon, name="year")

    @property
    def median(self) -> pd.Series:
        """Predictive median by year."""
        return pd.Series(self.grid[MIDDLE], index=self.years, name="median")

    def quantile(self, probability: float) -> pd.Series:
        """Quantile by year, `probability` in (0, 1); beyond one in 20,000 the outermost is given."""
        return pd.Series(self._at(probability), index=self.years)

    def _at(self, probability: float) -> np.ndarray:
        """Quantile of each year, shape (H,)."""
        place = (ndtri(_inside(probability)) - SCORES[0]) / (SCORES[1] - SCORES[0])
        place = min(max(float(place), 0.0), len(SCORES) - 1.0)
        before = min(int(place), len(SCORES) - 2)
        low, high = self.grid[before], self.grid[before + 1]
        return np.asarray(low + (place - before) * (high - low))

    def table(self, levels: Iterable[float] = LEVELS) -> pd.DataFrame:
        """Median and central intervals.

        Returns
        -------
        pandas.DataFrame
            Index: calendar years. Columns ``mean`` (the predictive median, which half of the
            futures exceed; the name is the field's habit), then ``lower_80``, ``upper_80`` and
            so on for each level.

        Raises
        ------
        HanbinError
            ``HB-FC-009`` for a level outside (0, 100).
        """
        columns = {"mean": self.grid[MIDDLE]}
        for level in levels:
            outside = (1 - _inside(level / 100)) / 2
            columns[f"lower_{level:g}"] = self._at(outside)
            columns[f"upper_{level:g}"] = self._at(1 - outside)
        return pd.DataFrame(columns, index=self.years)

    def probability_of_reaching(self, target: float, year: int) -> float:
        """Probability that the value of `year` is `target` or more.

        Raises
        ------
        HanbinError
            ``HB-FC-009`` if `year` is not forecast.
        """
        column = self.grid[:, self._position(year)]
        distinct = np.concatenate([[True], np.diff(column) > 0])
        score = np.interp(target, column[distinct], SCORES[distinct], left=-np.inf, right=np.inf)
        return float(ndtr(-score))

    def required_growth(self, target: float, year: int) -> float:
        """Growth a year from the last observed value to `target` in `year`: 0.108 is 10.8 %."""
        self._position(year)
        last = float(self.record.values.iloc[-1])
        return float((target / last) ** (1 / (year - self.record.last_year)) - 1)

    def required_path(self, target: float, year: int) -> pd.Series:
        """Equal growth from the last observed value to `target`: one value a year."""
        growth = self.required_growth(target, year)
        last = self.record.last_year
        steps = np.arange(0, year - last + 1)
        values = float(self.record.values.iloc[-1]) * (1 + growth) ** steps
        return pd.Series(values, index=pd.RangeIndex(last, year + 1, name="year"))

    def toward(self, growth: float) -> "Forecast":
        """The same futures with their common pace half-way to an official growth a year (a share).

        Half-way was better than either alone where it was tried; how far the futures lie apart stays.
        """
        last = float(self.record.values.iloc[-1])
        pace = np.log(self.grid[MIDDLE, -1] / last) / self.horizon
        moved = np.exp(_OUTLOOK_SHARE * (np.log1p(growth) - pace) * np.arange(1, self.horizon + 1))
        return Forecast(
            self.record,
            self.grid * moved,
            self.income_weight,
            self.notes,
            lambda count, seed: self.draw(count, seed) * moved,
        )

    def paths(self, count: int = 2000, *, seed: int) -> pd.DataFrame:
        """Draw joint futures whose every year has this forecast's distribution.

        The years' dependence is the model's; their distribution is made exact by rank.

        Returns
        -------
        pandas.DataFrame
            `count` rows, one column a year.
        """
        return pd.DataFrame(by_rank(self.draw(count, seed), self.grid), columns=self.years)

    def _position(self, year: int) -> int:
        if year not in self.years:
            first, last = self.years[0], self.years[-1]
            raise refused_input(
                "HB-FC-009", f"{year}年不在预测期（{first}—{last}年）内", "加长预测年数，或改目标年份"
            )
        return int(year - self.years[0])


def by_rank(drawn: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Give drawn futures, shape (N, H), the distributions of `grid` and keep their order."""
    ranks = drawn.argsort(axis=0).argsort(axis=0)
    scores = ndtri((ranks + 0.5) / len(drawn))
    return np.stack([np.interp(scores[:, h], SCORES, grid[:, h]) for h in range(grid.shape[1])], axis=1)


def _inside(share: float) -> float:
    if not 0 < share < 1:
        raise refused_input("HB-FC-009", f"概率{share:g}不在0和1之间", "例如80%区间填80，中位数填0.5")
    return share
