"""How an indicator of several areas becomes that of the area they make up.

Counts add up; a ratio is the sum of its parts over the sum of its bases; a share estimated
from a sample is weighted by what it stands for; what depends on the order of persons
(medians, quantiles) needs the persons; a rank or a score belongs to one county only.
"""

from enum import StrEnum

from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.indicators.definitions.model import Unit


class Pooling(StrEnum):
    """The way from the children's rows to the parent's."""

    SUM = "合计"
    RATIO = "分子合计除以分母合计"
    WEIGHTED = "按所代表的总体加权"
    BOUNDS = "上下限各自合计"
    CHANGE = "按所代表的总体加权，区间按方差合成"
    PERSONS = "须用户和人的数据"
    NONE = "不合并"


_WEIGHTED = (
    "phone_problem_share",
    "phone_visited_share",
    "phone_satisfied_share",
    "inspection_problem_share",
    "inspection_pooled_share",
)
_EXCEPTIONS = {
    **dict.fromkeys(_WEIGHTED, Pooling.WEIGHTED),
    "phone_problem_change": Pooling.CHANGE,
    "phone_problem_bound_share": Pooling.BOUNDS,
    "net_income_per_head_yuan": Pooling.RATIO,
    "income_quantile_yuan": Pooling.PERSONS,
    "median_months_to_measure": Pooling.PERSONS,
    "rectification_median_days": Pooling.PERSONS,
    "town_back_share": Pooling.NONE,
    "town_front_share": Pooling.NONE,
}
_BY_UNIT = {
    Unit.SHARE: Pooling.RATIO,
    Unit.SCORE: Pooling.NONE,
    Unit.RANK: Pooling.NONE,
    Unit.WEEKS: Pooling.NONE,
}
# What a sample of each kind was drawn from: the indicator that counts it.
_HOUSEHOLDS, _VILLAGES, _PROJECTS = "registered_households", "collective_income_villages", "projects"
_FRAMES = {"unit=村": _VILLAGES, "unit=项目": _PROJECTS}


def pooling_of(indicator: str) -> Pooling:
    """The rule of an indicator; counts in any unit add up over areas that do not overlap."""
    return _EXCEPTIONS.get(indicator) or _BY_UNIT.get(DEFINITIONS[indicator].unit, Pooling.SUM)


def frame_of(group: str) -> str:
    """The indicator that counts the population which a sample's group stands for."""
    return _FRAMES.get(group, _HOUSEHOLDS)


FRAMES = (_HOUSEHOLDS, _VILLAGES, _PROJECTS)
