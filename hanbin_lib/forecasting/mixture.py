"""The predictive distribution: a mixture of Student distributions, its quantiles and its paths."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from hanbin_lib.forecasting.filters import FilterBank
from hanbin_lib.forecasting.posterior import (
    NOISE_YEARS,
    POWERS,
    Cells,
    Chosen,
    Residuals,
    log_evidence,
    residuals,
    transform,
)

# Quantiles are kept at these normal scores, which reach one in 20,000 either side.
SCORES = np.linspace(-3.9, 3.9, 79)
PROBABILITIES = ndtr(SCORES)
MIDDLE = len(SCORES) // 2
_POINTS = np.sinh(np.linspace(-3.4, 3.4, 31)) / 3.0
# So many equally likely cells stand for the posterior of tens of thousands.
_KEPT = 100


@dataclass(frozen=True, eq=False)
class Mixture:
    """Posterior of one series: the cells that matter, with all that a forecast needs.

    Attributes
    ----------
    bank
        Matrices of the filters for this history and horizon.
    level
        What a share of one is worth, in the unit of the series.
    cells
        Equally likely cells that stand for the posterior, shape (C,).
    squares
        Prior and observed sum of squares, shape (C,).
    centre, scale
        Location and scale of the Student distributions on the cells' own scales, shape (C, H).
    """

    bank: FilterBank
    level: float
    cells: Chosen
    squares: np.ndarray
    centre: np.ndarray
    scale: np.ndarray

    @property
    def dof(self) -> float:
        """Degrees of freedom of the Student distributions."""
        return NOISE_YEARS + len(self.bank.years) - 1

    def quantiles(self) -> np.ndarray:
        """Quantiles at `PROBABILITIES`, shape (79, H), in the unit of the series."""
        back = _inverse(self.centre, self.cells.power)
        middle = np.median(back, axis=0)
        slope = np.power(np.maximum(middle, 1e-9), 1 - np.array(POWERS)[self.cells.power][:, None])
        width = np.sqrt((np.square(self.scale * slope) + np.square(back - middle)).mean(axis=0))
        grid = middle + width * _POINTS[:, None]
        score = ndtri(np.clip(self._below(grid), 1e-12, 1 - 1e-12))
        result = np.stack([np.interp(SCORES, score[:, h], grid[:, h]) for h in range(self.bank.horizon)], 1)
        return np.asarray(np.maximum(result, 0.0) * self.level)

    def paths(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw `count` futures, shape (count, H), in the unit of the series; as many from each cell."""
        cells, each = len(self.squares), -(-count // len(self.squares))
        filters, widths = self.cells.filter, self.cells.width
        noise = np.sqrt(self.squares[:, None] / rng.chisquare(self.dof, (cells, each)))
        roots = np.linalg.cholesky(self.bank.spread[filters, widths])
        unknown = self.bank.ahead_unknowns[filters] @ roots
        step = unknown @ rng.standard_normal((cells, unknown.shape[-1], each))
        step += self.bank.response[filters] @ rng.standard_normal((cells, self.bank.horizon, each))
        futures = np.swapaxes(self.centre[:, :, None] + noise[:, None] * step, 1, 2)
        drawn = _inverse(futures.reshape(-1, self.bank.horizon), np.repeat(self.cells.power, each))
        return np.asarray(drawn[rng.permutation(len(drawn))[:count]] * self.level)

    def _below(self, grid: np.ndarray) -> np.ndarray:
        """Probability of staying below each share of `grid`, shape (G, H) both."""
        total = np.zeros_like(grid)
        for number in np.unique(self.cells.power):
            mine = self.cells.power == number
            z = np.where(grid > 0, transform(np.maximum(grid, 1e-300), POWERS[number]), -1e9)
            standard = (z - self.centre[mine, None]) / self.scale[mine, None]
            total += _student(standard, self.dof).sum(axis=0)
        return total / len(self.squares)


def mix(
    bank: FilterBank,
    shares: np.ndarray,
    level: float,
    fit: Residuals,
    posteriors: list[tuple[Cells, np.ndarray]],
) -> Mixture:
    """Let a hundred cells stand for what one series says of all.

    Parameters
    ----------
    shares
        The series as shares of `level`, shape (n,).
    fit
        Its residuals (one series).
    posteriors
        Priors and the posterior weights of their cells, shape (C,) each, up to one constant.
    """
    totals = np.array([weight.sum() for _, weight in posteriors])
    counts = np.diff(np.round(_KEPT * np.cumsum([0, *totals]) / totals.sum())).astype(int)
    parts = [
        cells.at(_thinned(weight, _last_year(bank, shares, cells), count))
        for (cells, weight), count in zip(posteriors, counts, strict=True)
    ]
    chosen = reduce(Chosen.and_those, parts)
    squares = NOISE_YEARS * np.square(chosen.noise) + fit.at(chosen)
    scale = np.sqrt(squares / (NOISE_YEARS + len(bank.years) - 1))[:, None]
    scale = scale * np.sqrt(bank.variance[chosen.filter, chosen.width])
    return Mixture(bank, level, chosen, squares, _centres(bank, shares, chosen), scale)


def weigh(bank: FilterBank, values: np.ndarray, priors: Sequence[Cells]) -> tuple[Mixture, np.ndarray]:
    """Posterior of one positive series, shape (n,), and the weight of each prior in it.

    The priors' own weights add up to how likely each is beforehand.
    """
    level = float(values.mean())
    fit = residuals(bank, values / level)
    logs = [cells.log_weight.ravel() + log_evidence(bank, fit, cells)[0] for cells in priors]
    highest = max(values.max() for values in logs)
    weights = [np.exp(values - highest) for values in logs]
    totals = np.array([weight.sum() for weight in weights])
    return mix(
        bank, values / level, level, fit, list(zip(priors, weights, strict=True))
    ), totals / totals.sum()


def _thinned(weight: np.ndarray, ahead: np.ndarray, count: int) -> np.ndarray:
    """Positions of equally likely cells: systematic sampling in the order of what they forecast.

    The heaviest cells alone would not do: a thousand light ones may hold half of the weight.
    """
    order = np.argsort(ahead)
    noises = len(weight) // len(ahead)
    below = np.cumsum(weight.reshape(-1, noises)[order])
    taken = np.searchsorted(below, below[-1] * (np.arange(count) + 0.5) / max(count, 1))
    return np.asarray(order[taken // noises] * noises + taken % noises)


def _last_year(bank: FilterBank, shares: np.ndarray, cells: Cells) -> np.ndarray:
    """Expected share in the last year ahead by scale, filter, width and growth, flat."""
    t = (bank.years - bank.years[-1]).astype(float)
    z = np.stack([transform(shares, POWERS[power]) for power in cells.powers])
    last = z[:, -1]
    location = bank.location[:, :, -1]
    ahead = np.moveaxis(location @ (z - last[:, None]).T, -1, 0) + last[:, None, None]
    grown = bank.horizon - location @ t
    total = ahead[..., None] + grown[..., None] * cells.drifts
    return np.concatenate(
        [
            _shares(flat, POWERS[power])
            for flat, power in zip(total.reshape(len(z), -1), cells.powers, strict=True)
        ]
    )


def _centres(bank: FilterBank, shares: np.ndarray, cells: Chosen) -> np.ndarray:
    """Expected values ahead on each cell's own scale, shape (C, H)."""
    z = np.stack([transform(shares, power) for power in POWERS])
    last = z[:, -1]
    t = (bank.years - bank.years[-1]).astype(float)
    w = (z - last[:, None])[cells.power] - cells.drift[:, None] * t
    path = (bank.location[cells.filter, cells.width] @ w[:, :, None])[:, :, 0]
    years = np.arange(1, bank.horizon + 1)
    return path + last[cells.power][:, None] + cells.drift[:, None] * years


def _inverse(z: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Shares from values on the cells' own scales, shape (C, H) both."""
    if (power == len(POWERS) - 1).all():
        return np.asarray(np.exp(np.minimum(z, 50)))
    exponent = np.array(POWERS)[power][:, None]
    safe = np.where(exponent > 0, exponent, 1.0)
    powers = np.power(np.maximum(1 + safe * z, 0), 1 / safe)
    return np.where(exponent > 0, powers, np.exp(np.minimum(z, 50)))


def _shares(z: np.ndarray, power: float) -> np.ndarray:
    """The same from values on one scale."""
    if power == 0.0:
        return np.asarray(np.exp(np.minimum(z, 50)))
    return np.asarray(np.power(np.maximum(1 + power * z, 0), 1 / power))


# Values of the distribution function at equal steps of the inverse hyperbolic sine.
_STEPS, _REACH = 100, 8


@lru_cache(maxsize=128)
def _table(dof: float) -> np.ndarray:
    values = np.asarray(stdtr(dof, np.sinh(np.arange(-_REACH * _STEPS, _REACH * _STEPS + 1) / _STEPS)))
    values.flags.writeable = False
    return values


def _student(x: np.ndarray, dof: float) -> np.ndarray:
    table = _table(dof)
    place = np.clip((np.arcsinh(x) + _REACH) * _STEPS, 0, len(table) - 1.001)
    before = place.astype(int)
    low = table[before]
    return np.asarray(low + (place - before) * (table[before + 1] - low))
