"""Estimates of samples against the literature, R's survey package, and what must hold whatever the sample."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.statistics.estimates import effective_size, wilson
from hanbin_lib.statistics.survey import Estimate, Overlap, SurveyShare, TwoStageDesign, change

DATA = Path(__file__).parent / "published"
DISTRICTS = 757
SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
_MANY = 1e9  # households, so many that nobody is asked twice


@pytest.fixture(scope="module")
def apiclus2():
    table = pd.read_csv(DATA / "apiclus2.csv")
    ones = np.full(len(table), DISTRICTS)
    design = TwoStageDesign(
        np.zeros(len(table)), table["district"].to_numpy(), ones, table["schools"].to_numpy()
    )
    return table, design


@pytest.fixture(scope="module")
def apistrat():
    table = pd.read_csv(DATA / "apistrat.csv")
    frame = table["type"].map(SCHOOLS).to_numpy()
    return table, TwoStageDesign(table["type"].to_numpy(), np.arange(len(table)), frame, np.ones(len(table)))


# svydesign(id=~dnum+snum, fpc=~fpc1+fpc2, data=apiclus2); svymean, svytotal(..., na.rm=TRUE)
@pytest.mark.parametrize(
    ("statistic", "column", "value", "error"),
    [
        ("mean", "api00", 670.81, 30.099),
        ("mean", "enroll", 526.26, 80.341),
        ("total", "enroll", 2639273, 799638),
    ],
)
def test_two_stage_cluster_sample_as_r_prints_it(apiclus2, statistic, column, value, error):
    table, design = apiclus2
    estimate = getattr(design, statistic)(table[column].to_numpy(float))
    assert estimate.value == pytest.approx(value, abs=0.5 if value > 1e5 else 0.005)
    assert estimate.standard_error == pytest.approx(error, rel=5e-5)


# svydesign(id=~1, strata=~stype, fpc=~fpc, data=apistrat)
@pytest.mark.parametrize(
    ("statistic", "column", "value", "error"),
    [
        ("mean", "api00", 662.29, 9.4089),
        ("total", "enroll", 3687178, 114642),
    ],
)
def test_stratified_sample_as_r_prints_it(apistrat, statistic, column, value, error):
    table, design = apistrat
    estimate = getattr(design, statistic)(table[column].to_numpy(float))
    assert estimate.value == pytest.approx(value, abs=0.5 if value > 1e5 else 0.005)
    assert estimate.standard_error == pytest.approx(error, rel=5e-5)


def test_degrees_of_freedom_are_clusters_less_strata(apiclus2, apistrat):
    assert apiclus2[1].degrees_of_freedom == 39
    assert apistrat[1].degrees_of_freedom == 197


def test_a_census_has_no_sampling_error():
    values = np.array([1.0, 4.0, 2.0, 8.0])
    design = TwoStageDesign(np.zeros(4), np.array([0, 0, 1, 1]), np.full(4, 2), np.full(4, 2))
    estimate = design.total(values)
    assert estimate.value == values.sum()
    assert estimate.standard_error == pytest.approx(0, abs=1e-12)


@given(st.lists(st.floats(-100, 100), min_size=4, max_size=4), st.permutations(range(4)))
def test_the_order_of_the_units_does_not_matter(values, order):
    cluster, units, values = np.array([0, 0, 1, 1]), np.array([5, 5, 9, 9]), np.array(values)
    one = TwoStageDesign(np.zeros(4), cluster, np.full(4, 7), units).mean(values)
    two = TwoStageDesign(np.zeros(4), cluster[order], np.full(4, 7), units[order]).mean(values[order])
    assert one.value == pytest.approx(two.value)
    assert one.standard_error == pytest.approx(two.standard_error)


def test_one_cluster_of_several_still_has_an_error():
    """A town in which only one village was reached must not look certain."""
    design = TwoStageDesign(
        np.array([0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2]), np.full(6, 8), np.full(6, 10)
    )
    assert design.mean(np.array([1.0, 0, 0, 0, 1, 1])).standard_error > 0


def test_shares_stay_within_nought_and_one():
    nothing = Estimate(0.0, 0.0, 26).share_interval(260)
    assert nothing[0] == 0.0
    assert 0.005 < nothing[1] < 0.03
    few = Estimate(0.01, 0.009, 26).share_interval(260)
    assert 0 <= few[0] < 0.01 < few[1] < 1


def share(base, size, cases) -> SurveyShare:
    """One place."""
    return SurveyShare(*(np.atleast_2d(np.asarray(part, dtype=float)) for part in (base, size, cases)))


def size_of(one: SurveyShare) -> float:
    """Of the simple sample with the same interval."""
    low, high = one.interval()
    return float(effective_size(one.value, low, high).item())


def nobody_twice(one: SurveyShare) -> Overlap:
    return Overlap(*[np.zeros_like(one.base)] * 4)


def overlap(size, now, before, twice) -> Overlap:
    return Overlap(*(np.atleast_2d(np.asarray(part, dtype=float)) for part in (size, now, before, twice)))


def test_equal_weights_give_the_plain_share():
    one = share([_MANY, _MANY], [100, 100], [10, 30])
    assert one.value.item() == pytest.approx(0.2)


def test_one_stratum_of_which_few_were_asked_is_wilson():
    one = share([_MANY], [148], [15])
    assert [edge.item() for edge in one.interval()] == pytest.approx(
        [float(e) for e in wilson(15, 148)], abs=1e-6
    )


def test_unequal_response_costs_precision():
    """One half of the households answers ten times as often: the others' weight rises."""
    one = share([1000, 1000], [100, 10], [50, 1])
    assert one.value.item() == pytest.approx(0.3)
    assert size_of(one) < 0.6 * 110


def test_a_stratum_without_answers_is_left_out():
    assert share([5, 90], [5, 0], [2, 0]).value.item() == pytest.approx(0.4)
    nothing = share([10], [0], [0])
    assert np.isnan(nothing.value.item())
    assert np.isnan([edge.item() for edge in nothing.interval()]).all()


def test_who_asked_everybody_knows_the_share():
    one = share([40, 60], [40, 60], [3, 0])
    low, high = one.interval()
    assert one.value.item() == pytest.approx(0.03)
    assert [low.item(), high.item()] == pytest.approx([0.03, 0.03], abs=1e-5)
    assert [edge.item() for edge in one.bounds] == pytest.approx([0.03, 0.03])


def test_a_stratum_of_few_answers_is_not_free_of_cases_because_none_was_heard_of():
    """All of the monitored asked and a tenth of the others: these are most of the place, and nobody knows."""
    known, both = share([20], [20], [10]), share([20, 500], [20, 50], [10, 0])
    others = [edge.item() for edge in share([500], [50], [0]).interval()]
    assert others[1] == pytest.approx(1 - 1 / (1 + 1.959964**2 * (1 / 50 - 1 / 500)), rel=1e-6)
    low, high = (edge.item() for edge in both.interval())
    assert low == both.value.item() == pytest.approx(10 / 520)
    assert high == pytest.approx((10 + 500 * others[1]) / 520, rel=1e-6)
    assert known.interval()[0].item() == known.interval()[1].item() == 0.5


def test_asking_ever_more_of_one_stratum_leaves_what_the_other_does_not_say():
    """However many of the first are asked, the interval cannot be narrower than the second's part of it."""
    alone = [edge.item() for edge in share([500], [50], [1]).interval()]
    for asked in (2, 20, 90):
        low, high = (edge.item() for edge in share([90, 500], [asked, 50], [asked / 2, 1]).interval())
        assert high - low > 0.95 * 500 / 590 * (alone[1] - alone[0])


def test_asking_most_of_them_leaves_less_open():
    """The correction of the finite population: two thirds asked leave a third of the variance."""
    few, most = share([_MANY], [600], [30]), share([900], [600], [30])
    assert size_of(most) == pytest.approx(3 * size_of(few), rel=1e-3)


def test_bounds_hold_what_the_silent_may_hide():
    one = share([10, 10], [4, 5], [1, 0])
    low, high = (edge.item() for edge in one.bounds)
    assert (low, high) == pytest.approx((1 / 20, 12 / 20))
    assert low <= one.value.item() <= high


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_two_simple_samples_apart_are_those_of_the_literature(now, before, low, high):
    one, other = (share([_MANY], [size], [cases]) for cases, size in (now, before))
    _, lower, upper = change(one, other, nobody_twice(one))
    assert (lower.item(), upper.item()) == pytest.approx((low, high), abs=6e-5)


def test_the_change_is_the_difference_of_the_levels_printed():
    one, other = share([90, 10], [30, 10], [3, 5]), share([90, 10], [60, 5], [3, 1])
    assert change(one, other, nobody_twice(one))[0].item() == pytest.approx(
        one.value.item() - other.value.item()
    )


def test_what_the_same_households_said_twice_makes_a_change_clearer():
    one, other = share([2000], [1000], [30]), share([2000], [1000], [50])
    apart = change(one, other, overlap(500, 15, 25, 0.4))
    same = change(one, other, overlap(1000, 30, 50, 25))
    assert same[0] == apart[0] == pytest.approx(-0.02)
    assert (same[2] - same[1]).item() < (apart[2] - apart[1]).item()


def test_the_same_households_with_the_same_answers_did_not_change():
    one = share([300], [100], [20])
    _, low, high = change(one, one, overlap(100, 20, 20, 20))
    assert low.item() <= 0 <= high.item()
    width = one.interval()[1].item() - one.interval()[0].item()
    assert high.item() - low.item() < 0.3 * width


def test_from_none_to_none_is_not_certain():
    one = share([_MANY], [20], [0])
    _, low, high = change(one, one, nobody_twice(one))
    assert low.item() < 0 < high.item()


_SAMPLES = st.tuples(st.integers(1, 50), st.integers(0, 50)).map(lambda one: (one[0], min(one)))


@given(_SAMPLES, _SAMPLES, _SAMPLES, _SAMPLES)
def test_the_change_turns_round_with_the_samples(a, b, c, d):
    one, other = (share([60, 80], [x[0], y[0]], [x[1], y[1]]) for x, y in ((a, b), (c, d)))
    there, back = change(one, other, nobody_twice(one)), change(other, one, nobody_twice(one))
    assert [part.item() for part in there] == pytest.approx(
        [-back[0].item(), -back[2].item(), -back[1].item()]
    )


@given(_SAMPLES, _SAMPLES, _SAMPLES, _SAMPLES)
def test_the_level_lies_in_its_interval_and_its_bounds(a, b, c, d):
    one = share([60, 80, 50, 70], [p[0] for p in (a, b, c, d)], [p[1] for p in (a, b, c, d)])
    value = one.value.item()
    for low, high in (one.interval(), one.bounds):
        assert low.item() - 1e-9 <= value <= high.item() + 1e-9


def test_places_are_estimated_apart():
    towns = SurveyShare(
        *(np.array(part, dtype=float) for part in ([[10, 20]] * 2, [[5, 5], [0, 0]], [[1, 0], [0, 0]]))
    )
    assert towns.value[0] == pytest.approx(share([10, 20], [5, 5], [1, 0]).value.item())
    assert np.isnan(towns.value[1])
