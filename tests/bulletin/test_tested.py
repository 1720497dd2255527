"""The family of comparisons: which are made, each chance by the textbook, and who is named."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.tested import (
    ANSWER,
    CHANGE,
    ITEMS,
    MOVED,
    POOLED,
    _changes,
    _first_item,
    _movements,
    _worse_than_all,
    compared,
    key,
    told,
)
from hanbin_lib.display import plain_text
from hanbin_lib.indicators import COLUMNS
from hanbin_lib.months import Month
from hanbin_lib.statistics.comparisons import discoveries
from hanbin_lib.statistics.estimates import wilson

MONTH, COUNTY = Month(2022, 9), "610902"
TOWNS = ("610902001", "610902002", "610902003")
RANKING = SimpleNamespace(confidence=0.9)
SCOPE = SimpleNamespace(register=SimpleNamespace(towns=pd.DataFrame({"place_code": TOWNS})))


def row(indicator, value, lower, upper, place=COUNTY, group="all", month=MONTH):
    at = {"indicator": indicator, "month": str(month), "place_code": place, "group": group}
    numbers = {"value": value, "lower": lower, "upper": upper, "numerator": np.nan, "denominator": np.nan}
    return dict.fromkeys(COLUMNS) | at | numbers | {"note_code": "reported"}


def share(indicator, cases, size, **where):
    lower, upper = (float(one) for one in wilson(cases, size))
    return row(indicator, cases / size, lower, upper, **where)


def seen(*rows, place=COUNTY):
    return Figures(pd.DataFrame(rows, columns=list(COLUMNS)), MONTH, place)


def test_a_town_is_held_against_the_whole_in_the_bad_direction_alone():
    """The exact binomial tail: 12 of 60 where a tenth is the rule, 1 of 60, and a town without an interval."""
    figures = seen(
        share(POOLED, 100, 1000), share(POOLED, 12, 60, place=TOWNS[0]), share(POOLED, 1, 60, place=TOWNS[1]),
        row(POOLED, 0.5, np.nan, np.nan, place=TOWNS[2]),
    )  # fmt: skip
    found = dict(_worse_than_all(figures, list(TOWNS)))
    assert found == pytest.approx({
        key(POOLED, TOWNS[0]): binom.sf(11, 60, 0.1), key(POOLED, TOWNS[1]): binom.sf(0, 60, 0.1),
    }, rel=1e-5)  # fmt: skip
    assert dict(_worse_than_all(seen(share(POOLED, 12, 60, place=TOWNS[0])), list(TOWNS))) == {}


def test_a_change_is_as_far_from_zero_as_its_interval_says():
    figures = seen(
        row(CHANGE, 0.02, -0.01, 0.05), row(CHANGE, -0.03, -0.05, -0.01, group=ITEMS[1]),
        row(CHANGE, 0.01, np.nan, np.nan, group=ITEMS[2]), row(CHANGE, 0.5, 0.4, 0.6, group="age=60岁及以上"),
    )  # fmt: skip
    z = norm.ppf(0.975)
    assert dict(_changes(figures)) == pytest.approx({
        key(CHANGE, "all"): 2 * norm.sf(0.02 / 0.03 * z), key(CHANGE, ITEMS[1]): 2 * norm.sf(0.03 / 0.02 * z),
    })  # fmt: skip


def test_the_first_item_is_held_against_the_second_by_both_their_spreads():
    figures = seen(share(ANSWER, 30, 400, group=ITEMS[0]), share(ANSWER, 60, 400, group=ITEMS[3]),
                   share(ANSWER, 10, 400, group=ITEMS[2]))  # fmt: skip
    spread = (0.15 * 0.85 / 400 + 0.075 * 0.925 / 400) ** 0.5
    assert _first_item(figures) == pytest.approx(2 * norm.sf((0.15 - 0.075) / spread), rel=1e-4)
    assert np.isnan(_first_item(seen(share(ANSWER, 60, 400, group=ITEMS[0]))))


def test_a_score_moved_by_more_than_the_draws_of_both_months():
    last = MONTH.shift(-1)
    figures = seen(
        row("town_score", 70, 64, 76, place=TOWNS[0]), row("town_score", 60, 52, 68, place=TOWNS[0], month=last),
        row("town_score", 70, 64, 76, place=TOWNS[1]), row("town_score", 50, 50, 50, place=TOWNS[2]),
        row("town_score", 40, 40, 40, place=TOWNS[2], month=last),
    )  # fmt: skip
    spread = (6**2 + 8**2) ** 0.5 / norm.ppf(0.95)
    assert dict(_movements(figures, list(TOWNS), RANKING)) == pytest.approx(
        {key(MOVED, TOWNS[0]): 2 * norm.sf(10 / spread)}
    )


def test_all_are_one_family_and_a_town_makes_its_own():
    last = MONTH.shift(-1)
    rows = [share(POOLED, 100, 1000), *(share(POOLED, cases, 60, place=town) for cases, town in zip((25, 6, 5), TOWNS, strict=True)),
            row(CHANGE, 0.001, -0.02, 0.022), *(share(ANSWER, 20, 400, group=group) for group in ITEMS),
            *(row("town_score", 60, 50, 70, place=town, month=month) for town in TOWNS for month in (MONTH, last))]  # fmt: skip
    whole = compared(seen(*rows), SCOPE, RANKING)
    assert whole.named == {key(POOLED, TOWNS[0])}
    assert whole.tested == 3 + 1 + 1 + 3  # towns, a change, the first item, movements
    own = compared(seen(*rows, place=TOWNS[1]), SCOPE, RANKING)
    assert own.named == frozenset()
    assert own.tested == 1  # its own movement


@pytest.mark.parametrize(
    ("chances", "named"),
    [
        ({"a": 0.01, "b": 0.02, "c": 0.03, "d": 0.04, "e": 0.9}, "abcd"),  # 0.04 × 5/4 is just 0.05
        ({"a": 0.02, "b": 0.03, "c": 0.04, "d": 0.05}, "abcd"),
        ({"a": 0.02, "b": 0.03, "c": 0.5, "d": 0.6}, ""),
        ({"a": 0.0125, "b": 0.9, "c": 0.9, "d": 0.9}, "a"),
        ({"a": 0.0126, "b": 0.9, "c": 0.9, "d": 0.9}, ""),
        ({"a": 0.04, "b": np.nan}, "a"),
        ({}, ""),
    ],
)
def test_who_is_named_by_benjamini_and_hochberg_by_hand(chances, named):
    found = discoveries(chances)
    assert found.named == set(named)
    assert found.tested == sum(np.isfinite(one) for one in chances.values())


def test_it_is_told_how_many_chance_would_name():
    text = plain_text(told(discoveries(dict.fromkeys(map(str, range(43)), 0.5))))
    assert "本期43处比较" in text
    assert "控制在5%以内" in text
    assert "约2.2处" in text
