"""Text of a cell to its value."""

import calendar
import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest import cells
from hanbin_lib.ingest.grid import CellKind, encode
from hanbin_lib.ingest.problems import Problem


def column_of(texts, kinds=None):
    return encode(pa.chunked_array([pa.array(texts, pa.string())]), kinds)


def encoded(sides, kind):
    return cells.encoded([column_of(texts) for texts in sides], kind)[0]


def read(kind, *texts, name="column", labels=(), unit="", of=None):
    """Values of a column and which cells are bad, as lists; `of`: the kind of all cells."""
    values, problems = judged(kind, *texts, name=name, labels=labels, unit=unit, of=of)
    return values, [problem > 0 for problem in problems]


def judged(kind, *texts, name="column", labels=(), unit="", of=None):
    """Values of a column and the problem of each cell, as lists."""
    column = Column(name, "列", kind, labels=labels, unit=unit)
    kinds = None if of is None else np.full(len(texts), of, np.uint8)
    values, problems = cells.parsed(column, cells.encoded([column_of(texts, kinds)], kind)[0])
    return values.tolist(), problems.tolist()


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.integers(1990, 2030), st.integers(1, 12))
def test_every_spelling_of_a_month(year, month):
    spellings = [
        f"{year}{month:02d}",
        f"{year}{month:02d}.0",
        f" {year}{month:02d} ",
        full_width(f"{year}{month:02d}"),
        f"{year}年{month:02d}月",
        f"{year}年{month}月",
        f"{year}-{month:02d}",
        f"{year}.{month}",
        f"{year}/{month}",
        f"{year}-{month:02d}-28 00:00:00",
        f"{year}{month:02d}17",
    ]
    values, bad = read(Kind.MONTH, *spellings)
    assert not any(bad)
    assert set(values) == {pd.Timestamp(year, month, 1)}


@pytest.mark.parametrize(
    "text",
    [
        "220901",
        "190909",
        "202313",
        "202300",
        "20231",
        "2023",
        "2023年",
        "0",
        "13月",
        "二〇二二年九月",
        "20230231",
        "2023-13",
    ],
)
def test_what_is_no_month_is_bad_and_never_just_missing(text):
    values, bad = read(Kind.MONTH, text)
    assert (values, bad) == ([pd.NaT], [True])


@given(st.dates(min_value=pd.Timestamp(1900, 1, 1).date(), max_value=pd.Timestamp(2100, 1, 1).date()))
def test_every_spelling_of_a_date(day):
    spellings = [
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y-%m-%d} 00:00:00",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
    ]
    values, bad = read(Kind.DATE, *spellings)
    assert not any(bad)
    assert set(values) == {pd.Timestamp(day)}


@given(st.integers(1990, 2030), st.integers(1, 12), st.integers(1, 40))
def test_a_day_that_the_calendar_does_not_have_is_bad(year, month, day):
    _, bad = read(Kind.DATE, f"{year}{month:02d}{day:02d}")
    assert bad == [day > calendar.monthrange(year, month)[1]]


def test_only_a_birth_date_may_lack_its_day():
    assert read(Kind.DATE, "198003", name="birth_date")[0] == [pd.Timestamp(1980, 3, 1)]
    assert read(Kind.DATE, "198003", name="due_date")[1] == [True]


@given(st.decimals(-(10**9), 10**9, places=2))
def test_amounts(number):
    values, bad = read(Kind.AMOUNT, f"{number:f}", f"{number:,f}", full_width(f"{number:f}"))
    assert not any(bad)
    assert values == [pytest.approx(float(number))] * 3


@pytest.mark.parametrize("text", ["3个月", "1.2.3", "nan", "inf", "1e400", "-", "约5000"])
def test_what_is_no_number_is_bad(text):
    assert read(Kind.AMOUNT, text) == ([pd.NA], [True])


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("3.0", 3), ("３", 3), ("0", 0), ("1,200", 1200)])
def test_counts(text, value):
    assert read(Kind.COUNT, text) == ([value], [False])


@pytest.mark.parametrize("text", ["-1", "3.5", "三"])
def test_counts_are_whole_and_not_negative(text):
    assert read(Kind.COUNT, text)[1] == [True]


def test_empty_is_missing_and_zero_is_not():
    values, bad = read(Kind.COUNT, "", " ", "　", None, "0")
    assert values == [pd.NA, pd.NA, pd.NA, pd.NA, 0]
    assert not any(bad)


def test_flags():
    values, bad = read(Kind.FLAG, "是", "否", "有", "无", "1.0", "0", "", "不详")
    assert values == [True, False, True, False, True, False, pd.NA, pd.NA]
    assert bad == [False] * 7 + [True]


def test_sex_codes_become_labels():
    assert read(Kind.CHOICE, "1", "2.0", "男", name="sex", labels=("男", "女"))[0] == ["男", "女", "男"]


@given(st.permutations(["残疾", "长期慢性病", "患有大病"]), st.sampled_from([",", "，", " , "]))
def test_the_order_of_several_choices_does_not_matter(labels, comma):
    assert read(Kind.CHOICES, comma.join(labels))[0] == [",".join(sorted(labels))]


def test_codes_lose_a_leaked_fraction_but_no_leading_zero():
    assert read(Kind.CODE, "610902.0", "007", "Ｈ1")[0] == ["610902", "007", "H1"]


def test_free_text_keeps_its_punctuation():
    assert read(Kind.TEXT, "　完成排查，建立台账（试行） ")[0] == ["完成排查，建立台账（试行）"]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("text", ["#ERROR", "#DIV/0!", "#N/A"])
def test_a_failed_formula_is_bad_in_every_kind_of_column(kind, text):
    assert read(kind, text)[1] == [True]


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=12), st.sampled_from(list(Kind)))
def test_cleaning_twice_changes_nothing(texts, kind):
    once = encoded([texts], kind)
    cleaned = [once.texts.to_pylist()[code] if code >= 0 else None for code in once.codes]
    again = encoded([cleaned], kind)
    assert [again.texts.to_pylist()[code] if code >= 0 else None for code in again.codes] == cleaned
    assert all(unicodedata.normalize("NFC", text) == text == text.strip() for text in once.texts.to_pylist())


@given(
    st.lists(st.tuples(st.sampled_from(["", " ", None, "左"]), st.sampled_from(["", None, "右"])), min_size=1)
)
def test_of_a_doubled_heading_the_left_cell_counts_unless_empty(pairs):
    column, differs = cells.encoded([column_of(side) for side in zip(*pairs, strict=True)], Kind.TEXT)
    values = [column.texts.to_pylist()[code] if code >= 0 else None for code in column.codes]
    assert values == ["左" if left == "左" else right or None for left, right in pairs]
    assert differs.tolist() == [(left, right) == ("左", "右") for left, right in pairs]


def test_distinct_spellings_of_one_value_share_a_code():
    column = encoded([["因病 ", "因病", "　因病"]], Kind.CHOICE)
    assert column.texts.to_pylist() == ["因病"]
    np.testing.assert_array_equal(column.codes, [0, 0, 0])


@pytest.mark.parametrize(
    "code", ['="0013"', "'0013", "00\u200b13", "\ufeff0013", '="\'0013"', " '0013 ", "0013\u202c"]
)
def test_what_a_program_put_around_a_code_goes(code):
    assert read(Kind.CODE, code) == (["0013"], [False])


@pytest.mark.parametrize("text", ["1,5", "1，5", "20,00", "12,3456", "1,23,456", ",5", "1,234,5"])
def test_a_comma_that_groups_no_thousands_is_no_number(text):
    assert judged(Kind.AMOUNT, text) == ([pd.NA], [Problem.FORM])


def test_a_percentage_is_what_shows_and_belongs_to_a_column_of_per_cent():
    assert judged(Kind.AMOUNT, "98.5%", unit="%") == ([98.5], [0])
    assert judged(Kind.AMOUNT, "98.5%", unit="%", of=CellKind.PERCENT) == ([98.5], [0])
    assert judged(Kind.AMOUNT, "98.5%", unit="元") == ([pd.NA], [Problem.PERCENT])
    assert judged(Kind.AMOUNT, "0.985", unit="%", of=CellKind.NUMBER) == ([0.985], [0])


@pytest.mark.parametrize("code", ["6.10902E+15", "6E15", "6.1e+15"])
def test_a_code_in_scientific_notation_is_lost(code):
    assert judged(Kind.CODE, code)[1] == [Problem.DIGITS]


def test_a_code_that_came_as_a_number_keeps_fifteen_digits():
    assert judged(Kind.CODE, "610902000005452", of=CellKind.NUMBER) == (["610902000005452"], [0])
    assert judged(Kind.CODE, "12345678901234567", of=CellKind.NUMBER)[1] == [Problem.DIGITS]
    assert judged(Kind.CODE, "9007199254740993", of=CellKind.NUMBER)[1] == [Problem.DIGITS]
    assert judged(Kind.CODE, "12.5", of=CellKind.NUMBER)[1] == [Problem.FORM]


def test_sixteen_digits_below_2_to_the_53rd_are_kept_where_the_last_is_not_always_0():
    kept = [f"610902000005{n:04d}" for n in range(1, 101)]
    assert not any(judged(Kind.CODE, *kept, of=CellKind.NUMBER)[1])
    cut = [code[:15] + "0" for code in kept]
    assert set(judged(Kind.CODE, *cut, of=CellKind.NUMBER)[1]) == {Problem.DIGITS}


@pytest.mark.parametrize("of", [CellKind.NUMBER, CellKind.UNTYPED])
def test_october_that_lost_its_zero_is_told(of):
    assert judged(Kind.MONTH, "2022.1", of=of)[1] == [Problem.MONTH]
    assert judged(Kind.MONTH, "2022.9", of=of) == ([pd.Timestamp(2022, 9, 1)], [0])
    assert judged(Kind.MONTH, "2022.11", of=of) == ([pd.Timestamp(2022, 11, 1)], [0])
    assert judged(Kind.MONTH, "2022.10") == ([pd.Timestamp(2022, 10, 1)], [0])


@pytest.mark.parametrize(
    "text",
    ["2022/9/1 9:30", "2022-09-01 09:30:00", "2022-09-01T09:30:00", "2022年9月1日9时30分", "202209010930"],
)
def test_spellings_of_a_moment(text):
    assert judged(Kind.DATETIME, text) == ([pd.Timestamp(2022, 9, 1, 9, 30)], [0])
    if not text.isdigit():
        assert judged(Kind.DATE, text) == ([pd.Timestamp(2022, 9, 1)], [0])


@pytest.mark.parametrize("text", ["9:30", "09:30:00", "9时30分"])
def test_a_time_without_a_day_is_no_moment(text):
    assert judged(Kind.DATETIME, text) == ([pd.NaT], [Problem.NO_DAY])
    assert judged(Kind.DATE, text)[1] == [Problem.FORM]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_formula_without_result_is_no_empty_cell(kind):
    assert judged(kind, "=A1", of=CellKind.NO_RESULT)[1] == [Problem.NO_RESULT]


def test_text_and_number_of_one_spelling_stay_apart():
    column = column_of(["2022.1", "2022.1", None], np.array([CellKind.TEXT, CellKind.NUMBER, 0], np.uint8))
    values, problems = cells.parsed(Column("m", "月份", Kind.MONTH), cells.encoded([column], Kind.MONTH)[0])
    assert problems.tolist() == [0, Problem.MONTH, 0]
    assert values[0] == pd.Timestamp(2022, 1, 1)


# What stands in a cell, and what is made of it: a row each.

DAY, MOMENT = pd.Timestamp(2022, 9, 30), pd.Timestamp(2022, 9, 30, 9, 5)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20220930", DAY),
        ("２０２２０９３０", DAY),
        ("20220930.0", DAY),
        ("2022-9-30", DAY),
        ("2022/09/30", DAY),
        ("2022.9.30", DAY),
        ("2022年9月30日", DAY),
        ("2022年09月30", DAY),
        ("2022 年 9 月 30 日", None),
        ("2022-09-30T00:00:00Z", DAY),
        ("2022-09-30 00:00:00.000", DAY),
        ("　2022-09-30　", DAY),
        ("'20220930", DAY),
        ('="20220930"', DAY),
        ("2024-02-29", pd.Timestamp(2024, 2, 29)),
        ("2022-02-29", None),
        ("1900-02-29", None),  # Excel has that day, the calendar has not
        ("2022-9-31", None),
        ("2022-13-01", None),
        ("2022-00-01", None),
        ("2022-09-00", None),
        ("30/09/2022", None),
        ("09/30/2022", None),
        ("22-9-30", None),
        ("44834", None),  # the serial number of that day, in a text
        ("1899-12-31", None),
        ("2100-12-31", pd.Timestamp(2100, 12, 31)),
        ("2101-01-01", None),
        ("202209", None),  # only a birth may lack its day
        ("九月三十日", None),
        ("2022年9月30日前", None),
        ("至今", None),
        ("-", None),
    ],
)
def test_dates_as_they_are_written(text, value):
    assert read(Kind.DATE, text) == ([pd.NaT], [True]) if value is None else ([value], [False])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2022-09-30 9:05", MOMENT),
        ("2022-09-30 09:05:59", MOMENT + pd.Timedelta(seconds=59)),
        ("2022/9/30 09:05:00.250", MOMENT),
        ("2022-09-30  9:05", MOMENT),
        ("2022-09-30T09:05:00Z", MOMENT),
        ("2022年9月30日 9时5分", MOMENT),
        ("2022年9月30日9时5分0秒", MOMENT),
        ("20220930 0905", MOMENT),
        ("20220930090507", MOMENT + pd.Timedelta(seconds=7)),
        ("2022-09-30", DAY),
        ("2022-09-30 23:59:59", DAY + pd.Timedelta(hours=23, minutes=59, seconds=59)),
        ("2022-09-30 24:00", None),
        ("2022-09-30 09:60", None),
        ("2022-09-31 09:05", None),
        ("202209300960", None),
        ("上午9:05", None),
    ],
)
def test_moments_as_they_are_written(text, value):
    assert read(Kind.DATETIME, text) == ([pd.NaT], [True]) if value is None else ([value], [False])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-0", 0.0),
        ("12345.67", 12345.67),
        ("12,345.67", 12345.67),
        ("１２，３４５．６７", 12345.67),
        ("1,234,567", 1234567.0),
        ("-1,234.5", -1234.5),
        ("007", 7.0),
        ("1e4", 10000.0),
        ("1.5E-3", 0.0015),
        (" 12.50 ", 12.5),
        ("12345678901234.56", 12345678901234.56),
        ("\N{NO-BREAK SPACE}12", 12.0),
        ("12\u200b", 12.0),
        (".5", None),
        ("5.", None),
        ("+5", None),
        ("1,23", None),
        ("1 234", None),
        ("12元", None),
        ("￥12", None),
        ("1.2万", None),
        ("一百", None),
        ("(12)", None),
        ("12-15", None),
        ("≥12", None),
        ("0x10", None),
        ("1_000", None),  # Python reads it, no office does
        ("无", None),
        ("/", None),
        ("—", None),
    ],
)
def test_amounts_as_they_are_written(text, value):
    assert read(Kind.AMOUNT, text, unit="元") == ([pd.NA], [True]) if value is None else ([value], [False])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("98.5%", 98.5),
        ("98.5 %", 98.5),
        ("９８．５％", 98.5),
        ("100%", 100.0),
        ("0%", 0.0),
        ("-3%", -3.0),
        ("1,000%", 1000.0),
        ("98.5", 98.5),
        ("0.985", 0.985),  # nobody says that it is a share: it stays what it is
        ("%", None),
        ("98.5%%", None),
        ("98.5‰", None),
        ("九成", None),
    ],
)
def test_percentages_as_they_are_written(text, value):
    assert read(Kind.AMOUNT, text, unit="%") == ([pd.NA], [True]) if value is None else ([value], [False])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("12.00", 12),
        ("0", 0),
        ("-0", 0),
        ("1.2e1", 12),
        ("9007199254740991", 2**53 - 1),
        ("9007199254740992", None),  # from here on a number is not told from its neighbour
        ("12.5", None),
        ("-1", None),
        ("12%", None),
        ("十二", None),
        ("12人", None),
        ("12?", None),
        ("是", None),
    ],
)
def test_counts_as_they_are_written(text, value):
    assert read(Kind.COUNT, text) == ([pd.NA], [True]) if value is None else ([value], [False])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, True) for word in ("是", "有", "1", "1.0", "TRUE", "True", "true", "１", " 是 ")),
        *((word, False) for word in ("否", "无", "0", "0.0", "FALSE", "False", "false", "０", "否　")),
        *(
            (word, None)
            for word in ("不是", "是否", "没有", "2", "-1", "√", "×", "Y", "N", "yes", "不详", "/")
        ),
    ],
)
def test_flags_as_they_are_written(text, value):
    assert read(Kind.FLAG, text) == ([pd.NA], [True]) if value is None else ([value], [False])


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "text", ["", " ", "　", "\t", "\N{NO-BREAK SPACE}", "\u200b", "'", "''", '=""', None]
)
def test_what_shows_nothing_is_missing_and_no_fault_in_every_kind(kind, text):
    values, bad = read(kind, text)
    assert pd.isna(values[0])
    assert bad == [False]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("00610902", "00610902"),
        ("0", "0"),
        ("610902110003.0", "610902110003"),
        ("６１０９０２", "610902"),
        ("H-01/2", "H-01/2"),
        ("（2022）01号", "(2022)01号"),
        ("1.50", "1.50"),  # a code with a point keeps its noughts
        ("a b", "a b"),
    ],
)
def test_codes_are_never_numbers(text, value):
    assert judged(Kind.CODE, text) == ([value], [0])


@pytest.mark.parametrize(
    "of",
    [CellKind.DATE, CellKind.DATETIME, CellKind.TIME, CellKind.PERCENT, CellKind.SCALED, CellKind.BOOLEAN],
)
def test_a_code_that_a_spreadsheet_took_for_something_else_is_no_code(of):
    assert judged(Kind.CODE, "2022-09-01", of=of)[1] == [Problem.FORM]


@pytest.mark.parametrize("kind", [Kind.AMOUNT, Kind.COUNT])
@pytest.mark.parametrize("of", [CellKind.DATE, CellKind.DATETIME, CellKind.TIME, CellKind.BOOLEAN])
def test_a_date_or_a_truth_is_no_number_whatever_its_text(kind, of):
    assert judged(kind, "1", of=of)[1] == [Problem.FORM]


@pytest.mark.parametrize("kind", [Kind.MONTH, Kind.DATE, Kind.DATETIME])
@pytest.mark.parametrize("of", [CellKind.PERCENT, CellKind.SCALED, CellKind.BOOLEAN])
def test_what_shows_as_something_else_is_no_date(kind, of):
    assert judged(kind, "20220930", of=of) == ([pd.NaT], [Problem.FORM])


def test_an_amount_that_shows_divided_is_told_as_that():
    assert judged(Kind.AMOUNT, "12345", of=CellKind.SCALED, unit="元") == ([pd.NA], [Problem.SCALED])


@pytest.mark.parametrize(
    ("labels", "spellings", "text", "value"),
    [
        (("长期慢性病", "残疾"), {}, "残疾，长期慢性病", "残疾,长期慢性病"),
        (("残疾（重度）",), {}, "残疾（重度）", "残疾（重度）"),
        (("残疾（重度）",), {}, "残疾(重度)", "残疾（重度）"),
        (("残疾",), {"残疾（重度）": "残疾"}, "残疾（重度）,患病", "患病,残疾"),
        (("残疾",), {"残疾(重度)": "残疾"}, "残疾（重度），残疾", "残疾"),
        ((), {"慢病": "长期慢性病"}, "慢病,慢病", "长期慢性病"),
        (("残疾",), {}, "，", None),
    ],
)
def test_several_labels_are_known_in_full_and_in_half_width(labels, spellings, text, value):
    """As a single one is: （ and ( are one sign to whoever types it."""
    column = Column("c", "列", Kind.CHOICES, labels=labels, spellings=tuple(spellings.items()))
    values, problems = cells.parsed(column, encoded([[text]], Kind.CHOICES))
    assert [None if pd.isna(one) else one for one in values] == [value]
    assert problems.tolist() == [Problem.FORM if value is None else 0]
