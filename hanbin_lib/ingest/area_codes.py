"""Codes of places in exports: which place a code means, whichever list of codes the export has it from.

Codes are also exchanged between towns, so that one code may mean two of them: the name beside it decides,
or the list of codes that is declared for the table (``area_codes`` of ``columns.yaml``); where nothing
decides it the import stops. Before the first change of codes there is one list, and nothing to decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

import numpy as np
import pandas as pd

from hanbin_lib.areas import is_area_code, village_key
from hanbin_lib.ingest.findings import Severity
from hanbin_lib.ingest.grid import Encoded, Mask
from hanbin_lib.ingest.rows import Fault, Rows
from hanbin_lib.ingest.spread import as_text, spread
from hanbin_lib.months import Month
from hanbin_lib.places import BEGINNING, AreaRegister

_RULE, _WARNING, _TITLE = "HB-I-208", "HB-I-326", "区划代码对应不上"
_TOWN_DIGITS, _VILLAGE_DIGITS = 9, 12
_NAMED = 30
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
        found = [_placed(one, lists) for one in distinct]
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
    said["town"], said["village"] = (_texts(frame, one) for one in ("town_code", "village_code"))
    said["spelt"] = _spelt(cells.get("village_name"), len(frame))
    named = cells["town_name"].codes >= 0 if "town_name" in cells else np.zeros(len(frame), bool)
    lost = named & (said["town"].eq("") | (said["spelt"].ne("") & said["village"].eq("")))
    silent = lost | said["code"].isin(("", county))
    numbers = said.groupby(list(said), sort=False).ngroup().to_numpy(copy=True)
    numbers[silent] = -1
    numbers[~silent] = pd.factorize(numbers[~silent])[0]
    first = said[~silent].drop_duplicates()
    return numbers, [_Said(*map(str, one)) for one in first.itertuples(index=False)]


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
    while len(code) in (_TOWN_DIGITS, _VILLAGE_DIGITS) and code.endswith("000"):
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
    places = [("", "") if isinstance(one, _Problem) else one for one in found]
    for position, name in enumerate(("town_code", "village_code")):
        if name in rows.frame:
            new = np.array([*(place[position] for place in places), ""], dtype=object)[numbers]
            whole = _texts(rows.frame, name).mask(new != "", new)
            at, distinct = pd.factorize(whole.mask(whole.eq("")))
            rows.frame[name] = spread(pd.array(distinct.to_numpy(), dtype="str"), at)


def _tell(rows: Rows, codes: np.ndarray, problem: _Problem, heading: str, lists: _Lists) -> None:
    """Tell each code once, the most frequent first, with its rows and what it means."""
    counts = pd.Series(codes[codes != ""], dtype="object").value_counts()
    text, action = problem.value
    is_warning = problem is _Problem.UNKNOWN_BESIDE_NAME
    rule, severity = (_WARNING, Severity.WARNING) if is_warning else (_RULE, Severity.ERROR)
    action = action.format(title=rows.sheet.table.title)
    for code, count in counts.iloc[:_NAMED].items():
        hit = codes == code
        message = f"“{heading}”{lists.told(str(code))}{text}，共{count}行，此为第一处"
        rows.tell(hit & (np.cumsum(hit) == 1), Fault(rule, _TITLE, message, heading, severity, action))
    rest = np.isin(codes, list(counts.index[_NAMED:]))
    message = f"“{heading}”还有{len(counts) - _NAMED}种代码{text}，共{rest.sum()}行，此为第一处"
    rows.tell(rest & (np.cumsum(rest) == 1), Fault(rule, _TITLE, message, heading, severity, action))
