"""What is shared between machines is complete or not there, and is what was written."""

import fsspec
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.release.shared_store import SharedStore


@pytest.fixture(params=["folder", "memory"])
def exchange(request, tmp_path):
    return SharedStore(str(tmp_path / "shared") if request.param == "folder" else f"memory://{tmp_path.name}")


@pytest.fixture
def files(tmp_path):
    one, two = tmp_path / "a.txt", tmp_path / "b.bin"
    one.write_text("甲", encoding="utf-8")
    two.write_bytes(bytes(range(256)))
    return {"a.txt": one, "deep/b.bin": two}


def test_what_is_put_is_got(exchange, files, tmp_path):
    assert exchange.names("inputs/x") is None
    exchange.put("inputs/x", files)
    exchange.get("inputs/x", tmp_path / "there")
    for name, path in files.items():
        assert (tmp_path / "there" / name).read_bytes() == path.read_bytes()


def test_what_is_complete_is_not_written_again(exchange, files):
    exchange.put("inputs/x", files)
    before = exchange.names("inputs/x")
    files["a.txt"].write_text("乙", encoding="utf-8")
    exchange.put("inputs/x", files)
    assert exchange.names("inputs/x") == before


@pytest.mark.filterwarnings("ignore")
def test_an_object_store_serves(files, tmp_path, monkeypatch):
    """An S3-compatible store on this machine (moto)."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(
        ip_address="127.0.0.1", port=0, verbose=False
    )
    pytest.importorskip("s3fs")
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        system, _ = fsspec.core.url_to_fs("s3://bureau")
        system.mkdir("bureau")
        shared = SharedStore("s3://bureau/exchange")
        shared.put("documents/x", files)
        shared.get("documents/x", tmp_path / "there")
        assert (tmp_path / "there" / "deep" / "b.bin").read_bytes() == files["deep/b.bin"].read_bytes()
        assert shared.names("documents/y") is None
    finally:
        server.stop()


def test_half_a_folder_is_not_taken(exchange, files, tmp_path):
    exchange.put("inputs/x", files)
    system, root = fsspec.core.url_to_fs(exchange.url)
    system.rm(f"{root}/inputs/x/manifest.json")
    with pytest.raises(HanbinError, match="HB-CLU-003"):
        exchange.get("inputs/x", tmp_path / "there")


def test_other_bytes_are_not_taken(exchange, files, tmp_path):
    exchange.put("inputs/x", files)
    system, root = fsspec.core.url_to_fs(exchange.url)
    with system.open(f"{root}/inputs/x/a.txt", "wb") as stream:
        stream.write(b"other")
    with pytest.raises(HanbinError, match="HB-CLU-003"):
        exchange.get("inputs/x", tmp_path / "there")
