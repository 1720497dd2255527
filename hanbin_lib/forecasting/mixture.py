"""The predictive distribution: a mixture of Student distributions, its quantiles and its paths."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from hanbin_lib.forecasting.filters import FilterBank
from hanbin_lib.forecasting.posterior import (
    NOISE_YEARS,
    POWERS,
    Cells,
    Residuals,
    log_evidence,
    residuals,
    transform,
)

# Quantiles are kept at these normal scores, which reach one in 20,000 either side.
SCORES = np.linspace(-3.9, 3.9, 79)
PROBABILITIES = ndtr(SCORES)
MIDDLE = len(SCORES) // 2
_POINTS = np.sinh(np.linspace(-3.4, 3.4, 37)) / 3.0
_MOST_CELLS = 120
_NEGLIGIBLE = 1e-4


@dataclass(frozen=True, eq=False)
class Mixture:
    """Posterior of one series: the cells that matter, with all that a forecast needs.

    Attributes
    ----------
    bank
        Matrices of the filters for this history and horizon.
    level
        What a share of one is worth, in the unit of the series.
    cells, weight
        The cells kept and their posterior weights, shape (C,).
    squares
        Prior and observed sum of squares, shape (C,).
    centre, scale
        Location and scale of the Student distributions on the cells' own scales, shape (C, H).
    """

    bank: FilterBank
    level: float
    cells: Cells
    weight: np.ndarray
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
        middle = _weighted_median(back, self.weight)
        powers = np.array(POWERS)[self.cells.power][:, None]
        slope = np.power(np.maximum(middle, 1e-9), 1 - powers)
        width = np.sqrt(self.weight @ (np.square(self.scale * slope) + np.square(back - middle)))
        result = np.empty((len(PROBABILITIES), self.bank.horizon))
        for h in range(self.bank.horizon):
            grid = middle[h] + width[h] * _POINTS
            score = ndtri(np.clip(self._below(grid, h), 1e-12, 1 - 1e-12))
            result[:, h] = np.interp(SCORES, score, grid)
        return np.asarray(np.maximum(result, 0.0) * self.level)

    def paths(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw `count` futures, shape (count, H), in the unit of the series."""
        chosen = rng.choice(len(self.weight), size=count, p=self.weight)
        noise = np.sqrt(self.squares[chosen] / rng.chisquare(self.dof, count))[:, None]
        filters, widths = self.cells.filter, self.cells.width
        roots = np.linalg.cholesky(self.bank.spread[filters, widths])[chosen]
        offset = np.einsum("cpq,cq->cp", roots, rng.standard_normal((count, roots.shape[-1])))
        errors = rng.standard_normal((count, self.bank.horizon))
        step = np.einsum("chp,cp->ch", self.bank.ahead_unknowns[filters[chosen]], offset)
        step += np.einsum("chj,cj->ch", self.bank.response[filters[chosen]], errors)
        return _inverse(self.centre[chosen] + noise * step, self.cells.power[chosen]) * self.level

    def _below(self, grid: np.ndarray, h: int) -> np.ndarray:
        """Probability of staying below each share in `grid`, `h` + 1 years ahead."""
        total = np.zeros(len(grid))
        for number, power in enumerate(POWERS):
            mine = self.cells.power == number
            if mine.any():
                z = np.where(grid > 0, transform(np.maximum(grid, 1e-300), power), -1e9)
                standard = (z[None, :] - self.centre[mine, h, None]) / self.scale[mine, h, None]
                total += self.weight[mine] @ _student(standard, self.dof)
        return total


def mix(
    bank: FilterBank, shares: np.ndarray, level: float, cells: Cells, fit: Residuals, evidence: np.ndarray
) -> Mixture:
    """Weigh `cells` by what one series says of them.

    Parameters
    ----------
    shares
        The series as shares of `level`, shape (n,).
    fit, evidence
        Its residuals (one series) and log marginal likelihoods, shape (C,).
    """
    weight = np.exp(cells.log_weight + evidence - np.max(cells.log_weight + evidence))
    kept = _weightiest(weight / weight.sum())
    cells, weight = cells.take(kept), weight[kept] / weight[kept].sum()
    squares = NOISE_YEARS * np.square(cells.noise) + fit.at(cells)[0]
    centre = _centres(bank, shares, cells)
    scale = np.sqrt(squares / (NOISE_YEARS + len(bank.years) - 1))[:, None]
    scale = scale * np.sqrt(bank.variance[cells.filter, cells.width])
    return Mixture(bank, level, cells, weight, squares, centre, scale)


def weigh(bank: FilterBank, values: np.ndarray, cells: Cells, income_from: int) -> tuple[Mixture, float]:
    """Posterior of one positive series, shape (n,), and the weight of its cells from `income_from` on."""
    level = float(values.mean())
    fit = residuals(bank, values / level)
    evidence = log_evidence(bank, fit, cells)[0]
    posterior = cells.log_weight + evidence
    share = np.exp(posterior - np.logaddexp.reduce(posterior))[income_from:].sum()
    return mix(bank, values / level, level, cells, fit, evidence), float(share)


def _weightiest(weight: np.ndarray) -> np.ndarray:
    kept = np.flatnonzero(weight > _NEGLIGIBLE)
    if len(kept) > _MOST_CELLS:
        kept = kept[np.argpartition(-weight[kept], _MOST_CELLS)[:_MOST_CELLS]]
    return kept


def _centres(bank: FilterBank, shares: np.ndarray, cells: Cells) -> np.ndarray:
    """Expected values ahead on each cell's own scale, shape (C, H)."""
    z = np.stack([transform(shares, power) for power in POWERS])
    last = z[:, -1]
    t = (bank.years - bank.years[-1]).astype(float)
    filters = cells.filter
    w = (z - last[:, None])[cells.power] - cells.drift[:, None] * t
    errors = np.einsum("cnm,cm->cn", bank.errors[filters], w)
    pull = np.einsum("cnp,cn->cp", bank.design[filters], errors)
    unknowns = np.einsum("cpq,cq->cp", bank.spread[filters, cells.width], pull)
    path = np.einsum("chn,cn->ch", bank.ahead[filters], w)
    path += np.einsum("chp,cp->ch", bank.ahead_unknowns[filters], unknowns)
    years = np.arange(1, bank.horizon + 1)
    return path + last[cells.power][:, None] + cells.drift[:, None] * years


def _inverse(z: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Shares from values on the cells' own scales, shape (C, H) both."""
    exponent = np.array(POWERS)[power][:, None]
    safe = np.where(exponent > 0, exponent, 1.0)
    powers = np.power(np.maximum(1 + safe * z, 0), 1 / safe)
    return np.where(exponent > 0, powers, np.exp(np.minimum(z, 50)))


def _weighted_median(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    order = np.argsort(values, axis=0)
    place = (np.cumsum(weight[order], axis=0) >= 0.5).argmax(axis=0)
    return np.take_along_axis(values, np.take_along_axis(order, place[None], 0), 0)[0]


@lru_cache(maxsize=128)
def _table(dof: float) -> tuple[np.ndarray, np.ndarray]:
    x = np.sinh(np.linspace(-8, 8, 1601))
    return x, stdtr(dof, x)


def _student(x: np.ndarray, dof: float) -> np.ndarray:
    return np.interp(x, *_table(dof))
