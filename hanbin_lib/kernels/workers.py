"""Calls of functions in other processes, of which none can take others with it."""

import logging
import queue
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from hanbin_lib.kernels.forked import (
    ForkedProcess,
    can_fork,
    do_without_forking,
    forked,
    forked_by,
    parent_that_has,
    plain_task,
    prepared_parent,
)
from hanbin_lib.kernels.heating import HeatedWorker
from hanbin_lib.kernels.prepared import MEMORY, packed, unpacked

_LOG = logging.getLogger(__name__)
Call = Callable[..., Any]


class WorkerEndedError(Exception):
    """The process of a call was killed, crashed, or ran out of time."""

    def __init__(self, *, timed_out: bool) -> None:
        self.timed_out = timed_out
        super().__init__("ran out of time" if timed_out else "ended without an answer")


@contextmanager
def open_workers(
    count: int,
    seconds: float,
    first: Call | None = None,
    *,
    memory_mib: int | None = None,
    modules: Sequence[str] = (),
) -> Iterator[Call]:
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
    memory_mib
        How much memory a process of a call, and each that it starts, may take beyond what it begins
        with (Linux, where there is fork); None for no limit.
    modules
        What the processes are for, by default documents (`prepared.prepare`).

    Raises
    ------
    WorkerEndedError
        By ``do``: the process was killed, crashed, or ran out of time. Other calls go on.
    """
    with ExitStack() as opened:
        do: Call | None = None
        if can_fork():
            try:
                do = opened.enter_context(_forking(seconds, first, memory_mib, modules))
            except ConnectionError:
                do_without_forking("fork")
        yield do or opened.enter_context(_heating(count, seconds, first, modules))


@contextmanager
def _forking(
    seconds: float, first: Call | None, memory_mib: int | None, modules: Sequence[str]
) -> Iterator[Call]:
    """A fork for each call; who leaves before all have answered ends them."""
    limit = {} if memory_mib is None else {MEMORY: str(memory_mib)}
    busy: set[ForkedProcess] = set()
    with prepared_parent(modules), ExitStack() as opened:
        fork: Callable[..., ForkedProcess] = forked
        fork(plain_task()).close()  # a parent that will not live is known before any call
        if first is not None:
            try:
                address = opened.enter_context(parent_that_has(packed(first, ()), seconds))
            except (ConnectionError, subprocess.TimeoutExpired) as error:
                _LOG.warning("every process prepares for itself: %s", error)
            else:
                fork = partial(forked_by, address)

        def do(function: Call, *arguments: Any) -> Any:
            task = plain_task()
            process = fork({**task, "env": {**task["env"], **limit}})
            busy.add(process)
            try:
                return _done_by(process, function, arguments, seconds)
            finally:
                process.close()
                busy.discard(process)

        try:
            yield do
        finally:
            for process in list(busy):
                process.close()


@contextmanager
def _heating(count: int, seconds: float, first: Call | None, modules: Sequence[str]) -> Iterator[Call]:
    """Where fork is not to be had: processes that answer one call after the other, until one ends badly."""
    hired: list[HeatedWorker] = []

    def start() -> HeatedWorker:
        before = {"before": packed(first, ())} if first else {}
        hired.append(HeatedWorker(plain_task() | before, modules))
        return hired[-1]

    free: queue.SimpleQueue[HeatedWorker] = queue.SimpleQueue()

    def do(function: Call, *arguments: Any) -> Any:
        worker = free.get()
        try:
            return _done_by(worker, function, arguments, seconds)
        except WorkerEndedError:
            worker.close()
            worker = start()
            raise
        finally:
            free.put(worker)

    for _ in range(count):
        free.put(start())
    try:
        yield do
    finally:
        for worker in hired:  # busy ones too: waiting would keep who asked to end
            worker.close()


def _done_by(
    process: ForkedProcess | HeatedWorker, function: Call, arguments: tuple[Any, ...], seconds: float
) -> Any:
    try:
        answer = process.ask(packed(function, arguments), seconds)
    except subprocess.TimeoutExpired:
        raise WorkerEndedError(timed_out=True) from None
    if answer is None:
        raise WorkerEndedError(timed_out=False)
    return unpacked(answer)
