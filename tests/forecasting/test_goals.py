"""A goal against its record."""

from dataclasses import replace

import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import FAN, Backtest, Goal, assess_goal, forecast_places, growth_comparison
from hanbin_lib.forecasting.goals import chance_in_words, range_in_words

_OF_INCOME = ("农民人均纯收入", "现价")
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
    assert list(made.assumptions["assumption"]) == ["采用的预测", "不看2021年", "只看近5个有数的年份"]
    assert made.backtest.verdict in made.notes


def test_a_chance_that_no_backtest_bears_out_stands_in_no_headline(income):
    made = assess_goal(income, GOAL, **_CALIBRE)
    lost = made.backtest.rows.assign(naive=made.backtest.rows["actual"] + 1e-6)
    won = made.backtest.rows.assign(mean=made.backtest.rows["actual"])
    none = made.backtest.rows.iloc[:0]
    for rows, is_told in ((lost, False), (won, True), (none, True)):
        one = replace(made, backtest=Backtest(rows, made.backtest.pooled))
        assert one.is_borne_out is is_told


def test_one_point_less_a_year_is_the_same_futures_slower(income):
    """Counted over drawn futures, each with its pace lowered by as much as the median's by a point."""
    made = assess_goal(income, GOAL, **_CALIBRE)
    slower = ((1 + made.forecast_growth - 0.01) / (1 + made.forecast_growth)) ** 6
    drawn = made.forecast.paths(20_000, seed=1)[2027]
    assert made.probability_if_slower == pytest.approx((drawn * slower >= 30_000).mean(), abs=0.01)
    assert made.probability_if_slower < made.probability


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
    assert len(made.assumptions) == 1


def test_a_goal_as_far_away_as_can_be_forecast_is_assessed(income):
    """What leaves the last year out would have to look one year further: it alone is left out."""
    far, near = (assess_goal(income, Goal(60_000, year, *_OF_INCOME), **_CALIBRE) for year in (2036, 2035))
    assert list(far.assumptions["assumption"]) == ["采用的预测", "只看近5个有数的年份"]
    assert list(near.assumptions["assumption"]) == ["采用的预测", "不看2021年", "只看近5个有数的年份"]
    with pytest.raises(HanbinError, match="16不在1—15"):
        assess_goal(income, Goal(60_000, 2037, *_OF_INCOME), **_CALIBRE)


def test_the_generic_prior_needs_eight_years_under_every_assumption(income):
    eight, nine = (
        assess_goal(income.tail(years), Goal(40_000, 2023, *_OF_INCOME), prior="generic", **_CALIBRE)
        for years in (8, 9)
    )
    assert list(eight.assumptions["assumption"]) == ["采用的预测"]
    assert eight.notes[-1] == "历年数据不足9年，不能回测"
    assert list(nine.assumptions["assumption"]) == ["采用的预测", "不看2021年", "只看近8个有数的年份"]


def test_paces_across_a_missing_year_are_not_the_last_years(income):
    whole = assess_goal(income, GOAL, **_CALIBRE)
    holed = assess_goal(income.where(income.index != 2020), GOAL, **_CALIBRE)
    assert (whole.has_recent_paces, holed.has_recent_paces) == (True, False)
    assert list(holed.last_paces.index) == [2017, 2018, 2019]
    earlier = assess_goal(income.where(income.index != 2018), GOAL, **_CALIBRE)
    assert (earlier.has_recent_paces, list(earlier.last_paces.index)) == (False, [2017, 2020, 2021])


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.009, "不到1%"),
        (0.066, "约7%"),
        (0.125, "约13%"),
        (0.285, "约29%"),
        (0.32, "约32%"),
        (0.51, "约51%"),
        (0.99, "约99%"),
        (0.995, "99%以上"),
    ],
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


@pytest.mark.parametrize(
    ("chances", "words"),
    [
        ((0.08, 0.15), "8%—15%"),
        ((0.004, 0.13), "不到1%—13%"),
        ((0.0, 0.0099), "都不到1%"),
        ((0.01, 0.014), "都约1%"),
        ((0.991, 1.0), "都在99%以上"),
        ((0.55, 1.0), "55%—99%以上"),
    ],
)
def test_a_range_of_chances_claims_neither_none_nor_all(chances, words):
    assert range_in_words(chances) == words


@pytest.mark.parametrize(
    ("chance", "words"), [(0.0099, "不到1%"), (0.01, "约1%"), (0.99, "约99%"), (0.9901, "99%以上")]
)
def test_a_chance_at_the_ends_is_a_bound(chance, words):
    assert chance_in_words(chance) == words


@pytest.mark.parametrize(("yuan", "is_reached"), [(16_240, True), (16_241, False)])
def test_a_goal_that_the_record_has_reached(income, yuan, is_reached):
    last = float(income.iloc[-1])
    goal = Goal(yuan - 16_240 + last, 2027, **_CALIBRE)
    assert assess_goal(income, goal, **_CALIBRE).is_reached is is_reached


@pytest.mark.parametrize(
    ("year", "shift", "words"),
    [
        (2021, 0, "2021年已有数：.*，达到了目标"),
        (2021, 1, "2021年已有数：.*，没有达到目标"),
        (2010, 0, "不晚于最后有数的年份2021"),
    ],
)
def test_a_goal_whose_year_is_past_is_told_what_came(income, year, shift, words):
    with pytest.raises(HanbinError, match=words):
        assess_goal(income, Goal(float(income.iloc[-1]) + shift, year, **_CALIBRE), **_CALIBRE)


def test_a_goal_of_a_year_that_is_missing_is_told_so(income):
    holed = income.where(income.index != 2018)
    with pytest.raises(HanbinError, match="2018不晚于最后有数的年份2021，且没有2018年的数"):
        assess_goal(holed, Goal(12_000, 2018, **_CALIBRE), **_CALIBRE)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([9000, 9700, 10400, 11300, 12100], "历年数据不足6年，不能回测"),
        ([15000, 14000, 13000, 12000, 11000, 10000, 9000], "平推法没有误差，没有胜过平推法，慎用"),
    ],
)
def test_why_there_is_no_back_test(values, words):
    record = pd.Series(map(float, values), index=range(2022 - len(values), 2022))
    assert words in assess_goal(record, GOAL, **_CALIBRE).backtest.verdict
