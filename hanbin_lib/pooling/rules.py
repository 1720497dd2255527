"""How an indicator of several areas becomes that of the area they make up.

Counts add up; a ratio is the sum of its parts over the sum of its bases; a share estimated
from a sample is weighted by what it stands for; what depends on the order of persons
(medians, quantiles) needs the persons; a rank or a score belongs to one county only.
"""

from hanbin_lib.indicators import DEFINITIONS, Pooling

# What a sample of each kind was drawn from: the indicator that counts it.
_HOUSEHOLDS, _VILLAGES, _PROJECTS = "registered_households", "collective_income_villages", "projects"
_FRAMES = {"unit=村": _VILLAGES, "unit=项目": _PROJECTS}


def pooling_of(indicator: str) -> Pooling:
    """The rule of an indicator, as its definition says it."""
    return DEFINITIONS[indicator].pooled


def frame_of(group: str) -> str:
    """The indicator that counts the population which a sample's group stands for."""
    return _FRAMES.get(group, _HOUSEHOLDS)


FRAMES = (_HOUSEHOLDS, _VILLAGES, _PROJECTS)
