"""Immutable copies of a month's data: Parquet tables and a manifest, addressed by content.

``data/store/2022-09/<id>/`` holds one version; ``versions.jsonl`` beside it lists them, the
last line is the current one. A version is never changed: corrected files make a new one, and
the old one stays readable.
"""

import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sync_folder, write_atomically
from hanbin_lib.months import Month
from hanbin_lib.store.frames import read_frame
from hanbin_lib.workspace import Workspace

MANIFEST = "manifest.json"
VERSIONS = "versions.jsonl"


class Receipt(BaseModel):
    """What became of the rows of one sheet.

    Parameters
    ----------
    seen
        Rows below the headings = rows stored + `left` (by reason) + `other_months` (by month).
    reached
        Rows stored = rows that reach a figure + `unreached` (by reason).
    sums
        Heading -> sum of the column in the sheet, sum in the store.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seen: int
    left: dict[str, int]
    other_months: dict[str, int]
    reached: int
    unreached: dict[str, int]
    sums: dict[str, tuple[float, float]]


class Join(BaseModel):
    """How many rows of a ledger lead to what they speak of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    what: str
    matched: int
    rows: int


class Source(BaseModel):
    """One sheet that came in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    sheet: str
    sha256: str
    table: str
    rows: int
    columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    is_demonstration: bool
    receipt: Receipt | None = None


class StoredTable(BaseModel):
    """One Parquet file of the snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a snapshot is made of; holds no clock, so the same files make the same manifest.

    Attributes
    ----------
    program
        Digest of the program that read the files (`store.identity`); of its reading part alone in versions
        stored as ``contract`` by older programs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    month: str
    is_demonstration: bool
    program: str = Field(validation_alias=AliasChoices("program", "contract"))
    sources: tuple[Source, ...]
    joins: tuple[Join, ...] = ()
    tables: dict[str, StoredTable] = {}


@dataclass(frozen=True)
class Snapshot:
    """One version of a month's data, read lazily and checked against its hashes."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> "Snapshot":
        """Read the manifest of a version; raise ``HB-SNP-002`` where it is damaged."""
        try:
            text = (folder / MANIFEST).read_text(encoding="utf-8")
            return cls(folder, Manifest.model_validate_json(text))
        except (OSError, ValueError):
            raise _damaged(folder.name, MANIFEST) from None

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
        return rows.astype(dict.fromkeys(dates, "datetime64[s]"))

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
    if not workspace.store.is_dir():
        return []
    return [
        Month.parse(path.name) for path in sorted(workspace.store.iterdir()) if (path / VERSIONS).is_file()
    ]


def versions(workspace: Workspace, month: Month) -> list[Snapshot]:
    """All versions of a month, oldest first, the current one last."""
    return [Snapshot.open(_folder(workspace, month) / name) for name in _listed(workspace, month)]


def latest(workspace: Workspace, month: Month) -> Snapshot:
    """Return the current version of a month; raise ``HB-SNP-001`` where none was imported."""
    names = _listed(workspace, month)
    if not names:
        raise HanbinError(
            "HB-SNP-001",
            f"{month.label}还没有导入数据",
            action=f"运行 hanbin import 文件夹 --month {month}",
            exit_code=ExitCode.INPUT_INVALID,
        )
    return Snapshot.open(_folder(workspace, month) / names[-1])


def open_version(workspace: Workspace, month: Month, prefix: str) -> Snapshot:
    """Return the version whose id begins with `prefix`; raise ``HB-SNP-003`` if not exactly one."""
    found = [name for name in _listed(workspace, month) if name.startswith(prefix)]
    if len(set(found)) != 1:
        raise HanbinError(
            "HB-SNP-003",
            f"{month.label}没有唯一的数据版本以“{prefix[:16]}”开头",
            action=f"用 hanbin versions {month} 查看全部版本",
            exit_code=ExitCode.INPUT_INVALID,
        )
    return Snapshot.open(_folder(workspace, month) / found[0])


def find(workspace: Workspace, month: Month, snapshot_id: str | None = None) -> Snapshot | None:
    """Return the version with that id, or the current one, if there is one and it is undamaged."""
    listed = _listed(workspace, month)
    snapshot_id = snapshot_id or next(reversed(listed), None)
    if snapshot_id not in listed:
        return None
    try:
        snapshot = Snapshot.open(_folder(workspace, month) / snapshot_id)
        for name in snapshot.manifest.tables:
            snapshot.content(name)
    except HanbinError:
        return None
    return snapshot


def make_current(workspace: Workspace, month: Month, snapshot_id: str) -> bool:
    """Make a stored version the current one; False where it is so already."""
    names = _listed(workspace, month)
    if names[-1:] == [snapshot_id]:
        return False
    # A line holds its predecessor: the history reads on even where lines were lost.
    previous = names[-1] if names else None
    path = _folder(workspace, month) / VERSIONS
    before = path.read_text(encoding="utf-8") if names else ""
    line = json.dumps({"id": snapshot_id, "previous": previous}) + "\n"
    write_atomically(path, (before + line).encode())
    return True


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
    path = _folder(workspace, month) / VERSIONS
    if not path.is_file():
        return []
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def _folder(workspace: Workspace, month: Month) -> Path:
    return workspace.store / str(month)


def _damaged(version: str, name: str) -> HanbinError:
    return HanbinError(
        "HB-SNP-002",
        f"数据版本 {version} 的 {name} 已损坏或被改动",
        action="重新导入该月的原始文件；损坏的版本请不要手工修改",
        exit_code=ExitCode.INPUT_INVALID,
    )
