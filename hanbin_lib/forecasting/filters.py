r"""Damped-trend exponential smoothing as linear algebra: one set of matrices for each history's shape.

The model of one filter (level gain :math:`\alpha`, drift gain :math:`\beta`, damping
:math:`\varphi`; ETS(A,Ad,N) of Hyndman et al., 2008) is

.. math::
    z_t = l_{t-1} + \varphi b_{t-1} + e_t, \quad
    l_t = l_{t-1} + \varphi b_{t-1} + \alpha e_t, \quad
    b_t = \varphi b_{t-1} + \beta e_t.

Errors and forecasts are linear in the observations and in the unknowns
:math:`\theta = (l_0, b_0, \text{errors of missing years})`, so that everything which depends
on the filter and on which years are missing is computed once and kept.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# Level gain, drift gain as a share of it, damping. One is the random walk, 0.3 heavy smoothing.
_LEVEL_GAINS = (0.15, 0.3, 0.5, 0.7, 0.85, 1.0)
_DRIFT_SHARES = (0.0, 0.1, 0.3, 0.6)
_DAMPINGS = (1.0, 0.95, 0.85, 0.7)
# Standard deviation of the first year's drift, as a multiple of the yearly noise.
DRIFT_WIDTHS = (0.15, 0.5, 1.2, 3.0)


def _grid() -> np.ndarray:
    return np.array([(a, a * s, d) for a in _LEVEL_GAINS for s in _DRIFT_SHARES for d in _DAMPINGS])


GAINS = _grid()
GAINS.flags.writeable = False


@dataclass(frozen=True, eq=False)
class FilterBank:
    """Matrices of all filters for one pattern of observed years and one horizon.

    Axes: K filters, W drift widths, n observed years, p unknowns, H years ahead. The last year
    of the pattern is observed.

    Attributes
    ----------
    years
        Position of the observed years, the first being 0, shape (n,).
    errors
        Errors as a function of the observations, shape (K, n, n).
    design
        Errors fall by this times the unknowns, shape (K, n, p).
    spread
        Covariance of the unknowns in units of the noise variance, shape (K, W, p, p).
    evidence
        The part of the log marginal likelihood that the observations do not change, shape (K, W).
    ahead, ahead_unknowns
        Forecasts as a function of observations and unknowns, shapes (K, H, n) and (K, H, p).
    response
        Weight of each coming error in the forecast for each year, shape (K, H, H), unit diagonal.
    slope, trend
        What a yearly growth of one in the observations does to the residual sum of squares: the cross
        product with the observations, shape (K, W, n), and its own square, shape (K, W).
    pull
        The unknowns' normal equations as a function of the observations, shape (K, p, n).
    location
        Expected values ahead as a function of the observations alone, the unknowns at their
        posterior mean, shape (K, W, H, n).
    variance
        Predictive variance in units of the noise variance, shape (K, W, H).
    """

    years: np.ndarray
    errors: np.ndarray
    design: np.ndarray
    spread: np.ndarray
    evidence: np.ndarray
    ahead: np.ndarray
    ahead_unknowns: np.ndarray
    response: np.ndarray
    slope: np.ndarray
    trend: np.ndarray
    pull: np.ndarray
    location: np.ndarray
    variance: np.ndarray

    @property
    def horizon(self) -> int:
        """Years ahead."""
        return self.response.shape[-1]


@lru_cache(maxsize=256)
def filter_bank(observed: tuple[bool, ...], horizon: int) -> FilterBank:
    """Return the matrices for a history in which `observed` years have a value."""
    mask = np.asarray(observed, dtype=bool)
    errors, design, level, drift = _run(mask)
    gaps = int((~mask).sum())
    n = int(mask.sum())
    gram = np.einsum("knp,knq->kpq", design, design)
    prior = np.zeros((len(DRIFT_WIDTHS), 2 + gaps, 2 + gaps))
    prior[:, range(2, 2 + gaps), range(2, 2 + gaps)] = 1.0
    prior[:, 1, 1] = 1 / np.square(DRIFT_WIDTHS)
    precision = gram[:, None] + prior[None]
    evidence = -0.5 * np.linalg.slogdet(precision)[1] - np.log(DRIFT_WIDTHS)
    path, response = _ahead(level, drift, horizon)
    spread = np.linalg.inv(precision)
    pull = np.swapaxes(design, 1, 2) @ errors
    known, unknown = path[:, :, :n], path[:, :, n:]
    gained = unknown[:, None] @ spread
    years = np.flatnonzero(mask)
    slope = _grown(errors, pull, spread, years - years[-1])
    return FilterBank(
        years=years,
        errors=errors,
        design=design,
        spread=spread,
        evidence=evidence,
        ahead=known,
        ahead_unknowns=unknown,
        response=response,
        slope=slope,
        trend=slope @ (years - years[-1]),
        pull=pull,
        location=known[:, None] + gained @ pull[:, None],
        variance=np.square(response).sum(axis=-1)[:, None] + (gained * unknown[:, None]).sum(axis=-1),
    )


def _grown(errors: np.ndarray, pull: np.ndarray, spread: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Cross product of yearly growth of one with observations, unknowns taken out, shape (K, W, n)."""
    own = np.swapaxes(errors, 1, 2) @ (errors @ years)[..., None]
    taken = np.swapaxes(pull, 1, 2)[:, None] @ (spread @ (pull @ years)[:, None, :, None])
    return np.asarray((own[:, None] - taken)[..., 0])


def _run(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pass all filters over the years, keeping level and drift as linear functions."""
    n, gaps = int(mask.sum()), int((~mask).sum())
    width = n + 2 + gaps
    alpha, beta, damping = (column[:, None] for column in GAINS.T)
    level = np.zeros((len(GAINS), width))
    drift = np.zeros_like(level)
    level[:, n], drift[:, n + 1] = 1.0, 1.0
    rows = []
    seen = missed = 0
    for is_seen in mask:
        drift = damping * drift
        expected = level + drift
        if is_seen:
            error = -expected
            error[:, seen] += 1.0
            rows.append(error)
            seen += 1
        else:
            error = np.zeros_like(expected)
            error[:, n + 2 + missed] = 1.0
            missed += 1
        level = expected + alpha * error
        drift = drift + beta * error
    table = np.stack(rows, axis=1)
    return table[:, :, :n], -table[:, :, n:], level, drift


def _ahead(level: np.ndarray, drift: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    alpha, beta, damping = GAINS.T
    steps = np.cumsum(damping[:, None] ** np.arange(1, horizon + 1), axis=1)
    path = level[:, None, :] + steps[:, :, None] * drift[:, None, :]
    weights = np.concatenate([np.ones((len(GAINS), 1)), alpha[:, None] + beta[:, None] * steps[:, :-1]], 1)
    response = np.zeros((len(GAINS), horizon, horizon))
    for year in range(horizon):
        response[:, year, : year + 1] = weights[:, year::-1]
    return path, response
