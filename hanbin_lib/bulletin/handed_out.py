"""A month's action lists (行动清单) as they were given out, and what came back of them (回执).

The records name cases by pseudonymous ids alone, the same ids every month.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from hanbin_lib import state
from hanbin_lib.months import Month
from hanbin_lib.state import ActionRecord, ReturnRecord
from hanbin_lib.workspace import Workspace

LISTS, RETURNS = "lists.json", "returns.json"
# Three groups of letters, none of which a spreadsheet takes for a number or a date.
_GROUPS, _GROUP = 3, 4
_SEAL = 16
_LETTERS = str.maketrans("0123456789abcdef", "ABCDEFGHJKLMNPQR")
NOT_BEGUN, UNDER_WAY, DONE = "未开始", "办理中", "已办结"
STATES = (NOT_BEGUN, UNDER_WAY, DONE)


@dataclass(frozen=True)
class HandedOut:
    """The lists of one month.

    Parameters
    ----------
    record, returned
        What was given out, and what came back.
    key
        Secret of the ids; empty where this machine does not have it.
    """

    record: ActionRecord
    returned: ReturnRecord
    key: bytes = field(repr=False)

    def ids(self, ask: str, cases: set[str]) -> set[str]:
        """Ids of cases of one kind of point; empty without the key."""
        return {action_id(self.key, ask, case) for case in cases} if self.key else set()


def action_id(key: bytes, ask: str, case: str) -> str:
    """``KFDA-PMHC-BNRE``: the same for the same case every month, and nothing of it without the key.

    Notes
    -----
    HMAC-SHA256 (RFC 2104), of which 48 bits are written: among a million cases two are alike in one of
    five hundred counties, and then the lists are not made.
    """
    digest = hmac.new(key, f"action|{ask}|{case}".encode(), hashlib.sha256).hexdigest()
    letters = digest[: _GROUPS * _GROUP].translate(_LETTERS)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def seal(key: bytes, cells: Iterable[str]) -> str:
    """Keyed hash of a row's locked cells; without the key nothing can be guessed from it."""
    return hmac.new(key, "\x1f".join(cells).encode(), hashlib.sha256).hexdigest()[:_SEAL]


def folder_of(workspace: Workspace, month: Month) -> Path:
    """Where a month's lists are."""
    return workspace.actions / str(month)


def handed_out(workspace: Workspace, month: Month) -> HandedOut | None:
    """The month's lists; None where there are none, or their record is damaged: it stops no other month."""
    folder = folder_of(workspace, month)
    record = state.read(folder / LISTS, ActionRecord)
    if record is None or record.month != str(month):
        return None
    back = state.read(folder / RETURNS, ReturnRecord) or ReturnRecord(month=str(month), rows={})
    return HandedOut(record, back, state.content_of(workspace.secret) or b"")
