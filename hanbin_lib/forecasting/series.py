"""Reading an annual series: years, values, and every reason not to forecast from them.

All faults of a series are found in one pass. What can be handled is handled and named in the
record's notes; what cannot is refused with `HanbinError`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from hanbin_lib.errors import HanbinError, refused_input

# Fewer years than this are refused; fewer than `FEW` need a prior made for incomes.
LEAST, FEW = 5, 8
_LARGEST_MISSING_SHARE = 1 / 3
# A value alone at this many times its neighbours, and far beyond the series' own habits, is
# taken for a slip of the unit or the pen.
_SLIP_FACTOR, _SLIP_HABITS = 4.0, 8.0
_PERSISTENT_FACTOR = 1.6
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Record:
    """A checked annual series.

    Attributes
    ----------
    values
        The values that forecasts use: index whole years without a gap from the first to the
        last observed one, NaN where a year is missing; after the last declared break only.
    notes
        What was handled and how, in Chinese sentences.
    """

    values: pd.Series
    notes: tuple[str, ...] = ()

    @cached_property
    def observed(self) -> pd.Series:
        """The years that have a value."""
        return self.values.dropna()

    @property
    def is_income_per_head(self) -> bool:
        """Whether the series' name says that it is an income per head, such as 农民人均纯收入."""
        name = str(self.values.name)
        return "人均" in name and "收入" in name

    @property
    def last_year(self) -> int:
        """The last year that has a value."""
        return int(self.values.index[-1])

    def until(self, year: int) -> "Record":
        """Return the record as it stood at the end of `year`."""
        known = self.values.loc[:year]
        return Record(known.loc[: known.last_valid_index()], self.notes)


def read_record(
    series: pd.Series,
    *,
    breaks: Iterable[int] = (),
    confirmed: Iterable[int] = (),
    as_of: int | None = None,
    name: str | None = None,
) -> Record:
    """Check an annual series and name what had to be handled.

    Parameters
    ----------
    series
        Positive values by year; the index holds whole numbers, dates or periods, in any order.
        NaN is a missing year.
    breaks
        First years of a changed definition. Values before the last of them are left out: series
        of different definitions are never joined.
    confirmed
        Years whose unusual value has been checked and is right.
    as_of
        The last year that can have a value; later years are refused.
    name
        What to call the series in messages; its own name by default.

    Raises
    ------
    HanbinError
        ``HB-FC-001`` to ``HB-FC-008``; all faults in one message, the first one's code.
    """
    given = name if name is not None else getattr(series, "name", None)
    label = "序列" if given is None else str(given)
    years = _years(series, label)
    numbers = _numbers(series)
    faults = list(_faults(series, numbers, years, as_of))
    if faults:
        raise _refusal(label, faults)
    # Arrays from here on: this is done for every village, and a table's own operations are dear.
    order = np.argsort(years.to_numpy(), kind="stable")
    known = order[~np.isnan(numbers[order])]
    at, numbers = years.to_numpy()[known], numbers[known]
    notes: list[str] = []
    begins = [year for year in breaks if len(at) and year > at[0]]
    if begins:
        at, numbers = at[at >= max(begins)], numbers[at >= max(begins)]
        notes.append(f"{max(begins)}年口径有变，只用该年及以后的数据")
    at, numbers, slips, faults = _without_slips(at, numbers, frozenset(confirmed))
    notes += slips
    faults += _too_thin(at)
    if faults:
        raise _refusal(label, faults)
    whole = np.full(int(at[-1] - at[0]) + 1, np.nan)
    whole[at - at[0]] = numbers
    values = pd.Series(whole, index=pd.RangeIndex(int(at[0]), int(at[-1]) + 1), name=series.name)
    return Record(values, (*notes, *_remarks(values, frozenset(confirmed))))


def _numbers(series: pd.Series) -> np.ndarray:
    """Values as numbers; NaN where one is missing or none."""
    known = series if series.dtype.kind in "fi" else pd.to_numeric(series, errors="coerce")
    return np.asarray(known.to_numpy(dtype=float, na_value=np.nan))


def _years(series: pd.Series, label: str) -> pd.Index:
    if not isinstance(series, pd.Series):
        raise refused_input("HB-FC-001", f"{label}：不是逐年序列", "传入以年份为索引的 pd.Series")
    index = series.index
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        return pd.Index(index.year)
    if index.dtype.kind in "iu" and len(index) and index.min() >= _FIRST_YEAR and index.max() <= _LAST_YEAR:
        return index
    numbers = pd.to_numeric(pd.Series(index), errors="coerce")
    is_year = numbers.between(_FIRST_YEAR, _LAST_YEAR) & numbers.mod(1).eq(0)
    if not len(index) or not is_year.all():
        bad = "、".join(str(value)[:12] for value in index[~is_year.to_numpy()][:5])
        raise refused_input(
            "HB-FC-001", f"{label}：年份不对（{bad or '没有数据'}）", "索引填四位年份，例如 2021"
        )
    return pd.Index(numbers.astype(int))


def _faults(
    series: pd.Series, numbers: np.ndarray, years: pd.Index, as_of: int | None
) -> Iterator[tuple[str, str]]:
    """Faults of single values, whose kind is told and whose value is not needed."""
    if not years.is_unique:
        yield "HB-FC-002", f"年份重复：{_listed(years[years.duplicated()].unique())}"
    text = np.isinf(numbers)
    if series.dtype.kind not in "fi":
        text |= np.isnan(numbers) & series.notna().to_numpy()
    if text.any():
        yield "HB-FC-003", f"不是数字：{_listed(years[text])}"
    below = numbers <= 0
    if below.any():
        yield "HB-FC-004", f"为零或负数：{_listed(years[below])}"
    if as_of is not None and (years > as_of).any():
        yield "HB-FC-005", f"年份晚于{as_of}年：{_listed(years[years > as_of])}"


def _too_thin(years: np.ndarray) -> Iterator[tuple[str, str]]:
    if len(years) < LEAST:
        yield "HB-FC-006", f"只有{len(years)}年有数，至少需要{LEAST}年"
        return
    span = int(years[-1] - years[0]) + 1
    if span - len(years) > _LARGEST_MISSING_SHARE * span:
        yield "HB-FC-007", f"{span}年里缺{span - len(years)}年，超过三分之一"


def _without_slips(
    years: np.ndarray, values: np.ndarray, confirmed: frozenset[int]
) -> tuple[np.ndarray, np.ndarray, list[str], list[tuple[str, str]]]:
    """Leave out single values out of all proportion; refuse if it is the last one."""
    notes: list[str] = []
    faults: list[tuple[str, str]] = []
    logs = np.log(values)
    kept = np.ones(len(years), dtype=bool)
    # A value far from its neighbours is at the end of a large step.
    if not (np.abs(np.diff(logs)) > np.log(_SLIP_FACTOR)).any() or len(years) < LEAST:
        return years, values, notes, faults
    for place, year in enumerate(years):
        others = np.delete(logs, place)
        gap = abs(logs[place] - np.interp(year, np.delete(years, place), others))
        habit = np.abs(np.diff(others)).max()
        if year in confirmed or gap <= np.log(_SLIP_FACTOR) or gap <= _SLIP_HABITS * habit:
            continue
        if place == len(years) - 1:
            faults.append(("HB-FC-008", f"{year}年的数是前几年的{np.exp(logs[place] - others[-1]):.1f}倍"))
        else:
            notes.append(f"{year}年的数与前后各年相差{np.exp(gap):.1f}倍，疑为单位或录入错误，按缺数处理")
            kept[place] = False
    return years[kept], values[kept], notes, faults


def _remarks(values: pd.Series, confirmed: frozenset[int]) -> Iterator[str]:
    numbers, years = values.to_numpy(), values.index.to_numpy()
    is_missing = np.isnan(numbers)
    observed, of_years = numbers[~is_missing], years[~is_missing]
    if is_missing.any():
        yield f"缺{_listed(years[is_missing])}的数，按未知处理，不补数"
    if observed.min() == observed.max():
        yield "历年的数完全相同，疑为照抄上年，请核实"
    steps = np.abs(np.diff(np.log(observed)))
    jumps = [year for year in of_years[1:][steps > np.log(_PERSISTENT_FACTOR)] if year not in confirmed]
    if jumps:
        yield f"{_listed(jumps)}比上年变动过半，若是口径变化请声明"
    if len(observed) < FEW:
        yield f"只有{len(observed)}年的数，区间主要来自同类序列的经验"


def _listed(years: Iterable[int]) -> str:
    return "、".join(f"{year}年" for year in years)


def _refusal(label: str, faults: list[tuple[str, str]]) -> HanbinError:
    lines = "\n".join(f"{label}：{message}（{code}）" for code, message in faults)
    return refused_input(faults[0][0], lines, _ACTIONS[faults[0][0]])


_ACTIONS = {
    "HB-FC-002": "每年只留一个数",
    "HB-FC-003": "更正后重试；缺数留空",
    "HB-FC-004": "更正后重试；缺数留空，不填零",
    "HB-FC-005": "核对年份；目标和计划数不能当作历年数据",
    "HB-FC-006": "补充历年数据",
    "HB-FC-007": "补齐缺的年份",
    "HB-FC-008": "核对单位（元、万元）；确认无误的列入 confirmed，口径变化的列入 breaks",
}


def one_calibre(rows: pd.DataFrame, area_name: str, indicator_name: str) -> pd.Series:
    """Take one place's annual values of one definition from a table of many.

    Parameters
    ----------
    rows
        Columns ``area_name, indicator_name, year, value`` and, where stated, ``unit`` and
        ``prices``; such as the table 历年数据.

    Returns
    -------
    pandas.Series
        Index: years as they stand in the table; name: the definition.

    Raises
    ------
    HanbinError
        ``HB-FC-016`` if there is no such series, or it mixes units or price bases.
    """
    mine = rows[rows["area_name"].eq(area_name) & rows["indicator_name"].eq(indicator_name)]
    if mine.empty:
        has = "、".join(sorted(rows.loc[rows["area_name"].eq(area_name), "indicator_name"].unique())) or "无"
        raise refused_input("HB-FC-016", f"{area_name}没有{indicator_name}的数据（现有：{has}）", "核对名称")
    for column, title in (("unit", "单位"), ("prices", "价格")):
        if column in mine and len(set(mine[column].dropna())) > 1:
            raise refused_input("HB-FC-016", f"{area_name}的{indicator_name}混有不同的{title}", "分开填写")
    return pd.Series(mine["value"].to_numpy(), index=mine["year"].to_numpy(), name=indicator_name)
