"""Past forecasts from the same record, beside the naive one."""

import numpy as np
import pytest

from hanbin_lib.forecasting import forecast_record, pooled_coverage, read_record
from hanbin_lib.forecasting.backtest import backtest
from hanbin_lib.forecasting.walk import random_walk


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
    table = pooled_coverage(length, 3, "auto")
    assert list(table["ahead"]) == [1, 2, 3]
    assert table["coverage_95"].between(0.85, 1).all()
    assert (table["coverage_80"] < table["coverage_95"]).all()
    assert np.array_equal(pooled_coverage(9, 3, "auto"), pooled_coverage(8, 3, "auto"))
