"""The month's register against the one that the month before was matched with."""

from collections.abc import Iterator

from hanbin_lib import snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.area_comparison import since_import
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace


def changed_areas(workspace: Workspace, month: Month, register: AreaRegister) -> Iterator[Finding]:
    """An error for every place that was renamed, appeared or is gone and no change on record says so.

    Otherwise figures of one town would go on under another's name, and no table could tell.
    """
    before = _before(workspace, month)
    kept = before.areas if before else None
    if before is None or kept is None:
        return
    for one in since_import(kept, before.month, register):
        yield Finding(
            Severity.ERROR,
            "HB-I-405",
            "区划名册与上次导入时不同",
            "areas.csv",
            f"与导入{before.month.label}时的名册比，{one.text}",
            f"params/areas.csv 改回原样；确有变更的，在 params/{FILE} 写一行：{one.line(str(month))}",
        )


def _before(workspace: Workspace, month: Month) -> Snapshot | None:
    """The last month before that is undamaged and kept its register."""
    for one in reversed(snapshots.months(workspace)):
        if one < month and (found := snapshots.find(workspace, one)) is not None and found.areas is not None:
            return found
    return None
