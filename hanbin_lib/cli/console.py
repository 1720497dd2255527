"""What the commands share: the terminal (lines, errors, progress bars, signals), arguments and options.

Ctrl-C, SIGTERM and SIGHUP end a run alike and are told once (`cancellable`): the first raises in the main
thread, wherever it is; those that follow are passed over, so that what is finished can be written down. On
Windows only Ctrl-C and Ctrl-Break come.
"""

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hanbin_lib import __version__
from hanbin_lib.errors import ExitCode, HanbinError, refused_input, refused_params
from hanbin_lib.files import is_full, is_refused, why_not_written
from hanbin_lib.months import MONTH_FOLDER, Month
from hanbin_lib.workspace import Workspace

console = Console()
error_console = Console(stderr=True)
_SECONDS_BETWEEN_LINES = 5.0
_PACKAGE = Path(__file__).parents[1]
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="工作目录（也可用环境变量 HANBIN_WORKSPACE）"),
]
MonthArgument = Annotated[
    Month, typer.Argument(help="月份，例如 2022-09", metavar="月份", parser=Month.parse)
]
WorkersOption = Annotated[
    int | None,
    typer.Option(help="同时生成几份；默认与处理器核数相同，最多8份", min=1, max=64),
]
# What a process needs that reads a month's files; those of all months are forked from one that has it.
READS_A_MONTH = (
    "hanbin_lib.ingest.importing",
    "fastexcel",
    "lxml.etree",
    "pandera.backends.pandas.builtin_checks",
)


def say(*lines: str, to: Console = console) -> None:
    """Print lines as they are: no mark-up, no colours, nothing broken at the width of a terminal."""
    for line in lines:
        to.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)


def warn(*lines: str) -> None:
    """Say something of what went wrong, apart from what a command gives."""
    say(*lines, to=error_console)


def report_error(error: HanbinError) -> None:
    """Print an error: its code, what happened, what to do; in a log its lines are whole."""
    error_console.print(f"[bold red]错误 {error.code}[/]", highlight=False)
    warn(error.message, *([f"处理办法：{error.action}"] if error.action else []))


class UnforeseenError(Exception):
    """What is told and kept of an error that nobody foresaw; it travels whole between processes.

    Its message may quote a cell, so the terminal gets its kind and the place in the program, and the whole
    call record goes to a file that stays inside.

    Parameters
    ----------
    kind
        Name of the exception.
    place
        Module and line of the library at which it happened.
    record
        The call record.
    """

    def __init__(self, kind: str, place: str, record: str) -> None:
        super().__init__(kind, place, record)
        self.kind, self.place, self.record = kind, place, record

    @classmethod
    def of(cls, error: Exception) -> "UnforeseenError":
        """The error where it was caught: another process does not get its call record."""
        if isinstance(error, cls):
            return error
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if _PACKAGE in Path(frame.filename).parents]
        place = "程序之外"
        if own:
            module = Path(own[-1].filename).relative_to(_PACKAGE.parent).as_posix()
            place = f"{module} 第{own[-1].lineno}行"
        return cls(type(error).__name__, place, "".join(traceback.format_exception(error)))


def report_unexpected(
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
    if isinstance(error, OSError) and is_refused(error):
        return report_refused(error, month)
    found, log = UnforeseenError.of(error), keep_record(error, workspace, month)
    error_console.print("[bold red]错误 HB-INT-001[/]", highlight=False)
    warn(
        f"{month.label + '：' if month else ''}程序出了没有料到的错误（{found.kind}，{found.place}）。",
        f"调用记录：{log}（可能含数据内容，只供内部查看）" if log else "调用记录写不进 data/logs。",
        f"处理办法：运行 hanbin doctor 检查环境；仍出错的，把代码、位置和程序版本 {__version__} 告知维护人员",
    )
    return ExitCode.UNEXPECTED


def report_refused(error: OSError, month: Month | None) -> ExitCode:
    """A full disk, a folder that may not be written: no fault of the program, and nothing is half done."""
    whose, why = f"{month.label}：" if month else "", why_not_written(error)
    code, where, action = "HB-DSK-001", "", "清理磁盘（可先用 hanbin prune 查看能删什么），再运行同一条命令"
    if not is_full(error):
        # The folder: what is written has another name until it is whole.
        where = (
            f"{Path(os.fsdecode(error.filename)).parent}：" if isinstance(error.filename, str | bytes) else ""
        )
        code, action = "HB-DSK-002", "检查路径和权限，关掉打开着的文件，再运行同一条命令"
    told = HanbinError(
        code,
        f"{whose}{where}{why}，没有做完；原有数据和已发布的内容没有改动",
        action=action,
        exit_code=ExitCode.PUBLICATION_FAILED,
    )
    report_error(told)
    return told.exit_code


def keep_record(
    error: Exception, workspace: Workspace | None = None, month: Month | None = None
) -> Path | None:
    """The file of the call record, readable by its owner alone; None where none could be written.

    Each month of a command that does several has a file of its own; parameters as `report_unexpected`.
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


@contextmanager
def going_on(failing: str, workspace: Workspace) -> Iterator[None]:
    """Go on after an error within: `failing` and the reason are said, what nobody foresaw is recorded."""
    try:
        yield
    except HanbinError as error:
        warn(f"{failing}：{error}")
    except Exception as error:  # noqa: BLE001 -- what is done within changes nothing of the rest
        if isinstance(error, OSError) and is_refused(error):
            warn(f"{failing}：{why_not_written(error)}")
            return
        keep_record(error, workspace)
        warn(f"{failing}：HB-INT-001 {type(error).__name__}")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Yield ``progress(what, done, total)``.

    On a terminal it moves a bar; in a log it writes a line every few seconds, so that an
    unattended run shows where it is without flooding its log.
    """
    if error_console.is_terminal:
        with _bar() as bar:
            task = bar.add_task(title, total=None, what="")

            def move(what: str, done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, what=what)

            yield move
    else:
        yield _lines(title)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}"),
        console=error_console,
    )


def _lines(title: str) -> Callable[[str, int, int], None]:
    last = 0.0

    def line(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            error_console.print(f"{title} {done}/{total} {what}", highlight=False, markup=False)

    return line


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


def today() -> date:
    """The day of this machine's clock."""
    return date.today()  # noqa: DTZ011 - the office's calendar is the local one


def this_month() -> Month:
    """The month of this machine's clock."""
    return Month(today().year, today().month)


def month_begun(month: Month) -> Month:
    """The month, which has begun by this machine's clock.

    Raises
    ------
    HanbinError
        ``HB-PAR-010`` it lies in the future.
    """
    now = this_month()
    if month > now:
        raise refused_params(
            "HB-PAR-010",
            f"{month.label}还没有到（本机日期在{now.label}）",
            "核对月份；本机日期不对的，先校正时钟",
        )
    return month


def month_folders(folder: Path) -> dict[Month, Path]:
    """Subfolders named after a month, oldest first, or the folder itself where it is named so.

    Raises
    ------
    HanbinError
        ``HB-IMP-001`` neither it nor a folder in it bears the name of a month.
    """
    found = sorted(path for path in folder.glob("*") if path.is_dir() and MONTH_FOLDER.fullmatch(path.name))
    if not found and MONTH_FOLDER.fullmatch(folder.name):
        found = [folder]
    if not found:
        is_there = folder.is_dir()
        raise refused_input(
            "HB-IMP-001",
            f"{folder} 里没有以月份命名的子文件夹（例如 2022-09）"
            if is_there
            else f"没有 {folder} 这个文件夹",
            "用 --month 写明月份，或把文件放进以月份命名的子文件夹" if is_there else "核对文件夹的位置和名称",
        )
    return {Month.parse(path.name): path for path in found}
