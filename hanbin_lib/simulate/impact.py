"""What a scenario does to households: the model that the engine draws, tile by tile.

A tile is one chunk of draws x `TILE` households, so that memory does not grow with either. Per tile
all shocks are struck, the measures in force pay, and what is left is compared with the line. Only
who is hit is looked at: everybody else is where the register says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from hanbin_lib.simulate.engine import Chunk
from hanbin_lib.simulate.scenarios import JobLoss, PlantingDisaster, Scenario, ShareOfLoss, TopUp
from hanbin_lib.simulate.shocks import Exposure, Luck, Strike, Target, draw_luck, located, strike
from hanbin_lib.statistics.estimates import shortfall

TILE = 2048  # households; never changed by workers or memory, or the numbers would change
ORDERS = (0, 1, 2)
_ROUNDING = 1.0  # yuan; more than float32 can be off by
SUMS = ("falls", "needed_by_household")


@dataclass(frozen=True, eq=False)
class Stage:
    """A scenario set on the households of a snapshot, ready to be drawn.

    Attributes
    ----------
    line_yuan
        Yuan a head and year.
    targets
        The shocks; disasters first, since a price counts for what is left in the field.
    holds
        Who holds each measure, shape (measures, households).
    net, need, size
        Net income, income at the line, and persons of each household (float32).
    is_below
        Who is below the line before.
    headroom
        Yuan that a household may lose without anything to count: it stays above the line, and
        above the standard of a measure that it holds.
    short
        FGT terms before times persons, shape (orders, households).
    """

    scenario: Scenario
    exposure: Exposure
    line_yuan: float
    targets: tuple[Target, ...]
    holds: np.ndarray
    net: np.ndarray
    need: np.ndarray
    size: np.ndarray
    is_below: np.ndarray
    headroom: np.ndarray
    short: np.ndarray

    def __call__(self, chunk: Chunk) -> Mapping[str, np.ndarray]:
        """Draw one chunk; the names are those of `_Totals`."""
        towns = len(self.exposure.towns)
        lucks = [draw_luck(target.shock, chunk, towns) for target in self.targets]
        rates = [_rate(measure, chunk) for measure in self.scenario.measures]
        totals = _Totals.empty(self, chunk)
        for block, start in enumerate(range(0, len(self.exposure), TILE)):
            span = slice(start, min(start + TILE, len(self.exposure)))
            shape = (chunk.size, span.stop - start)
            lost = np.zeros((len(self.targets), *shape), np.float32)
            tile = _Tile(block, span, lost, np.zeros(shape, np.float32))
            _strike_tile(self, chunk, lucks, rates, tile, totals)
            _see_who_falls(self, rates, tile, totals)
        return totals.arrays()


def set_stage(scenario: Scenario, exposure: Exposure, line_yuan: float) -> Stage:
    """Work out once what does not change from draw to draw.

    A worker who fits two closures belongs to the first: nobody loses the same pay twice.
    """
    rows = exposure.households
    size, net = rows["size"].to_numpy(), rows["net_yuan"].to_numpy()
    per_head = net / size
    holds = np.array([exposure.holds(m) for m in scenario.measures])
    holds = holds.reshape(len(scenario.measures), len(exposure))
    floor = np.full(len(exposure), line_yuan)
    for measure, held in zip(scenario.measures, holds, strict=True):
        if isinstance(measure, TopUp):
            floor = np.where(held, np.maximum(floor, measure.standard_yuan.high), floor)
    return Stage(
        scenario=scenario,
        exposure=exposure,
        line_yuan=line_yuan,
        targets=tuple(_targets(scenario, exposure)),
        holds=holds,
        net=net.astype(np.float32),
        need=(line_yuan * size).astype(np.float32),
        size=size.astype(np.float32),
        is_below=per_head < line_yuan,
        headroom=np.maximum(net - floor * size - _ROUNDING, 0).astype(np.float32),
        short=np.array([shortfall(per_head, line_yuan, order) * size for order in ORDERS]),
    )


def _targets(scenario: Scenario, exposure: Exposure) -> Iterator[Target]:
    left = exposure
    for shock in sorted(scenario.shocks, key=lambda s: not isinstance(s, PlantingDisaster)):
        stake = left.stake(shock)
        if isinstance(shock, JobLoss):
            left = left.without(shock)
        cell = np.where(stake > 0, exposure.town, len(exposure.towns))
        reliefs = tuple(
            (number, measure, exposure.holds(measure))
            for number, measure in enumerate(scenario.measures)
            if isinstance(measure, ShareOfLoss) and shock.name in measure.against
        )
        yield Target(shock, stake.astype(np.float32), cell, reliefs)


def _rate(measure: ShareOfLoss | TopUp, chunk: Chunk) -> np.ndarray:
    """Share paid back, or standard a head (yuan), one value a draw."""
    quantity = measure.share if isinstance(measure, ShareOfLoss) else measure.standard_yuan
    return quantity.quantile(chunk.rng(measure.name, "rate").random(chunk.size)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Totals:
    """Sums of one chunk, by draw and town; see `shock_study.ShockResult` for what they are called.

    Attributes
    ----------
    loss, paid
        Yuan lost to each shock and paid by each measure, shape (shocks or measures, draws * towns).
    households, persons
        Newly below, by the shock that took most, shape (shocks, draws * towns).
    without
        Households and persons that would be newly below without measures, shape (2, draws * towns).
    needed
        Yuan that the newly below lack, shape (draws * towns).
    short
        Change of the FGT terms, shape (orders, draws * towns).
    falls, needed_by_household
        Draws in which each household is newly below, and yuan lacking in them.
    """

    shape: tuple[int, int]
    loss: np.ndarray
    paid: np.ndarray
    households: np.ndarray
    persons: np.ndarray
    without: np.ndarray
    needed: np.ndarray
    short: np.ndarray
    falls: np.ndarray
    needed_by_household: np.ndarray

    @classmethod
    def empty(cls, stage: Stage, chunk: Chunk) -> "_Totals":
        places = chunk.size * len(stage.exposure.towns)
        shocks, measures = len(stage.targets), len(stage.scenario.measures)
        return cls(
            (chunk.size, len(stage.exposure.towns)),
            loss=np.zeros((shocks, places)),
            paid=np.zeros((measures, places)),
            households=np.zeros((shocks, places)),
            persons=np.zeros((shocks, places)),
            without=np.zeros((2, places)),
            needed=np.zeros(places),
            short=np.zeros((len(ORDERS), places)),
            falls=np.zeros(len(stage.exposure)),
            needed_by_household=np.zeros(len(stage.exposure)),
        )

    def add(self, name: str, place: np.ndarray, weight: np.ndarray | None = None, at: object = ...) -> None:
        """Add weights (or ones) by place."""
        total = getattr(self, name)[at]
        total += np.bincount(place, weight, minlength=len(total))

    def arrays(self) -> dict[str, np.ndarray]:
        """Draws first, towns last."""
        found = {name: getattr(self, name) for name in SUMS}
        for name in ("loss", "paid", "households", "persons", "without", "short"):
            value = getattr(self, name)
            found[name] = np.moveaxis(value.reshape(len(value), *self.shape), 0, 1)
        return found | {"needed": self.needed.reshape(self.shape)}


@dataclass(frozen=True, eq=False)
class _Tile:
    """Yuan in one tile: lost to each shock (shocks, draws, households), and paid back."""

    block: int
    span: slice
    lost: np.ndarray
    paid: np.ndarray


def _strike_tile(
    stage: Stage, chunk: Chunk, lucks: list[Luck], rates: list[np.ndarray], tile: _Tile, totals: _Totals
) -> None:
    """Strike every shock in one tile; the measures against it pay at once."""
    standing = np.ones(tile.paid.shape, np.float32)
    for number, (target, luck) in enumerate(zip(stage.targets, lucks, strict=True)):
        hit = strike(target, luck, chunk, tile.block, tile.span)
        yuan = _from_the_field(luck, hit, standing) if target.is_planting else hit.yuan
        totals.add("loss", hit.place, yuan, number)
        tile.lost[number].ravel()[hit.flat] = yuan
        for position, measure, holds in target.reliefs:
            rate = rates[position].take(hit.row)
            back = np.clip(yuan * rate, 0, np.float32(measure.most_yuan.yuan)) * holds.take(hit.home)
            totals.add("paid", hit.place, back, position)
            tile.paid.ravel()[hit.flat] += back
            yuan = yuan - back


def _from_the_field(luck: Luck, hit: Strike, standing: np.ndarray) -> np.ndarray:
    """What is lost of what still stands; a disaster destroys its part of it."""
    left = standing.ravel().take(hit.flat)
    if luck.destroyed is not None:
        standing.ravel()[hit.flat] = left * (1 - luck.destroyed.ravel().take(hit.place))
    return hit.yuan * left


def _see_who_falls(stage: Stage, rates: list[np.ndarray], tile: _Tile, totals: _Totals) -> None:
    """Compare what is left with the line; who cannot have come near it is not looked at."""
    lost = tile.lost.sum(axis=0)
    flat, row, home = located(np.abs(lost) > stage.headroom[tile.span], tile.span.start)
    place = row * totals.shape[1] + stage.exposure.town.take(home)
    net, need, was_below = (values.take(home) for values in (stage.net, stage.need, stage.is_below))
    gone, back = lost.ravel().take(flat), tile.paid.ravel().take(flat)
    for number, measure in enumerate(stage.scenario.measures):
        if isinstance(measure, TopUp):
            lacking = rates[number].take(row) * stage.size.take(home) - (net - gone + back)
            up = np.clip(lacking, 0, np.maximum(gone - back, 0)) * stage.holds[number].take(home)
            totals.add("paid", place, up, number)
            back = back + up
    bare = ~was_below & (net - gone < need)
    totals.add("without", place[bare], None, 0)
    totals.add("without", place[bare], stage.size.take(home[bare]), 1)
    after = net - gone + back
    new = ~was_below & (after < need)
    _add_shortfalls(stage, totals, home, place, after, was_below | new)
    chosen = np.flatnonzero(new)
    cause = tile.lost.reshape(len(tile.lost), -1)[:, flat[chosen]].argmax(axis=0)
    _add_fallen(stage, totals, tile.span, (home[chosen], place[chosen], cause, (need - after)[chosen]))


def _add_fallen(
    stage: Stage, totals: _Totals, span: slice, fallen: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
) -> None:
    """Count the newly below (home, place, shock that took most, yuan lacking)."""
    home, place, cause, gap = fallen
    shape = totals.households.shape
    key, size = cause * shape[1] + place, shape[0] * shape[1]
    totals.households[:] += np.bincount(key, minlength=size).reshape(shape)
    totals.persons[:] += np.bincount(key, stage.size.take(home), minlength=size).reshape(shape)
    totals.add("needed", place, gap)
    inside, width = home - span.start, span.stop - span.start
    totals.falls[span] += np.bincount(inside, minlength=width)
    totals.needed_by_household[span] += np.bincount(inside, gap, minlength=width)


def _add_shortfalls(
    stage: Stage,
    totals: _Totals,
    home: np.ndarray,
    place: np.ndarray,
    after: np.ndarray,
    chosen: np.ndarray,
) -> None:
    """Change of the FGT terms: only who is below before or after has any."""
    home, place = home[chosen], place[chosen]
    size = stage.size.take(home)
    per_head = after[chosen] / size
    for number, order in enumerate(ORDERS):
        change = shortfall(per_head, stage.line_yuan, order) * size - stage.short[number].take(home)
        totals.add("short", place, change, number)
