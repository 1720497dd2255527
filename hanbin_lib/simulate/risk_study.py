"""The risk flow of a month, opened from its tables: rates, projection, alarm, and what they rest on."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from scipy import special

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.months import Month
from hanbin_lib.simulate.engine import Plan, summarise
from hanbin_lib.simulate.episodes import Episodes, episodes_of, reported_shares, seen_relapses
from hanbin_lib.simulate.risk_alarm import Alarm, alarm, any_false_alarm
from hanbin_lib.simulate.risk_backtest import backtest
from hanbin_lib.simulate.risk_calendar import too_little
from hanbin_lib.simulate.risk_flow import AS_ON_RECORD, Change, project
from hanbin_lib.simulate.risk_model import RiskFlowRules, RiskModel, entry_counts, estimate
from hanbin_lib.statistics.chance import stream

# Columns without which a household would count as never eliminated, able to work, or without a cause.
NEEDED = ("eliminated_month", "is_no_labour_household", "risk_cause_1")
_LEVEL_MONTHS = 12


@dataclass(frozen=True)
class RiskStudy:
    """Rates and record of one month; projections are drawn from it as asked.

    Parameters
    ----------
    spells, model
        The record, and the rates estimated from it.
    by_town, by_cause
        Alarm of the month's new entries, by town code and by cause.
    """

    rules: RiskFlowRules
    spells: Episodes
    model: RiskModel
    by_town: Alarm
    by_cause: Alarm
    register: pd.DataFrame
    households: dict[str, float]
    least_months: int

    @cached_property
    def any_false_alarm(self) -> float:
        """Chance that anything rings, a town or a cause, in a month without any change."""
        return any_false_alarm(self.by_town, self.by_cause, stream(self.rules.seed, "alarm"))

    def project(self, plan: Plan, change: Change = AS_ON_RECORD, *, workers: int = 1) -> pd.DataFrame:
        """Open cases of the months to come (`risk_flow.project`)."""
        return project(self.model, self.spells, self.rules.horizon_months, plan, change, workers=workers)

    def backtest(self, plan: Plan, origins: int = 12) -> pd.DataFrame:
        """The projection made again as of earlier months (`risk_backtest.backtest`)."""
        return backtest(
            self.register,
            self.rules,
            plan,
            month=self.spells.month,
            origins=origins,
            towns=list(self.model.labels.towns),
            least_months=self.least_months,
            households=self.households,
        )

    def record(self, months: int) -> pd.Series:
        """Open households of the county at the end of the last months, by month (``2022-09``)."""
        towns, last = self.model.labels.towns, self.spells.month
        known = [last.shift(-back) for back in range(months - 1, -1, -1)]
        counts = [int(episodes_of(self.register, towns, month).is_open.sum()) for month in known]
        return pd.Series(counts, index=[str(month) for month in known])

    @property
    def _season(self) -> str:
        has_one = "season" in self.model.entering.places
        return "分月份（季节）估计" if has_one else "记录不足三年，看不出季节"

    @property
    def _calendar(self) -> tuple[str, ...]:
        """Sweeps, late entries and the households that exist."""
        past, planned = self.model.sweeps
        months = "、".join(Month.from_ordinal(month).label for month in past)
        late = float(self.model.missing.max(initial=0.0))
        return (
            *(
                (f"{months}按集中排查单独估计，以后{'按计划' if planned else '按同样的频次'}",)
                if past
                else ()
            ),
            *(
                (f"按先后几份登记簿，当月识别的有{100 * late:.0f}%以后才补录，已计入",)
                if late >= 0.005
                else ()
            ),
            "新识别不超过各镇未监测的户数"
            if self.model.is_bounded
            else "没有收到各镇（街道）的户数，新识别没有按户数封顶",
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the figures rest on, in Chinese, to be printed beside them."""
        rules, model = self.rules, self.model
        relapses, exposure = model.seen
        prior = f"{rules.relapse.events:g}户／{rules.relapse.household_months:g}户月"
        seen = (
            f"先后几份登记簿里见到返贫{relapses}户（{exposure}户月），连同设定的{prior}（自定，可修改）一并估计"
            if exposure
            else f"只有一份登记簿，看不出返贫，返贫的机会完全是设定：{prior}（自定，可修改）"
        )
        return (
            f"识别和风险消除的快慢按最近{rules.history_months}个月的登记估计，近来的升降逐月减弱；{self._season}",
            *self._calendar,
            f"识别不满{self.least_months}个月消除的极少，按登记估计；整户无劳动能力的户不消除",
            "新识别户的类别和原因按登记的构成",
            seen,
            *((f"识别或消除时间不全的{self.spells.undated}户没有用于估计",) if self.spells.undated else ()),
        )


def risk_study(sources: Sources, scope: Scope, rules: RiskFlowRules) -> RiskStudy:
    """Estimate the risk flow of the scope's month.

    Raises
    ------
    HanbinError
        ``HB-RSK-001`` the register did not come in, or nobody was at risk; ``HB-RSK-002`` too few entries,
        or too bunched, to say anything on the months to come.
    """
    register = sources.table("monitored_households")
    towns = list(scope.register.towns["place_code"])
    spells = None if register is None else episodes_of(register, towns, scope.month)
    if register is None or spells is None or not len(spells.table):
        raise HanbinError(
            "HB-RSK-001",
            f"{scope.month.label}的登记簿里没有可以估计风险流转的户",
            action="先导入该月的监测对象信息",
            exit_code=ExitCode.INPUT_INVALID,
        )
    households = _village_households(sources)
    registers = [
        (month, rows)
        for month in sorted({*sources.earlier, sources.current.month})
        if (rows := sources.table("monitored_households", month)) is not None
    ]
    _refuse_too_little(spells, rules, towns)
    least = scope.rules.least_months_to_elimination
    model = estimate(
        spells,
        rules,
        towns=towns,
        least_months=least,
        households=households,
        seen=seen_relapses(registers),
        reported=reported_shares(registers),
    )
    by_town = _alarm(spells, rules, towns, "town_code")
    by_cause = _alarm(spells, rules, list(model.labels.causes), "cause")
    return RiskStudy(rules, spells, model, by_town, by_cause, register, households, least)


def _refuse_too_little(spells: Episodes, rules: RiskFlowRules, towns: list[str]) -> None:
    last = spells.month.ordinal
    first = max(last - rules.history_months + 1, int(spells.table["identified"].min()))
    totals = entry_counts(spells.table, towns, first, last - first + 1).sum(axis=0)
    reason = too_little(totals)
    if reason is not None:
        raise HanbinError("HB-RSK-002", reason, action="等记录多些再推算", exit_code=ExitCode.INPUT_INVALID)


def hazard_table(model: RiskModel, plan: Plan) -> pd.DataFrame:
    """Monthly chance of elimination, by one factor at a time.

    The others stand at their middle; for category, cause and town the age is the first band in
    which elimination is within the rule. The level is that of the last twelve months.

    Returns
    -------
    DataFrame
        `engine.COLUMNS`: ``elimination_chance``, ``group`` ``age=6—8``, ``category=…``,
        ``cause=…`` of the county, and ``all`` of each town.
    """
    draws = model.leaving.draw(stream(plan.seed, "hazards"), plan.draws)
    labels = model.labels
    level = draws.intercept + draws.of("month")[:, -_LEVEL_MONTHS:].mean(axis=1)
    usual = level + draws.of("age")[:, min(1, len(labels.ages) - 1)]
    county = labels.towns[0][:6]
    kinds = (
        ("age", labels.age_labels, level),
        ("category", labels.categories, usual),
        ("cause", labels.causes, usual),
    )
    parts = [
        summarise(
            "elimination_chance",
            special.expit(base[:, None] + draws.of(name)),
            [county] * len(names),
            plan,
        ).assign(group=[f"{name}={label}" for label in names])
        for name, names, base in kinds
    ]
    towns = special.expit(usual[:, None] + draws.of("town"))
    return pd.concat([*parts, summarise("elimination_chance", towns, labels.towns, plan)], ignore_index=True)


def _village_households(sources: Sources) -> dict[str, float]:
    """Households of each town as the table of villages has them; empty where it did not come in."""
    villages = sources.table("villages")
    if villages is None:
        return {}
    sums = villages.groupby("town_code")["households"].sum().astype(float)
    return {str(town): float(count) for town, count in sums.items()}


def _alarm(spells: Episodes, rules: RiskFlowRules, groups: list[str], column: str) -> Alarm:
    """Entries of the month by a column of the spells, against the months before."""
    count = rules.alarm.history_months
    rows = spells.table.assign(town_code=spells.table[column])
    counts = entry_counts(rows, groups, spells.month.ordinal - count, count + 1)
    return alarm(counts[:, :-1], counts[:, -1], groups, rules.alarm)
