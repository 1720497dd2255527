"""Whom a shock hits, and what it takes: one tile of draws x households at a time.

In draw d a household of town t with something at stake is hit with probability

    p(d, t) = Φ((Φ⁻¹(share(d)) - √ρ U(d, t)) / √(1 - ρ)),   U normal, one value a town

(one-factor model, Vasicek 2002): on average `share`, and the luck of two households of one town is
correlated by ρ on the normal scale. A household has one uniform number u a draw and shock: it is hit
where u < p. Then 1 - u/p is again uniform, whatever p is, and serves as the rank of what an illness
costs; so a larger share keeps everybody who was hit before and never makes their bill smaller.

How hard a disaster hits is drawn once a town and draw; a price, a closure or a delay once a draw, for
the whole county alike.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from hanbin_lib.simulate.engine import Chunk
from hanbin_lib.simulate.scenarios import (
    PLANTING,
    AnyShock,
    Illness,
    JobLoss,
    PlantingDisaster,
    PriceChange,
    ShareOfLoss,
)

_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Target:
    """A shock and the households it may reach.

    Attributes
    ----------
    stake
        Yuan a year at stake (float32), one value a household.
    cell
        Town of each household, or the number of towns where nothing is at stake.
    reliefs
        Measures that pay back a share of what it takes, with who holds them and the position of
        each among the scenario's measures.
    """

    shock: AnyShock
    stake: np.ndarray
    cell: np.ndarray
    reliefs: tuple[tuple[int, ShareOfLoss, np.ndarray], ...] = ()

    @property
    def is_planting(self) -> bool:
        """Whether it takes from what grows in the field."""
        shock = self.shock
        return isinstance(shock, PlantingDisaster) or (
            isinstance(shock, PriceChange) and shock.branch == PLANTING
        )


@dataclass(frozen=True, eq=False)
class Luck:
    """What is drawn for whole towns or the county, shape (draws, towns).

    Attributes
    ----------
    chance
        Probability of being hit; one column more than towns, 0: nothing at stake.
    taken
        Share of the stake that is lost; negative is a gain. None for an illness.
    destroyed
        Share of the field that a disaster destroys; None where nothing is destroyed.
    """

    chance: np.ndarray
    taken: np.ndarray | None
    destroyed: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Strike:
    """Who is hit in one tile.

    Attributes
    ----------
    flat
        Position in the tile, draw by draw.
    row, home
        The draw in the chunk, and the row of the household among all.
    place
        ``draw * towns + town``.
    yuan
        What is lost before any measure; negative is a gain.
    """

    flat: np.ndarray
    row: np.ndarray
    home: np.ndarray
    place: np.ndarray
    yuan: np.ndarray


def located(chosen: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the true cells of a tile (draws x households): flat, draw, household from `start`."""
    flat = np.flatnonzero(chosen)
    draws, width = chosen.shape
    # Rows are found by their borders: dividing every position takes several times as long.
    borders = np.searchsorted(flat, np.arange(draws + 1) * width)
    row = np.repeat(np.arange(draws), np.diff(borders))
    return flat, row, flat - row * width + start


def draw_luck(shock: AnyShock, chunk: Chunk, towns: int) -> Luck:
    """Draw what households of a town, or all, have in common."""
    rng = chunk.rng(shock.name, "towns")
    share = shock.exposed.quantile(rng.random((chunk.size, 1)))
    common = rng.standard_normal((chunk.size, towns))
    correlation = shock.within_town.value
    chance = np.zeros((chunk.size, towns + 1), dtype=np.float32)
    chance[:, :-1] = ndtr((ndtri(share) - np.sqrt(correlation) * common) / np.sqrt(1 - correlation))
    if isinstance(shock, Illness):
        return Luck(chance, None, None)
    taken, destroyed = _severity(shock, chunk.rng(shock.name, "severity"), (chunk.size, towns))
    return Luck(chance, np.broadcast_to(taken, (chunk.size, towns)).astype(np.float32), destroyed)


def _severity(
    shock: AnyShock, rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray | None]:
    """Share of the stake that is taken, and share of the field that is destroyed."""
    first, second, third = (rng.random((shape[0], 1)) for _ in range(3))
    if isinstance(shock, PlantingDisaster):
        lost = shock.lost.quantile(rng.random(shape)).astype(np.float32)
        return lost * shock.share_of_receipts.quantile(first), lost
    if isinstance(shock, JobLoss):
        return shock.months.quantile(first) / _MONTHS, None
    if isinstance(shock, PriceChange):
        fall = 1 - shock.price_yuan.quantile(second) / shock.usual_yuan.quantile(third)
        return fall * shock.share_of_receipts.quantile(first), None
    if isinstance(shock, Illness):
        raise TypeError("an illness is drawn household by household")
    return shock.share_of_transfers.quantile(first) * shock.months.quantile(second) / _MONTHS, None


def strike(target: Target, luck: Luck, chunk: Chunk, block: int, tile: slice) -> Strike:
    """Draw whom the shock hits among the households `tile`, and what it takes."""
    shape = (chunk.size, tile.stop - tile.start)
    uniform = chunk.rng(target.shock.name, "households", block).random(shape, dtype=np.float32)
    flat, row, home = located(uniform < luck.chance.take(target.cell[tile], axis=1), tile.start)
    place = row * (luck.chance.shape[1] - 1) + target.cell.take(home)
    if luck.taken is not None:
        yuan = target.stake.take(home) * luck.taken.ravel().take(place)
        return Strike(flat, row, home, place, yuan)
    if not isinstance(target.shock, Illness):
        raise TypeError("only an illness has no severity of its town")
    chance = luck.chance.ravel().take(place + row)  # one column more than towns
    rank = 1 - uniform.ravel().take(flat) / chance
    yuan = target.shock.self_pay_yuan.quantile(rank).astype(np.float32)
    return Strike(flat, row, home, place, yuan)
