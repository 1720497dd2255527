"""Deciding how each count is printed, so that the attack finds no small one."""

import numpy as np
import pandas as pd
import scipy

from hanbin_lib.disclosure.attack import Attacker, Bounds
from hanbin_lib.disclosure.knowledge import SAMPLED_HOUSEHOLDS, knowledge_of
from hanbin_lib.disclosure.rounding import Print, Rounding, told
from hanbin_lib.indicators import ALL


def prints_of(counts: pd.DataFrame, is_free: np.ndarray, rounding: Rounding) -> np.ndarray:
    """How each count is printed.

    Parameters
    ----------
    counts
        Counts of households and persons with a fresh index, of earlier editions too.
    is_free
        Which of them this edition prints; the others are out already.
    rounding
        How coarse the edition is.

    Returns
    -------
    array of `Print`
    """
    values = counts["value"].to_numpy(dtype=float)
    is_county = counts["place_code"].str.len().eq(6).to_numpy()
    prints = rounding.first(values, is_county & counts["group"].isin([ALL, SAMPLED_HOUSEHOLDS]).to_numpy())
    attacker, order = Attacker(knowledge_of(counts, values)), _dearness(counts, values, is_county)
    while True:
        known = Bounds(*told(*rounding.shown(values, prints)))
        hidden = np.flatnonzero((prints == Print.HIDDEN) & is_free)
        exposed = _exposed(attacker, known, hidden, rounding.threshold)
        reasons = attacker.reasons(attacker.bounds(known))
        can = is_free & (values > 0) & (prints != Print.HIDDEN)
        found = (_nearest(reasons, int(cell), can, order, prints) for cell in exposed)
        coarser = {cell for cell in found if cell is not None}
        if not coarser:  # nothing is exposed, or by what others have told
            return prints
        for cell in coarser:
            prints[cell] = rounding.coarser(float(values[cell]), int(prints[cell]))


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
