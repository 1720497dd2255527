"""How JupyterLab is started: here only, asking nobody, saying where it is."""

import json
import os
import re
import socket
from subprocess import CompletedProcess

import pytest

from hanbin_lib.cli import serving
from hanbin_lib.cli.serving import lab_command, lab_environment
from hanbin_lib.errors import HanbinError
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, Workspace


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
    monkeypatch.setattr(serving, "is_root", lambda: True)
    monkeypatch.setattr("sys.platform", "linux")
    told = "\n".join(serving.address_lines("http://127.0.0.1:8889/lab?token=x", 8889, asked=8888))
    assert "端口 8888 已被占用" in told
    assert "ssh -L 8889:127.0.0.1:8889" in told
    assert "root" in told
    monkeypatch.setattr(serving, "is_root", lambda: False)
    monkeypatch.setenv("DISPLAY", ":0")
    assert len(serving.address_lines("http://127.0.0.1:8888/lab?token=x", 8888, asked=8888)) == 2


def test_the_address_that_is_told_is_the_start_page(tmp_path, monkeypatch, capsys):
    """Whoever opens it by hand, over ssh or a second time, lands where the browser would."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "index.ipynb").touch()
    started = []
    monkeypatch.setattr(
        serving.subprocess,
        "run",
        lambda command, **_: started.append(command) or CompletedProcess(command, 0),
    )
    assert serving.run_lab(Workspace(tmp_path), 8888, opens_browser=False) == 0
    path = re.search(r"http://127\.0\.0\.1:\d+(/\S+)\?token=[0-9a-f]{48}", capsys.readouterr().out)[1]
    assert f"--LabApp.default_url={path}" in started[0]
    assert path.endswith("index.ipynb")


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serving._free_port(port) > port


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
        assert serving.running(workspace) == f"http://127.0.0.1:{port}/lab/tree/index.ipynb?token=x"
        assert serving.running(demo_workspace) == ""
    assert serving.running(workspace) == ""


def test_a_lab_that_cannot_write_says_so(tmp_path):
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(HanbinError, match="HB-LAB-002"):
        serving._check_writable(Workspace(tmp_path))
