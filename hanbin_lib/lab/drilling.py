"""Figures looked up by hand in JupyterLab, and the households behind one, for those who may see them.

Figures come as tables of pandas, places and months side by side, or by a filter. Households stand in an
output of a widget, which no notebook keeps; nobody's batch gets it, there is nothing to take along, and the
record of runs tells who looked at what. Names and numbers of identity are not there: no snapshot has them.
"""

from collections.abc import Iterator
from typing import Any

import ipywidgets
import pandas as pd

from hanbin_lib import audit
from hanbin_lib.areas import COUNTY, TOWN
from hanbin_lib.bulletin import Bulletin
from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.parameters import VillageChoice, checked
from hanbin_lib.bulletin.wording import words
from hanbin_lib.contract import TABLES
from hanbin_lib.contract.tables import HOUSEHOLDS
from hanbin_lib.display import CHANGE, Column, Figure, Missing, Shown, Table, Text
from hanbin_lib.display.model import Display
from hanbin_lib.errors import refused_params
from hanbin_lib.indicators import (
    ALL,
    CHAPTERS,
    DEFINITIONS,
    NOTE_TEXT,
    NoteCode,
    Selection,
    selections_behind,
)
from hanbin_lib.lab.sliders import Choice, is_attended, live, panel
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

_MOST_ROWS = 2000
HEADINGS = {
    "name": "指标", "group": "分组", "value": "数值", "unit": "单位", "numerator": "分子",
    "denominator": "分母", "lower": "下限", "upper": "上限", "note": "缺数说明", "month": "月份",
    "place_name": "地区", "indicator": "指标代码", "place_code": "地区代码",
}  # fmt: skip
_SIMULATED = {
    "measure": "结果", "place_name": "地区", "group": "分组", "mean": "均值", "median": "中位",
    "lower": "下限", "upper": "上限", "standard_error": "均值的抽样误差", "draws": "次数", "seed": "种子",
    "place_code": "地区代码", "design": "抽法", "villages": "村数", "households": "户数",
    "months": "合并月数", "prevalence": "户有问题的比例", "icc": "同村相似程度", "detect": "发现的可能",
    "limit": "判差的门槛（户）", "error": "误判的可能", "flag": "判为差镇的可能",
}  # fmt: skip
_MEASURES = {
    "open_households": "未消除风险户", "new_households": "新识别户", "late_households": "补录户",
    "eliminated_households": "消除风险户", "relapsed_households": "返贫户",
    "newly_below_households": "新增低于线的户", "newly_below_persons": "新增低于线的人",
    "without_measures_households": "没有措施时新增低于线的户",
    "without_measures_persons": "没有措施时新增低于线的人",
    "kept_above_households": "措施挡住的户", "kept_above_persons": "措施挡住的人",
    "needed_yuan": "补足所需（元/年）", "needed_per_household_yuan": "户均补足所需（元/年）",
    "loss_yuan": "净收入损失（元/年）", "paid_yuan": "措施支付（元/年）", "paid_share": "措施支付占损失",
    "counted_households": "参与推算的户", "left_out_households": "收入不能重算、没有计入的户",
    "fgt_headcount_share": "低于监测线比例", "fgt_headcount_before_share": "低于监测线比例（冲击前）",
    "fgt_gap_share": "收入缺口率", "fgt_gap_before_share": "收入缺口率（冲击前）",
    "fgt_severity_share": "收入缺口强度", "fgt_severity_before_share": "收入缺口强度（冲击前）",
    "income_per_head_yuan": "人均纯收入（元）", "cost_yuan": "财政投入（元）",
    "reached_share": "达到目标的可能",
}  # fmt: skip
_CODE = "household_code"
_MOST_HOUSEHOLDS = 500
# Figures that are households one by one, in the order in which an officer asks for them.
FIGURES = (
    "open_risk_households", "households_without_measure", "new_households", "newly_eliminated_households",
    "phone_problem_households", "no_worker_households", "monitored_households",
)  # fmt: skip
_FACTS = (
    "village_code", _CODE, "monitored_category", "household_type", "household_size", "identified_month",
    "risk_cause_1", "is_risk_eliminated", "first_measure_month", "net_income_per_head_yuan",
)  # fmt: skip
_NUMBERS = ("household_size", "net_income_per_head_yuan")
_REGISTERS = ("lifted_persons", "monitored_persons")  # whose headings the facts of a household have
_FILTERS = {"category": "monitored_category", "cause": "risk_cause_1"}


def place_of(issue: Bulletin, village: str) -> str:
    """Code of a village of the bulletin's place; of the place itself where none is named.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` no code of a village; ``HB-PAR-004`` none that there is; ``HB-PAR-005`` another town's.
    """
    code = checked(VillageChoice, {"village": village}, "参数").village
    if code and not code.startswith(issue.place):
        told = f"{issue.name(code)}不属于{issue.place_name}"
        raise refused_params("HB-PAR-005", told, "area 填镇（街道），village 填它的村（社区）")
    return code or issue.place


def place_table(issue: Bulletin, village: str = "") -> Table:
    """Every figure of a village beside its town's and the county's; of the bulletin's place without one."""
    place = place_of(issue, village)
    places = [place[:digits] for digits in (len(place), TOWN, COUNTY) if digits <= len(place)]
    places = list(dict.fromkeys(places))
    names = [issue.name(code) for code in places]
    rows = tuple(
        (DEFINITIONS[key].name, *(issue.figures.figure(key, place=code) for code in places))
        for key in _told(issue.figures, place, issue.month)
    )
    line = f"截至{issue.month.label}末；没有这一级数据的指标不列"
    return Table(f"{names[0]}各项指标", columns("指标", *names), rows, line)


def two_months(issue: Bulletin, other: str = "", village: str = "") -> Table | Missing:
    """Every figure of the place in two months, and what changed, as the month's own table knows them.

    Parameters
    ----------
    other
        The month to compare with (``2022-06``); the one before where it is empty.
    """
    month = Month.parse(other) if other else issue.month.shift(-1)
    figures, place = issue.figures, place_of(issue, village)
    title = f"{issue.name(place)}两个月对照"
    keys = [*_told(figures, place, month)]
    if not keys:
        known = sorted(set(figures.table["month"]) - {str(issue.month)})
        return Missing(title, f"没有{month.label}的数；能对照的有 {'、'.join(known)}")
    rows = tuple(
        (
            DEFINITIONS[key].name,
            figures.figure(key, place=place, month=month),
            figures.figure(key, place=place),
            _change(figures, key, place, month),
        )
        for key in keys
    )
    heads = columns("指标", month.label, issue.month.label, "变化")
    return Table(title, heads, rows, f"{month.label}的数按{issue.month.label}的登记簿回看，同月报的比较")


def figure_filter(issue: Bulletin, village: str = "") -> ipywidgets.VBox | None:
    """Lists of subject, group and level over all figures of the month; None where nobody moves them."""
    return live(
        lambda **chosen: filtered(issue, place_of(issue, village), **chosen),
        issue.month.last_day,
        subject=Choice("内容", next(iter(CHAPTERS)), [(title, title) for title in CHAPTERS]),
        group=Choice("分组", ALL, [("合计", ALL), ("各分组", "")]),
        level=Choice("范围", "own", [("本地区", "own"), ("下一级各地", "below")]),
        note=Choice("有没有数", "", [("全部", ""), ("只看有数的", "known"), ("只看缺数的", "missing")]),
    )


def filtered(issue: Bulletin, place: str, *, subject: str, group: str, level: str, note: str) -> Display:
    """The figures that are chosen, one a row with its base and interval.

    Parameters
    ----------
    subject
        A chapter of the list of indicators (`CHAPTERS`).
    group
        ``all`` for totals, empty for the groups.
    level
        ``own`` for the place itself, ``below`` for the places under it.
    note
        ``known`` for figures with a value, ``missing`` for those without, empty for all.
    """
    table = issue.figures.table
    names = [one.id for one in CHAPTERS[subject]]
    codes = [place] if level == "own" else [*issue.scope.register.children(place)["place_code"]]
    chosen = table[
        table["indicator"].isin(names) & table["month"].eq(str(issue.month)) & table["place_code"].isin(codes)
    ]
    chosen = chosen[chosen["group"].eq(ALL) if group == ALL else chosen["group"].ne(ALL)]
    if note:
        has_value = chosen["note_code"].eq(NoteCode.REPORTED)
        chosen = chosen[has_value if note == "known" else ~has_value]
    if chosen.empty:
        return Missing("这样筛选", "没有符合的数")
    keys = chosen[["indicator", "place_code", "group"]].head(_MOST_ROWS).itertuples(index=False)
    rows = tuple(_row(issue, str(key), str(code), str(one)) for key, code, one in keys)
    heads = columns("地区", "指标", "分组", "数值", "分子", "分母", "区间", left=3)
    more = f"；只列前{_MOST_ROWS}行" if len(chosen) > _MOST_ROWS else ""
    return Table(f"{subject}：筛选结果", heads, rows, f"{issue.month.label}，共{len(chosen)}行{more}")


def _row(issue: Bulletin, key: str, code: str, group: str) -> tuple[Text, ...]:
    figures, at = issue.figures, f"{key}|{issue.month}|{code}|{group}"
    parts = (figures.number(key, name, place=code, group=group) for name in ("numerator", "denominator"))
    return (
        issue.name(code),
        DEFINITIONS[key].name,
        "合计" if group == ALL else group.partition("=")[2] or group,
        figures.figure(key, place=code, group=group),
        *(Figure(part, "", at) if part is not None else "—" for part in parts),
        figures.interval(key, place=code, group=group),
    )


def _told(figures: Figures, place: str, month: Month) -> Iterator[str]:
    """Indicators of which the place has a row in a month, in the order of their list."""
    table = figures.table[figures.table["place_code"].eq(place) & figures.table["group"].eq(ALL)]
    own = table[table["month"].eq(str(month)) & table["note_code"].ne(NoteCode.NOT_APPLICABLE)]
    known = set(own["indicator"])
    return (key for key in DEFINITIONS if key in known)


def _change(figures: Figures, key: str, place: str, month: Month) -> Shown:
    change = figures.difference(key, since=month, place=place)
    at = f"{key}|{month}/{figures.month}|{place}|{ALL}"
    return words("无可比数", at) if change is None else Figure(change, DEFINITIONS[key].unit, at, CHANGE)


def figure_list(issue: Bulletin, village: str = "") -> pd.DataFrame:
    """All figures of a place and month, one row each; ``合计`` is the group of everything.

    Parameters
    ----------
    village
        Code of a village below the bulletin's place; empty for the place itself.
    """
    table = issue.figures.table
    own = table[table["place_code"].eq(place_of(issue, village)) & table["month"].eq(str(issue.month))]
    notes = {code: "" if code is NoteCode.REPORTED else NOTE_TEXT[code] for code in NoteCode}
    told = own.assign(
        name=own["indicator"].astype("str").map({key: one.name for key, one in DEFINITIONS.items()}),
        unit=own["indicator"].astype("str").map({key: str(one.unit) for key, one in DEFINITIONS.items()}),
        note=own["note_code"].astype("str").map({str(code): text for code, text in notes.items()}),
        group=_labels(own["group"]),
    )
    return told[list(HEADINGS)].rename(columns=HEADINGS).reset_index(drop=True)


def in_chinese(table: pd.DataFrame | None, issue: Bulletin) -> pd.DataFrame | None:
    """The results of a simulation as they are, under Chinese headings; None where there are none.

    Raises
    ------
    KeyError
        A column or a measure that has no Chinese name here.
    """
    if table is None:
        return None
    told = table.copy()
    if "measure" in told:
        told["measure"] = [_MEASURES[one] for one in told["measure"].astype("str")]
        told["group"] = _labels(told["group"])
        told.insert(1, "place_name", told["place_code"].astype("str").map(issue.names))
    return told.set_axis([_SIMULATED[name] for name in told.columns], axis=1)


def _labels(groups: pd.Series) -> pd.Series:
    return groups.astype("str").replace(ALL, "合计").str.replace(r"^[a-z_]+=", "", regex=True)


def households(issue: Bulletin, village: str = "", workspace: Workspace | None = None) -> Display | None:
    """Lists of a figure, a category and a cause, and the households that count in the figure.

    Parameters
    ----------
    village
        Code of a village of the bulletin's town; empty for the whole town.

    Returns
    -------
    ipywidgets.VBox, Missing or None
        None where nobody is at the notebook; a sentence for the county and in the public edition.
    """
    if not is_attended():
        return None
    place = place_of(issue, village)
    if issue.is_public:
        return Missing("逐户名单", "公开版没有名单")
    if len(place) == COUNTY:
        return Missing("逐户名单", "先在上面选一个镇（街道）或村（社区）")
    return household_panel(issue, place, workspace or Workspace.find())


def household_panel(issue: Bulletin, place: str, workspace: Workspace) -> ipywidgets.VBox:
    """The lists and the table, whoever is there; each figure looked at is entered in the record of runs."""
    behind = selections_behind(issue.sources, issue.scope, {(key, ALL) for key in FIGURES})
    facts, looked = _facts(issue), set[str]()

    def show(figure: str, **chosen: str) -> Display:
        rows = _rows(behind.get((figure, ALL)), facts, place)
        if figure not in looked:
            given = {"snapshot": issue.snapshot.id, "place": place, "indicator": figure}
            audit.append(workspace.audit, f"look {issue.month}", given, {"households": len(rows)})
            looked.add(figure)
        for name, label in chosen.items():
            rows = rows[rows[_FILTERS[name]].astype("str").eq(label)] if label else rows
        return household_table(issue, figure, place, rows)

    known = {name: facts.loc[_within(facts, place), column] for name, column in _FILTERS.items()}
    choices = {
        name: [("全部", ""), *((label, label) for label in sorted(column.dropna().astype("str").unique()))]
        for name, column in known.items()
    }
    return panel(
        show,
        {
            "figure": Choice("哪个数", FIGURES[0], [(DEFINITIONS[key].name, key) for key in FIGURES]),
            "category": Choice("监测对象类别", "", choices["category"]),
            "cause": Choice("第一致险原因", "", choices["cause"]),
        },
    )


def household_table(issue: Bulletin, figure: str, place: str, rows: pd.DataFrame) -> Display:
    """The households with what the register says of them."""
    title = f"{issue.name(place)}　{DEFINITIONS[figure].name}"
    if rows.empty:
        return Missing(title, "没有符合的户")
    columns = tuple(Column(_heading(name), "right" if name in _NUMBERS else "left") for name in _FACTS)
    shown = rows.sort_values(["village_code", _CODE]).head(_MOST_HOUSEHOLDS).to_dict("records")
    lines = tuple(tuple(_cells(issue, row)) for row in shown)
    more = f"，只列前{_MOST_HOUSEHOLDS}户" if len(rows) > _MOST_HOUSEHOLDS else ""
    return Table(title, columns, lines, f"共{len(rows)}户{more}；内部使用，已记入操作记录，不存入笔记本")


def _facts(issue: Bulletin) -> pd.DataFrame:
    """What the registers say of every household, monitored ones first; what did not come in is empty."""
    tables = (issue.sources.table(name) for name in HOUSEHOLDS)
    found = [one.reindex(columns=[*_FACTS, "town_code"]) for one in tables if one is not None]
    return pd.concat(found, ignore_index=True).drop_duplicates(_CODE)


def _rows(behind: Selection | None, facts: pd.DataFrame, place: str) -> pd.DataFrame:
    """The households of a figure at a place, each once."""
    rows = behind.at(place) if behind is not None else None
    codes: Any = [] if rows is None else rows.loc[rows["weight"].ne(0), _CODE].unique()
    return facts[facts[_CODE].isin(codes)]


def _within(facts: pd.DataFrame, place: str) -> pd.Series:
    return facts["village_code"].astype("str").str.startswith(place)


def _heading(name: str) -> str:
    if name == "village_code":
        return "村（社区）"
    known = {one.name: one.heading for table in _REGISTERS for one in TABLES[table].columns}
    return known[name]


def _cells(issue: Bulletin, row: dict[Any, Any]) -> Iterator[Text]:
    for name in _FACTS:
        value = row[name]
        if name == "village_code":
            yield issue.name(str(value)) if isinstance(value, str) else "未对应"
        elif pd.isna(value):
            yield "未填写"
        elif name in _NUMBERS:
            yield Figure(float(str(value)), "", f"register|{row[_CODE]}")
        elif name.endswith("_month"):
            yield f"{value:%Y-%m}"
        else:
            yield {"True": "是", "False": "否"}.get(str(value), str(value))
