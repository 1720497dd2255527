"""Drawing by tickets: an order that anyone can make again with SHA-256 and a sorted list.

The ticket of a code is the SHA-256 (hexadecimal) of ``hanbin-draw-1|seed|stage|…|code`` in
UTF-8, where the names of the stage are joined by ``|``; codes are taken by their tickets,
smallest first. Neither the order of the list nor the version of any library matters, and a
code that is added or taken away moves no other. Such permanent random numbers are an old
device of official statistics (Ohlsson 1995, "Coordination of samples using permanent random
numbers"); hashes of a public seed choose the ballots of risk-limiting audits (Rivest 2018,
"Consistent sampling with replacement").

By tickets too a group goes to each town, in a month and each of its weeks: never twice running to the same.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from hanbin_lib.errors import HanbinError, refused_params
from hanbin_lib.months import Month

RECIPE = "hanbin-draw-1"
_SEED = re.compile(r"[^|\s]{1,64}")
_TICKET_DIGITS = 6  # 24 bits: sums of tickets, weighted as below, stay whole numbers in a float
_TICKETS = 16**_TICKET_DIGITS


def checked_seed(seed: str) -> str:
    """Return the seed; raise ``HB-SMP-001`` where it is empty, too long or holds a blank or a bar."""
    if not _SEED.fullmatch(seed):
        raise refused_params(
            "HB-SMP-001",
            "抽样种子应为1至64个字符，不含空格和竖线",
            "用抽样前公开产生的一串数字或文字，例如当日开奖号码",
        )
    return seed


def ticket(seed: str, *names: str) -> str:
    """Ticket of one code at one stage, 64 hexadecimal digits.

    Parameters
    ----------
    names
        The stage, the code last: ``"2022-10", "村", "100001002201"``.
    """
    return hashlib.sha256("|".join((RECIPE, seed, *names)).encode()).hexdigest()


def in_draw_order(codes: Iterable[str], seed: str, *stage: str) -> list[str]:
    """All codes in the order in which they are drawn; repeated ones count once."""
    return sorted(set(codes), key=lambda code: (ticket(seed, *stage, code), code))


def assign_groups(
    towns: Sequence[str],
    groups: Sequence[str],
    last: Mapping[str, str],
    *,
    seed: str,
    stage: tuple[str, ...],
    load: Mapping[str, int] | None = None,
) -> dict[str, str]:
    """Group of each town.

    Every group gets the same number of towns or one more. Among all such plans that send no
    group where it was last time, those come first in which the groups with the least `load`
    have one more; of these the one with the smallest sum of tickets of its pairs (town, group)
    is taken, so that no pair is preferred.

    Parameters
    ----------
    towns, groups
        Codes of the towns, names of the groups.
    last
        Town code -> group of the round before.
    load
        Group -> towns it had in the rounds on record.

    Raises
    ------
    HanbinError
        ``HB-SMP-003`` where no such plan exists.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  # half a second to import

    seats = [group for group in groups for _ in range(-(-len(towns) // len(groups)))]
    tickets = [[_ticket(seed, *stage, town, group) for group in seats] for town in towns]
    forbidden = np.array([[last.get(town) == group for group in seats] for town in towns])
    idle = _idle(seats, len(seats) - len(towns), load or {}) * float(len(towns) * _TICKETS)
    worse_than_any = float(idle[np.isfinite(idle)].sum()) + len(towns) * _TICKETS
    cost = np.where(forbidden, worse_than_any, np.array(tickets, dtype=float))
    rows, columns = linear_sum_assignment(np.vstack([cost, idle]))
    plan = {towns[row]: seats[column] for row, column in zip(rows, columns, strict=True) if row < len(towns)}
    clashes = [town for town in towns if last.get(town) == plan[town]]
    if clashes:
        raise _impossible(len(groups), len(clashes))
    return plan


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
    return pd.DataFrame(rows, columns=["week", "town_code", "group_name"])


def _idle(seats: Sequence[str], count: int, load: Mapping[str, int]) -> np.ndarray:
    """Rank of leaving a seat empty: only the last of a group, rather of one that had more towns."""
    most = max((load.get(group, 0) for group in seats), default=0)
    is_last = [group not in seats[place + 1 :] for place, group in enumerate(seats)]
    rank = [float(most - load.get(group, 0)) for group in seats]
    return np.tile(np.where(is_last, rank, np.inf), (count, 1))


def _ticket(seed: str, *names: str) -> int:
    return int(ticket(seed, *names)[:_TICKET_DIGITS], 16)


def loads(rounds: Sequence[Mapping[str, str]]) -> Counter[str]:
    """Towns of each group over all rounds."""
    return Counter(group for plan in rounds for group in plan.values())


def _impossible(groups: int, clashes: int) -> HanbinError:
    return refused_params(
        "HB-SMP-003",
        f"{groups}个组不能既分工均衡、又不连续两次到同一个镇（街道）：至少{clashes}个镇避不开",
        "在 params/sampling.yaml 增加组数",
    )
