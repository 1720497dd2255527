"""Two registers held side by side: which places differ, and the lines of ``area_changes.csv`` for them.

Whether a place was recoded, merged, split or is gone no register can tell: a line is what fits best, to be
confirmed by the document.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from hanbin_lib.area_changes import ABOLISHED, COMMUNITY, FOUNDED, RECODED, RENAMED
from hanbin_lib.areas import TOWN, VILLAGE, place_key
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

Names = Mapping[str, str]  # name of each place by its code


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that is not in both registers under the same code and name.

    Parameters
    ----------
    change
        What it looks like, as ``area_changes.csv`` calls it.
    old_code, old_name, new_code, new_name
        In the one and in the other; empty where the place is not there.
    """

    change: str
    old_code: str
    old_name: str
    new_code: str
    new_name: str

    @property
    def text(self) -> str:
        """What differs, in Chinese."""
        if self.change == RECODED:
            return f"{self.old_name}：代码原为 {self.old_code}，现为 {self.new_code}"
        if self.change == FOUNDED:
            return f"{self.new_name} {self.new_code}：原来没有"
        if self.change == ABOLISHED:
            return f"{self.old_name} {self.old_code}：现在没有"
        return f"{self.old_code}：原为{self.old_name}，现为{self.new_name}"

    def line(self, month: str) -> str:
        """The line to be confirmed; `month` is the first under the new order."""
        old, new, name = self.old_code, self.new_code, self.new_name
        if self.change == RECODED:
            name = ""
        elif self.change in {RENAMED, COMMUNITY}:
            new = ""
        return f"{month},{self.change},{old},{new},{name},文号"


def since_import(kept: pd.DataFrame, month: Month, register: AreaRegister) -> list[Difference]:
    """Differences of the register that `month` was matched with, but for the changes on record since.

    Parameters
    ----------
    kept
        That register (`snapshots.Snapshot.areas`).
    register
        Of the same month, or of a later one.
    """
    bridge = register.since(month)
    now = as_names(register.table)
    then: dict[str, str] = {}
    codes: dict[str, str] = {}
    for old, name in zip(kept["place_code"], kept["place_name"], strict=True):
        new = bridge.code(old)
        if new is not None:
            codes.setdefault(new, old)
            then[new] = now[new] if name in bridge.former.get(new, ()) and new in now else name
    return differences(then, {code: name for code, name in now.items() if code not in bridge.apart}, codes)


def misread(found: Sequence[Difference], register: AreaRegister) -> list[Difference]:
    """Those by which figures would stand under another place's name: codes that mean another place now."""
    known = set(register.table["place_code"])
    return [
        difference for difference in found if difference.old_code in known and difference.change != ABOLISHED
    ]


def differences(then: Names, now: Names, codes: Mapping[str, str] | None = None) -> list[Difference]:
    """What differs between two registers, towns before villages.

    Parameters
    ----------
    then, now
        Official names by code.
    codes
        Codes to speak of instead of those of `then`.
    """
    spoken = codes or {}
    gone = {code: name for code, name in then.items() if not _same(code, name, now.get(code))}
    new = {code: name for code, name in now.items() if not _same(code, name, then.get(code))}
    moved = dict(_recoded(gone, new, TOWN, {}))
    # Under a code that is another town's now no village is the same, whatever its name.
    taken = {*moved, *moved.values()}
    gone |= {code: name for code, name in then.items() if code[:TOWN] in taken}
    new |= {code: name for code, name in now.items() if code[:TOWN] in taken}
    moved |= _recoded(gone, new, VILLAGE, dict.fromkeys(taken, "") | moved)
    found = []
    for old, name in sorted(gone.items(), key=lambda item: (len(item[0]), item[0])):
        at = moved.get(old)
        if at is not None and len(old) == VILLAGE and at == moved.get(old[:TOWN], "") + old[TOWN:]:
            continue  # it follows its town
        found.append(_difference(old, name, at, new, set(moved.values()), spoken))
    told = {difference.new_code for difference in found} | set(moved.values())
    found += [Difference(FOUNDED, "", "", code, new[code]) for code in sorted(new) if code not in told]
    return found


def _difference(
    old: str, name: str, at: str | None, new: Names, taken: set[str], spoken: Mapping[str, str]
) -> Difference:
    code = spoken.get(old, old)
    if at is not None:
        return Difference(RECODED, code, name, at, new[at])
    if old in new and old not in taken:
        is_community = len(old) == VILLAGE and "社区" in new[old] and "社区" not in name
        return Difference(COMMUNITY if is_community else RENAMED, code, name, old, new[old])
    return Difference(ABOLISHED, code, name, "", "")


def _recoded(gone: Names, new: Names, digits: int, towns: Mapping[str, str]) -> dict[str, str]:
    """Code now by code then, of places of the same name in the same town."""
    here = {_named(code, name, {}): code for code, name in new.items() if len(code) == digits}
    pairs = (
        (code, here.get(_named(code, name, towns))) for code, name in gone.items() if len(code) == digits
    )
    return {old: at for old, at in pairs if at is not None}


def _named(code: str, name: str, towns: Mapping[str, str]) -> tuple[str, str]:
    town = code[:TOWN] if len(code) == VILLAGE else ""
    return towns.get(town, town), place_key(code, name)


def _same(code: str, name: str, other: str | None) -> bool:
    """Whether two names are one place's: another spelling of a village's kind is no other name."""
    if other is None or name == other:
        return name == other
    return len(code) == VILLAGE and place_key(code, name) == place_key(code, other)


def as_names(places: pd.DataFrame) -> Names:
    """Names by code of a register's table."""
    return dict(zip(places["place_code"], places["place_name"], strict=True))


def told(found: Sequence[Difference], month: str) -> Iterator[str]:
    """Each difference and its line, as a message tells them."""
    for difference in found:
        yield f"{difference.text}；可写：{difference.line(month)}"
