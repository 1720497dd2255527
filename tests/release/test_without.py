"""A bulletin on machines that refuse something: one line says so, and the bytes are the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import MONTH, PUBLISHED

from hanbin_lib.kernels.forked import PARENT, SWITCH
from hanbin_lib.rendering import FORMATS

_, TOWN = PUBLISHED
KERNELS = Path(__file__).parents[1] / "kernels"
WITHOUT = KERNELS / "without.py"
AS_ON_WINDOWS = {"PYTHONPATH": str(KERNELS / "as_on_windows")}
IMPORT_ALL = """
import importlib, papermill, pkgutil, hanbin_demo, hanbin_lib  # papermill loads the engine, not the engine papermill
for package in (hanbin_demo, hanbin_lib):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from hanbin_lib.kernels.forked import os as seen, can_fork
assert not hasattr(seen, "fork") and seen.name == "nt"
assert not can_fork()
"""
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="what Linux refuses is refused here"),
    pytest.mark.xdist_group("release"),
]


@pytest.fixture(scope="module")
def usual(published):
    """The town's files as this machine makes them."""
    return _files(published[1].folder)


@pytest.fixture
def space(published, own_workspace):
    """Where no town is published; of the record of runs the bulletins print what the published ones do."""
    first, *_ = published[0].audit.read_text(encoding="utf-8").splitlines(keepends=True)
    own_workspace.audit.write_text(first, encoding="utf-8")
    return own_workspace


def _files(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.glob(f"*{TOWN}*"))}


def _made(space, refused, switch="1", **environment):
    """What the command says and makes where `refused` is; apt and all other programs are out of reach."""
    command = [sys.executable, "-m", "hanbin_lib.cli", "bulletin", str(MONTH), "--area", TOWN]
    if refused:
        command = [sys.executable, str(WITHOUT), refused, *command]
    nothing = space.root / "empty"
    nothing.mkdir()
    own = {
        name: value for name, value in os.environ.items() if name != PARENT
    }  # no kernel of the tests' parent
    done = subprocess.run(
        [*command, "--workspace", str(space.root)],
        env={**own, SWITCH: switch, "PATH": str(nothing), **environment},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("this machine lets nobody refuse that")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr, _files(space.reports / str(MONTH))


def test_without_pidfd_unix_sockets_shared_memory_and_programs_the_bulletin_is_the_same(usual, space):
    said, files = _made(space, "pidfd,AF_UNIX,shm" if os.geteuid() == 0 else "pidfd,AF_UNIX")
    assert said.count("改为逐个启动") == 1
    assert files == usual
    assert len(files) == len(FORMATS) - 1  # no slides of a town


@pytest.mark.slow
@pytest.mark.parametrize("refused", ["", "pidfd", "AF_UNIX", "shm"])
@pytest.mark.parametrize("switch", ["1", "0"])
def test_without_one_of_them_too(usual, space, refused, switch):
    said, files = _made(space, refused, switch)
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
def test_with_no_more_of_python_than_windows_has_the_bulletin_is_the_same(usual, space):
    said, files = _made(space, "", **AS_ON_WINDOWS)
    assert said.count("改为逐个启动") == 1
    assert files == usual
