"""Names of town and village to codes; figures are keyed by code, rows carry names."""

import numpy as np
import pandas as pd

from hanbin_lib.areas import town_key, village_key
from hanbin_lib.ingest.area_codes import place_by_codes
from hanbin_lib.ingest.findings import Severity
from hanbin_lib.ingest.grid import Encoded, Mask
from hanbin_lib.ingest.rows import Fault, Rows
from hanbin_lib.ingest.spread import spread
from hanbin_lib.ingest.telling import told_place
from hanbin_lib.places import AreaRegister

_NAMES = ("province_name", "city_name", "county_name", "town_name", "village_name")
_RULE, _TITLE = "HB-I-204", "地名无法对应"
_TOWN_DIGITS = 9
_NAMED = 30
_ACTION = (
    "核对名称；确属新设或更名的，在 params/area_changes.csv 写一行"
    "（头一次导入以前可直接补进 params/areas.csv；现在是{county}的名册，别的县要整份换掉）"
)


def match_places(rows: Rows, cells: dict[str, Encoded], register: AreaRegister) -> None:
    """Put ``town_code`` and ``village_code`` in place of the names.

    Parameters
    ----------
    cells
        Cells of the columns that came in.
    """
    if "county_name" in cells:
        _check_county(rows, cells["county_name"], register)
    columns = {column.name for column in rows.sheet.table.columns}
    towns = np.full(len(rows.frame), -1, dtype=np.int64)
    if "town_name" in columns:
        towns = _towns(cells.get("town_name"), towns, register)
        rows.frame["town_code"] = _codes(list(register.town_codes.values()), towns)
    if "village_name" in columns:
        rows.frame["village_code"] = _villages(cells.get("village_name"), towns, register)
    _tell_unmatched(rows, cells, register, place_by_codes(rows, cells, register))
    codes = [column.name for column in rows.sheet.table.columns if column.is_area_code]
    rows.frame = rows.frame.drop(columns=[*(name for name in _NAMES if name in columns), *codes])


def _check_county(rows: Rows, county: Encoded, register: AreaRegister) -> None:
    name = str(register.county["place_name"])
    other = [n for n, text in enumerate(county.texts.to_pylist()) if not _is_county(text, name)]
    heading = rows.sheet.table.column("county_name").heading
    text = f"不是{name}的数据"
    rows.tell(np.isin(county.codes, other), Fault("HB-I-203", "不是本县数据", text, heading))


def _is_county(text: str, name: str) -> bool:
    """甲市乙县 and 乙 are 乙县."""
    return text.endswith(name) or name.startswith(text)


def _towns(cells: Encoded | None, unknown: np.ndarray, register: AreaRegister) -> np.ndarray:
    """Position of each row's town in the register's list, -1 where it is unknown."""
    if cells is None:
        return unknown
    position = {key: number for number, key in enumerate(register.town_codes)}
    found = [position.get(town_key(name), -1) for name in cells.texts.to_pylist()]
    towns: np.ndarray = np.array([*found, -1])[cells.codes]
    return towns


def _villages(cells: Encoded | None, towns: np.ndarray, register: AreaRegister) -> pd.Series:
    """Match a village within its town: the same name may stand in several."""
    if cells is None:
        return _codes([], towns * 0 - 1)
    codes, names = list(register.town_codes.values()), cells.texts.to_pylist()
    pairs = np.where((towns >= 0) & (cells.codes >= 0), towns * len(names) + cells.codes, -1)
    distinct, number = np.unique(pairs, return_inverse=True)
    found = [
        register.village_codes.get((codes[pair // len(names)], village_key(names[pair % len(names)])))
        if pair >= 0
        else None
        for pair in distinct.tolist()
    ]
    return _codes(found, number)


def _codes(codes: list[str] | list[str | None], positions: np.ndarray) -> pd.Series:
    return spread(pd.array(codes, dtype="str"), positions)


def _tell_unmatched(rows: Rows, cells: dict[str, Encoded], register: AreaRegister, told: Mask) -> None:
    """Under a town that is not found its villages are not looked for, nor of rows that were told already."""
    frame = rows.frame
    action = _ACTION.format(county=register.county["place_name"])
    if "town_name" in cells:
        lost = frame["town_code"].isna().to_numpy() & (cells["town_name"].codes >= 0)
        known = register.table.loc[register.table["place_code"].str.len() == _TOWN_DIGITS, "place_name"]
        _tell_names(rows, "town_name", cells, (lost, known.tolist(), "不在区划名册内"), action)
    if "village_name" in cells:
        named = cells["village_name"].codes >= 0
        no_town = frame["town_code"].isna().to_numpy() & ~told
        if "town_name" in cells:
            no_town = no_town & (cells["town_name"].codes < 0)
            heading = rows.sheet.table.column("village_name").heading
            text = f"“{heading}”填写了，却没有填写所在的镇（街道）"
            rows.tell(named & no_town, Fault(_RULE, _TITLE, text, heading, action=action))
        else:
            _tell_no_towns(rows, named & no_town)
        lost = named & frame["village_code"].isna().to_numpy()
        for town in frame.loc[lost, "town_code"].dropna().unique():
            here = lost & frame["town_code"].eq(town).fillna(False).to_numpy(bool)
            known = register.table.loc[register.table["parent_code"] == town, "place_name"]
            text = f"在区划名册的{register.name(town)}里找不到"
            _tell_names(rows, "village_name", cells, (here, known.tolist(), text), action)


def _tell_no_towns(rows: Rows, mask: Mask) -> None:
    """Without the column of towns no village is known, as if it had not come: told once, not row by row."""
    town, village = (rows.sheet.table.column(name) for name in ("town_name", "village_name"))
    text = (
        f"没有“{town.heading}”列，“{village.heading}”认不出属于哪个镇（街道），共{mask.sum()}行，此为第一处"
    )
    severity = Severity.ERROR if village.required else Severity.WARNING
    first = mask & (np.cumsum(mask) == 1)
    action = f"导出时带上“{town.heading}”列；没有的，按未收到“{village.heading}”处理"
    rows.tell(first, Fault(_RULE, _TITLE, text, village.heading, severity, action))


def _tell_names(
    rows: Rows, name: str, cells: dict[str, Encoded], lost: tuple[Mask, list[str], str], action: str
) -> None:
    """Tell each unknown name once, the most frequent first, with its rows and its nearest known names."""
    mask, known, text = lost
    heading, codes = rows.sheet.table.column(name).heading, cells[name].codes
    counts = np.bincount(codes[mask], minlength=1)
    order = [int(n) for n in np.argsort(-counts, kind="stable") if counts[n]]
    for number in order[:_NAMED]:
        spelt, near = told_place(str(cells[name].texts[number]), known, rows)
        shown = f"“{spelt}”" if spelt else "（内容不像地名，不显示）"
        likely = f"，最接近的是{'、'.join(near)}" if near else ""
        message = f"“{heading}”{shown}{text}，共{counts[number]}行，此为第一处{likely}"
        first = mask & (codes == number)
        rows.tell(first & (np.cumsum(first) == 1), Fault(_RULE, _TITLE, message, heading, action=action))
    rest = mask & np.isin(codes, order[_NAMED:])
    message = f"“{heading}”还有{len(order) - _NAMED}种名称{text}，共{rest.sum()}行，此为第一处"
    rows.tell(rest & (np.cumsum(rest) == 1), Fault(_RULE, _TITLE, message, heading, action=action))
