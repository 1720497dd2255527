import numpy as np
import pytest

from hanbin_demo.assumptions import Totals
from hanbin_demo.district import build_district
from hanbin_lib.months import Month


def stock(district, ordinal: int) -> int:
    homes = district.households
    listed = (homes["category"] >= 0) & (homes["identified"] <= ordinal)
    gone = (homes["eliminated"] >= 0) & (homes["eliminated"] <= ordinal)
    return int((listed & ~gone).sum())


def test_published_totals_hold_exactly(full):
    homes = full.households
    monitored, is_open, lifted = homes["category"] >= 0, homes["is_open"], homes["is_lifted"]
    eliminated = monitored & ~is_open
    size = homes["size"]
    assert (monitored.sum(), size[monitored].sum()) == (5408, 18392)
    assert (eliminated.sum(), size[eliminated].sum()) == (3076, 10608)
    assert (is_open.sum(), size[is_open].sum()) == (2332, 7784)
    assert (lifted.sum(), size[lifted].sum()) == (58948, 195544)
    assert len(full.persons) == size.sum()
    assert full.persons["works"].sum() == 103_000
    assert (full.persons["post"] >= 0).sum() == 12_300


def test_categories_decide_who_is_lifted(full):
    homes = full.households
    shares = homes["category"][homes["category"] >= 0].value_counts(normalize=True)
    assert np.allclose(shares[[0, 1, 2]], (0.41, 0.42, 0.17), atol=0.001)
    assert homes["is_lifted"][homes["category"] == 0].all()
    assert not homes["is_lifted"][homes["category"] == 1].any()


def test_open_stock_falls_month_by_month(full):
    stocks = [stock(full, n) for n in range(full.month.ordinal - 12, full.month.ordinal + 1)]
    assert stocks == sorted(stocks, reverse=True)
    assert len(set(stocks)) == len(stocks)
    assert stocks[-1] == 2332


def test_flows_of_the_reporting_month(full):
    homes = full.households
    assert (homes["identified"] == full.month.ordinal).sum() == 36
    assert (homes["eliminated"] == full.month.ordinal).sum() == 87


def test_elimination_waits_six_months_but_for_the_known_few(full):
    homes = full.households[full.households["eliminated"] >= 0]
    months = homes["eliminated"] - homes["identified"]
    early = months < 6
    assert (months >= 2).all()
    assert (early & ~homes["is_natural"]).sum() == full.planted["eliminated_too_early"] == 8
    assert (early & homes["is_natural"]).sum() <= 12


def test_household_without_labour_stays_open(full):
    homes = full.households
    monitored = homes["category"] >= 0
    assert homes["is_open"][monitored & homes["is_no_labour"]].all()
    assert abs(homes["is_no_labour"][homes["is_open"]].mean() - 0.15) < 0.001


@pytest.mark.parametrize("scale", [0.001, 0.002, 0.05])
def test_small_districts_keep_the_scaled_totals(register, scale):
    district = build_district(register, month=Month(2022, 9), seed=3, scale=scale)
    totals, homes = Totals.at(scale), district.households
    assert (homes["category"] >= 0).sum() == totals.monitored_households
    assert homes["is_open"].sum() == totals.open_households
    assert homes["is_lifted"].sum() == totals.lifted_households
    assert homes["size"][homes["is_lifted"]].sum() == totals.lifted_persons


def test_monitored_households_are_denser_in_the_mountains(full):
    town = full.places.villages["town"].to_numpy()[full.households["village"]]
    prevalence = (full.households["category"] >= 0).groupby(town).mean()
    assert np.corrcoef(prevalence, full.places.towns["prevalence"])[0, 1] > 0.6
