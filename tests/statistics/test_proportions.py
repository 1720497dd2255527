"""Intervals of shares against the literature."""

import numpy as np
import pytest

from hanbin_lib.statistics.proportions import clopper_pearson, wilson


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


def test_less_than_one_case_and_unit_counts_too():
    lower, upper = wilson(0.2, 0.5)
    assert 0 < float(lower) < 0.4 < float(upper) < 1
