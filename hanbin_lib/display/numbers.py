"""How a number is written: one rounding, one grammar of units.

Rounding is half up, as offices do it, in decimal arithmetic on the shortest text that stands for the
number: 0.285 is 28.5 %, whatever its binary digits are.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from hanbin_lib.indicators import Unit

_TENS, _ONES = ("", "十", "二十", "三十"), ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
MINUS = "\N{MINUS SIGN}"
_WAN, _IN_WAN, _WAN_DIGITS = 10_000, -4, 3  # from ten thousand on, with three significant figures
_ONE_DECIMAL = frozenset({Unit.MONTHS, Unit.WAN_YUAN, Unit.SCORE})
_POINTS = f"个{Unit.POINTS}"
_UNCHANGED = "持平"
_AND_MORE = "余"


@dataclass(frozen=True, slots=True)
class Style:
    """How a figure is written, where not as its unit has it.

    Parameters
    ----------
    decimals
        Digits after the point; None for the unit's own.
    sign
        ``minus`` below zero only; ``plus`` on both sides, for changes (+36户, 0户; a share that stays
        is 持平); ``words`` for changes in running text (增加36户, 持平); ``margin`` for errors (±0.5%).
    in_wan
        Counts from ten thousand on as 万 (万元 as 亿元), with three significant figures.
    has_unit
        Whether the unit stands behind the digits; ``%`` always does.
    is_trimmed
        Without zeros at the end of a fraction.
    is_rounded
        The number was rounded down and stands for itself and more: 30余户.
    """

    decimals: int | None = None
    sign: Literal["minus", "plus", "words", "margin"] = "minus"
    in_wan: bool = False
    has_unit: bool = True
    is_trimmed: bool = False
    is_rounded: bool = False


PLAIN = Style()
BARE = Style(has_unit=False)
WHOLE = Style(decimals=0)
IN_WAN = Style(in_wan=True)
CHANGE = Style(sign="plus")
CHANGE_IN_WORDS = Style(sign="words")
MARGIN = Style(sign="margin")
AS_GIVEN = Style(decimals=6, is_trimmed=True)


@dataclass(frozen=True, slots=True)
class Written:
    """A number in print: sign, digits, unit. The word for no change has neither sign nor unit.

    `exponent` is the power of ten between the number and its digits: 2 for a share in percent.
    """

    sign: str
    digits: str
    unit: str
    exponent: int = 0

    @property
    def is_word(self) -> bool:
        """Whether a word stands in place of the digits."""
        return self.digits == _UNCHANGED

    def __str__(self) -> str:
        return f"{self.sign}{self.digits}{self.unit}"


@lru_cache(maxsize=1 << 14, typed=True)
def write(value: float, unit: str, style: Style = PLAIN) -> Written:
    """Print a number: 5408户, 10.3万人, 56.9%, 9876元, 1.5个月.

    Raises
    ------
    ValueError
        It is none (NaN, infinite): what is missing has words of its own.
    """
    if not math.isfinite(value):
        raise ValueError("no number to print")
    is_change = style.sign in {"plus", "words"}
    exponent, decimals, suffix = _grammar(abs(value), unit, style, is_change)
    rounded = _half_up(value, exponent, decimals)
    if not rounded and (style.sign == "words" or (is_change and suffix == _POINTS)):
        return Written("", _UNCHANGED, "")
    digits = f"{abs(rounded):f}"
    if "." in digits and (style.is_trimmed or exponent == _IN_WAN or unit == Unit.MONTHS):
        digits = digits.rstrip("0").rstrip(".")
    shown = suffix if style.has_unit or suffix == "%" else ""
    shown = f"{_AND_MORE}{shown}" if style.is_rounded else shown
    return Written(_sign(rounded, style, suffix), digits, shown, exponent)


def written(value: float, unit: str, style: Style = PLAIN) -> str:
    """`write` as text."""
    return str(write(value, unit, style))


def whole(value: float, decimals: int = 0) -> str:
    """Digits alone: ``5408``, with so many decimals."""
    return written(value, "", Style(decimals=decimals))


def percent(share: float, decimals: int = 1) -> str:
    """``56.9%`` of a share from 0 to 1."""
    return written(share, Unit.SHARE, Style(decimals=decimals))


def as_given(value: float) -> str:
    """A parameter as somebody entered it: ``12.5``, ``3``."""
    return written(value, "", AS_GIVEN)


def _grammar(size: float, unit: str, style: Style, is_change: bool) -> tuple[int, int, str]:
    """Power of ten, decimals and what stands behind the digits."""
    if unit in (Unit.SHARE, Unit.POINTS):
        is_difference = unit == Unit.POINTS or is_change
        return 2, 1 if style.decimals is None else style.decimals, _POINTS if is_difference else "%"
    decimals = int(unit in _ONE_DECIMAL) if style.decimals is None else style.decimals
    if style.in_wan and not style.is_rounded and _half_up(size, 0, decimals) >= _WAN:
        before = len(str(int(size / _WAN)))
        return _IN_WAN, max(0, _WAN_DIGITS - before), "亿元" if unit == Unit.WAN_YUAN else f"万{unit}"
    return 0, decimals, str(unit)


def _half_up(value: float, exponent: int, decimals: int) -> Decimal:
    step = Decimal(1).scaleb(-decimals)
    return Decimal(repr(float(value))).scaleb(exponent).quantize(step, rounding=ROUND_HALF_UP)


def _sign(rounded: Decimal, style: Style, suffix: str) -> str:
    if style.sign == "margin":
        return "±"
    if style.sign == "words":
        more, less = ("提高", "下降") if suffix == _POINTS else ("增加", "减少")
        return more if rounded > 0 else less
    if rounded < 0:
        return MINUS
    return "+" if style.sign == "plus" and rounded else ""


def numeral(number: int) -> str:
    """一, 十, 十二, 二十: numbers of chapters and points from 1 to 39."""
    tens, ones = divmod(number, 10)
    return _TENS[tens] + _ONES[ones]
