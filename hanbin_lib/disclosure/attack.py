"""The attack that suppression must withstand: what all published sums say of a suppressed cell."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are imported when they are used: they take half a second

from hanbin_lib.disclosure.relations import Relation


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most that a suppressed cell can be."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        """How much is left open."""
        return self.upper - self.lower


class Attacker:
    """Whoever knows every published cell and every sum, and that no count is negative.

    Parameters
    ----------
    values
        All cells.
    hidden
        Which are suppressed.
    relations
        Sums among the cells.
    """

    def __init__(self, values: np.ndarray, hidden: np.ndarray, relations: Sequence[Relation]) -> None:
        self._column = np.cumsum(hidden) - 1
        self._matrix, self._right = _equations(values, hidden, relations, self._column)
        self._component = _components(self._matrix)

    def bounds(self, cell: int) -> Bounds:
        """What the attacker knows of a suppressed cell."""
        column = int(self._column[cell])
        label = self._component[column]
        columns = np.flatnonzero(self._component == label)
        rows = np.unique(self._matrix[:, columns].nonzero()[0])
        if not len(rows):
            return Bounds(0.0, np.inf)
        matrix, right = self._matrix[rows][:, columns], self._right[rows]
        aim = (columns == column).astype(float)
        ends = [
            scipy.optimize.linprog(sign * aim, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
            for sign in (1.0, -1.0)
        ]
        lower = float(ends[0].fun) if ends[0].status == 0 else 0.0
        upper = -float(ends[1].fun) if ends[1].status == 0 else np.inf
        return Bounds(lower, upper)


def cell_bounds(values: np.ndarray, hidden: np.ndarray, relations: Sequence[Relation], cell: int) -> Bounds:
    """Least and most that `cell` can be, by linear programming over all that is published."""
    return Attacker(values, hidden, relations).bounds(cell)


def _equations(
    values: np.ndarray, hidden: np.ndarray, relations: Sequence[Relation], column: np.ndarray
) -> tuple[scipy.sparse.csr_matrix, np.ndarray]:
    """Sums with a suppressed cell, as equations of the suppressed cells alone."""
    rows: list[int] = []
    columns: list[int] = []
    entries: list[float] = []
    right: list[float] = []
    for one in relations:
        unknown = hidden[one.cells]
        if not unknown.any():
            continue
        rows += [len(right)] * int(unknown.sum())
        columns += column[one.cells[unknown]].tolist()
        entries += one.signs[unknown].tolist()
        right.append(-float(one.signs[~unknown] @ values[one.cells[~unknown]]))
    shape = (len(right), int(hidden.sum()))
    return scipy.sparse.csr_matrix((entries, (rows, columns)), shape=shape), np.array(right)


def _components(matrix: scipy.sparse.csr_matrix) -> np.ndarray:
    """Suppressed cells that stand in no common chain of sums say nothing of each other."""
    if not matrix.shape[1]:
        return np.zeros(0, dtype=int)
    _, labels = scipy.sparse.csgraph.connected_components(matrix.T @ matrix, directed=False)
    return np.asarray(labels)
