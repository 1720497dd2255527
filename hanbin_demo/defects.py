"""Faults put in on purpose: the import must warn of each and still go on."""

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import SeededDefects
from hanbin_demo.chance import choose
from hanbin_demo.people import DISABLED, WEAK
from hanbin_demo.risks import has_cause
from hanbin_lib.statistics import stream

Texts = dict[str, np.ndarray]
_UNKNOWN_RELATION, _UNKNOWN_EDUCATION = "之养子", "中专"


def clear_disability(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    causes: np.ndarray,
    defects: SeededDefects,
    *,
    scale: float,
    seed: int,
) -> tuple[pd.DataFrame, int]:
    """In a few households monitored as 因残 nobody is marked as disabled."""
    rng = stream(seed, "clear disability")
    place = persons["household"].to_numpy()
    health = persons["health"].to_numpy().copy()
    # Only the old and the able lose the mark: a young person without labour needs a reason.
    kept = ((health & DISABLED) > 0) & (persons["labour"] > WEAK) & (persons["age"] < 60)
    suitable = has_cause(causes, "因残") & ~households["is_no_labour"].to_numpy()
    suitable &= np.bincount(place, weights=kept, minlength=len(households)) == 0
    wanted = defects.at(defects.disabled_cause_without_disabled, scale)
    chosen = choose(rng, suitable, wanted)
    hit = np.isin(place, chosen)
    health[hit] &= ~DISABLED
    return persons.assign(health=health), len(chosen)


def plant_in_cells(
    texts: Texts,
    household: np.ndarray,
    defects: SeededDefects,
    scale: float,
    rng: np.random.Generator,
) -> dict[str, int]:
    """Change cells of the monitored sheet in place; return how many households or cells.

    Parameters
    ----------
    household
        Household of each row.
    """
    relation = texts["relation_to_head"].copy()
    return {
        "stored_income_off": _stored_income(
            texts, household, rng, defects.at(defects.stored_income_off, scale)
        ),
        "household_field_differs": _disagreement(
            texts, household, relation, rng, defects.at(defects.household_field_differs, scale)
        ),
        "unknown_label": _unknown_labels(texts, rng, defects.at(defects.unknown_label, scale)),
    }


def _stored_income(texts: Texts, household: np.ndarray, rng: np.random.Generator, count: int) -> int:
    """Set the stored income per head off by at least fifty yuan."""
    homes = np.unique(household)
    chosen = homes[choose(rng, np.ones(len(homes)), count)]
    cells = texts["net_income_per_head_yuan"] = texts["net_income_per_head_yuan"].copy()
    for home, gap in zip(chosen, rng.integers(50, 1500, len(chosen)), strict=True):
        own = np.flatnonzero(household == home)
        cells[own] = f"{float(cells[own[0]]) + gap:.2f}"
    return len(chosen)


def _disagreement(
    texts: Texts, household: np.ndarray, relation: np.ndarray, rng: np.random.Generator, count: int
) -> int:
    """One member's row bears another household size than the head's."""
    last = np.append(household[1:] != household[:-1], True)
    chosen = choose(rng, last & (relation != "户主"), count)
    cells = texts["household_size"] = texts["household_size"].copy()
    cells[chosen] = [str(int(text) + 1) for text in cells[chosen]]
    return len(chosen)


def _unknown_labels(texts: Texts, rng: np.random.Generator, count: int) -> int:
    """Labels that are in no list: a relation and a level of education."""
    changes = (
        ("relation_to_head", "之子", _UNKNOWN_RELATION, count // 2),
        ("education", "高中", _UNKNOWN_EDUCATION, count - count // 2),
    )
    changed = 0
    for name, known, unknown, wanted in changes:
        cells = texts[name] = texts[name].copy()
        chosen = choose(rng, cells == known, wanted)
        cells[chosen] = unknown
        changed += len(chosen)
    return changed
