"""Two-stage estimates against what R's survey package prints, and against the truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.statistics.survey import Estimate, TwoStageDesign

DATA = Path(__file__).parent / "published"
DISTRICTS = 757
SCHOOLS = {"E": 4421, "H": 755, "M": 1018}


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
