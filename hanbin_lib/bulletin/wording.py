"""Generated Chinese text: sentences, and figures that are printed together.

A sentence is a template whose literal text holds no digit: every number in print is a
`Figure` that carries the address of the indicator it comes from.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import replace

from hanbin_lib.bulletin.zeros import spoken
from hanbin_lib.display import PLAIN, Figure, Paragraph, Phrase, Shown, Strong, Style, Text
from hanbin_lib.months import Month

_DIGIT = re.compile(r"[0-9０-９]")


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
    """Join sentences to one paragraph, which says in words where there is nothing (`zeros`)."""
    return Paragraph(spoken([part for one in sentences for part in one]), style=style)


def note(label: str, *sentences: tuple[Text, ...], style: str = "note") -> Paragraph:
    """A note under an exhibit: 口径, 读法, 可信程度."""
    return paragraph((Strong((label,)), "　"), *sentences, style=style)


def words(text: str, source: str) -> Phrase:
    """Words under an address: a reason, a name, a code."""
    return Phrase((text,), source)


def joined(*parts: str | Shown, source: str) -> Phrase:
    """Words and figures without a break between them, under one address."""
    flat = [piece for part in parts for piece in (part.parts if isinstance(part, Phrase) else (part,))]
    return Phrase(tuple(flat), source)


def counted(before: str, figure: Figure) -> Phrase:
    """A figure with words before it: ``涉及5个镇``."""
    return Phrase((before, figure), figure.source)


def ratio(part: float, whole: float, source: str, unit: str = "") -> Phrase:
    """Cases over their base: ``3/10``."""
    return Phrase((Figure(part, "", source), "/", Figure(whole, unit, source)), source)


def interval(edges: Sequence[float], unit: str, source: str, style: Style = PLAIN) -> Phrase:
    """``2.1%—4.0%``, ``25944—32169元``."""
    low, high = edges
    first = Figure(low, unit, source, replace(style, has_unit=False))
    return Phrase((first, "—", Figure(high, unit, source, style)), source)


def with_interval(
    middle: float, edges: Sequence[float], unit: str, source: str, style: Style = PLAIN
) -> Phrase:
    """``242户（168—344）``."""
    around = interval(edges, unit, source, replace(style, has_unit=False))
    return joined(Figure(middle, unit, source, style), "（", around, "）", source=source)


def month_end(month: Month) -> Phrase:
    """``9月底``."""
    return words(f"{month.number}月底", f"month|{month}")


def year_of(month: Month) -> Figure:
    """``2022年``."""
    return Figure(month.year, "年", f"month|{month}")


def chinese_date(text: str) -> str:
    """``2022-10-08`` as 2022年10月8日, month and day without a leading zero."""
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日"
