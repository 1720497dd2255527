"""From the text of a cell to a value, one kind of column at a time, and why a cell has none.

What is a date or a number depends on the cell alone, never on today. A code is text by nature; one that came
as a number has lost what a number does not keep.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column
from hanbin_lib.ingest.grid import MONEY, CellKind, Kinds, Mask, matches
from hanbin_lib.ingest.number_formats import PERCENT, ZONE, in_china

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
    DRESSED = 10  # a code whose format shows what the cell does not hold
    UNIT = 12  # 5万元 in a column of yuan
    DITTO = 11  # 同上: what it stands for was in the row above once


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
        "改成百分数，例如 98.5；用公式算出来的，把单元格格式设为百分比；确是百分之零点几的，写成 0.5%",
    ),
    Problem.DRESSED: (
        "显示的和单元格里存的不一样（数字格式补了零或加了字，例如显示001、存的是1）",
        "把这一列设为“文本”，按显示的重新填写",
    ),
    Problem.UNIT: (
        "单元格里写的（或数字格式里显示的）金额单位和这一列的不同",
        "按这一列的单位填写；整列是另一单位的，把单位写进表头",
    ),
    Problem.DITTO: ("写的是“同上”一类的记号，排序、筛选以后就不知道指哪一行", "逐行写出内容"),
    Problem.NO_DAY: ("只有时刻，没有日期，按没有时间处理", "写成 2022-09-01 09:30 的形式"),
}


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


_LEAKED_FLOAT = re.compile(r"(-?\d+)\.0+")
# A comma that does not stand before three digits may be a decimal comma: 1,5 is not fifteen.
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?")
# What Arrow may read by itself: few enough digits that nothing is lost.
_PLAIN_NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
_MONEY = {"元": CellKind.IN_YUAN, "万元": CellKind.IN_10K_YUAN}
_LAST_OF_UNITS = "元万人名户个件条月年周"
_NO_NUMBERS = (CellKind.DATE, CellKind.DATETIME, CellKind.TIME, CellKind.BOOLEAN)


def whole(text: str) -> str:
    """Take away the ``.0`` of a number that leaked through a float."""
    match = _LEAKED_FLOAT.fullmatch(text) if text.endswith("0") and "." in text else None
    return match[1] if match else text


def read_amounts(column: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Decimal numbers; in a column of per cent the sign may stand behind them."""
    numbers, problems = _numbers(column, texts, kinds)
    return _masked(numbers, "Float64"), problems


def read_counts(column: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Whole numbers that are not negative."""
    numbers, problems = _numbers(column, texts, kinds)
    fits = (numbers >= 0) & (numbers == np.floor(numbers)) & (numbers < 2**53)
    problems[(problems == Problem.NONE) & ~fits] = Problem.FORM
    return _masked(np.where(fits, numbers, np.nan), "Int64"), problems


def _numbers(column: Column, texts: pa.StringArray, kinds: Kinds | None) -> tuple[np.ndarray, Any]:
    percent = pc.ends_with(texts, PERCENT).to_numpy(zero_copy_only=False)
    belongs = column.unit == PERCENT
    if belongs and percent.any():
        texts = pc.replace_substring_regex(texts, r"\s*%$", "")
    elif matches(texts, rf"[{_LAST_OF_UNITS}]$").any():
        texts = pc.replace_substring_regex(texts, rf"^第?([-0-9.,]+)\s*({_behind(column)})$", r"\1")
    numbers = _plain_or_odd(texts)
    numbers[is_kind(kinds, len(texts), *_NO_NUMBERS)] = np.nan
    problems = forms(~np.isnan(numbers))
    if not belongs:
        problems[percent & matches(texts, r"^[-0-9.,]+\s*%$")] = Problem.PERCENT
    else:
        problems[~percent & _in_fractions(np.where(percent, np.nan, numbers))] = Problem.FRACTION
    problems[is_kind(kinds, len(texts), CellKind.SCALED)] = Problem.SCALED
    if column.unit in _MONEY:
        others = [kind for unit, kind in _MONEY.items() if unit != column.unit]
        other = is_kind(kinds, len(texts), CellKind.IN_OTHER_MONEY, *others)
        problems[other | matches(texts, r"^[-0-9.,]+\s*([百千万亿]*元|万)$")] = Problem.UNIT
    numbers[problems != Problem.NONE] = np.nan
    return numbers, problems


def _behind(column: Column) -> str:
    """What may stand behind a number: the unit of its column, as it is said."""
    said = {"万元": "万元?", "月": "个?月", "人": "人|名", "个": "[个件条]"}
    return said.get(column.unit, column.unit) or {"year": "年", "week": "周"}.get(column.name, "$^")


def _in_fractions(numbers: np.ndarray) -> Mask:
    """Numbers of a column of per cent that look written as fractions: below 1, and none above."""
    below: Mask = (numbers > 0) & (numbers < 1) & ~(numbers > 1).any()
    return below


def _plain_or_odd(texts: pa.StringArray) -> np.ndarray:
    """Numbers, NaN where a text is none."""
    odd = ~matches(texts, _PLAIN_NUMBER)
    if not odd.any():
        numbers: np.ndarray = texts.cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
        return numbers
    read = [_number(text) for text in texts.filter(odd).to_pylist()]
    plain = pc.if_else(odd, None, texts).cast(pa.float64())
    values: np.ndarray = plain.to_numpy(zero_copy_only=False).copy()
    values[odd] = [math.nan if number is None else number for number in read]
    return values


def _number(text: str) -> float | None:
    number = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def _masked(numbers: np.ndarray, dtype: Any) -> pd.api.extensions.ExtensionArray:
    values: pd.api.extensions.ExtensionArray = pd.Series(numbers).astype(dtype).array
    return values


_BARE_MONTH = re.compile(r"(\d{4})(\d{2})")
_BARE_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WRITTEN_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:月份?)?")
_CLOCK = r"(?:(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})?(?:\.\d+)?秒?)?分?)"
_WRITTEN_DATE = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})[日号]?(?:[T ]*{_CLOCK}{ZONE})?Z?")
_AROUND_SIGNS = re.compile(r" *([年月]) *")
_BARE_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2}) ?(\d{2}):?(\d{2}):?(\d{2})?")
_TIME = re.compile(_CLOCK)
_PLAIN_DATE = r"^(19|20)[0-9]{6}$"
# 2022.10 typed as a number is kept as 2022.1; 2022.9 can only be September.
_LOST_ZERO = r"^(19|20)[0-9]{2}\.1$"
# 自定: 220901 is no January of 2209, and 190901 none of 1909; a birth has its day.
_FIRST_YEAR, _FIRST_OF_MONTHS, _LAST_YEAR = 1900, 1949, 2100
_NUMBERS = (CellKind.NUMBER, CellKind.DRESSED, *MONEY, CellKind.UNTYPED)
_NO_DATES = (CellKind.TIME, CellKind.PERCENT, CellKind.SCALED, CellKind.BOOLEAN)


def read_months(_: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """First day of each month; of a whole date the month counts."""
    values, problems = _days(texts, kinds, _read_month)
    if kinds is not None:
        unsure = is_kind(kinds, len(texts), *_NUMBERS) & matches(texts, _LOST_ZERO)
        problems[unsure] = Problem.MONTH
    return values, problems


def read_dates(column: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Days; a time of day beside the day is passed over."""
    # 出生日期 also goes by the heading 出生年月.
    read = _read_birth if column.name == "birth_date" else _read_date
    plain = matches(texts, _PLAIN_DATE) & ~is_kind(kinds, len(texts), *_NO_DATES)
    days, good = _plain_dates(texts.filter(pa.array(plain)))
    values, problems = np.full(len(texts), np.datetime64("NaT", "s"), "datetime64[s]"), forms(plain)
    values[plain], problems[plain] = days, forms(good)
    if not plain.all():
        odd = texts.filter(pa.array(~plain))
        of_odd, problems[~plain] = _days(odd, None if kinds is None else kinds[~plain], read)
        values[~plain] = of_odd
    return pd.array(values, dtype="datetime64[s]"), problems


def read_moments(_: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Days with their time; a time without a day is no moment."""
    values, problems = _days(texts, kinds, _read_moment)
    only_time = is_kind(kinds, len(texts), CellKind.TIME) | np.array(
        [_TIME.fullmatch(text) is not None for text in texts.to_pylist()], dtype=bool
    )
    problems[only_time] = Problem.NO_DAY
    return values, problems


def _days(texts: pa.StringArray, kinds: Kinds | None, read: Callable[[str], date | None]) -> Read:
    values = [read(_AROUND_SIGNS.sub(r"\1", whole(text))) for text in texts.to_pylist()]
    array = np.array(values, dtype="datetime64[s]")
    array[is_kind(kinds, len(texts), *_NO_DATES)] = np.datetime64("NaT", "D")
    return pd.array(array, dtype="datetime64[s]"), forms(~np.isnat(array))


def _plain_dates(texts: pa.StringArray) -> tuple[np.ndarray, Mask]:
    """Dates of eight digits, all at once; a day that its month does not have is not read."""
    number = texts.cast(pa.int32()).to_numpy()
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    dates = first.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    good = (month >= 1) & (month <= 12) & (day >= 1) & (dates.astype("datetime64[M]") == first)
    dates[~good] = np.datetime64("NaT", "D")
    return dates.astype("datetime64[s]"), good


def _read_month(text: str) -> date | None:
    month = _read_bare_month(text) or _read_date(text)
    return month.replace(day=1) if month and month.year >= _FIRST_OF_MONTHS else None


def _read_bare_month(text: str) -> date | None:
    match = _BARE_MONTH.fullmatch(text) or _WRITTEN_MONTH.fullmatch(text)
    return _valid(int(match[1]), int(match[2]), 1) if match else None


def _read_date(text: str) -> date | None:
    match = _WRITTEN_DATE.fullmatch(text)
    if match and match[7]:
        moment = _moment(match, match[7])
        return moment and moment.date()
    match = match or _BARE_DATE.fullmatch(text)
    return _valid(int(match[1]), int(match[2]), int(match[3])) if match else None


def _read_birth(text: str) -> date | None:
    return _read_date(text) or _read_bare_month(text)


def _read_moment(text: str) -> date | None:
    match = _BARE_MOMENT.fullmatch(text)
    if match:
        return _moment(match)
    match = _WRITTEN_DATE.fullmatch(text)
    return _moment(match, match[7]) if match and match[4] is not None else _read_date(text)


def _moment(match: re.Match[str], zone: str | None = None) -> datetime | None:
    """Day and time of a match."""
    day = _valid(int(match[1]), int(match[2]), int(match[3]))
    hour, minute, second = (int(part or 0) for part in match.groups()[3:6])
    try:
        moment = in_china(datetime.combine(day, time(hour, minute, second)), zone) if day else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


# Below 2^53 a double keeps every digit of a whole number; spreadsheets keep only 15 of what is typed.
_EXACT_BELOW = 2**53
# 自定: of codes that kept their 16th digit one in ten ends in 0.
_MOST_ENDING_IN_ZERO = 0.5
_SCIENTIFIC = r"^-?[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"


def read_codes(_: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Codes as text, and which of them cannot be trusted."""
    problems = np.zeros(len(texts), dtype=np.uint8)
    values = strings(texts)
    if matches(texts, r"^-?[0-9]+\.0+$").any():
        values, problems = each(texts, whole, "str")
    problems[matches(texts, _SCIENTIFIC)] = Problem.DIGITS
    if kinds is not None:
        _judge_numbers(texts, kinds, problems)
        values = pd.Series(values).mask(problems > 0).array
    return values, problems


def _judge_numbers(texts: pa.StringArray, kinds: Kinds, problems: Problems) -> None:
    number = is_kind(kinds, len(texts), CellKind.NUMBER)
    problems[is_kind(kinds, len(texts), *_NO_CODES) | (number & ~matches(texts, r"^[0-9]+$"))] = Problem.FORM
    problems[is_kind(kinds, len(texts), CellKind.DRESSED, *MONEY)] = Problem.DRESSED
    long = number & matches(texts, r"^[0-9]{16,}$")
    if not long.any():
        return
    sixteen = long & _is_exact(texts, long)
    problems[long & ~sixteen] = Problem.DIGITS
    if sixteen.any() and matches(texts.filter(sixteen), "0$").mean() > _MOST_ENDING_IN_ZERO:
        problems[sixteen & matches(texts, "0$")] = Problem.DIGITS


def _is_exact(texts: pa.StringArray, chosen: Mask) -> Mask:
    exact = np.zeros(len(texts), dtype=bool)
    exact[chosen] = [int(text) < _EXACT_BELOW for text in texts.filter(chosen).to_pylist()]
    return exact


_NO_CODES = (
    CellKind.PERCENT,
    CellKind.SCALED,
    CellKind.DATE,
    CellKind.DATETIME,
    CellKind.TIME,
    CellKind.BOOLEAN,
)
