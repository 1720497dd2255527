"""十一、增收目标: will the place reach it, how sure, and how past forecasts did."""

from dataclasses import replace
from typing import Any

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.bulletin.income_goals import (
    AssessedGoal,
    assess,
    chance_range,
    compare,
    goal_chance,
    goal_name,
    goal_reference,
    last_paces,
    official_source,
)
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.parameters import ComponentChoice, GoalChoice, checked
from hanbin_lib.bulletin.wording import (
    chance,
    joined,
    note,
    paragraph,
    sentence,
    share,
    words,
)
from hanbin_lib.display import (
    MARGIN,
    WHOLE,
    Cell,
    Chart,
    Column,
    Figure,
    Missing,
    Paragraph,
    Style,
    Table,
    percent,
    whole,
)
from hanbin_lib.errors import Unavailable
from hanbin_lib.forecasting import COMPONENTS, ComponentModel, GoalAssessment, component_paths, review
from hanbin_lib.forecasting.goals import chance_in_words
from hanbin_lib.indicators import Unit
from hanbin_lib.params import IncomeGoal

_BANDS = (("95%", 0.025, 0.975), ("80%", 0.1, 0.9), ("50%", 0.25, 0.75))
_COMPONENT_NAMES = dict(zip(COMPONENTS, ("工资性", "生产经营", "财产性", "转移性"), strict=True))
_DRAWS, _SEED = 4000, 2027


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """The honest sentence of the first goal; the chapter is left out where there is none."""
    if not bulletin.assessed_goals:
        return Missing("增收目标", "没有设定本地的增收目标，本章从略", is_chapter=True)
    known = _first(bulletin)
    return verdict(known) if known else Missing("增收目标", _unavailable(bulletin)[0].reason, is_chapter=True)


def fan(bulletin: Bulletin) -> Chart | None:
    """Record, fan, goal and required path of the first goal."""
    known = _first(bulletin)
    return fan_of(known) if known else None


def goal_table(bulletin: Bulletin) -> Table | None:
    """All goals: required growth, growth on record, chance and its range."""
    if not bulletin.assessed_goals:
        return None
    return Table(
        title="目标、需要的增速和把握",
        unit_line="；".join(["把握为达到目标的概率，范围为不同假设下的概率", *_refusals(bulletin)]),
        columns=columns(
            "地区",
            "目标",
            "最近一年",
            "需年均",
            "预测年均",
            "最近三个增速",
            "把握",
            "范围",
            widths=(18, 26, 27, 14, 16, 23, 15, 17),
            left=2,
        ),
        rows=tuple(_goal_row(one) for one in bulletin.assessed_goals),
        rule_every=1,
    )


def comparisons(bulletin: Bulletin) -> Table | None:
    """The bureau's "not lower than" rules, by the last year that both series have."""
    rules = bulletin.settings.goals.comparisons if bulletin.is_county else ()
    if not rules:
        return None
    series = bulletin.area_series
    rows: list[tuple[Cell, ...]] = []
    for rule in rules:
        table = compare(rule, series, bulletin.month)
        reference = f"growth|{rule.area}|{rule.indicator}"
        if table.empty:
            rows.append((rule.label, words("无可比数", reference), "—", "—", "—"))
            continue
        year, row = table.index[-1], table.iloc[-1]
        rates = [share(row[name], reference) for name in ("growth", "reference_growth")]
        verdict = "不低于" if row["is_not_lower"] else "低于"
        rows.append((rule.label, Figure(year, "年", reference), *rates, verdict))
    return Table(
        title="增速比较",
        unit_line="名义增速；规则由本局填写（goals.yaml）",
        columns=(*columns("规则", "年份", "本地", "参照"), Column("结果")),
        rows=tuple(rows),
        rule_every=1,
    )


def past_forecasts(bulletin: Bulletin) -> Table | None:
    """How registered forecasts did, where their years have come."""
    series = bulletin.area_series
    if series is None or not bulletin.forecasts:
        return None
    made = [replace(e, place=bulletin.goal_names.get(e.place, e.place)) for e in bulletin.forecasts]
    rows: list[tuple[Cell, ...]] = []
    for one in bulletin.assessed_goals:
        own = series[series["area_name"].eq(one.goal.area) & series["indicator_name"].eq(one.goal.indicator)]
        actual = pd.Series(own["value"].to_numpy(dtype=float), index=own["year"].astype(int))
        done = review(made, actual, place=one.goal.area, indicator=one.goal.indicator)
        rows += [_review_row(one, dict(zip(done.columns, row, strict=True))) for row in done.to_numpy()]
    if not rows:
        return None
    return Table(
        title="以前的预测准不准",
        unit_line="元/人/年；误差为预测中位与实际之差",
        columns=(
            *columns("地区", "预测于", "年份", "预测", "实际", "误差", left=2),
            Column("在80%区间内"),
        ),
        rows=tuple(rows),
    )


def reading_note(bulletin: Bulletin) -> Paragraph | None:
    """Where the values come from, what was handled in them, and what the back-test says."""
    known = _first(bulletin)
    return note_of(known) if known else None


def _first(bulletin: Bulletin) -> AssessedGoal | None:
    """The first goal that the record allows to assess."""
    return next((one for one in bulletin.assessed_goals if not isinstance(one.assessment, Unavailable)), None)


def outlook(
    bulletin: Bulletin, place: str, indicator: str, target: float, year: int, prior: str
) -> AssessedGoal:
    """Assess any goal, for the notebook.

    Parameters
    ----------
    place
        Name as in 历年数据.
    prior
        ``income``, ``auto`` or ``generic`` (`hanbin_lib.forecasting.Prior`).

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` the prior is unknown, or a number is none or out of range.
    """
    given = {"place": place, "indicator": indicator, "target": target, "year": year, "prior": prior}
    checked(GoalChoice, given, "参数")
    goal = IncomeGoal(
        area=place, place=bulletin.place, indicator=indicator, prices="现价", value_yuan=target, year=year,
        source="笔记本试算",
    )  # fmt: skip
    return assess(goal, bulletin.area_series, bulletin.month, prior)


def verdict(one: AssessedGoal) -> Paragraph | Missing:
    """The honest sentence of one goal, or why there is none."""
    if isinstance(one.assessment, Unavailable):
        return Missing(one.assessment.name, one.assessment.reason)
    return paragraph((goal_name(one), "，", *goal_chance(one), "。"), style="lead")


def fan_of(one: AssessedGoal) -> Chart | None:
    """Fan chart of one goal."""
    if isinstance(one.assessment, Unavailable):
        return None
    found, goal = one.assessment, one.goal
    values = found.fan
    bands = [(label, _pairs(values[low]), _pairs(values[high])) for label, low, high in _BANDS]
    record = _pairs(found.record.observed)
    drawn = charts.goal_fan(
        record=record,
        bands=bands,
        median=_pairs(values[0.5]),
        goal=(goal.year, goal.value_yuan),
        growth=_pairs(found.yearly_growth),
        title=f"{goal.area}{goal.year}年目标{whole(goal.value_yuan)}元：{_headline(found)}",
        unit_line=f"{goal.indicator}，元/人/年，{goal.prices}；虚线预测中位，红点线为到目标的路径；下方为逐年增速，空心为预测",
    )
    return replace(drawn, source=f"来源：{one.source}；数据截至{record[-1][0]}年")


def _headline(found: GoalAssessment) -> str:
    paces = f"需年均增长{percent(found.required_growth)}，预测{percent(found.forecast_growth)}"
    if found.is_reached:
        paces = f"{found.record.last_year}年已达到"
    return f"{paces}，把握{chance_in_words(found.probability)}" if found.is_borne_out else paces


def assumptions_of(one: AssessedGoal) -> Table | None:
    """Median and chance of one goal under other assumptions."""
    if isinstance(one.assessment, Unavailable):
        return None
    reference = goal_reference(one)
    rows = tuple(
        (
            str(name),
            Figure(median, "", reference),
            chance(float(probability), reference),
        )
        for name, median, probability in one.assessment.assumptions.to_numpy()
    )
    return Table(
        title="换一种假设",
        unit_line=f"{one.goal.year}年预测中位（元/人/年）和达到目标的概率",
        columns=columns("假设", "预测中位", "把握"),
        rows=rows,
        rule_every=1,
    )


def scenarios(one: AssessedGoal, composition: dict[str, float], levers: dict[str, float]) -> Table | None:
    """Chance with and without levers on the components' growth (for the analyst).

    Parameters
    ----------
    composition
        Share of each component of income: ``wage, business, property, transfer``.
    levers
        Change of a component's yearly log growth, such as ``{"wage": 0.02}``.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` shares that make no whole, or a change meant as per cent; ``HB-FC-014`` a
        component that there is not.
    """
    checked(ComponentChoice, {"composition": composition, "scenario": levers}, "参数")
    if isinstance(one.assessment, Unavailable):
        return None
    last = float(one.assessment.record.observed.iloc[-1])
    model = ComponentModel({name: part * last for name, part in composition.items()})
    rows = []
    single = [(f"{_COMPONENT_NAMES.get(name, name)}增速变动", {name: size}) for name, size in levers.items()]
    for label, chosen in (("没有新举措", {}), *single, ("合在一起", levers)):
        drawn = component_paths(one.assessment.forecast, model, levers=chosen, count=_DRAWS, seed=_SEED)
        total = drawn["total"][one.goal.year]
        reached = float((total >= one.goal.value_yuan).mean())
        error = (reached * (1 - reached) / _DRAWS) ** 0.5
        rows.append(
            (
                label,
                Figure(total.median(), "", goal_reference(one)),
                chance(reached, goal_reference(one)),
                Figure(error, Unit.SHARE, goal_reference(one), MARGIN),
            )
        )
    return Table(
        title="收入来源情景（试算）",
        unit_line=f"各来源对数增速的变动为假设；模拟{_DRAWS}次，种子{_SEED}；误差为蒙特卡罗标准误",
        columns=columns("情景", "预测中位", "把握", "误差"),
        rows=tuple(rows),
        rule_every=1,
    )


def note_of(one: AssessedGoal) -> Paragraph | None:
    """Source and notes of one goal."""
    if isinstance(one.assessment, Unavailable):
        return None
    reference = goal_reference(one)
    remarks = [words(text, reference) for text in one.assessment.notes]
    pooled = one.assessment.backtest.pooled
    covered = float(pooled["coverage_80"].iloc[-1]) if len(pooled) else None
    return note(
        "可信程度",
        sentence(
            "目标：{source}。数据：{data}。",
            source=words(one.goal.source, reference),
            data=words(one.source, reference),
        ),
        *[(remark, "。") for remark in [*remarks, *official_source(one)]],
        sentence(
            "同样长短的历史数据，名义{level}区间实际覆盖{coverage}。不是承诺，政策、灾害和口径变化不在其中。",
            level=Figure(0.8, Unit.SHARE, reference, WHOLE),
            coverage=words("—", reference) if covered is None else share(covered, reference),
        ),
    )


def _refusals(bulletin: Bulletin) -> list[str]:
    return [f"{one.name}未预测：{one.reason}" for one in _unavailable(bulletin)]


def _unavailable(bulletin: Bulletin) -> list[Unavailable]:
    assessments = [one.assessment for one in bulletin.assessed_goals]
    return [one for one in assessments if isinstance(one, Unavailable)]


def _goal_row(one: AssessedGoal) -> tuple[Cell, ...]:
    goal, found, reference = one.goal, one.assessment, goal_reference(one)
    target = joined(f"{goal.year}年", Figure(goal.value_yuan, Unit.YUAN, reference), source=reference)
    if isinstance(found, Unavailable):
        return (goal.area, target, words("未预测", reference), "—", "—", "—", "—", "—")
    last = found.record.observed
    return (
        goal.area,
        target,
        joined(f"{last.index[-1]}年", Figure(last.iloc[-1], Unit.YUAN, reference), source=reference),
        share(found.required_growth, reference),
        share(found.forecast_growth, reference),
        last_paces(found, reference),
        chance(found.probability, reference),
        chance_range(found, reference),
    )


def _review_row(one: AssessedGoal, row: dict[str, Any]) -> tuple[Cell, ...]:
    reference = f"forecast|{one.goal.area}|{row['year']}|{row['made_on']}"
    return (
        one.goal.area,
        words(str(row["made_on"]), reference),
        words(str(row["year"]), reference),
        Figure(row["mean"], "", reference),
        Figure(row["actual"], "", reference),
        Figure(row["error_percent"], "%", reference, Style(decimals=1, sign="plus")),
        "是" if row["within_80"] else "否",
    )


def _pairs(values: pd.Series) -> list[tuple[int, float]]:
    return list(zip(map(int, values.index), map(float, values), strict=True))
