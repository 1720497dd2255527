"""What follows from a forecast for a target."""

import numpy as np
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import forecast_record, read_record


@pytest.fixture
def made(income):
    return forecast_record(read_record(income), 6, prior="income")


def test_probability_and_quantile_are_inverse(made):
    for share in (0.05, 0.3, 0.5, 0.8, 0.99):
        target = made.quantile(share)[2025]
        assert made.probability_of_reaching(target, 2025) == pytest.approx(1 - share, abs=1e-3)


def test_probability_falls_with_the_target_and_ends_at_nothing(made):
    chances = [made.probability_of_reaching(t, 2027) for t in (1, 15_000, 25_000, 40_000, 1e9)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1.0
    assert chances[-1] == 0.0


def test_required_growth_reaches_the_target(made, income):
    growth = made.required_growth(30_000, 2027)
    assert income.iloc[-1] * (1 + growth) ** 6 == pytest.approx(30_000)
    path = made.required_path(30_000, 2027)
    assert path.iloc[0] == income.iloc[-1]
    assert path[2027] == pytest.approx(30_000)
    np.testing.assert_allclose(path.pct_change().dropna(), growth)


def test_years_that_are_not_forecast_are_refused(made):
    for year in (2021, 2028):
        with pytest.raises(HanbinError, match="HB-FC-009"):
            made.probability_of_reaching(30_000, year)


def test_paths_have_the_forecasts_distribution_and_remember(made):
    paths = made.paths(4000, seed=7)
    assert list(paths.columns) == list(made.years)
    np.testing.assert_allclose(paths.quantile(0.1), made.quantile(0.1), rtol=2e-3)
    np.testing.assert_allclose(paths.quantile(0.9), made.quantile(0.9), rtol=2e-3)
    assert paths.corr().iloc[0, 1] > 0.5
    assert paths.equals(made.paths(4000, seed=7))
    assert not paths.equals(made.paths(4000, seed=8))
