"""Mixes of levers: what reaches the goal, how sure, at what cost.

A mix is chosen on some draws, checked on others and judged on a third set: on the draws that it was
chosen by, every mix looks better than it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.simulate.chance_constrained import Limits, cheapest_units, fullest_units
from hanbin_lib.simulate.engine import SimulationSettings, summarise
from hanbin_lib.simulate.levers import Baseline, Drawn, Units, draw_plan
from hanbin_lib.simulate.plans import TargetPlan
from hanbin_lib.simulate.quantities import Quantity

_SOLVING_DRAWS = 250
_ROUNDS = 6
_HALVINGS = 6
_FRONTIER_STEPS = 6


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
    """Draw the three sets; see `levers.draw_plan`."""
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
    """Every lever as far as it goes in whole steps; with limits, the mix within them that adds most."""
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
    return steps, np.array([lever.most for lever in plan.levers]) // steps * 1.0


def _limits(plan: TargetPlan) -> Limits | None:
    """What a step of each lever takes of each known limit, and how much there is."""
    known = plan.limits.known
    if not known:
        return None
    uses = np.array([[lever.uses[name] * lever.step for lever in plan.levers] for name in known])
    return uses, np.array([amount.amount for amount in known.values()])


def _standard_error(chance: float, draws: int) -> float:
    return float(np.sqrt(chance * (1 - chance) / draws))
