"""Calls of functions in other processes, of which none can take others with it."""

import os
import queue
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import psutil

from hanbin_lib.kernels.child import packed, unpacked
from hanbin_lib.kernels.forked import ForkedProcess, can_fork, forked, prepared_parent

Call = Callable[..., Any]


class WorkerEndedError(Exception):
    """The process of a call was killed, crashed, or ran out of time."""

    def __init__(self, *, timed_out: bool) -> None:
        self.timed_out = timed_out
        super().__init__("ran out of time" if timed_out else "ended without an answer")


@contextmanager
def open_workers(count: int, seconds: float) -> Iterator[Call]:
    """Give a function ``do(function, *arguments)`` for at most `count` threads at a time.

    It runs ``function(*arguments)`` in another process, returns its value and raises its error.
    A process answers many calls, so that what one has read serves the next.

    Parameters
    ----------
    count
        Processes.
    seconds
        Time after which a call is ended, with all that it started.

    Raises
    ------
    WorkerEndedError
        By ``do``: the process was killed, crashed, or ran out of time. Other calls go on, and
        another process takes its place.
    """
    start: Callable[[], _Worker] = _Forked.start if can_fork() else _Spawned.start
    free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()

    def do(function: Call, *arguments: Any) -> Any:
        worker = free.get()
        try:
            return worker.do(function, arguments, seconds)
        except WorkerEndedError:
            worker.close()
            worker = start()
            raise
        finally:
            free.put(worker)

    with prepared_parent() if can_fork() else nullcontext():
        for _ in range(count):
            free.put(start())
        try:
            yield do
        finally:
            while not free.empty():
                free.get().close()


class _Worker(Protocol):
    """A process that answers one call after the other, until it ends."""

    def do(self, function: Call, arguments: tuple[Any, ...], seconds: float) -> Any: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Forked:
    """A child of the prepared parent."""

    process: ForkedProcess

    @classmethod
    def start(cls) -> "_Forked":
        return cls(forked({"cwd": str(Path.cwd()), "env": dict(os.environ)}))

    def do(self, function: Call, arguments: tuple[Any, ...], seconds: float) -> Any:
        try:
            answer = self.process.ask(packed(function, arguments), seconds)
        except subprocess.TimeoutExpired:
            raise WorkerEndedError(timed_out=True) from None
        if answer is None:
            raise WorkerEndedError(timed_out=False)
        return unpacked(answer)

    def close(self) -> None:
        self.process.close()


@dataclass(frozen=True, slots=True)
class _Spawned:
    """Where fork is not to be had: a pool of one, so that one that breaks is one only."""

    pool: ProcessPoolExecutor

    @classmethod
    def start(cls) -> "_Spawned":
        return cls(ProcessPoolExecutor(1, mp_context=get_context("spawn")))

    def do(self, function: Call, arguments: tuple[Any, ...], seconds: float) -> Any:
        timed_out = False
        try:
            pid = self.pool.submit(os.getpid).result()
            running = self.pool.submit(function, *arguments)
            timed_out = bool(wait([running], seconds).not_done)
            if timed_out:
                _kill_tree(pid)
            return running.result()
        except BrokenProcessPool:
            raise WorkerEndedError(timed_out=timed_out) from None

    def close(self) -> None:
        self.pool.shutdown()


def _kill_tree(pid: int) -> None:
    """Kill a process and all that it started."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
