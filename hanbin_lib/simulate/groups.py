"""Which group goes where: never twice running to the same town, and the same work for all."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.simulate.permanent_random_numbers import ticket

_TICKET_DIGITS = 6  # 24 bits: sums of tickets, weighted as below, stay whole numbers in a float
_TICKETS = 16**_TICKET_DIGITS


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
    return HanbinError(
        "HB-SMP-003",
        f"{groups}个组不能既分工均衡、又不连续两次到同一个镇（街道）：至少{clashes}个镇避不开",
        action="在 params/sampling.yaml 增加组数",
        exit_code=ExitCode.PARAMS_INVALID,
    )
