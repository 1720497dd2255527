"""Ending a run from outside: Ctrl-C, SIGTERM and SIGHUP are one and the same, told once.

The first signal raises in the main thread, wherever it is; those that follow are passed over, so that
what is finished can be written down. On Windows only Ctrl-C and Ctrl-Break come.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from hanbin_lib.errors import ExitCode, HanbinError

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)


@contextmanager
def cancellable() -> Iterator[None]:
    """Let a signal end what runs inside.

    Raises
    ------
    HanbinError
        ``HB-RUN-001`` somebody ended the run.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _cancel) for number in _SIGNALS}
    try:
        yield
    except KeyboardInterrupt:
        raise HanbinError(
            "HB-RUN-001",
            "已中止；已经完成的都已记录，已发布的内容没有改动",
            action="重新运行同一条命令，从中止处接着做",
            exit_code=ExitCode.CANCELLED,
        ) from None
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _cancel(_signal: int, _frame: FrameType | None) -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
