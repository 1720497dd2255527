"""What browsers open at this machine's own address: the published folder, and JupyterLab on a workspace."""

import json
import os
import secrets
import socket
import subprocess
import sys
import webbrowser
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psutil

from hanbin_lib.cli.console import say
from hanbin_lib.errors import HanbinError, refused_input
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, Workspace

HOST = "127.0.0.1"
_OWN_NAMES = frozenset({HOST, "localhost"})
START_PAGE = "index.ipynb"
_OPENS = f"lab/tree/{START_PAGE}"
_TRIED = 50  # ports, from the one asked for


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
    return refused_input("HB-SRV-001", message, action)


def lab_command(workspace: Workspace, port: int, *, opens_browser: bool) -> list[str]:
    """The command line of JupyterLab.

    It listens on this machine's own address with a token, asks no news and no updates of any other
    machine, and offers no extension to install. The page can be reached by the notebooks' controls, which
    write what was chosen into the cell of the parameters.

    Raises
    ------
    HanbinError
        ``HB-LAB-001`` the workspace holds no start page.
    """
    if not (workspace.notebooks / START_PAGE).is_file():
        raise refused_input(
            "HB-LAB-001",
            f"{workspace.root.name} 里没有 notebooks/{START_PAGE}",
            "用 hanbin init 新建一个工作目录，把它的 notebooks 复制过来",
        )
    return [
        sys.executable, "-m", "jupyterlab",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={workspace.notebooks}",
        f"--ServerApp.open_browser={opens_browser}",
        f"--ServerApp.allow_root={is_root()}",
        "--ServerApp.contents_manager_class=hanbin_lib.lab.opened.OpenedContents",
        f"--LabApp.default_url=/{_OPENS}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip


def lab_environment(workspace: Workspace) -> dict[str, str]:
    """Variables of the server, which its kernels and scheduled jobs inherit."""
    # Read before the user's own settings: labconfig/ takes out the question about news and asks for Chinese.
    settings = (str(files("hanbin_lib.lab") / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH"))
    fixed = {
        ENVIRONMENT_VARIABLE: str(workspace.root),
        "JUPYTER_DATA_DIR": str(_jupyter_folder(workspace)),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, settings)),
    }
    return os.environ | fixed


def run_lab(workspace: Workspace, port: int, *, opens_browser: bool) -> int:
    """Run JupyterLab until it is ended, or lead to the one that is open; return its exit code.

    Raises
    ------
    HanbinError
        As `lab_command`; ``HB-LAB-002`` the workspace cannot be written to.
    """
    opens_browser = opens_browser and has_screen()
    opened = running(workspace)
    if opened:
        print(f"这个工作目录的 JupyterLab 已经开着：{opened}")
        return int(opens_browser and not webbrowser.open(opened))
    _check_writable(workspace)
    free = _free_port(port)
    command = [*lab_command(workspace, free, opens_browser=opens_browser), "--Application.log_level=WARN"]
    token = secrets.token_hex(24)
    for line in address_lines(f"http://{HOST}:{free}/{_OPENS}?token={token}", free, asked=port):
        print(line, flush=True)
    # Its logs are English and long: warnings are enough. A token among the arguments would be seen by all.
    environment = lab_environment(workspace) | {"JUPYTER_TOKEN": token}
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


def address_lines(address: str, port: int, *, asked: int) -> list[str]:
    """What a person reads in the terminal: where it is, how to reach it from elsewhere, how it ends."""
    lines = [f"JupyterLab 正在启动，网址（含口令，不要外传）：{address}"]
    if port != asked:
        lines.append(f"端口 {asked} 已被占用，改用 {port}。")
    if not has_screen():
        lines.append(
            "这台机器没有图形界面：在自己的电脑上运行下面一行（换成自己的账户和这台机器的地址），再打开上面的网址。"
        )
        lines.append(f"  ssh -L {port}:{HOST}:{port} 账户@这台机器的地址")
    if is_root():
        lines.append("当前是管理员账户（root）：笔记本里的命令什么都能改，建议换普通账户运行。")
    return [*lines, "结束：回到这个窗口按 Ctrl+C。"]


def has_screen() -> bool:
    """Whether a browser can open here."""
    return not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def is_root() -> bool:
    """Whether this is the administrator's account of a system that has one account of that kind."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def running(workspace: Workspace) -> str:
    """Address of the JupyterLab that is open on the workspace, with its token; empty where none is."""
    for path in sorted((_jupyter_folder(workspace) / "runtime").glob("jpserver-*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads(path.read_text(encoding="utf-8"))
            if Path(known["root_dir"]) == workspace.notebooks and _answers(known["pid"], known["port"]):
                return f"{known['url']}{_OPENS}?token={known['token']}"
    return ""


def _answers(process: int, port: int) -> bool:
    """Whether the server is still there: one that was killed leaves its file behind."""
    with socket.socket() as probe:
        return psutil.pid_exists(process) and probe.connect_ex((HOST, port)) == 0


def _jupyter_folder(workspace: Workspace) -> Path:
    """Where the server and its jobs write: with the workspace, not in the user's own folder."""
    return workspace.root / "data" / "jupyter"


def _check_writable(workspace: Workspace) -> None:
    try:
        _jupyter_folder(workspace).mkdir(parents=True, exist_ok=True)
        is_writable = os.access(_jupyter_folder(workspace), os.W_OK)
    except OSError:
        is_writable = False
    if not is_writable:
        raise refused_input(
            "HB-LAB-002",
            f"{workspace.root.name} 的 data 目录不能写，JupyterLab 没有地方存它的状态",
            "换有权写工作目录的账户运行；只想看的，打开 reports/index.html",
        )


def _free_port(wanted: int) -> int:
    """The port asked for, or the next that nobody has."""
    for port in range(wanted, min(wanted + _TRIED, 65536)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
    return wanted
