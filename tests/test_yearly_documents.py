"""What documents set for a year: monitoring lines and working days."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from support import REPOSITORY

from hanbin_lib.errors import HanbinError
from hanbin_lib.indicators.clues import working_days
from hanbin_lib.months import Month
from hanbin_lib.yearly_documents import MonitoringLine, MonitoringLines, WorkCalendar, read_calendar

USUAL = {"document": "〔测试〕1号", "entered_by": "测试"}
CALENDAR = read_calendar(REPOSITORY / "params")


def line(year, value=None, **other):
    return MonitoringLine(year=year, value_yuan=value, **USUAL, **other)


LINES = MonitoringLines(
    lines=(line(2021, 6500), line(2022, 7000), line(2022, 7200, first_month="2022-07"),
           line(2024, 8000, first_month="2024-03")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("month", "value"),
    [
        ("2020-12", None), ("2021-01", 6500), ("2021-12", 6500), ("2022-01", 7000), ("2022-06", 7000),
        ("2022-07", 7200), ("2022-12", 7200), ("2023-01", None), ("2024-02", None), ("2024-03", 8000),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "lines", [LINES, MonitoringLines(lines=LINES.lines[::-1])], ids=["rising", "falling"]
)
def test_the_line_in_force(lines, month, value):
    found = lines.of(Month.parse(month))
    assert (found.value_yuan if found else None) == value


@pytest.mark.parametrize(
    ("year", "fields", "word"),
    [
        (2022, {"value_yuan": 7000, "first_month": "2021-12"}, "这一年里"),
        (2022, {"value_yuan": 7000, "first_month": "2023-01"}, "这一年里"),
        (2022, {"value_yuan": 7000, "first_month": "2022-01"}, ""),
        (2022, {"value_yuan": 7000, "first_month": "2022-12"}, ""),
        (2022, {}, "至少填一项"),
        (2022, {"conditions": ("有返贫风险",)}, ""),
        (2022, {"value_yuan": 7000, "conditions": ("有返贫风险",)}, ""),
        (2022, {"value_yuan": 0}, "greater than 0"),
        (2022, {"value_yuan": 1}, ""),
        (2022, {"value_yuan": 100_000}, ""),
        (2022, {"value_yuan": 100_001}, "less than or equal to 100000"),
        (2014, {"value_yuan": 1}, "greater than or equal to 2015"),
        (2015, {"value_yuan": 1}, ""),
        (2100, {"value_yuan": 1}, ""),
        (2101, {"value_yuan": 1}, "less than or equal to 2100"),
    ],
)
def test_a_line_is_of_its_year_and_says_something(year, fields, word):
    if not word:
        assert MonitoringLine(year=year, **USUAL, **fields).year == year
        return
    with pytest.raises(ValidationError, match=word):
        MonitoringLine(year=year, **USUAL, **fields)


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        (line(2022, 1), line(2022, 2), True),
        (line(2022, 1), line(2022, 2, first_month="2022-01"), True),
        (line(2022, 1), line(2022, 2, first_month="2022-02"), False),
        (line(2022, 1), line(2023, 2), False),
        (line(2022, 1, first_month="2022-05"), line(2022, 2, first_month="2022-05"), True),
    ],
)
def test_no_month_begins_with_two_lines(first, second, is_refused):
    if is_refused:
        with pytest.raises(ValidationError, match="起有两条"):
            MonitoringLines(lines=(first, second))
        return
    assert len(MonitoringLines(lines=(first, second)).lines) == 2


def elapsed(since: date, until: date, calendar: WorkCalendar = CALENDAR) -> float:
    days = (np.array([day], dtype="datetime64[D]") for day in (since, until))
    return float(working_days(calendar, *days)[0])


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ((2022, 9, 9), (2022, 9, 12), 0),  # 中秋 fell on a Saturday: no day in exchange
        ((2022, 9, 30), (2022, 10, 7), 0),  # 国庆
        ((2022, 9, 30), (2022, 10, 9), 2),  # 8 and 9 October, a Saturday and a Sunday, are worked
        ((2023, 12, 29), (2024, 1, 2), 1),  # New Year's days over two years
        ((2026, 2, 13), (2026, 2, 24), 2),  # 春节 2026: Saturday the 14th is worked, then the 24th
        ((2022, 9, 8), (2022, 9, 8), 0),  # the first day does not count
    ],
)
def test_days_by_the_notices(since, until, days):
    assert elapsed(date(*since), date(*until)) == days


@given(st.dates(date(2021, 1, 1), date(2026, 12, 31)), st.integers(0, 400))
def test_it_is_the_count_day_by_day(since, more):
    until = min(since + timedelta(more), date(2026, 12, 31))
    days = (since + timedelta(n) for n in range(1, (until - since).days + 1))
    worked = sum(day in CALENDAR.on or (day.weekday() < 5 and day not in CALENDAR.off) for day in days)
    assert elapsed(since, until) == worked


@pytest.mark.parametrize(("since", "until"), [((2020, 12, 31), (2021, 1, 4)), ((2026, 12, 31), (2027, 1, 4))])
def test_a_year_without_a_notice_is_not_known(since, until):
    assert np.isnan(elapsed(date(*since), date(*until)))


def test_from_or_to_a_day_that_nobody_entered_is_not_known():
    days = np.array(["2022-09-01", "NaT", "NaT", "2022-09-01"], dtype="datetime64[D]")
    told = working_days(CALENDAR, days, days[[1, 0, 1, 3]])
    assert np.isnan(told).tolist() == [True, True, True, False]


def test_what_is_entered_later_changes_no_earlier_year():
    early = CALENDAR.until(2022)
    assert early.years == (2021, 2022)
    assert elapsed(date(2022, 9, 1), date(2022, 9, 30), early) == elapsed(date(2022, 9, 1), date(2022, 9, 30))
    assert np.isnan(elapsed(date(2022, 12, 30), date(2023, 1, 3), early))
    assert WorkCalendar().until(2022) == WorkCalendar()


def test_the_days_of_its_own_year_are_kept_to_the_last():
    early = CALENDAR.until(2022)
    assert elapsed(date(2022, 9, 30), date(2022, 10, 9), early) == 2
    assert [{day.year for day in days} for days in (early.off, early.on)] == [{2021, 2022}, {2021, 2022}]


@pytest.mark.parametrize(
    ("day", "kind", "is_taken"),
    [
        ("2022-10-07", "上班", False),  # a Friday is worked anyway
        ("2022-10-08", "上班", True),
        ("2022-10-09", "上班", True),
        ("2022-10-10", "上班", False),
        ("2022-10-07", "放假", True),
        ("2022-10-08", "放假", True),
    ],
)
def test_only_saturdays_and_sundays_are_worked_in_exchange(tmp_path, day, kind, is_taken):
    (tmp_path / "holidays.csv").write_text(f"year,date,kind,document\n2022,{day},{kind},一", encoding="utf-8")
    if not is_taken:
        with pytest.raises(HanbinError, match="只写调休上班的周六、周日"):
            read_calendar(tmp_path)
        return
    found = read_calendar(tmp_path)
    days = (date.fromisoformat(day),)
    assert (found.on, found.off) == ((days, ()) if kind == "上班" else ((), days))
    assert found.years == (2022,)


def test_every_fault_is_told_with_its_line(tmp_path):
    lines = ["year,date,kind,document", "2022,2022-10-01,放假,一", "甲,2022-10-02,放假,一", "2022,10月3日,放假,一",
             "2022,2022-10-04,休息,一", "2022,2022-10-10,上班,一"]  # fmt: skip
    (tmp_path / "holidays.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        read_calendar(tmp_path)
    told = caught.value.message.splitlines()
    assert [line.partition("行")[0] for line in told] == [f"holidays.csv：第{n}" for n in (3, 4, 5, 6)]
    assert "只写调休上班的周六、周日" in told[-1]
