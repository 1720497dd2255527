"""The cluster makes what this machine alone makes, byte for byte, whatever happens to a worker."""

import os
import signal
import sys
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.errors import HanbinError
from hanbin_lib.release import cluster as rooms_of
from hanbin_lib.release.assembly import write_indicators
from hanbin_lib.release.cluster import Cluster, Offer, Order
from hanbin_lib.release.execution import make_all
from hanbin_lib.release.plan import plan, plan_counties
from hanbin_lib.release.shared_store import SharedStore
from hanbin_lib.workspace import INDICATORS

pytestmark = pytest.mark.filterwarnings("ignore")
AREAS = ("610902", "610902110", "610902111", "610902112")


@contextmanager
def _workers(number):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=number, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as local:
        yield local


@pytest.fixture(scope="module")
def cluster():
    with _workers(1) as local:
        yield local


@pytest.fixture
def three_workers():
    with _workers(3) as local:
        yield local


@pytest.fixture(scope="module")
def month(demo_workspace):
    county = open_bulletin(str(MONTH), "610902", workspace=demo_workspace)
    return county, plan(demo_workspace, county, AREAS)


@pytest.fixture(scope="module")
def alone(demo_workspace, month, tmp_path_factory):
    """The documents as this machine makes them."""
    county, documents = month
    staging = _staging(county, tmp_path_factory.mktemp("made") / "alone")
    assert make_all(demo_workspace, county, documents, staging, _silent) == {}
    return {path.name: path.read_bytes() for path in staging.iterdir()}


def _silent(name, done, total):
    pass


def _staging(county, folder):
    folder.mkdir()
    write_indicators(county, folder)
    return folder


def _made(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
def test_a_worker_that_dies_on_the_way_changes_nothing(three_workers, demo_workspace, month, alone, tmp_path):
    county, documents = month
    pids = [worker.pid for worker in three_workers.workers.values()]
    killed = []

    def kill_one(name, done, total):
        if not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    staging = _staging(county, tmp_path / "staging")
    shared = Cluster(three_workers.scheduler_address, SharedStore(str(tmp_path / "shared")))
    assert shared.make_all(demo_workspace, county, documents, staging, kill_one) == {}
    assert killed
    assert _made(staging) == alone
    # Nothing of the month was computed by a worker: what travels is all that its documents read.
    assert _kept_by(three_workers) == [sorted(path.name for path in (tmp_path / "shared/kept").glob("*/*"))]
    # What is in the shared place is not made again: no worker is asked for it.
    again = _staging(county, tmp_path / "again")
    assert shared.make_all(demo_workspace, county, documents, again, _silent) == {}
    assert _made(again) == alone


def _kept_by(local):
    """Names of computed results, of each worker that is there, with the manifest that came with them."""
    with pytest.importorskip("distributed").Client(local, set_as_default=False) as client:
        found = client.run(
            lambda: (
                [
                    sorted([path.name for path in room.workspace.cache.iterdir()] + ["manifest.json"])
                    for room in sys.modules["hanbin_lib.release.cluster"]._rooms.values()
                ]
                if "hanbin_lib.release.cluster" in sys.modules
                else []
            )
        )
    kept = [names for rooms in found.values() for names in rooms]
    return [names for at, names in enumerate(kept) if names not in kept[:at]]


def test_two_months_are_open_at_a_time_and_none_is_closed_on_whom_is_in_it(monkeypatch):
    closed = []

    def opened(order):
        leave = ExitStack()
        leave.callback(closed.append, order)
        return rooms_of._Room(None, None, None, leave)

    monkeypatch.setattr(rooms_of, "_rooms", {})
    monkeypatch.setattr(rooms_of, "_opened", opened)
    monkeypatch.setattr(rooms_of.Offer, "key", property(lambda offer: offer.inputs))
    orders = [Order(None, Offer(None, name, "", (), MONTH, None)) for name in "abcd"]
    with rooms_of._room(orders[0]) as first, rooms_of._room(orders[1]), rooms_of._room(orders[2]):
        with rooms_of._room(orders[0]) as again:
            assert again is first
        assert closed == []
    with rooms_of._room(orders[3]):
        assert closed == orders[1:3]
        with rooms_of._room(orders[0]) as again:
            assert again is first


def test_the_dashboard_answers(cluster):
    with urllib.request.urlopen(cluster.dashboard_link, timeout=30) as answer:
        assert answer.status == 200


def test_a_failing_document_is_told_and_not_tried_again(cluster, demo_workspace, month, tmp_path):
    county, documents = month
    wrong = replace(documents[1], parameters={**documents[1].parameters, "month": "2022-13"}, key="0" * 64)
    shared = Cluster(cluster.scheduler_address, SharedStore(str(tmp_path / "shared")))
    staging = _staging(county, tmp_path / "staging")
    failed = shared.make_all(demo_workspace, county, (wrong,), staging, _silent)
    assert failed[wrong.name].code == "HB-PAR-002"
    assert [path.name for path in staging.iterdir()] == [INDICATORS]


def test_no_scheduler_is_told_at_once(demo_workspace, month, tmp_path, monkeypatch):
    monkeypatch.setattr("hanbin_lib.release.cluster._SECONDS_TO_CONNECT", 1)
    nobody = Cluster("tcp://127.0.0.1:9", SharedStore(str(tmp_path)))
    with pytest.raises(HanbinError, match="HB-CLU-002"):
        nobody.make_all(demo_workspace, *month, _staging(month[0], tmp_path / "staging"), _silent)


def test_many_counties_are_planned_as_each_alone(demo_workspace, month):
    county, _ = month
    planned = list(plan_counties([demo_workspace, demo_workspace], MONTH))
    alone = plan(demo_workspace, county)
    assert [document for _, document in planned] == [*alone, *alone]
