"""Estimates of one figure: intervals of a share (Wilson), shortfall (Foster, Greer, Thorbecke), durations."""

import numpy as np
import pandas as pd
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
    # Exactly: the formula leaves a last digit of none, and of all.
    return np.where(cases == 0, lower * 0, lower), np.where(cases == base, upper * 0 + 1, upper)


def effective_size(share: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> NDArray[np.float64]:
    """Size of the simple sample whose Wilson interval (95 %) of `share` has these limits.

    Of an interval of another making the limit towards one half counts, which is the farther one. NaN
    without an interval, infinite where the share is known.
    """
    return size_behind(share, np.where(np.asarray(share, dtype=float) > 0.5, lower, upper))


def size_behind(share: ArrayLike, limit: ArrayLike) -> NDArray[np.float64]:
    """Size of the simple sample whose Wilson interval (95 %) of `share` ends at `limit`.

    The limits solve ``(p - u)^2 = z^2 u (1 - u) / n``. NaN without a limit, infinite where it is the share.
    """
    value, end = np.asarray(share, dtype=float), np.asarray(limit, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = _Z_95**2 * end * (1 - end) / (end - value) ** 2
    return np.asarray(np.where(end == value, np.inf, size))


def shortfall(income: np.ndarray, line: float, order: int) -> np.ndarray:
    """``((line - income) / line) ** order`` below the line and 0 from it on.

    Order 0 counts, 1 measures the gap, 2 its severity; the weighted mean over all persons
    (not only the poor) is the index.

    Parameters
    ----------
    income
        Income per head (yuan/person/year); negative incomes fall short by more than the line.
    line
        Yuan/person/year, above 0.

    Raises
    ------
    ValueError
        The line is not positive or an income is missing: missing is not zero.
    """
    if line <= 0 or np.isnan(income).any():
        raise ValueError("a positive line and known incomes are needed")
    gap = np.clip((line - income) / line, 0.0, None)
    return np.where(income < line, gap**order, 0.0)


def kaplan_meier(
    durations: np.ndarray, is_observed: np.ndarray, cases: np.ndarray | None = None
) -> pd.Series:
    """Share still open after each duration at which something ended, by duration.

    Parameters
    ----------
    durations
        Time to the end, or to now where it has not ended.
    is_observed
        Whether it has ended.
    cases
        How many cases each element stands for; one if not given.
    """
    if not np.any(is_observed):
        return pd.Series(dtype=float)
    # Two seconds of imports that a notebook with ready figures never needs.
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415

    curve = SurvfuncRight(
        np.asarray(durations, dtype=float), np.asarray(is_observed, dtype=float), freq_weights=cases
    )
    return pd.Series(curve.surv_prob, index=curve.surv_times)


def median_duration(durations: np.ndarray, is_observed: np.ndarray, cases: np.ndarray | None = None) -> float:
    """First duration by which at least half have ended; NaN where fewer have."""
    curve = kaplan_meier(durations, is_observed, cases)
    reached = curve.index[curve.to_numpy() <= 0.5 + 1e-12]
    return float(reached[0]) if len(reached) else float("nan")
