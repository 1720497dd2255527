"""Annual records that the tests of the forecasts share."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def income():
    """Ten years of yuan per head."""
    values = [8020, 8790, 9480, 10410, 11050, 12200, 13060, 14310, 15020, 16240]
    return pd.Series(values, index=range(2012, 2022), name="示范村", dtype=float)


@pytest.fixture
def make_incomes():
    """Function (years, seed, growth, noise) -> record that ends in 2021."""

    def make(years, seed, growth=0.07, noise=0.03):
        rng = np.random.default_rng(seed)
        logs = np.log(9000) + np.cumsum(growth + rng.normal(0, noise, years))
        return pd.Series(np.exp(logs), index=range(2022 - years, 2022), name="示范村")

    return make
