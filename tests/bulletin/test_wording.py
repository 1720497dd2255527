"""Sentences in Chinese, figures that stand together, and a count of nothing, which is said in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.bulletin.wording import (
    counted,
    interval,
    joined,
    paragraph,
    ratio,
    sentence,
    with_interval,
    words,
)
from hanbin_lib.display import CHANGE, CHANGE_IN_WORDS, WHOLE, Figure, Phrase, Strong, plain_text
from hanbin_lib.display.tree import shown_in
from hanbin_lib.indicators import Unit

COUNTED = ("户", "人", "个", "项", "条", "家", "次", "户次", "个村", "万元")
NOTHING = re.compile(rf"(?<![0-9.])0(\.0)?({'|'.join(COUNTED)})")


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


def _figure(value, unit="户", style=None):
    return Figure(value, unit, f"x|{value}|{unit}", *([style] if style else []))


def _said(template, **values):
    return plain_text(paragraph(sentence(template, **values)).parts)


@pytest.mark.parametrize(
    ("template", "values", "words"),
    [
        ("未销号问题{a}，逾期{b}；", (3, 0), "未销号问题3户，没有逾期；"),
        ("未销号问题{a}，逾期{b}。", (0, 0), "未销号问题、逾期均无。"),
        ("当月新纳入{a}、消除风险{b}，未消除{c}。", (0, 0, 5), "当月新纳入、消除风险均无，未消除5户。"),
        ("预警：本月新识别{a}，预警线{b}", (0, 7), "预警：本月没有新识别，预警线7户"),
        ("其中逾期{a}", (0,), "其中没有逾期"),
        ("当月新纳入{a}、消除{b}。", (0, 5), "当月没有新纳入，消除5户。"),
        ("当月新纳入{a}、消除{b}。", (5, 0), "当月新纳入5户，没有消除。"),
        ("新增{a}、{b}、{c}。", (1, 2, 3), "新增1户、2户、3户。"),
        ("其中已消除风险{a}，未消除风险{b}。", (0, 5), "其中没有已消除风险的，未消除风险5户。"),
        ("其中已消除风险{a}，未消除风险{b}。", (5, 0), "其中已消除风险5户，没有未消除风险的。"),
        ("未消除风险户{a}。", (0,), "没有未消除风险户。"),
        ("没有变化{a}", (0,), "没有变化0户"),  # already said
    ],
)
def test_clauses_that_count_nothing(template, values, words):
    assert _said(template, **{name: _figure(n) for name, n in zip("abc", values, strict=False)}) == words


def test_what_is_no_count_of_nothing_stays():
    for one in (
        _figure(0, "天"), _figure(0, "比例"), _figure(0, "户", CHANGE), _figure(0, "户", CHANGE_IN_WORDS),
        ratio(0, 10, "x"), with_interval(0, (0, 6), "户", "x"), Strong((_figure(5),)), _figure(0.4, "万元"),
    ):  # fmt: skip
        assert _said("现有{a}。", a=one) == f"现有{one}。"
    pair = joined(_figure(0, "户"), _figure(0, "人"), source="p")
    assert _said("其中已消除{a}。", a=pair) == "其中没有已消除的。"


@given(
    st.lists(
        st.tuples(
            st.text("甲乙丙丁逾期新纳入其中", min_size=1, max_size=6),
            st.integers(0, 2),
            st.sampled_from(COUNTED),
            st.sampled_from("，、；。：（"),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_clause_ends_with_a_count_of_nothing_and_no_address_is_lost(clauses):
    parts = [part for text, value, unit, mark in clauses for part in (text, _figure(value, unit), mark)]
    told = paragraph(tuple(parts))
    assert not NOTHING.search(plain_text(told.parts))
    kept = " ".join(one.source for one in shown_in(told)).split()
    assert kept == [part.source for part in parts if isinstance(part, Figure | Phrase)]
    assert [one.value for one in shown_in(told) if isinstance(one, Figure)] == [
        v for _, v, *_ in clauses if v
    ]
