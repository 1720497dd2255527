"""What may be cleared away, and never what the ledger or the pointer names."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hanbin_lib.files import sha256_of
from hanbin_lib.release import ledger
from hanbin_lib.release.batch import load_batch
from hanbin_lib.release.publication import MANIFEST, publications, publishing
from hanbin_lib.release.staging import staging_root
from hanbin_lib.workspace import INTERNAL, PUBLIC, Workspace


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that nobody needs.

    Parameters
    ----------
    path
        File or folder.
    what
        In Chinese.
    size
        Bytes.
    """

    path: Path
    what: str
    size: int


def leftovers(workspace: Workspace, today: date) -> list[Leftover]:
    """Building sites, logs, cached tables and unnamed folders older than ``keep_days``.

    Every publication that the ledger names stays, and what the pointer points to.
    """
    oldest = today - timedelta(days=load_batch(workspace).keep_days)
    return [
        Leftover(path, what, sum(file.stat().st_size for file in _files(path)))
        for path, what in _candidates(workspace)
        if max((_day(file) for file in (path, *_files(path))), default=today) < oldest
    ]


def remove(workspace: Workspace, found: list[Leftover]) -> None:
    """Remove them, while no run of either edition is on."""
    with ExitStack() as locks:
        for edition in _editions(workspace):
            locks.enter_context(publishing(edition))
        for leftover in found:
            if leftover.path.is_dir():
                shutil.rmtree(leftover.path)
            else:
                leftover.path.unlink(missing_ok=True)


def _editions(workspace: Workspace) -> list[Workspace]:
    """The workspace for each edition of which something was made."""
    both = (replace(workspace, edition=name) for name in (INTERNAL, PUBLIC))
    return [edition for edition in both if edition.reports.is_dir()]


def _candidates(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    for edition in _editions(workspace):
        named = _named(edition)
        for folder in sorted((edition.reports / ".revisions").glob("*/*")):
            manifest = folder / MANIFEST
            if folder not in named and not (manifest.is_file() and sha256_of(manifest) in named):
                yield folder, "不在发布记录里的旧目录"
        for path in sorted(staging_root(edition).glob("*")):
            yield path, "未完成的运行"
    for path in sorted(workspace.logs.glob("*")):
        yield path, "运行日志"
    for path in sorted(workspace.cache.glob("*")):
        yield path, "可重新计算的缓存"


def _named(workspace: Workspace) -> set[object]:
    """Hashes of manifests in the ledger; folders the pointer points to."""
    current = publications(workspace).values()
    return {entry.manifest for entry in ledger.entries(workspace)} | {found.folder for found in current}


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]


def _day(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
