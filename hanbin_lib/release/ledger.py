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
    """

    month: Month
    revision: int
    manifest: str
    at: str


def entries(workspace: Workspace) -> list[Entry]:
    """All publications in the order in which they were made.

    Raises
    ------
    HanbinError
        ``HB-AUD-001`` where the record is broken.
    """
    found = []
    for record in audit.records(workspace.audit):
        action, _, month = record.action.partition(" ")
        if action == _ACTIONS[workspace.edition] and record.outputs.get("manifest"):
            revision = int(record.outputs.get("revision", 1))
            found.append(Entry(Month.parse(month), revision, record.outputs["manifest"], record.at))
    return found


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
    month, manifest = Month.parse(published.manifest["month"]), published.sha256
    last = next((e for e in reversed(entries(workspace)) if e.month == month), None)
    if last and last.manifest == manifest:
        return
    outputs = {
        "revision": published.revision,
        "manifest": manifest,
        "made": list(made),
        "failed": sorted(published.manifest["failed"]),
    }
    inputs: dict[str, Any] = {"snapshot": published.manifest["snapshot"], "run_key": published.run_key}
    if alarms:
        inputs["false_alarms"] = [alarm.model_dump() for alarm in alarms]
    audit.append(workspace.audit, f"{_ACTIONS[workspace.edition]} {month}", inputs, outputs)
