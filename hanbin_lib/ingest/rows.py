"""Typed rows of one sheet, and telling which of them are at fault."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hanbin_lib.ingest.findings import COLUMNS, Severity, typed
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.recognise import Recognised


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


@dataclass
class Rows:
    """Typed rows of one sheet and the faults found on the way.

    Parameters
    ----------
    frame
        Canonical columns, ``town_code``, ``village_code``, ``source_row`` (as Excel counts);
        later ``source_file`` (number of the source). Personal columns are still there.
    findings
        Tables with the findings' columns.
    seen
        Rows below the headings that hold anything.
    left
        Reason (Chinese) -> how many of them are not in `frame`; later steps add theirs.
    other_months
        Rows of other months (``2022-08``), which are in no table of this month.
    """

    sheet: Recognised
    frame: pd.DataFrame
    findings: list[pd.DataFrame] = field(default_factory=list)
    seen: int = 0
    left: dict[str, int] = field(default_factory=dict)
    other_months: dict[str, pd.DataFrame] = field(default_factory=dict)

    def leave(self, mask: Mask, reason: str) -> None:
        """Take the rows in `mask` out, and keep count of them."""
        if mask.any():
            self.left[reason] = self.left.get(reason, 0) + int(mask.sum())
            self.frame = self.frame[~mask].reset_index(drop=True)

    def tell(self, mask: Mask, fault: Fault) -> None:
        """Add a finding for each row in `mask`."""
        if mask.any():
            self.findings.append(self._found(mask, fault))

    def tell_first(self, mask: Mask, fault: Fault) -> None:
        """Add one finding, at the first row in `mask`; the message says how many there are."""
        self.tell(mask & (np.cumsum(mask) == 1), fault)

    def _found(self, mask: Mask, fault: Fault) -> pd.DataFrame:
        names = [name for name in ("source_row", "town_code") if name in self.frame]
        at = self.frame.loc[mask, names]
        table = pd.DataFrame(
            {
                "severity": fault.severity.value,
                "rule_id": fault.rule_id,
                "rule_title": fault.title,
                "table": self.sheet.table.name,
                "file": self.sheet.grid.file,
                "sheet": self.sheet.grid.sheet,
                "row": at["source_row"].to_numpy(),
                "column": fault.heading,
                "message": fault.message,
                "action": fault.action,
                "town_code": at["town_code"].to_numpy() if "town_code" in at else None,
            },
            columns=list(COLUMNS),
        )
        return typed(table)


def tell_all(parts: list[Rows], mask: Mask, fault: Fault) -> None:
    """Add a finding for each row in `mask`, which runs over all sheets of one table."""
    start = 0
    for part in parts:
        part.tell(mask[start : start + len(part.frame)], fault)
        start += len(part.frame)
