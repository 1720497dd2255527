"""Parameters: typed, frozen, every fault named at once in Chinese."""

import json
import shutil
from contextlib import nullcontext

import pytest
from pydantic import ValidationError
from support import REPOSITORY

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import (
    Disclosure,
    HouseRules,
    ImportLimits,
    IncomeGoal,
    Issue,
    Ranking,
    ScorePart,
    Settings,
    Typography,
    load_issue,
)
from hanbin_lib.workspace import Workspace
from hanbin_lib.yearly_documents import MonitoringLine, MonitoringLines


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


@pytest.mark.parametrize(
    ("day", "told"),
    [("2022-13-08", "没有这一天"), ("2022-02-30", "没有这一天"), ("2021-10-08", "早于2022年9月，核对年份")],
)
def test_a_bulletin_is_issued_on_a_day_and_not_before_its_month(tmp_path, day, told):
    file = tmp_path / "params" / "issues" / "2022-09.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(f"release_date: {day}\n", encoding="utf-8")
    with pytest.raises(HanbinError, match=told):
        load_issue(Workspace(tmp_path), Month(2022, 9))


def test_parameters_are_frozen(tmp_path):
    issue = read_params(_write(tmp_path, "issue_number: 9\n"), Issue)
    with pytest.raises(ValueError, match="frozen"):
        issue.issue_number = 10


PART = {"indicator": "phone_visited_share", "name": "走访", "worst": 0.5, "best": 1.0, "reason": "测试"}
TIERS = {
    "confidence": 0.9,
    "tier_size": 5,
    "tier_probability": 0.8,
    "least_cases": 20,
    "draws": 1000,
    "seed": 1,
}


def _parts(*weights):
    return tuple(ScorePart(weight=weight, **PART) for weight in weights)


@pytest.mark.parametrize(
    ("towns", "departments", "is_refused"),
    [((100,), (100,), False), ((60, 40), (50, 50), False), ((60, 39.9), (100,), True), ((60, 40.1), (100,), True),
     ((100,), (99,), True), ((33.3, 33.3, 33.4), (100,), False), ((50, 50.5), (100,), True)],
)  # fmt: skip
def test_weights_are_a_hundred(towns, departments, is_refused):
    with pytest.raises(ValidationError, match="权重合计应为 100") if is_refused else nullcontext():
        Ranking(towns=_parts(*towns), departments=_parts(*departments), **TIERS)


@pytest.mark.parametrize(
    ("indicator", "is_refused"),
    [
        ("risk_eliminated_households", True),
        ("newly_eliminated_persons", True),
        ("open_risk_households", False),
    ],
)
def test_nobody_is_ranked_by_how_many_are_taken_off(indicator, is_refused):
    with pytest.raises(ValidationError, match="不设比例要求") if is_refused else nullcontext():
        ScorePart(weight=100, **PART | {"indicator": indicator})


def test_a_part_that_says_nothing_of_clusters_counts_its_cases_whole():
    assert ScorePart(weight=100, **PART).design_effect == 1


@pytest.mark.parametrize(("threshold", "base", "is_refused"), [(3, 9, True), (3, 10, False), (4, 12, True)])
def test_the_base_leaves_room_for_the_threshold(threshold, base, is_refused):
    with pytest.raises(ValidationError, match="3倍") if is_refused else nullcontext():
        Disclosure(threshold=threshold, base=base)


def test_what_a_file_that_says_nothing_means(tmp_path):
    """The defaults are part of every county's month: each stands here once more."""
    limits = ImportLimits()
    assert (limits.least_join_share, limits.mass_share, limits.mass_least) == (0.9, 0.01, 10)
    assert (limits.row_fall_share, limits.join_shares, limits.acknowledged_falls) == (0.2, {}, ())
    shipped = read_params(REPOSITORY / "params" / "rules.yaml", HouseRules).model_dump()
    optional = ("action_months", "on_time_floor_share", "on_time_least_cases", "special_months")
    rules = HouseRules(**{key: value for key, value in shipped.items() if key not in optional})
    assert [getattr(rules, name) for name in optional] == [1, 0.6, 10, (3, 6, 9, 12)]
    assert Issue() == Issue(special=False)
    assert load_issue(Workspace(tmp_path), Month(2022, 9)) == Issue()


@pytest.mark.parametrize("name", ["columns.yaml", "import.yaml", "growth_outlook.yaml"])
def test_files_whose_every_value_has_a_default_may_be_absent_and_no_others(tmp_path, name):
    shutil.copytree(REPOSITORY / "params", tmp_path / "params")
    (tmp_path / "params" / name).unlink(missing_ok=True)
    assert Settings.load(Workspace(tmp_path)).limits.mass_least == 10
    (tmp_path / "params" / "rules.yaml").unlink()
    with pytest.raises(HanbinError, match=r"rules\.yaml"):
        Settings.load(Workspace(tmp_path))


def test_the_offices_documents_come_along_or_are_told(tmp_path):
    shipped = (REPOSITORY / "params" / "typography.yaml").read_text(encoding="utf-8").splitlines()
    lines = [
        line for line in shipped if not line.startswith(("word_template", "slide_master", "town_slides"))
    ]
    lines += ["word_template: 〔测试〕.docx", "slide_master: 〔测试〕.pptx"]
    (tmp_path / "typography.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        Typography.read(tmp_path)
    assert [f"〔测试〕.{end} 不在" in caught.value.message for end in ("docx", "pptx")] == [True, True]
    (tmp_path / "〔测试〕.docx").write_bytes(b"word")
    (tmp_path / "〔测试〕.pptx").write_bytes(b"slides")
    found = Typography.read(tmp_path)
    assert (found.word_document, found.slide_document, found.town_slides) == (b"word", b"slides", False)
    assert found.documents == ("〔测试〕.docx", "〔测试〕.pptx")


@pytest.mark.parametrize(
    ("limits", "is_refused"),
    [((4000, 6000), False), ((4000,), False), ((6000, 4000), True), ((4000, 4000), True)],
)
def test_limits_of_bands_rise(limits, is_refused):
    rules = HouseRules.model_validate(
        read_params(REPOSITORY / "params" / "rules.yaml", HouseRules).model_dump()
    )
    for name in ("income_bands_yuan", "collective_income_bands_10k"):
        given = rules.model_dump() | {name: limits}
        with pytest.raises(ValidationError, match="由小到大") if is_refused else nullcontext():
            HouseRules.model_validate(given)


@pytest.mark.parametrize(("yuan", "is_refused"), [(1000, False), (999.9, True), (3, True)])
def test_a_goal_in_ten_thousands_is_no_goal_in_yuan(yuan, is_refused):
    given = {
        "area": "甲村",
        "place": "610902",
        "indicator": "收入",
        "prices": "现价",
        "year": 2027,
        "source": "测试",
    }
    with pytest.raises(ValidationError) if is_refused else nullcontext():
        IncomeGoal(value_yuan=yuan, **given)
