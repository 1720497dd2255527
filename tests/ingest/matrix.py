"""The matrix: what a cell is, in every kind of column, and what must become of it, whatever program wrote it.

A row of the sheet is one thing that a cell can be; its columns are the kinds of column. What is expected stands
here by hand, once, and no reader is asked for it.
"""

import csv
import datetime as dt
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest.cell_values import Problem

COLUMNS = (
    Column("code", "编号", Kind.CODE),
    Column("person_name", "姓名", Kind.TEXT),
    Column("month", "月份", Kind.MONTH),
    Column("day", "日期", Kind.DATE),
    Column("moment", "拨打时间", Kind.DATETIME),
    Column("count", "人数", Kind.COUNT, unit="人"),
    Column("money", "金额", Kind.AMOUNT, unit="元"),
    Column("percent", "进度（%）", Kind.AMOUNT, unit="%"),
    Column("flag", "是否", Kind.FLAG),
    Column("label", "选项", Kind.CHOICE, labels=("因病", "因残")),
    Column("labels", "多选", Kind.CHOICES, labels=("因病", "因残")),
)
NAMES = tuple(column.name for column in COLUMNS)
DAY, MOMENT = dt.date(2022, 9, 1), dt.datetime(2022, 9, 1, 9, 30)  # noqa: DTZ001 -- the county's clock
SEPTEMBER = "2022-09-01"
FORM, ERROR, NONE, DIGITS = Problem.FORM, Problem.ERROR, Problem.NO_RESULT, Problem.DIGITS
TEXTS = ("code", "person_name", "label", "labels")


@dataclass(frozen=True)
class Case:
    """One thing that a cell can be.

    Parameters
    ----------
    name
        What it is.
    value, format
        What is typed, and under which number format.
    shows
        What the screen shows, and so what a text file or a page holds.
    expected
        Column -> value, or the problem that is told; `rest` in all others.
    untyped
        Other outcomes where the file holds only what shows.
    """

    name: str
    kind: str
    value: Any
    shows: str
    expected: dict[str, Any]
    rest: Any = FORM
    format: str = "General"
    untyped: dict[str, Any] = field(default_factory=dict)

    def outcome(self, column: str, *, is_typed: bool) -> Any:
        """What must become of the cell in a column."""
        usual = self.expected.get(column, self.rest)
        return usual if is_typed else self.untyped.get(column, usual)


def texts(text: str) -> dict[str, Any]:
    return dict.fromkeys(TEXTS, text)


def text(name: str, value: str, shown: str, **expected: Any) -> Case:
    return Case(name, "text", value, value, texts(shown) | expected)


def number(name: str, value: float, shown: str, **expected: Any) -> Case:
    return Case(name, "number", value, shown, texts(shown) | expected, untyped={"code": shown})


def _date(code: str, shows: str, **untyped: Any) -> Case:
    seen = {"month": SEPTEMBER, "day": SEPTEMBER, "moment": SEPTEMBER}
    rest = dict.fromkeys(("person_name", "label", "labels"), SEPTEMBER)
    return Case(f"日期，格式 {code}", "date", DAY, shows, seen | rest, FORM, code, texts(shows) | untyped)


CHINESE = 'yyyy"年"m"月"d"日"'
YEAR_MONTH = 'yyyy"年"m"月"'
NO_DAY = Problem.NO_DAY
MOMENT_SEEN = {"month": SEPTEMBER, "day": SEPTEMBER, "moment": "2022-09-01 09:30"}
CASES = (
    text("文字：六位年月", "202209", "202209", month=SEPTEMBER, count=202209, money=202209, percent=202209),
    text("文字：八位日期", "20220901", "20220901", month=SEPTEMBER, day=SEPTEMBER, moment=SEPTEMBER,
         count=20220901, money=20220901, percent=20220901),
    text("文字：短横日期", "2022-09-01", "2022-09-01", month=SEPTEMBER, day=SEPTEMBER, moment=SEPTEMBER),
    text("文字：日期和零点", "2022/9/1 0:00", "2022/9/1 0:00", month=SEPTEMBER, day=SEPTEMBER, moment=SEPTEMBER),
    text("文字：日期和时刻", "2022-09-01 09:30", "2022-09-01 09:30", **MOMENT_SEEN),
    text("文字：时刻", "9:30", "9:30", moment=NO_DAY),
    text("文字：整数", "12", "12", count=12, money=12, percent=12),
    text("文字：小数", "12.5", "12.5", money=12.5, percent=12.5),
    text("文字：千位逗号", "1,200", "1,200", labels="1,200", count=1200, money=1200, percent=1200),
    text("文字：小数逗号", "1,5", "1,5", labels="1,5"),
    text("文字：百分数", "98.5%", "98.5%", money=Problem.PERCENT, count=Problem.PERCENT, percent=98.5),
    text("文字：是", "是", "是", flag=True),
    text("文字：选项", "因病", "因病"),
    text("文字：全角空格", "\u3000因病 ", "因病"),
    text("文字：零宽字符", "因\u200b病\ufeff", "因病"),
    text("文字：引号包住的编号", '="0013"', "0013", count=13, money=13, percent=13),
    text("文字：撇号", "'0013", "0013", count=13, money=13, percent=13),
    text("文字：十六位编号", "6109020000054522", "6109020000054522", count=6109020000054522,
         money=6109020000054522, percent=6109020000054522),
    text("文字：十八位编号", "999999198001011234", "999999198001011234", money=999999198001011234,
         percent=999999198001011234),
    text("文字：科学计数", "6.10902E+15", "6.10902E+15", code=DIGITS, count=6109020000000000,
         money=6.10902e15, percent=6.10902e15),
    text("文字：空白", " ", "", **dict.fromkeys(NAMES)),
    text("文字：#N/A", "#N/A", "#N/A", **dict.fromkeys(NAMES, ERROR)),
    number("数字：六位年月", 202209, "202209", month=SEPTEMBER, count=202209, money=202209, percent=202209),
    number("数字：八位日期", 20220901, "20220901", month=SEPTEMBER, day=SEPTEMBER, moment=SEPTEMBER,
           count=20220901, money=20220901, percent=20220901),
    number("数字：2022.10", 2022.1, "2022.1", code=FORM, month=Problem.MONTH, money=2022.1, percent=2022.1),
    number("数字：2022.9", 2022.9, "2022.9", code=FORM, month=SEPTEMBER, money=2022.9, percent=2022.9),
    number("数字：整数", 12, "12", count=12, money=12, percent=12),
    number("数字：小数", 12.5, "12.5", code=FORM, money=12.5, percent=12.5),
    number("数字：负数", -3, "-3", code=FORM, money=-3, percent=-3),
    number("数字：1", 1, "1", count=1, money=1, percent=1, flag=True),
    number("数字：十五位编号", 610902000005452, "610902000005452", count=610902000005452,
           money=610902000005452, percent=610902000005452),
    Case("数字：十七位编号", "number", 12345678901234560, "1.23457E+16",
         texts("12345678901234560") | {"code": DIGITS, "money": 1.234567890123456e16,
                                       "percent": 1.234567890123456e16},
         untyped=texts("1.23457E+16") | {"code": DIGITS, "money": 1.23457e16, "percent": 1.23457e16}),
    Case("百分比格式", "number", 0.985, "98.50%",
         texts("98.5%") | {"code": FORM, "percent": 98.5, "money": Problem.PERCENT, "count": Problem.PERCENT},
         format="0.00%", untyped=texts("98.50%")),
    Case("缩小显示的格式", "number", 123456, "123", texts("123456") | dict.fromkeys(
         ("money", "count", "percent"), Problem.SCALED) | {"code": FORM}, format="0,",
         untyped=texts("123") | {"money": 123, "count": 123, "percent": 123}),
    _date("yyyy/m/d", "2022/9/1"),
    _date("yyyy-mm-dd", "2022-09-01"),
    _date(CHINESE, "2022年9月1日"),
    _date("mm-dd-yy", "09-01-22", month=FORM, day=FORM, moment=FORM),
    _date(YEAR_MONTH, "2022年9月", day=FORM, moment=FORM),
    _date("[$-804]yyyy\\-mm\\-dd;@", "2022-09-01"),
    Case("日期和时刻的格式", "date", MOMENT, "2022/9/1 9:30",
         MOMENT_SEEN | dict.fromkeys(("person_name", "label", "labels"), "2022-09-01 09:30:00"),
         format="yyyy/m/d h:mm", untyped=texts("2022/9/1 9:30")),
    Case("时刻的格式", "time", dt.time(9, 30), "9:30",
         {"moment": NO_DAY} | dict.fromkeys(("person_name", "label", "labels"), "09:30:00"),
         format="h:mm", untyped=texts("9:30")),
    Case("真值", "boolean", True, "TRUE", texts("TRUE") | {"code": FORM, "flag": True},
         untyped={"code": "TRUE"}),
    Case("错误值", "error", "#N/A", "#N/A", {}, ERROR),
    Case("错误值：除以零", "error", "#DIV/0!", "#DIV/0!", {}, ERROR),
    Case("公式，没有结果", "formula", "=1+11", "", {}, NONE, untyped=dict.fromkeys(NAMES)),
    Case("空单元格", "empty", None, "", {}, None),
    Case("富文本", "rich", ("因", "病"), "因病", texts("因病")),
    Case("合并的区域", "merged", "202209", "202209", texts("202209") | {
         "month": SEPTEMBER, "count": 202209, "money": 202209, "percent": 202209}),
    Case("合并区域的下一行", "below", None, "", texts("202209") | {
         "month": SEPTEMBER, "count": 202209, "money": 202209, "percent": 202209},
         untyped=dict.fromkeys(NAMES)),
    Case("隐藏的行", "hidden", "因残", "因残", texts("因残")),
)  # fmt: skip
FIRST_ROW = 2  # as Excel counts; the headings stand in row 1


def write_openpyxl(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([column.heading for column in COLUMNS])
    for row, case in enumerate(CASES, FIRST_ROW):
        for place in range(1, len(COLUMNS) + 1):
            cell = sheet.cell(row, place)
            if case.kind == "rich":
                cell.value = CellRichText(TextBlock(InlineFont(b=True), case.value[0]), case.value[1])
            else:
                cell.value = case.value
            if case.kind == "text":
                cell.data_type = "s"
            cell.number_format = case.format
        if case.kind == "hidden":
            sheet.row_dimensions[row].hidden = True
        if case.kind == "below":
            for place in range(1, len(COLUMNS) + 1):
                sheet.merge_cells(start_row=row - 1, end_row=row, start_column=place, end_column=place)
    book.create_sheet("隐藏").sheet_state = "hidden"
    book["隐藏"].append(["旧"])
    book.save(path)
    return path


def write_xlsxwriter(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [column.heading for column in COLUMNS])
    for row, case in enumerate(CASES, FIRST_ROW - 1):
        style = book.add_format({"num_format": case.format})
        for place in range(len(COLUMNS)):
            _xlsxwriter_cell(book, sheet, row, place, case, style)
        if case.kind == "hidden":
            sheet.set_row(row, options={"hidden": True})
    book.add_worksheet("隐藏").write(0, 0, "旧")
    book.get_worksheet_by_name("隐藏").hide()
    book.close()
    return path


def _xlsxwriter_cell(book: Any, sheet: Any, row: int, place: int, case: Case, style: Any) -> None:
    if case.kind in ("text", "hidden"):
        sheet.write_string(row, place, case.value, style)
    elif case.kind in ("date", "time"):
        sheet.write_datetime(row, place, case.value, style)
    elif case.kind == "error":
        sheet.write_formula(row, place, "=NA()" if case.value == "#N/A" else "=1/0", style, case.value)
    elif case.kind == "formula":
        sheet.write_formula(row, place, case.value, style)
    elif case.kind == "rich":
        sheet.write_rich_string(row, place, book.add_format({"bold": True}), case.value[0], case.value[1])
    elif case.kind == "merged":
        sheet.merge_range(row, place, row + 1, place, case.value, style)
    elif case.kind != "below":
        sheet.write(row, place, case.value, style)


def write_xlwt(path: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for place, column in enumerate(COLUMNS):
        sheet.write(0, place, column.heading)
    for row, case in enumerate(CASES, FIRST_ROW - 1):
        style = xlwt.XFStyle()
        style.num_format_str = case.format
        for place in range(len(COLUMNS)):
            _xlwt_cell(sheet, row, place, case, style)
        sheet.row(row).hidden = case.kind == "hidden"
    hidden = book.add_sheet("隐藏")
    hidden.write(0, 0, "旧")
    hidden.visibility = 1
    book.save(str(path))
    return path


def _xlwt_cell(sheet: Any, row: int, place: int, case: Case, style: Any) -> None:
    if case.kind == "error":
        sheet.row(row).set_cell_error(place, {"#N/A": 42, "#DIV/0!": 7}[case.value], style)
    elif case.kind == "formula":
        sheet.write(row, place, xlwt.Formula(case.value[1:]), style)
    elif case.kind == "rich":
        sheet.write_rich_text(row, place, [(case.value[0], xlwt.Font()), case.value[1]])
    elif case.kind == "merged":
        sheet.write_merge(row, row + 1, place, place, case.value, style)
    elif case.kind not in ("below", "empty"):
        sheet.write(row, place, case.value, style)


def write_csv(path: Path, encoding: str = "gb18030", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerows([case.shows] * len(COLUMNS) for case in CASES)
    return path


def write_html(path: Path) -> Path:
    head = "".join(f"<th>{column.heading}</th>" for column in COLUMNS)
    lines = []
    for case in CASES:
        span = ' rowspan="2"' if case.kind == "merged" else ""
        cells = "" if case.kind == "below" else f"<td{span}>{escape(case.shows)}</td>" * len(COLUMNS)
        lines.append(f"<tr>{cells}</tr>")
    page = f'<html><head><meta charset="utf-8"></head><table><tr>{head}</tr>{"".join(lines)}</table></html>'
    path.write_text(page, encoding="utf-8")
    return path


def write_spreadsheetml(path: Path) -> Path:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    styles = "".join(
        f'<Style ss:ID="s{n}"><NumberFormat ss:Format="{escape(case.format, quote=True)}"/></Style>'
        for n, case in enumerate(CASES)
    )
    head = "".join(f'<Cell><Data ss:Type="String">{column.heading}</Data></Cell>' for column in COLUMNS)
    rows = "".join(_spreadsheetml_row(n, case) for n, case in enumerate(CASES))
    hidden = "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>"
    old = '<Table><Row><Cell><Data ss:Type="String">旧</Data></Cell></Row></Table>'
    path.write_text(
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="S"><Table><Row>{head}</Row>{rows}</Table></Worksheet>'
        f'<Worksheet ss:Name="隐藏">{old}{hidden}</Worksheet></Workbook>',
        encoding="utf-8",
    )
    return path


def _spreadsheetml_row(number: int, case: Case) -> str:
    types = {
        "number": "Number",
        "boolean": "Boolean",
        "error": "Error",
        "date": "DateTime",
        "time": "DateTime",
    }
    value = case.shows
    if case.kind == "number":
        value = repr(case.value)
    elif case.kind == "boolean":
        value = "1"
    elif case.kind == "date":
        value = f"{case.value:%Y-%m-%dT%H:%M:%S}.000"
    elif case.kind == "time":
        value = f"1899-12-31T{case.value:%H:%M:%S}.000"
    data = f'<Data ss:Type="{types.get(case.kind, "String")}">{escape(value)}</Data>' if value else ""
    more = ' ss:MergeDown="1"' if case.kind == "merged" else ""
    more += ' ss:Formula="=1+11"' if case.kind == "formula" else ""
    cell = (
        ""
        if case.kind in ("below", "empty")
        else f'<Cell ss:StyleID="s{number}"{more}>{data}</Cell>' * len(COLUMNS)
    )
    mark = ' ss:Hidden="1"' if case.kind == "hidden" else ""
    return f"<Row{mark}>{cell}</Row>"
