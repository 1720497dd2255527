"""Design-based estimates of a stratified two-stage sample: totals, means and shares.

Stratum ``h`` draws ``m_h`` of ``M_h`` clusters at random, cluster ``i`` draws ``n_hi`` of
``N_hi`` units; the weight of a unit is ``(M_h / m_h)(N_hi / n_hi)``. Variances are estimated
stage by stage with the finite-population correction of each: the second stage counts with
the first stage's sampling fraction (Särndal, Swensson and Wretman 1992, result 4.3.1).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy  # its parts are imported when they are used: they take half a second


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its standard error.

    Parameters
    ----------
    value, standard_error
        In the unit of what was estimated.
    degrees_of_freedom
        Clusters less strata: the t distribution of the interval.
    """

    value: float
    standard_error: float
    degrees_of_freedom: int

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Symmetric t interval."""
        margin = self._t(confidence) * self.standard_error
        return self.value - margin, self.value + margin

    def share_interval(self, size: int, confidence: float = 0.95) -> tuple[float, float]:
        """Interval of a share that stays within 0 and 1 (Korn and Graubard 1998).

        Clopper-Pearson with the effective size that the standard error amounts to, adjusted
        for the degrees of freedom; with no case, or nothing but cases, the nominal size.

        Parameters
        ----------
        size
            Units in the sample.
        """
        p = self.value
        if not np.isfinite(p) or size <= 0:
            return float("nan"), float("nan")
        variance = self.standard_error**2
        effective = p * (1 - p) / variance if variance > 0 and 0 < p < 1 else float(size)
        normal_t = float(scipy.stats.t.ppf((1 + confidence) / 2, max(size - 1, 1)))
        effective = min(effective * (normal_t / self._t(confidence)) ** 2, float(size))
        tail, cases = (1 - confidence) / 2, p * effective
        low = float(scipy.stats.beta.ppf(tail, cases, effective - cases + 1)) if p > 0 else 0.0
        high = float(scipy.stats.beta.ppf(1 - tail, cases + 1, effective - cases)) if p < 1 else 1.0
        return low, high

    def _t(self, confidence: float) -> float:
        return float(scipy.stats.t.ppf((1 + confidence) / 2, max(self.degrees_of_freedom, 1)))


@dataclass(frozen=True)
class TwoStageDesign:
    """How a sample was drawn; the arrays have one element a unit of the sample.

    Parameters
    ----------
    stratum, cluster
        Labels; a cluster belongs to one stratum.
    clusters
        ``M_h``: clusters in the unit's stratum.
    units
        ``N_hi``: units in its cluster. For a sample of one stage every unit is a cluster
        of one.
    """

    stratum: np.ndarray
    cluster: np.ndarray
    clusters: np.ndarray
    units: np.ndarray

    def of(self, chosen: np.ndarray) -> "TwoStageDesign":
        """Part of the sample, a mask of its units: whole strata."""
        parts = (self.stratum, self.cluster, self.clusters, self.units)
        return TwoStageDesign(*(part[chosen] for part in parts))

    def total(self, values: np.ndarray) -> Estimate:
        """Population total of `values`; NaN counts as outside the domain."""
        return self._estimate(np.nan_to_num(values) * self.weights, float(np.nansum(values * self.weights)))

    def mean(self, values: np.ndarray) -> Estimate:
        """Mean per unit (ratio of two totals, linearised) over units with a value.

        NaN where no unit has a value, or a stratum's size is not known (NaN).
        """
        known = ~np.isnan(values)
        base = float(self.weights[known].sum())
        if base == 0 or np.isnan(base):
            return Estimate(float("nan"), float("nan"), self.degrees_of_freedom)
        mean = float(self.weights[known] @ values[known]) / base
        residual = np.where(known, np.nan_to_num(values) - mean, 0.0) / base
        return self._estimate(residual * self.weights, mean)

    @cached_property
    def weights(self) -> np.ndarray:
        """How many units of the population each unit of the sample stands for."""
        first = self._population / self._clusters_drawn[self._stratum_of]
        return np.asarray(first[self._cluster] * self.units / self._units_drawn[self._cluster])

    @cached_property
    def degrees_of_freedom(self) -> int:
        """Clusters drawn less strata."""
        return len(self._stratum_of) - len(self._clusters_drawn)

    def _estimate(self, weighted: np.ndarray, value: float) -> Estimate:
        variance = self._first_stage(weighted) + self._second_stage(weighted)
        return Estimate(value, max(variance, 0.0) ** 0.5, self.degrees_of_freedom)

    def _first_stage(self, weighted: np.ndarray) -> float:
        totals = np.bincount(self._cluster, weighted)
        drawn = self._clusters_drawn[self._stratum_of]
        means = np.bincount(self._stratum_of, totals) / self._clusters_drawn
        # One cluster of several says nothing of its stratum: it is set against the whole.
        centre = np.where(drawn > 1, means[self._stratum_of], totals.mean())
        scale = drawn / np.maximum(drawn - 1, 1)
        correction = 1 - drawn / self._population
        return float((correction * scale * (totals - centre) ** 2).sum())

    def _second_stage(self, weighted: np.ndarray) -> float:
        """Zero for a cluster of which one unit was drawn: its spread is in the first stage."""
        drawn = self._units_drawn[self._cluster]
        means = np.bincount(self._cluster, weighted) / self._units_drawn
        fraction = (self._clusters_drawn[self._stratum_of] / self._population)[self._cluster]
        correction = 1 - drawn / self.units
        squares = (weighted - means[self._cluster]) ** 2
        return float((fraction * correction * drawn / np.maximum(drawn - 1, 1) * squares).sum())

    @cached_property
    def _cluster(self) -> np.ndarray:
        """Number of each unit's cluster."""
        return np.unique(self.cluster, return_inverse=True)[1]

    @cached_property
    def _first_unit(self) -> np.ndarray:
        return np.unique(self._cluster, return_index=True)[1]

    @cached_property
    def _stratum_of(self) -> np.ndarray:
        """Number of each cluster's stratum."""
        return np.unique(self.stratum[self._first_unit], return_inverse=True)[1]

    @cached_property
    def _population(self) -> np.ndarray:
        """``M_h`` of each cluster's stratum."""
        return np.asarray(self.clusters, dtype=float)[self._first_unit]

    @cached_property
    def _clusters_drawn(self) -> np.ndarray:
        """``m_h`` of each stratum."""
        return np.bincount(self._stratum_of)

    @cached_property
    def _units_drawn(self) -> np.ndarray:
        """``n_hi`` of each cluster."""
        return np.bincount(self._cluster)
