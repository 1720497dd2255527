import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_demo.chance import apportion, choose, draw, draw_rows, labelled, mark, sigmoid
from hanbin_lib.statistics import stream

WEIGHTS = st.lists(st.floats(0.001, 1000), min_size=1, max_size=30)


@given(WEIGHTS, st.integers(0, 5000))
def test_apportioned_counts_add_up_and_stay_within_one_of_their_share(weights, total):
    counts = apportion(weights, total)
    exact = np.array(weights) / sum(weights) * total
    assert counts.sum() == total
    assert (abs(counts - exact) < 1 + 1e-6).all()


@given(st.integers(1, 50), st.integers(0, 60), st.integers(0, 1000))
def test_chosen_are_different_and_never_weightless(size, count, seed):
    weights = np.arange(size) % 3.0
    chosen = choose(np.random.default_rng(seed), weights, count)
    assert len(set(chosen)) == len(chosen) == min(count, (weights > 0).sum())
    assert (weights[chosen] > 0).all()


def test_infinite_weight_is_always_chosen():
    weights = np.ones(1000)
    weights[[3, 500]] = np.inf
    for seed in range(20):
        assert {3, 500} <= set(choose(np.random.default_rng(seed), weights, 5))


def test_heavier_units_are_chosen_in_proportion():
    weights = np.array([1.0, 3.0])
    picked = [choose(np.random.default_rng(seed), weights, 1)[0] for seed in range(4000)]
    assert abs(np.mean(picked) - 0.75) < 0.03


def test_rows_draw_only_what_has_weight():
    weights = np.tile([0.0, 1.0, 0.0], (50, 1))
    assert (draw_rows(np.random.default_rng(0), weights) == 1).all()


def test_streams_differ_by_name_and_repeat_by_seed():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert len({stream(1, "a").random(), stream(1, "b").random(), stream(2, "a").random()}) == 3


def test_negative_code_is_an_empty_text():
    assert labelled(("甲", "乙"), np.array([1, -1, 0])).tolist() == ["乙", "", "甲"]


def test_the_largest_remainders_get_what_is_left():
    """Hamilton's method: 5.3, 2.45 and 2.25 of ten are five, two and two, and one for the second."""
    assert apportion([53, 24.5, 22.5], 10).tolist() == [5, 3, 2]
    assert apportion([1, 1], 3).tolist() == [2, 1]


def test_one_of_three_is_chosen_in_proportion_to_its_weight():
    weights = np.array([1.0, 2.0, 5.0])
    rng = np.random.default_rng(4)
    first = np.bincount([choose(rng, weights, 1)[0] for _ in range(8000)], minlength=3)
    rows = np.bincount(draw_rows(rng, np.tile(weights, (8000, 1))), minlength=3)
    codes = np.bincount(draw(rng, weights, 8000), minlength=3)
    for found in (first, rows, codes):
        assert found / 8000 == pytest.approx(weights / 8, abs=0.02)


def test_positions_are_marked():
    assert mark(np.array([0, 2]), 4).tolist() == [True, False, True, False]


def test_a_logit_becomes_a_probability():
    assert sigmoid([0.0, np.log(3), -np.log(9)]) == pytest.approx([0.5, 0.75, 0.1])
