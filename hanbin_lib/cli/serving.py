"""The published folder on this machine's own address, for browsers that open no files."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hanbin_lib.cli.console import say
from hanbin_lib.errors import ExitCode, HanbinError

HOST = "127.0.0.1"
_OWN_NAMES = frozenset({HOST, "localhost"})


class _Handler(SimpleHTTPRequestHandler):
    """Files that are published, read only: no hidden file, no list of a folder."""

    def send_head(self) -> Any:
        parts = unquote(urlsplit(self.path).path).split("/")
        # Another site's name that leads here (DNS rebinding) may not read the reports.
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in _OWN_NAMES:
            self.send_error(403)
            return None
        # What lies elsewhere is not published, though a link in the folder leads to it.
        root = Path(self.directory).resolve()
        is_elsewhere = not Path(self.translate_path(self.path)).resolve().is_relative_to(root)
        if is_elsewhere or any(part.startswith(".") for part in parts):
            self.send_error(404)
            return None
        return super().send_head()

    def list_directory(self, _path: Any) -> None:
        self.send_error(404)

    def log_message(self, _format: str, *_arguments: Any) -> None:
        """Nothing: who read what is nobody's business."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of `folder` on this machine only; port 0 takes a free one.

    Raises
    ------
    HanbinError
        ``HB-SRV-001`` nothing is published, or the port is taken.
    """
    if not (folder / "index.html").is_file():
        raise _refused("还没有发布的报告", "先运行 hanbin bulletin 月份")
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(folder)))
    except OSError:
        raise _refused(f"端口 {port} 被占用", "用 --port 换一个端口") from None


def serve_folder(folder: Path, port: int) -> None:
    """Serve `folder` until interrupted; say where."""
    with server(folder, port) as running:
        say(f"在浏览器打开 http://{HOST}:{running.server_port}/ （只限本机；按 Ctrl+C 结束）")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            say("已结束。")


def _refused(message: str, action: str) -> HanbinError:
    return HanbinError("HB-SRV-001", message, action=action, exit_code=ExitCode.INPUT_INVALID)
