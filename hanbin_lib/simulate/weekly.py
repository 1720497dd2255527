"""The weekly rounds: which group goes to which towns in each week of a month."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from hanbin_lib.months import Month
from hanbin_lib.simulate.groups import assign_groups, loads
from hanbin_lib.simulate.permanent_random_numbers import checked_seed

COLUMNS = ("week", "town_code", "group_name")


def weeks_of(month: Month) -> list[str]:
    """ISO weeks whose Friday lies in the month: ``2022-W39``."""
    first = date(month.year, month.number, 1)
    friday = first + timedelta(days=(4 - first.weekday()) % 7)
    days = [friday + timedelta(weeks=number) for number in range(5)]
    return [f"{day:%G-W%V}" for day in days if day.month == month.number]


def draw_weeks(
    towns: Sequence[str], groups: Sequence[str], last: Mapping[str, str], *, month: Month, seed: str
) -> pd.DataFrame:
    """Group of each town in each week: never the same two weeks running, the work balanced.

    Parameters
    ----------
    last
        Town code -> group of the last week before the month.

    Returns
    -------
    DataFrame
        ``week, town_code, group_name``, one row a week and town.

    Raises
    ------
    HanbinError
        ``HB-SMP-001`` the seed; ``HB-SMP-003`` where no such plan exists.
    """
    checked_seed(seed)
    plans: list[Mapping[str, str]] = []
    for week in weeks_of(month):
        before = plans[-1] if plans else last
        stage = (str(month), "周", week)
        plans.append(assign_groups(towns, groups, before, seed=seed, stage=stage, load=loads(plans)))
    rows = [
        (week, town, plan[town]) for week, plan in zip(weeks_of(month), plans, strict=True) for town in towns
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
