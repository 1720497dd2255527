"""Making the documents of a run side by side, in worker processes."""

from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.errors import HanbinError
from hanbin_lib.release.making import make_document, prepare_worker
from hanbin_lib.release.plan import Document, Progress
from hanbin_lib.workspace import Workspace


def make_all(
    workspace: Workspace,
    county: Bulletin,
    todo: tuple[Document, ...],
    staging: Path,
    workers: int,
    progress: Progress,
) -> dict[str, str]:
    """Make documents side by side; return the reason of each failure by name.

    Nothing else in `staging` is touched.
    """
    failed: dict[str, str] = {}
    typography = county.settings.typography
    with ProcessPoolExecutor(
        max_workers=max(1, min(workers, len(todo))),
        mp_context=get_context("spawn"),
        initializer=prepare_worker,
        initargs=(workspace.root, workspace.logs / f"kernels-{county.month}.log"),
    ) as pool:
        running = {pool.submit(make_document, d, staging, typography): d for d in todo}
        for done, future in enumerate(as_completed(running), 1):
            document = running[future]
            error = future.exception()
            if error is not None:
                failed[document.name] = _reason(error)
            progress(document.name, done, len(todo))
    return failed


def _reason(error: BaseException) -> str:
    """A HanbinError speaks for itself; of anything else only the kind is safe to print."""
    return str(error) if isinstance(error, HanbinError) else f"HB-NBK-000 {type(error).__name__}"
