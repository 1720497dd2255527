"""Making the documents of a run, side by side, by workers that cannot take each other along."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from hanbin_lib.bulletin import NOTEBOOK_PARAMETERS, MonthInputs
from hanbin_lib.bulletin.month_inputs import compute_month_wide, open_inputs
from hanbin_lib.bulletin.opening import hold_month, open_bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import write_atomically
from hanbin_lib.kernels import WorkerEndedError, can_fork, cores, meanwhile, open_workers
from hanbin_lib.locks import folder_prefix
from hanbin_lib.months import Month
from hanbin_lib.params import Settings, Typography
from hanbin_lib.privacy import Guard
from hanbin_lib.release.batch import load_batch
from hanbin_lib.release.checks.documents import check_document, results
from hanbin_lib.release.checks.personal_data import Looked, forget_terms, look_into, month_guard
from hanbin_lib.release.notebooks import DEFAULT_LIMITS, kernel_died, out_of_time, run_notebook
from hanbin_lib.release.plan import Document, Progress
from hanbin_lib.release.publication import GUIDE, INPUTS
from hanbin_lib.rendering import FORMATS, content_of
from hanbin_lib.workspace import BATCH_VARIABLE, ENVIRONMENT_VARIABLE, INDICATORS, Workspace

_PAUSE_SECONDS = 1.0
_MOST_WORKERS = 8  # a worker takes some 300 MiB
# The notebook's own limit ends its kernel; this one ends a document that hangs elsewhere.
_SECONDS = DEFAULT_LIMITS.notebook + DEFAULT_LIMITS.start + 300
# Two documents at a time share the cores: native pools of more threads only get in the way
# (measured: one statsmodels fit takes ten times as long with default OpenBLAS threads).
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Finished(Protocol):
    """Who is told of a document whose files are in `staging`, all of them or none."""

    def __call__(self, document: Document, looked: Looked | None = None) -> object:
        """Take note of `document`, and of what the guard found in its files where it has looked."""
        ...


class Maker(Protocol):
    """Whoever makes documents: this machine or a cluster."""

    def __call__(
        self,
        workspace: Workspace,
        county: MonthInputs,
        todo: tuple[Document, ...],
        staging: Path,
        progress: Progress,
        *,
        retries: int,
        finished: Finished,
    ) -> dict[str, BaseException]:
        """Make documents into `staging`; return the reason of each failure by name.

        Parameters
        ----------
        retries
            How often a document is tried again after a fault that may pass.
        finished
            Called with each document that is made.
        """
        ...


def side_by_side(workers: int | None = None) -> Maker:
    """Make documents on this machine, with so many worker processes."""
    return partial(make_all, workers=workers)


def usual_workers() -> int:
    """As many as the cores this process may use; one more was measured to save nothing but takes 0.3 GiB."""
    return min(cores(), _MOST_WORKERS)


def make_all(
    workspace: Workspace,
    county: MonthInputs,
    todo: tuple[Document, ...],
    staging: Path,
    progress: Progress,
    *,
    workers: int | None = None,
    retries: int = 0,
    finished: Finished = lambda document, looked=None: None,
) -> dict[str, BaseException]:
    """Make documents side by side; return the reason of each failure by name.

    Parameters
    ----------
    workers
        Worker processes; None for `usual_workers`.
    retries
        How often a document is tried again after a fault that may pass: a kernel that did not
        start, a disk that was busy. A fault of the data or of a notebook comes again for sure. One
        that ran out of time is tried again once: the machine was asleep, or a message of a kernel
        was lost; what never ends would take all its time each time.
    finished
        Called with each document that is made.
    """
    failed: dict[str, BaseException] = {}
    pending = todo
    for attempt in range(retries + 1):
        if attempt:
            time.sleep(_PAUSE_SECONDS * attempt)
        failed = {d.name: failed[d.name] for d in todo if d.name in failed and d not in pending}
        failed |= _make_once(workspace, county, pending, staging, workers, progress, finished)
        pending = tuple(
            d
            for d in pending
            if d.name in failed
            and (may_pass(failed[d.name]) or (not attempt and _is_out_of_time(failed[d.name])))
        )
        if not pending:
            break
    return failed


def _make_once(
    workspace: Workspace,
    county: MonthInputs,
    todo: tuple[Document, ...],
    staging: Path,
    workers: int | None,
    progress: Progress,
    finished: Finished,
) -> dict[str, BaseException]:
    if not todo:
        return {}
    failed: dict[str, BaseException] = {}
    count = max(1, min(workers or usual_workers(), len(todo)))
    middle = todo[len(todo) // 2]  # neither the county's, which is the longest, nor the last to end
    typography, told = county.settings.typography, set[str]()

    def end(document: Document, future: Future[Looked]) -> None:
        error = future.exception()
        if error is None:
            finished(document, future.result())
        else:
            failed[document.name] = error
        told.add(document.name)

    threads = ThreadPoolExecutor(count)
    running: dict[Future[Looked], Document] = {}
    try:
        with open_makers(workspace, county.month, county.snapshot.id, staging, typography, count) as make:
            running |= {threads.submit(make, one, staging, beside=one is middle): one for one in todo}
            for future in as_completed(running):
                end(running[future], future)
                progress(running[future].name, len(told), len(todo))
    except BaseException:
        # Somebody ended the run: what is finished by now is written down, and nothing else is begun.
        threads.shutdown(wait=False, cancel_futures=True)
        for future, document in running.items():
            is_made = future.done() and not future.cancelled() and future.exception() is None
            if is_made and document.name not in told:
                finished(document, future.result())
        raise
    threads.shutdown()
    return failed


@contextmanager
def open_makers(
    workspace: Workspace, month: Month, snapshot: str, staging: Path, typography: Typography, count: int
) -> Iterator[Callable[..., Looked]]:
    """Give a function ``make(document, folder, beside=False)`` for at most `count` threads at a time.

    It makes a document into a folder, in a process forked from one that has opened the month, and returns
    what the guard has found in its files, and in what stands beside the documents where it is told to.

    Parameters
    ----------
    workspace
        In the edition of the documents.
    snapshot
        Version of the month's data.
    staging
        Has the month's figures already, and what else stands beside the documents.

    Raises
    ------
    HanbinError
        By ``make``: what is wrong with the document, ``HB-NBK-003`` its process was killed,
        ``HB-NBK-005`` it ran out of time.
    """
    settings = (workspace.root, workspace.kernel_log(month), staging, typography)
    first = partial(_open_here, str(month), snapshot, workspace.edition, *settings)
    memory = load_batch(workspace).document_memory_mib
    with open_workers(count, _SECONDS, first, memory_mib=memory) as do:

        def make(document: Document, folder: Path, *, beside: bool = False) -> Looked:
            try:
                looked: Looked = do(_make_here, document, folder, *settings, beside)
            except WorkerEndedError as error:
                ended = out_of_time(document.name, DEFAULT_LIMITS) if error.timed_out else None
                raise ended or kernel_died(document.name) from None
            except ConnectionError:  # the process to fork from is gone
                raise kernel_died(document.name) from None
            return looked

        yield make


def _open_here(
    month: str, snapshot: str, edition: str, root: Path, log: Path, staging: Path, typography: Typography
) -> None:
    """Read and compute in the process that all documents' processes are forked from what they all need."""
    from hanbin_lib.rendering import load_faces  # noqa: PLC0415 -- matplotlib and the typesetter

    prepare_worker(root, log)
    space = Workspace.find()
    county = Settings.load(space).county.code
    hold_month(month, county, snapshot, edition=edition, workspace=space)
    load_faces(typography.extra_font_folders)
    results(staging / INDICATORS)
    with suppress(HanbinError):  # where nobody can look, the publication says why
        guard = month_guard(open_bulletin(month, county, snapshot, edition=edition, workspace=space), space)
        guard.get_ready()
        _guards.append(guard)
    forget_terms()


@contextmanager
def models_meanwhile(workspace: Workspace, month: Month) -> Iterator[None]:
    """Compute the month's models in a child of the shared parent while this process computes the indicators.

    Either takes as long as the other and needs nothing of it; what is kept of the models is read by
    whoever makes the documents.
    """
    log = workspace.models_log(month)
    log.unlink(missing_ok=True)  # an earlier run's says nothing of this one
    with meanwhile(_SECONDS, _keep_models_here, workspace.root, log, str(month)):
        yield


def _keep_models_here(root: Path, log: Path, month: str) -> None:
    prepare_worker(root, log)
    compute_month_wide(open_inputs(month, workspace=Workspace.find()))


_guards: list[Guard] = []


def _make_here(
    document: Document,
    folder: Path,
    root: Path,
    log: Path,
    staging: Path,
    typography: Typography,
    beside: bool,
) -> Looked:
    """Make one document in a worker process into `folder`; return what the guard finds in its files.

    `beside` says whether to look into what stands there already beside the documents, too.
    """
    prepare_worker(root, log)
    make_checked(document, folder, typography, staging / INDICATORS, alone=can_fork())
    files = [folder / name for name in document.files]
    if beside:
        files += [path for name in (INDICATORS, INPUTS, GUIDE) if (path := staging / name).is_file()]
    return look_into(files, _guards[-1]) if _guards else {}


def make_checked(
    document: Document, staging: Path, typography: Typography, indicators: Path, *, alone: bool = False
) -> None:
    """Make one document, read its files again as they will be published, hold them against `indicators`.

    `alone` says whether this process is for this document only.
    """
    make_document(document, staging, typography, alone=alone)
    check_document(document, staging, indicators)
    # The look at the results needs the notebook; the public edition does without.
    for one in set(FORMATS) - set(document.formats):
        (staging / f"{document.name}{one.ending}").unlink(missing_ok=True)


def _is_out_of_time(error: BaseException) -> bool:
    return isinstance(error, HanbinError) and error.exit_code is ExitCode.TIMEOUT


def may_pass(error: BaseException) -> bool:
    """Whether the same thing tried again may succeed."""
    if isinstance(error, HanbinError):
        return error.exit_code is ExitCode.KERNEL_DIED
    return isinstance(error, OSError)


def worker_environment(root: Path) -> dict[str, str]:
    """What the kernels of a worker inherit; threads that were set from outside stay."""
    fixed = {ENVIRONMENT_VARIABLE: str(root), BATCH_VARIABLE: "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    usual = {"MPLBACKEND": "agg", **dict.fromkeys(_ONE_THREAD, "1")}
    return fixed | {name: os.environ.get(name, value) for name, value in usual.items()}


def prepare_worker(root: Path, log: Path) -> None:
    """Set what the kernels of this worker inherit; what they say goes to the log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(stream, 1)
    os.dup2(stream, 2)
    os.close(stream)
    os.environ |= worker_environment(root)


def make_document(document: Document, staging: Path, typography: Typography, *, alone: bool = False) -> None:
    """Run the document's notebook and put its files into `staging`.

    Nothing appears in `staging` before all of them are made.

    Parameters
    ----------
    alone
        Whether this process makes this document and ends (see `notebooks.run_notebook`).
    """
    model = NOTEBOOK_PARAMETERS[document.notebook.stem]
    with TemporaryDirectory(prefix=folder_prefix("made")) as folder:
        output = Path(folder) / "executed.ipynb"
        executed = run_notebook(document.notebook, output, document.parameters, model, alone=alone)
    content = content_of(executed)
    # The look at the results needs the notebook, also where it is not published.
    wanted = [
        *document.formats,
        *(form for form in FORMATS if not (form.is_public or form in document.formats)),
    ]
    made = {form.ending: form.write(content, typography) for form in wanted}
    for ending, file in made.items():
        write_atomically(staging / f"{document.name}{ending}", file)
