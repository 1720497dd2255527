"""What levers bring: by hand where all is fixed, by the closed form where the record alone is not."""

import numpy as np
import pytest
from lever_cases import land, normal, plan, quantity, work
from scipy.stats import norm

from hanbin_lib.simulate.mixes import draw_plan
from hanbin_lib.simulate.quantities import Quantity

PERSONS = Quantity(low=100, likely=100, high=100, source="测试")


def _drawn(one, goal=10_500.0, **more):
    return draw_plan(one, goal, normal(), PERSONS, **more)


def test_fixed_levers_by_hand():
    half = work(
        take_up=quantity(0.8),
        displaced=quantity(0.25),
        delay_months=quantity(54),
        cost_year_yuan=quantity(400),
    )
    drawn = _drawn(plan(half, land(farmers_share=quantity(0.5), mu=quantity(3)), additional=quantity(0.5)))
    # 60 months to the end of 2027, 54 of delay: half a year.
    paid = 0.8 * 1 * 10 * 1000 * 0.75 * 0.5
    grown = 0.5 * 3 * (1000 * 5 - 2000 - 500)
    assert drawn.gain[0] == pytest.approx([paid * 0.5 / 100, grown * 0.5 / 100])
    assert drawn.cost[0] == pytest.approx([1000 + 400 * 0.5, 1000])


def test_a_lever_that_is_late_brings_nothing_and_costs_no_running():
    drawn = _drawn(plan(work(delay_months=quantity(60), cost_year_yuan=quantity(400))))
    assert np.all(drawn.gain == 0)
    assert np.all(drawn.cost == 1000)


def test_the_probability_is_the_closed_form_where_levers_are_fixed():
    drawn = _drawn(plan(work(), draws=100_000))
    for units in (0, 3, 7):
        exact = norm.sf((10_500 - 100 * units - 10_000) / 500)
        assert drawn.probability((units,)) == pytest.approx(exact, abs=4 * np.sqrt(0.25 / 100_000))


def test_another_lever_moves_no_other_number():
    loose = work(take_up=quantity(0.2, 0.5, 0.9))
    alone = _drawn(plan(loose))
    beside = _drawn(plan(land(yield_kg=quantity(500, 800, 1500)), loose))
    assert np.array_equal(alone.gain[:, 0], beside.gain[:, 1])
    assert np.array_equal(alone.baseline, beside.baseline)


def test_sets_of_draws_are_independent_and_each_is_the_same_every_time():
    loose = plan(work(take_up=quantity(0.2, 0.5, 0.9)))
    one, again, other = _drawn(loose), _drawn(loose), _drawn(loose, part="check")
    assert np.array_equal(one.gain, again.gain)
    assert abs(np.corrcoef(one.gain[:, 0], other.gain[:, 0])[0, 1]) < 0.06
    assert abs(np.corrcoef(one.baseline, other.baseline)[0, 1]) < 0.06


def test_a_bad_price_makes_a_loss():
    drawn = _drawn(plan(land(price_yuan_kg=quantity(1))))
    assert np.all(drawn.gain < 0)


def test_a_held_quantity_is_held_and_nothing_else_moves():
    loose = plan(work(take_up=quantity(0.2, 0.5, 0.9), wage_month_yuan=quantity(800, 1000, 1500)))
    free = _drawn(loose)
    held = _drawn(loose, pinned={("岗位", "take_up"): 0.5})
    ratio = free.gain[:, 0] / held.gain[:, 0]
    middle = loose.levers[0].take_up.quantile(0.5)
    assert ratio.min() >= 0.2 / middle - 1e-9
    assert ratio.max() <= 0.9 / middle + 1e-9
    assert np.array_equal(free.baseline, held.baseline)
