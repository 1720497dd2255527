"""The commands of the schedule as a timer calls them."""

import json
import sys

import pytest
from typer.testing import CliRunner

from hanbin_lib.cli.main import app
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month

pytestmark = pytest.mark.usefixtures("no_parent")


def _call(office, *arguments):
    return CliRunner().invoke(app, [*arguments, "--workspace", str(office.workspace.root)])


def test_months_that_are_due_are_listed(office):
    assert _call(office, "due", "--list", "--today", "2022-12-01").output.split() == [
        "2022-09",
        "2022-10",
        "2022-11",
    ]


def test_due_refuses_a_month_without_data_and_tells_who_is_to_be_told(office, tmp_path):
    target = tmp_path / "told"
    program = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read() + b'\\n')"
    command = json.dumps([sys.executable, "-c", program, str(target)])
    (office.workspace.params / "notify.yaml").write_text(f"command: {command}\n", encoding="utf-8")
    done = _call(office, "due", "--notify", "--today", "2022-10-12")
    assert done.exit_code == ExitCode.INPUT_INVALID
    assert "2022年9月：未能发布" in done.stderr
    assert "HB-SNP-001" in done.stderr
    late = _call(office, "health", "--notify", "--today", "2022-10-12")
    assert late.exit_code == ExitCode.OVERDUE
    told = [json.loads(line)["event"] for line in target.read_text(encoding="utf-8").splitlines()]
    assert told == ["failed", "overdue"]


def test_nothing_is_due_and_all_is_well(office):
    assert "没有应补的月份" in _call(office, "due", "--today", "2022-09-30").output
    done = _call(office, "health", "--today", "2022-09-30")
    assert (done.exit_code, "相符" in done.output) == (0, True)
    assert office.asked == []


@pytest.mark.parametrize("kind", ["systemd", "cron", "windows"])
def test_entries_are_printed_or_written(office, tmp_path, kind):
    printed = _call(office, "schedule", kind)
    assert printed.exit_code == 0
    assert "due --notify" in printed.output
    assert _call(office, "schedule", kind, "--folder", str(tmp_path / "units")).exit_code == 0
    for path in (tmp_path / "units").iterdir():
        text = path.read_text(encoding="utf-16" if path.suffix == ".xml" else "utf-8")
        assert text in printed.output


def test_prune_only_lists_unless_asked_to_delete(office):
    site = office.workspace.reports / ".staging" / f"{Month(2022, 9)}-aa"
    site.mkdir(parents=True)
    (site / "made.jsonl").write_text("")
    later = ("--today", "2099-01-01")
    assert "可清理 1 项" in _call(office, "prune", *later).output
    assert site.is_dir()
    assert "已清理 1 项" in _call(office, "prune", "--delete", *later).output
    assert not site.exists()


@pytest.mark.parametrize(
    "arguments",
    [("schedule", "launchd"), ("schedule", "cron", "--at", "7 o'clock"), ("due", "--today", "soon")],
)
def test_what_cannot_be_read_is_told(office, arguments):
    with pytest.raises(HanbinError, match=r"HB-SCH-001|HB-PAR-009"):
        raise _call(office, *arguments).exception
