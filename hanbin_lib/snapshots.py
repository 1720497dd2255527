"""Immutable copies of a month's data: Parquet tables and a manifest, addressed by content.

``data/store/2022-09/<id>/`` holds one version; ``versions.jsonl`` beside it lists them, the
last line is the current one. A version is never changed: corrected files make a new one, and
the old one stays readable.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from hanbin_lib import audit, state
from hanbin_lib.contract.tables import AREAS
from hanbin_lib.errors import HanbinError, refused_input
from hanbin_lib.files import sync_folder, write_atomically
from hanbin_lib.months import MONTH_FOLDER, Month
from hanbin_lib.places import AreaRegister, Bridge
from hanbin_lib.state import Join, Receipt, Source, StoredTable, Version
from hanbin_lib.state import SnapshotManifest as Manifest
from hanbin_lib.store.tables import read_frame
from hanbin_lib.workspace import Workspace

__all__ = [
    "MANIFEST", "VERSIONS", "Join", "Manifest", "Receipt", "Snapshot", "Source", "StoredTable", "earlier",
    "find", "is_whole", "latest", "make_current", "months", "open_version", "rebuilt_list", "store",
    "versions",
]  # fmt: skip

MANIFEST = "manifest.json"
VERSIONS = "versions.jsonl"


@dataclass(frozen=True)
class Snapshot:
    """One version of a month's data, read lazily and checked against its hashes.

    Parameters
    ----------
    bridge
        To the codes of the later month that its tables are read for; None for its own codes.
    """

    folder: Path
    manifest: Manifest
    bridge: Bridge | None = None

    @classmethod
    def open(cls, folder: Path) -> "Snapshot":
        """Read the manifest of a version; raise ``HB-SNP-002`` where it is damaged or another's."""
        manifest = state.read(folder / MANIFEST, Manifest)
        if manifest is None or (manifest.id, manifest.month) != (folder.name, folder.parent.name):
            raise _damaged(folder.name, MANIFEST)
        return cls(folder, manifest)

    @property
    def id(self) -> str:
        """Identifier made from the content of the source files, the parameters and the program."""
        return self.manifest.id

    @cached_property
    def month(self) -> Month:
        """The month the data are for."""
        return Month.parse(self.manifest.month)

    def has(self, table: str) -> bool:
        """Whether the table came in."""
        return table in self.manifest.tables

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Read one table.

        Raises
        ------
        KeyError
            The table did not come in.
        HanbinError
            ``HB-SNP-002`` its bytes are not those that were stored.
        """
        rows = read_frame(self.content(name), columns)
        # Parquet knows no whole seconds; they are given back as they were stored.
        dates = rows.select_dtypes("datetime").columns
        rows = rows.astype(dict.fromkeys(dates, "datetime64[s]"))
        return self.bridge.rows(rows) if self.bridge else rows

    def read_for(self, register: AreaRegister) -> "Snapshot":
        """The same data with the codes of a later month's register."""
        return replace(self, bridge=register.since(self.month))

    @property
    def areas(self) -> pd.DataFrame | None:
        """The register that the month was matched with; None where a program before kept none."""
        return read_frame(self.content(AREAS)) if self.has(AREAS) else None

    def content(self, name: str) -> bytes:
        """Parquet content of one table, checked; raise ``HB-SNP-002`` where it was altered."""
        stored = self.manifest.tables[name]
        try:
            content = (self.folder / f"{name}.parquet").read_bytes()
        except OSError:
            raise _damaged(self.id, name) from None
        if hashlib.sha256(content).hexdigest() != stored.sha256:
            raise _damaged(self.id, name)
        return content


def months(workspace: Workspace) -> list[Month]:
    """Months that have at least one version, oldest first."""
    return [
        Month.parse(path.name)
        for path in state.entries(workspace.store)
        if MONTH_FOLDER.fullmatch(path.name) and state.is_there(path / VERSIONS)
    ]


def versions(workspace: Workspace, month: Month) -> list[Snapshot]:
    """All versions of a month, oldest first, the current one last."""
    return [Snapshot.open(_folder(workspace, month) / name) for name in _listed(workspace, month)]


def latest(workspace: Workspace, month: Month) -> Snapshot:
    """Return the current version of a month; raise ``HB-SNP-001`` where none was imported."""
    names = _listed(workspace, month)
    if not names:
        raise refused_input(
            "HB-SNP-001", f"{month.label}还没有导入数据", f"运行 hanbin import 文件夹 --month {month}"
        )
    return Snapshot.open(_folder(workspace, month) / names[-1])


def open_version(workspace: Workspace, month: Month, prefix: str) -> Snapshot:
    """Return the version whose id begins with `prefix`; raise ``HB-SNP-003`` if not exactly one."""
    found = [name for name in _listed(workspace, month) if name.startswith(prefix)]
    if len(set(found)) != 1:
        raise refused_input(
            "HB-SNP-003",
            f"{month.label}没有唯一的数据版本以“{prefix[:16]}”开头",
            f"用 hanbin versions {month} 查看全部版本",
        )
    return Snapshot.open(_folder(workspace, month) / found[0])


def find(workspace: Workspace, month: Month, snapshot_id: str | None = None) -> Snapshot | None:
    """Return the version with that id, or the current one, if there is one and it is undamaged."""
    known = [version.id for version in _lines(workspace, month) if version is not None]
    if snapshot_id is None and not has_damaged_list(workspace, month):
        snapshot_id = next(reversed(known), None)
    return is_whole(workspace, month, snapshot_id) if snapshot_id in known else None


def is_whole(workspace: Workspace, month: Month, snapshot_id: str | None) -> Snapshot | None:
    """The version of that id with every table as it was stored, None where it is not so."""
    try:
        snapshot = Snapshot.open(_folder(workspace, month) / str(snapshot_id))
        for name in snapshot.manifest.tables:
            snapshot.content(name)
    except HanbinError:
        return None
    return snapshot


def earlier(
    workspace: Workspace, wanted: Iterable[Month], register: AreaRegister
) -> tuple[dict[Month, Snapshot], tuple[Month, ...]]:
    """Current versions of months that were imported, and those of the months that are damaged.

    A damaged month is no reason not to report another one: it counts as not received.

    Parameters
    ----------
    register
        Of the month that they are read for: they have its codes.
    """
    known, damaged = set(months(workspace)), []
    found: dict[Month, Snapshot] = {}
    for month in wanted:
        if month in known:
            snapshot = find(workspace, month)
            if snapshot is None:
                damaged.append(month)
            else:
                found[month] = snapshot.read_for(register)
    return found, tuple(damaged)


def make_current(workspace: Workspace, month: Month, snapshot_id: str) -> bool:
    """Make a stored version the current one; False where it is so already.

    Lines of the list that are damaged are dropped: the version that came in now is the current one.
    """
    lines = _lines(workspace, month)
    whole = [version for version in lines if version is not None]
    if whole == lines and [version.id for version in whole[-1:]] == [snapshot_id]:
        return False
    # A line holds its predecessor: the history reads on even where lines were lost.
    whole.append(Version(id=snapshot_id, previous=whole[-1].id if whole else None))
    _write_list(workspace, month, whole)
    return True


def rebuilt_list(workspace: Workspace, month: Month) -> list[Version] | None:
    """What a damaged list of versions said, by the record of imports and what is stored.

    Returns
    -------
    list of Version or None
        None where neither tells which version is the current one.
    """
    stored = {path.name for path in state.entries(_folder(workspace, month)) if path.is_dir()}
    imported = [
        str(record.outputs.get("snapshot"))
        for record in audit.whole_part(workspace.audit)
        if record.action == f"import {month}"
    ]
    names = [name for name in imported if name in stored]
    if not names and len(stored) == 1:
        names = list(stored)
    if not names or names[-1:] != (imported[-1:] or names[-1:]):
        return None
    return [Version(id=name, previous=before) for before, name in pairwise([None, *names]) if name]


def repair_list(workspace: Workspace, month: Month) -> None:
    """Write the list of versions anew where `rebuilt_list` knows it."""
    known = rebuilt_list(workspace, month)
    if known:
        _write_list(workspace, month, known)


def has_damaged_list(workspace: Workspace, month: Month) -> bool:
    """Whether the list of versions is there and cannot be read to its end."""
    lines = _lines(workspace, month)
    return None in lines or (not lines and state.is_there(_folder(workspace, month) / VERSIONS))


def store(workspace: Workspace, manifest: Manifest, tables: dict[str, bytes]) -> Snapshot:
    """Put a version into the store; `make_current` then makes it the month's own.

    Parameters
    ----------
    manifest
        Its ``tables`` are filled in here.
    tables
        Parquet content by table name.
    """
    final = workspace.store / manifest.month / manifest.id
    staging = workspace.store / ".staging"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        _write(staging / "new", manifest, tables)
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.exists():
            # Only a damaged version is stored again (see `find`).
            final.rename(staging / "damaged")
        (staging / "new").rename(final)
        sync_folder(final.parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Snapshot.open(final)


def _write(folder: Path, manifest: Manifest, tables: dict[str, bytes]) -> None:
    """Write and flush all tables, the manifest last."""
    folder.mkdir(parents=True)
    stored: dict[str, StoredTable] = {}
    for name, content in tables.items():
        write_atomically(folder / f"{name}.parquet", content)
        rows = pq.ParquetFile(io.BytesIO(content)).metadata.num_rows
        stored[name] = StoredTable(rows=rows, sha256=hashlib.sha256(content).hexdigest())
    complete = manifest.model_copy(update={"tables": stored})
    write_atomically(folder / MANIFEST, complete.model_dump_json(indent=2).encode())


def _listed(workspace: Workspace, month: Month) -> list[str]:
    if has_damaged_list(workspace, month):
        raise refused_input(
            "HB-SNP-004",
            f"{month.label}的数据版本清单 {VERSIONS} 已损坏，不知道哪一版是现行的",
            f"运行 hanbin doctor --repair 重建，或重新导入（hanbin import … --month {month}）",
        )
    return [version.id for version in _lines(workspace, month) if version is not None]


def _lines(workspace: Workspace, month: Month) -> list[Version | None]:
    return state.read_lines(_folder(workspace, month) / VERSIONS, Version)


def _write_list(workspace: Workspace, month: Month, listed: list[Version]) -> None:
    path = _folder(workspace, month) / VERSIONS
    state.make_way(path)
    text = "".join(json.dumps(version.model_dump()) + "\n" for version in listed)
    write_atomically(path, text.encode())


def _folder(workspace: Workspace, month: Month) -> Path:
    return workspace.store / str(month)


def _damaged(version: str, name: str) -> HanbinError:
    return refused_input(
        "HB-SNP-002",
        f"数据版本 {version} 的 {name} 已损坏或被改动",
        "重新导入该月的原始文件；损坏的版本请不要手工修改",
    )
