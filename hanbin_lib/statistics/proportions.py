"""Shares with their uncertainty: Wilson and Clopper-Pearson, effective sizes, differences."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Interval = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(count: ArrayLike, size: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson score interval; NaN where `size` is 0.

    Parameters
    ----------
    count, size
        Cases and their base; effective (fractional) sizes are allowed.

    Returns
    -------
    tuple of arrays
        Lower and upper limit.

    References
    ----------
    Wilson (1927), JASA 22, 209-212; computed by ``statsmodels.stats.proportion``.
    """
    return _interval(count, size, confidence, "wilson")


def clopper_pearson(count: ArrayLike, size: ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact interval of Clopper and Pearson (1934); NaN where `size` is 0."""
    return _interval(count, size, confidence, "beta")


def weighted_share(share: ArrayLike, weight: ArrayLike, size: ArrayLike) -> tuple[float, float]:
    """Share over strata, and the effective size that its variance amounts to.

    Parameters
    ----------
    share, size
        Share and number of answers in each stratum; strata without answers are left out and
        the weights of the others scaled up.
    weight
        Members of each stratum in the population.

    Returns
    -------
    tuple
        The weighted share (NaN without any answer) and the size of the simple sample with the
        same variance, never more than the number of answers times the largest possible gain.
    """
    shares, weights, sizes = (np.asarray(values, dtype=float) for values in (share, weight, size))
    known = (sizes > 0) & (weights > 0)
    if not known.any():
        return float("nan"), 0.0
    part = weights[known] / weights[known].sum()
    # Kish: with the same share everywhere the variance is p(1-p) times this sum.
    return float(part @ shares[known]), float(1 / (part**2 / sizes[known]).sum())


def difference(
    now: tuple[float, float],
    before: tuple[float, float],
    shared: tuple[float, float] = (0.0, 0.0),
    confidence: float = 0.95,
) -> tuple[float, float, float]:
    """Change of a share between two samples that may overlap, with its interval.

    Parameters
    ----------
    now, before
        (cases, size) of the two samples.
    shared
        (units in both samples, units that were cases both times): what the same units said
        twice is not independent, and the change is known better.

    Returns
    -------
    tuple
        Change, lower and upper limit; NaN where either sample is empty.

    Notes
    -----
    The variance of each share is that of its Agresti-Caffo estimate (one case and one
    non-case added to each sample), so that a change from zero to zero is not "certain".
    """
    (x1, n1), (x2, n2) = now, before
    if n1 <= 0 or n2 <= 0:
        return float("nan"), float("nan"), float("nan")
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    both, twice = shared
    covariance = max(0.0, twice / both - p1 * p2) * both / (n1 * n2) if both else 0.0
    variance = p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2) - 2 * covariance
    margin = float(stats.norm.ppf((1 + confidence) / 2)) * max(variance, 0.0) ** 0.5
    change = x1 / n1 - x2 / n2
    return change, p1 - p2 - margin, p1 - p2 + margin


def _interval(count: ArrayLike, size: ArrayLike, confidence: float, method: str) -> Interval:
    # Two seconds of imports that a notebook with ready figures never needs.
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415

    cases, base = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(size, dtype=float))
    known = base > 0
    lower, upper = np.full(cases.shape, np.nan), np.full(cases.shape, np.nan)
    if known.any():
        found = proportion_confint(cases[known], base[known], alpha=1 - confidence, method=method)
        lower[known], upper[known] = np.clip(found[0], 0, 1), np.clip(found[1], 0, 1)
    return lower, upper
