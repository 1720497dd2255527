"""Which months were published, by the record of runs: the truth that a schedule goes by.

Nothing beside `audit`: a line of it with the action ``bulletin 2022-09`` and the hash of a
manifest is a publication, and no line of it can be changed without breaking the chain.
"""

from dataclasses import dataclass
from typing import Any

from hanbin_lib import audit
from hanbin_lib.months import Month
from hanbin_lib.params import FalseAlarm
from hanbin_lib.release.publication import Published
from hanbin_lib.state import Anchor, Record
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
