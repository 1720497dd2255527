"""Closed forms against scipy, against each other, and against simulation within its own error."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from hanbin_lib.simulate.engine import SimulationSettings, run
from hanbin_lib.simulate.inspection_study import inspection_model, village_chances
from hanbin_lib.simulate.power import (
    _MEANS,
    _STRENGTHS,
    Design,
    _summary,
    _town_shares,
    chance_to_flag,
    clustering,
    decision_limit,
    detection,
    expected_interval,
    power_table,
    town_distribution,
    village_distribution,
)

SHARES = st.floats(0.01, 0.99)
DRAWS = 40_000


@given(st.integers(1, 12), SHARES, st.floats(0.001, 0.9))
def test_a_village_is_beta_binomial(size, share, icc):
    strength = (1 - icc) / icc
    expected = stats.betabinom.pmf(np.arange(size + 1), size, share * strength, (1 - share) * strength)
    np.testing.assert_allclose(village_distribution(size, share, icc), expected, rtol=1e-6, atol=1e-12)


@given(SHARES, st.floats(0.0, 0.9), st.integers(1, 4), st.integers(1, 20), st.integers(1, 3))
def test_a_town_adds_up_and_agrees_with_its_own_detection(share, icc, villages, households, months):
    design = Design(villages, households, months)
    chances = town_distribution(design, share, icc)
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert chances @ np.arange(design.size + 1) == pytest.approx(design.size * share, abs=1e-7)
    assert 1 - chances[0] == pytest.approx(detection(design, share, icc), abs=1e-9)
    variance = chances @ (np.arange(design.size + 1) - design.size * share) ** 2
    simple = design.size * share * (1 - share)
    assert variance == pytest.approx(simple * design.design_effect(icc), rel=1e-6)


def test_without_clustering_it_is_binomial_and_shares_of_nothing_and_all_are_certain():
    chances = town_distribution(Design(2, 10), [0.0, 0.2, 1.0], 0.0)
    np.testing.assert_allclose(chances[1], stats.binom.pmf(np.arange(11), 10, 0.2), atol=1e-12)
    for icc in (0.0, 0.1):
        ends = town_distribution(Design(2, 10), [0.0, 1.0], icc)
        np.testing.assert_allclose([ends[0, 0], ends[1, 10]], 1, atol=1e-12)


def test_known_values():
    # 1 - 0.8**10: any textbook of sampling.
    assert detection(Design(2, 10), 0.2, 0.0) == pytest.approx(0.8926258, abs=1e-7)
    assert Design(3, 10).village_sizes == (4, 3, 3)


def _within(estimate, exact, draws=DRAWS):
    """Four Monte Carlo standard errors: one false alarm in 16,000."""
    assert abs(estimate - exact) < 4 * np.sqrt(max(exact * (1 - exact), 1e-6) / draws)


@pytest.mark.parametrize(("prevalence", "icc"), [(0.1, 0.0), (0.2, 0.05), (0.3, 0.3)])
def test_simulated_inspections_agree_with_the_beta_binomial(prevalence, icc):
    """Villages enough that none comes twice: the closed form is exact whatever their sizes."""
    design = Design(2, 10, months=3)
    homes = [60, 35, 200, 12, 90, 41, 8, 77]
    drawn = run(SimulationSettings(DRAWS, 7), inspection_model(homes, design, prevalence, icc))
    found = drawn["found"][:, 0]
    assert (drawn["looked_at"] == design.size).all()
    _within((found > 0).mean(), float(detection(design, prevalence, icc)))
    limit = decision_limit(design, 0.05, icc, 0.1)
    _within((found >= limit).mean(), float(chance_to_flag(design, prevalence, icc, limit)))


def test_simulated_draws_from_one_list_agree_with_the_hypergeometric():
    """One village, all of whose households are bad with the same chance: given the count of bad ones."""
    drawn = run(SimulationSettings(DRAWS, 8), inspection_model([50], Design(1, 10), 0.1, 0.0))
    bad = np.rint(drawn["share"][:, 0] * 50)
    for count in (3, 5, 7):
        own = drawn["found"][bad == count, 0] > 0
        _within(own.mean(), stats.hypergeom.sf(0, 50, count, 10), len(own))


def test_a_town_of_three_villages_sees_less_than_the_formula_says():
    """Six months of a rotation through three villages: the same villages come again."""
    design, share, icc = Design(2, 10, months=6), 0.08, 0.5
    drawn = run(SimulationSettings(DRAWS, 9), inspection_model([100, 100, 100], design, share, icc))
    assert (drawn["found"] > 0).mean() < float(detection(design, share, icc)) - 0.05


@given(st.floats(0.01, 0.3), st.floats(0, 0.3), st.floats(0.01, 0.3))
def test_the_limit_keeps_the_error_and_none_below_does(acceptable, icc, error):
    design = Design(2, 10)
    limit = decision_limit(design, acceptable, icc, error)
    assert chance_to_flag(design, acceptable, icc, limit) <= error + 1e-12
    assert chance_to_flag(design, acceptable, icc, limit - 1) > error


def test_more_inspection_looks_worse_only_where_its_error_is_smaller():
    """Whole findings leave plans with different errors; raised to the same one by lot, more sees more."""
    acceptable, error, bad, icc = 0.05, 0.1, 0.2, 0.05
    designs = [Design(2, 2 * households) for households in range(3, 16)]
    table = power_table(designs, [bad], icc, acceptable=acceptable, error=error)
    assert (table["error"] <= error).all()
    assert not table["flag"].is_monotonic_increasing  # 24 households seem to see less than 22
    fewer, more = table.iloc[:-1], table.iloc[1:].set_axis(table.index[:-1])
    worse = more["flag"] < fewer["flag"]
    assert (more["error"] < fewer["error"])[worse].all()
    same = []
    for design, row in zip(designs, table.itertuples(), strict=True):
        good, other = (town_distribution(design, share, icc)[row.limit - 1] for share in (acceptable, bad))
        same.append(row.flag + (error - row.error) / good * other)
    assert np.diff(same).min() > 0


def test_the_error_of_a_plan_is_how_often_it_calls_a_good_town_bad():
    row = power_table([Design(2, 10)], [0.2], 0.1, acceptable=0.05, error=0.1).iloc[0]
    rng = np.random.default_rng(2)
    shares = rng.beta(0.05 * 9, 0.95 * 9, (40_000, 2))
    found = rng.binomial(5, shares).sum(axis=1)
    assert row["error"] == pytest.approx((found >= row["limit"]).mean(), abs=0.006)


def test_more_months_find_more_and_narrow_the_interval():
    designs = [Design(2, 10), Design(3, 15), Design(2, 10, 3), Design(2, 10, 6)]
    table = power_table(designs, [0.1, 0.2], 0.05, acceptable=0.05, error=0.1)
    at = table[table["prevalence"].eq(0.2)]
    assert at["detect"].is_monotonic_increasing
    assert (at["upper"] - at["lower"]).is_monotonic_decreasing
    assert list(table["design"].unique()) == ["2村10户", "3村15户", "2村10户×3个月", "2村10户×6个月"]
    lower, upper = expected_interval(Design(2, 10), 0.0, 0.0)
    assert (lower, upper) == pytest.approx((0, 0.2775), abs=1e-4)  # Wilson of 0 of 10


def visits(rng, *, towns=26, count=22, size=5, mean=0.12, strength=20.0, icc=0.08):
    """Village visits of towns whose shares are beta distributed."""
    shares = rng.beta(mean * strength, (1 - mean) * strength, towns)
    chances = np.array([village_chances(rng, (count,), share, icc) for share in shares])
    return pd.DataFrame(
        {
            "town_code": np.repeat(np.arange(towns), count).astype(str),
            "size": size,
            "found": rng.binomial(size, chances).ravel(),
        }
    )


def test_clustering_is_found_again():
    found = clustering(visits(np.random.default_rng(3), towns=60, count=60))
    assert (found.visits, found.households) == (3600, 18000)
    assert found.lower < 0.08 < found.upper
    assert found.prevalence_lower < 0.12 < found.prevalence_upper
    assert found.upper - found.lower < 0.05


def test_no_clustering_where_there_is_none_and_no_visit_is_refused():
    assert clustering(visits(np.random.default_rng(4), towns=60, count=60, icc=0.0)).icc < 0.02
    with pytest.raises(ValueError, match="no village visit"):
        clustering(pd.DataFrame({"town_code": [], "size": [], "found": []}))


def test_shares_of_nothing_and_of_all_are_those_of_every_village():
    rng = np.random.default_rng(1)
    assert [set(village_chances(rng, (4,), share, 0.2)) for share in (0, 1)] == [{0.0}, {1.0}]
    assert set(village_chances(rng, (4,), 0.3, 0.0)) == {0.3}


def test_what_one_household_says_leaves_the_correlation_as_it_was_believed():
    """Flat up to 0.6; the mean share is flat on its logit, times the chance of a household without a problem."""
    found = clustering(pd.DataFrame({"town_code": ["a"], "size": [1], "found": [0]}))
    assert (found.icc, found.lower, found.upper) == pytest.approx((0.3, 0.03, 0.57), abs=0.02)
    logits = np.linspace(-9, 5, 10_001)
    weight = 1 - 1 / (1 + np.exp(-logits))
    shares, reached = 1 - weight, np.cumsum(weight) / weight.sum()
    assert found.prevalence == pytest.approx((shares * weight).sum() / weight.sum(), rel=0.05)
    ends = np.interp([0.05, 0.95], reached, shares)
    assert (found.prevalence_lower, found.prevalence_upper) == pytest.approx(ends, rel=0.12)


@pytest.mark.parametrize("is_bad", [False, True])
def test_findings_of_none_or_of_all_say_little_of_the_correlation(is_bad):
    """With shares no smaller than one in 150, hundreds of visits without a finding were taken for likeness."""
    rows = pd.DataFrame({"town_code": [str(n % 20) for n in range(400)], "size": 5, "found": 5 * is_bad})
    found = clustering(rows)
    assert (found.icc, found.lower, found.upper) == pytest.approx((0.3, 0.03, 0.59), abs=0.06)
    assert abs(found.prevalence - is_bad) < 0.011


def test_towns_are_spread_as_the_beta_distribution_says():
    """Cells of town shares against the distribution function, few towns apart and many alike."""
    edges = special.expit(np.linspace(-12, 12, 121))
    shares = _town_shares.__wrapped__()  # computed here, not what an earlier test left
    for strength, mean in ((0, 20), (0, 70), (12, 70), (24, 90)):
        a, b = _STRENGTHS[strength] * _MEANS[mean], _STRENGTHS[strength] * (1 - _MEANS[mean])
        reached = np.cumsum(shares[strength, mean])[:-1]
        assert reached == pytest.approx(stats.beta(a, b).cdf(edges), abs=0.003)


def test_the_interval_of_a_grid_is_that_of_its_distribution():
    grid = np.linspace(0, 1, 101)
    found = _summary(grid, stats.norm(0.4, 0.1).pdf(grid))
    assert found == pytest.approx((0.4, *stats.norm(0.4, 0.1).ppf([0.05, 0.95])), abs=0.001)


@pytest.mark.slow
def test_intervals_of_prevalence_and_clustering_cover():
    """500 simulated years of inspections of 26 towns with known shares: 90 % intervals."""
    rng = np.random.default_rng(20220930)
    kept = np.zeros(2)
    for _ in range(500):
        found = clustering(visits(rng))
        kept += (
            found.prevalence_lower <= 0.12 <= found.prevalence_upper,
            found.lower <= 0.08 <= found.upper,
        )
    assert (kept / 500 >= 0.87).all(), kept
    assert (kept / 500 <= 0.93).all(), kept
