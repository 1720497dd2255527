"""From a recognised sheet to typed rows, with every faulty cell named by its place."""

import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest.cells import EXPECTED, Encoded, Mask, encoded, parsed
from hanbin_lib.ingest.findings import Severity
from hanbin_lib.ingest.matching import match_places
from hanbin_lib.ingest.recognise import Recognised
from hanbin_lib.ingest.rows import Fault, Rows
from hanbin_lib.places import AreaRegister

_TOTALS = ("合计", "总计", "小计")
_TOTAL_COLUMNS = 6


def read_rows(sheet: Recognised, register: AreaRegister) -> Rows:
    """Clean, parse and place every row below the headings."""
    cells, positions = _body(sheet)
    rows = Rows(sheet, pd.DataFrame({"source_row": positions + 1}))
    columns = {c.name: _column(rows, c, cells.get(c.name)) for c in sheet.table.columns}
    rows.frame = pd.concat([rows.frame, pd.DataFrame(columns)], axis=1)
    for column in sheet.table.columns:
        if column.name in cells and column.labels:
            _tell_unknown_labels(rows, column)
    match_places(rows, cells, register)
    _name_towns(rows)
    return rows


def _body(sheet: Recognised) -> tuple[dict[str, Encoded], np.ndarray]:
    """Cells of the rows below the headings that hold data, and their positions in the grid."""
    body = sheet.grid.columns.slice(sheet.header + 1)
    cells = {
        column.name: encoded([body.column(n) for n in sheet.places[column.name]], column.kind)
        for column in sheet.table.columns
        if column.name in sheet.places
    }
    filled = np.zeros(body.num_rows, dtype=bool)
    for column in cells.values():
        filled |= column.codes >= 0
    kept = np.flatnonzero(filled & ~_is_total(body))
    if len(kept) < body.num_rows:
        cells = {name: column.take(kept) for name, column in cells.items()}
    return cells, kept + sheet.header + 1


def _is_total(body: pa.Table) -> Mask:
    """Rows with 合计 or the like in one of the first columns."""
    total = np.zeros(body.num_rows, dtype=bool)
    for column in body.columns[:_TOTAL_COLUMNS]:
        plain = pc.replace_substring_regex(column, r"[\s\x{3000}:：]+", "")
        mark = pc.fill_null(pc.is_in(plain, pa.array(_TOTALS, column.type)), False)
        total |= mark.to_numpy(zero_copy_only=False)
    return total


def _column(rows: Rows, column: Column, cells: Encoded | None) -> pd.Series:
    """Values of one column; a column that did not come in is missing throughout."""
    if cells is None:
        cells = Encoded(np.full(len(rows.frame), -1, dtype=np.int32), pa.array([], pa.string()))
    values, bad = parsed(column, cells)
    text = f"“{column.heading}”应为{EXPECTED[column.kind]}"
    rows.tell(bad, Fault("HB-I-201", "单元格格式不对", text, column.heading))
    if column.required:
        text = f"“{column.heading}”不能为空"
        rows.tell(cells.codes < 0, Fault("HB-I-202", "必填项为空", text, column.heading))
    return values


def _tell_unknown_labels(rows: Rows, column: Column) -> None:
    """Warn of unknown labels and keep them: the lists change by year and province."""
    values = rows.frame[column.name]
    known = {*column.labels, *(unicodedata.normalize("NFKC", label) for label in column.labels)}
    if column.kind is Kind.CHOICES:
        unknown = {value for value in values.dropna().unique() if not set(value.split(",")) <= known}
    else:
        unknown = set(values.dropna().unique()) - known
    fault = Fault(
        "HB-I-301",
        "不认识的选项",
        f"“{column.heading}”的选项不在已知范围内，按原样保留",
        column.heading,
        Severity.WARNING,
        "核对选项；如系统已更新选项，请告知维护人员",
    )
    rows.tell(values.isin(unknown).to_numpy(bool), fault)


def _name_towns(rows: Rows) -> None:
    """Give the findings made before the places were matched the town of their row."""
    if "town_code" not in rows.frame:
        return
    towns = pd.Series(rows.frame["town_code"].array, index=rows.frame["source_row"])
    for found in rows.findings:
        found["town_code"] = towns.reindex(found["row"]).array
