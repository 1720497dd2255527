"""Text of a cell to its value."""

import calendar
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_cells import column_of, encoded, judged, read

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest import cells
from hanbin_lib.ingest.cell_values import Problem
from hanbin_lib.ingest.grid import CellKind


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
    assert judged(Kind.AMOUNT, "0.985", "45", unit="%", of=CellKind.NUMBER) == ([0.985, 45], [0, 0])
    assert judged(Kind.AMOUNT, "0.985", unit="%", of=CellKind.NUMBER) == ([pd.NA], [Problem.FRACTION])


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
