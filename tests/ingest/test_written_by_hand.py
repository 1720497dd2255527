"""What stands in cells and headings besides what is meant: read as it is meant, or told, and never stored."""

from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from hanbin_lib.contract import TABLES, Column, Kind
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.contract.labels import PROGRAM_BLANKS
from hanbin_lib.contract.local import local_tables
from hanbin_lib.errors import HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.ingest.cells import emptied, encoded, parsed
from hanbin_lib.ingest.exports import InboxFile
from hanbin_lib.ingest.findings import Severity, combined
from hanbin_lib.ingest.grid import encode
from hanbin_lib.ingest.identity import check_duplicates
from hanbin_lib.ingest.judging import read_file
from hanbin_lib.ingest.number_formats import iso_cell
from hanbin_lib.ingest.recognise import spellings_by_unit, unit_of
from hanbin_lib.ingest.table_checks import tell_spellings
from hanbin_lib.policy import CountyColumns

WORKSHOPS = ["名称", "乡", "吸纳就业人数", "其中脱贫劳动力", "状态"]
PROJECTS = ["项目编号", "项目名称", "乡", "村", "计划资金（万元）", "支出资金（万元）"]
PROBLEMS = ["问题编号", "来源", "发现时间", "乡", "责任单位", "问题类别", "整改时限"]
FINDINGS = ["督查月份", "单元编号", "问题类别", "严重程度", "问题描述"]
DUTIES = ["责任单位", "事项", "牵头或配合", "责任人职务"]
REGISTER = [
    "乡", "村", "户编号", "人口编号", "证件号码", "与户主关系", "监测对象类别", "识别监测时间", "风险是否已消除",
]  # fmt: skip


def told(rows):
    return combined(rows.findings)


def shop(number, town="甲山镇"):
    return [f"工厂{number}", town, 10, 1, "正常"]


def project(number, town="甲山镇", village=None):
    return [f"P{number}", "路", town, village, 5, 1]


def column_of(column, *texts):
    cells, _ = encoded([encode(pa.chunked_array([list(texts)]))], column.kind)
    cells, _, words = emptied(column, cells)
    values, problems = parsed(column, cells)
    return values.tolist(), problems.tolist(), words


# Cells


@pytest.mark.parametrize("word", PROGRAM_BLANKS)
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CHOICES, Kind.AMOUNT, Kind.DATE, Kind.CODE])
def test_what_a_program_writes_for_nothing_is_an_empty_cell(word, kind):
    values, problems, words = column_of(Column("x", "列", kind), word)
    assert ([str(value) in ("nan", "<NA>", "NaT") for value in values], problems) == ([True], [0])
    assert words != []


@pytest.mark.parametrize("word", ["未知", "待核实", "0.0", "×", "无需帮扶"])
def test_no_measure_is_what_nobody_knows_yet(word):
    measure = TABLES["monitored_persons"].column("measure_industry")
    assert column_of(measure, word)[2] == [word]
    assert column_of(Column("x", "列", Kind.CHOICES), word)[0] == [word]


@pytest.mark.parametrize("mark", ["同上", "同 上", "〃", '"', "″", "””", "同左"])
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CHOICE, Kind.CODE, Kind.COUNT, Kind.FLAG])
def test_a_mark_for_the_cell_above_stops(mark, kind):
    assert column_of(Column("x", "列", kind), mark)[1] != [0]
    assert column_of(Column("x", "列", kind, personal=True), mark)[1] == ([0] if kind is Kind.TEXT else [11])


@pytest.mark.parametrize("text", ["同上村", "同仁", "“好”"])
def test_what_only_begins_like_such_a_mark_is_kept(text):
    assert column_of(Column("x", "列", Kind.TEXT), text)[:2] == ([text], [0])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-08-31T16:00:00.000Z", "2022-09-01"),
        ("2022-08-31T15:59:59Z", "2022-08-31 23:59:59"),
        ("2022-09-01T00:00:00+08:00", "2022-09-01"),
        ("2022-09-01T00:00:00Z", "2022-09-01 08:00:00"),
        ("2022-09-01 09:30", "2022-09-01 09:30:00"),
        ("2022-09-01Z", "2022-09-01"),
    ],
)
def test_a_moment_that_says_its_zone_is_told_by_chinese_clocks(text, moment):
    at = pd.Timestamp(moment)
    for kind, value in (
        (Kind.DATETIME, at),
        (Kind.DATE, at.normalize()),
        (Kind.MONTH, at.normalize().replace(day=1)),
    ):
        assert column_of(Column("x", "列", kind), text)[:2] == ([value], [0])
    if "T" in text:
        assert iso_cell(text)[0] == moment


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("2022年9月30号", Kind.DATE, date(2022, 9, 30)),
        ("2022年 9月 30日", Kind.DATE, date(2022, 9, 30)),
        ("2022-09-30 24:00", Kind.DATE, date(2022, 9, 30)),
        ("2022年9月份", Kind.MONTH, date(2022, 9, 1)),
        ("2022 年 9 月", Kind.MONTH, date(2022, 9, 1)),
    ],
)
def test_days_and_months_as_they_are_said(text, kind, day):
    values, problems, _ = column_of(Column("x", "列", kind), text)
    assert ([value.date() for value in values], problems) == ([day], [0])


# Headings


@pytest.mark.parametrize(
    "heading",
    [
        "*户编号",
        "户编号＊",
        "★户编号",
        "户编号（必填）",
        "户\u200b编\n号\ufeff",
        '="户编号"',
        "'户编号",
        "户编号：",
    ],
)
def test_marks_beside_a_heading_are_none_of_it(heading):
    assert normal_heading(heading) == "户编号"


def test_a_form_numbers_its_columns_below_the_headings(sheet):
    for numbers in (
        ["甲", "乙", None, None, 1, 2],
        ["1", "2", "3", "4", "5", "6"],
        ["(1)", 2, 3, 4, 5, "6=5×2"],
    ):
        rows = sheet(PROJECTS, numbers, project(1))
        assert rows.frame["project_code"].tolist() == ["P1"]
        assert told(rows)["rule_id"].tolist() == ["HB-I-331"]
    rows = sheet(PROJECTS[:2] + PROJECTS[4:], [1, 2, 3, 5], ["3", "4", "5", "6"])
    assert rows.frame["project_code"].tolist() == ["1", "3"]


UPPER, LOWER = ["名称", "乡", "就业", None, "状态"], [None, None, "吸纳就业人数", "其中脱贫劳动力", None]


def test_headings_in_two_rows_come_again_on_every_page(sheet):
    rows = sheet(["名册"], UPPER, LOWER, shop(1), ["名册"], UPPER, LOWER, shop(2))
    assert rows.frame["employees"].tolist() == [10, 10]
    assert rows.left == {"重复的表头": 2, "标题、说明或签字行": 1}


def test_headings_that_come_again_in_another_order_stop(sheet):
    other = [*DUTIES[:2], "责任人职务", "牵头或配合"]
    rows = sheet(
        DUTIES, ["住建局", "住房安全", "牵头", "局长"], other, ["水利局", "饮水安全", "局长", "牵头"]
    )
    found = told(rows).query("severity == '错误'")
    assert (found["rule_id"].tolist(), found["row"].tolist()) == (["HB-I-106"], [3])


# Rows


def test_what_an_inspector_counted_is_no_sum(sheet):
    rows = sheet(
        FINDINGS, ["202209", "U1", "住房", "一般", "共计5户"], ["202209", None, None, None, "共计5户"]
    )
    assert rows.frame["unit_code"].tolist() == ["U1"]
    assert rows.left == {"合计行": 1}


def test_a_town_where_a_code_belongs_sums_others(sheet):
    rows = sheet(PROJECTS, ["甲山镇", None, None, None, 500, None], *(project(n) for n in range(9)))
    found = told(rows)
    assert (found["rule_id"].tolist(), found["row"].tolist()) == (["HB-I-330"], [2])
    assert found["severity"].item() == Severity.ERROR.value


@pytest.mark.parametrize(
    ("names", "severity"), [(["甲山镇", "工厂1"], "警告"), (["甲山镇", "乙水街道", "厂"], "错误")]
)
def test_a_list_of_towns_is_no_list_of_workshops(sheet, names, severity):
    found = told(sheet(WORKSHOPS, *([name, "甲山镇", 10, 1, "正常"] for name in names)))
    assert set(found["severity"]) == {severity}


@pytest.mark.parametrize("line", ["本月无", "无", "本月暂无新增", "没有"])
def test_a_row_that_says_there_is_nothing_is_a_note(sheet, line):
    rows = sheet(WORKSHOPS, shop(1), [line])
    assert (len(rows.frame), told(rows)["rule_id"].tolist()) == (1, ["HB-I-331"])


def test_members_whose_head_alone_says_that_they_are_monitored_are_told(sheet):
    def person(household, member, *facts):
        return ["甲山镇", "东村", household, f"P{household}{member}", "1", "户主", *facts]

    said, nothing = ["脱贫不稳定户", "202106", "否"], [None, None, None]
    rows = sheet(REGISTER, person("H1", 1, *said), person("H1", 2, *nothing), person("H2", 1, *nothing))
    found = told(rows).query("rule_id == 'HB-I-332'")
    assert len(rows.frame) == 1
    assert (found["row"].tolist(), found["message"].str[:3].tolist()) == ([3], ["有1行"])


# Sheets


def test_the_sheet_of_a_town_may_be_empty_beside_others(tmp_path, register):
    book = openpyxl.Workbook()
    book.active.append(WORKSHOPS)
    book.create_sheet("乙水").append(WORKSHOPS)
    for severity in ("错误", "警告"):
        book.save(tmp_path / "a.xlsx")
        content = read_file(
            InboxFile(tmp_path / "a.xlsx", sha256_of(tmp_path / "a.xlsx")), register, tuple(TABLES.values())
        )
        assert {found.severity.value for found in content.findings if found.rule_id == "HB-I-104"} == {
            severity
        }
        book.active.append(shop(1))


# Places


@pytest.mark.parametrize(
    ("town", "village", "codes"),
    [
        ("试点县甲山镇", "东村", ["100001001", "100001001201"]),
        ("某省某市试点县甲山镇", "甲山镇东村", ["100001001", "100001001201"]),
        ("甲山\n镇", "东\n村", ["100001001", "100001001201"]),
        ("乙水街道", "甲山镇东村", None),
        ("甲山镇", "甲山镇", None),
    ],
)
def test_places_may_be_named_with_the_larger_ones(sheet, town, village, codes):
    rows = sheet(PROJECTS, project(1, town, village))
    found = rows.frame.loc[0, ["town_code", "village_code"]].tolist()
    assert [found == codes, bool(rows.findings)] == [codes is not None, codes is None]


@pytest.mark.parametrize("text", ["全县", "县本级", "试点县", "县级"])
def test_a_project_may_be_the_whole_county_s(sheet, text):
    rows = sheet(PROJECTS, project(1, text), project(2))
    assert rows.frame["town_code"].isna().tolist() == [True, False]
    assert told(rows)["rule_id"].tolist() == ["HB-I-327"]
    rows = sheet(["年份", "周次", "督帮组", "乡"], [2022, 36, "第一组", text])
    assert told(rows)["rule_id"].tolist() == ["HB-I-204"]


def test_another_county_s_rows_are_told_once(sheet):
    heads = ["县", "乡", "村", "总户数", "总人口数"]
    rows = sheet(heads, *([county, "甲山镇", "东村", 100, 300] for county in ("别县", "试点县", "别县")))
    found = told(rows).query("rule_id == 'HB-I-203'")
    assert (found["row"].tolist(), "“别县”不是试点县的数据，共2行" in found["message"].item()) == ([2], True)


# Copies and codes


def test_a_list_that_came_twice_is_told_once(sheet):
    parts = [sheet(PROJECTS, *(project(n) for n in range(20))) for _ in range(2)]
    parts[1].sheet = replace(parts[1].sheet, grid=replace(parts[1].sheet.grid, file="另一份.xlsx"))
    check_duplicates(parts, ("project_code",), "重复的记录")
    assert not parts[0].findings
    found = told(parts[1])
    assert found["message"].str.contains("20行里有20行的项目编号在 台账.xlsx（表1） 里已有").tolist() == [
        True
    ]


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        ("1111", "错误"),
        ("1234", "错误"),
        (["A"] * 4, "错误"),
        (["1", "有效接通"], "警告"),
        (["通了"] * 3, "警告"),
    ],
)
def test_codes_of_answers_alone_tell_nobody_what_they_mean(sheet, answers, severity):
    rows = sheet(
        ["抽查月份", "户编号", "接通情况"], *(["202209", f"H{n}", one] for n, one in enumerate(answers))
    )
    assert told(rows)["severity"].tolist() == [severity]


# What came with a form


@pytest.mark.parametrize("mark", ["例", "示例", "（例）", "样例1"])
def test_the_example_of_a_form_is_no_row(sheet, mark):
    heads = ["序号", *WORKSHOPS]
    rows = sheet(heads, list("123456"), [mark, *shop(9)], [1, *shop(1)], [mark, *shop(2)])
    assert rows.frame["workshop_name"].tolist() == ["工厂1", "工厂2"]
    assert told(rows)["message"].str[:3].tolist() == ["有2行"]


@pytest.mark.parametrize("line", ["过次页", "承前页", "其中：脱贫户车间"])
def test_a_sum_carried_over_and_a_part_of_one_are_no_rows(sheet, line):
    rows = sheet(WORKSHOPS, shop(1), [line, "甲山镇", 10, 1, None], shop(2))
    assert (len(rows.frame), rows.left) == (2, {"合计行": 1})
    assert len(sheet(WORKSHOPS, shop(1), ["其中堂手工坊", "甲山镇", 10, 1, None]).frame) == 2


def test_yes_and_no_may_be_said_in_a_county_s_words():
    own = CountyColumns(labels={"风险是否已消除": {"已消除": "是", "未消除（在册）": "否"}})
    column = local_tables(own, "100001")["monitored_persons"].column("is_risk_eliminated")
    values, problems, _ = column_of(column, "已消除", "未消除（在册）", "是", "已退出")
    assert (values[:3], problems) == ([True, False, True], [0, 0, 0, 1])
    with pytest.raises(HanbinError, match="只能是“是”或“否”"):
        local_tables(CountyColumns(labels={"风险是否已消除": {"已消除": "消除"}}), "100001")


# Faults of a whole column


@pytest.mark.parametrize(
    ("rows", "bad", "told_times"),
    [(250, 250, 1), (250, 126, 1), (250, 125, 125), (101, 101, 1), (100, 100, 100)],
)
def test_an_error_of_most_rows_of_a_long_sheet_is_told_once(sheet, rows, bad, told_times):
    calls = [["2022年秋" if n < bad else "202209", f"H{n}", "有效接通"] for n in range(rows)]
    found = told(sheet(["抽查月份", "户编号", "接通情况"], *calls))
    assert (len(found), found["row"].iloc[0]) == (told_times, 2)
    assert found["message"].str.contains(f"共{bad}行都是这样").sum() == (told_times == 1)


def test_a_list_pasted_three_times_below_itself_is_told_once_with_its_first_place(sheet):
    rows = sheet(PROJECTS, *([project(n) for n in range(60)] * 3))
    check_duplicates([rows], ("project_code",), "重复的记录")
    assert told(rows)["message"].tolist() == [
        "项目编号重复；共120行都是这样，此为第一行，首次出现在台账.xlsx（表1） 第2行"
    ]


def test_a_unit_that_is_spelt_in_two_ways_is_told(sheet):
    def problem(number, unit):
        return [f"W{number}", "自查", "20220901", "甲山镇", unit, "住房", "20220930"]

    units = ["财政局", "财 政 局", "住建局（质监站）", "住建局(质监站)", "水利局", "财 政 局"]
    rows = sheet(PROBLEMS, *(problem(n, unit) for n, unit in enumerate(units)))
    tell_spellings(rows)
    found = told(rows)
    assert (found["rule_id"].tolist(), found["row"].tolist()) == (["HB-I-334"], [3])
    assert "“责任单位”有2种写法" in found["message"].item()


@pytest.mark.parametrize(
    ("line", "value"), [("单位：万元", 12_000), ("注：金额单位为万元", 12_000), ("注：截至9月", 1.2)]
)
def test_the_unit_may_be_said_below_the_rows(sheet, line, value):
    heads = ["乡", "村", "总户数", "总人口数", "农民人均纯收入"]
    rows = sheet(heads, ["甲山镇", "东村", 100, 300, 1.2], [line])
    assert rows.frame["net_income_per_head_yuan"].tolist() == [value]


@pytest.mark.parametrize(
    ("table", "name", "heading", "is_known"),
    [
        ("villages", "net_income_per_head_yuan", "农民人均纯收入（元/年）", True),
        ("villages", "net_income_per_head_yuan", "农民人均纯收入（万元/人·年）", True),
        ("villages", "net_income_per_head_yuan", "农民人均纯收入（元/月）", False),
        ("migrant_work", "monthly_pay_yuan", "务工月收入（元/月）", True),
        ("migrant_work", "monthly_pay_yuan", "务工月收入（元/年）", False),
    ],
)
def test_a_unit_may_say_of_what_time_it_is_where_that_is_the_column_s(table, name, heading, is_known):
    column = TABLES[table].column(name)
    known = spellings_by_unit(column, frozenset(map(normal_heading, (column.heading, *column.aliases))))
    assert (normal_heading(heading) in known) == is_known
    assert not is_known or unit_of(column, normal_heading(heading), []) == (
        "万元" if "万" in heading else "元"
    )


def test_signatures_may_stand_in_columns_that_must_be_filled(sheet):
    rows = sheet(WORKSHOPS, shop(1), ["制表人：张三", None, "审核：李四", None, "2022年9月30日"])
    assert rows.frame["workshop_name"].tolist() == ["工厂1"]
    assert told(rows)["rule_id"].tolist() == ["HB-I-331"]
    assert len(sheet(WORKSHOPS, ["注：手工坊", "甲山镇", 10, 1, "正常"]).frame) == 1
