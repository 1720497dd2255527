"""Intervals of shares against the literature, and changes between overlapping samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.statistics.proportions import clopper_pearson, difference, weighted_share, wilson


# Newcombe (1998), Statistics in Medicine 17, table I.
@pytest.mark.parametrize(
    ("cases", "size", "method", "low", "high"),
    [
        (81, 263, wilson, 0.2553, 0.3662),
        (15, 148, wilson, 0.0624, 0.1605),
        (0, 20, wilson, 0.0000, 0.1611),
        (1, 29, wilson, 0.0061, 0.1718),
        (81, 263, clopper_pearson, 0.2527, 0.3676),
        (15, 148, clopper_pearson, 0.0578, 0.1617),
        (0, 20, clopper_pearson, 0.0000, 0.1684),
        (1, 29, clopper_pearson, 0.0009, 0.1776),
    ],
)
def test_intervals_of_the_literature(cases, size, method, low, high):
    lower, upper = method(cases, size)
    assert float(lower) == pytest.approx(low, abs=5e-5)
    assert float(upper) == pytest.approx(high, abs=5e-5)


def test_nothing_observed_has_no_interval():
    lower, upper = wilson([0, 3], [0, 10])
    assert np.isnan(lower[0])
    assert np.isnan(upper[0])
    assert 0 < lower[1] < upper[1] < 1


def test_equal_weights_give_the_plain_share():
    share, effective = weighted_share([0.1, 0.3], [100, 100], [50, 50])
    assert share == pytest.approx(0.2)
    assert effective == pytest.approx(100)


def test_unequal_response_costs_precision():
    """One half of the households answers ten times as often: the others' weight rises."""
    share, effective = weighted_share([0.5, 0.1], [100, 100], [100, 10])
    assert share == pytest.approx(0.3)
    assert effective < 110 / 2


def test_a_stratum_without_answers_is_left_out():
    assert weighted_share([0.4, 0.0], [10, 90], [5, 0])[0] == pytest.approx(0.4)
    assert np.isnan(weighted_share([0.0], [10], [0])[0])


def test_what_the_same_units_said_twice_makes_a_change_clearer():
    apart = difference((30, 1000), (50, 1000))
    same = difference((30, 1000), (50, 1000), (1000, 25))
    assert same[0] == apart[0] == pytest.approx(-0.02)
    assert same[2] - same[1] < apart[2] - apart[1]


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50))
def test_the_change_turns_round_with_the_samples(x1, n1, x2, n2):
    one = difference((min(x1, n1), n1), (min(x2, n2), n2))
    two = difference((min(x2, n2), n2), (min(x1, n1), n1))
    assert one == pytest.approx((-two[0], -two[2], -two[1]))


def test_an_empty_sample_has_no_change():
    assert np.isnan(difference((0, 0), (1, 10))).all()
