"""Boundary tables (``cases/*.md``): rows that come in, and the number that must come out.

They are written for the people who keep the ledgers and printed in the documentation of the
indicators. A table's first heading names the sheet, its first column the case; every case is a
town of its own. A column ``→ 指标名称`` is what the town must have; ``：组`` behind the name means
the group with that label, ``（分子）``, ``（下限）``, ``（上月）`` another column or month.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from worlds import COUNTY, FINDINGS, TITLES, Row, World, area_register, clocks

from hanbin_lib.contract import TABLES
from hanbin_lib.contract.columns import Kind
from hanbin_lib.indicators import DEFINITIONS, NOTE_TEXT
from hanbin_lib.months import Month
from hanbin_lib.params import HouseRules
from hanbin_lib.policy import Clocks, EntryLimit
from hanbin_lib.yearly_documents import MonitoringLine

FOLDER = Path(__file__).parent / "cases"
MONTH = Month(2022, 9)
_NUMBER = {"分子": "numerator", "分母": "denominator", "下限": "lower", "上限": "upper"}
_BY_NAME = {d.name: d.id for d in DEFINITIONS.values()}
_NOTES = {text: note.value for note, text in NOTE_TEXT.items()}
_TITLE = re.compile(r"(.+?)(?:（(\d{4})年(\d{1,2})月）)?")
_EXPECTED = re.compile(r"→ ([^：（]+)(?:：([^（]+?))?(?:（(分子|分母|下限|上限|上月)）)?")
_NOTHING = "无"
_CODES = ("户编号", "证件号码", "问题编号", "项目编号", "名称", "单元编号", "督帮组", "线索编号")


@dataclass(frozen=True)
class Expected:
    """One number that must come out."""

    place: str
    indicator: str
    group: str  # label of the group, empty for all
    column: str
    month: Month
    text: str

    def __str__(self) -> str:
        return f"{self.place} {self.indicator} {self.group} {self.column} {self.month} = {self.text}"


@dataclass
class Block:
    """The tables under one heading."""

    title: str
    month: Month = MONTH
    line: int | None = None
    entry_limit: EntryLimit | None = None
    rules: dict[str, float] = field(default_factory=dict)
    clocks: Clocks | None = field(default_factory=clocks)
    sheets: dict[tuple[str, Month], list[Row]] = field(default_factory=lambda: defaultdict(list))
    expected: list[Expected] = field(default_factory=list)

    @property
    def stands_alone(self) -> bool:
        """It tells of the whole county, of its ranking, or of a sheet that did not come in."""
        return any(
            one.place == "全县" or one.indicator.startswith("town_") or one.text in ("未收到", "未录入")
            for one in self.expected
        )

    @property
    def places(self) -> list[str]:
        named = [row["情形"] for rows in self.sheets.values() for row in rows] + [
            one.place for one in self.expected
        ]
        return [place for place in dict.fromkeys(named) if place != "全县"]

    def world(self, rules: HouseRules) -> tuple[World, dict[str, str]]:
        """The world of this block, and the place code of each case."""
        codes = {place: f"100001{number:03d}" for number, place in enumerate(self.places, start=1)}
        line = self.line and MonitoringLine(
            year=self.month.year, value_yuan=self.line, document="〔测试〕1号", entered_by="测试"
        )
        sheets = {key: [_located(row, codes) for row in rows] for key, rows in self.sheets.items()}
        sheets.setdefault(("监测对象信息", self.month), [])
        own = rules.model_copy(update={"trend_months": 2, **self.rules})
        world = World(
            self.month,
            own,
            line or None,
            area_register(dict.fromkeys(codes.values(), True)),
            sheets,
            self.clocks,
        )
        return world, codes | {"全县": COUNTY}


def files() -> list[Path]:
    """All case files, by chapter; the first holds the ordinary values."""
    return sorted(FOLDER.glob("*.md"))


@cache
def ordinary() -> dict[str, Row]:
    """Sheet -> values of the columns that a table does not list."""
    blocks = list(_blocks(files()[0].read_text(encoding="utf-8"), {}))
    return {
        title: {key: value for key, value in rows[0].items() if key not in ("情形", "×", "乡", "村", "户编号", "证件号码")}
        for block in blocks
        for (title, _), rows in block.sheets.items()
    }  # fmt: skip


def blocks(path: Path) -> list[Block]:
    """The blocks of one file."""
    return list(_blocks(path.read_text(encoding="utf-8"), ordinary()))


def merged(path: Path) -> list[Block]:
    """The blocks of one file, those that can share a county put together: a county takes a second."""
    together: dict[str, Block] = {}
    for block in blocks(path):
        shared = f"{path.stem} {block.month} {block.line or ''} {block.rules or ''}"
        shared += "" if block.clocks == clocks() else f" {block.clocks}"
        key = f"{path.stem} {block.title}" if block.stands_alone else shared.strip()
        known = together.setdefault(
            key, Block(key, block.month, block.line, rules=block.rules, clocks=block.clocks)
        )
        for sheet, rows in block.sheets.items():
            known.sheets[sheet] += [{**row, "情形": _named(block, row["情形"])} for row in rows]
        known.expected += [replace(one, place=_named(block, one.place)) for one in block.expected]
    return list(together.values())


def _named(block: Block, place: str) -> str:
    return place if place == "全县" else f"{block.title}/{place}"


def _blocks(text: str, defaults: dict[str, Row]) -> Iterator[Block]:
    for part in re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]:
        title, *lines = part.splitlines()
        block = Block(title)
        for line in lines:
            _setting(block, line)
        for table in _tables(lines):
            _read(block, table, defaults)
        if block.sheets:
            yield block


def _setting(block: Block, line: str) -> None:
    name, _, value = line.partition("：")
    if name == "月份":
        block.month = Month.parse(value)
    elif name == "监测线":
        block.line = int(value)
    elif name == "识别收入限":
        yuan, _, since = value.partition("元，自")
        block.entry_limit = EntryLimit(yuan=float(yuan), first_month=since, document="〔测试〕1号")
    elif name == "时限":
        days, _, unit = value.partition("个")
        block.clocks = clocks(int(days), unit) if unit else None
    elif name == "规则":
        key, _, number = value.partition("=")
        block.rules[key] = float(number) if "." in number else int(number)


def _tables(lines: list[str]) -> Iterator[list[list[str]]]:
    table: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
        elif table:
            yield [table[0], *table[2:]]
            table = []


def _read(block: Block, table: list[list[str]], defaults: dict[str, Row]) -> None:
    (title, *headings), *rows = table
    name, year, number = _TITLE.fullmatch(title).groups()
    month = Month(int(year), int(number)) if year else block.month
    known = {} if name == "应得" else _kinds(name)
    for serial, cells in enumerate(rows):
        assert len(cells) == len(headings) + 1, f"{block.title}：{cells}"
        given = dict(zip(headings, cells[1:], strict=True))
        block.expected += [
            _expectation(block, cells[0], heading, text)
            for heading, text in given.items() if heading.startswith("→") and text
        ]  # fmt: skip
        if name == "应得":
            continue
        row = {**defaults.get(name, {}), "情形": cells[0], "行": f"{name}{month}{serial}"}
        row |= {h: _value(cell, known[h]) for h, cell in given.items() if not h.startswith("→")}
        block.sheets[name, month] += [{**row, "件": n} for n in range(int(given.get("×") or 1))]
    if not rows and name != "应得":
        block.sheets[name, month] += []


def _expectation(block: Block, place: str, heading: str, text: str) -> Expected:
    match = _EXPECTED.fullmatch(heading)
    assert match is not None, heading
    # A rule of the import is named by its number.
    name = match[1] if match[1].startswith("HB-R-") else _BY_NAME.get(match[1])
    assert name is not None, f"{block.title}：没有指标“{match[1]}”"
    month = block.month.shift(-1) if match[3] == "上月" else block.month
    column = _NUMBER.get(match[3] or "", "value")
    return Expected(place, name, match[2] or "", column, month, text)


def _kinds(title: str) -> dict[str, Kind]:
    kinds = {c.heading: c.kind for c in TABLES[TITLES[title]].columns} if title != FINDINGS else {}
    # A month of birth is all that an age needs.
    return (
        kinds
        | {"出生日期": Kind.MONTH, "×": Kind.COUNT}
        | dict.fromkeys(("乡", "村", "户编号", "证件号码"), Kind.TEXT)
    )


def _value(text: str, kind: Kind) -> Any:
    if text == "":
        return None
    readers = {
        Kind.FLAG: {"是": True, "否": False}.__getitem__,
        Kind.MONTH: Month.parse,
        Kind.DATE: date.fromisoformat,
        Kind.COUNT: int,
        Kind.AMOUNT: float,
    }
    return readers.get(kind, str)(text)


def _located(row: Row, codes: dict[str, str]) -> Row:
    """The row with place codes, and codes of its own where it names none."""
    town = codes[row["情形"]]
    where = row.get("村")
    village = None if where == _NOTHING else f"{town}20{2 if where == '二' else 1}"
    serial = f"{row['情形']}/{row['行']}/{row['件']}"
    return {
        **row,
        "镇": None if row.get("乡") == _NOTHING else town,
        "村": None if row.get("乡") == _NOTHING else village,
        # A code names a household (a unit, a problem) of its case, however many tables it stands in.
        **{key: f"{row['情形']}/{row[key]}" if row.get(key) else serial for key in _CODES},
    }


def faults(block: Block, table: pd.DataFrame, codes: dict[str, str]) -> list[str]:
    """What did not come out as it must."""
    asked = table[table["indicator"].isin({one.indicator for one in block.expected})]
    known = {
        (row["indicator"], row["place_code"], row["month"], row["group"].rpartition("=")[2]): row
        for row in asked.to_dict("records")
    }
    return [f"{one}, got {got}" for one in block.expected if (got := _found(one, known, codes)) is not None]


def _found(one: Expected, known: dict[tuple[str, ...], dict[str, Any]], codes: dict[str, str]) -> str | None:
    row = known.get((one.indicator, codes[one.place], str(one.month), one.group or "all"))
    if row is None:
        # A group that nobody belongs to has no rows; an indicator without groups always has.
        return None if one.text == _NOTHING or (one.text == "0" and one.group) else "no row"
    if one.text in _NOTES:
        return None if row["note_code"] == _NOTES[one.text] else row["note_code"]
    got = float(row[one.column])
    return None if _agrees(got, one.text) else f"{got} ({row['note_code']})"


def _agrees(got: float, text: str) -> bool:
    if text == _NOTHING:
        return False
    if text[0] in "<>":
        return got > float(text[1:]) if text[0] == ">" else got < float(text[1:])
    number = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    decimals = len(text.rstrip("%").partition(".")[2]) + (2 if text.endswith("%") else 0)
    return abs(got - number) <= (0.5 * 10**-decimals if decimals else 1e-9)
