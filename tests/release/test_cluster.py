"""The cluster makes what this machine alone makes, byte for byte, whatever happens to a worker."""

import os
import signal
import sys
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import replace

import psutil
import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.kernels.forked import PARENT
from hanbin_lib.release import cluster as rooms_of
from hanbin_lib.release.assembly import write_indicators
from hanbin_lib.release.cluster import Cluster, Offer, _entered
from hanbin_lib.release.execution import make_all
from hanbin_lib.release.notebooks import kernel_died
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
def one_worker(monkeypatch):
    """A worker that starts a parent of its own, as on a machine of its own."""
    monkeypatch.delenv(PARENT, raising=False)
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
    killed, kept, looked = [], [], {}

    def kill_one(name, done, total):
        if not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)
        if done == total:
            kept.extend(_kept_by(three_workers))

    def finish(_document, found):
        looked.update(found)

    staging = _staging(county, tmp_path / "staging")
    shared = Cluster(three_workers.scheduler_address, SharedStore(str(tmp_path / "shared")))
    assert shared.make_all(demo_workspace, county, documents, staging, kill_one, finished=finish) == {}
    assert killed
    assert _made(staging) == alone
    # This machine has looked into all that came.
    files = {(path.name, sha256_of(path)): () for path in staging.iterdir() if path.name != INDICATORS}
    assert looked == files
    # No worker kept a result of its own: what travels is all that its documents read.
    assert kept == [sorted(path.name for path in (tmp_path / "shared/kept").glob("*/*"))]
    assert _kept_by(three_workers) == []  # the month is left when its documents are made
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


class _Room:
    """A room that nothing is made in."""

    def __init__(self, offer):
        self.offer, self.busy, self.is_broken, self.workspace, self.closed = offer, 0, False, "opened", 0

    def close(self):
        self.closed += 1


@pytest.fixture
def offers(monkeypatch):
    monkeypatch.setattr(rooms_of, "_rooms", {})
    monkeypatch.setattr(rooms_of, "_Room", _Room)
    return [Offer(None, name, "", (), MONTH, "internal", None) for name in "abcd"]


def test_two_months_are_open_at_a_time_and_none_is_closed_on_whom_is_in_it(offers):
    one, two, three, four = offers
    with _entered(one) as first, _entered(two) as second, _entered(three) as third:
        with _entered(one) as again:
            assert again is first
        assert [room.closed for room in (first, second, third)] == [0, 0, 0]
    with _entered(four) as fourth:
        pass
    assert [room.closed for room in (first, second, third, fourth)] == [0, 1, 1, 0]
    rooms_of.leave_there(four.key)
    rooms_of.leave_there(two.key)
    assert [room.closed for room in (first, second, third, fourth)] == [0, 1, 1, 1]
    with _entered(one) as again, _entered(four) as another:
        rooms_of.leave_there(one.key)
        assert (again, again.closed) == (first, 0)
        assert another is not fourth


def _fail(offer, error, then=lambda: None):
    with _entered(offer):
        then()
        raise error


@pytest.mark.parametrize("error", [kernel_died("x"), OSError("gone"), KeyboardInterrupt()])
def test_a_room_that_may_be_broken_is_left_and_another_opened(offers, error):
    with _entered(offers[0]) as first:
        with pytest.raises(type(error)):
            _fail(offers[0], error)
        assert first.closed == 0  # somebody is in it
        with _entered(offers[0]) as second:
            assert second is not first
    assert (first.closed, second.closed) == (1, 0)


def test_a_fault_of_a_document_leaves_its_room_open(offers):
    with _entered(offers[0]) as first:
        pass
    fault = HanbinError("HB-NBK-002", "x", exit_code=ExitCode.NOTEBOOK_FAILED)
    with pytest.raises(HanbinError):
        _fail(offers[0], fault)
    with _entered(offers[0]) as again:
        assert again is first


def test_the_parent_of_a_room_that_was_killed_is_replaced(one_worker, demo_workspace, month, alone, tmp_path):
    """What kills processes to win memory may take the process that has the month open, and not the worker."""
    county, documents = month
    killed = []

    def kill_parent(name, done, total):
        if killed:
            return
        for process in psutil.Process(one_worker.workers[0].pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "hanbin_lib.kernels.parent" in process.cmdline():
                    process.kill()
                    killed.append(process.pid)

    staging = _staging(county, tmp_path / "staging")
    shared = Cluster(one_worker.scheduler_address, SharedStore(str(tmp_path / "shared")))
    assert shared.make_all(demo_workspace, county, documents[1:], staging, kill_parent, retries=1) == {}
    assert killed
    own = {name for document in documents[1:] for name in document.files}
    assert _made(staging) == {name: file for name, file in alone.items() if name in {*own, INDICATORS}}


def test_the_dashboard_answers(cluster):
    with urllib.request.urlopen(cluster.dashboard_link, timeout=30) as answer:
        assert answer.status == 200


def test_a_failing_document_is_told_and_not_tried_again(cluster, demo_workspace, month, tmp_path):
    county, documents = month
    wrong = replace(documents[1], parameters={**documents[1].parameters, "month": "2022-13"}, key="0" * 64)
    shared = Cluster(cluster.scheduler_address, SharedStore(str(tmp_path / "shared")))
    staging = _staging(county, tmp_path / "staging")
    tries = []

    class Tries(pytest.importorskip("distributed").SchedulerPlugin):
        def transition(self, key, start, finish, *args, **kwargs):
            tries.extend([key] if finish == "processing" else [])

    cluster.scheduler.add_plugin(Tries())
    failed = shared.make_all(demo_workspace, county, (wrong,), staging, _silent, retries=5)
    assert failed[wrong.name].code == "HB-PAR-002"
    assert tries == [f"hanbin-{wrong.key}"]
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
