"""Who may read what is written: not every account of the machine; links lead nowhere."""

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from support import MONTH
from typer.testing import CliRunner

from hanbin_lib.cli.main import app
from hanbin_lib.cli.serving import server
from hanbin_lib.errors import HanbinError
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE


@pytest.mark.skipif(os.name != "posix", reason="no such rights here")
def test_what_the_command_writes_is_not_for_every_account(own_workspace):
    for folder in ("quality", "store"):
        subprocess.run(["rm", "-rf", str(own_workspace.root / "data" / folder)], check=True)
    command = [
        sys.executable,
        "-m",
        "hanbin_lib.cli",
        "import",
        str(own_workspace.inbox(MONTH)),
        "-m",
        str(MONTH),
    ]
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(own_workspace.root)}
    # As by a shell that lets everybody read: the command takes it away before the first byte.
    subprocess.run(command, env=environment, check=True, capture_output=True, umask=0o022)
    for folder in ("quality", "store"):
        written = [own_workspace.root / "data" / folder, *(own_workspace.root / "data" / folder).rglob("*")]
        assert len(written) > 3
        assert not [path for path in written if path.stat().st_mode & 0o007]


def test_a_link_in_the_folder_leads_nowhere(tmp_path):
    reports, outside = tmp_path / "reports", tmp_path / "outside"
    for folder in (reports / "2022-09", outside):
        folder.mkdir(parents=True)
    (reports / "index.html").write_text("first", encoding="utf-8")
    (reports / "2022-09" / "page.html").write_text("page", encoding="utf-8")
    (outside / "secret.txt").write_text("secret", encoding="utf-8")
    (reports / "file.txt").symlink_to(outside / "secret.txt")
    (reports / "folder").symlink_to(outside)
    (reports / "inside.html").symlink_to(reports / "2022-09" / "page.html")
    with server(reports, 0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            at = f"http://127.0.0.1:{running.server_port}"
            for name in ("file.txt", "folder/secret.txt"):
                with pytest.raises(urllib.error.HTTPError, match="404"):
                    urllib.request.urlopen(f"{at}/{name}", timeout=10)
            for name in ("index.html", "inside.html"):
                assert urllib.request.urlopen(f"{at}/{name}", timeout=10).status == 200
        finally:
            running.shutdown()
            thread.join()


@pytest.mark.parametrize("command", [("bulletin", "2199-01"), ("import", ".", "--month", "2199-01")])
def test_a_month_in_the_future_is_refused(own_workspace, command):
    done = CliRunner().invoke(app, [*command, "--workspace", str(own_workspace.root)])
    assert isinstance(done.exception, HanbinError)
    assert done.exception.code == "HB-PAR-010"
