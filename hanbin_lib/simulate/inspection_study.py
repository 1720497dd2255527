"""What this month's inspection can see: the record, the design in force, and what more would buy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.indicators.inspections import HOUSEHOLD, units_with_findings
from hanbin_lib.simulate.engine import Plan, run, summarise
from hanbin_lib.simulate.inspection_model import inspection_model
from hanbin_lib.simulate.intraclass_correlation import Clustering, clustering
from hanbin_lib.simulate.power import Design, decision_limit, power_table
from hanbin_lib.simulate.sampling import SamplingRules

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

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the figures rest on, in Chinese, to be printed beside them."""
        power, record = self.rules.power, self.clustering
        similar = (
            f"同村各户的相似程度（组内相关系数）{record.icc:.3f}，由{record.visits}次到村督查的"
            f"{record.households}户估计，90%区间{record.lower:.3f}—{record.upper:.3f}"
            if record
            else f"没有可用的督查记录，同村各户的相似程度（组内相关系数）按"
            f"{power.unknown_icc:g}计（自定，可修改）"
        )
        wanted = (
            f"户有问题的比例到{power.bad_share:.0%}的镇应当发现；不超过{power.acceptable_share:.0%}的镇，误判的机会"
            f"不超过{power.error_share:.0%}（自定，可修改）"
        )
        return (
            similar,
            wanted,
            "查到的户都能看出有没有问题；各月抽到不同的村",
            "按公式精确计算，没有随机误差",
        )


def inspection_study(record: Clustering | None, rules: SamplingRules) -> InspectionStudy:
    """Power of the inspection in force and of the designs it is compared with.

    Parameters
    ----------
    record
        What `clustering_on_record` found.
    """
    now = Design(rules.villages_per_town, max(rules.households_per_town, 1))
    others = [Design(d.villages, d.households, d.months) for d in rules.power.designs]
    designs = (now, *(design for design in others if design != now))
    icc = record.icc if record else rules.power.unknown_icc
    return InspectionStudy(rules, designs, record, _curves(designs, _SHARES, icc, rules))


def clustering_on_record(sources: Sources, scope: Scope) -> Clustering | None:
    """How alike the households of a village are; None where no inspection is on record.

    Parameters
    ----------
    sources
        The month's tables and those of the months before: all inspections on record count.
    """
    visits = village_visits(sources, scope)
    return clustering(visits) if len(visits) else None


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


def town_power(
    study: InspectionStudy, households: pd.Series, plan: Plan, *, months: int = 1, workers: int = 1
) -> pd.DataFrame:
    """Chance to find each town, were it bad, by simulation of its own villages.

    Parameters
    ----------
    households
        Households of each village, by village code (12 digits).
    months
        Months taken together.

    Returns
    -------
    DataFrame
        `engine.COLUMNS`: ``detected_share`` (at least one finding) and ``flagged_share`` (as many
        findings as the decision rule asks for), one row a town each. ``mean`` is the chance,
        ``standard_error`` how exactly the draws know it.
    """
    power = study.rules.power
    design = Design(study.designs[0].villages, study.designs[0].households, months)
    limit = decision_limit(design, power.acceptable_share, study.icc, power.error_share)
    towns = households.groupby(households.index.str[:9])
    models = [inspection_model(homes.tolist(), design, power.bad_share, study.icc) for _, homes in towns]
    found = np.hstack([run(plan, model, workers=workers)["found"] for model in models])
    places = [str(code) for code, _ in towns]
    return pd.concat(
        [
            summarise("detected_share", found > 0, places, plan),
            summarise("flagged_share", found >= limit, places, plan),
        ],
        ignore_index=True,
    )


def _curves(designs: Sequence[Design], shares: np.ndarray, icc: float, rules: SamplingRules) -> pd.DataFrame:
    power = rules.power
    return power_table(designs, shares, icc, acceptable=power.acceptable_share, error=power.error_share)
