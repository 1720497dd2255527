"""The public edition of a month's table of figures.

Published are the county's figures and the towns' of this month. Counts of households and persons are printed
as coarsely as `protection` decides; so coarse are shares of them too, and only the county has any. Villages,
earlier months of towns, clues, the roster, scores, ranks and what gives them back are withheld.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib.disclosure.attack import Attacker, Bounds
from hanbin_lib.disclosure.knowledge import SAMPLED_HOUSEHOLDS, knowledge_of
from hanbin_lib.disclosure.protection import prints_of
from hanbin_lib.disclosure.rounding import Print, Rounding, told
from hanbin_lib.disclosure.shares import settle_means, settle_shares
from hanbin_lib.indicators import CHAPTERS, NoteCode, Unit
from hanbin_lib.indicators.table import NUMBERS
from hanbin_lib.store.cache import cached

_COUNTED = (Unit.HOUSEHOLDS.value, Unit.PERSONS.value)
_WITHHELD = (Unit.SCORE.value, Unit.RANK.value)
_SAMPLE_PROBLEMS = "inspection_problem_units"
# Chances of a tier give ranks back; one warning is one household's row.
_OF_RANKS = frozenset({"town_front_share", "town_back_share"})
_OF_ROWS = "data_warnings"
# A clue is one household's row: who was reported, by whom, and what became of it stays in the bureau.
# The roster is another department's, and not this one's to publish.
_INSIDE = tuple(one.id for title in ("线索和预警", "低收入人口名册") for one in CHAPTERS[title])


def public_table(table: pd.DataFrame, month: str, rounding: Rounding) -> pd.DataFrame:
    """The table as it may leave.

    A rounded count stands with ``lower`` and ``upper``, the least and most that it can be.

    Parameters
    ----------
    table
        All indicators of the month.
    month
        The reporting month: towns are published for it alone.
    rounding
        How coarse the edition is.
    """
    result = table.copy()
    reported = table["note_code"].eq(NoteCode.REPORTED)
    withheld = reported & _is_withheld(table, month)
    counts = reported & is_count(table) & table["place_code"].str.len().lt(12)
    prints = _settle_counts(result, counts, counts & ~withheld, rounding)
    others = reported & ~withheld & ~counts
    hidden = withheld | (counts & prints.eq(Print.HIDDEN))
    hidden |= settle_means(result, others, rounding) | settle_shares(result, others, prints, rounding)
    result.loc[hidden, NUMBERS] = np.nan
    result.loc[hidden, "note_code"] = NoteCode.SUPPRESSED.value
    return result


def cached_public_table(table: pd.DataFrame, month: str, rounding: Rounding, cache: Path) -> pd.DataFrame:
    """As `public_table`, worked out once for the same table, coarseness and program."""
    found: pd.DataFrame = cached(
        f"public-{month}",
        table,
        rounding,
        folder=cache,
        compute=lambda: public_table(table, month, rounding),
    )
    return found


def is_count(table: pd.DataFrame) -> pd.Series:
    """Counts of households and persons, those of an inspection's sample too; they have no base."""
    sampled = table["indicator"].eq(_SAMPLE_PROBLEMS) & table["group"].eq(SAMPLED_HOUSEHOLDS)
    return (table["unit"].isin(_COUNTED) | sampled) & table["denominator"].isna()


def exposed(public: pd.DataFrame, month: str, rounding: Rounding) -> pd.DataFrame:
    """Counts of a public table that are not told, and that what is told gives back: there may be none.

    Parameters
    ----------
    public
        Rows of ``indicators.csv`` as whoever downloads it reads them.
    """
    level, told_or_not = public["place_code"].str.len(), [NoteCode.REPORTED, NoteCode.SUPPRESSED]
    rows = is_count(public) & public["note_code"].isin(told_or_not) & level.lt(12)
    counts = public[rows & ~_is_withheld(public, month)].reset_index(drop=True)
    printed = (counts[name].to_numpy(dtype=float) for name in ("value", "lower", "upper"))
    width = Attacker(knowledge_of(counts)).bounds(Bounds(*told(*printed))).width
    return counts[counts["value"].isna() & (width < rounding.threshold)]


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of what is known is published.

    Parameters
    ----------
    county, county_of, towns, towns_of
        Figures of this edition that are published, of so many that have a value.
    """

    county: int
    county_of: int
    towns: int
    towns_of: int


def kept(public: pd.DataFrame, month: str) -> Kept:
    """Published figures of the county and, of this month, of its towns."""
    level, shown = public["place_code"].str.len(), public["note_code"].eq(NoteCode.REPORTED)
    known = shown | public["note_code"].eq(NoteCode.SUPPRESSED)
    county, towns = level.eq(6), level.eq(9) & public["month"].eq(month)
    parts = ((rows & which).sum() for rows in (county, towns) for which in (shown, known))
    return Kept(*map(int, parts))


def _is_withheld(table: pd.DataFrame, month: str) -> pd.Series:
    level, names = table["place_code"].str.len(), table["indicator"]
    is_town = level.eq(9)
    of_few = names.eq(_OF_ROWS) | (names.eq(_SAMPLE_PROBLEMS) & table["group"].eq(SAMPLED_HOUSEHOLDS))
    town_only = is_town & (table["month"].ne(month) | of_few)
    return level.eq(12) | town_only | names.isin({*_OF_RANKS, *_INSIDE}) | table["unit"].isin(_WITHHELD)


def _settle_counts(
    result: pd.DataFrame, known: pd.Series, is_free: pd.Series, rounding: Rounding
) -> pd.Series:
    """Write the counts as they are printed; how much of each that is.

    Earlier editions have printed the towns' earlier months: whoever has them knows these too.
    """
    counts = result[known].reset_index(drop=True)
    found = prints_of(counts, is_free[known].to_numpy(), rounding)
    value, low, high = rounding.shown(counts["value"].to_numpy(dtype=float), found)
    numbers = {"numerator": value, "value": value, "lower": low, "upper": high}
    for name, column in numbers.items():
        result.loc[known, name] = column
    prints = pd.Series(-1, index=result.index)
    prints[known] = found
    return prints
