"""What a number means, said where it is computed, and the one shape that every number has.

``indicator, month, place_code, place_name, group, numerator, denominator, value, lower,
upper, unit, note_code``. Because every indicator is this table, comparison, charts, printed
tables and publication are each written once. `group` is ``all`` or ``dimension=label``.
Zero, not received, not applicable, a parameter not entered and suppressed are different
things: only ``reported`` rows carry a value. A function yields what it `defines`, and nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from typing import ParamSpec

import numpy as np
import pandas as pd

from hanbin_lib.indicators.scope import Selection
from hanbin_lib.months import Month
from hanbin_lib.statistics.estimates import wilson

_Given = ParamSpec("_Given")
ALL = "all"
COLUMNS = (
    "indicator", "month", "place_code", "place_name", "group", "numerator", "denominator",
    "value", "lower", "upper", "unit", "note_code",
)  # fmt: skip
# What definitions say of time and source, where several say the same.
AT_EXPORT, IN_MONTH, AT_END = "本期登记簿导出时", "统计月当月", "统计月月末"
REGISTER = "监测对象信息"
KEY = ["indicator", "month", "place_code", "group"]
NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]


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
_SUMMED = (
    Unit.HOUSEHOLDS, Unit.PERSONS, Unit.WORKSHOPS, Unit.FINDINGS, Unit.ITEMS, Unit.TASKS, Unit.VISITS,
    Unit.WAN_YUAN,
)  # fmt: skip
_BY_UNIT = {
    **dict.fromkeys(_SUMMED, Pooling.SUM),
    Unit.SHARE: Pooling.RATIO,
    **dict.fromkeys((Unit.SCORE, Unit.RANK, Unit.WEEKS), Pooling.NONE),
}


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
    adds_up
        Of a count or a sum: the values of the towns add up to the county's. Where cases belong to no town
        they do not; shares, ranks and medians never do, and need not say so.
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
    adds_up: bool = True
    pooling: Pooling | None = None

    @property
    def is_additive(self) -> bool:
        """Whether the values of the towns add up to the county's."""
        return self.adds_up and self.unit in _SUMMED

    @property
    def pooled(self) -> Pooling:
        """How values of areas become that of the area they make up; raise ``KeyError`` if nothing says it."""
        return self.pooling or _BY_UNIT[self.unit]


class NoteCode(StrEnum):
    """Why a value stands, or why it does not."""

    REPORTED = "reported"
    NOT_APPLICABLE = "not_applicable"  # nothing to divide by
    NOT_RECEIVED = "not_received"  # the table or the column did not come in
    PARAMETER_MISSING = "parameter_missing"  # the bureau has not entered the parameter
    SUPPRESSED = "suppressed"  # too few cases to publish
    NOT_COMPARABLE = "not_comparable"  # the place has been another since that month


NOTE_TEXT = {
    NoteCode.NOT_APPLICABLE: "不适用",
    NoteCode.NOT_RECEIVED: "未收到",
    NoteCode.PARAMETER_MISSING: "未录入",
    NoteCode.SUPPRESSED: "不公布",
    NoteCode.NOT_COMPARABLE: "区划调整，不可比",
}


def is_rounded(unit: str, upper: float) -> bool:
    """Whether a count was rounded down for the public edition: its value is the least that it can be.

    Parameters
    ----------
    unit, upper
        Of its row; only a rounded count has an upper edge.
    """
    return unit in (Unit.HOUSEHOLDS, Unit.PERSONS) and not np.isnan(upper)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one indicator, month and group: plain arrays, because there are thousands of them.

    Parameters
    ----------
    places
        Place codes.
    numbers
        Any of the columns in `NUMBERS`, one element a place; a place without a ``value`` is
        not applicable: there was nothing to divide by.
    note
        Why there is no value, where that is known for all of them.
    behind
        Who counts, and with what weight; of a share, its numerator. None where the number is no sum of rows.
    """

    indicator: str
    month: Month
    group: str
    places: np.ndarray
    numbers: dict[str, np.ndarray]
    note: NoteCode | None = None
    behind: Selection | None = None


def number_rows(indicator: str, month: Month, numbers: pd.DataFrame, group: str = ALL) -> Rows:
    """Rows from any of the columns in `NUMBERS`, indexed by place code."""
    arrays = {name: column.to_numpy(dtype=float) for name, column in numbers.items()}
    return Rows(indicator, month, group, _codes(numbers.index), {str(k): v for k, v in arrays.items()})


def count_rows(indicator: str, month: Month, counted: Selection | pd.Series, group: str = ALL) -> Rows:
    """Rows of a count: of who was selected, or of counts indexed by place code."""
    counts, behind = _sums(counted)
    values = counts.to_numpy(dtype=float)
    numbers = {"numerator": values, "value": values}
    return Rows(indicator, month, group, _codes(counts.index), numbers, behind=behind)


def share_rows(
    indicator: str,
    month: Month,
    numerator: Selection | pd.Series,
    denominator: Selection | pd.Series,
    group: str = ALL,
) -> Rows:
    """Rows of a ratio; a place with nothing to divide by is not applicable."""
    (above, behind), (below, _) = _sums(numerator), _sums(denominator)
    part, whole = above.to_numpy(dtype=float), below.to_numpy(dtype=float)
    value = part / np.where(whole > 0, whole, np.nan)
    numbers = {"numerator": part, "denominator": whole, "value": value}
    return Rows(indicator, month, group, _codes(above.index), numbers, behind=behind)


def with_interval(share: Rows) -> Rows:
    """A share with Wilson's interval: how far it may be from what the same work would come to again."""
    lower, upper = wilson(share.numbers["numerator"], share.numbers["denominator"])
    return replace(share, numbers={**share.numbers, "lower": lower, "upper": upper})


def by_label(rows: pd.DataFrame, column: str, dimension: str = "") -> Iterator[tuple[str, pd.DataFrame]]:
    """Group and rows of each label of a column; the group is called by the column, or `dimension`."""
    for label in sorted(rows[column].dropna().unique()):
        yield f"{dimension or column}={label}", rows[rows[column].eq(label)]


def note_rows(indicator: str, month: Month, places: Iterable[str], note: NoteCode) -> Rows:
    """Rows that say why there is no value."""
    return Rows(indicator, month, ALL, _codes(pd.Index(list(places))), {}, note)


def frame(parts: Iterable[Rows]) -> pd.DataFrame:
    """All rows as one table without names, unchecked."""
    parts = list(parts)
    sizes = [len(part.places) for part in parts]
    columns: dict[str, np.ndarray] = {
        "indicator": np.repeat([part.indicator for part in parts], sizes),
        "month": np.repeat([str(part.month) for part in parts], sizes),
        "place_code": np.concatenate([part.places for part in parts]),
        "group": np.repeat([part.group for part in parts], sizes),
    }
    for name in NUMBERS:
        empty = [np.full(size, np.nan) for size in sizes]
        columns[name] = np.concatenate(
            [part.numbers.get(name, nothing) for part, nothing in zip(parts, empty, strict=True)]
        )
    noted = np.repeat([part.note or "" for part in parts], sizes)
    why = np.where(noted == "", NoteCode.NOT_APPLICABLE.value, noted)
    columns["note_code"] = np.where(np.isnan(columns["value"]), why, NoteCode.REPORTED.value)
    return pd.DataFrame(columns).astype({name: "str" for name in columns if name not in NUMBERS})


def _codes(index: pd.Index) -> np.ndarray:
    return index.to_numpy(dtype=object)


def _sums(counted: Selection | pd.Series) -> tuple[pd.Series, Selection | None]:
    return (counted.sums, counted) if isinstance(counted, Selection) else (counted, None)


def defines(
    *definitions: Definition,
) -> Callable[[Callable[_Given, Iterator[Rows]]], Callable[_Given, Iterator[Rows]]]:
    """Say what a function computes, beside it; `defined_by` tells it again.

    Raises
    ------
    ValueError
        While it computes: it yields rows of an indicator that it does not define.
    """
    own = {definition.id for definition in definitions}

    def mark(compute: Callable[_Given, Iterator[Rows]]) -> Callable[_Given, Iterator[Rows]]:
        @wraps(compute)
        def checked(*args: _Given.args, **kwargs: _Given.kwargs) -> Iterator[Rows]:
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
