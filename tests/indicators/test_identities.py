"""The gate finds a broken figure, and only then."""

import pytest

from hanbin_lib.indicators import broken_identities
from hanbin_lib.indicators.income import income_indicators
from hanbin_lib.indicators.register import register_indicators
from hanbin_lib.indicators.support import support_indicators
from hanbin_lib.indicators.table import combine


@pytest.fixture
def table(scope, make_households):
    households = make_households(200, 9)
    parts = [
        *register_indicators(households, scope),
        *support_indicators(households, scope),
        *income_indicators(households, None, scope),
    ]
    return combine(parts, scope.place_names)


def test_true_figures_pass(table):
    assert broken_identities(table) == []


@pytest.mark.parametrize(
    ("indicator", "place", "month"),
    [
        ("monitored_households", "100001", "2022-09"),
        ("open_risk_persons", "100001001", "2022-03"),
        ("households_without_measure", "100001002", "2022-09"),
    ],
)
def test_one_wrong_figure_is_found(table, indicator, place, month):
    wrong = (
        table["indicator"].eq(indicator)
        & table["place_code"].eq(place)
        & table["month"].eq(month)
        & table["group"].eq("all")
    )
    assert wrong.sum() == 1
    table.loc[wrong, "value"] += 1
    assert broken_identities(table)


def test_a_share_above_one_is_found(table):
    row = table.index[table["indicator"].eq("measure_coverage_share")][0]
    table.loc[row, "value"] = 1.01
    assert any("超出范围" in fault for fault in broken_identities(table))
