"""The command `hanbin`: its families of commands, and how their results and errors end it.

What Typer has in English only is put into Chinese: words of the help pages, faults of a command line.
"""

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.rich_utils
from typer.core import TyperCommand, TyperGroup

from hanbin_lib import __version__
from hanbin_lib.cli import analysis, monthly, records, scheduling, setup
from hanbin_lib.cli.console import console, report_error, report_unexpected
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
_SAID = tuple(
    (re.compile(english, re.DOTALL), chinese)
    for english, chinese in (
        (r"Missing argument '(.+)'\.(?: .*)?", r"缺少参数：\1"),
        (r"Missing option '(.+)'\.(?: .*)?", r"缺少选项：\1"),
        (r"Missing command\.", "没有写要做什么：缺少命令"),
        (r"No such command '(.+)'\.(?: .*)?", r"没有“\1”这个命令"),
        (r"No such option: (\S+)", r"没有 \1 这个选项"),
        (r"No such option: (\S+) \(Possible options: (.+)\)", r"没有 \1 这个选项；相近的有 \2"),
        (r"No such option: (\S+) Did you mean (\S+)\?", r"没有 \1 这个选项；相近的有 \2"),
        (r"Option '(.+)' requires an argument\.", r"选项 \1 后面缺少内容"),
        (r"Option '(.+)' does not take a value\.", r"选项 \1 后面不带内容"),
        (r"Got unexpected extra argument(?:\(s\)|s)? \((.+)\)", r"多出来的内容：\1"),
        (r"Input should be less than or equal to (\S+)", r"应不大于 \1"),
        (r"Input should be greater than or equal to (\S+)", r"应不小于 \1"),
        (r"Input should be a valid integer.*", "应是整数"),
        (r"Input should be a valid number.*", "应是数"),
        (r"Value error, '(.*)' is not one of (.+)\.", r"“\1”不在可选的之内：\2"),
    )
)
_INVALID = re.compile(r"Invalid value for '?(.+?)'?: (.*)", re.DOTALL)
_LINE = (("Usage: ", "用法："), ("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 [参数]"))


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


def in_chinese(message: str) -> str:
    """What is wrong with a command line; what is not known here stays as it was said."""
    if invalid := _INVALID.fullmatch(message):
        return f"{invalid[1]} 的内容不对：{in_chinese(invalid[2])}"
    for english, chinese in _SAID:
        if said := english.fullmatch(message):
            return said.expand(chinese)
    return message


def line_in_chinese(usage: str) -> str:
    """``用法：hanbin bulletin [选项] {月份}``."""
    for english, chinese in _LINE:
        usage = usage.replace(english, chinese)
    return usage


def set_up_chinese_help() -> None:
    """Have Typer say its words of help pages and of usage errors in Chinese."""
    utils = typer.rich_utils
    utils.ARGUMENTS_PANEL_TITLE = "参数"
    utils.OPTIONS_PANEL_TITLE = "选项"
    utils.COMMANDS_PANEL_TITLE = "命令"
    utils.ERRORS_PANEL_TITLE = "用法错误"
    utils.DEFAULT_STRING = "[默认 {}]"
    utils.REQUIRED_LONG_STRING = "[必需]"
    utils.RICH_HELP = "用 [blue]{command_path} {help_option}[/] 看它的用法。"
    utils.rich_format_error = _error_in_chinese(utils.rich_format_error)  # type: ignore[assignment]
    for kind in (TyperGroup, TyperCommand):
        kind.get_help_option = _option_in_chinese(kind.get_help_option)  # type: ignore[method-assign]
        kind.get_usage = _usage_in_chinese(kind.get_usage)  # type: ignore[method-assign]


def _option_in_chinese(get_help_option: Callable[..., Any]) -> Callable[..., Any]:
    def option(command: Any, context: Any) -> Any:
        found = get_help_option(command, context)
        if found is not None:
            found.help = "显示帮助"
        return found

    return option


def _usage_in_chinese(get_usage: Callable[..., str]) -> Callable[..., str]:
    return lambda command, context: line_in_chinese(get_usage(command, context))


def _error_in_chinese(tell: Callable[[Any], None]) -> Callable[[Any], None]:
    def told(error: Any) -> None:
        message = in_chinese(error.format_message())
        error.format_message = lambda: message
        tell(error)

    return told
