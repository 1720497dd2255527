"""Rates of the risk flow, estimated from the register: who enters, who leaves, who falls back.

Leaving: a discrete hazard a month with effects of time since identification, category, cause, town
and calendar month. Entering: a Poisson rate a month and town, per household of the town where
the table of villages came in. Both are `additive` models: levels with few households lie near the
others, calendar months are a random walk. Relapse: gamma distributed, from an explicit prior and from
what registers laid side by side show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from hanbin_lib.parameter_files import Params, read_params
from hanbin_lib.simulate.additive import Effects, Factor, fit
from hanbin_lib.simulate.engine import Plan
from hanbin_lib.simulate.episodes import Episodes, household_months
from hanbin_lib.workspace import Workspace


class RelapsePrior(Params):
    """A prior for the monthly chance to fall back: as if so many were seen in so many household-months."""

    events: Annotated[float, Field(gt=0, le=1e6)]
    household_months: Annotated[float, Field(gt=0, le=1e9)]


class AlarmRules(Params):
    """When the new entries of a month are an alarm (a house rule)."""

    history_months: Annotated[int, Field(ge=3, le=60)]
    false_alarm_share: Annotated[float, Field(gt=0, lt=0.5)]
    least_households: Annotated[int, Field(ge=1, le=10_000)]


class RiskFlowRules(Params):
    """Horizon, record and house rules of the risk flow (``params/risk_flow.yaml``)."""

    horizon_months: Annotated[int, Field(ge=1, le=36)]
    history_months: Annotated[int, Field(ge=6, le=120)]
    draws: Annotated[int, Field(ge=100, le=1_000_000)]
    backtest_draws: Annotated[int, Field(ge=100, le=1_000_000)]
    seed: Annotated[int, Field(ge=0)]
    confidence: Annotated[float, Field(ge=0.5, lt=1)]
    relapse: RelapsePrior
    alarm: AlarmRules

    @classmethod
    def load(cls, workspace: Workspace) -> "RiskFlowRules":
        """Read the rules; raise ``HB-PAR-002`` naming all faults at once."""
        return read_params(workspace.params / "risk_flow.yaml", cls)

    def plan(self, draws: int | None = None) -> Plan:
        """How the flow is drawn, with other draws where they are given."""
        return Plan(draws or self.draws, self.seed, self.confidence)


@dataclass(frozen=True)
class Labels:
    """Levels of the factors, in order."""

    towns: tuple[str, ...]
    categories: tuple[str, ...]
    causes: tuple[str, ...]
    ages: tuple[int, ...]

    @property
    def age_labels(self) -> tuple[str, ...]:
        """``0—5``, …, ``24及以上`` months since identification."""
        ends = [f"{a}—{b - 1}" for a, b in pairwise(self.ages)]
        return (*ends, f"{self.ages[-1]}及以上")

    def band(self, age: np.ndarray) -> np.ndarray:
        """Number of the age band of each age in months."""
        return np.searchsorted(np.array(self.ages), age, side="right") - 1


@dataclass(frozen=True, eq=False)
class RiskModel:
    """All rates, with their uncertainty.

    Parameters
    ----------
    labels
        Towns, categories, causes and age bands.
    leaving, entering
        Posterior effects.
    households
        Households of each town, the base of the entries (1 where not known).
    mix
        Share of each category x cause among those who entered on record.
    bound_share
        Share without any labour among them.
    relapse
        Shape and rate (household-months) of the gamma posterior of the monthly chance.
    seen
        Relapses seen, and household-months in which they could be seen.
    """

    labels: Labels
    leaving: Effects
    entering: Effects
    households: np.ndarray
    mix: np.ndarray
    bound_share: float
    relapse: tuple[float, float]
    seen: tuple[int, int]


def age_bands(least_months: int) -> tuple[int, ...]:
    """First months of the bands: before the least time to elimination, then ever longer ones."""
    later = tuple(least_months + step for step in (0, 3, 6, 12, 18))
    return later if least_months == 0 else (0, *later)


def estimate(
    spells: Episodes,
    rules: RiskFlowRules,
    *,
    towns: Sequence[str],
    least_months: int,
    households: Mapping[str, float] | None = None,
    seen: tuple[int, int] = (0, 0),
) -> RiskModel:
    """Estimate all rates from the spells of the last ``history_months``, or of all that are on record.

    Parameters
    ----------
    towns
        Codes of the counted towns.
    least_months
        Months before which an elimination is against the rule: an age band of its own.
    households
        Town code -> households.
    seen
        From `episodes.seen_relapses`.
    """
    rows = spells.table
    # Months before the register began hold no entries, which is no rate of zero.
    first = max(spells.month.ordinal - rules.history_months + 1, int(rows["identified"].min()))
    labels = Labels(
        tuple(towns),
        tuple(sorted(rows["category"].unique())),
        tuple(sorted(rows["cause"].unique())),
        age_bands(least_months),
    )
    entered = rows[rows["identified"] >= first]
    base = np.array([(households or {}).get(town, np.nan) for town in towns], dtype=float)
    base = np.ones(len(towns)) if not np.all(base > 0) else base
    return RiskModel(
        labels,
        _leaving(spells, labels, first),
        _entering(entered, labels, first, spells.month.ordinal, base),
        base,
        _mix(entered if len(entered) else rows, labels),
        float(entered["is_bound"].mean()) if len(entered) else 0.0,
        (rules.relapse.events + seen[0], rules.relapse.household_months + seen[1]),
        seen,
    )


def codes(values: pd.Series, labels: Sequence[str]) -> np.ndarray:
    """Numbers of the labels."""
    return np.asarray(pd.Index(labels).get_indexer(pd.Index(values)))


def _leaving(spells: Episodes, labels: Labels, first: int) -> Effects:
    months = household_months(spells, first)
    rows, row = spells.table, months["row"].to_numpy()
    by_row = (("category", labels.categories), ("cause", labels.causes))
    factors = [Factor("age", labels.band(months["age"].to_numpy()), len(labels.ages))]
    factors += [Factor(name, codes(rows[name], known)[row], len(known)) for name, known in by_row]
    factors.append(Factor("town", codes(rows["town_code"], labels.towns)[row], len(labels.towns)))
    last = spells.month.ordinal
    factors.append(Factor("month", months["month"].to_numpy() - first, last - first + 1, "walk"))
    return fit(months["is_event"].to_numpy(float), np.ones(len(months)), factors, family="binomial")


def _entering(entered: pd.DataFrame, labels: Labels, first: int, last: int, base: np.ndarray) -> Effects:
    count = last - first + 1
    counts = entry_counts(entered, labels.towns, first, count)
    town, month = (grid.ravel() for grid in np.indices(counts.shape))
    factors = [Factor("town", town, len(labels.towns)), Factor("month", month, count, "walk")]
    return fit(counts.ravel(), base[town], factors, family="poisson")


def entry_counts(rows: pd.DataFrame, towns: Sequence[str], first: int, count: int) -> np.ndarray:
    """Households identified by town and month (towns x `count` months from `first`)."""
    place, month = codes(rows["town_code"], towns), rows["identified"].to_numpy() - first
    inside = (place >= 0) & (month >= 0) & (month < count)
    cells = np.bincount(place[inside] * count + month[inside], minlength=len(towns) * count)
    return cells.reshape(len(towns), count).astype(float)


def _mix(rows: pd.DataFrame, labels: Labels) -> np.ndarray:
    cell = codes(rows["category"], labels.categories) * len(labels.causes) + codes(
        rows["cause"], labels.causes
    )
    counts = np.bincount(cell, minlength=len(labels.categories) * len(labels.causes))
    return np.asarray(counts / counts.sum()).reshape(len(labels.categories), len(labels.causes))
