"""What a number shows as under its format, and in which unit a column came: a row each."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.contract import TABLES, Column, Kind
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.ingest.grid import CellKind
from hanbin_lib.ingest.number_formats import kind_of, number_text, percent_text, shown
from hanbin_lib.ingest.recognise import factor, scaled, spellings_by_unit, unit_of

NUMBER, DRESSED, PERCENT, SCALED = CellKind.NUMBER, CellKind.DRESSED, CellKind.PERCENT, CellKind.SCALED
DATE, DATETIME, TIME = CellKind.DATE, CellKind.DATETIME, CellKind.TIME
YUAN = Column("income_yuan", "收入（元）", Kind.AMOUNT, unit="元")
WAN = Column("paid_10k_yuan", "支出资金（万元）", Kind.AMOUNT, unit="万元")
PEOPLE = Column("persons", "人数", Kind.COUNT, unit="人")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", NUMBER),
        ("G/通用格式", NUMBER),
        ('General"户"', DRESSED),
        ("[DBNum1]General", NUMBER),
        ("@", NUMBER),
        ("0", NUMBER),
        ("0000000000", DRESSED),  # shows noughts that the cell does not hold
        ("00.00", DRESSED),
        ("#,##000", NUMBER),
        ('"GC"000', DRESSED),
        ("0.00", NUMBER),
        ("#,##0.00_ ", NUMBER),
        ("#,##0.00;[Red]-#,##0.00", NUMBER),
        ('[$¥-804]#,##0.00;"负"#,##0.00', NUMBER),
        ('_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', NUMBER),
        ('0"个月"', DRESSED),
        ('0"day"', DRESSED),
        ("0.00E+00", NUMBER),  # the E of a power is no year of an era
        ("##0.0E+0", NUMBER),
        ("0.000e-00", NUMBER),
        ("# ?/?", NUMBER),
        ('0.0"%"', NUMBER),
        ("0\\%", NUMBER),
        ("0%", PERCENT),
        ("0.00%;[Red]-0.00%", PERCENT),
        ("#,##0,", SCALED),
        ('0.0,,"M"', SCALED),
        ('0!.0,"万"', SCALED),
        ('0\\.0000"万"', SCALED),
        ('0"."0000', SCALED),
        ("yyyy-mm-dd", DATE),
        ("yyyy/m/d;@", DATE),
        ('yyyy"年"m"月"d"日"', DATE),
        ("yyyy年m月", DATE),
        ("[$-804]yyyy年m月d日", DATE),
        ("e年m月d日", DATE),
        ("ge.m.d", DATE),
        ("mmm-yy", DATE),
        ("mmm", DATE),
        ("m/d", DATE),
        ("d", DATE),
        ("[$-804]aaaa;@", DATE),  # shows the day of the week: the date is in the cell all the same
        ("aaa", DATE),
        ("yyyy-mm-dd hh:mm:ss", DATETIME),
        ('m/d/yy h:mm "o\'clock"', DATETIME),
        ("h:mm", TIME),
        ("mm:ss.0", TIME),
        ("[h]:mm:ss", TIME),
        ("[mm]", TIME),
        ("h:mm AM/PM", TIME),
        ("上午/下午h时mm分", TIME),
        ('[=0]"";yyyy/m/d', DATE),  # zero is hidden; what is not zero shows by the next section
        ('[<=0]"无";[Red]yyyy年m月', DATE),
        ('[=0]"—";0.0%', PERCENT),
        ('[=0.0]"";0!.0,"万"', SCALED),
        ("[<0]-0;[=0]General", NUMBER),
        ("[=1]yyyy/m/d;0", DATE),  # another condition: the first section is the format
        ("[<1]0%;yyyy/m/d", PERCENT),
    ],
)
def test_a_format_tells_what_a_number_is(code, kind):
    assert kind_of(170, code) is kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [(0, NUMBER), (1, NUMBER), (4, NUMBER), (9, PERCENT), (10, PERCENT), (11, NUMBER), (14, DATE), (18, TIME),
     (22, DATETIME), (27, DATE), (31, DATE), (32, TIME), (37, NUMBER), (44, NUMBER), (45, TIME), (48, NUMBER),
     (49, NUMBER), (57, DATE), (58, DATE), (164, NUMBER)],
)  # fmt: skip
def test_formats_without_a_code_are_known_by_their_number(number, kind):
    assert kind_of(number) is kind


@pytest.mark.parametrize(
    ("serial", "kind", "is_1904", "text", "read_as"),
    [
        (1, DATE, False, "1900-01-01", DATE),
        (59, DATE, False, "1900-02-28", DATE),
        (61, DATE, False, "1900-03-01", DATE),  # 60 is the day that never was
        (44834, DATE, False, "2022-09-30", DATE),
        (43372, DATE, True, "2022-09-30", DATE),
        (0, DATE, True, "1904-01-01", DATE),
        (44834.5, DATE, False, "2022-09-30 12:00:00", DATETIME),  # what it shows hides the time: it is kept
        (44834.0, DATETIME, False, "2022-09-30", DATE),
        (44834.378472222, DATETIME, False, "2022-09-30 09:05:00", DATETIME),
        (44834.999999999, DATETIME, False, "2022-10-01", DATE),  # a rounding of the file's, not 23:59:59
        (0.378472222, TIME, False, "09:05:00", TIME),
        (0.5, DATETIME, False, "12:00:00", TIME),
        (1.5, TIME, False, "1900-01-01 12:00:00", DATETIME),
        (-1, DATE, False, "-1", NUMBER),
        (2958466, DATE, False, "2958466", NUMBER),  # beyond the year 9999
        (0.985, PERCENT, False, "98.5%", PERCENT),
        (1, PERCENT, False, "100%", PERCENT),
        (0.07, PERCENT, False, "7%", PERCENT),  # 7.000000000000001 in binary
        (0, PERCENT, False, "0%", PERCENT),
        (12345, SCALED, False, "12345", SCALED),
        (0.1, NUMBER, False, "0.1", NUMBER),
        (1e20, NUMBER, False, "1" + "0" * 20, NUMBER),
        (1.5e-7, NUMBER, False, "0.00000015", NUMBER),
        (610902000005452.0, NUMBER, False, "610902000005452", NUMBER),
    ],
)
def test_a_number_is_read_as_it_shows(serial, kind, is_1904, text, read_as):
    assert shown(float(serial), kind, is_1904=is_1904) == (text, read_as)


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)), st.booleans())
def test_every_day_is_counted_from_the_file_s_own_first_day(day, is_1904):
    first = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    if day >= first:
        found, _ = shown(float((day - first).days), DATE, is_1904=is_1904)
        assert found == day.isoformat()


@given(st.integers(36_526 * 86_400, 54_789 * 86_400))
def test_a_moment_keeps_its_second(seconds):
    """From 2000 to 2050."""
    found, _ = shown(seconds / 86_400, DATETIME, is_1904=False)
    assert pd.Timestamp(found) == pd.Timestamp(1899, 12, 30) + pd.Timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.9999999999999996, "3"), (3.0000000000000004, "3"), (0.1 + 0.2, "0.3"), (12.345, "12.345"),
     (123456789.123456, "123456789.123456"), (6109020000054521.0, "6109020000054521")],
)  # fmt: skip
def test_a_number_has_the_fifteen_digits_that_a_spreadsheet_shows(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_shows_an_error(value):
    assert number_text(value) == "#NUM!"
    assert percent_text(value) == "#NUM!%"


# Units of money


@pytest.mark.parametrize(
    ("column", "heading", "above", "unit"),
    [
        (YUAN, "收入", [], "元"),
        (YUAN, "收入(元)", [], "元"),
        (YUAN, "收入(万元)", [], "万元"),
        (YUAN, "收入(单位:万元)", [], "万元"),
        (YUAN, "收入(千元)", ["单位:万元"], "千元"),  # the heading is nearer than the line
        (YUAN, "收入", ["单位:万元"], "万元"),
        (YUAN, "收入", ["填报日期:2022年9月30日 单位:百元"], "百元"),
        (YUAN, "收入", ["金额单位:万元、户"], "万元"),
        (YUAN, "收入", ["单位:户、万元"], "万元"),
        (YUAN, "收入", ["单位:户,人,亿元"], "亿元"),
        (YUAN, "收入", ["单位:万元、元"], "元"),  # of both the column's own
        (YUAN, "收入", ["单位:万元统计时间:2022年9月"], "万元"),
        (YUAN, "收入(单位:千元)", [], "千元"),
        (YUAN, "收入/万元", [], "万元"),
        (YUAN, "收入", ["填报单位:元坝镇"], "元"),
        (YUAN, "收入", ["填报单位:某县乡村振兴局,万元"], "元"),  # an office, not a counter beside the money
        (YUAN, "收入", ["单位:万元乡人民政府"], "元"),  # a place of that name
        (YUAN, "收入", ["某镇", "单位:百万元"], "百万元"),
        (WAN, "支出资金", [], "万元"),
        (WAN, "支出资金(元)", [], "元"),
        (WAN, "支出资金", ["单位:元"], "元"),
        (PEOPLE, "人数", ["单位:万元"], "人"),
    ],
)
def test_the_unit_is_that_of_the_heading_or_of_the_line_above(column, heading, above, unit):
    assert unit_of(column, heading, above) == unit


@pytest.mark.parametrize(
    ("column", "unit", "amounts", "expected"),
    [
        (YUAN, "元", [12.34], [12.34]),
        (YUAN, "万元", [1.2345, 0.1, 0.0, None], [12345.0, 1000.0, 0.0, None]),
        (YUAN, "千元", [1.001], [1001.0]),
        (YUAN, "百元", [-0.07], [-7.0]),
        (YUAN, "亿元", [0.00000001], [1.0]),
        (WAN, "元", [123456.78, 1.0], [12.345678, 0.0001]),
        (WAN, "亿元", [1.23456789], [12345.6789]),
        (WAN, "百万元", [0.57], [57.0]),
    ],
)
def test_an_amount_in_another_unit_is_exact_to_its_digits(column, unit, amounts, expected):
    found = scaled(pd.Series(amounts, dtype="Float64"), factor(column, unit))
    assert [None if pd.isna(one) else one for one in found] == expected


@given(st.integers(0, 10**9), st.sampled_from(["百元", "千元", "万元"]))
def test_there_and_back_is_the_same_amount(cents, unit):
    amount = Decimal(cents) / 100
    by = factor(YUAN, unit)
    there = scaled(pd.Series([float(amount / by)], dtype="Float64"), by)
    assert there.iloc[0] == pytest.approx(float(amount), abs=1e-6)


def test_a_column_of_money_is_known_with_every_unit_and_every_other_with_its_own():
    known = spellings_by_unit(YUAN, frozenset({"收入(元)"}))
    assert known >= {"收入", *(f"收入({unit})" for unit in ("元", "百元", "千元", "万元", "百万元", "亿元"))}
    assert spellings_by_unit(PEOPLE, frozenset({"人数"})) >= {"人数", "人数(人)", "人数(单位:人)", "人数/人"}
    assert not any("元" in one or "万" in one for one in spellings_by_unit(PEOPLE, frozenset({"人数"})))
    assert spellings_by_unit(Column("x", "目标值", Kind.AMOUNT), frozenset({"目标值"})) == {"目标值"}


@pytest.mark.parametrize("name", ["monitored_persons", "projects", "villages", "migrant_work"])
def test_every_column_of_money_can_come_in_ten_thousands(name):
    for column in TABLES[name].columns:
        if column.unit in ("元", "万元"):
            headings = frozenset(map(normal_heading, (column.heading, *column.aliases)))
            bare = min(headings, key=len)
            assert any(one.endswith("(万元)") for one in spellings_by_unit(column, headings)), bare
            assert factor(column, "万元") in (1, 10_000)
