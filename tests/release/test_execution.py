"""Making documents side by side: what one leaves in its worker reaches no other."""

from typing import NamedTuple

import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.release import execution
from hanbin_lib.release.execution import make_all, usual_workers
from hanbin_lib.release.notebooks import DEFAULT_LIMITS, kernel_died, out_of_time
from hanbin_lib.release.plan import plan
from hanbin_lib.rendering import FORMATS

pytestmark = [pytest.mark.xdist_group("release"), pytest.mark.usefixtures("kernel_parent")]


def test_a_document_does_not_depend_on_what_its_worker_made_before(demo_workspace, tmp_path):
    county = open_bulletin(str(MONTH), "610902", workspace=demo_workspace)
    towns = plan(demo_workspace, county, ("610902110", "610902002"))

    def made(documents, workers):
        folder = tmp_path / str(workers)
        folder.mkdir()
        county.figures.table.to_csv(folder / "indicators.csv", index=False)
        looked = {}

        def finish(_document, found=None):
            looked.update(found)

        assert (
            make_all(demo_workspace, county, documents, folder, _silent, workers=workers, finished=finish)
            == {}
        )
        # The guard has looked into every file that leaves, and found nobody.
        assert {(p.name, sha256_of(p)): () for p in folder.iterdir()} == looked
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    one_after_another = made(towns, 1)
    assert (
        len(one_after_another) == 1 + 2 * len(FORMATS) - 2
    )  # no slides of towns; the figures, and all files of both
    assert made(towns[::-1], 2) == one_after_another


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


def test_a_worker_more_than_cores_that_may_be_used(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 3}, raising=False)
    assert usual_workers() == 3
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)))
    assert usual_workers() == 8
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert usual_workers() == 2


def _silent(name, done, total):
    pass
