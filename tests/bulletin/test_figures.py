"""How a figure is looked up: shares of few as n/N, nothing as the reason why."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.indicators import COLUMNS
from hanbin_lib.months import Month

MONTH, PLACE = Month(2022, 9), "610902"


def figures(indicator, part, whole):
    row = dict.fromkeys(COLUMNS) | {
        "indicator": indicator, "month": str(MONTH), "place_code": PLACE, "group": "all", "numerator": part,
        "denominator": whole, "value": part / whole, "note_code": "reported",
    }  # fmt: skip
    return Figures(pd.DataFrame([row], columns=list(COLUMNS)), MONTH, PLACE)


@pytest.mark.parametrize(
    ("indicator", "part", "whole", "text"),
    [
        ("rebound_share", 3.0, 9.0, "3/9"), ("rebound_share", 3.0, 10.0, "30.0%"), ("rebound_share", 0.0, 1.0, "0/1"),
        ("project_paid_share", 3.0, 9.0, "33.3%"), ("task_completion_share", 4.5, 9.0, "50.0%"),  # no cases
    ],
)  # fmt: skip
def test_a_share_of_fewer_than_ten_cases_is_no_percentage(indicator, part, whole, text):
    assert figures(indicator, part, whole).figure(indicator).text == text
    assert figures(indicator, part, whole).plain(indicator).text == text


def test_what_did_not_come_in_says_so():
    assert figures("rebound_share", 1.0, 20.0).figure("projects").text == "未收到"


TOWN, VILLAGE, OTHER = "610902110", "610902110201", "610902002"
LAST = MONTH.shift(-1)


def row(indicator, value, place=PLACE, month=MONTH, group="all", note="reported", **numbers):
    known = {"numerator": value, "value": value, "note_code": note} | numbers
    at = {"indicator": indicator, "month": str(month), "place_code": place, "group": group}
    return dict.fromkeys(COLUMNS) | dict.fromkeys(("lower", "upper", "denominator"), np.nan) | at | known


@pytest.fixture(scope="module")
def seen():
    stock, people = "open_risk_households", "open_risk_persons"
    rows = [
        row(stock, 120.0), row(stock, 171.0, month=LAST), row(stock, 171.0, month=LAST.shift(-1)),
        row(people, 400.0), row(people, 400.0, month=LAST),
        row(stock, 40.0, TOWN, upper=49.0), row(stock, 38.0, TOWN, LAST), row(people, 130.0, TOWN),
        row(stock, 7.0, OTHER), row(stock, np.nan, OTHER, LAST, note="suppressed"),
        row(stock, 3.0, VILLAGE), row(stock, 50.0, group="category=甲"), row(stock, 70.0, group="category=乙"),
        row(stock, 60.0, group="category=甲", month=LAST), row(stock, 120.0, group="cause=因病"),
        row("phone_problem_share", 0.025, numerator=5.0, denominator=200.0, lower=0.01, upper=0.0567),
        row("phone_problem_share", np.nan, TOWN, note="not_applicable"),
        row("phone_problem_change", -0.015), row("rebound_share", np.nan, note="not_received"),
        row("monitored_households", np.nan, note="suppressed"), row("projects", 0.0),
    ]  # fmt: skip
    return Figures(pd.DataFrame(rows, columns=list(COLUMNS)), MONTH, PLACE)


STOCK = "open_risk_households"


@pytest.mark.parametrize(
    ("place", "month", "group", "value"),
    [
        ("", None, "all", 120), ("", LAST, "all", 171), (TOWN, None, "all", 40), (VILLAGE, None, "all", 3),
        ("", None, "category=甲", 50), ("", None, "category=丙", None), (OTHER, LAST, "all", None),
        ("610902999", None, "all", None),
    ],
)  # fmt: skip
def test_a_value_is_that_of_its_address(seen, place, month, group, value):
    assert seen.value(STOCK, place=place, month=month, group=group) == value


def test_zero_is_a_number_and_what_is_not_told_is_none(seen):
    assert seen.value("projects") == 0
    assert seen.value("monitored_households") is None
    assert seen.number("phone_problem_share", "upper") == 0.0567
    assert seen.number(STOCK, "lower") is None
    assert [seen.is_suppressed(name) for name in ("monitored_households", "projects", "workshops")] == [
        True, False, False,
    ]  # fmt: skip


def test_a_count_is_rounded_in_the_month_that_is_asked_for(seen):
    assert seen.is_rounded(STOCK, place=TOWN)
    assert not seen.is_rounded(STOCK, place=TOWN, month=LAST)
    assert not seen.is_rounded(STOCK)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("monitored_households", "公开版不公布"), ("rebound_share", "要用的表或栏目没有收到"),
     ("workshops", "要用的表或栏目没有收到"), ("projects", "没有")],
)  # fmt: skip
def test_why_there_is_nothing_to_show(seen, name, reason):
    assert seen.reason(name, "没有") == reason


@pytest.mark.parametrize(
    ("shown", "text", "source"),
    [
        (lambda f: f.figure(STOCK), "120户", f"{STOCK}|2022-09|610902|all"),
        (lambda f: f.figure(STOCK, place=TOWN), "40余户", f"{STOCK}|2022-09|{TOWN}|all"),
        (lambda f: f.figure(STOCK, month=LAST), "171户", f"{STOCK}|2022-08|610902|all"),
        (lambda f: f.plain(STOCK), "120", f"{STOCK}|2022-09|610902|all"),
        # Of a label that has no row there are none where the whole is known.
        (lambda f: f.count_in(STOCK, group="category=甲"), "50", f"{STOCK}|2022-09|610902|category=甲"),
        (lambda f: f.count_in(STOCK, group="category=丙"), "0", f"{STOCK}|2022-09|610902|category=丙"),
        (lambda f: f.count_in("workshops", group="category=丙"), "未收到", "workshops|2022-09|610902|category=丙"),
        (lambda f: f.pair("open_risk"), "120户400人",
         f"{STOCK}|2022-09|610902|all open_risk_persons|2022-09|610902|all"),
        (lambda f: f.cases("phone_problem_share"), "5/200", "phone_problem_share|2022-09|610902|all"),
        (lambda f: f.cases(STOCK), "120户", f"{STOCK}|2022-09|610902|all"),
        (lambda f: f.cases("phone_problem_share", place=TOWN), "不适用", f"phone_problem_share|2022-09|{TOWN}|all"),
        (lambda f: f.interval("phone_problem_share"), "1.0%—5.7%", "phone_problem_share|2022-09|610902|all"),
        (lambda f: f.interval(STOCK), "—", f"{STOCK}|2022-09|610902|all"),
        (lambda f: f.change_in_words(STOCK), "减少51户", f"{STOCK}|2022-08/2022-09|610902|all"),
        (lambda f: f.change_in_words(STOCK, group="category=甲"), "减少10户", f"{STOCK}|2022-08/2022-09|610902|category=甲"),
        (lambda f: f.change_in_words(STOCK, group="category=乙"), "无可比数", f"{STOCK}|2022-08/2022-09|610902|category=乙"),
        (lambda f: f.change_in_words("open_risk_persons"), "持平", "open_risk_persons|2022-08/2022-09|610902|all"),
        (lambda f: f.change_in_words(STOCK, since=LAST.shift(-1)), "减少51户", f"{STOCK}|2022-07/2022-09|610902|all"),
        (lambda f: f.signed_change(STOCK), "−51户", f"{STOCK}|2022-08/2022-09|610902|all"),
        (lambda f: f.signed_change("open_risk_persons"), "0人", "open_risk_persons|2022-08/2022-09|610902|all"),
        # A count rounded down has no change, and one that is withheld none either.
        (lambda f: f.signed_change(STOCK, place=TOWN), "—", f"{STOCK}|2022-08/2022-09|{TOWN}|all"),
        (lambda f: f.signed_change(STOCK, place=OTHER), "—", f"{STOCK}|2022-08/2022-09|{OTHER}|all"),
        (lambda f: f.tested_change("phone_problem_change", is_clear=True), "下降1.5个百分点",
         "phone_problem_change|2022-09|610902|all"),
        (lambda f: f.tested_change("phone_problem_change", is_clear=False), "无明显变化",
         "phone_problem_change|2022-09|610902|all"),
        (lambda f: f.tested_change("phone_problem_change", is_clear=True, group="answer=住房安全"), "无可比数",
         "phone_problem_change|2022-09|610902|answer=住房安全"),
    ],
)  # fmt: skip
def test_what_is_printed_and_where_it_comes_from(seen, shown, text, source):
    found = shown(seen)
    assert (found.text, found.source) == (text, source)


def test_series_are_of_one_place_and_one_dimension(seen):
    assert seen.trend(STOCK).to_dict() == {"2022-07": 171, "2022-08": 171, "2022-09": 120}
    assert seen.groups(STOCK, "category").to_dict() == {"甲": 50, "乙": 70}
    assert seen.groups(STOCK, "category", month=LAST).to_dict() == {"甲": 60}
    assert seen.groups(STOCK, "category", place=TOWN).empty
    assert seen.groups("workshops", "category").empty


def test_the_same_table_is_seen_from_a_town(seen):
    town = seen.seen_from(TOWN)
    assert (town.value(STOCK), seen.value(STOCK)) == (40, 120)
    assert town.trend(STOCK).to_dict() == {"2022-08": 38, "2022-09": 40}
    assert town.value(STOCK, place=PLACE) == 120
