"""The chapter of income goals: from the record to the honest sentence, and back to see how it did."""

import pandas as pd
import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.outlook import assess, compare, forecasts_before, register
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import Unavailable
from hanbin_lib.months import Month
from hanbin_lib.params import GrowthRule, IncomeGoal

GOAL = IncomeGoal(
    area="甲村", place="610902004213", indicator="农民人均纯收入", prices="现价", value_yuan=30000,
    year=2027, source="测试",
)  # fmt: skip


def make_series(values, *, area="甲村", first=2014, indicator="农民人均纯收入"):
    years = range(first, first + len(values))
    return pd.DataFrame(
        {
            "area_name": area,
            "indicator_name": indicator,
            "year": pd.array(list(years), dtype="Int64"),
            "value": pd.array(values, dtype="Float64"),
            "unit": "元",
            "source": "测试台账",
        }
    )


RECORD = [9000.0, 9900, 10700, 11700, 12600, 13600, 14900, 16200]


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_the_sentence_is_made_of_the_record_only(district):
    lead = plain_text(hb.goals.lead(district).parts)
    found = district.outlooks[0].assessment
    steps = [f"{100 * share:.1f}%" for share in found.record.values.pct_change().tail(3)]
    assert f"近3年增速{'、'.join(steps)}" in lead
    assert f"需年均增长{found.required_growth * 100:.1f}%，预测年均{found.forecast_growth * 100:.1f}%" in lead
    assert ("达到的把握" in lead) is found.is_borne_out


def test_the_fan_names_its_source_and_goal(district):
    chart = hb.goals.fan(district)
    assert "虚构" in chart.source
    assert "目标30000" in chart.svg
    assert f"{district.outlooks[0].assessment.fan[0.5].iloc[-1]:.0f}元" in chart.alt


def test_a_town_without_a_goal_leaves_the_chapter_out(demo_workspace):
    town = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    lead = hb.goals.lead(town)
    assert isinstance(lead, Missing)
    assert lead.is_chapter
    assert hb.goals.fan(town) is None
    assert hb.goals.goal_table(town) is None


def test_a_goal_further_off_is_less_likely():
    near, far = (
        assess(GOAL.model_copy(update={"value_yuan": yuan}), make_series(RECORD), Month(2022, 9))
        for yuan in (20000.0, 40000.0)
    )
    assert near.assessment.probability > far.assessment.probability


def test_values_of_the_running_year_and_later_do_not_count():
    series = pd.concat([make_series(RECORD), make_series([99999.0], first=2022)])
    found = assess(GOAL, series, Month(2022, 9)).assessment
    assert found.record.last_year == 2021


@pytest.mark.parametrize(
    ("series", "word"),
    [
        (None, "没有收到历年数据"),
        (make_series(RECORD, area="乙村"), "甲村没有"),
        (make_series(RECORD[:3]), "年有数"),
        (make_series([-1.0, *RECORD]), "为零或负数"),
    ],
)
def test_a_record_that_cannot_be_used_says_why(series, word):
    one = assess(GOAL, series, Month(2022, 9))
    assert isinstance(one.assessment, Unavailable)
    assert word in one.assessment.reason
    assert isinstance(hb.goals.verdict(one), Missing)


def test_last_years_forecast_is_held_against_what_came(district, tmp_path):
    """Registered in 2022, looked at when 2022's value is known; the same entry is not written twice."""
    one = assess(GOAL, make_series(RECORD), Month(2022, 9))
    for _ in "ab":
        register(tmp_path, one, Month(2022, 9), "abc")
    assert len(list(tmp_path.iterdir())) == 1
    assert forecasts_before(tmp_path, Month(2022, 9)) == ()
    (entry,) = forecasts_before(tmp_path, Month(2023, 3))
    assert entry.made_on == "2022-09-30"
    assert entry.table[0]["year"] == 2022


def test_not_lower_than_compares_the_same_years():
    rule = GrowthRule(
        label="不低于乙村", area="甲村", indicator="农民人均纯收入", reference_area="乙村",
        reference_indicator="农民人均纯收入",
    )  # fmt: skip
    other = [value * 1.02**n for n, value in enumerate(RECORD)]
    both = pd.concat([make_series(RECORD), make_series(other, area="乙村")])
    table = compare(rule, both, Month(2022, 9))
    assert not table["is_not_lower"].any()
    assert compare(rule, make_series(RECORD), Month(2022, 9)).empty


def test_levers_move_the_chance(district):
    one = assess(GOAL, make_series(RECORD), Month(2022, 9))
    parts = {"wage": 0.5, "business": 0.3, "property": 0.02, "transfer": 0.18}
    table = hb.goals.scenarios(one, parts, {"wage": 0.05})
    none, more = (table.rows[n][1].value for n in (0, 1))
    assert more > none
