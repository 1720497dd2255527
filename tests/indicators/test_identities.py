"""The gate finds a broken figure, and only then."""

from dataclasses import replace

import pandas as pd
import pytest

from hanbin_lib.indicators import broken_identities, unusual
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.income import income_indicators
from hanbin_lib.indicators.register import register_indicators
from hanbin_lib.indicators.support import support_indicators
from hanbin_lib.yearly_documents import MonitoringLine


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


@pytest.mark.parametrize("line", [3000, 6000, 20_000])
def test_a_familys_loss_is_no_broken_identity_and_is_told(line, scope, make_households):
    """A business that costs more than it brings: parts of income beyond the whole, at every line."""
    households = make_households(6, 4).assign(town_code="100001001", village_code="10000100120" + "1")
    households.loc[0, ["business_income_yuan", "business_cost_yuan"]] = [0.0, 90_000.0]
    own = replace(
        scope, line=MonitoringLine(year=2022, value_yuan=line, document="〔测试〕1号", entered_by="测试")
    )
    parts = [
        *register_indicators(households, own), *support_indicators(households, own),
        *income_indicators(households, None, own),
    ]  # fmt: skip
    table = combine(parts, own.place_names)
    assert broken_identities(table) == []
    told = unusual(table, "2022-09")
    assert {"100001", "100001001"} <= {one.place_code for one in told}
    assert {one.indicator for one in told} >= {"income_component_share"}
    assert any("生产经营净收入" in one.text and "-" in one.text for one in told)


def test_what_is_common_is_not_told(table):
    assert unusual(table, "2022-09") == []


def _rows(*rows):
    """Reported figures of one town: indicator, value, unit, month."""
    names = ("indicator", "value", "unit", "month", "place_code", "group", "note_code")
    return pd.DataFrame([(*row, "100001001", "all", "reported") for row in rows], columns=list(names))


@pytest.mark.parametrize(
    ("indicator", "unit", "common", "odd"),
    [
        ("net_income_per_head_yuan", "元", 0.0, -0.01), ("income_quantile_yuan", "元", 0.5, -1.0),
        ("income_component_share", "比例", 1.0, 1.001), ("project_paid_share", "比例", 0.0, -0.001),
    ],
)  # fmt: skip
def test_what_is_told_begins_below_nought_and_above_the_whole(indicator, unit, common, odd):
    assert unusual(_rows((indicator, common, unit, "2022-09")), "2022-09") == []
    assert [one[:2] for one in unusual(_rows((indicator, odd, unit, "2022-09")), "2022-09")] == [
        (indicator, "100001001")
    ]
    assert unusual(_rows((indicator, odd, unit, "2022-08")), "2022-09") == []
    withheld = _rows((indicator, odd, unit, "2022-09")).assign(note_code="suppressed")
    assert unusual(withheld, "2022-09") == []


def test_what_is_told_is_written_in_its_unit():
    rows = _rows(
        ("net_income_per_head_yuan", -1200.0, "元", "2022-09"), ("project_paid_share", 1.5, "比例", "2022-09")
    )
    assert [one.text for one in unusual(rows, "2022-09")] == [
        "监测户人均纯收入为-1200元",
        "项目资金支出率为150.0%",
    ]


@pytest.mark.parametrize(("before", "is_broken"), [(10.0, False), (11.0, True), (9.0, True)])
def test_last_month_and_the_new_make_this_month(before, is_broken):
    """At county and town; a village has no last month that its households are known of."""

    def of(place):
        stocks = [
            (f"{stem}_{unit}", month, float(value))
            for unit in ("households", "persons")
            for month, row in (("2022-08", (before, 0, before, 0, 0)), ("2022-09", (12, 0, 12, 2, 0)))
            for stem, value in zip(
                ("monitored", "risk_eliminated", "open_risk", "new", "newly_eliminated"), row, strict=True
            )
        ]
        table = pd.DataFrame(stocks, columns=["indicator", "month", "value"])
        return table.assign(place_code=place, group="all", note_code="reported", unit="户")

    counts = pd.concat([of("100001"), of("100001001")])
    faults = [fault for fault in broken_identities(counts) if "新纳入" in fault]
    assert len(faults) == (2 if is_broken else 0)
    assert [fault for fault in broken_identities(of("100001001201")) if "新纳入" in fault] == []


def test_a_share_above_one_is_found(table):
    row = table.index[table["indicator"].eq("measure_coverage_share")][0]
    table.loc[row, "value"] = 1.01
    assert any("超出范围" in fault for fault in broken_identities(table))
