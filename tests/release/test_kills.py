"""Real runs, killed at random moments: store and reports are the old state or the new."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date

import pytest
from support import MONTH, SCALE, import_into, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib import audit, snapshots
from hanbin_lib.errors import ExitCode
from hanbin_lib.files import sha256_of
from hanbin_lib.release import release_month
from hanbin_lib.schedule import State, catch_up
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, Workspace

pytestmark = pytest.mark.slow
AREAS = ("610902", "610902118")
SEED = 20220930


def _start(workspace, *arguments):
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(workspace.root)}
    command = [sys.executable, "-m", "hanbin_lib.cli", *arguments]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(command, env=environment, start_new_session=True, text=True, **quiet)


def _bulletin(workspace):
    return _start(workspace, "bulletin", str(MONTH), *(word for area in AREAS for word in ("--area", area)))


def _ends_or_is_killed(process, seconds, trigger=lambda: False):
    """Exit code of the run, None where it was killed after so many seconds or by the trigger."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not trigger():
        if process.poll() is not None:
            process.stdout.close()
            return process.returncode
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return None


def _finish(process):
    output, _ = process.communicate(timeout=900)
    assert process.returncode == 0, output


def _contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _edition(workspace):
    """Revision of the published folder, every file of which must be as its manifest says."""
    folder = workspace.reports / str(MONTH)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    recorded = dict(manifest["files"])
    for entry in manifest["documents"].values():
        recorded |= entry["files"]
    assert {path.name for path in folder.iterdir()} == {*recorded, "manifest.json"}
    assert all(sha256_of(folder / name) == digest for name, digest in recorded.items())
    pointer = json.loads((workspace.reports / "latest.json").read_text(encoding="utf-8"))
    assert pointer["months"][str(MONTH)]["folder"] == str(MONTH)
    list(audit.records(workspace.audit))
    return manifest["revision"]


@pytest.fixture(scope="module")
def first_edition(demo_workspace, tmp_path_factory):
    """A workspace with a first edition, and parameters that ask for a second."""
    root = tmp_path_factory.mktemp("kills") / "first"
    shutil.copytree(demo_workspace.root, root)
    workspace = Workspace(root)
    _finish(_bulletin(workspace))
    rules = root / "params" / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("unvisited_weeks: 2", "unvisited_weeks: 3"), encoding="utf-8")
    return workspace


@pytest.fixture(scope="module")
def undisturbed(first_edition, tmp_path_factory):
    """What the second edition comes to when nobody disturbs it, and after how many seconds."""
    root = tmp_path_factory.mktemp("undisturbed") / "workspace"
    shutil.copytree(first_edition.root, root)
    workspace = Workspace(root)
    began = time.monotonic()
    _finish(_bulletin(workspace))
    seconds = time.monotonic() - began
    assert _edition(workspace) == 2
    return _contents(workspace.reports / str(MONTH)), seconds


def _aimed_at_publication(workspace, chance):
    """True some milliseconds after this run wrote a manifest, when the folders change places.

    What a killed run has left does not count: the next one would be killed at its start, for ever.
    """
    before, seen = _staged_manifests(workspace), None

    def trigger():
        nonlocal seen
        if seen is None and _staged_manifests(workspace) - before:
            seen = time.monotonic() + chance.uniform(0, 0.06)
        return seen is not None and time.monotonic() >= seen

    return trigger


def _staged_manifests(workspace):
    """Manifests that wait to be published, each with when it was written."""
    found = set()
    for path in (workspace.reports / ".staging").glob("*/month/manifest.json"):
        with suppress(FileNotFoundError):  # it has just been published
            found.add((path, path.stat().st_mtime_ns))
    return found


@pytest.mark.parametrize(("aim", "kills"), [("anywhere", 30), ("publication", 30)])
def test_a_batch_killed_again_and_again(first_edition, undisturbed, tmp_path, aim, kills):
    """Each kill leaves a whole edition; the run that is let through ends as if undisturbed."""
    expected, seconds = undisturbed
    chance, killed, rounds = random.Random(f"{SEED} {aim}"), 0, 0
    while killed < kills:
        rounds += 1
        workspace = Workspace(tmp_path / f"round-{rounds}")
        shutil.copytree(first_edition.root, workspace.root)
        finished = None
        while finished is None:
            if aim == "anywhere":
                finished = _ends_or_is_killed(_bulletin(workspace), chance.uniform(0, seconds))
            else:
                trigger = _aimed_at_publication(workspace, chance)
                finished = _ends_or_is_killed(_bulletin(workspace), 900, trigger)
            assert finished in {None, 0}
            killed += finished is None
            assert _edition(workspace) in {1, 2}
        assert _contents(workspace.reports / str(MONTH)) == expected
        entered = [r.outputs for r in audit.records(workspace.audit) if r.action.startswith("bulletin")]
        assert [entry["revision"] for entry in entered] == [1, 2]
        kept = workspace.reports / ".revisions" / str(MONTH)
        assert [path.name for path in kept.iterdir()] == ["r1"]
        shutil.rmtree(workspace.root)
    print(f"{killed} kills ({aim}) in {rounds} rounds, 0 violations")


def test_an_import_killed_again_and_again(demo_workspace, tmp_path):
    """The month's data are the version before or the new one, each with its own content."""
    workspace = Workspace(tmp_path / "workspace")
    shutil.copytree(demo_workspace.root, workspace.root)
    folders = [workspace.inbox(MONTH), tmp_path / "fewer"]
    shutil.copytree(*folders)
    next(path for path in sorted(folders[1].iterdir()) if "电话" in path.name).unlink()
    known_fall = f"{{month: {MONTH}, table: 电话抽查记录, by: 某科, reason: 试}}"
    (workspace.params / "import.yaml").write_text(f"acknowledged_falls: [{known_fall}]\n", encoding="utf-8")
    shutil.rmtree(workspace.store / str(MONTH))  # read with other parameters: it would be kept as it is
    known = {}
    for folder in folders:
        _finish(_start(workspace, "import", str(folder), "--month", str(MONTH)))
        version = snapshots.latest(workspace, MONTH)
        known[version.id] = set(version.manifest.tables)
    assert len(known) == 2
    chance, killed, turns = random.Random(SEED), 0, 0
    while killed < 40:
        turns += 1
        shutil.rmtree(workspace.store / str(MONTH) / snapshots.latest(workspace, MONTH).id)
        # The current version is gone: importing its files again must write all of it.
        run = _start(workspace, "import", str(folders[(turns + 1) % 2]), "--month", str(MONTH))
        ended = _ends_or_is_killed(run, chance.uniform(0, 6))
        assert ended in {None, 0}
        killed += ended is None
        folder = folders[turns % 2]
        _finish(_start(workspace, "import", str(folder), "--month", str(MONTH)))
        version = snapshots.latest(workspace, MONTH)
        assert set(version.manifest.tables) == known[version.id]
        for name in version.manifest.tables:
            version.content(name)
        list(audit.records(workspace.audit))
    print(f"{killed} kills of imports, 0 violations")


def test_eight_starts_at_once_and_one_publishes(first_edition, undisturbed, tmp_path):
    workspace = Workspace(tmp_path / "workspace")
    shutil.copytree(first_edition.root, workspace.root)
    runs = [_bulletin(workspace) for _ in range(8)]
    outputs = [run.communicate(timeout=900)[0] for run in runs]
    codes = [run.returncode for run in runs]
    assert set(codes) <= {0, int(ExitCode.LOCKED)}, outputs
    made = [output for output in outputs if "新生成 2 份" in output]
    assert len(made) == 1
    assert all("进程" in text for code, text in zip(codes, outputs, strict=True) if code == ExitCode.LOCKED)
    assert _contents(workspace.reports / str(MONTH)) == undisturbed[0]
    entered = [r for r in audit.records(workspace.audit) if r.action.startswith("bulletin")]
    assert len(entered) == 2


@pytest.mark.usefixtures("kernel_parent")
def test_a_machine_that_was_off_for_three_months(register, tmp_path):
    """Three months in order, once; with one month's data lost, that month alone is refused."""
    workspace = new_workspace(tmp_path / "office")
    months = [MONTH.shift(step) for step in (-2, -1, 0)]
    for month in months:
        elsewhere = Workspace(tmp_path / f"demo-{month}")
        write_demo(elsewhere.root, register, month=month, scale=SCALE)
        assert import_into(workspace, elsewhere.inbox(month), month).snapshot is not None
    batch = workspace.params / "batch.yaml"
    text = batch.read_text(encoding="utf-8")
    batch.write_text(text.replace("first_month: null", f'first_month: "{months[0]}"'), encoding="utf-8")
    lost = workspace.store / str(months[1])
    shutil.move(lost, tmp_path / "lost")

    def due():
        made = catch_up(workspace, date(2022, 10, 12), lambda month: release_month(workspace, month, AREAS))
        return [(result.month, result.state, result.error) for result in made]

    published = State.PUBLISHED
    assert due() == [
        (months[0], published, ""),
        (months[1], State.FAILED, "HB-SNP-001"),
        (months[2], published, ""),
    ]
    shutil.move(tmp_path / "lost", lost)
    assert due() == [(months[1], published, "")]
    assert due() == []
    shutil.rmtree(workspace.reports)
    workspace.audit.unlink()
    assert due() == [(month, published, "") for month in months]
    for month in months:
        manifest = json.loads((workspace.reports / str(month) / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["snapshot"] == snapshots.latest(workspace, month).id
