"""冲击情景（模拟）: how many fall below the line, what it takes, and what that stands on."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import by_name, columns, internal, of_study, sourced, unlisted
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.parameters import ExposureChoice, checked
from hanbin_lib.bulletin.shock_words import FIELDS, amount, in_words, spread, values
from hanbin_lib.bulletin.wording import (
    interval,
    joined,
    note,
    paragraph,
    run_line,
    sentence,
    wan,
    words,
)
from hanbin_lib.display import (
    WHOLE,
    AnnexTable,
    Cell,
    Chart,
    Column,
    Figure,
    Missing,
    Paragraph,
    Shown,
    Strong,
    Table,
    Text,
    whole,
)
from hanbin_lib.errors import Unavailable, refused_params
from hanbin_lib.indicators import Unit
from hanbin_lib.simulate import Line, Scenario, SimulationSettings, draw_shocks, with_exposed
from hanbin_lib.simulate.shock_study import ShockStudy

_BELOW = "newly_below_households"
_MOST_TOWNS = 5
_TRIAL_DRAWS = 200


def _drawn(bulletin: Bulletin) -> list[ShockStudy] | Unavailable:
    """The scenarios that could be drawn; why the first could not where none could."""
    drawn = [one for one in bulletin.shocks if isinstance(one, ShockStudy)]
    if drawn and not any(one.knows(bulletin.place) for one in drawn):
        return Unavailable("冲击情景", "没有可以重算收入的户")
    refused = [one.reason for one in bulletin.shocks if isinstance(one, Unavailable)]
    return drawn or Unavailable("冲击情景", refused[0] if refused else "没有情景")


def _worst(bulletin: Bulletin, drawn: list[ShockStudy]) -> ShockStudy:
    """The scenario that puts most households of the place below the line; of equals the one that may most."""
    return max(drawn, key=lambda one: itemgetter("median", "upper")(one.row(_BELOW, bulletin.place)))


def _as_bad(bulletin: Bulletin, worst: ShockStudy, drawn: list[ShockStudy]) -> str:
    """``（与“大病自付”相同）``: scenarios with the median of the worst; nothing where there is none."""
    most = worst.row(_BELOW, bulletin.place)["median"]
    alike = [o.scenario.name for o in drawn if o.row(_BELOW, bulletin.place)["median"] == most]
    others = "".join(f"“{name}”" for name in alike if name != worst.scenario.name)
    return f"（中位与{others}相同）" if others else ""


@internal
def verdict(bulletin: Bulletin) -> Paragraph | Missing | None:
    """The scenario that puts most households below the line; or why none could be drawn."""
    drawn = _drawn(bulletin)
    refused = [one for one in bulletin.shocks if isinstance(one, Unavailable)]
    if isinstance(drawn, Unavailable):
        return Missing(drawn.name, drawn.reason) if bulletin.shocks else None
    worst = _worst(bulletin, drawn)
    new, needed = (worst.row(name, bulletin.place) for name in (_BELOW, "needed_yuan"))
    reference = _reference(bulletin, worst.scenario)
    if not new["median"]:
        return paragraph(_hardly_anybody(bulletin, worst, len(drawn)), *_not_drawn(refused, reference))
    return paragraph(
        sentence(
            "{label}模拟：{number}情景中新增低于{line}最多的是“{name}”{alike}，{new}（{range}），补足到线需{needed}。",
            label=Strong(("冲击情景　",)),
            number=Figure(len(drawn), "个", reference),
            line=_line_name(bulletin, worst.line),
            name=worst.scenario.name,
            alike=_as_bad(bulletin, worst, drawn),
            new=Figure(new["median"], Unit.HOUSEHOLDS, reference),
            range=interval((new["lower"], new["upper"]), Unit.HOUSEHOLDS, reference),
            # One phrase with its range: the median may be nothing, the range says how much it may be.
            needed=joined(
                amount(needed["median"], reference),
                "（",
                interval((wan(needed["lower"]), wan(needed["upper"])), Unit.WAN_YUAN, reference),
                "）",
                source=reference,
            ),
        ),
        *_not_drawn(refused, reference),
    )


def _hardly_anybody(bulletin: Bulletin, worst: ShockStudy, scenarios: int) -> tuple[Text, ...]:
    """No scenario's median holds a household, or not even its interval does: none is the worst."""
    reference = _reference(bulletin, worst.scenario)
    if most := worst.row(_BELOW, bulletin.place)["upper"]:
        return sentence(
            "{label}模拟：{number}情景新增低于{line}的户，中位{none}，{level}区间最多到{most}（“{name}”）。",
            label=Strong(("冲击情景　",)),
            number=Figure(scenarios, "个", reference),
            line=_line_name(bulletin, worst.line),
            none=words("都为零", reference),
            level=Figure(worst.scenario.confidence, Unit.SHARE, reference, WHOLE),
            most=Figure(most, Unit.HOUSEHOLDS, reference),
            name=worst.scenario.name,
        )
    return sentence(
        "{label}模拟：{number}情景的{level}区间里{none}新增低于{line}的户。",
        label=Strong(("冲击情景　",)),
        number=Figure(scenarios, "个", reference),
        level=Figure(worst.scenario.confidence, Unit.SHARE, reference, WHOLE),
        none=words("都没有", reference),
        line=_line_name(bulletin, worst.line),
    )


def _not_drawn(refused: list[Unavailable], reference: str) -> list[tuple[Text, ...]]:
    text = "“{name}”没有推算：{reason}。"
    return [sentence(text, name=one.name, reason=words(one.reason, reference)) for one in refused]


@internal
@sourced("monitored_persons", "lifted_persons")
@of_study(_drawn)
def scenario_chart(bulletin: Bulletin, drawn: list[ShockStudy]) -> Chart:
    """Households newly below the line by scenario, median and interval."""
    rows = [(one, one.row(_BELOW, bulletin.place)) for one in drawn]
    rows.sort(key=lambda pair: (-pair[1]["median"], -pair[1]["upper"]))
    first, most = rows[0]
    return charts.count_ranges(
        ranges=tuple(
            charts.CountRange(one.name, row["median"], row["lower"], row["upper"]) for one, row in rows
        ),
        unit="户",
        title=f"模拟：{first.name}新增低于{_line_name(bulletin, first.line)}{whole(most['median'])}户"
        f"（{whole(most['lower'])}—{whole(most['upper'])}户）"
        if most["median"]
        else f"模拟：各情景新增低于{_line_name(bulletin, first.line)}的户，中位都为零",
        unit_line=f"{_run_line(drawn)}；户，点为中位；{_line_told(bulletin, drawn)}",
    )


@internal
@of_study(_drawn)
def scenario_table(bulletin: Bulletin, drawn: list[ShockStudy]) -> Table:
    """Each scenario with its result, and what it assumes beside it."""
    return _scenario_table(bulletin, drawn, "模拟：冲击情景的结果和假设")


@internal
@of_study(_drawn)
def town_table(bulletin: Bulletin, drawn: list[ShockStudy]) -> Table | None:
    """The towns where the worst scenario puts most households below the line; the county's only."""
    if not bulletin.is_county:
        return None
    worst = _worst(bulletin, drawn)
    some = sum(worst.row(_BELOW, code)["median"] > 0 for code in bulletin.towns)
    return _town_table(bulletin, worst, min(some, _MOST_TOWNS)) if some else None


def town_table_of(bulletin: Bulletin, name: str) -> Table | None:
    """All towns under one scenario (for the analyst)."""
    one = scenario(bulletin, name)
    return _town_table(bulletin, one, len(bulletin.towns)) if isinstance(one, ShockStudy) else None


def cause_table(bulletin: Bulletin, name: str) -> Table | None:
    """Households newly below the line by what took most of their income (for the analyst)."""
    one = scenario(bulletin, name)
    if not isinstance(one, ShockStudy):
        return None
    reference = _reference(bulletin, one.scenario)
    groups = [(shock.name, f"cause={shock.name}") for shock in one.scenario.shocks]
    rows = tuple(
        (cause, *_with_range(one.row(_BELOW, bulletin.place, group), Unit.HOUSEHOLDS, reference))
        for cause, group in [*groups, ("合计", "all")]
    )
    return Table(
        title=f"模拟：“{one.scenario.name}”新增低于{_line_name(bulletin, one.line)}的户，按主要原因",
        unit_line=f"{_run_line([one])}；{_line_told(bulletin, [one])}",
        columns=columns("原因", "中位", "区间"),
        rows=rows,
        totals=1,
    )


def scenario(bulletin: Bulletin, name: str) -> ShockStudy | Unavailable:
    """The scenario of that name, drawn; the first where none is named.

    Raises
    ------
    HanbinError
        ``HB-SIM-042`` there is none of that name.
    """
    name = name or next((one.name for one in bulletin.shocks), name)
    return by_name(bulletin.shocks, name, "HB-SIM-042", "情景", "核对 params/scenarios 下的文件")


def results(bulletin: Bulletin, name: str) -> pd.DataFrame | None:
    """What was drawn of the scenario; None where it could not be drawn (`verdict` says why)."""
    one = scenario(bulletin, name)
    return one.table if isinstance(one, ShockStudy) else None


def trial(bulletin: Bulletin, name: str, exposed: Mapping[str, float]) -> Table | Missing:
    """The scenario with the exposed share of some shocks held at a value (for the sliders).

    Raises
    ------
    HanbinError
        ``HB-SIM-042`` no such scenario or shock, or a share out of range; ``HB-PAR-002`` no number.
    """
    checked(ExposureChoice, {"scenario": name, "exposed": exposed}, "参数")
    one = scenario(bulletin, name)
    if isinstance(one, Unavailable):
        return Missing(one.name, one.reason)
    shocks = [shock.name for shock in one.scenario.shocks]
    wrong = [cause for cause, share in exposed.items() if cause not in shocks or not 0 <= share <= 1]
    if wrong:
        raise refused_params(
            "HB-SIM-042",
            f"“{'、'.join(wrong)}”不是“{one.name}”里的冲击（{'、'.join(shocks)}），或比例不在0—1之间",
            "改正参数 exposed",
        )
    held = with_exposed(one.scenario, exposed)
    settings = SimulationSettings(_TRIAL_DRAWS, held.seed, held.confidence)
    table = draw_shocks(held, bulletin.exposure(held.households), one.line, settings).table
    tried = ShockStudy(held.model_copy(update={"draws": _TRIAL_DRAWS}), one.line, table)
    return _scenario_table(bulletin, [tried], f"试算：{one.name}")


@internal
@of_study(_drawn)
def assumption_list(bulletin: Bulletin, drawn: list[ShockStudy]) -> AnnexTable:
    """Every number of every scenario with its source, or that it is an assumption; for the annex."""
    rows = tuple(
        (
            one.scenario.name,
            row.part or "情景",
            FIELDS[row.field][0],
            words(values(row), _reference(bulletin, one.scenario)),
            FIELDS[row.field][1],
            row.origin,
        )
        for one in drawn
        for row in one.assumptions
        if one.line.is_trial or row.field != "trial_line"  # the year's own line took its place
    )
    heads = ("情景", "冲击或措施", "参数", "最低—最可能—最高", "单位", "来源或假设")
    return AnnexTable(
        title="冲击情景逐项假设",
        unit_line=_run_line(drawn),
        columns=tuple(map(Column, heads)),
        rows=rows,
    )


@internal
@of_study(_drawn)
def reading_note(bulletin: Bulletin, drawn: list[ShockStudy]) -> Paragraph:
    """Which line, which measures, and what the scenarios cannot know."""
    measures = "、".join(dict.fromkeys(m.name for one in drawn for m in one.scenario.measures))
    return note(
        "读法",
        sentence(
            bulletin.scope.spoken(
                "监测线：{line}。新增低于线为冲击前不低于、冲击和现有措施之后低于监测线的户；"
                "现有措施（{measures}）按登记认定在享户。"
                "情景不是预报，发生的可能没有估计；逐项来源和假设见附表。收入低于线不等于返贫，仍按程序识别。"
            ),
            line=words(drawn[0].line.origin, _reference(bulletin, drawn[0].scenario)),
            measures=measures or "无",
        ),
        *_left_out(bulletin, drawn),
    )


def _left_out(bulletin: Bulletin, drawn: list[ShockStudy]) -> list[tuple[Text, ...]]:
    """How many households no scenario counts, as their income is not known."""
    rows = ((one, one.row("left_out_households", bulletin.place)["mean"]) for one in drawn)
    widest, most = max(rows, key=lambda pair: pair[1])
    if not most:
        return []
    homes = Figure(most, Unit.HOUSEHOLDS, _reference(bulletin, widest.scenario))
    return [sentence("收入缺项、不能重算的{homes}没有计入。", homes=homes)]


def _town_table(bulletin: Bulletin, one: ShockStudy, most: int) -> Table:
    table = one.table
    below = table[
        table["measure"].eq(_BELOW) & table["group"].eq("all") & table["place_code"].isin(bulletin.towns)
    ].sort_values(["median", "place_code"], ascending=[False, True])
    rows = []
    for place in below["place_code"].head(most):
        reference = f"{_reference(bulletin, one.scenario)}|{place}"
        names = (_BELOW, "newly_below_persons", "needed_yuan")
        homes, persons, needed = (one.row(name, place) for name in names)
        rows.append(
            (
                bulletin.name(place),
                *_with_range(homes, Unit.HOUSEHOLDS, reference),
                *_with_range(persons, Unit.PERSONS, reference),
                amount(needed["median"], reference),
            )
        )
    more = unlisted(int((below["median"] > 0).sum()), len(rows))
    return Table(
        title=f"模拟：“{one.scenario.name}”新增低于{_line_name(bulletin, one.line)}最多的镇（街道）",
        unit_line=f"{_run_line([one])}；中位；{_line_told(bulletin, [one])}{more}",
        columns=columns("镇（街道）", "户", "区间", "人", "区间", "补足所需", widths=(30,)),
        rows=tuple(rows),
    )


def _scenario_table(bulletin: Bulletin, drawn: list[ShockStudy], title: str) -> Table:
    return Table(
        title=title,
        unit_line=f"{_run_line(drawn)}；户、万元为中位（区间）；{_line_told(bulletin, drawn)}",
        columns=(
            *columns("情景", "新增低于线", "措施挡住", "补足所需", widths=(21, 30, 22, 30)),
            Column("假设（最低—最可能—最高）"),
        ),
        rows=tuple(_scenario_row(one, bulletin) for one in drawn),
        rule_every=1,
    )


def _scenario_row(one: ShockStudy, bulletin: Bulletin) -> tuple[Cell, ...]:
    names = (_BELOW, "kept_above_households", "needed_yuan")
    new, kept_above, needed = (one.row(name, bulletin.place) for name in names)
    reference = _reference(bulletin, one.scenario)
    return (
        one.scenario.name,
        spread(new, Unit.HOUSEHOLDS, reference),
        spread(kept_above, Unit.HOUSEHOLDS, reference),
        spread(needed, Unit.WAN_YUAN, reference),
        words(in_words(one.scenario), reference),
    )


def _with_range(row: Mapping[str, Any], unit: Unit, reference: str) -> tuple[Shown, Shown]:
    return (
        Figure(row["median"], unit, reference),
        interval((row["lower"], row["upper"]), unit, reference),
    )


def _run_line(drawn: Iterable[ShockStudy]) -> str:
    """How the scenarios were drawn: once where all alike, else each by name."""
    runs: dict[tuple[int, int, float], list[str]] = {}
    for one in drawn:
        own = one.scenario
        runs.setdefault((own.draws, own.seed, own.confidence), []).append(own.name)
    return "；".join(run_line("、".join(names), *run) for run, names in runs.items())


def _line_name(bulletin: Bulletin, line: Line) -> str:
    """The period's own line, or another's that stands in: wherever it is used, a reader is told."""
    return "试算线" if line.is_trial else bulletin.scope.spoken("监测线")


def _line_told(bulletin: Bulletin, drawn: list[ShockStudy]) -> str:
    lines = dict.fromkeys(f"{_line_name(bulletin, o.line)}{whole(o.line.yuan)}元" for o in drawn)
    return "、".join(lines)


def _reference(bulletin: Bulletin, one: Scenario) -> str:
    return f"simulation|{one.name}|{one.seed}|{one.draws}|{bulletin.place}"
