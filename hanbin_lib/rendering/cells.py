"""A figure as a cell of a spreadsheet: its number, and the format that prints it as the bulletin does."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hanbin_lib.display import Figure, Phrase, Text
from hanbin_lib.display.numbers import MINUS

_MOST_DIGITS = 15  # more Excel cannot hold
_WAN = "万"
_DATE, _DAYS = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"(\d{1,6})天")
_DAY_ZERO, _FIRST_DAY = dt.date(1899, 12, 30), dt.date(1900, 3, 1)  # before it Excel has a day that never was
_BELOW, _ABOVE, _OF, _ALL = "下限", "上限", "分子", "分母"
_ENDS = ("", _BELOW, _ABOVE, _OF, _ALL)
# What stands between the figures of a phrase, and what each of them is.
_SHAPES = {("—",): (_BELOW, _ABOVE), ("（", "—", "）"): ("", _BELOW, _ABOVE), ("/",): (_OF, _ALL)}
# What is counted by these is a date or an ordinal: it is not there to be summed.
_ORDINALS = frozenset("年月日时号")


@dataclass(frozen=True, slots=True)
class Number:
    """What goes into a cell.

    Parameters
    ----------
    value
        Unrounded, in the printed unit: a share is 0 to 1, 103000 persons in 万 are 10.3.
    number_format
        Excel's, with the unit in it.
    unit
        As printed, empty where there is none.
    """

    value: float
    number_format: str
    unit: str


def number(cell: Text) -> Number | None:
    """The number that a cell is, a date and a count of days among them; None for words and for phrases."""
    if not isinstance(cell, Figure):
        return _time(str(cell))
    written = cell.written
    has_own_sign = written.sign not in {"", MINUS, "+"}
    if written.is_word or has_own_sign or written.unit[:1] in _ORDINALS:
        return None
    if len(written.digits.replace(".", "")) > _MOST_DIGITS:
        return None
    exponent = written.exponent - 2 if written.unit == "%" else written.exponent  # the format has its own
    value = float(Decimal(repr(float(cell.value))).scaleb(exponent))
    is_zero = not Decimal(written.digits)  # a format would print −0
    is_change = cell.style.sign == "plus"
    return Number(
        0.0 if is_zero else value, _number_format(written.digits, written.unit, is_change), written.unit
    )


def column_of_numbers(cells: Iterable[Text]) -> list[Number | None]:
    """The numbers of one column; None for a cell that is none.

    A column that mixes 万元 and 元 has none: a sum of it would be wrong.
    """
    numbers = [number(cell) for cell in cells]
    units = {n.unit for n in numbers if n}
    is_mixed = any(unit.startswith(_WAN) and unit.removeprefix(_WAN) in units for unit in units)
    return [None] * len(numbers) if is_mixed else numbers


def _number_format(digits: str, unit: str, is_change: bool) -> str:
    """Sections for more than zero, less than zero and, of a change, zero."""
    _, point, decimals = digits.partition(".")
    plain = f"0{point}{'0' * len(decimals)}{unit if unit == '%' else _quoted(unit)}"
    minus = f"{_quoted(MINUS)}{plain}"
    return f"{_quoted('+')}{plain};{minus};{plain}" if is_change else f"{plain};{minus}"


def _quoted(text: str) -> str:
    return f'"{text}"' if text else ""


def _time(text: str) -> Number | None:
    """A date (``2022-06-04``) or a duration (``389天``), which lists give as words."""
    if days := _DAYS.fullmatch(text):
        return Number(float(days[1]), _number_format(days[1], "天", is_change=False), "天")
    if not _DATE.fullmatch(text):
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return Number(float((day - _DAY_ZERO).days), "yyyy-mm-dd", "") if day >= _FIRST_DAY else None


def apart(column: dict[str, Any]) -> list[dict[str, Any]]:
    """The column; where its cells hold several figures, one column for each: value, ends, part and whole.

    Parameters
    ----------
    column
        As of `display.tree.table_data`.
    """
    parts = [_parts(cell) for cell in column["cells"]]
    if any(part is None for part in parts) or not any(set(part or ()) - {"", None} for part in parts):
        return [column]
    ends = [end for end in _ENDS if any(end in (part or ()) for part in parts)]
    return [_part(column, [part or {} for part in parts], end, is_first=end == ends[0]) for end in ends]


def _part(
    column: dict[str, Any], parts: list[dict[str | None, Text]], end: str, *, is_first: bool
) -> dict[str, Any]:
    """One of the columns; the first has the words, too."""
    cells = [part.get(end, part.get(None, "") if is_first else "") for part in parts]
    heading, texts = column["heading"], [str(cell) for cell in cells]
    halves = heading.split("/")
    if end in {_OF, _ALL} and len(halves) == 2:
        heading = halves[end == _ALL]
    elif end:
        heading = f"{heading}{end}" if end in {_BELOW, _ABOVE} else f"{heading}（{end}）"
    return {"heading": heading, "align": column["align"], "cells": cells, "texts": texts}


def _parts(cell: Text) -> dict[str | None, Text] | None:
    """What each figure of a cell is, words under None; None for a phrase of another shape."""
    if isinstance(cell, Figure):
        return {"": cell}
    if not isinstance(cell, Phrase) or not cell.figures:
        return {None: cell}
    shape = _SHAPES.get(tuple(part for part in cell.parts if isinstance(part, str)))
    if shape is None or len(shape) != len(cell.figures) or isinstance(cell.parts[0], str):
        return None
    return dict(zip(shape, cell.figures, strict=True))
