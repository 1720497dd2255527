"""Every command explained in Chinese, and a line that is none."""

import re

import pytest
from command_list import COMMANDS

from hanbin_lib.cli.main import in_chinese
from hanbin_lib.errors import ExitCode

CHINESE = re.compile(r"[\u4e00-\u9fff]")
EACH = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


# Help


@EACH
def test_a_command_says_what_it_does_and_what_each_part_of_it_is(words):
    command = COMMANDS[words]
    assert CHINESE.search(command.help or ""), "no help"
    assert not re.search(r"[.。]{2}|TODO", command.help)
    for part in command.params:
        if getattr(part, "hidden", False) or part.name == "help":
            continue
        assert CHINESE.search(part.help or ""), f"{part.name} is not explained"
        if part.param_type_name == "argument":
            assert CHINESE.search(part.metavar or ""), f"{part.name} has no name that a reader knows"


@EACH
def test_options_have_one_meaning_in_all_commands(words):
    """-w is the workspace, -m the month, -a the area, -o what is written: nowhere else something else."""
    known = {"-w": "--workspace", "-m": "--month", "-a": "--area", "-o": "--output"}
    for part in COMMANDS[words].params:
        for short in set(part.opts) & set(known):
            assert known[short] in part.opts
        for short, long in known.items():
            assert long not in part.opts or short in part.opts or long == "--workspace"


@EACH
def test_its_help_page_is_shown_and_does_nothing(hanbin, words):
    code, told, errors = hanbin(*words, "--help")
    assert (code, errors) == (0, "")
    assert re.search(rf"用法：.* {' '.join(words)} ", told)
    assert "显示帮助" in told
    for english in ("Usage", "Options", "Arguments", "[default", "[required]", "Show this"):
        assert english not in told


def test_the_page_of_exit_codes_knows_every_one_and_no_other(hanbin):
    _, told, _ = hanbin("--help")
    listed = {int(one) for one in re.findall(r"[：·]\s*(\d+)\s", told.partition("退出码")[2])}
    assert listed == set(map(int, ExitCode))


# Usage


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nothing", "没有“nothing”这个命令"),
        ("template nothing", "没有“nothing”这个命令"),
        ("bulletin", "缺少参数：月份"),
        ("trace 2022-09", "缺少参数：指标"),
        ("pool 2022-09 x", "缺少选项：--code"),
        ("bulletin 2022-09 x", "多出来的内容：x"),
        ("bulletin 2022-09 --quatsch", "没有 --quatsch 这个选项"),
        ("bulletin 2022-09 --workrs 2", "相近的有 --workers"),
        ("draw 2022-10 --seed", "选项 --seed 后面缺少内容"),
        ("draw 2022-10 --verify=1", "选项 --verify 后面不带内容"),
        ("demo --scale 7", "--scale 的内容不对：应不大于 1"),
        ("demo --scale 0", "--scale 的内容不对：应不小于 0.001"),
        ("demo --seed x", "--seed 的内容不对：应是整数"),
        ("demo --scale x", "--scale 的内容不对：应是数"),
        ("serve --port 70000", "--port 的内容不对：应不大于 65535"),
        ("bulletin 2022-09 --edition both", "--edition 的内容不对：“both”不在可选的之内"),
    ],
)
def test_a_wrong_line_is_told_in_chinese(hanbin, line, told):
    code, out, errors = hanbin(*line.split())
    assert (code, out) == (ExitCode.USAGE, "")
    assert told in errors
    assert "用法错误" in errors
    (said,) = (row.strip("│ ") for row in errors.splitlines() if row[:1] == "│")
    assert not re.search(r"[A-Za-z]{4,}", re.sub(r"--[a-z]+|'[a-z]+'|“[a-z]+”", "", said)), said
    assert "看它的用法。" in errors or said.startswith("选项 ")
    assert "Usage" not in errors


def test_what_the_program_does_not_know_how_to_say_stays_as_it_was():
    assert in_chinese("Something new went wrong.") == "Something new went wrong."
    assert in_chinese("Invalid value for '--x': Something new.") == "--x 的内容不对：Something new."
