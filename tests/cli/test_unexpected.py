"""What nobody foresaw: a code and a place on the terminal, the call record in a file, no value shown."""

import json
import os
import socket
import stat

import pytest

from hanbin_lib.cli import lab, main
from hanbin_lib.cli.lab import lab_command, lab_environment
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, Workspace

VALUE = "张三 612401199001011234"


@pytest.fixture
def failing(demo_workspace, tmp_path, monkeypatch):
    """`hanbin areas` in a workspace of its own, failing with a personal value in its message."""

    def fail(_path):
        raise ValueError(VALUE)

    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "county.yaml").write_text("", encoding="utf-8")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    monkeypatch.setattr("hanbin_lib.cli.comparing.read_areas", fail)
    return Workspace(tmp_path)


def test_the_terminal_tells_code_and_place_and_never_the_message(failing, monkeypatch, capfd):
    monkeypatch.setattr("sys.argv", ["hanbin", "areas"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.UNEXPECTED
    shown = "".join(capfd.readouterr())
    assert "HB-INT-001" in shown
    assert "ValueError" in shown
    assert "hanbin_lib/cli/comparing.py" in shown
    assert not [part for part in VALUE.split() if part in shown]
    log = failing.logs / "unexpected-error.txt"
    assert VALUE in log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_debug_gives_the_call_record(failing, monkeypatch):
    monkeypatch.setattr("sys.argv", ["hanbin", "areas", "--debug"])
    with pytest.raises(ValueError, match="张三"):
        main()


def test_the_lab_listens_here_and_asks_nobody_for_news(demo_workspace):
    command = lab_command(demo_workspace, 8888, opens_browser=False)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--LabApp.news_url=None" in command
    assert lab_environment(demo_workspace)[ENVIRONMENT_VARIABLE] == str(demo_workspace.root)


def test_a_workspace_without_a_start_page(tmp_path):
    with pytest.raises(HanbinError, match="HB-LAB-001"):
        lab_command(Workspace(tmp_path), 8888, opens_browser=False)


def test_the_lab_says_where_it_is_in_the_ways_an_office_runs_it(monkeypatch):
    """Over ssh there is no screen, the port may be taken, the account may be root."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(lab, "is_root", lambda: True)
    monkeypatch.setattr("sys.platform", "linux")
    told = "\n".join(lab.told("http://127.0.0.1:8889/lab?token=x", 8889, asked=8888))
    assert "端口 8888 已被占用" in told
    assert "ssh -L 8889:127.0.0.1:8889" in told
    assert "root" in told
    monkeypatch.setattr(lab, "is_root", lambda: False)
    monkeypatch.setenv("DISPLAY", ":0")
    assert len(lab.told("http://127.0.0.1:8888/lab?token=x", 8888, asked=8888)) == 2


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert lab._free_port(port) > port


def test_a_lab_that_is_open_is_found_and_one_that_was_killed_is_not(demo_workspace, tmp_path):
    workspace = Workspace(tmp_path)
    runtime = tmp_path / "data" / "jupyter" / "runtime"
    runtime.mkdir(parents=True)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        known = {"pid": os.getpid(), "port": port, "url": f"http://127.0.0.1:{port}/", "token": "x",
                 "root_dir": str(workspace.notebooks)}  # fmt: skip
        (runtime / "jpserver-1.json").write_text(json.dumps(known), encoding="utf-8")
        (runtime / "jpserver-0.json").write_text("{half", encoding="utf-8")
        assert lab.running(workspace) == f"http://127.0.0.1:{port}/lab?token=x"
        assert lab.running(demo_workspace) == ""
    assert lab.running(workspace) == ""


def test_a_lab_that_cannot_write_says_so(tmp_path):
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(HanbinError, match="HB-LAB-002"):
        lab._check_writable(Workspace(tmp_path))
