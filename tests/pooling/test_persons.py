"""Medians and quantiles of several counties equal those that the county makes in memory."""

from dataclasses import replace

import numpy as np
import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.indicators.income import QUANTILES, recomputed_income
from hanbin_lib.places import AreaRegister
from hanbin_lib.pooling import PersonFigures

NAMES = ("income_quantile_yuan", "median_months_to_measure", "rectification_median_days")


@pytest.fixture(scope="module")
def county(demo_workspace):
    return open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_one_county_is_as_it_said_itself(county, tmp_path):
    persons = PersonFigures(tmp_path)
    persons.add(county.sources, county.scope)
    values = persons.values()
    own = county.figures.table
    own = own[own["place_code"].eq("610902") & own["indicator"].isin(NAMES)]
    assert set(own["indicator"]) == set(NAMES)
    for row in own.itertuples():
        value, size = values[row.indicator, row.month, row.group]
        assert (value, size) == (pytest.approx(row.value, nan_ok=True), row.denominator)


def test_two_counties_together_are_the_whole(county, tmp_path):
    """Half the towns and the other half make the quantiles of all."""
    table = county.scope.register.table
    towns = sorted(county.scope.register.towns["place_code"])
    persons = PersonFigures(tmp_path)
    for code, chosen in (("610901", towns[::2]), ("610903", towns[1::2])):
        half = table.assign(
            is_counted=table["is_counted"] & ~table["place_code"].str[:9].isin(set(towns) - set(chosen)),
            place_code=table["place_code"].replace("610902", code),
        )
        persons.add(county.sources, replace(county.scope, register=AreaRegister(half)))
    values = persons.values()
    rows = county.scope.counted(county.sources.table("monitored_households"))
    whole = recomputed_income(rows)["per_head_yuan"].dropna()
    for label, share in QUANTILES.items():
        value, size = values["income_quantile_yuan", str(MONTH), f"quantile={label}"]
        assert (value, size) == (pytest.approx(np.quantile(whole, share)), len(whole))
