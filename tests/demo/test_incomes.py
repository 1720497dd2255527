from fractions import Fraction

import numpy as np

from hanbin_demo.cells import yuan_text


def test_identity_holds_to_the_fen(full):
    i = full.incomes
    assert (i["net"] == i["wage"] + i["business"] + i["property"] + i["transfer"] - i["cost"]).all()


def test_per_head_is_net_over_size_rounded_half_up(full):
    for net, size, stored in zip(
        full.incomes["net"][::50], full.households["size"][::50], full.incomes["per_head"][::50], strict=True
    ):
        assert abs(Fraction(int(net), int(size)) - int(stored)) <= Fraction(1, 2)


def test_parts_are_not_negative_and_cost_is_below_receipts(full):
    assert (full.incomes >= 0).all().all()
    assert (full.incomes["cost"] <= full.incomes["business"]).all()
    assert (full.incomes["claims"] <= full.incomes["out_of_pocket"]).all()


def test_levels_are_those_of_such_a_district(full):
    homes, per_head = full.households, full.incomes["per_head"] / 100
    monitored = homes["category"] >= 0
    new = monitored & (full.month.ordinal - homes["identified"] < 3)
    assert 7_000 < per_head[monitored].mean() < 12_000
    assert 12_000 < per_head[~monitored].mean() < 16_000
    assert per_head[new].median() < per_head[homes["is_open"]].median() < per_head[~monitored].median()


def test_incomes_are_heavy_tailed_and_vary_by_village(full):
    income = full.incomes["per_head"].to_numpy() / 100
    lifted = (full.households["category"] < 0).to_numpy()
    assert np.quantile(income[lifted], 0.99) > 2.5 * np.median(income[lifted])
    village = full.households["village"].to_numpy()
    means = np.bincount(village[lifted], np.log(income[lifted])) / np.bincount(village[lifted])
    assert np.corrcoef(means, full.places.villages["income"])[0, 1] > 0.5


def test_yuan_text_has_no_needless_zeros():
    assert yuan_text(np.array([123456, 120, 1200, 5, 0])).tolist() == ["1234.56", "1.2", "12", "0.05", "0"]
