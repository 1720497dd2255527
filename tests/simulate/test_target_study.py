"""The tornado: each bar is one quantity's own doing."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from lever_cases import land, normal, plan, quantity, work

from hanbin_lib.errors import Unavailable
from hanbin_lib.simulate.mixes import judge
from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.simulate.target_study import HIGH, LOW, TargetStudy, _persons, target_study, tornado

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


def test_what_is_tried_is_told_on_the_reporting_draws():
    record = SimpleNamespace(paths=lambda count, seed: {2027: normal()(count, seed)})
    study = TargetStudy(plan(work()), SimpleNamespace(value_yuan=GOAL, year=2027), record, PERSONS, None)
    plain, tried = study.tried((3,), {}), study.tried((3,), {"岗位": {"wage_month_yuan": 2.0}})
    assert vars(plain) == vars(judge(study.futures.reporting, (3,)))
    # Ten months at 1,000 yuan of one worker, over 100 persons, in each of three units.
    assert tried.income_yuan == pytest.approx([yuan + 3 * 100 for yuan in plain.income_yuan])


@pytest.mark.parametrize(
    ("place", "persons"),
    [("610902001", 500), ("610902001201", 300), ("610902002", None), ("610902003", None)],
)
def test_persons_of_a_place_are_those_of_its_villages(place, persons):
    codes = ["610902001201", "610902001202", "610902002201"]
    villages = pd.DataFrame({"village_code": codes, "persons": pd.array([300, 200, None], "Int64")})
    found = _persons(place, villages)
    assert found is None if persons is None else found.mean == persons
    assert _persons(place, None) is None


def test_a_plan_without_its_goal_its_record_or_its_persons_says_which():
    one, forecast = plan(work()), SimpleNamespace(forecast="record")
    own = SimpleNamespace(place=one.place, indicator=one.indicator, year=one.year)
    others = [SimpleNamespace(**vars(own) | change) for change in ({"place": "610902"}, {"year": 2026})]
    goals = [(other, forecast) for other in others]
    villages = pd.DataFrame({"village_code": [one.place], "persons": [500]})
    assert target_study(one, goals, villages).reason == "目标（地区、指标、年份）不在 goals.yaml 里"
    refused = Unavailable("甲村", "不足五年")
    assert target_study(one, [*goals, (own, refused)], villages).reason == "不足五年"
    assert "没有收到村信息" in target_study(one, [*goals, (own, forecast)], None).reason
    found = target_study(one, [*goals, (own, forecast)], villages)
    assert (found.goal, found.record, found.persons.mean) == (own, "record", 500)
