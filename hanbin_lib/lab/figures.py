"""The month's figures for an analyst: tables of pandas, places and months side by side, a filter."""

from collections.abc import Iterator

import ipywidgets
import pandas as pd

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.parameters import VillageChoice, checked
from hanbin_lib.bulletin.wording import words
from hanbin_lib.display import CHANGE, Figure, Missing, Shown, Table, Text
from hanbin_lib.display.model import Display
from hanbin_lib.errors import refused_params
from hanbin_lib.indicators import ALL, CHAPTERS, DEFINITIONS, NOTE_TEXT, NoteCode
from hanbin_lib.lab.sliders import Choice, live
from hanbin_lib.months import Month

_COUNTY, _TOWN = 6, 9  # digits of a code
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
    places = [place[:digits] for digits in (len(place), _TOWN, _COUNTY) if digits <= len(place)]
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
