"""What a definition is: name, unit, numerator, denominator, as-of rule and source."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Unit of a value, as printed."""

    HOUSEHOLDS = "户"
    PERSONS = "人"
    WORKSHOPS = "家"
    MONTHS = "个月"
    DAYS = "天"
    WEEKS = "周"
    YUAN = "元"
    WAN_YUAN = "万元"
    SHARE = "比例"  # stored as 0 to 1, printed as %
    POINTS = "百分点"  # difference of two shares, stored as -1 to 1
    FINDINGS = "条"
    ITEMS = "个"
    TASKS = "项"
    VISITS = "次"
    SCORE = "分"
    RANK = "位"


@dataclass(frozen=True, slots=True)
class Definition:
    """Definition (指标口径) of one indicator.

    Parameters
    ----------
    id
        Stable identifier, the ``indicator`` column of every table of figures.
    name
        Official Chinese name.
    unit
        Unit of ``value``.
    numerator, denominator
        What is counted, in Chinese; an empty denominator means a plain count.
    as_of
        When a case counts, in Chinese.
    source
        Table and rule the number comes from, in Chinese.
    is_additive
        The values of the towns add up to the county's.
    """

    id: str
    name: str
    unit: Unit
    numerator: str
    denominator: str
    as_of: str
    source: str
    is_additive: bool = True
