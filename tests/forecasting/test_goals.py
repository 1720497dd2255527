"""A goal against its record."""

import re

import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import FAN, Goal, assess_goal, forecast_places, growth_comparison
from hanbin_lib.forecasting.goals import chance_in_words

_CALIBRE = {"calibre": "农民人均纯收入", "prices": "现价"}
GOAL = Goal(30_000, 2027, **_CALIBRE)


def test_everything_the_chapter_needs(income):
    made = assess_goal(income, GOAL, **_CALIBRE)
    assert list(made.fan.columns) == list(FAN)
    assert list(made.fan.index) == list(range(2022, 2028))
    assert made.required_path[2027] == pytest.approx(30_000)
    assert made.probability == made.forecast.probability_of_reaching(30_000, 2027)
    low, high = made.probability_range
    assert low <= made.probability <= high
    assert made.assumptions["assumption"].is_unique
    assert len(made.assumptions) >= 4
    assert made.backtest.verdict in made.notes


def test_every_number_of_the_sentence_is_a_result(income):
    made = assess_goal(income, GOAL, **_CALIBRE)
    low, high = made.probability_range
    expected = [
        f"{100 * low:.0f}",
        f"{100 * high:.0f}",
        f"{100 * made.required_growth:.1f}",
        f"{made.recent_years}",
        f"{100 * made.recent_growth:.1f}",
    ]
    assert re.findall(r"\d+(?:\.\d+)?", made.sentence) == expected
    assert chance_in_words(made.probability) in made.sentence


def test_a_nearer_goal_is_likelier(income):
    chances = [
        assess_goal(income, Goal(yuan, 2027, **_CALIBRE), **_CALIBRE).probability
        for yuan in (18_000, 24_000, 30_000)
    ]
    assert chances == sorted(chances, reverse=True)


def test_with_its_district_the_place_alone_is_an_assumption(make_incomes):
    values = pd.DataFrame({f"v{n}": make_incomes(9, n) for n in range(6)})
    group = forecast_places(values, 6)["v0"]
    made = assess_goal(values["v0"], GOAL, group=group, **_CALIBRE)
    assert made.forecast is group
    assert "只看本地历年数据" in set(made.assumptions["assumption"])


@pytest.mark.parametrize(
    "goal",
    [
        Goal(30_000, 2027, "农村居民人均可支配收入", "现价"),
        Goal(30_000, 2027, "农民人均纯收入", "可比价"),
        Goal(30_000, 2021, "农民人均纯收入", "现价"),
    ],
)
def test_what_cannot_be_compared_is_refused(income, goal):
    with pytest.raises(HanbinError, match="HB-FC-015"):
        assess_goal(income, goal, **_CALIBRE)


def test_five_years_are_enough_to_say_something(income):
    made = assess_goal(income.tail(5), GOAL, **_CALIBRE)
    assert "不能回测" in made.notes[-1]
    assert made.recent_years == 4


@pytest.mark.parametrize(
    ("share", "words"), [(0.01, "不到半成"), (0.32, "约三分之一"), (0.51, "约一半"), (0.99, "九成五以上")]
)
def test_chances_in_words(share, words):
    assert chance_in_words(share) == words


def test_growth_against_another(income):
    other = income * 2
    same = growth_comparison(income, other)
    assert same["is_not_lower"].all()
    slower = other.where(other.index != 2021, other * 1.05)
    table = growth_comparison(income, slower)
    assert list(table.index[~table["is_not_lower"]]) == [2021]
    holed = growth_comparison(income.drop(2016), other)
    assert 2016 not in holed.index
    assert 2017 not in holed.index
