"""A hundred cells stand for all; the weights learn what they are shown."""

import numpy as np
import pytest

from hanbin_lib.forecasting.filters import filter_bank
from hanbin_lib.forecasting.mixture import _inverse, mix, weigh
from hanbin_lib.forecasting.posterior import (
    POWERS,
    Cells,
    Prior,
    learn,
    log_evidence,
    priors_of,
    residuals,
    table,
    transform,
)

_VALUES = np.array([7050.0, 7900, 8610, 9120, 10230, 11310, 12480, 13200])


def test_a_hundred_cells_have_the_posterior_of_all():
    """Mean and spread of the centres over all 24,576 cells of the income prior, weighted."""
    (cells,) = priors_of(Prior.INCOME)
    bank = filter_bank((True,) * 8, 5)
    shares = _VALUES / _VALUES.mean()
    fit = residuals(bank, shares)
    weight = np.exp(cells.log_weight.ravel() + log_evidence(bank, fit, cells)[0])
    weight /= weight.sum()
    chosen = cells.at(np.arange(len(cells)))
    z = np.stack([transform(shares, power) for power in POWERS])
    w = (z - z[:, -1:])[chosen.power] - chosen.drift[:, None] * np.arange(-7.0, 1.0)
    centre = np.einsum("cn,cn->c", bank.location[chosen.filter, chosen.width, -1], w)
    centre += z[chosen.power, -1] + 5 * chosen.drift
    back = np.where(chosen.power == 2, np.exp(centre), np.square(1 + centre / 2))
    found = weigh(bank, _VALUES, (cells,))[0]
    kept = np.where(
        found.cells.power == 2, np.exp(found.centre[:, -1]), np.square(1 + found.centre[:, -1] / 2)
    )
    mean = weight @ back
    assert kept.mean() == pytest.approx(mean, rel=0.003)
    assert kept.std() == pytest.approx(np.sqrt(weight @ np.square(back - mean)), rel=0.03)


def test_each_prior_has_the_share_that_its_evidence_gives():
    priors = priors_of(Prior.AUTO)
    bank = filter_bank((True,) * 8, 1)
    fit = residuals(bank, _VALUES / _VALUES.mean())
    logs = [np.logaddexp.reduce(c.log_weight.ravel() + log_evidence(bank, fit, c)[0]) for c in priors]
    _, weights = weigh(bank, _VALUES, priors)
    assert weights == pytest.approx(np.exp(logs - np.logaddexp.reduce(logs)))
    assert sum(np.exp(c.log_weight).sum() for c in priors) == pytest.approx(1)


def test_an_impossible_prior_is_never_drawn_from():
    income, other = priors_of(Prior.INCOME)[0], Cells.full((0,), (0.5,), (0.01,))
    bank = filter_bank((True,) * 8, 2)
    shares = _VALUES / _VALUES.mean()
    fit = residuals(bank, shares)
    likely = np.exp(log_evidence(bank, fit, income)[0])
    made = mix(bank, shares, 1.0, fit, [(other, np.zeros(len(other))), (income, likely)])
    assert 0.5 not in made.cells.drift


def test_weights_move_to_what_made_the_series():
    """Random walks with drift: the cells without smoothing and with that noise gain."""
    rng = np.random.default_rng(0)
    cells = Cells.full((2,), (0.0,), (0.01, 0.1))
    bank = filter_bank((True,) * 15, 1)
    shares = np.exp(np.cumsum(rng.normal(0.03, 0.1, (40, 15)), axis=1))
    evidence = log_evidence(bank, residuals(bank, shares), cells)
    weight = np.exp(learn(evidence, cells, strength=5, rounds=10).log_weight)
    assert weight.sum() == pytest.approx(1)
    assert weight[..., 1].sum() > 0.85
    held = learn(evidence, cells, strength=5, rounds=10, tied=np.ones_like).log_weight
    assert np.allclose(held, -np.log(len(cells)))


def test_the_income_prior_gives_roots_half_and_growth_its_profile():
    (cells,) = priors_of(Prior.INCOME)
    weight = np.exp(cells.log_weight)
    assert weight.sum(axis=(1, 2, 3, 4)) == pytest.approx([0.5, 0.5], abs=0.002)
    growth = weight.sum(axis=(0, 1, 2, 4))
    assert growth @ cells.drifts == pytest.approx(0.0684, abs=0.0005)


def test_residuals_of_single_cells_are_those_of_the_whole_grid():
    (cells,) = priors_of(Prior.INCOME)
    bank = filter_bank((True, True, False, True, True, True), 2)
    fit = residuals(bank, np.array([0.7, 0.8, 1.0, 1.2, 1.3]))
    positions = np.random.default_rng(1).choice(len(cells), 50, replace=False)
    noises = len(cells.noises)
    np.testing.assert_allclose(fit.at(cells.at(positions)), fit.of(cells).ravel()[positions // noises])


@pytest.mark.parametrize("number", range(len(POWERS)))
def test_shares_come_back_from_every_scale(number):
    shares = np.array([[0.2, 0.9, 1.0], [1.5, 3.0, 40.0]])
    z = transform(shares, POWERS[number])
    np.testing.assert_allclose(_inverse(z, np.array([number, number])), shares)
    mixed = np.array([number, (number + 1) % len(POWERS)])
    both = np.stack([transform(row, POWERS[own]) for row, own in zip(shares, mixed, strict=True)])
    np.testing.assert_allclose(_inverse(both, mixed), shares)
    assert (_inverse(np.array([[-9.0], [-9.0]]), np.array([0, 1])) == 0).all()


def test_the_pace_to_which_growth_returns_has_the_weight_that_was_taken_for_it():
    (cells,) = priors_of(Prior.INCOME)
    growth = table("income_growth")
    by_pace = np.exp(cells.log_weight).sum(axis=(0, 1, 2, 4))
    np.testing.assert_allclose(cells.drifts, growth["drift"])
    np.testing.assert_allclose(by_pace, growth["weight"] / growth["weight"].sum())
