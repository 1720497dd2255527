"""The shrunken shares against integration of the model by other means, and ranks at their boundaries."""

import numpy as np
import pytest
from scipy import integrate, special

from hanbin_lib.statistics.comparisons import rank_intervals, ranks, share_draws

DRAWS = 100_000


def moments(cases, size, place: int) -> tuple[float, float]:
    """Mean and variance of a place's share: shares are beta with a mean m and a size s of their own.

    Flat on the logit of m, within 2.5 of that of all cases, and on the logarithm of s from 2 to 4,000.
    """
    cases, size = np.asarray(cases, float), np.asarray(size, float)
    centre = special.logit((cases.sum() + 0.5) / (size.sum() + 1))
    logit, log_size = np.meshgrid(
        np.linspace(centre - 2.5, centre + 2.5, 301), np.linspace(np.log(2), np.log(4000), 301)
    )
    m, s = special.expit(logit)[..., None], np.exp(log_size)[..., None]
    likelihood = np.exp(
        (special.betaln(m * s + cases, (1 - m) * s + size - cases) - special.betaln(m * s, (1 - m) * s)).sum(
            axis=-1
        )
    )
    a, b = (m * s)[..., 0] + cases[place], ((1 - m) * s)[..., 0] + size[place] - cases[place]

    def over_the_grid(values):
        return integrate.simpson(integrate.simpson(values, axis=-1), axis=-1)

    whole = over_the_grid(likelihood)
    mean = over_the_grid(likelihood * a / (a + b)) / whole
    second = over_the_grid(likelihood * a * (a + 1) / (a + b) / (a + b + 1)) / whole
    return float(mean), float(second - mean**2)


@pytest.mark.parametrize(
    ("cases", "size", "near"),
    [
        ([0, 0], [0, 0], 0.01), ([1, 3, 0], [10, 12, 3], 0.02), ([2, 7], [40, 9], 0.02),
        ([0, 0, 0, 9], [20, 30, 5, 30], 0.06),  # rare large shares: the variance of few draws
    ],
)  # fmt: skip
def test_draws_have_the_mean_and_the_variance_of_the_model(cases, size, near):
    drawn = share_draws(np.array(cases), np.array(size), DRAWS, np.random.default_rng(7))
    assert drawn.shape == (DRAWS, len(cases))
    for place in range(len(cases)):
        mean, variance = moments(cases, size, place)
        assert drawn[:, place].mean() == pytest.approx(mean, abs=5 * (variance / DRAWS) ** 0.5 + 5e-4)
        assert drawn[:, place].var() == pytest.approx(variance, rel=near)


def test_ranges_are_whole_ranks_that_were_drawn():
    """Of a hundred draws the fifth and the ninety-fifth; two that tie reach from one rank to the next."""
    drawn = np.column_stack([np.repeat([1.0, 2.0, 3.0], [5, 90, 5]), np.repeat([1.0, 2.0, 3.0], [4, 90, 6])])
    low, high = rank_intervals(drawn, 0.9)
    assert (low.tolist(), high.tolist()) == ([1, 2], [2, 3])
    low, high = rank_intervals(ranks(np.array([[5.0, 5.0, 1.0]])), 0.9)
    assert (low.tolist(), high.tolist()) == ([1, 1, 3], [2, 2, 3])
