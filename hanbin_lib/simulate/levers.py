"""Drawing what levers bring and cost: income per head with and without them, in common random numbers.

Every quantity of every lever has a random stream of its own, so that a lever that is added, left
out or changed moves no other number, and a difference between two mixes is never another draw's
luck. All units of a lever share its draws: a bad price is bad for every base at once.

    income(s) = record(s) + additional(s) / persons(s) · Σ units · running(s) · net(s)
    net, paid work = take-up · jobs · months · wage · (1 - displaced)
    net, land      = take-up · farmers' share · mu · (yield · price - inputs - forgone)
    running        = share of the year after the delay
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hanbin_lib.months import Month
from hanbin_lib.simulate.plans import Lever, TargetPlan, WorkLever
from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.statistics import stream

Units = Sequence[float] | np.ndarray
# Futures without levers: number of draws and seed -> yuan per head of the goal's year.
Baseline = Callable[[int, int], np.ndarray]
# A quantity held at one quantile, by (lever or "", field); for the tornado.
Pinned = Mapping[tuple[str, str], float]
RECORD = ("", "record")  # the forecast without levers, as a quantity that can be held


@dataclass(frozen=True, eq=False)
class Drawn:
    """Draws of a plan: everything that any mix of its levers needs.

    Attributes
    ----------
    plan
        The plan.
    goal_yuan
        Yuan per head to be reached.
    baseline
        Yuan per head without levers, shape (draws,).
    gain
        Yuan per head that one unit of each lever adds in the goal's year, shape (draws, levers).
    cost
        Yuan of public money for one unit up to the end of the goal's year, shape (draws, levers).
    """

    plan: TargetPlan
    goal_yuan: float
    baseline: np.ndarray
    gain: np.ndarray
    cost: np.ndarray

    def income(self, units: Units) -> np.ndarray:
        """Yuan per head with `units` of each lever, one value a draw."""
        return self.baseline + self.gain @ np.asarray(units, dtype=float)

    def spent(self, units: Units) -> np.ndarray:
        """Yuan of public money for `units` of each lever, one value a draw."""
        return self.cost @ np.asarray(units, dtype=float)

    def reached(self, units: Units) -> np.ndarray:
        """Whether the goal is reached with `units` of each lever, one value a draw."""
        return self.income(units) >= self.goal_yuan

    def probability(self, units: Units) -> float:
        """Share of the draws in which the goal is reached."""
        return float(self.reached(units).mean())


def draw_plan(
    plan: TargetPlan,
    goal_yuan: float,
    baseline: Baseline,
    persons: Quantity,
    *,
    part: str = "report",
    draws: int | None = None,
    pinned: Pinned | None = None,
) -> Drawn:
    """Draw the plan's futures.

    Parameters
    ----------
    baseline
        What the record alone says of the goal's year.
    persons
        Persons of the place.
    part
        Name of the set of draws: solving, checking and reporting each have their own.
    draws
        Other than the plan's number of draws.
    pinned
        Quantities that are held at one quantile, the others drawn as they are.
    """
    count = draws or plan.draws

    def drawn(lever: str, field: str, quantity: Quantity) -> np.ndarray:
        if pinned and (lever, field) in pinned:
            return np.full(count, quantity.quantile(pinned[lever, field]))
        if quantity.is_fixed:
            return np.full(count, quantity.low)
        return quantity.quantile(stream(plan.seed, plan.name, part, lever, field).random(count))

    seed = int(stream(plan.seed, plan.name, part, "record").integers(2**32))
    without = baseline(count, seed)
    if pinned and RECORD in pinned:
        without = np.full(count, np.quantile(without, pinned[RECORD]))
    per_head = drawn("", "additional", plan.additional) / drawn("", "persons", persons)
    parts = [
        _one_lever(lever, plan, {f: drawn(lever.name, f, q) for f, q in lever.quantities.items()})
        for lever in plan.levers
    ]
    gain = np.stack([net for net, _ in parts], axis=1) * per_head[:, None]
    return Drawn(plan, goal_yuan, without, gain, np.stack([cost for _, cost in parts], axis=1))


def _one_lever(lever: Lever, plan: TargetPlan, of: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Net income of one unit in the goal's year, and its cost up to the end of that year, yuan."""
    begun = Month.parse(plan.start)
    months = (plan.year - begun.year + 1) * 12 - (begun.number - 1)
    years = np.maximum(months - of["delay_months"], 0) / 12
    if isinstance(lever, WorkLever):
        net = of["jobs"] * of["months"] * of["wage_month_yuan"] * (1 - of["displaced"])
    else:
        a_mu = of["yield_kg"] * of["price_yuan_kg"] - of["inputs_yuan"] - of["forgone_yuan"]
        net = of["mu"] * a_mu * of["farmers_share"]
    net = net * of["take_up"] * np.minimum(years, 1)
    return net, of["cost_once_yuan"] + of["cost_year_yuan"] * years
