"""Income goals against the record: which series, which forecast, and why not where there is none."""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

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
from hanbin_lib.months import Month
from hanbin_lib.params import GrowthRule, IncomeGoal, Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.yearly_documents import GrowthOutlook

_YUAN = re.compile("(人民币)?元")  # 元, 元/人, 元/人·年; not 万元


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
