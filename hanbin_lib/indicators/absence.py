"""Absent is not zero, unknown is not no: which columns a figure cannot do without.

A column that no export brought is empty throughout its stored table, and whoever counts the filled
cells of an empty column finds nobody. So a figure names here what it cannot do without; where one of
these did not come in, the figure is ``not_received``, whatever was counted.

A column has come in where every sheet of its table has it: of one that stands in some sheets only,
nobody knows what the others would have said. An empty cell of a column that came in is the business
of the indicator itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from hanbin_lib.areas import COUNTY, TOWN
from hanbin_lib.contract import MEASURES
from hanbin_lib.contract.national import COST, RECEIPTS
from hanbin_lib.indicators.safeguards import ANSWERED
from hanbin_lib.indicators.scope import Scope, Sources
from hanbin_lib.indicators.table import ALL, NoteCode, Rows
from hanbin_lib.months import Month

# Read from the snapshot of the figure's own month; all other tables are those of the reporting month.
_OWN_MONTH = frozenset(
    {
        "phone_checks",
        "inspection_units",
        "inspection_findings",
        "projects",
        "weekly_rounds",
        "department_tasks",
    }
)


@dataclass(frozen=True, slots=True)
class Need:
    """What some figures cannot do without.

    Parameters
    ----------
    indicators
        Their identifiers.
    columns
        ``table.column``, all of which have to have come in; of ``a|b`` either is enough.
    group
        Only figures of groups that begin so; empty for all.
    is_past
        Only figures of months before the reporting month.
    below
        Only figures of places whose codes have more digits: 6 for towns and villages, 9 for villages.
    since_last
        Last month's tables have to have the columns as well.
    """

    indicators: tuple[str, ...]
    columns: tuple[str, ...]
    group: str = ""
    is_past: bool = False
    below: int = 0
    since_last: bool = False

    def holds_for(self, rows: Rows, month: Month) -> bool:
        """Whether the figures of `rows` are among them; `month` is the reporting month."""
        return rows.group.startswith(self.group) and not (self.is_past and rows.month == month)


def _in(table: str, *columns: str) -> tuple[str, ...]:
    return tuple(f"{table}.{column}" for column in columns)


def _both(*columns: str) -> tuple[str, ...]:
    """Columns of monitored and of lifted persons, whose households stand in both tables."""
    return (*_in("monitored_persons", *columns), *_in("lifted_persons", *columns))


_ELIMINATED = _in("monitored_persons", "eliminated_month")
_MEASURED = _in("monitored_persons", *MEASURES)
_FIRST = _in("monitored_persons", "first_measure_month")
_PARTS = (*RECEIPTS, COST)
_INCOME = _in("monitored_persons", *_PARTS)
_LIFTED = ("lifted_persons.household_code",)
_STOCKS = tuple(
    f"{stem}_{unit}" for stem in ("risk_eliminated", "open_risk") for unit in ("households", "persons")
)
_GONE = ("newly_eliminated_households", "newly_eliminated_persons")
_REGISTER = ("monitored_households", "monitored_persons", "new_households", "new_persons", *_STOCKS, *_GONE)
_SAFEGUARDS = (
    "register_problem_households", "register_unknown_households", "safeguard_both_households",
    "safeguard_phone_only_households", "safeguard_register_only_households",
)  # fmt: skip
_SAID = ("phone_problem_households", "phone_problem_share", "phone_problem_bound_share")
_PHONE = (
    "phone_base_households", "phone_called_households", "phone_reached_households", "phone_contact_share",
    "phone_disposition_households", *_SAID, "phone_problem_change", "phone_visited_share",
    "phone_satisfied_share",
)  # fmt: skip
_OPEN = ("problems_at_start", "problems_open", "problems_closed")
_LATE = ("problems_overdue", "problems_due_next", "problems_to_escalate")
_PROBLEMS = (
    *_OPEN, *_LATE, "problems_opened", "rectification_on_time_share", "rectification_median_days",
    "problems_looked_back", "rebound_share", "problems_of_the_year",
)  # fmt: skip
_PROJECTS = (
    "projects", "project_planned", "project_paid", "project_paid_share", "projects_finished",
    "projects_not_started", "projects_late", "projects_underpaid", "project_idle_planned",
    "project_households",
)  # fmt: skip
_ROUND_SUMS = ("found", "settled", "passed_on")
_BELOW = ("below_line_open_households", "below_line_unmonitored_households")
_FGT = ("fgt_headcount_share", "fgt_gap_share", "fgt_severity_share")

_OF_THE_REGISTER = (
    Need(_STOCKS, _ELIMINATED, is_past=True),
    Need(_GONE, _ELIMINATED),
    Need(_REGISTER, _in("monitored_persons", "risk_cause_1"), group="cause="),
    Need(_STOCKS, (*_MEASURED, *_in("monitored_persons", "is_no_labour_household")), group="situation="),
    Need(("households_without_measure", "measure_coverage_share"), _MEASURED),
    Need(("households_without_measure",), (*_FIRST, *_ELIMINATED), is_past=True),
    Need(("timely_measure_share", "median_months_to_measure"), (*_FIRST, *_MEASURED)),
    Need(
        (
            "net_income_per_head_yuan", "income_missing_households", "income_mismatch_households",
            "income_component_share", "income_component_below_share", "income_quantile_yuan",
            "income_band_households", *_BELOW, *_FGT,
        ),
        _INCOME,
    ),
    Need(
        ("income_missing_households", "income_mismatch_households"),
        _in("monitored_persons", "net_income_per_head_yuan"),
    ),
    Need(("below_line_unmonitored_households",), _in("lifted_persons", *_PARTS)),
    Need(("income_fell_households",), _INCOME, since_last=True),
)  # fmt: skip
_OF_HOMES = (
    Need(("registered_households", *_SAFEGUARDS, *_PHONE), _LIFTED),
    Need(_SAFEGUARDS, _both("education", "school_status"), group="safeguard=义务教育"),
    Need(_SAFEGUARDS, _both("has_resident_insurance", "has_employee_insurance"), group="safeguard=基本医疗"),
    Need(_SAFEGUARDS, _both("is_dilapidated_house"), group="safeguard=住房安全"),
    Need(_SAFEGUARDS, _both("has_safe_water"), group="safeguard=饮水安全"),
    Need(("able_households", "no_worker_households"), _both("school_status", "labour_skill")),
    Need(("no_worker_households",), _both("work_months", "public_post")),
    Need(("public_post_holders",), _both("public_post")),
)
_OF_CHECKS = (
    *(
        Need((*_SAFEGUARDS[2:],), _in("phone_checks", name), group=f"safeguard={label}")
        for name, label in ANSWERED.items()
    ),
    *(Need(_SAID, _in("phone_checks", name), group=f"answer={label}") for name, label in ANSWERED.items()),
    *(
        Need(("phone_problem_change",), _in("phone_checks", name), group=f"answer={label}", since_last=True)
        for name, label in ANSWERED.items()
    ),
    Need(_SAID, _in("phone_checks", *ANSWERED), group=ALL),
    Need(("phone_problem_change",), _in("phone_checks", *ANSWERED), group=ALL, since_last=True),
    Need(("phone_visited_share",), _in("phone_checks", "is_visited")),
    Need(("phone_satisfied_share",), _in("phone_checks", "satisfaction")),
    Need(("inspection_problem_share",), _in("inspection_units", "village_name"), group="unit=户"),
    Need(("inspection_pooled_share",), _in("inspection_units", "village_name")),
    Need(
        ("inspection_units", "inspection_problem_units"),
        _in("inspection_units", "village_name"),
        below=TOWN,
    ),
    Need(
        ("round_visits", *(f"round_problems_{part}" for part in _ROUND_SUMS)),
        _in("weekly_rounds", "village_name"),
        below=TOWN,
    ),
    Need(
        ("inspection_problem_share",),
        ("inspection_units.village_households|lifted_persons.household_code",),
        group="unit=户",
    ),
    Need(
        ("inspection_pooled_share",), ("inspection_units.village_households|lifted_persons.household_code",)
    ),
    Need(_OPEN, _in("rectification", "closed_date")),
    Need(_LATE, _in("rectification", "done_date", "closed_date")),
    Need(("rectification_on_time_share",), _in("rectification", "done_date")),
    Need(("rectification_median_days",), _in("rectification", "closed_date")),
    Need(
        ("problems_looked_back", "rebound_share"),
        _in("rectification", "look_back_date", "look_back_result"),
    ),
    Need(("problem_kind_towns",), _in("rectification", "town_name")),
    Need(_PROBLEMS, _in("rectification", "town_name"), group="department="),
    Need(_PROBLEMS, _in("rectification", "town_name"), below=COUNTY),
)
_CLUE_SHARES = ("clue_channel_share", "clue_found_by_share")
_CLUES = ("clues_found", "clues_open", "clues_overdue", "clue_in_time_share", "clue_notice_share")
_OF_CLUES = (
    Need(_CLUES, _in("clues", "town_name"), below=COUNTY),
    Need(_CLUES[1:], _in("clues", "decided_date")),
    Need(("clue_notice_share",), _in("clues", "noticed_date", "result")),
    Need(_CLUE_SHARES, _in("clues", "household_code", "result")),
)
_OF_WORK = (
    Need(("transferred_workers",), _in("migrant_work", "town_name")),
    Need(("workshops", "workshops_stopped", "workshop_employees", "workshop_lifted_employees"),
         _in("workshops", "town_name")),
    Need(("workshops_stopped",), _in("workshops", "state")),
    Need(("workshop_lifted_employees",), _in("workshops", "lifted_employees")),
    Need(_PROJECTS, _in("projects", "town_name"), below=COUNTY),
    Need(("project_paid", "project_paid_share"), _in("projects", "paid_10k_yuan")),
    Need(("projects_finished",), _in("projects", "finished_date")),
    Need(("projects_not_started",), _in("projects", "started_date", "finished_date")),
    Need(("projects_late",), _in("projects", "progress_percent", "finished_date")),
    Need(("projects_underpaid",), _in("projects", "progress_percent", "paid_10k_yuan")),
    Need(("project_idle_planned",), _in("projects", "started_date", "finished_date", "paid_10k_yuan")),
    Need(("project_households",), _in("projects", "benefiting_households")),
    Need(
        ("collective_income_villages", "collective_income_unknown_villages", "collective_income"),
        _in("villages", "collective_income_10k_yuan", "town_name"),
    ),
    Need(("round_villages",), _in("weekly_rounds", "village_name")),
    *(
        Need((f"round_problems_{part}",), _in("weekly_rounds", column))
        for part, column in zip(
            _ROUND_SUMS, ("problems_found", "problems_settled", "problems_passed_on"), strict=True
        )
    ),
    Need(("weeks_since_visit", "towns_unvisited"), _in("weekly_rounds", "visited_date")),
    Need(
        ("tasks_done", "tasks_late", "tasks_behind", "task_completion_share"),
        _in("department_tasks", "target_value", "done_value"),
    ),
    Need(("tasks_late", "tasks_behind"), _in("department_tasks", "due_date")),
    Need(("duties_without_task",), _in("duties", "role")),
)  # fmt: skip
NEEDS = (*_OF_THE_REGISTER, *_OF_HOMES, *_OF_CHECKS, *_OF_CLUES, *_OF_WORK)


def withheld(parts: Iterable[Rows], sources: Sources) -> Iterator[Rows]:
    """Figures as they are, or ``not_received`` where what they need did not come in."""
    by_indicator: dict[str, list[Need]] = {}
    for need in NEEDS:
        for name in need.indicators:
            by_indicator.setdefault(name, []).append(need)
    met: dict[tuple[Need, Month], bool] = {}
    for rows in parts:
        unmet = []
        for need in by_indicator.get(rows.indicator, ()):
            if need.holds_for(rows, sources.current.month):
                key = (need, rows.month)
                if key not in met:
                    met[key] = _is_met(need, sources, rows.month)
                unmet += [] if met[key] else [need]
        yield from _without(rows, unmet)


def comparable(parts: Iterable[Rows], scope: Scope) -> Iterator[Rows]:
    """Figures as they are, or ``not_comparable`` for the months in which a place was not what it is now."""
    for rows in parts:
        apart = scope.register.since(rows.month).apart if scope.register.past else frozenset()
        if apart:
            yield from _split(rows, ~np.isin(rows.places.astype("str"), list(apart)), NoteCode.NOT_COMPARABLE)
        else:
            yield rows


def is_met(indicator: str, group: str, sources: Sources) -> bool:
    """Whether all that a figure of the reporting month needs came in: what it is made of may be listed."""
    return all(
        _is_met(need, sources, sources.current.month)
        for need in NEEDS
        if indicator in need.indicators and group.startswith(need.group) and not (need.is_past or need.below)
    )


def _is_met(need: Need, sources: Sources, month: Month) -> bool:
    months = (month, month.shift(-1)) if need.since_last else (month,)
    return all(
        any(_came(sources, name, at, need) for name in column.split("|"))
        for column in need.columns
        for at in months
    )


def _came(sources: Sources, column: str, month: Month, need: Need) -> bool:
    """Whether the column came in for `month`, in the table that its figures are made of."""
    table = column.partition(".")[0]
    at_its_month = table in _OWN_MONTH or need.since_last
    return sources.received(column, month if at_its_month else None)


def _without(rows: Rows, unmet: list[Need]) -> Iterator[Rows]:
    """Take the numbers away; where only places below lack something, those above keep their own."""
    if not unmet:
        yield rows
        return
    digits = np.array([len(place) for place in rows.places])
    kept = digits <= min(need.below for need in unmet)
    yield from _split(rows, kept, NoteCode.NOT_RECEIVED)


def _split(rows: Rows, kept: np.ndarray, note: NoteCode) -> Iterator[Rows]:
    """Rows that keep their numbers, and those that say why they have none."""
    if kept.all():
        yield rows
        return
    if kept.any():
        numbers = {name: values[kept] for name, values in rows.numbers.items()}
        yield replace(rows, places=rows.places[kept], numbers=numbers)
    yield replace(rows, places=rows.places[~kept], numbers={}, note=note, behind=None)
