"""The store: versions, the past as it was, and what happens when a write is cut off."""

import contextlib
import io
import os
import shutil

import pandas as pd
import pytest
from powercut import cut_at_every_line

from hanbin_lib import snapshots
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.ingest.storing import as_parquet
from hanbin_lib.months import Month
from hanbin_lib.snapshots import Manifest
from hanbin_lib.workspace import Workspace

MONTH = Month(2022, 9)


def manifest(snapshot_id, month=MONTH):
    return Manifest(id=snapshot_id, month=str(month), is_demonstration=True, program="c", sources=())


def table(*values):
    frame = pd.DataFrame({"value": pd.array(values, "Int64"), "month": pd.Timestamp(2022, 9, 1)})
    return {"numbers": frame.astype({"month": "datetime64[s]"})}


def parquet(*values):
    content = {}
    for name, frame in table(*values).items():
        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False)
        content[name] = buffer.getvalue()
    return content


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


def put(workspace, snapshot_id, *values, month=MONTH):
    snapshots.store(workspace, manifest(snapshot_id, month), parquet(*values))
    return snapshots.make_current(workspace, month, snapshot_id)


def test_what_was_stored_is_read_again(workspace):
    put(workspace, "aa", 1, 2, None)
    snapshot = snapshots.latest(workspace, MONTH)
    assert (snapshot.id, snapshot.month, snapshot.has("numbers"), snapshot.has("x")) == (
        "aa",
        MONTH,
        True,
        False,
    )
    pd.testing.assert_frame_equal(snapshot.table("numbers"), table(1, 2, None)["numbers"])
    assert snapshot.table("numbers", ["value"]).columns.tolist() == ["value"]
    assert snapshot.manifest.tables["numbers"].rows == 3


def test_an_old_version_stays_readable(workspace):
    put(workspace, "aa", 1)
    before = snapshots.latest(workspace, MONTH)
    put(workspace, "ab", 2)
    assert snapshots.latest(workspace, MONTH).id == "ab"
    assert [s.id for s in snapshots.versions(workspace, MONTH)] == ["aa", "ab"]
    assert before.table("numbers")["value"].tolist() == [1]
    assert snapshots.open_version(workspace, MONTH, "aa").table("numbers")["value"].tolist() == [1]


def test_going_back_to_an_earlier_version_makes_it_current_again(workspace):
    put(workspace, "aa", 1)
    put(workspace, "ab", 2)
    assert snapshots.make_current(workspace, MONTH, "aa")
    assert not snapshots.make_current(workspace, MONTH, "aa")
    assert snapshots.latest(workspace, MONTH).id == "aa"
    lines = (workspace.store / "2022-09" / "versions.jsonl").read_text().splitlines()
    assert lines == [
        '{"id": "aa", "previous": null}',
        '{"id": "ab", "previous": "aa"}',
        '{"id": "aa", "previous": "ab"}',
    ]


@pytest.mark.parametrize("prefix", ["a", "zz"])
def test_a_prefix_must_mean_one_version(workspace, prefix):
    put(workspace, "aa", 1)
    put(workspace, "ab", 2)
    with pytest.raises(HanbinError) as caught:
        snapshots.open_version(workspace, MONTH, prefix)
    assert caught.value.code == "HB-SNP-003"


def test_a_month_that_was_not_imported(workspace):
    with pytest.raises(HanbinError) as caught:
        snapshots.latest(workspace, MONTH)
    assert (caught.value.code, caught.value.exit_code) == ("HB-SNP-001", ExitCode.INPUT_INVALID)
    assert "2022年9月" in caught.value.message
    assert snapshots.months(workspace) == []


def test_months_in_order(workspace):
    for month in (Month(2022, 10), Month(2021, 12), Month(2022, 9)):
        put(workspace, "aa", 1, month=month)
    assert snapshots.months(workspace) == [Month(2021, 12), Month(2022, 9), Month(2022, 10)]


@pytest.mark.parametrize("file", ["numbers.parquet", "manifest.json"])
def test_an_altered_version_is_refused_and_can_be_stored_again(workspace, file):
    put(workspace, "aa", 1)
    path = workspace.store / "2022-09" / "aa" / file
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(HanbinError) as caught:
        snapshots.latest(workspace, MONTH).table("numbers")
    assert caught.value.code == "HB-SNP-002"
    assert snapshots.find(workspace, MONTH, "aa") is None
    put(workspace, "aa", 1)
    assert snapshots.find(workspace, MONTH, "aa").table("numbers")["value"].tolist() == [1]


@pytest.mark.parametrize("moment", range(1, 12))
def test_a_write_that_is_cut_off_leaves_the_old_version_current(workspace, monkeypatch, moment):
    """Fail at each flush to disk in turn: the month is the old version or the new, never half."""
    put(workspace, "aa", 1)
    flushes = 0
    flush = os.fsync

    def failing(descriptor):
        nonlocal flushes
        flushes += 1
        if flushes == moment:
            raise OSError("disk full")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with contextlib.suppress(OSError):
        put(workspace, "ab", 2)
    monkeypatch.undo()
    current = snapshots.latest(workspace, MONTH)
    assert current.table("numbers")["value"].tolist() == ([1] if current.id == "aa" else [2])
    assert not list(workspace.store.rglob("*.tmp"))
    assert not (workspace.store / ".staging").exists()
    put(workspace, "ab", 2)
    assert snapshots.latest(workspace, MONTH).table("numbers")["value"].tolist() == [2]


def test_a_table_that_breaks_the_contract_is_refused_without_its_values():
    findings = pd.DataFrame({"severity": ["999999198001011234"], "rule_id": ["x"]}, dtype="str")
    with pytest.raises(HanbinError) as caught:
        as_parquet({"findings": findings})
    assert caught.value.code == "HB-IMP-003"
    assert "severity" in caught.value.message
    assert "999999198001011234" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_store_cut_at_every_line_holds_the_old_version_or_the_new(tmp_path):
    """A killed import leaves a month as it was; the same import again completes it."""
    origin, cut = Workspace(tmp_path / "origin"), Workspace(tmp_path / "cut")
    put(origin, "aa", 1)

    def prepare():
        shutil.rmtree(cut.root, ignore_errors=True)
        shutil.copytree(origin.root, cut.root)
        return lambda: put(cut, "bb", 2)

    seen = set()
    for _ in cut_at_every_line(prepare, ("snapshots.py", "files.py")):
        current = snapshots.latest(cut, MONTH)
        assert current.table("numbers")["value"].tolist() == [{"aa": 1, "bb": 2}[current.id]]
        seen.add(current.id)
        put(cut, "bb", 2)
        assert [one.id for one in snapshots.versions(cut, MONTH)] == ["aa", "bb"]
    assert seen == {"aa", "bb"}


def test_versions_of_older_programs_stay_readable(workspace):
    """They said ``contract`` for the digest of the part of the program that reads."""
    stored = snapshots.store(workspace, manifest("old"), parquet(1))
    path = stored.folder / snapshots.MANIFEST
    path.write_text(path.read_text("utf-8").replace('"program"', '"contract"'), encoding="utf-8")
    assert snapshots.Snapshot.open(stored.folder).manifest.program == "c"
