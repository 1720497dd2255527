"""A small world of sheets, as rows of plain Python values under the headings of the exports.

Recounts read these rows; `sources` turns the same rows into the tables that an import stores.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from support import REPOSITORY

from hanbin_lib.contract import TABLES
from hanbin_lib.contract.columns import Kind, Level
from hanbin_lib.contract.schemas import check_stored, stored_schema
from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.months import Month
from hanbin_lib.params import HouseRules
from hanbin_lib.places import AreaRegister
from hanbin_lib.policy import Clock, Clocks, Policy
from hanbin_lib.snapshots import Manifest, Source
from hanbin_lib.yearly_documents import MonitoringLine, read_calendar

COUNTY = "100001"
FINDINGS = "导入核查记录"
Row = dict[str, Any]
TITLES = {table.title: name for name, table in TABLES.items()} | {FINDINGS: "findings"}
# What pandera calls the types that a snapshot gives back.
_DTYPES = {"string": "str", "string[pyarrow]": "str", "datetime64[ns]": "datetime64[s]"}
CALENDAR = read_calendar(REPOSITORY / "params")
_SPLIT = {"monitored_persons": "monitored", "lifted_persons": "lifted"}


def clocks(days: int = 15, unit: str = "日") -> Clocks:
    """So many days for a decision, five for the notice."""
    decision = Clock(days=days, unit=unit, document="〔测试〕1号")
    return Clocks(clue_decision=decision, clue_notice=Clock(days=5, unit="日", document="〔测试〕1号"))


@dataclass(frozen=True)
class World:
    """Sheets by title and month; a row's 镇 and 村 are place codes, None where it names none."""

    month: Month
    rules: HouseRules
    line: MonitoringLine | None
    register: AreaRegister
    sheets: Mapping[tuple[str, Month], list[Row]] = field(default_factory=dict)
    clocks: Clocks | None = field(default_factory=clocks)

    def rows(self, title: str, month: Month | None = None) -> list[Row] | None:
        """Rows of a sheet, None where it did not come in."""
        return self.sheets.get((title, month or self.month))

    @property
    def towns(self) -> list[str]:
        """Codes of the counted towns."""
        return list(self.register.towns["place_code"])

    def inside(self, title: str, month: Month | None = None) -> list[Row]:
        """Rows that lie in a counted town; none where the sheet did not come in."""
        towns = set(self.towns)
        return [row for row in self.rows(title, month) or [] if row["镇"] in towns]

    @property
    def scope(self) -> Scope:
        policy = self.clocks and Policy(first_month="2021-01", clocks=self.clocks)
        return Scope(self.month, self.register, self.rules, self.line, policy=policy, calendar=CALENDAR)

    @property
    def sources(self) -> Sources:
        months = {month for _, month in self.sheets} | {self.month}
        kept = {
            month: Kept(month, _tables(self.sheets, month), _manifest(self.sheets, month)) for month in months
        }
        return Sources(kept.pop(self.month), kept)


@dataclass(frozen=True)
class Kept:
    """What indicators ask of a snapshot, in memory."""

    month: Month
    tables: Mapping[str, pd.DataFrame]
    manifest: Manifest

    @property
    def id(self) -> str:
        return f"memory-{self.month}"

    def has(self, name: str) -> bool:
        return name in self.tables

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        return self.tables[name][columns] if columns else self.tables[name]


def area_register(towns: Mapping[str, bool]) -> AreaRegister:
    """A county with these towns (code -> whether it is counted), two villages each."""
    rows = [(COUNTY, "试点县", "县", "", True, "")]
    for number, (code, counted) in enumerate(towns.items()):
        rows.append((code, f"第{number}镇", "镇", COUNTY, counted, ""))
        rows += [(f"{code}20{v}", f"村{number}之{v}村委会", "村", code, counted, "") for v in (1, 2)]
    columns = ["place_code", "place_name", "kind", "parent_code", "is_counted", "note"]
    return AreaRegister(pd.DataFrame(rows, columns=columns))


def _manifest(sheets: Mapping[tuple[str, Month], list[Row]], month: Month) -> Manifest:
    """Every sheet came in with all its columns, but for those that no plain export has."""
    sources = []
    for (title, of_month), rows in sheets.items():
        name = TITLES[title]
        if of_month == month and name in TABLES:
            known = {c.name for c in TABLES[name].columns}
            known -= set() if any("首次帮扶时间" in row for row in rows) else {"first_measure_month"}
            sources.append(_source(name, tuple(sorted(known)), len(rows)))
    return Manifest(id="memory", month=str(month), is_demonstration=True, contract="", sources=tuple(sources))


def _source(table: str, columns: tuple[str, ...], rows: int) -> Source:
    return Source(
        file="a.xlsx", sheet="a", sha256="", table=table, rows=rows, columns=columns, unknown_columns=(),
        is_demonstration=True,
    )  # fmt: skip


def _tables(sheets: Mapping[tuple[str, Month], list[Row]], month: Month) -> dict[str, pd.DataFrame]:
    tables = {"findings": _findings(sheets.get((FINDINGS, month), []))}
    for (title, of_month), rows in sheets.items():
        name = TITLES[title]
        if of_month != month or name == "findings":
            continue
        if name in _SPLIT:
            tables[name] = _typed(name, [_person(name, row) for row in rows])
            tables[f"{_SPLIT[name]}_households"] = _typed(f"{_SPLIT[name]}_households", _homes(name, rows))
        else:
            tables[name] = _typed(name, [_entry(name, row) for row in rows])
    return tables


def _typed(name: str, rows: list[Row]) -> pd.DataFrame:
    columns = stored_schema(name).columns
    frame = pd.DataFrame(
        {
            column: pd.Series(
                [row.get(column) for row in rows],
                dtype=_DTYPES.get(str(kind.dtype), str(kind.dtype)),
            )
            for column, kind in columns.items()
            if column not in ("source_file", "source_row")
        }
    )
    if "source_file" in columns:
        frame["source_file"] = pd.Series(0, index=frame.index, dtype="int16")
        frame["source_row"] = pd.Series(range(1, len(rows) + 1), index=frame.index, dtype="int64")
    check_stored(name, frame)
    return frame


def _homes(name: str, rows: list[Row]) -> list[Row]:
    """One row a household: its facts are those of its first row."""
    first: dict[str, Row] = {}
    size: dict[str, int] = {}
    for row in rows:
        first.setdefault(row["户编号"], row)
        size[row["户编号"]] = size.get(row["户编号"], 0) + 1
    columns = [c for c in TABLES[name].columns if c.level is Level.HOUSEHOLD and not c.personal]
    return [
        {c.name: _stored(row.get(c.heading), c.kind) for c in columns}
        | {"town_code": row["镇"], "village_code": row["村"], "members": size[code]}
        for code, row in first.items()
    ]


def _person(name: str, row: Row) -> Row:
    columns = [c for c in TABLES[name].columns if c.level is Level.PERSON and not c.personal]
    return {c.name: _stored(row.get(c.heading), c.kind) for c in columns} | {
        "household_code": row["户编号"],
        "town_code": row["镇"],
        "village_code": row["村"],
        "person_key": key_of(row["证件号码"]),
        "person_code": row["证件号码"],
        "birth_month": _stored(row.get("出生日期"), Kind.MONTH),
    }


def _entry(name: str, row: Row) -> Row:
    columns = [c for c in TABLES[name].columns if c.level is not Level.PLACE and not c.personal]
    found = {c.name: _stored(row.get(c.heading), c.kind) for c in columns}
    found |= {f"has_{c.name}": False for c in TABLES[name].columns if c.personal}
    if "证件号码" in row:
        found["person_key"] = key_of(row["证件号码"])
    return found | {"town_code": row["镇"], "village_code": row["村"]}


def _findings(rows: list[Row]) -> pd.DataFrame:
    return _typed(
        "findings",
        [{"town_code": row["镇"], "severity": "警告", "rule_id": "HB-CHK-001", "row": 1} for row in rows],
    )


def key_of(number: str) -> str:
    """Stands for the keyed hash of an identity number."""
    return hashlib.md5(number.encode(), usedforsecurity=False).hexdigest()


def _stored(value: Any, kind: Kind) -> Any:
    """A plain value as an import stores it."""
    if isinstance(value, Month):
        return pd.Timestamp(f"{value}-01")
    if isinstance(value, date):
        return pd.Timestamp(value)
    return value
