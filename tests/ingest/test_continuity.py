"""An import beside what is stored: a file of corrections alone takes nothing of the month away."""

from types import SimpleNamespace

import pytest

from hanbin_lib.ingest.continuity import _fallen, _lost, _not_received
from hanbin_lib.months import Month
from hanbin_lib.params import AcknowledgedFall, ImportLimits
from hanbin_lib.snapshots import Source

KNOWN = AcknowledgedFall(month="2022-09", table="电话抽查记录", by="某人", reason="放错了")


def sources(**rows):
    return [
        Source(file=f"{name}.xlsx", sheet="", sha256="", table=name, rows=count, columns=(), unknown_columns=(),
               is_demonstration=False)
        for name, count in rows.items()
    ]  # fmt: skip


def stored(own=None, before=None):
    kept = {n: SimpleNamespace(manifest=SimpleNamespace(sources=sources(**rows))) if rows else None
            for n, rows in ((0, own), (-1, before))}  # fmt: skip
    return kept | {1: None}


def run(*known):
    limits = ImportLimits(row_fall_share=0.2, acknowledged_falls=known)
    return SimpleNamespace(month=Month(2022, 9), settings=SimpleNamespace(limits=limits))


def test_a_table_that_the_month_would_lose_stops():
    held = stored({"monitored_persons": 8, "phone_checks": 5})
    (found,) = _lost(sources(monitored_persons=8), held, run())
    assert (found.rule_id, found.severity.value) == ("HB-I-408", "错误")
    assert "“电话抽查记录”（phone_checks.xlsx，5行）" in found.message
    assert not list(_lost(sources(monitored_persons=8), held, run(KNOWN)))
    assert not list(_lost(sources(monitored_persons=8, phone_checks=1), held, run()))
    assert not list(_lost(sources(monitored_persons=8), stored(), run()))


@pytest.mark.parametrize(
    ("own", "before", "now", "said"),
    [
        ({"phone_checks": 100}, {}, 80, ""),
        ({"phone_checks": 100}, {}, 79, "本月现行的数据里100行，本次79行"),
        ({}, {"phone_checks": 100}, 1, ""),  # a month's own calls rise and fall
        ({}, {"projects": 100}, 79, "上月100行，本次79行"),
        ({"projects": 100}, {"projects": 1000}, 79, "本月现行的数据里100行"),  # told once
    ],
)
def test_far_fewer_rows_than_were_stored_stop(own, before, now, said):
    (name,) = own or before
    found = list(_fallen(sources(**{name: now}), stored(own, before), run()))
    assert [said in one.message for one in found] == [True] * bool(said)
    known = KNOWN.model_copy(update={"table": {"projects": "衔接资金项目"}.get(name, KNOWN.table)})
    assert not list(_fallen(sources(**{name: now}), stored(own, before), run(known)))


def test_a_table_of_last_month_that_did_not_come_is_told():
    held = stored(before={"monitored_persons": 8, "projects": 5, "phone_checks": 3})
    found = list(_not_received(sources(projects=5), held))
    assert [(one.rule_id, one.severity.value) for one in found] == [("HB-I-409", "警告")]
    assert "电话抽查记录" in found[0].message


def test_a_file_of_corrections_imported_alone_changes_nothing(desk, tools, tmp_path):
    desk.put("a.xlsx", tools.monitored_rows())
    tools.write_xlsx(
        desk.inbox / "w.xlsx", [{"名称": "工厂1", "乡": "甲山镇", "吸纳就业人数": "3"}], title=None
    )
    before = desk.run().snapshot
    tools.write_xlsx(
        tmp_path / "w.xlsx", [{"名称": "工厂1", "乡": "甲山镇", "吸纳就业人数": "4"}], title=None
    )
    result = desk.run(folder=tmp_path)
    assert result.snapshot is None
    assert result.quality.findings.query("severity == '错误'")["rule_id"].tolist() == ["HB-I-408"]
    # As the message says: all files in one folder.
    (desk.inbox / "w.xlsx").write_bytes((tmp_path / "w.xlsx").read_bytes())
    after = desk.run().snapshot
    assert after.id != before.id
    assert after.table("workshops")["employees"].tolist() == [4]
    assert after.has("monitored_persons")
