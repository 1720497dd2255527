"""Where fork is not to be had: processes heated in advance, kernels one ahead of the one in use.

One that heats up is ``python -m hanbin_lib.kernels.heating [MODULE ...]``: it imports what it is for
(`prepared.prepare`), then waits for its task, one line of JSON on standard input (see `prepared.serve`), and
becomes that kernel, or a worker that answers on standard output what it is asked on standard input.
"""

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psutil

from hanbin_lib.kernels.prepared import (
    answer,
    become_kernel,
    finish,
    leave_working_directory_out,
    prepare,
    quiet_environment,
    settle,
    unpacked,
)

_READY_SECONDS = 120.0  # to import everything, on the slowest machine
_waiting: list["subprocess.Popen[bytes]"] = []
_taking = threading.Lock()


def heated(task: dict[str, Any]) -> "subprocess.Popen[bytes]":
    """A process, heated before where there was time, that does `task`; the next one is heated."""
    with _taking:
        ready = [process for process in _waiting if process.poll() is None]
        process = ready[0] if ready else heat()
        _waiting[:] = [heat()]
    hand_over(process, task)
    return process


def hand_over(process: "subprocess.Popen[bytes]", task: dict[str, Any]) -> None:
    """Give a heated process its task."""
    assert process.stdin is not None
    process.stdin.write(json.dumps(task).encode() + b"\n")
    process.stdin.flush()


def heat(modules: Sequence[str] = (), **options: Any) -> "subprocess.Popen[bytes]":
    """Start a process that heats up (`prepared.prepare`) and waits for its task; `options` are of Popen."""
    from jupyter_client.launcher import launch_kernel  # noqa: PLC0415 -- zmq, where nothing is heated

    command = [sys.executable, "-m", "hanbin_lib.kernels.heating", *modules]
    process: subprocess.Popen[bytes] = launch_kernel(
        command, stdin=subprocess.PIPE, env=quiet_environment(), **options
    )
    return process


@atexit.register
def let_go() -> None:
    """End what still waits; the next need heats anew."""
    while _waiting:
        process = _waiting.pop()
        process.kill()
        process.communicate()


class HeatedWorker:
    """A process that answers calls at its standard input, as `forked.ForkedProcess` does at its connection.

    No pool of `multiprocessing`: that needs semaphores in shared memory, which not every machine has.

    Parameters
    ----------
    task
        See `prepared.serve`.
    modules
        See `prepared.prepare`.
    """

    def __init__(self, task: dict[str, Any], modules: Sequence[str] = ()) -> None:
        self._process = heat(modules, stdout=subprocess.PIPE)
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._is_ready = False
        hand_over(self._process, task)

    def ask(self, call: str, seconds: float) -> str | None:
        """Answer to a call (see `prepared.packed`), None where the process ended without one.

        Raises
        ------
        subprocess.TimeoutExpired
            It still runs after `seconds`.
        """
        self._is_ready = self._is_ready or bool(self._hear(_READY_SECONDS))
        if not self._is_ready:
            return None
        with suppress(OSError):  # it has just ended, which is heard next
            assert self._process.stdin is not None
            self._process.stdin.write(f"{call}\n".encode())
            self._process.stdin.flush()
        return self._hear(seconds) or None

    def close(self) -> None:
        """End the process and all that it started."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self._process.pid)
            for one in [*process.children(recursive=True), process]:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what could not be written to one that ended
                assert pipe is not None
                pipe.close()

    def _hear(self, seconds: float) -> str:
        try:
            return self._said.get(timeout=seconds)
        except queue.Empty:
            raise subprocess.TimeoutExpired("worker", seconds) from None

    def _listen(self) -> None:
        """Queue what the process says, and an empty text when it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(line.decode().strip())
        self._said.put("")


def main() -> None:
    """Prepare, wait for the task, and do it; end where none comes."""
    leave_working_directory_out()
    prepare(sys.argv[1:])
    line = sys.stdin.buffer.readline()
    if not line:
        return
    task = json.loads(line)
    settle(task)
    if "kernel" in task:
        become_kernel(task["kernel"])
    _answer_calls(task.get("before", ""))


def _answer_calls(before: str) -> None:
    """Do a call first, then answer one after the other; what they print goes elsewhere."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        if before:
            unpacked(answer(before.encode()))
        answers.write(b"ready\n")
        answers.flush()
        for call in sys.stdin.buffer:
            answers.write(f"{answer(call)}\n".encode())
            answers.flush()
    finish()


if __name__ == "__main__":
    main()
