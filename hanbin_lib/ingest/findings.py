"""What the checks find: one row a fault, with its place and what to do, never a personal value."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
import pandas as pd


class Severity(StrEnum):
    """An error stops the import, a warning does not."""

    ERROR = "错误"
    WARNING = "警告"


COLUMNS = (
    "severity", "rule_id", "rule_title", "table", "file", "sheet", "row", "column", "message",
    "action", "town_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with some rows; never holds the cell itself.

    Parameters
    ----------
    rule_id, title
        The rule that finds it.
    message, action
        What is wrong and what to do, in Chinese.
    heading
        Chinese heading of the column to look at.
    """

    rule_id: str
    title: str
    message: str
    heading: str = ""
    severity: Severity = Severity.ERROR
    action: str = "在原系统或台账里更正后重新导出"

    def told_of(self, file: str, sheet: str = "", *, table: str = "", row: int | None = None) -> "Finding":
        """The finding about a file or a sheet as a whole."""
        return Finding(
            self.severity, self.rule_id, self.title, file, self.message, self.action, sheet, row,
            self.heading, table,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    Parameters
    ----------
    rule_id, rule_title
        The rule that found it.
    file, sheet, row, column
        Where: row as Excel counts it (1 is the first), None for the whole file or sheet.
    message, action
        What is wrong and what to do, in Chinese.
    """

    severity: Severity
    rule_id: str
    rule_title: str
    file: str
    message: str
    action: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    table: str = ""
    town_code: str | None = None


def at_rows(
    rows: pd.DataFrame, fault: Fault, table: str, file: str | np.ndarray, sheet: str | np.ndarray
) -> pd.DataFrame:
    """Findings of one fault, one for each of `rows`.

    Parameters
    ----------
    rows
        With ``source_row``, and ``town_code`` where it is known.
    file, sheet
        Where they stand: one for all, or one a row.
    """
    found = {
        "severity": fault.severity.value,
        "rule_id": fault.rule_id,
        "rule_title": fault.title,
        "table": table,
        "file": file,
        "sheet": sheet,
        "row": rows["source_row"].to_numpy(),
        "column": fault.heading,
        "message": fault.message,
        "action": fault.action,
        "town_code": rows["town_code"].to_numpy() if "town_code" in rows else None,
    }
    return _typed(pd.DataFrame(found))


def as_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Make findings a table with `COLUMNS`."""
    rows = [{name: getattr(finding, name) for name in COLUMNS} for finding in findings]
    return _typed(pd.DataFrame(rows, columns=list(COLUMNS))) if rows else _nothing().copy()


@cache
def _nothing() -> pd.DataFrame:
    return _typed(pd.DataFrame(columns=list(COLUMNS)))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Put the findings' columns in order, with their types."""
    texts = {name: "str" for name in COLUMNS if name != "row"}
    return table.reindex(columns=list(COLUMNS)).astype({**texts, "row": "Int64"})


def combined(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All findings, errors first, then by rule, file and row."""
    parts = [table for table in tables if len(table)]
    if not parts:
        return as_table(())
    whole = pd.concat(parts, ignore_index=True)
    order = ["severity", "rule_id", "file", "sheet", "row", "column"]
    return whole.sort_values(order, ascending=[False, *[True] * 5], ignore_index=True, kind="stable")
