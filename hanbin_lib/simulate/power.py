"""What an inspection of few units can see: chances to detect, and widths of intervals, in closed form.

A town's households have a problem with a chance that differs from village to village: beta
distributed with mean ``prevalence`` and intraclass correlation ``icc`` (chance that two
households of one village agree beyond what the town's share explains, between 0 and 1). Then
the findings of ``n`` households of one village are beta-binomial (Skellam 1948), whatever the
size of the village, since its households are exchangeable; the findings of a town are the sum over
villages, which are drawn apart. Months pool like more villages, as long as the rotation brings
other ones.

``icc = 0`` gives the binomial distribution.

``icc`` is estimated from the inspections on record (`clustering`): town shares come from one beta
distribution, village shares from a beta around their town's. The likelihood of the findings is summed over
a grid of town shares; mean and spread of the towns and ``icc`` are integrated over a grid, flat on the
logit of the mean, on the logarithm of the spread and on ``icc``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import scipy  # its parts are imported when they are used: they take half a second
from numpy.typing import ArrayLike
from scipy import special

from hanbin_lib.simulate.sampling import spread
from hanbin_lib.statistics.estimates import wilson

COLUMNS = (
    "design", "villages", "households", "months", "prevalence", "icc",
    "detect", "limit", "error", "flag", "lower", "upper",
)  # fmt: skip
_NEARLY_ALL_ALIKE = 1e-9
_CONFIDENCE = 0.9  # of the interval of what past visits say
# Grids of the estimate of the intraclass correlation.
_REACH, _CELLS, _FINER = 12.0, 120, 4
_FINE = _REACH * (2 * (np.arange(_CELLS * _FINER) + 0.5) / (_CELLS * _FINER) - 1)
_SHARES = special.expit(np.concatenate([[-_REACH - 1], _FINE.reshape(-1, _FINER).mean(axis=1), [_REACH + 1]]))
_ICCS = np.concatenate([[0.0], np.geomspace(0.002, 0.6, 40)])
_STRENGTHS = np.geomspace(2.0, 2000.0, 25)
_LOGITS = np.linspace(-9.0, 5.0, 141)
_MEANS = special.expit(_LOGITS)


@dataclass(frozen=True, slots=True)
class Design:
    """How much of a town is looked at.

    Parameters
    ----------
    villages, households
        Of a town in one month; the households spread evenly over the villages.
    months
        How many months are taken together.
    """

    villages: int
    households: int
    months: int = 1

    @property
    def label(self) -> str:
        """``2村10户`` or ``2村10户×3个月``."""
        pooled = f"×{self.months}个月" if self.months > 1 else ""
        return f"{self.villages}村{self.households}户{pooled}"

    @property
    def village_sizes(self) -> tuple[int, ...]:
        """Households looked at in each village visit."""
        return tuple(spread(self.households, [self.households] * self.villages)) * self.months

    @property
    def size(self) -> int:
        """Households looked at in all."""
        return self.households * self.months

    def design_effect(self, icc: float) -> float:
        """Variance against a simple sample of the same size: ``1 + (Σn²/Σn - 1) icc`` (Kish 1965)."""
        sizes = np.array(self.village_sizes, dtype=float)
        return float(1 + ((sizes**2).sum() / sizes.sum() - 1) * icc)


def village_distribution(size: int, prevalence: ArrayLike, icc: float) -> np.ndarray:
    """Chances of 0, 1, … `size` findings in one village (beta-binomial).

    Returns
    -------
    array
        Shape of `prevalence` and one axis more, of ``size + 1`` elements.
    """
    share = np.asarray(prevalence, dtype=float)[..., None]
    found = np.arange(size + 1)
    if icc <= _NEARLY_ALL_ALIKE:
        return np.asarray(scipy.stats.binom.pmf(found, size, share))
    strength = (1 - icc) / icc
    with np.errstate(invalid="ignore"):
        a, b = share * strength, (1 - share) * strength
        chances = np.exp(
            special.gammaln(size + 1) - special.gammaln(found + 1) - special.gammaln(size - found + 1)
            + special.betaln(found + a, size - found + b) - special.betaln(a, b)
        )  # fmt: skip
    # A share of 0 or 1 leaves no room: all or nothing.
    certain = np.where(share <= 0, found == 0, found == size)
    return np.asarray(np.where((share > 0) & (share < 1), chances, certain))


def town_distribution(design: Design, prevalence: ArrayLike, icc: float) -> np.ndarray:
    """Chances of 0, 1, … findings in a town: the sum over its village visits.

    Returns
    -------
    array
        Shape of `prevalence` and one axis more, of ``design.size + 1`` elements.
    """
    length = design.size + 1
    spectrum: np.ndarray = np.ones(1)
    for size in design.village_sizes:
        spectrum = spectrum * np.fft.rfft(village_distribution(size, prevalence, icc), length)
    return np.asarray(np.clip(np.fft.irfft(spectrum, length), 0.0, 1.0))


def detection(design: Design, prevalence: ArrayLike, icc: float) -> np.ndarray:
    """Chance of at least one finding in a town."""
    missed: np.ndarray = np.ones(1)
    for size in design.village_sizes:
        missed = missed * village_distribution(size, prevalence, icc)[..., 0]
    return np.asarray((1 - missed).reshape(np.shape(prevalence)))


def decision_limit(design: Design, acceptable: float, icc: float, error: float) -> int:
    """Findings from which on a town is called bad.

    The least number that a town of the `acceptable` share reaches with a chance of at most
    `error`: a lot quality assurance rule (Dodge and Romig 1929) for clustered samples (Hedt and
    others 2008). It may be more than the sample holds: then no result tells the town from
    a good one.
    """
    reached = np.cumsum(town_distribution(design, acceptable, icc)[::-1])[::-1]  # P(X >= x)
    unlikely = np.flatnonzero(reached <= error)
    return int(unlikely[0]) if len(unlikely) else design.size + 1


def chance_to_flag(design: Design, prevalence: ArrayLike, icc: float, limit: int) -> np.ndarray:
    """Chance of `limit` findings or more."""
    return np.asarray(town_distribution(design, prevalence, icc)[..., limit:].sum(axis=-1))


def expected_interval(
    design: Design, prevalence: ArrayLike, icc: float, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Mean lower and upper limit of the interval that will be printed (Wilson, effective size)."""
    found, effect = np.arange(design.size + 1), design.design_effect(icc)
    lower, upper = wilson(found / effect, np.full(found.shape, design.size / effect), confidence)
    chances = town_distribution(design, prevalence, icc)
    return np.asarray(chances @ lower), np.asarray(chances @ upper)


def power_table(
    designs: Sequence[Design],
    prevalences: ArrayLike,
    icc: float,
    *,
    acceptable: float,
    error: float,
) -> pd.DataFrame:
    """All designs at all prevalences, as a tidy table; exact, without draws.

    Parameters
    ----------
    acceptable, error
        Share of households with a problem that is no reason to act, and the highest chance of
        calling such a town bad.

    Returns
    -------
    DataFrame
        ``design`` (its label), ``villages, households, months, prevalence, icc``; ``detect``:
        chance of at least one finding; ``limit``: findings from which on a town is called bad;
        ``error``: chance that a town of the `acceptable` share is called so, which whole findings
        keep below `error` by more or by less: only at the same error does a plan see more than
        another; ``flag``: chance that the town is; ``lower, upper``: mean limits of the interval.
    """
    shares = np.asarray(prevalences, dtype=float)
    parts = []
    for design in designs:
        limit = decision_limit(design, acceptable, icc, error)
        lower, upper = expected_interval(design, shares, icc)
        parts.append(
            pd.DataFrame(
                {
                    "design": design.label,
                    "villages": design.villages,
                    "households": design.households,
                    "months": design.months,
                    "prevalence": shares,
                    "icc": icc,
                    "detect": detection(design, shares, icc),
                    "limit": limit,
                    "error": float(chance_to_flag(design, acceptable, icc, limit)),
                    "flag": chance_to_flag(design, shares, icc, limit),
                    "lower": lower,
                    "upper": upper,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


@dataclass(frozen=True)
class Clustering:
    """Share of households with a problem, and how alike those of a village are.

    Parameters
    ----------
    prevalence, prevalence_lower, prevalence_upper
        Posterior mean of the towns' mean share and its central interval.
    icc, lower, upper
        The same of the intraclass correlation within towns.
    visits, households
        On what record: village visits and households looked at.
    """

    prevalence: float
    prevalence_lower: float
    prevalence_upper: float
    icc: float
    lower: float
    upper: float
    visits: int
    households: int


def clustering(visits: pd.DataFrame) -> Clustering:
    """Estimate from findings by village visit.

    Parameters
    ----------
    visits
        One row a village visit: ``town_code``, ``size`` (households looked at, at least 1) and
        ``found`` (those with a problem).

    Raises
    ------
    ValueError
        There is no visit.
    """
    if visits.empty:
        raise ValueError("no village visit on record")
    by_town = _town_likelihoods(visits)
    weight = _hyper_weights(by_town)
    for axis, grid in enumerate((_ICCS, np.log(_STRENGTHS), _LOGITS)):
        weight = weight * np.expand_dims(_stretches(grid), [one for one in range(3) if one != axis])
    icc, low, high = _summary(_ICCS, weight.sum(axis=(1, 2)))
    prevalence, least, most = _summary(_MEANS, weight.sum(axis=(0, 1)))
    return Clustering(
        prevalence, least, most, icc, low, high, visits=len(visits), households=int(visits["size"].sum())
    )


def _stretches(grid: np.ndarray) -> np.ndarray:
    """How much of a grid each point stands for: half-way to its neighbours, and nothing beyond its ends."""
    return np.diff(np.concatenate([grid[:1], (grid[1:] + grid[:-1]) / 2, grid[-1:]]))


def _summary(grid: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Mean and central interval of a posterior on a grid, between whose points it is linear."""
    share = weight / weight.sum()
    reached = np.cumsum(share) - share / 2
    low, high = np.interp([(1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2], reached, grid)
    return float(share @ grid), float(low), float(high)


def _town_likelihoods(visits: pd.DataFrame) -> np.ndarray:
    """Log-likelihood of each town's findings (towns x icc x share of the town)."""
    town, names = pd.factorize(visits["town_code"])
    total = np.zeros((len(names), len(_ICCS), len(_SHARES)))
    sizes, found = visits["size"].to_numpy(int), visits["found"].to_numpy(int)
    for size in np.unique(sizes).tolist():
        own = sizes == size
        times = np.zeros((len(names), size + 1))
        np.add.at(times, (town[own], found[own]), 1)
        chances = np.stack([village_distribution(size, _SHARES, float(icc)) for icc in _ICCS])
        total += np.einsum("kx,isx->kis", times, np.log(np.maximum(chances, 1e-300)))
    return total


def _hyper_weights(by_town: np.ndarray) -> np.ndarray:
    """Posterior weight of each point (icc x strength x mean) of the grid."""
    towns, iccs, shares = by_town.shape
    top = by_town.max(axis=2, keepdims=True)
    within = np.exp(by_town - top).reshape(-1, shares) @ _town_shares().reshape(-1, shares).T
    within = np.log(np.maximum(within, 1e-300)).reshape(towns, iccs, len(_STRENGTHS), len(_MEANS))
    log = (within + top[..., None]).sum(axis=0)
    return np.asarray(np.exp(log - log.max()))


@lru_cache(maxsize=1)
def _town_shares() -> np.ndarray:
    """Chance of each cell of `_SHARES` for a town (strengths x means x cells): the beta density by logits.

    Beyond the outermost edges it falls like an exponential function.
    """
    a = _STRENGTHS[:, None, None] * _MEANS[:, None]
    b = _STRENGTHS[:, None, None] * (1 - _MEANS[:, None])
    inside = a * special.log_expit(_FINE) + b * special.log_expit(-_FINE) + np.log(_FINE[1] - _FINE[0])
    below, above = (one * special.log_expit(-_REACH) - np.log(one) for one in (a, b))
    top = np.maximum(inside.max(axis=-1, keepdims=True), np.maximum(below, above))
    cells = np.exp(inside - top).reshape(*a.shape[:2], -1, _FINER).sum(axis=-1)
    chances = np.concatenate([np.exp(below - top), cells, np.exp(above - top)], axis=-1)
    return np.asarray(chances / chances.sum(axis=-1, keepdims=True))
