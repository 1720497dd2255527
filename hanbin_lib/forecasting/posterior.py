"""What a history says about all filters at once, with nothing estimated and then taken as known.

For each cell of a prior (scale, filter, width and centre of the drift, usual noise) the first
level, the first drift and the noise variance are integrated out in closed form (normal and
inverse gamma), so a forecast is a mixture of Student distributions whose weights are prior
weight times marginal likelihood.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from hanbin_lib.forecasting.filters import DRIFT_WIDTHS, GAINS, FilterBank

# Powers of the Box-Cox transformation: as it is, square root, logarithm.
POWERS = (1.0, 0.5, 0.0)
# Prior strength of the usual noise, in years of observation.
NOISE_YEARS = 3.0


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of a prior as positions in the grids; all arrays have shape (C,).

    ``drift`` is the yearly change, as a share of the level, to which drifts return; ``noise``
    the usual yearly error as a share of the level; ``log_weight`` the log prior weight.
    """

    power: np.ndarray
    filter: np.ndarray
    width: np.ndarray
    drift: np.ndarray
    noise: np.ndarray
    log_weight: np.ndarray

    @classmethod
    def full(cls, powers: tuple[int, ...], drifts: tuple[float, ...], noises: tuple[float, ...]) -> "Cells":
        """Every combination, with equal weights."""
        axes = (powers, range(len(GAINS)), range(len(DRIFT_WIDTHS)), drifts, noises)
        grid = [axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")]
        power, filters, width = (positions.astype(int) for positions in grid[:3])
        drift, noise = grid[3:]
        return cls(power, filters, width, drift, noise, np.full(power.size, -np.log(power.size)))

    def with_weights(self, log_weight: np.ndarray) -> "Cells":
        """Return the same cells under other weights."""
        return Cells(self.power, self.filter, self.width, self.drift, self.noise, log_weight)

    def __len__(self) -> int:
        return len(self.power)

    def joined(self, other: "Cells", share: float) -> "Cells":
        """Return both priors as one, `other` with `share` of the weight."""
        names = self.__dataclass_fields__
        both = Cells(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in names))
        odds = np.repeat([1 - share, share], [len(self), len(other)])
        return both.with_weights(both.log_weight + np.log(odds))

    def take(self, chosen: np.ndarray) -> "Cells":
        """Return the cells at the positions `chosen`, weights unchanged."""
        names = self.__dataclass_fields__
        return Cells(*(getattr(self, name)[chosen] for name in names))


def transform(share: np.ndarray, power: float) -> np.ndarray:
    """Box-Cox with unit slope at one: a step is a share of the level on every scale."""
    if power == 0.0:
        return np.asarray(np.log(share))
    return np.asarray((np.power(share, power) - 1.0) / power)


@dataclass(frozen=True, eq=False)
class Residuals:
    """Sums of squares of one or many series, shape (S, P, K, W) each, P being the powers.

    The sum at drift m is ``own - 2 m cross + m^2 trend``.
    """

    own: np.ndarray
    cross: np.ndarray
    trend: np.ndarray  # the same for every series and power: shape (K, W)
    jacobian: np.ndarray  # shape (S, P)

    def row(self, number: int) -> "Residuals":
        """Return one series' sums alone."""
        one = slice(number, number + 1)
        return Residuals(self.own[one], self.cross[one], self.trend, self.jacobian[one])

    def at(self, cells: Cells) -> np.ndarray:
        """Sum of squares by series and cell, shape (S, C)."""
        where = (slice(None), cells.power, cells.filter, cells.width)
        m = cells.drift
        trend = self.trend[cells.filter, cells.width]
        total = self.own[where] - 2 * m * self.cross[where] + np.square(m) * trend
        return np.maximum(total, 1e-12)


def residuals(bank: FilterBank, shares: np.ndarray) -> Residuals:
    """Fit all filters to positive series given as shares of their own level, shape (S, n)."""
    shares = np.atleast_2d(shares)
    z = np.stack([transform(shares, power) for power in POWERS], axis=1)
    z = z - z[:, :, -1:]
    t = (bank.years - bank.years[-1]).astype(float)
    a, a_t = np.einsum("knm,spm->spkn", bank.errors, z), bank.errors @ t
    u, u_t = np.einsum("knp,sqkn->sqkp", bank.design, a), np.einsum("knp,kn->kp", bank.design, a_t)
    vu_t = np.einsum("kwpq,kq->kwp", bank.spread, u_t)
    own = np.einsum("sqkn,sqkn->sqk", a, a)[..., None] - np.einsum("sqkp,kwpr,sqkr->sqkw", u, bank.spread, u)
    cross = np.einsum("sqkn,kn->sqk", a, a_t)[..., None] - np.einsum("sqkp,kwp->sqkw", u, vu_t)
    trend = np.einsum("kn,kn->k", a_t, a_t)[:, None] - np.einsum("kp,kwp->kw", u_t, vu_t)
    logs = np.log(shares).sum(axis=1)
    jacobian = np.stack([(p - 1) * logs for p in POWERS], axis=1)
    return Residuals(own, cross, trend, jacobian)


def log_evidence(bank: FilterBank, fit: Residuals, cells: Cells) -> np.ndarray:
    """Log marginal likelihood by series and cell, shape (S, C), up to one constant."""
    dof = NOISE_YEARS + len(bank.years) - 1
    prior = NOISE_YEARS * np.square(cells.noise)
    constant = gammaln(dof / 2) - gammaln(NOISE_YEARS / 2)
    return (
        bank.evidence[cells.filter, cells.width]
        + 0.5 * NOISE_YEARS * np.log(prior)
        - 0.5 * dof * np.log(prior + fit.at(cells))
        + fit.jacobian[:, cells.power]
        + constant
    )


def learn(
    evidence: np.ndarray,
    log_weight: np.ndarray,
    *,
    strength: float,
    rounds: int,
    counts: np.ndarray | None = None,
    shared: np.ndarray | None = None,
) -> np.ndarray:
    """Expectation-maximisation of the cells' weights.

    Parameters
    ----------
    evidence
        Log marginal likelihoods, shape (S, C).
    log_weight
        Where to begin and what to be drawn to, shape (C,).
    strength
        How many series the first weights count for.
    counts
        Weight of each series, shape (S,); one by default.
    shared
        Number of the class of each cell, shape (C,), all classes of one size: the cells of a
        class keep one common weight.
    """
    start = np.exp(log_weight - np.logaddexp.reduce(log_weight))
    likelihood = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    counts = np.ones(len(evidence)) if counts is None else counts
    weight = start
    for _ in range(rounds):
        joint = likelihood * weight
        weight = strength * start + counts @ (joint / joint.sum(axis=1, keepdims=True))
        weight = weight if shared is None else np.bincount(shared, weight)[shared]
        weight = weight / weight.sum()
    return np.log(weight)
