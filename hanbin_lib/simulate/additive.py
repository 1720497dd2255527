"""Rates that differ by several factors at once, with partial pooling; the posterior, and draws of it.

Events in cells of a base (household-months, or households) have a rate

    logit p  or  log λ  =  intercept + Σ factors  level effect

A factor's levels are normal around zero (``pooled``: the less is known of a level, the nearer it
lies to the others) or a random walk over consecutive levels (``walk``: months, each near the one
before; ``drift``: with a common step besides, which fades; ``cycle``: months of the year, the first
near the last as well). The effects' posterior is normal around the mode of the penalised likelihood
(Newton); the spreads are re-estimated from it until they stand still (Fellner 1986; Schall 1991),
with a weak inverse chi-squared prior so that few levels do not shrink to none; a walk may have a
chance besides to stand still (spike and slab; Frühwirth-Schnatter and Wagner 2010). Discrete
hazards of this form: Allison (1982), Fahrmeir (1994).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy import special

_ROUNDS = 60
_ENOUGH = 2e-3
_GRID = np.geomspace(1 / 30, 30, 41)  # variances tried, as multiples of the estimate
_COARSE = 2  # every so many of them where two factors' variances are drawn together
_BLOCK = 100  # draws at once: each needs a matrix of its own
_STILL = 0.005**2  # variance of the steps of a walk that stands still
# Weight (in levels) and square of the prior guess of a spread.
_PRIOR_LEVELS, _PRIOR_VARIANCE = 1.0, 0.1**2
# Variance of a common step beforehand (five per cent a month), and what is left of it a month later.
_DRIFT_VARIANCE, _DRIFT_DAMPING = 0.05**2, 0.97
_LOOSE = 1e-4  # precision of what the data decide alone


@dataclass(frozen=True)
class Factor:
    """One factor of the cells.

    Parameters
    ----------
    name
        How it is asked for.
    level
        Level of each cell, 0 to ``levels - 1``.
    kind
        ``pooled``, ``walk``, ``drift`` or ``cycle``.
    stillness
        Chance beforehand that a walk stands still, but for its common step.
    """

    name: str
    level: np.ndarray
    levels: int
    kind: Literal["pooled", "walk", "drift", "cycle"] = "pooled"
    stillness: float = 0.0


@dataclass(frozen=True)
class Effects:
    """Posterior of all effects: normal around the mode, given the spreads; the spreads are drawn too.

    Parameters
    ----------
    mean
        Mode: intercept first, then the levels of each factor in order.
    information
        What the data say alone: negative second derivatives of their log-likelihood at the mode.
    factors
        As fitted.
    variances
        Of the levels of each factor, or of the steps of its walk.
    """

    mean: np.ndarray
    information: np.ndarray
    factors: tuple[Factor, ...]
    variances: np.ndarray

    @cached_property
    def places(self) -> dict[str, slice]:
        """Factor -> where its levels stand in `mean`."""
        return dict(zip((factor.name for factor in self.factors), _places(self.factors), strict=True))

    @cached_property
    def spreads(self) -> dict[str, float]:
        """Factor -> standard deviation of its levels, or of the steps of its walk."""
        return {f.name: float(v**0.5) for f, v in zip(self.factors, self.variances, strict=True)}

    @cached_property
    def covariance(self) -> np.ndarray:
        """Of all effects, given the spreads."""
        return np.linalg.inv(self.information + _penalty(self.factors, self.variances))

    def draw(self, rng: np.random.Generator, count: int) -> "EffectDraws":
        """Joint draws of spreads and effects.

        A factor's variance is drawn from its posterior on a grid, given the others' estimates (a
        walk's and a cycle's together: either may hold what the other does); given
        all variances the effects are normal: the likelihood's parabola at the mode, with that
        prior (Rue, Martino and Chopin 2009, simplified). Taking the estimated spreads for true
        would make every interval too short.
        """
        variances = np.empty((count, len(self.factors)))
        for numbers, nodes, weight in self._grids:
            variances[:, numbers] = nodes[rng.choice(len(nodes), count, p=weight)]
        noise = rng.standard_normal((count, len(self.mean)))
        blocks = range(0, count, _BLOCK)
        values = [self._given(variances[at : at + _BLOCK], noise[at : at + _BLOCK]) for at in blocks]
        spreads = {f.name: variances[:, n] ** 0.5 for n, f in enumerate(self.factors)}
        return EffectDraws(np.concatenate(values), spreads, self.places)

    def _given(self, variances: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Effects given the variances of each draw: with A = L L', mean A⁻¹ pull, covariance A⁻¹."""
        pull = self._pull
        penalties = np.stack([_penalty(self.factors, drawn) for drawn in variances])
        root = np.linalg.cholesky(self.information + penalties)
        half = np.linalg.solve(root, np.broadcast_to(pull[:, None], (*noise.shape, 1)))
        return np.asarray(np.linalg.solve(root.transpose(0, 2, 1), half + noise[..., None])[..., 0])

    @cached_property
    def _pull(self) -> np.ndarray:
        """Slope of the likelihood's parabola at zero."""
        return np.asarray((self.information + _penalty(self.factors, self.variances)) @ self.mean)

    @cached_property
    def _grids(self) -> list[tuple[list[int], np.ndarray, np.ndarray]]:
        """Numbers of factors, variances tried for them (nodes x factors), and their posterior weights."""
        moving = [number for number, factor in enumerate(self.factors) if factor.kind != "pooled"]
        groups = [[number] for number in range(len(self.factors)) if number not in moving]
        return [self._grid(numbers) for numbers in sorted([*groups, *([moving] if moving else [])])]

    def _grid(self, numbers: list[int]) -> tuple[list[int], np.ndarray, np.ndarray]:
        times = _GRID[:: _COARSE if len(numbers) > 1 else 1]
        axes = [_nodes(self.factors[number], self.variances[number] * times) for number in numbers]
        nodes = np.stack(np.meshgrid(*(axis for axis, _ in axes), indexing="ij"), axis=-1)
        log = reduce(np.add.outer, (prior for _, prior in axes)).ravel()
        nodes = nodes.reshape(-1, len(numbers))
        for place, tried in enumerate(nodes):
            variances = self.variances.copy()
            variances[numbers] = tried
            log[place] += self._log_marginal(variances)
            for number, variance in zip(numbers, tried, strict=True):
                log[place] -= _log_spread(self.factors[number], variance) / 2
        weight = np.exp(log - log.max())
        return numbers, nodes, weight / weight.sum()

    def _log_marginal(self, variances: np.ndarray) -> float:
        """Log-likelihood with the effects integrated out, but for the prior's own determinant."""
        root = np.linalg.cholesky(self.information + _penalty(self.factors, variances))
        half = np.linalg.solve(root, self._pull)
        return float(half @ half / 2 - np.log(np.diag(root)).sum())


def _nodes(factor: Factor, variances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances of a factor to be tried, and the logarithms of their prior weights.

    Scaled inverse chi-squared for the logarithm of a variance; besides it one node for standing still, and
    then each node has the mass of its step. Nodes lie around the estimate: those around a small one hold
    little of what was believed beforehand, and are not scaled up to hold all of it.
    """
    weight = _PRIOR_LEVELS / 2
    log = -weight * (np.log(variances) + _PRIOR_VARIANCE / variances)
    if factor.stillness == 0:
        return variances, log
    log += weight * np.log(weight * _PRIOR_VARIANCE) - special.gammaln(weight)
    log += np.log(np.log(variances[1] / variances[0])) + np.log1p(-factor.stillness)
    return np.append(variances, _STILL), np.append(log, np.log(factor.stillness))


@dataclass(frozen=True)
class EffectDraws:
    """Draws of all effects (draws x effects) and of the spreads (draws)."""

    values: np.ndarray
    spreads: Mapping[str, np.ndarray]
    places: Mapping[str, slice]

    @property
    def intercept(self) -> np.ndarray:
        """One value a draw."""
        return self.values[:, 0]

    def of(self, name: str) -> np.ndarray:
        """Effects of a factor's levels (draws x levels)."""
        return self.values[:, self.places[name]]

    def walk_on(self, name: str, steps: int, rng: np.random.Generator) -> np.ndarray:
        """The walk of a factor beyond its last level (draws x steps)."""
        pace = self.spreads[name][:, None] * rng.standard_normal((len(self.values), steps))
        return np.asarray(self.of(name)[:, -1:] + np.cumsum(pace, axis=1))

    def drift_on(self, name: str, steps: int, rng: np.random.Generator) -> np.ndarray:
        """The same of a walk with a common step: drawn given the walk, and a share less each month."""
        levels, spread = self.of(name), self.spreads[name]
        known = _DRIFT_VARIANCE / (spread**2 + _DRIFT_VARIANCE * (levels.shape[1] - 1))
        doubt = rng.standard_normal(len(levels)) * spread * known**0.5
        drift = known * (levels[:, -1] - levels[:, 0]) + doubt
        fading = np.cumsum(_DRIFT_DAMPING ** np.arange(1, steps + 1))
        return self.walk_on(name, steps, rng) + drift[:, None] * fading


def fit(
    events: np.ndarray,
    base: np.ndarray,
    factors: Sequence[Factor],
    *,
    family: Literal["binomial", "poisson"],
) -> Effects:
    """Fit the effects.

    Parameters
    ----------
    events, base
        Of each cell: events, and what they happened among. Binomial: ``events`` of ``base``
        trials; Poisson: the expectation is rate times ``base``.

    Raises
    ------
    ValueError
        There is no base at all.
    """
    known = base > 0
    if not known.any():
        raise ValueError("nothing was at risk")
    events, base = events[known].astype(float), base[known].astype(float)
    levels = [factor.level[known] for factor in factors]
    design = _Design(levels, [factor.levels for factor in factors], _places(factors))
    rate = (events.sum() + 0.5) / (base.sum() + 1.0)
    effects = np.zeros(design.size)
    effects[0] = special.logit(min(rate, 0.99)) if family == "binomial" else np.log(rate)
    variances = np.full(len(factors), 4 * _PRIOR_VARIANCE)
    information = np.zeros((design.size, design.size))
    for _ in range(_ROUNDS):
        # One step a round: mode and spreads settle together.
        penalty = _penalty(factors, variances)
        effects, information = _newton(design, events, base, effects, penalty, family)
        covariance = np.linalg.inv(information + penalty)
        before, variances = variances, _variances(factors, variances, effects, covariance)
        if np.max(np.abs(np.log(variances / before))) < _ENOUGH:
            break
    return Effects(effects, information, tuple(factors), variances)


def _places(factors: Sequence[Factor]) -> list[slice]:
    """Where the levels of each factor stand, after the intercept."""
    starts = 1 + np.concatenate([[0], np.cumsum([factor.levels for factor in factors])]).astype(int)
    return [slice(int(a), int(b)) for a, b in pairwise(starts)]


class _Design:
    """Sums over cells of products of indicator columns, without ever making the columns."""

    def __init__(self, levels: list[np.ndarray], counts: list[int], places: list[slice]) -> None:
        self.levels, self.counts, self.places = levels, counts, places
        self.size = 1 + sum(counts)

    def predict(self, effects: np.ndarray) -> np.ndarray:
        total = np.full(len(self.levels[0]), effects[0])
        for level, place in zip(self.levels, self.places, strict=True):
            total += effects[place][level]
        return total

    def sums(self, weight: np.ndarray) -> np.ndarray:
        """X'w."""
        parts = [
            np.bincount(level, weight, count) for level, count in zip(self.levels, self.counts, strict=True)
        ]
        return np.concatenate([[weight.sum()], *parts])

    def cross(self, weight: np.ndarray) -> np.ndarray:
        """X'WX."""
        matrix = np.zeros((self.size, self.size))
        matrix[0] = self.sums(weight)
        for first, (level, place, count) in enumerate(
            zip(self.levels, self.places, self.counts, strict=True)
        ):
            matrix[place, place] = np.diag(matrix[0, place])
            for second in range(first + 1, len(self.levels)):
                other, many = self.levels[second], self.counts[second]
                table = np.bincount(level * many + other, weight, count * many).reshape(count, many)
                matrix[place, self.places[second]] = table
        return np.triu(matrix) + np.triu(matrix, 1).T


def _newton(
    design: _Design,
    events: np.ndarray,
    base: np.ndarray,
    effects: np.ndarray,
    penalty: np.ndarray,
    family: str,
) -> tuple[np.ndarray, np.ndarray]:
    linear = np.clip(design.predict(effects), -30, 30)
    rate = special.expit(linear) if family == "binomial" else np.exp(linear)
    expected = base * rate
    weight = expected * (1 - rate) if family == "binomial" else expected
    information = design.cross(weight)
    slope = design.sums(events - expected) - penalty @ effects
    step = np.linalg.solve(information + penalty, slope)
    # A long first step would leave the region where the likelihood is nearly quadratic.
    return effects + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12)), information


def _penalty(factors: Sequence[Factor], variances: np.ndarray) -> np.ndarray:
    places = _places(factors)
    penalty = np.zeros((places[-1].stop, places[-1].stop))
    penalty[0, 0] = _LOOSE
    for factor, place, variance in zip(factors, places, variances, strict=True):
        penalty[place, place] = _structure(factor, variance) / variance
        if factor.kind != "pooled":
            # The level of a walk is the intercept's; without an anchor the two would drift apart.
            penalty[place, place] += np.ones((factor.levels, factor.levels))
    return penalty


def _structure(factor: Factor, variance: float) -> np.ndarray:
    if factor.kind == "pooled":
        return np.eye(factor.levels)
    if factor.kind == "cycle":
        round_trip = np.eye(factor.levels) - np.roll(np.eye(factor.levels), 1, axis=1)
        return np.asarray(round_trip.T @ round_trip)
    steps = np.diff(np.eye(factor.levels), axis=0)
    if factor.kind == "walk":
        return np.asarray(steps.T @ steps)
    # Steps with a common part have the covariance v I + d 11'; its inverse by Sherman and Morrison.
    common = _DRIFT_VARIANCE / (variance + _DRIFT_VARIANCE * len(steps))
    total = steps.sum(axis=0)
    return np.asarray(steps.T @ steps - common * np.outer(total, total))


def _steps(factor: Factor) -> int:
    return factor.levels - (factor.kind != "pooled")


def _log_spread(factor: Factor, variance: float) -> float:
    """Log-determinant of the covariance of a factor's levels, or of its steps."""
    steps = _steps(factor)
    if factor.kind != "drift":
        return float(steps * np.log(variance))
    return float((steps - 1) * np.log(variance) + np.log(variance + _DRIFT_VARIANCE * steps))


def _variances(
    factors: Sequence[Factor], before: np.ndarray, effects: np.ndarray, covariance: np.ndarray
) -> np.ndarray:
    """Mean square of each factor's effects (or steps), their posterior variance counted in."""
    found = []
    for factor, variance, place in zip(factors, before, _places(factors), strict=True):
        own, spread = effects[place], covariance[place, place]
        structure = _structure(factor, variance)
        squares = float(own @ structure @ own + np.trace(structure @ spread))
        found.append((squares + _PRIOR_LEVELS * _PRIOR_VARIANCE) / (_steps(factor) + _PRIOR_LEVELS))
    return np.array(found)
