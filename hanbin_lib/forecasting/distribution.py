"""A forecast: every year's distribution, its joint futures, what follows for a target; futures by component.

Of the components (wage, business, property, transfer income) each one's logarithm grows by its own drift and
a yearly shock. Shocks have Student's distribution (heavy tails: the divisor is shared, so bad years come
together) and one common correlation. The whole is anchored: without a lever, the median of the components'
sum is the forecast's median in every year, so a scenario starts from the same expectation as the forecast.
"""

from collections.abc import Callable, Iterable, Mapping
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
COMPONENTS = ("wage", "business", "property", "transfer")


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


@dataclass(frozen=True)
class ComponentModel:
    """Assumptions on the components; every one is the user's to change.

    Attributes
    ----------
    yuan
        Income per head of the last year on record, by component, yuan.
    drift
        Expected log growth a year by component; the anchor corrects their common part.
    shock_sd
        Standard deviation of a year's log shock.
    correlation
        Between the shocks of any two components, in [0, 1).
    dof
        Degrees of freedom of the shocks, above 2.
    """

    yuan: Mapping[str, float]
    drift: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(COMPONENTS, 0.07))
    shock_sd: Mapping[str, float] = field(
        default_factory=lambda: {"wage": 0.03, "business": 0.08, "property": 0.15, "transfer": 0.04}
    )
    correlation: float = 0.3
    dof: float = 6.0

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn (``HB-FC-014``)."""
        parts = (self.yuan, self.drift, self.shock_sd)
        if any(set(part) != set(COMPONENTS) for part in parts):
            raise refused_input("HB-FC-014", f"收入构成须恰为{'、'.join(COMPONENTS)}", "补齐或改名")
        if min(self.yuan.values()) < 0 or sum(self.yuan.values()) <= 0 or min(self.shock_sd.values()) < 0:
            raise refused_input("HB-FC-014", "收入构成或波动幅度为负，或合计为零", "更正后重试")
        if not (0 <= self.correlation < 1 and self.dof > 2):
            raise refused_input("HB-FC-014", "相关系数须在0和1之间，自由度须大于2", "更正后重试")


def component_paths(
    forecast: Forecast,
    model: ComponentModel,
    *,
    levers: Mapping[str, float] | None = None,
    count: int = 2000,
    seed: int,
) -> pd.DataFrame:
    """Draw futures of the four components.

    Parameters
    ----------
    forecast
        What the sum is anchored to.
    levers
        Change of a component's log growth a year, such as ``{"wage": 0.02}``. The same seed
        with and without levers draws the same shocks, so their difference is the levers' alone.

    Returns
    -------
    pandas.DataFrame
        Yuan per head: `count` rows; columns (component, year), with ``total`` as a fifth
        component.

    Raises
    ------
    HanbinError
        ``HB-FC-014`` for an unknown component or an impossible model.
    """
    shifts = dict(levers or {})
    unknown = sorted(set(shifts) - set(COMPONENTS))
    if unknown:
        raise refused_input("HB-FC-014", f"没有这些收入构成：{'、'.join(unknown)}", "只用四项构成")
    grown = _unanchored(model, forecast.horizon, count, np.random.default_rng(seed))
    anchor = forecast.median.to_numpy() / np.median(grown.sum(axis=1), axis=0)
    years = np.arange(1, forecast.horizon + 1)
    shift = np.array([shifts.get(name, 0.0) for name in COMPONENTS])
    parts = grown * anchor * np.exp(shift[:, None] * years)
    whole = np.concatenate([parts, parts.sum(axis=1, keepdims=True)], axis=1)
    columns = pd.MultiIndex.from_product(
        [[*COMPONENTS, "total"], forecast.years], names=["component", "year"]
    )
    return pd.DataFrame(whole.reshape(count, -1), columns=columns)


def _unanchored(model: ComponentModel, horizon: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Futures before anchoring, shape (count, 4, horizon)."""
    size = len(COMPONENTS)
    correlation = np.full((size, size), model.correlation)
    np.fill_diagonal(correlation, 1.0)
    normal = rng.standard_normal((count, horizon, size)) @ np.linalg.cholesky(correlation).T
    divisor = np.sqrt(rng.chisquare(model.dof, (count, horizon, 1)) / (model.dof - 2))
    sd = np.array([model.shock_sd[name] for name in COMPONENTS])
    drift = np.array([model.drift[name] for name in COMPONENTS])
    logs = np.cumsum(drift + normal / divisor * sd, axis=1)
    start = np.array([model.yuan[name] for name in COMPONENTS])
    return np.asarray(np.swapaxes(start * np.exp(logs), 1, 2))
