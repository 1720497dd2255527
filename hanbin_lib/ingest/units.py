"""Units: in the heading of a column, or in a line above the headings; money is converted to its own."""

import re
from decimal import Decimal
from itertools import takewhile

import numpy as np
import pandas as pd

from hanbin_lib.contract import Column

_YUAN = {"元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
_OTHERS = ("人", "户", "个", "月", "%")
# Behind a name: 计划资金(万元), 计划资金(单位:万元), 计划资金【万元】, 计划资金/万元.
_FORMS = ("{}({})", "{}(单位:{})", "{}[{}]", "{}【{}】", "{}/{}")
_UNIT = "|".join(sorted((*_YUAN, *_OTHERS), key=len, reverse=True))
_OF_HEADING = re.compile(rf"(?:[(\[【](?:单位:)?|/)({_UNIT})[)\]】]?$")
# 单位：万元; 金额单位：户、人、万元; (单位：元/年); not 单位：某某县.
_OF_LINE = re.compile(r"(?<!填报)(?<!报送)(?<!填表)(?<!制表)(?<!编制)单位[:(]?([^:;)]*)")
_NAMED = re.compile(rf"({_UNIT})(?![\u4e00-\u9fff])|({_UNIT})(?=统计|日期|时间|截至|截止|填|制表|报)")


def spellings_by_unit(column: Column, headings: frozenset[str]) -> frozenset[str]:
    """Headings of a column of numbers with its unit, or with none; of money with every unit of money."""
    if not column.unit:
        return headings
    units = _YUAN if column.unit in _YUAN else (column.unit,)
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
