"""Forecasts whose distribution is written down: what is read off them is known in closed form."""

import json
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import read_record, register_forecast, registered, review
from hanbin_lib.forecasting.backtest import crps, mase, msis, naive_step, smape
from hanbin_lib.forecasting.distribution import Forecast, by_rank
from hanbin_lib.forecasting.mixture import SCORES
from hanbin_lib.forecasting.register import Entry
from hanbin_lib.forecasting.series import one_calibre

LAST, GROWTH, SPREAD = 20_000.0, 0.08, 0.05
STEPS = np.arange(1, 4)
MEANS = np.log(LAST) + STEPS * math.log1p(GROWTH)
SPREADS = SPREAD * np.sqrt(STEPS)
VECTORS = st.lists(st.floats(1, 1e5), min_size=4, max_size=4).map(np.array)


@pytest.fixture(scope="module")
def known():
    """Log-normal incomes of three years: medians that grow 8 % a year, spread as of a walk."""
    record = read_record(pd.Series(np.linspace(9_000, LAST, 10), index=range(2012, 2022), name="村"))

    def draw(count, seed):
        steps = np.random.default_rng(seed).normal(math.log1p(GROWTH), SPREAD, (count, 3))
        return np.exp(np.log(LAST) + steps.cumsum(axis=1))

    return Forecast(record, np.exp(MEANS + SCORES[:, None] * SPREADS), 0.5, (), draw)


@pytest.mark.parametrize("probability", [0.001, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.999])
def test_quantiles_are_those_of_the_distribution(known, probability):
    exact = np.exp(stats.norm.ppf(probability, MEANS, SPREADS))
    assert known.quantile(probability).to_numpy() == pytest.approx(exact, rel=2e-4)
    assert list(known.quantile(probability).index) == [2022, 2023, 2024]


@pytest.mark.parametrize("level", [50, 80, 90, 95, 99])
def test_an_interval_holds_its_share_and_is_as_far_out_on_both_sides(known, level):
    table = known.table([level])
    assert list(table.columns) == ["mean", f"lower_{level}", f"upper_{level}"]
    lower, upper = np.log(table.iloc[:, 1:].to_numpy().T)
    inside = stats.norm.cdf(upper, MEANS, SPREADS) - stats.norm.cdf(lower, MEANS, SPREADS)
    assert inside == pytest.approx([level / 100] * 3, abs=1e-3)
    assert (lower + upper) / 2 == pytest.approx(MEANS, abs=1e-4)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
@pytest.mark.parametrize("target", [15_000.0, 20_000.0, 21_600.0, 25_000.0])
def test_the_chance_of_a_target_is_the_share_of_futures_above_it(known, year, target):
    step = year - 2022
    exact = stats.norm.sf(math.log(target), MEANS[step], SPREADS[step])
    assert known.probability_of_reaching(target, year) == pytest.approx(exact, abs=2e-4)


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_target_among_the_outermost_futures_is_nearly_certain_or_nearly_not(known, step):
    for score in (-3.85, 3.85):
        target = np.exp(MEANS[step] + score * SPREADS[step])
        chance = known.probability_of_reaching(float(target), 2022 + step)
        assert chance == pytest.approx(stats.norm.sf(score), rel=0.01)


def test_beyond_the_outermost_quantile_there_is_no_other(known):
    for probability, outermost in ((1e-9, 0), (1 - 1e-9, -1)):
        assert list(known.quantile(probability)) == list(known.grid[outermost])


def test_two_thousand_futures_are_drawn_unless_it_is_said(known):
    assert known.paths(seed=1).shape == (2000, 3)


def test_what_lies_beyond_every_future_is_certain_or_impossible(known):
    assert known.probability_of_reaching(1.0, 2022) == 1.0
    assert known.probability_of_reaching(1e9, 2022) == 0.0


@pytest.mark.parametrize("level", [0, 100, -5, 120])
def test_a_level_that_is_none_is_refused(known, level):
    with pytest.raises(HanbinError, match="不在0和1之间") as caught:
        known.table([level])
    assert caught.value.code == "HB-FC-009"


@pytest.mark.parametrize("year", [2021, 2025])
def test_a_year_that_is_not_forecast_is_refused_by_all_that_ask_for_one(known, year):
    for ask in (known.probability_of_reaching, known.required_growth, known.required_path):
        with pytest.raises(HanbinError, match=f"{year}年不在预测期（2022—2024年）内"):
            ask(25_000.0, year)


@pytest.mark.parametrize(
    ("target", "year", "growth"),
    [
        (LAST, 2022, 0.0),
        (22_000.0, 2022, 0.1),
        (24_200.0, 2023, 0.1),
        (26_620.0, 2024, 0.1),
        (18_000.0, 2022, -0.1),
        (40_000.0, 2024, 2 ** (1 / 3) - 1),
    ],
)
def test_the_growth_that_a_target_needs(known, target, year, growth):
    assert known.required_growth(target, year) == pytest.approx(growth, abs=1e-12)
    path = known.required_path(target, year)
    assert list(path.index) == list(range(2021, year + 1))
    assert (path.iloc[0], path.iloc[-1]) == (LAST, pytest.approx(target))
    assert (path / path.shift(1)).dropna().to_numpy() == pytest.approx([1 + growth] * (year - 2021))


@pytest.mark.parametrize("official", [0.0, 0.05, 0.08, 0.12])
def test_an_official_growth_draws_the_pace_half_way_and_leaves_the_spread(known, official):
    moved = known.toward(official)
    pace = (moved.median.iloc[-1] / LAST) ** (1 / 3)
    assert pace == pytest.approx(math.sqrt((1 + GROWTH) * (1 + official)))
    for probability in (0.1, 0.9):
        apart = moved.quantile(probability) / moved.median
        assert apart.to_numpy() == pytest.approx((known.quantile(probability) / known.median).to_numpy())
    drawn, before = moved.draw(5, 1), known.draw(5, 1)
    assert drawn / before == pytest.approx(np.tile((moved.median / known.median).to_numpy(), (5, 1)))


def test_drawn_futures_have_the_distribution_and_the_dependence(known):
    paths = known.paths(4000, seed=3)
    assert paths.shape == (4000, 3)
    logs = np.log(paths.to_numpy())
    assert logs.mean(axis=0) == pytest.approx(MEANS, abs=5e-4)
    assert logs.std(axis=0) == pytest.approx(SPREADS, rel=0.01)
    # Of a walk: Spearman's correlation of steps h and k is near Pearson's, sqrt(h / k).
    assert np.corrcoef(logs.T)[0, 2] == pytest.approx(math.sqrt(1 / 3), abs=0.04)
    assert known.paths(10, seed=3).equals(known.paths(10, seed=3))
    assert not known.paths(10, seed=3).equals(known.paths(10, seed=4))


def test_giving_a_distribution_keeps_the_order_of_the_futures():
    rng = np.random.default_rng(5)
    drawn = rng.normal(size=(200, 2))
    given_ = by_rank(drawn, np.exp(SCORES)[:, None].repeat(2, axis=1))
    assert (given_.argsort(axis=0) == drawn.argsort(axis=0)).all()
    assert np.log(np.median(given_, axis=0)) == pytest.approx([0.0, 0.0], abs=0.02)


# Measures of accuracy


@given(VECTORS, VECTORS, st.floats(0.01, 100))
def test_measures_do_not_depend_on_the_unit(actual, point, unit):
    assert smape(actual * unit, point * unit) == pytest.approx(smape(actual, point))
    assert mase(actual * unit, point * unit, 3 * unit) == pytest.approx(mase(actual, point, 3))
    low, high = np.minimum(actual, point) * 0.9, np.maximum(actual, point) * 1.1
    assert msis(actual * unit, low * unit, high * unit, unit) == pytest.approx(msis(actual, low, high, 1))


@given(VECTORS, VECTORS)
def test_smape_is_symmetric_between_nought_and_two_hundred_and_nought_is_right(actual, point):
    found = smape(actual, point)
    assert 0 <= found <= 200
    assert found == pytest.approx(smape(point, actual))
    assert smape(actual, actual) == 0 == mase(actual, actual, 1)


@given(VECTORS, VECTORS)
def test_the_score_of_a_sure_forecast_is_its_absolute_error(actual, point):
    """Quantiles that are all one number: CRPS is the absolute error, over probabilities that are symmetric."""
    shares = (np.arange(20) + 0.5) / 20
    found = crps(actual, np.tile(point, (20, 1)), shares, 1.0)
    assert found == pytest.approx(np.abs(actual - point).mean())


@pytest.mark.parametrize(
    ("actual", "score"),
    [(10.0, 4.0), (8.0, 4.0), (12.0, 4.0), (7.0, 4 + 40), (13.0, 4 + 40), (6.5, 4 + 60)],
)
def test_an_interval_is_charged_for_its_width_and_forty_times_what_lies_outside(actual, score):
    assert msis(np.array([actual]), np.array([8.0]), np.array([12.0]), 1.0) == pytest.approx(score)


def test_the_right_spread_has_the_best_score():
    shares = (np.arange(200) + 0.5) / 200
    actual = stats.norm.ppf((np.arange(500) + 0.5) / 500)
    scores = {
        s: crps(actual, s * stats.norm.ppf(shares)[:, None].repeat(500, 1), shares, 1) for s in (0.5, 1, 2)
    }
    assert min(scores, key=scores.get) == 1


def test_the_step_of_a_record_is_its_mean_change():
    assert naive_step(np.array([100.0, 110.0, 90.0, 90.0])) == 10.0


# The register


ROW = {"year": 2022, "mean": 100.0, "lower_80": 90.0, "upper_80": 110.0, "lower_95": 80.0, "upper_95": 120.0}


@pytest.mark.parametrize(
    ("actual", "within_80", "within_95", "error"),
    [
        (100.0, True, True, 0.0),
        (90.0, True, True, 100 / 0.9 - 100),
        (110.0, True, True, 100 / 1.1 - 100),
        (89.99, False, True, 100 / 0.8999 - 100),
        (120.0, False, True, 100 / 1.2 - 100),
        (120.01, False, False, 100 / 1.2001 - 100),
        (80.0, False, True, 25.0),
    ],
)
def test_an_end_of_an_interval_lies_in_it(actual, within_80, within_95, error):
    entry = Entry("村", "收入", "2021-10-08", "a" * 16, (ROW,))
    (row,) = review([entry], pd.Series({2022: actual}), place="村", indicator="收入").to_dict("records")
    assert (row["within_80"], row["within_95"]) == (within_80, within_95)
    assert row["error_percent"] == pytest.approx(error)


def test_only_years_that_came_of_the_place_and_the_indicator_are_reviewed():
    entries = [
        Entry(p, i, "2021-10-08", "a", (ROW, ROW | {"year": 2023})) for p in "甲乙" for i in ("x", "y")
    ]
    found = review(
        entries, pd.Series({2022: 100.0, 2023: float("nan"), 2024: 1.0}), place="乙", indicator="y"
    )
    assert found["year"].tolist() == [2022]
    assert review(entries, pd.Series({2024: 1.0}), place="乙", indicator="y").empty


def test_the_register_tells_what_was_forecast_before_a_day(tmp_path, known):
    for day in (1, 8, 20):
        moved = known.toward(day / 100)
        register_forecast(
            tmp_path, moved, place="村", indicator="收入", made_on=date(2022, 10, day), digest="ab12"
        )
    assert [one.made_on for one in registered(tmp_path)] == ["2022-10-01", "2022-10-08", "2022-10-20"]
    assert [one.made_on for one in registered(tmp_path, before="2022-10-08")] == ["2022-10-01"]
    assert registered(tmp_path, before="2022-10-01") == []
    # What came later is not looked at, be it damaged.
    (tmp_path / registered(tmp_path)[-1].filename).write_text("{", encoding="utf-8")
    assert len(registered(tmp_path, before="2022-10-20")) == 2
    assert len(registered(tmp_path, without_damaged=True)) == 2
    with pytest.raises(HanbinError, match="HB-FC-013"):
        registered(tmp_path)


def test_an_entry_holds_the_table_that_was_printed(tmp_path, known):
    path = register_forecast(
        tmp_path, known, place="村", indicator="收入", made_on=date(2022, 10, 8), digest="ab_12"
    )
    entry = json.loads(path.read_text(encoding="utf-8"))
    table = known.table()
    assert [row["year"] for row in entry["table"]] == [2022, 2023, 2024]
    for row, (_, printed) in zip(entry["table"], table.iterrows(), strict=True):
        assert {name: row[name] for name in table.columns} == pytest.approx(printed.to_dict(), abs=1e-4)
    assert path.name == "村_收入_2022-10-08_ab_12.json"


# One definition at a time


ROWS = pd.DataFrame({
    "area_name": ["甲县", "甲县", "甲县", "乙县"],
    "indicator_name": ["农村居民人均可支配收入", "农村居民人均可支配收入", "人均纯收入", "人均纯收入"],
    "year": [2021, 2022, 2022, 2022],
    "value": [100.0, 110.0, 9.0, 8.0],
    "unit": ["元", None, "元", "万元"],
})  # fmt: skip


def test_a_definition_of_a_place_is_taken_alone_and_a_missing_unit_is_no_other_unit():
    found = one_calibre(ROWS, "甲县", "农村居民人均可支配收入")
    assert (found.to_dict(), found.name) == ({2021: 100.0, 2022: 110.0}, "农村居民人均可支配收入")


@pytest.mark.parametrize(
    ("area", "name", "told"),
    [
        ("甲县", "人均收入", "现有：人均纯收入、农村居民人均可支配收入"),
        ("丙县", "人均纯收入", "现有：无"),
    ],
)
def test_what_there_is_instead_is_told(area, name, told):
    with pytest.raises(HanbinError, match=told) as caught:
        one_calibre(ROWS, area, name)
    assert caught.value.code == "HB-FC-016"
