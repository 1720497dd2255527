"""A figure as a cell of a spreadsheet: its number, and the format that prints it as the bulletin does."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hanbin_lib.display import Figure, Text
from hanbin_lib.display.numbers import MINUS

_MOST_DIGITS = 15  # more Excel cannot hold
_WAN = "万"
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
    """The number that a cell is; None for words, and for phrases of several numbers."""
    if not isinstance(cell, Figure):
        return None
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
