"""Which table a sheet is, and the unit of its amounts.

A table is told by its headings, wherever they stand and however they are spelt. A unit stands in the heading
of a column, or in a line above the headings; money is converted to the column's own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from itertools import takewhile

import numpy as np
import pandas as pd

from hanbin_lib.contract import Column, Table
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.contract.labels import DEMONSTRATION
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.grid import Grid

_HEADER_ROWS = 10
_LEAST_MATCHES = 3
_NAMED_COLUMNS = 30
_DIGIT = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"[0-9]{7,}")  # of a telephone at the least
# 监测对象信息_20240430.xlsx; 日期：2024-04-30, 2024.4.30, 2024年4月30日.
_DAY = re.compile(r"(?<!\d)(20\d\d)(?:[-./年](\d{1,2})[-./月](\d{1,2})|(\d\d)(\d\d))(?!\d)")
NOT_RECOGNISED = "HB-I-102"
_NUMBER_OF_ROW = "序号"
_NUMBERED = "（表头里有号码）"
_YUAN = {"元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
_OTHERS = ("人", "户", "个", "月", "%")
# Behind a name: 计划资金(万元), 计划资金(单位:万元), 计划资金【万元】, 计划资金/万元.
_FORMS = ("{}({})", "{}(单位:{})", "{}[{}]", "{}【{}】", "{}/{}")
_UNIT = "|".join(sorted((*_YUAN, *_OTHERS), key=len, reverse=True))
# Incomes are a year's, in all columns but those of a month's pay.
_A_YEAR, _A_MONTH = ("/年", "/人", "/人年", "/人.年", "/人·年"), ("/月", "/人/月")
_OF_HEADING = re.compile(rf"(?:[(\[【](?:单位:)?|/)({_UNIT})(?:/(?:年|人|人.?年|月|人/月))?[)\]】]?$")
# 单位：万元; 金额单位：户、人、万元; (单位：元/年); not 单位：某某县.
_OF_LINE = re.compile(r"(?<!填报)(?<!报送)(?<!填表)(?<!制表)(?<!编制)单位(?:[:(]|为|是)?([^:;)]*)")
_UNIT_CELL = re.compile(rf"[(\[【]?(?:单位:)?({_UNIT})[)\]】]?")
_NAMED = re.compile(rf"({_UNIT})(?![\u4e00-\u9fff])|({_UNIT})(?=统计|日期|时间|截至|截止|填|制表|报)")


@dataclass(frozen=True)
class Recognised:
    """A sheet with its table and the place of each column.

    Parameters
    ----------
    grid, table
        The sheet, and the table it is.
    header
        Last row of the headings in the grid, counted from 0.
    places
        Column name -> positions in the grid; several where a heading stands twice.
    unknown
        Headings that no column has.
    is_demonstration
        Whether the sheet says that it holds demonstration data.
    headings
        One a column, in half-width form without blanks; empty where there is none.
    stated
        Latest day in the name of the file or above the headings, None where there is none.
    """

    grid: Grid
    table: Table
    header: int
    places: dict[str, tuple[int, ...]]
    unknown: tuple[str, ...]
    is_demonstration: bool
    headings: tuple[str, ...] = ()
    stated: date | None = None


def recognise(grid: Grid, tables: Iterable[Table]) -> Recognised | Finding | None:
    """Tell which of `tables` a sheet is; a finding where it is none or lacks columns; None if it is empty."""
    if not grid.height:
        return None
    best = _best(_candidates(grid, tuple(tables)))
    if best is None:
        return _not_recognised(grid, None)
    header, table, headings = best.header, best.table, best.headings
    places = _places(headings, table, frozenset(grid.hidden_columns))
    missing = [column.heading for column in best.missing]
    if len(best.found) < _LEAST_MATCHES or len(missing) > len(table.required) / 2:
        return _not_recognised(grid, (table, missing or [f"别的列：认得的表头只有{len(best.found)}列"]))
    known = {place for positions in places.values() for place in positions}
    extra = {normal_heading(heading) for heading in (*table.extra, _NUMBER_OF_ROW)}
    unknown = tuple(
        told_heading(n, h) for n, h in enumerate(headings) if h and n not in known and h not in extra
    )
    if missing:
        return _lacks_columns(grid, best, unknown)
    if all(len(places[column.name]) > 1 for column in table.required):
        return _side_by_side(best, grid)
    above = "\n".join(heading for row in range(header) for heading in _row(grid, row))
    is_demonstration = DEMONSTRATION in above + grid.file + grid.sheet
    stated = max(_days(f"{grid.file}\n{above}"), default=None)
    return Recognised(grid, table, header, places, unknown, is_demonstration, headings, stated)


def _days(text: str) -> Iterator[date]:
    for year, *parts in _DAY.findall(text):
        month, day = (int(part) for part in parts if part)
        with suppress(ValueError):
            yield date(int(year), month, day)


def told_heading(place: int, heading: str) -> str:
    """A heading as it may stand in a message: a long number in it may be somebody's."""
    return f"第{place + 1}列{_NUMBERED}" if _LONG_NUMBER.search(heading) else heading


@dataclass(frozen=True)
class _Candidate:
    """A row, or two one above the other, that may hold the headings of a table."""

    header: int
    table: Table
    headings: tuple[str, ...]
    found: frozenset[str]
    is_joined: bool = False

    @property
    def missing(self) -> list[Column]:
        return [column for column in self.table.required if column.name not in self.found]


def _candidates(grid: Grid, tables: tuple[Table, ...]) -> list[_Candidate]:
    found = []
    rows = [tuple(_row(grid, row)) for row in range(min(_HEADER_ROWS + 1, grid.height))]
    for row, upper in enumerate(rows[:_HEADER_ROWS]):
        for table in tables:
            names = _found(upper, table)
            below = _with_units(upper, rows[row + 1]) if row + 1 < len(rows) else upper
            if below != upper and names and _found(below, table) == names:
                found.append(_Candidate(row + 1, table, below, names, is_joined=True))
                continue
            if names:
                found.append(_Candidate(row, table, upper, names))
            joined = _joined(upper, rows[row + 1], table) if row + 1 < len(rows) else upper
            if _found(joined, table) > names:
                found.append(_Candidate(row + 1, table, joined, _found(joined, table), is_joined=True))
    return found


def _found(headings: tuple[str, ...], table: Table) -> frozenset[str]:
    there = set(headings)
    return frozenset(name for name, known in _spellings(table).items() if there & known)


def _with_units(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    """Headings with the units that stand in a row of their own below them; as they are where none does."""
    units = [_UNIT_CELL.fullmatch(text) for text in lower]
    if any(bool(text) != bool(unit) for text, unit in zip(lower, units, strict=True)):
        return upper
    return tuple(
        f"{head}({unit[1]})" if unit and not _OF_HEADING.search(head) else head
        for head, unit in zip(upper, units, strict=True)
    )


def _joined(upper: tuple[str, ...], lower: tuple[str, ...], table: Table) -> tuple[str, ...]:
    """Headings of two rows, the lower ones those of parts; the upper row alone where the lower is data."""
    known = frozenset().union(*_spellings(table).values())
    own = [heading in known for heading in upper]
    parts = [not is_own and heading in known for is_own, heading in zip(own, lower, strict=True)]
    # Below a heading that stands for itself is nothing, itself again, or the first part of its group.
    beside = [
        one for is_own, head, one in zip(own, upper, lower, strict=True) if is_own and one not in ("", head)
    ]
    if len(beside) > sum(parts) or any(_DIGIT.search(one) for one in beside):
        return upper
    return tuple(
        two if is_part or not one else one for is_part, one, two in zip(parts, upper, lower, strict=True)
    )


def _best(candidates: list[_Candidate]) -> _Candidate | None:
    """Choose the candidate with most columns; of equals the one that lacks least.

    监测对象信息 has every column of 脱贫户信息: a 脱贫户信息 to which 监测对象类别 was added must
    not be refused for lacking the rest. So a table that lacks most of what sets it apart from
    a complete rival gives way to it; one that lacks less is that table, and is incomplete.
    """
    ranked = sorted(candidates, key=lambda c: (-len(c.found), len(c.missing), c.is_joined, c.header))
    for candidate in ranked[1:]:
        first = ranked[0]
        others = {column.name for column in candidate.table.columns}
        own = [column for column in first.table.required if column.name not in others]
        lacking = [column for column in own if column in first.missing]
        if not candidate.missing and len(lacking) > len(own) / 2:
            return candidate
    return ranked[0] if ranked else None


def _row(grid: Grid, row: int) -> list[str]:
    return [normal_heading(text) for text in grid.row(row)]


@cache
def _spellings(table: Table) -> dict[str, frozenset[str]]:
    return {
        column.name: spellings_by_unit(
            column, frozenset(normal_heading(h) for h in (column.heading, *column.aliases))
        )
        for column in table.columns
    }


def _places(headings: tuple[str, ...], table: Table, hidden: frozenset[int]) -> dict[str, tuple[int, ...]]:
    """Where each column stands; one that does not show comes after those that do."""
    places: dict[str, list[int]] = defaultdict(list)
    owner = {h: _first(table, h) for h in headings if h}
    for place, heading in enumerate(headings):
        column = owner.get(heading)
        if column is not None:
            places[column.name].append(place)
        elif heading[-1:] == "0" and (again := _first(table, heading[:-1])) is not None:
            # The export numbers a repeated heading: 风险是否已消除0.
            places[again.name].append(place)
    return {
        name: _official_first(table.column(name), positions, headings, hidden)
        for name, positions in places.items()
    }


def _official_first(
    column: Column, places: list[int], headings: tuple[str, ...], hidden: frozenset[int]
) -> tuple[int, ...]:
    """What bears the official heading counts before what goes by another name, wherever it stands.

    What says another unit of money is a column of its own: 5 (万元) must not fill a gap among yuan.
    """
    official = spellings_by_unit(column, frozenset({normal_heading(column.heading)}))
    units = {place: match[1] if (match := _OF_HEADING.search(headings[place])) else "" for place in places}
    first, *rest = sorted(
        places,
        key=lambda at: (at in hidden, headings[at].rstrip("0") not in official, units[at] != column.unit),
    )
    return first, *(place for place in rest if column.unit not in _YUAN or units[place] == units[first])


def _first(table: Table, heading: str) -> Column | None:
    spellings = _spellings(table)
    return next((c for c in table.columns if heading in spellings[c.name]), None)


def _not_recognised(grid: Grid, closest: tuple[Table, list[str]] | None) -> Finding:
    if closest is None:
        message = "认不出是哪张表：前十行里没有已知的表头"
    else:
        table, missing = closest
        message = f"认不出是哪张表；最接近“{table.title}”，但缺少 {'、'.join(missing)}"
    return Finding(
        Severity.ERROR,
        NOT_RECOGNISED,
        "表头无法识别",
        grid.file,
        message,
        "检查是否放错了文件；不是数据的文件移出文件夹，不是数据的工作表（如填表说明）删去后另存；"
        "是本局的台账的，把表头改成数据字典（docs/data-dictionary.md）里的名称",
        sheet=grid.sheet,
    )


def _lacks_columns(grid: Grid, best: _Candidate, unknown: tuple[str, ...]) -> Finding:
    """Name what is missing, and beside it the headings that may be it under another name."""
    missing = "、".join(column.heading for column in best.missing)
    others = f"；没有认出的表头：{listed(unknown)}" if unknown else ""
    offered = alias_line(best.table, [column.heading for column in best.missing], unknown)
    return Finding(
        Severity.ERROR,
        "HB-I-103",
        "缺少必需的列",
        grid.file,
        f"“{best.table.title}”缺少必需的列：{missing}{others}",
        f"列改了名的，在 params/columns.yaml 的 aliases 下写：{offered}；确实没有的，补齐后重新导出；"
        "汇总表、说明之类，删去这张工作表后另存",
        sheet=grid.sheet,
        row=best.header + 1,
        column=missing,
        table=best.table.name,
    )


def _side_by_side(best: _Candidate, grid: Grid) -> Finding:
    """Every required column stands twice: the list goes on beside itself, and half of it would be lost."""
    return Finding(
        Severity.ERROR,
        "HB-I-105",
        "两张表并排",
        grid.file,
        f"“{best.table.title}”必需的列都有两列：像是同一张表左右并排，只会读到左边一半",
        "把右边一半移到左边一半的下面（或另一个工作表），保存后再导入",
        sheet=grid.sheet,
        row=best.header + 1,
        table=best.table.name,
    )


def alias_line(table: Table, headings: Iterable[str], unknown: tuple[str, ...]) -> str:
    """Line for ``params/columns.yaml`` that names the unknown heading most like each of `headings`."""
    pairs = []
    for heading in headings:
        near = get_close_matches(normal_heading(heading), unknown, n=1, cutoff=0.4)
        pairs.append(f"{heading}: [{near[0] if near else '本县的表头'}]")
    return f"{table.title}: {{{', '.join(pairs)}}}"


def to_be_entered(headings: tuple[str, ...]) -> list[str]:
    """Unknown headings as they may be written into ``params/columns.yaml``."""
    return [heading for heading in headings if not heading.endswith(_NUMBERED)] or ["本县的表头"]


def listed(headings: tuple[str, ...]) -> str:
    """The first headings of a row, and whether there are more."""
    more = "等" if len(headings) > _NAMED_COLUMNS else ""
    return "、".join(headings[:_NAMED_COLUMNS]) + more


def spellings_by_unit(column: Column, headings: frozenset[str]) -> frozenset[str]:
    """Headings of a column of numbers with its unit, or with none; of money with every unit of money."""
    if not column.unit:
        return headings
    units = [column.unit]
    if column.unit in _YUAN:
        rates = _A_MONTH if "月" in column.heading else _A_YEAR
        units = [f"{unit}{rate}" for unit in _YUAN for rate in ("", *rates)]
    bare = {_OF_HEADING.sub("", heading) for heading in headings}
    return headings | bare | {form.format(name, unit) for form in _FORMS for name in bare for unit in units}


def unit_of(column: Column, heading: str, above: list[str]) -> str:
    """Unit in which a column's numbers came.

    Parameters
    ----------
    heading
        As it came, in half-width form without blanks; the unit in it counts first.
    above
        Cells above the headings, in the same form. Of several units there the column's own is meant.
    """
    if column.unit not in _YUAN:
        return column.unit
    if match := _OF_HEADING.search(heading):
        return match[1]
    said = _said(above)
    return column.unit if column.unit in said else next(iter(said), column.unit)


def is_said(heading: str, above: list[str]) -> bool:
    """Whether the heading or a line above says a unit of money at all."""
    return bool(_OF_HEADING.search(heading)) or bool(_said(above))


def _said(above: list[str]) -> list[str]:
    """Units of money that the lines above the headings name."""
    lines = (re.split("[,、/和]", line) for text in above for line in _OF_LINE.findall(text))
    # 单位：某县乡村振兴局，万元 names an office first, and no unit.
    listed = (part for line in lines for part in takewhile(_is_unit_or_short, line))
    named = (match[1] or match[2] for part in listed if (match := _NAMED.match(part)))
    return [unit for unit in named if unit in _YUAN]


def _is_unit_or_short(text: str) -> bool:
    return len(text) < 5 or _NAMED.match(text) is not None


def factor(column: Column, unit: str) -> Decimal:
    """By what an amount in `unit` is multiplied to be in the column's own unit."""
    return Decimal(_YUAN[unit]) / _YUAN[column.unit] if unit != column.unit else Decimal(1)


def scaled(values: pd.Series, factor: Decimal) -> pd.Series:
    """Amounts in another unit, exact to the digits written."""
    number = values.to_numpy(dtype=float, na_value=np.nan)
    # 1.2345 万 is 12345 yuan, not 12344.999999999998.
    shifted = np.round(number * float(factor), 6) if factor > 1 else np.round(number * float(factor), 10)
    return pd.Series(shifted, index=values.index).astype("Float64")
