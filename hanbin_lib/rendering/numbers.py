"""A printed figure as a number, and the Excel format that prints the same text again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

# A sign, digits and a unit: what an office writes as one number. The unit of a date or an
# ordinal (9月, 2022年, 3号) makes none: it is not there to be summed.
_PRINTED = re.compile(
    r"(?P<sign>[+−-]?)(?P<digits>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?P<unit>%|(?![年月日时号])[一-鿿]{0,8})"
)
_MOST_DIGITS = 15  # more Excel cannot hold
_MINUS = "−"
_WAN = "万"


@dataclass(frozen=True, slots=True)
class Number:
    """What goes into a cell.

    Parameters
    ----------
    value
        As printed: ``10.3万人`` is 10.3, ``56.9%`` is 0.569.
    number_format
        Excel's, with the unit in it.
    unit
        As printed, empty where there is none.
    """

    value: float
    number_format: str
    unit: str


def number(text: str) -> Number | None:
    """The number that `text` is, None where it is none, or not a single one.

    ``5408户18392人``, ``未收到``, ``—``, ``0/10`` and ``007`` are none.
    """
    match = _PRINTED.fullmatch(text)
    if match is None:
        return None
    sign, digits, unit = match.group("sign", "digits", "unit")
    amount = Decimal(digits)
    if len(digits.replace(".", "")) > _MOST_DIGITS or (sign and not amount):
        return None
    if unit == "%":
        amount /= 100
    value = float(-amount if sign in {_MINUS, "-"} else amount)
    return Number(value, _number_format(sign, digits, unit), unit)


def column_of_numbers(texts: Iterable[str | None]) -> list[Number | None]:
    """The numbers of one column; None for a cell that is no figure.

    A column that mixes 万元 and 元 has none: a sum of it would be wrong.
    """
    numbers = [None if text is None else number(text) for text in texts]
    units = {n.unit for n in numbers if n}
    is_mixed = any(unit.startswith(_WAN) and unit.removeprefix(_WAN) in units for unit in units)
    return [None] * len(numbers) if is_mixed else numbers


def _number_format(sign: str, digits: str, unit: str) -> str:
    """Sections for more than zero, less than zero and, of a change with a sign, zero."""
    _, point, decimals = digits.partition(".")
    plain = f"0{point}{'0' * len(decimals)}{unit if unit == '%' else _quoted(unit)}"
    minus = sign if sign == "-" else _MINUS
    sections = [plain, f"{_quoted(minus)}{plain}"]
    return ";".join([f"{_quoted('+')}{plain}", sections[1], plain] if sign == "+" else sections)


def _quoted(text: str) -> str:
    return f'"{text}"' if text else ""
