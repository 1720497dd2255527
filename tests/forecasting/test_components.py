"""Component futures begin where the forecast is and move by their levers."""

import numpy as np
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import COMPONENTS, ComponentModel, component_paths, forecast_record, read_record

YUAN = {"wage": 6700.0, "business": 4900.0, "property": 280.0, "transfer": 4360.0}


@pytest.fixture
def made(income):
    return forecast_record(read_record(income), 5, prior="income")


def test_the_median_of_the_sum_is_the_forecasts(made):
    paths = component_paths(made, ComponentModel(YUAN), count=3000, seed=1)
    np.testing.assert_allclose(paths["total"].median(), made.median)
    np.testing.assert_allclose(sum(paths[c] for c in COMPONENTS), paths["total"])
    assert (paths > 0).all(axis=None)


def test_a_lever_moves_its_component_alone(made):
    plain, moved = (
        component_paths(made, ComponentModel(YUAN), levers=levers, seed=1)
        for levers in (None, {"wage": 0.02})
    )
    for year in (1, 5):
        column = ("wage", made.years[year - 1])
        np.testing.assert_allclose(moved[column] / plain[column], np.exp(0.02 * year))
    for other in COMPONENTS[1:]:
        np.testing.assert_allclose(moved[other], plain[other])


def test_shocks_have_the_stated_spread_correlation_and_tails(made):
    model = ComponentModel(YUAN, correlation=0.3, dof=6.0)
    first = np.log(component_paths(made, model, count=60_000, seed=2).xs(made.years[0], axis=1, level=1))
    steps = first[list(COMPONENTS)]
    for name in COMPONENTS:
        assert steps[name].std() == pytest.approx(model.shock_sd[name], rel=0.03)
    assert steps["wage"].corr(steps["business"]) == pytest.approx(0.3, abs=0.03)
    assert steps["business"].kurt() > 1


def test_what_is_assumed_where_nothing_is_said():
    """As docs/forecasting.md has it."""
    shocks = {"wage": 0.03, "business": 0.08, "property": 0.15, "transfer": 0.04}
    drift = dict.fromkeys(COMPONENTS, 0.07)
    assert ComponentModel(YUAN) == ComponentModel(YUAN, drift, shocks, correlation=0.3, dof=6.0)


@pytest.mark.parametrize(
    "spoil",
    [
        {"yuan": {"wage": 1.0}},
        {"yuan": YUAN | {"wage": -1.0}},
        {"yuan": dict.fromkeys(COMPONENTS, 0.0)},
        {"yuan": YUAN, "correlation": 1.0},
        {"yuan": YUAN, "dof": 2.0},
        {"yuan": YUAN, "shock_sd": dict.fromkeys(COMPONENTS, -0.1)},
    ],
)
def test_impossible_models_are_refused(spoil):
    with pytest.raises(HanbinError, match="HB-FC-014"):
        ComponentModel(**spoil)


def test_an_unknown_lever_is_refused(made):
    with pytest.raises(HanbinError, match="HB-FC-014"):
        component_paths(made, ComponentModel(YUAN), levers={"luck": 0.1}, seed=1)
