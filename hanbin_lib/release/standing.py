"""Whether a month stands as it was published, told without opening it.

A run that leaves nothing to do writes down one identity of all that it went by: the program, every
parameter and notebook, the stored data, what is published. While that is the same, and every published
file is as its manifest says, the next call has nothing to do either. Whatever differs, were it only the
time of a file, is left to the run itself, which compares what counts.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hanbin_lib import fonts
from hanbin_lib.errors import HanbinError
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.months import Month
from hanbin_lib.release import ledger
from hanbin_lib.release.archive import ARCHIVE
from hanbin_lib.release.publication import INDEX, POINTER, Published, check_idle
from hanbin_lib.release.staging import sites
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.workspace import Workspace


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
    last = ledger.last(workspace, published.month)
    is_entered = last is not None and last.manifest == published.sha256
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
