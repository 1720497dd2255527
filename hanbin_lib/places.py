"""The area register: codes and names of county, towns and villages, and which are counted.

Rows carry names; figures are keyed by code. Nineteen village names stand in more than one
town of Hanbin alone, so a village is matched within its town, never across the county.

A register is one month's: what became of the places before is `AreaRegister.past`, by which the codes of an
earlier month are brought forward to it (`AreaRegister.since`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from hanbin_lib.area_changes import FILE, Step, changed, read_area_changes
from hanbin_lib.areas import COUNTY, TOWN, VILLAGE, read_areas, town_key, village_key
from hanbin_lib.errors import refused_params
from hanbin_lib.months import Month

BEGINNING = Month(1900, 1)


@dataclass(frozen=True)
class Bridge:
    """From the codes of an earlier month to those of a later one: the one way by which months are compared.

    Parameters
    ----------
    goals
        Codes of the later month by code of the earlier one, where these are not the same single code.
    parents
        Town of every village of the later month, by code.
    county
        The county's code: it stands for the town of rows whose town of then is no one town of now.
    apart
        Codes of the later month that the earlier one cannot be compared with.
    former
        Names in between by code of the later month, where they are others.
    """

    goals: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, str]
    county: str
    apart: frozenset[str]
    former: Mapping[str, frozenset[str]]

    def code(self, then: str) -> str | None:
        """The code now; None where the place of then is not one place now."""
        goals = self.goals.get(then, (then,))
        return goals[0] if len(goals) == 1 else None

    def code_then(self, now: str) -> str | None:
        """The code in the earlier month; None where the place of now was not one place then."""
        before = [old for old, new in self.goals.items() if now in new]
        if not before and now not in self.goals:
            return now
        return before[0] if len(before) == 1 and self.code(before[0]) == now else None

    def rows(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of the earlier month with ``town_code`` and ``village_code`` of the later one.

        A row lies where its village lies now. Where no village tells it, and its town was split or is gone,
        it is the county's alone.
        """
        if not self.goals or "town_code" not in rows:
            return rows
        towns = _mapped(rows["town_code"], lambda code: self.code(code) or self.county)
        if "village_code" not in rows:
            return rows.assign(town_code=towns)
        villages = _mapped(rows["village_code"], self.code)
        return rows.assign(town_code=_mapped(villages, self.parents.get).fillna(towns), village_code=villages)


def _mapped(codes: pd.Series, onward: Callable[[str], str | None]) -> pd.Series:
    """Each code brought onward, looked at once; missing stays missing."""
    numbers, known = pd.factorize(codes)
    found = pd.array([onward(code) for code in known], dtype="str")
    return pd.Series(found.take(numbers, allow_fill=True), index=codes.index, name=codes.name)


@dataclass(frozen=True)
class AreaRegister:
    """County, towns and villages of one county.

    Parameters
    ----------
    table
        One row a place: ``place_code`` (6, 9 or 12 digits), ``place_name``, ``kind``,
        ``parent_code``, ``is_counted``, ``note`` (why not counted).
    spellings
        A county's own spellings: ``镇`` or ``镇/村`` as written -> name in the table.
    past
        What became of the places up to the register's month, oldest first.
    later
        What becomes of them afterwards; nothing but a declared list of codes (`meanings`) depends on it.
    """

    table: pd.DataFrame
    spellings: Mapping[str, str] = field(default_factory=dict)
    past: tuple[Step, ...] = ()
    later: tuple[Step, ...] = ()

    @classmethod
    def read(cls, path: Path, month: Month | None = None) -> "AreaRegister":
        """Read ``areas.csv`` and the changes of ``area_changes.csv`` beside it.

        Parameters
        ----------
        month
            Whose register; None for the newest.

        Raises
        ------
        HanbinError
            ``HB-PAR-003``, ``HB-PAR-011`` naming every fault.
        """
        changes = read_area_changes(path.with_name(FILE))
        areas, past = changed(read_areas(path), changes)
        later: tuple[Step, ...] = ()
        if month is not None and any(step.month > month for step in past):
            later = tuple(step for step in past if step.month > month)
            areas, past = changed(read_areas(path), [change for change in changes if change.month <= month])
        return cls(pd.DataFrame(areas), past=past, later=later)

    def require(self, county: str) -> None:
        """Refuse (``HB-PAR-003``) to be the register of another county than that of the code `county`."""
        own = f"{self.county['place_code']} {self.county['place_name']}"
        if county != self.county["place_code"]:
            raise refused_params(
                "HB-PAR-003",
                f"params/county.yaml 的 code 是 {county}，params/areas.csv 是 {own}",
                "两份文件改成同一个县（区）的",
            )

    def spelt(self, spellings: Mapping[str, str]) -> "AreaRegister":
        """The same register that also knows a county's own spellings."""
        return replace(self, spellings=spellings)

    @property
    def key(self) -> Any:
        """All that results depend on, for `store.digest_of`."""
        return (self.table, self.past_key) if self.past else self.table

    @property
    def past_key(self) -> tuple[Any, ...]:
        """What became of the places, as plain values."""
        return _plain(self.past)

    @property
    def later_key(self) -> tuple[Any, ...]:
        """What becomes of them afterwards, as plain values."""
        return _plain(self.later)

    def since(self, month: Month) -> Bridge:
        """How the codes of `month`, which is not later than the register's, are brought forward."""
        goals: dict[str, tuple[str, ...]] = {}
        apart: set[str] = set()
        former: dict[str, frozenset[str]] = {}
        for step in self.past:
            if step.month > month:
                former = _brought(former, step)
                moved = {new for codes in goals.values() for new in codes}
                goals = {old: _onward(new, step) for old, new in goals.items()} | {
                    old: new for old, new in step.went.items() if old not in goals and old not in moved
                }
                apart = {new for old in apart for new in step.went.get(old, (old,))} | set(step.apart)
        county = str(self.county["place_code"])
        return Bridge(goals, self._parents, county, frozenset(apart), former)

    def meanings(self, month: Month) -> dict[str, str]:
        """Code of the register by code of `month`, earlier or later; of places that are one in both."""
        later = tuple(step for step in self.later if step.month <= month)
        bridge = replace(self, past=later, later=()).since(BEGINNING) if later else self.since(month)
        sides = [(old, new[0]) for old, new in bridge.goals.items() if len(new) == 1]
        if later:
            times = Counter(new for goals in bridge.goals.values() for new in goals)
            sides = [(new, old) for old, new in sides if times[new] == 1]
        moved = {*bridge.goals, *(new for goals in bridge.goals.values() for new in goals), *bridge.apart}
        return {code: code for code in self.table["place_code"] if code not in moved} | dict(sides)

    def placed(self, code: str) -> str:
        """Code now of a place that a parameter names by the code of ``areas.csv``.

        A code that the register had not at the beginning is taken as it is.
        """
        return self._beginning.code(code) or code

    def names_of(self, place_code: str) -> frozenset[str]:
        """All names that a place has had, as a ledger of many years may have them."""
        return self._beginning.former.get(place_code, frozenset()) | {self._names.get(place_code, "")} - {""}

    @cached_property
    def county(self) -> pd.Series:
        """The county's own row."""
        return self.table[self.table["place_code"].str.len() == COUNTY].iloc[0]

    @cached_property
    def towns(self) -> pd.DataFrame:
        """Counted towns and streets, by code."""
        return self._counted(TOWN)

    @cached_property
    def villages(self) -> pd.DataFrame:
        """Villages and communities of the counted towns, by code."""
        return self._counted(VILLAGE)

    def name(self, place_code: str) -> str:
        """Official name of a place; raise ``HB-PAR-004`` for an unknown code."""
        try:
            return self._names[place_code]
        except KeyError:
            raise refused_params(
                "HB-PAR-004",
                f"区划名册里没有代码 {place_code[:12]}",
                self._code_hint(place_code) or "用 hanbin areas 查看全部代码",
            ) from None

    def _code_hint(self, typed: str) -> str:
        """Who typed a county's or town's name where its code belongs is told the code."""
        codes = [code for code, name in self._names.items() if name == typed and len(code) <= TOWN]
        return f"写代码，不写名称：{typed}是 {codes[0]}" if len(codes) == 1 else ""

    def check_reported(self, place_code: str) -> None:
        """Refuse what has neither bulletin nor analyses of its own: a village, an uncounted town.

        Raises
        ------
        HanbinError
            ``HB-PAR-004`` an unknown code, ``HB-PAR-005`` none of the county and its counted towns.
        """
        name = self.name(place_code)
        if place_code != self.county["place_code"] and place_code not in set(self.towns["place_code"]):
            raise refused_params(
                "HB-PAR-005",
                f"{place_code} {name} 不在统计范围内，或不是县、镇一级",
                "用 hanbin areas 查看可选的地区；村的情况用笔记本 villages，area 填镇、village 填村",
            )

    def town_of(self, place_code: str) -> str:
        """Code of the town of a village; a town's own."""
        return self._parents.get(place_code, place_code)

    def children(self, place_code: str) -> pd.DataFrame:
        """Counted places directly below `place_code`."""
        below = self.towns if len(place_code) == COUNTY else self.villages
        return below[below["parent_code"] == place_code]

    @cached_property
    def town_codes(self) -> dict[str, str]:
        """`town_key` -> code of every town, counted or not."""
        towns = self._level(TOWN)
        codes = dict(zip(towns["place_name"].map(town_key), towns["place_code"], strict=True))
        for code, old in self._former(TOWN):
            codes.setdefault(town_key(old), code)
        own = {town_key(spelt): town_key(name) for spelt, name in self.spellings.items() if "/" not in spelt}
        return codes | {spelt: codes[name] for spelt, name in own.items() if name in codes}

    @cached_property
    def village_codes(self) -> dict[tuple[str, str], str]:
        """(town code, `village_key`) -> code of every village, counted or not.

        Where a village became a community, or the kind is left out, and no other place of
        the town bears that name, the other spelling leads to the same code.
        """
        villages = self._level(VILLAGE)
        keys = list(zip(villages["parent_code"], villages["place_name"].map(village_key), strict=True))
        codes = dict(zip(keys, villages["place_code"], strict=True))
        for (town, key), code in list(codes.items()):
            other = key.removesuffix("社区") if key.endswith("社区") else f"{key}社区"
            codes.setdefault((town, other), code)
        for village_code, old in self._former(VILLAGE):
            codes.setdefault((self._parents[village_code], village_key(old)), village_code)
        for spelt, name in self.spellings.items():
            town_name, _, village = spelt.partition("/")
            known = (self.town_codes.get(town_key(town_name), ""), village_key(name))
            if village and known in codes:
                codes[known[0], village_key(village)] = codes[known]
        for (town, key), code in list(codes.items()):
            if not key.endswith(("村", "社区")):
                codes.setdefault((town, f"{key}村"), code)  # 东坪村村民委员会 is 东坪村
        return codes

    @cached_property
    def former_names(self) -> tuple[str, ...]:
        """Names that places had before, as exports and ledgers may still have them."""
        return tuple(dict.fromkeys(name for _, name in (*self._former(TOWN), *self._former(VILLAGE))))

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.table["place_code"], self.table["place_name"], strict=True))

    @cached_property
    def _parents(self) -> dict[str, str]:
        villages = self._level(VILLAGE)
        return dict(zip(villages["place_code"], villages["parent_code"], strict=True))

    @cached_property
    def _beginning(self) -> Bridge:
        return self.since(BEGINNING)

    @cached_property
    def _origins(self) -> dict[str, str]:
        """First code of each place by its code, where that is another."""
        origins: dict[str, str] = {}
        for old, goals in sorted(self._beginning.goals.items()):
            for new in goals:
                if len(goals) == 1 or new == old:
                    origins.setdefault(new, old)
        return origins

    def _former(self, digits: int) -> Iterable[tuple[str, str]]:
        """(Code now, name before) of places of one level."""
        for code, names in self._beginning.former.items():
            if len(code) == digits:
                yield from ((code, name) for name in sorted(names))

    def _counted(self, digits: int) -> pd.DataFrame:
        """In the order of the codes of the beginning, which a new code does not change."""
        places = self._level(digits)
        places = places[places["is_counted"]]
        if not self.past:
            return places.sort_values("place_code", ignore_index=True)
        codes = places["place_code"]
        order = codes.map(self._origins).astype("str").fillna(codes).argsort(kind="stable")
        return places.iloc[order].reset_index(drop=True)

    def _level(self, digits: int) -> pd.DataFrame:
        return self.table[self.table["place_code"].str.len() == digits]


def _plain(steps: Iterable[Step]) -> tuple[Any, ...]:
    return tuple((str(step.month), step.went, step.apart, step.former) for step in steps)


def _onward(codes: tuple[str, ...], step: Step) -> tuple[str, ...]:
    """Where codes go that a step before had led to."""
    return tuple(dict.fromkeys(new for code in codes for new in step.went.get(code, (code,))))


def _brought(former: Mapping[str, frozenset[str]], step: Step) -> dict[str, frozenset[str]]:
    """Names before by code after `step`; of a place that was split nobody keeps them."""
    brought = {code: frozenset(names) for code, names in step.former.items()}
    for code, names in former.items():
        goals = step.went.get(code, (code,))
        if len(goals) == 1:
            brought[goals[0]] = brought.get(goals[0], frozenset()) | names
    return brought
