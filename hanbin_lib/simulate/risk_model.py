"""Rates of the risk flow, estimated from the register: who enters, who leaves, who falls back.

Leaving: a discrete hazard a month with effects of time since identification, category, cause, town
and calendar month. Entering: a Poisson rate a month and town, per household of the town where the
table of villages came in, of what the register knows of that month by now. Both are `additive`
models: levels with few households lie near the others; consecutive months are a random walk with a
drift that fades, months of the year a walk that closes; a sweep is a month of its own. Relapse:
gamma distributed, from an explicit prior and from what registers laid side by side show.

A sweep (集中排查) finds in one month who would have come in many: a month of its own, that says
nothing of the months around it. The bureau may name them; else a month is taken for one whose entries
are far above what trend and season give, unless the same month is so every year, which is a season.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, read_params
from hanbin_lib.simulate.additive import Effects, Factor, fit
from hanbin_lib.simulate.engine import SimulationSettings
from hanbin_lib.simulate.episodes import Episodes, household_months
from hanbin_lib.state import MonthText
from hanbin_lib.workspace import Workspace

# How likely months are beforehand to keep to trend and season, in a record that can tell: as likely as not.
STILLNESS = 0.5
YEAR = 12
# A sweep is this many times what trend and season give, and so many standard deviations above.
_SWEEP_TIMES, _SWEEP_DEVIATIONS, _ROUNDS = 1.8, 4.0, 40
# Fewer entries or months with any, or more in one month, say nothing on the months to come.
_LEAST_YEARS = 3
LEAST_ENTRIES, LEAST_MONTHS, MOST_IN_ONE = 12, 6, 0.6


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
    """Horizon, record and house rules of the risk flow (``params/risk_flow.yaml``).

    `sweeps` names months of 集中排查, past or planned; those of the past are found where none is named.
    """

    horizon_months: Annotated[int, Field(ge=1, le=36)]
    history_months: Annotated[int, Field(ge=6, le=120)]
    draws: Annotated[int, Field(ge=100, le=1_000_000)]
    backtest_draws: Annotated[int, Field(ge=100, le=1_000_000)]
    seed: Annotated[int, Field(ge=0)]
    confidence: Annotated[float, Field(ge=0.5, lt=1)]
    sweeps: tuple[MonthText, ...] = ()
    relapse: RelapsePrior
    alarm: AlarmRules

    @classmethod
    def load(cls, workspace: Workspace) -> "RiskFlowRules":
        """Read the rules; raise ``HB-PAR-002`` naming all faults at once."""
        return read_params(workspace.params / "risk_flow.yaml", cls)

    def settings(self, draws: int | None = None) -> SimulationSettings:
        """How the flow is drawn, with other draws where they are given."""
        return SimulationSettings(draws or self.draws, self.seed, self.confidence)


@dataclass(frozen=True)
class Labels:
    """Levels of the factors, in order."""

    towns: tuple[str, ...]
    categories: tuple[str, ...]
    causes: tuple[str, ...]
    ages: tuple[int, ...]

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
    is_bounded
        Whether `households` are known, and nobody enters who does not exist.
    sweeps
        Months of sweeps on record, as levels of the factor ``sweep`` from 1 on, and planned ones
        (`Month.ordinal` both).
    missing
        Share of the entries of the last months that the register does not know yet, newest first.
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
    is_bounded: bool
    sweeps: tuple[tuple[int, ...], tuple[int, ...]]
    missing: np.ndarray
    mix: np.ndarray
    bound_share: float
    relapse: tuple[float, float]
    seen: tuple[int, int]


def age_bands(least_months: int) -> tuple[int, ...]:
    """First months of the bands: before the least time to elimination, then ever longer ones."""
    later = tuple(least_months + step for step in (0, 3, 6, 12, 18))
    return later if least_months == 0 else (0, *later)


def estimate(
    episodes: Episodes,
    rules: RiskFlowRules,
    *,
    towns: Sequence[str],
    least_months: int,
    households: Mapping[str, float] | None = None,
    seen: tuple[int, int] = (0, 0),
    reported: np.ndarray | None = None,
) -> RiskModel:
    """Estimate all rates from the episodes of the last ``history_months``, or of all that are on record.

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
    reported
        From `episodes.reported_shares`; everything is known at once by default.
    """
    rows = episodes.table
    # Months before the register began hold no entries, which is no rate of zero.
    first = max(episodes.month.ordinal - rules.history_months + 1, int(rows["identified"].min()))
    labels = Labels(
        tuple(towns),
        tuple(sorted(rows["category"].unique())),
        tuple(sorted(rows["cause"].unique())),
        age_bands(least_months),
    )
    entered = rows[rows["identified"] >= first]
    base = np.array([(households or {}).get(town, np.nan) for town in towns], dtype=float)
    is_bounded = bool(np.all(base > 0))
    base = base if is_bounded else np.ones(len(towns))
    reported = np.ones(1) if reported is None else reported
    counts = entry_counts(entered, labels.towns, first, episodes.month.ordinal - first + 1)
    named = [Month.parse(month).ordinal for month in rules.sweeps]
    past = sweeps_in(
        counts.sum(axis=0) / _known_by_now(counts.shape[1], reported), [m - first for m in named]
    )
    return RiskModel(
        labels,
        _leaving(episodes, labels, first),
        _entering(counts, first, past, base, reported),
        base,
        is_bounded,
        (tuple(first + number for number in past), tuple(m for m in named if m > episodes.month.ordinal)),
        1 - reported,
        _mix(entered if len(entered) else rows, labels),
        float(entered["is_bound"].mean()) if len(entered) else 0.0,
        (rules.relapse.events + seen[0], rules.relapse.household_months + seen[1]),
        seen,
    )


def codes(values: pd.Series, labels: Sequence[str]) -> np.ndarray:
    """Numbers of the labels."""
    return np.asarray(pd.Index(labels).get_indexer(pd.Index(values)))


def _leaving(episodes: Episodes, labels: Labels, first: int) -> Effects:
    months = household_months(episodes, first)
    rows, row = episodes.table, months["row"].to_numpy()
    by_row = (("category", labels.categories), ("cause", labels.causes))
    factors = [Factor("age", labels.band(months["age"].to_numpy()), len(labels.ages))]
    factors += [Factor(name, codes(rows[name], known)[row], len(known)) for name, known in by_row]
    factors.append(Factor("town", codes(rows["town_code"], labels.towns)[row], len(labels.towns)))
    last = episodes.month.ordinal
    factors += _over_time(months["month"].to_numpy() - first, first, last - first + 1)
    return fit(months["is_event"].to_numpy(float), np.ones(len(months)), factors, family="binomial")


def _entering(
    counts: np.ndarray, first: int, sweeps: tuple[int, ...], base: np.ndarray, reported: np.ndarray
) -> Effects:
    towns, months = counts.shape
    town, month = (grid.ravel() for grid in np.indices(counts.shape))
    factors = [Factor("town", town, towns), *_over_time(month, first, months)]
    if sweeps:
        own = np.zeros(months, dtype=int)
        own[list(sweeps)] = np.arange(1, len(sweeps) + 1)
        factors.append(Factor("sweep", own[month], len(sweeps) + 1))
    known = _known_by_now(months, reported)
    return fit(counts.ravel(), base[town] * known[month], factors, family="poisson")


def _over_time(month: np.ndarray, first: int, months: int) -> list[Factor]:
    """Months that wander; in a long record with a season, and then they may as well keep to their trend."""
    if not has_season(months):
        return [Factor("month", month, months, "drift")]
    return [
        Factor("month", month, months, "drift", stillness=STILLNESS),
        Factor("season", (first + month) % YEAR, YEAR, "cycle"),
    ]


def _known_by_now(months: int, reported: np.ndarray) -> np.ndarray:
    """Share of each month's entries that the register knows at the end of the last, shape (months,)."""
    known = np.ones(months)
    late = min(len(reported), months)
    known[months - late :] = reported[:late][::-1]
    return known


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


def sweeps_in(totals: np.ndarray, named: Sequence[int] = ()) -> tuple[int, ...]:
    """Numbers of the months that are sweeps.

    Parameters
    ----------
    totals
        The county's entries a month, oldest first.
    named
        Months that the bureau calls sweeps; where it names any that is past, no other is taken for one.
    """
    if any(number < len(totals) for number in named):
        return tuple(sorted(number for number in named if 0 <= number < len(totals)))
    usual = _usual(totals)
    is_high = (totals > _SWEEP_TIMES * usual) & (
        totals - usual > _SWEEP_DEVIATIONS * np.sqrt(np.maximum(usual, 1.0))
    )
    found = [int(number) for number in np.flatnonzero(is_high)]
    return tuple(number for number in found if not _is_season(number, found, len(totals)))


def has_season(months: int) -> bool:
    """Whether a record is long enough to tell a season from a walk: each month of the year three times."""
    return months >= _LEAST_YEARS * YEAR


def _usual(totals: np.ndarray) -> np.ndarray:
    """A trend and a curve of the year through most months: least absolute deviations of the logarithms."""
    months = np.arange(len(totals))
    turn = 2 * np.pi * months / YEAR
    columns = [np.ones(len(months)), months / YEAR, np.sin(turn), np.cos(turn)]
    design = np.column_stack(columns if len(months) >= 2 * YEAR else columns[:2])
    logs, weight = np.log(totals + 0.5), np.ones(len(months))
    fitted = logs
    for _ in range(_ROUNDS):
        scaled = design.T * weight
        fitted = design @ np.linalg.solve(scaled @ design + 1e-6 * np.eye(design.shape[1]), scaled @ logs)
        weight = 1 / np.maximum(np.abs(logs - fitted), 0.05)
    return np.asarray(np.exp(fitted))


def _is_season(number: int, found: list[int], months: int) -> bool:
    others = [other for other in range(number % YEAR, months, YEAR) if other != number]
    return bool(others) and all(other in found for other in others)


def too_little(totals: np.ndarray) -> str | None:
    """Why these entries allow no projection, in Chinese; None where they do."""
    entries, months = int(totals.sum()), int((totals > 0).sum())
    span = f"近{len(totals)}个月新识别{entries}户"
    if entries < LEAST_ENTRIES:
        return f"{span}，不足{LEAST_ENTRIES}户，太少，不推算"
    if months < LEAST_MONTHS:
        return f"{span}，只在{months}个月里有，不足{LEAST_MONTHS}个月，太集中，不推算"
    if totals.max() > MOST_IN_ONE * entries:
        return f"{span}，其中一个月就有{int(totals.max())}户，太集中，不推算"
    return None
