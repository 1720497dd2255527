"""Recounts of clues and warnings: one clue, one household, one day at a time."""

import csv
import math
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from recount_checks import end_of, wilson
from recounting import Numbers, One, counts, numbers, shares
from support import REPOSITORY
from worlds import COUNTY, Row, World

from hanbin_lib.months import Month

CLUES, REGISTER = "线索和预警", "监测对象信息"
CHANNELS = ("农户自主申报", "基层日常排查", "部门大数据预警")


@cache
def notice() -> dict[str, str]:
    """What the State Council's notices say of single days."""
    with (REPOSITORY / "params" / "holidays.csv").open(encoding="utf-8") as stream:
        return {line["date"]: line["kind"] for line in csv.DictReader(stream)}


def is_worked(day: date) -> bool:
    return notice().get(str(day), "上班" if day.weekday() < 5 else "放假") == "上班"


def days_from(w: World, since: date, until: date) -> int:
    """Days of the clock after `since`, up to and with `until`."""
    if w.clocks.clue_decision.unit == "日":
        return (until - since).days
    return sum(is_worked(since + timedelta(n + 1)) for n in range((until - since).days))


def clues(w: World, month: Month) -> Iterator[Row]:
    for row in w.rows(CLUES) or []:
        if (row["镇"] is None or row["镇"] in w.towns) and row["发现时间"] <= end_of(month):
            decided = row["核定时间"] is not None and row["核定时间"] <= end_of(month)
            undated = row["核定时间"] is None and row["核定结果"] is not None
            yield row | {"已核定": decided, "无日期": undated, "未核定": not decided and not undated}


def _groups(row: Row) -> Iterator[tuple[str | None, str]]:
    """Town and group; departments are the county's alone."""
    yield row["镇"], "all"
    yield row["镇"], f"channel={row['发现渠道']}"
    if row["预警部门"]:
        yield None, f"department={row['预警部门']}"


def _limit(w: World) -> int:
    return w.clocks.clue_decision.days


def _is_late(w: World, row: Row, month: Month) -> bool:
    return days_from(w, row["发现时间"], end_of(month)) > _limit(w)


def _count(name: str, holds) -> None:
    @counts(name)
    def _(w: World, month: Month) -> Iterator[One]:
        for row in clues(w, month):
            if holds(w, row, month):
                for town, group in _groups(row):
                    yield One(town, None, 1, group=group)


_count("clues_found", lambda _w, row, month: (row["发现时间"].year, row["发现时间"].month) == (month.year, month.number))  # fmt: skip
_count("clues_open", lambda _w, row, _month: row["未核定"])
_count("clues_overdue", lambda w, row, month: row["未核定"] and _is_late(w, row, month))


def _year_ago(month: Month) -> date:
    end = end_of(month)
    return date(end.year - 1, end.month, end.day)


def _with_intervals(w: World, cases: list[tuple[str | None, str, bool]]) -> Numbers:
    """Rows of a share: every place for all and the channels, the county for departments."""
    found: Numbers = {}
    groups = {"all", *(f"channel={label}" for label in CHANNELS), *(group for _, group, _ in cases)}
    for group in groups:
        for place in (COUNTY,) if group.startswith("department=") else (COUNTY, *w.towns):
            own = [good for town, of, good in cases if of == group and place in (COUNTY, town)]
            part, whole = sum(own), len(own)
            low, high = wilson(part, whole)
            found[group, place] = {
                "numerator": part, "denominator": whole, "value": part / whole if whole else math.nan,
                "lower": low, "upper": high,
            }  # fmt: skip
    return found


@numbers("clue_in_time_share")
def _(w: World, month: Month) -> Numbers:
    cases = []
    for row in clues(w, month):
        if row["发现时间"] > _year_ago(month) and not row["无日期"] and _is_late(w, row, month):
            good = row["已核定"] and days_from(w, row["发现时间"], row["核定时间"]) <= _limit(w)
            cases += [(town, group, good) for town, group in _groups(row)]
    return _with_intervals(w, cases)


@numbers("clue_notice_share")
def _(w: World, month: Month) -> Numbers:
    cases = [
        (row["镇"], "all", (row["核定时间"] - row["公示时间"]).days >= 5)
        for row in clues(w, month)
        if row["已核定"] and row["核定时间"] > _year_ago(month)
        and row["核定结果"] == "纳入监测" and row["公示时间"]
    ]  # fmt: skip
    return {key: one for key, one in _with_intervals(w, cases).items() if key[0] == "all"}


def _new(w: World, month: Month) -> Iterator[tuple[Row, list[Row]]]:
    """Households that entered within twelve months, with the clues that may have led to it."""
    seen = set()
    for home in w.inside(REGISTER):
        if home["户编号"] in seen or not month.shift(-11) <= home["识别监测时间"] <= month:
            continue
        seen.add(home["户编号"])
        after = end_of(home["识别监测时间"])
        yield home, [
            row for row in clues(w, month)
            if row["户编号"] == home["户编号"] and row["发现时间"] <= after
            and not (row["核定结果"] == "不纳入" and not row["未核定"])
        ]  # fmt: skip


def _first_channel(led: list[Row]) -> str:
    """Channel of the earliest clue; of one day in the order of the channels, others last."""
    if not led:
        return "没有线索记录"
    order = [*CHANNELS, *sorted({row["发现渠道"] for row in led} - set(CHANNELS))]
    return min(led, key=lambda row: (row["发现时间"], order.index(row["发现渠道"])))["发现渠道"]


@shares("clue_channel_share")
def _(w: World, month: Month) -> Iterator[One]:
    found = [(home, _first_channel(led)) for home, led in _new(w, month)]
    labels = {*CHANNELS, "没有线索记录", *(channel for _, channel in found)}
    for home, channel in found:
        for label in labels:
            yield One(home["镇"], None, label == channel, 1, group=f"channel={label}")


@shares("clue_found_by_share")
def _(w: World, month: Month) -> Iterator[One]:
    for home, led in _new(w, month):
        by = {row["发现渠道"] for row in led}
        which = {
            "只有部门预警": "部门大数据预警" in by and "基层日常排查" not in by,
            "只有日常排查": "基层日常排查" in by and "部门大数据预警" not in by,
            "两者都有": {"部门大数据预警", "基层日常排查"} <= by,
            "两者都没有": not {"部门大数据预警", "基层日常排查"} & by,
        }
        for label, holds in which.items():
            yield One(home["镇"], None, holds, 1, group=f"found_by={label}")
