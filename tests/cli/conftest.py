"""An office without data, the program called in this process, and every command by its words."""

import os
import sys

import pytest
from command_list import COMMANDS, command_of
from support import new_workspace

from hanbin_lib.cli.main import main


@pytest.fixture(scope="package")
def office(tmp_path_factory):
    """A workspace in which nothing was imported or published, and nothing is written by these tests."""
    space = new_workspace(tmp_path_factory.mktemp("office") / "w")
    for folder in (space.cache, space.logs, space.reports):
        folder.mkdir(parents=True)
    return space


@pytest.fixture
def hanbin(capsys, monkeypatch):
    """Call the program in this process: exit code, standard output, standard error."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("TERMINAL_WIDTH", "300")
    mask = os.umask(0o022)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["hanbin", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return (code, *capsys.readouterr())

    yield call
    os.umask(mask)


@pytest.fixture
def printed(capsys, monkeypatch):
    """What was said since it was asked for last, its tables in whole lines."""
    monkeypatch.setenv("COLUMNS", "400")
    return lambda: capsys.readouterr().out


def tree(space):
    """Files with their times; a lock is none of the office's."""
    files = (path for path in space.root.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path: path.stat().st_mtime_ns for path in files}


@pytest.fixture
def typed(hanbin, office):
    """Call a line in the office; what it wrote would be seen."""

    def call(line, **words):
        before = tree(office)
        parts = [part.format(folder=office.root, **words) for part in line.split()]
        takes_workspace = any("--workspace" in part.opts for part in COMMANDS[command_of(parts)].params)
        found = hanbin(*parts, *(["-w", office.root] if takes_workspace else []))
        assert tree(office) == before
        return found

    return call
