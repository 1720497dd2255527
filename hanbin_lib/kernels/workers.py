"""Calls of functions, each in a process of its own that cannot take others with it."""

import os
import queue
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil

from hanbin_lib.kernels.child import packed, unpacked
from hanbin_lib.kernels.forked import can_fork, forked, prepared_parent

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

    Parameters
    ----------
    count
        Processes that stand ready where they cannot be forked at need.
    seconds
        Time after which a call is ended, with all that it started.

    Raises
    ------
    WorkerEndedError
        By ``do``: the process was killed, crashed, or ran out of time. Other calls go on.
    """
    if can_fork():
        with prepared_parent():
            yield lambda function, *arguments: _in_fork(function, arguments, seconds)
    else:
        with _spawned(count, seconds) as do:
            yield do


def _in_fork(function: Call, arguments: tuple[Any, ...], seconds: float) -> Any:
    task = {"call": packed(function, arguments), "cwd": str(Path.cwd()), "env": dict(os.environ)}
    process = forked(task)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise WorkerEndedError(timed_out=True) from None
    finally:
        process.close()
    if process.result is None:
        raise WorkerEndedError(timed_out=False)
    return unpacked(process.result)


@contextmanager
def _spawned(count: int, seconds: float) -> Iterator[Call]:
    """Long-lived processes of one worker each, so that one that breaks is one only."""
    free: queue.SimpleQueue[ProcessPoolExecutor] = queue.SimpleQueue()
    for _ in range(count):
        free.put(_spawn())

    def do(function: Call, *arguments: Any) -> Any:
        pool = free.get()
        try:
            pid = pool.submit(os.getpid).result()
            running = pool.submit(function, *arguments)
            timed_out = bool(wait([running], seconds).not_done)
            if timed_out:
                _kill_tree(pid)
            return running.result()
        except BrokenProcessPool:
            pool.shutdown(wait=False)
            pool = _spawn()
            raise WorkerEndedError(timed_out=timed_out) from None
        finally:
            free.put(pool)

    try:
        yield do
    finally:
        while not free.empty():
            free.get().shutdown()


def _spawn() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _kill_tree(pid: int) -> None:
    """Kill a process and all that it started."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
