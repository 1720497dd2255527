"""The published folder of a month: the old one or the new one, never half of either.

``reports/2022-09/`` holds the documents, ``indicators.csv`` and ``manifest.json``. A run
builds the whole folder beside it (`staging`), flushes it, writes the manifest last, and lets
the two folders change places in one step. The folder that was replaced is kept under
``reports/.revisions``. ``reports/latest.json`` says where the current folder of each month is.

Where a system cannot exchange two folders, the old one is first copied (by links) to
``.revisions`` and pointed to: who follows the pointer never meets a gap.
"""

import os
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanbin_lib import state
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of, swap, sync_folder, write_atomically
from hanbin_lib.locks import exclusive, is_free, with_holder
from hanbin_lib.months import MONTH_FOLDER, Month
from hanbin_lib.release.archive import is_packed, pack, packable, packed_files, unpack
from hanbin_lib.release.batch import load_batch
from hanbin_lib.release.staging import Staging, sites
from hanbin_lib.state import Pointer, PublicationManifest
from hanbin_lib.workspace import Workspace

MANIFEST = "manifest.json"
INPUTS, GUIDE = "inputs.zip", "说明.txt"
GAP = "_暂缺.txt"
POINTER = "latest.json"
INDEX = "index.html"
_ASIDE = "replaced"


@dataclass(frozen=True, slots=True)
class Published:
    """The current publication of a month, as its manifest tells it."""

    folder: Path
    manifest: PublicationManifest

    @classmethod
    def read(cls, workspace: Workspace, month: Month) -> "Published | None":
        """The publication of `month`, None where there is none (or no valid one)."""
        named = _pointed(workspace).get(str(month), {}).get("folder", str(month))
        for name in (str(month), named):
            manifest = _manifest(workspace.reports / name)
            if manifest is not None and manifest.month in {None, str(month)}:
                return cls(workspace.reports / name, manifest)
        return None

    @classmethod
    def at(cls, folder: Path) -> "Published | None":
        """The publication that a folder holds, a replaced revision too; None where it holds none."""
        manifest = _manifest(folder)
        return None if manifest is None else cls(folder, manifest)

    @property
    def month(self) -> Month:
        """The month that was published."""
        return Month.parse(self.manifest.month or "")

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 of every file by its name, those of the documents and those beside them."""
        documents = self.manifest.documents.values()
        return self.manifest.files | {
            name: digest for document in documents for name, digest in document.files.items()
        }

    @property
    def missing(self) -> dict[str, tuple[str, ...]]:
        """What could not be made, by name of the document: its exhibits; empty where it is all of it."""
        return {**dict.fromkeys(self.manifest.failed, ()), **self.manifest.gaps}

    @property
    def sha256(self) -> str:
        """Hash of the manifest, which holds the hashes of all files."""
        return sha256_of(self.folder / MANIFEST)

    def holds(self, area: str, key: str) -> bool:
        """Whether the area's document was made from the same inputs and is intact."""
        entry = self.manifest.documents.get(area)
        return entry is not None and entry.key == key and self._intact(entry.files)

    @property
    def is_whole(self) -> bool:
        """Whether the files beside the documents are as published."""
        return self._intact(self.manifest.files)

    @property
    def is_as_published(self) -> bool:
        """Whether every file, those of the documents too, is as its manifest says."""
        return self._intact(self.files)

    def has(self, name: str, digest: str) -> bool:
        """Whether a file is there as it was published."""
        path = self.folder / name
        if state.is_there(path):
            return path.is_file() and not path.is_symlink() and sha256_of(path) == digest
        return packed_files(self.folder).get(name) == digest

    def _intact(self, files: dict[str, str]) -> bool:
        return all(self.has(name, digest) for name, digest in files.items())


def publishing(workspace: Workspace) -> AbstractContextManager[None]:
    """Hold the lock of publications; raises as `check_idle`."""
    return exclusive(_lock(workspace), _busy())


def check_idle(workspace: Workspace) -> None:
    """Raise ``HB-REL-003``, with who it is, where another run is on."""
    if not is_free(_lock(workspace)):
        raise with_holder(_busy(), _lock(workspace))


def publications(workspace: Workspace) -> dict[Month, Published]:
    """What is published, by month, oldest first."""
    names = {path.name for path in state.entries(workspace.reports)} | set(_pointed(workspace))
    months = (Month.parse(name) for name in sorted(names) if MONTH_FOLDER.fullmatch(name))
    return {month: found for month in months if (found := Published.read(workspace, month))}


def published_otherwise(workspace: Workspace, month: Month, version: str) -> list[Month]:
    """Published months that were made from another version of the data of `month`, oldest first."""
    current = publications(workspace).items()
    return [one for one, read in current if read.manifest.snapshots.get(str(month)) not in {None, version}]


def link_over(published: Published, files: list[str], folder: Path) -> None:
    """Take published files into the new folder without copying their bytes."""
    for name in files:
        (folder / name).unlink(missing_ok=True)
        _link(published.folder / name, folder / name)


def publish(workspace: Workspace, month: Month, staging: Staging, manifest: PublicationManifest) -> Published:
    """Flush the staged folder, write its manifest last, and put it in its final place."""
    for path in sorted(staging.folder.iterdir()):
        _flush(path)
    write_atomically(staging.folder / MANIFEST, state.as_json(manifest))
    final = workspace.reports / str(month)
    if final.exists():
        _replace(workspace, month, staging, final)
    else:
        staging.folder.rename(final)
    sync_folder(final.parent)
    point(workspace)
    staging.clear()
    return Published(final, manifest)


def settle(workspace: Workspace) -> None:
    """Finish what a killed run left half done: the old folder put away, the pointer right.

    A run killed after the folders changed places leaves the old one on its building site.
    """
    for month, site in sites(workspace):
        _put_back(site / _ASIDE, workspace.reports / str(month))
        current, left = Published.read(workspace, month), _manifest(site / "month")
        run_key = current.manifest.run_key if current else ""
        if run_key and site.name == Staging.name_of(month, run_key):
            if left is not None:
                (site / "month").rename(_kept(workspace, month, left.revision))
            shutil.rmtree(site)
    for half_written in workspace.reports.glob(f".{POINTER}.*.tmp"):
        half_written.unlink(missing_ok=True)
    if workspace.reports.is_dir() and is_pointer_wrong(workspace):
        point(workspace)


def is_pointer_wrong(workspace: Workspace) -> bool:
    """Whether ``latest.json`` is damaged, or does not say what is published."""
    path = workspace.reports / POINTER
    return state.is_damaged(path, Pointer) or _pointer(workspace) != _pointed(workspace)


def point(workspace: Workspace) -> None:
    """Write ``latest.json``: the folder and the revision of every published month."""
    _write_pointer(workspace, _pointer(workspace))


def _replace(workspace: Workspace, month: Month, staging: Staging, final: Path) -> None:
    """Put the staged folder in the place of the published one, which is kept."""
    old = _manifest(final)
    kept = _kept(workspace, month, old.revision if old else 0)
    if swap(staging.folder, final):
        staging.folder.rename(kept)
        return
    _copy_linked(final, kept)
    entry = {
        "folder": kept.relative_to(workspace.reports).as_posix(),
        "revision": old.revision if old else 0,
    }
    _write_pointer(workspace, _pointed(workspace) | {str(month): entry})
    final.rename(staging.root / _ASIDE)
    staging.folder.rename(final)


def _put_back(aside: Path, final: Path) -> None:
    """The replaced folder of a run that was killed before the new one had its name."""
    if aside.is_dir() and not final.exists():
        aside.rename(final)
    shutil.rmtree(aside, ignore_errors=True)


def _kept(workspace: Workspace, month: Month, revision: int) -> Path:
    """A free name for the folder of an old revision: r1; r1.1 where r1 was mended."""
    folder = workspace.reports / ".revisions" / str(month)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"r{revision}" if revision else "unknown"
    names = (stem, *(f"{stem}.{number}" for number in range(1, 10_000)))
    return next(folder / name for name in names if not (folder / name).exists())


def _pointer(workspace: Workspace) -> dict[str, Any]:
    """What the pointer should say."""
    return {
        str(month): {
            "folder": published.folder.relative_to(workspace.reports).as_posix(),
            "revision": published.manifest.revision,
        }
        for month, published in publications(workspace).items()
    }


def _pointed(workspace: Workspace) -> dict[str, Any]:
    """What the pointer says; nothing where it is damaged, and then it is written anew."""
    pointer = state.read(workspace.reports / POINTER, Pointer)
    return pointer.model_dump()["months"] if pointer else {}


def _write_pointer(workspace: Workspace, months: dict[str, Any]) -> None:
    content = {"latest": max(months, default=None), "months": months}
    state.make_way(workspace.reports / POINTER)
    write_atomically(workspace.reports / POINTER, state.as_json(content))


def _manifest(folder: Path) -> PublicationManifest | None:
    """The manifest of a published folder, None where there is none or it is damaged or another month's."""
    return state.read(folder / MANIFEST, PublicationManifest)


def _copy_linked(source: Path, target: Path) -> None:
    """Copy a folder by links; its name appears when it is complete."""
    partly = target.with_name(f".{target.name}.partly")
    shutil.rmtree(partly, ignore_errors=True)
    partly.mkdir()
    for path in sorted(source.iterdir()):
        _link(path, partly / path.name)
    partly.rename(target)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # file systems without hard links
        shutil.copy2(source, target)


def _flush(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def pack_older(workspace: Workspace) -> list[Path]:
    """Pack what is older than the newest ``open_months``; return the folders that were packed.

    Only files that are as they were published are packed: a damaged one stays, to be seen.
    """
    keep_open = load_batch(workspace).open_months
    with publishing(workspace):
        current = list(publications(workspace).values())
        older = [old for old in current[:-keep_open] if not is_packed(old.folder)]
        done = [old.folder for old in older if pack(old.folder, packable(_whole(old)))]
        in_use = {published.folder for published in current}
        for folder in state.entries(workspace.reports / ".revisions", "*/*"):
            replaced = None if folder in in_use or is_packed(folder) else Published.at(folder)
            if replaced and pack(folder, _whole(replaced)):
                done.append(folder)
    return done


def unpack_month(workspace: Workspace, month: Month) -> int:
    """Put a month's packed files back into its folder; return how many."""
    with publishing(workspace):
        return unpack(workspace.reports / str(month))


def _whole(published: Published) -> list[str]:
    return [name for name, digest in published.files.items() if published.has(name, digest)]


def _lock(workspace: Workspace) -> Path:
    return workspace.reports / ".release.lock"


def _busy() -> HanbinError:
    return HanbinError(
        "HB-REL-003", "另一个月报任务正在进行", action="等它结束后再运行", exit_code=ExitCode.LOCKED
    )
