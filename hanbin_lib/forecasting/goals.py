"""Will a place reach its income goal: everything a chart and its honest sentence need."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from hanbin_lib.errors import refused_input
from hanbin_lib.forecasting.backtest import Backtest, backtest
from hanbin_lib.forecasting.distribution import Forecast
from hanbin_lib.forecasting.posterior import Prior
from hanbin_lib.forecasting.series import Record, read_record
from hanbin_lib.forecasting.single import LONGEST, forecast_record, least_years

FAN = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
_LAST_PACES = 3
_ONE_POINT = 0.01


@dataclass(frozen=True)
class Goal:
    """An income goal: yuan per head in a year, with the definition and prices it is stated in.

    ``calibre`` is the name of the indicator and ``prices`` the price basis (``现价`` or
    ``可比价``); both must be the record's, else the comparison is refused.
    """

    yuan: float
    year: int
    calibre: str
    prices: str


@dataclass(frozen=True, eq=False)
class GoalAssessment:
    """What the record says of a goal.

    Attributes
    ----------
    record
        The checked series, yuan per head.
    forecast
        The main forecast.
    fan
        Quantiles by year, columns the probabilities `FAN`, yuan per head.
    required_path
        Equal growth from the last value to the goal, yuan per head by year.
    required_growth, forecast_growth
        A year, as shares: what the goal needs, and what the forecast's median makes.
    yearly_growth
        Of each year that has the year before it, by year, as shares.
    probability
        Of reaching the goal by the main forecast.
    probability_if_slower
        The same with growth one point a year lower in every future.
    probability_with_outlook
        The same with the pace half-way to the official growth (`Forecast.toward`); None without one.
    assumptions
        Columns ``assumption, median_yuan, probability``: the main forecast first, then the
        same under other reasonable assumptions.
    backtest
        Past forecasts from this record.
    """

    goal: Goal
    record: Record
    forecast: Forecast
    fan: pd.DataFrame
    required_path: pd.Series
    required_growth: float
    forecast_growth: float
    yearly_growth: pd.Series
    probability: float
    probability_if_slower: float
    probability_with_outlook: float | None
    assumptions: pd.DataFrame
    backtest: Backtest

    @property
    def probability_range(self) -> tuple[float, float]:
        """Lowest and highest probability over the assumptions."""
        column = self.assumptions["probability"]
        return float(column.min()), float(column.max())

    @property
    def last_paces(self) -> pd.Series:
        """Growth of the last three years that have one, by year, as shares."""
        return self.yearly_growth.tail(_LAST_PACES)

    @property
    def has_recent_paces(self) -> bool:
        """Whether these are of the record's last years, one after another: no year is missing among them."""
        years = self.last_paces.index
        return bool(years[0] == self.record.last_year - len(years) + 1)

    @property
    def is_reached(self) -> bool:
        """Whether the last value on record is the goal or more."""
        return float(self.record.observed.iloc[-1]) >= self.goal.yuan

    @property
    def is_borne_out(self) -> bool:
        """Whether the chance may stand in a headline: no back-test has lost to the naive forecast."""
        return self.backtest.beats_naive is not False

    @property
    def notes(self) -> tuple[str, ...]:
        """What was handled in the record, and what the back-test says."""
        return (*self.forecast.notes, self.backtest.verdict)


def assess_goal(
    series: pd.Series,
    goal: Goal,
    *,
    calibre: str,
    prices: str,
    prior: Prior | str = Prior.INCOME,
    group: Forecast | None = None,
    outlook: float | None = None,
    breaks: Iterable[int] = (),
    confirmed: Iterable[int] = (),
    as_of: int | None = None,
) -> GoalAssessment:
    """Assess an income goal of one place.

    Parameters
    ----------
    series
        Yuan per head by year, of the definition `calibre` and the price basis `prices`.
    group
        The place's forecast together with its district (`group.forecast_places`); it is then the
        main one.
    outlook
        Official growth a year in current prices, as a share: a second answer beside the first.
    breaks, confirmed, as_of
        See `series.read_record`.

    Raises
    ------
    HanbinError
        As `single.forecast`; ``HB-FC-015`` if goal and record differ in definition or prices, or
        the goal's year is not after the record (it then says what came); ``HB-FC-009`` if it lies
        beyond `group`.
    """
    if (goal.calibre, goal.prices) != (calibre, prices):
        pairs = f"目标为{goal.calibre}（{goal.prices}），历年数据为{calibre}（{prices}）"
        raise refused_input("HB-FC-015", f"口径不同不能比较：{pairs}", "换用同一口径、同一价格的数据")
    record = read_record(series, breaks=breaks, confirmed=confirmed, as_of=as_of)
    horizon = goal.year - record.last_year
    if horizon < 1:
        raise refused_input("HB-FC-015", _past(record, goal), "改目标年份")
    alone = forecast_record(record, horizon, prior=prior)
    main = alone if group is None else group
    others = _assumptions(record, horizon, prior, alone if group is not None else None)
    rows = [("采用的预测", main), *others]
    assumed = [
        (name, f.median[goal.year], f.probability_of_reaching(goal.yuan, goal.year)) for name, f in rows
    ]
    table = pd.DataFrame(assumed, columns=["assumption", "median_yuan", "probability"])
    pace = main.required_growth(float(main.median[goal.year]), goal.year)
    slower = ((1 + pace - _ONE_POINT) / (1 + pace)) ** (goal.year - record.last_year)
    return GoalAssessment(
        goal=goal,
        record=record,
        forecast=main,
        fan=pd.DataFrame({share: main.quantile(share) for share in FAN}),
        required_path=main.required_path(goal.yuan, goal.year),
        required_growth=main.required_growth(goal.yuan, goal.year),
        forecast_growth=pace,
        yearly_growth=yearly_growth(record.values),
        probability=main.probability_of_reaching(goal.yuan, goal.year),
        probability_if_slower=main.probability_of_reaching(goal.yuan / slower, goal.year),
        probability_with_outlook=(
            None if outlook is None else main.toward(outlook).probability_of_reaching(goal.yuan, goal.year)
        ),
        assumptions=table,
        backtest=backtest(record, horizon, prior=prior),
    )


def _past(record: Record, goal: Goal) -> str:
    """What came of a goal whose year is on record."""
    value = record.values.get(goal.year)
    if value is None or pd.isna(value):
        return f"目标年份{goal.year}不晚于最后有数的年份{record.last_year}，且没有{goal.year}年的数"
    is_reached = "达到了" if value >= goal.yuan else "没有达到"
    return f"目标年份{goal.year}年已有数：{value:.0f}元，{is_reached}目标{goal.yuan:.0f}元"


def _assumptions(
    record: Record, horizon: int, prior: Prior | str, alone: Forecast | None
) -> list[tuple[str, Forecast]]:
    """Forecasts that a reasonable person might have made instead; none that is known to mislead."""
    made = [] if alone is None else [("只看本地历年数据", alone)]
    observed, least = record.observed, least_years(prior)
    if len(observed) > least:
        before = int(observed.index[-2])
        further = horizon + record.last_year - before
        if further <= LONGEST:
            shorter = forecast_record(record.until(before), further, prior=prior)
            made.append((f"不看{record.last_year}年", shorter))
        recent = Record(record.values.loc[int(observed.index[-least]) :])
        made.append((f"只看近{least}个有数的年份", forecast_record(recent, horizon, prior=prior)))
    return made


NOT_BORNE_OUT = "回测没有胜过平推法，把握不作标题"


def chance_in_words(probability: float) -> str:
    """约33%: the share as it is, in whole per cent; what cannot be told apart from none or all as a bound."""
    if probability < 0.01:
        return "不到1%"
    if probability > 0.99:
        return "99%以上"
    rounded = Decimal(repr(float(probability))).scaleb(2).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return f"约{rounded}%"


def range_in_words(chances: tuple[float, float]) -> str:
    """``8%—15%``, ``不到1%—13%``; 都不到1% where both ends are told alike."""
    low, high = (chance_in_words(one) for one in chances)
    if low == high:
        return f"都在{low}" if low.endswith("以上") else f"都{low}"
    return "—".join(one.removeprefix("约") for one in (low, high))


def growth_comparison(own: pd.Series, reference: pd.Series) -> pd.DataFrame:
    """Compare the growth of two records, as a rule "not lower than" needs.

    Which rule holds, and against whom, is the bureau's parameter; here are the numbers.

    Returns
    -------
    pandas.DataFrame
        Index: years in which both have this and the preceding year. Columns ``growth,
        reference_growth`` (shares), ``gap`` (their difference), ``is_not_lower``.
    """
    growth, other = (yearly_growth(values) for values in (own, reference))
    table = pd.DataFrame({"growth": growth, "reference_growth": other}).dropna()
    table["gap"] = table["growth"] - table["reference_growth"]
    # A tenth of a basis point: below that the published growth rates are the same number.
    return table.assign(is_not_lower=table["gap"] >= -1e-6)


def yearly_growth(values: pd.Series) -> pd.Series:
    """Growth of each year on the year before, as shares, where both have a value."""
    observed = values.dropna().sort_index()
    growth = observed.div(observed.shift()).sub(1)
    return growth[np.diff(observed.index, prepend=np.inf) == 1]
