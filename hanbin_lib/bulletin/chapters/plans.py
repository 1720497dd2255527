"""增收计划（模拟）: what the levers of a plan come to, what reaches the goal, and what matters most."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import by_name, columns
from hanbin_lib.bulletin.income_goals import (
    FIELDS,
    LIMITS,
    beyond,
    end_of_chance,
    in_words,
    income_range,
    mix_names,
    used_of,
    value_of,
    values,
    within_budget,
)
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.parameters import UnitChoice, checked
from hanbin_lib.bulletin.wording import (
    chance,
    interval,
    joined,
    note,
    paragraph,
    ratio,
    run_line,
    sentence,
    wan,
    words,
)
from hanbin_lib.display import (
    MARGIN,
    WHOLE,
    AnnexTable,
    Cell,
    Chart,
    Column,
    Figure,
    Missing,
    Paragraph,
    Phrase,
    Shown,
    Strong,
    Table,
    as_given,
    percent,
    whole,
)
from hanbin_lib.errors import Unavailable, refused_params
from hanbin_lib.indicators import Unit
from hanbin_lib.simulate.mixes import RECORD, Mix, as_planned, judge
from hanbin_lib.simulate.mixes import results as simulated_results
from hanbin_lib.simulate.plans import Lever
from hanbin_lib.simulate.target_study import AS_PLANNED, NO_LEVER, WITHIN_BUDGET, TargetStudy

_MOST_SWINGS = 8
_Line = Callable[[Mix, str], Shown]
_Maybe = TargetStudy | Unavailable | None
Exhibit = TypeVar("Exhibit")


def study(bulletin: Bulletin, name: str = "") -> TargetStudy | Unavailable | None:
    """The plan of that name, or the first of the place; None where the place has none, or may not say.

    Raises
    ------
    HanbinError
        ``HB-SIM-032`` no plan of that name.
    """
    if bulletin.is_public:  # plans are of villages
        return None
    if name:
        return by_name(bulletin.studies, name, "HB-SIM-032", "增收计划", "核对 params/plans 下的文件和地区")
    return next(iter(bulletin.studies), None)


def _of_a_study(exhibit: Callable[[TargetStudy], Exhibit]) -> Callable[[_Maybe], Exhibit | None]:
    """An exhibit of a plan, which shows nothing where there is none (`verdict` says why)."""

    @wraps(exhibit)
    def shown(one: _Maybe) -> Exhibit | None:
        return exhibit(one) if isinstance(one, TargetStudy) else None

    return shown


def verdict(one: _Maybe) -> Paragraph | Missing | None:
    """How sure the plan is, beside doing nothing and beside the budget; or why that is not known."""
    if not isinstance(one, TargetStudy):
        return None if one is None else Missing(one.name, one.reason)
    mixes, names = one.findings.mixes, mix_names(one)
    planned = _reference(one, names[AS_PLANNED])
    plan, nothing, best = (_there(mixes[name]) for name in (AS_PLANNED, NO_LEVER, WITHIN_BUDGET))
    goal = Figure(one.goal.value_yuan, Unit.YUAN, _reference(one))
    said = sentence(
        "{label}模拟：{goal}，原计划把握{chance}（没有举措{before}），收入中位{median}（{range}）；预算{budget}内最多{best}。",
        label=Strong(("增收计划　",)),
        goal=joined(f"{one.goal.area}{one.goal.year}年", goal, source=goal.source),
        chance=chance(plan.probability, planned),
        before=chance(nothing.probability, _reference(one, names[NO_LEVER])),
        median=Figure(plan.income_yuan[0], Unit.YUAN, planned),
        range=interval(plan.income_yuan[1:], Unit.YUAN, planned),
        budget=Figure(wan(one.plan.budget.yuan), Unit.WAN_YUAN, _reference(one), WHOLE),
        best=chance(best.probability, _reference(one, names[WITHIN_BUDGET])),
    )
    return paragraph(said, beyond(one, planned))


def _named(one: TargetStudy) -> dict[str, Mix | None]:
    """The mixes of a study by what they are called."""
    names = mix_names(one)
    return {names[key]: mix for key, mix in one.findings.mixes.items()}


@_of_a_study
def mix_table(one: TargetStudy) -> Table:
    """Units of each lever by mix, with chance, income and cost."""
    return _mix_table(one, _named(one), f"模拟：达到目标的组合（{one.plan.name}）")


@_of_a_study
def frontier_chart(one: TargetStudy) -> Chart:
    """What being sure costs."""
    found, budget = one.findings, wan(one.plan.budget.yuan)
    within, planned = (_there(found.mixes[name]) for name in (WITHIN_BUDGET, AS_PLANNED))
    drawn = charts.frontier(
        line=tuple((wan(mix.cost_yuan[0]), mix.probability) for mix in one.frontier),
        marks=((mix_names(one)[AS_PLANNED], (wan(planned.cost_yuan[0]), planned.probability)),),
        levels=one.plan.probabilities,
        budget=budget,
        title=f"模拟：{one.goal.area}预算{whole(budget)}万元以内把握最多{percent(within.probability, 0)}",
        unit_line=f"{_run_line(one)}；线上各点为该把握下最省的组合，投入为平均值",
    )
    return _sourced(drawn, one)


@_of_a_study
def tornado_chart(one: TargetStudy) -> Chart:
    """Which quantity of the plan matters most."""
    rows = one.findings.tornado.head(_MOST_SWINGS).to_dict("records")
    swings = tuple(
        charts.Swing(
            _swing_label(row),
            row["income_low"],
            row["income_high"],
            f"{end_of_chance(row['probability_low'])}→{end_of_chance(row['probability_high'])}",
        )
        for row in rows
    )
    drawn = charts.tornado(
        swings=swings,
        middle=_there(one.findings.mixes[AS_PLANNED]).income_yuan[0],
        goal=one.goal.value_yuan,
        title="模拟：对原计划影响最大的是" + "、".join(_swing_name(row) for row in rows[:2]),
        unit_line=f"{_run_line(one)}；{one.goal.year}年，元/人（中位），每项由偏低（10%分位）到偏高（90%分位），其余照常",
        chances_head="把握",
    )
    return _sourced(drawn, one)


@_of_a_study
def assumption_table(one: TargetStudy) -> Table:
    """One row a lever: what a unit brings and costs, and what that stands on."""
    drawn, rows = one.futures.reporting, []
    for place, lever in enumerate(one.plan.levers):
        unit, alone = (
            judge(drawn, [n * (k == place) for k in range(len(one.plan.levers))]) for n in (1, lever.most)
        )
        rows.append(
            (
                lever.name,
                _units_of(one, lever),
                Figure(wan(unit.cost_yuan[0]), Unit.WAN_YUAN, _reference(one, lever.name)),
                chance(alone.probability, _reference(one, lever.name)),
                words(in_words(lever), _reference(one, lever.name)),
            )
        )
    return Table(
        title="计划的假设",
        unit_line="最低—最可能—最高；每单位投入为到目标年底的平均值；来源和假设逐项见附表",
        columns=(
            *columns("举措", "计划/最多", "每单位投入", "单独用足的把握", widths=(22, 19, 20, 16)),
            Column("假设"),
        ),
        rows=tuple(rows),
        rule_every=1,
    )


@_of_a_study
def assumption_list(one: TargetStudy) -> AnnexTable:
    """Every quantity of the plan with its source, or that it is an assumption; for the annex."""
    plan = one.plan
    own = {"additional": plan.additional, "persons": one.persons}
    listed = [("", own), *((lever.name, lever.quantities) for lever in plan.levers)]
    rows: list[tuple[Cell, ...]] = [
        (
            lever or plan.name,
            FIELDS[field][0],
            words(values(field, quantity), _reference(one, lever)),
            FIELDS[field][1],
            quantity.origin,
        )
        for lever, quantities in listed
        for field, quantity in quantities.items()
    ]
    rows += [(lever.name, "单位数", _units_of(one, lever), lever.unit, lever.basis) for lever in plan.levers]
    rows += [
        (
            plan.name,
            f"现有{LIMITS[name][0]}",
            Figure(there.amount, "", _reference(one)),
            LIMITS[name][1],
            there.origin,
        )
        for name, there in plan.limits.known.items()
    ]
    budget = Figure(plan.budget.yuan, Unit.YUAN, _reference(one))
    rows.append((plan.name, "预算", budget, "元", plan.budget.origin))
    heads = ("举措", "参数", "最低—最可能—最高", "单位", "来源或假设")
    return AnnexTable(
        title="增收计划逐项假设",
        unit_line=f"{_run_line(one)}；{plan.source}",
        columns=tuple(map(Column, heads)),
        rows=tuple(rows),
    )


@_of_a_study
def plan_note(one: TargetStudy) -> Paragraph:
    """How to read a plan, and what it cannot know."""
    reference = _reference(one)
    return note(
        "读法",
        sentence(
            "计划来源：{source}。除注明来源的以外全部是假设，三角分布；{additional}的新增收入算额外，其余视为已在历年增速里。"
            "同一举措各单位同好同坏，举措之间不互相影响，不计跌价。把握的模拟误差{error}以内。不是承诺。",
            source=words(one.plan.source, reference),
            additional=words(values("additional", one.plan.additional) + "%", reference),
            error=Figure(_largest_error(one), Unit.POINTS, reference, MARGIN),
        ),
    )


def trial(
    one: _Maybe,
    units: Mapping[str, int],
    factors: Mapping[str, Mapping[str, float]] | None = None,
) -> Table | Missing | None:
    """Any numbers of units beside the plan's own (for the analyst and the sliders).

    Parameters
    ----------
    units
        By lever; those that are not named stay as planned.
    factors
        What quantities are multiplied by, by lever and field: ``{"产业基地": {"price_yuan_kg": 1.2}}``.

    Raises
    ------
    HanbinError
        ``HB-SIM-032`` a lever or a field that the plan does not have, or a number out of its range;
        ``HB-PAR-002`` no number.
    """
    factors = factors or {}
    checked(UnitChoice, {"units": units, "factors": factors}, "参数")
    if not isinstance(one, TargetStudy):
        return None if one is None else Missing(one.name, one.reason)
    chosen = _checked(one, units, factors)
    planned = mix_names(one)[AS_PLANNED]
    mixes = {planned: one.tried(as_planned(one.plan), {}), "试算": one.tried(chosen, factors)}
    changes = [
        f"{name}{FIELDS[field][0]}×{as_given(by)}"
        for name, fields in factors.items()
        for field, by in fields.items()
        if by != 1
    ]
    return _mix_table(one, mixes, "，".join([f"试算：{one.plan.name}", *changes]))


@_of_a_study
def results(one: TargetStudy) -> pd.DataFrame:
    """All mixes as a tidy table with Monte Carlo standard errors (`simulate.COLUMNS`)."""
    mixes = {name: mix.units for name, mix in _named(one).items() if mix is not None}
    return simulated_results(one.futures.reporting, mixes)


def _units_of(one: TargetStudy, lever: Lever) -> Phrase:
    return ratio(lever.planned, lever.most, _reference(one, lever.name), lever.unit)


def _mix_table(one: TargetStudy, mixes: Mapping[str, Mix | None], title: str) -> Table:
    lines: list[tuple[str, _Line]] = [
        *((f"{lever.name}（{lever.unit}）", _units_at(k)) for k, lever in enumerate(one.plan.levers)),
        ("把握", lambda mix, source: chance(mix.probability, source)),
        ("收入中位（元）", lambda mix, source: Figure(mix.income_yuan[0], "", source)),
        ("区间（千元）", income_range),
        ("财政投入（万元）", lambda mix, source: Figure(wan(mix.cost_yuan[0]), "", source)),
        ("区间（万元）", lambda mix, source: interval([wan(n) for n in mix.cost_yuan[1:]], "", source)),
        ("不超预算的可能", within_budget),
        *(
            (f"{LIMITS[name][0]}（{LIMITS[name][1]}）/现有", used_of(one, name))
            for name in one.plan.limits.known
        ),
    ]
    rows = tuple(
        (label, *(_cell(one, name, mix, line) for name, mix in mixes.items())) for label, line in lines
    )
    return Table(
        title=title,
        unit_line=f"{_run_line(one)}；“—”为举措全部用足也达不到",
        columns=columns("举措", *mixes, widths=(32,)),
        rows=rows,
        rule_every=len(one.plan.levers),
    )


def _units_at(place: int) -> _Line:
    return lambda mix, source: Figure(mix.units[place], "", source)


def _cell(one: TargetStudy, name: str, mix: Mix | None, line: _Line) -> Cell:
    source = _reference(one, name)
    return words("—", source) if mix is None else line(mix, source)


def _checked(
    one: TargetStudy, units: Mapping[str, int], factors: Mapping[str, Mapping[str, float]]
) -> list[int]:
    levers = {lever.name: lever for lever in one.plan.levers}
    faults = [f"计划里没有“{name}”" for name in {**units, **factors} if name not in levers]
    faults += [
        f"{name}应在0—{levers[name].most}{levers[name].unit}之间"
        for name, number in units.items()
        if name in levers and not 0 <= number <= levers[name].most
    ]
    faults += [
        f"{name}没有{field}，或倍数不在0—10之间"
        for name, fields in factors.items()
        for field, by in fields.items()
        if name in levers and (field not in levers[name].quantities or not 0 <= by <= 10)
    ]
    if faults:
        raise refused_params("HB-SIM-032", "；".join(faults), _known(levers))
    return [units.get(name, lever.planned) for name, lever in levers.items()]


def _known(levers: Mapping[str, Lever]) -> str:
    """What units and factors may name."""
    fields = dict.fromkeys(field for lever in levers.values() for field in lever.quantities)
    listed = "、".join(f"{field}（{FIELDS[field][0]}）" for field in fields)
    return f"改正参数 units、factors；举措有 {'、'.join(levers)}，可乘倍数的量有 {listed}"


def _swing_label(row: Mapping[Hashable, Any]) -> str:
    """``产业基地单价 4.0—6.8元/公斤``."""
    name = _swing_name(row)
    if row["field"] == RECORD[1]:
        return name
    unit = FIELDS[row["field"]][1]
    low, high = (value_of(row["field"], row[end]) for end in ("low", "high"))
    return f"{name} {low}—{high}{unit}"


def _swing_name(row: Mapping[Hashable, Any]) -> str:
    if row["field"] == RECORD[1]:
        return "没有举措时的收入"
    return f"{row['lever']}{FIELDS[row['field']][0]}"


def _largest_error(one: TargetStudy) -> float:
    return max(mix.standard_error for mix in one.findings.mixes.values() if mix is not None)


def _there(mix: Mix | None) -> Mix:
    assert mix is not None  # these mixes need no solver to exist
    return mix


def _sourced(chart: Chart, one: TargetStudy) -> Chart:
    return replace(chart, source=f"来源：增收计划和历年数据；数据截至{one.record.record.last_year}年")


def _run_line(one: TargetStudy) -> str:
    plan = one.plan
    return run_line(plan.name, plan.draws, plan.seed, plan.confidence)


def _reference(one: TargetStudy, part: str = "") -> str:
    return f"simulation|{one.plan.name}|{one.plan.seed}|{one.plan.draws}|{part or 'plan'}"
