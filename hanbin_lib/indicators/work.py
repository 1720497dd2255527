"""Work: transferred labour, public-welfare posts, community workshops."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.indicators.register import STRATA, any_member, holds_post, is_able
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    AT_EXPORT,
    Definition,
    NoteCode,
    Rows,
    Unit,
    by_label,
    count_rows,
    defines,
    note_rows,
)

_WORKSHOPS = ("workshops", "workshops_stopped", "workshop_employees", "workshop_lifted_employees")
_STOPPED = "停产"

_HH, _PP = Unit.HOUSEHOLDS, Unit.PERSONS
_of_workshops = partial(Definition, as_of=AT_EXPORT, source="社区工厂名册")
_WORK = (
    Definition(
        "transferred_workers",
        "转移就业人数",
        _PP,
        "最近一段务工记录为“已务工”的人",
        "",
        AT_EXPORT,
        "已外出务工信息（一人多段时取最后一段）",
    ),
    Definition(
        "public_post_holders",
        "公益性岗位人数",
        _PP,
        "公益性岗位一栏不为空的人，在两张表中重复的只计一次",
        "",
        AT_EXPORT,
        "监测对象信息、脱贫户信息",
    ),
    _of_workshops("workshops", "社区工厂家数", Unit.WORKSHOPS, "名册内的社区工厂", ""),
    _of_workshops("workshop_employees", "社区工厂吸纳就业人数", _PP, "名册内社区工厂的吸纳就业人数合计", ""),
    _of_workshops("workshops_stopped", "停产社区工厂家数", Unit.WORKSHOPS, "状态为停产的社区工厂", ""),
    _of_workshops(
        "workshop_lifted_employees",
        "社区工厂吸纳脱贫劳动力人数",
        _PP,
        "名册内社区工厂其中脱贫劳动力合计（未填的不计）",
        "",
    ),
)
_IDLE = (
    Definition(
        "able_households",
        "有劳动力户数",
        _HH,
        "至少有一名16至59岁、不在校、劳动技能为普通、技能或弱（半）劳动力成员的户",
        "",
        AT_EXPORT,
        "监测对象信息、脱贫户信息（同时在册的按监测户计一次）",
    ),
    Definition(
        "no_worker_households",
        "有劳动力而无人就业户数",
        _HH,
        "有劳动力户中，没有人务工（最近一段务工记录或登记的务工月数）、也没有人在公益性岗位的户",
        "",
        AT_EXPORT,
        "监测对象信息、脱贫户信息、已外出务工信息",
    ),
)


@defines(*_WORK)
def work_indicators(
    migrant_work: pd.DataFrame | None,
    persons: list[pd.DataFrame],
    workshops: pd.DataFrame | None,
    scope: Scope,
) -> Iterator[Rows]:
    """Persons working away, holders of public posts, workshops and their employees.

    Parameters
    ----------
    migrant_work
        One row a spell, in the order of the export; a person's last row counts.
    persons
        ``monitored_persons`` and ``lifted_persons``; a person in both counts once.
    workshops
        The bureau's list of workshops.
    """
    if migrant_work is None:
        yield note_rows("transferred_workers", scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
    else:
        last = scope.counted(migrant_work.drop_duplicates("person_key", keep="last"))
        working = last[last["is_working"].fillna(False).astype(bool)]
        yield count_rows("transferred_workers", scope.month, scope.select(working))
        for group, own in by_label(working, "work_channel", "channel"):
            yield count_rows("transferred_workers", scope.month, scope.select(own), group)
    holders = scope.counted(public_post_holders(persons))
    yield count_rows("public_post_holders", scope.month, scope.select(holders))
    yield from _workshops(workshops, scope)


def public_post_holders(persons: list[pd.DataFrame]) -> pd.DataFrame:
    """One row for each distinct person with a public-welfare post in any of the tables."""
    holding = [table[holds_post(table)] for table in persons]
    return pd.concat(holding, ignore_index=True).drop_duplicates("person_key")


def household_work(
    homes: pd.DataFrame, persons: pd.DataFrame, migrant_work: pd.DataFrame, scope: Scope
) -> pd.DataFrame:
    """Whether each of `homes` has able labour, and whether anybody works: ``is_able, is_working``."""
    last = migrant_work.drop_duplicates("person_key", keep="last")
    away = last.loc[last["is_working"].fillna(False).astype(bool), "household_code"]
    home = pd.Index(homes["household_code"]).get_indexer(away)
    is_away = np.bincount(home[home >= 0], minlength=len(homes)) > 0
    works = persons["work_months"].astype("Float64").fillna(0).gt(0) | holds_post(persons)
    able = any_member(is_able(persons, scope), persons, homes)
    return pd.DataFrame({"is_able": able, "is_working": any_member(works, persons, homes) | is_away})


@defines(*_IDLE)
def idle_labour_indicators(homes: pd.DataFrame, work: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    """Households with labour and nobody at work (有劳动力而无人就业，动态清零).

    Parameters
    ----------
    work
        `household_work` in the order of `homes`, None where the work table did not come in.
    """
    names = ("able_households", "no_worker_households")
    if work is None:
        for name in names:
            yield note_rows(name, scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
        return
    idle = work["is_able"] & ~work["is_working"]
    for name, chosen in zip(names, (work["is_able"], idle), strict=True):
        yield count_rows(name, scope.month, scope.select(homes, chosen, villages=True))
        for label in STRATA:
            counts = scope.select(homes, chosen & homes["stratum"].eq(label))
            yield count_rows(name, scope.month, counts, f"stratum={label}")


def _workshops(workshops: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    if workshops is None:
        for name in _WORKSHOPS:
            yield note_rows(name, scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
        return
    listed = scope.counted(workshops)
    yield count_rows("workshops", scope.month, scope.select(listed))
    stopped = listed[listed["state"].eq(_STOPPED)]
    yield count_rows("workshops_stopped", scope.month, scope.select(stopped))
    for column in ("employees", "lifted_employees"):
        numbers = listed[column].astype("Float64").fillna(0).astype(float)
        yield count_rows(f"workshop_{column}", scope.month, scope.select(listed, numbers))
