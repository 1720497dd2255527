"""How long all indicators of a month take, for one district and for ten districts' worth.

Run with ``make benchmark-chapters`` after ``make bulletin``: the demonstration month must be
in the store. Reading Parquet is counted in, importing is not.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hanbin_lib import snapshots
from hanbin_lib.indicators import Sources, indicator_table, scope_of
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

MONTH = Month(2022, 9)
TIMES = 10
_KEYS = ("household_code", "person_key", "unit_code", "problem_code", "project_code")
_REPEATED = (
    "monitored_households", "monitored_persons", "lifted_households", "lifted_persons", "migrant_work",
    "phone_checks", "inspection_units", "inspection_findings", "rectification", "projects",
    "weekly_rounds", "findings",
)  # fmt: skip


@dataclass(frozen=True)
class Repeated:
    """A snapshot with every household, person, call and problem `TIMES` times over."""

    snapshot: snapshots.Snapshot
    tables: dict[str, pd.DataFrame]

    @property
    def month(self) -> Month:
        """Month of the original."""
        return self.snapshot.month

    @property
    def id(self) -> str:
        """Not a stored version."""
        return f"{self.snapshot.id}x{TIMES}"

    def has(self, table: str) -> bool:
        """Whether the original has the table."""
        return self.snapshot.has(table)

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Read from memory."""
        table = self.tables[name]
        return table[columns] if columns else table


def repeated(snapshot: snapshots.Snapshot) -> Repeated:
    """Ten districts' worth in the places of one."""
    tables = {}
    for name in snapshot.manifest.tables:
        table = snapshot.table(name)
        if name in _REPEATED:
            table = pd.concat([_suffixed(table, copy) for copy in range(TIMES)], ignore_index=True)
        tables[name] = table
    return Repeated(snapshot, tables)


def _suffixed(table: pd.DataFrame, copy: int) -> pd.DataFrame:
    return table.assign(**{key: table[key] + f"-{copy}" for key in _KEYS if key in table})


def seconds(sources: Sources, settings: Settings, register: AreaRegister) -> float:
    """Wall time of one computation from nothing read."""
    scope = scope_of(sources.current, settings, register)
    start = time.perf_counter()
    indicator_table(Sources(sources.current, sources.earlier), scope, settings.ranking)
    return time.perf_counter() - start


def main() -> None:
    """Print both times and their ratio."""
    space = Workspace.find(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    settings, register = Settings.load(space), AreaRegister.read(space.areas)
    current = snapshots.latest(space, MONTH)
    earlier = {m: snapshots.latest(space, m) for m in snapshots.months(space) if m.ordinal < MONTH.ordinal}
    seconds(Sources(current, earlier), settings, register)  # imports
    one = min(seconds(Sources(current, earlier), settings, register) for _ in range(3))
    many = {month: repeated(snapshot) for month, snapshot in earlier.items()}
    ten = seconds(Sources(repeated(current), many), settings, register)
    print(f"one district: {one:.2f} s; {TIMES} districts' worth: {ten:.2f} s, {ten / one:.1f} times")


if __name__ == "__main__":
    main()
