"""Income per head recomputed, banded and screened."""

import numpy as np
import pandas as pd

from hanbin_lib.indicators import Scope
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.income import band_labels, income_indicators, recomputed_income


def _value(table: pd.DataFrame, indicator: str, group: str = "all") -> pd.Series:
    rows = table[
        table["indicator"].eq(indicator) & table["place_code"].eq("100001") & table["group"].eq(group)
    ]
    return rows.iloc[0]


def _counted(households: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    return households[households["town_code"].isin(scope.register.towns["place_code"])]


def test_formula_by_hand(make_households):
    one = make_households(1, 1).assign(
        wage_income_yuan=10_000.0,
        business_income_yuan=6_000.0,
        property_income_yuan=500.0,
        transfer_income_yuan=1_500.0,
        business_cost_yuan=2_000.0,
        household_size=4,
    )
    assert recomputed_income(one)["per_head_yuan"].item() == 4_000.0


def test_a_missing_part_is_not_zero(scope, make_households):
    households = make_households(100, 2)
    households.loc[:9, "wage_income_yuan"] = np.nan
    table = combine(income_indicators(households, None, scope), scope.place_names)
    missing = _counted(households.head(10), scope)
    assert _value(table, "income_missing_households")["value"] == len(missing)
    banded = table[table["indicator"].eq("income_band_households") & table["place_code"].eq("100001")]
    assert banded["value"].sum() == len(_counted(households, scope)) - len(missing)


def test_mismatch_is_found_beyond_the_tolerance_only(scope, make_households):
    households = make_households(50, 3)
    households.loc[0, ["town_code", "net_income_per_head_yuan"]] = [
        "100001001",
        households.loc[0, "net_income_per_head_yuan"] + 1.5,
    ]
    households.loc[1, "net_income_per_head_yuan"] += 0.5
    table = combine(income_indicators(households, None, scope), scope.place_names)
    assert _value(table, "income_mismatch_households")["value"] == 1


def test_screens_by_the_line(scope, make_households):
    monitored = make_households(200, 4)
    lifted = make_households(300, 5)  # H0 … H199 are monitored, the rest are not
    table = combine(income_indicators(monitored, lifted, scope), scope.place_names)
    poor = lifted[recomputed_income(lifted)["per_head_yuan"] < scope.line.value_yuan]
    # Only households monitored in a counted town count as monitored here.
    known = set(_counted(monitored, scope)["household_code"])
    expected = [c for c in _counted(poor, scope)["household_code"] if c not in known]
    assert _value(table, "below_line_unmonitored_households")["value"] == len(expected) > 0
    is_open = ~monitored["is_risk_eliminated"].astype(bool)
    below = recomputed_income(monitored)["per_head_yuan"] < scope.line.value_yuan
    assert _value(table, "below_line_open_households")["value"] == len(
        _counted(monitored[is_open & below], scope)
    )


def test_without_a_line_nothing_is_guessed(scope, make_households):
    unset = Scope(scope.month, scope.register, scope.rules, None)
    table = combine(income_indicators(make_households(20, 6), None, unset), unset.place_names)
    for name in ("below_line_open_households", "below_line_unmonitored_households"):
        row = _value(table, name)
        assert row["note_code"] == "parameter_missing"
        assert np.isnan(row["value"])


def test_labels_cover_all_bands():
    assert band_labels((4000, 8000)) == ["4000元以下", "4000—8000元", "8000元及以上"]
