"""papermill's engine ``hanbin``: the notebook's cells run in papermill's own process.

``papermill --engine hanbin`` and the month's batch run the same notebooks with the same results as
by a kernel, without the start, the sockets and the messages of one. What a kernel's process gives
for nothing is asked of whoever starts this one: in the batch each document has a process of its
own (`workers`), which ends with all that the document started.

A kernel is a process with sockets, threads and an event loop around an IPython shell. A document
of the batch needs the shell alone: this one keeps what a cell shows as the outputs of a notebook
cell, by the same steps as ipykernel (`encode_images`, then `json_clean`).
"""

import io
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from nbclient.exceptions import CellTimeoutError
from nbformat.v4 import new_output
from papermill.engines import Engine, NotebookExecutionManager
from traitlets import Instance, Type
from traitlets.config import Config

_MAY_FAIL = "raises-exception"
_SKIPPED = "skip-execution"


class Outputs:
    """Outputs of the cell that runs, in order."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self._ids: list[str | None] = []
        self._clear_at_next = False

    def add(self, output: dict[str, Any], display_id: str | None = None) -> None:
        """Put an output at the end."""
        if self._clear_at_next:
            self.clear(wait=False)
        self.items.append(output)
        self._ids.append(display_id)

    def write(self, name: str, text: str) -> None:
        """Put text at the end of a stream's output; neighbours of one stream are one output."""
        last = self.items[-1] if self.items and not self._clear_at_next else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        elif text:
            self.add(new_output("stream", name=name, text=text))

    def update(self, data: dict[str, Any], metadata: dict[str, Any], display_id: str) -> None:
        """Change what was displayed under an id."""
        for output, known in zip(self.items, self._ids, strict=True):
            if known == display_id:
                output["data"], output["metadata"] = data, metadata

    def clear(self, *, wait: bool) -> None:
        """Forget what was shown, at once or when the next output comes."""
        self._clear_at_next = wait
        if not wait:
            self.items.clear()
            self._ids.clear()


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs, self._name = outputs, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._outputs.write(self._name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    """What ``display`` shows."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: Any = None,  # noqa: ARG002 -- IPython's signature
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Take what ``display`` was given."""
        self._validate_data(data, metadata)
        shown, about = json_clean(encode_images(data)), json_clean(metadata or {})
        display_id = (transient or {}).get("display_id")
        if update:
            self.shell.outputs.update(shown, about, display_id)
        else:
            self.shell.outputs.add(new_output("display_data", data=shown, metadata=about), display_id)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown so far."""
        self.shell.outputs.clear(wait=wait)


class _Hook(DisplayHook):
    """What the last expression of a cell gives."""

    def write_output_prompt(self) -> None:
        """A notebook shows the number beside the cell."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        if format_dict:
            data, about = json_clean(encode_images(format_dict)), json_clean(md_dict or {})
            number = self.prompt_count
            self.shell.outputs.add(
                new_output("execute_result", data=data, metadata=about, execution_count=number)
            )

    def finish_displayhook(self) -> None:
        """There is no line of a terminal to end."""


class NotebookShell(InteractiveShell):
    """An IPython shell whose cells have outputs; one notebook a shell."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    outputs = Instance(Outputs, ())

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        shown = {"ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        self.outputs.add(new_output("error", **shown))

    def run(self, source: str) -> tuple[ExecutionResult, list[dict[str, Any]]]:
        """Run one cell; what IPython says of it, and its outputs."""
        self.outputs.clear(wait=False)
        streams = _Stream(self.outputs, "stdout"), _Stream(self.outputs, "stderr")
        with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
            result = self.run_cell(source, store_history=True)
        return result, list(self.outputs.items)


@contextmanager
def notebook_shell() -> Iterator[NotebookShell]:
    """A fresh shell, which code finds by ``get_ipython()``; what it put into ``sys`` goes with it."""
    before = InteractiveShell._instance  # a shell may be open here: it comes back
    if before is not None:  # by its own class: within a notebook's shell another is fresh, too
        type(before).clear_instance()
    # No file and no thread for a history that nobody will ask for.
    settings = Config({"HistoryManager": {"enabled": False}})
    main = sys.modules.get("__main__")
    shell = NotebookShell.instance(config=settings)
    try:
        yield shell
    finally:
        shell.restore_sys_module_state()
        NotebookShell.clear_instance()
        if main is not None:
            sys.modules["__main__"] = main
        if before is not None:
            for kind in type(before)._walk_mro():
                kind._instance = before


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
