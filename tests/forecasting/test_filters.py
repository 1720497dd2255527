"""The matrices are the filters: compared with a plain recursion and with statsmodels."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_t
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from hanbin_lib.forecasting.filters import DRIFT_WIDTHS, GAINS, filter_bank
from hanbin_lib.forecasting.posterior import NOISE_YEARS, Cells, log_evidence, residuals

_LENGTH, _AHEAD = 9, 4


def _by_hand(y, gains, level, drift):
    alpha, beta, damping = gains
    errors = []
    for value in y:
        expected = level + damping * drift
        error = value - expected
        errors.append(error)
        level, drift = expected + alpha * error, damping * drift + beta * error
    ahead = []
    for _ in range(_AHEAD):
        drift = damping * drift
        level = level + drift
        ahead.append(level)
    return np.array(errors), np.array(ahead)


@pytest.mark.parametrize("number", range(0, len(GAINS), 7))
def test_errors_and_forecasts_are_those_of_the_recursion(number):
    rng = np.random.default_rng(number)
    y, start = rng.normal(size=_LENGTH).cumsum(), rng.normal(size=2)
    bank = filter_bank((True,) * _LENGTH, _AHEAD)
    errors, ahead = _by_hand(y, GAINS[number], *start)
    np.testing.assert_allclose(bank.errors[number] @ y - bank.design[number] @ start, errors)
    np.testing.assert_allclose(bank.ahead[number] @ y + bank.ahead_unknowns[number] @ start, ahead)
    for first in range(_AHEAD):
        np.testing.assert_allclose(bank.response[number][:, first], _after_one_error(GAINS[number], first))


def _after_one_error(gains, year):
    """Values of the coming years where all stood still, but for an error of one in a year."""
    alpha, beta, damping = gains
    level = drift = 0.0
    values = []
    for now in range(_AHEAD):
        error, expected = float(now == year), level + damping * drift
        values.append(expected + error)
        level, drift = expected + alpha * error, damping * drift + beta * error
    return values


def test_a_missing_year_is_the_recursion_with_an_unknown_error():
    y = np.array([1.0, 1.2, 1.1, 1.5, 1.4, 1.9])
    seen = (True, True, False, True, True, True)
    bank = filter_bank(seen, _AHEAD)
    for number in range(0, len(GAINS), 11):
        errors, ahead = _by_hand(y, GAINS[number], 0.9, 0.1)
        unknown = np.array([0.9, 0.1, errors[2]])
        np.testing.assert_allclose(
            bank.errors[number] @ y[list(seen)] - bank.design[number] @ unknown, np.delete(errors, 2)
        )
        np.testing.assert_allclose(
            bank.ahead[number] @ y[list(seen)] + bank.ahead_unknowns[number] @ unknown, ahead
        )


def test_the_variance_of_coming_years_is_that_of_statsmodels():
    number = int(np.flatnonzero((GAINS == (0.5, 0.15, 0.85)).all(axis=1))[0])
    bank = filter_bank((True,) * _LENGTH, _AHEAD)
    y = pd.Series(np.arange(_LENGTH, dtype=float) + np.sin(np.arange(_LENGTH)))
    model = ETSModel(y, error="add", trend="add", damped_trend=True, initialization_method="known",
                     initial_level=0.0, initial_trend=1.0)  # fmt: skip
    fitted = model.smooth([0.5, 0.15, 0.85, 0.0, 1.0][:3])
    variance = fitted.get_prediction(_LENGTH, _LENGTH + _AHEAD - 1).forecast_variance
    own = np.square(bank.response[number]).sum(axis=1)
    np.testing.assert_allclose(np.asarray(variance) / fitted.mse, own, rtol=1e-6)


def test_the_evidence_is_the_density_of_the_history():
    """Against the multivariate t, integrated over the first level by quadrature."""
    rng = np.random.default_rng(4)
    shares = np.exp(rng.normal(0, 0.05, 7).cumsum())
    shares = shares / shares.mean()
    bank = filter_bank((True,) * 7, 1)
    cells = Cells.full((2,), (0.0, 0.05), (0.02, 0.1))
    positions = np.arange(0, len(cells), 97)
    chosen = cells.at(positions)
    found = log_evidence(bank, residuals(bank, shares), cells)[0][positions]
    levels = np.linspace(-6, 6, 24_001)
    expected = []
    for k, w, m, s in zip(chosen.filter, chosen.width, chosen.drift, chosen.noise, strict=True):
        inverse = np.linalg.inv(bank.errors[k])
        level, drift = (inverse @ bank.design[k]).T
        shape = s**2 * (inverse @ inverse.T + DRIFT_WIDTHS[w] ** 2 * np.outer(drift, drift))
        z = np.log(shares) - np.log(shares[-1]) - m * (np.arange(7) - 6.0)
        density = multivariate_t(np.zeros(7), shape, df=NOISE_YEARS).pdf(z - levels[:, None] * level)
        expected.append(np.log(density.sum() * (levels[1] - levels[0])))
    assert np.ptp(expected) > 1
    np.testing.assert_allclose(found - found[0], np.array(expected) - expected[0], atol=2e-3)
