"""How alike the households of a village are, read from all towns together."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.indicators.inspections import _design_effect, _households


def _towns(*rows):
    return pd.DataFrame(rows, columns=["value", "denominator", "variance"])


def test_twice_the_variance_of_simple_samples_is_a_design_effect_of_two():
    simple = 0.2 * 0.8 / 60
    assert _design_effect(_towns((0.2, 60, 2 * simple), (0.2, 60, 2 * simple))) == pytest.approx(2.0)


def test_it_never_makes_a_sample_larger_than_it_is():
    assert _design_effect(_towns((0.2, 60, 0.0001), (0.3, 60, 0.0))) == 1.0


def test_towns_without_a_draw_or_a_spread_say_nothing():
    assert _design_effect(_towns((np.nan, 0, np.nan), (0.0, 60, 0.0))) == 1.0


def test_households_of_a_village_are_those_stated_else_those_counted_and_never_fewer_than_drawn():
    """Village 1 states 40, 2 is counted, 3 is neither and two were drawn, 4 states one of two drawn."""
    villages = ["v1", "v2", "v3", "v3", "v4", "v4"]
    units = pd.DataFrame(
        {
            "village_code": villages,
            "unit_code": range(6),
            "village_households": pd.array([40, None, None, None, 1, 1], dtype="Int32"),
        }
    )
    homes = pd.DataFrame({"village_code": ["v2"] * 7 + ["v4"] * 9})
    cluster = np.array([0, 1, 2, 2, 3, 3])
    assert _households(units, cluster, homes).tolist() == [40, 7, 2, 2, 2, 2]
