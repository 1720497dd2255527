"""Asking the parent for a child, and holding on to it."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hanbin_lib.kernels.prepared import cores, packed, quiet_environment, threads, unpacked
from hanbin_lib.locks import folder_prefix

PARENT = "HANBIN_KERNEL_PARENT"  # environment: socket of a parent that is shared
SWITCH = "HANBIN_PREFORK"  # environment: 0 heats processes in advance although fork is to be had
_ANSWER_SECONDS = 120.0
_END_SECONDS = 1.5


def can_fork() -> bool:
    """Whether prepared processes are forked here, or heated in advance.

    What forking takes is tried, once a process; where something is refused, one line says so.
    """
    if os.environ.get(SWITCH) == "0":
        return False
    lacking = _lacking()
    if lacking:
        do_without_forking(lacking)
    return not lacking


def do_without_forking(reason: str) -> None:
    """Heat processes in advance from now on, here and in all that is started; say why, once."""
    if os.environ.get(SWITCH) != "0":
        os.environ[SWITCH] = "0"
        print(f"本机不能预备进程（{reason}），改为逐个启动：较慢，结果相同。", file=sys.stderr)


@cache
def _lacking() -> str:
    """What this machine refuses of all that the parent of the kernels does; empty if nothing.

    Kernels of Linux before 5.3 have no pidfd, and a sandbox may refuse any call; Windows has no fork.
    """
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return "fork"  # macOS has it, but its system libraries do not survive it
    for what, attempt in {"pidfd": _watch_itself, "AF_UNIX": _listen_once, "/proc": threads}.items():
        try:
            attempt()
        except (OSError, AttributeError) as error:
            return f"{what}：{type(error).__name__}"
    return ""


def _watch_itself() -> None:
    ending = os.pidfd_open(os.getpid())
    try:
        poll = select.poll()
        poll.register(ending, select.POLLIN | select.POLLRDHUP)
        poll.poll(0)
    finally:
        os.close(ending)


def _listen_once() -> None:
    with (
        TemporaryDirectory(prefix="hanbin-kernels-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener,
    ):
        listener.bind(str(Path(folder) / "parent"))
        listener.listen(1)


class ForkedProcess:
    """A child of the parent, seen as `subprocess.Popen` is seen.

    Parameters
    ----------
    line
        Connection to the parent; the child dies with it.
    """

    stdin = stdout = stderr = None

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._read: list[bytes] = []
        self.returncode: int | None = None
        self.result: str | None = None
        self.pid = 0
        self._until(lambda: self.pid, _ANSWER_SECONDS)
        if not self.pid:
            self._line.close()
            raise ConnectionError("the parent of the kernels does not answer")

    def poll(self) -> int | None:
        """Exit code, None while it runs."""
        while self.returncode is None and self._listen(0):
            pass
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code; raise `subprocess.TimeoutExpired` as Popen does."""
        self._until(lambda: False, timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.returncode

    def ask(self, call: str, seconds: float) -> str | None:
        """Answer of a worker to a call (see `prepared.packed`), None where it ended without one.

        Raises
        ------
        subprocess.TimeoutExpired
            It still runs after `seconds`.
        """
        self.result = None
        if self.poll() is None:
            with suppress(OSError):  # it has just ended, which is heard next
                self._line.settimeout(None)
                self._line.sendall(f"{call}\n".encode())
        return self.heard(seconds)

    def heard(self, seconds: float) -> str | None:
        """What it answers next; raises as `ask`."""
        self._until(lambda: self.result, seconds)
        if self.result is None and self.returncode is None:
            raise subprocess.TimeoutExpired(str(self.pid), seconds)
        return self.result

    def send_signal(self, signum: int) -> None:
        """Signal the child's process group while it runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def kill(self) -> None:
        """Kill the child's process group."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the child's process group to end."""
        self.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """Let go of the life line: what still runs is killed, and who waits for an answer wakes up."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()

    def _until(self, heard: Callable[[], object], timeout: float | None) -> None:
        """Listen until something was heard, the process ended, or `timeout` seconds passed."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None and not heard():
            left = None if deadline is None else deadline - time.monotonic()
            if not self._listen(left) and left is not None and left <= 0:
                return

    def _listen(self, timeout: float | None) -> bool:
        """Take in what the connection says within `timeout` seconds; False where nothing came."""
        try:
            self._line.settimeout(None if timeout is None else max(0.0, timeout))
            piece = self._line.recv(65536)
        except (BlockingIOError, TimeoutError):
            return False
        except OSError:
            piece = b""
        if not piece:  # the parent is gone, and its children with it
            self.returncode = -signal.SIGKILL
            self._line.close()
            return True
        self._read.append(piece)
        if b"\n" in piece:  # put together once a line: an answer may be of many megabytes
            *said, rest = b"".join(self._read).split(b"\n")
            self._read = [rest]
            for text in said:
                self._hear(text.decode())
        return True

    def _hear(self, text: str) -> None:
        word, value = text.split(" ", 1)
        if word == "pid":
            self.pid = int(value)
        elif word == "result":
            self.result = value
        else:
            self.returncode = int(value)
            self._line.close()


def forked(task: dict[str, Any], *descriptors: int) -> ForkedProcess:
    """A child that does `task` (see `prepared.serve`), with these descriptors: output, errors, socket.

    Raises
    ------
    ConnectionError
        No parent can be had here.
    """
    shared = os.environ.get(PARENT)
    if shared:
        with suppress(ConnectionError):
            return forked_by(shared, task, *descriptors)
    return forked_by(_own_parent(), task, *descriptors)


def plain_task() -> dict[str, Any]:
    """A worker's task: to answer calls here, in this environment."""
    return {"cwd": str(Path.cwd()), "env": dict(os.environ)}


@contextmanager
def parent_that_has(done: str, seconds: float) -> Iterator[str]:
    """Address of a parent that is forked from the shared one and has done a call first.

    Parameters
    ----------
    done
        The call (see `prepared.packed`); its error is raised here.
    seconds
        Time that it may take.

    Raises
    ------
    ConnectionError
        It ended without an answer, or cannot be forked from: the call left a thread behind.
    subprocess.TimeoutExpired
        It took longer.
    """
    with TemporaryDirectory(prefix=folder_prefix("parent")) as folder:
        address = str(Path(folder) / "parent")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(address)
            listener.listen(128)
            process = forked(plain_task() | {"first": done}, 1, 2, listener.fileno())
        try:
            said = process.heard(seconds)
            if said is None:
                raise ConnectionError("the prepared parent ended")
            unpacked(said)
            # A child is asked for, and not only a connection: one that may not fork still listens as it ends.
            forked_by(address, plain_task()).close()
            yield address
        finally:
            process.close()


def forked_by(address: str, task: dict[str, Any], *descriptors: int) -> ForkedProcess:
    """As `forked`, by the parent that listens at `address`."""
    return ForkedProcess(_asked(address, task, *descriptors))


def _asked(address: str, task: dict[str, Any], *descriptors: int) -> socket.socket:
    """Connection to a parent that was asked for a child, which it forks as soon as it is ready."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.connect(address)
        socket.send_fds(line, [b"\0"], list(descriptors) or [1, 2])
        line.sendall(json.dumps(task).encode() + b"\n")
    except OSError as error:
        line.close()
        raise ConnectionError("no parent of kernels can be reached") from error
    return line


@contextmanager
def meanwhile(seconds: float, function: Callable[..., Any], *arguments: Any) -> Iterator[None]:
    """Let a child of the shared parent do a call while this process does something else; wait for it then.

    For a call that keeps on the disk what others would compute: its value and its errors are nobody's.
    Nothing is done where there is one core or no shared parent, and nobody waits where the parent is still
    importing when this process is through, nor longer than `seconds`. Who leaves with an error ends it.
    """
    address = os.environ.get(PARENT)
    line = _called(address, function, arguments) if address and cores() > 1 else None
    if line is None:
        yield
        return
    with line:
        yield
        told = select.poll()
        told.register(line, select.POLLIN)
        if told.poll(0):  # the parent is ready, and the call under way
            with suppress(ConnectionError, subprocess.TimeoutExpired):
                ForkedProcess(line).heard(seconds)


def _called(address: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> socket.socket | None:
    """Connection to a parent that was asked for a child, which does a call; None where it cannot be asked."""
    with ExitStack() as opened, suppress(OSError):
        line = opened.enter_context(_asked(address, plain_task()))
        line.sendall(f"{packed(function, arguments)}\n".encode())
        opened.pop_all()
        return line
    return None


@contextmanager
def prepared_parent(modules: Sequence[str] = ()) -> Iterator[None]:
    """Share one parent among this process and all that it starts; one that is shared is used.

    Parameters
    ----------
    modules
        What it is for (`prepared.prepare`).
    """
    before = os.environ.get(PARENT)
    if before and _is_there(before):
        yield
        return
    with _Parent(modules) as parent:
        os.environ[PARENT] = parent.address
        try:
            yield
        finally:
            del os.environ[PARENT]
            if before is not None:
                os.environ[PARENT] = before


@contextmanager
def parent_ahead(modules: Sequence[str] = ()) -> Iterator[None]:
    """Begin to prepare a parent while this process still reads and computes, where there is fork."""
    if not can_fork():
        yield
        return
    with prepared_parent(modules):
        yield


def _is_there(address: str) -> bool:
    """Whether a parent listens; it forks a child that ends at once, as nothing is asked of it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        return line.connect_ex(address) == 0


class _Parent:
    """A running parent: the address of its socket, and the process that goes when this one goes."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._folder = TemporaryDirectory(prefix=folder_prefix("kernels"))
        self.address = str(Path(self._folder.name) / "parent")
        # Bound and listening before the process starts: who connects early waits until all is imported.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self.address)
            listener.listen(128)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hanbin_lib.kernels.parent", str(listener.fileno()), *modules],
                stdin=subprocess.PIPE,  # closes when this process ends, however it ends
                env=quiet_environment(),
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )

    def __enter__(self) -> "_Parent":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:  # it is still importing; its children die with it
            self.process.kill()
            self.process.wait()
        self._folder.cleanup()


_own: list[_Parent] = []
_owning = threading.Lock()


def _own_parent() -> str:
    """Start a parent for this process alone, at the first need; it ends with this process."""
    with _owning:
        if not _own or _own[0].process.poll() is not None:
            let_go()
            _own.append(_Parent())
        return _own[0].address


@atexit.register
def let_go() -> None:
    """End the parent for this process alone; the next need starts another."""
    while _own:
        _own.pop().__exit__()
