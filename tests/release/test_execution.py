"""Making documents side by side: what one leaves in its worker reaches no other."""

import operator
import shutil
import time
from typing import NamedTuple

import pytest
from support import MONTH, PUBLISHED

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.bulletin.month_inputs import compute_month_wide, open_inputs
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.kernels import can_fork, forked, open_workers
from hanbin_lib.release import execution
from hanbin_lib.release.execution import make_all, models_meanwhile, usual_workers
from hanbin_lib.release.notebooks import DEFAULT_LIMITS, kernel_died, out_of_time
from hanbin_lib.release.plan import plan, with_record
from hanbin_lib.release.publication import Published
from hanbin_lib.rendering import FORMATS
from hanbin_lib.workspace import INDICATORS

pytestmark = [pytest.mark.xdist_group("release"), pytest.mark.usefixtures("kernel_parent")]
COUNTY, TOWN = PUBLISHED


def test_a_document_does_not_depend_on_what_its_worker_made_before(published, tmp_path):
    """After another town by the same worker it is what it was beside the county's, by workers of their own."""
    workspace, outcome = published
    county = open_bulletin(str(MONTH), COUNTY, workspace=workspace)
    record = Published.at(outcome.folder).manifest.record
    towns = [with_record(one, record) for one in plan(workspace, county, ("610902002", TOWN))]
    shutil.copy(outcome.folder / INDICATORS, tmp_path)
    looked = {}

    def finish(_document, found=None):
        looked.update(found)

    assert make_all(workspace, county, tuple(towns), tmp_path, _silent, workers=1, finished=finish) == {}
    # The guard has looked into every file that leaves, and found nobody.
    assert {(path.name, sha256_of(path)): () for path in tmp_path.iterdir()} == looked
    assert len(looked) == 1 + 2 * len(FORMATS) - 2  # no slides of towns; the figures, and all files of both
    assert [name for name in towns[1].files if _differs(name, tmp_path, outcome.folder)] == []


def _differs(name, *folders):
    first, second = ((folder / name).read_bytes() for folder in folders)
    return first != second


@pytest.mark.skipif(not can_fork(), reason="no fork here")
def test_the_models_that_are_kept_while_the_indicators_are_computed_are_the_documents(
    own_workspace, monkeypatch
):
    monkeypatch.setattr(forked, "cores", lambda: 2)
    shutil.rmtree(own_workspace.cache, ignore_errors=True)
    with open_workers(1, 60) as do:
        do(operator.mul, 1, 1)  # the parent is ready
    log = own_workspace.models_log(MONTH)
    own_workspace.logs.mkdir(parents=True, exist_ok=True)
    log.write_text("of the run before", encoding="utf-8")
    with models_meanwhile(own_workspace, MONTH):
        while not log.exists():  # it is under way
            time.sleep(0.01)
    assert log.read_bytes() == b""
    kept = {path.name: path.stat().st_mtime_ns for path in own_workspace.cache.iterdir()}
    assert {name.split("-")[0] for name in kept} == {"clues", "clustering", "flow", "shock"}
    compute_month_wide(open_inputs(str(MONTH), workspace=own_workspace))
    assert {path.name: path.stat().st_mtime_ns for path in own_workspace.cache.iterdir()} == kept


class _Named(NamedTuple):
    name: str


@pytest.mark.parametrize(
    ("faults", "tries"),
    [
        ([], 1),
        ([out_of_time("a", DEFAULT_LIMITS)], 2),
        ([out_of_time("a", DEFAULT_LIMITS)] * 9, 2),
        ([kernel_died("a"), out_of_time("a", DEFAULT_LIMITS)], 2),
        ([kernel_died("a"), OSError("busy")], 3),
        ([kernel_died("a")] * 9, 3),
        ([HanbinError("HB-NBK-002", "a", exit_code=ExitCode.NOTEBOOK_FAILED)] * 9, 1),
    ],
)
def test_what_may_pass_is_tried_again(monkeypatch, faults, tries):
    left, todo = list(faults), (_Named("a"), _Named("b"))
    tried = []

    def once(_workspace, _county, pending, *_):
        tried.append([one.name for one in pending])
        return {"a": left.pop(0)} if left else {}

    monkeypatch.setattr(execution, "_make_once", once)
    monkeypatch.setattr(execution, "_PAUSE_SECONDS", 0)
    failed = make_all(None, None, todo, None, _silent, retries=2)
    assert tried == [["a", "b"], ["a"], ["a"]][:tries]
    assert list(failed.values()) == faults[tries - 1 : tries]


def test_as_many_workers_as_cores_that_may_be_used(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 3}, raising=False)
    assert usual_workers() == 2
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)))
    assert usual_workers() == 8
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert usual_workers() == 1


def _silent(name, done, total):
    pass
