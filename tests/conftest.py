"""A small demonstration district, imported once for all tests that need one."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import leftovers
import one_thread  # noqa: F401 -- before numpy
import pytest
from support import MONTH, PUBLISHED, REPOSITORY, SCALE, import_into, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib import audit
from hanbin_lib.errors import ExitCode
from hanbin_lib.kernels import can_fork, forked, heating, prepared_parent
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

if TYPE_CHECKING:
    from hanbin_lib.release import Outcome

# What was compiled once is kept, whatever the shell says: each worker and hundreds of processes import it.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A test never judges speed: the machine is shared, and a slow example is no fault. The same commit
# passes or fails each time; `make test-slow` looks for new examples at random.
_SETTINGS = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], database=None
)
hypothesis.settings.register_profile("repeatable", _SETTINGS, derandomize=True)
hypothesis.settings.register_profile("search", _SETTINGS)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_addoption(parser):
    parser.addoption(
        "--renew-pictures", action="store_true", help="write the charts' reference pictures anew"
    )
    parser.addoption("--renew-readers", action="store_true", help="write docs/readers.md anew")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """What is known to take minutes gets them; all else the limit of `pyproject.toml`.

    Tests that share what their module prepares stay together: two workers would each prepare it.
    """
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(2400))
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        shares = any(one.scope == "module" for several in fixtures for one in several)
        if shares and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_collection_finish():
    """Whatever is there by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """The last to end: no thread and no process of any test lives on.

    What the program keeps for the next need until its own process ends, ends here.
    """
    marked, before = leftovers.mark(), leftovers.threads()
    yield
    heating.let_go()
    forked.let_go()
    left = leftovers.after_a_while(lambda: sorted({*leftovers.threads()} - {*before}))
    left += leftovers.after_a_while(lambda: leftovers.processes(marked))
    leftovers.end(marked)
    assert not left, "\n".join(["left behind:", *left])


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """What a process wrote is in the system's memory for all others; only a pulled plug asks for more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def register() -> AreaRegister:
    return AreaRegister.read(REPOSITORY / "params" / "areas.csv")


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the demonstration month at 2 % of its size, imported. Read only.

    It reads the register itself: rooms whose tests have a `register` of their own share this workspace.
    """
    workspace = new_workspace(tmp_path_factory.mktemp("workspace"))
    write_demo(workspace.root, AreaRegister.read(workspace.params / "areas.csv"), scale=SCALE)
    result = import_into(workspace, workspace.inbox(MONTH))
    assert result.snapshot is not None
    return workspace


@pytest.fixture(scope="session")
def published(
    demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, kernel_parent: None
) -> tuple[Workspace, "Outcome"]:
    """A workspace with the county and one town of the month published, and what the run said. Read only.

    Whoever asks for it belongs to the group ``release``: it takes a dozen seconds, so it is made once.
    """
    from hanbin_lib.release import release_month  # most rooms publish nothing

    root = tmp_path_factory.mktemp("published") / "workspace"
    shutil.copytree(demo_workspace.root, root)
    workspace = Workspace(root)
    audit.append(workspace.audit, f"import {MONTH}", {}, {})
    outcome = release_month(workspace, MONTH, PUBLISHED)
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    return workspace, outcome


@pytest.fixture
def own_workspace(demo_workspace: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the demonstration workspace for tests that change it."""
    root = tmp_path / "workspace"
    shutil.copytree(demo_workspace.root, root)
    return Workspace(root)


@pytest.fixture
def no_parent(monkeypatch):
    """For tests in which no document is made: no parent of kernels is started for it."""
    monkeypatch.setenv(forked.SWITCH, "0")


@pytest.fixture(scope="session")
def kernel_parent() -> Iterator[None]:
    """One parent of kernels for all tests that run notebooks, so that imports are paid once."""
    with prepared_parent() if can_fork() else nullcontext():
        yield
