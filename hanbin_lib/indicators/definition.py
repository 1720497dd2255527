"""What a number means, said where it is computed: a function yields what it defines, and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from hanbin_lib.indicators.table import Rows

_Given = ParamSpec("_Given")


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


class Pooling(StrEnum):
    """How the children's rows of an indicator become their parent's (`hanbin_lib.pooling`)."""

    SUM = "合计"
    RATIO = "分子合计除以分母合计"
    WEIGHTED = "按所代表的总体加权"
    BOUNDS = "上下限各自合计"
    CHANGE = "按所代表的总体加权，区间按方差合成"
    PERSONS = "须用户和人的数据"
    NONE = "不合并"


# Counts add up over areas that do not overlap, a share is the ratio of its parts' sums, and a score, a rank
# or a wait belongs to one county. Of any other unit a definition has to say it itself.
_BY_UNIT = {
    **dict.fromkeys(
        (
            Unit.HOUSEHOLDS, Unit.PERSONS, Unit.WORKSHOPS, Unit.FINDINGS, Unit.ITEMS, Unit.TASKS, Unit.VISITS,
            Unit.WAN_YUAN,
        ),
        Pooling.SUM,
    ),
    Unit.SHARE: Pooling.RATIO,
    **dict.fromkeys((Unit.SCORE, Unit.RANK, Unit.WEEKS), Pooling.NONE),
}  # fmt: skip


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
    pooling
        How the values of counties become their city's. May be left out where the unit decides it.
    """

    id: str
    name: str
    unit: Unit
    numerator: str
    denominator: str
    as_of: str
    source: str
    is_additive: bool = True
    pooling: Pooling | None = None

    @property
    def pooled(self) -> Pooling:
        """How values of areas become that of the area they make up; raise ``KeyError`` if nothing says it."""
        return self.pooling or _BY_UNIT[self.unit]


def defines(
    *definitions: Definition,
) -> Callable[[Callable[_Given, "Iterator[Rows]"]], Callable[_Given, "Iterator[Rows]"]]:
    """Say what a function computes, beside it; `defined_by` tells it again.

    Raises
    ------
    ValueError
        While it computes: it yields rows of an indicator that it does not define.
    """
    own = {one.id for one in definitions}

    def mark(compute: Callable[_Given, "Iterator[Rows]"]) -> Callable[_Given, "Iterator[Rows]"]:
        @wraps(compute)
        def checked(*args: _Given.args, **kwargs: _Given.kwargs) -> "Iterator[Rows]":
            for rows in compute(*args, **kwargs):
                if rows.indicator not in own:
                    raise ValueError(f"{compute.__name__} does not define {rows.indicator}")
                yield rows

        _DEFINED[checked] = definitions
        return checked

    return mark


def defined_by(compute: Callable[..., object]) -> tuple[Definition, ...]:
    """What a function marked with `defines` computes."""
    return _DEFINED[compute]


_DEFINED: dict[Callable[..., object], tuple[Definition, ...]] = {}
