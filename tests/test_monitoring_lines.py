"""The line in force in a month: the year's own, from the month on in which it holds, and never a guess."""

import pytest
from pydantic import ValidationError

from hanbin_lib.months import Month
from hanbin_lib.yearly_documents import MonitoringLine, MonitoringLines

USUAL = {"document": "〔测试〕1号", "entered_by": "测试"}


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
