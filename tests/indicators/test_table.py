"""Which numbers of the table are counts that were rounded down."""

import numpy as np
import pytest

from hanbin_lib.indicators.table import is_rounded


@pytest.mark.parametrize(
    ("unit", "upper", "rounded"),
    [("户", 39.0, True), ("人", 39.0, True), ("户", np.nan, False), ("比例", 0.4, False)],
)
def test_a_count_with_an_upper_edge_was_rounded(unit, upper, rounded):
    assert is_rounded(unit, upper) is rounded
