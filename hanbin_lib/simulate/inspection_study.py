"""What this month's inspection can see: the record, the design in force, and what more would buy."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.indicators.inspections import HOUSEHOLD, units_with_findings
from hanbin_lib.simulate.engine import Chunk, Model, SimulationSettings, run, summarise
from hanbin_lib.simulate.power import Clustering, Design, clustering, decision_limit, power_table
from hanbin_lib.simulate.sampling import SamplingRules
from hanbin_lib.store.tables import cached

_SHARES = np.round(np.linspace(0.0, 0.5, 51), 2)


@dataclass(frozen=True)
class InspectionStudy:
    """Power of the inspection, exact, and what it rests on.

    Parameters
    ----------
    rules
        The design in force and what it ought to see.
    designs
        The design in force first, then those it is compared with.
    clustering
        Estimate from the record; None where no inspection is on record.
    curves
        `power.power_table` of all designs over the share of households with a problem.
    """

    rules: SamplingRules
    designs: tuple[Design, ...]
    clustering: Clustering | None
    curves: pd.DataFrame

    @property
    def icc(self) -> float:
        """Intraclass correlation that was used."""
        return self.clustering.icc if self.clustering else self.rules.power.unknown_icc

    @property
    def at_bad_share(self) -> pd.DataFrame:
        """One row a design: what it sees of a town with the share that ought to be found."""
        return self.at(self.rules.power.bad_share)

    def at(self, prevalence: float, icc: float | None = None) -> pd.DataFrame:
        """One row a design: what it sees of a town with that share."""
        return _curves(self.designs, np.array([prevalence]), self.icc if icc is None else icc, self.rules)


def inspection_study(
    sources: Sources, scope: Scope, rules: SamplingRules, cache: Path | None = None
) -> InspectionStudy:
    """Power of the inspection in force and of the designs it is compared with.

    Parameters
    ----------
    sources
        The month's tables and those of the months before: all inspections on record tell how alike the
        households of a village are.
    """

    def on_record() -> dict[str, Any] | None:
        visits = village_visits(sources, scope)
        return asdict(clustering(visits)) if len(visits) else None

    found = cached("clustering", sources.key, scope.register.key, folder=cache, compute=on_record)
    record = found and Clustering(**found)
    now = Design(rules.villages_per_town, max(rules.households_per_town, 1))
    others = [Design(d.villages, d.households, d.months) for d in rules.power.designs]
    designs = (now, *(design for design in others if design != now))
    icc = record.icc if record else rules.power.unknown_icc
    return InspectionStudy(rules, designs, record, _curves(designs, _SHARES, icc, rules))


def village_visits(sources: Sources, scope: Scope) -> pd.DataFrame:
    """Households looked at and found with a problem, by visit of a village.

    Returns
    -------
    DataFrame
        ``month, town_code, village_code, size, found``, one row a month and village.
    """
    parts = []
    for month in sorted({*sources.earlier, sources.current.month}):
        units, findings = (sources.table(f"inspection_{part}", month) for part in ("units", "findings"))
        if units is None or findings is None:
            continue
        found = units_with_findings((units, findings))
        own = found[
            found["unit_kind"].eq(HOUSEHOLD) & found["town_code"].isin(scope.register.towns["place_code"])
        ]
        by_village = own.groupby(["town_code", "village_code"])["has_problem"]
        counts = by_village.agg(size="size", found="sum").reset_index()
        parts.append(counts.assign(month=str(month)))
    columns = ["month", "town_code", "village_code", "size", "found"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def town_power(study: InspectionStudy, households: pd.Series, settings: SimulationSettings) -> pd.DataFrame:
    """Chance to find each town, were it bad, by simulation of its own villages.

    Parameters
    ----------
    households
        Households of each village, by village code (12 digits).

    Returns
    -------
    DataFrame
        `engine.COLUMNS`: ``detected_share`` (at least one finding) and ``flagged_share`` (as many
        findings as the decision rule asks for), one row a town each. ``mean`` is the chance,
        ``standard_error`` how exactly the draws know it.
    """
    power = study.rules.power
    design = study.designs[0]
    limit = decision_limit(design, power.acceptable_share, study.icc, power.error_share)
    towns = households.groupby(households.index.str[:9])
    models = [inspection_model(homes.tolist(), design, power.bad_share, study.icc) for _, homes in towns]
    found = np.hstack([run(settings, model)["found"] for model in models])
    places = [str(code) for code, _ in towns]
    return pd.concat(
        [
            summarise("detected_share", found > 0, places, settings),
            summarise("flagged_share", found >= limit, places, settings),
        ],
        ignore_index=True,
    )


def inspection_model(
    village_households: Sequence[int], design: Design, prevalence: float, icc: float
) -> Model:
    """Model of one real town's inspection for `simulate.engine.run`: its villages, their sizes, the rotation.

    The closed forms of `power` take villages as drawn anew from a large stock. A town of three
    villages has no such stock: this model draws villages and households without replacement, and visits
    villages again when the rotation has been through all of them. What a small village lacks the month's
    others give, as in the draw (`sampling.draw_month`).

    Parameters
    ----------
    village_households
        Households of each village of the town.
    prevalence, icc
        As in `power`.

    Returns
    -------
    Model
        ``found``: households with a finding, ``looked_at``: households looked at (fewer than planned where
        the month's villages have fewer), ``share``: the true share of the town in that draw; shape
        (draws, 1) each.
    """
    homes = np.asarray(village_households)

    def model(chunk: Chunk) -> dict[str, np.ndarray]:
        chances = village_chances(chunk.rng("village"), (chunk.size, len(homes)), prevalence, icc)
        bad = chunk.rng("household").binomial(homes, chances)
        order = np.argsort(chunk.rng("draw").random(bad.shape), axis=1)
        a_month = min(design.villages, len(homes))
        visits = order[:, np.arange(a_month * design.months) % len(homes)]
        total, bad_there = homes[visits], np.take_along_axis(bad, visits, axis=1)
        wanted = _spread(design.households, total.reshape(-1, a_month)).reshape(total.shape)
        found = chunk.rng("visit").hypergeometric(bad_there, total - bad_there, wanted)
        return {
            "found": found.sum(axis=1, keepdims=True),
            "looked_at": wanted.sum(axis=1, keepdims=True),
            "share": bad.sum(axis=1, keepdims=True) / homes.sum(),
        }

    return model


def _spread(wanted: int, room: np.ndarray) -> np.ndarray:
    """What `sampling.spread` gives for each row of `room`."""
    given = np.zeros_like(room)
    while (left := np.minimum(wanted, room.sum(axis=1)) - given.sum(axis=1)).any():
        is_open = given < room
        given += is_open & (np.cumsum(is_open, axis=1) <= left[:, None])
    return given


def village_chances(
    rng: np.random.Generator, shape: tuple[int, ...], prevalence: float, icc: float
) -> np.ndarray:
    """Chance of a problem in each village: beta with that mean and intraclass correlation."""
    if icc <= 0 or prevalence in {0, 1}:
        return np.full(shape, prevalence)
    strength = (1 - icc) / icc
    return rng.beta(prevalence * strength, (1 - prevalence) * strength, shape)


def _curves(designs: Sequence[Design], shares: np.ndarray, icc: float, rules: SamplingRules) -> pd.DataFrame:
    power = rules.power
    return power_table(designs, shares, icc, acceptable=power.acceptable_share, error=power.error_share)
