"""A bulletin on machines that refuse something: one line says so, and the bytes are the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import MONTH

from hanbin_lib.errors import ExitCode
from hanbin_lib.kernels.forked import SWITCH
from hanbin_lib.release import release_month
from hanbin_lib.rendering import FORMATS
from hanbin_lib.workspace import Workspace

TOWN = "610902110"
KERNELS = Path(__file__).parents[1] / "kernels"
WITHOUT = KERNELS / "without.py"
AS_ON_WINDOWS = {"PYTHONPATH": str(KERNELS / "as_on_windows")}
IMPORT_ALL = """
import importlib, pkgutil, hanbin_demo, hanbin_lib
for package in (hanbin_demo, hanbin_lib):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from hanbin_lib.kernels.forked import os as seen, can_fork
assert not hasattr(seen, "fork") and seen.name == "nt"
assert not can_fork()
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what Linux refuses is refused here")


@pytest.fixture(scope="module")
def usual(demo_workspace, tmp_path_factory):
    """The town's files as this machine makes them."""
    space = Workspace(tmp_path_factory.mktemp("usual") / "workspace")
    shutil.copytree(demo_workspace.root, space.root)
    outcome = release_month(space, MONTH, (TOWN,))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    return _files(outcome.folder)


def _files(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.glob(f"*{TOWN}*"))}


def _made(own_workspace, refused, switch="1", **environment):
    """What the command says and makes where `refused` is; apt and all other programs are out of reach."""
    command = [sys.executable, "-m", "hanbin_lib.cli", "bulletin", str(MONTH), "--area", TOWN]
    if refused:
        command = [sys.executable, str(WITHOUT), refused, *command]
    nothing = own_workspace.root / "empty"
    nothing.mkdir()
    done = subprocess.run(
        [*command, "--workspace", str(own_workspace.root)],
        env={**os.environ, SWITCH: switch, "PATH": str(nothing), **environment},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("this machine lets nobody refuse that")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr, _files(own_workspace.reports / str(MONTH))


def test_without_pidfd_unix_sockets_shared_memory_and_programs_the_bulletin_is_the_same(usual, own_workspace):
    said, files = _made(own_workspace, "pidfd,AF_UNIX,shm" if os.geteuid() == 0 else "pidfd,AF_UNIX")
    assert said.count("改为逐个启动") == 1
    assert files == usual
    assert len(files) == len(FORMATS) - 1  # no slides of a town


@pytest.mark.slow
@pytest.mark.parametrize("refused", ["", "pidfd", "AF_UNIX", "shm"])
@pytest.mark.parametrize("switch", ["1", "0"])
def test_without_one_of_them_too(usual, own_workspace, refused, switch):
    said, files = _made(own_workspace, refused, switch)
    assert said.count("改为逐个启动") == (switch == "1" and refused in {"pidfd", "AF_UNIX"})
    assert files == usual


def test_nothing_of_unix_is_imported_where_there_is_none():
    """Each module, seen with the os, signal, select, socket and sys of Windows."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        env={k: v for k, v in os.environ.items() if k != SWITCH} | AS_ON_WINDOWS,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "改为逐个启动" in done.stderr


@pytest.mark.slow
def test_with_no_more_of_python_than_windows_has_the_bulletin_is_the_same(usual, own_workspace):
    said, files = _made(own_workspace, "", **AS_ON_WINDOWS)
    assert said.count("改为逐个启动") == 1
    assert files == usual
