"""A machine that was off makes up for it: every missing month, in order, once; and the alarm, where nobody does."""

import shutil
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.release import Outcome
from hanbin_lib.release.batch import load_batch
from hanbin_lib.schedule import State, catch_up, due_months, examine, together, worst
from hanbin_lib.schedule.notify import of_health

TODAY = date(2022, 12, 28)


def _run(office, today=TODAY, **options):
    return list(catch_up(office.workspace, today, office.release, **options))


def test_three_months_off_are_made_up_for_in_order_and_once(office):
    results = _run(office)
    assert office.asked == ["2022-09", "2022-10", "2022-11"]
    assert [result.state for result in results] == [State.PUBLISHED] * 3
    assert worst(results) is ExitCode.OK
    assert _run(office) == []
    assert office.asked == ["2022-09", "2022-10", "2022-11"]


def test_a_month_whose_data_are_lost_is_refused_alone(office):
    office.without_data = {"2022-10"}
    results = _run(office)
    assert [(str(r.month), r.state) for r in results] == [
        ("2022-09", State.PUBLISHED),
        ("2022-10", State.FAILED),
        ("2022-11", State.PUBLISHED),
    ]
    assert results[1].error == "HB-SNP-001"
    assert worst(results) is ExitCode.INPUT_INVALID
    office.without_data.clear()
    assert [str(r.month) for r in _run(office)] == ["2022-10"]


def test_months_in_a_row_without_data_are_told_as_one(office):
    office.without_data = {"2022-10", "2022-11"}
    results = list(together(_run(office)))
    assert [(r.label, r.state) for r in results] == [
        ("2022年9月", State.PUBLISHED),
        ("2022年10月至2022年11月", State.FAILED),
    ]
    assert worst(results) is ExitCode.INPUT_INVALID


def test_a_published_month_parts_those_without_data(office):
    office.without_data = {"2022-10"}
    _run(office)
    office.without_data = {"2022-10", "2022-12"}
    later = _run(office, date(2023, 1, 28))
    assert [str(r.month) for r in later] == ["2022-10", "2022-12"]
    assert [r.label for r in together(later)] == ["2022年10月", "2022年12月"]


def test_months_that_fail_for_another_reason_are_told_one_by_one(office):
    office.without_data = {"2022-09", "2022-11"}
    assert [r.label for r in together(_run(office))] == ["2022年9月", "2022年10月", "2022年11月"]


def test_data_are_waited_for_until_the_day_is_past(office):
    office.without_data = {"2022-09"}
    day = load_batch(office.workspace).due_day
    early, late = (_run(office, date(2022, 10, d)) for d in (day, day + 1))
    assert [r.state for r in early] == [State.WAITING]
    assert worst(early) is ExitCode.OK
    assert [r.state for r in late] == [State.FAILED]


def test_a_month_that_is_not_over_is_not_due(office):
    assert due_months(office.workspace, date(2022, 9, 30)) == []
    assert due_months(office.workspace, date(2022, 10, 1)) == [Month(2022, 9)]


def test_a_clock_that_jumps_back_asks_for_nothing(office):
    assert due_months(office.workspace, date(1999, 1, 1)) == []


@pytest.mark.parametrize(
    ("today", "ahead"),
    [(date(2022, 12, 28), None), (date(2022, 11, 1), None), (date(2022, 10, 31), Month(2022, 11))],
)
def test_a_clock_set_back_is_an_alarm_and_no_silence(office, today, ahead):
    """November is out: on a day of October nothing is due, and nothing can be late."""
    _run(office)
    found = examine(office.workspace, today)
    assert (found.overdue, found.ahead) == ((), ahead)
    assert found.exit_code is (ExitCode.OVERDUE if ahead else ExitCode.OK)
    notices = of_health(found, today, "月报")
    assert [notice.subject for notice in notices] == (["月报 本机日期不对"] if ahead else [])
    assert all("2022年11月已经发布：逾期查不出来" in notice.text for notice in notices)


def test_a_publication_that_was_deleted_is_due_again(office):
    shutil.rmtree(office.workspace.reports / "2022-08")
    assert due_months(office.workspace, date(2022, 9, 1)) == [Month(2022, 8)]


def test_no_more_than_asked_for(office):
    office.without_data = {"2022-09"}
    assert [str(r.month) for r in _run(office, most=1)] == ["2022-09", "2022-10"]


def test_nothing_was_ever_published(office):
    shutil.rmtree(office.workspace.root / "data")
    with pytest.raises(HanbinError, match="HB-DUE-001"):
        due_months(office.workspace, TODAY)
    batch = office.workspace.params / "batch.yaml"
    batch.write_text(batch.read_text("utf-8").replace("first_month: null", 'first_month: "2022-10"'), "utf-8")
    assert due_months(office.workspace, TODAY) == [Month(2022, 10), Month(2022, 11)]


def test_gaps_are_told_and_decide_the_exit_code(office):
    def partly(month):
        gap = {"610902110_流水镇": "HB-NBK-002 第3个单元格出错"}
        return replace(office.release(month), failed=gap)

    (result,) = catch_up(office.workspace, date(2022, 10, 12), partly)
    assert (result.state, result.code) == (State.PARTLY, ExitCode.PARTLY_PUBLISHED)
    assert (result.gaps, result.error) == (("610902110_流水镇",), "HB-NBK-002")


def test_another_run_is_left_to_it(office):
    def busy(month) -> Outcome:
        raise HanbinError("HB-REL-003", "另一个月报任务正在进行", exit_code=ExitCode.LOCKED)

    with pytest.raises(HanbinError, match="HB-REL-003"):
        list(catch_up(office.workspace, TODAY, busy))


def test_a_month_is_late_from_the_day_after_its_day(office):
    on_the_day = examine(office.workspace, date(2022, 10, 10))
    assert (on_the_day.overdue, on_the_day.exit_code) == ((), ExitCode.OK)
    after = examine(office.workspace, date(2022, 10, 11))
    assert after.overdue == ((Month(2022, 9), date(2022, 10, 10)),)
    assert after.exit_code is ExitCode.OVERDUE


def test_a_publication_that_was_changed_or_lost_is_told(office):
    folder = office.workspace.reports / "2022-08"
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("aa", "bb"), "utf-8")
    changed = examine(office.workspace, date(2022, 9, 1))
    assert (changed.unlike_ledger, changed.exit_code) == ((Month(2022, 8),), ExitCode.PUBLICATION_FAILED)
    shutil.rmtree(folder)
    assert examine(office.workspace, date(2022, 9, 1)).unlike_ledger == (Month(2022, 8),)


def test_what_is_missing_in_the_newest_months_is_told_and_tried_again_once_its_inputs_change(
    office, monkeypatch
):
    office.gaps = {"610902_全区": ("“监测动态”monitoring.status_flow（KeyError）",)}
    for month in (8, 9, 10, 11):
        office.release(Month(2022, month))
    office.asked.clear()
    found = examine(office.workspace, date(2022, 12, 1))
    assert [str(one.month) for one in found.incomplete] == ["2022-10", "2022-11"]  # the others are packed
    assert found.exit_code is ExitCode.PARTLY_PUBLISHED
    assert found.incomplete[0].missing == office.gaps
    now = SimpleNamespace(whole_key="one")
    monkeypatch.setattr("hanbin_lib.release.run.planned", lambda workspace, month: now)
    assert _run(office, date(2022, 12, 1)) == []
    office.whole_key = now.whole_key = "two"
    assert [str(result.month) for result in _run(office, date(2022, 12, 1))] == ["2022-10", "2022-11"]
    assert _run(office, date(2022, 12, 1)) == []
    office.gaps = {}
    office.whole_key = now.whole_key = "three"
    _run(office, date(2022, 12, 1))
    assert examine(office.workspace, date(2022, 12, 1)).exit_code is ExitCode.OK


@pytest.mark.parametrize("error", [HanbinError("HB-SNP-001", ""), OSError(5, "x"), KeyError("x")])
def test_a_month_that_cannot_be_planned_is_left_as_it_is(office, monkeypatch, error):
    def fail(workspace, month):
        raise error

    monkeypatch.setattr("hanbin_lib.release.run.planned", fail)
    office.gaps = {"610902_全区": ("“监测动态”monitoring.status_flow（KeyError）",)}
    office.release(Month(2022, 8))
    office.asked.clear()
    assert _run(office, date(2022, 9, 1)) == []
