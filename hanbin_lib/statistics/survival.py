"""How long things take when some have not ended yet."""

import numpy as np
import pandas as pd


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
