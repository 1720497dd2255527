"""Whose on-time rates (按期率) are so low that page one tells them, by a rule of the house."""

from dataclasses import dataclass

from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.display import Shown
from hanbin_lib.indicators import ALL, DEFINITIONS

RATES = ("timely_measure_share", "rectification_on_time_share")
_DEPARTMENT = "department"


@dataclass(frozen=True)
class Slow:
    """A town or department below the floor.

    Parameters
    ----------
    unit
        Its name.
    value
        The rate, 0 to 1.
    cases
        In print: done in time over due.
    """

    unit: str
    value: float
    cases: Shown


def rate_name(indicator: str) -> str:
    """``帮扶措施按期落实率``."""
    return DEFINITIONS[indicator].name


def slow_units(bulletin: Bulletin, indicator: str) -> list[Slow]:
    """Units with enough cases and a rate below the floor, lowest first; of a town's bulletin the town alone.

    Every case that was due is counted: a rate is what happened, no estimate.
    """
    figures, own = bulletin.figures, bulletin.place
    units = [(bulletin.place_name, own, ALL)]
    if bulletin.is_county:
        departments = figures.groups(indicator, _DEPARTMENT).index
        units = [(bulletin.name(code), code, ALL) for code in bulletin.towns]
        units += [(str(unit), own, f"{_DEPARTMENT}={unit}") for unit in departments]
    found = (_slow(bulletin, indicator, *one) for one in units)
    return sorted((one for one in found if one is not None), key=lambda one: (one.value, one.unit))


def _slow(bulletin: Bulletin, indicator: str, name: str, place: str, group: str) -> Slow | None:
    figures, rules = bulletin.figures, bulletin.settings.rules
    value = figures.value(indicator, place=place, group=group)
    due = figures.number(indicator, "denominator", place=place, group=group) or 0.0
    if value is None or due < rules.on_time_least_cases or value >= rules.on_time_floor_share:
        return None
    return Slow(name, value, figures.cases(indicator, place=place, group=group))
