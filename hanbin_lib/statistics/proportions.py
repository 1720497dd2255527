"""Wilson's interval of a share from its cases."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Z_95 = 1.959963984540054
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
    # Two seconds of imports that a notebook with ready figures never needs.
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415

    cases, base = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(size, dtype=float))
    known = base > 0
    lower, upper = np.full(cases.shape, np.nan), np.full(cases.shape, np.nan)
    if known.any():
        found = proportion_confint(cases[known], base[known], alpha=1 - confidence, method="wilson")
        lower[known], upper[known] = found
    return lower, upper


def effective_size(share: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> NDArray[np.float64]:
    """Size of the simple sample whose Wilson interval (95 %) of `share` has these limits.

    The limits of Wilson's interval solve ``(p - u)^2 = z^2 u (1 - u) / n``; of an interval of
    another making the limit towards one half counts, which is the farther one. NaN without an
    interval, infinite where the share is known.
    """
    value = np.asarray(share, dtype=float)
    limit = np.where(value > 0.5, lower, upper)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(_Z_95**2 * limit * (1 - limit) / (limit - value) ** 2)
