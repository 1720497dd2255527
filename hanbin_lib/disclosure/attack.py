"""The attack that the public edition must withstand: what all that is printed says of a count that is not.

The attacker has the printed rows and nothing else. First the bounds of every count are carried along every
statement of `knowledge` until nothing moves; then linear programs (HiGHS) look for worlds, true to every
printed number, in which a count is small and in which it is large.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are imported when they are used: they take half a second

from hanbin_lib.disclosure.knowledge import Knowledge

_SLACK = 1e-6
_MOST_ROUNDS = 200
_SEED, _AT_ONCE, _WORTH_WHILE = 1, 4, 0.7


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
