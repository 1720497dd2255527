"""Measures of forecast accuracy, as the forecasting competitions define them.

All take one series' horizon: `actual` and forecasts of shape (H,).
"""

import numpy as np


def smape(actual: np.ndarray, point: np.ndarray) -> float:
    """Symmetric mean absolute percentage error, 0 to 200 (Makridakis & Hibon, 2000)."""
    return float(200 * np.mean(np.abs(actual - point) / (np.abs(actual) + np.abs(point))))


def naive_step(past: np.ndarray) -> float:
    """Mean absolute change from year to year, the unit of `mase`, `msis` and the scaled CRPS."""
    return float(np.abs(np.diff(past)).mean())


def mase(actual: np.ndarray, point: np.ndarray, step: float) -> float:
    """Mean absolute scaled error (Hyndman & Koehler, 2006)."""
    return float(np.abs(actual - point).mean() / step)


def msis(actual: np.ndarray, lower: np.ndarray, upper: np.ndarray, step: float, level: float = 95) -> float:
    """Mean scaled interval score of a central interval (Gneiting & Raftery, 2007)."""
    penalty = 2 / (1 - level / 100)
    below, above = np.maximum(lower - actual, 0), np.maximum(actual - upper, 0)
    return float(np.mean(upper - lower + penalty * (below + above)) / step)


def crps(actual: np.ndarray, quantiles: np.ndarray, probabilities: np.ndarray, step: float) -> float:
    """Continuous ranked probability score, scaled, from quantiles of shape (P, H).

    Twice the pinball loss, averaged over equally spaced probabilities.
    """
    gap = actual - quantiles
    share = probabilities[:, None]
    return float(2 * np.maximum(share * gap, (share - 1) * gap).mean() / step)
