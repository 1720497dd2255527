"""What Typer has in English only, in Chinese: words of the help pages, what is wrong with a command line."""

import re
from collections.abc import Callable
from typing import Any

import typer.rich_utils
from typer.core import TyperCommand, TyperGroup

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
