"""What a program makes of a cell, a column or a file: fonts, units, what does not show, what the file is."""

import io
import zipfile

import numpy as np
import pyarrow as pa
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from hanbin_lib.contract import TABLES, Column, Kind
from hanbin_lib.ingest.cells import emptied, encoded, parsed
from hanbin_lib.ingest.exports import UnreadableFileError, grids_of
from hanbin_lib.ingest.findings import combined
from hanbin_lib.ingest.grid import CellKind, encode
from hanbin_lib.ingest.reading import read_rows
from hanbin_lib.ingest.recognise import recognise
from hanbin_lib.ingest.table_checks import tell_improbable_units

WORKSHOPS = ["名称", "乡", "吸纳就业人数", "其中脱贫劳动力", "状态"]


def told(rows):
    return combined(rows.findings)


def shop(number, town="甲山镇"):
    return [f"工厂{number}", town, 10, 1, "正常"]


def column_of(column, *texts):
    cells, _ = encoded([encode(pa.chunked_array([list(texts)]))], column.kind)
    cells, _, words = emptied(column, cells)
    values, problems = parsed(column, cells)
    return values.tolist(), problems.tolist(), words


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


# Files


def packed(**parts):
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (packed(**{"a.xlsx": "x"}), "是压缩包"),
        (packed(**{"[Content_Types].xml": "x", "word/document.xml": "x"}), "是 Word 文档"),
        (
            packed(**{"content.xml": "x", "META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            "设有打开密码",
        ),
        (b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n', "单个文件网页"),
    ],
)
def test_what_is_no_workbook_is_called_by_what_it_is(content, what):
    with pytest.raises(UnreadableFileError, match=what):
        grids_of("a.xlsx", content)


def test_a_page_may_have_title_and_unit_in_tables_of_their_own(register):
    title = "<table><tr><td>行政村信息</table><table><tr><td>单位：万元</table>"
    rows = (
        "<tr><td>乡<td>村<td>总户数<td>总人口数<td>农民人均纯收入<tr><td>甲山镇<td>东村<td>100<td>300<td>1.2"
    )
    (first, second) = grids_of(
        "a.xls", f"<meta charset=utf-8>{title}<table>{rows}</table><table><tr><td>注".encode()
    )
    assert (first.sheet, first.height, second.height) == ("表1", 4, 1)
    found = read_rows(recognise(first, TABLES.values()), register)
    assert found.frame["net_income_per_head_yuan"].tolist() == [12_000]
    assert found.frame["source_row"].tolist() == [4]


@pytest.mark.parametrize(
    ("amounts", "is_told"),
    [
        ([1.2, 1.1, 0.9], True),
        ([1.2, 1.1], False),
        ([99, 99, 50_000], True),
        ([100, 100, 5], False),
        ([1.2, 12_000, 13_000], False),
        ([None, None, 1.2, 0, 0], False),
        ([12_000] * 3, False),
        ([120_000_000] * 3, True),
    ],
)
def test_incomes_that_nobody_has_came_in_another_unit(sheet, amounts, is_told):
    heads = ["乡", "村", "总户数", "总人口数", "农民人均纯收入（元）"]
    rows = sheet(heads, *(["甲山镇", "东村", 100, 300, amount] for amount in amounts))
    tell_improbable_units(rows)
    found = told(rows)["rule_id"].tolist() if rows.findings else []
    assert found == ["HB-I-226"] * is_told


def test_projects_of_a_hundred_million_each_came_in_yuan(sheet):
    for planned, times in ((10_000, 0), (10_001, 1)):
        rows = sheet(
            ["项目编号", "乡", "计划资金（万元）"], *([f"P{n}", "甲山镇", planned] for n in range(3))
        )
        tell_improbable_units(rows)
        assert len(rows.findings) == times
