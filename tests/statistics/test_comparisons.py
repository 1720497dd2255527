"""Ranks and many comparisons against the literature, exact tests and simulated months."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import test_proportions_2indep as two_shares

from hanbin_lib.statistics.comparisons import (
    change_chance,
    discoveries,
    excess_chance,
    first_chance,
    rank_intervals,
    ranks,
    share_draws,
)
from hanbin_lib.statistics.estimates import effective_size, wilson

# Benjamini and Hochberg (1995), section 3.3: fifteen chances of which the step-up procedure keeps four.
THEIRS = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
          0.6528, 0.7590, 1.0000)  # fmt: skip


def test_their_example_keeps_the_first_four():
    found = discoveries({str(n): chance for n, chance in enumerate(THEIRS)})
    assert found.named == {"0", "1", "2", "3"}
    assert found.tested == 15
    assert found.by_chance == pytest.approx(0.75)


def test_what_is_not_known_is_not_tested():
    found = discoveries({"a": 0.01, "b": float("nan")})
    assert (found.named, found.tested) == ({"a"}, 1)
    assert discoveries({}).tested == 0
    assert discoveries({}).named == frozenset()


def test_towns_that_are_all_alike_are_rarely_named():
    """Twenty-six towns, 2,000 months: one by one somebody is named in most months, together in one of twenty."""
    rng = np.random.default_rng(0)
    chances = rng.random((2000, 26))
    together = np.mean([bool(discoveries(dict(enumerate(month))).named) for month in chances])
    assert np.mean((chances < 0.05).any(axis=1)) > 0.7
    assert together == pytest.approx(0.05, abs=0.015)


@pytest.mark.parametrize(
    ("cases", "size", "mean"), [(9, 60, 0.1), (20, 60, 0.2), (0, 60, 0.1), (60, 60, 0.5)]
)
def test_excess_of_whole_cases_is_the_binomial_tail(cases, size, mean):
    assert float(excess_chance(cases / size, size, mean)) == pytest.approx(
        stats.binom.sf(cases - 1, size, mean)
    )


def test_fewer_that_count_say_less():
    alone, clustered = excess_chance([0.4, 0.4], [60, 40], 0.2)
    assert alone < clustered < 0.05
    assert np.isnan(excess_chance(0.4, 0.0, 0.2))


def test_who_asked_everybody_knows_whether_it_is_more():
    everybody = np.inf
    assert excess_chance([0.21, 0.2, 0.1, 0.0], everybody, 0.2).tolist() == [0.0, 1.0, 1.0, 1.0]


def test_a_change_is_clear_where_its_interval_says_so():
    assert change_chance(0.02, 0.0, 0.05) == pytest.approx(0.05)
    assert change_chance(-0.02, -0.05, 0.0) == pytest.approx(0.05)
    assert change_chance(0.02, 0.01, 0.05) < 0.05 < change_chance(0.02, -0.01, 0.03)
    assert change_chance(0.0, 0.0, 0.0) == 1.0
    assert change_chance(0.1, 0.1, 0.1) == 0.0


def test_the_largest_of_equals_is_the_largest_by_luck():
    assert first_chance([0.1, 0.1, 0.05], [100, 100, 100]) == pytest.approx(1.0)
    assert first_chance([0.3, 0.05, 0.04], [500, 500, 500]) < 1e-6
    assert first_chance([0.05, 0.3, 0.04], [500, 500, 500]) == first_chance(
        [0.3, 0.05, 0.04], [500, 500, 500]
    )
    assert np.isnan(first_chance([0.3], [10]))
    assert first_chance([0.0, 0.0], [10, 10]) == 1.0


def test_the_first_of_five_alike_is_seldom_called_first():
    """Choosing the winner and then testing it: the two-sided test against the runner-up allows for it."""
    rng = np.random.default_rng(1)
    shares = rng.binomial(400, 0.1, (3000, 5)) / 400
    assert np.mean([first_chance(row, [400] * 5) < 0.05 for row in shares]) <= 0.05


@pytest.mark.parametrize(("cases", "size"), [(3, 40), (0, 25), (39, 40), (12.5, 31.4)])
def test_an_interval_tells_its_size(cases, size):
    low, high = wilson(cases, size)
    assert float(effective_size(cases / size, float(low), float(high))) == pytest.approx(size)


def test_a_chance_of_just_the_rate_is_named():
    assert discoveries({"a": 0.05}).named == {"a"}
    assert discoveries({"a": 0.0501}).named == frozenset()


@pytest.mark.parametrize(("cases", "size", "mean"), [(1, 1, 0.3), (1, 60, 0.01), (0, 1, 0.3), (0, 0.8, 0.3)])
def test_excess_of_one_case_or_of_one_that_was_asked(cases, size, mean):
    assert float(excess_chance(cases / size, size, mean)) == pytest.approx(
        1 - (1 - mean) ** size if cases else 1.0
    )


@pytest.mark.parametrize(
    ("shares", "sizes"), [((0.3, 0.2), (50, 40)), ((0.5, 0.2), (0.8, 0.9)), ((0.1, 0.9, 0.7), (9, 30, 20))]
)
def test_the_first_is_tested_against_the_second(shares, sizes):
    """Wald's test of two shares apart, as statsmodels has it."""
    (q, m), (p, n) = sorted(zip(shares, sizes, strict=True))[-2:]
    theirs = two_shares(p * n, n, q * m, m, method="wald").pvalue
    assert first_chance(shares, sizes) == pytest.approx(theirs)


def test_where_everybody_was_asked_the_larger_is_the_larger():
    """Known shares that differ are no luck; those of a few that nobody or everybody names may be."""
    assert first_chance([0.3, 0.2], [np.inf, np.inf]) == 0.0
    assert first_chance([0.2, 0.2], [np.inf, np.inf]) == 1.0
    assert first_chance([1.0, 0.0], [3, 3]) == first_chance([1.0, 0.0], [3, np.inf]) == 1.0
    assert first_chance([0.3, 0.2], [np.inf, 10]) == pytest.approx(
        2 * stats.norm.sf(0.1 / (0.16 / 10) ** 0.5)
    )
    assert first_chance([0.3, 0.0], [0, 10]) == 1.0  # nobody asked: nothing is known to differ


@pytest.mark.parametrize(("share", "low", "high", "size"), [
    (0.9, 0.7, 0.97, 1.95996**2 * 0.7 * 0.3 / 0.04), (0.1, 0.03, 0.3, 1.95996**2 * 0.3 * 0.7 / 0.04),
    (0.2, 0.2, 0.2, np.inf),
])  # fmt: skip
def test_of_an_interval_of_another_making_the_farther_limit_tells_the_size(share, low, high, size):
    assert float(effective_size(share, low, high)) == pytest.approx(size, rel=1e-4)


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
