"""Ranks: as certain as the data, no more."""

import numpy as np
import pytest

from hanbin_lib.statistics.ranks import rank_intervals, ranks, share_draws


def test_few_cases_are_drawn_towards_the_others():
    cases, size = np.array([0.0, 300, 700, 450, 550]), np.array([2.0, 1000, 1000, 1000, 1000])
    means = share_draws(cases, size, 4000, np.random.default_rng(1)).mean(axis=0)
    assert 0.2 < means[0] < 0.5
    assert means[1:] == pytest.approx(cases[1:] / size[1:], abs=0.02)


def test_the_same_seed_gives_the_same_draws():
    draws = [share_draws(np.array([1.0, 2]), np.array([5.0, 5]), 50, np.random.default_rng(3)) for _ in "ab"]
    assert (draws[0] == draws[1]).all()


def test_ties_share_the_mean_rank():
    assert ranks(np.array([[3.0, 1.0, 3.0]])).tolist() == [[1.5, 3.0, 1.5]]


def test_clear_differences_give_narrow_ranges_and_none_wide_ones():
    rng = np.random.default_rng(5)
    clear = ranks(share_draws(np.array([10.0, 500, 990]), np.full(3, 1000.0), 2000, rng))
    low, high = rank_intervals(clear, 0.9)
    assert low.tolist() == high.tolist() == [3, 2, 1]
    low, high = rank_intervals(ranks(share_draws(np.array([5.0, 5, 5]), np.full(3, 10.0), 2000, rng)), 0.9)
    assert low.tolist() == [1, 1, 1]
    assert high.tolist() == [3, 3, 3]
