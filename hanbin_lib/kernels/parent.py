"""The process that forks: ``python -m hanbin_lib.kernels.parent DESCRIPTOR [MODULE ...]``.

Whoever connects to the listening socket of that descriptor gets a child of its own, which reads
its task from the connection (`prepared`). The connection is the child's life line: when it closes,
however its holder ended, the child's process group is killed. When the child ends, its exit code
is told. When standard input closes, its owner is gone, and so is everything here.

A task can be to do something first, such as opening a month, and then to fork for others in the
same way: what it has read serves all its children.

A child is the subreaper of what it starts, and this process that of its children: a process that began
a session of its own, or whose parent has ended, is a child of either, and is killed when the child ends.

One loop, no thread: nothing is parsed here, so that nothing can go wrong for the others.
"""

import ctypes
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hanbin_lib.kernels.prepared import finish, leave_working_directory_out, prepare, serve, threads

NOT_SINGLE = 3  # exit code: a library started a thread, so nothing may be forked
_OWNER = 0  # standard input
_STRAY_SECONDS, _BLINK_SECONDS = 5.0, 0.005
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


@dataclass(slots=True)
class _Children:
    """Children by pidfd and by connection."""

    poll: "select.poll"  # not at once: Windows has none
    by_ending: dict[int, tuple[int, socket.socket]] = field(default_factory=dict)
    by_line: dict[int, int] = field(default_factory=dict)

    def add(self, pid: int, line: socket.socket) -> None:
        ending = os.pidfd_open(pid)
        self.by_ending[ending] = (pid, line)
        self.by_line[line.fileno()] = pid
        self.poll.register(ending, select.POLLIN)
        self.poll.register(line.fileno(), select.POLLRDHUP)

    def ended(self, ending: int) -> None:
        """Reap a child, end what it left behind, and tell its exit code."""
        pid, line = self.by_ending.pop(ending)
        self.by_line.pop(line.fileno(), None)
        self.poll.unregister(ending)
        os.close(ending)
        with suppress(KeyError):
            self.poll.unregister(line.fileno())
        _kill_group(pid)
        _, status = os.waitpid(pid, 0)
        _kill_strays({pid for pid, _ in self.by_ending.values()})
        with suppress(OSError), line:
            line.sendall(f"exit {os.waitstatus_to_exitcode(status)}\n".encode())

    def abandoned(self, line: int) -> None:
        """Kill the child whose connection closed; it is reaped when it has ended."""
        self.poll.unregister(line)
        _kill_group(self.by_line.pop(line))

    def kill_all(self) -> None:
        for pid, _ in self.by_ending.values():
            _kill_group(pid)
        _kill_strays(set())


def main() -> None:
    """Prepare, then fork for whoever connects, until the owner is gone."""
    leave_working_directory_out()
    listener = socket.socket(fileno=int(sys.argv[1]))
    prepare(sys.argv[2:])
    own: socket.socket | None = listener
    while own is not None:
        if threads() != 1:
            sys.exit(NOT_SINGLE)
        line = _fork_until_told(own)
        # A child that is asked to prepare something of its own goes on as a parent.
        own = None if line is None else serve(line)
    finish()  # who waits for its end does not wait for three thousand modules to be taken apart


def _fork_until_told(listener: socket.socket) -> socket.socket | None:
    """Run the loop; return in every child with its connection, in the parent with None."""
    _adopt_orphans()
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    poll.register(_OWNER, select.POLLHUP)
    children = _Children(poll)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == _OWNER:
                children.kill_all()
                return None
            if descriptor == listener.fileno():
                line = _forked(listener, children)
                if line is not None:
                    return line
            elif descriptor in children.by_ending:
                children.ended(descriptor)
            elif descriptor in children.by_line:
                children.abandoned(descriptor)


def _forked(listener: socket.socket, children: _Children) -> socket.socket | None:
    """Accept and fork: the connection in the child, None in the parent."""
    line, _ = listener.accept()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        children.add(pid, line)
        return None
    os.setsid()  # before the pid is told: a signal to its group must never meet another's
    _die_with(parent)
    _adopt_orphans()  # what it starts stays below it, and is told from what others start
    listener.close()
    for ending, (_, other) in children.by_ending.items():
        os.close(ending)
        other.close()
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), _OWNER)
    return line


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _kill_strays(living: set[int]) -> None:
    """Kill every process below this one that is neither one of the `living` children nor below one.

    Killed again until none is found: what is being killed may still start another.
    """
    end = time.monotonic() + _STRAY_SECONDS
    while time.monotonic() < end:
        strays = _below(os.getpid(), living)
        for pid in strays:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in strays:  # a child of this process; another's child becomes one when its parent ends
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        if not strays:
            return
        time.sleep(_BLINK_SECONDS)


def _below(root: int, without: set[int]) -> list[int]:
    """Every process below `root`, but for those `without` and what is below them."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                told = (folder / "stat").read_bytes().rpartition(b")")[2].split()
                children.setdefault(int(told[1]), []).append(int(folder.name))
    found: list[int] = []
    todo = [root]
    while todo:
        below = [pid for pid in children.get(todo.pop(), []) if pid not in without]
        found += below
        todo += below
    return found


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _adopt_orphans() -> None:
    """Become the parent of what is left behind below this process, so that it ends with it."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _die_with(parent: int) -> None:
    """Be killed when `parent` ends, even where it was killed itself."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main()
