"""What each reader makes of a cell, run and written down: ``docs/readers.md``.

``pytest tests/ingest/test_readers.py --renew-readers`` writes the page anew: after an upgrade its difference
shows what changed.
"""

from importlib.metadata import version
from pathlib import Path

import fastexcel
import openpyxl
import python_calamine
import xlrd
import xlsxwriter
import xlwt
from support import REPOSITORY

from hanbin_lib.ingest.exports import read_grids

PAGE = REPOSITORY / "docs" / "readers.md"
# Name, value, number format (a number is a built-in one).
CELLS = (
    ("文字", "因病", "General"),
    ("数字", 12.5, "General"),
    ("百分比格式的 0.985", 0.985, "0.00%"),
    ("17位数字", 12345678901234560, "General"),
    ("日期格式 yyyy/m/d", 44805, "yyyy/m/d"),
    ("内置中文日期格式 57（显示 2022年9月）", 44805, 57),
    ("内置中文日期格式 31（显示 2022年9月1日）", 44805, 31),
    ("时刻格式 h:mm", 0.3958333333333333, "h:mm"),
    ("真值", True, "General"),
    ("错误值 #N/A", "#N/A", "General"),
    ("没有结果的公式", "=1+11", "General"),
    ("合并区域的第一格", "甲镇", "General"),
    ("合并区域的第二格", None, "General"),
)
HEAD = """# 各读取库怎样读单元格

由 `pytest tests/ingest/test_readers.py --renew-readers` 运行各库后写成，升级依赖后的差别就是读法的变化。
.xlsx 由 XlsxWriter 写成，.xls 由 xlwt 写成，内容相同（“—”：xlwt 写不出）；“空”表示与空单元格分不开。
"""


def _xlsx(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, (name, value, code) in enumerate(CELLS):
        style = book.add_format({"num_format": code})
        if name.startswith("错误"):
            sheet.write_formula(row, 0, "=NA()", style, value)
        elif name.endswith("第一格"):
            sheet.merge_range(row, 0, row + 1, 0, value, style)
        elif value is not None:
            sheet.write(row, 0, value, style)
    book.add_worksheet("隐藏").hide()
    book.close()
    return path


def _xls(path: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for row, (name, value, code) in enumerate(CELLS):
        style = xlwt.XFStyle()
        style.num_format_str = code if isinstance(code, str) else "General"
        if name.startswith("错误"):
            sheet.row(row).set_cell_error(0, 42, style)
        elif name.endswith("第一格"):
            sheet.write_merge(row, row + 1, 0, 0, value, style)
        elif isinstance(value, str) and value.startswith("="):
            sheet.write(row, 0, xlwt.Formula(value[1:]), style)
        elif value is not None:
            sheet.write(row, 0, value, style)
    book.add_sheet("隐藏").visibility = 1
    book.save(str(path))
    return path


def _word(value: object) -> str:
    return "空" if value in (None, "") else f"{value!r}"


def _by_fastexcel(path: Path) -> list[str]:
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
    return [_word(value) for value in sheet.to_arrow().column(0).to_pylist()]


def _by_calamine(path: Path) -> list[str]:
    rows = (
        python_calamine.CalamineWorkbook.from_path(path)
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    return [_word(row[0]) for row in rows]


def _by_openpyxl(path: Path) -> list[str]:
    sheet = openpyxl.load_workbook(path, data_only=True).active
    return [_word(sheet.cell(row, 1).value) for row in range(1, len(CELLS) + 1)]


def _by_xlrd(path: Path) -> list[str]:
    sheet = xlrd.open_workbook(path, formatting_info=True).sheet_by_index(0)
    kinds = ("空", "文字", "数字", "日期", "真值", "错误", "空")
    cells = [sheet.cell(row, 0) for row in range(sheet.nrows)]
    return [f"{kinds[cell.ctype]} {cell.value!r}" if cell.value != "" else "空" for cell in cells]


def _by_us(path: Path) -> list[str]:
    column = read_grids(path)[0].columns[0]
    kinds = ("文字", "未定", "数字", "百分比", "缩小", "日期", "日期时刻", "时刻", "真值", "错误", "无结果")
    seen = []
    for row in range(len(column.codes)):
        code = int(column.codes[row])
        kind = 0 if column.kinds is None or code < 0 else int(column.kinds[code])
        seen.append("空" if code < 0 else f"{kinds[kind]} {column.text(row)}")
    return seen


def page(folder: Path) -> str:
    new, old = _xlsx(folder / "a.xlsx"), _xls(folder / "a.xls")
    readers = {
        f"fastexcel {version('fastexcel')}（按文字读）": _by_fastexcel(new),
        f"python-calamine {version('python-calamine')}": _by_calamine(new),
        "python-calamine，.xls": _by_calamine(old),
        f"openpyxl {version('openpyxl')}（data_only）": _by_openpyxl(new),
        f"xlrd {version('xlrd')}，.xls": _by_xlrd(old),
        "hanbin，.xlsx": _by_us(new),
        "hanbin，.xls": _by_us(old),
    }
    names = [name for name, *_ in CELLS]
    lines = [f"| 单元格 | {' | '.join(readers)} |", "|---" * (len(readers) + 1) + "|"]
    for row, name in enumerate(names):
        unwritten = isinstance(CELLS[row][2], int)
        seen = (
            "—"
            if unwritten and ".xls" in reader and ".xlsx" not in reader
            else (found[row] if row < len(found) else "空")
            for reader, found in readers.items()
        )
        lines.append(f"| {name} | {' | '.join(seen)} |")
    return "\n".join([HEAD, *lines, ""])


def test_the_page_says_what_the_readers_do(tmp_path, request):
    made = page(tmp_path)
    if request.config.getoption("--renew-readers"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made
