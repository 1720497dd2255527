"""模拟推演: the lead, and 风险流转: open cases in the months to come, the alarm for many new ones at once."""

import math
from collections.abc import Iterator

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import columns, internal, of_study, sourced
from hanbin_lib.bulletin.month_inputs import of_month
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.parameters import RateChoice, checked
from hanbin_lib.bulletin.wording import (
    MARK,
    chance,
    interval,
    month_end,
    note,
    paragraph,
    run_line,
    sentence,
    share,
    with_interval,
    words,
)
from hanbin_lib.display import (
    AnnexTable,
    Cell,
    Chart,
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
from hanbin_lib.errors import Unavailable
from hanbin_lib.indicators import Unit
from hanbin_lib.months import Month
from hanbin_lib.simulate import SimulationSettings
from hanbin_lib.simulate.risk_alarm import Alarm
from hanbin_lib.simulate.risk_flow import OPEN, Change
from hanbin_lib.simulate.risk_model import RiskModel
from hanbin_lib.simulate.risk_study import NAME, RiskStudy, scores

_ONE_DECIMAL = Style(decimals=1)
_LEAST_LATE = 0.005  # share of late entries that is worth a word
_MEASURES = {
    "new_households": "新识别",
    "eliminated_households": "风险消除",
    "relapsed_households": "返贫",
}


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """What the chapter of simulations is, and which data it starts from; every number is marked as simulated.

    The public edition does without it: what is drawn from single households, town by town, is
    protected by no suppression.
    """
    if bulletin.is_public:
        return Missing("模拟推演", "公开版不含本章", is_chapter=True)
    return paragraph(
        sentence(
            "由{month}的数据推演而来，是模拟，不是统计数，也不是承诺。",
            month=month_end(bulletin.month),
        ),
        style="lead",
    )


def _study(bulletin: Bulletin) -> RiskStudy | Unavailable:
    return bulletin.flow


def results(bulletin: Bulletin) -> pd.DataFrame | None:
    """What was drawn, month by month; None where nothing could be (`verdict` says why)."""
    flow = _study(bulletin)
    return flow.projection if isinstance(flow, RiskStudy) else None


@internal
@of_study(_study, NAME)
def verdict(bulletin: Bulletin, flow: RiskStudy) -> Paragraph:
    """Open households at the end of the horizon, and who rings the alarm; or why that is not known."""
    reference = _reference(bulletin)
    last = _ahead(flow.projection, bulletin.place).iloc[-1]
    has_some = bulletin.figures.value("open_risk_households") != 0
    present = "现有{now}。" if has_some else "现在{none}未消除风险的户。"
    now = bulletin.figures.figure("open_risk_households")
    return paragraph(
        sentence(
            "{label}模拟：按近{history}的快慢，{month}未消除风险{value}（{range}），" + present,
            label=Strong(("风险流转　",)),
            history=Figure(flow.months, "个月", reference),
            month=words(f"{last['month'].label}底", reference),
            value=Figure(last["median"], Unit.HOUSEHOLDS, reference),
            range=interval((last["lower"], last["upper"]), Unit.HOUSEHOLDS, reference),
            now=now,
            none=words("没有", now.source),
        ),
        _alarm_told(bulletin, flow),
    )


@internal
@sourced("monitored_persons")
@of_study(_study)
def fan(bulletin: Bulletin, flow: RiskStudy) -> Chart:
    """The record and the fan of open households."""
    ahead = _ahead(flow.projection, bulletin.place)
    last = ahead.iloc[-1]
    past = bulletin.figures.trend("open_risk_households").dropna()
    return charts.monthly_fan(
        record=[(str(month), float(value)) for month, value in past.items()],
        ahead=[
            (str(row["month"]), row["median"], row["lower"], row["upper"]) for row in ahead.to_dict("records")
        ],
        interval=f"{percent(flow.settings.confidence, 0)}区间",
        title=f"模拟：{last['month'].label}底未消除风险{_span(last)}",
        unit_line=f"{MARK}，{percent(flow.settings.confidence, 0)}区间；户，实线为登记，虚线为模拟中位",
    )


@internal
@of_study(_study)
def town_list(bulletin: Bulletin, flow: RiskStudy) -> AnnexTable | None:
    """Each town's open households now and at the end of the horizon, and its alarm; for the annex."""
    if not bulletin.is_county:
        return None
    alarm = flow.by_town.table.set_index("group").to_dict("index")
    rows: list[tuple[Cell, ...]] = []
    for code in bulletin.towns:
        last, own = _ahead(flow.projection, code).iloc[-1], alarm[code]
        reference = _reference(bulletin, code)
        rows.append(
            (
                bulletin.name(code),
                bulletin.figures.figure("open_risk_households", place=code),
                Figure(last["median"], Unit.HOUSEHOLDS, reference),
                interval((last["lower"], last["upper"]), Unit.HOUSEHOLDS, reference),
                Figure(own["entries"], Unit.HOUSEHOLDS, reference),
                Figure(own["limit"], Unit.HOUSEHOLDS, reference),
                chance(own["false_alarm"], reference),
                "报警" if own["is_alarm"] else "",
            )
        )
    heads = ("镇（街道）", "现有", "模拟中位", "区间", "本月新识别", "预警线", "误报的可能", "预警")
    months = flow.rules.horizon_months
    return AnnexTable(
        title="各镇风险流转和预警",
        unit_line=f"{_run_line(flow.settings)}；未消除风险户，{months}个月后；预警线以下不报警",
        columns=columns(*heads),
        rows=tuple(rows),
    )


@of_study(_study)
def backtest_table(bulletin: Bulletin, flow: RiskStudy) -> Table:
    """How the projection would have done in the last twelve months (for the analyst)."""
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
        unit_line=f"{_run_line(flow.backtest_settings)}；只用当时的登记推算，再与后来比较",
        columns=columns("范围", "比较", "落在区间内", "平均误差", "“不变”的误差"),
        rows=rows,
    )


@internal
@of_study(_study)
def reading_note(bulletin: Bulletin, flow: RiskStudy) -> Paragraph:
    """What the projection and the alarm rest on."""
    rules, reference = flow.rules.alarm, _reference(bulletin)
    return note(
        "假设",
        *((words(text, reference), "。") for text in (_run_line(flow.settings), *assumptions(flow))),
        sentence(
            "预警是自定规则：各镇与自己近{months}比，没有变化时一个镇一个月误报的可能不超过{error}，{whole}至少一个镇或一项原因误报的可能{any}（模拟）。",
            months=Figure(flow.by_town.months, "个月", reference),
            whole=f"全{bulletin.settings.county.kind}",
            error=share(rules.false_alarm_share, reference),
            any=chance(_any_false_alarm(bulletin), reference),
        ),
    )


def assumptions(study: RiskStudy) -> list[str]:
    """What the figures rest on, a sentence each."""
    model = study.model
    season = "分月份（季节）估计" if "season" in model.entering.places else "不足三年，看不出季节"
    told = [
        f"识别和风险消除的快慢按最近{study.months}个月的登记估计，近来的升降逐月减弱；{season}",
        *_of_the_calendar(study.model),
        f"识别不满{study.least_months}个月消除的极少，按登记估计；整户无劳动能力的户不消除",
        "新识别户的类别和原因按登记的构成",
        _of_relapses(study),
    ]
    if study.episodes.undated:
        told.append(f"识别或消除时间不全的{study.episodes.undated}户没有用于估计")
    return told


def _of_the_calendar(model: RiskModel) -> Iterator[str]:
    """Sweeps, late entries and the households that exist."""
    past, planned = ("、".join(Month.from_ordinal(n).label for n in months) for months in model.sweeps)
    if past:
        yield f"{past}按集中排查单独估计，以后{'按计划' if planned else '按同样的频次'}"
    elif planned:
        yield f"计划在{planned}集中排查，登记里没有过集中排查，不知道会多识别多少，没有计入"
    late = float(model.missing.max(initial=0.0))
    if late >= _LEAST_LATE:
        yield f"按先后几份登记簿，当月识别的有{percent(late, 0)}以后才补录，已计入"
    if model.is_bounded:
        yield "新识别不超过各镇未监测的户数"
    else:
        yield "没有收到各镇（街道）的户数，新识别没有按户数封顶"


def _of_relapses(study: RiskStudy) -> str:
    seen, exposure = study.model.seen
    relapse = study.rules.relapse
    prior = f"{as_given(relapse.events)}户／{as_given(relapse.household_months)}户月"
    if exposure:
        return (
            f"先后几份登记簿里见到返贫{seen}户（{exposure}户月），连同设定的{prior}（自定，可修改）一并估计"
        )
    return f"只有一份登记簿，看不出返贫，返贫的机会完全是设定：{prior}（自定，可修改）"


@of_study(_study, NAME)
def trial(
    bulletin: Bulletin, flow: RiskStudy, entries: float, leaving: float, relapse_chance: float
) -> Table:
    """The projection as on record, and with other rates (for the sliders).

    Parameters
    ----------
    entries, leaving
        Factors of the entries and of the odds of elimination; 1 is as on record.
    relapse_chance
        Monthly chance of an eliminated household to fall back; 0: as estimated.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` a number that is none or out of range.
    """
    given = {"entries": entries, "leaving": leaving, "relapse_chance": relapse_chance}
    checked(RateChoice, given, "参数")
    change = Change(entries, leaving, relapse_chance or None)
    reference = _reference(bulletin)
    tried = flow.tried(change)
    falling_back = f"，每月返贫的可能{as_given(100 * relapse_chance)}%" if relapse_chance else ""
    rows: list[tuple[Cell, ...]] = []
    for measure, name in {OPEN: "期末未消除风险", **_MEASURES}.items():
        pair = (_sum_of(table, measure, bulletin.place, reference) for table in (flow.as_on_record, tried))
        rows.append((name, *pair))
    return Table(
        title=f"试算：新识别×{as_given(entries)}，消除快慢×{as_given(leaving)}{falling_back}",
        unit_line=f"{_run_line(flow.trial_settings)}；户；期末为中位（区间），其余为{flow.rules.horizon_months}个月合计的平均",
        columns=columns("项目", "按登记", "试算"),
        rows=tuple(rows),
        rule_every=1,
    )


def _sum_of(table: pd.DataFrame, measure: str, place: str, source: str) -> Shown:
    """A stock at the end of the horizon with its interval; a flow as the mean of its sum."""
    own = table[table["measure"].eq(measure) & table["place_code"].eq(place)]
    if measure != OPEN:
        return Figure(own["mean"].sum(), Unit.HOUSEHOLDS, source)
    last = own.iloc[-1]
    return with_interval(last["median"], (last["lower"], last["upper"]), Unit.HOUSEHOLDS, source)


def _span(row: pd.Series) -> str:
    """``2332户（2301—2360户）``, for a title."""
    return f"{whole(row['median'])}户（{whole(row['lower'])}—{whole(row['upper'])}户）"


def _alarm_told(bulletin: Bulletin, flow: RiskStudy) -> tuple[Text, ...]:
    """Who rings; a town hears of itself only."""
    by_town, reference = flow.by_town, _reference(bulletin)
    if not bulletin.is_county:
        own = by_town.table.set_index("group").to_dict("index")[bulletin.place]
        return sentence(
            "规模性返贫预警：本月新识别{entries}，预警线{limit}，{state}。",
            entries=Figure(own["entries"], Unit.HOUSEHOLDS, reference),
            limit=Figure(own["limit"], Unit.HOUSEHOLDS, reference),
            state="报警" if own["is_alarm"] else "没有报警",
        )
    names = [*map(bulletin.name, _ringing(by_town)), *(f"“{cause}”" for cause in _ringing(flow.by_cause))]
    return sentence(
        "规模性返贫预警：{state}（没有变化时{whole}一个月有镇或原因误报的可能{false}）。",
        whole=bulletin.whole,
        state=f"{'、'.join(names)}报警" if names else "没有镇（街道）和原因报警",
        false=chance(_any_false_alarm(bulletin), reference),
    )


@of_month
def _any_false_alarm(bulletin: Bulletin) -> float:
    """Chance that anything rings in a month without any change; NaN where nothing can be projected."""
    return math.nan if isinstance(bulletin.flow, Unavailable) else bulletin.flow.any_false_alarm


def _ringing(alarm: Alarm) -> list[str]:
    return [str(group) for group in alarm.table.loc[alarm.table["is_alarm"], "group"]]


def _ahead(table: pd.DataFrame, place: str) -> pd.DataFrame:
    """Open households of a place by month to come, with the month."""
    own = table[table["measure"].eq(OPEN) & table["place_code"].eq(place)]
    months = pd.Series([Month.parse(group.removeprefix("month=")) for group in own["group"]], own.index)
    return own.assign(month=months)


def _run_line(settings: SimulationSettings) -> str:
    return run_line(NAME, settings.draws, settings.seed, settings.confidence)


def _reference(bulletin: Bulletin, place: str = "") -> str:
    rules = bulletin.models.risk_flow
    return f"simulation|{NAME}|{rules.seed}|{rules.draws}|{place or bulletin.place}"
