"""Making and publishing a month: pre-flight, documents side by side, gates, publication."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from hanbin_lib import __version__
from hanbin_lib.bulletin import NOTEBOOK_PARAMETERS, Bulletin, open_bulletin
from hanbin_lib.bulletin.outlook import register
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import exclusive, sha256_of, write_atomically
from hanbin_lib.indicators import broken_identities
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.release.execution import make_all
from hanbin_lib.release.guarding import guard_files
from hanbin_lib.release.inputs import inputs_archive
from hanbin_lib.release.notebooks import check_parameters_cell
from hanbin_lib.release.plan import Document, Progress, code_digest, plan
from hanbin_lib.release.publication import (
    INDICATORS,
    INPUTS,
    MANIFEST,
    Published,
    link_over,
    publish,
    staging_folder,
)
from hanbin_lib.workspace import Workspace

_GUIDE = "说明.txt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Parameters
    ----------
    folder
        The published folder.
    made, kept
        Names of documents made now, and of those that were up to date.
    failed
        Name of each document that failed, with the reason.
    """

    folder: Path
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def manifest_sha256(self) -> str:
        """Hash of the published manifest, which holds the hashes of all files."""
        return sha256_of(self.folder / MANIFEST)

    @property
    def exit_code(self) -> ExitCode:
        """Published in full, in part, or not at all."""
        if not self.failed:
            return ExitCode.OK
        return ExitCode.PARTLY_PUBLISHED if self.made or self.kept else ExitCode.NOTEBOOK_FAILED


def release_month(
    workspace: Workspace,
    month: Month,
    areas: tuple[str, ...] = (),
    *,
    workers: int = 2,
    progress: Progress = lambda text, done, total: None,
) -> Outcome:
    """Make and publish the month's bulletins; what is up to date is left alone.

    Raises
    ------
    HanbinError
        Before any kernel starts: parameters, snapshot, notebooks, fonts
        (``HB-PAR-…, HB-SNP-…, HB-NBK-001, HB-FNT-001``), or a figure that breaks an identity
        (``HB-GAT-001``). ``HB-REL-001`` single areas would mix two states of the inputs,
        ``HB-REL-002`` the reports cannot be written, ``HB-REL-003`` another run is on.
    """
    county = _open_county(workspace, month)
    check_figures(county)
    whole = plan(workspace, county)
    documents = plan(workspace, county, areas) if areas else whole
    for notebook in {document.notebook for document in documents}:
        check_parameters_cell(notebook, NOTEBOOK_PARAMETERS[notebook.stem])
    try:
        with exclusive(workspace.reports / ".release.lock", _busy()):
            return _release(workspace, county, documents, whole, workers, progress)
    except OSError as error:
        raise _cannot_publish(workspace, error) from error


def _release(
    workspace: Workspace,
    county: Bulletin,
    documents: tuple[Document, ...],
    whole: tuple[Document, ...],
    workers: int,
    progress: Progress,
) -> Outcome:
    """Make what is not up to date, and publish it with what is."""
    published = Published.read(workspace, county.month)
    if documents != whole:
        _refuse_mixture(published, documents, whole)
    kept = tuple(d for d in documents if published and published.holds(d.area, d.key))
    todo = tuple(d for d in documents if d not in kept)
    if published and not todo and published.is_intact(INDICATORS):
        return Outcome(published.folder, kept=_names(kept))
    staging = staging_folder(workspace, county.month)
    failed = make_all(workspace, county, todo, staging, workers, progress)
    made = tuple(d for d in todo if d.name not in failed)
    if not made and not kept:
        return Outcome(workspace.reports / str(county.month), failed=failed)
    still_true = tuple(d for d in whole if d not in todo and published and published.holds(d.area, d.key))
    folder = _publish(county, staging, published, made, still_true, failed, workspace)
    return Outcome(folder, made=_names(made), kept=_names(kept), failed=failed)


def _names(documents: tuple[Document, ...]) -> tuple[str, ...]:
    return tuple(document.name for document in documents)


def _busy() -> HanbinError:
    return HanbinError(
        "HB-REL-003", "另一个月报任务正在进行", action="等它结束后再运行", exit_code=ExitCode.LOCKED
    )


def _cannot_publish(workspace: Workspace, error: OSError) -> HanbinError:
    return HanbinError(
        "HB-REL-002",
        f"写不进报告目录 {workspace.reports.name}：{error.strerror or type(error).__name__}",
        action="检查磁盘空间和目录权限，然后重新运行；已发布的内容没有改动",
        exit_code=ExitCode.PUBLICATION_FAILED,
    )


def check_figures(county: Bulletin) -> None:
    """Refuse to publish figures that break an identity (``HB-GAT-001``)."""
    broken = broken_identities(county.figures.table)
    if broken:
        raise HanbinError(
            "HB-GAT-001",
            "指标之间不平衡，停止发布：\n" + "\n".join(broken[:20]),
            action="请把本提示和数据版本号一并反馈给维护人员",
            exit_code=ExitCode.GATE_FAILED,
        )


def _refuse_mixture(
    published: Published | None, chosen: tuple[Document, ...], whole: tuple[Document, ...]
) -> None:
    """A month is published from one state of the inputs; single areas may not mix two."""
    if published is None:
        return
    making = {document.area for document in chosen}
    current = {document.area: document.key for document in whole}
    stale = [
        area
        for area, entry in published.manifest["documents"].items()
        if area not in making and current.get(area) != entry["key"]
    ]
    if stale:
        raise HanbinError(
            "HB-REL-001",
            f"数据、参数或程序已变，已发布的另外{len(stale)}份还是旧的，不能只更新部分地区",
            action="不带 --area 重新运行，全部更新",
            exit_code=ExitCode.GATE_FAILED,
        )


def _open_county(workspace: Workspace, month: Month) -> Bulletin:
    code = Settings.load(workspace).county.code
    return open_bulletin(str(month), code, workspace=workspace)


def _publish(
    county: Bulletin,
    staging: Path,
    published: Published | None,
    made: tuple[Document, ...],
    still_true: tuple[Document, ...],
    failed: dict[str, str],
    workspace: Workspace,
) -> Path:
    before: dict[str, Any] = published.manifest["documents"] if published else {}
    if published:
        link_over(published, [name for d in still_true for name in d.files], staging)
    entries: dict[str, Any] = {
        document.area: {
            "key": document.key,
            "files": {name: sha256_of(staging / name) for name in document.files},
        }
        for document in (*still_true, *made)
    }
    changed = any(document.area in before for document in made)
    _write_figures(staging, county)
    write_atomically(staging / INPUTS, inputs_archive(workspace, county))
    manifest = {
        "month": str(county.month),
        "revision": (published.revision + changed) if published else 1,
        "is_demonstration": county.snapshot.manifest.is_demonstration,
        "snapshot": county.snapshot.id,
        "snapshots": county.sources.ids,
        "version": __version__,
        "code_sha256": code_digest(),
        "documents": entries,
        "failed": failed,
        "files": {name: sha256_of(staging / name) for name in (INDICATORS, INPUTS, _GUIDE)},
    }
    guard_files(_visible_files(staging, workspace), county, workspace)
    folder = publish(workspace, county.month, staging, manifest)
    for outlook in county.outlooks:
        register(workspace.forecasts, outlook, county.month, county.snapshot.id)
    return folder


def _visible_files(staging: Path, workspace: Workspace) -> list[Path]:
    """Everything that leaves, and what the kernels wrote about it."""
    logs = workspace.logs.glob("*.log") if workspace.logs.is_dir() else ()
    return [*sorted(staging.iterdir()), *sorted(logs)]


def _write_figures(staging: Path, county: Bulletin) -> None:
    table: pd.DataFrame = county.figures.table
    write_atomically(staging / INDICATORS, table.to_csv(index=False, lineterminator="\n").encode())
    demonstration = county.snapshot.manifest.is_demonstration
    lines = [
        f"{county.settings.county.bulletin_name}　{county.month.label}",
        "演示数据：由程序按种子随机生成，不对应任何真实个人。" if demonstration else "",
        "*.pdf 正式版式；*.html 浏览器查看；*.xlsx 附表（各表和清单）；*.ipynb 执行后的笔记本（内部留存）；",
        f"{INDICATORS} 本期全部指标；{INPUTS} 复核材料；",
        f"{MANIFEST} 数据版本、程序版本和各文件的 SHA-256。",
    ]
    write_atomically(staging / _GUIDE, ("\n".join(line for line in lines if line) + "\n").encode())
