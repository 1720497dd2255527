"""Why a cell has no value in its column, and the shape in which every parser answers."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.ingest.grid import CellKind, Kinds, Mask

Problems = np.ndarray[Any, np.dtype[np.uint8]]
# Values of the distinct cells, and the problem of each.
Read = tuple[pd.api.extensions.ExtensionArray, Problems]


class Problem(IntEnum):
    """What is wrong with a cell."""

    NONE = 0
    FORM = 1  # not what the column holds
    ERROR = 2  # an error value
    NO_RESULT = 3  # a formula that was never calculated
    DIGITS = 4  # a number whose last digits are lost
    MONTH = 5  # 2022.1: January, or October without its zero
    PERCENT = 6  # a percentage where none belongs
    SCALED = 7  # shows divided
    NO_DAY = 8  # a time of day without its day
    FRACTION = 9  # 0.35 in a column of per cent, all of which is below 1


# What is wrong and what to do; FORM says what the column holds instead.
TEXTS: dict[Problem, tuple[str, str]] = {
    Problem.ERROR: ("公式出错（#N/A、#DIV/0! 之类）", "改正公式，或把单元格改成数值后保存"),
    Problem.NO_RESULT: ("公式没有存下计算结果", "用 Excel 或 WPS 打开，保存一次后再导入"),
    Problem.DIGITS: (
        "编号存成了数字，第15位以后的数字已经丢失或不可信",
        "从原系统重新导出，编号列保持文本格式；不要用 Excel 打开 CSV 后再保存",
    ),
    Problem.MONTH: ("年月写成了小数，分不清是1月还是10月", "改成六位年月，例如 202210"),
    Problem.PERCENT: ("是百分数，这一列不应是百分数", "把单元格格式改成常规，核对数值"),
    Problem.SCALED: ("数字格式把数缩小了显示，看到的和存的不一样", "把单元格格式改成常规，核对数值"),
    Problem.FRACTION: (
        "整列都不大于1，像是把百分数写成了小数",
        "改成百分数，例如 98.5；用公式算出来的，把单元格格式设为百分比",
    ),
    Problem.NO_DAY: ("只有时刻，没有日期，按没有时间处理", "写成 2022-09-01 09:30 的形式"),
}


def matches(texts: pa.StringArray, pattern: str) -> Mask:
    """Whether each text has the pattern (RE2) in it."""
    matched: Mask = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return matched


def strings(texts: pa.StringArray) -> pd.api.extensions.ExtensionArray:
    """Arrow text as a column of pandas."""
    values: pd.api.extensions.ExtensionArray = pd.array(texts, dtype="str")
    return values


def each(texts: pa.StringArray, read: Callable[[str], object], dtype: Any) -> Read:
    """Values one by one; None is not what the column holds."""
    values: list[Any] = [read(text) for text in texts.to_pylist()]
    return pd.array(values, dtype=dtype), forms([value is not None for value in values])


def forms(good: list[bool] | Mask) -> Problems:
    """`Problem.FORM` where a text could not be read."""
    return np.where(np.asarray(good, dtype=bool), Problem.NONE, Problem.FORM).astype(np.uint8)


def is_kind(kinds: Kinds | None, count: int, *wanted: CellKind) -> Mask:
    """Which distinct cells are of one of the kinds."""
    if kinds is None:
        return np.full(count, CellKind.TEXT in wanted)
    return np.isin(kinds, wanted)
