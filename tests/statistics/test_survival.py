"""Kaplan-Meier against lifelines."""

import lifelines
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.statistics.survival import kaplan_meier, median_duration

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
