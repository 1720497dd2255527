"""Suppression withstands an attack by linear programming, whatever the table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.disclosure import Relation, cell_bounds, suppress


def cross_table(inner):
    """Cells of a two-way table with its margins, and every sum in it."""
    inner = np.asarray(inner, dtype=float)
    whole = np.vstack([np.column_stack([inner, inner.sum(1)]), np.append(inner.sum(0), inner.sum())])
    rows, columns = whole.shape
    cell = np.arange(whole.size).reshape(whole.shape)

    def total(line):
        signs = np.ones(len(line))
        signs[0] = -1
        return Relation(np.array(line), signs)

    sums = [total([cell[r, -1], *cell[r, :-1]]) for r in range(rows)]
    sums += [total([cell[-1, c], *cell[:-1, c]]) for c in range(columns)]
    levels = np.zeros(whole.shape, dtype=int)
    levels[:, -1] += 1
    levels[-1, :] += 1
    return whole.ravel(), levels.ravel(), sums


tables = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 9, 40]), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@settings(max_examples=30)
@given(tables, st.integers(2, 5))
def test_no_small_count_can_be_worked_out(inner, threshold):
    values, levels, sums = cross_table(inner)
    hidden = suppress(values, levels, sums, threshold)
    small = (values > 0) & (values < threshold)
    assert hidden[small].all()
    for cell in np.flatnonzero(small):
        bounds = cell_bounds(values, hidden, sums, int(cell))
        assert bounds.lower - 1e-6 <= values[cell] <= bounds.upper + 1e-6
        # Nothing but the whole table withheld protects less: then nothing is known at all.
        assert bounds.width >= threshold or hidden.all()


@settings(max_examples=40)
@given(tables)
def test_without_small_counts_everything_is_published(inner):
    large = np.asarray(inner) * 10
    assert not suppress(*cross_table(large), 3).any()


def test_a_row_with_one_small_count_needs_another():
    """The classic: one cell suppressed in a table with margins is given back by a subtraction."""
    values, levels, sums = cross_table([[1, 20, 30], [10, 12, 40], [25, 14, 16]])
    alone = (values > 0) & (values < 3)
    assert cell_bounds(values, alone, sums, 0).width == pytest.approx(0)
    hidden = suppress(values, levels, sums, 3)
    assert 4 <= hidden.sum() <= 6
    assert not hidden[-1]
    assert cell_bounds(values, hidden, sums, 0).width >= 3
