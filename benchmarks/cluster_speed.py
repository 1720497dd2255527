"""What a document costs on a cluster, beside the same documents made by this machine alone.

Run with ``make benchmark-cluster`` after ``make bulletin``. Workers stand for machines: they are processes
of this one, started beforehand and idle. What they do for the documents counts, the copying of
inputs, the opening of months, the publisher's own share and its look for persons included. With ``--kill``
one worker is killed half way. All files are compared with those that were made alone. Counties are copies of
the workspace whose documents have another number.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from hanbin_lib.bulletin import Bulletin, open_bulletin
from hanbin_lib.files import sha256_of
from hanbin_lib.kernels import prepared_parent
from hanbin_lib.params import Settings
from hanbin_lib.release.assembly import write_indicators
from hanbin_lib.release.cluster import Cluster, computed
from hanbin_lib.release.execution import Maker, make_all
from hanbin_lib.release.plan import Document, plan
from hanbin_lib.release.shared_store import SharedStore
from hanbin_lib.workspace import Workspace

_ADDRESS = "tcp://127.0.0.1:18786"
MONTH = "2022-09"
Planned = tuple[Workspace, Bulletin, tuple[Document, ...]]
_DASK = (sys.executable, "-m", "dask")


@dataclass(frozen=True)
class Spent:
    """Wall and processor seconds of some documents."""

    wall: float
    cpu: float
    documents: int

    @property
    def text(self) -> str:
        """In one line."""
        each = self.cpu / self.documents
        return f"{self.wall:.1f} s, {self.cpu:.1f} s of CPU, {each:.2f} a document"


def main() -> None:
    """Print seconds and ratios."""
    options = _options()
    space = Workspace.find(options.workspace)
    with tempfile.TemporaryDirectory(prefix="hanbin-benchmark-") as folder:
        plans = [_planned(space, number, Path(folder)) for number in range(options.counties)]
        alone, known = _made(plans, make_all, Path(folder) / "alone")
        print(f"{alone.documents} documents, counties: {len(plans)}; alone: {alone.text}", flush=True)
        for number in options.workers:
            at = Path(folder) / f"workers-{number}"
            with _cluster(number, options.threads, at) as workers:
                maker = Cluster(_ADDRESS, SharedStore(str(at / "exchange"))).make_all
                doomed = workers[-1] if options.kill else None
                spent, files = _made(plans, maker, at / "made", doomed)
            equal = "the same bytes" if files == known else "OTHER BYTES"
            ratio = "one killed" if options.kill else f"{spent.cpu / alone.cpu:.2f} times"
            machines = f"{number} workers of {options.threads}"
            print(f"{machines}: {spent.text}, {ratio}; {equal}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--counties", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=1, help="of each worker: cores of its machine")
    parser.add_argument("--kill", action="store_true", help="kill a worker half way")
    return parser.parse_args()


def _planned(space: Workspace, number: int, folder: Path) -> Planned:
    """A county of its own, with what is computed of its month kept."""
    other = Workspace(folder / f"county-{number:02d}")
    shutil.copytree(space.params, other.params)
    shutil.copytree(space.notebooks, other.notebooks)
    ignored = shutil.ignore_patterns("inbox", "logs")
    shutil.copytree(space.root / "data", other.root / "data", ignore=ignored, copy_function=os.link)
    issues = other.params / "issues"
    issues.mkdir(exist_ok=True)
    (issues / f"{MONTH}.yaml").write_text(f"document_number: 第{number + 1}号\n", encoding="utf-8")
    county = open_bulletin(MONTH, Settings.load(other).county.code, workspace=other)
    computed(other, county)
    county.sources.let_go()
    return other, county, plan(other, county)


def _made(
    plans: list[Planned],
    maker: Maker,
    folder: Path,
    doomed: "subprocess.Popen[bytes] | None" = None,
) -> tuple[Spent, dict[str, str]]:
    """Make all documents; what it took, and SHA-256 of each file."""
    count = sum(len(documents) for _, _, documents in plans)
    done: list[str] = []

    def progress(name: str, _done: int, _total: int) -> None:
        done.append(name)
        if doomed is not None and len(done) == count // 2:
            for process in psutil.Process(doomed.pid).children(recursive=True):
                process.send_signal(signal.SIGKILL)
            doomed.kill()

    before, began = _cpu(), time.perf_counter()
    with ExitStack() as opened:
        if maker is make_all:
            opened.enter_context(prepared_parent())
        for space, county, documents in plans:
            staging = folder / space.root.name
            staging.mkdir(parents=True)
            write_indicators(county, staging)
            failed = maker(space, county, documents, staging, progress, retries=2)
            if failed:
                raise SystemExit(str(failed))
        wall, cpu = time.perf_counter() - began, _cpu() - before
    files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in folder.rglob("*.*")}
    return Spent(wall, cpu, count), files


def _cpu() -> float:
    """Processor seconds of this process and all below it, of those that have ended, too."""
    own = psutil.Process()
    spent = 0.0
    for process in (own, *own.children(recursive=True)):
        try:
            spent += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return spent


@contextmanager
def _cluster(number: int, threads: int, folder: Path) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """A scheduler, and workers."""
    folder.mkdir()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    port = _ADDRESS.rpartition(":")[2]
    started = [
        subprocess.Popen(
            [*_DASK, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"], **quiet
        )
    ]
    worker = [*_DASK, "worker", _ADDRESS, "--nworkers", "1", "--nthreads", str(threads), "--no-dashboard"]
    for one in range(number):
        own = ["--local-directory", str(folder / f"worker-{one}")]
        started.append(subprocess.Popen([*worker, *own], **quiet))
    try:
        from distributed import Client

        with Client(_ADDRESS, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=60)
        yield started[1:]
    finally:
        for process in started[::-1]:
            process.terminate()
        for process in started:
            process.wait()


if __name__ == "__main__":
    os.environ.setdefault("HANBIN_WORKSPACE", str(Path.cwd()))
    main()
