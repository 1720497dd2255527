"""What stands in a cell, and what is made of it: a row each."""

import pandas as pd
import pytest
from read_cells import encoded, judged, read

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest import cells
from hanbin_lib.ingest.cell_values import Problem
from hanbin_lib.ingest.grid import CellKind

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
        ("12元", 12.0),  # in the unit of its column
        ("12万元", None),
        ("12户", None),
        ("￥12", None),
        ("1.2万", None),
        ("1万2千", None),
        ("3万5", None),
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
        *((word, True) for word in ("是", "有", "1", "1.0", "TRUE", "True", "true", "１", " 是 ", "√")),
        *((word, False) for word in ("否", "无", "0", "0.0", "FALSE", "False", "false", "０", "否　", "×")),
        *((word, None) for word in ("不是", "是否", "没有", "2", "-1", "○", "Y", "N", "yes", "不详", "/")),
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
