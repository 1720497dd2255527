"""How a recount is written, and held against the library's table.

A recount says the definition in words, one household (problem, call, …) at a time, in plain
Python: no column, no mask, no function of the library that computes.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pandas as pd
from worlds import COUNTY, World

from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.months import Month


class One(NamedTuple):
    """One case: where it lies, and what it adds to numerator and denominator."""

    town: str | None
    village: str | None
    part: float
    whole: float = 0.0
    group: str = "all"


Cases = Callable[[World, Month], Iterator[One]]
Numbers = dict[tuple[str, str], dict[str, float]]  # (group, place) -> column -> number
COUNTS: dict[str, Cases] = {}
SHARES: dict[str, Cases] = {}
NUMBERS: dict[str, Callable[[World, Month], Numbers]] = {}
# What is drawn at random agrees within a few standard errors of the draws, in the unit of the column.
TOLERANCE: dict[str, float] = {}


def counts(*names: str) -> Callable[[Cases], Cases]:
    """The recount adds up to a count, zero where there is no case."""
    return _registered(COUNTS, names)


def shares(*names: str) -> Callable[[Cases], Cases]:
    """The recount adds up to numerator and denominator of a share."""
    return _registered(SHARES, names)


def numbers(*names: str, tolerance: float | None = None) -> Callable:
    """The recount gives the columns of each row itself."""
    TOLERANCE.update(dict.fromkeys(names, tolerance) if tolerance is not None else {})
    return _registered(NUMBERS, names)


def _registered(registry, names):
    def keep(recount):
        for name in names:
            assert name in DEFINITIONS, name
            assert not any(name in kind for kind in (COUNTS, SHARES, NUMBERS)), name
            registry[name] = recount
        return recount

    return keep


def disagreements(table: pd.DataFrame, world: World, name: str) -> list[str]:
    """Every row of the indicator that the recount does not give."""
    own, tolerance = table[table["indicator"].eq(name)], TOLERANCE.get(name)
    faults = []
    for text, rows in own.groupby("month"):
        month = Month.parse(text)
        if name in NUMBERS:
            faults += _numbers(rows, NUMBERS[name](world, month), tolerance)
        else:
            kind = COUNTS if name in COUNTS else SHARES
            faults += _sums(rows, kind[name](world, month), name in SHARES)
    return [f"{name} {fault}" for fault in faults] or ([] if len(own) else [f"{name}: no rows"])


def _sums(rows: pd.DataFrame, found: Iterator[One], is_share: bool) -> list[str]:
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in found:
        for place in (COUNTY, one.town, one.village):
            if place is not None:
                sums[one.group, place][0] += one.part
                sums[one.group, place][1] += one.whole
    faults = []
    places = set(rows["place_code"])
    for key, (part, whole) in sums.items():
        if (part or whole) and key[1] in places and key[0] not in set(rows["group"]):
            faults.append(f"{key}: {part} of {whole} without a row")
    for row in rows.itertuples():
        part, whole = sums.get((row.group, row.place_code), [0.0, 0.0])
        value = part if not is_share else part / whole if whole > 0 else math.nan
        expected = {"numerator": part, "value": value} | ({"denominator": whole} if is_share else {})
        faults += _apart(row, expected, None)
    return faults


def _numbers(rows: pd.DataFrame, found: Numbers, tolerance: float | None) -> list[str]:
    keys = {(row.group, row.place_code) for row in rows.itertuples()}
    faults = [f"{key}: without a row" for key, one in found.items()
              if key not in keys and not math.isnan(one["value"])]  # fmt: skip
    for row in rows.itertuples():
        expected = found.get((row.group, row.place_code))
        faults += (
            [f"{row.month} {row.group} {row.place_code}: not recounted"]
            if expected is None
            else _apart(row, expected, tolerance)
        )
    return faults


def _apart(row, expected: dict[str, float], tolerance: float | None) -> list[str]:
    return [
        f"{row.month} {row.group} {row.place_code} {column}: {getattr(row, column)} is not {number}"
        for column, number in expected.items()
        if not _same(getattr(row, column), number, tolerance)
    ]


def _same(got: float, number: float, tolerance: float | None) -> bool:
    if math.isnan(number) or math.isnan(got):
        return math.isnan(number) and math.isnan(got)
    return abs(got - number) <= (tolerance if tolerance is not None else 1e-9 * max(1.0, abs(number)))
