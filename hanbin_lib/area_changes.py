"""What became of the places over time (``area_changes.csv``): recoded, renamed, merged, split, founded, gone.

``areas.csv`` is the register at the beginning. All lines of one month are carried out at once, for codes
are also exchanged between towns. A village keeps the last three digits of its code below its town's,
unless a line of its own says otherwise.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hanbin_lib.areas import (
    LIKE_A_TOWN,
    TOWN,
    VILLAGE,
    Area,
    is_area_code,
    kind_by_name,
    place_key,
    told_kind,
    unfit_name,
)
from hanbin_lib.errors import HanbinError, refused_params
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Line, read_parameter_table

FILE = "area_changes.csv"
COLUMNS = ("from_month", "change", "old_code", "new_code", "new_name", "document")
RECODED, RENAMED, MERGED, SPLIT = "改码", "改名", "合并", "拆分"
COMMUNITY, FOUNDED, ABOLISHED, COUNTED, UNCOUNTED = "村改社区", "新设", "撤销", "计入", "不计入"
# What a line of each kind has to fill in, besides the month.
_FILLED = {
    RECODED: ("old_code", "new_code"),
    RENAMED: ("old_code", "new_name"),
    MERGED: ("old_code", "new_code"),
    SPLIT: ("old_code", "new_code", "new_name"),
    COMMUNITY: ("old_code", "new_name"),
    FOUNDED: ("new_code", "new_name"),
    ABOLISHED: ("old_code",),
    COUNTED: ("new_code",),
    UNCOUNTED: ("new_code",),
}
_HEADINGS = {"old_code": "原代码 old_code", "new_code": "新代码 new_code", "new_name": "新名称 new_name"}


@dataclass(frozen=True, slots=True)
class AreaChange:
    """One line.

    Parameters
    ----------
    line
        Its number in the file.
    month
        First month under the new order.
    change
        One of the kinds above.
    old_code, new_code, new_name
        Before and after; empty where the kind has none or it stays.
    document
        What says so.
    """

    line: int
    month: Month
    change: str
    old_code: str
    new_code: str
    new_name: str
    document: str

    @property
    def becomes(self) -> str:
        """Code afterwards of what has one before."""
        return self.new_code or self.old_code


@dataclass(frozen=True)
class Step:
    """What the lines of one month came to.

    Parameters
    ----------
    month
        First month under the new order.
    went
        Codes afterwards by code before, of every place that is not the same place under the same code: one
        code, more where it was split, none where it is gone.
    apart
        Codes afterwards of places that months before cannot be compared with: parts of one that was split,
        and places that were not there.
    former
        Names before by code afterwards, where they are others.
    """

    month: Month
    went: Mapping[str, tuple[str, ...]]
    apart: tuple[str, ...]
    former: Mapping[str, tuple[str, ...]]


def read_area_changes(path: Path) -> tuple[AreaChange, ...]:
    """Lines of ``area_changes.csv``, oldest month first; none where there is no file.

    Raises
    ------
    HanbinError
        ``HB-PAR-011`` naming every fault of a line.
    """
    if not path.is_file():
        return ()
    try:
        lines = read_parameter_table(path, COLUMNS)
    except ValueError as fault:
        raise _invalid([str(fault)]) from None
    faults = [f"第{number}行：{fault}" for number, line in lines.items() for fault in _line_faults(line)]
    if faults:
        raise _invalid(faults)
    changes = [
        AreaChange(number, Month.parse(line["from_month"].strip()), *_texts(line))
        for number, line in lines.items()
    ]
    return tuple(sorted(changes, key=lambda one: (one.month, one.line)))


def changed(areas: Sequence[Area], changes: Sequence[AreaChange]) -> tuple[list[Area], tuple[Step, ...]]:
    """The register after `changes`, and what each of their months came to.

    Raises
    ------
    HanbinError
        ``HB-PAR-011`` naming every fault of the first month that cannot be carried out.
    """
    now, steps = list(areas), []
    for month in sorted({change.month for change in changes}):
        now, step = _OneMonth(now, [change for change in changes if change.month == month]).carried_out()
        steps.append(step)
    return now, tuple(steps)


def _line_faults(line: Line) -> Iterator[str]:
    """What is wrong with a line by itself, in Chinese."""
    cells = {name: line[name].strip() for name in COLUMNS}
    try:
        Month.parse(cells["from_month"])
    except HanbinError:
        yield "起始月份（from_month）按“年-月”填写，例如 2026-01"
    if cells["change"] not in _FILLED:
        yield f"变更种类（change）应为{'、'.join(_FILLED)}之一"
        return
    for name in _FILLED[cells["change"]]:
        if not cells[name]:
            yield f"{cells['change']}要填写{_HEADINGS[name]}"
    yield from _cell_faults(
        [cells[name] for name in ("old_code", "new_code") if cells[name]], cells["new_name"]
    )


def _cell_faults(codes: list[str], name: str) -> Iterator[str]:
    """What is wrong with the codes and the name of a line, in Chinese."""
    if not all(is_area_code(code) and len(code) in {TOWN, VILLAGE} for code in codes):
        yield "代码应为9位（镇、街道）或12位（村、社区）数字；被表格软件改成科学计数的，先设为“文本”再填"
    if len({len(code) for code in codes}) > 1:
        yield "原代码和新代码应是同一级"
    if name and (fault := unfit_name(name, names_a_file=any(len(code) < VILLAGE for code in codes))):
        yield fault


def _texts(line: Line) -> list[str]:
    return [line[name].strip() for name in COLUMNS[1:]]


class _OneMonth:
    """The lines of one month against the register before it."""

    def __init__(self, before: list[Area], changes: list[AreaChange]) -> None:
        self.month, self.before = changes[0].month, before
        self.known = {area.place_code: area for area in before}
        self.flags = [change for change in changes if change.change in {COUNTED, UNCOUNTED}]
        self.founded = [change for change in changes if change.change == FOUNDED]
        self.moves = [change for change in changes if change not in self.flags and change not in self.founded]
        # Given by a line: such a code says itself which town it belongs to.
        self.own_codes = {change.becomes for change in changes}
        self.faults: list[str] = []
        self.went: dict[str, tuple[str, ...]] = {}

    def carried_out(self) -> tuple[list[Area], Step]:
        """The register afterwards, and the step; raises ``HB-PAR-011``."""
        self._towns_and_own_lines()
        self._villages_after_their_town()
        self._stop()
        after = self._counted(self._after())
        self._check(after)
        self._stop()
        names: dict[str, list[str]] = defaultdict(list)
        now = {area.place_code: area.place_name for area in after}
        for area in self.before:
            goals = self.went.get(area.place_code, (area.place_code,))
            if len(goals) == 1 and now[goals[0]] != area.place_name:
                names[goals[0]].append(area.place_name)
        parts = {code for goals in self.went.values() if len(goals) > 1 for code in goals}
        parts |= {place.new_code for place in self.founded}
        shared = Counter(code for goals in self.went.values() for code in goals)
        went = {old: new for old, new in self.went.items() if new != (old,) or shared[old] > 1}
        former = {code: tuple(old) for code, old in names.items()}
        return after, Step(self.month, went, tuple(sorted(parts)), former)

    def _towns_and_own_lines(self) -> None:
        """Where the places with lines of their own go."""
        goals: dict[str, list[str]] = defaultdict(list)
        kinds: dict[str, set[str]] = defaultdict(set)
        for move in self.moves:
            if move.old_code not in self.known:
                self.faults.append(f"第{move.line}行：{self.month.label}以前的名册里没有代码 {move.old_code}")
                continue
            kinds[move.old_code].add(move.change)
            goals[move.old_code] += [] if move.change == ABOLISHED else [move.becomes]
        for old, found in goals.items():
            if len(found) > 1 and kinds[old] != {SPLIT}:
                told = f"一分为几的，各行都写“{SPLIT}”；改码同时改名的，写在一行"
                self.faults.append(f"{old} 有{len(found)}行：{told}")
            self.went[old] = tuple(dict.fromkeys(found))
        for code in {move.becomes for move in self.moves} & set(self.known):
            self.went.setdefault(code, (code,))

    def _villages_after_their_town(self) -> None:
        """Villages without a line of their own follow their town."""
        for area in self.before:
            if len(area.place_code) != VILLAGE or area.place_code in self.went:
                continue
            goals = self.went.get(area.parent_code, (area.parent_code,))
            if len(goals) == 1:
                if goals[0] != area.parent_code:
                    code = area.place_code
                    follows = code.startswith(area.parent_code)
                    self.went[code] = (goals[0] + code[TOWN:] if follows else code,)
            elif area.parent_code not in goals:
                told = "已拆分" if goals else "已撤销"
                self.faults.append(
                    f"{area.place_code} {area.place_name} 所属的镇（街道）{told}，要写明它归到哪里"
                )

    def _after(self) -> list[Area]:
        """The places afterwards, in the order of what they were."""
        named = {move.becomes: move.new_name for move in self.moves if move.new_name}
        community = {move.becomes for move in self.moves if move.change == COMMUNITY}
        sources: dict[str, list[Area]] = defaultdict(list)
        for area in self.before:
            for code in self.went.get(area.place_code, (area.place_code,)):
                sources[code].append(area)
        after: dict[str, Area] = {}
        for code, olds in sources.items():
            own = next((old for old in olds if old.place_code == code), olds[0])
            self._check_sources(code, olds, is_named=code in named or own.place_code == code)
            name = named.get(code, own.place_name)
            kind = own.kind if name == own.place_name else _kind(code, name, own.kind)
            kind = "社区" if code in community else kind
            after[code] = replace(own, place_code=code, place_name=name, kind=kind)
        for founding in self.founded:
            if founding.new_code in after:
                self.faults.append(f"第{founding.line}行：代码 {founding.new_code} 已有别的地方在用")
            kind = _kind(founding.new_code, founding.new_name, "")
            after[founding.new_code] = Area(
                founding.new_code, founding.new_name, kind, "", is_counted=True, note=""
            )
        return self._placed(after)

    def _check_sources(self, code: str, olds: list[Area], *, is_named: bool) -> None:
        """Whether what now has one code was meant to be one place, with a name, counted or not."""
        is_merged = code in {move.becomes for move in self.moves if move.change == MERGED}
        if len(olds) > 1 and not is_merged:
            names = "、".join(f"{old.place_code} {old.place_name}" for old in olds)
            told = f"合为一个的，各行写“{MERGED}”；否则给其中几个另写代码"
            self.faults.append(f"{names} 都成了 {code}：{told}")
        if is_merged and not is_named:
            self.faults.append(f"合并后的 {code} 没有名称（new_name）")
        if len({old.is_counted for old in olds}) > 1 and code not in {flag.new_code for flag in self.flags}:
            told = f"有的计入统计、有的不计入，要另写一行“{COUNTED}”或“{UNCOUNTED}”"
            self.faults.append(f"合为 {code} 的地方{told}")

    def _placed(self, after: dict[str, Area]) -> list[Area]:
        """With the code above each, as it is now; a village that was founded counts as its town does."""
        founded = {place.new_code for place in self.founded}
        placed = []
        for code, area in after.items():
            above = self._above(code, area.parent_code)
            is_counted = area.is_counted
            if code in founded and len(code) == VILLAGE and above in after:
                is_counted = after[above].is_counted
            placed.append(replace(area, parent_code=above, is_counted=is_counted))
        return placed

    def _above(self, code: str, old: str) -> str:
        """Code of the place above: where the old one went if it is one place, else by the code itself."""
        goals = self.went.get(old, (old,) if old else ())
        by_code = code[:TOWN] if len(code) == VILLAGE else code[: TOWN - 3]
        if len(code) < TOWN or (len(goals) == 1 and not (code in self.own_codes and goals[0] != by_code)):
            return goals[0] if goals else ""
        return by_code

    def _counted(self, after: list[Area]) -> list[Area]:
        """With the lines 计入 and 不计入, which hold for the villages of a town as well."""
        flags = {flag.new_code: flag.change == COUNTED for flag in self.flags}
        known = {area.place_code for area in after}
        for flag in self.flags:
            if flag.new_code not in known:
                self.faults.append(f"第{flag.line}行：{self.month.label}的名册里没有代码 {flag.new_code}")
        counted = (flags.get(a.place_code, flags.get(a.parent_code, a.is_counted)) for a in after)
        return [replace(area, is_counted=one) for area, one in zip(after, counted, strict=True)]

    def _check(self, after: list[Area]) -> None:
        """What no register may be."""
        known = {area.place_code for area in after}
        for area in after:
            if len(area.place_code) >= TOWN and area.parent_code not in known:
                self.faults.append(f"{area.place_code} {area.place_name} 的上级代码不在变更后的名册内")
        keys = [(area.parent_code, place_key(area.place_code, area.place_name)) for area in after]
        times = Counter(keys)
        for area, key in zip(after, keys, strict=True):
            if times[key] > 1:
                self.faults.append(f"变更后同一上级内名称重复：{area.place_code} {area.place_name}")

    def _stop(self) -> None:
        if self.faults:
            raise _invalid([f"自{self.month}：{fault}" for fault in self.faults])


def _kind(code: str, name: str, known: str) -> str:
    """Kind of a place by its new name, what it was where the name does not say."""
    if len(code) == TOWN:
        own = kind_by_name(name)
        is_other = own not in ("", LIKE_A_TOWN) and told_kind(own) != told_kind(known)
        return own if is_other else known or LIKE_A_TOWN
    if "社区" in name or "居委会" in name or "居民委员会" in name:
        return "社区"
    return known or "村"


def _invalid(faults: list[str]) -> HanbinError:
    return refused_params(
        "HB-PAR-011", "\n".join(f"{FILE}：{fault}" for fault in faults), f"修改 params/{FILE}"
    )
