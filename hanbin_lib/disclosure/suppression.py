"""Primary and complementary suppression of small counts.

A count of 1 to threshold - 1 is suppressed; zero is published. Then as many others are that no
chain of published sums leaves less than `threshold` open of a small count: first wherever a
single sum would give it back, then wherever the attack by linear programming still does.
"""

from collections.abc import Sequence

import numpy as np

from hanbin_lib.disclosure.attack import Attacker
from hanbin_lib.disclosure.relations import Relation


def suppress(
    values: np.ndarray, levels: np.ndarray, relations: Sequence[Relation], threshold: int
) -> np.ndarray:
    """Which cells may not be published.

    Parameters
    ----------
    values
        Counts.
    levels
        How dear each cell is: of two that protect alike the one with the lower level is
        suppressed (towns before the county, labels before all).
    relations
        Sums among the cells.
    threshold
        Least count that is published.

    Returns
    -------
    array of bool
    """
    small = (values > 0) & (values < threshold)
    hidden = small.copy()
    _settle(values, levels, hidden, relations, threshold)
    exposed = np.flatnonzero(small).tolist()
    while True:
        # Suppressing more never tells more: what withstood one attack withstands the next.
        attacker = Attacker(values, hidden, relations)
        exposed = [cell for cell in exposed if attacker.bounds(cell).width < threshold]
        if not exposed or not _widen(values, levels, hidden, relations, exposed):
            return hidden
        _settle(values, levels, hidden, relations, threshold)


def _settle(
    values: np.ndarray,
    levels: np.ndarray,
    hidden: np.ndarray,
    relations: Sequence[Relation],
    threshold: int,
) -> None:
    """Add cells until no single sum gives a suppressed cell back."""
    changed = True
    while changed:
        changed = False
        for one in relations:
            while _is_open(one, values, hidden, threshold) and _add(one, values, levels, hidden):
                changed = True


def _is_open(one: Relation, values: np.ndarray, hidden: np.ndarray, threshold: int) -> bool:
    """Whether this sum alone gives a suppressed cell back, or leaves too little room for it."""
    unknown = hidden[one.cells]
    count = int(unknown.sum())
    if count == 0:
        return False
    if count == 1:
        return True
    parts = one.cells[1:][hidden[one.cells[1:]]]
    return not hidden[one.cells[0]] and float(values[parts].sum()) < threshold


def _add(one: Relation, values: np.ndarray, levels: np.ndarray, hidden: np.ndarray) -> bool:
    """Suppress the cheapest other cell of the sum; a zero protects nothing unless all are."""
    free = one.cells[~hidden[one.cells]]
    if not len(free):
        return False
    order = np.lexsort((free, values[free], levels[free], values[free] == 0))
    hidden[free[order[0]]] = True
    return True


def _widen(
    values: np.ndarray,
    levels: np.ndarray,
    hidden: np.ndarray,
    relations: Sequence[Relation],
    exposed: list[int],
) -> bool:
    """Suppress one more cell in a sum of each exposed cell; False where nothing is left to add."""
    targets, added = set(exposed), False
    for one in relations:
        own = targets.intersection(one.cells.tolist())
        if own and _add(one, values, levels, hidden):
            targets -= own
            added = True
    # Their own sums are suppressed throughout: the room must come from farther along the chain.
    return added or any(hidden[one.cells].any() and _add(one, values, levels, hidden) for one in relations)
