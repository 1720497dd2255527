"""Parameters: typed, frozen, every fault named at once in Chinese."""

import json

import pytest

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.monitoring_lines import MonitoringLine, MonitoringLines
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import HouseRules, Issue


def _write(tmp_path, text):
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_faults_at_once(tmp_path):
    path = _write(tmp_path, "measure_deadline_months: 0\nleast_months_to_elimination: six\ntypo: 1\n")
    with pytest.raises(HanbinError) as caught:
        read_params(path, HouseRules)
    error = caught.value
    assert error.exit_code is ExitCode.PARAMS_INVALID
    for expected in ("measure_deadline_months", "应≥1", "typo", "拼写", "应为整数", "income_bands_yuan"):
        assert expected in error.message


def test_a_line_needs_its_document(tmp_path):
    path = _write(tmp_path, "lines:\n  - {year: 2022, value_yuan: 6000, entered_by: 测试}\n")
    with pytest.raises(HanbinError, match=r"lines\.0\.document 没有填写"):
        read_params(path, MonitoringLines)


def test_a_year_without_a_line_has_none(tmp_path):
    path = _write(
        tmp_path, "lines:\n  - {year: 2021, value_yuan: 6000, document: 测试1号, entered_by: 测试}\n"
    )
    lines = read_params(path, MonitoringLines)
    assert lines.of(Month(2021, 5)).value_yuan == 6000
    assert lines.of(Month(2022, 5)) is None


def test_a_line_may_change_within_its_year(tmp_path):
    path = _write(
        tmp_path,
        "lines:\n"
        "  - {year: 2026, value_yuan: 7000, document: 测试1号, entered_by: 测试}\n"
        "  - {year: 2026, value_yuan: 7500, document: 测试2号, entered_by: 测试, first_month: 2026-07,"
        " conditions: [住房安全]}\n",
    )
    lines = read_params(path, MonitoringLines)
    assert [lines.of(Month(2026, n)).value_yuan for n in (1, 6, 7, 12)] == [7000, 7000, 7500, 7500]
    assert lines.of(Month(2027, 1)) is None
    late = MonitoringLine(year=2026, value_yuan=7000, document="一", entered_by="一", first_month="2026-07")
    assert MonitoringLines(lines=(late,)).of(Month(2026, 6)) is None


@pytest.mark.parametrize(
    ("first_month", "told"),
    [("2025-07", "first_month 应在 year 这一年里"), ("2026-01", "从 2026-01 起有两条")],
)
def test_a_line_begins_in_its_year_and_once(first_month, told):
    plain = {"year": 2026, "value_yuan": 7000, "document": "一", "entered_by": "一"}
    with pytest.raises(ValueError, match=told):
        MonitoringLines.model_validate_json(
            json.dumps({"lines": [plain, {**plain, "first_month": first_month}]})
        )


@pytest.mark.parametrize("text", ["a: [1", "\t- x", "release_date: 2022-13-45x"])
def test_broken_files_are_named(tmp_path, text):
    with pytest.raises(HanbinError, match=r"file\.yaml"):
        read_params(_write(tmp_path, text), Issue)


def test_parameters_are_frozen(tmp_path):
    issue = read_params(_write(tmp_path, "issue_number: 9\n"), Issue)
    with pytest.raises(ValueError, match="frozen"):
        issue.issue_number = 10
