"""FGT against an independent package and the worked example of its authors' handbook."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from povertyInequalityMeasures import poverty

from hanbin_lib.statistics.poverty import shortfall

LINE = 6000.0


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
