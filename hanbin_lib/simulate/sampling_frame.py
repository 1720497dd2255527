"""What can be drawn and what was visited before, read from the snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from hanbin_lib import snapshots
from hanbin_lib.contract.tables import HOUSEHOLDS
from hanbin_lib.errors import refused_input
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister
from hanbin_lib.simulate.sampling import Frame, Past
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace


def frame_snapshot(workspace: Workspace, month: Month) -> Snapshot:
    """Newest snapshot of `month` or before that holds the register.

    Raises
    ------
    HanbinError
        ``HB-SMP-004`` where there is none.
    """
    for one in reversed(snapshots.months(workspace)):
        if one <= month and (found := snapshots.latest(workspace, one)).has(HOUSEHOLDS[0]):
            return found
    raise refused_input(
        "HB-SMP-004",
        f"{month.label}及以前没有导入监测对象信息，没有可以抽取的户",
        "先用 hanbin import 导入最近一个月的导出文件",
    )


def read_frame(snapshot: Snapshot, register: AreaRegister) -> Frame:
    """Villages of the counted towns, their monitored and lifted households, the projects."""
    villages = _column(register.villages, "parent_code")
    homes: dict[str, str] = {}
    for name in HOUSEHOLDS:
        if snapshot.has(name):
            homes |= _placed(snapshot.table(name, ["household_code", "village_code"]), villages)
    projects = None
    if snapshot.has("projects"):
        towns = _column(register.towns, "place_name")
        projects = _placed(snapshot.table("projects", ["project_code", "town_code"]), towns)
    names = pd.concat([register.towns, register.villages])
    return Frame(villages, homes, projects, _column(names, "place_name"))


def _column(places: pd.DataFrame, name: str) -> dict[str, str]:
    return dict(zip(places["place_code"], places[name], strict=True))


def _placed(rows: pd.DataFrame, places: Mapping[str, str]) -> dict[str, str]:
    """Code -> place, for rows that lie in one of the places."""
    code, place = rows.columns
    inside = rows[rows[place].isin(list(places))]
    return dict(zip(inside[code].astype(str), inside[place].astype(str), strict=True))


@dataclass(frozen=True)
class Round:
    """The inspection of one month: villages visited, and the group of each town."""

    month: Month
    villages: tuple[str, ...]
    groups: Mapping[str, str]


def inspected(workspace: Workspace, month: Month, register: AreaRegister) -> Round | None:
    """What the month's 专项督查单元 table says was visited; None where it did not come in.

    Towns and villages have the codes of `register`, of the month that is drawn.
    """
    if month not in snapshots.months(workspace):
        return None
    snapshot = snapshots.latest(workspace, month).read_for(register)
    if not snapshot.has("inspection_units"):
        return None
    units = snapshot.table("inspection_units", ["town_code", "village_code", "group_name"])
    named = units.dropna(subset=["town_code", "group_name"]).drop_duplicates("town_code")
    groups = dict(zip(named["town_code"], named["group_name"], strict=True))
    return Round(month, tuple(sorted(units["village_code"].dropna().unique())), groups)


def past_of(rounds: Iterator[Round], month: Month) -> Past:
    """Months since each village was visited, and the groups of the rounds, newest first.

    The groups count as "last time" only where the newest round is of the month before.
    """
    since: dict[str, int] = {}
    groups: list[Mapping[str, str]] = []
    for one in sorted(rounds, key=lambda found: found.month, reverse=True):
        age = month.ordinal - one.month.ordinal
        groups += [{}] if not groups and age > 1 else []
        groups.append(one.groups)
        for village in one.villages:
            since.setdefault(village, age)
    return Past(since, tuple(groups))


def last_week(workspace: Workspace, month: Month, register: AreaRegister) -> dict[str, str]:
    """Group that was in each town of `register` in the last week on record before `month`."""
    for one in reversed(snapshots.months(workspace)):
        if one >= month:
            continue
        snapshot = snapshots.latest(workspace, one).read_for(register)
        if snapshot.has("weekly_rounds"):
            visits = snapshot.table("weekly_rounds", ["year", "week", "town_code", "group_name"])
            order = visits["year"] * 100 + visits["week"]
            newest = visits[order.eq(order.max())].dropna().drop_duplicates("town_code")
            return dict(zip(newest["town_code"], newest["group_name"], strict=True))
    return {}
