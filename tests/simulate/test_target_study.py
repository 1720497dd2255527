"""The tornado: each bar is one quantity's own doing."""

import numpy as np
import pytest
from lever_cases import land, normal, plan, quantity, work

from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.simulate.target_study import HIGH, LOW, tornado

PERSONS = Quantity(low=100, likely=100, high=100, source="测试")
GOAL = 10_300.0


def _table(*levers, units, spread=0.0, **more):
    return tornado(plan(*levers, **more), GOAL, normal(spread=spread), PERSONS, units)


def test_the_swing_of_one_quantity_is_its_own():
    loose = quantity(500, 1000, 1800)
    table = _table(work(wage_month_yuan=loose), units=(2,))
    row = table[table["field"].eq("wage_month_yuan")].iloc[0]
    wage = plan(work(wage_month_yuan=loose)).levers[0].wage_month_yuan
    swing = 2 * 10 * (wage.quantile(HIGH) - wage.quantile(LOW)) / 100
    assert row["income_high"] - row["income_low"] == pytest.approx(swing)


def test_the_widest_comes_first_and_what_is_fixed_or_unused_is_not_there():
    table = _table(
        work(wage_month_yuan=quantity(900, 1000, 1100), take_up=quantity(0.2, 0.5, 1.0)),
        land(price_yuan_kg=quantity(1, 5, 9)),
        units=(3, 0),
    )
    assert list(table["field"])[:2] == ["take_up", "wage_month_yuan"]
    assert set(table["lever"]) == {"岗位", ""}
    swings = (table["income_high"] - table["income_low"]).abs()
    assert swings.is_monotonic_decreasing


def test_the_record_counts_as_one_of_them():
    row = _table(work(), units=(1,), spread=500.0).iloc[0]
    assert (row["lever"], row["field"]) == ("", "record")
    assert row["income_high"] - row["income_low"] == pytest.approx(2 * 1.2816 * 500, rel=0.06)
    assert np.isnan(row["low"])


def test_a_cost_does_not_move_income():
    table = _table(work(cost_once_yuan=quantity(1, 2, 3)), units=(1,))
    assert "cost_once_yuan" not in set(table["field"])
