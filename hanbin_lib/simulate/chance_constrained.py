"""The cheapest whole numbers that reach a goal in enough of the drawn futures (HiGHS).

    min  c·n    s.t.  g(s)·n ≥ h(s) in at least S - k of the S futures,   0 ≤ n ≤ most, n whole

A chance constraint by sample average approximation (Luedtke and Ahmed 2008): a binary z(s) lets a
future go, and at most k may. With one large constant instead of z's true weight the relaxation says
nothing; here each weight is the least that is valid. For any future t, m(s, t) is the least of
g(s)·n over all n that satisfy t. At most k futures are let go, so among the k + 1 largest m(s, t)
one t is satisfied, and g(s)·n is at least the smallest of these (Song, Luedtke and Küçükyavuz
2014). The same argument bounds the cost from below.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # its parts are imported when they are used: they take half a second

from hanbin_lib.errors import refused_params

_SLACK = 1e-9
_OPTIMAL, _INFEASIBLE = 0, 2
Limits = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class _Futures:
    """Futures whose constraint is neither always met nor never, and how many may be let go."""

    gain: np.ndarray
    need: np.ndarray
    may_go: int


def cheapest_units(
    gain: np.ndarray,
    need: np.ndarray,
    cost: np.ndarray,
    most: np.ndarray,
    probability: float,
    limits: Limits | None = None,
) -> np.ndarray | None:
    """Solve the program.

    Parameters
    ----------
    gain
        Shape (futures, levers): what one unit adds; may be negative.
    need
        Shape (futures,): what must be added.
    cost
        Shape (levers,): of one unit, not negative.
    most
        Shape (levers,): the most units.
    probability
        Share of the futures in which the need must be met.
    limits
        What a unit of each lever takes of each limit, shape (limits, levers), and how much there is.

    Returns
    -------
    numpy.ndarray or None
        Whole units, shape (levers,); None where even all levers do not reach it.

    Raises
    ------
    HanbinError
        ``HB-SIM-031`` where the solver gives neither a solution nor a proof that there is none.
    """
    futures = _undecided(gain, need, most, probability)
    if futures is None:
        return None
    if len(futures.need) <= futures.may_go:
        return np.zeros(len(most), dtype=int)
    return _solved(futures, cost, most, limits)


def fullest_units(gain: np.ndarray, most: np.ndarray, limits: Limits | None) -> np.ndarray:
    """Whole units that add most on the average, shape (levers,), within the limits; none of what takes away.

    Parameters
    ----------
    gain
        Shape (levers,): what one unit adds on the average.
    """
    most = np.where(gain > 0, most, 0)
    if limits is None:
        return np.asarray(most.astype(int))
    found = scipy.optimize.milp(
        -gain,
        integrality=np.ones(len(most)),
        bounds=scipy.optimize.Bounds(0, most),
        constraints=[scipy.optimize.LinearConstraint(limits[0], -np.inf, limits[1])],
    )
    return np.rint(found.x).astype(int)


def least_to_cover(cost: np.ndarray, gain: np.ndarray, need: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Least of ``cost·n`` over ``gain(t)·n ≥ need(t)``, ``0 ≤ n ≤ most``, n not whole, for each t.

    A linear program with one constraint: start at its cheapest point, then move the variables
    in the order of what a unit of the constraint costs. Any signs. Infinite where not feasible.
    """
    start = np.where(cost < 0, most, 0.0)
    lacking = np.maximum(need - gain @ start, 0)
    # At the start, a variable helps when it can move: up where it pays, down where it harms.
    movable = ((gain > 0) & (cost >= 0)) | ((gain < 0) & (cost < 0))
    price = np.divide(cost, gain, out=np.full_like(gain, np.inf), where=movable)
    room = np.where(movable, np.abs(gain) * most, 0.0)
    order = np.argsort(price, axis=1, kind="stable")
    price, room = (np.take_along_axis(part, order, axis=1) for part in (price, room))
    filled = np.cumsum(room, axis=1)
    used = np.clip(lacking[:, None] - (filled - room), 0, room)
    paid = cost @ start + (used * np.where(used > 0, price, 0)).sum(axis=1)  # never 0 times infinity
    return np.where(filled[:, -1] < lacking - _SLACK * np.maximum(1, np.abs(need)), np.inf, paid)


def _undecided(gain: np.ndarray, need: np.ndarray, most: np.ndarray, probability: float) -> _Futures | None:
    """Leave out what no mix can change; None where too many futures are out of reach."""
    out_of_reach = np.maximum(gain, 0) @ most < need
    sure = np.minimum(gain, 0) @ most >= need
    may_go = int(np.floor((1 - probability) * len(need) + _SLACK)) - int(out_of_reach.sum())
    open_ones = ~out_of_reach & ~sure
    return None if may_go < 0 else _Futures(gain[open_ones], need[open_ones], may_go)


def _solved(
    futures: _Futures, cost: np.ndarray, most: np.ndarray, limits: Limits | None
) -> np.ndarray | None:
    gain, need, may_go = futures.gain, futures.need, futures.may_go
    floor = np.array([_bound(row, futures, most) for row in gain])
    implied = floor >= need - _SLACK
    weight = np.where(implied, 0.0, need - floor)
    unit = max(float(cost.max()), 1.0)  # scaled: solvers like numbers near one
    levers, count = len(most), len(need)
    objective = np.concatenate([cost / unit, np.zeros(count)])
    let_go = np.concatenate([np.zeros(levers), np.ones(count)])
    found = scipy.optimize.milp(
        objective,
        integrality=np.ones(levers + count),
        bounds=scipy.optimize.Bounds(0, np.concatenate([most, np.where(implied, 0.0, 1.0)])),
        constraints=[
            scipy.optimize.LinearConstraint(
                scipy.sparse.hstack([scipy.sparse.csr_array(gain), scipy.sparse.diags_array(weight)]),
                need,
                np.inf,
            ),
            scipy.optimize.LinearConstraint(let_go[None], -np.inf, may_go),
            *_kept(limits, count),
            scipy.optimize.LinearConstraint(
                objective[None], _bound(cost, futures, most) / unit - _SLACK, np.inf
            ),
        ],
        options={"mip_rel_gap": 1e-6},
    )
    if found.status == _INFEASIBLE:
        return None
    if found.status != _OPTIMAL:
        raise refused_params(
            "HB-SIM-031", f"求解没有得出结果：{found.message}", "减少举措的项数，或加大 step 后重试"
        )
    return np.rint(found.x[:levers]).astype(int)


def _kept(limits: Limits | None, futures: int) -> list[Any]:
    if limits is None:
        return []
    uses = np.concatenate([limits[0], np.zeros((len(limits[0]), futures))], axis=1)
    return [scipy.optimize.LinearConstraint(uses, -np.inf, limits[1])]


def _bound(direction: np.ndarray, futures: _Futures, most: np.ndarray) -> float:
    """What ``direction·n`` is at least, whichever futures are let go."""
    least = least_to_cover(direction, futures.gain, futures.need, most)
    place = len(least) - futures.may_go - 1
    return float(np.partition(least, place)[place])
