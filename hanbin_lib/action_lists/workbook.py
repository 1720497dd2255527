"""An action list as a workbook: locked rows, three cells to fill in, and a hidden manifest.

What is printed in a locked cell is text, so that it comes back as it went out, whichever office program
saved it.
"""

import datetime as dt
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from hanbin_lib.bulletin.handed_out import STATES
from hanbin_lib.months import Month
from hanbin_lib.rendering.spreadsheet import sheet_name

ID, STATE, DAY, REMARK = "编号", "办理状态", "办结日期", "备注"
LOCKED = (ID, "镇（街道）", "村（社区）", "户编号、问题编号", "要办的事", "责任单位", "办结时限")
TO_FILL = (STATE, DAY, REMARK)
HEADINGS = ("序号", *LOCKED, *TO_FILL)
MANIFEST = "清单标识"
FIRST_ROW = 4  # title, what it is about, headings; rows are counted from 1
_WIDTHS = (6, 18, 13, 24, 20, 58, 24, 12, 11, 13, 26)
_ROW_HEIGHT = 20
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FONT = {"font_name": "等线", "font_size": 11, "valign": "vcenter", "border": 1, "border_color": "#BFBFBF"}
_FREE = {"locked": False, "bg_color": "#FFF9E5"}


@dataclass(frozen=True)
class Sheet:
    """One point of page one: its title, what it is about in one line, and its rows (`LOCKED`)."""

    title: str
    about: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ListFile:
    """One list.

    Parameters
    ----------
    name
        Of the list, in its manifest.
    title
        Whose list of which month.
    month
        Whose page one asked for it.
    mark
        演示数据, or empty.
    facts
        How to fill it in, line by line.
    """

    name: str
    title: str
    month: Month
    mark: str
    facts: tuple[str, ...]
    sheets: tuple[Sheet, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all rows, in order."""
        return tuple(row[0] for sheet in self.sheets for row in sheet.rows)


def ids_digest(ids: Iterable[str]) -> str:
    """SHA-256 of ids, sorted, one a line."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def list_workbook(given: ListFile) -> bytes:
    """The workbook's bytes; the same list makes the same bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    created = dt.datetime.fromisoformat(given.month.last_day)
    book.set_properties({"title": given.title, "created": created})
    _cover(book, given)
    for number, sheet in enumerate(given.sheets, 1):
        _rows(book, number, sheet, given)
    _manifest(book, given)
    book.close()
    return buffer.getvalue()


def _cover(book: Any, given: ListFile) -> None:
    page = book.add_worksheet("说明")
    page.set_column(0, 0, 110)
    bold = book.add_format({"font_name": "等线", "font_size": 16, "bold": True})
    plain = book.add_format({"font_name": "等线", "font_size": 11, "text_wrap": True, "valign": "top"})
    page.write_string(0, 0, f"{given.title}{f'（{given.mark}）' if given.mark else ''}", bold)
    for row, fact in enumerate(given.facts, 2):
        page.write_string(row, 0, fact, plain)
    page.protect()


def _rows(book: Any, number: int, sheet: Sheet, given: ListFile) -> None:
    page = book.add_worksheet(sheet_name(number, sheet.title))
    head = book.add_format(
        {**_FONT, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#EDEDED"}
    )
    locked = book.add_format({**_FONT, "num_format": "@", "text_wrap": True})
    free = book.add_format({**_FONT, **_FREE, "num_format": "@", "text_wrap": True})
    day = book.add_format({**_FONT, **_FREE, "num_format": "yyyy-mm-dd", "align": "center"})
    title = book.add_format({"font_name": "等线", "font_size": 14, "bold": True})
    page.write_string(0, 0, sheet.title, title)
    page.write_string(1, 0, sheet.about)
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(FIRST_ROW - 2, column, heading, head)
    page.set_default_row(_ROW_HEIGHT)
    for row, cells in enumerate(sheet.rows, FIRST_ROW - 1):
        for column, text in enumerate((str(row - FIRST_ROW + 2), *cells)):
            page.write_string(row, column, text, locked)
        for column, look in enumerate((free, day, free), len(LOCKED) + 1):
            page.write_blank(row, column, None, look)
    _checks(page, len(sheet.rows), given.month)
    page.freeze_panes(FIRST_ROW - 1, 2)
    page.autofilter(FIRST_ROW - 2, 0, FIRST_ROW - 2 + len(sheet.rows), len(HEADINGS) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(FIRST_ROW - 2)
    page.set_header(f"&L{given.title.replace('&', '&&')}&R{given.mark or '内部资料　注意保存'}")
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _checks(page: Any, rows: int, month: Month) -> None:
    """A list of states to choose from, and days that can be."""
    first, last, state = FIRST_ROW - 1, FIRST_ROW - 2 + rows, len(LOCKED) + 1
    page.data_validation(
        first, state, last, state,
        {
            "validate": "list", "source": list(STATES),
            "error_title": "办理状态", "error_message": "从下拉列表中选",
        },
    )  # fmt: skip
    page.data_validation(
        first, state + 1, last, state + 1,
        {
            "validate": "date", "criteria": "between", "minimum": first_day(month), "maximum": "=TODAY()",
            "error_title": "办结日期", "error_message": f"填日期，例如 {month.shift(1)}-15，不晚于今天",
        },
    )  # fmt: skip


def first_day(month: Month) -> dt.date:
    """The earliest day on which a case of the month's lists can have been settled."""
    return dt.date(month.year, month.number, 1)


def _manifest(book: Any, given: ListFile) -> None:
    page = book.add_worksheet(MANIFEST)
    facts = {
        "月份": str(given.month),
        "清单": given.name,
        "行数": str(len(given.ids)),
        "编号校验值": ids_digest(given.ids),
    }
    for row, pair in enumerate(facts.items()):
        for column, text in enumerate(pair):
            page.write_string(row, column, text)
    page.protect()
    page.very_hidden()
