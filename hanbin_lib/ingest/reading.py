"""From a recognised sheet to typed rows, with every faulty cell named by its place."""

import unicodedata
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest.cells import EXPECTED, Encoded, encoded, parsed
from hanbin_lib.ingest.findings import COLUMNS, Severity, typed
from hanbin_lib.ingest.recognise import Recognised
from hanbin_lib.places import AreaRegister, town_key, village_key

SOURCE = ["source_file", "source_row"]
_TOTALS = ("合计", "总计", "小计")
_TOTAL_COLUMNS = 6


@dataclass
class Rows:
    """Typed rows of one sheet and the faults found on the way.

    Parameters
    ----------
    frame
        Canonical columns, ``town_code``, ``village_code``, ``source_row`` (as Excel counts);
        later ``source_file`` (number of the source). Personal columns are still there.
    findings
        Tables with the findings' columns.
    """

    sheet: Recognised
    frame: pd.DataFrame
    findings: list[pd.DataFrame] = field(default_factory=list)


def read_rows(sheet: Recognised, register: AreaRegister) -> Rows:
    """Clean, parse and place every row below the headings."""
    cells, positions = _body(sheet)
    rows = Rows(sheet, pd.DataFrame({"source_row": positions + 1}))
    columns = {c.name: _column(rows, c, cells.get(c.name)) for c in sheet.table.columns}
    rows.frame = pd.concat([rows.frame, pd.DataFrame(columns)], axis=1)
    _unknown_labels(rows, cells)
    _match_places(rows, cells, register)
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


def _is_total(body: pa.Table) -> np.ndarray:
    """Rows with 合计 or the like in one of the first columns."""
    total = np.zeros(body.num_rows, dtype=bool)
    for column in body.columns[:_TOTAL_COLUMNS]:
        plain = pc.replace_substring_regex(column, r"[\s\x{3000}:：]+", "")
        mark = pc.fill_null(pc.is_in(plain, pa.array(_TOTALS, column.type)), False)
        total |= mark.to_numpy(zero_copy_only=False)
    return total


def _name_towns(rows: Rows) -> None:
    """Give the findings made before the places were matched the town of their row."""
    if "town_code" not in rows.frame or not rows.findings:
        return
    towns = pd.Series(rows.frame["town_code"].array, index=rows.frame["source_row"])
    for found in rows.findings:
        found["town_code"] = towns.reindex(found["row"]).array


def _column(rows: Rows, column: Column, cells: Encoded | None) -> pd.Series:
    """Values of one column; a column that did not come in is missing throughout."""
    if cells is None:
        cells = Encoded(np.full(len(rows.frame), -1, dtype=np.int32), [])
    values, bad = parsed(column, cells)
    if bad.any():
        text = f"“{column.heading}”应为{EXPECTED[column.kind]}"
        rows.findings.append(report(rows, bad, "HB-I-201", "单元格格式不对", text, column))
    if column.required and (empty := cells.codes < 0).any():
        text = f"“{column.heading}”不能为空"
        rows.findings.append(report(rows, empty, "HB-I-202", "必填项为空", text, column))
    return values


def report(
    rows: Rows,
    mask: np.ndarray,
    rule_id: str,
    title: str,
    message: str,
    column: Column | None = None,
    *,
    severity: Severity = Severity.ERROR,
    action: str = "在原系统或台账里更正后重新导出",
) -> pd.DataFrame:
    """Make findings for the rows in `mask`; the message never holds the cell."""
    place = rows.frame.loc[np.asarray(mask, dtype=bool), ["source_row"]]
    table = pd.DataFrame(
        {
            "severity": severity.value,
            "rule_id": rule_id,
            "rule_title": title,
            "table": rows.sheet.table.name,
            "file": rows.sheet.grid.file,
            "sheet": rows.sheet.grid.sheet,
            "row": place["source_row"].to_numpy(),
            "column": column.heading if column else "",
            "message": message,
            "action": action,
            "town_code": rows.frame.loc[place.index, "town_code"].to_numpy()
            if "town_code" in rows.frame
            else None,
        },
        columns=list(COLUMNS),
    )
    return typed(table)


def _unknown_labels(rows: Rows, cells: dict[str, Encoded]) -> None:
    """Warn of unknown labels and keep them: the lists change by year and province."""
    for column in rows.sheet.table.columns:
        if not column.labels or column.name not in cells or column.personal:
            continue
        values = rows.frame[column.name]
        known = set(column.labels) | {unicodedata.normalize("NFKC", x) for x in column.labels}
        if column.kind is Kind.CHOICES:
            distinct = {v for v in values.dropna().unique() if not set(v.split(",")) <= known}
        else:
            distinct = set(values.dropna().unique()) - known
        if distinct:
            rows.findings.append(
                report(
                    rows,
                    values.isin(distinct).to_numpy(),
                    "HB-I-301",
                    "不认识的选项",
                    f"“{column.heading}”的选项不在已知范围内，按原样保留",
                    column,
                    severity=Severity.WARNING,
                    action="核对选项；如系统已更新选项，请告知维护人员",
                )
            )


def _match_places(rows: Rows, cells: dict[str, Encoded], register: AreaRegister) -> None:
    """Names of town and village to codes; the names themselves are dropped."""
    frame = rows.frame
    if "county_name" in cells:
        _check_county(rows, cells["county_name"], register)
    if "town_name" not in frame.columns:
        return
    towns = _town_codes(frame["town_name"], register)
    _unmatched(rows, "town_name", towns)
    frame["town_code"] = towns
    if "village_name" in frame.columns:
        villages = _village_codes(towns, frame["village_name"], register)
        _unmatched(rows, "village_name", villages, where=towns.notna())
        frame["village_code"] = villages
    names = ("province_name", "city_name", "county_name", "town_name", "village_name")
    rows.frame = frame.drop(columns=[name for name in names if name in frame.columns])


def _check_county(rows: Rows, cells: Encoded, register: AreaRegister) -> None:
    wrong = [n for n, text in enumerate(cells.texts) if not _same_county(text, register)]
    mask = np.isin(cells.codes, wrong)
    if mask.any():
        column = rows.sheet.table.column("county_name")
        text = f"不是{register.county['place_name']}的数据"
        rows.findings.append(report(rows, mask, "HB-I-203", "不是本县数据", text, column))


def _same_county(text: str, register: AreaRegister) -> bool:
    name = str(register.county["place_name"])
    return text.endswith(name) or name.startswith(text)


def _town_codes(names: pd.Series, register: AreaRegister) -> pd.Series:
    known = {name: register.town_codes.get(town_key(name)) for name in names.dropna().unique()}
    return names.map(known).astype("str")


def _village_codes(towns: pd.Series, names: pd.Series, register: AreaRegister) -> pd.Series:
    """Match a village within its town: the same name may stand in several."""
    pairs = pd.DataFrame({"town": towns, "name": names})
    distinct = pairs.dropna().drop_duplicates()
    codes = [
        register.village_codes.get((town, village_key(name)))
        for town, name in zip(distinct["town"], distinct["name"], strict=True)
    ]
    lookup = pd.Series(codes, index=pd.MultiIndex.from_frame(distinct), dtype="str")
    if lookup.empty:
        return pd.Series(pd.array([None] * len(names), dtype="str"), index=names.index)
    found = lookup.reindex(pd.MultiIndex.from_frame(pairs)).to_numpy()
    return pd.Series(found, index=names.index, dtype="str")


def _unmatched(rows: Rows, name: str, codes: pd.Series, where: pd.Series | None = None) -> None:
    given = rows.frame[name].notna() & codes.isna()
    if where is not None:
        given &= where
    if given.any():
        column = rows.sheet.table.column(name)
        text = f"“{column.heading}”不在区划名册内"
        action = "核对名称；确属新设或更名的，请补进 params/areas.csv"
        rows.findings.append(
            report(
                rows,
                given.to_numpy(),
                "HB-I-204",
                "地名无法对应",
                text,
                column,
                action=action,
            )
        )
