"""The second register: civil affairs' roster of people on low incomes, joined by pseudonym."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from hanbin_lib.contract.labels import ROSTER_CLASSES
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import ALL, Definition, NoteCode, Rows, Unit, count_rows, defines, note_rows
from hanbin_lib.store.tables import is_among

_PERSONS, _AS_OF = Unit.PERSONS, "名册报来时、统计月月末"
_ROSTER = "低收入人口名册（民政部门）"
_BOTH = "低收入人口名册（民政部门）、监测对象信息，按证件号码的假名对应"
_of_both = partial(Definition, as_of=_AS_OF, source=_BOTH)
_DEFINED = (
    Definition(
        "roster_persons",
        "低收入人口人数",
        _PERSONS,
        "名册里的人，一人一次（重复的取第一行），在名册所写的镇（街道）",
        "",
        _AS_OF,
        _ROSTER,
    ),
    _of_both(
        "roster_monitored_persons",
        "低收入人口中监测对象人数",
        _PERSONS,
        "名册里的人，同时是在册监测户的家庭成员",
        "",
    ),
    _of_both(
        "roster_only_persons",
        "低收入人口中非监测对象人数",
        _PERSONS,
        "名册里的人，不是在册监测户的家庭成员",
        "",
    ),
    _of_both(
        "monitored_only_persons", "监测对象中名册以外人数", _PERSONS, "风险未消除户的家庭成员，不在名册里", ""
    ),
)
# Of these the figures need numbers that are whole on both sides.
JOINED = tuple(definition.id for definition in _DEFINED[1:])


@defines(*_DEFINED)
def roster_indicators(
    roster: pd.DataFrame, persons: pd.DataFrame, households: pd.DataFrame, scope: Scope, *, is_masked: bool
) -> Iterator[Rows]:
    """Who is on both registers, and who on one alone: numbers by place and class, never a name.

    Parameters
    ----------
    roster
        ``assistance_roster``: one row a person and class.
    persons, households
        ``monitored_persons`` and ``monitored_households``.
    is_masked
        Whether digits of the register's identity numbers are hidden: then nobody can be found again.
    """
    rows = scope.counted(roster.drop_duplicates("person_key"))
    yield from _split("roster_persons", rows, "roster_class", ROSTER_CLASSES, scope)
    if is_masked:
        for name in JOINED:
            yield note_rows(name, scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
        return
    monitored = is_among(rows["person_key"], persons["person_key"])
    yield from _split("roster_monitored_persons", rows[monitored], "roster_class", ROSTER_CLASSES, scope)
    yield from _split("roster_only_persons", rows[~monitored], "roster_class", ROSTER_CLASSES, scope)
    homes = households.set_index("household_code")
    is_open = ~homes["is_risk_eliminated"].astype(bool)
    members = persons[is_among(persons["household_code"], homes.index[is_open].to_series())]
    members = members.assign(
        monitored_category=homes["monitored_category"].reindex(members["household_code"]).to_numpy()
    )
    outside = scope.counted(members[~is_among(members["person_key"], roster["person_key"])])
    yield from _split("monitored_only_persons", outside, "monitored_category", (), scope, "category")


def _split(
    name: str, rows: pd.DataFrame, column: str, known: tuple[str, ...], scope: Scope, group: str = "class"
) -> Iterator[Rows]:
    """All, then every label: those that are known, and whatever else came."""
    yield count_rows(name, scope.month, scope.select(rows), ALL)
    for label in (*known, *sorted(set(rows[column].dropna().unique()) - set(known))):
        own = rows[rows[column].eq(label)]
        yield count_rows(name, scope.month, scope.select(own), f"{group}={label}")
