"""An import against the month before: tables that came with far fewer rows, a register that changed."""

from collections.abc import Iterator, Sequence

from hanbin_lib import snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.area_comparison import since_import
from hanbin_lib.contract.tables import TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.months import Month
from hanbin_lib.params import ImportLimits
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot, Source
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


def falls(
    sources: Sequence[Source], workspace: Workspace, month: Month, limits: ImportLimits
) -> Iterator[Finding]:
    """An error for every lasting table that lost too many rows since last month's import.

    Ledgers of a month's own events rise and fall; registers and ledgers that are kept on do not.
    """
    before = month.shift(-1)
    if before not in snapshots.months(workspace):
        return
    then, now = _rows(snapshots.latest(workspace, before).manifest.sources), _rows(sources)
    known = {(one.month, one.table) for one in limits.acknowledged_falls}
    for name, count in now.items():
        table, old = TABLES[name], then.get(name, 0)
        if table.month or count >= (1 - limits.row_fall_share) * old or (str(month), table.title) in known:
            continue
        entry = f"{{month: {month}, table: {table.title}, by: 经办人, reason: 原因}}"
        yield Finding(
            Severity.ERROR,
            "HB-I-404",
            "行数比上月大幅减少",
            "、".join(dict.fromkeys(source.file for source in sources if source.table == name)),
            f"“{table.title}”上月{old}行，本月{count}行，减少{1 - count / old:.0%}：像是只导出了一部分",
            f"补齐文件；确实如此的，在 params/import.yaml 的 acknowledged_falls 下写：{entry}",
            table=name,
        )


def _rows(sources: Sequence[Source]) -> dict[str, int]:
    found: dict[str, int] = {}
    for source in sources:
        found[source.table] = found.get(source.table, 0) + source.rows
    return found
