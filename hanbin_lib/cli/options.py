"""What several commands share: arguments and options, and which months a folder holds."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import MONTH_FOLDER, Month

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="工作目录（也可用环境变量 HANBIN_WORKSPACE）"),
]
MonthArgument = Annotated[
    Month, typer.Argument(help="月份，例如 2022-09", metavar="月份", parser=Month.parse)
]
WorkersOption = Annotated[
    int | None,
    typer.Option(help="同时生成几份；默认比处理器核数多一份，最多8份", min=1, max=64),
]
# What a process needs that reads a month's files; those of all months are forked from one that has it.
READS_A_MONTH = (
    "hanbin_lib.ingest.importing",
    "fastexcel",
    "lxml.etree",
    "pandera.backends.pandas.builtin_checks",
)


def this_month() -> Month:
    """The month of this machine's clock."""
    today = date.today()  # noqa: DTZ011 - the office's calendar is the local one
    return Month(today.year, today.month)


def month_begun(month: Month) -> Month:
    """The month, which has begun by this machine's clock.

    Raises
    ------
    HanbinError
        ``HB-PAR-010`` it lies in the future.
    """
    now = this_month()
    if month > now:
        raise HanbinError(
            "HB-PAR-010",
            f"{month.label}还没有到（本机日期在{now.label}）",
            action="核对月份；本机日期不对的，先校正时钟",
            exit_code=ExitCode.PARAMS_INVALID,
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
        raise HanbinError(
            "HB-IMP-001",
            f"{folder} 里没有以月份命名的子文件夹（例如 2022-09）",
            action="用 --month 写明月份，或把文件放进以月份命名的子文件夹",
            exit_code=ExitCode.INPUT_INVALID,
        )
    return {Month.parse(path.name): path for path in found}
