"""What tests leave behind when they are done: threads of this process, and processes that it started."""

import os
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

import psutil

MARK = "TESTS_OF_SESSION"  # environment: inherited by whatever a test starts, also when its parent has ended
# What libraries start once and keep until their process ends: fsspec its loop, loops their pools, Dask its pool and
# the loop of a client that no scheduler answered, multiprocessing its tracker.
KEPT_THREADS = ("fsspecIO", "asyncio_", "Dask-Offload", "IO loop")
KEPT_PROCESS = "multiprocessing.resource_tracker"
_SECONDS = 15.0  # what is ending may end


def mark() -> str:
    """Mark all processes started from now on as this one's, and return by what."""
    os.environ[MARK] = f"{os.getpid()}-{uuid.uuid4().hex}"
    return os.environ[MARK]


def threads() -> list[str]:
    """Names of the living threads beside this one and the main one, but for what libraries keep."""
    others = {*threading.enumerate()} - {threading.current_thread(), threading.main_thread()}
    return sorted(thread.name for thread in others if not thread.name.startswith(KEPT_THREADS))


def processes(marked: str) -> list[str]:
    """Command lines of the living processes that carry the mark, wherever they hang in the tree."""
    return sorted(told for told in map(_told, _marked(marked)) if KEPT_PROCESS not in told)


def end(marked: str) -> None:
    """Kill the processes that carry the mark."""
    for process in _marked(marked):
        with suppress(psutil.Error):
            process.kill()


def _marked(marked: str) -> list[psutil.Process]:
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and _carries(p, marked)]


def _carries(process: psutil.Process, marked: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == marked
    except psutil.Error:
        return False


def _told(process: psutil.Process) -> str:
    try:
        return f"{process.pid}: {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return f"{process.pid}"


def after_a_while(left: Callable[[], list[str]], seconds: float = _SECONDS) -> list[str]:
    """What is left and does not go by itself."""
    end = time.monotonic() + seconds
    while (found := left()) and time.monotonic() < end:
        time.sleep(0.2)
    return found
