"""`hanbin serve`: this machine only, published files only."""

import http.client
import threading

import pytest

from hanbin_lib.cli.serving import server
from hanbin_lib.errors import HanbinError


@pytest.fixture
def port(tmp_path):
    (tmp_path / "index.html").write_text("目录", encoding="utf-8")
    (tmp_path / "2022-09").mkdir()
    (tmp_path / ".revisions").mkdir()
    (tmp_path / ".revisions" / "old.txt").write_text("old", encoding="utf-8")
    with server(tmp_path, 0) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


def _status(port, path, host=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_start_page_is_served(port):
    assert _status(port, "/") == 200
    assert _status(port, "/index.html", f"localhost:{port}") == 200


@pytest.mark.parametrize(
    "path", ["/.revisions/old.txt", "/%2erevisions/old.txt", "/2022-09/", "/../secret", "/.staging/"]
)
def test_hidden_files_and_lists_of_folders_are_not(port, path):
    assert _status(port, path) == 404


def test_another_name_of_this_machine_reads_nothing(port):
    assert _status(port, "/", "evil.example") == 403


def test_nothing_to_serve_and_a_taken_port_are_told(tmp_path, port):
    with pytest.raises(HanbinError, match="HB-SRV-001"):
        server(tmp_path / "2022-09", 0)
    with pytest.raises(HanbinError, match="占用"):
        server(tmp_path, port)
