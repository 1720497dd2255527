"""Numbers in print, as tables: what stands in a row is what a reader sees. And back from print to the number."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.display import (
    BARE,
    CHANGE,
    CHANGE_IN_WORDS,
    IN_WAN,
    MARGIN,
    PLAIN,
    WHOLE,
    Figure,
    Phrase,
    Style,
)
from hanbin_lib.display.numbers import AS_GIVEN, as_given, percent, whole, write, written
from hanbin_lib.indicators import Unit

UNITS = tuple(Unit)
STYLES = (PLAIN, BARE, WHOLE, IN_WAN, AS_GIVEN, Style(decimals=2), Style(decimals=1, is_trimmed=True))


def read_back(text: str, unit: str) -> Decimal:
    """The number that stands in print, as somebody reads it who knows nothing of how it was made."""
    sign, digits, behind = re.fullmatch(r"([−+±]?)(\d+(?:\.\d+)?)(.*)", text).groups()
    if unit in (Unit.SHARE, Unit.POINTS):
        power = -2
    elif unit == Unit.WAN_YUAN:
        power = 4 if behind == "亿元" else 0
    else:
        power = 4 if behind.startswith("万") else 0
    return (-1 if sign == "−" else 1) * Decimal(digits).scaleb(power)


@pytest.mark.parametrize(
    ("share", "none", "one", "two"),
    [
        (0.0, "0%", "0.0%", "0.00%"),
        (-0.0, "0%", "0.0%", "0.00%"),
        (0.00049, "0%", "0.0%", "0.05%"),
        (0.0005, "0%", "0.1%", "0.05%"),
        (0.00499999, "0%", "0.5%", "0.50%"),
        (0.005, "1%", "0.5%", "0.50%"),
        (0.1045, "10%", "10.5%", "10.45%"),
        (0.145, "15%", "14.5%", "14.50%"),  # 14.499999999999998 in binary
        (0.285, "29%", "28.5%", "28.50%"),
        (0.575, "58%", "57.5%", "57.50%"),  # 57.49999999999999
        (1 / 3, "33%", "33.3%", "33.33%"),
        (2 / 3, "67%", "66.7%", "66.67%"),
        (0.9945, "99%", "99.5%", "99.45%"),
        (0.9949, "99%", "99.5%", "99.49%"),
        (0.9995, "100%", "100.0%", "99.95%"),
        (0.99949, "100%", "99.9%", "99.95%"),
        (1.0, "100%", "100.0%", "100.00%"),
        (1.2345, "123%", "123.5%", "123.45%"),
        (-0.0325, "−3%", "−3.3%", "−3.25%"),
        (-0.0004, "0%", "0.0%", "−0.04%"),
        (1e-9, "0%", "0.0%", "0.00%"),
        (5e-324, "0%", "0.0%", "0.00%"),
    ],
)
def test_shares(share, none, one, two):
    assert (percent(share, 0), percent(share), percent(share, 2)) == (none, one, two)


@pytest.mark.parametrize(
    ("value", "unit", "plain", "bare", "in_wan"),
    [
        (0, Unit.HOUSEHOLDS, "0户", "0", "0户"),
        (1, Unit.HOUSEHOLDS, "1户", "1", "1户"),
        (999, Unit.PERSONS, "999人", "999", "999人"),
        (9_999, Unit.PERSONS, "9999人", "9999", "9999人"),
        (10_000, Unit.PERSONS, "10000人", "10000", "1万人"),
        (10_049, Unit.PERSONS, "10049人", "10049", "1万人"),
        (10_050, Unit.PERSONS, "10050人", "10050", "1.01万人"),
        (18_392, Unit.PERSONS, "18392人", "18392", "1.84万人"),
        (99_949, Unit.PERSONS, "99949人", "99949", "9.99万人"),
        (100_000, Unit.PERSONS, "100000人", "100000", "10万人"),
        (103_000, Unit.PERSONS, "103000人", "103000", "10.3万人"),
        (103_500, Unit.PERSONS, "103500人", "103500", "10.4万人"),
        (999_500, Unit.PERSONS, "999500人", "999500", "100万人"),
        (1_000_000, Unit.PERSONS, "1000000人", "1000000", "100万人"),
        (12_345_678, Unit.PERSONS, "12345678人", "12345678", "1235万人"),
        (-12_300, Unit.PERSONS, "−12300人", "−12300", "−1.23万人"),
        (0, Unit.WAN_YUAN, "0.0万元", "0.0", "0.0万元"),
        (0.04, Unit.WAN_YUAN, "0.0万元", "0.0", "0.0万元"),
        (0.05, Unit.WAN_YUAN, "0.1万元", "0.1", "0.1万元"),
        (9_999.94, Unit.WAN_YUAN, "9999.9万元", "9999.9", "9999.9万元"),
        (9_999.95, Unit.WAN_YUAN, "10000.0万元", "10000.0", "1亿元"),
        (10_000, Unit.WAN_YUAN, "10000.0万元", "10000.0", "1亿元"),
        (-9_999.95, Unit.WAN_YUAN, "−10000.0万元", "−10000.0", "−1亿元"),
        (123_456, Unit.WAN_YUAN, "123456.0万元", "123456.0", "12.3亿元"),
        (9_999.5, Unit.YUAN, "10000元", "10000", "1万元"),
        (6_999.5, Unit.YUAN, "7000元", "7000", "7000元"),
        (1.25, Unit.MONTHS, "1.3个月", "1.3", "1.3个月"),
        (12.0, Unit.MONTHS, "12个月", "12", "12个月"),
        (0.04, Unit.MONTHS, "0个月", "0", "0个月"),
        (87.25, Unit.SCORE, "87.3分", "87.3", "87.3分"),
    ],
)
def test_counts_and_amounts(value, unit, plain, bare, in_wan):
    assert [written(value, unit, style) for style in (PLAIN, BARE, IN_WAN)] == [plain, bare, in_wan]


@pytest.mark.parametrize(
    ("value", "unit", "signed", "in_words", "margin"),
    [
        (36, Unit.HOUSEHOLDS, "+36户", "增加36户", "±36户"),
        (0.4, Unit.HOUSEHOLDS, "0户", "持平", "±0户"),
        (-0.4, Unit.HOUSEHOLDS, "0户", "持平", "±0户"),
        (0.5, Unit.HOUSEHOLDS, "+1户", "增加1户", "±1户"),
        (-0.5, Unit.HOUSEHOLDS, "−1户", "减少1户", "±1户"),
        (-0.0, Unit.PERSONS, "0人", "持平", "±0人"),
        (12_345, Unit.PERSONS, "+12345人", "增加12345人", "±12345人"),
        (0.0004, Unit.SHARE, "持平", "持平", "±0.0%"),
        (0.0005, Unit.SHARE, "+0.1个百分点", "提高0.1个百分点", "±0.1%"),
        (-0.0214, Unit.SHARE, "−2.1个百分点", "下降2.1个百分点", "±2.1%"),
        (1.0, Unit.SHARE, "+100.0个百分点", "提高100.0个百分点", "±100.0%"),
        (0.0215, Unit.POINTS, "+2.2个百分点", "提高2.2个百分点", "±2.2个百分点"),
        (-0.0004, Unit.POINTS, "持平", "持平", "±0.0个百分点"),
        (-0.05, Unit.WAN_YUAN, "−0.1万元", "减少0.1万元", "±0.1万元"),
        (0.04, Unit.WAN_YUAN, "0.0万元", "持平", "±0.0万元"),
        (-1.5, Unit.MONTHS, "−1.5个月", "减少1.5个月", "±1.5个月"),
    ],
)
def test_changes_and_margins(value, unit, signed, in_words, margin):
    assert [written(value, unit, style) for style in (CHANGE, CHANGE_IN_WORDS, MARGIN)] == [
        signed,
        in_words,
        margin,
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (100, "100"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0"),
        (0.0000005, "0.000001"),
        (1234567.125, "1234567.125"),
        (-0.5, "−0.5"),
        (0, "0"),
    ],
)
def test_a_parameter_stands_as_it_was_entered(value, text):
    assert as_given(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("unit", [Unit.HOUSEHOLDS, Unit.SHARE, Unit.WAN_YUAN])
@pytest.mark.parametrize("style", [PLAIN, IN_WAN, CHANGE, CHANGE_IN_WORDS, MARGIN])
def test_what_is_no_number_is_never_printed_as_one(value, unit, style):
    """Missing is not nought: whoever has no number shows words instead."""
    with pytest.raises(ValueError, match="no number"):
        written(value, unit, style)


@given(
    st.integers(-(10**11), 10**11).map(lambda thousandths: Decimal(thousandths) / 1000),
    st.sampled_from(UNITS),
    st.sampled_from([PLAIN, WHOLE, AS_GIVEN, Style(decimals=2), Style(decimals=1, is_trimmed=True)]),
)
def test_print_reads_back_within_half_of_its_last_digit(number, unit, style):
    is_share = unit in (Unit.SHARE, Unit.POINTS)
    own = 1 if is_share or unit in (Unit.MONTHS, Unit.WAN_YUAN, Unit.SCORE) else 0
    decimals = own if style.decimals is None else style.decimals
    half = Decimal("0.5").scaleb(-decimals - (2 if is_share else 0))
    assert abs(read_back(written(float(number), unit, style), unit) - number) <= half


@given(st.integers(-(10**11), 10**11), st.sampled_from([Unit.PERSONS, Unit.YUAN, Unit.WAN_YUAN]))
def test_in_wan_it_reads_back_within_half_a_percent(count, unit):
    assert abs(read_back(written(count, unit, IN_WAN), unit) - count) <= abs(count) * Decimal("0.005")


@given(st.floats(-1e9, 1e9), st.sampled_from(UNITS), st.sampled_from([CHANGE, CHANGE_IN_WORDS]))
def test_a_change_and_its_opposite_differ_in_the_sign_alone(value, unit, style):
    more, less = write(value, unit, style), write(-value, unit, style)
    assert (more.digits, more.unit) == (less.digits, less.unit)
    opposite = {"+": "−", "增加": "减少", "提高": "下降", "": ""}
    assert opposite.get(more.sign) == less.sign or opposite.get(less.sign) == more.sign


@given(st.floats(0, 1e8), st.floats(0, 1e8), st.sampled_from(UNITS), st.sampled_from([PLAIN, WHOLE, BARE]))
def test_what_is_more_is_never_printed_as_less(one, other, unit, style):
    low, high = sorted((one, other))
    printed = [Decimal(write(value, unit, style).digits) for value in (low, high)]
    assert printed[0] <= printed[1]


@pytest.mark.parametrize(
    ("parts", "text", "numbers"),
    [
        ((Figure(5408, "户", "a|1"), Figure(18392, "人", "a|2")), "5408户18392人", [5408, 18392]),
        (
            (Figure(0.021, Unit.SHARE, "a|1"), "—", Figure(0.04, Unit.SHARE, "a|2")),
            "2.1%—4.0%",
            [0.021, 0.04],
        ),
        ((Figure(3, "", "a|1"), "/", Figure(9, "户", "a|2")), "3/9户", [3, 9]),
        (("未收到",), "未收到", []),
        (("不公布",), "不公布", []),
        ((Figure(0, "户", "a|1"),), "0户", [0]),
    ],
)
def test_a_phrase_is_its_words_and_figures_and_knows_them(parts, text, numbers):
    phrase = Phrase(parts, "indicator|2022-09|610902|all other|2022-09")
    assert (phrase.text, str(phrase), phrase.key) == (text, text, "indicator")
    assert [figure.value for figure in phrase.figures] == numbers


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (0.5, 0, "1"),
        (1e15, 0, "1" + "0" * 15),
    ],
)
def test_digits_alone_are_rounded_half_up_on_both_sides_of_nought(value, decimals, text):
    assert whole(value, decimals) == text
