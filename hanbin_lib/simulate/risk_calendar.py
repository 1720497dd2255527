"""What the calendar does to the entries of a risk flow: seasons, sweeps, and too little to go by.

A sweep (集中排查) finds in one month who would have come in many: a month of its own, that says
nothing of the months around it. The bureau may name them; else a month is taken for one whose entries
are far above what trend and season give, unless the same month is so every year, which is a season.
"""

from collections.abc import Sequence

import numpy as np

YEAR = 12
# A sweep is this many times what trend and season give, and so many standard deviations above.
_TIMES, _DEVIATIONS, _ROUNDS = 1.8, 4.0, 40
# Fewer entries or months with any, or more in one month, say nothing on the months to come.
_LEAST_YEARS = 3
LEAST_ENTRIES, LEAST_MONTHS, MOST_IN_ONE = 12, 6, 0.6


def sweeps_in(totals: np.ndarray, named: Sequence[int] = ()) -> tuple[int, ...]:
    """Numbers of the months that are sweeps.

    Parameters
    ----------
    totals
        The county's entries a month, oldest first.
    named
        Months that the bureau calls sweeps; where it names any that is past, no other is taken for one.
    """
    if any(number < len(totals) for number in named):
        return tuple(sorted(number for number in named if 0 <= number < len(totals)))
    usual = _usual(totals)
    is_high = (totals > _TIMES * usual) & (totals - usual > _DEVIATIONS * np.sqrt(np.maximum(usual, 1.0)))
    found = [int(number) for number in np.flatnonzero(is_high)]
    return tuple(number for number in found if not _is_season(number, found, len(totals)))


def has_season(months: int) -> bool:
    """Whether a record is long enough to tell a season from a walk: each month of the year three times."""
    return months >= _LEAST_YEARS * YEAR


def _usual(totals: np.ndarray) -> np.ndarray:
    """A trend and a curve of the year through most months: least absolute deviations of the logarithms."""
    months = np.arange(len(totals))
    turn = 2 * np.pi * months / YEAR
    columns = [np.ones(len(months)), months / YEAR, np.sin(turn), np.cos(turn)]
    design = np.column_stack(columns if len(months) >= 2 * YEAR else columns[:2])
    logs, weight = np.log(totals + 0.5), np.ones(len(months))
    fitted = logs
    for _ in range(_ROUNDS):
        scaled = design.T * weight
        fitted = design @ np.linalg.solve(scaled @ design + 1e-6 * np.eye(design.shape[1]), scaled @ logs)
        weight = 1 / np.maximum(np.abs(logs - fitted), 0.05)
    return np.asarray(np.exp(fitted))


def _is_season(number: int, found: list[int], months: int) -> bool:
    others = [other for other in range(number % YEAR, months, YEAR) if other != number]
    return bool(others) and all(other in found for other in others)


def too_little(totals: np.ndarray) -> str | None:
    """Why these entries allow no projection, in Chinese; None where they do."""
    entries, months = int(totals.sum()), int((totals > 0).sum())
    span = f"近{len(totals)}个月新识别{entries}户"
    if entries < LEAST_ENTRIES:
        return f"{span}，不足{LEAST_ENTRIES}户，太少，不推算"
    if months < LEAST_MONTHS:
        return f"{span}，只在{months}个月里有，不足{LEAST_MONTHS}个月，太集中，不推算"
    if totals.max() > MOST_IN_ONE * entries:
        return f"{span}，其中一个月就有{int(totals.max())}户，太集中，不推算"
    return None
