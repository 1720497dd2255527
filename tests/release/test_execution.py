"""Making documents side by side: what one leaves in its worker reaches no other."""

import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.release.execution import make_all, usual_workers
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
        assert make_all(demo_workspace, county, documents, folder, _silent, workers=workers) == {}
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    one_after_another = made(towns, 1)
    assert (
        len(one_after_another) == 1 + 2 * len(FORMATS) - 2
    )  # no slides of towns; the figures, and all files of both
    assert made(towns[::-1], 2) == one_after_another


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
