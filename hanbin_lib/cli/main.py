"""The command `hanbin`: its families of commands, and how their results and errors end it."""

import os
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from hanbin_lib import __version__
from hanbin_lib.cli import analysis, monthly, records, scheduling, setup
from hanbin_lib.cli.console import console, report_error, report_unexpected
from hanbin_lib.cli.help import set_up_chinese_help
from hanbin_lib.errors import HanbinError
from hanbin_lib.workspace import Workspace

_EXIT_CODES = """
退出码：0 完成或已是最新 · 2 用法错误 · 10 参数无效 · 11 数据有误或缺失 · 20 指标核对未通过 ·
21 有个人信息 · 22 字体或缺字 · 30 笔记本运行失败 · 31 笔记本超时 · 32 内核中断 · 40 部分发布（有地区失败） ·
50 发布失败 · 60 逾期未发布 · 70 程序出错 · 75 被占用，稍后再试 · 130 被中止

任何命令加 --debug 可看程序出错时的完整调用记录。
"""
# The list of commands: the month's way first, the others by what they are for, each in its family's order.
FAMILIES = {
    "一个月这样走": monthly.app,
    "开始用": setup.app,
    "查数和分析": analysis.app,
    "定时和值守": scheduling.app,
    "复核和留底": records.app,
}
_NOT_FOR_OTHERS = 0o027

app = typer.Typer(
    name="hanbin",
    help="县级防返贫动态监测：从每月导出的 Excel 到月报。",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for panel, family in FAMILIES.items():
    for command in family.registered_commands:
        command.rich_help_panel = panel
    for group in family.registered_groups:
        group.rich_help_panel = panel
    app.add_typer(family)


def main() -> None:
    """Run the command; an error is told in Chinese and decides the exit code."""
    set_up_chinese_help()
    if hasattr(os, "umask"):  # whatever is written is the bureau's: never for every account of the machine
        os.umask(os.umask(_NOT_FOR_OTHERS) | _NOT_FOR_OTHERS)
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    try:
        app()
    except HanbinError as error:
        if debug:
            raise
        report_error(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if debug:
            raise
        sys.exit(report_unexpected(error, _named_workspace()))


def _named_workspace() -> Workspace | None:
    """The workspace that the command line names: an error that nobody foresaw is recorded there."""
    words = [word for argument in sys.argv for word in argument.split("=", 1)]
    named = next((path for name, path in pairwise(words) if name in {"--workspace", "-w"}), None)
    with suppress(HanbinError):
        return Workspace.find(Path(named)) if named else None
    return None


def _print_version(wanted: bool) -> None:
    if wanted:
        console.print(__version__)
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[  # handled by its callback, before any command
        bool, typer.Option("--version", help="显示版本", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options that stand before every command."""
