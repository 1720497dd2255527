"""Rectification of problems (问题整改): opened, closed, overdue, how long, and whether they return."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.contract.labels import LOOK_BACK_RESULTS
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    ALL,
    AT_END,
    IN_MONTH,
    Definition,
    NoteCode,
    Pooling,
    Rows,
    Unit,
    by_label,
    count_rows,
    defines,
    note_rows,
    number_rows,
    share_rows,
    with_interval,
)
from hanbin_lib.params import HouseRules
from hanbin_lib.statistics.estimates import median_duration

OPEN_AGES = ((0, "30天以内"), (31, "31—60天"), (61, "61—90天"), (91, "90天以上"))
_RECENT = pd.DateOffset(months=3)
_YEAR = pd.DateOffset(years=1)
_REBOUND = LOOK_BACK_RESULTS[1]

_ITEMS, _SHARE = Unit.ITEMS, Unit.SHARE
_LEDGER = "问题整改台账"
_at_end = partial(Definition, as_of=AT_END, source=_LEDGER)
_RECTIFICATION = (
    Definition(
        "problems_at_start",
        "月初未销号问题数",
        _ITEMS,
        "上月底以前发现、上月底尚未销号的问题",
        "",
        "上月月末",
        _LEDGER,
        adds_up=False,
    ),
    Definition(
        "problems_opened",
        "当月新发现问题数",
        _ITEMS,
        "发现时间在当月的问题",
        "",
        IN_MONTH,
        _LEDGER,
        adds_up=False,
    ),
    Definition(
        "problems_closed",
        "当月销号问题数",
        _ITEMS,
        "销号时间在当月的问题",
        "",
        IN_MONTH,
        _LEDGER,
        adds_up=False,
    ),
    _at_end("problems_open", "未销号问题数", _ITEMS, "已发现、尚未销号的问题", "", adds_up=False),
    _at_end(
        "problems_overdue", "逾期未完成问题数", _ITEMS, "整改时限已过、尚未完成整改的问题", "", adds_up=False
    ),
    _at_end(
        "problems_due_next", "下月到期问题数", _ITEMS, "尚未完成、整改时限在下月的问题", "", adds_up=False
    ),
    _at_end(
        "rectification_on_time_share",
        "问题整改按期完成率",
        _SHARE,
        "在整改时限内完成的问题（没有填完成时间的，看销号时间）",
        "今年以来整改时限已到的问题",
    ),
    _at_end(
        "rectification_median_days",
        "问题销号中位天数",
        Unit.DAYS,
        "近一年发现的问题从发现到销号的天数，未销号的按删失处理（Kaplan–Meier）",
        "近一年发现的问题",
        pooling=Pooling.PERSONS,
    ),
    _at_end(
        "problems_looked_back",
        "今年以来回头看问题数",
        _ITEMS,
        "今年以来做了回头看、结果为反弹或未反弹的问题",
        "",
        adds_up=False,
    ),
    Definition(
        "rebound_share",
        "回头看反弹率",
        _SHARE,
        "回头看结果为反弹的问题",
        "今年以来做了回头看、结果为反弹或未反弹的问题",
        AT_END,
        "问题整改台账；95%威尔逊区间",
    ),
    _at_end(
        "problem_kind_towns",
        "同类问题涉及镇数",
        _ITEMS,
        "近三个月新发现该类问题的镇（街道）",
        "",
        adds_up=False,
    ),
    Definition(
        "problems_to_escalate",
        "逾期问题督办步骤",
        _ITEMS,
        "逾期未完成问题按逾期天数所到的督办步骤分组",
        "",
        AT_END,
        "问题整改台账；步骤见 rules.yaml（escalation）",
        adds_up=False,
    ),
    _at_end(
        "problems_of_the_year",
        "今年以来发现问题数",
        _ITEMS,
        "发现时间在今年的问题，一个问题编号只计一次，逐条可查（年终考核用）",
        "",
        adds_up=False,
    ),
)


def state(ledger: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The ledger as it stood at the end of the scope; what came later has not happened yet.

    Adds ``is_open`` (not closed), ``is_timely`` (done by its deadline), ``is_overdue`` (not done, past it),
    ``days_open`` (since it was found), ``days_overdue``, ``open_age`` and ``step``.
    """
    end = scope.end
    known = scope.counted(ledger[ledger["found_date"] <= end], townless=True)
    # A problem that was closed was done, where the day of that was not filled in.
    finished = known["done_date"].fillna(known["closed_date"])
    done = finished <= end
    overdue_days = (end - known["due_date"]).dt.days
    days_open = (end - known["found_date"]).dt.days
    known = known.assign(
        is_open=~(known["closed_date"] <= end),
        is_done=done,
        is_timely=finished <= known["due_date"],
        is_overdue=~done & (overdue_days > 0),
        days_open=days_open,
        days_overdue=overdue_days.where(~done & (overdue_days > 0), 0),
        open_age=_age_label(days_open),
    )
    return known.assign(step=_step(known, scope.rules))


@defines(*_RECTIFICATION)
def rectification_indicators(ledger: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Stocks, flows, timeliness, look-back and repetition.

    Parameters
    ----------
    ledger
        ``rectification``: one row a problem, kept since it began. A problem of a department
        without a town counts for the county only.
    """
    now = state(ledger, scope)
    month_start = scope.end.replace(day=1)
    in_month = {
        "problems_at_start": (now["found_date"] < month_start) & ~(now["closed_date"] < month_start),
        "problems_opened": now["found_date"] >= month_start,
        "problems_closed": now["closed_date"].between(month_start, scope.end),
        "problems_open": now["is_open"],
        "problems_overdue": now["is_overdue"],
        "problems_due_next": ~now["is_done"] & now["due_date"].between(*_next_month(scope.end)),
    }
    for name, chosen in in_month.items():
        yield _count(name, now[chosen], scope)
    for name in ("problems_opened", "problems_open", "problems_overdue"):
        yield from _split(name, now[in_month[name]], "source", scope)
    yield from _split("problems_open", now[now["is_open"]], "open_age", scope)
    yield from _crossed(now[now["is_open"]], scope)
    yield from _split("problems_open", now[now["is_open"]], "problem_kind", scope)
    yield from _split("problems_to_escalate", now[now["is_overdue"]], "step", scope)
    yield from _departments(now, scope)
    yield from _year(now, scope)
    yield _medians(now, scope)
    yield from _repeated(now, scope)


def owners(now: pd.DataFrame, duties: pd.DataFrame | None) -> pd.DataFrame:
    """Chain of responsibility of every overdue problem of the ledger's `state`, longest overdue first.

    Columns ``problem_code, town_code, responsible_unit, problem_kind, source, due_date,
    days_overdue, step, escalates_to`` (empty where the register of duties does not say).
    """
    late = now.query("is_overdue")
    superior = pd.Series(dtype="str")
    if duties is not None:
        superior = duties.drop_duplicates("responsible_unit").set_index("responsible_unit")["escalates_to"]
    late = late.assign(escalates_to=late["responsible_unit"].map(superior))
    columns = [
        "problem_code", "town_code", "responsible_unit", "problem_kind", "source", "due_date",
        "days_overdue", "step", "escalates_to",
    ]  # fmt: skip
    return late[columns].sort_values(
        ["days_overdue", "problem_code"], ascending=[False, True], ignore_index=True
    )


def _count(name: str, rows: pd.DataFrame, scope: Scope, group: str = ALL) -> Rows:
    return count_rows(name, scope.month, scope.select(rows, townless=True), group)


def _split(name: str, rows: pd.DataFrame, column: str, scope: Scope) -> Iterator[Rows]:
    for group, own in by_label(rows, column):
        yield _count(name, own, scope, group)


def _crossed(rows: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Open problems by source and age at once, for the bars that show both."""
    for (source, age), own in rows.groupby(["source", "open_age"]):
        yield _count("problems_open", own, scope, f"source_and_age={source}/{age}")


def _departments(now: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """By responsible unit, for those that are no town: a county matter."""
    rows = now[now["town_code"].isna()]
    start = scope.end.replace(month=1, day=1)
    for unit, own in rows.groupby("responsible_unit"):
        group = f"department={unit}"
        due = own[own["due_date"].between(start, scope.end)]
        timely = due[due["is_timely"]]
        for name, chosen in (
            ("problems_open", own["is_open"]),
            ("problems_overdue", own["is_overdue"]),
            ("problems_of_the_year", own["found_date"] >= start),
        ):
            yield count_rows(name, scope.month, scope.select_in_county(own[chosen]), group)
        done, all_due = (scope.select_in_county(rows) for rows in (timely, due))
        yield share_rows("rectification_on_time_share", scope.month, done, all_due, group)


def _year(now: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """What the year-end assessment looks at: each problem once, by its number."""
    start = scope.end.replace(month=1, day=1)
    of_year = now[now["found_date"] >= start].drop_duplicates("problem_code")
    yield _count("problems_of_the_year", of_year, scope)
    due = now[now["due_date"].between(start, scope.end)]
    for group, own in [(ALL, due), *by_label(due, "source")]:
        done, all_due = (scope.select(rows, townless=True) for rows in (own[own["is_timely"]], own))
        yield share_rows("rectification_on_time_share", scope.month, done, all_due, group)
    has_result = now["look_back_result"].isin(LOOK_BACK_RESULTS)  # other words say neither
    looked = now[now["look_back_date"].between(start, scope.end) & has_result]
    yield _count("problems_looked_back", looked, scope)
    back = scope.by_place(looked[looked["look_back_result"].eq(_REBOUND)], townless=True)
    base = scope.by_place(looked, townless=True)
    yield with_interval(share_rows("rebound_share", scope.month, back, base))


def time_to_close(now: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Problems found within a year: ``days`` to closing, or to now where ``is_closed`` is False."""
    recent = now[now["found_date"] > scope.end - _YEAR]
    closed = ~recent["is_open"]
    last = recent["closed_date"].where(closed, scope.end)
    return recent.assign(days=(last - recent["found_date"]).dt.days, is_closed=closed)


def _medians(now: pd.DataFrame, scope: Scope) -> Rows:
    recent = time_to_close(now, scope)
    size = scope.by_place(recent, townless=True)
    values = [
        median_duration(own["days"].to_numpy(), own["is_closed"].to_numpy()) for own in scope.split(recent)
    ]
    return number_rows(
        "rectification_median_days", scope.month, pd.DataFrame({"denominator": size, "value": values})
    )


def _repeated(now: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    recent = now[(now["found_date"] > scope.end - _RECENT) & now["town_code"].notna()]
    towns = recent.groupby("problem_kind")["town_code"].nunique()
    county = scope.upper_places[:1]
    for kind, number in towns.items():
        counts = pd.Series([float(number)], index=county)
        yield count_rows("problem_kind_towns", scope.month, counts, f"problem_kind={kind}")
    if towns.empty:
        yield note_rows("problem_kind_towns", scope.month, county, NoteCode.NOT_APPLICABLE)


def _age_label(days: pd.Series) -> pd.Series:
    starts = [start for start, _ in OPEN_AGES]
    position = np.digitize(days.to_numpy(float), starts) - 1
    return pd.Series(np.array([label for _, label in OPEN_AGES])[position], index=days.index)


def _step(rows: pd.DataFrame, rules: HouseRules) -> pd.Series:
    """Last step whose days have passed, empty where the deadline has not."""
    step = pd.Series(None, index=rows.index, dtype="str")
    for reached in sorted(rules.escalation, key=lambda s: s.days):
        step = step.mask(rows["days_overdue"] >= reached.days, reached.step)
    return step


def _next_month(end: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    first = end.replace(day=1) + pd.DateOffset(months=1)
    return first, first + pd.offsets.MonthEnd()
