"""Stocks and flows against a household-by-household recount."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.indicators import ALL
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.register import register_indicators
from hanbin_lib.months import Month


def _recount(households: pd.DataFrame, month: Month, is_current: bool, towns: set[str]) -> dict:
    """The definitions in words, one household at a time."""
    counts = dict.fromkeys(("monitored", "risk_eliminated", "open_risk", "new", "newly_eliminated"), 0)
    for row in households.itertuples():
        if row.town_code not in towns:
            continue
        identified = Month(row.identified_month.year, row.identified_month.month)
        if identified > month:
            continue
        gone = bool(row.is_risk_eliminated)
        eliminated = None
        if not pd.isna(row.eliminated_month):
            eliminated = Month(row.eliminated_month.year, row.eliminated_month.month)
        if gone and not is_current and eliminated is not None and eliminated > month:
            gone = False
        counts["monitored"] += 1
        counts["risk_eliminated" if gone else "open_risk"] += 1
        counts["new"] += identified == month
        counts["newly_eliminated"] += gone and eliminated == month
    return counts


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), number=st.integers(0, 60))
def test_every_month_equals_a_recount(seed, number, scope_free, make_households):
    households = make_households(number, seed)
    table = combine(register_indicators(households, scope_free), scope_free.place_names)
    towns = set(scope_free.register.towns["place_code"])
    county = table[table["place_code"].eq("100001") & table["group"].eq(ALL)]
    values = county.set_index(["indicator", "month"])["value"]
    for month in scope_free.months:
        expected = _recount(households, month, month == scope_free.month, towns)
        for stem, count in expected.items():
            assert values[(f"{stem}_households", str(month))] == count


@pytest.fixture(scope="module")
def scope_free(register, rules):
    from hanbin_lib.indicators import Scope

    return Scope(Month(2022, 9), register, rules, None)


def test_towns_and_villages_add_up(scope, make_households):
    table = combine(register_indicators(make_households(300, 1), scope), scope.place_names)
    now = table[table["month"].eq("2022-09") & table["group"].eq(ALL)]
    for name, rows in now.groupby("indicator"):
        by_level = rows.groupby(rows["place_code"].str.len())["value"].sum()
        assert by_level[6] == by_level[9] == by_level[12], name


def test_groups_partition_the_total(scope, make_households):
    table = combine(register_indicators(make_households(300, 2), scope), scope.place_names)
    county = table[table["place_code"].eq("100001") & table["month"].eq("2022-09")]
    open_now = county[county["indicator"].eq("open_risk_households")]
    total = open_now.loc[open_now["group"].eq(ALL), "value"].item()
    for dimension in ("category", "cause", "situation"):
        parts = open_now[open_now["group"].str.startswith(f"{dimension}=")]
        assert parts["value"].sum() == total


def test_places_without_households_are_zero_not_missing(scope, make_households):
    table = combine(register_indicators(make_households(0, 0), scope), scope.place_names)
    assert table["value"].eq(0).all()
    assert set(table.loc[table["place_code"].str.len().eq(9), "place_code"]) == set(
        scope.register.towns["place_code"]
    )


def test_flag_decides_today_and_month_decides_the_past(scope, make_households):
    """Flagged without a month: eliminated throughout, so no flow is invented."""
    households = make_households(1, 3).assign(
        town_code="100001001",
        identified_month=pd.Timestamp("2021-01-01"),
        eliminated_month=pd.NaT,
        is_risk_eliminated=True,
    )
    table = combine(register_indicators(households, scope), scope.place_names)
    county = table[table["place_code"].eq("100001") & table["group"].eq(ALL)]
    values = county.set_index(["indicator", "month"])["value"]
    assert values.loc["risk_eliminated_households"].eq(1).all()
    assert values.loc["newly_eliminated_households"].eq(0).all()
