"""Kaplan-Meier and Aalen-Johansen against lifelines."""

import lifelines
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.statistics.survival import cumulative_incidence, kaplan_meier, median_duration

cases = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=80)


@given(cases)
def test_the_curve_is_that_of_lifelines(pairs):
    days, ended = (np.array(column) for column in zip(*pairs, strict=True))
    curve = kaplan_meier(days, ended)
    fitted = lifelines.KaplanMeierFitter().fit(days, ended)
    expected = fitted.survival_function_at_times(curve.index) if len(curve) else []
    assert list(curve) == pytest.approx(list(expected), abs=1e-9)


@given(cases)
def test_the_median_is_that_of_lifelines(pairs):
    days, ended = (np.array(column) for column in zip(*pairs, strict=True))
    curve = lifelines.KaplanMeierFitter().fit(days, ended).survival_function_["KM_estimate"]
    # Its own median misses a half that rounding leaves a hair above 0.5.
    reached = curve.index[(curve <= 0.5 + 1e-12) & curve.index.isin(days[ended])]
    expected = reached.min() if len(reached) else float("nan")
    assert median_duration(days, ended) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("months", "ended", "median"),
    [
        ([0, 1, 2], [True, True, True], 1.0),
        # One waits since 5 months: censored, the median stays with the three events.
        ([0, 1, 2, 5], [True, True, True, False], 1.0),
        ([4, 4, 4, 1], [False, False, False, True], float("nan")),
    ],
)
def test_median_counts_those_who_still_wait(months, ended, median):
    assert median_duration(np.array(months, float), np.array(ended)) == pytest.approx(median, nan_ok=True)


def test_ways_to_end_are_those_of_aalen_and_johansen_by_lifelines():
    """Without ties exactly; lifelines shakes ties apart at random."""
    rng = np.random.default_rng(8)
    durations = rng.exponential(10, 500)
    end = rng.integers(0, 3, 500)
    curve = cumulative_incidence(durations, end, 2)
    for kind in (1, 2):
        peer = lifelines.AalenJohansenFitter(calculate_variance=False).fit(
            durations, end, event_of_interest=kind
        )
        np.testing.assert_allclose(
            peer.cumulative_density_.loc[curve.index].iloc[:, 0], curve[kind], atol=1e-12
        )


def test_one_way_to_end_is_one_minus_kaplan_meier():
    rng = np.random.default_rng(9)
    durations, ended = rng.integers(0, 20, 300), rng.integers(0, 2, 300)
    curve = cumulative_incidence(durations, ended, 1)
    np.testing.assert_allclose(1 - curve[1], kaplan_meier(durations, ended), atol=1e-12)


def test_only_what_ended_makes_a_step():
    """Two wait, since months 1 and 5; one ended in month 2, and one in month 7 in another way."""
    curve = cumulative_incidence(np.array([1, 2, 5, 7]), np.array([0, 1, 0, 2]), 2)
    assert curve.index.tolist() == [2, 7]
    assert curve.to_numpy() == pytest.approx(np.array([[1 / 3, 0.0], [1 / 3, 2 / 3]]))
