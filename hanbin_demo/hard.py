"""Files as offices re-save them: merged towns, percentages, dates, a hidden copy, another month's rows.

What they hold is what the plain demonstration holds; the import has to come to the same tables, or tell.
"""

import datetime as dt
import io
import itertools
from pathlib import Path

import numpy as np
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hanbin_demo.sheets import stamp
from hanbin_demo.xlsx import Sheet, write_sheet
from hanbin_lib.contract.tables import PHONE_CHECKS, PROJECTS, RECTIFICATION, WORKSHOPS
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month

_TOWN = WORKSHOPS.column("town_name").heading
_PERCENT = PROJECTS.column("progress_percent").heading
_MONTH = PHONE_CHECKS.column("check_month").heading
# One in so many rows of the ledger of calls is left from the month before.
_STALE_EVERY = 20
_DATES = tuple(
    RECTIFICATION.column(name).heading for name in ("found_date", "due_date", "done_date", "closed_date")
)


def write_hard_sheet(sheet: Sheet, month: Month) -> Path:
    """Write a sheet of the reporting month as an office would have re-saved it; others as they are."""
    name = sheet.path.name
    if sheet.path.parent.name != str(month):
        return write_sheet(sheet)
    if name.startswith(PHONE_CHECKS.title):
        return write_sheet(_with_last_month(sheet, month))
    titles = (WORKSHOPS.title, PROJECTS.title, RECTIFICATION.title, "周下沉")
    if name.startswith(titles) and sheet.path.suffix == ".xlsx":
        return _resaved(sheet, is_merged=name.startswith(WORKSHOPS.title), has_copy=name.startswith("周下沉"))
    return write_sheet(sheet)


def _with_last_month(sheet: Sheet, month: Month) -> Sheet:
    """Append rows that last month's ledger left behind."""
    columns = []
    for heading, column in zip(sheet.headings, sheet.columns, strict=True):
        old = column[::_STALE_EVERY].copy()
        if heading == _MONTH:
            old[:] = stamp(month.shift(-1))
        columns.append(np.concatenate([column, old]))
    return Sheet(sheet.path, sheet.headings, columns, sheet.title, sheet.encoding)


def _resaved(sheet: Sheet, *, is_merged: bool, has_copy: bool) -> Path:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": dt.datetime(2022, 10, 1)})  # noqa: DTZ001
        percent = book.add_format({"num_format": "0%"})
        page = book.add_worksheet("台账")
        for place, (heading, column) in enumerate(zip(sheet.headings, sheet.columns, strict=True)):
            page.write_string(0, place, heading)
            if is_merged and heading == _TOWN:
                _write_merged(page, place, column)
            else:
                _write_column(page, place, column, heading, percent)
        if has_copy:
            copy = book.add_worksheet("旧表")
            for place, (heading, column) in enumerate(zip(sheet.headings, sheet.columns, strict=True)):
                copy.write_column(0, place, [heading, *column[: len(column) // 2]])
            copy.hide()
    write_atomically(sheet.path, buffer.getvalue())
    return sheet.path


def _write_column(page: Worksheet, place: int, column: np.ndarray, heading: str, percent: Format) -> None:
    """Texts as they are; the progress as a percentage, dates as dates."""
    for row, text in enumerate(column.tolist(), start=1):
        if not text:
            continue
        if heading == _PERCENT:
            page.write_number(row, place, float(text) / 100, percent)
        elif heading in _DATES:
            page.write_datetime(row, place, dt.datetime.strptime(text, "%Y%m%d"))  # noqa: DTZ007
        else:
            page.write_string(row, place, text)


def _write_merged(page: Worksheet, place: int, column: np.ndarray) -> None:
    """Rows of one town under one merged cell."""
    starts = [0, *(np.flatnonzero(column[1:] != column[:-1]) + 1).tolist(), len(column)]
    for first, end in itertools.pairwise(starts):
        if end - first > 1:
            page.merge_range(first + 1, place, end, place, column[first])
        else:
            page.write_string(first + 1, place, column[first])
