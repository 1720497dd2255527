"""papermill's engine ``hanbin``: the notebook's cells run in papermill's own process.

``papermill --engine hanbin`` and the month's batch run the same notebooks with the same results as
by a kernel, without the start, the sockets and the messages of one. What a kernel's process gives
for nothing is asked of whoever starts this one: in the batch each document has a process of its
own (`workers`), which ends with all that the document started.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from nbclient.exceptions import CellTimeoutError
from papermill.engines import Engine, NotebookExecutionManager

from hanbin_lib.kernels.shell import NotebookShell, notebook_shell

_MAY_FAIL = "raises-exception"
_SKIPPED = "skip-execution"


class _OutOfTime(BaseException):
    """The cell's time is over; no ``except Exception`` of the cell may take it."""


class InProcessEngine(Engine):
    """Runs cells in this process (see `papermill.engines.NBClientEngine` for the one with a kernel)."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,  # noqa: ARG003 -- there is none
        *,
        execution_timeout: float | None = None,
        timeout_func: Callable[[Any], float] | None = None,
        on_cell_executed: Callable[..., object] | None = None,
        allow_errors: bool = False,
        **_: Any,
    ) -> None:
        """Run all cells, up to the first that fails.

        Parameters
        ----------
        execution_timeout, timeout_func
            Seconds that a cell may take, for all or by cell; none without either.
        on_cell_executed
            As nbclient's hook: called with ``cell``, ``cell_index`` and ``execute_reply``.
        allow_errors
            Whether to go on after a cell that fails, as after one tagged ``raises-exception``.

        Raises
        ------
        nbclient.exceptions.CellTimeoutError
            A cell took longer.
        """
        seconds = timeout_func or (lambda cell: execution_timeout or 0.0)
        with notebook_shell() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                try:
                    succeeded = _run(shell, cell, seconds)
                    if not succeeded:
                        nb_man.cell_exception(cell, cell_index=index)
                    if on_cell_executed and _is_run(cell):
                        reply = {"content": {"status": "ok" if succeeded else "error"}}
                        on_cell_executed(cell=cell, cell_index=index, execute_reply=reply)
                finally:
                    nb_man.cell_complete(cell, cell_index=index)
                if not (succeeded or allow_errors or _MAY_FAIL in _tags(cell)):
                    break
        nb_man.nb.metadata["language_info"] = dict(IPythonKernel.language_info)


def _run(shell: NotebookShell, cell: Any, seconds: Callable[[Any], float]) -> bool:
    """Run one cell and keep its outputs in it; whether it succeeded."""
    if not _is_run(cell):
        return True
    limit = seconds(cell)
    with _alarm_after(limit):
        result, outputs = shell.run(cell.source)
    if isinstance(result.error_in_exec, _OutOfTime):  # IPython raises nothing that a cell raised
        message = "Cell execution timed out"
        raise CellTimeoutError.error_from_timeout_and_cell(message, int(limit), cell)
    cell.execution_count = result.execution_count
    cell.outputs = outputs
    return bool(result.success)


def _is_run(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip()) and _SKIPPED not in _tags(cell)


def _tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


@contextmanager
def _alarm_after(seconds: float) -> Iterator[None]:
    """Raise `_OutOfTime` in the cell after so many seconds, where the system has an alarm (not on Windows).

    Native code ends before an alarm is heard; who started this process has a limit of his own.
    """
    if not seconds or not hasattr(signal, "setitimer"):
        yield
        return

    def over(*_: object) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
