"""The same plan on many machines: a Dask cluster makes the documents, this machine publishes.

A worker takes a month's inputs and its kept models from the shared place once, opens the month in one
process, makes documents by that process's children as a local run does, and leaves the files there. The
scheduler gives a lost worker's documents to another; a document that is complete in the shared place is not
made again.
"""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from hanbin_lib.bulletin import MonthInputs, open_bulletin
from hanbin_lib.bulletin.month_inputs import compute_month_wide
from hanbin_lib.errors import ExitCode, HanbinError, Unavailable
from hanbin_lib.files import write_atomically
from hanbin_lib.kernels import parent_ahead
from hanbin_lib.locks import folder_prefix
from hanbin_lib.months import Month
from hanbin_lib.params import Typography
from hanbin_lib.privacy import Guard
from hanbin_lib.release.assembly import inputs_archive, unpacked
from hanbin_lib.release.checks.personal_data import Looked, look_into, month_guard
from hanbin_lib.release.execution import Finished, may_pass, open_makers
from hanbin_lib.release.plan import Document, Progress
from hanbin_lib.release.shared_store import MANIFEST, SharedStore
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.store.tables import results_read
from hanbin_lib.workspace import INDICATORS, Workspace

_ARCHIVE = "inputs.zip"
_SECONDS_TO_CONNECT = 30
_MOST_ROOMS = 2  # counties that a worker has open: one that ends, one that begins
_KEY = 16


@dataclass(frozen=True, slots=True)
class Offer:
    """What all documents of a month are made from, in the shared place.

    Parameters
    ----------
    shared
        The place that its machines share.
    inputs, kept
        Folders there, of the packed inputs with the figures, and of what was computed of the month.
    snapshots
        Version of the data by month.
    """

    shared: SharedStore
    inputs: str
    kept: str
    snapshots: tuple[tuple[str, str], ...]
    month: Month
    typography: Typography

    @property
    def key(self) -> str:
        """Name of the month's folder on a machine that makes its documents."""
        return digest_of(self.inputs, self.kept, *sorted(self.snapshots))[:_KEY]


@dataclass(frozen=True, slots=True)
class Order:
    """One document, its notebook named relative to the workspace, for whichever machine is free."""

    document: Document
    offer: Offer

    @property
    def result(self) -> str:
        """Folder of the document's files in the shared place."""
        printed = self.document.parameters["record"].partition(":")[0]
        return f"documents/{self.document.key}-{printed or 0}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster's scheduler is, and what its machines share.

    Parameters
    ----------
    address
        ``tcp://host:8786``.
    shared
        The place that its machines share.
    """

    address: str
    shared: SharedStore

    def make_all(
        self,
        workspace: Workspace,
        county: MonthInputs,
        todo: tuple[Document, ...],
        staging: Path,
        progress: Progress,
        *,
        retries: int = 2,
        finished: Finished = lambda document, looked=None: None,
    ) -> dict[str, BaseException]:
        """Make documents on the cluster (see `execution.Maker`).

        Raises
        ------
        HanbinError
            ``HB-CLU-001`` the extra ``cluster`` is not installed, ``HB-CLU-002`` no scheduler or
            worker answers, or a machine has other code.
        """
        offer = self._offer(workspace, county, staging / INDICATORS)
        guard = None
        with suppress(HanbinError):  # where nobody can look, the publication says why
            guard = month_guard(county, workspace)
        failed: dict[str, BaseException] = {}
        with _connected(self.address) as client:
            _check_workers(client)
            futures = {}
            for document in todo:
                relative = document.notebook.relative_to(workspace.root)
                order = Order(replace(document, notebook=relative), offer)
                future = client.submit(make_there, order, key=f"hanbin-{document.key}", retries=retries)
                futures[future] = order, document
            for done, future in enumerate(_finished(client, futures), 1):
                order, document = futures[future]
                error = future.exception() or future.result()
                if error is None:
                    self.shared.get(order.result, staging)
                    finished(document, _looked(document, staging, guard))
                else:
                    failed[document.name] = error
                progress(document.name, done, len(todo))
        return failed

    def _offer(self, workspace: Workspace, county: MonthInputs, indicators: Path) -> Offer:
        """Put what the documents are made from into the shared place."""
        content, figures = inputs_archive(workspace, county), indicators.read_bytes()
        name = f"inputs/{hashlib.sha256(content + figures).hexdigest()}"
        with tempfile.TemporaryDirectory(prefix=folder_prefix("offer")) as folder:
            archive = Path(folder) / _ARCHIVE
            write_atomically(archive, content)
            self.shared.put(name, {_ARCHIVE: archive, INDICATORS: indicators})
        snapshots = tuple(county.sources.ids.items())
        for month, version in snapshots:
            stored = workspace.store / month / version
            files = {path.name: path for path in sorted(stored.iterdir()) if path.is_file()}
            # The snapshot has a manifest of its own: it travels under another name.
            files = {_travelling(file): path for file, path in files.items()}
            self.shared.put(f"snapshots/{month}/{version}", files)
        computed = _computed(workspace, county)
        kept = f"kept/{digest_of(*sorted(computed))}"
        self.shared.put(kept, computed)
        return Offer(self.shared, name, kept, snapshots, county.month, county.settings.typography)


def _computed(workspace: Workspace, county: MonthInputs) -> dict[str, Path]:
    """Files of what is computed of the month, by name: once here, and by no worker again."""
    month, code, snapshot = str(county.month), county.settings.county.code, county.snapshot.id
    with results_read() as files:
        bulletin = open_bulletin(month, code, snapshot, edition=workspace.edition, workspace=workspace)
        compute_month_wide(bulletin)
        with suppress(Exception):  # left to the chapter to say
            for study in bulletin.studies:
                if not isinstance(study, Unavailable):
                    _ = study.findings
    return {path.name: path for path in files}


def _looked(document: Document, staging: Path, guard: Guard | None) -> Looked | None:
    """What is personal in a document's files: this machine has who to look for, and waits for the others."""
    return None if guard is None else look_into([staging / name for name in document.files], guard)


def make_there(order: Order) -> HanbinError | None:
    """Make one document on the machine that this runs on; return its fault, if it has one.

    What the document itself is to blame for is returned: no other machine would do better.
    Anything else is raised, and the scheduler tries again elsewhere.
    """
    shared = order.offer.shared
    if shared.names(order.result) is not None:
        return None
    with _room(order) as room:
        document = replace(order.document, notebook=room.workspace.root / order.document.notebook)
        try:
            room.make(document)
        except HanbinError as error:
            if may_pass(error):
                raise
            return error
        files = {name: room.staging / name for name in document.files}
        shared.put(order.result, files)
        for path in files.values():
            path.unlink()
    return None


@dataclass
class _Room:
    """A month that is open on the machine that this runs on.

    Parameters
    ----------
    make
        Makes a document into `staging` (`execution.open_makers`).
    busy
        How many documents are being made.
    """

    workspace: Workspace
    staging: Path
    make: Callable[[Document], object]
    leave: ExitStack
    busy: int = 0


_rooms: dict[str, _Room] = {}  # the one that was entered last stands last
_at_the_door = Lock()
_of_process = ExitStack()


@contextmanager
def _room(order: Order) -> Iterator[_Room]:
    """The room of the document's month, which the first to come opens; what is idle and old is closed."""
    key = order.offer.key
    with _at_the_door:
        room = _rooms.pop(key, None) or _opened(order)
        _rooms[key] = room
        room.busy += 1
        for other, old in list(_rooms.items())[:-_MOST_ROOMS]:
            if not old.busy:
                _rooms.pop(other).leave.close()
    try:
        yield room
    finally:
        with _at_the_door:
            room.busy -= 1


def _opened(order: Order) -> _Room:
    """Copy what the month is made from to this machine, and open it in the parent of its documents."""
    from distributed import get_worker  # noqa: PLC0415  # an optional part

    worker, offer = get_worker(), order.offer
    root = (
        Path(worker.local_directory) / f"hanbin-{offer.key}"
    )  # the worker's own folder goes with the worker
    shutil.rmtree(root, ignore_errors=True)  # an attempt that failed
    offer.shared.get(offer.inputs, root)
    workspace = unpacked(root, root / _ARCHIVE, dict(offer.snapshots))
    for month, version in offer.snapshots:
        folder = workspace.store / month / version
        offer.shared.get(f"snapshots/{month}/{version}", folder)
        (folder / _travelling(MANIFEST)).rename(folder / MANIFEST)
    offer.shared.get(offer.kept, workspace.cache)
    staging = root / "made"
    staging.mkdir()
    (root / INDICATORS).rename(staging / INDICATORS)
    if not _rooms:
        _of_process.enter_context(parent_ahead())  # one for all months
    with ExitStack() as leave:
        leave.callback(shutil.rmtree, root, ignore_errors=True)
        make = leave.enter_context(
            open_makers(
                workspace,
                offer.month,
                order.document,
                staging,
                offer.typography,
                worker.state.nthreads,
            )
        )
        return _Room(workspace, staging, make, leave.pop_all())


@atexit.register
def _leave() -> None:
    """End the parents of a worker that ends."""
    for room in _rooms.values():
        room.leave.close()
    _rooms.clear()
    _of_process.close()


def _travelling(file: str) -> str:
    return f"snapshot-{file}" if file == MANIFEST else file


def _connected(address: str) -> Any:
    """A client of the scheduler."""
    try:
        from distributed import Client  # noqa: PLC0415  # an optional part
    except ImportError:
        raise _no_cluster("HB-CLU-001", "没有安装集群组件", "安装可选部分 cluster 后重新运行") from None
    try:
        return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError):
        raise _no_cluster("HB-CLU-002", f"连不上调度器 {address}", "检查地址和网络，启动调度器") from None


def _check_workers(client: Any) -> None:
    """Every worker has this machine's code: documents may not be of two versions.

    Workers that were started just before this command need a moment to join.
    """
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_CONNECT)
    except TimeoutError:
        raise _no_cluster("HB-CLU-002", "调度器没有工作进程", "启动 dask worker 后重新运行") from None
    digests = client.run(program_digest)
    others = sorted(worker for worker, digest in digests.items() if digest != program_digest())
    if others:
        raise _no_cluster(
            "HB-CLU-002", f"这些工作进程的程序版本不同：{'、'.join(others)}", "各机器安装同一版本后重新运行"
        )


def _finished(client: Any, futures: Iterable[Any]) -> Iterator[Any]:
    from distributed import as_completed  # noqa: PLC0415  # an optional part

    yield from as_completed(list(futures), loop=client.loop)


def _no_cluster(code: str, message: str, action: str) -> HanbinError:
    return HanbinError(code, message, action=action, exit_code=ExitCode.USAGE)
