"""Every command of the program by the words that call it."""

import typer
from typer.core import TyperGroup

from hanbin_lib.cli.main import app


def commands(group=None, path=()):
    """Every command with the words that call it."""
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands())


def command_of(parts):
    """Words of the command that a line calls."""
    return next(words for words in COMMANDS if tuple(parts[: len(words)]) == words)
