"""Many places and items looked at together: which differ, when chance alone would name some, and their ranks.

Of twenty-six towns that are all alike, one or two lie outside their 95 % interval in any month.
Whoever names places or items therefore asks once for all of them (`discoveries`), and says how many
were tested and how many chance would have named. Ranks are drawn of shares that are shrunk towards all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are imported when they are used: they take half a second
from numpy.typing import ArrayLike, NDArray
from scipy import special

RATE = 0.05
_GRID_MEANS, _GRID_SIZES = 60, 40
_REACH = 2.5  # on the logit: of a share of 10 %, from 1 % to 57 %
_SIZES = (2.0, 4000.0)  # from nearly no shrinkage to places that are all alike


@dataclass(frozen=True)
class Discoveries:
    """What may be named.

    Parameters
    ----------
    named
        Keys of the tests that hold for all at once.
    tested
        Number of tests made together.
    """

    named: frozenset[str]
    tested: int

    @property
    def by_chance(self) -> float:
        """How many would be named on the average, one by one, if nothing differed."""
        return self.tested * RATE


def discoveries(chances: Mapping[str, float]) -> Discoveries:
    """Tests kept when the false discovery rate of all of them is at most 5 %.

    Parameters
    ----------
    chances
        Chance of what was seen, or more, if nothing differed, by key; NaN was not tested.

    Notes
    -----
    Benjamini and Hochberg (1995). Where nothing at all differs, a name is given in at most 5 % of
    months: the false discovery rate is then the chance of any name.
    """
    known = {key: chance for key, chance in chances.items() if np.isfinite(chance)}
    if not known:
        return Discoveries(frozenset(), 0)
    adjusted = scipy.stats.false_discovery_control(list(known.values()), method="bh")
    named = frozenset(key for key, chance in zip(known, adjusted, strict=True) if chance <= RATE)
    return Discoveries(named, len(known))


def excess_chance(share: ArrayLike, size: ArrayLike, mean: float) -> NDArray[np.float64]:
    """Chance that a place with the share `mean` shows `share` or more; NaN without cases.

    Parameters
    ----------
    share
        What the place shows.
    size
        Its effective size: a clustered sample counts for less than the units drawn; infinite where
        everybody answered and nothing is left to chance.
    mean
        Share of all places together.

    Notes
    -----
    The exact binomial tail, through the incomplete beta function, which takes sizes that are not
    whole. Counting what was seen by half (mid-p) names more, and in too many months where rates are low.
    """
    size = np.asarray(size, dtype=float)
    shown = np.asarray(share, dtype=float)
    with np.errstate(invalid="ignore"):
        cases = shown * size
        chance = np.where(cases > 0, special.betainc(cases, size - cases + 1, mean), 1.0)
    chance = np.where(np.isinf(size), np.where(shown > mean, 0.0, 1.0), chance)
    return np.where(size > 0, chance, np.nan)


def change_chance(value: float, lower: float, upper: float, confidence: float = 0.95) -> float:
    """Chance of a change as large as `value` in either direction, from its interval."""
    margin = value - lower if value > 0 else upper - value
    if margin <= 0:
        return 1.0 if value == 0 else 0.0
    return float(2 * special.ndtr(-abs(value) / margin * special.ndtri((1 + confidence) / 2)))


def first_chance(shares: ArrayLike, sizes: ArrayLike) -> float:
    """Chance that the largest share is the largest by luck only; NaN with fewer than two.

    Winner and runner-up are compared by the two-sided test of the two alone, which allows for
    their having been chosen (Hung and Fithian 2019); they are taken for apart, which is cautious
    where the same households answered both.
    """
    share, size = np.asarray(shares, dtype=float), np.asarray(sizes, dtype=float)
    if len(share) < 2:
        return float("nan")
    first, second = np.argsort(-share, kind="stable")[:2]
    spread = sum(share[n] * (1 - share[n]) / size[n] for n in (first, second) if size[n] > 0)
    if not spread > 0:  # all were asked, or nobody or everybody of a few is a case
        return float(share[first] == share[second] or not np.isinf(size[[first, second]]).all())
    return float(2 * special.ndtr(-(share[first] - share[second]) / spread**0.5))


def share_draws(cases: np.ndarray, size: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draws from the posterior of each place's share, shrunk towards all places.

    Parameters
    ----------
    cases, size
        Cases and base of each place (one element a place); a base of 0 gives the prior.
    count
        Number of draws.

    Returns
    -------
    array of shape (count, places)

    Notes
    -----
    Beta-binomial model: shares come from one beta distribution whose mean and size are not
    fixed at an estimate but integrated over a grid (flat on the logit of the mean and on the
    logarithm of the size), so that few places do not make the shares look more alike than is
    known.
    """
    cases, size = np.asarray(cases, dtype=float), np.asarray(size, dtype=float)
    mean, strength, weight = _prior_grid(cases, size)
    chosen = rng.choice(len(weight), size=count, p=weight)
    a = (mean * strength)[chosen, None] + cases
    b = ((1 - mean) * strength)[chosen, None] + size - cases
    return rng.beta(a, b)


def ranks(scores: np.ndarray) -> np.ndarray:
    """Rank of each place in each draw, 1 for the highest score; ties share the mean rank.

    Parameters
    ----------
    scores
        Array of shape (draws, places).
    """
    from scipy.stats import rankdata  # noqa: PLC0415  # half a second that most runs never need

    return np.asarray(rankdata(-scores, axis=1, method="average"))


def rank_intervals(drawn: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest rank of each place's central interval, whole ranks."""
    tail = (1 - confidence) / 2
    # Ranks are whole: between two of them the interval would reach further than its level.
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return np.floor(low), np.ceil(high)


def _prior_grid(cases: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    pooled = (cases.sum() + 0.5) / (size.sum() + 1)
    centre = special.logit(pooled)
    means = special.expit(centre + _middles(-_REACH, _REACH, _GRID_MEANS))
    smallest, largest = np.log(_SIZES)
    sizes = np.exp(_middles(smallest, largest, _GRID_SIZES))
    mean, strength = (grid.ravel() for grid in np.meshgrid(means, sizes))
    a, b = mean * strength, (1 - mean) * strength
    likelihood = (
        special.betaln(a[:, None] + cases, b[:, None] + size - cases) - special.betaln(a, b)[:, None]
    ).sum(axis=1)
    weight = np.exp(likelihood - likelihood.max())
    return mean, strength, weight / weight.sum()


def _middles(low: float, high: float, count: int) -> np.ndarray:
    """Middles of equal cells: with the ends themselves the outermost would count twice."""
    return low + (high - low) * (np.arange(count) + 0.5) / count
