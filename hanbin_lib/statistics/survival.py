"""How long things take, and how they end, when some have not ended yet."""

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


def cumulative_incidence(durations: np.ndarray, end: np.ndarray, kinds: int) -> pd.DataFrame:
    """Share that has ended in each way by each duration (Aalen and Johansen 1978).

    Ends of one kind take away from the others: one minus the survival curve of each kind
    alone would count households twice. With one kind it is one minus `kaplan_meier`.

    Parameters
    ----------
    durations
        Time to the end, or to now where it has not ended.
    end
        Kind of the end, 1 to `kinds`; 0 where it has not ended.

    Returns
    -------
    DataFrame
        One row a duration at which something ended, one column a kind.
    """
    durations, end = np.asarray(durations, dtype=float), np.asarray(end, dtype=int)
    times, place = np.unique(durations, return_inverse=True)
    ended = np.bincount(place * (kinds + 1) + end, minlength=len(times) * (kinds + 1))
    ended = ended.reshape(len(times), kinds + 1)
    at_risk = ended.sum(axis=1)[::-1].cumsum()[::-1]
    rate = ended[:, 1:] / np.maximum(at_risk, 1)[:, None]
    before = np.concatenate([[1.0], np.cumprod(1 - rate.sum(axis=1))[:-1]])
    curve = pd.DataFrame(np.cumsum(before[:, None] * rate, axis=0), index=times, columns=range(1, kinds + 1))
    return curve[rate.sum(axis=1) > 0]
