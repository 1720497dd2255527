"""The tables that one month's indicators read: its own snapshot, and those of months before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from hanbin_lib.contract import TABLES
from hanbin_lib.months import Month
from hanbin_lib.snapshots import Snapshot


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
            rows = snapshot.table(name, columns=COLUMNS.get(name))
            self._read[key] = self._counted(name, rows, wanted) if self.left_out else rows
        return self._read[key]

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
COLUMNS = {"monitored_persons": _PERSON, "lifted_persons": _PERSON}
