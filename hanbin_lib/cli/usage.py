"""What Typer says of a wrong command line, and of the line itself, in Chinese."""

import re

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
