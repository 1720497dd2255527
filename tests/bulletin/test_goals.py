"""The chapter of income goals: from the record to the honest sentence, and back to see how it did."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.income_goals import assess, compare, forecasts_before, register
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import Unavailable
from hanbin_lib.forecasting import register_forecast
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
    found = district.assessed_goals[0].assessment
    steps = [f"{100 * share:.1f}%" for share in found.record.values.pct_change().tail(3)]
    years = found.record.values.index
    assert f"，{years[-3]}—{years[-1]}年增速{'、'.join(steps)}；" in lead
    assert f"需年均增长{found.required_growth * 100:.1f}%，预测年均{found.forecast_growth * 100:.1f}%" in lead
    assert ("达到的把握" in lead) is found.is_borne_out


def test_the_fan_names_its_source_and_goal(district):
    chart = hb.goals.fan(district)
    assert "虚构" in chart.source
    assert "目标30000" in chart.svg
    assert f"{district.assessed_goals[0].assessment.fan[0.5].iloc[-1]:.0f}元" in chart.alt


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


def test_paces_about_a_missing_year_are_told_with_their_years():
    """Three paces of 2016, 2017 and 2020 are not of 2016—2020."""
    values = make_series([9000.0, 9900, 10700, 11700, None, 13600, 14900]).dropna(subset="value")
    said = plain_text(hb.goals.verdict(assess(GOAL, values, Month(2022, 9))).parts)
    assert "，增速2016年8.1%、2017年9.3%、2020年9.6%；" in said
    assert "近3年" not in said
    assert "—2020年增速" not in said


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


def _with(bulletin, series, **parts):
    """The same bulletin with other annual values, and goals or forecasts of its own."""
    own = replace(bulletin, numerals={}, _of_month={}, **parts)
    vars(own)["area_series"] = series
    return own


def _with_goals(bulletin, series, *goals, comparisons=(), **parts):
    own = bulletin.settings.goals.model_copy(update={"goals": goals, "comparisons": comparisons})
    settings = bulletin.settings.model_copy(update={"goals": own})
    return _with(bulletin, series, settings=settings, **parts)


def test_paces_are_recounted_from_the_annual_values(district):
    """Row by row from 历年数据: the last value, what the goal asks a year, the last three growths."""
    goal = district.assessed_goals[0].goal
    rows = [
        (one["year"], float(one["value"])) for one in district.sources.table("area_series").to_dict("records")
        if (one["area_name"], one["indicator_name"]) == (goal.area, goal.indicator) and one["year"] < MONTH.year
    ]  # fmt: skip
    (last, value), years = max(rows), [value for _, value in sorted(rows)]
    required = (goal.value_yuan / value) ** (1 / (goal.year - last)) - 1
    steps = [now / then - 1 for then, now in zip(years[-4:], years[-3:], strict=False)]
    row = hb.goals.goal_table(district).rows[0]
    assert (row[0], str(row[1])) == (goal.area, f"{goal.year}年{goal.value_yuan:.0f}元")
    assert str(row[2]) == f"{last}年{value:.0f}元"
    assert row[3].value == pytest.approx(required)
    assert [figure.value for figure in row[5].figures] == pytest.approx(steps)


def test_the_chance_is_the_share_of_futures_that_reach_the_goal(district):
    found, goal = district.assessed_goals[0].assessment, district.assessed_goals[0].goal
    futures = np.asarray(found.forecast.paths(20_000, seed=3)[goal.year])
    printed = hb.goals.goal_table(district).rows[0][6].value
    assert printed == pytest.approx((futures >= goal.value_yuan).mean(), abs=0.02)
    low, high = (figure.value for figure in hb.goals.goal_table(district).rows[0][7].figures)
    assert low <= printed <= high


def test_goals_that_the_record_does_not_carry_stand_beside_those_that_it_does(district):
    other = GOAL.model_copy(update={"area": "乙村"})
    own = _with_goals(district, make_series(RECORD), GOAL, other)
    table = hb.goals.goal_table(own)
    assert [str(row[2]) for row in table.rows] == ["2021年16200元", "未预测"]
    assert set(map(str, table.rows[1][3:])) == {"—"}
    assert "乙村未预测：乙村没有" in table.unit_line
    assert plain_text(hb.goals.lead(own).parts).startswith("甲村农民人均纯收入2027年达到30000元，")
    none = _with_goals(district, make_series(RECORD), other)
    lead = hb.goals.lead(none)
    assert isinstance(lead, Missing)
    assert lead.is_chapter
    assert hb.goals.reading_note(none) is None


@pytest.mark.parametrize(
    ("factor", "word"), [(1.0, "不低于"), (1.0004, "低于"), (0.98, "不低于"), (1.02, "低于")]
)
def test_growth_of_two_places_is_compared_in_the_last_common_year(district, factor, word):
    rule = GrowthRule(
        label="不低于乙村", area="甲村", indicator="农民人均纯收入", reference_area="乙村",
        reference_indicator="农民人均纯收入",
    )  # fmt: skip
    other = [*RECORD[:-1], RECORD[-1] * factor]
    both = pd.concat([make_series(RECORD), make_series(other, area="乙村")])
    row = hb.goals.comparisons(_with_goals(district, both, GOAL, comparisons=(rule,))).rows[0]
    own, reference = RECORD[-1] / RECORD[-2] - 1, other[-1] / other[-2] - 1
    assert [cell.value for cell in row[1:4]] == pytest.approx([2021, own, reference])
    assert row[4] == word
    alone = hb.goals.comparisons(_with_goals(district, make_series(RECORD), GOAL, comparisons=(rule,)))
    assert str(alone.rows[0][1]) == "无可比数"


def test_past_forecasts_are_held_against_what_came(district, tmp_path):
    """Made of the record up to 2020, looked at when 2021's value is known: error and interval by hand."""
    known = make_series(RECORD[:-1])
    one = assess(GOAL, known, Month(2021, 9))
    register_forecast(
        tmp_path, one.assessment.forecast, place="甲村", indicator="农民人均纯收入",
        made_on=pd.Timestamp("2021-09-30").date(), digest="abc",
    )  # fmt: skip
    entries = forecasts_before(tmp_path, MONTH)
    own = _with_goals(district, make_series(RECORD), GOAL, forecasts=entries)
    (row,) = hb.goals.past_forecasts(own).rows
    made = next(line for line in entries[0].table if line["year"] == 2021)
    assert [str(cell) for cell in row[:3]] == ["甲村", "2021-09-30", "2021"]
    forecast, actual, error = (cell.value for cell in row[3:6])
    assert actual == RECORD[-1]
    assert forecast == pytest.approx(made["mean"])
    assert error == pytest.approx(100 * (forecast / actual - 1))
    futures = np.asarray(one.assessment.forecast.paths(20_000, seed=5)[2021])
    is_inside = np.quantile(futures, 0.1) <= actual <= np.quantile(futures, 0.9)
    assert row[6] == ("是" if is_inside else "否")
    assert hb.goals.past_forecasts(_with_goals(district, make_series(RECORD), GOAL, forecasts=())) is None


def test_components_without_a_lever_give_the_forecast_back(district):
    one = assess(GOAL, make_series(RECORD), Month(2022, 9))
    parts = {"wage": 0.5, "business": 0.3, "property": 0.02, "transfer": 0.18}
    table = hb.goals.scenarios(one, parts, {"wage": 0.03, "business": 0.01})
    assert [row[0] for row in table.rows] == ["没有新举措", "工资性增速变动", "生产经营增速变动", "合在一起"]
    medians, chances, errors = ([row[at].value for row in table.rows] for at in (1, 2, 3))
    assert medians[0] == pytest.approx(one.assessment.fan[0.5].iloc[-1], rel=0.02)
    assert max(medians) == medians[3]
    assert np.argsort(chances).tolist() == np.argsort(medians).tolist()
    assert errors == pytest.approx([(chance * (1 - chance) / 4000) ** 0.5 for chance in chances])
