"""The command as a scheduler sees it: exit codes, Chinese messages, nothing half done."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import typer
from support import MONTH, new_workspace
from typer.testing import CliRunner

import hanbin_lib
from hanbin_lib.cli.main import FAMILIES, app
from hanbin_lib.release.checks.reproducibility import Verification
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE

COMMAND = (sys.executable, "-c", "from hanbin_lib.cli import main; main()")


def run(*arguments, workspace=None, umask=-1):
    environment = {**os.environ, "COLUMNS": "160"}
    if workspace is not None:
        environment["HANBIN_WORKSPACE"] = str(workspace)
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
        umask=umask,
    )


def test_help_is_chinese_and_lists_the_exit_codes():
    done = run("--help")
    assert done.returncode == 0
    assert "Show this message" not in done.stdout
    for word in ("import", "bulletin", "--debug", "从每月导出的 Excel 到月报", "退出码", "75 被占用"):
        assert word in done.stdout


def test_version_needs_no_command():
    done = run("--version")
    assert (done.returncode, done.stdout.strip()) == (0, hanbin_lib.__version__)


def test_no_workspace(tmp_path):
    done = run("areas", "--workspace", str(tmp_path))
    assert done.returncode == 11
    assert "HB-WSP-001" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def typed_in(hanbin, monkeypatch):
    """Function (folder, words …): the command in a workspace of the environment, in this process."""

    def call(folder, *words):
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(folder))
        return hanbin(*words)

    return call


def test_init_makes_a_workspace_and_writes_over_nothing(hanbin, tmp_path):
    target = tmp_path / "新县"
    assert hanbin("init", target)[0] == 0
    assert (target / "params" / "county.yaml").is_file()
    assert (target / "notebooks" / "bulletin.ipynb").is_file()
    # What names another county's towns or village would stop every other county's bulletin.
    kept = [path.read_text(encoding="utf-8") for path in (target / "params").glob("*/*.yaml")]
    assert kept
    assert not [text for text in kept if "towns:" in text or "place:" in text]
    code, _, told = hanbin("init", target)
    assert code == 11
    assert "HB-WSP-002" in told


@pytest.mark.parametrize("month", ["2022-13", "202209", "九月"])
def test_an_impossible_month(typed_in, tmp_path, month):
    new_workspace(tmp_path / "w")
    code, _, told = typed_in(tmp_path / "w", "bulletin", month)
    assert code == 10
    assert "HB-PAR-001" in told


def test_import_of_nothing(typed_in, tmp_path):
    new_workspace(tmp_path / "w")
    (tmp_path / "empty").mkdir()
    assert typed_in(tmp_path / "w", "import", tmp_path / "empty", "--month", "2022-09")[0] == 11
    assert not (tmp_path / "w" / "data" / "store").exists()


def test_a_broken_parameter_file_is_named(typed_in, tmp_path):
    workspace = new_workspace(tmp_path / "w")
    (workspace.params / "rules.yaml").write_text("measure_deadline_months: 0\n", encoding="utf-8")
    code, _, told = typed_in(workspace.root, "bulletin", "2022-09")
    assert code == 10
    assert "rules.yaml" in told


def test_demo_import_and_areas(typed_in, own_workspace):
    root = own_workspace.root
    code, said, _ = typed_in(root, "demo", "--scale", "0.02")
    assert code == 0
    assert "已是最新" in said
    code, said, _ = typed_in(root, "import", root / "data" / "inbox" / "2022-09", "--month", "2022-09")
    assert code == 0
    assert "内容没有变化" in said
    assert "610902110" in typed_in(root, "areas")[1]


def test_a_folder_that_is_not_there_is_named(typed_in, tmp_path):
    code, _, told = typed_in(new_workspace(tmp_path / "space").root, "import", tmp_path / "nothing")
    assert code == 11
    assert "HB-IMP-001" in told


def test_a_month_is_verified_where_it_lies(tmp_path, monkeypatch):
    """Not the month of the same name in the workspace that the command happens to run in."""
    for name in ("here", "there"):
        (tmp_path / name / "params").mkdir(parents=True)
        (tmp_path / name / "params" / "county.yaml").write_text("", encoding="utf-8")
        (tmp_path / name / "reports" / "2022-09").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    asked = []
    monkeypatch.setattr(
        "hanbin_lib.release.checks.reproducibility.verify_month",
        lambda space, month: asked.append((space.root.name, str(month))) or Verification(1, ()),
    )
    for folder in ("reports/2022-09", "../there/reports/2022-09"):
        assert CliRunner().invoke(app, ["verify", folder]).exit_code == 0
    assert asked == [("here", "2022-09"), ("there", "2022-09")]


def test_the_list_is_whole_on_a_narrow_terminal_and_begins_with_the_months_way():
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"}).stdout
    assert "…" not in shown
    listed = re.findall(r"^│ ([a-z][a-z-]+) +(\S.*?) *│$", shown, re.MULTILINE)
    group = typer.main.get_command(app)
    assert listed == [(name, group.commands[name].short_help) for name in group.list_commands(None)]
    assert [line[0] for _, line in listed[:6]] == list("①②③④⑤⑥")
    panels = re.findall(r"^╭─ (\S+) ─", shown, re.MULTILINE)
    assert panels[1:] == list(FAMILIES)  # after that of the options


def test_a_commands_own_page_says_more():
    shown = CliRunner().invoke(app, ["returns", "--help"], env={"TERMINAL_WIDTH": "120"}).stdout
    assert "缺行、重行、外来行" in shown


@pytest.mark.skipif(os.name != "posix", reason="no such rights here")
def test_what_the_command_writes_is_not_for_every_account(own_workspace):
    for folder in ("quality", "store"):
        shutil.rmtree(own_workspace.root / "data" / folder, ignore_errors=True)
    # As by a shell that lets everybody read: the command takes it away before the first byte.
    arguments = ("import", str(own_workspace.inbox(MONTH)), "-m", str(MONTH))
    assert run(*arguments, workspace=own_workspace.root, umask=0o022).returncode == 0
    for folder in ("quality", "store"):
        written = [own_workspace.root / "data" / folder, *(own_workspace.root / "data" / folder).rglob("*")]
        assert len(written) > 3
        assert not [path for path in written if path.stat().st_mode & 0o007]
