"""The list of a draw as a workbook: units, towns and groups, weeks, and how to draw it again."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from hanbin_lib.display import AnnexTable, Column, Figure, Masthead
from hanbin_lib.rendering.spreadsheet import workbook_of
from hanbin_lib.simulate.sampling import MonthDraw

_RECIPE = (
    "每个编号的签：把“hanbin-draw-1|种子|月份|阶段|编号”（UTF-8）取 SHA-256 十六进制值；阶段为村、户、项目。",
    "同一个镇（街道）的村按签从小到大取，轮换期内抽过的排除；每村的户、每镇的项目同样按签从小到大取。",
    "督查组：各组镇数相差不超过一个，不到上月去过的镇；先让以往镇数少的组多一个，再取签（前6位）之和最小的分法。",
    "任何人用同样的种子和编号都能重做；hanbin draw 月份 --verify 逐行核对。",
)


def draw_workbook(
    info: Masthead,
    facts: Mapping[str, str],
    draw: MonthDraw,
    weeks: pd.DataFrame,
    names: Mapping[str, str],
) -> bytes:
    """The workbook's bytes; the same draw makes the same bytes.

    Parameters
    ----------
    info
        Running head and date of the workbook.
    facts
        Seed, method and data, as they are printed.
    names
        Place code -> official name.
    """
    sheets = (
        ("抽查名单", _units(draw, names)),
        ("各镇抽样", _towns(draw, names)),
        ("周督帮分组", _weeks(weeks, names)),
        ("复算说明", _recipe(facts, draw)),
    )
    return workbook_of(info, sheets)


def rows_of(content: bytes) -> dict[str, list[tuple[str, ...]]]:
    """Cells of every sheet as text, row by row; empty where it is no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError:
        return {}
    return {
        name: [tuple(map(str, row)) for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def _units(draw: MonthDraw, names: Mapping[str, str]) -> AnnexTable:
    columns = ["group_name", "town_code", "unit_kind", "unit_code", "village_code", "note"]
    rows = [
        (group, names[town], kind, code, names.get(village, ""), note)
        for group, town, kind, code, village, note in draw.units[columns].to_numpy()
    ]
    return _table("抽查名单", ("督查组", "镇（街道）", "单元类型", "单元编号", "村（社区）", "说明"), rows)


def _towns(draw: MonthDraw, names: Mapping[str, str]) -> AnnexTable:
    counts = ("villages", "eligible", "drawn", "refilled", "households", "projects")
    rows = [
        (
            row["group_name"],
            names[row["town_code"]],
            *(Figure(row[name], "", f"draw|{name}|{row['town_code']}") for name in counts),
        )
        for row in draw.towns.to_dict("records")
    ]
    headings = (
        "督查组",
        "镇（街道）",
        "村数",
        "可抽村数",
        "抽取村数",
        "其中轮换例外",
        "抽取户数",
        "抽取项目数",
    )
    return _table("各镇抽样", headings, rows)


def _weeks(weeks: pd.DataFrame, names: Mapping[str, str]) -> AnnexTable:
    rows = [(week, names[town], group) for week, town, group in weeks.to_numpy()]
    return _table("周督帮分组", ("周次", "镇（街道）", "督帮组"), rows)


def _recipe(facts: Mapping[str, str], draw: MonthDraw) -> AnnexTable:
    steps = [("方法", step) for step in _RECIPE]
    short = [("抽不满或有例外", message) for message in draw.messages]
    return _table("复算说明", ("项目", "内容"), [*facts.items(), *steps, *short])


def _table(title: str, headings: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> AnnexTable:
    return AnnexTable(title, tuple(Column(heading) for heading in headings), tuple(rows))
