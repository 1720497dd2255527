"""What is packed when: older months, and editions that were replaced (see `archive`)."""

from pathlib import Path

from hanbin_lib import state
from hanbin_lib.locks import exclusive
from hanbin_lib.months import Month
from hanbin_lib.release.archive import pack, packable, unpack
from hanbin_lib.release.policy import load_batch
from hanbin_lib.release.publication import Published, busy, published_months, release_lock
from hanbin_lib.workspace import Workspace


def pack_older(workspace: Workspace) -> list[Path]:
    """Pack what is older than the newest ``open_months``; return the folders that were packed.

    Only files that are as they were published are packed: a damaged one stays, to be seen.
    """
    keep_open = load_batch(workspace).open_months
    with exclusive(release_lock(workspace), busy()):
        months = published_months(workspace)
        current = [one for month in months if (one := Published.read(workspace, month))]
        done = [one.folder for one in current[:-keep_open] if pack(one.folder, packable(_whole(one)))]
        in_use = {one.folder for one in current}
        for folder in state.entries(workspace.reports / ".revisions", "*/*"):
            replaced = Published.at(folder) if folder not in in_use else None
            if replaced and pack(folder, _whole(replaced)):
                done.append(folder)
    return done


def unpack_month(workspace: Workspace, month: Month) -> int:
    """Put a month's packed files back into its folder; return how many."""
    with exclusive(release_lock(workspace), busy()):
        return unpack(workspace.reports / str(month))


def _whole(published: Published) -> list[str]:
    known = dict(published.manifest["files"])
    for entry in published.manifest["documents"].values():
        known |= entry["files"]
    return [name for name, digest in known.items() if published.has(name, digest)]
