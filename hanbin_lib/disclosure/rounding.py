"""How a count of households or persons stands in the public edition, and what that says of it.

Zero is zero. From one to less than the base nothing is told. Of the base and more the county's count is
printed as it is and a town's rounded down to a multiple of the base, so that it stands for the numbers from
``lower`` to ``upper``. Rounding down never makes parts more than their whole: what is left of a rounded whole
for a count that is not told is the whole span below the base, whatever the other parts are.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

UNBOUNDED = 1e7  # no county has as many
_COARSE = 10


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
