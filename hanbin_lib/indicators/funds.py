"""Projects and their money (衔接资金项目), and the villages' collective economy."""

import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.indicators.scope import Scope, Selection
from hanbin_lib.indicators.table import (
    ALL,
    AT_END,
    Definition,
    Rows,
    Unit,
    by_label,
    count_rows,
    defines,
    share_rows,
)

_SPLITS = ("fund_source", "project_kind")

_TABLE = "衔接资金项目"
_LAG = "衔接资金项目；百分点数见 rules.yaml（project_lag_points）"
_ITEMS, _WAN = Unit.ITEMS, Unit.WAN_YUAN
_of_projects = partial(Definition, as_of=AT_END, source=_TABLE)
_PROJECTS = (
    _of_projects("projects", "衔接资金项目数", _ITEMS, "台账内的项目", "", adds_up=False),
    _of_projects("project_planned", "项目计划资金", _WAN, "台账内项目的计划资金合计", "", adds_up=False),
    _of_projects(
        "project_paid", "项目支出资金", _WAN, "台账内项目的支出资金合计（未填的按未支出）", "", adds_up=False
    ),
    _of_projects("project_paid_share", "项目资金支出率", Unit.SHARE, "支出资金", "计划资金"),
    _of_projects("projects_finished", "完工项目数", _ITEMS, "完工时间不晚于月末的项目", "", adds_up=False),
    _of_projects(
        "projects_not_started",
        "未开工项目数",
        _ITEMS,
        "没有开工时间或开工时间在月末以后的项目",
        "",
        adds_up=False,
    ),
    Definition(
        "projects_late",
        "进度滞后项目数",
        _ITEMS,
        "未完工、形象进度低于当年时间进度达到规定百分点的项目（未填形象进度的不计）",
        "",
        AT_END,
        _LAG,
        adds_up=False,
    ),
    Definition(
        "projects_underpaid",
        "支出滞后项目数",
        _ITEMS,
        "支出率低于形象进度达到规定百分点的项目（未填支出的按未支出，未填形象进度的不计）",
        "",
        AT_END,
        _LAG,
        adds_up=False,
    ),
    _of_projects(
        "project_idle_planned",
        "闲置计划资金",
        _WAN,
        "未开工、且没有支出（未填的按未支出）的项目的计划资金合计",
        "",
        adds_up=False,
    ),
    _of_projects(
        "project_households",
        "项目带动户次",
        Unit.HOUSEHOLDS,
        "台账内项目带动户数合计（一户可被几个项目带动；未填的不计）",
        "",
        adds_up=False,
    ),
)
_COLLECTIVE = (
    Definition(
        "collective_income_villages",
        "村级集体经济收入分组",
        _ITEMS,
        "村级集体经济收入（万元/年）落在该组的村（左闭右开）",
        "",
        "行政村信息导出时",
        "行政村信息；界线见 rules.yaml（collective_income_bands_10k）",
    ),
    Definition(
        "collective_income_unknown_villages",
        "集体经济收入未填村数",
        _ITEMS,
        "村级集体经济收入没有填写的村",
        "",
        "行政村信息导出时",
        "行政村信息",
    ),
    Definition(
        "collective_income",
        "村级集体经济收入",
        _WAN,
        "各村村级集体经济收入合计（未填的不计）",
        "",
        "行政村信息导出时",
        "行政村信息",
    ),
)


def project_state(projects: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Projects with ``planned, paid`` (万元), ``progress`` (0 to 100) and where they stand.

    Adds ``is_finished``, ``is_started``, ``is_late`` (progress behind the year by
    ``project_lag_points``), ``is_underpaid`` (payment behind progress by as much) and
    ``is_idle`` (money planned, nothing begun, nothing paid).
    """
    rows = scope.counted(projects, townless=True)
    planned = rows["planned_10k_yuan"].astype(float)
    paid = rows["paid_10k_yuan"].astype("Float64").fillna(0.0).astype(float)
    # A progress that nobody filled in is not known: neither late nor ahead of its payment.
    progress = rows["progress_percent"].astype("Float64").astype(float)
    finished = rows["finished_date"] <= scope.end
    started = finished | (rows["started_date"] <= scope.end)
    lag = scope.rules.project_lag_points
    paid_percent = 100 * paid / planned.where(planned > 0)
    return rows.assign(
        planned=planned,
        paid=paid,
        progress=progress,
        is_finished=finished,
        is_started=started,
        is_late=~finished & (progress <= 100 * year_elapsed(scope) - lag),
        is_underpaid=(paid_percent <= progress - lag).fillna(False),
        is_idle=~started & (paid <= 0),
    )


@defines(*_PROJECTS)
def project_indicators(projects: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Number, money and state of the projects; a project without a town counts for the county."""
    now = project_state(projects, scope)
    yield from _projects(now, scope, ALL)
    for column in _SPLITS:
        for group, own in by_label(now, column):
            yield from _projects(own, scope, group)


@defines(*_COLLECTIVE)
def collective_indicators(villages: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Villages by collective income, and what they earn together."""
    rows = scope.counted(villages)
    income = rows["collective_income_10k_yuan"].astype("Float64").astype(float)
    known = income.notna()
    limits = scope.rules.collective_income_bands_10k
    position = np.digitize(income[known].to_numpy(), limits)
    for number, label in enumerate(band_labels(limits)):
        counts = scope.select(rows[known][position == number])
        yield count_rows("collective_income_villages", scope.month, counts, f"band={label}")
    missing = scope.select(rows[~known])
    yield count_rows("collective_income_unknown_villages", scope.month, missing)
    total = scope.select(rows[known], income[known], villages=True)
    yield count_rows("collective_income", scope.month, total)


def band_labels(limits: tuple[float, ...]) -> list[str]:
    """Labels of the bands that `limits` (万元) make, lowest first."""
    inner = [f"{low:g}—{high:g}万元" for low, high in itertools.pairwise(limits)]
    return [f"{limits[0]:g}万元以下", *inner, f"{limits[-1]:g}万元及以上"]


def year_elapsed(scope: Scope) -> float:
    """Part of the calendar year that has passed at the end of the scope."""
    end = scope.end
    return float(end.day_of_year) / (366 if end.is_leap_year else 365)


def _projects(rows: pd.DataFrame, scope: Scope, group: str) -> Iterator[Rows]:
    month = scope.month

    def total(chosen: pd.DataFrame, weight: str | None = None) -> Selection:
        return scope.select(chosen, chosen[weight] if weight else None, townless=True)

    planned, paid = total(rows, "planned"), total(rows, "paid")
    yield count_rows("projects", month, total(rows), group)
    yield count_rows("project_planned", month, planned, group)
    yield count_rows("project_paid", month, paid, group)
    yield share_rows("project_paid_share", month, paid, planned, group)
    yield count_rows("projects_finished", month, total(rows[rows["is_finished"]]), group)
    yield count_rows("projects_not_started", month, total(rows[~rows["is_started"]]), group)
    yield count_rows("projects_late", month, total(rows[rows["is_late"]]), group)
    yield count_rows("projects_underpaid", month, total(rows[rows["is_underpaid"]]), group)
    yield count_rows("project_idle_planned", month, total(rows[rows["is_idle"]], "planned"), group)
    if group == ALL:
        benefiting = rows.assign(n=rows["benefiting_households"].astype("Float64").fillna(0).astype(float))
        yield count_rows("project_households", month, total(benefiting, "n"))
