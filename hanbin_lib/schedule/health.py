"""Is a month overdue, is a publication not what the ledger says: the alarm of the schedule."""

from dataclasses import dataclass
from datetime import date

from hanbin_lib.errors import ExitCode
from hanbin_lib.months import Month
from hanbin_lib.release import ledger
from hanbin_lib.release.batch import load_batch
from hanbin_lib.release.publication import Published
from hanbin_lib.schedule.due import deadline, due_months
from hanbin_lib.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Health:
    """What was found.

    Parameters
    ----------
    overdue
        Unpublished months past their day, with that day.
    unlike_ledger
        Months whose folder is missing, damaged, or not the one last entered.
    """

    overdue: tuple[tuple[Month, date], ...]
    unlike_ledger: tuple[Month, ...]

    @property
    def exit_code(self) -> ExitCode:
        """A publication that is not as entered is worse than one that is late."""
        if self.unlike_ledger:
            return ExitCode.PUBLICATION_FAILED
        return ExitCode.OVERDUE if self.overdue else ExitCode.OK


def examine(workspace: Workspace, today: date) -> Health:
    """Look for months that are overdue, and read every published file again.

    Raises
    ------
    HanbinError
        ``HB-DUE-001`` nothing was ever published and no first month is set; ``HB-AUD-001``
        the ledger is broken.
    """
    due_day = load_batch(workspace).due_day
    days = [(month, deadline(month, due_day)) for month in due_months(workspace, today)]
    last = {entry.month: entry.manifest for entry in ledger.entries(workspace)}
    unlike = [month for month, manifest in sorted(last.items()) if not _is_as(workspace, month, manifest)]
    return Health(tuple((month, day) for month, day in days if today > day), tuple(unlike))


def _is_as(workspace: Workspace, month: Month, manifest: str) -> bool:
    published = Published.read(workspace, month)
    return published is not None and published.sha256 == manifest and published.is_as_published
