"""Persons: schooling, health, labour and insurance by age and household."""

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions
from hanbin_demo.chance import draw_rows
from hanbin_lib.contract.labels import EDUCATION, LABOUR_SKILLS, SCHOOL_STATUS
from hanbin_lib.statistics import stream

CHRONIC, MAJOR, DISABLED = 1, 2, 4
NORMAL, SKILLED, WEAK, LOST, NONE = range(len(LABOUR_SKILLS))
_SCHOOL = {label: code for code, label in enumerate(SCHOOL_STATUS)}
NO_SUPPORT, SUBSISTENCE, DESTITUTE = 0, 1, 2
RESIDENT, EMPLOYEE, UNINSURED = 0, 1, 2
# Chance of each affliction below 16, 16-49, 50-64 and from 65 on.
_AFFLICTION = {
    CHRONIC: (0.004, 0.025, 0.10, 0.28),
    MAJOR: (0.002, 0.006, 0.015, 0.030),
    DISABLED: (0.012, 0.025, 0.045, 0.075),
}
_MONITORED_FACTOR = 1.7


def describe(persons: pd.DataFrame, households: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Persons with ``school, education, health`` (sum of afflictions) and ``labour``."""
    persons = persons.assign(school=school_status(persons["age"].to_numpy(), stream(seed, "school")))
    persons["education"] = _education(persons, stream(seed, "education"))
    persons["health"] = _health(persons, households, stream(seed, "health"))
    persons["labour"] = _labour(persons, stream(seed, "labour"))
    return _with_some_labour(_without_labour(persons, households, stream(seed, "unable")), households)


def school_status(age: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Code of the school year, -1 who is out of school."""
    chance = rng.random(len(age))
    kind = rng.random(len(age))
    school = np.full(len(age), -1)
    school[age < 3] = _SCHOOL["学龄前儿童"]
    school[(age >= 3) & (age < 6)] = _SCHOOL["学前教育"]
    school[(age >= 6) & (age < 12)] = _SCHOOL["小学"]
    middle = (age >= 12) & (age < 15)
    school[middle] = _SCHOOL["七年级"] + age[middle] - 12
    upper = (age >= 15) & (age < 18) & (chance < 0.93)
    start = np.where(kind < 0.62, _SCHOOL["普通高中一年级"], _SCHOOL["中职一年级"])
    school[upper] = (start + age - 15)[upper]
    higher = (age >= 18) & (age < 22) & (chance < 0.46)
    is_bachelor = (kind < 0.45) | (age == 21)
    bachelor = _SCHOOL["本科一年级"] + age - 18
    college = _SCHOOL["高职高专一年级"] + age - 18
    school[higher] = np.where(is_bachelor, bachelor, college)[higher]
    school[(age >= 22) & (age < 25) & (chance < 0.02)] = _SCHOOL["硕士研究生及以上"]
    return school


def _education(persons: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Code of the education reached; -1 who is still in school (exactly one of the two)."""
    age = persons["age"].to_numpy()
    table = np.array(
        [
            (0.01, 0.05, 0.52, 0.27, 0.10, 0.05),
            (0.02, 0.22, 0.60, 0.12, 0.03, 0.01),
            (0.08, 0.47, 0.40, 0.05, 0.00, 0.00),
            (0.35, 0.52, 0.11, 0.02, 0.00, 0.00),
        ]
    )
    code = draw_rows(rng, table[np.digitize(age, (30, 45, 62))])
    code = np.where(age < 20, np.minimum(code, EDUCATION.index("高中")), code)
    return np.where(persons["school"] >= 0, -1, code)


def _health(persons: pd.DataFrame, households: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    band = np.digitize(persons["age"], (16, 50, 65))
    monitored = households["category"].to_numpy()[persons["household"]] >= 0
    factor = np.where(monitored, _MONITORED_FACTOR, 1.0)
    health = np.zeros(len(persons), dtype=int)
    for affliction, chances in _AFFLICTION.items():
        struck = rng.random(len(persons)) < np.array(chances)[band] * factor
        health |= np.where(struck, affliction, 0)
    # The label of the graver illness stands alone.
    return np.where((health & MAJOR) > 0, health & ~CHRONIC, health)


def _labour(persons: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    age, health = persons["age"].to_numpy(), persons["health"].to_numpy()
    weights = np.zeros((len(persons), len(LABOUR_SKILLS)))
    weights[:] = (0.84, 0.16, 0.0, 0.0, 0.0)
    weights[(health & CHRONIC) > 0] = (0.15, 0.0, 0.80, 0.05, 0.0)
    weights[(health & DISABLED) > 0] = (0.0, 0.0, 0.65, 0.35, 0.0)
    weights[(health & MAJOR) > 0] = (0.0, 0.0, 0.50, 0.50, 0.0)
    weights[(age >= 60) & (age < 66) & (health == 0)] = (0.50, 0.02, 0.48, 0.0, 0.0)
    weights[(age >= 66) & (age < 70) & (health == 0)] = (0.10, 0.0, 0.45, 0.0, 0.45)
    weights[(age >= 60) & (age < 70) & (health > 0)] = (0.0, 0.0, 0.45, 0.25, 0.30)
    weights[(age >= 70) & (age < 75)] = (0.0, 0.0, 0.15, 0.0, 0.85)
    weights[(age >= 75) | (age < 16) | (persons["school"].to_numpy() >= 0)] = (0, 0, 0, 0, 1)
    return draw_rows(rng, weights)


def _without_labour(
    persons: pd.DataFrame, households: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """In a household without labour nobody of working age is healthy."""
    unable = households["is_no_labour"].to_numpy()[persons["household"]]
    able = persons["labour"] <= WEAK
    old = persons["age"] >= 66
    lost = unable & able
    illness = np.where(rng.random(len(persons)) < 0.7, DISABLED, MAJOR)
    return persons.assign(
        labour=np.where(lost, np.where(old, NONE, LOST), persons["labour"]),
        health=np.where(lost & ~old & (persons["health"] == 0), illness, persons["health"]),
    )


def _with_some_labour(persons: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """In every other household at least one adult can do some work."""
    able = (persons["labour"] <= WEAK).groupby(persons["household"]).transform("any").to_numpy()
    needed = ~households["is_no_labour"].to_numpy()[persons["household"]] & ~able
    adult = (persons["age"] >= 16) & (persons["age"] < 72) & (persons["school"] < 0)
    distance = (persons["age"] - 45).abs().where(adult)
    chosen = distance[needed].groupby(persons["household"]).idxmin()
    labour = persons["labour"].to_numpy().copy()
    labour[chosen.to_numpy()] = WEAK
    return persons.assign(labour=labour)


def able_share(persons: pd.DataFrame) -> np.ndarray:
    """Share of each household's members who can work."""
    able = (persons["labour"] <= WEAK).to_numpy()
    household = persons["household"].to_numpy()
    return np.bincount(household, weights=able) / np.bincount(household)


def support(
    persons: pd.DataFrame, households: pd.DataFrame, assumptions: Assumptions, seed: int
) -> pd.DataFrame:
    """Persons with ``assistance`` (none, 低保, 特困) and ``insurance``."""
    rng = stream(seed, "support")
    place = persons["household"].to_numpy()
    unable = households["is_no_labour"].to_numpy()
    is_open = households["is_open"].to_numpy()
    monitored = households["category"].to_numpy() >= 0
    chance = np.select(
        [unable & monitored, unable, is_open, monitored], [0.85, 0.55, 0.30, 0.16], default=0.08
    )
    receives = rng.random(len(households)) < chance
    alone = unable & (households["size"].to_numpy() == 1) & (rng.random(len(households)) < 0.35)
    assistance = np.where(alone, DESTITUTE, np.where(receives, SUBSISTENCE, NO_SUPPORT))
    employee = (persons["labour"] <= SKILLED) & (rng.random(len(persons)) < 0.025)
    outside = is_open[place] & (rng.random(len(persons)) < assumptions.uninsured_share_of_open)
    return persons.assign(
        assistance=assistance[place],
        insurance=np.select([outside, employee], [UNINSURED, EMPLOYEE], default=RESIDENT),
    )
