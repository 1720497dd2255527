"""A household's income of the year by component, in whole fen so that the identity is exact."""

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions
from hanbin_demo.people import DESTITUTE, DISABLED, SUBSISTENCE, able_share
from hanbin_demo.places import Places
from hanbin_demo.risks import has_cause
from hanbin_lib.statistics import stream

COMPONENTS = ("wage", "business", "cost", "property", "transfer")
_POST_YUAN_A_MONTH = 550
_PENSION_YUAN = 1750
_SUBSISTENCE_YUAN = 3600
_DESTITUTE_YUAN = 9200
_DISABLED_YUAN = 960
# A full year away costs board and travel: this part of the pay comes home.
_REMITTED = 0.78
# Least income per head that is drawn: any household; lifted or eliminated ones.
_LEAST_YUAN, _SETTLED_YUAN = 2600, 7100


def draw_incomes(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    causes: np.ndarray,
    places: Places,
    assumptions: Assumptions,
    *,
    month: int,
    seed: int,
) -> pd.DataFrame:
    """Fen a year by household; net = wage + business + property + transfer - cost.

    Columns: ``wage, business, cost, property, transfer, net, per_head, out_of_pocket, claims``.
    """
    rng = stream(seed, "incomes")
    count = len(households)
    effect = places.villages["income"].to_numpy()[households["village"]]
    lean = _leanness(households, assumptions, month) * np.exp(effect)
    wage = _wages(persons, count, rng) * lean
    business, cost = _business(persons, households, lean, rng)
    transfer = _transfers(persons, count, rng)
    property_ = np.where(rng.random(count) < 0.45, 0, rng.lognormal(5.6, 0.8, count))
    least = _least_per_head(households, assumptions, rng) * households["size"].to_numpy()
    short = np.clip(least - (wage + business + property_ + transfer - cost), 0, None)
    # Below that the household would be monitored (or still be): its work brings more, and who
    # has no wage is kept by grown-up children.
    wage = wage + np.where(wage > 0, short, 0)
    transfer = transfer + np.where(wage > 0, 0, short)
    if assumptions.loss_share:
        # A bad year costs many times what it brings: net income below zero for some.
        lost = rng.random(count) < assumptions.loss_share
        cost = np.where(lost, cost + rng.uniform(0.6, 2.0, count) * (wage + business + transfer), cost)
    fen = {
        name: np.round(np.asarray(values) * 100).astype(np.int64)
        for name, values in zip(COMPONENTS, (wage, business, cost, property_, transfer), strict=True)
    }
    table = pd.DataFrame(fen)
    table["net"] = table["wage"] + table["business"] + table["property"] + table["transfer"] - table["cost"]
    # Half a fen and more is rounded up, as the system does.
    size = households["size"].to_numpy()
    table["per_head"] = (2 * table["net"] + size) // (2 * size)
    return table.assign(**_outlay(households, causes, rng))


def _least_per_head(
    households: pd.DataFrame, assumptions: Assumptions, rng: np.random.Generator
) -> np.ndarray:
    """Lifted and eliminated households seldom fall below the settled level."""
    count = len(households)
    missed = rng.random(count) < assumptions.low_income_share
    open_or_missed = households["is_open"].to_numpy() | missed
    settled = _SETTLED_YUAN * (1 + rng.exponential(0.22, count))
    return np.where(open_or_missed, _LEAST_YUAN * (1 + rng.exponential(0.4, count)), settled)


def _leanness(households: pd.DataFrame, assumptions: Assumptions, month: int) -> np.ndarray:
    """Factor on what is earned: lowest just after identification, recovering over a year."""
    age = np.clip(month - households["identified"].to_numpy(), 0, 12)
    low = assumptions.new_household_income_factor
    recovery = low + (1 - low) * age / 12
    monitored = households["category"].to_numpy() >= 0
    settled = np.where(households["is_open"], 0.90, 1.0)
    return np.where(monitored, recovery * settled, 1.0)


def _wages(persons: pd.DataFrame, count: int, rng: np.random.Generator) -> np.ndarray:
    place = persons["household"].to_numpy()
    earned = persons["pay"] * persons["work_months"] * _REMITTED
    posts = persons["post_months"] * _POST_YUAN_A_MONTH
    wage = np.bincount(place, weights=earned + posts, minlength=count)
    return wage * np.exp(rng.normal(0.0, 0.18, count))


def _business(
    persons: pd.DataFrame, households: pd.DataFrame, lean: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Farm and trade: receipts with a heavy tail, and what they cost."""
    count = len(households)
    place = persons["household"].to_numpy()
    at_home = (persons["labour"] <= 2) & ~persons["works"]
    hands = np.bincount(place, weights=at_home, minlength=count)
    scale = np.where(able_share(persons) > 0, 2600 + 2900 * hands, 500)
    receipts = scale * lean * np.exp(rng.normal(0.0, 0.75, count))
    return receipts, receipts * rng.uniform(0.22, 0.48, count)


def _transfers(persons: pd.DataFrame, count: int, rng: np.random.Generator) -> np.ndarray:
    place = persons["household"].to_numpy()
    received = (
        np.where(persons["age"] >= 60, _PENSION_YUAN, 0)
        + np.select(
            [persons["assistance"] == SUBSISTENCE, persons["assistance"] == DESTITUTE],
            [_SUBSISTENCE_YUAN, _DESTITUTE_YUAN],
            default=0,
        )
        + np.where((persons["health"] & DISABLED) > 0, _DISABLED_YUAN, 0)
    )
    total = np.bincount(place, weights=received, minlength=count)
    return total * rng.uniform(0.9, 1.1, count) + rng.lognormal(6.4, 0.5, count)


def _outlay(households: pd.DataFrame, causes: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Approved own payments for illness, and what insurance paid back (fen)."""
    count = len(households)
    ill = has_cause(causes, "因病")
    hurt = has_cause(causes, "因意外事故")
    paid = np.where(ill | hurt, rng.lognormal(9.1, 0.9, count), 0)
    some = (households["category"].to_numpy() >= 0) & ~ill & ~hurt & (rng.random(count) < 0.3)
    paid = np.where(some, rng.lognormal(6.8, 0.8, count), paid)
    claims = np.where((ill | hurt) & (rng.random(count) < 0.55), paid * rng.beta(2, 3, count), 0)
    return {
        "out_of_pocket": np.round(np.clip(paid, 0, 300_000) * 100).astype(np.int64),
        "claims": np.round(np.clip(claims, 0, 250_000) * 100).astype(np.int64),
    }
