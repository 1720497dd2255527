"""Run a command as on a machine that refuses something: ``python without.py pidfd,AF_UNIX,fork COMMAND…``.

The kernel itself refuses, to the command and to all that it starts (seccomp), as an older kernel or a
sandbox would; ``shm`` takes the shared memory away, in a namespace of mounts (root only).
"""

import ctypes
import os
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_ENOSYS, _EAFNOSUPPORT = 38, 97
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _FIRST_ARGUMENT = 0, 16
_AF_UNIX = 1
_NEW_MOUNTS, _PRIVATE, _READ_ONLY = 0x00020000, 0x44000, 1
PIDFD_OPEN = 434  # the same on every architecture
SOCKET = {"x86_64": 41, "aarch64": 198}


def _steps(refused: set[str]) -> list[tuple[int, int, int, int]]:
    """Instructions of the filter: (code, jump if true, jump if false, value)."""
    steps = [(_LOAD, 0, 0, _NUMBER)]
    if "pidfd" in refused:
        steps += [(_EQUAL, 0, 1, PIDFD_OPEN), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    if "AF_UNIX" in refused:
        steps += [(_EQUAL, 0, 3, SOCKET[platform.machine()]), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
        steps += [(_EQUAL, 0, 1, _AF_UNIX), (_RETURN, 0, 0, _ERRNO | _EAFNOSUPPORT)]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def refuse(refused: set[str]) -> None:
    """Refuse this process and its children what is named."""
    library = ctypes.CDLL(None, use_errno=True)
    if "shm" in refused:
        for done in (
            library.unshare(_NEW_MOUNTS),
            library.mount(b"none", b"/", None, _PRIVATE, None),
            library.mount(b"none", b"/dev/shm", b"tmpfs", _READ_ONLY, None),
        ):
            if done:
                sys.exit(77)  # not permitted here
    code = b"".join(struct.pack("HBBI", *step) for step in _steps(refused))
    kept = ctypes.create_string_buffer(code)
    program = struct.pack("HL", len(code) // 8, ctypes.addressof(kept))
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or library.prctl(_PR_SET_SECCOMP, _FILTER, program):
        sys.exit(77)


if __name__ == "__main__":
    refuse(set(sys.argv[1].split(",")))
    os.execvp(sys.argv[2], sys.argv[2:])
