"""On this path, the project's own code sees what Python offers on Windows; all else sees this machine.

Python imports this file when it starts, and so do the kernels and workers that it starts.
"""

import builtins
import os
import select
import signal
import socket
import sys
import types
from typing import Any

_OWN = ("hanbin_lib", "hanbin_demo")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NO_MODULES = _words("curses fcntl grp posix pty pwd readline resource syslog termios tty")
# What `os` is documented to have on Unix only, as far as anybody would use it here.
_NOT_OF_OS = _words(
    "O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_PATH O_SYNC WEXITSTATUS WIFEXITED WIFSIGNALED WNOHANG WNOWAIT "
    "WTERMSIG chown chroot confstr copy_file_range fchdir fchown fdatasync fork forkpty fstatvfs getegid geteuid getgid "
    "getgroups getloadavg getpgid getpgrp getpriority getresuid getsid getuid getxattr initgroups killpg lchown "
    "lockf memfd_create mkfifo mknod nice openpty pidfd_open posix_fadvise posix_fallocate posix_spawn posix_spawnp "
    "pread pwrite register_at_fork sched_getaffinity sched_setaffinity sendfile setegid seteuid setgid setpgid "
    "setpriority setsid setuid setxattr splice statvfs sync sysconf uname unshare wait wait3 wait4 waitid"
)
_SIGNALS = _words("SIGABRT SIGFPE SIGILL SIGINT SIGSEGV SIGTERM")
_NOT_OF_SIGNAL = _words("alarm getitimer pthread_kill pthread_sigmask setitimer sigpending sigwait") | {
    name for name in dir(signal) if name.startswith("SIG") and name[3].isalpha() and name not in _SIGNALS
}


class _Seen(types.ModuleType):
    """A module without some of its names and with other values for some."""

    def __init__(self, module: types.ModuleType, without: frozenset[str], **others: Any) -> None:
        object.__getattribute__(self, "__dict__").update(_module=module, _without=without, _others=others)

    def __getattribute__(self, name: str) -> Any:
        own = object.__getattribute__(self, "__dict__")
        if name in own["_without"]:
            raise AttributeError(f"{own['_module'].__name__}.{name}: not on Windows")
        return own["_others"][name] if name in own["_others"] else getattr(own["_module"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(object.__getattribute__(self, "__dict__")["_module"], name, value)


SEEN = {
    "os": _Seen(os, _NOT_OF_OS, name="nt", supports_dir_fd=set(), supports_fd=set()),
    "select": _Seen(select, frozenset(dir(select)) - {"select", "error", "__name__", "__spec__"}),
    "signal": _Seen(signal, _NOT_OF_SIGNAL),
    "socket": _Seen(socket, frozenset({"AF_UNIX", "SO_PEERCRED", "send_fds", "recv_fds"})),
    "sys": _Seen(sys, frozenset({"abiflags"}), platform="win32"),
}
_import = builtins.__import__


def _seen(name: str, globals: Any = None, *arguments: Any, **options: Any) -> Any:  # noqa: A002 -- as Python names it
    importing = str((globals or {}).get("__name__", ""))
    whole = str((globals or {}).get("__package__") or importing).partition(".")[
        0
    ]  # `__main__` of `python -m`
    if whole in _OWN and name.partition(".")[0] in NO_MODULES:
        raise ModuleNotFoundError(f"{name}: not on Windows, asked for by {importing}")
    module = _import(name, globals, *arguments, **options)
    return SEEN.get(name, module) if whole in _OWN else module


builtins.__import__ = _seen
