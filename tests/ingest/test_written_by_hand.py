"""What stands in cells and headings besides what is meant: read as it is meant, or told, and never stored."""

import io
from dataclasses import replace
from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from hanbin_lib.contract import TABLES, Column, Kind
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.contract.labels import PROGRAM_BLANKS
from hanbin_lib.contract.local import local_tables
from hanbin_lib.errors import HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.ingest.cells import emptied, encoded, parsed
from hanbin_lib.ingest.exports import InboxFile, grids_of
from hanbin_lib.ingest.findings import Severity, combined
from hanbin_lib.ingest.grid import CellKind, encode
from hanbin_lib.ingest.identity import check_duplicates
from hanbin_lib.ingest.judging import read_file
from hanbin_lib.ingest.number_formats import iso_cell
from hanbin_lib.ingest.reading import read_rows
from hanbin_lib.ingest.recognise import recognise
from hanbin_lib.ingest.table_checks import tell_spellings
from hanbin_lib.policy import CountyColumns

WORKSHOPS = ["名称", "乡", "吸纳就业人数", "其中脱贫劳动力", "状态"]
PROJECTS = ["项目编号", "项目名称", "乡", "村", "计划资金（万元）", "支出资金（万元）"]
PROBLEMS = ["问题编号", "来源", "发现时间", "乡", "责任单位", "问题类别", "整改时限"]
FINDINGS = ["督查月份", "单元编号", "问题类别", "严重程度", "问题描述"]
DUTIES = ["责任单位", "事项", "牵头或配合", "责任人职务"]
REGISTER = [
    "乡",
    "村",
    "户编号",
    "人口编号",
    "证件号码",
    "与户主关系",
    "监测对象类别",
    "识别监测时间",
    "风险是否已消除",
]


@pytest.fixture
def sheet_of(register):
    """Rows of a workbook's sheet on which `mark` has worked."""

    def sheet_of(rows, mark):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        mark(book.active)
        book.save(file := io.BytesIO())
        return read_rows(recognise(grids_of("台账.xlsx", file.getvalue())[0], TABLES.values()), register)

    return sheet_of


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


# What a font says


def test_a_raised_or_struck_part_of_a_cell_is_no_part_of_a_number(sheet_of):
    def mark(sheet):
        sheet["C2"] = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "2"))
        sheet["C3"] = CellRichText(TextBlock(InlineFont(strike=True), "12"), "15")
        sheet["A4"] = CellRichText("厂房120m", TextBlock(InlineFont(vertAlign="superscript"), "2"))
        sheet["E5"].font = Font(strike=True)
        sheet["C5"].font = Font(strike=True)
        sheet["F6"], sheet["F6"].font = "备注", Font(strike=True)

    rows = sheet_of([[*WORKSHOPS, "备注"], *(shop(n) for n in range(2, 7))], mark)
    found = told(rows).query("severity == '错误'")
    assert list(zip(found["rule_id"], found["row"], strict=True)) == [
        ("HB-I-201", 2),
        ("HB-I-225", 3),
        ("HB-I-225", 5),
    ]
    assert rows.frame["workshop_name"].iloc[2] == "厂房120m²"


PAGE = "<table><tr><td>名称<td>人数</tr><tr><td>厂<td>{}</tr></table>"
XML_2003 = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s"><Font ss:StrikeThrough="1"/>'
    '</Style></Styles><Worksheet ss:Name="S"><Table>{}</Table></Worksheet></Workbook>'
)
XML_CELL = '<Row><Cell{}><Data ss:Type="{}" xmlns="http://www.w3.org/TR/REC-html40">{}</Data></Cell></Row>'


@pytest.mark.parametrize(
    ("content", "text", "kind"),
    [
        (PAGE.format("12<sup>2</sup>"), "12²", CellKind.UNTYPED),
        (PAGE.format("CO<sub>2</sub>"), "CO₂", CellKind.UNTYPED),
        (PAGE.format("<s>12</s>15"), "1̶2̶15", CellKind.UNTYPED),
        (PAGE.format("<b><del>1<i>2</i></del></b>15"), "1̶2̶15", CellKind.UNTYPED),
        (XML_2003.format(XML_CELL.format("", "String", "12<Sup>2</Sup>")), "12²", CellKind.TEXT),
        (XML_2003.format(XML_CELL.format("", "String", "<S>12</S>15")), "1̶2̶15", CellKind.TEXT),
        (XML_2003.format(XML_CELL.format(' ss:StyleID="s"', "Number", "15")), "15", CellKind.STRUCK),
    ],
)
def test_a_raised_or_struck_part_in_other_forms(content, text, kind):
    (grid,) = grids_of("a.xls", content.encode())
    cell = grid.columns[-1]
    kinds = np.zeros(len(cell.texts)) if cell.kinds is None else cell.kinds
    assert (cell.text(grid.height - 1), kinds[cell.codes[-1]]) == (text, kind)


# Units


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("元", "1200元", 1200),
        ("元", "1,200.5 元", 1200.5),
        ("万元", "5万", 5),
        ("万元", "5万元", 5),
        ("元", "5万元", None),
        ("万元", "1200元", None),
        ("元", "2千元", None),
        ("人", "12人", 12),
        ("户", "3户", 3),
        ("月", "6个月", 6),
        ("人", "12户", None),
        ("", "12人", None),
    ],
)
def test_a_number_may_have_the_unit_of_its_column_behind_it(unit, text, value):
    values, problems, _ = column_of(Column("x", "列", Kind.AMOUNT, unit=unit), text)
    assert (values if value else problems != [0]) == ([value] if value else True)


@pytest.mark.parametrize(("name", "text"), [("year", "2022年"), ("week", "第36周"), ("week", "36周")])
def test_a_year_or_a_week_is_a_number(name, text):
    assert column_of(Column(name, "列", Kind.COUNT), text)[1] == [0]


@pytest.mark.parametrize(
    ("heading", "code", "value", "stored"),
    [
        ("计划资金（万元）", '0.00"万元"', 2.35, 2.35),
        ("计划资金（万元）", '#,##0"元"', 400_000, None),
        ("计划资金（元）", '#,##0"元"', 400_000, 40),
        ("计划资金（元）", "0.0\\万", 40, None),
        ("计划资金（万元）", '0"亿元"', 1, None),
        ("计划资金（万元）", '0"个"', 7, 7),
    ],
)
def test_the_unit_that_a_format_shows_has_to_be_the_column_s(sheet_of, heading, code, value, stored):
    def mark(sheet):
        sheet["B2"].number_format = code

    rows = sheet_of([["项目编号", heading, "乡"], ["P1", value, "甲山镇"]], mark)
    errors = told(rows).query("severity == '错误'") if rows.findings else []
    assert len(errors) == (stored is None)
    assert stored is None or rows.frame["planned_10k_yuan"].tolist() == [stored]


@pytest.mark.parametrize(
    ("units", "factor"), [(["（元）", "元"], 0.0001), (["万元", "（万元）"], 1), (["单位：千元", None], 0.1)]
)
def test_units_may_stand_in_a_row_below_the_headings(sheet, units, factor):
    heads = ["项目编号", "乡", "计划资金", "带动户数"]
    rows = sheet(heads, [None, None, units[0], "户"], ["P1", "甲山镇", 50_000, 3])
    assert rows.frame["planned_10k_yuan"].tolist() == [50_000 * factor]
    assert rows.frame["benefiting_households"].tolist() == [3]
    rows = sheet(heads, ["P1", "甲山镇", 5, 3])
    assert rows.frame["planned_10k_yuan"].tolist() == [5]


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


# Columns


@pytest.mark.parametrize(
    "heads", [["计划资金（元）", "计划资金（万元）"], ["计划资金（万元）", "计划资金（元）"]]
)
def test_two_columns_in_two_units_are_not_one(sheet, heads):
    cells = {"计划资金（元）": [None, 70_000], "计划资金（万元）": [5, 7]}
    rows = sheet(
        ["项目编号", "乡", *heads], *(["P1", "甲山镇", *(cells[h][n] for h in heads)] for n in range(2))
    )
    assert rows.frame["planned_10k_yuan"].tolist() == [5, 7]
    assert rows.sheet.unknown == ("计划资金(元)",)


def test_a_column_that_does_not_show_is_told_and_comes_after_one_that_does(sheet_of):
    def mark(sheet):
        for letter in "CEF":
            sheet.column_dimensions[letter].hidden = True

    heads = ["名称", "乡", "吸纳就业人数", "就业人数", "脱贫劳动力", "备注"]
    rows = sheet_of([heads, ["厂", "甲山镇", 99, 12, 3, "x"]], mark)
    assert rows.frame.loc[0, ["employees", "lifted_employees"]].tolist() == [12, 3]
    found = told(rows).query("rule_id == 'HB-I-324'")
    assert found["message"].tolist() == ["有2列是隐藏的，已照常读取：吸纳就业人数、脱贫劳动力"]


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
