"""How alike the households of a village are, read from all towns together."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.indicators.inspections import _design_effect


def _towns(*rows):
    return pd.DataFrame(rows, columns=["value", "denominator", "variance"])


def test_twice_the_variance_of_simple_samples_is_a_design_effect_of_two():
    simple = 0.2 * 0.8 / 60
    assert _design_effect(_towns((0.2, 60, 2 * simple), (0.2, 60, 2 * simple))) == pytest.approx(2.0)


def test_it_never_makes_a_sample_larger_than_it_is():
    assert _design_effect(_towns((0.2, 60, 0.0001), (0.3, 60, 0.0))) == 1.0


def test_towns_without_a_draw_or_a_spread_say_nothing():
    assert _design_effect(_towns((np.nan, 0, np.nan), (0.0, 60, 0.0))) == 1.0
