"""Projects and their money (衔接资金项目), and the villages' collective economy."""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import ALL, Rows, count_rows, share_rows

_SPLITS = ("fund_source", "project_kind")


def project_state(projects: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Projects with ``planned, paid`` (万元), ``progress`` (0 to 100) and where they stand.

    Adds ``is_finished``, ``is_started``, ``is_late`` (progress behind the year by
    ``project_lag_points``), ``is_underpaid`` (payment behind progress by as much) and
    ``is_idle`` (money planned, nothing begun, nothing paid).
    """
    rows = scope.counted(projects, townless=True)
    planned = rows["planned_10k_yuan"].astype(float)
    paid = rows["paid_10k_yuan"].astype("Float64").fillna(0.0).astype(float)
    progress = rows["progress_percent"].astype("Float64").fillna(0.0).astype(float)
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


def project_indicators(projects: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Number, money and state of the projects; a project without a town counts for the county."""
    now = project_state(projects, scope)
    yield from _projects(now, scope, ALL)
    for column in _SPLITS:
        for label in sorted(now[column].dropna().unique()):
            yield from _projects(now[now[column].eq(label)], scope, f"{column}={label}")


def collective_indicators(villages: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Villages by collective income, and what they earn together."""
    rows = scope.counted(villages)
    income = rows["collective_income_10k_yuan"].astype("Float64").astype(float)
    known = income.notna()
    limits = scope.rules.collective_income_bands_10k
    position = np.digitize(income[known].to_numpy(), limits)
    for number, label in enumerate(band_labels(limits)):
        counts = scope.by_place(rows[known][position == number])
        yield count_rows("collective_income_villages", scope.month, counts, f"band={label}")
    missing = scope.by_place(rows[~known])
    yield count_rows("collective_income_unknown_villages", scope.month, missing)
    total = scope.by_place(rows[known], income[known], villages=True)
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

    def total(chosen: pd.DataFrame, weight: str | None = None) -> pd.Series:
        return scope.by_place(chosen, chosen[weight] if weight else None, townless=True)

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
