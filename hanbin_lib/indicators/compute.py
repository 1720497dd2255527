"""All indicators: by chapter, and computed for a month from its snapshot and those before it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hanbin_lib.contract import TABLES
from hanbin_lib.contract.tables import HOUSEHOLDS_OF
from hanbin_lib.errors import refused_input
from hanbin_lib.indicators.absence import comparable, is_met, withheld
from hanbin_lib.indicators.clues import clue_indicators
from hanbin_lib.indicators.duties import duty_indicators, round_indicators
from hanbin_lib.indicators.funds import collective_indicators, project_indicators
from hanbin_lib.indicators.income import fall_indicators, income_indicators
from hanbin_lib.indicators.inspections import Drawn, inspection_indicators
from hanbin_lib.indicators.phone import outcomes, phone_indicators
from hanbin_lib.indicators.ranking import dispatch_indicators
from hanbin_lib.indicators.rectification import rectification_indicators
from hanbin_lib.indicators.register import (
    head_age_band,
    homes,
    persons_of,
    quality_indicators,
    register_indicators,
)
from hanbin_lib.indicators.roster import roster_indicators
from hanbin_lib.indicators.safeguards import (
    APART,
    REGISTERED,
    disagreements,
    register_says,
    safeguard_indicators,
)
from hanbin_lib.indicators.scope import Scope, Selection, Sources
from hanbin_lib.indicators.support import support_indicators, timeliness
from hanbin_lib.indicators.table import COLUMNS, KEY, Definition, NoteCode, Pooling, Rows, defined_by, frame
from hanbin_lib.indicators.work import household_work, idle_labour_indicators, work_indicators
from hanbin_lib.params import Ranking, Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.store.tables import cached

_ROUNDING = 1e-9
_COMPUTED = {
    "监测帮扶": (register_indicators, support_indicators, quality_indicators),
    "三保障和饮水安全": (safeguard_indicators,),
    "电话抽查、专项督查和问题整改": (phone_indicators, inspection_indicators, rectification_indicators),
    "就业和收入": (income_indicators, fall_indicators, work_indicators, idle_labour_indicators),
    "项目资产和集体经济": (project_indicators, collective_indicators),
    "线索和预警": (clue_indicators,),
    "低收入人口名册": (roster_indicators,),
    "周督帮、责任落实和调度位次": (round_indicators, duty_indicators, dispatch_indicators),
}

CHAPTERS: dict[str, tuple[Definition, ...]] = {
    title: tuple(definition for compute in functions for definition in defined_by(compute))
    for title, functions in _COMPUTED.items()
}

DEFINITIONS: dict[str, Definition] = {
    definition.id: definition for chapter in CHAPTERS.values() for definition in chapter
}
_ROUND_MONTHS = 6


def combine(parts: Iterable[Rows], place_names: pd.Series) -> pd.DataFrame:
    """All rows as one checked, sorted table; `place_names` is indexed by code.

    Raises
    ------
    ValueError
        A key stands twice, an indicator is not defined, a reported value is missing, or what is pooled as a
        ratio is none.
    """
    table = frame(parts)
    table["place_name"] = table["place_code"].map(place_names)
    table["unit"] = table["indicator"].map({d.id: d.unit.value for d in DEFINITIONS.values()})
    _check(table)
    order = {name: number for number, name in enumerate(DEFINITIONS)}
    table = table.assign(order=table["indicator"].map(order))
    table = table.sort_values(["order", "month", "place_code", "group"], ignore_index=True)
    return table[list(COLUMNS)]


def _check(table: pd.DataFrame) -> None:
    if table.duplicated(KEY).any():
        twice = table.loc[table.duplicated(KEY), KEY].iloc[0].to_dict()
        raise ValueError(f"figure computed twice: {twice}")
    if not table["indicator"].isin(DEFINITIONS).all():
        raise ValueError(f"not defined: {set(table['indicator']) - set(DEFINITIONS)}")
    if table["place_name"].isna().any():
        raise ValueError(f"unknown place: {set(table.loc[table['place_name'].isna(), 'place_code'])}")
    reported = table["note_code"].eq(NoteCode.REPORTED)
    if not np.isfinite(table.loc[reported, "value"]).all():
        raise ValueError("a reported value is missing or infinite")
    _check_ratios(table[reported])


def _check_ratios(reported: pd.DataFrame) -> None:
    """An estimate that is no ratio of its parts has to say how it is pooled, or its city's value is wrong."""
    ids = {definition.id for definition in DEFINITIONS.values() if definition.pooled is Pooling.RATIO}
    rows = reported[reported["indicator"].isin(ids)]
    apart = (rows["numerator"] / rows["denominator"] - rows["value"]).abs()
    wrong = rows.loc[~apart.le(_ROUNDING * rows["value"].abs().clip(lower=1)), "indicator"]
    if len(wrong):
        raise ValueError(f"no ratio of numerator and denominator: {set(wrong)}")


def tables_of(indicator: str) -> list[str]:
    """Names of the tables that the definition names as its source."""
    source = DEFINITIONS[indicator].source
    return [name for name, table in TABLES.items() if table.title in source]


@dataclass(frozen=True)
class Homes:
    """Households, their persons, and the age band of each head (in the order of `rows`)."""

    rows: pd.DataFrame
    persons: pd.DataFrame
    head_ages: pd.Series


def scope_of(
    snapshot: Snapshot, settings: Settings, register: AreaRegister, as_of: date | None = None
) -> Scope:
    """The month, places and parameters that the indicators of `snapshot` are computed for."""
    month, settings = snapshot.month, settings.at(snapshot.month)
    line, policy = settings.lines.of(month), settings.policies.of(month)
    return Scope(month, register, settings.rules, line, as_of, policy, settings.calendar)


def indicator_table(sources: Sources, scope: Scope, ranking: Ranking) -> pd.DataFrame:
    """Compute every indicator of the month (see `indicators.table` for the columns).

    Raises
    ------
    HanbinError
        ``HB-IND-001`` where the month has no 监测对象信息, which everything stands on.
    """
    if not sources.current.has("monitored_households"):
        raise refused_input(
            "HB-IND-001",
            f"{scope.month.label}没有导入监测对象信息，不能计算指标",
            f"把导出的监测对象信息放进当月文件夹，再运行 hanbin import … --month {scope.month}",
        )
    # Who is behind each number is let go at once: thousands of selections would fill the memory.
    computed = comparable(withheld(_computed(sources, scope), sources), scope)
    parts = [replace(rows, behind=None) for rows in computed]
    known = frame(parts)
    months = (scope, scope.before())
    ranked = comparable((rows for at in months for rows in dispatch_indicators(known, ranking, at)), scope)
    return combine([*parts, *ranked], scope.place_names)


def selections_behind(
    sources: Sources, scope: Scope, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Selection | None]:
    """Who counts in figures of the scope's month, by indicator and group.

    Parameters
    ----------
    wanted
        Indicators with their groups. Of one whose number is no sum of rows the result has None.
    """
    found: dict[tuple[str, str], Selection | None] = {}
    for rows in withheld(_computed(sources, scope), sources):
        at = (rows.indicator, rows.group)
        if rows.month == scope.month and at in wanted:
            found.setdefault(at, rows.behind)
        if len(found) == len(wanted):
            break
    return found


def _computed(sources: Sources, scope: Scope) -> Iterator[Rows]:
    """Everything but the ranking, which is made of the others."""
    yield from _register(sources, scope)
    homes = household_list(sources, scope)
    # Last month by the same functions: what came in then, judged by today's register.
    last = scope.before()
    said, said_then = (phone_outcomes(sources, own, homes) for own in (scope, last))
    yield from _guarantees(sources, scope, homes, said)
    yield from _checks(sources, scope, homes, said, said_then)
    yield from _checks(sources, last, homes, said_then, None)
    if _monitored(sources)["first_measure_month"].notna().any():
        yield from timeliness(_monitored(sources), last)


def cached_indicator_table(sources: Sources, scope: Scope, ranking: Ranking, cache: Path) -> pd.DataFrame:
    """Same as `indicator_table`, computed once for the same snapshots, parameters and program."""
    return cached(
        f"indicators-{scope.month}",
        *_inputs(sources, scope),
        ranking,
        folder=cache,
        compute=lambda: indicator_table(sources, scope, ranking),
    )


def cached_disagreements(sources: Sources, scope: Scope, cache: Path | None) -> pd.DataFrame:
    """Households to look into (`safeguards.disagreements`), computed once for county and towns.

    The month must have phone checks. Nothing is kept where `cache` is None.
    """

    def compute() -> pd.DataFrame:
        base = household_list(sources, scope)
        answers = phone_outcomes(sources, scope, base)
        assert answers is not None  # see above
        known = [label for label in REGISTERED.values() if is_met(APART, f"safeguard={label}", sources)]
        found = disagreements(base.rows, register_says(base.rows, base.persons, scope), answers)
        return found[found["safeguard"].isin(known)].reset_index(drop=True)

    return cached(f"clues-{scope.month}", *_inputs(sources, scope), folder=cache, compute=compute)


def household_list(sources: Sources, scope: Scope) -> Homes:
    """All households that the work is for, with what the register says of each."""
    tables = [sources.table(name) for name in HOUSEHOLDS_OF]
    rows = homes(_monitored(sources), sources.table("lifted_households"), scope)
    persons = persons_of([table for table in tables if table is not None], rows)
    return Homes(rows, persons, head_age_band(rows, persons, scope))


def _register(sources: Sources, scope: Scope) -> Iterator[Rows]:
    """What the register alone says: stocks, measures, income, work, quality."""
    monitored, lifted = _monitored(sources), sources.table("lifted_households")
    yield from register_indicators(monitored, scope)
    yield from support_indicators(monitored, scope)
    yield from income_indicators(monitored, lifted, scope)
    before = sources.table("monitored_households", scope.month.shift(-1))
    yield from fall_indicators(monitored, before, scope)
    persons = [sources.table(name) for name in HOUSEHOLDS_OF]
    known = [table for table in persons if table is not None]
    work, workshops = sources.table("migrant_work"), sources.table("workshops")
    yield from work_indicators(work, known, workshops, scope)
    yield from quality_indicators(sources.current.table("findings"), scope)
    villages = sources.table("villages")
    if villages is not None:
        yield from collective_indicators(villages, scope)


def _guarantees(sources: Sources, scope: Scope, base: Homes, answers: pd.DataFrame | None) -> Iterator[Rows]:
    """What the register says of each household: safeguards beside the answers, and work."""
    said = register_says(base.rows, base.persons, scope)
    yield from safeguard_indicators(base.rows, said, answers, scope)
    spells = sources.table("migrant_work")
    work = household_work(base.rows, base.persons, spells, scope) if spells is not None else None
    yield from idle_labour_indicators(base.rows, work, scope)


def _checks(
    sources: Sources, scope: Scope, base: Homes, now: pd.DataFrame | None, before: pd.DataFrame | None
) -> Iterator[Rows]:
    """What was checked in the scope's month, where its tables came in.

    `now` and `before` are the answers by telephone of that month and of the one before.
    """
    month = scope.month
    if now is not None:
        yield from phone_indicators(base.rows, now, before, base.head_ages, scope)
    drawn = inspections(sources, scope)
    if drawn:
        yield from inspection_indicators(drawn, base.rows, sources.table("projects"), scope)
    yield from _ledgers(sources, scope)
    projects = sources.table("projects", month)
    if projects is not None:
        yield from project_indicators(projects, scope)
    visits = sources.table("weekly_rounds", month)
    if visits is not None:
        yield from round_indicators(visits, sources.pooled("weekly_rounds", month, _ROUND_MONTHS), scope)
    tasks = sources.table("department_tasks", month)
    if tasks is not None:
        yield from duty_indicators(tasks, sources.table("duties"), scope)


def _ledgers(sources: Sources, scope: Scope) -> Iterator[Rows]:
    """Ledgers of this month, which alone tell how they stood last month; and the second register."""
    ledger = sources.table("rectification")
    if ledger is not None:
        yield from rectification_indicators(ledger, scope)
    clues = sources.table("clues")
    if clues is not None:
        yield from clue_indicators(clues, _monitored(sources), scope)
    roster = sources.table("assistance_roster")
    if roster is not None and scope.month == sources.current.month:
        yield from _roster(sources, roster, scope)


def _roster(sources: Sources, roster: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """The second register; masked numbers in the first were told of by the import (``HB-I-313``)."""
    told, persons = sources.current.table("findings"), sources.table("monitored_persons")
    assert persons is not None  # it is stored beside the households
    masked = told["rule_id"].eq("HB-I-313") & told["table"].eq("monitored_persons")
    yield from roster_indicators(roster, persons, _monitored(sources), scope, is_masked=bool(masked.any()))


def phone_outcomes(sources: Sources, scope: Scope, base: Homes) -> pd.DataFrame | None:
    """What each household said in the scope's month; None where no calls came in."""
    calls = sources.table("phone_checks", scope.month)
    return None if calls is None else outcomes(calls, base.rows, scope.end)


def inspections(sources: Sources, scope: Scope) -> list[Drawn]:
    """Units and findings of the scope's month and the months pooled with it; empty without it."""
    months = [scope.month.shift(-step) for step in range(scope.rules.inspection_pool_months)]
    drawn = []
    for month in months:
        units, findings = (sources.table(n, month) for n in ("inspection_units", "inspection_findings"))
        if units is not None and findings is not None:
            drawn.append((units, findings))
        elif month == scope.month:
            return []
    return drawn


def _monitored(sources: Sources) -> pd.DataFrame:
    table = sources.table("monitored_households")
    assert table is not None  # checked before anything is computed
    return table


def _inputs(sources: Sources, scope: Scope) -> tuple[Any, ...]:
    """Everything that the numbers of a month depend on, besides the program."""
    policy = (scope.policy, scope.calendar)
    return sources.key, scope.rules, scope.line, scope.end.date(), scope.register.key, *policy
