"""The published folder of a month: complete or not there, never half written.

``reports/2022-09/`` holds the documents, ``indicators.csv`` and ``manifest.json``. A run
builds the whole folder in ``reports/.staging`` (documents that are still true are linked
over), flushes it, writes the manifest last, and puts it in place by renaming. The folder it
replaces is kept under ``reports/.revisions``.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanbin_lib.files import sha256_of, sync_folder, write_atomically
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

MANIFEST = "manifest.json"
INDICATORS = "indicators.csv"
INPUTS = "inputs.zip"


@dataclass(frozen=True, slots=True)
class Published:
    """The current publication of a month, as its manifest tells it."""

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def read(cls, workspace: Workspace, month: Month) -> "Published | None":
        """The publication of `month`, None where there is none (or no valid one)."""
        folder = workspace.reports / str(month)
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return cls(folder, manifest)

    @property
    def revision(self) -> int:
        """1 for the first publication, one more each time a document changes."""
        return int(self.manifest["revision"])

    def holds(self, area: str, key: str) -> bool:
        """Whether the area's document was made from the same inputs and is intact."""
        entry = self.manifest["documents"].get(area)
        return bool(entry) and entry["key"] == key and self._intact(entry["files"])

    def is_intact(self, name: str) -> bool:
        """Whether a file of the month (such as ``indicators.csv``) is as published."""
        return self._intact({name: self.manifest["files"].get(name, "")})

    def _intact(self, files: dict[str, str]) -> bool:
        return all(
            (self.folder / name).is_file() and sha256_of(self.folder / name) == digest
            for name, digest in files.items()
        )


def staging_folder(workspace: Workspace, month: Month) -> Path:
    """A new, empty folder on the same file system as the final one."""
    folder = workspace.reports / ".staging" / str(month)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def link_over(published: Published, files: list[str], staging: Path) -> None:
    """Take published files into the new folder without copying their bytes."""
    for name in files:
        try:
            os.link(published.folder / name, staging / name)
        except OSError:  # file systems without hard links
            shutil.copy2(published.folder / name, staging / name)


def publish(workspace: Workspace, month: Month, staging: Path, manifest: dict[str, Any]) -> Path:
    """Flush the staged folder, write its manifest, and rename it to its final name."""
    for path in sorted(staging.iterdir()):
        _flush(path)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    write_atomically(staging / MANIFEST, text.encode())
    final = workspace.reports / str(month)
    if final.exists():
        _keep_revision(workspace, month, final)
    staging.rename(final)
    sync_folder(final.parent)
    return final


def _keep_revision(workspace: Workspace, month: Month, final: Path) -> None:
    old = Published.read(workspace, month)
    kept = workspace.reports / ".revisions" / str(month)
    kept.mkdir(parents=True, exist_ok=True)
    stem = f"r{old.revision}" if old else "unknown"
    names = (stem, *(f"{stem}.{number}" for number in range(1, 10_000)))
    target = next(kept / name for name in names if not (kept / name).exists())
    final.rename(target)


def _flush(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
