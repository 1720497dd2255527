"""The chain behind a figure: which tables, and for the register which households count."""

import pandas as pd

from hanbin_lib.contract import TABLES
from hanbin_lib.indicators.definitions import DEFINITIONS
from hanbin_lib.indicators.income import STORED, recomputed_income
from hanbin_lib.indicators.register import FLOWS, STOCKS, states
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.support import overdue_without_measure


def tables_of(indicator: str) -> list[str]:
    """Names of the tables that the definition names as its source."""
    source = DEFINITIONS[indicator].source
    return [name for name, table in TABLES.items() if table.title in source]


def households_behind(
    indicator: str, households: pd.DataFrame, scope: Scope, place: str
) -> pd.DataFrame | None:
    """Households that a figure of the register counts, in the order of the export.

    Parameters
    ----------
    indicator
        A stock or flow of the register, ``households_without_measure`` or
        ``income_mismatch_households``.
    households
        ``monitored_households``.
    place
        Code of the county, a town or a village.

    Returns
    -------
    DataFrame or None
        Columns ``household_code, town_code, village_code, source_file, source_row``; None for
        indicators that are no list of households of the register.
    """
    rows = scope.counted(households)
    chosen = _chosen(indicator, rows, scope)
    if chosen is None:
        return None
    column = {6: None, 9: "town_code", 12: "village_code"}[len(place)]
    if column is not None:
        chosen = chosen[chosen[column].eq(place)]
    columns = ["household_code", "town_code", "village_code", "source_file", "source_row"]
    return chosen[columns].sort_values(["source_file", "source_row"], ignore_index=True)


def _chosen(indicator: str, rows: pd.DataFrame, scope: Scope) -> pd.DataFrame | None:
    stem, _, unit = indicator.rpartition("_")
    member = states(rows, scope.month, is_current=True)
    if stem in (*STOCKS, *FLOWS) and unit in ("households", "persons"):
        return rows[member[stem]]
    if indicator == "households_without_measure":
        return overdue_without_measure(rows[member["open_risk"]], scope)
    if indicator == "income_mismatch_households":
        gap = (recomputed_income(rows)["per_head_yuan"] - rows[STORED].astype(float)).abs()
        return rows[gap > scope.rules.income_tolerance_yuan]
    return None
