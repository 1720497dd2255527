"""Mixes: sure enough on draws they were not chosen by, and no cheaper one is."""

from itertools import product

import numpy as np
import pytest
from lever_cases import land, normal, plan, quantity, work

from hanbin_lib.simulate.mixes import (
    as_planned,
    cheapest,
    draw_futures,
    everything,
    frontier,
    judge,
    none,
    results,
    surest_within_budget,
)
from hanbin_lib.simulate.quantities import Quantity

PERSONS = Quantity(low=100, likely=100, high=100, source="测试")
LEVERS = (
    work(take_up=quantity(0.6, 0.8, 1.0), most=6, cost_once_yuan=quantity(1500)),
    land(yield_kg=quantity(600, 1000, 1300), price_yuan_kg=quantity(3, 5, 6), most=8, step=2),
)


@pytest.fixture(scope="module")
def futures():
    return draw_futures(plan(*LEVERS), 10_300.0, normal(), PERSONS)


@pytest.mark.parametrize("probability", [0.4, 0.5, 0.7])
def test_the_cheapest_mix_is_sure_enough_and_near_the_best_of_all(futures, probability):
    found = cheapest(futures, probability)
    large = draw_futures(plan(*LEVERS, draws=100_000, seed=99), 10_300.0, normal(), PERSONS).reporting
    assert large.probability(found.units) >= probability - 0.01
    costs = [
        large.spent(units).mean()
        for units in product(range(7), range(0, 9, 2))
        if large.probability(units) >= probability + 0.02
    ]
    assert found.cost_yuan[0] <= min(costs) + 1e-6
    assert found.units[1] % 2 == 0


def test_what_cannot_be_reached_has_no_mix(futures):
    assert cheapest(futures, 0.999) is None


def test_the_surest_mix_keeps_to_the_budget(futures):
    found = surest_within_budget(futures)
    assert found.cost_yuan[0] <= 20_000
    dearer = draw_futures(plan(*LEVERS, budget={"yuan": 1e9, "source": "测试"}), 10_300.0, normal(), PERSONS)
    assert surest_within_budget(dearer).units == everything(dearer.plan)
    assert found.probability <= judge(dearer.reporting, everything(dearer.plan)).probability
    poor = draw_futures(plan(*LEVERS, budget={"yuan": 1.0, "source": "测试"}), 10_300.0, normal(), PERSONS)
    assert surest_within_budget(poor).units == none(poor.plan)


def test_being_surer_costs_more(futures):
    mixes = frontier(futures)
    costs = [mix.cost_yuan[0] for mix in mixes]
    assert mixes[0].units == none(futures.plan)
    assert mixes[-1].units == everything(futures.plan)
    assert costs == sorted(costs)


def test_a_mix_carries_its_error_and_its_interval(futures):
    mix = judge(futures.reporting, as_planned(futures.plan))
    middle, low, high = mix.income_yuan
    assert low < middle < high
    assert mix.standard_error == pytest.approx(np.sqrt(mix.probability * (1 - mix.probability) / 4000))
    table = results(futures.reporting, {"原计划": mix.units})
    rows = table.set_index("measure")
    assert rows.loc["reached_share", "mean"] == mix.probability
    assert tuple(rows.loc["income_per_head_yuan", ["median", "lower", "upper"]]) == pytest.approx(
        mix.income_yuan
    )
    assert set(table["group"]) == {"mix=原计划"}
    assert (table["draws"] == 4000).all()
