"""Writing files so that a reader sees the old content or the new, never half of it."""

import errno
import hashlib
import os
import sys
from ctypes import CDLL, c_char_p, c_int, c_uint, get_errno
from functools import cache
from pathlib import Path
from typing import Any

_SWAP = 2
_BINARY = getattr(os, "O_BINARY", 0)
_HERE = -100 if sys.platform == "linux" else -2  # AT_FDCWD: paths as seen from the working folder
_FULL = {errno.ENOSPC: "磁盘已满", errno.EDQUOT: "超出磁盘配额"}
_REFUSED = {
    errno.EROFS: "磁盘只读",
    errno.EACCES: "没有写的权限，或文件正打开着",
    errno.EPERM: "没有写的权限，或文件正打开着",
    errno.ENOTDIR: "不是目录",
    errno.EEXIST: "不是目录",
    errno.EISDIR: "是目录，不是文件",
    errno.ENAMETOOLONG: "路径太长",
}
_CANNOT_SWAP = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_full(error: BaseException) -> bool:
    """Whether the disk, or the user's part of it, was full."""
    return isinstance(error, OSError) and error.errno in _FULL


def is_refused(error: BaseException) -> bool:
    """Whether the disk was full, or the system refused for one of the other usual reasons."""
    return isinstance(error, OSError) and error.errno in _FULL | _REFUSED


def why_not_written(error: OSError) -> str:
    """Why something could not be written, in Chinese where it is one of the usual reasons."""
    known = (_FULL | _REFUSED).get(error.errno or 0)
    return known or error.strerror or type(error).__name__


def write_atomically(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write `content` under a temporary name, flush it to disk, then rename it to `path`.

    Parameters
    ----------
    mode
        Who may read it from its first byte on; the process's umask takes away from it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, so that a rename in it survives a power cut."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap(first: Path, second: Path) -> bool:
    """Let two entries of one file system change places in one step.

    Returns
    -------
    bool
        False where the system or the file system cannot; then nothing was changed.

    Raises
    ------
    OSError
        An entry is not there, or may not be moved.

    Notes
    -----
    Linux ``renameat2(RENAME_EXCHANGE)``, macOS ``renameatx_np(RENAME_SWAP)``: both are 2.
    """
    call = _swap_call()
    if call is None:
        return False
    if call(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _SWAP) == 0:
        return True
    error = get_errno()
    if error in _CANNOT_SWAP:
        return False
    raise OSError(error, os.strerror(error), str(first))


@cache
def _swap_call() -> Any:
    """The system's call, None where there is none."""
    if os.name != "posix":
        return None
    library = CDLL(None, use_errno=True)
    call = getattr(library, "renameat2" if sys.platform == "linux" else "renameatx_np", None)
    if call is not None:
        call.argtypes = [c_int, c_char_p, c_int, c_char_p, c_uint]
    return call
