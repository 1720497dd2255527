"""Definitions of weekly rounds, tasks and duties, and the monthly dispatch ranking."""

from hanbin_lib.indicators.definitions.model import Definition, Unit

_END, _MONTH = "统计月月末", "统计月当月"
_ROUNDS, _TASKS, _DUTIES = "周下沉督帮记录", "部门任务", "责任清单"
_ITEMS, _JOBS = Unit.ITEMS, Unit.TASKS
_RANKING = "各组成指标；权重和界线见 ranking.yaml"

_WEEKLY = (
    Definition("round_visits", "周督帮到访次数", Unit.VISITS, "当月到访记录", "", _MONTH, _ROUNDS),
    Definition("round_villages", "周督帮到访村数", _ITEMS, "当月到访过的村（不重复）", "", _MONTH, _ROUNDS),
    Definition(
        "round_problems_found", "周督帮发现问题数", _ITEMS, "当月到访发现的问题合计", "", _MONTH, _ROUNDS
    ),
    Definition(
        "round_problems_settled",
        "周督帮现场解决问题数",
        _ITEMS,
        "当月到访现场解决的问题合计",
        "",
        _MONTH,
        _ROUNDS,
    ),
    Definition(
        "round_problems_passed_on", "周督帮转办问题数", _ITEMS, "当月到访转办的问题合计", "", _MONTH, _ROUNDS
    ),
    Definition(
        "weeks_since_visit",
        "距上次周督帮周数",
        Unit.WEEKS,
        "月末距最近一次到访的整周数",
        "",
        _END,
        "本月和以前几个月的周下沉督帮记录",
        is_additive=False,
    ),
    Definition(
        "towns_unvisited",
        "多周未到访镇数",
        _ITEMS,
        "超过规定周数没有到访的镇（街道）",
        "",
        _END,
        "周下沉督帮记录；周数见 rules.yaml（unvisited_weeks）",
        is_additive=False,
    ),
)

_TASK_LIST = (
    Definition("tasks", "部门任务数", _JOBS, "当月台账内的任务", "", _END, _TASKS, is_additive=False),
    Definition(
        "tasks_done", "完成任务数", _JOBS, "完成值达到目标值的任务", "", _END, _TASKS, is_additive=False
    ),
    Definition(
        "tasks_late", "逾期任务数", _JOBS, "时限已过、未完成的任务", "", _END, _TASKS, is_additive=False
    ),
    Definition(
        "tasks_behind",
        "进度滞后任务数",
        _JOBS,
        "未到时限、完成比例低于当年时间进度达到规定百分点的任务",
        "",
        _END,
        "部门任务；百分点数见 rules.yaml（project_lag_points）",
        is_additive=False,
    ),
    Definition(
        "task_completion_share",
        "任务平均完成率",
        Unit.SHARE,
        "各任务完成值除以目标值（超过的按一计）之和",
        "有目标值的任务数",
        _END,
        _TASKS,
        is_additive=False,
    ),
    Definition(
        "duties_without_task",
        "有牵头责任而无任务上报数",
        _JOBS,
        "责任清单里的牵头单位和事项，在当月任务里没有对应的",
        "",
        _END,
        "责任清单、部门任务",
        is_additive=False,
    ),
    Definition(
        "tasks_without_duty",
        "有任务上报而不在责任清单数",
        _JOBS,
        "当月任务里的部门和事项，在责任清单里没有对应的",
        "",
        _END,
        "责任清单、部门任务",
        is_additive=False,
    ),
)

_DISPATCH = (
    Definition(
        "town_score",
        "调度得分",
        Unit.SCORE,
        "各组成指标折算成0至1后按权重相加（收缩估计）",
        "",
        _END,
        _RANKING,
        is_additive=False,
    ),
    Definition(
        "town_rank",
        "调度位次",
        Unit.RANK,
        "得分由高到低的位次；区间为数据允许的位次范围",
        "",
        _END,
        _RANKING,
        is_additive=False,
    ),
    Definition(
        "town_front_share",
        "位于前段的概率",
        Unit.SHARE,
        "位次在前段的模拟次数",
        "模拟次数",
        _END,
        _RANKING,
        is_additive=False,
    ),
    Definition(
        "town_back_share",
        "位于后段的概率",
        Unit.SHARE,
        "位次在后段的模拟次数",
        "模拟次数",
        _END,
        _RANKING,
        is_additive=False,
    ),
    Definition(
        "department_score",
        "部门调度得分",
        Unit.SCORE,
        "各组成指标折算成0至1后按权重相加（收缩估计）",
        "",
        _END,
        _RANKING,
        is_additive=False,
    ),
    Definition(
        "department_rank",
        "部门调度位次",
        Unit.RANK,
        "得分由高到低的位次；区间为数据允许的位次范围",
        "",
        _END,
        _RANKING,
        is_additive=False,
    ),
)

DUTIES = (*_WEEKLY, *_TASK_LIST, *_DISPATCH)
