"""An alarm for many households entering at once (规模性返贫), each group against its own history.

A group (a town, or a cause over the whole county) has a rate a month that is gamma distributed
around all groups' mean; its history of ``n`` months with ``s`` entries makes the rate
gamma(a + s, b + n), and the next month's count negative binomial (Gelman and others 2013, 2.6). Months
move together: a factor that all groups share, gamma distributed with mean one, whose spread is
read off the totals of the history. The alarm rings where a count is reached whose chance is at most
the rule's, no change assumed. No official threshold exists; the rule is the county's own.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts are imported when they are used: they take half a second
from scipy import special

from hanbin_lib.simulate.risk_model import AlarmRules

_FACTORS = 41  # points of the shared factor's distribution
_MONTHS_DRAWN = 20_000  # a chance of 15 % is known to a quarter of a point
_LONGEST = 100_000  # a limit beyond every county
COLUMNS = ("group", "entries", "expected", "limit", "false_alarm", "is_alarm")


@dataclass(frozen=True)
class Alarm:
    """The month's counts against their limits, and how often the alarm rings for nothing.

    Parameters
    ----------
    table
        One row a group: ``group, entries`` (of the month), ``expected`` (mean of the prediction),
        ``limit`` (households from which on it rings), ``false_alarm`` (chance of that without
        any change), ``is_alarm``.
    any_false_alarm
        Chance that at least one of these groups rings in a month without any change.
    months
        Months of history.
    size, rate, factor
        The prediction: shape and rate of each group's gamma, and the factor that all share.
    """

    table: pd.DataFrame
    any_false_alarm: float
    months: int
    size: np.ndarray
    rate: float
    factor: np.ndarray


def alarm(history: np.ndarray, current: np.ndarray, groups: list[str], rules: AlarmRules) -> Alarm:
    """Hold the month's entries against each group's own history.

    Parameters
    ----------
    history
        Entries by group and month, shape (groups, months), the month itself not among them.
    current
        Entries of the month by group.
    """
    size, rate = _posterior(history)
    factor = _shared_factor(history)
    limits = _limits(size, rate, factor, rules)
    false = _chances(limits, size, rate, factor)
    table = pd.DataFrame(
        {
            "group": groups,
            "entries": current.astype(int),
            "expected": size / rate,
            "limit": limits,
            "false_alarm": false.mean(axis=1),
            "is_alarm": current >= limits,
        }
    )
    # Given the shared factor the groups ring apart from each other.
    any_false = 1 - np.prod(1 - false, axis=0).mean()
    return Alarm(table[list(COLUMNS)], float(any_false), history.shape[1], size, rate, factor)


def any_false_alarm(
    by_town: Alarm, by_cause: Alarm, rng: np.random.Generator, months: int = _MONTHS_DRAWN
) -> float:
    """Chance that any town or any cause rings in a month without any change; simulated.

    The causes ring over the same entries as the towns, so that neither the sum of the two chances
    nor one of them is the chance of both: months are drawn from the towns' predictions, and
    each entry gets its cause in proportion to the causes' rates.
    """
    rates = rng.gamma(by_town.size, 1 / by_town.rate, (months, len(by_town.size)))
    towns = rng.poisson(rates * rng.choice(by_town.factor, (months, 1)))
    shares = rng.gamma(by_cause.size, 1.0, (months, len(by_cause.size)))
    causes = rng.multinomial(towns.sum(axis=1), shares / shares.sum(axis=1, keepdims=True))
    rings = [
        (drawn >= one.table["limit"].to_numpy()).any(axis=1)
        for drawn, one in ((towns, by_town), (causes, by_cause))
    ]
    return float((rings[0] | rings[1]).mean())


def _posterior(history: np.ndarray) -> tuple[np.ndarray, float]:
    """Shape and rate of each group's gamma: the prior from all groups by their moments."""
    months = history.shape[1]
    means = history.mean(axis=1)
    centre = max(float(means.mean()), 1 / months / len(means))
    # Spread of the true rates: that of the means less what chance alone makes of them.
    between = max(float(means.var(ddof=1)) - centre / months if len(means) > 1 else 0.0, 0.05 * centre**2)
    shape = centre**2 / between
    return shape + history.sum(axis=1), shape / centre + months


def _shared_factor(history: np.ndarray) -> np.ndarray:
    """Equally likely values of the factor that all groups share in a month, mean one."""
    totals = history.sum(axis=0)
    centre, extra = float(totals.mean()), float(totals.var(ddof=1) - totals.mean())
    if centre <= 0 or extra <= 0:
        return np.ones(1)
    shape = centre**2 / extra
    middles = (np.arange(_FACTORS) + 0.5) / _FACTORS
    values = scipy.stats.gamma.ppf(middles, shape)
    return np.asarray(values / values.mean())


def _chances(limits: np.ndarray, size: np.ndarray, rate: float, factor: np.ndarray) -> np.ndarray:
    """Chance to reach each group's limit, given the shared factor (groups x factors)."""
    stay = rate / (rate + factor)
    # P(X >= k) of a negative binomial is an incomplete beta function.
    return np.asarray(special.betainc(limits[:, None], size[:, None], 1 - stay[None, :]))


def _limits(size: np.ndarray, rate: float, factor: np.ndarray, rules: AlarmRules) -> np.ndarray:
    """Least counts whose chance is at most the rule's; by halving, as chances fall with the count."""
    low = np.full(len(size), rules.least_households)
    high = np.full(len(size), _LONGEST)
    while (low < high).any():
        middle = (low + high) // 2
        rings = _chances(middle, size, rate, factor).mean(axis=1) <= rules.false_alarm_share
        high, low = np.where(rings, middle, high), np.where(rings, low, middle + 1)
    return low
