"""The month's points for the office: which there are, of how many cases, whose, and by when."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.bulletin.asks import MOST, asks, due_day, places_concerned, spread
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.display import plain_text
from hanbin_lib.indicators import COLUMNS
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

COUNTY, JIA, YI, BING = "610902", "610902001", "610902002", "610902003"
REGISTER = AreaRegister(pd.DataFrame(
    [(COUNTY, "汉滨区", "区", "", True, ""), (JIA, "甲镇", "镇", COUNTY, True, ""), (YI, "乙镇", "镇", COUNTY, True, ""),
     (BING, "丙镇", "镇", COUNTY, True, ""), (f"{YI}201", "东村", "村", YI, True, "")],
    columns=["place_code", "place_name", "kind", "parent_code", "is_counted", "note"],
))  # fmt: skip
STEPS = (SimpleNamespace(days=1, step="限期整改"), SimpleNamespace(days=30, step="提交月调度会"))


def row(indicator, value, place=COUNTY, group="all", note="reported"):
    at = {"indicator": indicator, "month": "2022-09", "place_code": place, "group": group, "note_code": note}
    blank = dict.fromkeys(("numerator", "denominator", "lower", "upper"), np.nan)
    return dict.fromkeys(COLUMNS) | at | blank | {"value": value}


def bulletin(*rows, place=COUNTY, month=Month(2022, 9), line=object(), after=1):  # noqa: B008 - a month is frozen
    rules = SimpleNamespace(escalation=STEPS, action_months=after)
    county = SimpleNamespace(bureau_name="区乡村振兴局")
    return SimpleNamespace(
        figures=Figures(pd.DataFrame(rows, columns=list(COLUMNS)), month, place), month=month, place=place,
        is_county=place == COUNTY, place_name=REGISTER.name(place), chapter=lambda _: ("六", ""),
        scope=SimpleNamespace(register=REGISTER, line=line, spoken=lambda text: text),
        settings=SimpleNamespace(rules=rules, county=county),
    )  # fmt: skip


WITHOUT, APART = "households_without_measure", "safeguard_phone_only_households"
ALL_POINTS = (
    row(WITHOUT, 5.0), row(WITHOUT, 3.0, YI), row(WITHOUT, 2.0, BING),
    row("problems_to_escalate", 4.0, group="step=提交月调度会"), row("problems_to_escalate", 9.0, group="step=限期整改"),
    row("problems_overdue", 13.0), row(APART, 6.0, group="safeguard=住房安全"),
    row(APART, 8.0, group="safeguard=饮水安全"), row(APART, 0.0, group="safeguard=义务教育"),
    row("clues_overdue", 7.0), row("clues_open", 20.0), row("below_line_unmonitored_households", 11.0),
    row("income_mismatch_households", 10.0),
)  # fmt: skip


def test_the_points_in_order_and_no_more_than_fit():
    found = asks(bulletin(*ALL_POINTS))
    assert [plain_text(one.ask) for one in found] == [
        "5户无措施户限期清零。", "4个逾期问题逐个过堂。", "14户次三保障和饮水线索入户核实。",
        "11户低收入脱贫户逐户核查。", "7条逾期线索限期核定。", "10户收入数据限期复核。",
    ][:MOST]  # fmt: skip
    for one, number in zip(found, (5, 4, 14, 11, 7, 10), strict=False):
        assert one.number(bulletin(*ALL_POINTS)) == number


def test_what_is_less_pressing_moves_up_when_there_is_room():
    found = asks(bulletin(*ALL_POINTS[9:]))
    assert [one.key for one in found] == ["below_line", "clue", "income"]
    assert [one.number(bulletin(*ALL_POINTS)) for one in found] == [11, 7, 10]
    assert "未核定线索共20条" in plain_text(found[1].detail)
    assert [one.key for one in asks(bulletin(*ALL_POINTS[6:], line=None))] == ["phone", "line", "below_line"]


def test_a_county_without_the_years_line_is_asked_for_it_and_a_town_is_not():
    (found,) = asks(bulletin(line=None))
    assert plain_text(found.ask) == "确定并录入2022年监测范围。"
    assert "请区乡村振兴局10月31日前明确" in plain_text(found.detail)
    assert found.number(bulletin(line=None)) == 1
    assert asks(bulletin(line=None, place=YI)) == ()


@pytest.mark.parametrize("name", [WITHOUT, "clues_overdue", "below_line_unmonitored_households",
                                  "income_mismatch_households"])  # fmt: skip
@pytest.mark.parametrize(
    ("value", "note"), [(0.0, "reported"), (np.nan, "not_received"), (np.nan, "suppressed")]
)
def test_of_nothing_and_of_what_is_not_known_nothing_is_asked(name, value, note):
    assert asks(bulletin(row(name, value, note=note), row(name, 4.0, YI))) == ()


def test_who_has_most_stands_first_and_is_counted_among_the_places():
    rows = (row(WITHOUT, 9.0), row(WITHOUT, 4.0, JIA), row(WITHOUT, 0.0, YI), row(WITHOUT, 5.0, BING))
    (found,) = asks(bulletin(*rows))
    assert plain_text(found.detail).startswith("涉及2个镇，最多的是丙镇（5户）；由")
    assert places_concerned(bulletin(*rows), WITHOUT) == {BING: 5, JIA: 4}
    level = (row(WITHOUT, 8.0), row(WITHOUT, 4.0, BING), row(WITHOUT, 4.0, JIA))
    assert list(places_concerned(bulletin(*level), WITHOUT)) == [JIA, BING]


def test_places_of_which_one_is_withheld_are_not_counted():
    rows = (row(WITHOUT, 9.0), row(WITHOUT, 4.0, JIA), row(WITHOUT, np.nan, YI, note="suppressed"))
    assert spread(bulletin(*rows), WITHOUT) is None
    assert spread(bulletin(row(WITHOUT, 9.0)), WITHOUT) is None
    own = (row(WITHOUT, 3.0, YI), row(WITHOUT, 3.0, f"{YI}201"))
    assert str(spread(bulletin(*own, place=YI), WITHOUT)) == "涉及1个村"


def test_only_the_last_step_is_brought_before_the_office_with_its_days():
    (found,) = asks(bulletin(*ALL_POINTS[3:6]))
    text = plain_text(found.detail)
    assert "逾期已满30天，应提交月调度会" in text
    assert "全部逾期13个" in text
    assert "见第六章和附表" in text
    assert asks(bulletin(ALL_POINTS[4], ALL_POINTS[5])) == ()


def test_items_that_cannot_be_compared_are_not_passed_over_in_silence():
    known = [row(APART, n, group=f"safeguard={label}") for label, n in
             (("义务教育", 0.0), ("基本医疗", 0.0), ("住房安全", 6.0), ("饮水安全", 2.0))]  # fmt: skip
    (whole,), (part,) = asks(bulletin(*known)), asks(bulletin(*known[1:]))
    assert "没有显示，最多的是住房安全（6户）" in plain_text(whole.detail)
    assert "没有显示，能对照的项目里最多的是住房安全（6户）" in plain_text(part.detail)
    assert [group for _, group in whole.counts] == ["safeguard=住房安全", "safeguard=饮水安全"]


@pytest.mark.parametrize(
    ("month", "after", "day", "said"),
    [((2022, 9), 1, "2022-10-31", "10月31日前"), ((2022, 11), 1, "2022-12-31", "12月31日前"),
     ((2022, 12), 1, "2023-01-31", "2023年1月31日前"), ((2022, 1), 1, "2022-02-28", "2月28日前"),
     ((2022, 9), 3, "2022-12-31", "12月31日前"), ((2022, 10), 3, "2023-01-31", "2023年1月31日前")],
)  # fmt: skip
def test_by_when(month, after, day, said):
    one = bulletin(line=None, month=Month(*month), after=after)
    assert str(due_day(one)) == day
    (found,) = asks(one)
    assert f"请区乡村振兴局{said}" in plain_text(found.detail)
