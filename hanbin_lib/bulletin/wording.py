"""Generated Chinese text: how a number, a change and a sentence are written.

A sentence is a template whose literal text holds no digit: every number in print is a
`Figure` that carries the address of the indicator it comes from.
"""

import re
import string
from decimal import ROUND_HALF_UP, Decimal

from hanbin_lib.display import Figure, Paragraph, Strong, Text
from hanbin_lib.indicators import Unit
from hanbin_lib.months import Month

_DIGIT = re.compile(r"[0-9０-９]")
_WAN = 10_000
_ONE_DECIMAL = frozenset({Unit.MONTHS, Unit.WAN_YUAN, Unit.SCORE})
MINUS = "\N{MINUS SIGN}"


def written(value: float, unit: Unit, *, wan: bool = False) -> str:
    """Number with its unit: 5408户, 10.3万人, 56.9%, 9876元, 1.5个月.

    ``wan`` writes counts from ten thousand on as 万, with three significant figures.
    """
    if unit is Unit.SHARE:
        return f"{_rounded(value * 100, 1)}%"
    if unit is Unit.POINTS:
        return f"{_rounded(value * 100, 1)}个{unit.value}"
    if unit in _ONE_DECIMAL:
        text = _rounded(value, 1)
        return f"{text.removesuffix('.0') if unit is Unit.MONTHS else text}{unit.value}"
    if wan and abs(value) >= _WAN:
        scaled = value / _WAN
        digits = max(0, 2 - len(str(int(abs(scaled)))) + 1)
        text = _rounded(scaled, digits)
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text}万{unit.value}"
    return f"{_rounded(value, 0)}{unit.value}"


def written_change(change: float, unit: Unit) -> str:
    """Change in words: 增加36户, 减少51户, 持平, 提高2.1个百分点."""
    if unit in (Unit.SHARE, Unit.POINTS):
        size = _rounded(abs(change) * 100, 1)
        more, less, text = "提高", "下降", f"{size}个百分点"
    else:
        size = _rounded(abs(change), 1 if unit in _ONE_DECIMAL else 0)
        more, less, text = "增加", "减少", f"{size}{unit.value}"
    if float(size) == 0:
        return "持平"
    return f"{more if change > 0 else less}{text}"


def signed(change: float, unit: Unit) -> str:
    """Change with a sign, for cards and tables: +36户, −51户, 0户; a share that stays is 持平."""
    if unit in (Unit.SHARE, Unit.POINTS):
        text, suffix = _rounded(abs(change) * 100, 1), "个百分点"
    else:
        text, suffix = _rounded(abs(change), 1 if unit in _ONE_DECIMAL else 0), unit.value
    if float(text) == 0:
        return "持平" if suffix == "个百分点" else f"{text}{suffix}"
    return f"{'+' if change > 0 else MINUS}{text}{suffix}"


def sentence(template: str, **values: Text) -> tuple[Text, ...]:
    """Fill a template; the literal text may hold no digit.

    Raises
    ------
    ValueError
        A digit stands in the literal text, or a value is missing.
    """
    parts: list[Text] = []
    for literal, field, _, _ in string.Formatter().parse(template):
        if _DIGIT.search(literal):
            raise ValueError(f"a digit without an indicator: {literal!r}")
        if literal:
            parts.append(literal)
        if field is not None:
            parts.append(values[field])
    return tuple(parts)


def paragraph(*sentences: tuple[Text, ...], style: str = "body") -> Paragraph:
    """Join sentences to one paragraph."""
    return Paragraph(tuple(part for one in sentences for part in one), style=style)


def note(label: str, *sentences: tuple[Text, ...]) -> Paragraph:
    """A note under an exhibit: 口径, 读法, 可信程度."""
    return paragraph((Strong((label,)), "　"), *sentences, style="note")


def month_end(month: Month) -> Figure:
    """``9月底``."""
    return Figure(f"{month.number}月底", f"month|{month}")


def chinese_date(text: str) -> str:
    """``2022-10-08`` as 2022年10月8日, month and day without a leading zero."""
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日"


def _rounded(value: float, digits: int) -> str:
    """Round half up, as offices do, on the decimal text of the number."""
    step = Decimal(1).scaleb(-digits)
    rounded = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""  # never -0
    return f"{sign}{abs(rounded)}"
