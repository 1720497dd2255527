"""Scenarios of shocks on the month's register: drawn once for county and towns, and kept."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hanbin_lib.errors import HanbinError, Unavailable
from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.simulate import Line, Scenario, assumptions, line_for, simulate_shock
from hanbin_lib.simulate.exposure import needed_columns
from hanbin_lib.store.cache import cached


@dataclass(frozen=True, eq=False)
class Shaken:
    """A drawn scenario, without anything of a household.

    Parameters
    ----------
    scenario, line
        What was drawn, against which line.
    table
        Columns `simulate.COLUMNS`; measures of `simulate.ShockResult`.
    """

    scenario: Scenario
    line: Line
    table: pd.DataFrame

    @property
    def name(self) -> str:
        """The scenario's."""
        return self.scenario.name

    @property
    def assumptions(self) -> pd.DataFrame:
        """See `simulate.assumptions`."""
        return assumptions(self.scenario)

    def row(self, measure: str, place: str, group: str = "all") -> pd.Series:
        """One row of the table."""
        table = self.table
        wanted = table["measure"].eq(measure) & table["place_code"].eq(place) & table["group"].eq(group)
        return table[wanted].iloc[0]


def shaken(sources: Sources, scope: Scope, scenario: Scenario, cache: Path | None) -> Shaken | Unavailable:
    """Draw a scenario, or take what was drawn from the same data and parameters."""
    try:
        line = line_for(scenario, scope.line)
    except HanbinError as error:
        return Unavailable(scenario.name, error.message)
    if lacking := sources.lacking(needed_columns(scenario)):
        return Unavailable(scenario.name, f"没有收到{'、'.join(lacking)}")
    table = cached(
        "shock",
        scenario,
        sources.key,
        line,
        scope.register.key,
        folder=cache,
        compute=lambda: simulate_shock(sources, scope, scenario).table,
    )
    return Shaken(scenario, line, table)
