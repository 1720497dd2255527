"""Sentences in Chinese, and figures that stand together."""

import pytest

from hanbin_lib.bulletin.wording import counted, interval, joined, ratio, sentence, with_interval, words
from hanbin_lib.display import WHOLE, Figure
from hanbin_lib.indicators import Unit


@pytest.mark.parametrize("template", ["共5户", "第１期{n}", "{n}比2021年多"])
def test_a_digit_without_an_indicator_is_refused(template):
    with pytest.raises(ValueError, match="digit"):
        sentence(template, n=Figure(1, "户", "x"))


def test_a_sentence_keeps_the_address_of_its_figures():
    parts = sentence("共有{n}。", n=Figure(5, "户", "monitored_households|2022-09|610902|all"))
    assert [str(part) for part in parts] == ["共有", "5户", "。"]
    assert parts[1].source.startswith("monitored_households")


@pytest.mark.parametrize(
    ("phrase", "text", "values"),
    [
        (interval((0.021, 0.04), Unit.SHARE, "x"), "2.1%—4.0%", [0.021, 0.04]),
        (interval((25944.2, 32169.5), Unit.YUAN, "x"), "25944—32170元", [25944.2, 32169.5]),
        (with_interval(242, (168, 344), Unit.HOUSEHOLDS, "x"), "242户（168—344）", [242, 168, 344]),
        (with_interval(24.5, (16, 34.4), Unit.WAN_YUAN, "x", WHOLE), "25万元（16—34）", [24.5, 16, 34.4]),
        (ratio(3, 10, "x"), "3/10", [3, 10]),
        (ratio(5, 8, "x", "个"), "5/8个", [5, 8]),
        (counted("涉及", Figure(5, "个镇", "x")), "涉及5个镇", [5]),
        (joined("接通率", words("未收到", "x"), source="x"), "接通率未收到", []),
    ],
)
def test_figures_that_stand_together_stay_numbers(phrase, text, values):
    assert phrase.text == text
    assert [figure.value for figure in phrase.figures] == values
    assert phrase.source == "x"
