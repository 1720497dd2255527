"""How alike the households of a village are, from the inspections on record.

Town shares come from one beta distribution, village shares from a beta around their town's with
intraclass correlation ``icc`` (`power`). The likelihood of the findings is summed over a grid of
town shares; mean and spread of the towns and ``icc`` are integrated over a grid, flat on the
logit of the mean, on the logarithm of the spread and on ``icc``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from hanbin_lib.simulate.power import village_distribution

_SHARES = (np.arange(60) + 0.5) / 60
_ICCS = np.concatenate([[0.0], np.geomspace(0.002, 0.6, 40)])
_STRENGTHS = np.geomspace(2.0, 2000.0, 25)
_MEANS = special.expit(np.linspace(-5.0, 2.0, 71))


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


def clustering(visits: pd.DataFrame, confidence: float = 0.9) -> Clustering:
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
    # The grid of correlations is not even: each point stands for the stretch around it.
    of_icc = weight.sum(axis=(1, 2)) * np.gradient(_ICCS)
    icc, low, high = _summary(_ICCS, of_icc, confidence)
    of_mean = np.einsum("itm,i->m", weight, np.gradient(_ICCS))
    prevalence, least, most = _summary(_MEANS, of_mean, confidence)
    return Clustering(
        prevalence, least, most, icc, low, high, visits=len(visits), households=int(visits["size"].sum())
    )


def _summary(grid: np.ndarray, weight: np.ndarray, confidence: float) -> tuple[float, float, float]:
    """Mean and central interval of a posterior on a grid, between whose points it is linear."""
    share = weight / weight.sum()
    reached = np.cumsum(share) - share / 2
    low, high = np.interp([(1 - confidence) / 2, (1 + confidence) / 2], reached, grid)
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
    a = _STRENGTHS[:, None, None] * _MEANS[None, :, None]
    b = _STRENGTHS[:, None, None] * (1 - _MEANS[None, :, None])
    log_prior = (a - 1) * np.log(_SHARES) + (b - 1) * np.log1p(-_SHARES)
    prior = np.exp(log_prior - log_prior.max(axis=-1, keepdims=True))
    prior /= prior.sum(axis=-1, keepdims=True)
    top = by_town.max(axis=2, keepdims=True)
    within = np.einsum("kis,tms->kitm", np.exp(by_town - top), prior)
    log = (np.log(np.maximum(within, 1e-300)) + top[..., None]).sum(axis=0)
    return np.asarray(np.exp(log - log.max()))
