"""Members of a household: relation to the head, sex and age that fit together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_demo.chance import draw
from hanbin_lib.contract.labels import RELATIONS
from hanbin_lib.statistics import stream

_OLDEST = 97
_RELATION = {label: code for code, label in enumerate(RELATIONS)}


@dataclass(frozen=True, slots=True)
class Template:
    """Who lives together: one letter a member.

    H head, S spouse, C child, D spouse of the first child, G child of the first child,
    P parent (the second one is the first one's spouse), B brother or sister.
    """

    roles: str
    weight: float
    head_ages: tuple[int, int]


_LABOUR = (
    Template("H", 1.0, (26, 67)),
    Template("HS", 2.5, (46, 68)),
    Template("HC", 0.8, (42, 66)),
    Template("HC", 0.6, (30, 42)),
    Template("HP", 1.4, (32, 60)),
    Template("HSC", 3.0, (28, 46)),
    Template("HSC", 3.0, (46, 66)),
    Template("HCC", 0.9, (32, 50)),
    Template("HSP", 1.2, (34, 60)),
    Template("HCP", 1.2, (32, 52)),
    Template("HSCC", 3.6, (29, 44)),
    Template("HSCC", 2.0, (46, 62)),
    Template("HSCP", 2.4, (32, 54)),
    Template("HSCD", 0.9, (52, 68)),
    Template("HCCP", 0.8, (30, 44)),
    Template("HCCC", 0.5, (30, 44)),
    Template("HSCCP", 2.6, (31, 52)),
    Template("HSCDG", 2.4, (51, 68)),
    Template("HSCCC", 0.8, (33, 50)),
    Template("HSCDGG", 2.0, (52, 68)),
    Template("HSCCPP", 1.4, (33, 50)),
    Template("HSCDGP", 0.6, (50, 62)),
    Template("HSCDGGP", 1.2, (50, 63)),
    Template("HSCCCPP", 0.8, (36, 50)),
)
_NO_LABOUR = (
    Template("H", 3.0, (66, 90)),
    Template("H", 1.0, (42, 65)),
    Template("HS", 3.0, (68, 86)),
    Template("HC", 1.0, (64, 82)),
    Template("HG", 0.7, (66, 72)),
    Template("HSG", 1.0, (66, 72)),
    Template("HSC", 1.0, (64, 80)),
    Template("HSGG", 1.0, (66, 72)),
)


def draw_members(households: pd.DataFrame, seed: int) -> pd.DataFrame:
    """One row a person, by household and place in it.

    Columns: ``household`` (position), ``slot``, ``relation`` (code of the contract's labels),
    ``is_male``, ``age`` (years), ``line`` (0 of the male line, 1 of another family).
    """
    rng = stream(seed, "members")
    parts = []
    for unable, templates in ((False, _LABOUR), (True, _NO_LABOUR)):
        for size in sorted(households["size"].unique()):
            fitting = [t for t in templates if len(t.roles) == size]
            group = np.flatnonzero((households["size"] == size) & (households["is_no_labour"] == unable))
            if len(group) == 0:
                continue
            chosen = draw(rng, [t.weight for t in fitting], len(group))
            parts += [
                _family(rng, template, group[chosen == number]) for number, template in enumerate(fitting)
            ]
    persons = pd.concat(parts, ignore_index=True)
    return persons.sort_values(["household", "slot"], ignore_index=True)


def _family(rng: np.random.Generator, template: Template, group: np.ndarray) -> pd.DataFrame:
    """Members of the households `group`, all of one template."""
    count, roles = len(group), template.roles
    ages = _ages(rng, roles, rng.integers(template.head_ages[0], template.head_ages[1] + 1, count))
    male = _sexes(rng, roles, count)
    relations = _relations(roles, male)
    return pd.DataFrame(
        {
            "household": np.tile(group, len(roles)),
            "slot": np.repeat(np.arange(len(roles)), count),
            "relation": np.concatenate(relations),
            "is_male": np.concatenate(male),
            "age": np.concatenate(ages),
            "line": np.concatenate(_lines(roles, male)),
        }
    )


def _ages(rng: np.random.Generator, roles: str, head: np.ndarray) -> list[np.ndarray]:
    """Ages in years, each counted from a member who came before."""
    ages: list[np.ndarray] = []
    last: dict[str, np.ndarray] = {"H": head}
    for role in roles:
        if role != "H":
            base, low, high, least = _age_rule(role, last)
            age = last[base] + rng.integers(low, high + 1, len(head))
            last[role] = np.clip(age, least, _OLDEST)
        ages.append(last[role])
    return ages


def _age_rule(role: str, last: dict[str, np.ndarray]) -> tuple[str, int, int, int]:
    """From whom an age is counted, from how many years to how many, and the least age."""
    rules = {
        "S": ("H", -5, 2, 22),
        "C": ("C", -6, -1, 0) if "C" in last else ("H", -30, -22, 0),
        "D": ("C", -3, 3, 20),
        # Without their parents in the house the head raises school children.
        "G": ("C", -27, -21, 0) if "C" in last else ("H", -61, -56, 5),
        "P": ("P", -5, 3, 40) if "P" in last else ("H", 21, 30, 40),
        "B": ("H", -6, 6, 20),
    }
    if role == "G" and "G" in last:
        return "G", -5, -1, 0
    return rules[role]


def _sexes(rng: np.random.Generator, roles: str, count: int) -> list[np.ndarray]:
    head = rng.random(count) < (0.88 if "S" in roles else 0.70)
    sexes: list[np.ndarray] = []
    for number, role in enumerate(roles):
        if role == "H":
            sexes.append(head)
        elif role == "S":
            sexes.append(~head)
        elif role == "C" and "D" in roles:
            sexes.append(rng.random(count) < 0.88)
        elif role == "D":
            sexes.append(~sexes[roles.index("C")])
        elif role == "P" and roles.count("P") == 2:
            sexes.append(np.full(count, number == roles.index("P")))
        elif role == "P":
            sexes.append(rng.random(count) < 0.30)
        else:
            sexes.append(rng.random(count) < 0.52)
    return sexes


def _relations(roles: str, male: list[np.ndarray]) -> list[np.ndarray]:
    head_male = male[0]
    child_male = male[roles.index("C")] if "C" in roles else np.ones_like(head_male)
    # A wife at the head lives with her husband's parents.
    in_law = ~head_male & ("S" in roles)

    def pick(is_male: np.ndarray, man: str, woman: str) -> np.ndarray:
        return np.where(is_male, _RELATION[man], _RELATION[woman])

    found = []
    for role, sex in zip(roles, male, strict=True):
        if role == "C":
            found.append(pick(sex, "之子", "之女"))
        elif role == "D":
            found.append(pick(sex, "之女婿", "之儿媳"))
        elif role == "G":
            through_son = pick(sex, "之孙子", "之孙女")
            found.append(np.where(child_male, through_son, pick(sex, "之外孙子", "之外孙女")))
        elif role == "P":
            found.append(np.where(in_law, pick(sex, "之公公", "之婆婆"), pick(sex, "之父", "之母")))
        else:
            label = {"H": "户主", "S": "配偶", "B": "之兄弟姐妹"}[role]
            found.append(np.full(len(sex), _RELATION[label]))
    return found


def _lines(roles: str, male: list[np.ndarray]) -> list[np.ndarray]:
    """Whether a member bears the family's surname (0) or came in by marriage (1)."""
    married = "S" in roles
    lines = []
    for role, sex in zip(roles, male, strict=True):
        if role in "HS":
            own = sex if married else np.ones(len(sex), dtype=bool)
        elif role == "D":
            own = np.zeros(len(sex), dtype=bool)
        else:
            own = sex | (role != "P")
        lines.append(np.where(own, 0, 1))
    return lines
