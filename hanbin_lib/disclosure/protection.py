"""How each count is printed: as coarsely as the attack needs to find no small one.

Zero is zero. From one to less than the base nothing is told. Of the base and more the county's count is
printed as it is and a town's rounded down to a multiple of the base, so that it stands for the numbers from
``lower`` to ``upper``. Rounding down never makes parts more than their whole: what is left of a rounded whole
for a count that is not told is the whole span below the base, whatever the other parts are.

The attacker has the printed rows and nothing else. First the bounds of every count are carried along every
statement of `knowledge` until nothing moves; then linear programs (HiGHS) look for worlds, true to every
printed number, in which a count is small and in which it is large.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
import scipy

from hanbin_lib.areas import COUNTY
from hanbin_lib.disclosure.knowledge import SAMPLED_HOUSEHOLDS, Knowledge, knowledge_of
from hanbin_lib.indicators import ALL

_SLACK = 1e-6
_MOST_ROUNDS = 200
_SEED, _AT_ONCE, _WORTH_WHILE = 1, 4, 0.7
UNBOUNDED = 1e7  # no county has as many
_COARSE = 10


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most that each count can be, whole numbers."""

    low: np.ndarray
    high: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """How much is left open."""
        return np.asarray(self.high - self.low)

    @property
    def inner_width(self) -> np.ndarray:
        """The same between whole numbers."""
        return np.asarray(np.floor(self.high + _SLACK) - np.ceil(self.low - _SLACK))


class Attacker:
    """Whoever knows what the statements of `knowledge` say of the counts.

    Parameters
    ----------
    knowledge
        Statements over the counts.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        # An equation is two statements, and either bounds a count from one side.
        self._rows = scipy.sparse.vstack([knowledge.matrix, -knowledge.matrix[knowledge.is_sum]]).tocsr()
        entries = self._rows.tocoo()
        self._row, self._cell, self._weight = entries.row, entries.col, entries.data
        size = self._rows.shape[1]
        self._worlds = Bounds(np.full(size, np.inf), np.full(size, -np.inf))

    def bounds(self, told: Bounds) -> Bounds:
        """The bounds of every count, carried along until nothing moves."""
        low, high = told.low.copy(), told.high.copy()
        for _ in range(_MOST_ROUNDS):
            at_most, at_least = self._implied(low, high)
            lower, upper = low.copy(), high.copy()
            np.maximum.at(lower, self._cell, at_least)
            np.minimum.at(upper, self._cell, at_most)
            if (lower == low).all() and (upper == high).all():
                break
            low, high = lower, upper
        return Bounds(low, high)

    def reasons(self, bounds: Bounds) -> scipy.sparse.csr_matrix:
        """For each count those whose statements leave it no more than its bounds: not zero where they do."""
        at_most, at_least = self._implied(bounds.low, bounds.high)
        tight = (at_most <= bounds.high[self._cell]) | (at_least >= bounds.low[self._cell])
        shape = (len(bounds.low), self._rows.shape[0])
        entries = (np.ones(int(tight.sum())), (self._cell[tight], self._row[tight]))
        return scipy.sparse.csr_matrix(entries, shape=shape) @ abs(self._rows)

    def narrow(self, told: Bounds, cells: np.ndarray, threshold: int) -> np.ndarray:
        """Those of `cells` that may be no more than `threshold` numbers, by all statements at once.

        A world true to everything printed in which a count is small, and one in which it is large, show it
        open; many are pushed at once, some up and some down, for what one gains another of the same sum may
        lose. What was shown open stays so while nothing more is told: the same attacker may be asked again
        when less is.
        """
        start = self.bounds(told)
        closed = cells[start.width[cells] < threshold]
        generator = np.random.default_rng(_SEED)

        def left() -> np.ndarray:
            return np.setdiff1d(cells[self._worlds.inner_width[cells] < threshold], closed)

        while len(todo := left()):
            for _ in range(_AT_ONCE):
                self._push(start, left(), generator)
            if len(left()) > _WORTH_WHILE * len(todo):
                break
        for cell in left():
            if self._worlds.inner_width[cell] < threshold:
                self._push(start, np.array([cell]), generator)
        return np.union1d(closed, left())

    def _push(self, bounds: Bounds, cells: np.ndarray, generator: np.random.Generator) -> None:
        """Look for two worlds: `cells` pushed up or down by chance, and the other way."""
        if not len(cells):
            return
        aim = np.zeros(len(bounds.low))
        aim[cells] = generator.choice([-1.0, 1.0], len(cells))
        with ThreadPoolExecutor(2) as both:  # the solver works without the interpreter
            worlds = list(both.map(lambda sign: self._world(bounds, sign * aim), (1.0, -1.0)))
        self._worlds = Bounds(
            np.minimum.reduce([self._worlds.low, *worlds]), np.maximum.reduce([self._worlds.high, *worlds])
        )

    def _world(self, bounds: Bounds, aim: np.ndarray) -> np.ndarray:
        """The world true to everything printed in which ``aim @ counts`` is least."""
        moves = bounds.high > bounds.low
        part = self._known.matrix[:, moves]
        lines = np.flatnonzero((np.diff(part.indptr) > 0) & self._known.is_near)
        right = -(self._known.matrix[lines][:, ~moves] @ bounds.low[~moves])
        answer = (
            scipy.optimize.milp(  # without whole numbers a linear program, told of rows in both directions
                aim[moves],
                bounds=scipy.optimize.Bounds(bounds.low[moves], bounds.high[moves]),
                constraints=scipy.optimize.LinearConstraint(
                    part[lines], np.where(self._known.is_sum[lines], right, -np.inf), right
                ),
            )
        )
        if answer.x is None:
            raise ValueError(f"no world is true to what is printed: {answer.message}")
        world = bounds.low.copy()
        world[moves] = answer.x
        return world

    def _implied(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Most and least that each statement leaves each of its counts, whole numbers."""
        least = self._weight * np.where(self._weight > 0, low[self._cell], high[self._cell])
        together = np.bincount(self._row, least, minlength=self._rows.shape[0])
        rest = (least - together[self._row]) / self._weight  # what the others leave, at best
        at_most = np.where(self._weight > 0, np.floor(rest + _SLACK), np.inf)
        at_least = np.where(self._weight < 0, np.ceil(rest - _SLACK), -np.inf)
        return at_most, at_least


class Print(IntEnum):
    """How much of a count is told."""

    EXACT = 0
    ROUNDED = 1  # down to a multiple of the base
    COARSE = 2  # of ten times the base
    HIDDEN = 3


@dataclass(frozen=True, slots=True)
class Rounding:
    """How coarse the edition is.

    Parameters
    ----------
    threshold
        What is not told may be any of more than so many numbers.
    base
        Counts are rounded down to its multiples.
    """

    threshold: int
    base: int

    def first(self, values: np.ndarray, is_total: np.ndarray) -> np.ndarray:
        """How each count is printed if nothing gives a small one back; `is_total` marks the county's own."""
        prints = np.where(is_total | (values == 0), Print.EXACT, Print.ROUNDED)
        return np.where((values > 0) & (values < self.base), Print.HIDDEN, prints)

    def coarser(self, value: float, now: int) -> Print:
        """The next way to print a count that tells less of it."""
        if now == Print.EXACT:
            return Print.ROUNDED
        return Print.COARSE if now == Print.ROUNDED and value >= _COARSE * self.base else Print.HIDDEN

    def like(self, before: Bounds) -> np.ndarray:
        """The way to print each count that tells no more than `before` does; the finest where it has none."""
        width = np.nan_to_num(before.width)
        edges = [0.0, self.base - 1.0, _COARSE * self.base - 1.0]
        return np.searchsorted(edges, width)

    def shown(self, values: np.ndarray, prints: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Value, least and most as they are printed; a count printed as it is has no least and most."""
        step = np.where(prints == Print.COARSE, _COARSE * self.base, self.base)
        down = np.floor(values / step) * step
        is_rounded = (prints == Print.ROUNDED) | (prints == Print.COARSE)
        low, high = (np.where(is_rounded, edge, np.nan) for edge in (down, down + step - 1))
        value = np.where(prints == Print.HIDDEN, np.nan, np.where(is_rounded, down, values))
        return value, low, high


def told(value: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and most that each printed count can be; zero is printed, so what is not printed is more."""
    is_hidden, is_exact = np.isnan(value), np.isnan(low)
    return (
        np.where(is_hidden, 1.0, np.where(is_exact, value, low)),
        np.where(is_hidden, UNBOUNDED, np.where(is_exact, value, high)),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What whoever reads the edition knows of its counts, who has the earlier editions, too."""

    values: np.ndarray
    rounding: Rounding
    before: Bounds | None = None

    def by(self, prints: np.ndarray) -> Bounds:
        """Least and most that each count can be where they are printed so."""
        low, high = told(*self.rounding.shown(self.values, prints))
        if self.before is None:
            return Bounds(low, high)
        return Bounds(np.fmax(low, self.before.low), np.fmin(high, self.before.high))


def prints_of(
    counts: pd.DataFrame, is_free: np.ndarray, rounding: Rounding, before: Bounds | None = None
) -> np.ndarray:
    """How each count is printed.

    What earlier editions told cannot be taken back: counts that were not told then stay open by what is
    told now, and nothing counts as told less because it is printed more coarsely this time.

    Parameters
    ----------
    counts
        Counts of households and persons with a fresh index, of earlier editions too.
    is_free
        Which of them this edition prints; the others are out already.
    rounding
        How coarse the edition is.
    before
        Least and most of each count by the earlier editions, NaN where they have none of it.

    Returns
    -------
    array of `Print`
    """
    values = counts["value"].to_numpy(dtype=float)
    is_county = counts["place_code"].str.len().eq(COUNTY).to_numpy()
    prints = rounding.first(values, is_county & counts["group"].isin([ALL, SAMPLED_HOUSEHOLDS]).to_numpy())
    # Where an earlier edition pins last month down, the month before that says something of it, too.
    known = knowledge_of(counts, values, 2 if before is None else 3)
    attacker, order = Attacker(known), _dearness(counts, values, is_county)
    if before is not None:
        is_out = ~np.isnan(before.low)
        prints = np.where(is_out, np.maximum(prints, rounding.like(before)), prints)
        seen = _Told(values, rounding, before)
        lost = _given_away(Attacker(known), seen, prints, is_free & ~is_out)
        prints = _coarsened(attacker, seen, prints, order, is_free & ~is_out, (is_free | is_out) & ~lost)
    return _coarsened(attacker, _Told(values, rounding), prints, order, is_free, is_free)


def _given_away(attacker: Attacker, seen: _Told, prints: np.ndarray, is_new: np.ndarray) -> np.ndarray:
    """Counts that earlier editions give back whatever this one tells: nothing can be done for them."""
    nothing = np.where(is_new & (seen.values > 0), Print.HIDDEN, prints)
    hidden = np.flatnonzero(prints == Print.HIDDEN)
    lost = np.zeros(len(prints), dtype=bool)
    lost[attacker.narrow(seen.by(nothing), hidden, seen.rounding.threshold)] = True
    return lost


def _coarsened(
    attacker: Attacker,
    seen: _Told,
    prints: np.ndarray,
    order: np.ndarray,
    may_change: np.ndarray,
    is_kept: np.ndarray,
) -> np.ndarray:
    """`prints`, with those that `may_change` told less until nothing untold of `is_kept` is given back."""
    prints = prints.copy()
    while True:
        known = seen.by(prints)
        hidden = np.flatnonzero((prints == Print.HIDDEN) & is_kept)
        exposed = _exposed(attacker, known, hidden, seen.rounding.threshold)
        reasons = attacker.reasons(attacker.bounds(known))
        can = may_change & (seen.values > 0) & (prints != Print.HIDDEN)
        found = (_nearest(reasons, int(cell), can, order, prints) for cell in exposed)
        coarser = {cell for cell in found if cell is not None}
        if not coarser:  # nothing is exposed, or by what others have told
            return prints
        for cell in coarser:
            prints[cell] = seen.rounding.coarser(float(seen.values[cell]), int(prints[cell]))


def _exposed(attacker: Attacker, known: Bounds, hidden: np.ndarray, threshold: int) -> np.ndarray:
    """Counts that are not told and that arithmetic gives back; programs are asked where bounds find none."""
    found = hidden[attacker.bounds(known).width[hidden] < threshold]
    return found if len(found) else attacker.narrow(known, hidden, threshold)


def _dearness(counts: pd.DataFrame, values: np.ndarray, is_county: np.ndarray) -> np.ndarray:
    """Rank of each count: labels go before totals, towns before the county, earlier months, small ones."""
    is_all = counts["group"].eq(ALL).to_numpy()
    is_now = counts["month"].eq(counts["month"].max()).to_numpy()
    rank = np.empty(len(values), dtype=int)
    rank[np.lexsort((np.arange(len(values)), values, is_now, is_county, is_all))] = np.arange(len(values))
    return rank


def _nearest(
    reasons: scipy.sparse.csr_matrix, cell: int, can: np.ndarray, order: np.ndarray, prints: np.ndarray
) -> int | None:
    """The count to print more coarsely: the cheapest of those that bound `cell`, or that bound these."""
    seen, near = {cell}, [cell]
    while near:
        beside = set(reasons[near].indices.tolist()) - seen
        free = [n for n in beside if can[n]]
        if free:  # what is printed as it is is rounded before anything is left out
            return int(min(free, key=lambda n: (prints[n], order[n])))
        seen |= beside
        near = list(beside)
    return None
