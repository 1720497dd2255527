"""The demonstration district as a whole: households, persons and all that is true of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions, SeededDefects, Totals
from hanbin_demo.defects import clear_disability
from hanbin_demo.households import plan_households
from hanbin_demo.incomes import draw_incomes
from hanbin_demo.measures import draw_measures, first_measures
from hanbin_demo.members import draw_members
from hanbin_demo.names import draw_births, draw_names, identity_numbers, telephone_numbers
from hanbin_demo.people import describe, support
from hanbin_demo.places import Places, draw_places
from hanbin_demo.risks import draw_causes, has_cause, strike
from hanbin_demo.work import assign_work
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister
from hanbin_lib.statistics import stream


@dataclass(frozen=True)
class District:
    """Everything that is true of the demonstration district.

    Parameters
    ----------
    households, persons, incomes
        One row a household, a person, a household; ``persons.household`` is the position.
    causes
        Up to three causes of risk a household (codes of the contract's labels, -1 none).
    measures
        Text of each kind of measure by household.
    first_measure
        Month of the first measure (`Month.ordinal`), -1 none.
    codes, phones
        Household codes and telephone numbers.
    planted
        Faults seeded so far, by kind.
    """

    month: Month
    seed: int
    scale: float
    totals: Totals
    assumptions: Assumptions
    defects: SeededDefects
    places: Places
    households: pd.DataFrame
    persons: pd.DataFrame
    incomes: pd.DataFrame
    causes: np.ndarray
    measures: dict[str, np.ndarray]
    first_measure: np.ndarray
    codes: np.ndarray
    phones: np.ndarray
    planted: dict[str, int]


def build_district(
    register: AreaRegister, *, month: Month, seed: int, scale: float, hard: bool = False
) -> District:
    """Draw the whole district; each part has a random stream of its own."""
    assumptions = Assumptions.hard() if hard else Assumptions()
    defects, totals = SeededDefects(), Totals.at(scale)
    now = month.ordinal
    places = draw_places(register, assumptions, seed)
    households = plan_households(places, totals, assumptions, defects, month=month, seed=seed, scale=scale)
    persons = describe(draw_members(households, seed), households, seed)
    causes = draw_causes(persons, households, places, assumptions, seed)
    persons, unmarked = clear_disability(
        strike(persons, causes, seed), households, causes, defects, scale=scale, seed=seed
    )
    persons = support(persons, households, assumptions, seed)
    unstable = has_cause(causes, "因务工就业不稳")
    persons = assign_work(
        persons, households, places, totals, assumptions, unstable=unstable, month=now, seed=seed
    )
    incomes = draw_incomes(persons, households, causes, places, assumptions, month=now, seed=seed)
    first = first_measures(households, places, assumptions, month=now, scale=scale, seed=seed)
    codes = _household_codes(households, places, seed)
    return District(
        month=month,
        seed=seed,
        scale=scale,
        totals=totals,
        assumptions=assumptions,
        defects=defects,
        places=places,
        households=households,
        persons=_identified(persons, codes, month, seed),
        incomes=incomes,
        causes=causes,
        measures=draw_measures(persons, households, causes, incomes, first, seed=seed),
        first_measure=first,
        codes=codes,
        phones=telephone_numbers(len(households), seed),
        planted=_planted(households, first, unmarked, assumptions, now),
    )


def _planted(
    households: pd.DataFrame, first: np.ndarray, unmarked: int, assumptions: Assumptions, now: int
) -> dict[str, int]:
    """Faults that stand in the district itself, counted as the import will count them."""
    gone = (households["eliminated"] >= 0) & ~households["is_natural"]
    waited = households["eliminated"] - households["identified"]
    due = households["is_open"] & (households["identified"] < now)
    return {
        "disabled_cause_without_disabled": unmarked,
        "eliminated_too_early": int((gone & (waited < assumptions.least_months_to_elimination)).sum()),
        "open_without_measure": int((due & (first < 0)).sum()),
    }


def _household_codes(households: pd.DataFrame, places: Places, seed: int) -> np.ndarray:
    """Opaque codes, unique, in which the place is not to be read."""
    rng = stream(seed, "codes")
    numbers = rng.permutation(len(households)) + 1
    county = str(places.register.county["place_code"])
    return np.array([f"{county}{number:010d}" for number in numbers], dtype=object)


def _identified(persons: pd.DataFrame, codes: np.ndarray, month: Month, seed: int) -> pd.DataFrame:
    births = draw_births(persons, month.last_day, seed)
    household = persons["household"].to_numpy()
    person_codes = [
        f"{codes[place]}{slot + 1:02d}" for place, slot in zip(household, persons["slot"], strict=True)
    ]
    return persons.assign(
        name=draw_names(persons, seed),
        birth=births,
        id_number=identity_numbers(births, persons["is_male"].to_numpy()),
        code=np.array(person_codes, dtype=object),
    )
