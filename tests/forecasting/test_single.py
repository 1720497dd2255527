"""The forecast of one series: shape, invariance, sense, and the answer to thin records."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.tsa.forecasting.theta import ThetaModel

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import ShortHistoryWarning, forecast, forecast_record, read_record
from hanbin_lib.forecasting.mixture import PROBABILITIES, SCORES
from hanbin_lib.forecasting.posterior import table
from hanbin_lib.forecasting.single import _tempered, experienced_spread, random_walk, theta

_COLUMNS = ["mean", "lower_80", "upper_80", "lower_95", "upper_95"]


def test_the_table(income):
    made = forecast(income, 6, prior="auto")
    assert list(made.columns) == _COLUMNS
    assert list(made.index) == list(range(2022, 2028))
    assert list(forecast(income, 2, levels=(50, 90), prior="auto").columns) == [
        "mean", "lower_50", "upper_50", "lower_90", "upper_90",
    ]  # fmt: skip


@given(
    steps=st.lists(st.floats(-0.3, 0.4), min_size=7, max_size=25),
    level=st.floats(1e-3, 1e9),
    prior=st.sampled_from(["auto", "income", "generic"]),
)
@settings(max_examples=60, deadline=None)
def test_intervals_are_nested_positive_and_finite(steps, level, prior):
    values = level * np.exp(np.cumsum([0.0, *steps]))
    y = pd.Series(values, index=range(2022 - len(values), 2022))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = forecast(y, 6, prior=prior, confirmed=y.index)
    ordered = made[["lower_95", "lower_80", "mean", "upper_80", "upper_95"]].to_numpy()
    assert np.isfinite(ordered).all()
    assert (ordered >= 0).all()
    assert (np.diff(ordered, axis=1) >= -1e-9 * level).all()


@pytest.mark.parametrize(
    "steps",
    [
        [5, 6, 5, 7, 5, 6, 5, 6, 7],
        [30, -20, 15, -25, 20, 10, -30, 25, -20],
        [30, -20, 15, -25, 20, 10, -30, 25, -25],  # goes nowhere
        [4] * 9,
    ],
)
def test_what_grew_evenly_is_given_more_room_and_what_went_up_and_down_less(monkeypatch, steps):
    y = pd.Series(100.0 + np.cumsum([0, *steps]), index=range(2012, 2022))
    made = forecast(y, 5, prior="auto", confirmed=y.index)
    monkeypatch.setattr("hanbin_lib.forecasting.single._STEADINESS_POWER", 0.0)
    plain = forecast(y, 5, prior="auto", confirmed=y.index)
    # The mean step by the steps' scatter, between the two limits, beside the usual 0.45.
    steadiness = np.clip(abs(np.mean(steps)) / max(np.std(steps, ddof=1), 1e-9), 0.05, 5.0)
    times = (made["upper_80"] - made["mean"]) / (plain["upper_80"] - plain["mean"])
    np.testing.assert_allclose(times, (steadiness / 0.45) ** (1 / 7), rtol=1e-9)
    np.testing.assert_allclose(made["mean"], plain["mean"], rtol=1e-12)


@pytest.mark.parametrize("income", [0.0, 0.25, 1.0])
def test_the_more_a_series_looks_like_an_income_the_less_its_spread_is_the_walks(income):
    """A quarter mixture and three quarters median; a third of the spread the walk's, times what is no income."""
    y = pd.Series([100.0, 104, 111, 113, 121, 124, 130, 141, 143, 150], index=range(2012, 2022))
    walk, line = random_walk(y, 3), theta(y, 3)
    deviations = np.outer(SCORES, [4.0, 6.0, 9.0])
    own = np.array([140.0, 175.0, 180.0]) + deviations
    share = (1 - income) / 3
    times = (walk.steadiness / 0.45) ** (1 / 7)
    middle = np.array([140.0, 175.0, 180.0]) / 4 + 0.75 * np.median(
        [[140.0, 175.0, 180.0], walk.centre, line], axis=0
    )
    spread = (1 - share) * deviations + share * experienced_spread(walk, 10)
    np.testing.assert_allclose(_tempered(own, y, income), middle + times * spread)


@given(scale=st.floats(1e-4, 1e5), shift=st.integers(-80, 80))
@settings(max_examples=20, deadline=None)
def test_unit_and_calendar_do_not_matter(scale, shift):
    y = pd.Series([8020.0, 8790, 9480, 10410, 11050, 12200, 13060, 14310], index=range(2014, 2022))
    moved = pd.Series(y.to_numpy() * scale, index=y.index + shift)
    found, expected = (forecast(one, 4, prior="auto").to_numpy() for one in (moved, y))
    np.testing.assert_allclose(found / scale, expected, rtol=1e-6)


def test_steady_growth_goes_on_at_its_own_pace(make_incomes):
    for growth in (0.04, 0.07, 0.10):
        y = make_incomes(12, seed=3, growth=growth, noise=0.005)
        ahead = forecast(y, 5, prior="income")["mean"]
        yearly = (ahead.iloc[-1] / y.iloc[-1]) ** (1 / 5) - 1
        assert yearly == pytest.approx(np.expm1(growth), abs=0.012)


def test_more_noise_and_less_record_make_less_sure(make_incomes):
    def width(y):
        made = forecast(y, 3, prior="income").iloc[-1]
        return (made["upper_80"] - made["lower_80"]) / made["mean"]

    quiet, noisy = (np.mean([width(make_incomes(12, s, noise=n)) for s in range(8)]) for n in (0.01, 0.06))
    assert noisy > 1.5 * quiet
    short = np.mean([width(make_incomes(12, s, noise=0.01).tail(8)) for s in range(8)])
    assert short > quiet


def test_a_gap_widens_and_changes_little(income):
    whole, holed = (forecast(y, 3, prior="income") for y in (income, income.drop(2017)))
    np.testing.assert_allclose(holed["mean"], whole["mean"], rtol=0.02)
    widths = [(made["upper_95"] - made["lower_95"]).iloc[-1] for made in (holed, whole)]
    assert widths[0] > 0.95 * widths[1]


def test_incomes_are_known_as_incomes_and_noise_is_not(make_incomes):
    growing = forecast_record(read_record(make_incomes(15, 1, noise=0.02)), 2, prior="auto").income_weight
    rng = np.random.default_rng(1)
    flat = pd.Series(100 * np.exp(rng.normal(0, 0.4, 15)), index=range(2007, 2022))
    noise = forecast_record(read_record(flat, confirmed=flat.index), 2, prior="auto").income_weight
    assert growing > noise + 0.05


@pytest.mark.parametrize("name", ["农民人均纯收入", "农村居民人均可支配收入"])
def test_an_income_per_head_is_known_by_its_name(income, name):
    pd.testing.assert_frame_equal(forecast(income.rename(name), 3), forecast(income, 3, prior="income"))


@pytest.mark.parametrize("name", ["示范村", "村集体经济收入", None])
def test_what_no_one_calls_an_income_or_not_is_not_guessed(income, name):
    with pytest.raises(HanbinError, match="HB-FC-017"):
        forecast(income.rename(name), 3)


def test_a_pace_out_of_the_ordinary_is_not_taken_to_last(make_incomes):
    """Growth of 16 % a year slows, growth of 1 % picks up; the usual pace of current prices stays."""

    def turn(growth, seed):
        y = make_incomes(8, seed=seed, growth=growth, noise=0.03)
        ahead = forecast_record(read_record(y), 5, prior="income").median
        return np.log(ahead.iloc[-1] / y.iloc[-1]) / 5 - np.log(y.iloc[-1] / y.iloc[0]) / 7

    slow, usual, fast = (np.mean([turn(g, seed) for seed in range(8)]) for g in (0.01, 0.06, 0.16))
    assert fast < -0.012
    assert slow > 0.005
    assert abs(usual) < 0.005


def test_short_records_warn_and_the_generic_prior_refuses_them(income):
    with pytest.warns(ShortHistoryWarning, match="6年"):
        forecast(income.tail(6), 3, prior="income")
    with pytest.raises(HanbinError, match="HB-FC-006"):
        forecast(income.tail(7), 3, prior="generic")


@pytest.mark.parametrize(
    ("horizon", "options"), [(0, {}), (16, {}), (3, {"prior": "magic"}), (3, {"levels": (0,)}), (3, {"levels": (100,)})]
)  # fmt: skip
def test_impossible_wishes_are_refused(income, horizon, options):
    with pytest.raises(HanbinError, match="HB-FC-009"):
        forecast(income, horizon, **{"prior": "auto"} | options)


def test_equal_values_still_leave_a_doubt(income):
    made = forecast(income * 0 + 9000.0, 3, prior="auto")
    assert made.attrs["notes"]
    assert (made["upper_95"] > made["lower_95"]).all()


def test_quantiles_agree_with_drawn_futures(income):
    made = forecast_record(read_record(income), 4, prior="income")
    drawn = made.draw(60_000, 1)
    for share in (0.025, 0.1, 0.5, 0.9, 0.975):
        np.testing.assert_allclose(
            np.quantile(drawn, share, axis=0), made.quantile(share), rtol=0.012, err_msg=str(share)
        )


def test_scores_and_probabilities_are_the_same_grid():
    assert PROBABILITIES[len(SCORES) // 2] == pytest.approx(0.5)
    assert (np.diff(PROBABILITIES) > 0).all()


@pytest.mark.parametrize(("observed", "counted"), [(6, 6), (10, 10), (25, 25), (60, 25)])
def test_spreads_are_widened_as_the_table_of_past_errors_says(observed, counted):
    """Below the 80 % interval's ends by its row, beyond the 95 % interval's by the other; records over 25 alike."""
    walk = random_walk(pd.Series([100.0, 110, 104, 120, 119, 130], index=range(2016, 2022)), 4)
    found = experienced_spread(walk, observed)
    rows = table("walk_widths").set_index("coverage")
    for score, coverage in ((-0.8, 80), (1.2, 80), (-2.5, 95), (2.0, 95)):
        row, at = rows.loc[coverage], np.argmin(np.abs(SCORES - score))
        widened = (
            np.exp(row["constant"] + row["length"] * np.log(counted / 10)) * np.arange(1, 5) ** row["ahead"]
        )
        exact = walk.error * widened * stats.t.ppf(stats.norm.cdf(score), walk.dof)
        np.testing.assert_allclose(found[at], exact, rtol=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_theta_smooths_with_the_gain_and_the_start_of_least_errors(seed):
    """Assimakopoulos and Nikolopoulos, one gain of twenty and one value at a time."""
    y = 100 + np.random.default_rng(seed).normal(2, 8, 4 + seed).cumsum()
    slope, first = np.polyfit(np.arange(len(y)), y, 1)
    doubled = 2 * y - (first + slope * np.arange(len(y)))
    found = []
    for gain in np.linspace(0.05, 1.0, 20):
        unit, own = [], []  # what a first level of one, and the values, leave in each level
        for start, levels, values in ((1.0, unit, np.zeros(len(y))), (0.0, own, doubled)):
            level = start
            for value in values:
                levels.append(level)
                level += gain * (value - level)
            levels.append(level)
        errors, weight = doubled - own[:-1], np.array(unit[:-1])
        start = errors @ weight / (weight @ weight)
        found.append((np.square(errors - start * weight).sum(), own[-1] + start * unit[-1]))
    level = min(found)[1]
    line = first + slope * (len(y) - 1 + np.arange(1, 4))
    np.testing.assert_allclose(theta(pd.Series(y), 3), (line + level) / 2, rtol=1e-9)


def test_theta_is_near_that_of_statsmodels(make_incomes):
    for seed in range(5):
        y = make_incomes(20, seed)
        peer = ThetaModel(y.set_axis(pd.period_range("2000", periods=20, freq="Y")), deseasonalize=False)
        found = peer.fit().forecast(4).to_numpy()
        np.testing.assert_allclose(theta(y, 4), found, rtol=0.03)


def test_the_random_walk_is_the_textbook_one(income):
    walk = random_walk(income, 3)
    steps = np.diff(income)
    np.testing.assert_allclose(walk.centre, income.iloc[-1] + steps.mean() * np.arange(1, 4))
    spread = steps.std(ddof=1) * np.sqrt(np.arange(1, 4) + np.arange(1, 4) ** 2 / len(steps))
    np.testing.assert_allclose(walk.error, spread)
    assert walk.dof == len(income) - 2
