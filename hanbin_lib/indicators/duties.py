"""Tasks of the departments (部门任务) against the register of duties (责任清单)."""

from collections.abc import Iterator

import pandas as pd

from hanbin_lib.indicators.funds import year_elapsed
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import ALL, NoteCode, Rows, count_rows, note_rows, share_rows

_LEAD = "牵头"
_KEY = ["responsible_unit", "work_item"]


def task_state(tasks: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Tasks with ``completion`` (done over target, at most 1; NaN without a target) and state."""
    target = tasks["target_value"].astype("Float64").astype(float)
    done = tasks["done_value"].astype("Float64").fillna(0).astype(float)
    completion = (done / target.where(target > 0)).clip(0, 1)
    finished = completion >= 1
    past = tasks["due_date"] <= scope.end
    expected = year_elapsed(scope) - scope.rules.project_lag_points / 100
    return tasks.assign(
        completion=completion,
        is_done=finished,
        is_late=past & ~finished,
        is_behind=~past & ~finished & (completion <= expected),
    )


def duty_indicators(tasks: pd.DataFrame, duties: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    """Tasks by department and by work item, and what duties and tasks say of each other."""
    now = task_state(tasks, scope)
    yield from _tasks(now, scope, ALL)
    for column in ("department", "work_item"):
        for label in sorted(now[column].dropna().unique()):
            yield from _tasks(now[now[column].eq(label)], scope, f"{column}={label}")
    county = scope.upper_places[:1]
    if duties is None:
        for name in ("duties_without_task", "tasks_without_duty"):
            yield note_rows(name, scope.month, county, NoteCode.NOT_RECEIVED)
        return
    silent, unlisted = unmatched(tasks, duties)
    for name, rows in (("duties_without_task", silent), ("tasks_without_duty", unlisted)):
        yield count_rows(name, scope.month, pd.Series([float(len(rows))], index=county))


def unmatched(tasks: pd.DataFrame, duties: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leading duties for which no task is reported, and reported tasks that no duty names."""
    reported = tasks.rename(columns={"department": "responsible_unit"})
    leading = duties[duties["role"].eq(_LEAD)]
    done, listed = (pd.MultiIndex.from_frame(t[_KEY]) for t in (reported, duties))
    silent = leading[~pd.MultiIndex.from_frame(leading[_KEY]).isin(done)]
    unlisted = reported[~pd.MultiIndex.from_frame(reported[_KEY]).isin(listed)]
    return silent[_KEY].drop_duplicates(), unlisted[_KEY].drop_duplicates()


def _tasks(rows: pd.DataFrame, scope: Scope, group: str) -> Iterator[Rows]:
    county, month = scope.upper_places[:1], scope.month
    for name, number in (
        ("tasks", len(rows)),
        ("tasks_done", rows["is_done"].sum()),
        ("tasks_late", rows["is_late"].sum()),
        ("tasks_behind", rows["is_behind"].sum()),
    ):
        yield count_rows(name, month, pd.Series([float(number)], index=county), group)
    sums = (rows["completion"].sum(), rows["completion"].notna().sum())
    numerator, denominator = (pd.Series([float(n)], index=county) for n in sums)
    yield share_rows("task_completion_share", month, numerator, denominator, group)
