"""Districts at once: shared years, shrunk drifts, missing cells, and calibration with known truth."""

import sys

import numpy as np
import pandas as pd
import pytest
from support import REPOSITORY

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import forecast_group, forecast_places
from hanbin_lib.forecasting.group import take_apart
from hanbin_lib.forecasting.mixture import PROBABILITIES

sys.path.insert(0, str(REPOSITORY / "benchmarks"))
from forecast_groups import YEARS, reliability, simulate_district, trial


@pytest.fixture
def district():
    table, towns = simulate_district(12, 3, np.random.default_rng(5))
    return table.iloc[:YEARS], towns


def test_the_parts_add_up_and_leave_no_common_part(district):
    values, towns = district
    logs = np.log(values).mask(np.random.default_rng(1).random(values.shape) < 0.1)
    town_of = pd.Series(towns)
    common, town, own = take_apart(logs, town_of)
    rebuilt = own.add(common, axis=0) + town[town_of].set_axis(own.columns, axis=1)
    pd.testing.assert_frame_equal(rebuilt, logs, check_names=False)
    centred = own - own.mean()
    for members in town_of.groupby(town_of).groups.values():
        assert np.abs(centred[list(members)].mean(axis=1)).max() < 1e-6


def test_a_table_for_each_place(district):
    values, towns = district
    made = forecast_group(values, 4, groups=towns)
    assert list(made) == list(values.columns)
    table = made["v0"]
    assert list(table.columns) == ["mean", "lower_80", "upper_80", "lower_95", "upper_95"]
    assert list(table.index) == list(range(2018, 2022))
    assert (table["lower_95"] < table["lower_80"]).all()
    assert (table["upper_80"] < table["upper_95"]).all()


def test_the_same_seed_gives_the_same_figures(district):
    values, towns = district
    first, again = (forecast_group(values, 2, groups=towns, seed=3) for _ in range(2))
    assert all(first[place].equals(again[place]) for place in values)
    unsaid, nought = (
        forecast_places(values, 2, groups=towns),
        forecast_places(values, 2, groups=towns, seed=0),
    )
    assert all(np.array_equal(unsaid[place].grid, nought[place].grid) for place in values)


def test_the_years_of_the_district_are_shared(district):
    values, towns = district
    made = forecast_places(values, 3, groups=towns)
    one, other = (made[place].paths(3000, seed=1).iloc[:, -1] for place in ("v0", "v1"))
    apart = made["v1"].paths(3000, seed=2).iloc[:, -1]
    assert np.corrcoef(one, other)[0, 1] > 0.2
    assert abs(np.corrcoef(one, apart)[0, 1]) < 0.1


def test_drifts_are_shrunk_to_the_group(district):
    values, towns = district
    record = np.log(values.iloc[-1] / values.iloc[0]) / (YEARS - 1)
    made = forecast_places(values, 5, groups=towns)
    ahead = pd.Series({p: np.log(f.median.iloc[-1] / values[p].iloc[-1]) / 5 for p, f in made.items()})
    assert ahead.std() < record.std()


def test_late_comers_and_holes_are_handled(district):
    values, towns = district
    holed = values.copy()
    holed.loc[holed.index[:2], "v3"] = np.nan
    holed.loc[holed.index[4], "v4"] = np.nan
    made = forecast_group(holed, 2, groups=towns)
    whole = forecast_group(values, 2, groups=towns)
    for place in ("v3", "v4", "v5"):
        np.testing.assert_allclose(made[place]["mean"], whole[place]["mean"], rtol=0.06)


def test_villages_that_grow_alike_go_on_from_where_each_is():
    """Of one pace without noise, at levels from 6,000 to 24,000 yuan: none is moved towards another."""
    levels = {"v0": 6_000.0, "v1": 9_000.0, "v2": 12_000.0, "v3": 24_000.0}
    values = pd.DataFrame(
        {v: level * 1.07 ** np.arange(YEARS) for v, level in levels.items()}, range(2010, 2018)
    )
    made = forecast_places(values, 3, groups={"v0": "a", "v1": "a", "v2": "b", "v3": "b"}, count=1000)
    for village, forecast in made.items():
        ratio = forecast.median.to_numpy() / values[village].iloc[-1]
        np.testing.assert_allclose(ratio, 1.07 ** np.arange(1, 4), rtol=0.01)


def test_quantiles_are_those_of_the_drawn_futures(district):
    values, towns = district
    made = forecast_places(values, 2, groups=towns, seed=4, count=500)["v5"]
    np.testing.assert_allclose(made.grid, np.quantile(made.draw(500, 4), PROBABILITIES, axis=0), rtol=1e-12)


@pytest.mark.parametrize("official", [0.0, 0.06, 0.15])
def test_an_official_outlook_draws_the_districts_pace_half_way(district, official):
    """All places by one factor a year: what sets them apart from each other stays."""
    values, towns = district
    plain, moved = (
        forecast_places(values, 3, groups=towns, count=500, outlook=one) for one in (None, official)
    )
    factors = np.array([moved[v].median.to_numpy() / plain[v].median.to_numpy() for v in values])
    np.testing.assert_allclose(factors, np.tile(factors[0], (len(factors), 1)), rtol=1e-9)
    common = factors[0] ** (1 / np.arange(1, 4))
    np.testing.assert_allclose(common, common[0], rtol=1e-9)
    pace = np.mean([np.log(plain[v].median.iloc[-1] / values[v].iloc[-1]) / 3 for v in values])
    assert np.log(common[0]) == pytest.approx((np.log1p(official) - pace) / 2, abs=0.005)


def test_every_faulty_place_is_named(district):
    values, towns = district
    bad = values.astype(object)
    bad.loc[bad.index[2], "v1"], bad.loc[bad.index[3], "v2"] = "无", -5
    with pytest.raises(HanbinError) as caught:
        forecast_group(bad, 2, groups=towns)
    assert "v1" in caught.value.message
    assert "v2" in caught.value.message


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v, t: (v[["v0", "v1"]], t),
        lambda v, t: (v, {k: town for k, town in t.items() if k != "v2"}),
        lambda v, t: (v.assign(v2=v["v2"].where(v.index != v.index[-1])), t),
        lambda v, t: (v.set_axis(["v0", "v0", *v.columns[2:]], axis=1), t),
    ],
    ids=["too few", "no town", "last year missing", "twice"],
)
def test_what_is_no_group_is_refused(district, spoil):
    values, towns = spoil(*district)
    with pytest.raises(HanbinError, match="HB-FC-010"):
        forecast_group(values, 2, groups=towns)


def test_without_towns_there_is_one_group(district):
    values, _ = district
    assert list(forecast_group(values, 2)) == list(values.columns)


@pytest.mark.slow
def test_chances_are_kept_over_a_thousand_villages_and_pooling_helps():
    outcomes, accuracy = trial(250, 4, 2)
    pooled = reliability(outcomes[outcomes["method"] == "group"])
    # Paces never change in these districts: who allows for it is too careful, by a bounded amount.
    assert (pooled["gap"] >= -0.02).all(), pooled
    assert (pooled["gap"] <= 0.09).all(), pooled
    means = accuracy.groupby("method").mean()
    assert means.loc["group", "mase"] < means.loc["single", "mase"]
    assert means.loc["group", "msis"] < means.loc["single", "msis"]
    assert 0.92 <= means.loc["group", "c95"] <= 0.98
