"""Ready entries: well formed, with paths that hold blanks, quotes and percent signs."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest

from hanbin_lib.schedule.units import account_of, cron, is_time, systemd, windows

PLACE = PurePosixPath('/srv/汉滨 100% "区"')


def test_systemd_accepts_its_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    files = systemd(Path(sys.executable), PLACE, "07:30", "office")
    assert sorted(files) == [
        "hanbin-due.service",
        "hanbin-due.timer",
        "hanbin-health.service",
        "hanbin-health.timer",
    ]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in files]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, check=False
    )
    assert "hanbin" not in done.stderr, done.stderr
    assert "Persistent=true" in files["hanbin-due.timer"]
    assert "OnCalendar=*-*-* 07:30:00" in files["hanbin-due.timer"]
    assert "OnCalendar=*-*-* 09:30:00" in files["hanbin-health.timer"]


def test_a_line_of_cron_runs_in_a_shell_as_meant():
    text = cron(PurePosixPath("/opt/some place/hanbin"), PLACE, "07:05", "office")["hanbin.cron"]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line.split()[:5] for line in lines] == [["5", "7", "*", "*", "*"], ["5", "9", "*", "*", "*"]]
    command = lines[0].split(maxsplit=5)[5]
    assert not re.search(r"(?<!\\)%", command)  # cron reads a bare % as the end of the line
    words = shlex.split(command.replace(r"\%", "%"))
    assert words[:5] == ["/opt/some place/hanbin", "due", "--notify", "--workspace", str(PLACE)]


def test_a_task_of_windows_catches_up():
    place = PureWindowsPath(r"D:\汉滨 & 区")
    files = windows(PureWindowsPath(r"C:\Program Files\hanbin\hanbin.exe"), place, "07:30", "office")
    root = ET.fromstring(files["hanbin-due.xml"].split("\n", 1)[1])
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert root.findtext(".//t:StartWhenAvailable", namespaces=space) == "true"
    assert root.findtext(".//t:Command", namespaces=space) == r"C:\Program Files\hanbin\hanbin.exe"
    assert root.findtext(".//t:Arguments", namespaces=space) == f'due --notify --workspace "{place}"'
    assert root.findtext(".//t:StartBoundary", namespaces=space).endswith("T07:30:00")
    assert "health" in files["hanbin-health.xml"]


@pytest.mark.parametrize(
    ("text", "good"), [("07:30", True), ("21:59", True), ("22:00", False), ("7:30", False), ("x", False)]
)
def test_times(text, good):
    assert is_time(text) is good


def test_nothing_runs_as_root(tmp_path):
    services = systemd(Path(sys.executable), PLACE, "07:30", "office")
    for name in ("hanbin-due.service", "hanbin-health.service"):
        lines = services[name].splitlines()
        assert {"User=office", "UMask=0027", "NoNewPrivileges=yes"} <= set(lines)
    assert "不用 root" in cron(PLACE, PLACE, "07:05", "office")["hanbin.cron"]
    assert "LeastPrivilege" in windows(PLACE, PLACE, "07:30", "office")["hanbin-due.xml"]
    assert account_of(tmp_path) != "root"
    assert account_of(tmp_path / "not there") == "hanbin"
