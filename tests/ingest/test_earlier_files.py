"""Last month's export in this month's folder: told by its day, and stopped where it is the very file."""

import shutil
from datetime import date

import pandas as pd
import pytest

from hanbin_lib.ingest.findings import Severity
from hanbin_lib.ingest.recognise import _days


def told(result, rule):
    return result.quality.findings.query("rule_id == @rule")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("（自定义）监测对象信息_20220831", [date(2022, 8, 31)]),
        ("日期:2022-8-31", [date(2022, 8, 31)]),
        ("截至2022年08月31日和2022.9.1", [date(2022, 8, 31), date(2022, 9, 1)]),
        ("2022年8月", []),
        ("表20221331", []),
        ("编号6109022022083100", []),
        ("", []),
    ],
)
def test_days_in_a_name_or_a_title(text, days):
    assert list(_days(text)) == days


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("监测对象信息_20220831.xlsx", 0),  # the title says 20220930
        ("监测对象信息.xlsx", 0),
    ],
)
def test_the_latest_day_counts(desk, tools, name, times):
    desk.put(name, tools.monitored_rows())
    found = told(desk.run(), "HB-I-407")
    assert len(found) == times


@pytest.mark.parametrize(("name", "times"), [("监测_20220831.xlsx", 1), ("监测_20220901.xlsx", 0)])
def test_an_export_of_an_earlier_day_is_told_and_one_of_the_month_s_first_day_is_not(
    desk, tools, name, times
):
    desk.put(name, tools.monitored_rows(), title=None)
    result = desk.run()
    found = told(result, "HB-I-407")
    assert len(found) == times
    assert found["severity"].tolist() == [Severity.WARNING.value] * times
    assert result.snapshot is not None


def test_a_ledger_may_have_any_day(desk, tools):
    desk.put("监测.xlsx", tools.monitored_rows())
    row = {"名称": "工厂", "乡": "甲山镇", "吸纳就业人数": 10, "状态": "正常"}
    desk.put("社区工厂名册20200101.xlsx", [row], title=None)
    assert told(desk.run(), "HB-I-407").empty


@pytest.mark.parametrize("step", [-1, 1])
def test_the_very_file_of_the_month_before_or_after_stops(desk, tools, step):
    path = desk.put("监测.xlsx", tools.monitored_rows())
    other = tools.month.shift(step)
    folder = desk.workspace.inbox(other)
    folder.mkdir(parents=True)
    shutil.copy(path, folder / "再存.xlsx")
    assert desk.run().snapshot is not None
    result = desk.run(month=other, folder=folder)
    assert result.snapshot is None
    found = told(result, "HB-I-406")
    assert found["file"].tolist() == ["再存.xlsx"]
    assert tools.month.label in found["message"].item()
    assert desk.run().snapshot is not None  # the month that has it is not touched
    (folder / "再存.xlsx").unlink()
    desk.put("../" + str(other) + "/新导出.xlsx", tools.monitored_rows(5))
    assert desk.run(month=other, folder=folder).snapshot is not None


def test_a_register_without_a_change_can_be_imported_by_the_road_that_is_named(desk, tools):
    """The same rows exported as CSV are the same bytes, however often; an empty line at the end is no row."""
    rows = tools.monitored_rows()
    content = pd.DataFrame(rows).to_csv(index=False, lineterminator="\r\n").encode("gb18030")
    desk.inbox.mkdir(parents=True, exist_ok=True)
    (desk.inbox / "监测.csv").write_bytes(content)
    assert desk.run().snapshot is not None
    other = tools.month.shift(1)
    folder = desk.workspace.inbox(other)
    folder.mkdir(parents=True)
    (folder / "监测.csv").write_bytes(content)
    stopped = desk.run(month=other, folder=folder)
    assert "末尾加一个空行" in told(stopped, "HB-I-406")["action"].item()
    (folder / "监测.csv").write_bytes(content + b"\r\n")
    result = desk.run(month=other, folder=folder)
    assert result.snapshot.manifest.sources[0].rows == len(rows)
