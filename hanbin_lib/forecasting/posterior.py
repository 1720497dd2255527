"""What a history says about all filters at once, with nothing estimated and then taken as known.

For each cell of a prior (scale, filter, width and centre of the drift, usual noise) the first
level, the first drift and the noise variance are integrated out in closed form (normal and
inverse gamma), so a forecast is a mixture of Student distributions whose weights are prior
weight times marginal likelihood.

The priors ship with the package: ``generic`` was learned from the yearly series of M1 and the training parts
of M3's, ``income`` from five panels of incomes and products per head, ``deviation`` from US states against
their mean up to 1968 (``scripts/fit_forecast_tables.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd
from scipy.special import gammaln

from hanbin_lib.forecasting.filters import DRIFT_WIDTHS, GAINS, FilterBank

# Powers of the Box-Cox transformation: as it is, square root, logarithm.
POWERS = (1.0, 0.5, 0.0)
# Prior strength of the usual noise, in years of observation.
NOISE_YEARS = 3.0
# Of series about which nothing is told, so many are taken to be incomes beforehand; chosen on
# origins inside the training parts of M3 and Tourism.
_INCOMES_AMONG_ALL = 1 / 6
PARTS = ("power", "filter", "width", "drift", "noise")


@dataclass(frozen=True, eq=False)
class Chosen:
    """Single cells of a prior; all arrays have shape (C,), the first three hold positions in the grids."""

    power: np.ndarray
    filter: np.ndarray
    width: np.ndarray
    drift: np.ndarray
    noise: np.ndarray

    def and_those(self, others: "Chosen") -> "Chosen":
        """These cells and others behind them."""
        names = self.__dataclass_fields__
        return Chosen(*(np.concatenate([getattr(self, n), getattr(others, n)]) for n in names))


@dataclass(frozen=True, eq=False)
class Cells:
    """A prior: every combination of scale, filter, drift width, growth and noise, with its weight.

    Attributes
    ----------
    powers
        Positions in `POWERS`.
    drifts
        Yearly change, as a share of the level, to which drifts return, shape (M,).
    noises
        Usual yearly error as a share of the level, shape (N,).
    log_weight
        Log prior weight, shape (P, K, W, M, N).
    """

    powers: tuple[int, ...]
    drifts: np.ndarray
    noises: np.ndarray
    log_weight: np.ndarray

    @classmethod
    def full(cls, powers: tuple[int, ...], drifts: tuple[float, ...], noises: tuple[float, ...]) -> "Cells":
        """Every combination, with equal weights."""
        shape = (len(powers), len(GAINS), len(DRIFT_WIDTHS), len(drifts), len(noises))
        equal = np.full(shape, -np.log(np.prod(shape)))
        return cls(powers, np.array(drifts), np.array(noises), equal)

    def with_weights(self, log_weight: np.ndarray) -> "Cells":
        """Return the same cells under other weights, given in any shape."""
        return Cells(self.powers, self.drifts, self.noises, log_weight.reshape(self.log_weight.shape))

    def __len__(self) -> int:
        return self.log_weight.size

    def at(self, positions: np.ndarray) -> Chosen:
        """Return single cells by their positions in the flat grid."""
        power, filters, width, drift, noise = np.unravel_index(positions, self.log_weight.shape)
        return Chosen(np.array(self.powers)[power], filters, width, self.drifts[drift], self.noises[noise])


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

    def at(self, chosen: Chosen) -> np.ndarray:
        """Sum of squares of the first series by single cell, shape (C,)."""
        where = (0, chosen.power, chosen.filter, chosen.width)
        m, trend = chosen.drift, self.trend[chosen.filter, chosen.width]
        return np.maximum(self.own[where] - 2 * m * self.cross[where] + np.square(m) * trend, 1e-12)

    def of(self, cells: Cells) -> np.ndarray:
        """Sum of squares by series, scale, filter, width and growth, shape (S, P, K, W, M)."""
        powers, m = list(cells.powers), cells.drifts
        total = self.own[:, powers, :, :, None] - 2 * m * self.cross[:, powers, :, :, None]
        total += np.square(m) * self.trend[..., None]
        return np.maximum(total, 1e-12, out=total)


def residuals(bank: FilterBank, shares: np.ndarray) -> Residuals:
    """Fit all filters to positive series given as shares of their own level, shape (S, n)."""
    shares = np.atleast_2d(shares)
    z = np.stack([transform(shares, power) for power in POWERS], axis=1)
    z = z - z[:, :, -1:]
    flat = z.reshape(-1, z.shape[-1]).T
    a, u = bank.errors @ flat, bank.pull @ flat
    own = np.square(a).sum(axis=1)[:, None] - (u[:, None] * (bank.spread @ u[:, None])).sum(axis=2)
    shape = (*z.shape[:2], *bank.trend.shape)
    own, cross = (x.reshape(-1, len(flat.T)).T.reshape(shape) for x in (own, bank.slope @ flat))
    logs = np.log(shares).sum(axis=1)
    jacobian = np.stack([(p - 1) * logs for p in POWERS], axis=1)
    return Residuals(own, cross, bank.trend, jacobian)


def log_evidence(bank: FilterBank, fit: Residuals, cells: Cells) -> np.ndarray:
    """Log marginal likelihood by series and cell, shape (S, C), up to one constant."""
    dof = NOISE_YEARS + len(bank.years) - 1
    prior = NOISE_YEARS * np.square(cells.noises)
    result = fit.of(cells)[..., None] + prior
    np.log(result, out=result)
    result *= -0.5 * dof
    result += 0.5 * NOISE_YEARS * np.log(prior) + gammaln(dof / 2) - gammaln(NOISE_YEARS / 2)
    result += bank.evidence[:, :, None, None]
    result += fit.jacobian[:, list(cells.powers), None, None, None, None]
    return np.asarray(result.reshape(len(result), -1))


def learn(
    evidence: np.ndarray,
    cells: Cells,
    *,
    strength: float,
    rounds: int,
    counts: np.ndarray | None = None,
    tied: Callable[[np.ndarray], np.ndarray] = lambda weight: weight,
) -> Cells:
    """Expectation-maximisation of the cells' weights.

    Parameters
    ----------
    evidence
        Log marginal likelihoods, shape (S, C).
    cells
        Where to begin and what to be drawn to.
    strength
        How many series the first weights count for.
    counts
        Weight of each series, shape (S,); one by default.
    tied
        What weights are made into after each round, shape (P, K, W, M, N) both.
    """
    start = np.exp(cells.log_weight - np.logaddexp.reduce(cells.log_weight, axis=None))
    likelihood = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    exact = likelihood.dtype
    counts = np.ones(len(evidence), exact) if counts is None else counts.astype(exact)
    weight = start
    for _ in range(rounds):
        flat = weight.ravel().astype(exact)
        seen = flat * ((counts / (likelihood @ flat)) @ likelihood)
        weight = tied(strength * start + seen.reshape(start.shape))
        weight = weight / weight.sum()
    return cells.with_weights(np.log(weight))


@lru_cache
def table(name: str) -> pd.DataFrame:
    """Read ``tables/NAME.csv``; callers do not change it. ``docs/forecasting.md`` explains each column."""
    with (files(__package__) / "tables" / f"{name}.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream)


class Prior(StrEnum):
    """What a series is taken to be before it is seen."""

    AUTO = "auto"
    INCOME = "income"
    GENERIC = "generic"


@lru_cache
def shipped(name: str) -> Cells:
    """Cells of ``prior_NAME.csv`` with weights that add up to one."""
    columns = table(f"prior_{name}")
    if "drift" not in columns:
        growth = table("income_growth")
        columns = columns.merge(growth, how="cross", suffixes=("", "_of_growth"))
        columns = columns.assign(weight=columns["weight"] * columns["weight_of_growth"])
    powers, drifts, noises = (np.unique(columns[part]) for part in ("power", "drift", "noise"))
    cells = Cells.full(tuple(int(power) for power in powers), tuple(drifts), tuple(noises))
    axes = (powers, np.arange(len(GAINS)), np.arange(len(DRIFT_WIDTHS)), drifts, noises)
    where = tuple(np.searchsorted(axis, columns[part]) for axis, part in zip(axes, PARTS, strict=True))
    weight = np.zeros_like(cells.log_weight)
    weight[where] = columns["weight"].to_numpy()
    with np.errstate(divide="ignore"):
        return cells.with_weights(np.log(weight / weight.sum()))


def with_odds(generic: Cells, income: Cells) -> tuple[Cells, Cells]:
    """Both priors, weighted by how likely each is of a series about which nothing is told."""
    first, second = np.log1p(-_INCOMES_AMONG_ALL), np.log(_INCOMES_AMONG_ALL)
    return generic.with_weights(generic.log_weight + first), income.with_weights(income.log_weight + second)


@lru_cache
def priors_of(prior: Prior) -> tuple[Cells, ...]:
    """The priors that a series is weighed by, the income prior last; their weights add up to one."""
    if prior is Prior.AUTO:
        return with_odds(shipped("generic"), shipped("income"))
    return (shipped(prior.value),)
