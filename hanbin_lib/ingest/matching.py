"""Names and codes of places to places of the register; figures are keyed by code, rows carry names.

Codes are exchanged between towns, so that one code may mean two of them, by the list of codes that an export
has it from: the name beside it decides, or the list that is declared for the table (``area_codes`` of
``columns.yaml``); where nothing decides it the import stops. Before the first change of codes there is one
list, and nothing to decide.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

import numpy as np
import pandas as pd

from hanbin_lib.areas import TOWN, VILLAGE, is_area_code, town_key, village_key
from hanbin_lib.ingest.findings import Fault, Severity
from hanbin_lib.ingest.grid import Encoded, Mask
from hanbin_lib.ingest.rows import Rows, as_text, spread, told_place
from hanbin_lib.months import Month
from hanbin_lib.places import BEGINNING, AreaRegister

_NAMES = ("province_name", "city_name", "county_name", "town_name", "village_name")
_RULE, _TITLE = "HB-I-204", "地名无法对应"
_NAMED = 30
_WIDE = re.compile(r"全[县区市旗]|[县区市旗](本级|级|直|直属)")
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
    codes = np.where(np.isin(county.codes, other), county.codes, -1)
    heading = rows.sheet.table.column("county_name").heading
    fault = Fault(
        "HB-I-203", "不是本县数据", f"不是{name}的数据", heading, action="只导出本县的，或删去别县的行"
    )
    _tell_each(rows, codes, lambda number: _shown(str(county.texts[number]), [], rows), "名称", fault)


def _is_county(text: str, name: str) -> bool:
    """甲市乙县 and 乙 are 乙县."""
    return text.endswith(name) or name.startswith(text)


def _towns(cells: Encoded | None, unknown: np.ndarray, register: AreaRegister) -> np.ndarray:
    """Position of each row's town in the register's list, -1 where it is unknown."""
    if cells is None:
        return unknown
    position = {key: number for number, key in enumerate(register.town_codes)}
    county = str(register.county["place_name"])
    found = [
        next(
            (position[key] for key in (town_key(name), town_key(_behind(name, county))) if key in position),
            -1,
        )
        for name in cells.texts.to_pylist()
    ]
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
        _village(codes[pair // len(names)], names[pair % len(names)], register) if pair >= 0 else None
        for pair in distinct.tolist()
    ]
    return _codes(found, number)


def _village(town: str, name: str, register: AreaRegister) -> str | None:
    """Code of a village of a town, by its name or by its town's and its own: 甲山镇东村."""
    codes = register.village_codes
    own = _behind(name, register.name(town))
    return codes.get((town, village_key(name))) or codes.get((town, village_key(own)))


def _behind(name: str, larger: str) -> str:
    """What stands behind the name of the larger place: 某市某县甲山镇 is 甲山镇."""
    return "".join(name.split()).rpartition(larger)[2]


def _codes(codes: list[str] | list[str | None], positions: np.ndarray) -> pd.Series:
    return spread(pd.array(codes, dtype="str"), positions)


def _tell_unmatched(rows: Rows, cells: dict[str, Encoded], register: AreaRegister, told: Mask) -> None:
    """Under a town that is not found its villages are not looked for, nor of rows that were told already."""
    frame = rows.frame
    action = _ACTION.format(county=register.county["place_name"])
    if "town_name" in cells:
        lost = frame["town_code"].isna().to_numpy() & (cells["town_name"].codes >= 0)
        lost &= ~_tell_county_wide(rows, cells["town_name"], register)
        known = register.table.loc[register.table["place_code"].str.len() == TOWN, "place_name"]
        _tell_names(rows, "town_name", cells, (lost, known.tolist(), "不在区划名册内"), action)
    if "village_name" in cells:
        named = cells["village_name"].codes >= 0
        no_town = frame["town_code"].isna().to_numpy() & ~told
        if "town_name" in cells:
            no_town = no_town & ~lost
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


def _tell_county_wide(rows: Rows, towns: Encoded, register: AreaRegister) -> Mask:
    """Rows that are the whole county's, where a town need not be: told once."""
    column = rows.sheet.table.column("town_name")
    county = str(register.county["place_name"])
    wide = [n for n, text in enumerate(towns.texts.to_pylist()) if text == county or _WIDE.fullmatch(text)]
    mask: Mask = np.isin(towns.codes, [] if column.required else wide)
    text = f"“{column.heading}”有{mask.sum()}处写的是全县（区）或县（区）本级，按没有填写处理，此为第一处"
    fault = Fault("HB-I-327", "按没有填写处理", text, column.heading, Severity.WARNING, "不需要处理")
    rows.tell_first(mask, fault)
    return mask


def _tell_no_towns(rows: Rows, mask: Mask) -> None:
    """Without the column of towns no village is known, as if it had not come: told once, not row by row."""
    town, village = (rows.sheet.table.column(name) for name in ("town_name", "village_name"))
    text = (
        f"没有“{town.heading}”列，“{village.heading}”认不出属于哪个镇（街道），共{mask.sum()}行，此为第一处"
    )
    severity = Severity.ERROR if village.required else Severity.WARNING
    action = f"导出时带上“{town.heading}”列；没有的，按未收到“{village.heading}”处理"
    rows.tell_first(mask, Fault(_RULE, _TITLE, text, village.heading, severity, action))


def _tell_names(
    rows: Rows, name: str, cells: dict[str, Encoded], lost: tuple[Mask, list[str], str], action: str
) -> None:
    """Tell each unknown name with its nearest known names."""
    mask, known, text = lost
    column = cells[name]
    fault = Fault(_RULE, _TITLE, text, rows.sheet.table.column(name).heading, action=action)
    codes = np.where(mask, column.codes, -1)
    _tell_each(rows, codes, lambda number: _shown(str(column.texts[number]), known, rows), "名称", fault)


def _shown(name: str, known: list[str], rows: Rows) -> tuple[str, str]:
    """A name as it may be told, and the known names that are nearest to it."""
    told, near = told_place(name, known, rows)
    likely = f"，最接近的是{'、'.join(near)}" if near else ""
    return f"“{told}”" if told else "（内容不像地名，不显示）", likely


def _tell_each(
    rows: Rows, codes: np.ndarray, spelt: Callable[[int], tuple[str, str]], noun: str, fault: Fault
) -> None:
    """Tell each text once, the most frequent first, with its rows; so many are named, the rest is counted.

    Parameters
    ----------
    codes
        Which text a row has, -1 where nothing is to be told.
    spelt
        How a text is shown, and what is said behind it.
    fault
        Its message is what is wrong with every one of them.
    """
    counts = np.bincount(codes[codes >= 0], minlength=1)
    order = [int(n) for n in np.argsort(-counts, kind="stable") if counts[n]]
    for number in order[:_NAMED]:
        shown, behind = spelt(number)
        message = f"“{fault.heading}”{shown}{fault.message}，共{counts[number]}行，此为第一处{behind}"
        rows.tell_first(codes == number, replace(fault, message=message))
    rest = np.isin(codes, order[_NAMED:])
    others = f"还有{len(order) - _NAMED}种{noun}{fault.message}，共{rest.sum()}行，此为第一处"
    rows.tell_first(rest, replace(fault, message=f"“{fault.heading}”{others}"))


_CODE_RULE, _CODE_WARNING, _CODE_TITLE = "HB-I-208", "HB-I-326", "区划代码对应不上"
_DECLARE = "整张表都用某个时期代码的，在 params/columns.yaml 的 area_codes 下写那时的一个月：{title}: 年-月"


class _Problem(Enum):
    """What may be wrong with a code: what is said of it, and what to do."""

    UNKNOWN = ("不在区划名册内，同一行也没有地名", "核对代码；新设的在 params/area_changes.csv 写一行")
    UNKNOWN_BESIDE_NAME = ("不在区划名册内，已按同一行的地名对应", "核对代码")
    OTHER = ("和同一行的地名不是一个地方", "核对代码和地名。" + _DECLARE)
    SEVERAL = ("不知道是哪个地方，同一行没有地名可以区分", "同一行填上地名。" + _DECLARE)


@dataclass(frozen=True)
class _Lists:
    """What codes mean by the lists that a table may have them from.

    Parameters
    ----------
    meanings
        When a list holds, in words -> code of the register by code of that list; the oldest first.
    """

    register: AreaRegister
    meanings: Mapping[str, Mapping[str, str]]

    @property
    def county(self) -> str:
        """Code of the county."""
        return str(self.register.county["place_code"])

    def of(self, code: str) -> set[str]:
        """Codes of the places that a code may mean."""
        return {meant[code] for meant in self.meanings.values() if code in meant}

    def told(self, code: str) -> str:
        """``100001120（2026年1月以前是甲镇，2026年1月起是乙镇）``; of the county's own codes alone."""
        if not is_area_code(code) or not code.startswith(self.county):
            return "（内容不像本县的代码，不显示）"
        named = [
            (when, self.register.name(meant[code]) if code in meant else "没有这个代码")
            for when, meant in self.meanings.items()
        ]
        runs = [next(run) for _, run in groupby(named, key=lambda one: one[1])]
        return code if not self.of(code) else f"{code}（{'，'.join(when + name for when, name in runs)}）"


@dataclass(frozen=True)
class _Said:
    """What a row says of its place: a code, and what its names lead to (empty where they lead nowhere)."""

    code: str
    town: str
    village: str
    spelt: str


def place_by_codes(rows: Rows, cells: Mapping[str, Encoded], register: AreaRegister) -> Mask:
    """Hold the codes of places against the names beside them; they stand for names that are not there.

    Fills ``town_code`` and ``village_code`` of the rows, and tells of codes that mean no place, another
    place than the names, or one of several.

    Returns
    -------
    Mask
        Rows whose place is not known for such a code.
    """
    lists, lost = _lists(rows, register), np.zeros(len(rows.frame), dtype=bool)
    # The village's code says more than its town's: it comes first.
    for column in reversed([c for c in rows.sheet.table.columns if c.is_area_code and c.name in cells]):
        numbers, distinct = _said(rows, column.name, cells, lists.county)
        found = [_placed(said, lists) for said in distinct]
        _fill(rows, numbers, found)
        for problem in _Problem:
            wrong = [one.code if fault is problem else "" for one, fault in zip(distinct, found, strict=True)]
            codes = np.array([*wrong, ""], dtype=object)[numbers]
            _tell(rows, codes, problem, column.heading, lists)
            lost |= codes != ""
    return lost


def _lists(rows: Rows, register: AreaRegister) -> _Lists:
    """The list that is declared for the table, else all lists up to the register's month."""
    declared = rows.sheet.table.area_code_month
    if declared:
        month = Month.parse(declared)
        return _Lists(register, {f"{month.label}是": register.meanings(month)})
    first = f"{register.past[0].month.label}以前是" if register.past else "是"
    months = {first: BEGINNING} | {f"{step.month.label}起是": step.month for step in register.past}
    return _Lists(register, {when: register.meanings(month) for when, month in months.items()})


def _said(rows: Rows, name: str, cells: Mapping[str, Encoded], county: str) -> tuple[np.ndarray, list[_Said]]:
    """What rows say of their places, and per row its position; -1 of a row whose code has nothing to say.

    A row whose names are not known is told by its names.
    """
    frame = rows.frame
    said = pd.DataFrame({"code": _texts(frame, name).map(_short)})
    said["town"], said["village"] = (_texts(frame, column) for column in ("town_code", "village_code"))
    said["spelt"] = _spelt(cells.get("village_name"), len(frame))
    named = cells["town_name"].codes >= 0 if "town_name" in cells else np.zeros(len(frame), bool)
    lost = named & (said["town"].eq("") | (said["spelt"].ne("") & said["village"].eq("")))
    silent = lost | said["code"].isin(("", county))
    numbers = said.groupby(list(said), sort=False).ngroup().to_numpy(copy=True)
    numbers[silent] = -1
    numbers[~silent] = pd.factorize(numbers[~silent])[0]
    first = said[~silent].drop_duplicates()
    return numbers, [_Said(*map(str, said)) for said in first.itertuples(index=False)]


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column as text, empty where it is missing or did not come in."""
    if name not in frame:
        return pd.Series("", index=frame.index)
    return as_text(frame[name]).astype("object").where(frame[name].notna(), "")


def _spelt(cells: Encoded | None, count: int) -> np.ndarray:
    """Village names as they are written."""
    if cells is None:
        return np.full(count, "", dtype=object)
    return np.array([*cells.texts.to_pylist(), ""], dtype=object)[cells.codes]


def _short(code: str) -> str:
    """Lists of the whole country fill codes of counties and towns with zeros up to twelve digits."""
    while len(code) in (TOWN, VILLAGE) and code.endswith("000"):
        code = code[:-3]
    return code


def _placed(said: _Said, lists: _Lists) -> tuple[str, str] | _Problem:
    """Codes of town and village (empty where it is not said), or what is wrong."""
    register, meant = lists.register, lists.of(said.code)
    if not meant:
        return _Problem.UNKNOWN_BESIDE_NAME if said.town else _Problem.UNKNOWN
    towns = {code: register.town_of(code) for code in meant}
    fitting: set[tuple[str, str]] = set()
    for code, town in towns.items():
        village = code if code != town else ""
        if said.spelt and not said.town:
            by_name = register.village_codes.get((town, village_key(said.spelt)), "")
            if not by_name or village not in ("", by_name):
                continue
            village = by_name
        if said.town in ("", town) and (not said.village or village in ("", said.village)):
            fitting.add((town, said.village or village))
    if len(fitting) == 1:
        return fitting.pop()
    return _Problem.SEVERAL if fitting else _Problem.OTHER


def _fill(rows: Rows, numbers: np.ndarray, found: Sequence[tuple[str, str] | _Problem]) -> None:
    """Enter the places that were found."""
    places = [("", "") if isinstance(placed, _Problem) else placed for placed in found]
    for position, name in enumerate(("town_code", "village_code")):
        if name in rows.frame:
            new = np.array([*(place[position] for place in places), ""], dtype=object)[numbers]
            whole = _texts(rows.frame, name).mask(new != "", new)
            at, distinct = pd.factorize(whole.mask(whole.eq("")))
            rows.frame[name] = spread(pd.array(distinct.to_numpy(), dtype="str"), at)


def _tell(rows: Rows, codes: np.ndarray, problem: _Problem, heading: str, lists: _Lists) -> None:
    """Tell each code with what it means."""
    text, action = problem.value
    is_warning = problem is _Problem.UNKNOWN_BESIDE_NAME
    rule, severity = (_CODE_WARNING, Severity.WARNING) if is_warning else (_CODE_RULE, Severity.ERROR)
    action = action.format(title=rows.sheet.table.title)
    numbers, distinct = pd.factorize(pd.Series(codes, dtype="object").replace("", None))
    fault = Fault(rule, _CODE_TITLE, text, heading, severity, action)
    _tell_each(rows, numbers, lambda number: (lists.told(str(distinct[number])), ""), "代码", fault)
