"""Temporary folders that say whose they are, so that those of killed processes can be cleared away."""

import os
import re
import shutil
import socket
import tempfile
from pathlib import Path

import psutil

from hanbin_lib.locks import Holder

_NAMED = re.compile(r"hanbin-[a-z]+-(\d+)-(\d+)-.*")


def prefix(what: str) -> str:
    """Beginning of a temporary folder's name: what for (one small word), process, and its start."""
    return f"hanbin-{what}-{os.getpid()}-{int(psutil.Process().create_time())}-"


def abandoned() -> list[Path]:
    """Temporary folders of processes of this account that have ended."""
    found = []
    for path in sorted(Path(tempfile.gettempdir()).glob("hanbin-*")):
        named = _NAMED.fullmatch(path.name)
        if named and _is_own_folder(path):
            holder = Holder(pid=int(named[1]), host=socket.gethostname(), started=float(named[2]))
            if holder.is_gone:
                found.append(path)
    return found


def clear_abandoned() -> None:
    """Remove them; what cannot be removed stays."""
    for path in abandoned():
        shutil.rmtree(path, ignore_errors=True)


def _is_own_folder(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    own = os.getuid() if hasattr(os, "getuid") else found.st_uid
    return path.is_dir() and not path.is_symlink() and found.st_uid == own
