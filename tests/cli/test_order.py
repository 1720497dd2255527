"""``hanbin`` alone: the month's way first, every command in one whole line."""

import re

import typer
from typer.testing import CliRunner

from hanbin_lib.cli.main import app
from hanbin_lib.cli.order import ORDER


def test_every_command_stands_in_one_place_of_the_list():
    known = [name for lines in ORDER.values() for name in lines]
    group = typer.main.get_command(app)
    assert group.list_commands(None) == known
    assert len(set(known)) == len(known)


def test_the_list_is_whole_on_a_narrow_terminal_and_begins_with_the_months_way():
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"}).stdout
    assert "…" not in shown
    listed = re.findall(r"^│ ([a-z][a-z-]+) +(\S.*?) *│$", shown, re.MULTILINE)
    assert listed == [pair for lines in ORDER.values() for pair in lines.items()]
    assert shown.index("一个月这样走") < shown.index("开始用")


def test_a_commands_own_page_says_more():
    shown = CliRunner().invoke(app, ["returns", "--help"], env={"TERMINAL_WIDTH": "120"}).stdout
    assert "缺行、重行、外来行" in shown
