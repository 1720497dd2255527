"""One at a time: a lock file, and who holds it; temporary folders that say whose they are.

The operating system lets go of the lock when its holder ends, however it ends; a lock that
outlives its holder does not exist on one machine. Where a share has no such locks, filelock
recognises the dead holder's mark by process and host. So are the folders of killed processes cleared away.
"""

import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from hanbin_lib import state
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import why_not_written

_SAME_START_SECONDS = 2.0  # the start of a process is told to the clock tick, not exactly
_NAMED = re.compile(r"hanbin-[a-z]+-(\d+)-(\d+)-.*")


class Holder(state.Exact):
    """Who holds a lock.

    Parameters
    ----------
    pid, host
        Process and machine.
    started
        Start of the process, seconds since 1970: a number is given again to a later process.
    since
        When the lock was taken, local time: ``2022-10-08T09:00:00+08:00``.
    """

    pid: int
    host: str
    started: float
    since: datetime | None = None

    @classmethod
    def this_process(cls) -> "Holder":
        """The process that asks."""
        now = datetime.now().astimezone().replace(microsecond=0)
        started = psutil.Process().create_time()
        return cls(pid=os.getpid(), host=socket.gethostname(), started=started, since=now)

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended, as far as this machine can tell."""
        if self.host != socket.gethostname():
            return False
        try:
            started = psutil.Process(self.pid).create_time()
        except psutil.Error:
            return True
        return abs(started - self.started) > _SAME_START_SECONDS

    def __str__(self) -> str:
        at = self.since
        when = f"，{at.year}年{at.month}月{at.day}日{at:%H:%M}开始" if at else ""
        return f"进程 {self.pid}，主机 {self.host}{when}"


@contextmanager
def exclusive(lock: Path, busy: HanbinError, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold a lock file; raise `busy`, with who holds it, where another process does.

    Parameters
    ----------
    wait_seconds
        How long to wait for the holder to end before giving up.

    Raises
    ------
    HanbinError
        `busy`; ``HB-LCK-001`` something that is no lock file stands in its place.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        held.acquire(timeout=wait_seconds)
    except Timeout:
        raise with_holder(busy, lock) from None
    try:
        _mark(lock).write_text(Holder.this_process().model_dump_json(), encoding="utf-8")
        yield
    finally:
        _mark(lock).unlink(missing_ok=True)
        held.release()


def holder_of(lock: Path) -> Holder | None:
    """Who holds the lock, None where nobody says so or the one who said so is gone."""
    holder = state.read(_mark(lock), Holder)
    return None if holder is None or holder.is_gone else holder


def with_holder(busy: HanbinError, lock: Path) -> HanbinError:
    """The same error with who holds the lock in its message, where that is known."""
    holder = holder_of(lock)
    told = f"{busy.message}（{holder}）" if holder else busy.message
    return HanbinError(busy.code, told, action=busy.action, exit_code=busy.exit_code)


def is_free(lock: Path) -> bool:
    """Whether nobody holds the lock now; raise ``HB-LCK-001`` where it is no lock file."""
    if not state.is_there(lock):
        return True
    probe = FileLock(lock)
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        raise _no_lock(lock, error) from None
    probe.release()
    return True


def _mark(lock: Path) -> Path:
    """The note beside the lock: Windows lets nobody read a locked file."""
    return lock.with_suffix(".holder")


def _no_lock(lock: Path, error: OSError) -> HanbinError:
    return HanbinError(
        "HB-LCK-001",
        f"锁文件 {lock.name} 用不了：{why_not_written(error)}",
        action="移走同名的文件夹或链接，检查目录权限，然后重新运行",
        exit_code=ExitCode.PUBLICATION_FAILED,
    )


def folder_prefix(what: str) -> str:
    """Beginning of a temporary folder's name: what for (one small word), process, and its start."""
    return f"hanbin-{what}-{os.getpid()}-{int(psutil.Process().create_time())}-"


def abandoned_folders() -> list[Path]:
    """Temporary folders of processes of this account that have ended."""
    found = []
    for path in sorted(Path(tempfile.gettempdir()).glob("hanbin-*")):
        named = _NAMED.fullmatch(path.name)
        if named and _is_own_folder(path):
            holder = Holder(pid=int(named[1]), host=socket.gethostname(), started=float(named[2]))
            if holder.is_gone:
                found.append(path)
    return found


def clear_abandoned_folders() -> None:
    """Remove them; what cannot be removed stays."""
    for path in abandoned_folders():
        shutil.rmtree(path, ignore_errors=True)


def _is_own_folder(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    own = os.getuid() if hasattr(os, "getuid") else found.st_uid
    return path.is_dir() and not path.is_symlink() and found.st_uid == own
