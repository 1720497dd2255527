"""Intervals of a plan cover what then happens, as told by an independent plain-Python world."""

import random

import numpy as np
import pytest
from lever_cases import land, normal, plan, quantity, work

from hanbin_lib.simulate.mixes import as_planned, draw_plan, judge
from hanbin_lib.simulate.quantities import Quantity

REPETITIONS = 500
PERSONS = Quantity(low=80, likely=100, high=130, assumption="测试")


def _random_quantity(rng, least, most):
    return quantity(*sorted(round(rng.uniform(least, most), 4) for _ in range(3)))


def _random_plan(rng, seed):
    paid = work(
        take_up=_random_quantity(rng, 0, 1), wage_month_yuan=_random_quantity(rng, 500, 4000),
        displaced=_random_quantity(rng, 0, 1), jobs=_random_quantity(rng, 1, 30),
        months=_random_quantity(rng, 0, 12), delay_months=_random_quantity(rng, 0, 70), planned=3,
    )  # fmt: skip
    grown = land(
        mu=_random_quantity(rng, 1, 50), yield_kg=_random_quantity(rng, 200, 2000),
        price_yuan_kg=_random_quantity(rng, 1, 8), inputs_yuan=_random_quantity(rng, 500, 4000),
        farmers_share=_random_quantity(rng, 0, 1), delay_months=_random_quantity(rng, 0, 70), planned=4,
    )  # fmt: skip
    return plan(paid, grown, additional=_random_quantity(rng, 0.3, 1), draws=2000, seed=seed)


def _what_happens(rng, one):
    """The goal year's income, one scalar at a time."""

    def fell(q):
        return rng.triangular(q.low, q.high, q.likely)

    paid, grown = one.levers
    years = [min(max(60 - fell(lever.delay_months), 0) / 12, 1) for lever in one.levers]
    wages = 3 * fell(paid.jobs) * fell(paid.months) * fell(paid.wage_month_yuan) * (1 - fell(paid.displaced))
    a_mu = (
        fell(grown.yield_kg) * fell(grown.price_yuan_kg) - fell(grown.inputs_yuan) - fell(grown.forgone_yuan)
    )
    crops = 4 * fell(grown.mu) * a_mu * fell(grown.farmers_share)
    total = wages * fell(paid.take_up) * years[0] + crops * fell(grown.take_up) * years[1]
    return rng.gauss(10_000, 500) + total * fell(one.additional) / fell(PERSONS)


@pytest.mark.slow
def test_ninety_percent_intervals_cover_ninety_percent():
    rng, inside = random.Random(20270213), []
    for seed in range(REPETITIONS):
        one = _random_plan(rng, seed)
        mix = judge(draw_plan(one, 12_000.0, normal(), PERSONS), as_planned(one))
        _, low, high = mix.income_yuan
        inside.append(low <= _what_happens(rng, one) <= high)
    assert 0.87 <= np.mean(inside) <= 0.93


@pytest.mark.slow
def test_chances_come_true_as_often_as_they_say():
    """Plans said to reach the goal with p reach it in p of the cases, in each fifth of p."""
    rng, said, came = random.Random(3), [], []
    for seed in range(REPETITIONS * 2):
        one = _random_plan(rng, seed)
        said.append(draw_plan(one, 12_000.0, normal(), PERSONS).probability(as_planned(one)))
        came.append(_what_happens(rng, one) >= 12_000.0)
    said, came = np.array(said), np.array(came)
    for low in np.arange(0, 1, 0.2):
        those = (said >= low) & (said <= low + 0.2)
        error = np.sqrt(0.25 / max(those.sum(), 1))
        assert those.sum() > 20
        assert abs(came[those].mean() - said[those].mean()) < 3.5 * error
