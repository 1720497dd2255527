"""Calls of functions in other processes, of which none can take others with it."""

import logging
import os
import queue
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from typing import Any

import psutil

from hanbin_lib.kernels.child import packed, unpacked
from hanbin_lib.kernels.forked import (
    ForkedProcess,
    can_fork,
    forked,
    forked_by,
    parent_that_has,
    plain_task,
    prepared_parent,
)

_LOG = logging.getLogger(__name__)
Call = Callable[..., Any]


class WorkerEndedError(Exception):
    """The process of a call was killed, crashed, or ran out of time."""

    def __init__(self, *, timed_out: bool) -> None:
        self.timed_out = timed_out
        super().__init__("ran out of time" if timed_out else "ended without an answer")


@contextmanager
def open_workers(count: int, seconds: float, first: Call | None = None) -> Iterator[Call]:
    """Give a function ``do(function, *arguments)`` for at most `count` threads at a time.

    It runs ``function(*arguments)`` in another process, returns its value and raises its error.
    Where there is fork, every call has a process of its own, forked from one that has done
    `first`: nothing of a call reaches the next. Elsewhere a process answers many calls.

    Parameters
    ----------
    count
        Processes at a time.
    seconds
        Time after which a call is ended, with all that it started.
    first
        What is read or computed once for all calls.

    Raises
    ------
    WorkerEndedError
        By ``do``: the process was killed, crashed, or ran out of time. Other calls go on.
    """
    with _forking(seconds, first) if can_fork() else _pools(count, seconds, first) as do:
        yield do


@contextmanager
def _forking(seconds: float, first: Call | None) -> Iterator[Call]:
    """A fork for each call."""
    with prepared_parent(), ExitStack() as opened:
        fork: Callable[..., ForkedProcess] = forked
        if first is not None:
            try:
                address = opened.enter_context(parent_that_has(packed(first, ()), seconds))
            except (ConnectionError, subprocess.TimeoutExpired) as error:
                _LOG.warning("every process prepares for itself: %s", error)
            else:
                fork = partial(forked_by, address)

        def do(function: Call, *arguments: Any) -> Any:
            process = fork(plain_task())
            try:
                answer = process.ask(packed(function, arguments), seconds)
            except subprocess.TimeoutExpired:
                raise WorkerEndedError(timed_out=True) from None
            finally:
                process.close()
            if answer is None:
                raise WorkerEndedError(timed_out=False)
            return unpacked(answer)

        yield do


@contextmanager
def _pools(count: int, seconds: float, first: Call | None) -> Iterator[Call]:
    """Where fork is not to be had: pools of one, so that one that breaks is one only."""

    def start() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=first)

    free: queue.SimpleQueue[ProcessPoolExecutor] = queue.SimpleQueue()

    def do(function: Call, *arguments: Any) -> Any:
        pool = free.get()
        try:
            return _done_by(pool, function, arguments, seconds)
        except WorkerEndedError:
            pool.shutdown()
            pool = start()
            raise
        finally:
            free.put(pool)

    for _ in range(count):
        free.put(start())
    try:
        yield do
    finally:
        while not free.empty():
            free.get().shutdown()


def _done_by(pool: ProcessPoolExecutor, function: Call, arguments: tuple[Any, ...], seconds: float) -> Any:
    timed_out = False
    try:
        pid = pool.submit(os.getpid).result()
        running = pool.submit(function, *arguments)
        timed_out = bool(wait([running], seconds).not_done)
        if timed_out:
            _kill_tree(pid)
        return running.result()
    except BrokenProcessPool:
        raise WorkerEndedError(timed_out=timed_out) from None


def _kill_tree(pid: int) -> None:
    """Kill a process and all that it started."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
