"""A prepared process: what is done once before it is forked or waits, and what it becomes.

It becomes a Jupyter kernel, a worker that answers calls, or a parent of workers.
"""

import atexit
import gc
import importlib
import json
import os
import pickle
import random
import re
import signal
import socket
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# A fork copies one thread only: whatever holds a lock in another stays locked in the child.
# So no library may start a thread of its own; and two documents side by side share the cores.
QUIET = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# Packages that a notebook names or a document is made by: all that their fronts would import later.
_FRONTS = ("bulletin", "charts", "display", "forecasting", "indicators", "lab", "rendering", "simulate")
_DRAWINGS = 40  # more than any document has, those for telephones counted
# Imported, never used here: an IPython shell, a zmq context or a figure belongs to one child.
_MODULES = (
    "hanbin_lib.release.execution",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "nbclient",
    "pandas.core.methods.to_dict",
    "papermill",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "sqlite3",
    "statsmodels.duration.survfunc",
    "statsmodels.stats.proportion",
)
IPYKERNEL = "ipykernel_launcher"
_OWNER = 0  # standard input, as `parent` reads it
MEMORY = "HANBIN_MEMORY_MIB"  # environment: what a document may take, see `limit_memory`
_INLINE = "module://matplotlib_inline.backend_inline"


def prepare(modules: Sequence[str] = ()) -> None:
    """Import what is needed, and tidy up for sharing.

    Parameters
    ----------
    modules
        What the process is for; by default what notebooks and documents need, and the faces.
    """
    with uncollected():
        for name in modules:
            importlib.import_module(name)
        if not modules:
            _prepare_documents()


@contextmanager
def uncollected() -> Iterator[None]:
    """Import and build what stays: the collector would look through it again and again, now and later."""
    gc.disable()
    try:
        yield
    finally:
        share()


def share() -> None:
    """Leave what there is by now to all processes forked from this one.

    The collector writes into what it visits: frozen pages stay shared. Nothing is collected before: children
    would fill the holes, each with a copy of the page.
    """
    gc.freeze()
    gc.enable()


def _prepare_documents() -> None:
    for name in _MODULES:
        importlib.import_module(name)
    for package in _FRONTS:
        front = importlib.import_module(f"hanbin_lib.{package}")
        for name in front.__all__:
            getattr(front, name)
    from hanbin_lib.charts.style import lay_out_blanks  # noqa: PLC0415 -- only prepared processes need it
    from hanbin_lib.rendering import FORMATS, load_faces  # noqa: PLC0415 -- only prepared processes need it

    for form in FORMATS:
        _ = form.writer
    load_faces()
    lay_out_blanks(_DRAWINGS)
    _load_schema()


def _load_schema() -> None:
    """Compile the schema of a notebook, in both forms in which it is asked for."""
    import nbformat  # noqa: PLC0415 -- only prepared processes need it

    for relaxed in (False, True):
        nbformat.validate(nbformat.v4.new_notebook(), relax_add_props=relaxed)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads() -> int:
    """Number of threads of this process, native ones too (Linux)."""
    return len(list(Path("/proc/self/task").iterdir()))


def leave_working_directory_out() -> None:
    """Take what ``python -m`` put in front of the module path away, as ipykernel's launcher does."""
    if sys.path and Path(sys.path[0] or ".").resolve() == Path.cwd():
        del sys.path[0]


def stay_single() -> None:
    """Have native libraries that are imported from now on begin no pools of threads; what was set stays.

    A pool adds up in another order than one thread does: what is kept would have other last digits than what
    the documents' processes, which have one thread, compute.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def quiet_environment() -> dict[str, str]:
    """The environment in which a process can be prepared."""
    kept = {name: value for name, value in os.environ.items() if name not in {"JPY_PARENT_PID", "MPLBACKEND"}}
    return kept | QUIET


def serve(line: socket.socket) -> socket.socket | None:
    """Read the task from the connection, say who one is, and do it.

    The task is one line of JSON: ``env`` and ``cwd``, and for a kernel ``kernel``, the arguments
    of ipykernel. A worker reads its calls, one a line, until nobody asks any more. Standard output
    and error come with the first byte, and for a parent the socket that it listens at.

    Returns
    -------
    socket.socket or None
        Of one that was asked to do a call ``first``: where it listens from now on. No other returns.
    """
    _, descriptors, _, _ = socket.recv_fds(line, 1, 3)
    for place, descriptor in enumerate(descriptors[:2], 1):
        os.dup2(descriptor, place)
        os.close(descriptor)
    with line, line.makefile("rb") as stream:
        said = stream.readline()
        if not said:  # somebody looked whether the parent is there
            os._exit(0)
        task = json.loads(said)
        try:
            line.sendall(f"pid {os.getpid()}\n".encode())
        except OSError:  # nobody waits for it any more
            os._exit(0)
        settle(task)
        if "first" in task:
            done = answer(task["first"].encode())
            share()
            line.sendall(f"result {done}\n".encode())
            os.dup2(line.fileno(), _OWNER)  # when the connection closes, its owner is gone
            return socket.socket(fileno=descriptors[2])
        limit_memory()
        if "kernel" not in task:
            for call in stream:
                line.sendall(f"result {answer(call)}\n".encode())
            finish()
    # The connection is closed: what a notebook starts must not hold on to it.
    become_kernel([*task["kernel"], f"--IPKernelApp.parent_handle={os.getppid()}"])
    return None


def become_kernel(arguments: list[str]) -> None:
    """Run ipykernel as ``python -m ipykernel_launcher`` would; never returns."""
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 -- reads the environment when imported

    sys.argv = [IPYKERNEL, *arguments]
    application = IPKernelApp.instance()
    application.initialize(arguments)
    application.start()
    finish()


def limit_memory() -> None:
    """Let this process, and each that it starts, take so many MiB more than it has now.

    What asks for more gets ``MemoryError`` and ends its own document only. Linux counts private
    writable memory (``RLIMIT_DATA``, since 4.7); elsewhere nothing is limited.
    """
    allowed = os.environ.get(MEMORY, "")
    if sys.platform != "linux" or not allowed.isdigit():
        return
    import resource  # noqa: PLC0415 -- POSIX only

    told = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    now = re.search(r"^VmData:\s+(\d+) kB", told, re.MULTILINE)
    most = int(allowed) * 2**20 + (int(now[1]) * 1024 if now else 0)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))


def answer(call: bytes) -> str:
    """Do a pickled call and pickle what it gives: ``(value, error)``, in base64."""
    function, arguments = pickle.loads(b64decode(call))
    given: tuple[Any, Exception | None]
    try:
        given = (function(*arguments), None)
    except Exception as error:  # noqa: BLE001 -- told to the caller, who decides
        given = (None, error)
    return b64encode(pickle.dumps(given)).decode()


def packed(function: Any, arguments: tuple[Any, ...]) -> str:
    """Pickle a call for `answer`."""
    return b64encode(pickle.dumps((function, arguments))).decode()


def unpacked(given: str) -> Any:
    """Value of an answered call; its error is raised."""
    value, error = pickle.loads(b64decode(given))
    if error is not None:
        raise error
    return value


def settle(task: dict[str, Any]) -> None:
    """Take on the environment asked for, and what a fresh process would have of its own."""
    os.environ.clear()
    os.environ.update(task["env"])
    os.chdir(task["cwd"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    importlib.import_module("numpy").random.seed(None)
    if "matplotlib" in sys.modules:  # which read its backend from the environment when it was imported
        backend = os.environ.get("MPLBACKEND") or (_INLINE if "kernel" in task else "agg")
        sys.modules["matplotlib"].rcParams["backend"] = backend


def finish() -> None:
    """End as a process of its own does, but for taking apart what it shares with the parent."""
    atexit._run_exitfuncs()  # as multiprocessing's forked children do
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
