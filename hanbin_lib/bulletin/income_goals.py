"""Income goals against the record, and the words for them and for a plan towards them.

Which series, which forecast, and why not where there is none; how sure, what it takes, what there is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hanbin_lib.bulletin.wording import chance, interval, joined, sentence, share, words
from hanbin_lib.display import WHOLE, Figure, Phrase, Shown, Strong, Style, Text, percent, written
from hanbin_lib.errors import HanbinError, Unavailable
from hanbin_lib.forecasting import (
    Entry,
    Goal,
    GoalAssessment,
    Prior,
    assess_goal,
    growth_comparison,
    one_calibre,
    register_forecast,
    registered,
)
from hanbin_lib.forecasting.goals import NOT_BORNE_OUT, chance_in_words, range_in_words
from hanbin_lib.indicators import Unit
from hanbin_lib.months import Month
from hanbin_lib.params import GrowthRule, IncomeGoal, Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.simulate.mixes import Mix, as_planned, taken
from hanbin_lib.simulate.plans import Lever
from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.simulate.target_study import (
    AS_PLANNED,
    EVERYTHING,
    NO_LEVER,
    WITHIN_BUDGET,
    TargetStudy,
    sure_key,
)
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.yearly_documents import GrowthOutlook

_YUAN = re.compile("(人民币)?元")  # 元, 元/人, 元/人·年; not 万元
FIELDS = {
    "take_up": ("落实比例", "%"),
    "delay_months": ("推迟", "个月"),
    "cost_once_yuan": ("一次投入", "元"),
    "cost_year_yuan": ("每年投入", "元"),
    "jobs": ("岗位", "个"),
    "wage_month_yuan": ("月工资", "元"),
    "months": ("月数", "个月"),
    "displaced": ("原有收入占比", "%"),
    "mu": ("面积", "亩"),
    "yield_kg": ("亩产", "公斤"),
    "price_yuan_kg": ("单价", "元/公斤"),
    "inputs_yuan": ("亩投入", "元"),
    "forgone_yuan": ("原亩净收入", "元"),
    "farmers_share": ("农户所得比例", "%"),
    "additional": ("额外部分", "%"),
    "persons": ("人口", "人"),
    "workers_per_mu": ("百亩用工", "人"),
}
_OF_A_HUNDRED = frozenset(name for name, (_, unit) in FIELDS.items() if unit == "%") | {"workers_per_mu"}
_BOUND = 0.005  # rounds to 0%
LIMITS = {"land_mu": ("用地", "亩"), "workers": ("用工", "人"), "posts": ("公益性岗位", "个")}


@dataclass(frozen=True, eq=False)
class AssessedGoal:
    """One goal and what the record says of it.

    Parameters
    ----------
    goal
        From ``params/goals.yaml``.
    assessment
        Or why the record allows none.
    source
        Sources of the series, as the table names them.
    official
        The government's outlook that the second answer goes half-way to; None where none is entered.
    """

    goal: IncomeGoal
    assessment: GoalAssessment | Unavailable
    source: str
    official: GrowthOutlook | None = None


def assess(
    goal: IncomeGoal,
    series: pd.DataFrame | None,
    month: Month,
    prior: Prior | str = Prior.INCOME,
    official: GrowthOutlook | None = None,
) -> AssessedGoal:
    """Assess one goal from the annual values known by `month`.

    Parameters
    ----------
    series
        ``area_series`` (历年数据), None where it did not come in.
    """
    if series is None:
        return AssessedGoal(goal, Unavailable(goal.area, "没有收到历年数据"), "")
    known = _known(series, month)
    own = known[known["area_name"].eq(goal.area) & known["indicator_name"].eq(goal.indicator)]
    source = "、".join(sorted(set(own["source"].dropna())))
    if units := sorted(one for one in set(own["unit"].dropna()) if not _YUAN.match(str(one))):
        told = f"{goal.indicator}的单位是{'、'.join(units)}，应为元（目标以元计）"
        return AssessedGoal(goal, Unavailable(goal.area, told), source)
    try:
        values = one_calibre(known, goal.area, goal.indicator).astype(float)
        wanted = Goal(goal.value_yuan, goal.year, goal.indicator, goal.prices)
        found = assess_goal(
            values,
            wanted,
            calibre=goal.indicator,
            prices=goal.prices,
            prior=prior,
            breaks=goal.breaks,
            outlook=official.share if official else None,
        )
    except HanbinError as error:
        return AssessedGoal(goal, Unavailable(goal.area, error.message), source)
    return AssessedGoal(goal, found, source, official)


def _known(series: pd.DataFrame, month: Month) -> pd.DataFrame:
    """Values of the years before that of `month`, which is not over."""
    return series[series["year"].lt(month.year).fillna(False)].assign(year=lambda t: t["year"].astype(int))


def placed_goals(settings: Settings, register: AreaRegister) -> Settings:
    """Parameters that name a place by the code it had at the beginning, with its code of the month."""
    if not register.past:
        return settings
    own = (goal.model_copy(update={"place": register.placed(goal.place)}) for goal in settings.goals.goals)
    goals = settings.goals.model_copy(update={"goals": tuple(own)})
    return settings.model_copy(update={"goals": goals})


def compare(rule: GrowthRule, series: pd.DataFrame | None, month: Month) -> pd.DataFrame:
    """Growth of the rule's two series, year by year; empty where either is not there."""
    if series is None:
        return pd.DataFrame()
    known = _known(series, month)
    try:
        own = one_calibre(known, rule.area, rule.indicator).astype(float)
        other = one_calibre(known, rule.reference_area, rule.reference_indicator).astype(float)
    except HanbinError:
        return pd.DataFrame()
    return growth_comparison(own, other)


def forecasts_before(folder: Path, month: Month) -> tuple[Entry, ...]:
    """Registered forecasts that were made before `month`; a damaged one stops no month."""
    day = f"{month}-01"
    known = registered(folder, before=day, without_damaged=True)
    return tuple(entry for entry in known if entry.made_on < day)


def register(folder: Path, assessed: AssessedGoal, month: Month, snapshot: str) -> None:
    """Keep the forecast of `month`, so that a later bulletin can show how it did."""
    if isinstance(assessed.assessment, Unavailable):
        return
    folder.mkdir(parents=True, exist_ok=True)
    register_forecast(
        folder,
        assessed.assessment.forecast,
        place=assessed.goal.area,
        indicator=assessed.goal.indicator,
        made_on=pd.Timestamp(month.last_day).date(),
        digest=digest_of(program_digest(), assessed.goal, snapshot),
    )


def goal_reference(one: AssessedGoal) -> str:
    """Address of a goal's figures."""
    return f"forecast|{one.goal.area}|{one.goal.indicator}|{one.goal.year}"


def goal_name(one: AssessedGoal) -> Phrase:
    """Whose income, by when, how much."""
    goal, source = one.goal, goal_reference(one)
    target = Figure(goal.value_yuan, Unit.YUAN, source)
    return joined(f"{goal.area}{goal.indicator}{goal.year}年达到", target, source=source)


def goal_chance(one: AssessedGoal) -> tuple[Text, ...]:
    """Paces first; the chance only where no back-test of this record has lost to the naive forecast."""
    found = one.assessment
    assert not isinstance(found, Unavailable)  # asked only where there is one
    reference = goal_reference(one)
    text = "需年均增长{need}，预测年均{pace}，{recent}增速{last}；"
    if found.is_reached:
        text = "{last_year}已是{value}；预测年均{pace}，{recent}增速{last}；"
    # The record may end years before the month: 近3年 would be of other years than these.
    first, last = found.last_paces.index[0], found.last_paces.index[-1]
    years = words(f"{first}—{last}年" if first < last else f"{last}年", reference)
    paces = sentence(
        text,
        last_year=Figure(found.record.last_year, "年", reference),
        value=Figure(float(found.record.observed.iloc[-1]), Unit.YUAN, reference),
        need=Strong((share(found.required_growth, reference),)),
        pace=share(found.forecast_growth, reference),
        recent=years if found.has_recent_paces else "",
        last=last_paces(found, reference),
    )
    if not found.is_borne_out:
        return (*paces, words(NOT_BORNE_OUT, reference))
    return (
        *paces,
        *sentence(
            "{reach}的把握{chance}{assumed}，增速每年再低{point}则为{slower}",
            reach="到时仍达到" if found.is_reached else "达到",
            chance=Strong((words(chance_in_words(found.probability), reference),)),
            assumed=_assumed(found, reference),
            point=Figure(1, "个百分点", reference),
            slower=words(chance_in_words(found.probability_if_slower), reference),
        ),
        *_officially(one, found),
    )


def _assumed(found: GoalAssessment, reference: str) -> Text:
    """``（不同假设下8%—15%）``; nothing where there is one assumption alone."""
    if len(found.assumptions) == 1:
        return ""
    return joined("（不同假设下", chance_range(found, reference), "）", source=reference)


def chance_range(found: GoalAssessment, reference: str) -> Phrase:
    """Lowest and highest chance over the assumptions; in words where an end is a bound, or both are alike."""
    ends = [chance_in_words(one) for one in found.probability_range]
    if ends[0] == ends[1] or not all(one.startswith("约") for one in ends):
        return words(range_in_words(found.probability_range), reference)
    return interval(found.probability_range, Unit.SHARE, reference, WHOLE)


def _officially(one: AssessedGoal, found: GoalAssessment) -> tuple[Text, ...]:
    """The second answer: with the pace half-way to the official outlook, where one is entered."""
    official, chance = one.official, found.probability_with_outlook
    if official is None or chance is None:
        return ()
    reference = goal_reference(one)
    return sentence(
        "；与{whose}预期增速（{growth}）折中则为{chance}",
        whose=words(f"{official.name}{official.year}年", reference),
        growth=share(official.share, reference),
        chance=words(chance_in_words(chance), reference),
    )


def last_paces(found: GoalAssessment, source: str) -> Phrase:
    """``8.1%、7.4%、6.9%``; ``2019年8.1%、2022年6.9%`` where these are not the record's last years."""
    parts: list[str | Figure] = []
    for year, pace in found.last_paces.items():
        parts += ["、", "" if found.has_recent_paces else f"{year}年", share(float(pace), source)]
    return joined(*parts[1:], source=source)


def official_source(one: AssessedGoal) -> list[Phrase]:
    """Document of the official outlook, where one is entered."""
    official = one.official
    if official is None:
        return []
    text = f"预期增速：{official.document}（{official.issued}），{official.year}年{official.stated}"
    return [words(f"{text}，预测取两者的中间", goal_reference(one))]


def mix_names(one: TargetStudy) -> dict[str, str]:
    """What the mixes of a study are called, by key."""
    sure = {sure_key(share): f"{percent(share, 0)}把握最省" for share in one.plan.probabilities}
    own = {NO_LEVER: "没有举措", AS_PLANNED: "原计划", WITHIN_BUDGET: "预算内最稳", EVERYTHING: "全部用足"}
    return own | sure


def beyond(one: TargetStudy, source: str) -> tuple[Text, ...]:
    """Of what the plan as it stands takes more than the place has."""
    told = []
    for name, used in taken(one.plan, as_planned(one.plan)).items():
        (label, unit), there = LIMITS[name], one.plan.limits.known[name].amount
        if used > there:
            told.append(
                joined(
                    label,
                    Figure(used, "", source, WHOLE),
                    unit,
                    "，只有",
                    Figure(there, "", source, WHOLE),
                    unit,
                    source=source,
                )
            )
    return tuple(piece for one_of in told for piece in ("原计划", one_of, "，做不到。"))


def end_of_chance(probability: float) -> str:
    """``92%``; of what draws alone make none or certain ``<1%``, ``>99%``."""
    if probability < _BOUND:
        return "<1%"
    return percent(probability, 0) if probability < 1 - _BOUND else ">99%"


def income_range(mix: Mix, source: str) -> Phrase:
    """Interval of the income in thousands of yuan: ``22.2—31.0``."""
    return interval([n / 1000 for n in mix.income_yuan[1:]], "", source, Style(decimals=1))


def within_budget(mix: Mix, source: str) -> Shown:
    """Chance to keep the budget; certain only where nothing is spent."""
    is_free = mix.cost_yuan[2] == 0 and mix.within_budget == 1
    return Figure(1, Unit.SHARE, source, WHOLE) if is_free else chance(mix.within_budget, source)


def used_of(one: TargetStudy, name: str) -> Callable[[Mix, str], Shown]:
    """What a mix takes of a limit, beside what there is: ``3500/5200``."""
    there = one.plan.limits.known[name].amount
    return lambda mix, source: joined(
        Figure(taken(one.plan, mix.units)[name], "", source, WHOLE),
        "/",
        Figure(there, "", source, WHOLE),
        source=source,
    )


def in_words(lever: Lever) -> str:
    """Quantities of a lever that are not certain, with their three values."""
    parts = [
        f"{FIELDS[field][0]}{values(field, quantity)}{FIELDS[field][1]}"
        for field, quantity in lever.quantities.items()
        if not field.startswith("cost_")
    ]
    return "，".join(parts)


def values(field: str, quantity: Quantity) -> str:
    """``60—80—100``, or one number where it is fixed."""
    if quantity.is_fixed:
        return value_of(field, quantity.low)
    return "—".join(value_of(field, number) for number in (quantity.low, quantity.likely, quantity.high))


def value_of(field: str, number: float) -> str:
    """A number of a field in its unit."""
    scaled = number * 100 if field in _OF_A_HUNDRED else number
    return written(scaled, "", Style(decimals=1 if abs(scaled) < 100 else 0, is_trimmed=True))
