"""An import beside what is stored: of the month itself, of the months about it, and the register of areas.

An import is the whole of its month and takes the place of what stood there. Whoever imports a corrected
file alone would take the month's other tables away.
"""

from collections.abc import Iterator, Sequence

from hanbin_lib import snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.area_comparison import since_import
from hanbin_lib.contract.tables import TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.judging import Run
from hanbin_lib.ingest.quality import QualityReport
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot, Source
from hanbin_lib.workspace import Workspace

_REGISTER = "monitored_persons"
_UNREAD = ("HB-I-101", "HB-I-102", "HB-I-103", "HB-I-104", "HB-I-105")
_ENTER = "在 params/import.yaml 的 acknowledged_falls 下写"
# What is stored of the month itself (0) and of those before and after; None where nothing undamaged is.
Stored = dict[int, Snapshot | None]


def since_stored(read: QualityReport, run: Run) -> list[Finding]:
    """Everything that an import is faulted for beside what is stored.

    Where a file or sheet could not be read, nobody knows which tables came.
    """
    sources = read.sources
    errors = read.findings.loc[read.findings["severity"].eq(Severity.ERROR.value), "rule_id"]
    stored = {n: snapshots.find(run.workspace, run.month.shift(n)) for n in (-1, 0, 1)}
    found = [
        *_same_register(sources, stored, run.month),
        *_changed_areas(run.workspace, run.month, run.register),
    ]
    if errors.isin(_UNREAD).any():
        return found
    return [
        *found,
        *_lost(sources, stored, run),
        *_not_received(sources, stored),
        *_fallen(sources, stored, run),
    ]


def _lost(sources: Sequence[Source], stored: Stored, run: Run) -> Iterator[Finding]:
    """An error for every table that the month has and would lose."""
    now, current = _rows(sources), stored[0]
    for name, count in _stored_rows(current).items():
        if name in now or _is_known(name, run) or current is None:
            continue
        files = "、".join(dict.fromkeys(one.file for one in current.manifest.sources if one.table == name))
        yield Finding(
            Severity.ERROR,
            "HB-I-408",
            "本月已有的表不在了",
            "",
            f"本月现行的数据里有“{TABLES[name].title}”（{files}，{count}行），这次没有：导入是整月的，会把它去掉",
            f"把本月的全部文件和更正的文件放在一个文件夹里一起导入；确实不要这张表的，{_entry(name, run)}",
            table=name,
        )


def _not_received(sources: Sequence[Source], stored: Stored) -> Iterator[Finding]:
    """A warning for every table that the month before had and this one has not."""
    now = {**_rows(sources), **_stored_rows(stored[0])}
    for name in _stored_rows(stored[-1]):
        if name not in now and name != _REGISTER:  # of the register HB-I-304 tells
            yield Finding(
                Severity.WARNING,
                "HB-I-409",
                "上月有的表没有收到",
                "",
                f"上月有“{TABLES[name].title}”，本月没有收到：用到它的数为“未收到”",
                "漏了的，补齐后重新导入；本月没有的不影响导入",
                table=name,
            )


def _changed_areas(workspace: Workspace, month: Month, register: AreaRegister) -> Iterator[Finding]:
    """An error for every place that was renamed, appeared or is gone and no change on record says so.

    Otherwise figures of one town would go on under another's name, and no table could tell.
    """
    before = _before(workspace, month)
    kept = before.areas if before else None
    if before is None or kept is None:
        return
    for difference in since_import(kept, before.month, register):
        yield Finding(
            Severity.ERROR,
            "HB-I-405",
            "区划名册与上次导入时不同",
            "areas.csv",
            f"与导入{before.month.label}时的名册比，{difference.text}",
            f"params/areas.csv 改回原样；确有变更的，在 params/{FILE} 写一行：{difference.line(str(month))}",
        )


def _before(workspace: Workspace, month: Month) -> Snapshot | None:
    """The last month before that is undamaged and kept its register."""
    for earlier in reversed(snapshots.months(workspace)):
        if (
            earlier < month
            and (found := snapshots.find(workspace, earlier)) is not None
            and found.areas is not None
        ):
            return found
    return None


def _same_register(sources: Sequence[Source], stored: Stored, month: Month) -> Iterator[Finding]:
    """An error for each file of the register that is, byte for byte, that of the month before or after."""
    for n in (-1, 1):
        kept, other = stored[n], month.shift(n)
        known = {one.sha256 for one in kept.manifest.sources if one.table == _REGISTER} if kept else set()
        for source in sources:
            if source.table == _REGISTER and source.sha256 in known:
                yield Finding(
                    Severity.ERROR,
                    "HB-I-406",
                    "与别的月份是同一个文件",
                    source.file,
                    f"“{TABLES[_REGISTER].title}”与{other.label}导入的是同一个文件",
                    f"换成{month.label}的；{other.label}放错了的，先更正那个月；确实没有变化的，重新导出一次，"
                    "仍相同的另存一次（CSV 用记事本在末尾加一个空行）",
                    table=_REGISTER,
                )


def _fallen(sources: Sequence[Source], stored: Stored, run: Run) -> Iterator[Finding]:
    """An error for every table that lost too many rows since its last import, or since last month.

    Ledgers of a month's own events rise and fall from month to month; registers and ledgers that are kept on
    do not.
    """
    now, own = _rows(sources), _stored_rows(stored[0])
    lasting = {name: rows for name, rows in _stored_rows(stored[-1]).items() if not TABLES[name].month}
    least = 1 - run.settings.limits.row_fall_share
    for name, count in now.items():
        for when, old in (("本月现行的数据里", own.get(name, 0)), ("上月", lasting.get(name, 0))):
            if count < least * old and not _is_known(name, run):
                yield _fall(name, sources, f"{when}{old}行，本次{count}行，减少{1 - count / old:.0%}", run)
                break


def _fall(name: str, sources: Sequence[Source], text: str, run: Run) -> Finding:
    return Finding(
        Severity.ERROR,
        "HB-I-404",
        "行数大幅减少",
        "、".join(dict.fromkeys(source.file for source in sources if source.table == name)),
        f"“{TABLES[name].title}”{text}：像是只导出了一部分，或只有更正的行",
        f"补齐文件；确实如此的，{_entry(name, run)}",
        table=name,
    )


def _is_known(name: str, run: Run) -> bool:
    """Whether somebody answers for fewer rows of a table in this month."""
    known = {(fall.month, fall.table) for fall in run.settings.limits.acknowledged_falls}
    return (str(run.month), TABLES[name].title) in known


def _entry(name: str, run: Run) -> str:
    return f"{_ENTER}：{{month: {run.month}, table: {TABLES[name].title}, by: 经办人, reason: 原因}}"


def _stored_rows(stored: Snapshot | None) -> dict[str, int]:
    return _rows(stored.manifest.sources) if stored else {}


def _rows(sources: Sequence[Source]) -> dict[str, int]:
    found: dict[str, int] = {}
    for source in sources:
        found[source.table] = found.get(source.table, 0) + source.rows
    return found
