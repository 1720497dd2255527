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
    taken,
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
    assert surest_within_budget(dearer).units == everything(dearer.reporting)
    assert found.probability <= judge(dearer.reporting, everything(dearer.reporting)).probability
    poor = draw_futures(plan(*LEVERS, budget={"yuan": 1.0, "source": "测试"}), 10_300.0, normal(), PERSONS)
    assert surest_within_budget(poor).units == none(poor.plan)


@pytest.mark.parametrize("limits", [{}, {"posts": {"amount": 7, "source": "测试"}}])
def test_a_lever_that_adds_a_little_is_used(limits):
    """Half a yuan a head for each unit, and no more posts than there are."""
    little = work(wage_month_yuan=quantity(5), is_post=True)
    futures = draw_futures(plan(little, limits=limits), 10_300.0, normal(), PERSONS)
    assert everything(futures.reporting) == (7 if limits else 10,)


@pytest.mark.parametrize("limits", [{}, {"land_mu": {"amount": 100, "source": "测试"}}])
def test_a_lever_that_takes_away_is_in_no_mix_however_much_money_there_is(limits):
    """A mu brings 1,000 kg at 1 yuan and costs 2,500: the surest mix is the one without it."""
    harmful = land(price_yuan_kg=quantity(1))
    rich = plan(work(), harmful, budget={"yuan": 1e9, "source": "测试"}, limits=limits)
    futures = draw_futures(rich, 10_300.0, normal(), PERSONS)
    assert everything(futures.reporting) == surest_within_budget(futures).units == (10, 0)
    assert frontier(futures)[-1].units[1] == 0
    assert surest_within_budget(futures).probability > judge(futures.reporting, (10, 10)).probability


@pytest.mark.parametrize(("yuan", "units"), [(1999, 1), (2000, 2), (9999, 9), (10_000, 10)])
def test_a_budget_may_be_spent_to_the_last_yuan(yuan, units):
    one = plan(work(), budget={"yuan": yuan, "source": "测试"}, draws=500)
    assert surest_within_budget(draw_futures(one, 10_500.0, normal(), PERSONS)).units == (units,)


def test_being_surer_costs_more(futures):
    mixes = frontier(futures)
    costs = [mix.cost_yuan[0] for mix in mixes]
    assert mixes[0].units == none(futures.plan)
    assert mixes[-1].units == everything(futures.solving)
    assert costs == sorted(costs)
    solving = futures.solving
    steps = np.linspace(solving.probability(mixes[0].units), solving.probability(mixes[-1].units), 7)
    assert len(mixes) == len(steps)
    assert all(solving.probability(mix.units) >= step - 1e-9 for mix, step in zip(mixes, steps, strict=True))


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


def test_a_goal_that_is_just_met_is_reached_and_a_budget_that_is_just_spent_is_kept():
    one = plan(work(), budget={"yuan": 2000, "source": "测试"})
    drawn = draw_futures(one, 10_100.0, normal(spread=0.0), PERSONS).reporting
    assert [judge(drawn, (units,)).within_budget for units in (1, 2, 3)] == [1, 1, 0]
    chances = [judge(drawn, units).probability for units in ((0,), (1,), (2,))]
    assert chances == [drawn.probability(units) for units in ((0,), (1,), (2,))] == [0, 1, 1]
    table = results(drawn, {"一": (1,)}).set_index("measure")
    assert table.loc["reached_share", "mean"] == 1


LIMITED = (
    work(take_up=quantity(0.8), most=6, months=quantity(6), is_post=True),
    land(yield_kg=quantity(600, 1000, 1300), most=8, step=2, workers_per_mu=quantity(0.5)),
)


def limited(**limits):
    """Futures of a plan whose place has so much."""
    told = {name: {"amount": amount, "assumption": "测试"} for name, amount in limits.items()}
    return draw_futures(plan(*LIMITED, limits=told), 10_200.0, normal(), PERSONS)


def test_what_a_unit_takes_of_the_place():
    """A post is 0.8 persons of the place for half a year; a mu half a person all year."""
    futures = limited(land_mu=8, workers=9, posts=6)
    assert taken(futures.plan, (5, 6)) == pytest.approx({"land_mu": 6, "workers": 5 * 0.4 + 3, "posts": 5})
    assert taken(limited().plan, (5, 6)) == {}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, (6, 8)),
        ({"land_mu": 8.0, "workers": 6.4, "posts": 6}, (6, 8)),
        ({"posts": 3}, (3, 8)),
        ({"land_mu": 7.9}, (6, 6)),
        ({"land_mu": 1.9}, (6, 0)),
    ],
    ids=["none", "just enough", "posts", "land, in steps of two mu", "no land"],
)
def test_everything_ends_where_the_place_does(limits, expected):
    assert everything(limited(**limits).solving) == expected


def test_no_mix_takes_more_workers_than_there_are_and_the_best_of_those_is_found():
    futures = limited(workers=4.0)
    drawn = futures.reporting
    within = [
        units
        for units in product(range(7), range(0, 9, 2))
        if taken(futures.plan, units)["workers"] <= 4.0 + 1e-9
    ]
    gain = drawn.gain.mean(axis=0)
    assert everything(drawn) == max(within, key=lambda units: gain @ units)
    chosen = [surest_within_budget(futures), *frontier(futures), cheapest(futures, 0.4)]
    assert all(mix is None or mix.units in within for mix in chosen)
    assert chosen[-1] is not None
    most = max(drawn.probability(units) for units in within)
    assert cheapest(futures, min(most + 0.1, 0.99)) is None


def test_workers_that_are_limited_must_be_told_of_every_lever_on_land():
    told = {"workers": {"amount": 5, "assumption": "测试"}}
    with pytest.raises(ValueError, match="workers_per_mu"):
        plan(land(), limits=told)
    with pytest.raises(ValueError, match="source"):
        plan(limits={"posts": {"amount": 5}})
