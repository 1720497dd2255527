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
WITHOUT = Path(__file__).parents[1] / "kernels" / "without.py"
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


def _made(own_workspace, refused, switch="1"):
    """What the command says and makes where `refused` is; apt and all other programs are out of reach."""
    command = [sys.executable, "-m", "hanbin_lib.cli", "bulletin", str(MONTH), "--area", TOWN]
    if refused:
        command = [sys.executable, str(WITHOUT), refused, *command]
    nothing = own_workspace.root / "empty"
    nothing.mkdir()
    done = subprocess.run(
        [*command, "--workspace", str(own_workspace.root)],
        env={**os.environ, SWITCH: switch, "PATH": str(nothing)},
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
    assert len(files) == len(FORMATS)


@pytest.mark.slow
@pytest.mark.parametrize("refused", ["", "pidfd", "AF_UNIX", "shm"])
@pytest.mark.parametrize("switch", ["1", "0"])
def test_without_one_of_them_too(usual, own_workspace, refused, switch):
    said, files = _made(own_workspace, refused, switch)
    assert said.count("改为逐个启动") == (switch == "1" and refused in {"pidfd", "AF_UNIX"})
    assert files == usual
