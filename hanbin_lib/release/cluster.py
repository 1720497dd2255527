"""The same plan on many machines: a Dask cluster makes the documents, this machine publishes.

Workers take a month's inputs from the shared place once, make documents with the code that a
local run uses, and leave the files there. The scheduler gives a lost worker's documents to
another; a document that is complete in the shared place is not made again.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

import fsspec

from hanbin_lib import state
from hanbin_lib.bulletin import MonthInputs
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.locks import folder_prefix
from hanbin_lib.params import Typography
from hanbin_lib.release.assembly import inputs_archive, unpacked
from hanbin_lib.release.execution import Finished, make_checked, may_pass, worker_environment
from hanbin_lib.release.plan import Document, Progress
from hanbin_lib.state import ExchangeManifest
from hanbin_lib.store import program_digest
from hanbin_lib.workspace import INDICATORS, Workspace

_ARCHIVE = "inputs.zip"
_SECONDS_TO_CONNECT = 30
# One document at a time in a worker process: its environment names one workspace.
_one_at_a_time = Lock()
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class SharedStore:
    """The place that several machines share: what a document is made from, and what was made.

    Any address that fsspec knows: a shared folder, ``s3://…``. Everything lies under a name made of its
    content or its key and is complete once its ``manifest.json`` is there, which is written last: two
    machines that write the same thing write the same bytes. No personal value gets there, because the
    snapshots hold none.

    Parameters
    ----------
    url
        Folder or address.
    """

    url: str

    def put(self, name: str, files: Mapping[str, Path]) -> None:
        """Write `files` (by their name there) as the folder `name`, unless it is complete."""
        if self.names(name) is not None:
            return
        system, root = self._open(name)
        for file, path in sorted(files.items()):
            target = f"{root}/{file}"
            system.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
            system.put_file(str(path), target)
        manifest = {file: sha256_of(path) for file, path in sorted(files.items())}
        with system.open(f"{root}/{MANIFEST}", "wb") as stream:
            stream.write(json.dumps(manifest).encode())

    def names(self, name: str) -> dict[str, str] | None:
        """SHA-256 of each file of the folder `name`; None where it is not complete."""
        system, root = self._open(name)
        try:
            with system.open(f"{root}/{MANIFEST}", "rb") as stream:
                found = state.parsed(stream.read(), ExchangeManifest)
        except FileNotFoundError:
            return None
        return None if found is None else dict(found.root)

    def get(self, name: str, folder: Path) -> None:
        """Copy a complete folder into `folder`.

        Raises
        ------
        HanbinError
            ``HB-CLU-003`` it is not complete, or a file is not the one that was written.
        """
        names = self.names(name)
        if names is None:
            raise _damaged(name, MANIFEST)
        system, root = self._open(name)
        for file, digest in names.items():
            with system.open(f"{root}/{file}", "rb") as stream:
                content = stream.read()
            if hashlib.sha256(content).hexdigest() != digest:
                raise _damaged(name, file)
            write_atomically(folder / file, content)

    def _open(self, name: str) -> tuple[Any, str]:
        system, root = fsspec.core.url_to_fs(self.url)
        return system, f"{root.rstrip('/')}/{name}"


@dataclass(frozen=True, slots=True)
class Order:
    """One document to be made by whichever machine is free.

    Parameters
    ----------
    document
        Its notebook is named relative to the workspace.
    shared
        The place that its machines share.
    inputs
        Folder of the packed inputs there.
    snapshots
        Version of the data by month.
    """

    document: Document
    shared: SharedStore
    inputs: str
    snapshots: tuple[tuple[str, str], ...]
    typography: Typography

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
        inputs = self._offer(workspace, county, staging / INDICATORS)
        orders = tuple(self._orders(workspace, county, todo, inputs))
        asked = {document.key: document for document in todo}
        failed: dict[str, BaseException] = {}
        with _connected(self.address) as client:
            _check_workers(client)
            futures = {
                client.submit(make_there, order, key=f"hanbin-{order.document.key}", retries=retries): order
                for order in orders
            }
            for done, future in enumerate(_finished(client, futures), 1):
                order = futures[future]
                error = future.exception() or future.result()
                if error is None:
                    self.shared.get(order.result, staging)
                    finished(asked[order.document.key])
                else:
                    failed[order.document.name] = error
                progress(order.document.name, done, len(todo))
        return failed

    def _orders(
        self, workspace: Workspace, county: MonthInputs, todo: tuple[Document, ...], inputs: str
    ) -> Iterator[Order]:
        snapshots = tuple(county.sources.ids.items())
        for document in todo:
            relative = document.notebook.relative_to(workspace.root)
            yield Order(
                replace(document, notebook=relative),
                self.shared,
                inputs,
                snapshots,
                county.settings.typography,
            )

    def _offer(self, workspace: Workspace, county: MonthInputs, indicators: Path) -> str:
        """Put the inputs, and the month's figures, into the shared place; return their folder."""
        content, figures = inputs_archive(workspace, county), indicators.read_bytes()
        name = f"inputs/{hashlib.sha256(content + figures).hexdigest()}"
        with tempfile.TemporaryDirectory(prefix=folder_prefix("offer")) as folder:
            archive = Path(folder) / _ARCHIVE
            write_atomically(archive, content)
            self.shared.put(name, {_ARCHIVE: archive, INDICATORS: indicators})
        for month, version in county.sources.ids.items():
            stored = workspace.store / month / version
            files = {path.name: path for path in sorted(stored.iterdir()) if path.is_file()}
            # The snapshot has a manifest of its own: it travels under another name.
            files = {_travelling(file): path for file, path in files.items()}
            self.shared.put(f"snapshots/{month}/{version}", files)
        return name


def make_there(order: Order) -> HanbinError | None:
    """Make one document on the machine that this runs on; return its fault, if it has one.

    What the document itself is to blame for is returned: no other machine would do better.
    Anything else is raised, and the scheduler tries again elsewhere.
    """
    if order.shared.names(order.result) is not None:
        return None
    with _one_at_a_time:
        workspace = _workspace_here(order)
        os.environ |= worker_environment(workspace.root)
        here = replace(order.document, notebook=workspace.root / order.document.notebook)
        with tempfile.TemporaryDirectory(prefix=folder_prefix("made")) as folder:
            try:
                make_checked(here, Path(folder), order.typography, workspace.root / INDICATORS)
            except HanbinError as error:
                if may_pass(error):
                    raise
                return error
            files = {name: Path(folder) / name for name in here.files}
            order.shared.put(order.result, files)
    return None


def _workspace_here(order: Order) -> Workspace:
    """Make or find this process's copy of the month's inputs."""
    from distributed import get_worker  # noqa: PLC0415  # an optional part

    # The worker's own folder goes with the worker.
    root = Path(get_worker().local_directory) / f"hanbin-{Path(order.inputs).name[:16]}"
    complete = root / ".complete"
    if complete.is_file():
        return Workspace(root)
    order.shared.get(order.inputs, root)
    workspace = unpacked(root, root / _ARCHIVE, dict(order.snapshots))
    for month, version in order.snapshots:
        folder = workspace.store / month / version
        order.shared.get(f"snapshots/{month}/{version}", folder)
        (folder / _travelling(MANIFEST)).rename(folder / MANIFEST)
    complete.touch()
    return workspace


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


def _finished(client: Any, futures: dict[Any, Order]) -> Iterator[Any]:
    from distributed import as_completed  # noqa: PLC0415  # an optional part

    yield from as_completed(list(futures), loop=client.loop)


def _no_cluster(code: str, message: str, action: str) -> HanbinError:
    return HanbinError(code, message, action=action, exit_code=ExitCode.USAGE)


def _damaged(name: str, file: str) -> HanbinError:
    return HanbinError(
        "HB-CLU-003",
        f"交换目录里的 {name[:40]} 不完整或已损坏（{file}）",
        action="清空交换目录后重新运行",
        exit_code=ExitCode.PUBLICATION_FAILED,
    )
