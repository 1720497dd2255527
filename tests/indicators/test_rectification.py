"""Rectification: the ledger balances at any day, and nothing later has happened yet."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.rectification import owners, rectification_indicators, state

COUNTY = "100001"


def make_ledger(number: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    found = pd.Timestamp("2021-06-01") + pd.to_timedelta(rng.integers(0, 500, number), "D")
    due = found + pd.to_timedelta(30, "D")
    done = found + pd.to_timedelta(rng.integers(1, 90, number), "D")
    closed = done + pd.to_timedelta(rng.integers(0, 9, number), "D")
    looked = closed + pd.to_timedelta(rng.integers(30, 90, number), "D")
    town = rng.choice(["100001001", "100001002", None], number)
    return pd.DataFrame(
        {
            "problem_code": [f"P{n:04d}" for n in range(number)],
            "source": rng.choice(["区级督查", "自查"], number),
            "found_date": found,
            "town_code": pd.Series(town, dtype="str"),
            "responsible_unit": np.where(pd.isna(town), "水利局", "镇政府"),
            "problem_kind": rng.choice(["甲类", "乙类"], number),
            "due_date": due,
            "done_date": done,
            "closed_date": closed,
            "look_back_date": looked,
            "look_back_result": rng.choice(["未反弹", "反弹"], number, p=[0.9, 0.1]),
        }
    )


def _values(ledger, scope):
    table = combine(rectification_indicators(ledger, scope), scope.place_names)
    return table[table["group"].eq("all")].set_index(["indicator", "place_code"])["value"]


@settings(max_examples=25)
@given(st.integers(0, 300), st.integers(0, 10_000), st.integers(1, 30))
def test_it_balances_at_every_day(number, seed, day):
    scope = _scope(day)
    values = _values(make_ledger(number, seed), scope)
    for place in scope.upper_places:
        start, opened, closed, end = (
            values[f"problems_{name}", place] for name in ("at_start", "opened", "closed", "open")
        )
        assert start + opened - closed == end
        assert values["problems_overdue", place] <= end


def _scope(day: int = 30):
    return replace(SCOPE["scope"], as_of=date(2022, 9, day))


SCOPE: dict = {}


@pytest.fixture(autouse=True)
def _keep_scope(scope):
    SCOPE["scope"] = scope


def test_a_department_without_a_town_counts_for_the_county_only(scope):
    ledger = make_ledger(120, 1)
    values = _values(ledger, scope)
    towns = sum(values["problems_of_the_year", town] for town in scope.upper_places[1:])
    without = (ledger["town_code"].isna() & ledger["found_date"].between("2022-01-01", "2022-09-30")).sum()
    assert values["problems_of_the_year", COUNTY] == towns + without


def test_what_came_later_has_not_happened_yet(scope):
    """The ledger of a later month tells the same of an earlier one as its own did."""
    ledger = make_ledger(200, 2)
    end = pd.Timestamp("2022-08-31")
    own = ledger[ledger["found_date"] <= end].copy()
    for column in ("done_date", "closed_date", "look_back_date"):
        own[column] = own[column].where(own[column] <= end)
    before = scope.before()
    pd.testing.assert_series_equal(_values(ledger, before), _values(own, before))


def test_a_problem_done_but_not_closed_is_open_and_not_overdue(scope):
    ledger = make_ledger(1, 3).assign(
        found_date=pd.Timestamp("2022-07-01"), due_date=pd.Timestamp("2022-08-01"),
        done_date=pd.Timestamp("2022-07-20"), closed_date=pd.NaT, look_back_date=pd.NaT,
    )  # fmt: skip
    now = state(ledger, scope).iloc[0]
    assert now["is_open"]
    assert not now["is_overdue"]


@pytest.mark.parametrize(
    ("due", "step"),
    [("2022-09-29", "责任单位限期整改"), ("2022-09-15", "牵头单位督办"), ("2022-08-31", "提交月调度会")],
)
def test_every_overdue_problem_has_owner_deadline_and_step(scope, due, step):
    ledger = make_ledger(1, 4).assign(
        found_date=pd.Timestamp("2022-07-01"), due_date=pd.Timestamp(due), done_date=pd.NaT,
        closed_date=pd.NaT, responsible_unit="水利局", town_code=None,
    )  # fmt: skip
    duties = pd.DataFrame({"responsible_unit": ["水利局"], "escalates_to": ["分管副县长"]})
    row = owners(state(ledger.astype({"town_code": "str"}), scope), duties).iloc[0]
    assert (row["responsible_unit"], row["step"], row["escalates_to"]) == ("水利局", step, "分管副县长")
