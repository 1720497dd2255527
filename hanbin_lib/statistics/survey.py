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
from numpy.typing import NDArray
from scipy import special

from hanbin_lib.statistics.estimates import Interval

Array = NDArray[np.float64]
# Halvings of the logarithm of a multiplier, and between what ends: the limits are exact to a billionth.
_HALVINGS, _MULTIPLIERS = 40, (-12.0, 24.0)
_MOST_UNBIASED = 2.0


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
        of_units, of_design = (
            float(scipy.stats.t.ppf((1 + confidence) / 2, max(freedom, 1)))
            for freedom in (size - 1, self.degrees_of_freedom)
        )
        effective = min(effective * (of_units / of_design) ** 2, float(size))
        tail, cases = (1 - confidence) / 2, p * effective
        low = float(scipy.stats.beta.ppf(tail, cases, effective - cases + 1)) if p > 0 else 0.0
        high = float(scipy.stats.beta.ppf(1 - tail, cases + 1, effective - cases)) if p < 1 else 1.0
        return low, high


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
        # No product of BLAS: its last digit is another on another processor, and would be published.
        mean = float((self.weights[known] * values[known]).sum()) / base
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


@dataclass(frozen=True)
class SurveyShare:
    """Share among all households of a place, estimated from those who answered.

    Parameters
    ----------
    base, size, cases
        Households, answers and cases; the last axis is the stratum, the axes before it are
        places that are estimated apart. Strata without an answer are left out and the weights
        of the others scaled up.
    """

    base: Array
    size: Array
    cases: Array

    @cached_property
    def weights(self) -> Array:
        """Part of each stratum in the estimate; 0 everywhere in a place without any answer."""
        known = np.where(self.size > 0, self.base, 0.0)
        return _over(known, known.sum(axis=-1, keepdims=True))

    @cached_property
    def value(self) -> Array:
        """The weighted share, NaN in a place without any answer."""
        share = (self.weights * self._shares).sum(axis=-1)
        return np.where(self.size.sum(axis=-1) > 0, share, np.nan)

    @cached_property
    def leverage(self) -> Array:
        """``W^2 (1/n - 1/N)`` of each stratum: what its spread adds to the variance."""
        left_out = _over(1.0, self.size) - _over(1.0, self.base)
        return np.asarray(self.weights**2 * np.clip(left_out, 0.0, None))

    def interval(self, confidence: float = 0.95) -> Interval:
        """Score interval; NaN without any answer.

        A share of the place is contradicted where that of the answers lies ``z`` standard errors away, the
        errors being those of the strata's shares that go best with the answers *and* add up to it
        (restricted maximum likelihood: Miettinen and Nurminen 1985; Decrouez and Robinson 2012). One
        stratum gives Wilson's interval of ``1 / (1/n - 1/N)`` answers. A stratum of few answers without a
        case is not taken to have none, as it would be if its spread were estimated from its own answers.
        """
        limits = self._limits(float(special.ndtri((1 + confidence) / 2)))
        lower, upper = np.where(self.size.sum(axis=-1) > 0, limits, np.nan)
        return lower, upper

    def _limits(self, z: float) -> Array:
        """The shares from which that of the answers lies `z` standard errors upwards, and downwards."""
        sides = np.reshape([1.0, -1.0], (2, *(1,) * (self._pull.ndim - 1)))
        unit = sides * _over(1.0, self._pull.max(axis=-1))
        low, high = (np.full(unit.shape, end) for end in _MULTIPLIERS)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            multiplier = unit * np.exp(middle)
            share = self._restricted(multiplier)
            errors = np.square(multiplier) * (self.weights * self._pull * share * (1 - share)).sum(axis=-1)
            low, high = np.where(errors < z**2, middle, low), np.where(errors < z**2, high, middle)
        return np.asarray((self.weights * self._restricted(unit * np.exp(high))).sum(axis=-1))

    def _restricted(self, multiplier: Array) -> Array:
        """Likeliest shares of the strata where their sum is held: roots of ``n (p - x) = m W x (1 - x)``."""
        c, share = multiplier[..., None] * self._pull, self._shares
        root = np.sqrt(np.maximum((1 + c) ** 2 - 4 * c * share, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.clip(np.where(c == 0, share, (1 + c - root) / (2 * c)), 0.0, 1.0)

    @cached_property
    def _pull(self) -> Array:
        """How far each stratum gives way: ``W (1/n - 1/N)``, for the answers less what the restriction takes.

        Of one stratum the restriction leaves nothing to estimate, of many it takes one share in all:
        ``n / (n - 1)`` then, as of any variance; a single answer knows no spread and counts as two.
        """
        part = _over(self.leverage, self.leverage.sum(axis=-1, keepdims=True))
        unbiased = np.minimum(_over(self.size, self.size - 1 + part), _MOST_UNBIASED)
        return np.asarray(_over(self.leverage, self.weights) * unbiased)

    @cached_property
    def bounds(self) -> Interval:
        """The share if none of the silent were a case, and if all of them were; NaN without households."""
        base = self.base.sum(axis=-1)
        base = np.where(base > 0, base, np.nan)
        cases, silent = self.cases.sum(axis=-1), (self.base - self.size).sum(axis=-1)
        return cases / base, (cases + silent) / base

    @cached_property
    def _shares(self) -> Array:
        return _over(self.cases, self.size)


@dataclass(frozen=True)
class Overlap:
    """Households that answered both times, in the strata of the two shares.

    Parameters
    ----------
    size
        Households that answered both times.
    now, before, twice
        Of these: cases now, cases before, cases both times.
    """

    size: Array
    now: Array
    before: Array
    twice: Array

    @property
    def correlation(self) -> Array:
        """Phi coefficient of the answers of one household, over all strata of a place; 0 where unknown."""
        size, now, before, twice = (
            part.sum(axis=-1) for part in (self.size, self.now, self.before, self.twice)
        )
        spread = now * (size - now) * before * (size - before)
        return _over(size * twice - now * before, np.sqrt(spread))


def change(
    now: SurveyShare, before: SurveyShare, overlap: Overlap, confidence: float = 0.95
) -> tuple[Array, Array, Array]:
    """Difference of the two shares and its interval; NaN where either is unknown.

    The estimates share households, and both are drawn from the same finite strata: the
    covariance of two such means is ``(m / (n1 n2) - 1 / N) s12`` for ``m`` households in both
    (Tam 1984; Qualité and Tillé 2008). The limits are those of the two shares, combined with
    that correlation (Newcombe 1998; Zou and Donner 2008), so that level and change cannot
    contradict each other and a change from zero to zero is not certain.
    """
    value = now.value - before.value
    correlation = _correlation(now, before, overlap)
    (low, high), (low_before, high_before) = now.interval(confidence), before.interval(confidence)
    below = _combined(now.value - low, high_before - before.value, correlation)
    above = _combined(high - now.value, before.value - low_before, correlation)
    return value, value - below, value + above


def _correlation(now: SurveyShare, before: SurveyShare, overlap: Overlap) -> Array:
    """Correlation of the two estimates, from that of one household's answers."""
    shared = _over(overlap.size, now.size * before.size) - _over(1.0, now.base)
    together = (now.weights * before.weights * shared).sum(axis=-1)
    apart = np.sqrt(now.leverage.sum(axis=-1) * before.leverage.sum(axis=-1))
    return _over(together, apart) * overlap.correlation


def _over(part: Array | float, whole: Array) -> Array:
    """Part of the whole, 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)


def _combined(one: Array, other: Array, correlation: Array) -> Array:
    return np.sqrt(np.clip(one**2 + other**2 - 2 * correlation * one * other, 0.0, None))
