"""Shipped figures have sources, and definitions are never mixed."""

import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import one_calibre, public_goals, public_series


def test_every_value_has_a_source_and_one_unit():
    table = public_series()
    assert table["source"].str.len().gt(4).all()
    assert set(table["unit"]) == {"元"}
    assert set(table["prices"]) == {"现价"}
    assert not table.duplicated(["area_name", "indicator_name", "year"]).any()
    assert table[["value", "growth_percent"]].notna().any(axis=1).all()


def test_definitions_stay_apart():
    table = public_series()
    lifted = one_calibre(table, "全国", "脱贫人口人均纯收入")
    counties = one_calibre(table, "全国", "脱贫县农村居民人均可支配收入")
    assert lifted[2022] == 14342
    assert counties[2022] == 15111
    assert lifted.name != counties.name


def test_published_growth_agrees_with_published_values():
    for (_, _), rows in public_series().groupby(["area_name", "indicator_name"]):
        values = rows.set_index("year")["value"]
        for _, row in rows.dropna(subset="growth_percent").iterrows():
            if row["year"] - 1 in values.index and values[row["year"] - 1] > 0:
                growth = 100 * (row["value"] / values[row["year"] - 1] - 1)
                assert growth == pytest.approx(row["growth_percent"], abs=0.06)


def test_the_village_goal_is_there_without_an_invented_definition():
    goal = public_goals().iloc[0]
    assert (goal["value"], goal["year"]) == (30_000, 2027)
    assert pd.isna(goal["indicator_name"])


def test_mixed_units_and_unknown_names_are_refused():
    table = public_series()
    with pytest.raises(HanbinError, match="HB-FC-016"):
        one_calibre(table, "全国", "人均收入")
    mixed = table.assign(unit=["万元", *table["unit"][1:]])
    with pytest.raises(HanbinError, match="HB-FC-016"):
        one_calibre(mixed, "全国", "农村居民人均可支配收入")
