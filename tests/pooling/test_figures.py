"""A parent's figures against those that were made from all its rows at once.

The towns of the demonstration district are taken as counties: what the district computed from
its own rows is the independent answer.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.indicators import DEFINITIONS, NoteCode
from hanbin_lib.indicators.income import QUANTILES, recomputed_income
from hanbin_lib.places import AreaRegister
from hanbin_lib.pooling import PersonFigures, Pool, Pooling, pooling_of
from hanbin_lib.pooling.figures import _bounds, _change, _ratio, _weighted, size_behind
from hanbin_lib.statistics.estimates import wilson

KEY = ["indicator", "month", "group"]
COUNTY = "610902"
NAMES = ("income_quantile_yuan", "median_months_to_measure", "rectification_median_days")


@pytest.fixture(scope="module")
def table(demo_workspace):
    return open_bulletin(str(MONTH), COUNTY, workspace=demo_workspace).figures.table


def _pooled(table, order=1):
    pool = Pool(COUNTY, "汉滨区")
    towns = [rows for code, rows in table.groupby("place_code") if len(code) == 9]
    for rows in towns[::order]:
        pool.add(rows)
    return pool.result()


@pytest.fixture(scope="module")
def both(table):
    """Rows of the district, its own and pooled, side by side."""
    own = table[table["place_code"].eq(COUNTY)].set_index(KEY)
    return own.merge(_pooled(table).table.set_index(KEY), left_index=True, right_index=True)


def _alike(both, indicators, columns=("numerator", "value", "lower", "upper")):
    rows = both[both.index.get_level_values("indicator").isin(indicators)]
    assert len(rows)
    for name in columns:
        np.testing.assert_allclose(
            rows[f"{name}_x"].to_numpy(float), rows[f"{name}_y"].to_numpy(float), rtol=1e-9
        )


def test_counts_add_up(both):
    _alike(both, [d.id for d in DEFINITIONS.values() if d.is_additive])


def test_ratios_are_sums_over_sums(both):
    _alike(both, ["measure_coverage_share", "timely_measure_share", "net_income_per_head_yuan"])
    _alike(both, ["phone_contact_share", "income_component_share"])


def test_weighted_shares_are_those_of_all_strata_at_once(both):
    """Strata of town and state weigh the same, whether the towns are pooled or not.

    Of what nobody or one household of the county has, the stratum that was asked least may hold what there
    is: in the county one stratum, in each of the towns one of its own, so that the ends agree nearly.
    """
    shares = ["phone_problem_share", "phone_visited_share", "phone_satisfied_share"]
    _alike(both, shares, ("numerator", "value"))
    rows = both[both.index.get_level_values("indicator").isin(shares)]
    for name in ("lower", "upper"):
        np.testing.assert_allclose(rows[f"{name}_x"], rows[f"{name}_y"], atol=0.003)


def test_bounds_are_those_of_all_households(both):
    _alike(both, ["phone_problem_bound_share"])


def test_a_change_is_weighted_and_known_better(table):
    """Two equal counties: the mean change, and an interval shorter by the root of two."""
    child = table[table["place_code"].eq("610902110")]
    base = child[child["indicator"].eq("registered_households")]
    pool = Pool(COUNTY, "汉滨区")
    for code, change in (("610901", 0.01), ("610903", 0.03)):
        row = base.assign(
            indicator="phone_problem_change", value=change, lower=change - 0.02, upper=change + 0.02
        )
        pool.add(pd.concat([base, row]).assign(place_code=code))
    found = pool.result().table.set_index("indicator").loc["phone_problem_change"]
    assert found["value"] == pytest.approx(0.02)
    assert found["upper"] - found["lower"] == pytest.approx(0.04 / 2**0.5)


def test_changes_of_unequal_counties_are_weighted_by_their_households(table):
    """One of 100 households, one of 300, with intervals that do not lie about their values."""
    child = table[table["place_code"].eq("610902110") & table["month"].eq(str(MONTH))]
    base = child[child["indicator"].eq("registered_households") & child["group"].eq("all")]
    pool = Pool(COUNTY, "汉滨区")
    for code, size, value, lower, upper in (
        ("610901", 100, 0.01, -0.02, 0.03),
        ("610903", 300, 0.03, 0.0, 0.08),
    ):
        row = base.assign(indicator="phone_problem_change", value=value, lower=lower, upper=upper)
        pool.add(pd.concat([base.assign(numerator=size, value=size), row]).assign(place_code=code))
    found = pool.result().table.set_index("indicator").loc["phone_problem_change"]
    centre, half = (0.005 + 3 * 0.04) / 4, (0.025**2 + (3 * 0.04) ** 2) ** 0.5 / 4
    assert found["value"] == pytest.approx((0.01 + 3 * 0.03) / 4)
    assert found["lower"] == pytest.approx(centre - half)
    assert found["upper"] == pytest.approx(centre + half)


def test_the_order_of_the_children_changes_nothing(table):
    there, back = (_pooled(table, order).table.set_index(KEY) for order in (1, -1))
    for name in ("numerator", "denominator", "value", "lower", "upper"):
        np.testing.assert_allclose(there[name], back[name], rtol=1e-12)


def test_one_child_is_its_own_parent(table):
    """Nothing is lost on the way through the sums."""
    own = table[table["place_code"].eq(COUNTY)].set_index(KEY)
    pool = Pool(COUNTY, "汉滨区")
    pool.add(own.reset_index())
    again = pool.result().table.set_index(KEY)
    kept = own[~own.index.get_level_values("indicator").map(pooling_of).isin([Pooling.NONE, Pooling.PERSONS])]
    # A sample's interval by its design is not Wilson's: its ends are kept in size, not exactly.
    designed = kept.index.get_level_values("indicator").str.startswith("inspection_")
    for name in ("numerator", "value", "lower", "upper"):
        left, right = kept[name].to_numpy(float), again.loc[kept.index, name].to_numpy(float)
        np.testing.assert_allclose(left[~designed], right[~designed], rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(left[designed], right[designed], atol=0.03)


def _two(table, second, **known):
    """The parent of one county and of another that is not quite the same."""
    pool = Pool("610900", "安康市")
    own = table[table["place_code"].eq(COUNTY)]
    pool.add(own, known.get("ours"))
    pool.add(second(own).assign(place_code="610921"), known.get("theirs"))
    return pool.result()


def _value(pooled, indicator, group="all"):
    rows = pooled.table[pooled.table["indicator"].eq(indicator) & pooled.table["group"].eq(group)]
    return rows[rows["month"].eq(rows["month"].max())].iloc[0]


def test_a_county_without_a_table_is_a_named_gap(table):
    pooled = _two(table, lambda own: own[~own["indicator"].str.startswith("phone_")])
    assert {gap.place_code for gap in pooled.gaps if gap.indicator == "phone_problem_share"} == {"610921"}
    row = _value(pooled, "phone_problem_share")
    assert row["note_code"] == "not_received"
    assert np.isnan(row["value"])


def test_a_county_where_nobody_was_reached_weighs_not_nothing_but_is_named(table):
    def silent(own):
        phone = own["indicator"].isin(["phone_problem_share", "phone_problem_bound_share"])
        numbers = ["value", "lower", "upper"]
        own = own.copy()
        own.loc[phone, numbers] = np.nan
        own.loc[phone, "note_code"] = "not_applicable"
        return own

    pooled = _two(table, silent)
    told = {(gap.place_code, gap.text) for gap in pooled.gaps if gap.indicator == "phone_problem_share"}
    assert told == {("610921", "没有调查到")}
    assert np.isnan(_value(pooled, "phone_problem_share")["value"])
    assert _value(pooled, "phone_visited_share")["note_code"] == "reported"


def test_a_county_with_other_bands_is_a_named_gap(table):
    def other(own):
        return own.assign(group=own["group"].replace("band=4000元以下", "band=5000元以下"))

    pooled = _two(table, other)
    told = {gap.text for gap in pooled.gaps if gap.indicator == "income_band_households"}
    assert told == {"分组的界线不同"}
    rows = pooled.table[pooled.table["indicator"].eq("income_band_households")]
    assert rows["value"].isna().all()


def test_a_county_with_another_deadline_is_a_named_gap(table):
    rules = {"measure_deadline_months": "1", "trend_months": "12"}
    pooled = _two(table, lambda own: own, ours=rules, theirs=rules | {"measure_deadline_months": "2"})
    assert {gap.indicator for gap in pooled.gaps if "measure_deadline_months" in gap.text} == {
        "households_without_measure", "timely_measure_share",
    }  # fmt: skip
    assert np.isnan(_value(pooled, "timely_measure_share")["value"])
    assert _value(pooled, "measure_coverage_share")["note_code"] == "reported"


def test_counties_alike_have_no_gap_that_one_alone_had_not(table):
    rules = {"measure_deadline_months": "1"}
    pooled = _two(table, lambda own: own, ours=rules, theirs=rules)
    assert not [gap for gap in pooled.gaps if "不同" in gap.text]


def test_a_missing_child_is_no_zero(table):
    """A child without the figure leaves its parent without it, and is named."""
    rows = table[table["place_code"].eq("610902110")]
    unknown = rows.assign(place_code="610902111")
    is_gone = unknown["indicator"].eq("workshops")
    unknown.loc[is_gone, ["numerator", "value"]] = np.nan
    unknown.loc[is_gone, "note_code"] = NoteCode.NOT_RECEIVED.value
    absent = rows[~rows["indicator"].eq("projects")].assign(place_code="610902112")
    pool = Pool(COUNTY, "汉滨区")
    for child in (rows, unknown, absent):
        pool.add(child)
    result = pool.result()
    found = result.table.set_index("indicator")
    assert found.loc["workshops", "note_code"] == NoteCode.NOT_RECEIVED
    assert pd.isna(found.loc["workshops", "value"])
    assert set(found.loc[["projects"], "note_code"]) == {NoteCode.NOT_RECEIVED}
    assert {(g.place_code, g.indicator) for g in result.gaps} >= {
        ("610902111", "workshops"), ("610902112", "projects")
    }  # fmt: skip
    assert found.loc["public_post_holders", "value"] == 3 * rows.set_index("indicator").loc["public_post_holders", "value"]  # fmt: skip


def test_a_child_counts_once(table):
    pool = Pool(COUNTY, "汉滨区")
    rows = table[table["place_code"].eq("610902110")]
    pool.add(rows)
    with pytest.raises(ValueError, match="each once"):
        pool.add(rows)
    with pytest.raises(ValueError, match="one child"):
        pool.add(table)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_size_behind_an_interval_is_found_again(case):
    count, size = case
    lower, upper = wilson(count, size)
    for limit in (lower, upper):
        if 0 < limit < 1:
            assert size_behind(count / size, limit) == pytest.approx(size, rel=1e-6)


def test_a_parent_of_one_household_has_bounds_and_one_of_none_has_not():
    one = {"numerator": 0.0, "denominator": 1.0, "silent": 1.0, "weight": 0.0, "weighted": 0.0}
    assert _bounds(one) | {"value": 0} == {
        "numerator": 0,
        "denominator": 1,
        "value": 0,
        "lower": 0,
        "upper": 1,
    }
    assert "lower" not in _bounds(one | {"denominator": 0.0})
    assert _bounds(one | {"weight": 0.5, "weighted": 0.25})["value"] == 0.5


def test_a_share_of_nothing_has_no_interval():
    nothing = {"numerator": 0.0, "denominator": 0.0, "intervals": 1.0}
    assert "lower" not in _ratio(nothing)
    assert "lower" in _ratio(nothing | {"denominator": 1.0})


def test_the_smallest_spread_makes_an_interval():
    sums = {
        "numerator": 1.0,
        "denominator": 4.0,
        "weight": 1.0,
        "weighted": 0.25,
        "below": 0.05,
        "above": 0.05,
    }
    assert _weighted(sums)["lower"] < 0.25 < _weighted(sums)["upper"]
    assert _weighted(sums | {"below": 0.01})["lower"] > _weighted(sums)["lower"]
    assert _weighted(sums | {"below": 0.0})["lower"] == 0.25 < _weighted(sums | {"below": 0.0})["upper"]
    assert "lower" not in _weighted(sums | {"above": 0.0, "below": 0.0})
    assert np.isnan(_weighted(sums | {"weight": 0.0, "weighted": 0.0})["value"])


def test_a_change_that_nobody_stands_behind_is_none():
    nothing = {"weight": 0.0, "weighted": 0.0, "centre": 0.0, "above": 0.0}
    assert list(_change(nothing)) == ["value"]
    assert np.isnan(_change(nothing)["value"])
    half = {"weight": 0.5, "weighted": 0.1, "centre": 0.15, "above": 0.0025}
    assert _change(half) == pytest.approx({"value": 0.2, "lower": 0.2, "upper": 0.4})


@pytest.fixture(scope="module")
def county(demo_workspace):
    return open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_one_county_is_as_it_said_itself(county, tmp_path):
    persons = PersonFigures(tmp_path)
    persons.add(county.sources, county.scope)
    values = persons.values()
    own = county.figures.table
    own = own[own["place_code"].eq("610902") & own["indicator"].isin(NAMES)]
    assert set(own["indicator"]) == set(NAMES)
    for row in own.itertuples():
        value, size = values[row.indicator, row.month, row.group]
        assert (value, size) == (pytest.approx(row.value, nan_ok=True), row.denominator)


def test_two_counties_together_are_the_whole(county, tmp_path):
    """Half the towns and the other half make the quantiles of all."""
    table = county.scope.register.table
    towns = sorted(county.scope.register.towns["place_code"])
    persons = PersonFigures(tmp_path)
    for code, chosen in (("610901", towns[::2]), ("610903", towns[1::2])):
        half = table.assign(
            is_counted=table["is_counted"] & ~table["place_code"].str[:9].isin(set(towns) - set(chosen)),
            place_code=table["place_code"].replace("610902", code),
        )
        persons.add(county.sources, replace(county.scope, register=AreaRegister(half)))
    values = persons.values()
    rows = county.scope.counted(county.sources.table("monitored_households"))
    whole = recomputed_income(rows)["per_head_yuan"].dropna()
    for label, share in QUANTILES.items():
        value, size = values["income_quantile_yuan", str(MONTH), f"quantile={label}"]
        assert (value, size) == (pytest.approx(np.quantile(whole, share)), len(whole))
