"""Units of money: what a heading, or the line above the headings, says the numbers are in."""

import re
from decimal import Decimal

from hanbin_lib.contract import Column

_YUAN = {"元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
_UNIT = "|".join(sorted(_YUAN, key=len, reverse=True))
_OF_HEADING = re.compile(rf"\((?:单位[:：])?({_UNIT})\)$")
# 单位：万元; 金额单位：万元、户; not 单位：某某县.
_OF_LINE = re.compile(rf"单位[:：](?:[^,，、;；:：]{{0,4}}[,，、])?({_UNIT})(?![\u4e00-\u9fff])")


def spellings_by_unit(column: Column, headings: frozenset[str]) -> frozenset[str]:
    """Headings of a column of money with every unit, and with none."""
    if column.unit not in _YUAN:
        return headings
    bare = {_OF_HEADING.sub("", heading) for heading in headings}
    return headings | bare | {f"{name}({unit})" for name in bare for unit in _YUAN}


def unit_of(column: Column, heading: str, above: list[str]) -> str:
    """Unit in which a column's numbers came.

    Parameters
    ----------
    heading
        As it came, in half-width form without blanks; the unit in it counts first.
    above
        Cells above the headings, in the same form.
    """
    if column.unit not in _YUAN:
        return column.unit
    if match := _OF_HEADING.search(heading):
        return match[1]
    return next((match[1] for text in above if (match := _OF_LINE.search(text))), column.unit)


def is_said(heading: str, above: list[str]) -> bool:
    """Whether the heading or a line above says the unit at all."""
    return bool(_OF_HEADING.search(heading)) or any(_OF_LINE.search(text) for text in above)


def factor(column: Column, unit: str) -> Decimal:
    """By what an amount in `unit` is multiplied to be in the column's own unit."""
    return Decimal(_YUAN[unit]) / _YUAN[column.unit] if unit != column.unit else Decimal(1)
