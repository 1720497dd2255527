"""What is done once, before a process is forked or waits for its kernel."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

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
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "nbclient",
    "papermill",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "sqlite3",
    "statsmodels.duration.survfunc",
    "statsmodels.stats.proportion",
)


def prepare(modules: Sequence[str] = ()) -> None:
    """Import what is needed, and tidy up for sharing.

    Parameters
    ----------
    modules
        What the process is for; by default what notebooks and documents need, and the faces.
    """
    gc.disable()  # what is imported stays: the collector would look through it again and again
    for name in modules:
        importlib.import_module(name)
    if not modules:
        _prepare_documents()
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
    from hanbin_lib.rendering import load_faces  # noqa: PLC0415 -- only prepared processes need it

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


def quiet_environment() -> dict[str, str]:
    """The environment in which a process can be prepared."""
    kept = {name: value for name, value in os.environ.items() if name not in {"JPY_PARENT_PID", "MPLBACKEND"}}
    return kept | QUIET
