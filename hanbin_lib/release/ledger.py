"""Which months were published, by the record of runs: the truth that a schedule goes by.

Nothing beside `audit`: a line of it with the action ``bulletin 2022-09`` and the hash of a
manifest is a publication, and no line of it can be changed without breaking the chain.

Whether a month stands as it was published is told without opening it (`standing`): a run that leaves
nothing to do writes down one identity of all that it went by: the program, every parameter and notebook,
the stored data, what is published. While that is the same, and every published file is as its manifest
says, the next call has nothing to do either. Whatever differs, were it only the time of a file, is left to
the run itself, which compares what counts.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanbin_lib import audit, fonts
from hanbin_lib.errors import HanbinError
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.months import Month
from hanbin_lib.params import FalseAlarm
from hanbin_lib.release.archive import ARCHIVE
from hanbin_lib.release.publication import INDEX, POINTER, Published, check_idle
from hanbin_lib.release.staging import sites
from hanbin_lib.state import Anchor, Record
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.workspace import INTERNAL, PUBLIC, Workspace

# The schedule goes by the internal edition; the public one has entries of its own.
_ACTIONS = {INTERNAL: "bulletin", PUBLIC: "public-bulletin"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One publication.

    Parameters
    ----------
    month, revision
        What was published.
    manifest
        SHA-256 of its manifest.
    at
        When, UTC.
    reason
        Why there is this revision; empty for the first.
    whole_key
        What the revision was made from, whichever areas were made.
    record
        Head of the record of runs that the revision prints.
    has_gaps
        Whether documents were missing from it.
    """

    month: Month
    revision: int
    manifest: str
    at: str
    reason: str = ""
    whole_key: str = ""
    record: Anchor | None = None
    has_gaps: bool = False


def entries(workspace: Workspace) -> list[Entry]:
    """All publications in the order in which they were made.

    Raises
    ------
    HanbinError
        ``HB-AUD-001`` where the record is broken.
    """
    prefix = f"{_ACTIONS[workspace.edition]} "
    return [
        _entry(record)
        for record in audit.records(workspace.audit)
        if record.action.startswith(prefix) and record.outputs.get("manifest")
    ]


def last(workspace: Workspace, month: Month) -> Entry | None:
    """The last publication of a month; raises as `entries`."""
    return newest(workspace).get(month)


def deviations(workspace: Workspace) -> dict[Month, str]:
    """Months whose folder is not what was entered last, each with what is wrong; raises as `entries`."""
    wrong = ((month, _deviation(workspace, entry)) for month, entry in sorted(newest(workspace).items()))
    return {month: what for month, what in wrong if what}


def newest(workspace: Workspace) -> dict[Month, Entry]:
    """The last publication of each month; raises as `entries`."""
    return {entry.month: entry for entry in entries(workspace)}


def _deviation(workspace: Workspace, entry: Entry) -> str:
    published = Published.read(workspace, entry.month)
    if published is None:
        return "缺失或 manifest.json 已损坏"
    if not published.is_as_published:
        return "有文件缺失或被改动"
    return "" if published.sha256 == entry.manifest else "与发布记录不符"


def _entry(record: Record) -> Entry:
    inputs = record.inputs
    return Entry(
        month=Month.parse(record.action.partition(" ")[2]),
        revision=int(record.outputs.get("revision", 1)),
        manifest=str(record.outputs["manifest"]),
        at=record.at,
        reason=str(inputs.get("reason", "")),
        whole_key=str(inputs.get("whole_key", inputs.get("run_key", ""))),
        record=Anchor(**inputs["record"]) if inputs.get("record") else None,
        has_gaps=bool(record.outputs.get("failed")),
    )


def enter(
    workspace: Workspace,
    published: Published,
    made: tuple[str, ...],
    alarms: tuple[FalseAlarm, ...] = (),
) -> None:
    """Add a publication; one that is the month's last entry already changes nothing.

    Parameters
    ----------
    made
        Names of the documents made now.
    alarms
        Words that the guard let pass, with who answers for them and why.
    """
    manifest, month = published.manifest.model_dump(), published.month
    before = last(workspace, month)
    if before and before.manifest == published.sha256:
        return
    outputs = {
        "revision": manifest["revision"],
        "manifest": published.sha256,
        "made": list(made),
        "failed": sorted(manifest["failed"]),
    }
    kept = ("snapshot", "run_key", "reason", "whole_key", "record")
    inputs: dict[str, Any] = {name: manifest[name] for name in kept if manifest[name]}
    if alarms:
        inputs["false_alarms"] = [alarm.model_dump() for alarm in alarms]
    audit.append(workspace.audit, f"{_ACTIONS[workspace.edition]} {month}", inputs, outputs)


def standing(workspace: Workspace, month: Month) -> Published | None:
    """The publication, where a run for all areas would find nothing to do; None where it has to look."""
    try:
        kept = _marker(workspace, month).read_text(encoding="ascii")
        published = Published.read(workspace, month)
        if published is None or kept != _identity(workspace, month) or not _is_settled(published, workspace):
            return None
    except (HanbinError, OSError, ValueError):  # the run says what is wrong
        return None
    return published if published.is_as_published else None


def remember(workspace: Workspace, month: Month) -> None:
    """Write down what a month stands on, when a run for all areas has left nothing to do."""
    with suppress(OSError):  # the next run looks for itself
        write_atomically(_marker(workspace, month), _identity(workspace, month).encode())


def _marker(workspace: Workspace, month: Month) -> Path:
    return workspace.cache / f"standing-{workspace.edition}-{month}.sha256"


def _is_settled(published: Published, workspace: Workspace) -> bool:
    """Entered in the record of runs and unpacked, none killed; raises as `check_idle`."""
    entry = last(workspace, published.month)
    is_entered = entry is not None and entry.manifest == published.sha256
    is_open = not (published.folder / ARCHIVE).exists()
    check_idle(workspace)
    return is_entered and is_open and not sites(workspace)


def _identity(workspace: Workspace, month: Month) -> str:
    settled = [*_hashed(workspace), *_stored(workspace)]
    return digest_of(program_digest(), workspace.edition, str(month), settled)


def _hashed(workspace: Workspace) -> Iterator[str]:
    """What somebody may edit, with what it says."""
    settled = (workspace.reports / POINTER, workspace.reports / INDEX, fonts.folder() / fonts.INVENTORY)
    edited = [*workspace.params.rglob("*"), *workspace.notebooks.rglob("*.ipynb")]
    for path in (*sorted(edited), *settled):
        yield f"{path} {sha256_of(path) if path.is_file() else None}"


def _stored(workspace: Workspace) -> Iterator[str]:
    """What the program alone writes, and the faces, by size and time."""
    for folder in (workspace.store, workspace.forecasts, fonts.folder()):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            status = path.stat()
            yield f"{path} {status.st_size} {status.st_mtime_ns}"
