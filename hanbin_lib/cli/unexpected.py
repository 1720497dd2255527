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
from hanbin_lib.workspace import Workspace

_PACKAGE = Path(__file__).parents[1]
# No .log: what the guard reads before a publication are the logs of its own run.
_NAME = "unexpected-error.txt"


def tell_unexpected(error: Exception) -> ExitCode:
    """Tell the terminal kind and place, keep the call record in ``data/logs``; return the exit code."""
    log = keep_record(error)
    error_console.print("[bold red]错误 HB-INT-001[/]", highlight=False)
    lines = [
        f"程序出了没有料到的错误（{type(error).__name__}，{_place(error)}）。",
        f"调用记录：{log}（可能含数据内容，只供内部查看）" if log else "调用记录写不进 data/logs。",
        f"处理办法：运行 hanbin doctor 检查环境；仍出错的，把代码、位置和程序版本 {__version__} 告知维护人员",
    ]
    for line in lines:
        error_console.print(line, markup=False, highlight=False, soft_wrap=True)
    return ExitCode.UNEXPECTED


def _place(error: Exception) -> str:
    """Module and line of the library at which it happened."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _PACKAGE in Path(frame.filename).parents]
    if not own:
        return "程序之外"
    return f"{Path(own[-1].filename).relative_to(_PACKAGE.parent).as_posix()} 第{own[-1].lineno}行"


def keep_record(error: Exception) -> Path | None:
    """The file of the call record, readable by its owner alone; None where none could be written."""
    try:
        log = Workspace.find().logs / _NAME
        log.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(traceback.format_exception(error))
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"hanbin {__version__}\n{text}")
    except (OSError, HanbinError):
        return None
    return log
