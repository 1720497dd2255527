"""Whose on-time rates (按期率) are so low that page one tells them, by a rule of the house."""

from collections.abc import Iterator
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
    found = [one for one in _units(bulletin, indicator) if one is not None]
    return sorted(found, key=lambda one: (one.value, one.unit))


def _units(bulletin: Bulletin, indicator: str) -> Iterator[Slow | None]:
    if not bulletin.is_county:
        yield _slow(bulletin, indicator, bulletin.place, ALL, bulletin.place_name)
        return
    towns = bulletin.scope.register.towns
    for code, name in zip(towns["place_code"], towns["place_name"], strict=True):
        yield _slow(bulletin, indicator, str(code), ALL, str(name))
    for unit in bulletin.figures.groups(indicator, _DEPARTMENT).index:
        yield _slow(bulletin, indicator, bulletin.place, f"{_DEPARTMENT}={unit}", str(unit))


def _slow(bulletin: Bulletin, indicator: str, place: str, group: str, name: str) -> Slow | None:
    figures, rules = bulletin.figures, bulletin.settings.rules
    value = figures.value(indicator, place=place, group=group)
    due = figures.number(indicator, "denominator", place=place, group=group) or 0.0
    if value is None or due < rules.on_time_least_cases or value >= rules.on_time_floor_share:
        return None
    return Slow(name, value, figures.cases(indicator, place=place, group=group))
