"""The solver against brute force, and its bounds against every corner."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.simulate.chance_constrained import cheapest_units, least_to_cover

seeds = st.integers(0, 10_000)


def _case(seed, futures=40, levers=3):
    rng = np.random.default_rng(seed)
    gain = rng.gamma(2.0, 50.0, (futures, levers)) - rng.choice([0.0, 60.0], levers)
    need = rng.normal(250.0, 150.0, futures)
    cost = rng.uniform(0, 10.0, levers).round(2)
    most = rng.integers(1, 5, levers).astype(float)
    return gain, need, cost, most


def _by_trial(gain, need, cost, most, probability):
    """Cost of the cheapest of all mixes, None where none will do."""
    fits = [
        np.dot(cost, units)
        for units in product(*(range(int(m) + 1) for m in most))
        if (gain @ np.array(units) >= need - 1e-9).mean() >= probability - 1e-12
    ]
    return min(fits, default=None)


@settings(max_examples=40)
@given(seeds, st.sampled_from([0.3, 0.5, 0.8, 0.95]))
def test_it_finds_what_trying_everything_finds(seed, probability):
    gain, need, cost, most = _case(seed)
    units = cheapest_units(gain, need, cost, most, probability)
    best = _by_trial(gain, need, cost, most, probability)
    if best is None:
        assert units is None
    else:
        assert (gain @ units >= need - 1e-6).mean() >= probability - 1e-12
        assert np.dot(cost, units) == pytest.approx(best, abs=1e-4)


def test_a_need_that_is_met_already_costs_nothing():
    units = cheapest_units(np.ones((10, 2)), np.full(10, -1.0), np.ones(2), np.full(2, 3.0), 0.8)
    assert list(units) == [0, 0]


def test_a_need_that_takes_all_there_is_is_within_reach():
    units = cheapest_units(np.ones((10, 2)), np.full(10, 6.0), np.ones(2), np.full(2, 3.0), 1.0)
    assert list(units) == [3, 3]


def test_a_need_out_of_reach_has_no_answer():
    assert cheapest_units(np.ones((10, 2)), np.full(10, 99.0), np.ones(2), np.full(2, 3.0), 0.2) is None


@given(seeds)
def test_the_least_to_cover_is_at_a_corner_of_what_fits(seed):
    """Every corner looked at: each variable at an end, but for one at most, which just covers the need."""
    rng = np.random.default_rng(seed)
    cost, most = rng.integers(-2, 5, 3) / 2, rng.uniform(0.5, 4.0, 3).round(3)
    gain, need = rng.integers(-2, 4, (5, 3)) / 2, rng.normal(1.5, 2.0, 5).round(3)
    found = least_to_cover(cost, gain, need, most)
    for row, wanted, value in zip(gain, need, found, strict=True):
        corners = [np.array(ends) * most for ends in product((0, 1), repeat=3)]
        for at, ends in product(np.flatnonzero(row), corners):
            just = (wanted - np.delete(row * ends, at).sum()) / row[at]
            if 0 <= just <= most[at]:
                corners.append(np.where(np.arange(3) == at, just, ends))
        costs = [cost @ units for units in corners if row @ units >= wanted - 1e-9]
        assert value == pytest.approx(min(costs, default=np.inf), abs=1e-9)
