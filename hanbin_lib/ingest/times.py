"""Months, dates and moments. What is a date depends on the cell alone, never on today."""

import re
from collections.abc import Callable
from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pyarrow as pa

from hanbin_lib.contract import Column
from hanbin_lib.ingest.grid import CellKind, Kinds, Mask
from hanbin_lib.ingest.numbers import whole
from hanbin_lib.ingest.problems import Problem, Read, forms, is_kind, matches

_BARE_MONTH = re.compile(r"(\d{4})(\d{2})")
_BARE_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WRITTEN_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_CLOCK = r"(?:(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})?(?:\.\d+)?秒?)?分?)"
_WRITTEN_DATE = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?(?:[T ]*{_CLOCK})?Z?")
_BARE_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2}) ?(\d{2}):?(\d{2}):?(\d{2})?")
_TIME = re.compile(_CLOCK)
_PLAIN_DATE = r"^(19|20)[0-9]{6}$"
# 2022.10 typed as a number is kept as 2022.1; 2022.9 can only be September.
_LOST_ZERO = r"^(19|20)[0-9]{2}\.1$"
# 自定: 220901 is no January of 2209, and 190901 none of 1909; a birth has its day.
_FIRST_YEAR, _FIRST_OF_MONTHS, _LAST_YEAR = 1900, 1949, 2100
_NUMBERS = (CellKind.NUMBER, CellKind.UNTYPED)
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
    values = [read(whole(text)) for text in texts.to_pylist()]
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
    match = _BARE_DATE.fullmatch(text) or _WRITTEN_DATE.fullmatch(text)
    return _valid(int(match[1]), int(match[2]), int(match[3])) if match else None


def _read_birth(text: str) -> date | None:
    return _read_date(text) or _read_bare_month(text)


def _read_moment(text: str) -> date | None:
    match = _WRITTEN_DATE.fullmatch(text) or _BARE_MOMENT.fullmatch(text)
    if match is None or match[4] is None:
        return _read_date(text)
    day = _valid(int(match[1]), int(match[2]), int(match[3]))
    hour, minute, second = (int(part or 0) for part in match.groups()[3:])
    try:
        return day and datetime.combine(day, time(hour, minute, second))
    except ValueError:
        return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None
