"""Estimates of one figure against the literature and independent packages."""

from math import comb

import lifelines
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from povertyInequalityMeasures import poverty

from hanbin_lib.statistics.estimates import effective_size, kaplan_meier, median_duration, shortfall, wilson
from hanbin_lib.statistics.survey import Estimate

LINE = 6000.0
cases = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=80)


def exact(cases, size, confidence=0.95):
    """Clopper and Pearson's: the interval of a survey's share where the sample is a simple one."""
    return Estimate(cases / size, 0.0, size - 1).share_interval(size, confidence)


# Newcombe (1998), Statistics in Medicine 17, table I.
@pytest.mark.parametrize(
    ("cases", "size", "method", "low", "high"),
    [
        (81, 263, wilson, 0.2553, 0.3662),
        (15, 148, wilson, 0.0624, 0.1605),
        (0, 20, wilson, 0.0000, 0.1611),
        (1, 29, wilson, 0.0061, 0.1718),
        (81, 263, exact, 0.2527, 0.3676),
        (15, 148, exact, 0.0578, 0.1617),
        (0, 20, exact, 0.0000, 0.1684),
        (1, 29, exact, 0.0009, 0.1776),
    ],
)
def test_intervals_of_the_literature(cases, size, method, low, high):
    lower, upper = method(cases, size)
    assert float(lower) == pytest.approx(low, abs=5e-5)
    assert float(upper) == pytest.approx(high, abs=5e-5)


def test_nothing_observed_has_no_interval():
    lower, upper = wilson([0, 3], [0, 10])
    assert np.isnan(lower[0])
    assert np.isnan(upper[0])
    assert 0 < lower[1] < upper[1] < 1


def test_less_than_one_case_and_unit_counts_too():
    lower, upper = wilson(0.2, 0.5)
    assert 0 < float(lower) < 0.4 < float(upper) < 1


@pytest.mark.parametrize("share", [0.0, 0.02, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("size", [5, 40, 1000])
def test_the_size_is_that_whose_interval_it_is(share, size):
    """Wilson's limit solves (p - u)² = z² u (1 - u) / n: put in, the size comes out."""
    lower, upper = wilson(share * size, size)
    assert float(effective_size(share, lower, upper)) == pytest.approx(size, rel=1e-6)


def test_of_an_uneven_interval_the_limit_towards_one_half_counts():
    z = 1.959963984540054
    assert float(effective_size(0.1, 0.09, 0.2)) == pytest.approx(z**2 * 0.2 * 0.8 / 0.1**2)
    assert float(effective_size(0.9, 0.8, 0.91)) == pytest.approx(z**2 * 0.8 * 0.2 / 0.1**2)
    assert float(effective_size(0.5, 0.3, 0.6)) == pytest.approx(z**2 * 0.6 * 0.4 / 0.1**2)
    assert np.isinf(effective_size(0.3, 0.3, 0.3))
    assert np.isinf(effective_size([0.0, 1.0], [0.0, 1.0], [0.0, 1.0])).all()
    assert np.isnan(effective_size(0.3, np.nan, np.nan))


@pytest.mark.parametrize(("cases", "size"), [(0, 7), (1, 7), (7, 7), (3, 1000)])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_exact_limits_are_those_whose_tails_are_a_half_of_the_rest(cases, size, confidence):
    """Clopper and Pearson's own definition, by sums of binomial chances."""
    low, high = (float(one) for one in exact(cases, size, confidence))
    tail = (1 - confidence) / 2
    at_least = sum(comb(size, k) * low**k * (1 - low) ** (size - k) for k in range(cases, size + 1))
    at_most = sum(comb(size, k) * high**k * (1 - high) ** (size - k) for k in range(cases + 1))
    assert low == 0 if cases == 0 else at_least == pytest.approx(tail)
    assert high == 1 if cases == size else at_most == pytest.approx(tail)


def fgt(income, weight, line, order):
    """The index is the mean over all persons, not over the poor alone."""
    return np.average(shortfall(income, line, order), weights=weight)


households = st.lists(
    st.tuples(st.floats(0, 20_000, allow_subnormal=False), st.integers(1, 9)), min_size=1, max_size=60
)


@given(households)
def test_the_three_indices_are_those_of_an_independent_package(pairs):
    table = pd.DataFrame(pairs, columns=["income", "persons"])
    income, weight = table["income"].to_numpy(float), table["persons"].to_numpy(float)
    expected = (
        poverty.get_headcount_index(LINE, table.copy(), "income", "persons"),
        poverty.get_poverty_gap_index(LINE, table.copy(), "income", "persons"),
        poverty.get_poverty_severity_index(LINE, table.copy(), "income", "persons"),
    )
    found = tuple(fgt(income, weight, LINE, order) for order in range(3))
    assert found == pytest.approx(expected, abs=6e-6)  # it rounds to five places


def test_the_handbook_example():
    """Haughton and Khandker (2009), ch. 4: incomes 100, 110, 150, 160 and a line of 125."""
    income, weight = np.array([100.0, 110, 150, 160]), np.ones(4)
    assert fgt(income, weight, 125, 0) == pytest.approx(0.5)
    assert fgt(income, weight, 125, 1) == pytest.approx(0.08)
    assert fgt(income, weight, 125, 2) == pytest.approx(0.0136)


def test_an_income_on_the_line_is_not_below_it():
    assert shortfall(np.array([6000.0, 5999.99]), LINE, 0).tolist() == [0.0, 1.0]


def test_a_missing_income_is_refused():
    with pytest.raises(ValueError, match="known incomes"):
        fgt(np.array([np.nan]), np.ones(1), LINE, 0)


def test_what_has_no_answer_has_none():
    for line in (0.0, -1.0):
        with pytest.raises(ValueError, match="positive line"):
            shortfall(np.array([100.0]), line, 0)
    with pytest.raises(ValueError, match="known incomes"):
        shortfall(np.array([100.0, np.nan]), LINE, 0)
    assert shortfall(np.array([0.5]), 1.0, 1).tolist() == [0.5]


@given(st.lists(st.tuples(st.integers(-3000, 12_000), st.integers(1, 9)), min_size=1, max_size=40))
def test_the_indices_are_means_over_all_persons(pairs):
    """By the definition, one person at a time; losses fall short by more than the line."""
    short = [max(0.0, (LINE - income) / LINE) for income, persons in pairs for _ in range(persons)]
    income, weight = (np.array(column, float) for column in zip(*pairs, strict=True))
    everybody = len(short)
    for order, expected in enumerate(
        (sum(gap > 0 for gap in short), sum(short), sum(gap * gap for gap in short))
    ):
        assert fgt(income, weight, LINE, order) == pytest.approx(expected / everybody)


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
