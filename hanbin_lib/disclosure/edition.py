"""The public edition of a month's table of figures.

Published are the county's figures and the towns' of this month. Villages, earlier months of
towns, scores and ranks (which give small counts back) are withheld; small counts of households
and persons are suppressed, with as many others as their protection takes.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib.disclosure.relations import relations_of
from hanbin_lib.disclosure.suppression import suppress
from hanbin_lib.indicators import ALL, NoteCode, Unit
from hanbin_lib.indicators.table import NUMBERS
from hanbin_lib.store.cache import cached

_COUNTED = (Unit.HOUSEHOLDS.value, Unit.PERSONS.value)
_WITHHELD = (Unit.SCORE.value, Unit.RANK.value)
_SAMPLED_HOUSEHOLDS = "unit=户"
# Chances of a tier give ranks back.
_OF_RANKS = frozenset({"town_front_share", "town_back_share"})
# Of a town: weighted over two or three strata that are not printed, or the change of a share. One such
# number with all its digits is an equation of whole numbers that has one solution.
_EQUATIONS = frozenset(
    {"phone_problem_share", "phone_problem_bound_share", "phone_problem_change", "phone_visited_share"}
    | {"phone_satisfied_share", "inspection_pooled_share"}
)
# Digits after the point that are printed: of what lies between 0 and 1, and of amounts and durations.
_DIGITS_OF_SHARES, _DIGITS_OF_AMOUNTS = 3, 0


def public_table(table: pd.DataFrame, month: str, threshold: int) -> pd.DataFrame:
    """The table with everything that may not leave marked as suppressed.

    Parameters
    ----------
    table
        All indicators of the month.
    month
        The reporting month: towns are published for it alone.
    threshold
        Least count of households or persons that is published.
    """
    reported = table["note_code"].eq(NoteCode.REPORTED)
    hidden = reported & _is_withheld(table, month)
    is_count = reported & ~hidden & _is_count(table)
    counts = table[is_count].reset_index(drop=True)
    levels = counts["place_code"].str.len().eq(6) * 2 + counts["group"].eq(ALL)
    values = counts["value"].to_numpy(dtype=float)
    closed = suppress(values, levels.to_numpy(dtype=int), relations_of(counts), threshold)
    hidden[is_count] = closed
    hidden |= reported & ~is_count & ~hidden & _gives_back(table, hidden & is_count, threshold)
    result = table.copy()
    result.loc[hidden, NUMBERS] = np.nan
    result.loc[hidden, "note_code"] = NoteCode.SUPPRESSED.value
    return _rounded(result, ~is_count)


def _rounded(table: pd.DataFrame, is_other: pd.Series) -> pd.DataFrame:
    """Shares, amounts and intervals with the digits that a bulletin prints: more would be equations.

    The parts of a share stay where they are printed as counts; sums of yuan behind a mean do not.
    """
    names = ["value", "lower", "upper"]
    shares = is_other & table["unit"].isin([Unit.SHARE.value, Unit.POINTS.value])
    amounts = is_other & table["unit"].eq(Unit.YUAN.value)
    for rows, digits in ((shares, _DIGITS_OF_SHARES), (amounts, _DIGITS_OF_AMOUNTS)):
        table.loc[rows, names] = table.loc[rows, names].round(digits)
    table.loc[amounts | (shares & _is_of_yuan(table)), ["numerator", "denominator"]] = np.nan
    return table


def _is_of_yuan(table: pd.DataFrame) -> pd.Series:
    """Shares whose parts are no whole numbers: of incomes, of gaps to the line."""
    parts = table[["numerator", "denominator"]].fillna(0)
    return parts.ne(parts.round()).any(axis=1)


def cached_public_table(table: pd.DataFrame, month: str, threshold: int, cache: Path) -> pd.DataFrame:
    """As `public_table`, worked out once for the same table, threshold and program."""
    return cached(
        f"public-{month}",
        table,
        threshold,
        folder=cache,
        compute=lambda: public_table(table, month, threshold),
    )


def _is_withheld(table: pd.DataFrame, month: str) -> pd.Series:
    level = table["place_code"].str.len()
    earlier_town = level.eq(9) & table["month"].ne(month)
    names = table["indicator"]
    equations = level.eq(9) & names.isin(_EQUATIONS)
    return level.eq(12) | earlier_town | equations | names.isin(_OF_RANKS) | table["unit"].isin(_WITHHELD)


def _is_count(table: pd.DataFrame) -> pd.Series:
    """Counts of households and persons, those of an inspection's sample too; they have no base."""
    counted = table["unit"].isin(_COUNTED) | table["group"].eq(_SAMPLED_HOUSEHOLDS)
    return counted & table["denominator"].isna()


def _gives_back(table: pd.DataFrame, hidden: pd.Series, threshold: int) -> pd.Series:
    """Ratios whose parts are small, or are what was suppressed at the same place and month."""
    part, whole = table["numerator"], table["denominator"]
    rest = whole - part
    small = [numbers.gt(0) & numbers.lt(threshold) for numbers in (part, whole, rest)]
    where = table["place_code"] + " " + table["month"] + " "
    closed = set(where[hidden] + table.loc[hidden, "value"].map("{:.0f}".format))
    known = [
        (where + numbers.map("{:.0f}".format)).isin(closed) & numbers.gt(0) for numbers in (part, whole, rest)
    ]
    is_ratio = whole.notna()
    return is_ratio & np.logical_or.reduce([*small, *known])
