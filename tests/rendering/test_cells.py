"""A cell's number under its format prints what the page prints, or the cell stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import shown

from hanbin_lib.bulletin.wording import interval, ratio, words
from hanbin_lib.display import (
    BARE,
    CHANGE,
    CHANGE_IN_WORDS,
    IN_WAN,
    MARGIN,
    PLAIN,
    Figure,
    Phrase,
)
from hanbin_lib.indicators import Unit
from hanbin_lib.rendering.cells import column_of_numbers, number


@pytest.mark.parametrize(
    ("given", "value", "number_format"),
    [
        ((5408, Unit.HOUSEHOLDS), 5408, '0"户";"−"0"户"'),
        ((0.56912, Unit.SHARE), 0.56912, '0.0%;"−"0.0%'),
        ((-51, ""), -51, '0;"−"0'),
        ((36, Unit.HOUSEHOLDS, CHANGE), 36, '"+"0"户";"−"0"户";0"户"'),
        ((103_000, Unit.PERSONS, IN_WAN), 10.3, '0.0"万人";"−"0.0"万人"'),
        ((1.5, Unit.MONTHS), 1.5, '0.0"个月";"−"0.0"个月"'),
        ((12.345, Unit.WAN_YUAN), 12.345, '0.0"万元";"−"0.0"万元"'),
        ((0.0214, Unit.SHARE, CHANGE), 2.14, '"+"0.0"个百分点";"−"0.0"个百分点";0.0"个百分点"'),
        ((45, "%"), 0.45, '0%;"−"0%'),
        ((-0.3, Unit.HOUSEHOLDS), 0.0, '0"户";"−"0"户"'),
    ],
)
def test_a_figure_is_its_number(given, value, number_format):
    figure = Figure(*given[:2], "x", *given[2:])
    found = number(figure)
    assert (found.value, found.number_format) == (value, number_format)
    assert shown(found.value, found.number_format) == figure.text


@pytest.mark.parametrize(
    "cell",
    [
        "5408",
        words("未收到", "x"),
        ratio(0, 10, "x"),
        interval((1, 5), "", "x"),
        Phrase((Figure(5408, "户", "a"), Figure(18392, "人", "b")), "a b"),
        Figure(2022, "年", "x"),
        Figure(9, "月", "x"),
        Figure(0.002, Unit.SHARE, "x", MARGIN),
        Figure(36, Unit.HOUSEHOLDS, "x", CHANGE_IN_WORDS),
        Figure(0.0001, Unit.SHARE, "x", CHANGE),
        Figure(12345678901234567, "户", "x"),
    ],
)
def test_what_is_no_single_number_stays_text(cell):
    assert number(cell) is None


@given(st.floats(-1e9, 1e9), st.sampled_from(Unit), st.sampled_from((PLAIN, BARE, CHANGE, IN_WAN)))
def test_whatever_the_bulletin_writes_as_a_number_is_one(value, unit, style):
    figure = Figure(value, unit, "x", style)
    if figure.written.is_word:  # a share that stays
        return
    found = number(figure)
    assert found is not None, figure
    assert shown(found.value, found.number_format) == figure.text


def test_a_format_prints_the_sum_of_changes_with_its_sign():
    """A user sums a column of changes: the sum takes the format of the first cell."""
    number_format = number(Figure(36, "户", "x", CHANGE)).number_format
    assert [shown(v, number_format) for v in (5, -5, 0)] == ["+5户", "−5户", "0户"]


def test_a_column_with_and_without_wan_holds_no_numbers():
    yuan, wan, none = Figure(9876, "元", "x"), Figure(1.2, "万元", "x"), words("未收到", "x")
    assert column_of_numbers([yuan, wan, "—"]) == [None, None, None]
    assert [n and n.value for n in column_of_numbers([wan, none, wan])] == [1.2, None, 1.2]
