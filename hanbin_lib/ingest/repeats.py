"""The same ledger twice, and a table that came with far fewer rows than last month."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from hanbin_lib import snapshots
from hanbin_lib.contract.tables import TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.rows import Fault, Rows
from hanbin_lib.months import Month
from hanbin_lib.params import ImportLimits
from hanbin_lib.snapshots import Source
from hanbin_lib.workspace import Workspace

_RULE = "HB-I-312"
_TITLE = "不同文件里相同的行"


def tell_repeated_rows(parts: list[Rows]) -> None:
    """Tell of rows that stand in an earlier sheet of the same ledger as well; it has no key of its own."""
    if parts[0].sheet.table.key or len(parts) < 2:
        return
    names = [column.name for column in parts[0].sheet.table.columns if column.name in parts[0].frame]
    names += [name for name in ("town_code", "village_code") if name in parts[0].frame]
    hashed = [
        pd.util.hash_pandas_object(part.frame[names], index=False).to_numpy(np.uint64) for part in parts
    ]
    for number, part in enumerate(parts[1:], start=1):
        earlier = np.concatenate(hashed[:number])
        again = np.isin(hashed[number], earlier)
        if not again.any():
            continue
        first = again & (np.cumsum(again) == 1)
        other = next(n for n in range(number) if np.isin(hashed[number][first], hashed[n]).any())
        grid = parts[other].sheet.grid
        where = f"{grid.file}{f'（{grid.sheet}）' if grid.sheet else ''}"
        text = f"{len(again)}行里有{again.sum()}行与 {where} 的行完全相同，此为第一处"
        most = again.sum() > len(again) / 2
        text += "：像是同一份台账放了两次" if most else "；仍分别计入"
        severity = Severity.ERROR if most else Severity.WARNING
        action = "同一份台账只留一份；确是不同的记录，不需要处理" if not most else "移走多余的一份后重新导入"
        part.tell_first(again, Fault(_RULE, _TITLE, text, "", severity, action))


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
