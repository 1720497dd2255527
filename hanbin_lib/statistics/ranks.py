"""Scores of many places from few cases: shrinkage, and the ranks that the data allow."""

import numpy as np
from scipy import special

_GRID_MEANS, _GRID_SIZES = 60, 40
_REACH = 2.5  # on the logit: of a share of 10 %, from 1 % to 57 %
_SIZES = (2.0, 4000.0)  # from nearly no shrinkage to places that are all alike


def share_draws(cases: np.ndarray, size: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draws from the posterior of each place's share, shrunk towards all places.

    Parameters
    ----------
    cases, size
        Cases and base of each place (one element a place); a base of 0 gives the prior.
    count
        Number of draws.

    Returns
    -------
    array of shape (count, places)

    Notes
    -----
    Beta-binomial model: shares come from one beta distribution whose mean and size are not
    fixed at an estimate but integrated over a grid (flat on the logit of the mean and on the
    logarithm of the size), so that few places do not make the shares look more alike than is
    known.
    """
    cases, size = np.asarray(cases, dtype=float), np.asarray(size, dtype=float)
    mean, strength, weight = _prior_grid(cases, size)
    chosen = rng.choice(len(weight), size=count, p=weight)
    a = (mean * strength)[chosen, None] + cases
    b = ((1 - mean) * strength)[chosen, None] + size - cases
    return rng.beta(a, b)


def ranks(scores: np.ndarray) -> np.ndarray:
    """Rank of each place in each draw, 1 for the highest score; ties share the mean rank.

    Parameters
    ----------
    scores
        Array of shape (draws, places).
    """
    from scipy.stats import rankdata  # noqa: PLC0415  # half a second that most runs never need

    return np.asarray(rankdata(-scores, axis=1, method="average"))


def rank_intervals(drawn: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest rank of each place's central interval, whole ranks."""
    tail = (1 - confidence) / 2
    # Ranks are whole: between two of them the interval would reach further than its level.
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return np.floor(low), np.ceil(high)


def _prior_grid(cases: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    pooled = (cases.sum() + 0.5) / (size.sum() + 1)
    centre = special.logit(pooled)
    means = special.expit(centre + _middles(-_REACH, _REACH, _GRID_MEANS))
    smallest, largest = np.log(_SIZES)
    sizes = np.exp(_middles(smallest, largest, _GRID_SIZES))
    mean, strength = (grid.ravel() for grid in np.meshgrid(means, sizes))
    a, b = mean * strength, (1 - mean) * strength
    likelihood = (
        special.betaln(a[:, None] + cases, b[:, None] + size - cases) - special.betaln(a, b)[:, None]
    ).sum(axis=1)
    weight = np.exp(likelihood - likelihood.max())
    return mean, strength, weight / weight.sum()


def _middles(low: float, high: float, count: int) -> np.ndarray:
    """Middles of equal cells: with the ends themselves the outermost would count twice."""
    return low + (high - low) * (np.arange(count) + 0.5) / count
