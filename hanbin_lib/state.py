"""The one door to the files in which the program keeps its own state: read through a model, or not at all.

Half a line, ``{}``, ``[]``, an empty file, a folder or a pipe in a file's place: whatever is not what a
run wrote is *damaged*, and `read` gives None for it, as for a file that is not there. Who needs the
difference asks `is_damaged`. Nothing here raises, so that no file can stop a month that is not its own.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, RootModel, ValidationError

_MOST_BYTES = 256 * 2**20  # a record of a century is smaller; what is larger is none of ours
MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2022-09"])]
# A name in a folder: nothing that is read from a file may lead out of its folder, or be hidden.
FileName = Annotated[str, Field(pattern=r"^[^./\\\x00][^/\\\x00]*$", max_length=255)]
PathBelow = Annotated[
    str, Field(pattern=r"^[^./\\\x00][^/\\\x00]*(/[^./\\\x00][^/\\\x00]*)*$", max_length=1000)
]
VersionName = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]*$", max_length=100)]
ReportFolder = Annotated[
    str, Field(pattern=r"^(\.revisions/)?[0-9]{4}-(0[1-9]|1[0-2])(/[0-9A-Za-z][0-9A-Za-z.]*)?$")
]
Files = dict[FileName, str]
Model = TypeVar("Model", bound=BaseModel)


class State(BaseModel):
    """Base of what is kept; a field of a later program is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Exact(State):
    """Base of what is hashed or written back: an unknown field is damage."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Anchor(Exact):
    """The head of the record of runs at some time (``data/audit.jsonl``).

    Parameters
    ----------
    records
        Number of lines.
    sha256
        Hash of the last one.
    """

    records: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Record(Exact):
    """One run, a line of ``data/audit.jsonl``.

    Parameters
    ----------
    at
        UTC, ``2022-10-08T01:02:03Z``.
    who
        Account on the machine.
    action
        What was done: ``import 2022-09``.
    inputs, outputs
        What went in and what came out: identifiers and hashes, never a personal value.
    previous, sha256
        Hash of the line before, and of this one.
    mac
        HMAC-SHA256 of `sha256` where a key is kept elsewhere, else empty.
    """

    at: str
    who: str
    action: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    previous: str
    sha256: str
    mac: str = ""


class PublishedDocument(State):
    """One document of a published month: its files with their hashes."""

    name: str = ""
    key: str
    files: Files


class PublicationManifest(State):
    """``reports/2022-09/manifest.json``: what a published folder was made from and consists of.

    Attributes
    ----------
    failed
        Why a document is missing, by its name.
    gaps
        Exhibits that could not be made, by name of the document that is published without them.
    """

    month: MonthText | None = None
    revision: Annotated[int, Field(ge=1)]
    reason: str = ""
    run_key: str = ""
    whole_key: str = ""
    is_demonstration: bool = False
    snapshot: str = ""
    snapshots: dict[MonthText, VersionName] = {}
    inputs: dict[str, str] = {}
    version: str = ""
    code_sha256: str = ""
    documents: dict[str, PublishedDocument]
    failed: dict[str, str]
    gaps: dict[str, tuple[str, ...]] = {}
    files: Files
    previous: dict[str, Any] | None = None
    record: Anchor | None = None


class PointerEntry(State):
    """Where the current folder of a month is."""

    folder: ReportFolder
    revision: Annotated[int, Field(ge=0)]


class Pointer(State):
    """``reports/latest.json``."""

    latest: MonthText | None
    months: dict[MonthText, PointerEntry]


class MadeDocument(State):
    """A line of ``made.jsonl`` of a building site: a document that is finished."""

    key: str
    files: Files


class Version(State):
    """A line of ``versions.jsonl``: a version of a month's data, and the one before it."""

    id: VersionName
    previous: VersionName | None


class Receipt(Exact):
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

    seen: int
    left: dict[str, int]
    other_months: dict[str, int]
    reached: int
    unreached: dict[str, int]
    sums: dict[str, tuple[float, float]]


class Join(Exact):
    """How many rows of a ledger lead to what they speak of."""

    table: str
    what: str
    matched: int
    rows: int


class Source(Exact):
    """One sheet that came in."""

    file: str
    sheet: str
    sha256: str
    table: str
    rows: int
    columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    is_demonstration: bool
    receipt: Receipt | None = None


class StoredTable(Exact):
    """One Parquet file of a version of the data."""

    rows: int
    sha256: str


class SnapshotManifest(Exact):
    """What a version of the data is made of; holds no clock: the same files make the same manifest.

    Attributes
    ----------
    program
        Digest of the program that read the files (`store.program_digest`); of its reading part alone in
        versions stored as ``contract`` by older programs.
    """

    id: str
    month: str
    is_demonstration: bool
    program: str = Field(validation_alias=AliasChoices("program", "contract"))
    sources: tuple[Source, ...]
    joins: tuple[Join, ...] = ()
    tables: dict[FileName, StoredTable] = {}


class RegisteredForecast(Exact):
    """A forecast as it was made, a file of ``data/forecasts``."""

    place: str
    indicator: str
    made_on: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    digest: str
    table: tuple[dict[str, float], ...]


class ActionAsk(Exact):
    """A point of page one whose cases are listed: its kind, what it said, and the ids of its cases."""

    key: str
    title: str
    unit: str
    ids: tuple[str, ...]


class ActionList(Exact):
    """One action list as it was given out.

    Parameters
    ----------
    ids, ids_sha256
        Of its rows, and the hash of them sorted, as the list's hidden manifest has it.
    """

    file: FileName
    title: str
    ids: tuple[str, ...]
    ids_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ActionRecord(Exact):
    """``data/actions/2022-09/lists.json``: what a month's page one asked for, and of whom.

    Parameters
    ----------
    due
        Last day by which it is to be settled.
    asks
        Points by the code of the place whose page one has them.
    lists
        By name of the list.
    seals
        Hash of the locked cells of each row, by id.
    """

    month: MonthText
    snapshot: VersionName
    due: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    asks: dict[str, tuple[ActionAsk, ...]]
    lists: dict[str, ActionList]
    seals: dict[str, str]


class ReturnedRow(Exact):
    """What was reported of one case: its state, the day it was settled (or nothing), on which list."""

    state: str
    day: str
    of_list: str


class ReturnRecord(Exact):
    """``data/actions/2022-09/returns.json``: what came back, by id; the later report counts."""

    month: MonthText
    rows: dict[str, ReturnedRow]


class ExchangeManifest(RootModel[dict[PathBelow, str]]):
    """Hash of each file of a folder that machines share."""


def content_of(path: Path) -> bytes | None:
    """Bytes of a regular file; None where there is none, it cannot be read, or it is no file of ours."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as stream:
        try:
            return stream.read()
        except OSError:
            return None


def read(path: Path, model: type[Model]) -> Model | None:
    """Content of a file; None where it is not there or damaged."""
    content = content_of(path)
    return None if content is None else parsed(content, model)


def parsed(content: bytes | str, model: type[Model]) -> Model | None:
    """What JSON text says, None where it is not what the model asks for."""
    try:
        return model.model_validate_json(content, strict=True)
    except ValidationError:
        return None


def read_lines(path: Path, model: type[Model]) -> list[Model | None]:
    """What each line says, None for a damaged one; empty where there is no file.

    A last line that does not end is damaged: every line is written with its end.
    """
    content = content_of(path)
    if content is None:
        return [None] if is_there(path) else []
    *whole, rest = content.split(b"\n")
    return [parsed(line, model) for line in whole] + ([None] if rest else [])


def make_way(path: Path) -> None:
    """Put a folder that stands where a file has to be written under a hidden name beside it."""
    if path.is_dir() and not path.is_symlink():
        names = (path.with_name(f".{path.name}.folder-{number}") for number in range(10_000))
        path.rename(next(name for name in names if not is_there(name)))


def is_there(path: Path) -> bool:
    """Whether there is anything of that name, a dangling link, too."""
    return os.path.lexists(path)


def is_damaged(path: Path, model: type[BaseModel]) -> bool:
    """Whether there is something of that name, and it is not what the model asks for."""
    return is_there(path) and read(path, model) is None


def entries(folder: Path, pattern: str = "*") -> Iterator[Path]:
    """What a folder holds, sorted, without what systems leave everywhere (hidden files, desktop.ini)."""
    if not folder.is_dir():
        return
    for path in sorted(folder.glob(pattern)):
        if not is_foreign(path.name):
            yield path


def is_foreign(name: str) -> bool:
    """Whether a system leaves files of that name in any folder that it shows."""
    return name.startswith(".") or name.lower() in {"desktop.ini", "thumbs.db", "__macosx"}


def as_json(state: BaseModel | Mapping[str, Any]) -> bytes:
    """Content of a file of state, as all of them are written: sorted, indented, Chinese as it is."""
    content = state.model_dump(mode="json") if isinstance(state, BaseModel) else state
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
