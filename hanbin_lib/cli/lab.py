"""``hanbin lab``: JupyterLab on the start page of a workspace, on this machine only."""

import os
import subprocess
import sys
from importlib.resources import files

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, Workspace

START_PAGE = "index.ipynb"


def lab_command(workspace: Workspace, port: int, *, opens_browser: bool) -> list[str]:
    """The command line of JupyterLab.

    It listens on this machine's own address with a token, asks no news and no updates of any other
    machine, and offers no extension to install.

    Raises
    ------
    HanbinError
        ``HB-LAB-001`` the workspace holds no start page.
    """
    if not (workspace.notebooks / START_PAGE).is_file():
        raise HanbinError(
            "HB-LAB-001",
            f"{workspace.root.name} 里没有 notebooks/{START_PAGE}",
            action="用 hanbin init 新建一个工作目录，把它的 notebooks 复制过来",
            exit_code=ExitCode.INPUT_INVALID,
        )
    return [
        sys.executable, "-m", "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={workspace.notebooks}",
        f"--ServerApp.open_browser={opens_browser}",
        "--ServerApp.contents_manager_class=hanbin_lib.lab.opened.OpenedContents",
        f"--LabApp.default_url=/lab/tree/{START_PAGE}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]  # fmt: skip


def lab_environment(workspace: Workspace) -> dict[str, str]:
    """Variables of the server, which its kernels and scheduled jobs inherit."""
    # What a job writes stands with the workspace, not in the user's own folder.
    jobs = workspace.root / "data" / "jupyter"
    # Read before the user's own settings: labconfig/ takes out the question about news and asks for Chinese.
    settings = (str(files("hanbin_lib.lab") / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH"))
    fixed = {
        ENVIRONMENT_VARIABLE: str(workspace.root),
        "JUPYTER_DATA_DIR": str(jobs),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, settings)),
    }
    return os.environ | fixed


def run_lab(workspace: Workspace, port: int, *, opens_browser: bool) -> int:
    """Run JupyterLab until it is ended; return its exit code."""
    command = lab_command(workspace, port, opens_browser=opens_browser)
    try:
        return subprocess.run(command, env=lab_environment(workspace), check=False).returncode
    except KeyboardInterrupt:
        return 0
