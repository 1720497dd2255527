"""The annex as a spreadsheet program reads it: typed, labelled, printable, and no formula."""

import io
import zipfile

import openpyxl
import pytest
from support import shown

from hanbin_lib.display import (
    CHANGE,
    IN_WAN,
    AnnexTable,
    BarCell,
    Column,
    Columns,
    Figure,
    Paragraph,
    Phrase,
    Strong,
    Table,
)
from hanbin_lib.errors import HanbinError
from hanbin_lib.indicators import Unit
from hanbin_lib.rendering import XlsxExporter
from hanbin_lib.rendering.spreadsheet import sheet_name

COLUMNS = (Column("村"), Column("户", "right"))


def _bytes(notebook) -> bytes:
    return XlsxExporter(typography=None).from_notebook_node(notebook)[0]


def _read(notebook):
    return openpyxl.load_workbook(io.BytesIO(_bytes(notebook)))


def _table(*rows, title="各村情况", **kw):
    return Table(title, COLUMNS, rows, "户，截至2022年9月末", **kw)


SOURCE = "some|2022-09|610902|all"


def _figure(text):
    return Phrase((text,), SOURCE)


def test_figures_are_numbers_that_print_as_on_the_page(make_notebook):
    texts = ("5408户", "56.9%", "−51", "+36户", "10.3万人", "1.5个月", "12.3万元", "45%")
    given = (
        (5408, Unit.HOUSEHOLDS), (0.56912, Unit.SHARE), (-51, ""), (36, Unit.HOUSEHOLDS, CHANGE),
        (103_000, Unit.PERSONS, IN_WAN), (1.5, Unit.MONTHS), (12.34, Unit.WAN_YUAN), (45, "%"),
    )  # fmt: skip
    figures = [Figure(value, unit, SOURCE, *style) for value, unit, *style in given]
    cells = [figures[0], BarCell(figures[1], 0.5), Strong((figures[2],)), *figures[3:]]
    sheet = _read(make_notebook(_table(*((f"村{n}", c) for n, c in enumerate(cells))))).worksheets[1]
    read = [sheet.cell(4 + n, 2) for n in range(len(texts))]
    assert [c.data_type for c in read] == ["n"] * len(texts)
    assert [c.value for c in read] == [5408, 0.56912, -51, 36, 10.3, 1.5, 12.34, 0.45]
    assert tuple(shown(c.value, c.number_format) for c in read) == texts


def test_what_is_no_number_is_text(make_notebook):
    texts = ("5408户18392人", "未收到", "—", "0/10")
    sheet = _read(make_notebook(_table(*(("村", _figure(t)) for t in texts), ("村", "12")))).worksheets[1]
    read = [sheet.cell(4 + n, 2) for n in range(5)]
    assert [c.value for c in read] == [*texts, "12"]
    assert {c.data_type for c in read} == {"s"}
    assert {c.number_format for c in read} == {"@"}


@pytest.mark.parametrize(
    "name",
    ["=1+1", '=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "http://x.cn", "{=1}", "_x0041_"],
)
def test_no_name_becomes_a_formula_or_a_link(make_notebook, name):
    table = AnnexTable(name, (Column(name), Column("户", "right")), ((name, _figure(name)),), name)
    data = _bytes(make_notebook("## 一、监测动态", table))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[1]
    name = name.replace("\t", " ")
    for cell in (sheet["A1"], sheet["A3"], sheet["A4"], sheet["B4"], book.worksheets[0]["C8"]):
        assert cell.value == name
        assert cell.data_type == "s"
    assert sheet["A4"].quotePrefix  # edited in place, it stays text
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in package.read(n) or b"<f " in package.read(n) for n in sheets)
        relations = b"".join(package.read(n) for n in package.namelist() if n.endswith(".rels"))
    assert b'TargetMode="External"' not in relations


def _interval(low, high, unit=Unit.SHARE):
    return Phrase((Figure(low, unit, SOURCE), "—", Figure(high, unit, SOURCE)), SOURCE)


def test_ends_of_an_interval_parts_and_wholes_have_columns_of_their_own(make_notebook):
    columns = tuple(Column(name) for name in ("镇", "比例", "区间", "按期/到期", "落实", "所需"))
    need = Phrase(
        (Figure(151.56, Unit.WAN_YUAN, SOURCE), "（", Figure(92.4, "", SOURCE), "—", Figure(236.55, "", SOURCE), "）"), SOURCE,
    )  # fmt: skip
    ratio = Phrase((Figure(11, "", SOURCE), "/", Figure(20, "", SOURCE)), SOURCE)
    rows = (
        ("甲", Figure(0.5, Unit.SHARE, SOURCE), _interval(0.41256, 0.58777), ratio, ratio, need),
        ("乙", _figure("未收到"), _figure("—"), ratio, Figure(0.975, Unit.SHARE, SOURCE), _figure("—")),
    )
    sheet = _read(make_notebook(Table("各镇", columns, rows))).worksheets[1]
    heads = [cell.value for cell in sheet[3]]
    assert heads == [
        "镇", "比例", "区间下限", "区间上限", "按期", "到期", "落实", "落实（分子）", "落实（分母）", "所需", "所需下限", "所需上限",
    ]  # fmt: skip
    first, second = ([cell.value for cell in row] for row in sheet["A4:L5"])
    assert first == ["甲", 0.5, 0.41256, 0.58777, 11, 20, None, 11, 20, 151.56, 92.4, 236.55]
    assert second == ["乙", "未收到", "—", None, 11, 20, 0.975, None, None, "—", None, None]
    assert shown(sheet["C4"].value, sheet["C4"].number_format) == "41.3%"
    assert sheet.auto_filter.ref == "A3:L5"


def test_a_column_of_other_phrases_stays_whole(make_notebook):
    pair = Phrase((Figure(5408, "户", SOURCE), Figure(18392, "人", SOURCE)), SOURCE)
    goal = Phrase(("2027年", Figure(30000, "元", SOURCE)), SOURCE)
    sheet = _read(make_notebook(_table(("甲", pair), ("乙", _interval(0.1, 0.2)), ("丙", goal)))).worksheets[
        1
    ]
    assert [cell.value for cell in sheet[3]] == ["村", "户"]
    assert [sheet.cell(row, 2).value for row in (4, 5, 6)] == [
        "5408户18392人",
        "10.0%—20.0%",
        "2027年30000元",
    ]


def test_dates_and_durations_are_numbers_that_print_as_on_the_page(make_notebook):
    texts = ("2022-06-04", "1900-03-01", "389天", "0天")
    sheet = _read(make_notebook(_table(*((text, _figure(text)) for text in texts)))).worksheets[1]
    for column in (1, 2):
        cells = [sheet.cell(4 + row, column) for row in range(len(texts))]
        assert [str(cell.value.date()) for cell in cells[:2]] == list(texts[:2])
        assert {cell.number_format for cell in cells[:2]} == {"yyyy-mm-dd"}
        assert [cell.value for cell in cells[2:]] == [389, 0]
        assert [shown(cell.value, cell.number_format) for cell in cells[2:]] == ["389天", "0天"]


@pytest.mark.parametrize(
    "text", ["2022-13-01", "2022-6-4", "2022-06", "1900-02-28", "天", "3.5天", "约389天", "-3天"]
)
def test_what_only_looks_like_a_date_stays_text(make_notebook, text):
    sheet = _read(make_notebook(_table((text, _figure(text))))).worksheets[1]
    assert [sheet.cell(4, column).value for column in (1, 2)] == [text] * 2


def test_a_sheet_a_table_and_the_contents_lead_there(make_notebook):
    side_by_side = Columns((_table(("甲", "1"), title="左"), _table(title="右")), (60, 60))
    book = _read(
        make_notebook(
            _table(("甲", "1"), title="首页"),
            "## 一、监测动态\n\n### 小节",
            Paragraph(("话",)),
            side_by_side,
            "## 二、各镇情况",
            AnnexTable("待核实户", COLUMNS, (("甲", _figure("1")),) * 3, "户"),
        )
    )
    assert book.sheetnames == ["目录", "1 首页", "2 左", "3 右", "4 待核实户"]
    contents = book["目录"]
    rows = list(contents.iter_rows(min_row=8, values_only=True))
    assert [(row[0], row[1], row[2], row[4]) for row in rows] == [
        (1, None, "首页", 1),
        (2, "一、监测动态", "左", 1),
        (3, "一、监测动态", "右", 0),
        (4, "二、各镇情况", "待核实户", 3),
    ]
    for row, name in zip(range(8, 12), book.sheetnames[1:], strict=True):
        assert contents.cell(row, 3).hyperlink.location == f"'{name}'!A1"
    assert book["4 待核实户"]["A2"].value == "二、各镇情况　户"
    top = "\n".join(contents.cell(row, 1).value for row in range(1, 6))
    for word in ("试点县巩固衔接工作月报", "2022年9月", "演示数据　草稿", "数据截至2022年9月30日"):
        assert word in top


def test_a_bulletin_without_tables_has_contents_all_the_same(make_notebook):
    book = _read(make_notebook("## 一、监测动态", Paragraph(("话",))))
    assert book.sheetnames == ["目录"]
    assert book["目录"]["A8"].value == "本期没有附表"


def test_sheet_names_are_such_as_excel_takes(make_notebook):
    titles = ["a[b]:c*d?e/f\\g'", "同名", "同名", "很长的标题" * 10, "𠮷" * 40, "末尾'", "", "History"]
    names = _read(make_notebook(*(_table(title=title) for title in titles))).sheetnames[1:]
    assert names[0] == "1 a【b】：c＊d？e／f＼g’"
    assert names[1:3] == ["2 同名", "3 同名"]
    assert len({name.lower() for name in names}) == len(titles)
    assert all(len(name.encode("utf-16-le")) <= 62 for name in names)
    assert names[5] == "6 末尾’"
    assert sheet_name(123, "") == "123"


def test_the_head_stays_on_screen_and_on_paper(make_notebook):
    wide = Table(
        "宽", tuple(Column(f"指标名称{n}") for n in range(12)), (("十个汉字的一段文字内容",) * 12,) * 60
    )
    book = _read(make_notebook(_table(("甲", _figure("1户")), ("合计", _figure("1户")), totals=1), wide))
    narrow, broad = book.worksheets[1:]
    for sheet in (narrow, broad):
        assert sheet.freeze_panes == "B4"
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"
        assert sheet.oddHeader.right.text == "演示数据　草稿"
        assert "试点县巩固衔接工作月报" in sheet.oddHeader.left.text
    assert narrow.auto_filter.ref == "A3:B4"  # without the total
    assert (narrow.page_setup.orientation, broad.page_setup.orientation) == ("portrait", "landscape")
    assert broad.column_dimensions["A"].width >= 24  # two for every Chinese character


def test_totals_and_rows_in_red_wash_look_it(make_notebook):
    rows = (("甲", _figure("1")), ("乙", _figure("2")), ("合计", _figure("3")))
    sheet = _read(make_notebook(_table(*rows, emphasis=frozenset({1}), totals=1))).worksheets[1]
    assert [sheet.cell(r, 2).font.b for r in (4, 5, 6)] == [False, False, True]
    assert [sheet.cell(r, 1).fill.fill_type for r in (4, 5, 6)] == [None, "solid", None]
    assert sheet["B4"].alignment.horizontal == "right"
    assert sheet["A4"].alignment.horizontal == "left"


def test_the_same_notebook_gives_the_same_bytes_and_no_clock(make_notebook):
    notebook = make_notebook(_table(("甲", _figure("1户"))))
    assert _bytes(notebook) == _bytes(notebook)
    with zipfile.ZipFile(io.BytesIO(_bytes(notebook))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = package.read("docProps/core.xml").decode()
    assert properties.count("2022-09-30T00:00:00Z") == 2  # created and modified
    assert not [y for y in range(2023, 2041) if str(y) in properties]


def test_cells_for_the_analyst_are_left_out(make_notebook):
    notebook = make_notebook("## 一、监测动态", _table(("甲", "1")))
    notebook.cells[-1].metadata["tags"] = ["analyst"]
    assert _read(notebook).sheetnames == ["目录"]


def test_more_than_excel_holds_is_refused_not_left_out(make_notebook):
    with pytest.raises(HanbinError) as caught:
        _bytes(make_notebook(_table(("甲" * 40_000, "1"), title="太长")))
    assert caught.value.code == "HB-TYP-005"
    assert "太长" in caught.value.message


def test_marks_that_would_be_codes_are_text(make_notebook, masthead):
    from dataclasses import replace

    notebook = make_notebook(replace(masthead, mark="A&B"), _table(("甲", "1")))
    notebook.cells.pop(0)
    with zipfile.ZipFile(io.BytesIO(_bytes(notebook))) as package:
        assert "&amp;RA&amp;&amp;B" in package.read("xl/worksheets/sheet2.xml").decode()


def test_characters_that_no_xml_may_hold_are_dropped(make_notebook):
    sheet = _read(make_notebook(_table(("甲\uffff\x00乙\ufffe", "1")))).worksheets[1]
    assert sheet["A4"].value == "甲乙"
