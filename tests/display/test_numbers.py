"""How numbers are written: rounding, units, changes."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.display import (
    AS_GIVEN,
    BARE,
    CHANGE,
    CHANGE_IN_WORDS,
    IN_WAN,
    MARGIN,
    PLAIN,
    WHOLE,
    Style,
    percent,
    whole,
    written,
)
from hanbin_lib.display.numbers import as_given, numeral, write
from hanbin_lib.indicators import Unit


@pytest.mark.parametrize(
    ("value", "unit", "style", "text"),
    [
        (5408, Unit.HOUSEHOLDS, PLAIN, "5408户"),
        (103_000, Unit.PERSONS, IN_WAN, "10.3万人"),
        (12_300, Unit.PERSONS, IN_WAN, "1.23万人"),
        (9_999, Unit.PERSONS, IN_WAN, "9999人"),
        (10_000, Unit.PERSONS, IN_WAN, "1万人"),
        (99_949, Unit.PERSONS, IN_WAN, "9.99万人"),
        (99_950, Unit.PERSONS, IN_WAN, "10万人"),
        (-12_300, Unit.PERSONS, IN_WAN, "−1.23万人"),
        (20_000, Unit.WAN_YUAN, IN_WAN, "2亿元"),
        (30, Unit.HOUSEHOLDS, Style(is_rounded=True), "30余户"),
        (30_000, Unit.HOUSEHOLDS, Style(in_wan=True, is_rounded=True), "30000余户"),
        (195_544, Unit.PERSONS, IN_WAN, "19.6万人"),
        (20_000, Unit.PERSONS, IN_WAN, "2万人"),
        (1_234_567, Unit.PERSONS, IN_WAN, "123万人"),
        (0, Unit.HOUSEHOLDS, IN_WAN, "0户"),
        (0.5688, Unit.SHARE, PLAIN, "56.9%"),
        (0.5688, Unit.SHARE, BARE, "56.9%"),
        (0.5688, Unit.SHARE, WHOLE, "57%"),
        (0.0005, Unit.SHARE, PLAIN, "0.1%"),  # half up, as offices round
        (13 / 16, Unit.SHARE, PLAIN, "81.3%"),
        (0.0285, Unit.SHARE, PLAIN, "2.9%"),  # 0.0285 * 100 is 2.8500000000000001
        (0.5245, Unit.SHARE, PLAIN, "52.5%"),  # as a binary fraction it is less than a half
        (1.005, Unit.WAN_YUAN, Style(decimals=2), "1.01万元"),
        (8765.5, Unit.YUAN, PLAIN, "8766元"),
        (2.5, Unit.HOUSEHOLDS, BARE, "3"),
        (-2.5, Unit.HOUSEHOLDS, BARE, "−3"),
        (-0.4, Unit.HOUSEHOLDS, BARE, "0"),
        (1.0, Unit.MONTHS, PLAIN, "1个月"),
        (1.5, Unit.MONTHS, PLAIN, "1.5个月"),
        (20.0, Unit.WAN_YUAN, PLAIN, "20.0万元"),
        (0.0123, Unit.SHARE, MARGIN, "±1.2%"),
        (0.021, Unit.POINTS, MARGIN, "±2.1个百分点"),
        (12.5, "分", AS_GIVEN, "12.5分"),
        (40.0, "", AS_GIVEN, "40"),
    ],
)
def test_written(value, unit, style, text):
    assert written(value, unit, style) == text


@pytest.mark.parametrize(
    ("change", "unit", "in_words", "with_sign"),
    [
        (36, Unit.HOUSEHOLDS, "增加36户", "+36户"),
        (1, Unit.HOUSEHOLDS, "增加1户", "+1户"),
        (-1, Unit.HOUSEHOLDS, "减少1户", "−1户"),
        (-51, Unit.HOUSEHOLDS, "减少51户", "−51户"),
        (0, Unit.HOUSEHOLDS, "持平", "0户"),
        (0.021, Unit.SHARE, "提高2.1个百分点", "+2.1个百分点"),
        (-0.0004, Unit.SHARE, "持平", "持平"),
        (-0.0005, Unit.SHARE, "下降0.1个百分点", "−0.1个百分点"),
        (-0.015, Unit.POINTS, "下降1.5个百分点", "−1.5个百分点"),
    ],
)
def test_changes(change, unit, in_words, with_sign):
    assert written(change, unit, CHANGE_IN_WORDS) == in_words
    assert written(change, unit, CHANGE) == with_sign


@pytest.mark.parametrize(
    ("value", "unit", "style", "exponent", "is_word"),
    [
        (5408, Unit.HOUSEHOLDS, PLAIN, 0, False),
        (0.5, Unit.SHARE, PLAIN, 2, False),
        (103_000, Unit.PERSONS, IN_WAN, -4, False),
        (0, Unit.HOUSEHOLDS, CHANGE_IN_WORDS, 0, True),
        (0, Unit.HOUSEHOLDS, CHANGE, 0, False),
        (0, Unit.SHARE, CHANGE, 0, True),
    ],
)
def test_what_is_written_knows_its_power_of_ten(value, unit, style, exponent, is_word):
    found = write(value, unit, style)
    assert (found.exponent, found.is_word) == (exponent, is_word)


def test_digits_alone():
    assert (whole(5408.4), whole(2.25, 1), percent(0.5), percent(0.5, 0)) == ("5408", "2.3", "50.0%", "50%")
    assert (as_given(12.5), as_given(3), written(3, "周")) == ("12.5", "3", "3周")


def test_numerals_are_those_of_chapters():
    digits = {c: n for n, c in enumerate("一二三四五六七八九", start=1)}

    def read(text):
        tens, ten, ones = text.rpartition("十")
        return 10 * (digits.get(tens, 1) if ten else 0) + digits.get(ones, 0)

    assert [read(numeral(n)) for n in range(1, 40)] == list(range(1, 40))
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 39)] == ["一", "九", "十", "十一", "二十", "三十九"]


@given(st.integers(0, 10**7))
def test_counts_below_ten_thousand_are_exact_and_above_within_half_a_percent(count):
    text = written(count, Unit.PERSONS, IN_WAN).removesuffix("人")
    value = float(text.removesuffix("万")) * (10_000 if "万" in text else 1)
    assert value == count if count < 10_000 else abs(value - count) <= 0.005 * count


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_a_share_is_rounded_as_its_fraction_is_by_hand(part, base):
    """Against exact fractions: the shortest text of a float is its fraction wherever that is a half."""
    exact = Fraction(part, base) * 1000
    half_up = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    assert percent(part / base) == f"{Decimal(half_up) / 10:.1f}%"


@given(st.decimals(-100_000, 100_000, places=3))
def test_whatever_was_entered_in_decimals_is_rounded_in_decimals(number):
    expected = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert whole(float(number), 1).replace("−", "-") == str(expected or abs(expected))
