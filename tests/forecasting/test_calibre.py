"""Definitions of income are never mixed."""

import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import one_calibre

# National values as the statistics bureau and the ministry published them, yuan per head.
ROWS = pd.DataFrame(
    [("全国", "脱贫人口人均纯收入", 2021, 12550.0), ("全国", "脱贫人口人均纯收入", 2022, 14342.0),
     ("全国", "脱贫县农村居民人均可支配收入", 2020, 12588.0), ("全国", "脱贫县农村居民人均可支配收入", 2022, 15111.0)],
    columns=["area_name", "indicator_name", "year", "value"],
).assign(unit="元", prices="现价")  # fmt: skip


def test_definitions_stay_apart():
    lifted = one_calibre(ROWS, "全国", "脱贫人口人均纯收入")
    counties = one_calibre(ROWS, "全国", "脱贫县农村居民人均可支配收入")
    assert lifted.to_dict() == {2021: 12550, 2022: 14342}
    assert counties[2022] == 15111
    assert lifted.name != counties.name


@pytest.mark.parametrize("column", ["unit", "prices"])
def test_mixed_units_and_prices_are_refused(column):
    mixed = ROWS.assign(**{column: ["别的", *ROWS[column][1:]]})
    with pytest.raises(HanbinError, match="HB-FC-016"):
        one_calibre(mixed, "全国", "脱贫人口人均纯收入")


def test_an_unknown_name_is_told_with_those_that_there_are():
    with pytest.raises(HanbinError, match="现有：脱贫人口人均纯收入、脱贫县农村居民人均可支配收入"):
        one_calibre(ROWS, "全国", "人均收入")
