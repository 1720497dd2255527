"""Who counts where: sums by place, and the rows behind each of them."""

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from worlds import COUNTY, area_register

from hanbin_lib.area_changes import Step
from hanbin_lib.indicators import Scope
from hanbin_lib.indicators.scope import Selection
from hanbin_lib.months import Month

TOWNS = {"100001001": True, "100001002": True, "100001003": False}
VILLAGES = [f"{town}20{n}" for town in TOWNS for n in (1, 2)]


@pytest.fixture
def scope(rules):
    return Scope(Month(2022, 9), area_register(TOWNS), rules, None)


@pytest.fixture
def rows():
    """A town of its own for each place, twice; a row without a village, and one without any place."""
    places = [(v[:9], v) for v in VILLAGES for _ in (0, 1)] + [("100001001", None), (None, None)]
    town, village = (pd.Series(column, dtype="str") for column in zip(*places, strict=True))
    return pd.DataFrame({"town_code": town, "village_code": village, "number": np.arange(len(places)) + 1.0})


def by_hand(rows, place, *, townless):
    """Numbers of the rows that lie at a place: those of towns that do not count lie nowhere."""
    counted = [town for town, is_counted in TOWNS.items() if is_counted]
    total = 0.0
    for row in rows.itertuples():
        inside = row.town_code in counted
        if len(place) == 6:
            total += row.number if inside or (townless and pd.isna(row.town_code)) else 0.0
        else:
            total += row.number if inside and place in (row.town_code, row.village_code) else 0.0
    return total


@pytest.mark.parametrize("townless", [False, True])
@pytest.mark.parametrize("villages", [False, True])
def test_sums_are_those_of_the_rows_behind_them(scope, rows, townless, villages):
    counted = scope.counted(rows, townless=townless)
    selected = scope.select(counted, counted["number"], villages=villages, townless=townless)
    assert list(selected.sums.index) == list(scope.all_places if villages else scope.upper_places)
    for place, total in selected.sums.items():
        assert total == by_hand(rows, place, townless=townless), place
        behind = selected.at(place)
        assert behind["weight"].sum() == total
        assert (behind["weight"] == behind["number"]).all()


@pytest.mark.parametrize(
    ("month", "trend", "first"),
    [
        (Month(2022, 11), 12, Month(2021, 12)),
        (Month(2022, 12), 12, Month(2021, 12)),
        (Month(2023, 1), 12, Month(2022, 2)),
        (Month(2022, 9), 9, Month(2021, 12)),
        (Month(2022, 9), 8, Month(2022, 2)),
    ],
)
def test_a_trend_from_january_on_begins_with_the_end_of_last_year(rules, month, trend, first):
    """Every month of a year is compared with the end of the last one, its December too."""
    rules = rules.model_copy(update={"trend_months": trend})
    months = Scope(month, area_register(TOWNS), rules, None).months
    assert (months[0], months[-1]) == (first, month)
    assert all(later == one.shift(1) for one, later in itertools.pairwise(months))


def test_a_mask_leaves_out_whom_it_does_not_select(scope, rows):
    counted = scope.counted(rows)
    selected = scope.select(counted, counted["number"] > 2)
    assert selected.sums[COUNTY] == len(counted) - 2 == len(selected.at(COUNTY))
    assert set(selected.at(COUNTY)["weight"]) == {1.0}
    assert scope.select(counted).sums[COUNTY] == len(counted) == len(scope.select(counted).at(COUNTY))


def test_the_county_may_count_other_rows_than_its_towns(scope, rows):
    counted = scope.counted(rows)
    whole = scope.counted(rows, townless=True)
    selected = scope.select(counted, county=whole)
    assert selected.sums[COUNTY] == len(whole) == len(counted) + 1
    assert list(selected.at(COUNTY).index) == list(whole.index)
    assert set(selected.at(COUNTY)["weight"]) == {1.0}
    assert selected.sums["100001001"] == 5 == len(selected.at("100001001"))
    alone = scope.select_in_county(counted)
    assert dict(alone.sums) == {COUNTY: float(len(counted))}
    assert len(alone.at(COUNTY)) == len(counted)


def test_the_county_comes_first_then_its_towns_in_order(scope, rows):
    counted = scope.counted(rows)
    parts = list(scope.split(counted))
    assert [len(part) for part in parts] == [len(counted), 5, 4]
    assert list(scope.upper_places) == [COUNTY, "100001001", "100001002"]
    assert list(scope.all_places[3:]) == [v for v in VILLAGES if TOWNS[v[:9]]]
    assert list(scope.place_names.index) == list(scope.all_places)
    assert scope.place_names[COUNTY] == "试点县"


def test_last_month_ends_on_its_own_last_day(rules):
    week = Scope(Month(2022, 9), area_register(TOWNS), rules, None, date(2022, 9, 9))
    assert week.end == pd.Timestamp(2022, 9, 9)
    assert week.before().end == pd.Timestamp(2022, 8, 31)
    assert week.months[-1] == week.month
    assert len(week.months) == rules.trend_months
    assert week.months[0].shift(rules.trend_months - 1) == week.month


def test_what_is_not_asked_for_is_left_out(scope, rows):
    """Without villages, and without rows of no town, whatever the rows hold."""
    everywhere = scope.counted(rows, townless=True)
    for sums in (scope.by_place(everywhere), scope.select(everywhere).sums):
        assert list(sums.index) == list(scope.upper_places)
        assert sums[COUNTY] == sums.iloc[1:].sum() == len(everywhere) - 1
    assert len(scope.select(everywhere).at(COUNTY)) == len(everywhere) - 1
    plain = Selection(everywhere, None, scope.by_place(everywhere))
    assert len(plain.at(COUNTY)) == len(everywhere) - 1


def test_rows_of_a_town_that_is_no_one_town_of_now_count_for_the_county_alone(scope, rows):
    """A town was split: what earlier months know of it has the county's code for a town."""
    split = Step(Month(2022, 5), {}, (), {})
    later = Scope(scope.month, replace(scope.register, past=(split,)), scope.rules, None)
    former = pd.DataFrame({"town_code": [COUNTY], "village_code": [None], "number": [100.0]})
    counted = later.counted(pd.concat([rows, former], ignore_index=True))
    sums = later.by_place(counted, counted["number"], villages=True)
    assert sums[COUNTY] == by_hand(rows, COUNTY, townless=False) + 100
    assert sums["100001001"] == by_hand(rows, "100001001", townless=False)
    assert list(sums.index) == list(later.all_places)
    assert sums["100001002"] == by_hand(rows, "100001002", townless=False)
    inside = later.in_towns(counted)
    assert len(inside) == len(counted) - 1
    assert COUNTY not in set(inside["town_code"])
