"""What an indicator is computed for (month, counted places, rules in force), and from which tables.

The tables of a month are its own snapshot's, and those of months before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from hanbin_lib.areas import COUNTY, TOWN
from hanbin_lib.contract import TABLES
from hanbin_lib.months import Month
from hanbin_lib.params import HouseRules
from hanbin_lib.places import AreaRegister
from hanbin_lib.policy import Policy
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.yearly_documents import MonitoringLine, WorkCalendar


@dataclass(frozen=True)
class Scope:
    """The month, the area register and the dated parameters of one computation."""

    month: Month
    register: AreaRegister
    rules: HouseRules
    line: MonitoringLine | None
    as_of: date | None = None
    policy: Policy | None = None
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    @property
    def end(self) -> pd.Timestamp:
        """Day up to which events count: the month's last, or the week's end that was asked for."""
        return pd.Timestamp(self.as_of or self.month.last_day)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Kinds of lifted households that the month's policy does not count."""
        return self.policy.base.leaves_out if self.policy and self.policy.base else ()

    @property
    def income_line(self) -> int | None:
        """Income of the standard in force, yuan a head and year; None where there is none."""
        return self.line.value_yuan if self.line else None

    def spoken(self, text: str) -> str:
        """A text of the program in the words of the month's policy pack; never what stands in data."""
        return self.policy.spoken(text) if self.policy else text

    def before(self) -> "Scope":
        """The same at the end of last month."""
        return replace(self, month=self.month.shift(-1), as_of=None)

    @cached_property
    def months(self) -> list[Month]:
        """Months of the trend, the reporting month last; from last year's end where it begins in January."""
        first = self.month.shift(1 - self.rules.trend_months)
        # A December is compared with the end of last year, like every other month.
        return (first.shift(-1) if first.number == 1 else first).until(self.month)

    @cached_property
    def upper_places(self) -> pd.Index:
        """Codes of the county and its counted towns."""
        codes = [self.register.county["place_code"], *self.register.towns["place_code"]]
        return pd.Index(codes, dtype="str")

    @cached_property
    def all_places(self) -> pd.Index:
        """Codes of the county, its counted towns and their villages."""
        return self.upper_places.append(pd.Index(self.register.villages["place_code"], dtype="str"))

    @cached_property
    def place_names(self) -> pd.Series:
        """Official name of every counted place, by code."""
        places = pd.concat([self.register.table.iloc[:0], self.register.towns, self.register.villages])
        names = places.set_index("place_code")["place_name"]
        county = self.register.county
        return pd.concat([pd.Series({county["place_code"]: county["place_name"]}), names])

    def counted(self, rows: pd.DataFrame, *, townless: bool = False) -> pd.DataFrame:
        """Rows that lie in a counted town, with ``townless`` those of no town as well.

        Town and village become categories in the order of the register, so that counting by
        place is counting integers. Rows of an earlier month whose town is no one town of now
        (`places.Bridge`) have the county's code for a town, behind all others.
        """
        towns = self.register.towns["place_code"]
        if self.register.past:
            towns = pd.concat([towns, pd.Series([str(self.register.county["place_code"])])])
        inside = rows["town_code"].isin(towns)
        rows = rows[inside | rows["town_code"].isna()] if townless else rows[inside]
        coded = {"town_code": _coded(rows["town_code"], towns)}
        if "village_code" in rows:
            coded["village_code"] = _coded(rows["village_code"], self.register.villages["place_code"])
        return rows.assign(**coded)

    def in_towns(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows from `counted` whose town is one of now's: of the others no stratum of a design is known."""
        return rows[rows["town_code"].cat.codes.lt(len(self.register.towns))]

    def split(self, rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
        """All rows, then those of each counted town, in the order of `upper_places`."""
        yield rows
        place = rows["town_code"].cat.codes
        for number in range(len(self.register.towns)):
            yield rows[place.eq(number)]

    def select(
        self,
        rows: pd.DataFrame,
        weight: pd.Series | None = None,
        *,
        villages: bool = False,
        townless: bool = False,
        county: pd.DataFrame | None = None,
    ) -> "Selection":
        """Who counts: `by_place` with the rows behind each sum.

        Parameters
        ----------
        county
            Rows that the county counts, where these are others than its towns' (whole files, departments).
        """
        sums = self.by_place(rows, weight, villages=villages, townless=townless)
        if county is not None:
            sums.iloc[0] = float(len(county))
        return Selection(rows, weight, sums, townless=townless, county=county)

    def select_in_county(self, rows: pd.DataFrame) -> "Selection":
        """Rows that only the county counts: tasks and problems of departments."""
        sums = pd.Series([float(len(rows))], index=self.upper_places[:1])
        return Selection(rows, None, sums, county=rows)

    def by_place(
        self,
        rows: pd.DataFrame,
        weight: pd.Series | None = None,
        *,
        villages: bool = False,
        townless: bool = False,
    ) -> pd.Series:
        """Sum of `weight` (or number of rows) for county and towns, zeros included.

        Parameters
        ----------
        rows
            From `counted`.
        weight
            Numbers to sum, or a mask of the rows to count.
        villages
            Villages below the towns; rows without a village count for their town only.
        townless
            The county counts rows that belong to no town as well (a department's problem).
            Otherwise it is the sum of its towns by construction.
        """
        weights = np.ones(len(rows)) if weight is None else weight.to_numpy(dtype=float)
        place = rows["town_code"].cat.codes.to_numpy()
        count = len(self.upper_places) - 1
        towns = _sums(place, weights, count)
        extra = float(weights[(place >= count) | (townless & (place < 0))].sum())
        parts = [np.array([towns.sum() + extra]), towns]
        if villages:
            place = rows["village_code"].cat.codes.to_numpy()
            parts.append(_sums(place, weights, len(self.register.villages)))
        index = self.all_places if villages else self.upper_places
        return pd.Series(np.concatenate(parts), index=index)


@dataclass(frozen=True, eq=False)
class Selection:
    """Who counts, with what weight, and what it comes to at each place.

    Parameters
    ----------
    rows
        From `Scope.counted`.
    weight
        What each row counts for (a mask: whether), None for one each.
    sums
        By place code.
    townless, county
        As `Scope.select` was asked.
    """

    rows: pd.DataFrame
    weight: pd.Series | None
    sums: pd.Series
    townless: bool = False
    county: pd.DataFrame | None = None

    def at(self, place: str) -> pd.DataFrame:
        """Rows that count at a county (6 digits), a town (9) or a village (12), with their ``weight``."""
        if len(place) == COUNTY and self.county is not None:
            return self.county.assign(weight=1.0)
        weights = np.ones(len(self.rows)) if self.weight is None else self.weight.to_numpy(dtype=float)
        if len(place) == COUNTY:
            here = np.full(len(self.rows), fill_value=True)
            if not self.townless:
                here = self.rows["town_code"].notna().to_numpy()
        else:
            column = "town_code" if len(place) == TOWN else "village_code"
            here = self.rows[column].eq(place).to_numpy(dtype=bool)
        counts = here & (weights != 0)
        return self.rows[counts].assign(weight=weights[counts])


def _coded(codes: pd.Series, places: pd.Series) -> pd.Categorical:
    """Codes as categories; one that is not among `places` is nowhere."""
    index = pd.Index(places, dtype="str")
    return pd.Categorical.from_codes(index.get_indexer(codes), categories=index)


def _sums(place: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """Weights by place; a place below 0 is outside."""
    return np.bincount(place + 1, weights, minlength=count + 1)[1 : count + 1]


@dataclass(frozen=True)
class Sources:
    """Tables by month, each read once.

    Parameters
    ----------
    current
        The reporting month's snapshot.
    earlier
        Snapshots of months before it, for comparison and pooling; may be empty.
    damaged
        Months before it that were imported and cannot be read: they count as not received.
    left_out
        Kinds of lifted households that the reporting month's policy does not count (`policy.Base`): their
        rows are in no table, of whatever month.
    """

    current: Snapshot
    earlier: Mapping[Month, Snapshot] = field(default_factory=dict)
    damaged: tuple[Month, ...] = ()
    left_out: tuple[str, ...] = ()
    _read: dict[tuple[Month, str], pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def ids(self) -> dict[str, str]:
        """Identifier of every snapshot, by month."""
        known = {**self.earlier, self.current.month: self.current}
        return {str(month): known[month].id for month in sorted(known, key=lambda m: m.ordinal)}

    @property
    def key(self) -> Any:
        """All that a result computed from the tables depends on, for `store.digest_of`."""
        return (self.ids, self.left_out) if self.left_out else self.ids

    def table(self, name: str, month: Month | None = None) -> pd.DataFrame | None:
        """Table of the reporting month, or of `month`; None where it did not come in."""
        wanted = month or self.current.month
        snapshot = self.current if wanted == self.current.month else self.earlier.get(wanted)
        if snapshot is None or not snapshot.has(name):
            return None
        key = (wanted, name)
        if key not in self._read:
            rows = snapshot.table(name, columns=_COLUMNS_READ.get(name))
            self._read[key] = self._counted(name, rows, wanted) if self.left_out else rows
        return self._read[key]

    def let_go(self) -> None:
        """Forget the tables that were read, and give their memory back: who asks again reads them again."""
        self._read.clear()
        pa.default_memory_pool().release_unused()

    def _counted(self, name: str, rows: pd.DataFrame, month: Month) -> pd.DataFrame:
        """Rows of the households that the policy counts, and their members."""
        if name == "lifted_households":
            return rows[~rows["household_type"].isin(self.left_out)].reset_index(drop=True)
        homes = self.table("lifted_households", month) if name == "lifted_persons" else None
        if homes is None:
            return rows
        known = pd.Index(homes["household_code"]).get_indexer(rows["household_code"]) >= 0
        return rows[known].reset_index(drop=True)

    def received(self, column: str, month: Month | None = None) -> bool:
        """Whether ``table.column`` came in, for this month or `month`, in all sheets of its table."""
        table, _, name = column.partition(".")
        wanted = month or self.current.month
        snapshot = self.current if wanted == self.current.month else self.earlier.get(wanted)
        sheets = [] if snapshot is None else [s for s in snapshot.manifest.sources if s.table == table]
        return bool(sheets) and all(name in sheet.columns for sheet in sheets)

    def lacking(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Headings of those ``table.column`` that did not come in this month; of a whole table its title."""
        found = []
        for column in columns:
            name, _, own = column.partition(".")
            if not self.received(column):
                table = TABLES[name]
                found.append(table.column(own).heading if self.current.has(name) else table.title)
        return tuple(dict.fromkeys(found))

    def pooled(self, name: str, month: Month, count: int) -> pd.DataFrame | None:
        """Rows of the `count` months before `month`, those that came in; None if none did."""
        months = [month.shift(-step) for step in range(1, count + 1)]
        tables = [t for t in (self.table(name, m) for m in months) if t is not None]
        return pd.concat(tables, ignore_index=True) if tables else None


_PERSON = [
    "household_code", "town_code", "person_key", "birth_month", "relation_to_head", "education",
    "school_status", "labour_skill", "work_months", "public_post", "has_resident_insurance",
    "has_employee_insurance", "source_file", "source_row",
]  # fmt: skip
# Only what is used is read: persons make up most of a month's bytes.
_COLUMNS_READ = {"monitored_persons": _PERSON, "lifted_persons": _PERSON}
