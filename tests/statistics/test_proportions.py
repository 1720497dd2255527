"""Intervals of shares against the literature."""

from math import comb

import numpy as np
import pytest

from hanbin_lib.statistics.proportions import effective_size, wilson
from hanbin_lib.statistics.survey import Estimate


def exact(cases, size, confidence=0.95):
    """Clopper and Pearson's: the interval of a survey's share where the sample is a simple one."""
    return Estimate(cases / size, 0.0, size - 1).share_interval(size, confidence)


# Newcombe (1998), Statistics in Medicine 17, table I.
@pytest.mark.parametrize(
    ("cases", "size", "method", "low", "high"),
    [
        (81, 263, wilson, 0.2553, 0.3662),
        (15, 148, wilson, 0.0624, 0.1605),
        (0, 20, wilson, 0.0000, 0.1611),
        (1, 29, wilson, 0.0061, 0.1718),
        (81, 263, exact, 0.2527, 0.3676),
        (15, 148, exact, 0.0578, 0.1617),
        (0, 20, exact, 0.0000, 0.1684),
        (1, 29, exact, 0.0009, 0.1776),
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


def test_less_than_one_case_and_unit_counts_too():
    lower, upper = wilson(0.2, 0.5)
    assert 0 < float(lower) < 0.4 < float(upper) < 1


@pytest.mark.parametrize("share", [0.0, 0.02, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("size", [5, 40, 1000])
def test_the_size_is_that_whose_interval_it_is(share, size):
    """Wilson's limit solves (p - u)² = z² u (1 - u) / n: put in, the size comes out."""
    lower, upper = wilson(share * size, size)
    assert float(effective_size(share, lower, upper)) == pytest.approx(size, rel=1e-6)


def test_of_an_uneven_interval_the_limit_towards_one_half_counts():
    z = 1.959963984540054
    assert float(effective_size(0.1, 0.09, 0.2)) == pytest.approx(z**2 * 0.2 * 0.8 / 0.1**2)
    assert float(effective_size(0.9, 0.8, 0.91)) == pytest.approx(z**2 * 0.8 * 0.2 / 0.1**2)
    assert float(effective_size(0.5, 0.3, 0.6)) == pytest.approx(z**2 * 0.6 * 0.4 / 0.1**2)
    assert np.isinf(effective_size(0.3, 0.3, 0.3))
    assert np.isnan(effective_size(0.3, np.nan, np.nan))


@pytest.mark.parametrize(("cases", "size"), [(0, 7), (1, 7), (7, 7), (3, 1000)])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_exact_limits_are_those_whose_tails_are_a_half_of_the_rest(cases, size, confidence):
    """Clopper and Pearson's own definition, by sums of binomial chances."""
    low, high = (float(one) for one in exact(cases, size, confidence))
    tail = (1 - confidence) / 2
    at_least = sum(comb(size, k) * low**k * (1 - low) ** (size - k) for k in range(cases, size + 1))
    at_most = sum(comb(size, k) * high**k * (1 - high) ** (size - k) for k in range(cases + 1))
    assert low == 0 if cases == 0 else at_least == pytest.approx(tail)
    assert high == 1 if cases == size else at_most == pytest.approx(tail)
