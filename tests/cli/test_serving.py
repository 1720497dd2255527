"""`hanbin serve`: this machine only, published files only."""

import http.client
import threading
import urllib.error
import urllib.request

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
