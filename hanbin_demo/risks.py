"""Why a household is monitored, and the members' health that goes with it."""

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions
from hanbin_demo.chance import draw
from hanbin_demo.people import CHRONIC, DISABLED, MAJOR, WEAK, able_share
from hanbin_demo.places import Places
from hanbin_lib.contract.labels import RISK_CAUSES
from hanbin_lib.statistics import stream

CAUSE = {label: code for code, label in enumerate(RISK_CAUSES)}
MOST_CAUSES = 3


def draw_causes(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    places: Places,
    assumptions: Assumptions,
    seed: int,
) -> np.ndarray:
    """Up to three causes a household (codes, -1 none), the gravest first.

    A cause is drawn only where the household can have it: 因学 needs a pupil, 缺劳动力 at most
    a quarter of able members, 因务工就业不稳 somebody able; illness and disability are then
    given to a member by `strike`.
    """
    rng = stream(seed, "causes")
    monitored = np.flatnonzero(households["category"] >= 0)
    weights = np.tile(np.array(assumptions.cause_weights), (len(monitored), 1))
    rows = households.iloc[monitored]
    weights[rows["category"] == 2] *= np.array(assumptions.sudden_cause_factors)
    town = places.villages["town"].to_numpy()[rows["village"]]
    weights[:, CAUSE["因自然灾害"]] *= np.exp(places.towns["disaster"].to_numpy()[town])
    weights *= _possible(persons, len(households))[monitored]
    with np.errstate(divide="ignore"):
        keys = np.log(weights) + rng.gumbel(size=weights.shape)
    order = np.argsort(-keys, axis=1)[:, :MOST_CAUSES]
    number = draw(rng, assumptions.number_of_causes, len(monitored)) + 1
    late = np.arange(MOST_CAUSES) >= number[:, None]
    impossible = np.take_along_axis(weights, order, axis=1) <= 0
    other = (order == CAUSE["其他"]) & (np.arange(MOST_CAUSES) > 0)
    causes = np.full((len(households), MOST_CAUSES), -1)
    causes[monitored] = _packed(np.where(late | impossible | other, -1, order))
    return causes


def _packed(causes: np.ndarray) -> np.ndarray:
    """No gap between the first cause and the last."""
    order = np.argsort(causes < 0, axis=1, kind="stable")
    return np.take_along_axis(causes, order, axis=1)


def _possible(persons: pd.DataFrame, count: int) -> np.ndarray:
    """Which causes a household can have (households x causes)."""
    place = persons["household"].to_numpy()
    possible = np.ones((count, len(RISK_CAUSES)), dtype=bool)
    pupils = (persons["age"] >= 6) & (persons["school"] >= 0)
    able = able_share(persons)
    possible[:, CAUSE["因学"]] = np.bincount(place, weights=pupils, minlength=count) > 0
    possible[:, CAUSE["缺劳动力"]] = able <= 0.25
    possible[:, CAUSE["因务工就业不稳"]] = able > 0
    possible[:, CAUSE["因产业项目失败"]] = able > 0
    return possible


def has_cause(causes: np.ndarray, label: str) -> np.ndarray:
    """Households with that cause."""
    return np.asarray((causes == CAUSE[label]).any(axis=1))


def strike(persons: pd.DataFrame, causes: np.ndarray, seed: int) -> pd.DataFrame:
    """Give a member the illness or disability that the household's cause speaks of."""
    rng = stream(seed, "strike")
    ill = np.where(rng.random(len(causes)) < 0.65, CHRONIC, MAJOR)
    persons = _afflict(persons, has_cause(causes, "因病"), CHRONIC | MAJOR, ill)
    disabled = np.full(len(causes), DISABLED)
    return _afflict(persons, has_cause(causes, "因残"), DISABLED, disabled)


def _afflict(persons: pd.DataFrame, wanted: np.ndarray, kinds: int, affliction: np.ndarray) -> pd.DataFrame:
    """Strike the oldest adult who is not able, or else the oldest member."""
    place = persons["household"].to_numpy()
    health, labour = persons["health"].to_numpy().copy(), persons["labour"].to_numpy().copy()
    struck = np.bincount(place, weights=(health & kinds) > 0, minlength=len(wanted)) > 0
    order = persons["age"].to_numpy() + np.where((labour > WEAK) & (persons["age"] >= 16), 200, 0)
    first = pd.Series(order).groupby(place).idxmax().reindex(np.flatnonzero(wanted & ~struck))
    chosen = first.to_numpy(dtype=int)
    health[chosen] |= affliction[place[chosen]]
    health[chosen] = np.where(health[chosen] & MAJOR, health[chosen] & ~CHRONIC, health[chosen])
    labour[chosen] = np.where(labour[chosen] <= WEAK, WEAK, labour[chosen])
    return persons.assign(health=health, labour=labour)
