"""Writing the files as the national system and the bureau would: every cell text, every quirk.

The same rows give the same bytes: no date of the machine gets into a workbook.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from hanbin_lib.contract import TABLES
from hanbin_lib.files import write_atomically

MARK = "演示数据"
_CREATED = datetime(2022, 10, 1)
_BATCH = 2000


@dataclass(frozen=True)
class Sheet:
    """One file to write.

    Parameters
    ----------
    path
        Where; the ending decides between workbook and text.
    headings, columns
        Headings and columns of text; None is an empty cell.
    title
        For exports of the national system: the line above the unit line; empty for the
        bureau's own tables, whose headings stand in the first row.
    encoding
        Of a text file.
    trailer
        Rows after the data: a blank one and 合计.
    """

    path: Path
    headings: tuple[str, ...]
    columns: tuple[Sequence[object], ...]
    title: str = ""
    encoding: str = "utf-8-sig"
    trailer: tuple[tuple[str, ...], ...] = ()


def sheet_of(path: Path, table: str, data: pd.DataFrame, **options: object) -> Sheet:
    """A sheet with all columns of a contract table that `data` has, under official headings."""
    columns = [c for c in TABLES[table].columns if c.name in data.columns]
    values = tuple(text(data[c.name]) for c in columns)
    return Sheet(path, tuple(c.heading for c in columns), values, **options)  # type: ignore[arg-type]


def text(values: pd.Series) -> list[str | None]:
    """Cells as text; whole numbers without a decimal point, missing as None."""
    if pd.api.types.is_float_dtype(values):
        return [None if np.isnan(v) else f"{v:.2f}".rstrip("0").rstrip(".") for v in values.tolist()]
    return [None if v is None or v != v else str(v) for v in values.tolist()]  # noqa: PLR0124  # NaN


def write(sheet: Sheet) -> Path:
    """Write one file; safe to call in another process."""
    sheet.path.parent.mkdir(parents=True, exist_ok=True)
    if sheet.path.suffix == ".csv":
        _write_csv(sheet)
    else:
        _write_workbook(sheet)
    return sheet.path


def _write_csv(sheet: Sheet) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(sheet.headings)
    writer.writerows(zip(*sheet.columns, strict=True))
    write_atomically(sheet.path, buffer.getvalue().encode(sheet.encoding))


def _write_workbook(sheet: Sheet) -> None:
    temporary = sheet.path.with_name(f".{sheet.path.name}.tmp")
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(temporary, options) as book:
        book.set_properties({"created": _CREATED, "comments": MARK})
        page = book.add_worksheet("Sheet1")
        top: list[Iterable[object]] = []
        if sheet.title:
            top = [(sheet.title,), ("单位：户、人、元", "", "导出日期：20220930")]
        rows = [*top, sheet.headings]
        for number, row in enumerate(rows):
            _write_row(page, number, row)
        start = len(rows)
        for number, row in enumerate(zip(*sheet.columns, strict=True), start):
            _write_row(page, number, row)
        for number, row in enumerate(sheet.trailer, start + len(sheet.columns[0])):
            _write_row(page, number, row)
    temporary.replace(sheet.path)


def _write_row(page: xlsxwriter.worksheet.Worksheet, number: int, row: Iterable[object]) -> None:
    write_string = page.write_string
    for place, value in enumerate(row):
        if value is not None and value != "":
            write_string(number, place, str(value))
