"""Levers and their mixes: what each brings and costs, what reaches the goal, how sure.

A mix is chosen on some draws, checked on others and judged on a third set: on the draws that it was
chosen by, every mix looks better than it is.

Levers are drawn in common random numbers. Every quantity of every lever has a random stream of its own, so
that a lever that is added, left out or changed moves no other number, and a difference between two mixes is
never another draw's luck. All units of a lever share its draws: a bad price is bad for every base at once.

    income(s) = record(s) + additional(s) / persons(s) · Σ units · running(s) · net(s)
    net, paid work = take-up · jobs · months · wage · (1 - displaced)
    net, land      = take-up · farmers' share · mu · (yield · price - inputs - forgone)
    running        = share of the year after the delay
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.months import Month
from hanbin_lib.simulate.chance_constrained import Limits, cheapest_units, fullest_units
from hanbin_lib.simulate.engine import SimulationSettings, summarise
from hanbin_lib.simulate.plans import Lever, TargetPlan, WorkLever
from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.statistics import stream

Units = Sequence[float] | np.ndarray
# Futures without levers: number of draws and seed -> yuan per head of the goal's year.
Baseline = Callable[[int, int], np.ndarray]
# A quantity held at one quantile, by (lever or "", field); for the tornado.
Pinned = Mapping[tuple[str, str], float]
RECORD = ("", "record")  # the forecast without levers, as a quantity that can be held
_SOLVING_DRAWS = 250
_ROUNDS = 6
_HALVINGS = 6
_FRONTIER_STEPS = 6


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


@dataclass(frozen=True, eq=False)
class Mix:
    """A mix of levers and what it comes to, on draws that it was not chosen by.

    Attributes
    ----------
    units
        Of each lever, in the plan's order.
    probability, standard_error
        Of reaching the goal, and its Monte Carlo standard error.
    income_yuan
        Median, lower and upper yuan per head of the goal's year.
    cost_yuan
        Mean, lower and upper yuan of public money up to the end of that year.
    within_budget
        Share of the draws whose cost is within the plan's budget.
    """

    units: tuple[int, ...]
    probability: float
    standard_error: float
    income_yuan: tuple[float, float, float]
    cost_yuan: tuple[float, float, float]
    within_budget: float


@dataclass(frozen=True, eq=False)
class Futures:
    """Three sets of draws of one plan, independent of each other."""

    solving: Drawn
    checking: Drawn
    reporting: Drawn

    @property
    def plan(self) -> TargetPlan:
        """The plan they are of."""
        return self.reporting.plan


def draw_futures(plan: TargetPlan, goal_yuan: float, baseline: Baseline, persons: Quantity) -> Futures:
    """Draw the three sets; see `draw_plan`."""
    common = (plan, goal_yuan, baseline, persons)
    return Futures(
        draw_plan(*common, part="solve", draws=min(_SOLVING_DRAWS, plan.draws)),
        draw_plan(*common, part="check"),
        draw_plan(*common, part="report"),
    )


def judge(drawn: Drawn, units: Units) -> Mix:
    """What `units` of each lever come to on these draws."""
    income, spent = drawn.income(units), drawn.spent(units)
    chance = drawn.probability(units)
    outside = (1 - drawn.plan.confidence) / 2
    low, middle, high = map(float, np.quantile(income, (outside, 0.5, 1 - outside)))
    least, largest = map(float, np.quantile(spent, (outside, 1 - outside)))
    return Mix(
        units=tuple(int(n) for n in units),
        probability=chance,
        standard_error=_standard_error(chance, len(income)),
        income_yuan=(middle, low, high),
        cost_yuan=(float(spent.mean()), least, largest),
        within_budget=float((spent <= drawn.plan.budget.yuan).mean()),
    )


def results(drawn: Drawn, mixes: Mapping[str, Units]) -> pd.DataFrame:
    """Mixes as the engine's table of results (`engine.COLUMNS`), one group ``mix=name`` each.

    Measures ``income_per_head_yuan``, ``cost_yuan`` and ``reached_share`` (of the goal).
    """
    plan = drawn.plan
    drawing = SimulationSettings(len(drawn.baseline), plan.seed, plan.confidence)
    rows = []
    for name, units in mixes.items():
        for measure, values in (
            ("income_per_head_yuan", drawn.income(units)),
            ("cost_yuan", drawn.spent(units)),
            ("reached_share", drawn.reached(units)),
        ):
            rows.append(summarise(measure, values[:, None], [plan.place], drawing, group=f"mix={name}"))
    return pd.concat(rows, ignore_index=True)


def none(plan: TargetPlan) -> tuple[int, ...]:
    """No lever at all."""
    return (0,) * len(plan.levers)


def as_planned(plan: TargetPlan) -> tuple[int, ...]:
    """The plan as it stands."""
    return tuple(lever.planned for lever in plan.levers)


def everything(drawn: Drawn) -> tuple[int, ...]:
    """Every lever that adds anything, as far as it goes in whole steps; with limits, what adds most."""
    steps, most = _steps(drawn.plan)
    found = fullest_units(drawn.gain.mean(axis=0) * steps, most, _limits(drawn.plan))
    return tuple(int(units) for units in found * steps)


def taken(plan: TargetPlan, units: Units) -> dict[str, float]:
    """What `units` of each lever take of each limit that the plan knows, on the average."""
    return {
        name: float(sum(lever.uses[name] * n for lever, n in zip(plan.levers, units, strict=True)))
        for name in plan.limits.known
    }


def cheapest(futures: Futures, probability: float) -> Mix | None:
    """The mix of least expected cost that reaches the goal with `probability`.

    Solved on few draws; where the check on many others does not bear it out, the demand is
    raised and it is solved again.

    Returns
    -------
    Mix or None
        None where no mix of the plan's levers is that sure.
    """
    demand, count = probability, len(futures.solving.baseline)
    for _ in range(_ROUNDS):
        solved = _solve(futures.solving, demand)
        units = everything(futures.solving) if solved is None else solved
        reached = futures.checking.probability(units)
        doubt = _standard_error(reached, len(futures.checking.baseline))
        if reached - doubt >= probability:
            return judge(futures.reporting, units)
        if solved is None:
            return None
        demand = min(demand + max(probability - reached + doubt, 1 / count), 1.0)
    return None


def frontier(futures: Futures) -> tuple[Mix, ...]:
    """Cheapest mixes from no lever to every lever, in even steps of probability: what being sure costs."""
    found = (_solve(futures.solving, demand) for demand in _demands(futures))
    chosen = [np.array(none(futures.plan)), *(units for units in found if units is not None)]
    return tuple(judge(futures.reporting, units) for units in chosen)


def surest_within_budget(futures: Futures) -> Mix:
    """The mix of highest probability whose expected cost is within the plan's budget.

    By halving the range of probabilities and asking for the cheapest mix of each.
    """
    solving, budget = futures.solving, futures.plan.budget.yuan
    cost, best, all_of_it = solving.cost.mean(axis=0), np.array(none(futures.plan)), everything(solving)
    if cost @ np.array(all_of_it) <= budget:
        best = np.array(all_of_it)
    low, high = solving.probability(best), solving.probability(all_of_it)
    for _ in range(_HALVINGS if high > low else 0):
        middle = (low + high) / 2
        units = _solve(solving, middle)
        if units is not None and cost @ units <= budget:
            low, best = middle, units
        else:
            high = middle
    return judge(futures.reporting, best)


def _demands(futures: Futures) -> list[float]:
    low, high = (futures.solving.probability(u) for u in (none(futures.plan), everything(futures.solving)))
    return [float(share) for share in np.linspace(low, high, _FRONTIER_STEPS + 1)[1:]]


def _solve(drawn: Drawn, probability: float) -> np.ndarray | None:
    """Cheapest units on these draws, in whole steps of each lever."""
    steps, most = _steps(drawn.plan)
    need = drawn.goal_yuan - drawn.baseline
    found = cheapest_units(
        drawn.gain * steps, need, drawn.cost.mean(axis=0) * steps, most, probability, _limits(drawn.plan)
    )
    return None if found is None else found * steps


def _steps(plan: TargetPlan) -> tuple[np.ndarray, np.ndarray]:
    """Units of a step of each lever, and the most steps."""
    steps = np.array([lever.step for lever in plan.levers])
    return steps, (np.array([lever.most for lever in plan.levers]) // steps).astype(float)


def _limits(plan: TargetPlan) -> Limits | None:
    """What a step of each lever takes of each known limit, and how much there is."""
    known = plan.limits.known
    if not known:
        return None
    uses = np.array([[lever.uses[name] * lever.step for lever in plan.levers] for name in known])
    return uses, np.array([amount.amount for amount in known.values()])


def _standard_error(chance: float, draws: int) -> float:
    return float(np.sqrt(chance * (1 - chance) / draws))
