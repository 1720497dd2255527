"""Cells run in this process, with the outputs that a kernel would have sent.

A kernel is a process with sockets, threads and an event loop around an IPython shell. A document
of the batch needs the shell alone: this one keeps what a cell shows as the outputs of a notebook
cell, by the same steps as ipykernel (`encode_images`, then `json_clean`).
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from nbformat.v4 import new_output
from traitlets import Instance, Type
from traitlets.config import Config


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
