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


# Freireich and others (1963), Blood 21: weeks in remission under 6-MP, `+` still in remission. The curve is
# that of Cox and Oakes (1984), table 1.1, and of most textbooks since.
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
REMAINING = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
PLACEBO = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)


def _read(text):
    weeks = [one.removesuffix("+") for one in text.split()]
    return np.array(weeks, float), np.array(["+" not in one for one in text.split()])


def test_the_curve_of_the_literature():
    curve = kaplan_meier(*_read(SIX_MP))
    assert curve.round(3).to_dict() == REMAINING
    assert median_duration(*_read(SIX_MP)) == 23
    assert median_duration(np.array(PLACEBO, float), np.ones(len(PLACEBO), bool)) == 8


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 4)), min_size=1, max_size=20))
def test_the_curve_is_a_product_over_days_and_a_case_that_counts_twice_is_two(rows):
    """By the definition: of those who still waited, the share that did not end that day."""
    expected, open_share = {}, 1.0
    for day in sorted({day for day, ended, _ in rows if ended}):
        waiting = sum(cases for other, _, cases in rows if other >= day)
        ending = sum(cases for other, ended, cases in rows if other == day and ended)
        open_share *= 1 - ending / waiting
        expected[day] = open_share
    days, ended, cases = (np.array(column) for column in zip(*rows, strict=True))
    assert kaplan_meier(days, ended, cases).to_dict() == pytest.approx(expected)
    first = next((day for day, share in expected.items() if share <= 0.5 + 1e-12), float("nan"))
    assert median_duration(days, ended, cases) == pytest.approx(first, nan_ok=True)


def test_where_nothing_has_ended_there_is_no_curve():
    waiting = np.array([3.0, 4.0]), np.zeros(2, bool)
    assert kaplan_meier(*waiting).empty
    assert np.isnan(median_duration(*waiting))
