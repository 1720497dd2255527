"""The same plan on many machines: a Dask cluster makes the documents, this machine publishes.

A worker takes a month's inputs and its kept models from the shared place once, opens the month in one
process, makes documents by that process's children as a local run does, and leaves the files there. The
scheduler gives a lost worker's documents to another; a document that is complete in the shared place is not
made again.
"""

import atexit
import hashlib
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from hanbin_lib.bulletin import MonthInputs, open_bulletin
from hanbin_lib.bulletin.month_inputs import compute_month_wide
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import write_atomically
from hanbin_lib.kernels import parent_ahead
from hanbin_lib.locks import folder_prefix
from hanbin_lib.months import Month
from hanbin_lib.params import Typography
from hanbin_lib.privacy import Guard
from hanbin_lib.release.assembly import inputs_archive, unpacked
from hanbin_lib.release.checks.personal_data import Looked, look_into, month_guard
from hanbin_lib.release.execution import Finished, may_pass, open_makers
from hanbin_lib.release.plan import Document, Progress, inputs_of
from hanbin_lib.release.shared_store import MANIFEST, SharedStore
from hanbin_lib.simulate.target_study import TargetStudy
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.store.tables import cached, results_read
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
    edition: str
    typography: Typography

    @property
    def key(self) -> str:
        """Name of the month's folder on a machine that makes its documents."""
        return digest_of(self.inputs, self.kept, self.edition, *sorted(self.snapshots))[:_KEY]


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
        guard = None
        with suppress(HanbinError):  # where nobody can look, the publication says why
            guard = month_guard(county, workspace)
        failed: dict[str, BaseException] = {}
        with _connected(self.address) as client:
            _check_workers(client)
            offer = self._offer(workspace, county, staging / INDICATORS)
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
            client.run(leave_there, offer.key, on_error="ignore")
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
        results = computed(workspace, county)
        kept = f"kept/{digest_of(*results)}"
        self.shared.put(kept, results)
        where = (self.shared, name, kept, snapshots)
        return Offer(*where, county.month, workspace.edition, county.settings.typography)


def computed(workspace: Workspace, county: MonthInputs) -> dict[str, Path]:
    """Files of what is counted, solved and drawn of the month, by name: once here, by no worker again.

    Which ones they are is kept, too: some of what leads to them is estimated each time.
    """
    known = (inputs_of(workspace, county), workspace.edition)
    names = cached(
        f"results-{county.month}", *known, folder=workspace.cache, compute=lambda: _read_of(workspace, county)
    )
    if not all((workspace.cache / name).is_file() for name in names):  # somebody cleared up
        names = _read_of(workspace, county)
    return {name: workspace.cache / name for name in names}


def _read_of(workspace: Workspace, county: MonthInputs) -> list[str]:
    """Names of the kept results that the documents read; what is not kept yet is computed."""
    month, code, snapshot = str(county.month), county.settings.county.code, county.snapshot.id
    with results_read() as files:
        bulletin = open_bulletin(month, code, snapshot, edition=workspace.edition, workspace=workspace)
        compute_month_wide(bulletin)
        for study in bulletin.studies:
            with suppress(Exception):  # left to the chapter to say
                _ = study.findings if isinstance(study, TargetStudy) else None
    return sorted(path.name for path in files)


def _looked(document: Document, staging: Path, guard: Guard | None) -> Looked | None:
    """What is personal in a document's files: this machine has who to look for, and waits for the others."""
    return None if guard is None else look_into([staging / name for name in document.files], guard)


def make_there(order: Order) -> HanbinError | None:
    """Make one document on the machine that this runs on; return its fault, if it has one.

    What the document itself is to blame for is returned: no other machine would do better.
    Anything else is raised, and the scheduler tries again elsewhere.
    """
    if order.offer.shared.names(order.result) is not None:
        return None
    try:
        with _entered(order.offer) as room:
            room.make(order)
    except HanbinError as error:
        if may_pass(error):
            raise
        return error
    return None


class _Room:
    """A month on the machine that this runs on: what its documents are made from, and who makes them.

    Parameters
    ----------
    offer
        What is taken from the shared place when the first document comes.
    """

    def __init__(self, offer: Offer) -> None:
        self.busy = 0  # documents that are being made
        self.is_broken = False  # left as soon as nobody is in it: who comes opens another
        self.workspace: Workspace | None = None
        self._offer = offer
        self._opening = Lock()
        self._leave = ExitStack()

    def make(self, order: Order) -> None:
        """Make a document, and leave its files in the shared place."""
        with self._opening:
            if self.workspace is None:
                self._open()
        assert self.workspace is not None
        root = self.workspace.root
        document = replace(order.document, notebook=root / order.document.notebook)
        with tempfile.TemporaryDirectory(prefix="made-", dir=root) as folder:
            self._make(document, Path(folder))
            files = {name: Path(folder) / name for name in document.files}
            self._offer.shared.put(order.result, files)

    def _open(self) -> None:
        """Copy what the month is made from to this machine, and open it in the parent of its documents."""
        from distributed import get_worker  # noqa: PLC0415  # an optional part

        worker, offer, shared = get_worker(), self._offer, self._offer.shared
        own = tempfile.TemporaryDirectory(
            prefix=f"hanbin-{offer.key}-", dir=worker.local_directory, ignore_cleanup_errors=True
        )
        root = Path(self._leave.enter_context(own))
        shared.get(offer.inputs, root)
        workspace = replace(unpacked(root, root / _ARCHIVE, dict(offer.snapshots)), edition=offer.edition)
        for month, version in offer.snapshots:
            folder = workspace.store / month / version
            shared.get(f"snapshots/{month}/{version}", folder)
            (folder / _travelling(MANIFEST)).rename(folder / MANIFEST)
        shared.get(offer.kept, workspace.cache)
        _of_process.enter_context(parent_ahead())  # one for all months: another only where it is gone
        snapshot, count = dict(offer.snapshots)[str(offer.month)], worker.state.nthreads
        makers = open_makers(workspace, offer.month, snapshot, root, offer.typography, count)
        self._make = self._leave.enter_context(makers)
        self.workspace = workspace

    def close(self) -> None:
        """End who makes the documents, say what they wrote, and clear the copy away."""
        with suppress(Exception):
            if self.workspace is not None:
                sys.stderr.write(self.workspace.kernel_log(self._offer.month).read_text(encoding="utf-8"))
        with suppress(Exception):
            self._leave.close()


_rooms: dict[str, _Room] = {}  # the one that was entered last stands last
_at_the_door = Lock()
_of_process = ExitStack()


@contextmanager
def _entered(offer: Offer) -> Iterator[_Room]:
    """Be in the month's room; a room that is broken, or idle and old, is closed when one leaves."""
    with _at_the_door:
        room = _rooms.pop(offer.key, None) or _Room(offer)
        if room.is_broken:
            room = _Room(offer)
        _rooms[offer.key] = room
        room.busy += 1
    try:
        yield room
    except BaseException as error:
        is_the_documents = isinstance(error, HanbinError) and not may_pass(error)
        room.is_broken = room.is_broken or room.workspace is None or not is_the_documents
        raise
    finally:
        with _at_the_door:
            room.busy -= 1
            if room.is_broken and not room.busy:
                room.close()
            _clear(list(_rooms)[:-_MOST_ROOMS])


def leave_there(key: str) -> None:
    """Close a month's room on this machine, unless somebody is in it."""
    with _at_the_door:
        _clear([key])


def _clear(keys: Iterable[str]) -> None:
    for key in keys:
        if key in _rooms and not _rooms[key].busy:
            _rooms.pop(key).close()


@atexit.register
def _leave() -> None:
    """End the parents of a worker that ends."""
    for room in list(_rooms.values()):
        room.close()
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
