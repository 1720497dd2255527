"""The additive models against statsmodels, and their variances against known ones."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from hanbin_lib.simulate.additive import EffectDraws, Factor, _log_spread, _nodes, _structure, fit


def cells(rng, levels=(4, 6), per=400):
    places = [rng.integers(count, size=per) for count in levels]
    return places, rng.integers(5, 60, size=per)


def dummies(places, levels):
    return np.column_stack([np.ones(len(places[0])), *(place[:, None] == np.arange(1, n) for place, n in zip(places, levels, strict=True))])  # fmt: skip


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_with_much_data_it_is_the_generalised_linear_model(family):
    rng = np.random.default_rng(1)
    levels = (4, 6)
    places, base = cells(rng, levels, per=4000)
    truth = [rng.normal(0, 0.5, n) for n in levels]
    linear = -1.5 + truth[0][places[0]] + truth[1][places[1]]
    if family == "binomial":
        events = rng.binomial(base, 1 / (1 + np.exp(-linear)))
        peer = sm.GLM(
            np.column_stack([events, base - events]), dummies(places, levels), sm.families.Binomial()
        )
    else:
        events = rng.poisson(base * np.exp(linear))
        peer = sm.GLM(events, dummies(places, levels), sm.families.Poisson(), exposure=base)
    factors = [
        Factor(f"f{n}", place, count) for n, (place, count) in enumerate(zip(places, levels, strict=True))
    ]
    found = fit(events, base, factors, family=family)
    expected = peer.fit()
    own = (
        found.mean[0] + found.mean[found.places["f0"]][places[0]] + found.mean[found.places["f1"]][places[1]]
    )
    np.testing.assert_allclose(own, dummies(places, levels) @ expected.params, atol=0.01)
    # Differences of levels have the peer's standard errors.
    a, b = found.places["f0"].start, found.places["f0"].start + 1
    spread = found.covariance[a, a] + found.covariance[b, b] - 2 * found.covariance[a, b]
    assert spread**0.5 == pytest.approx(expected.bse[1], rel=0.02)


def test_spreads_are_found_again():
    rng = np.random.default_rng(2)
    town, month = (grid.ravel() for grid in np.indices((200, 120)))
    towns = rng.normal(0, 0.4, 200)
    walk = np.cumsum(rng.normal(0, 0.15, 120))
    events = rng.poisson(20 * np.exp(towns[town] + walk[month]))
    found = fit(
        events, np.full(events.shape, 20.0), [Factor("town", town, 200), Factor("month", month, 120, "walk")],
        family="poisson",
    )  # fmt: skip
    assert found.spreads["town"] == pytest.approx(0.4, rel=0.15)
    assert found.spreads["month"] == pytest.approx(0.15, rel=0.2)


def test_a_level_without_cases_lies_at_the_middle_and_is_unsure():
    rng = np.random.default_rng(3)
    town = rng.integers(0, 19, 2000)  # level 19 never occurs
    effects = rng.normal(0, 0.5, 20)
    events = rng.poisson(5 * np.exp(effects[town]))
    found = fit(events, np.full(2000, 5.0), [Factor("town", town, 20)], family="poisson")
    place = found.places["town"].start + 19
    assert abs(found.mean[place]) < 0.01
    assert found.covariance[place, place] ** 0.5 == pytest.approx(found.spreads["town"], rel=0.05)


def test_draws_lie_around_the_mode_and_know_that_the_spread_is_not_known():
    rng = np.random.default_rng(4)
    month = np.repeat(np.arange(24), 40)
    events = rng.poisson(10, month.shape)
    found = fit(events, np.full(month.shape, 1.0), [Factor("month", month, 24, "walk")], family="poisson")
    drawn = found.draw(np.random.default_rng(5), 4_000)
    np.testing.assert_allclose(drawn.values.mean(axis=0), found.mean, atol=0.02)
    # Not knowing the spread makes each effect less sure, never much more.
    ratio = drawn.values.std(axis=0) / np.diag(found.covariance) ** 0.5
    assert ratio.min() > 0.97
    assert ratio.max() < 1.5


@pytest.mark.slow
def test_spreads_known_from_many_levels_leave_the_normal_posterior():
    rng = np.random.default_rng(7)
    town = np.repeat(np.arange(150), 3)
    events = rng.poisson(30 * np.exp(rng.normal(0, 0.4, 150)[town]))
    found = fit(events, np.full(450, 30.0), [Factor("town", town, 150)], family="poisson")
    drawn = found.draw(np.random.default_rng(8), 400)
    own = drawn.intercept[:, None] + drawn.of("town")
    part = np.zeros((150, 151))
    part[:, 0], part[np.arange(150), 1 + np.arange(150)] = 1, 1
    expected = np.einsum("ij,jk,ik->i", part, found.covariance, part) ** 0.5
    np.testing.assert_allclose(own.mean(axis=0), part @ found.mean, atol=0.04)
    assert np.median(own.std(axis=0) / expected) == pytest.approx(1, abs=0.03)


def test_the_walk_goes_on_with_its_own_spread():
    month = np.repeat(np.arange(24), 40)
    events = np.random.default_rng(4).poisson(10, month.shape)
    found = fit(events, np.full(month.shape, 1.0), [Factor("month", month, 24, "walk")], family="poisson")
    drawn = found.draw(np.random.default_rng(5), 4_000)
    ahead = drawn.walk_on("month", 6, np.random.default_rng(6))
    last = drawn.of("month")[:, -1]
    assert np.var(ahead[:, 5] - last) == pytest.approx(6 * np.mean(drawn.spreads["month"] ** 2), rel=0.1)


def test_a_month_of_the_year_without_cases_lies_between_its_neighbours_and_the_year_closes():
    month = np.repeat(np.arange(1, 12), 30)  # level 0 never occurs
    rate = np.where(month == 11, 40.0, np.where(month == 1, 20.0, 10.0))
    events = np.random.default_rng(8).poisson(rate)
    found = fit(events, np.full(month.shape, 10.0), [Factor("year", month, 12, "cycle")], family="poisson")
    levels = found.mean[found.places["year"]]
    assert levels[0] == pytest.approx((levels[1] + levels[11]) / 2, abs=0.02)
    assert levels[11] - levels[1] == pytest.approx(np.log(2), abs=0.1)


@pytest.mark.parametrize(("spread", "least", "most"), [(0.0, 0.7, 1.0), (0.2, 0.0, 0.05)])
def test_the_record_says_whether_months_stand_still(spread, least, most):
    rng = np.random.default_rng(9)
    month = np.arange(36)
    events = rng.poisson(60 * np.exp(0.03 * month + np.cumsum(rng.normal(0, spread, 36))))
    factor = Factor("month", month, 36, "drift", stillness=0.5)
    drawn = fit(events, np.full(36, 60.0), [factor], family="poisson").draw(np.random.default_rng(1), 500)
    still = (drawn.spreads["month"] < 0.006).mean()
    assert least <= still <= most
    if spread == 0:  # the common step is still there, and fades
        ahead = drawn.drift_on("month", 12, np.random.default_rng(2))
        assert np.median(ahead[:, 11] - drawn.of("month")[:, -1]) == pytest.approx(0.3, abs=0.1)


def test_the_common_step_is_learnt_from_the_steps_and_fades():
    """Normal beforehand with five per cent, each of the steps normal around it: the textbook's posterior."""
    spread, steps = 0.1, np.array([0.06, -0.02, 0.11, 0.05])
    count, ahead = 100_000, 3
    walk = np.tile(np.concatenate([[0.0], np.cumsum(steps)]), (count, 1))
    drawn = EffectDraws(walk, {"month": np.full(count, spread)}, {"month": slice(0, 5)})
    further = drawn.drift_on("month", ahead, np.random.default_rng(3)) - walk[:, -1:]
    precision = 1 / 0.05**2 + len(steps) / spread**2
    middle, fading = steps.sum() / spread**2 / precision, np.cumsum(0.97 ** np.arange(1, ahead + 1))
    variance = spread**2 * np.arange(1, ahead + 1) + fading**2 / precision
    np.testing.assert_allclose(further.mean(axis=0), middle * fading, atol=4 * (variance[-1] / count) ** 0.5)
    np.testing.assert_allclose(further.var(axis=0), variance, rtol=0.02)


@pytest.mark.parametrize(("kind", "common"), [("walk", 0.0), ("drift", 0.05**2)])
def test_steps_have_the_covariance_that_is_written(kind, common):
    """Steps each of their own variance and, where they share one, of a common one: v I + d 11'."""
    factor, variance, differences = (
        Factor("month", np.zeros(7, int), 7, kind),
        0.03,
        np.diff(np.eye(7), axis=0),
    )
    covariance = variance * np.eye(6) + common
    assert _log_spread(factor, variance) == pytest.approx(np.linalg.slogdet(covariance)[1])
    precision = differences.T @ np.linalg.inv(covariance) @ differences
    np.testing.assert_allclose(_structure(factor, variance) / variance, precision, atol=1e-9)


@pytest.mark.parametrize("estimate", [0.02, 0.1, 0.4])
def test_what_a_walk_believes_beforehand_does_not_depend_on_where_its_steps_are_looked_for(estimate):
    """Chance beforehand of moving steps within the grid: the inverse gamma's, by scipy, half of all."""
    factor = Factor("month", np.zeros(36, int), 36, "drift", stillness=0.5)
    nodes = estimate**2 * np.geomspace(1 / 30, 30, 400)
    half_a_node = (nodes[1] / nodes[0]) ** 0.5
    variances, log = _nodes(factor, nodes)
    moving = variances != variances[-1]
    spread = stats.invgamma(0.5, scale=0.1**2 / 2)
    within = spread.cdf(nodes[-1] * half_a_node) - spread.cdf(nodes[0] / half_a_node)
    assert np.exp(log[moving]).sum() == pytest.approx(within / 2, rel=1e-3)
    assert np.exp(log[~moving]) == pytest.approx(0.5)


def test_nothing_at_risk_is_refused():
    with pytest.raises(ValueError, match="at risk"):
        fit(np.zeros(3), np.zeros(3), [Factor("f", np.zeros(3, int), 1)], family="poisson")
