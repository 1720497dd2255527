"""What of the state is damaged, and what can be made of it again from what is on disk.

Nothing is ever deleted: what is damaged is put aside under ``data/damaged/``, or kept under
``reports/.revisions`` as a revision that was replaced.
"""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hanbin_lib import audit, snapshots, state
from hanbin_lib.errors import HanbinError
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.months import Month
from hanbin_lib.release import ledger
from hanbin_lib.release.publication import (
    INPUTS,
    POINTER,
    is_pointer_wrong,
    point,
    publications,
)
from hanbin_lib.state import RegisteredForecast
from hanbin_lib.workspace import Workspace

Release = Callable[[Month], object]


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that is damaged.

    Parameters
    ----------
    path
        What.
    found, remedy
        What is wrong, and what is or has to be done, in Chinese.
    mend
        Does it; None where only a person can.
    """

    path: Path
    found: str
    remedy: str
    mend: Callable[[], object] | None = None


def damages(workspace: Workspace, release: Release) -> list[Repair]:
    """Everything damaged, in the order in which it has to be mended.

    Parameters
    ----------
    release
        Publishes a month: what a published folder lost is made again, as the same revision.
    """
    return [
        *_record(workspace),
        *_versions(workspace),
        *_forecasts(workspace),
        *_publications(workspace, release),
        *_pointer(workspace),
    ]


def _record(workspace: Workspace) -> Iterator[Repair]:
    try:
        audit.head(workspace.audit)
    except HanbinError as error:
        kept = len(audit.whole_part(workspace.audit))
        yield Repair(
            workspace.audit,
            error.message,
            f"把损坏的记录移到 data/damaged，保留前{kept}条，补记现有发布；有备份的应从备份恢复",
            partial(_mend_record, workspace),
        )


def _mend_record(workspace: Workspace) -> None:
    """Keep the whole part of the chain, say in it what was put aside, enter what is published."""
    path = workspace.audit
    whole = audit.whole_part(path)
    digest = sha256_of(path) if path.is_file() else ""
    aside = put_aside(workspace, path)
    audit.rewrite(path, whole)
    audit.append(path, "repair audit", {"damaged_sha256": digest}, {"kept": len(whole), "aside": aside.name})
    for published in publications(workspace).values():
        if published.manifest.month:
            ledger.enter(workspace, published, ())


def _versions(workspace: Workspace) -> Iterator[Repair]:
    for month in snapshots.months(workspace):
        path = workspace.store / str(month) / snapshots.VERSIONS
        if snapshots.has_damaged_list(workspace, month):
            known = snapshots.rebuilt_list(workspace, month)
            remedy = (
                f"按导入记录重建，现行版本 {known[-1].id}"
                if known
                else f"不能断定哪一版是现行的：重新导入（hanbin import … --month {month}）"
            )
            mend = partial(snapshots.repair_list, workspace, month) if known else None
            yield Repair(path, f"{month.label}的数据版本清单已损坏", remedy, mend)
        elif snapshots.find(workspace, month) is None:
            again = f"重新导入该月的原始文件（hanbin import … --month {month}）"
            yield Repair(path.parent, f"{month.label}的现行数据版本已损坏", again)


def _forecasts(workspace: Workspace) -> Iterator[Repair]:
    for path in state.entries(workspace.forecasts, "*.json"):
        if state.is_damaged(path, RegisteredForecast):
            source = _kept_copy(workspace, path.name)
            remedy = "从已发布月份的复核材料里取回" if source else "移到 data/damaged；有备份的应从备份恢复"
            yield Repair(path, "预测登记已损坏", remedy, partial(_mend_forecast, workspace, path, source))


def _mend_forecast(workspace: Workspace, path: Path, source: bytes | None) -> None:
    put_aside(workspace, path)
    if source is not None:
        write_atomically(path, source)


def _kept_copy(workspace: Workspace, name: str) -> bytes | None:
    """The forecast as a published month's inputs hold it."""
    for published in reversed(publications(workspace).values()):
        if not published.is_whole:
            continue
        try:
            with zipfile.ZipFile(published.folder / INPUTS) as packed:
                content = packed.read(f"data/forecasts/{name}")
        except (OSError, KeyError, zipfile.BadZipFile):
            continue
        if state.parsed(content, RegisteredForecast):
            return content
    return None


def _publications(workspace: Workspace, release: Release) -> Iterator[Repair]:
    try:
        found = ledger.deviations(workspace)
    except HanbinError:  # the record itself is told of above; then what it says counts
        return
    for month, what in found.items():
        yield Repair(
            workspace.reports / str(month),
            f"{month.label}的发布目录{what}",
            "按当月数据重做，原目录留在 .revisions",
            partial(release, month),
        )


def _pointer(workspace: Workspace) -> Iterator[Repair]:
    if workspace.reports.is_dir() and is_pointer_wrong(workspace):
        path = workspace.reports / POINTER
        yield Repair(path, "已损坏，或与现有发布不符", "按现有发布重写", partial(point, workspace))


def put_aside(workspace: Workspace, path: Path) -> Path:
    """Move something damaged out of the way, under a name that is free."""
    folder = workspace.root / "data" / "damaged"
    folder.mkdir(parents=True, exist_ok=True)
    names = (path.name, *(f"{path.name}.{number}" for number in range(1, 10_000)))
    target = next(folder / name for name in names if not state.is_there(folder / name))
    if state.is_there(path):
        path.rename(target)
    return target
