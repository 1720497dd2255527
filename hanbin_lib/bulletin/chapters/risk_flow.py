"""风险流转（模拟）: open cases in the months to come, and the alarm for many new ones at once."""

import math

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.absence import internal
from hanbin_lib.bulletin.flowing import Flow
from hanbin_lib.bulletin.opening import Bulletin, of_month
from hanbin_lib.bulletin.origin import sourced
from hanbin_lib.bulletin.simulated import MARK, count, run_line, share
from hanbin_lib.bulletin.wording import interval, note, paragraph, sentence, with_interval, words
from hanbin_lib.display import (
    AnnexTable,
    Cell,
    Chart,
    Column,
    Figure,
    Missing,
    Paragraph,
    Shown,
    Strong,
    Style,
    Table,
    Text,
    as_given,
    percent,
    whole,
)
from hanbin_lib.errors import ExitCode, HanbinError, Unavailable
from hanbin_lib.indicators import Unit
from hanbin_lib.months import Month
from hanbin_lib.simulate import Plan
from hanbin_lib.simulate.risk_alarm import Alarm
from hanbin_lib.simulate.risk_backtest import scores
from hanbin_lib.simulate.risk_flow import Change

_NAME = "风险流转"
_OPEN = "open_households"
_ONE_DECIMAL = Style(decimals=1)
_TRIAL_DRAWS = 100  # what a slider draws at once
_MEASURES = {
    "new_households": "新识别",
    "eliminated_households": "风险消除",
    "relapsed_households": "返贫",
}


@internal
def verdict(bulletin: Bulletin) -> Paragraph | Missing:
    """Open households at the end of the horizon, and who rings the alarm."""
    flow, reference = bulletin.flow, _reference(bulletin)
    if isinstance(flow, Unavailable):
        return Missing(_NAME, flow.reason)
    last = _ahead(flow.projection, bulletin.place).iloc[-1]
    return paragraph(
        sentence(
            "{label}模拟：按近{history}的快慢，{month}未消除风险{value}（{range}），现有{now}。",
            label=Strong(("风险流转　",)),
            history=Figure(flow.study.rules.history_months, "个月", reference),
            month=words(f"{last['month'].label}底", reference),
            value=count(last["median"], Unit.HOUSEHOLDS, reference),
            range=interval((last["lower"], last["upper"]), Unit.HOUSEHOLDS, reference),
            now=bulletin.figures.figure("open_risk_households"),
        ),
        _alarm_told(bulletin, flow),
    )


@internal
@sourced("monitored_persons")
def fan(bulletin: Bulletin) -> Chart | None:
    """The record and the fan of open households."""
    flow = bulletin.flow
    if isinstance(flow, Unavailable):
        return None
    ahead = _ahead(flow.projection, bulletin.place)
    last = ahead.iloc[-1]
    past = bulletin.figures.trend("open_risk_households").dropna()
    return charts.monthly_fan(
        record=[(str(month), float(value)) for month, value in past.items()],
        ahead=[
            (str(row["month"]), row["median"], row["lower"], row["upper"]) for row in ahead.to_dict("records")
        ],
        interval=f"{percent(flow.plan.confidence, 0)}区间",
        title=f"模拟：{last['month'].label}底未消除风险{_span(last)}",
        unit_line=f"{MARK}，{percent(flow.plan.confidence, 0)}区间；户，实线为登记，虚线为模拟中位",
    )


@internal
def town_list(bulletin: Bulletin) -> AnnexTable | None:
    """Each town's open households now and at the end of the horizon, and its alarm; for the annex."""
    flow = bulletin.flow
    if isinstance(flow, Unavailable) or not bulletin.is_county:
        return None
    alarm = flow.study.by_town.table.set_index("group")
    rows: list[tuple[Cell, ...]] = []
    for code in bulletin.scope.register.towns["place_code"]:
        last, own, reference = (
            _ahead(flow.projection, code).iloc[-1],
            alarm.loc[code],
            _reference(bulletin, code),
        )
        rows.append(
            (
                bulletin.scope.register.name(code),
                bulletin.figures.figure("open_risk_households", place=code),
                count(last["median"], Unit.HOUSEHOLDS, reference),
                interval((last["lower"], last["upper"]), Unit.HOUSEHOLDS, reference),
                count(own["entries"], Unit.HOUSEHOLDS, reference),
                count(own["limit"], Unit.HOUSEHOLDS, reference),
                share(own["false_alarm"], reference),
                "报警" if own["is_alarm"] else "",
            )
        )
    heads = ("镇（街道）", "现有", "模拟中位", "区间", "本月新识别", "预警线", "误报的可能", "预警")
    months = flow.study.rules.horizon_months
    return AnnexTable(
        title="各镇风险流转和预警",
        unit_line=f"{_run_line(flow.plan)}；未消除风险户，{months}个月后；预警线以下不报警",
        columns=tuple(Column(head, "left" if head == heads[0] else "right") for head in heads),
        rows=tuple(rows),
    )


def backtest_table(bulletin: Bulletin) -> Table | None:
    """How the projection would have done in the last twelve months (for the analyst)."""
    flow = bulletin.flow
    if isinstance(flow, Unavailable):
        return None
    names, reference = {"county": bulletin.whole, "towns": "各镇（街道）"}, _reference(bulletin)
    rows = tuple(
        (
            names[row["level"]],
            Figure(row["cases"], "次", reference),
            share(row["covered"], reference),
            Figure(row["error"], "户", reference, _ONE_DECIMAL),
            Figure(row["unchanged_error"], "户", reference, _ONE_DECIMAL),
        )
        for row in scores(flow.backtest).to_dict("records")
    )
    return Table(
        title="近一年逐月回测",
        unit_line=f"{_run_line(flow.backtest_plan)}；只用当时的登记推算，再与后来比较",
        columns=(
            Column("范围", "left"),
            Column("比较", "right"),
            Column("落在区间内", "right"),
            Column("平均误差", "right"),
            Column("“不变”的误差", "right"),
        ),
        rows=rows,
    )


@internal
def reading_note(bulletin: Bulletin) -> Paragraph | None:
    """What the projection and the alarm rest on."""
    flow, reference = bulletin.flow, _reference(bulletin)
    if isinstance(flow, Unavailable):
        return None
    rules = flow.study.rules.alarm
    told: list[tuple[Text, ...]] = [(words(_run_line(flow.plan), reference), "。")]
    told += [(words(text, reference), "。") for text in flow.study.assumptions]
    told.append(
        sentence(
            "预警是自定规则：各镇与自己近{months}比，没有变化时一个镇一个月误报的可能不超过{error}，{whole}至少一个镇或一项原因误报的可能{any}（模拟）。",
            months=Figure(rules.history_months, "个月", reference),
            whole=f"全{bulletin.settings.county.kind}",
            error=share(rules.false_alarm_share, reference),
            any=share(_any_false_alarm(bulletin), reference),
        )
    )
    return note("假设", *told)


def trial(bulletin: Bulletin, entries: float, leaving: float, relapse_chance: float) -> Table | Missing:
    """The projection as on record, and with other rates (for the sliders).

    Parameters
    ----------
    entries, leaving
        Factors of the entries and of the odds of elimination; 1 is as on record.
    relapse_chance
        Monthly chance of an eliminated household to fall back; 0 or less: as estimated.

    Raises
    ------
    HanbinError
        ``HB-SIM-051`` a number out of range.
    """
    flow = bulletin.flow
    if isinstance(flow, Unavailable):
        return Missing(_NAME, flow.reason)
    try:
        change = Change(entries, leaving, relapse_chance if relapse_chance > 0 else None)
    except ValueError:
        raise HanbinError(
            "HB-SIM-051",
            "entries 应≥0，leaving 应>0，relapse_chance 应≤1",
            action="改正试算的参数",
            exit_code=ExitCode.PARAMS_INVALID,
        ) from None
    reference = _reference(bulletin)
    tried = flow.study.project(flow.study.rules.plan(_TRIAL_DRAWS), change)
    rows: list[tuple[Cell, ...]] = []
    for measure, name in {_OPEN: "期末未消除风险", **_MEASURES}.items():
        pair = (_sum_of(table, measure, bulletin.place, reference) for table in (flow.projection, tried))
        rows.append((name, *pair))
    return Table(
        title=f"试算：新识别×{as_given(entries)}，消除快慢×{as_given(leaving)}",
        unit_line=f"{_run_line(flow.plan)}（试算{_TRIAL_DRAWS}次）；户；期末为中位（区间），其余为一年合计的平均",
        columns=(Column("项目", "left"), Column("按登记", "right"), Column("试算", "right")),
        rows=tuple(rows),
        rule_every=1,
    )


def _sum_of(table: pd.DataFrame, measure: str, place: str, source: str) -> Shown:
    """A stock at the end of the horizon with its interval; a flow as the mean of its sum."""
    own = table[table["measure"].eq(measure) & table["place_code"].eq(place)]
    if measure != _OPEN:
        return Figure(own["mean"].sum(), Unit.HOUSEHOLDS, source)
    last = own.iloc[-1]
    return with_interval(last["median"], (last["lower"], last["upper"]), Unit.HOUSEHOLDS, source)


def _span(row: pd.Series) -> str:
    """``2332户（2301—2360户）``, for a title."""
    return f"{whole(row['median'])}户（{whole(row['lower'])}—{whole(row['upper'])}户）"


def _alarm_told(bulletin: Bulletin, flow: Flow) -> tuple[Text, ...]:
    """Who rings; a town hears of itself only."""
    by_town, reference = flow.study.by_town, _reference(bulletin)
    if not bulletin.is_county:
        own = by_town.table.set_index("group").to_dict("index")[bulletin.place]
        return sentence(
            "规模性返贫预警：本月新识别{entries}，预警线{limit}，{state}。",
            entries=count(own["entries"], Unit.HOUSEHOLDS, reference),
            limit=count(own["limit"], Unit.HOUSEHOLDS, reference),
            state="报警" if own["is_alarm"] else "没有报警",
        )
    names = [*_ringing(bulletin, by_town), *(f"“{cause}”" for cause in _groups(flow.study.by_cause))]
    return sentence(
        "规模性返贫预警：{state}（没有变化时{whole}一个月有镇或原因误报的可能{false}）。",
        whole=bulletin.whole,
        state=f"{'、'.join(names)}报警" if names else "没有镇（街道）和原因报警",
        false=share(_any_false_alarm(bulletin), reference),
    )


@of_month
def _any_false_alarm(bulletin: Bulletin) -> float:
    """Chance that anything rings in a month without any change; NaN where nothing can be projected."""
    return math.nan if isinstance(bulletin.flow, Unavailable) else bulletin.flow.study.any_false_alarm


def _groups(alarm: Alarm) -> list[str]:
    return [str(group) for group in alarm.table.loc[alarm.table["is_alarm"], "group"]]


def _ringing(bulletin: Bulletin, alarm: Alarm) -> list[str]:
    return [bulletin.scope.register.name(code) for code in _groups(alarm)]


def _ahead(table: pd.DataFrame, place: str) -> pd.DataFrame:
    """Open households of a place by month to come, with the month."""
    own = table[table["measure"].eq(_OPEN) & table["place_code"].eq(place)]
    months = pd.Series([Month.parse(group.removeprefix("month=")) for group in own["group"]], own.index)
    return own.assign(month=months)


def _run_line(plan: Plan) -> str:
    return run_line(_NAME, plan.draws, plan.seed, plan.confidence)


def _reference(bulletin: Bulletin, place: str = "") -> str:
    rules = bulletin.models.risk_flow
    return f"simulation|{_NAME}|{rules.seed}|{rules.draws}|{place or bulletin.place}"
