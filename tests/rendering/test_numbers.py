"""A cell's number under its format prints what the page prints, or the cell stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import shown

from hanbin_lib.bulletin.wording import signed, written
from hanbin_lib.indicators import Unit
from hanbin_lib.rendering.numbers import column_of_numbers, number


@pytest.mark.parametrize(
    ("text", "value", "number_format"),
    [
        ("5408户", 5408, '0"户";"−"0"户"'),
        ("56.9%", 0.569, '0.0%;"−"0.0%'),
        ("−51", -51, '0;"−"0'),
        ("-51", -51, '0;"-"0'),
        ("+36户", 36, '"+"0"户";"−"0"户";0"户"'),
        ("10.3万人", 10.3, '0.0"万人";"−"0.0"万人"'),
        ("1.5个月", 1.5, '0.0"个月";"−"0.0"个月"'),
        ("12.30万元", 12.3, '0.00"万元";"−"0.00"万元"'),
        ("+2.1个百分点", 2.1, '"+"0.0"个百分点";"−"0.0"个百分点";0.0"个百分点"'),
        ("0", 0, '0;"−"0'),
    ],
)
def test_a_single_number_is_one(text, value, number_format):
    found = number(text)
    assert (found.value, found.number_format) == (value, number_format)
    assert shown(found.value, found.number_format) == text


@pytest.mark.parametrize(
    "text",
    [
        "5408户18392人", "未收到", "—", "0/10", "", "007", "610902199001011234", "+0户", "−0.0", "1,234",
        "9月底", "2022年", "2022年9月", "3号", "1—5", "3.2%（2.1%—4.4%）", "=1+1", "+1+1", "-1@x", "1e5",
        "１２", "5户\n", " 5", "5 户", "+", "−", ".5", "5.", "0x10", "二十六", "第3名",
    ],
)  # fmt: skip
def test_what_is_no_single_number_stays_text(text):
    assert number(text) is None


_DIGITS = st.from_regex(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?", fullmatch=True)
_UNITS = st.sampled_from(["", "%", "户", "人", "万人", "万元", "个百分点", "个月", "元", "条", "户次"])


@given(
    st.one_of(st.text(), st.builds("{}{}{}".format, st.sampled_from(["", "+", "−", "-"]), _DIGITS, _UNITS))
)
def test_any_number_prints_as_it_was(text):
    found = number(text)
    if found is not None:
        assert shown(found.value, found.number_format) == text


@given(st.floats(min_value=0, max_value=1e9), st.sampled_from(Unit))
def test_whatever_the_bulletin_writes_as_a_number_is_one(value, unit):
    for text in (
        written(value, unit),
        written(value, unit, wan=True),
        signed(value, unit),
        signed(-value, unit),
    ):
        if text == "持平":  # a share that stays: a word, which a cell keeps as text
            continue
        found = number(text)
        assert found is not None, text
        assert shown(found.value, found.number_format) == text


def test_a_format_prints_the_sum_of_changes_with_its_sign():
    """A user sums a column of changes: the sum takes the format of the first cell."""
    number_format = number("+36户").number_format
    assert [shown(v, number_format) for v in (5, -5, 0)] == ["+5户", "−5户", "0户"]


def test_a_column_with_and_without_wan_holds_no_numbers():
    assert column_of_numbers(["9876元", "1.2万元", None]) == [None, None, None]
    assert [n and n.value for n in column_of_numbers(["1.2万元", "未收到", "3万元"])] == [1.2, None, 3.0]


def test_words_that_look_like_numbers_are_none():
    assert column_of_numbers([None, "5"])[0] is None
