"""Which published counts are sums of which: what anybody can compute from a table.

A suppressed cell is protected only if none of these sums gives it back. Whatever holds in the
whole table counts as known, whether it is a rule or luck.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.contract.labels import CALL_DISPOSITIONS
from hanbin_lib.indicators import ALL, DEFINITIONS
from hanbin_lib.indicators.register import SITUATIONS, STOCKS
from hanbin_lib.indicators.safeguards import REGISTERED

_TOLERANCE = 1e-6
# Sums between indicators: a total, and the rows that make it up (all labels where one ends with "=").
_Row = tuple[str, str]
_ACROSS: tuple[tuple[_Row, tuple[_Row, ...]], ...] = (
    (("households_without_measure", ALL), (("open_risk_households", f"situation={SITUATIONS[0]}"),)),
    (
        ("monitored_households", ALL),
        (("income_band_households", "band="), ("income_missing_households", ALL)),
    ),
    (("phone_base_households", ALL), (("registered_households", ALL),)),
    (("phone_called_households", ALL), (("phone_disposition_households", "disposition="),)),
    (
        ("phone_reached_households", ALL),
        (("phone_disposition_households", f"disposition={CALL_DISPOSITIONS[0]}"),),
    ),
    *(
        (
            ("phone_problem_households", f"answer={label}"),
            (
                ("safeguard_both_households", f"safeguard={label}"),
                ("safeguard_phone_only_households", f"safeguard={label}"),
            ),
        )
        for label in REGISTERED.values()
    ),
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One sum: the signed values of its cells add up to zero.

    Parameters
    ----------
    cells
        Positions of the cells; the total stands first.
    signs
        -1 for the total, 1 for its parts.
    """

    cells: np.ndarray
    signs: np.ndarray


def relations_of(table: pd.DataFrame) -> list[Relation]:
    """Sums over places, groups, states and months among the rows of `table`.

    Parameters
    ----------
    table
        Counts only, in the shape of a table of indicators, with a fresh index.
    """
    known = {key: n for n, key in enumerate(_keys(table))}
    values = table["value"].to_numpy(dtype=float)
    found = [
        *_over_places(table),
        *_over_groups(table, values),
        *_over_states(known),
        *_across(table),
        *_over_months(table, known),
    ]
    return [one for one in found if abs(float(one.signs @ values[one.cells])) < _TOLERANCE]


def _keys(table: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    names = ("indicator", "month", "place_code", "group")
    return zip(*(table[name] for name in names), strict=True)


def _relation(total: int, parts: Iterable[int]) -> Relation:
    cells = np.array([total, *parts])
    signs = np.ones(len(cells))
    signs[0] = -1.0
    return Relation(cells, signs)


def _over_places(table: pd.DataFrame) -> Iterator[Relation]:
    """A county is the sum of its towns."""
    additive = table["indicator"].map(lambda name: DEFINITIONS[name].is_additive).astype(bool)
    rows = table[additive]
    is_county = rows["place_code"].str.len().eq(6)
    for _, own in rows.groupby(["indicator", "month", "group"], sort=False):
        top = own.index[is_county[own.index]]
        parts = own.index.difference(top)
        if len(top) == 1 and len(parts):
            yield _relation(int(top[0]), parts)


def _over_groups(table: pd.DataFrame, values: np.ndarray) -> Iterator[Relation]:
    """All is the sum over the labels of a dimension, where it is so at every place."""
    dimension = table["group"].where(table["group"].eq(ALL), table["group"].str.partition("=")[0])
    for _, rows in table.groupby(["indicator", "month"], sort=False):
        names = dimension[rows.index]
        for name in names[names.ne(ALL)].unique():
            sums = [
                _relation(int(own.index[names[own.index].eq(ALL)][0]), own.index[names[own.index].eq(name)])
                for _, own in rows.groupby("place_code", sort=False)
                if names[own.index].eq(ALL).any() and names[own.index].eq(name).any()
            ]
            if all(abs(float(one.signs @ values[one.cells])) < _TOLERANCE for one in sums):
                yield from sums


def _over_states(known: dict[tuple[str, str, str, str], int]) -> Iterator[Relation]:
    """Monitored is eliminated and open."""
    total, *states = STOCKS
    for (indicator, month, place, group), cell in known.items():
        stem, _, unit = indicator.rpartition("_")
        if stem != total:
            continue
        parts = [known.get((f"{state}_{unit}", month, place, group)) for state in states]
        if all(part is not None for part in parts):
            yield _relation(cell, [part for part in parts if part is not None])


def _across(table: pd.DataFrame) -> Iterator[Relation]:
    """One indicator is the sum of rows of others, at each place and month."""
    rows = table[table["indicator"].isin({name for name, _ in _named()})]
    for _, own in rows.groupby(["month", "place_code"], sort=False):
        for total, parts in _ACROSS:
            top = own.index[_is_row(own, total)]
            below = [own.index[_is_row(own, part)] for part in parts]
            if len(top) == 1 and all(len(cells) for cells in below):
                yield _relation(int(top[0]), np.concatenate(below))


def _named() -> Iterator[_Row]:
    for total, parts in _ACROSS:
        yield total
        yield from parts


def _is_row(table: pd.DataFrame, row: _Row) -> pd.Series:
    name, group = row
    labels = table["group"]
    return table["indicator"].eq(name) & (
        labels.str.startswith(group) if group[-1] == "=" else labels.eq(group)
    )


def _over_months(table: pd.DataFrame, known: dict[tuple[str, str, str, str], int]) -> Iterator[Relation]:
    """Last month's register and who is new; last month's open, new, and less who is settled."""
    months = sorted(table["month"].unique())
    before = dict(zip(months[1:], months, strict=False))
    for (indicator, month, place, group), cell in known.items():
        stem, _, unit = indicator.rpartition("_")
        then = before.get(month)
        if then is None or stem not in STOCKS:
            continue
        names = {"monitored": ("new",), "risk_eliminated": ("newly_eliminated",)}.get(stem, ())
        parts = [known.get((f"{name}_{unit}", month, place, group)) for name in names]
        last = known.get((indicator, then, place, group))
        if names and last is not None and None not in parts:
            yield _relation(cell, [last, *(part for part in parts if part is not None)])
