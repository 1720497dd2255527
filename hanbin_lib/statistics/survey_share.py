"""One estimator for everything said of a survey share: level, interval, bounds and change.

Households fall into strata (town and state); in each stratum ``n`` of ``N`` households answered.
The share is that of all ``N`` households. Within a stratum those who answered are taken for a
random part of it; what they may hide otherwise is told by `SurveyShare.bounds`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hanbin_lib.statistics.proportions import Interval, wilson

Array = NDArray[np.float64]
_CERTAIN = 1e12  # effective size where everybody answered


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
    def effective_size(self) -> Array:
        """Size of the simple sample with the same variance; 0 without any answer.

        The variance is that of a stratified sample without replacement,
        ``sum W^2 (1/n - 1/N) s^2`` (Cochran 1977, 5.6), where ``s^2`` of a stratum with few
        answers is drawn towards the place's share by one answer. A place of one stratum, of which
        few were asked, has the size that answered; who asked everybody knows the share.
        """
        place, answers = np.nan_to_num(self.value), self.size.sum(axis=-1)
        drawn = (self.cases + place[..., None]) / (self.size + 1)
        variance = (self.leverage * drawn * (1 - drawn) * _raised(self.size)).sum(axis=-1)
        one = place * (1 - place) * _raised(answers)
        with np.errstate(divide="ignore", invalid="ignore"):
            size = np.where(variance > 0, one / variance, 1 / self.leverage.sum(axis=-1))
        return np.where(answers > 0, np.minimum(size, _CERTAIN), 0.0)

    @cached_property
    def leverage(self) -> Array:
        """``W^2 (1/n - 1/N)`` of each stratum: what its spread adds to the variance."""
        left_out = _over(1.0, self.size) - _over(1.0, self.base)
        return np.asarray(self.weights**2 * np.clip(left_out, 0.0, None))

    def interval(self, confidence: float = 0.95) -> Interval:
        """Wilson interval with the effective size; NaN without any answer."""
        return wilson(np.nan_to_num(self.value) * self.effective_size, self.effective_size, confidence)

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


def _raised(size: Array) -> Array:
    """What ``p (1 - p)`` of `size` answers, drawn towards a share by one, falls short by on average."""
    return np.asarray((size + 1) ** 2 / (size**2 + size + 1))


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
