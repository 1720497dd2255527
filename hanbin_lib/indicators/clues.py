"""Clues and warnings (线索和预警): how many, whether they were decided in time, and what they led to."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hanbin_lib.contract.labels import CLUE_CHANNELS, CLUE_RESULTS
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    ALL,
    AT_END,
    IN_MONTH,
    Definition,
    NoteCode,
    Rows,
    Unit,
    count_rows,
    defines,
    note_rows,
    share_rows,
    with_interval,
)
from hanbin_lib.policy import WORKING, Clock
from hanbin_lib.store.tables import is_among
from hanbin_lib.yearly_documents import WorkCalendar

NO_CLUE = "没有线索记录"
FOUND_BY = ("只有部门预警", "只有日常排查", "两者都有", "两者都没有")
_ENTERED, _REFUSED = CLUE_RESULTS[0], CLUE_RESULTS[-1]
_ROUND, _WARNING = CLUE_CHANNELS[1:]
_YEAR = pd.DateOffset(years=1)

_CLUES, _SHARE = Unit.FINDINGS, Unit.SHARE
_LEDGER = "线索和预警"
_DECISION = "线索和预警；天数见政策包（clue_decision）；95%威尔逊区间"
_CHANNEL = "线索和预警、监测对象信息，按户编号对应"
_DEFINED = (
    Definition(
        "clues_found", "当月新增线索数", _CLUES, "发现时间在当月的线索", "", IN_MONTH, _LEDGER, adds_up=False
    ),
    Definition(
        "clues_open",
        "未核定线索数",
        _CLUES,
        "已发现、没有核定的线索（有核定结果而没填核定时间的算已核定）",
        "",
        AT_END,
        _LEDGER,
        adds_up=False,
    ),
    Definition(
        "clues_overdue",
        "逾期未核定线索数",
        _CLUES,
        "没有核定、发现以来已超过规定天数的线索（发现当天不计，期满当天不算逾期）",
        "",
        AT_END,
        "线索和预警；天数见政策包（clue_decision）",
        adds_up=False,
    ),
    Definition(
        "clue_in_time_share",
        "线索按期核定率",
        _SHARE,
        "在规定天数内核定的线索（期满当天算按期）",
        "近一年发现、规定天数已过的线索（有核定结果而没填核定时间的不计）",
        AT_END,
        _DECISION,
    ),
    Definition(
        "clue_notice_share",
        "公示满期率",
        _SHARE,
        "公示到核定不少于规定天数的线索",
        "近一年核定纳入监测、填有公示时间的线索",
        AT_END,
        "线索和预警；天数见政策包（clue_notice）；95%威尔逊区间",
    ),
    Definition(
        "clue_channel_share",
        "新识别户发现渠道占比",
        _SHARE,
        "最先发现该户的线索属于该渠道的户（线索不晚于识别当月月末，核定为不纳入的不算；同一天的按渠道次序）",
        "近十二个月识别的监测户",
        AT_END,
        _CHANNEL,
    ),
    Definition(
        "clue_found_by_share",
        "部门预警和日常排查重合占比",
        _SHARE,
        "识别前有部门大数据预警、有基层日常排查线索，或两者都有、都没有的户",
        "近十二个月识别的监测户",
        AT_END,
        _CHANNEL,
    ),
)
_DAY = np.timedelta64(1, "D")
Days = NDArray[np.datetime64]


def state(ledger: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The ledger as it stood at the end of the scope; what came later has not happened yet.

    Adds ``is_open`` (not decided), ``is_dated`` (open, or decided on a known day), ``days_taken`` (to the
    decision) and ``days_passed`` (to the scope's end) in the unit of the clock, NaN where the calendar
    does not know a year or no clock was entered, and ``is_overdue``.
    """
    known = scope.counted(ledger[ledger["found_date"] <= scope.end], townless=True)
    is_decided = (known["decided_date"] <= scope.end).to_numpy(bool)
    undated = (known["result"].notna() & known["decided_date"].isna()).to_numpy(bool)
    clock = decision_clock(scope)
    end = pd.Series(scope.end, index=known.index)
    passed = elapsed(clock, scope, known["found_date"], end)
    is_open = ~is_decided & ~undated
    return known.assign(
        is_open=is_open,
        is_dated=~undated,
        days_taken=elapsed(clock, scope, known["found_date"], known["decided_date"].where(is_decided)),
        days_passed=passed,
        is_overdue=is_open & (passed > (clock.days if clock else np.inf)),
    )


def decision_clock(scope: Scope) -> Clock | None:
    """The days from a clue to its decision; None where no document was entered."""
    return scope.policy.clocks.clue_decision if scope.policy else None


def elapsed(clock: Clock | None, scope: Scope, since: pd.Series, until: pd.Series) -> np.ndarray:
    """Days after `since` up to and with `until`, as the clock counts them; NaN where that is not known."""
    days = [column.to_numpy().astype("datetime64[D]") for column in (since, until)]
    if clock is None:
        return np.full(len(since), np.nan)
    if clock.unit == WORKING:
        return working_days(scope.calendar, *days)
    span = days[1] - days[0]
    return np.where(np.isnat(span), np.nan, span.astype(float))


@defines(*_DEFINED)
def clue_indicators(ledger: pd.DataFrame, monitored: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Stocks, timeliness, notice, and what the clues of each channel led to.

    Parameters
    ----------
    ledger
        ``clues``: one row a clue, kept since it came.
    monitored
        ``monitored_households``.
    """
    now = state(ledger, scope)
    new = now[now["found_date"] >= scope.end.replace(day=1)]
    yield from _counts("clues_found", new, scope)
    yield from _counts("clues_open", now[now["is_open"]], scope)
    yield from _timeliness(now, scope)
    yield from _notices(now, scope)
    yield from _channels(now, monitored, scope)


def overdue(now: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Clues that should have been decided, longest overdue first: what the action list takes up.

    Parameters
    ----------
    now
        From `state`.

    Returns
    -------
    table
        ``clue_code, town_code, village_code, channel, department, found_date, visited_date``, and
        ``days_over`` (beyond the clock, in its unit).
    """
    clock = decision_clock(scope)
    late = now[now["is_overdue"]]
    late = late.assign(days_over=late["days_passed"] - (clock.days if clock else 0))
    columns = [
        "clue_code", "town_code", "village_code", "channel", "department", "found_date", "visited_date",
        "days_over",
    ]  # fmt: skip
    return late[columns].sort_values(["days_over", "clue_code"], ascending=[False, True], ignore_index=True)


def _groups(rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """All, then every channel: those of the contract, and whatever else came."""
    yield ALL, rows["channel"].notna()
    others = sorted(set(rows["channel"].dropna().unique()) - set(CLUE_CHANNELS))
    for label in (*CLUE_CHANNELS, *others):
        yield f"channel={label}", rows["channel"].eq(label)


def _counts(name: str, rows: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """By place and channel; by department for the county, whose matter departments are."""
    for group, own in _groups(rows):
        yield count_rows(name, scope.month, scope.select(rows[own], townless=True), group)
    for label, of_department in rows.groupby("department"):
        yield count_rows(name, scope.month, scope.select_in_county(of_department), f"department={label}")


def _timeliness(now: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    clock = decision_clock(scope)
    recent = now[(now["found_date"] > scope.end - _YEAR) & now["is_dated"]]
    unknown = now["days_passed"].isna() & (now["is_open"] | now.index.isin(recent.index))
    if clock is None or unknown.any():
        for name in ("clues_overdue", "clue_in_time_share"):
            yield note_rows(name, scope.month, scope.upper_places, NoteCode.PARAMETER_MISSING)
        return
    yield from _counts("clues_overdue", now[now["is_overdue"]], scope)
    due = recent[recent["days_passed"] > clock.days]
    timely = due["days_taken"] <= clock.days
    for group, own in _groups(due):
        yield _share("clue_in_time_share", due[own], timely, scope, group)
    for label, of_department in due.groupby("department"):
        group = f"department={label}"
        yield _share("clue_in_time_share", of_department, timely, scope, group, in_county=True)


def _notices(now: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    clock = scope.policy.clocks.clue_notice if scope.policy else None
    decided = now["decided_date"].between(scope.end - _YEAR, scope.end, inclusive="right")
    rows = now[decided & now["result"].eq(_ENTERED) & now["noticed_date"].notna()]
    days = pd.Series(elapsed(clock, scope, rows["noticed_date"], rows["decided_date"]), index=rows.index)
    if clock is None or days.isna().any():
        yield note_rows("clue_notice_share", scope.month, scope.upper_places, NoteCode.PARAMETER_MISSING)
        return
    yield _share("clue_notice_share", rows, days >= clock.days, scope)


def _channels(now: pd.DataFrame, monitored: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Households that entered within twelve months, by who found them first and by who found them at all."""
    first, last = (pd.Timestamp(f"{scope.month.shift(-step)}-01") for step in (11, 0))
    homes = scope.counted(monitored[monitored["identified_month"].between(first, last)])
    led = _led_to(now, homes)
    order = {label: number for number, label in enumerate(CLUE_CHANNELS)}
    ranked = led.assign(order=led["channel"].map(order).fillna(len(order)))
    ranked = ranked.sort_values(["found_date", "order", "channel"]).drop_duplicates("household_code")
    first_of = ranked.set_index("household_code")["channel"].astype("str")
    by = first_of.reindex(homes["household_code"]).fillna(NO_CLUE).set_axis(homes.index)
    others, everybody = sorted(set(by.unique()) - {*CLUE_CHANNELS, NO_CLUE}), scope.select(homes)
    for label in (*CLUE_CHANNELS, *others, NO_CLUE):
        own = scope.select(homes[by.eq(label)])
        yield share_rows("clue_channel_share", scope.month, own, everybody, f"channel={label}")
    warned, seen = (
        is_among(homes["household_code"], led.loc[led["channel"].eq(label), "household_code"])
        for label in (_WARNING, _ROUND)
    )
    parts = (warned & ~seen, ~warned & seen, warned & seen, ~warned & ~seen)
    for label, chosen in zip(FOUND_BY, parts, strict=True):
        own = scope.select(homes[chosen])
        yield share_rows("clue_found_by_share", scope.month, own, everybody, f"found_by={label}")


def _led_to(now: pd.DataFrame, homes: pd.DataFrame) -> pd.DataFrame:
    """Clues of these households, not refused, that came no later than the month in which they entered."""
    entered = homes.set_index("household_code")["identified_month"]
    clues = now[is_among(now["household_code"], homes["household_code"])]
    clues = clues[~(clues["result"].eq(_REFUSED) & ~clues["is_open"])]
    month = pd.Series(entered.reindex(clues["household_code"]).to_numpy(), index=clues.index)
    return clues[clues["found_date"] < month + pd.DateOffset(months=1)]


def _share(
    name: str, rows: pd.DataFrame, good: pd.Series, scope: Scope, group: str = ALL, *, in_county: bool = False
) -> Rows:
    timely = rows[good.loc[rows.index]]
    part, whole = (
        scope.select_in_county(chosen) if in_county else scope.select(chosen, townless=True)
        for chosen in (timely, rows)
    )
    return with_interval(share_rows(name, scope.month, part, whole, group))


def working_days(calendar: WorkCalendar, since: Days, until: Days) -> NDArray[np.float64]:
    """Working days after `since`, up to and with `until`; the first day does not count.

    Parameters
    ----------
    since, until
        ``datetime64[D]``, of one length.

    Returns
    -------
    array of float
        NaN where a day is missing, or where a year between them has no notice.
    """
    off, on = (np.array(sorted(days), dtype="datetime64[D]") for days in (calendar.off, calendar.on))
    found = np.full(len(since), np.nan)
    known = ~(np.isnat(since) | np.isnat(until))
    known[known] = _knows(calendar, since[known], until[known])
    first, last = since[known], until[known]
    weekdays = np.busday_count(first + _DAY, last + _DAY, holidays=off)
    extra = np.searchsorted(on, last, "right") - np.searchsorted(on, first, "right")
    found[known] = weekdays + extra
    return found


def _knows(calendar: WorkCalendar, first: Days, last: Days) -> NDArray[np.bool_]:
    years = [day.astype("datetime64[Y]").astype(int) + 1970 for day in (first, last)]
    low, high = np.minimum(*years), np.maximum(*years)
    inside = np.searchsorted(calendar.years, high, "right") - np.searchsorted(calendar.years, low, "left")
    return np.asarray(inside == high - low + 1)
