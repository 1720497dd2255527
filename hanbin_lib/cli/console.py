"""The terminal: progress bars on long work, plain lines where there is no terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer.rich_utils
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperCommand, TyperGroup

from hanbin_lib.cli.usage import in_chinese, line_in_chinese
from hanbin_lib.errors import HanbinError

error_console = Console(stderr=True)
_SECONDS_BETWEEN_LINES = 5.0


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


def tell_error(error: HanbinError) -> None:
    """Print an error: its code, what happened, what to do; in a log its lines are whole."""
    error_console.print(f"[bold red]错误 {error.code}[/]", highlight=False)
    error_console.print(error.message, markup=False, highlight=False, soft_wrap=True)
    if error.action:
        error_console.print(f"处理办法：{error.action}", markup=False, highlight=False, soft_wrap=True)


def set_up_chinese_help() -> None:
    """Words of the help page and of usage errors that Typer has in English only."""
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
        kind.get_help_option = _in_chinese(kind.get_help_option)  # type: ignore[method-assign]
        kind.get_usage = _line_in_chinese(kind.get_usage)  # type: ignore[method-assign]


def _in_chinese(get_help_option: Callable[..., Any]) -> Callable[..., Any]:
    def option(command: Any, context: Any) -> Any:
        found = get_help_option(command, context)
        if found is not None:
            found.help = "显示帮助"
        return found

    return option


def _line_in_chinese(get_usage: Callable[..., str]) -> Callable[..., str]:
    return lambda command, context: line_in_chinese(get_usage(command, context))


def _error_in_chinese(tell: Callable[[Any], None]) -> Callable[[Any], None]:
    def told(error: Any) -> None:
        message = in_chinese(error.format_message())
        error.format_message = lambda: message
        tell(error)

    return told


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
