"""The official outlook of growth: dated, the nearest government's, and a second answer beside the first."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.income_goals import assess
from hanbin_lib.display import plain_text
from hanbin_lib.forecasting import forecast_places, forecast_record, read_record
from hanbin_lib.months import Month
from hanbin_lib.params import IncomeGoal
from hanbin_lib.yearly_documents import GrowthOutlook, GrowthOutlooks

MONTH = Month(2022, 9)
RECORD = [9000.0, 9900, 10700, 11700, 12600, 13600, 14900, 16200]
GOAL = IncomeGoal(
    area="甲村", place="610902004213", indicator="农民人均纯收入", prices="现价", value_yuan=30000,
    year=2027, source="测试",
)  # fmt: skip
SERIES = pd.DataFrame(
    {
        "area_name": "甲村", "indicator_name": "农民人均纯收入", "unit": "元", "source": "测试台账",
        "year": pd.array(range(2014, 2022), dtype="Int64"), "value": pd.array(RECORD, dtype="Float64"),
    }
)  # fmt: skip


def stated(**changes):
    usual = {
        "place": "610902", "name": "汉滨区", "year": 2022, "growth_percent": 6.0, "prices": "现价",
        "document": "测试文件", "issued": "2022-02",
    }  # fmt: skip
    return GrowthOutlook(**usual | changes)


@pytest.mark.parametrize(
    ("outlooks", "expected"),
    [
        ((), None),
        ((stated(issued="2022-10"),), None),
        ((stated(place="610903"),), None),
        ((stated(place="61", growth_percent=7.0), stated()), 6.0),
        ((stated(), stated(place="61", growth_percent=7.0, year=2023)), 6.0),
        ((stated(), stated(issued="2022-09", growth_percent=5.0)), 5.0),
        ((stated(year=2021, issued="2021-02", growth_percent=8.0), stated()), 6.0),
    ],
    ids=[
        "none",
        "not out yet",
        "another county",
        "nearest",
        "nearest before latest",
        "revised",
        "latest year",
    ],
)
def test_the_nearest_governments_latest_that_was_out(outlooks, expected):
    found = GrowthOutlooks(outlooks=outlooks).known("610902004213", MONTH)
    assert (found and found.growth_percent) == expected


def test_real_growth_needs_what_prices_add_and_nominal_growth_none():
    assert stated(prices="可比价", price_percent=2.0).share == pytest.approx(1.06 * 1.02 - 1)
    assert stated().share == pytest.approx(0.06)
    for wrong in ({"prices": "可比价"}, {"price_percent": 2.0}, {"place": "6109021"}, {"growth": 3.0}):
        with pytest.raises(ValidationError):
            stated(**wrong)


def test_the_pace_goes_half_way_and_the_futures_lie_as_far_apart():
    record = read_record(pd.Series(RECORD, index=range(2014, 2022)))
    made = forecast_record(record, 6, prior="income")
    moved = made.toward(0.05)
    paces = [np.log(f.median[2027] / record.values[2021]) / 6 for f in (made, moved)]
    assert paces[1] == pytest.approx((paces[0] + np.log1p(0.05)) / 2)
    np.testing.assert_allclose(moved.grid / moved.grid[39], made.grid / made.grid[39])
    np.testing.assert_allclose(
        moved.paths(500, seed=1) / made.paths(500, seed=1), [moved.grid[39] / made.grid[39]] * 500
    )


def test_a_districts_places_move_together():
    rng = np.random.default_rng(1)
    steps = rng.normal(0.09, 0.03, (9, 5))
    values = pd.DataFrame(
        8000 * np.exp(np.cumsum(steps, axis=0)), index=range(2013, 2022), columns=list("甲乙丙丁戊")
    )
    plain, moved = (forecast_places(values, 5, outlook=outlook) for outlook in (None, 0.04))
    ratios = np.array([moved[place].median / plain[place].median for place in values])
    assert ratios == pytest.approx(np.broadcast_to(ratios[0], ratios.shape), rel=1e-6)
    assert (np.diff(ratios[0]) < 0).all()
    assert ratios[0, -1] < 0.95


def test_both_answers_stand_in_the_sentence_and_the_document_in_the_note():
    official = stated(growth_percent=5.5, prices="可比价", price_percent=2.0)
    plain, one = (assess(GOAL, SERIES, MONTH, official=o) for o in (None, official))
    first, second = (plain_text(hb.goals.verdict(o).parts) for o in (plain, one))
    assert "折中" not in first
    assert plain.assessment.probability_with_outlook is None
    chance = one.assessment.probability_with_outlook
    assert chance == pytest.approx(
        one.assessment.forecast.toward(1.055 * 1.02 - 1).probability_of_reaching(30000, 2027)
    )
    if one.assessment.is_borne_out:
        assert (
            second
            == first.replace("。", "") + f"；与汉滨区2022年预期增速（7.6%）折中则为约{100 * chance:.0f}%。"
        )
    note = plain_text(hb.goals.note_of(one).parts)
    assert "测试文件（2022-02），2022年5.5%（可比价），另按价格上涨2%折成现价" in note
