"""A plan towards an income goal: put together from goal, record, place and levers, solved once and kept.

What matters most (the tornado): each uncertain quantity at its low and at its high, all others as drawn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hanbin_lib.errors import Unavailable
from hanbin_lib.forecasting import Forecast, GoalAssessment
from hanbin_lib.params import IncomeGoal
from hanbin_lib.simulate.mixes import (
    RECORD,
    Baseline,
    Futures,
    Mix,
    Pinned,
    Units,
    as_planned,
    cheapest,
    draw_futures,
    draw_plan,
    everything,
    frontier,
    judge,
    none,
    surest_within_budget,
)
from hanbin_lib.simulate.plans import TargetPlan, scaled
from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.store.tables import cached

LOW, HIGH = 0.1, 0.9
# Keys of the mixes; the cheapest that is sure with a probability has `sure_key`.
NO_LEVER, AS_PLANNED, WITHIN_BUDGET, EVERYTHING = "none", "planned", "within_budget", "everything"


def sure_key(probability: float) -> str:
    """Key of the cheapest mix that reaches the goal with that probability."""
    return f"sure={probability:g}"


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found for a plan.

    Attributes
    ----------
    mixes
        Mixes by key in the order of the table; None where there is no such mix.
    tornado
        See `tornado`, for the plan as it stands.
    """

    mixes: dict[str, Mix | None]
    tornado: pd.DataFrame


@dataclass(frozen=True, eq=False)
class TargetStudy:
    """One plan with everything that it needs.

    Parameters
    ----------
    plan, goal
        From ``params/plans/`` and ``params/goals.yaml``.
    record
        What the record says of the goal's year.
    persons
        Persons of the place.
    cache
        Folder of kept results.
    """

    plan: TargetPlan
    goal: IncomeGoal
    record: Forecast
    persons: Quantity
    cache: Path | None

    @property
    def name(self) -> str:
        """The plan's."""
        return self.plan.name

    @cached_property
    def futures(self) -> Futures:
        """Draws of the plan."""
        return draw_futures(self.plan, self.goal.value_yuan, self._without_levers, self.persons)

    @cached_property
    def findings(self) -> Findings:
        """Mixes and tornado; solved once and kept."""
        found = cached("plan", *self._inputs, folder=self.cache, compute=self._solve)
        drawn = self.futures.reporting
        mixes = {
            name: None if units is None else judge(drawn, units) for name, units in found["mixes"].items()
        }
        return Findings(mixes, pd.DataFrame(found["tornado"]))

    @cached_property
    def frontier(self) -> tuple[Mix, ...]:
        """Cheapest mixes from no lever to every lever; solved once and kept."""
        found = cached(
            "frontier",
            *self._inputs,
            folder=self.cache,
            compute=lambda: [mix.units for mix in frontier(self.futures)],
        )
        return tuple(judge(self.futures.reporting, units) for units in found)

    @property
    def _inputs(self) -> tuple[Any, ...]:
        return self.plan, self.goal, self.persons, self.record.record.values

    def tried(self, units: Sequence[int], factors: Mapping[str, Mapping[str, float]]) -> Mix:
        """Other units, and quantities multiplied by lever and field, on the reporting draws."""
        if not factors:
            return judge(self.futures.reporting, units)
        other = scaled(self.plan, factors)
        return judge(draw_plan(other, self.goal.value_yuan, self._without_levers, self.persons), units)

    def _without_levers(self, count: int, seed: int) -> np.ndarray:
        return np.asarray(self.record.paths(count, seed=seed)[self.goal.year])

    def _solve(self) -> dict[str, Any]:
        plan, futures = self.plan, self.futures
        sure = {sure_key(share): cheapest(futures, share) for share in plan.probabilities}
        mixes = {
            NO_LEVER: none(plan),
            AS_PLANNED: as_planned(plan),
            WITHIN_BUDGET: surest_within_budget(futures).units,
            **{name: mix.units if mix else None for name, mix in sure.items()},
            EVERYTHING: everything(futures.reporting),
        }
        goal = self.goal.value_yuan
        swings = tornado(plan, goal, self._without_levers, self.persons, as_planned(plan))
        return {"mixes": mixes, "tornado": swings.to_dict("list")}


def target_study(
    plan: TargetPlan,
    goals: Iterable[tuple[IncomeGoal, GoalAssessment | Unavailable]],
    villages: pd.DataFrame | None,
    cache: Path | None = None,
) -> TargetStudy | Unavailable:
    """The plan's study, or why there is none.

    Parameters
    ----------
    goals
        The goals with what the record says of each.
    villages
        村信息, for the persons of the place; None where it did not come in.
    """
    wanted = (plan.place, plan.indicator, plan.year)
    found = next((one for one in goals if (one[0].place, one[0].indicator, one[0].year) == wanted), None)
    if found is None:
        return Unavailable(plan.name, "目标（地区、指标、年份）不在 goals.yaml 里")
    goal, assessment = found
    if isinstance(assessment, Unavailable):
        return Unavailable(plan.name, assessment.reason)
    persons = plan.persons or _persons(plan.place, villages)
    if persons is None:
        return Unavailable(plan.name, "没有本地人口：没有收到村信息，计划里也没有填 persons")
    return TargetStudy(plan, goal, assessment.forecast, persons, cache)


def _persons(place: str, villages: pd.DataFrame | None) -> Quantity | None:
    """Persons of a village or of all villages of a town, from 村信息; None where not filled in."""
    if villages is None:
        return None
    own = villages[villages["village_code"].astype("str").str.startswith(place)]["persons"]
    total = float(own.sum()) if own.notna().any() else 0.0
    return Quantity(low=total, likely=total, high=total, source="村信息") if total else None


def tornado(
    plan: TargetPlan, goal_yuan: float, baseline: Baseline, persons: Quantity, units: Units
) -> pd.DataFrame:
    """Swing of the result as each quantity moves from its 10 % to its 90 % quantile.

    The same draws everywhere: a swing is the quantity's own, not another draw's luck.

    Returns
    -------
    pandas.DataFrame
        One row a quantity, widest swing first: ``lever`` (empty for the plan's own),
        ``field`` (``record`` is the forecast without levers), ``low, high`` (the two
        quantiles, missing for the record), ``income_low, income_high`` (median yuan per head of the
        goal's year), ``probability_low, probability_high`` (of reaching the goal).
    """
    rows = []
    for (lever, field), quantity in _uncertain(plan, persons, units):
        ends = {}
        for name, share in (("low", LOW), ("high", HIGH)):
            pinned: Pinned = {(lever, field): share}
            drawn = draw_plan(plan, goal_yuan, baseline, persons, pinned=pinned)
            ends[name] = float("nan") if quantity is None else float(quantity.quantile(share))
            ends[f"income_{name}"] = float(np.median(drawn.income(units)))
            ends[f"probability_{name}"] = drawn.probability(units)
        rows.append({"lever": lever, "field": field, **ends})
    table = pd.DataFrame(rows)
    swing = (table["income_high"] - table["income_low"]).abs()
    order = swing.sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _uncertain(
    plan: TargetPlan, persons: Quantity, units: Units
) -> Iterator[tuple[tuple[str, str], Quantity | None]]:
    """What is uncertain and bears on income; quantities of levers that are not used do not."""
    yield RECORD, None
    own = {("", "additional"): plan.additional, ("", "persons"): persons}
    used = {
        (lever.name, field): quantity
        for lever, count in zip(plan.levers, units, strict=True)
        for field, quantity in lever.quantities.items()
        if count and not field.startswith("cost_")
    }
    yield from ((key, quantity) for key, quantity in (own | used).items() if not quantity.is_fixed)
