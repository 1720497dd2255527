"""Every command that the documentation names exists, with its options."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from support import REPOSITORY
from typer.core import TyperGroup

from hanbin_lib.cli.main import app

PAGES = [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").glob("*.md"))]
BLOCK = re.compile(r"^[ ]*```sh\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
USAGE_ERROR = typer.BadParameter.__base__


def lines_of(text: str) -> list[list[str]]:
    """Words of each command of a block, comments left out, continued lines joined."""
    joined = text.replace("\\\n", " ").splitlines()
    found = [shlex.split(line, comments=True) for line in joined]
    return [[Path(words[0]).name, *words[1:]] for words in found if words]


def blocks(page: Path) -> list[list[str]]:
    """Commands of the shell blocks of a page."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [words for text in found for words in lines_of(text)]


def inline(page: Path) -> list[list[str]]:
    """Commands named in running text, which may leave out what is needed."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [shlex.split(one) for one in re.findall(r"`(hanbin [a-z][^`…\[]*)", text)]


def faults(words: list[str], forgiven: str = "") -> list[str]:
    """What is wrong with a command line: no such command, option or choice, something missing."""
    command, arguments = typer.main.get_command(app), words
    while isinstance(command, TyperGroup) and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        if name not in command.commands:
            return [f"{' '.join(words)}: no command {name}"]
        command = command.commands[name]
    typed = [one for one in arguments if one not in ("--help", "--debug", "--version")]
    try:
        if typed or not isinstance(command, TyperGroup):
            command.make_context("hanbin", typed)
    except USAGE_ERROR as error:
        return [] if type(error).__name__ == forgiven else [f"{' '.join(words)}: {error.format_message()}"]
    return []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_named_exists_with_its_options(page):
    in_blocks = [words[1:] for words in blocks(page) if words[0] == "hanbin"]
    named = [words[1:] for words in inline(page)]
    assert [fault for words in in_blocks for fault in faults(words)] == []
    assert [fault for words in named for fault in faults(words, "MissingParameter")] == []
    targets = set(re.findall(r"`make ([a-z][a-z-]+)", page.read_text(encoding="utf-8")))
    targets |= {words[1] for words in blocks(page) if words[0] == "make"}
    assert targets <= set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())


@pytest.mark.parametrize("words", ["bulletins 2022-09", "bulletin 2022-09 --colour", "pool 2022-09"])
def test_what_does_not_exist_is_found(words):
    assert faults(shlex.split(words))
