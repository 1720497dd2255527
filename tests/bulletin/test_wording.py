"""Numbers, changes and sentences in Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.bulletin.wording import sentence, signed, written, written_change
from hanbin_lib.display import Figure
from hanbin_lib.indicators import Unit


@pytest.mark.parametrize(
    ("value", "unit", "wan", "text"),
    [
        (5408, Unit.HOUSEHOLDS, False, "5408户"),
        (103_000, Unit.PERSONS, True, "10.3万人"),
        (12_300, Unit.PERSONS, True, "1.23万人"),
        (9_999, Unit.PERSONS, True, "9999人"),
        (195_544, Unit.PERSONS, True, "19.6万人"),
        (20_000, Unit.PERSONS, True, "2万人"),
        (1_234_567, Unit.PERSONS, True, "123万人"),
        (0.5688, Unit.SHARE, False, "56.9%"),
        (0.0005, Unit.SHARE, False, "0.1%"),  # half up, as offices round
        (8765.5, Unit.YUAN, False, "8766元"),
        (1.0, Unit.MONTHS, False, "1个月"),
        (1.5, Unit.MONTHS, False, "1.5个月"),
        (0, Unit.HOUSEHOLDS, True, "0户"),
    ],
)
def test_written(value, unit, wan, text):
    assert written(value, unit, wan=wan) == text


@pytest.mark.parametrize(
    ("change", "unit", "words", "sign"),
    [
        (36, Unit.HOUSEHOLDS, "增加36户", "+36户"),
        (-51, Unit.HOUSEHOLDS, "减少51户", "−51户"),
        (0, Unit.HOUSEHOLDS, "持平", "0户"),
        (0.021, Unit.SHARE, "提高2.1个百分点", "+2.1个百分点"),
        (-0.0004, Unit.SHARE, "持平", "持平"),
        (-0.015, Unit.SHARE, "下降1.5个百分点", "−1.5个百分点"),
    ],
)
def test_changes(change, unit, words, sign):
    assert written_change(change, unit) == words
    assert signed(change, unit) == sign


@given(st.integers(0, 10**7))
def test_counts_below_ten_thousand_are_exact_and_above_within_half_a_percent(count):
    text = written(count, Unit.PERSONS, wan=True).removesuffix("人")
    value = float(text.removesuffix("万")) * (10_000 if "万" in text else 1)
    assert value == count if count < 10_000 else abs(value - count) <= 0.005 * count


@pytest.mark.parametrize("template", ["共5户", "第１期{n}", "{n}比2021年多"])
def test_a_digit_without_an_indicator_is_refused(template):
    with pytest.raises(ValueError, match="digit"):
        sentence(template, n=Figure("1户", "x"))


def test_a_sentence_keeps_the_address_of_its_figures():
    parts = sentence("共有{n}。", n=Figure("5户", "monitored_households|2022-09|610902|all"))
    assert [str(part) for part in parts] == ["共有", "5户", "。"]
    assert parts[1].reference.startswith("monitored_households")
