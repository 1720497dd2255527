"""An error that nobody foresaw: a code, a record for the maintainers, no value of anybody's data.

The message of a foreign exception may quote a cell, so the terminal gets its kind and the place in
the program, and the whole call record goes to a file that stays inside.
"""

import os
import traceback
from pathlib import Path

from hanbin_lib import __version__
from hanbin_lib.cli.console import error_console
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

_PACKAGE = Path(__file__).parents[1]


class UnforeseenError(Exception):
    """What is told and kept of an error that nobody foresaw; it travels whole between processes.

    Parameters
    ----------
    kind
        Name of the exception.
    place
        Module and line of the library at which it happened.
    record
        The call record, for inside only.
    """

    def __init__(self, kind: str, place: str, record: str) -> None:
        super().__init__(kind, place, record)
        self.kind, self.place, self.record = kind, place, record

    @classmethod
    def of(cls, error: Exception) -> "UnforeseenError":
        """The error where it was caught: another process does not get its call record."""
        if isinstance(error, cls):
            return error
        own = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if _PACKAGE in Path(frame.filename).parents
        ]
        place = "程序之外"
        if own:
            module = Path(own[-1].filename).relative_to(_PACKAGE.parent).as_posix()
            place = f"{module} 第{own[-1].lineno}行"
        return cls(type(error).__name__, place, "".join(traceback.format_exception(error)))


def tell_unexpected(
    error: Exception, workspace: Workspace | None = None, month: Month | None = None
) -> ExitCode:
    """Tell the terminal kind and place, keep the call record in ``data/logs``; return the exit code.

    Parameters
    ----------
    workspace
        The one that the command works in, by default that of the place where it was called.
    month
        Which of several months the error ended.
    """
    found, log = UnforeseenError.of(error), keep_record(error, workspace, month)
    error_console.print("[bold red]错误 HB-INT-001[/]", highlight=False)
    lines = [
        f"{month.label + '：' if month else ''}程序出了没有料到的错误（{found.kind}，{found.place}）。",
        f"调用记录：{log}（可能含数据内容，只供内部查看）" if log else "调用记录写不进 data/logs。",
        f"处理办法：运行 hanbin doctor 检查环境；仍出错的，把代码、位置和程序版本 {__version__} 告知维护人员",
    ]
    for line in lines:
        error_console.print(line, markup=False, highlight=False, soft_wrap=True)
    return ExitCode.UNEXPECTED


def keep_record(
    error: Exception, workspace: Workspace | None = None, month: Month | None = None
) -> Path | None:
    """The file of the call record, readable by its owner alone; None where none could be written.

    Each month of a command that does several has a file of its own; parameters as `tell_unexpected`.
    """
    # No .log: what the guard reads before a publication are the logs of its own run.
    name = f"unexpected-error-{month}.txt" if month else "unexpected-error.txt"
    try:
        log = (workspace or Workspace.find()).logs / name
        log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"hanbin {__version__}\n{UnforeseenError.of(error).record}")
    except (OSError, HanbinError):
        return None
    return log
