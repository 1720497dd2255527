"""Small plans for the tests of levers."""

import json

import numpy as np

from hanbin_lib.simulate.plans import TargetPlan


def quantity(low, likely=None, high=None):
    likely = low if likely is None else likely
    return {"low": low, "likely": likely, "high": likely if high is None else high, "assumption": "测试"}


def work(name="岗位", **changes):
    return {
        "name": name, "kind": "务工", "unit": "个", "planned": 1, "most": 10, "basis": "测试",
        "cost_once_yuan": quantity(1000), "cost_year_yuan": quantity(0), "take_up": quantity(1.0),
        "delay_months": quantity(0), "jobs": quantity(1), "wage_month_yuan": quantity(1000),
        "months": quantity(10), "displaced": quantity(0),
    } | changes  # fmt: skip


def land(name="基地", **changes):
    return {
        "name": name, "kind": "种养", "unit": "亩", "planned": 1, "most": 10, "basis": "测试",
        "cost_once_yuan": quantity(1000), "cost_year_yuan": quantity(0), "take_up": quantity(1.0),
        "delay_months": quantity(0), "mu": quantity(1), "yield_kg": quantity(1000), "price_yuan_kg": quantity(5),
        "inputs_yuan": quantity(2000), "forgone_yuan": quantity(500), "farmers_share": quantity(1.0),
    } | changes  # fmt: skip


def content(*levers, **changes):
    return {
        "name": "测试计划", "place": "610902004213", "indicator": "农民人均纯收入", "year": 2027,
        "start": "2023-01", "source": "测试", "additional": quantity(1.0),
        "budget": {"yuan": 20_000, "assumption": "测试"}, "probabilities": [0.5, 0.8], "draws": 4000,
        "seed": 7, "confidence": 0.9, "levers": list(levers or (work(), land())),
    } | changes  # fmt: skip


def plan(*levers, **changes):
    return TargetPlan.model_validate_json(json.dumps(content(*levers, **changes)))


def normal(middle=10_000.0, spread=500.0):
    """Futures of a record: normal, as the forecast module's are drawn."""
    return lambda count, seed: np.random.default_rng(seed).normal(middle, spread, count)
