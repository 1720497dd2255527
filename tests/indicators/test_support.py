"""Coverage and timeliness of measures."""

import numpy as np
import pandas as pd

from hanbin_lib.contract import MEASURES
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.support import durations, overdue_without_measure, support_indicators


def _county(table: pd.DataFrame, indicator: str) -> pd.Series:
    rows = table[table["indicator"].eq(indicator) & table["place_code"].eq("100001")]
    return rows.set_index("month").loc["2022-09"]


def test_a_household_identified_this_month_or_nobody_knows_when_is_not_late(scope, make_households):
    households = make_households(3, 5).assign(
        town_code="100001001",
        identified_month=pd.to_datetime(["2022-09-01", "2022-08-01", None]),
        measure_industry=None,
        is_risk_eliminated=False,
    )
    late = overdue_without_measure(households, scope)
    assert list(late["household_code"]) == ["H1"]


def test_the_month_and_its_reconstruction_agree(scope, make_households):
    """Reading back through 首次帮扶时间 gives this month's count where every month is known."""
    households = make_households(400, 7)
    table = combine(support_indicators(households, scope), scope.place_names)
    now = _county(table, "households_without_measure")["value"]
    open_now = ~households["is_risk_eliminated"] & households["town_code"].isin(
        scope.register.towns["place_code"]
    )
    expected = (
        open_now & households["first_measure_month"].isna() & (households["identified_month"] <= "2022-08-01")
    ).sum()
    assert now == expected > 0


def test_without_the_column_timeliness_is_not_received(scope, make_households):
    households = make_households(50, 8).assign(first_measure_month=pd.NaT)
    table = combine(support_indicators(households, scope), scope.place_names)
    for name in ("timely_measure_share", "median_months_to_measure"):
        row = _county(table, name)
        assert row["note_code"] == "not_received"
        assert np.isnan(row["value"])
    assert _county(table, "measure_coverage_share")["note_code"] == "reported"
    late = table[table["indicator"].eq("households_without_measure") & table["place_code"].eq("100001")]
    assert late["month"].tolist() == [str(month) for month in scope.months]
    assert late["note_code"].tolist() == ["not_received"] * (len(scope.months) - 1) + ["reported"]


def test_share_with_nothing_to_divide_by_is_not_applicable(scope, make_households):
    table = combine(support_indicators(make_households(0, 0), scope), scope.place_names)
    assert _county(table, "measure_coverage_share")["note_code"] == "not_applicable"


def test_who_waits_still_waits_and_who_was_helped_within_the_month_waited_for_nothing(scope, make_households):
    households = make_households(5, 5).assign(
        identified_month=pd.to_datetime(["2022-06-01", "2022-06-01", "2022-06-01", None, "2021-09-01"]),
        first_measure_month=pd.to_datetime([None, "2022-05-01", "2022-08-01", "2022-08-01", None]),
    )
    households.loc[[0, 3, 4], list(MEASURES)] = None
    told = durations(households, scope.month).set_index("household_code")
    assert told["months"].to_dict() == {"H0": 3, "H1": 0, "H2": 2}
    assert told["is_measured"].to_dict() == {"H0": False, "H1": True, "H2": True}
