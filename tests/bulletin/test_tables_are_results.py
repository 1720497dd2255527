"""Every number of a table is the number of ``indicators.csv`` that its row and its heading name.

The rows and headings are read as a reader does, and the printed text is compared, not the address behind it.
"""

import re

import pandas as pd
import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import BarCell, RangeCell, Table
from hanbin_lib.indicators import ALL
from hanbin_lib.release.assembly import write_indicators
from hanbin_lib.workspace import INDICATORS

COUNTY = "610902"
PLACES = (COUNTY, "610902110", "610902002")
_WHOLE, _VILLAGES = ("合计",), "村（社区）"
_PROJECTS = {
    "项目": "projects", "计划": "project_planned", "支出": "project_paid", "支出率": "project_paid_share",
    "完工": "projects_finished", "进度滞后": "projects_late", "支出滞后": "projects_underpaid",
}  # fmt: skip
_CLUES = {
    "新增": "clues_found", "未核定": "clues_open", "逾期": "clues_overdue", "按期核定率": "clue_in_time_share",
    "区间": "clue_in_time_share",
}  # fmt: skip
_ROSTER = {
    "名册人数": "roster_persons", "是监测对象": "roster_monitored_persons", "不是监测对象": "roster_only_persons",
}  # fmt: skip
# Exhibit, what the rows are (a dimension, or places), the heading of the column that names them, and the
# indicator behind each heading; with a group of its own where the heading is one.
TABLES = (
    (hb.safeguards.comparison, "", "项目", {
        "登记有问题": ("register_problem_households", "safeguard={}"),
        "登记未填": ("register_unknown_households", "safeguard={}"),
        "电话答有问题": ("phone_problem_households", "answer={}"),
        "两者都有": ("safeguard_both_households", "safeguard={}"),
        "仅电话有": ("safeguard_phone_only_households", "safeguard={}"),
        "仅登记有": ("safeguard_register_only_households", "safeguard={}"),
    }),
    (hb.safeguards.places_to_check, "place", "镇（街道）", {
        name: ("safeguard_phone_only_households", f"safeguard={name}")
        for name in ("义务教育", "基本医疗", "住房安全", "饮水安全")
    }),
    (hb.phone.place_table, "place", "镇（街道）", {
        "应访": "phone_base_households", "接通": "phone_reached_households", "有问题": "phone_problem_households",
        "比例": "phone_problem_share", "区间": "phone_problem_share", "走访率": "phone_visited_share",
        "满意率": "phone_satisfied_share",
    }),
    (hb.rectification.source_table, "source", "来源", {
        "新发现": "problems_opened", "未销号": "problems_open", "逾期": "problems_overdue",
        "按期完成率": "rectification_on_time_share",
    }),
    (hb.projects.by_kind, "project_kind", "类别", _PROJECTS),
    (hb.projects.by_source, "fund_source", "来源", _PROJECTS),
    (hb.projects.by_town, "place", "镇（街道）", _PROJECTS),
    (hb.duties.unvisited, "place", "镇（街道）", {
        "距上次有记录的到访": "weeks_since_visit", "本月到访": "round_visits", "到访村": "round_villages",
    }),
    (hb.duties.work_items, "work_item", "事项", {
        "任务": "tasks", "完成": "tasks_done", "逾期": "tasks_late", "滞后": "tasks_behind",
        "平均完成率": "task_completion_share",
    }),
    (hb.clues.channels, "channel", "渠道", _CLUES | {"新识别户占比": "clue_channel_share"}),
    (hb.clues.towns, "place", "镇（街道）", _CLUES),
    (hb.clues.departments, "department", "部门", _CLUES),
    (hb.roster.classes, "class", "类别", _ROSTER),
    (hb.roster.towns, "place", "镇（街道）", _ROSTER | {"监测户不在名册": "monitored_only_persons"}),
    (hb.dispatch.town_table, "place", "镇（街道）", {"位次": "town_rank", "得分": "town_score"}),
    (hb.places.place_table, "place", "镇（街道）", {
        "在册": "monitored_households", "未消除": "open_risk_households",
        "无劳力": ("open_risk_households", "situation=整户无劳动能力"), "新纳入": "new_households",
        "消除": "newly_eliminated_households", "无措施": "households_without_measure",
        "措施覆盖": "measure_coverage_share", "按期落实": "timely_measure_share",
    }),
)  # fmt: skip


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), COUNTY, workspace=demo_workspace)


@pytest.fixture(scope="module")
def published(district, tmp_path_factory):
    """Rows of the published table of the month, as a reader of the file has them."""
    folder = tmp_path_factory.mktemp("table")
    write_indicators(district, folder)
    table = pd.read_csv(folder / INDICATORS, dtype={"place_code": str})
    table = table[table["month"].eq(str(MONTH))]
    return {(row["place_code"], row["indicator"], row["group"]): row for row in table.to_dict("records")}


def _text(cell):
    return str(cell.figure) if isinstance(cell, BarCell | RangeCell) else str(cell)


def _numbers(text):
    """Numbers of a printed text with the half unit of their last digit, percents as shares."""
    for digits, mark in re.findall(r"(−?\d+(?:\.\d+)?)(%?)", text):
        unit = 100 if mark else 1
        number = float(digits.replace("−", "-")) / unit
        yield number, 0.5 * 10 ** -len(digits.partition(".")[2]) / unit


def _expected(row, text, heading):
    """Numbers that the file has for what is printed so."""
    if heading == "区间":
        return [row["lower"], row["upper"]]
    return [row["numerator"], row["denominator"]] if "/" in text else [row["value"]]


def _codes(bulletin, place, *, is_of_villages):
    """Code by name of the places that a table of `place` has as rows."""
    register = bulletin.scope.register
    villages = register.villages[register.villages["place_code"].str.startswith(place)]
    rows = villages if is_of_villages else register.towns
    return dict(zip(rows["place_name"], rows["place_code"], strict=True))


def _at(where, label, group, place, codes):
    """Place and group that a row names."""
    if label in _WHOLE:
        return place, group if "{" not in group and where == "place" else ALL
    if where == "place":
        return codes[label], group
    return place, group.format(label) if "{" in group else f"{where}={label}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("exhibit", "where", "named_by", "columns"),
    TABLES,
    ids=[f"{e.__module__.rpartition('.')[2]}.{e.__name__}" for e, *_ in TABLES],
)
def test_every_number_of_a_table_is_the_result_that_row_and_heading_name(
    district, published, place, exhibit, where, named_by, columns
):
    table = exhibit(district.seen_from(place, 1, ""))
    if not isinstance(table, Table):
        assert place != COUNTY or exhibit is hb.duties.unvisited
        return
    headings = [column.heading for column in table.columns]
    assert place != COUNTY or set(columns) <= set(headings)
    named_by = _VILLAGES if _VILLAGES in headings else named_by
    codes = _codes(district, place, is_of_villages=named_by == _VILLAGES)
    compared = 0
    for row in table.rows:
        label = str(row[headings.index(named_by)])
        for heading, indicator in columns.items():
            if heading not in headings:
                continue
            name, group = indicator if isinstance(indicator, tuple) else (indicator, ALL)
            text = _text(row[headings.index(heading)])
            at, of = _at(where, label, group, place, codes)
            result = published.get((at, name, of))
            printed = list(_numbers(text))
            if result is None or result["note_code"] != "reported":
                assert not printed or text == "0", (label, heading, text)
                continue
            wanted = _expected(result, text, heading)
            if not printed:
                assert pd.isna(wanted).all() or text in ("无栏目", "—"), (label, heading, text, wanted)
                continue
            for (number, half), exact in zip(printed, wanted, strict=True):
                assert abs(number - exact) <= half + 1e-9, (label, heading, text, exact)
            compared += 1
    assert compared or place != COUNTY
