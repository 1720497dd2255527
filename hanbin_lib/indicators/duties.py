"""Tasks of the departments (部门任务) against the register of duties (责任清单)."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from hanbin_lib.indicators.funds import year_elapsed
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    ALL,
    AT_END,
    IN_MONTH,
    Definition,
    NoteCode,
    Rows,
    Unit,
    by_label,
    count_rows,
    defines,
    note_rows,
    number_rows,
    share_rows,
)

_LEAD = "牵头"
_KEY = ["responsible_unit", "work_item"]

_TASKS, _JOBS = "部门任务", Unit.TASKS
_of_tasks = partial(Definition, as_of=AT_END, source=_TASKS)
_TASK_LIST = (
    _of_tasks("tasks", "部门任务数", _JOBS, "当月台账内的任务", "", adds_up=False),
    _of_tasks("tasks_done", "完成任务数", _JOBS, "完成值达到目标值的任务", "", adds_up=False),
    _of_tasks(
        "tasks_late",
        "逾期任务数",
        _JOBS,
        "时限已到、完成值没有达到目标值的任务（没有目标值的无从判断，不计；未填完成值的按零）",
        "",
        adds_up=False,
    ),
    Definition(
        "tasks_behind",
        "进度滞后任务数",
        _JOBS,
        "未到时限、完成比例低于当年时间进度达到规定百分点的任务（未填完成值的按零）",
        "",
        AT_END,
        "部门任务；百分点数见 rules.yaml（project_lag_points）",
        adds_up=False,
    ),
    _of_tasks(
        "task_completion_share",
        "任务平均完成率",
        Unit.SHARE,
        "各任务完成值除以目标值（超过的按一计，未填的按零）之和",
        "有目标值的任务数",
    ),
    Definition(
        "duties_without_task",
        "有牵头责任而无任务上报数",
        _JOBS,
        "责任清单里的牵头单位和事项，在当月任务里没有对应的",
        "",
        AT_END,
        "责任清单、部门任务",
        adds_up=False,
    ),
    Definition(
        "tasks_without_duty",
        "有任务上报而不在责任清单数",
        _JOBS,
        "当月任务里的部门和事项，在责任清单里没有对应的",
        "",
        AT_END,
        "责任清单、部门任务",
        adds_up=False,
    ),
)
_SUMS = {
    "round_problems_found": "problems_found",
    "round_problems_settled": "problems_settled",
    "round_problems_passed_on": "problems_passed_on",
}

_ROUNDS, _ITEMS = "周下沉督帮记录", Unit.ITEMS
_of_rounds = partial(Definition, as_of=IN_MONTH, source=_ROUNDS)
_WEEKLY = (
    _of_rounds("round_visits", "周督帮到访次数", Unit.VISITS, "当月到访记录", ""),
    _of_rounds("round_villages", "周督帮到访村数", _ITEMS, "当月到访过的村（不重复）", ""),
    _of_rounds(
        "round_problems_found", "周督帮发现问题数", _ITEMS, "当月到访发现的问题合计（未填的不计）", ""
    ),
    _of_rounds(
        "round_problems_settled",
        "周督帮现场解决问题数",
        _ITEMS,
        "当月到访现场解决的问题合计（未填的不计）",
        "",
    ),
    _of_rounds(
        "round_problems_passed_on", "周督帮转办问题数", _ITEMS, "当月到访转办的问题合计（未填的不计）", ""
    ),
    Definition(
        "weeks_since_visit",
        "距上次周督帮周数",
        Unit.WEEKS,
        "月末距最近一次到访的整周数",
        "",
        AT_END,
        "本月和以前几个月的周下沉督帮记录",
    ),
    Definition(
        "towns_unvisited",
        "多周未到访镇数",
        _ITEMS,
        "超过规定周数没有到访的镇（街道）",
        "",
        AT_END,
        "周下沉督帮记录；周数见 rules.yaml（unvisited_weeks）",
    ),
)


def task_state(tasks: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Tasks with ``completion`` (done over target, at most 1; NaN without a target) and state.

    A task without a target is neither done nor late: nobody knows.
    """
    target = tasks["target_value"].astype("Float64").astype(float)
    done = tasks["done_value"].astype("Float64").fillna(0).astype(float)
    completion = (done / target.where(target > 0)).clip(0, 1)
    finished = completion >= 1
    past = tasks["due_date"] <= scope.end
    expected = year_elapsed(scope) - scope.rules.project_lag_points / 100
    return tasks.assign(
        completion=completion,
        is_done=finished,
        is_late=past & (completion < 1),
        is_behind=~past & ~finished & (completion <= expected),
    )


@defines(*_TASK_LIST)
def duty_indicators(tasks: pd.DataFrame, duties: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    """Tasks by department and by work item, and what duties and tasks say of each other."""
    now = task_state(tasks, scope)
    yield from _tasks(now, scope, ALL)
    for column in ("department", "work_item"):
        for group, own in by_label(now, column):
            yield from _tasks(own, scope, group)
    if duties is None:
        for name in ("duties_without_task", "tasks_without_duty"):
            yield note_rows(name, scope.month, scope.upper_places[:1], NoteCode.NOT_RECEIVED)
        return
    silent, unlisted = unmatched(tasks, duties)
    for name, rows in (("duties_without_task", silent), ("tasks_without_duty", unlisted)):
        yield count_rows(name, scope.month, scope.select_in_county(rows))


def unmatched(tasks: pd.DataFrame, duties: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leading duties for which no task is reported, and reported tasks that no duty names."""
    reported = tasks.rename(columns={"department": "responsible_unit"})
    leading = duties[duties["role"].eq(_LEAD)]
    done, listed = (pd.MultiIndex.from_frame(t[_KEY]) for t in (reported, duties))
    silent = leading[~pd.MultiIndex.from_frame(leading[_KEY]).isin(done)]
    unlisted = reported[~pd.MultiIndex.from_frame(reported[_KEY]).isin(listed)]
    return silent.drop_duplicates(_KEY), unlisted.drop_duplicates(_KEY)


def _tasks(rows: pd.DataFrame, scope: Scope, group: str) -> Iterator[Rows]:
    county, month = scope.upper_places[:1], scope.month
    for name, counted in (
        ("tasks", rows),
        ("tasks_done", rows[rows["is_done"]]),
        ("tasks_late", rows[rows["is_late"]]),
        ("tasks_behind", rows[rows["is_behind"]]),
    ):
        yield count_rows(name, month, scope.select_in_county(counted), group)
    sums = (rows["completion"].sum(), rows["completion"].notna().sum())
    numerator, denominator = (pd.Series([float(n)], index=county) for n in sums)
    yield share_rows("task_completion_share", month, numerator, denominator, group)


@defines(*_WEEKLY)
def round_indicators(visits: pd.DataFrame, earlier: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    """Visits of the month, and the weeks since the last one.

    Parameters
    ----------
    visits
        ``weekly_rounds`` of the month; a visit without a date counts in its month.
    earlier
        Visits of the months before, None where there are none.
    """
    rows, month = _until(visits, scope), scope.month
    yield count_rows("round_visits", month, scope.select(rows, villages=True))
    places = rows[rows["village_code"].notna()].drop_duplicates("village_code")
    yield count_rows("round_villages", month, scope.select(places))
    for name, column in _SUMS.items():
        numbers = rows[column].astype("Float64").fillna(0).astype(float)
        yield count_rows(name, month, scope.select(rows, numbers, villages=True))
    known = rows if earlier is None else pd.concat([_until(earlier, scope), rows])
    yield from _since(known, scope)


def _until(visits: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Visits in counted towns; one dated after the scope's end has not happened yet, in any sheet."""
    return scope.counted(visits[~(visits["visited_date"] > scope.end)])


def _since(visits: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Weeks since the last visit; a town without any visit on record has no number."""
    towns = scope.register.towns["place_code"]
    last = visits.groupby("town_code")["visited_date"].max().reindex(towns)
    weeks = ((scope.end - last).dt.days // 7).astype(float)
    yield number_rows("weeks_since_visit", scope.month, pd.DataFrame({"value": weeks}))
    unvisited = ~(weeks <= scope.rules.unvisited_weeks)
    counts = pd.Series([float(unvisited.sum()), *unvisited.astype(float)], index=scope.upper_places)
    yield count_rows("towns_unvisited", scope.month, counts)
