"""The month's draw: villages, households and projects of every town, and who goes there.

The draw is a function of the frame (all codes that can be drawn), the visits on record, the
rules and a public seed; see `permanent_random_numbers` for the order in which codes are drawn.

Villages: those not visited in the last ``rotation_months``, or flagged for a second look, are
eligible; the first of them in draw order are taken. Where a town has too few, the rest come
from those visited longest ago, and are marked. Households: the number of the town is spread
evenly over its villages; what a small village lacks, the other one gives. Projects: of the
whole town. Within a town every eligible village has the same chance, within a village every
household.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, model_validator

from hanbin_lib.contract.labels import INSPECTION_UNIT_KINDS
from hanbin_lib.errors import refused_params
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, read_params
from hanbin_lib.simulate.permanent_random_numbers import assign_groups, checked_seed, in_draw_order, loads
from hanbin_lib.workspace import Workspace

VILLAGE, HOUSEHOLD, PROJECT = INSPECTION_UNIT_KINDS
UNIT_COLUMNS = ("town_code", "group_name", "unit_kind", "unit_code", "village_code", "note")
TOWN_COLUMNS = (
    "town_code",
    "group_name",
    "villages",
    "eligible",
    "drawn",
    "refilled",
    "households",
    "projects",
)
REFILLED, REVISITED = "轮换例外", "回头看"
Group = Annotated[str, Field(min_length=1, max_length=20)]


class DesignRule(Params):
    """A size of the inspection to be compared: villages and households of a town, months together."""

    villages: Annotated[int, Field(ge=1, le=20)]
    households: Annotated[int, Field(ge=1, le=500)]
    months: Annotated[int, Field(ge=1, le=12)]


class PowerRules(Params):
    """What the inspection ought to see.

    Parameters
    ----------
    bad_share
        Share of households with a problem from which on a town ought to be found.
    acceptable_share, error_share
        Share that is no reason to act, and the highest chance of calling such a town bad.
    unknown_icc
        Intraclass correlation of a village where no inspection is on record.
    draws, seed
        Of the inspections simulated for each town.
    designs
        Compared with the design in force.
    """

    bad_share: Annotated[float, Field(gt=0, lt=1)]
    acceptable_share: Annotated[float, Field(gt=0, lt=1)]
    error_share: Annotated[float, Field(gt=0, lt=1)]
    unknown_icc: Annotated[float, Field(ge=0, lt=1)]
    draws: Annotated[int, Field(ge=100, le=1_000_000)]
    seed: Annotated[int, Field(ge=0)]
    designs: tuple[DesignRule, ...]

    @model_validator(mode="after")
    def _order(self) -> "PowerRules":
        if self.acceptable_share >= self.bad_share:
            raise ValueError("acceptable_share 应小于 bad_share")
        return self


class SamplingRules(Params):
    """How many units a town, how villages rotate, and the groups (``params/sampling.yaml``)."""

    villages_per_town: Annotated[int, Field(ge=1, le=20)]
    households_per_town: Annotated[int, Field(ge=0, le=500)]
    projects_per_town: Annotated[int, Field(ge=0, le=100)]
    rotation_months: Annotated[int, Field(ge=0, le=60)]
    small_towns: Literal["fill", "stop"]
    monthly_groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    weekly_groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    power: PowerRules

    @classmethod
    def load(cls, workspace: Workspace) -> "SamplingRules":
        """Read the rules; raise ``HB-PAR-002`` naming all faults at once."""
        return read_params(workspace.params / "sampling.yaml", cls)


@dataclass(frozen=True)
class Frame:
    """All codes that can be drawn.

    Parameters
    ----------
    villages
        Village code -> town code.
    households
        Household code -> village code.
    projects
        Project code -> town code; None where no list of projects came in.
    names
        Place code -> official name, for messages.
    """

    villages: Mapping[str, str]
    households: Mapping[str, str]
    projects: Mapping[str, str] | None
    names: Mapping[str, str]

    @property
    def towns(self) -> list[str]:
        """Codes of the towns that have villages, sorted."""
        return sorted(set(self.villages.values()))


@dataclass(frozen=True)
class Past:
    """Visits on record.

    Parameters
    ----------
    months_since
        Village code -> months since it was last inspected.
    rounds
        Town code -> group, of each month on record, the last one first.
    """

    months_since: Mapping[str, int]
    rounds: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class MonthDraw:
    """What was drawn.

    Parameters
    ----------
    units
        One row a unit: ``town_code, group_name, unit_kind, unit_code, village_code, note``.
    towns
        One row a town: its group, how many villages it has, how many of them were eligible,
        how many were drawn and how many of those against the rotation, households, projects.
    messages
        Where a town was too small for the rules, in Chinese.
    """

    units: pd.DataFrame
    towns: pd.DataFrame
    messages: tuple[str, ...]


def draw_month(
    frame: Frame,
    past: Past,
    rules: SamplingRules,
    *,
    month: Month,
    seed: str,
    flagged: Sequence[str] = (),
) -> MonthDraw:
    """Draw all units of `month`.

    Parameters
    ----------
    flagged
        Villages to be looked at again: eligible whenever they were visited last.

    Raises
    ------
    HanbinError
        ``HB-SMP-001`` the seed; ``HB-SMP-002`` towns too small where the rules say stop, all of
        them at once; ``HB-SMP-003`` the groups; ``HB-PAR-004`` a flagged village that is none.
    """
    checked_seed(seed)
    _check_flagged(flagged, frame)
    last = past.rounds[0] if past.rounds else {}
    groups = assign_groups(
        frame.towns, rules.monthly_groups, last, seed=seed, stage=(str(month), "组"), load=loads(past.rounds)
    )
    homes, projects = _by_place(frame.households), _by_place(frame.projects or {})
    towns: list[_Town] = []
    for town, own in _by_place(frame.villages).items():
        villages = rotated(
            in_draw_order(own, seed, str(month), VILLAGE), past.months_since, rules, frozenset(flagged)
        )
        towns.append(
            _Town(
                town,
                groups[town],
                villages,
                _households(villages.chosen, homes, rules, seed, month),
                in_draw_order(projects.get(town, ()), seed, str(month), PROJECT)[: rules.projects_per_town],
            )
        )
    if rules.small_towns == "stop":
        _refuse([_rotation_message(town, rules, frame.names) for town in towns if town.villages.refilled])
    return _result(towns, rules, frame)


@dataclass(frozen=True)
class Rotation:
    """Villages of one town: those drawn, those of them against the rotation, and how many could be.

    Parameters
    ----------
    chosen
        In draw order, eligible ones first.
    refilled, revisited
        Those among the chosen that were visited too recently: for want of others, or flagged.
    eligible, total
        Villages that could be drawn, and all of the town.
    """

    chosen: tuple[str, ...]
    refilled: frozenset[str]
    revisited: frozenset[str]
    eligible: int
    total: int


def rotated(
    order: Sequence[str], months_since: Mapping[str, int], rules: SamplingRules, flagged: frozenset[str]
) -> Rotation:
    """Choose the villages of a town.

    Parameters
    ----------
    order
        All its villages in draw order.
    months_since
        Village -> months since its last visit; never visited ones are not in it.
    """
    recent = {code for code, months in months_since.items() if months <= rules.rotation_months}
    eligible = [code for code in order if code not in recent or code in flagged]
    waiting = [code for code in order if code in recent and code not in flagged]
    waiting.sort(key=lambda code: -months_since[code])
    chosen = (eligible + waiting)[: rules.villages_per_town]
    return Rotation(
        tuple(chosen),
        frozenset(chosen) & frozenset(waiting),
        frozenset(chosen) & recent & flagged,
        len(eligible),
        len(order),
    )


def spread(wanted: int, room: Sequence[int]) -> list[int]:
    """Whole numbers as even as `room` allows that add up to `wanted`, or to all the room.

    The first places get what is left over.
    """
    given = [0] * len(room)
    while (left := min(wanted, sum(room)) - sum(given)) > 0:
        open_places = [place for place, size in enumerate(room) if given[place] < size]
        for place in open_places[:left]:
            given[place] += 1
    return given


@dataclass(frozen=True)
class _Town:
    code: str
    group: str
    villages: Rotation
    households: dict[str, list[str]]
    projects: list[str]

    @property
    def household_count(self) -> int:
        return sum(map(len, self.households.values()))


def _by_place(places: Mapping[str, str]) -> dict[str, list[str]]:
    """Place -> its codes, both sorted."""
    found: dict[str, list[str]] = {place: [] for place in sorted(set(places.values()))}
    for code in sorted(places):
        found[places[code]].append(code)
    return found


def _households(
    villages: Sequence[str],
    homes: Mapping[str, list[str]],
    rules: SamplingRules,
    seed: str,
    month: Month,
) -> dict[str, list[str]]:
    wanted = spread(rules.households_per_town, [len(homes.get(village, ())) for village in villages])
    return {
        village: in_draw_order(homes.get(village, ()), seed, str(month), HOUSEHOLD)[:count]
        for village, count in zip(villages, wanted, strict=True)
    }


def _result(towns: Sequence[_Town], rules: SamplingRules, frame: Frame) -> MonthDraw:
    units = [row for town in towns for row in _units(town)]
    summary = [
        (
            town.code,
            town.group,
            town.villages.total,
            town.villages.eligible,
            len(town.villages.chosen),
            len(town.villages.refilled),
            town.household_count,
            len(town.projects),
        )
        for town in towns
    ]
    messages = [message for town in towns for message in _messages(town, rules, frame)]
    return MonthDraw(
        pd.DataFrame(units, columns=list(UNIT_COLUMNS)),
        pd.DataFrame(summary, columns=list(TOWN_COLUMNS)),
        tuple(messages),
    )


def _units(town: _Town) -> list[tuple[str, ...]]:
    """Rows of one town: each village with its households, by code, then the projects."""
    rows: list[tuple[str, ...]] = []
    for village in sorted(town.villages.chosen):
        note = REFILLED if village in town.villages.refilled else ""
        note = REVISITED if village in town.villages.revisited else note
        rows.append((town.code, town.group, VILLAGE, village, village, note))
        rows += [(town.code, town.group, HOUSEHOLD, c, village, "") for c in sorted(town.households[village])]
    return rows + [(town.code, town.group, PROJECT, code, "", "") for code in sorted(town.projects)]


def _messages(town: _Town, rules: SamplingRules, frame: Frame) -> list[str]:
    """What fell short of the rules in one town."""
    name = frame.names.get(town.code, town.code)
    found = [_rotation_message(town, rules, frame.names)] if town.villages.refilled else []
    short = (
        (len(town.villages.chosen), rules.villages_per_town, "个村（社区）"),
        (town.household_count, rules.households_per_town, "户"),
        (len(town.projects), rules.projects_per_town if frame.projects is not None else 0, "个项目"),
    )
    return found + [
        f"{name}：应抽{wanted}{unit}，只有{count}{unit}可抽，已全部抽取"
        for count, wanted, unit in short
        if count < wanted
    ]


def _rotation_message(town: _Town, rules: SamplingRules, names: Mapping[str, str]) -> str:
    found = town.villages
    return (
        f"{names.get(town.code, town.code)}：共{found.total}个村（社区），近{rules.rotation_months}个月"
        f"没有抽过的{found.eligible}个，应抽{rules.villages_per_town}个，"
        f"须从抽过的村里补抽{len(found.refilled)}个（最久未抽的先抽）"
    )


def _refuse(messages: Sequence[str]) -> None:
    if messages:
        raise refused_params(
            "HB-SMP-002",
            "有的镇（街道）村太少，按现行轮换规则抽不满：\n" + "\n".join(messages),
            "在 params/sampling.yaml 缩短 rotation_months，或把 small_towns 改为 fill（补抽并标注）",
        )


def _check_flagged(flagged: Sequence[str], frame: Frame) -> None:
    unknown = sorted(set(flagged) - set(frame.villages))
    if unknown:
        raise refused_params(
            "HB-PAR-004",
            f"计入统计的村（社区）里没有代码 {'、'.join(code[:12] for code in unknown)}",
            "代码见 params/areas.csv",
        )
