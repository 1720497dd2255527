"""Importing again: nothing changes, or a new version stands beside the old one."""

import io
import json

import pandas as pd
import pytest

from hanbin_lib import snapshots
from hanbin_lib.ingest import importing, judging, storing
from hanbin_lib.months import Month
from hanbin_lib.store import tables
from hanbin_lib.yearly_documents import MonitoringLine

LINE = MonitoringLine(year=2022, value_yuan=6000, document="〔测试〕1号", entered_by="测试")


def test_the_same_files_change_nothing(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows())
    first = desk.run()
    before = {path: path.stat().st_mtime_ns for path in desk.workspace.store.rglob("*")}
    again = desk.run()
    assert (first.is_new, again.is_new) == (True, False)
    assert again.snapshot.id == first.snapshot.id
    assert {path: path.stat().st_mtime_ns for path in desk.workspace.store.rglob("*")} == before
    assert again.quality.findings.equals(first.quality.findings)


def test_another_name_of_the_same_file_changes_nothing(desk, tools):
    path = desk.put("a.xlsx", tools.monitored_rows())
    first = desk.run()
    path.rename(path.with_name("（自定义）监测对象信息 (22).xlsx"))
    assert not desk.run().is_new
    assert snapshots.latest(desk.workspace, tools.month).id == first.snapshot.id


def test_corrected_files_make_a_new_version_and_the_old_one_stays(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows(4))
    first = desk.run().snapshot
    desk.put("a.xlsx", tools.monitored_rows(5))
    second = desk.run()
    assert second.is_new
    assert [s.id for s in snapshots.versions(desk.workspace, tools.month)] == [first.id, second.snapshot.id]
    old = snapshots.open_version(desk.workspace, tools.month, first.id[:6])
    assert len(old.table("monitored_households")) == 4
    assert len(snapshots.latest(desk.workspace, tools.month).table("monitored_households")) == 5


def test_going_back_to_the_first_files(desk, tools):
    path = desk.put("a.xlsx", tools.monitored_rows(4))
    content = path.read_bytes()
    first = desk.run().snapshot
    desk.put("a.xlsx", tools.monitored_rows(5))
    desk.run()
    path.write_bytes(content)
    again = desk.run()
    assert (again.is_new, again.snapshot.id) == (True, first.id)
    assert snapshots.latest(desk.workspace, tools.month).id == first.id


@pytest.fixture
def upgrade(monkeypatch):
    """Make the program that runs another one."""

    def upgrade(digest):
        for module in (storing, importing, tables):
            monkeypatch.setattr(module, "program_digest", lambda: digest)

    return upgrade


def test_another_program_that_reads_the_same_keeps_the_version(desk, tools, upgrade, monkeypatch):
    desk.put("a.xlsx", tools.monitored_rows())
    first = desk.run()
    before = desk.store()
    upgrade("a newer program")
    second = desk.run()
    assert (second.is_new, second.snapshot.id, second.reread) == (False, first.snapshot.id, ())
    assert desk.store() == before
    monkeypatch.setattr(judging, "read_file", None)  # the third time nothing is read at all
    third = desk.run()
    assert (third.is_new, third.snapshot.id, third.reread) == (False, first.snapshot.id, None)


def test_another_program_that_reads_otherwise_makes_a_version_and_says_which_table(
    desk, tools, upgrade, monkeypatch
):
    """What a corrected rule finds was never found in the version that the old program stored."""
    desk.put("a.xlsx", tools.monitored_rows())
    first = desk.run()
    upgrade("a corrected program")
    monkeypatch.setattr(judging, "RULES", ())
    second = desk.run()
    assert (second.is_new, second.reread) == (True, ("findings",))
    assert [s.id for s in snapshots.versions(desk.workspace, tools.month)] == [
        first.snapshot.id,
        second.snapshot.id,
    ]


def test_the_writing_library_alone_makes_no_version(desk, tools, upgrade, monkeypatch):
    """Parquet says who wrote it: other bytes, the same values."""
    desk.put("a.xlsx", tools.monitored_rows())
    first = desk.run()
    upgrade("a program with another library")
    written = storing.as_parquet
    monkeypatch.setattr(
        importing,
        "as_parquet",
        lambda tables: {name: rewritten(content) for name, content in written(tables).items()},
    )
    second = desk.run()
    assert (second.is_new, second.snapshot.id, second.reread) == (False, first.snapshot.id, ())


def rewritten(content):
    buffer = io.BytesIO()
    pd.read_parquet(io.BytesIO(content)).to_parquet(buffer, index=False, compression="gzip")
    assert buffer.getvalue() != content
    return buffer.getvalue()


def test_a_new_line_makes_a_new_version_for_its_rules_are_checked_now(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows(4))
    first, second = desk.run(), desk.run(line=LINE)
    assert second.is_new
    assert first.snapshot.id != second.snapshot.id
    assert "HB-R-235" in set(first.quality.findings["rule_id"])
    assert "HB-R-235" not in set(second.quality.findings["rule_id"])


def test_the_version_is_the_same_in_another_workspace(make_desk, tools):
    rows = tools.monitored_rows()
    path = make_desk("a").put("a.xlsx", rows)
    other = make_desk("b")
    other.inbox.mkdir(parents=True)
    (other.inbox / "b.xlsx").write_bytes(path.read_bytes())
    ids = {make_desk(name).run().snapshot.id for name in ("a", "b")}
    assert len(ids) == 1


def test_two_imports_write_the_same_bytes(make_desk, tools):
    one, other = make_desk("a"), make_desk("b")
    path = one.put("a.xlsx", tools.monitored_rows())
    other.inbox.mkdir(parents=True)
    (other.inbox / "a.xlsx").write_bytes(path.read_bytes())
    one.run()
    other.run()
    assert one.store() == other.store()


def test_the_manifest_says_what_came_from_where(desk, tools):
    path = desk.put("监测对象_演示数据.xlsx", [row | {"民族": "汉族"} for row in tools.monitored_rows(3)])
    snapshot = desk.run().snapshot
    manifest = json.loads((snapshot.folder / "manifest.json").read_text("utf-8"))
    source = manifest["sources"][0]
    assert (source["file"], source["sheet"], source["rows"]) == (path.name, "Sheet", 6)
    assert source["table"] == "monitored_persons"
    assert source["unknown_columns"] == ["民族"]
    assert "household_code" in source["columns"]
    assert manifest["is_demonstration"] is True
    assert manifest["tables"]["monitored_households"]["rows"] == 3
    # Placeholder numbers are what demonstration data are made of.
    assert "HB-I-311" not in set(snapshot.table("findings")["rule_id"])


def test_a_damaged_version_is_repaired_by_importing_again(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows())
    snapshot = desk.run().snapshot
    before = desk.store()
    (snapshot.folder / "findings.parquet").write_bytes(b"x")
    again = desk.run()
    assert not again.is_new
    assert desk.store() == before


@pytest.mark.parametrize("month", [Month(2022, 8), Month(2022, 10)])
def test_months_are_kept_apart(desk, tools, month):
    desk.put("a.xlsx", tools.monitored_rows())
    desk.run()
    desk.put("a.xlsx", tools.monitored_rows(5))  # the very same file would stop: HB-I-406
    desk.run(month=month)
    assert snapshots.months(desk.workspace) == sorted([tools.month, month])
    assert [len(snapshots.versions(desk.workspace, m)) for m in (tools.month, month)] == [1, 1]
