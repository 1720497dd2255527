"""What anybody knows of a month's counts before seeing one: sums, parts of wholes, persons in households.

Everything follows from the definitions of the indicators. Where a row may lack what it is counted by (a
channel, the register's answer, the month of an elimination) the parts are at most the whole; that they are
the whole is taken for known where it is so, since anybody may guess it, and never where it is not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts are imported when they are used: they take half a second

from hanbin_lib.areas import COUNTY
from hanbin_lib.contract.labels import CALL_DISPOSITIONS
from hanbin_lib.indicators import ALL, DEFINITIONS
from hanbin_lib.indicators.register import FLOWS, SITUATIONS, STOCKS, STRATA
from hanbin_lib.indicators.safeguards import ANSWERED, REGISTERED
from hanbin_lib.indicators.table import KEY

SAMPLED_HOUSEHOLDS = "unit=户"  # of an inspection: a group that is no part of a total
# A household has at least one person and, as anybody may guess, at most so many.
MOST_PERSONS = 12
_COUNTED = ("households", "persons")
_FLOW_OF = dict(zip(FLOWS, STOCKS, strict=False))  # the stock that a flow goes into
_STAYING, _SETTLING = FLOWS
_REGISTER = "register_problem_households"
_PARTITIONS = ("category", "cause", "situation")

_Row = tuple[str, str]  # indicator and group; all labels of a dimension where the group ends with "="
_Rows = tuple[_Row, ...]


def _own(indicator: str, dimension: str) -> tuple[_Row, _Rows]:
    return (indicator, ALL), ((indicator, f"{dimension}="),)


def _all(indicator: str) -> _Rows:
    return ((indicator, ALL),)


def _at(indicator: str, dimension: str, label: str) -> _Rows:
    return ((indicator, f"{dimension}={label}"),)


def _either(one: str, other: str, label: str) -> _Rows:
    """Two ways in which register and telephone may agree or not."""
    names = (f"safeguard_{way}_households" for way in (one, other))
    return tuple((name, f"safeguard={label}") for name in names)


# Who has no stored income may have one that can be recomputed, and is in a band then.
_WITH_INCOME: _Rows = (("income_band_households", "band="), ("income_missing_households", ALL))
# A whole, and the rows that make it up, at each place and month.
_SUMS: tuple[tuple[_Row, _Rows], ...] = (
    _own("able_households", "stratum"),
    _own("no_worker_households", "stratum"),
    (("households_without_measure", ALL), (("open_risk_households", f"situation={SITUATIONS[0]}"),)),
    (("phone_base_households", ALL), (("registered_households", ALL),)),
    (("phone_called_households", ALL), (("phone_disposition_households", "disposition="),)),
    (
        ("phone_reached_households", ALL),
        (("phone_disposition_households", f"disposition={CALL_DISPOSITIONS[0]}"),),
    ),
)
# The same of rows that lack nothing.
_SUMS_OF_COMPLETE: tuple[tuple[_Row, _Rows], ...] = (
    _own("transferred_workers", "channel"),
    (("monitored_households", ALL), _WITH_INCOME),
    *(
        (("phone_problem_households", f"answer={label}"), _either("both", "phone_only", label))
        for label in REGISTERED.values()
    ),
)
# What is at most what, at each place and month: the rows on the left together, those on the right together.
_WITHIN: tuple[tuple[_Rows, _Rows], ...] = (
    (_all("phone_called_households"), _all("phone_base_households")),
    (_all("phone_problem_households"), _all("phone_reached_households")),
    (_all("phone_problem_households"), (("phone_problem_households", "answer="),)),
    (_all("monitored_households"), _all("registered_households")),
    ((("transferred_workers", "channel="),), _all("transferred_workers")),
    (_all("monitored_households"), _WITH_INCOME),
    *(((row,), _all("monitored_households")) for row in _WITH_INCOME),
    *(
        (_either("both", "phone_only", label), _at("phone_problem_households", "answer", label))
        for label in REGISTERED.values()
    ),
    (_all("income_mismatch_households"), _all("monitored_households")),
    (_all("income_fell_households"), _all("monitored_households")),
    (_all("below_line_open_households"), _all("open_risk_households")),
    (_all("below_line_unmonitored_households"), _all("registered_households")),
    (_all("workshop_lifted_employees"), _all("workshop_employees")),
    (_all("able_households"), _all("registered_households")),
    (_at("able_households", "stratum", STRATA[0]), _all("open_risk_households")),
    (_at("able_households", "stratum", STRATA[1]), _all("risk_eliminated_households")),
    *(
        (_at("no_worker_households", "stratum", label), _at("able_households", "stratum", label))
        for label in STRATA
    ),
    *(
        (_at("phone_problem_households", "answer", label), _all("phone_problem_households"))
        for label in ANSWERED.values()
    ),
    *(
        (_either("both", "register_only", label), _at(_REGISTER, "safeguard", label))
        for label in REGISTERED.values()
    ),
    *(
        (
            _at(_REGISTER, "safeguard", label) + _at("register_unknown_households", "safeguard", label),
            _all("registered_households"),
        )
        for label in REGISTERED.values()
    ),
)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Linear rows over the counts: ``matrix @ counts`` is at most zero, and is zero where `is_sum`.

    Parameters
    ----------
    matrix
        One row a statement, one column a count.
    is_sum
        Which statements are equations.
    is_near
        Which speak of the last months: programs are asked of these alone, in half the time; what a year says
        of a month is in the bounds that they start from.
    """

    matrix: scipy.sparse.csr_matrix
    is_sum: np.ndarray
    is_near: np.ndarray


def knowledge_of(counts: pd.DataFrame, truth: np.ndarray | None = None, near: int = 2) -> Knowledge:
    """What is known of the rows of `counts`, by their keys.

    Parameters
    ----------
    counts
        Counts of households and persons in the shape of a table of indicators, with a fresh index.
    truth
        The counts themselves, for whoever has them: what anybody may guess and is so is known then as well.
    near
        So many of the last months are near ones.
    """
    at = _Places(counts)
    sums = [
        *_over_places(counts),
        *_over_labels(at),
        *_over_states(at),
        *_over_months(at, _STAYING),
        *_declared(at, _SUMS),
    ]
    months = list(_over_months(at, _SETTLING))
    if truth is not None:
        guesses = [*months, *_declared(at, _SUMS_OF_COMPLETE)]
        sums += [(cells, weights) for cells, weights in guesses if weights @ truth[cells] == 0]
    within = [*_persons(at), *_flows(at), *_parts(at), *months]
    rows = [*sums, *within]
    lengths = [len(cells) for cells, _ in rows]
    where = np.concatenate([cells for cells, _ in rows]) if rows else np.zeros(0, dtype=int)
    sizes = np.concatenate([weights for _, weights in rows]) if rows else np.zeros(0)
    lines = np.repeat(np.arange(len(rows)), lengths)
    matrix = scipy.sparse.csr_matrix((sizes, (lines, where)), shape=(len(rows), len(counts)))
    is_late = counts["month"].isin(at.months[-near:]).to_numpy(dtype=float)
    return Knowledge(matrix, np.arange(len(rows)) < len(sums), abs(matrix) @ is_late > 0)


_Line = tuple[np.ndarray, np.ndarray]  # positions and weights


class _Places:
    """Where a count stands in the table, by its key."""

    def __init__(self, counts: pd.DataFrame) -> None:
        keys = zip(*(counts[name] for name in KEY), strict=True)
        self.cells = {key: n for n, key in enumerate(keys)}
        self.months = sorted(set(counts["month"]))
        labels: dict[tuple[str, str, str, str], list[int]] = {}
        for (indicator, month, place, group), n in self.cells.items():
            labels.setdefault((indicator, month, place, f"{group.partition('=')[0]}="), []).append(n)
        self.labels = labels
        self.sites = sorted({(month, place) for _, month, place, _ in self.cells})

    def find(self, row: _Row, month: str, place: str) -> list[int]:
        """The counts that a row names; none where it is not there."""
        name, group = row
        if group.endswith("="):
            return self.labels.get((name, month, place, group), [])
        cell = self.cells.get((name, month, place, group))
        return [] if cell is None else [cell]


def _line(plus: Iterable[int], minus: Iterable[int], weight: float = 1.0) -> _Line:
    plus, minus = list(plus), list(minus)
    return np.array([*plus, *minus]), np.array([1.0] * len(plus) + [-weight] * len(minus))


def _over_places(counts: pd.DataFrame) -> Iterator[_Line]:
    """A county is the sum of its towns."""
    rows = counts[np.array([DEFINITIONS[name].is_additive for name in counts["indicator"]], dtype=bool)]
    is_county = rows["place_code"].str.len().eq(COUNTY)
    for cells in rows.groupby(["indicator", "month", "group"], sort=False).indices.values():
        top = rows.index[cells][is_county.to_numpy()[cells]]
        parts = rows.index[cells].difference(top)
        if len(top) == 1 and len(parts):
            yield _line(parts, top)


def _over_labels(at: _Places) -> Iterator[_Line]:
    """In the register all is the sum over categories, causes, situations."""
    for stem in (*STOCKS, *FLOWS):
        for unit in _COUNTED:
            sums = (_own(f"{stem}_{unit}", dimension) for dimension in _PARTITIONS)
            yield from _declared(at, tuple(sums))


def _over_states(at: _Places) -> Iterator[_Line]:
    """Monitored is eliminated and open."""
    total, *states = STOCKS
    for (indicator, month, place, group), cell in at.cells.items():
        stem, _, unit = indicator.rpartition("_")
        if stem == total:
            parts = [at.cells.get((f"{state}_{unit}", month, place, group)) for state in states]
            if None not in parts:
                yield _line([part for part in parts if part is not None], [cell])


def _over_months(at: _Places, flow: str) -> Iterator[_Line]:
    """Last month's register and who is new; last month's eliminated and who was settled.

    Of the latter not everybody has a month.
    """
    before = dict(zip(at.months[1:], at.months, strict=False))
    for (indicator, month, place, group), cell in at.cells.items():
        stem, _, unit = indicator.rpartition("_")
        if stem == flow and month in before:
            last = at.cells.get((f"{_FLOW_OF[stem]}_{unit}", before[month], place, group))
            now = at.cells.get((f"{_FLOW_OF[stem]}_{unit}", month, place, group))
            if last is not None and now is not None:
                yield _line([last, cell], [now])


def _declared(at: _Places, sums: tuple[tuple[_Row, _Rows], ...]) -> Iterator[_Line]:
    for month, place in at.sites:
        for total, rows in sums:
            top = at.find(total, month, place)
            parts = [at.find(row, month, place) for row in rows]
            if top and all(parts):
                yield _line([cell for own in parts for cell in own], top)


def _persons(at: _Places) -> Iterator[_Line]:
    """A household has at least one person, and at most `MOST_PERSONS`."""
    for (indicator, month, place, group), cell in at.cells.items():
        stem, _, unit = indicator.rpartition("_")
        persons = at.cells.get((f"{stem}_persons", month, place, group)) if unit == "households" else None
        if persons is not None:
            yield _line([cell], [persons])
            yield _line([persons], [cell], MOST_PERSONS)


def _flows(at: _Places) -> Iterator[_Line]:
    """Who is new is in the register, who was settled this month is settled."""
    for (indicator, month, place, group), cell in at.cells.items():
        stem, _, unit = indicator.rpartition("_")
        stock = at.cells.get((f"{_FLOW_OF[stem]}_{unit}", month, place, group)) if stem in _FLOW_OF else None
        if stock is not None:
            yield _line([cell], [stock])


def _parts(at: _Places) -> Iterator[_Line]:
    for month, place in at.sites:
        for left, right in _WITHIN:
            less, more = ([at.find(row, month, place) for row in rows] for rows in (left, right))
            if all(less) and all(more):
                yield _line([c for own in less for c in own], [c for own in more for c in own])
