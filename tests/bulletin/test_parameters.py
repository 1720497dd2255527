"""What an analyst types into the tagged cell of a notebook: a right form is told in Chinese, nothing else is computed with."""

import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib import lab
from hanbin_lib.bulletin.parameters import (
    NOTEBOOK_PARAMETERS,
    ComponentChoice,
    DesignChoice,
    ExposureChoice,
    GoalChoice,
    MonthParameters,
    RateChoice,
    UnitChoice,
    VillageChoice,
    WeightChoice,
    checked,
)
from hanbin_lib.charts import gallery
from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month

GIVEN = {
    MonthParameters: {"month": "2022-09", "area": "610902", "snapshot": ""},
    VillageChoice: {"village": ""},
    GoalChoice: {"place": "甲村", "indicator": "乙", "target": 30000.0, "year": 2027, "prior": "income"},
    ComponentChoice: {"composition": {"wage": 0.6, "transfer": 0.4}, "scenario": {"wage": 0.02}},
    WeightChoice: {"weights": {"电话问题": 40.0}},
    DesignChoice: {"villages": 3, "households": 15, "months": 3, "bad_share": 0.2},
    RateChoice: {"entries": 1.5, "leaving": 1.0, "relapse_chance": 0.0},
    ExposureChoice: {"scenario": "多重冲击", "exposed": {"洪涝": 0.5}},
    UnitChoice: {"units": {"产业基地": 5}, "factors": {"产业基地": {"price_yuan_kg": 1.2}}},
}
WRONG = (
    (
        MonthParameters,
        {"month": 202209},
        "month 应为文字，但传来的是数、真假值或空值，可能丢了位数：用 -r 代替 -p（应形如 2022-09）",
    ),
    (MonthParameters, {"month": "2022年9月"}, "month 格式不对（应形如 2022-09）"),
    (MonthParameters, {"month": "2022-9"}, "month 格式不对（应形如 2022-09）"),
    (MonthParameters, {"area": "流水镇"}, "area 应为区划代码，不是名称：用 hanbin areas 查代码"),
    (MonthParameters, {"area": ["610902"]}, "area 应为文字（代码要加引号）"),
    (VillageChoice, {"village": "学坊垭社区"}, "village 应为区划代码，不是名称"),
    (
        GoalChoice,
        {"target": "3万"},
        "target 应为数（应≥1000 且 ≤1000000，只写数字，不加引号、逗号、单位，不以0开头）",
    ),
    (GoalChoice, {"target": 3.0}, "target 超出允许范围（应≥1000 且 ≤1000000）"),
    (GoalChoice, {"year": "2027年"}, "year 应为整数（应≥2015 且 ≤2060，只写数字"),
    (GoalChoice, {"year": 27}, "year 超出允许范围"),
    (GoalChoice, {"prior": "收入"}, "prior 格式不对（应形如 income、auto、generic）"),
    (
        ComponentChoice,
        {"composition": {"wage": 60, "transfer": 40}},
        "composition 各项占比应合计为1，现在合计100",
    ),
    (ComponentChoice, {"scenario": {"wage": 2}}, "scenario.wage 超出允许范围（应≥-0.3 且 ≤0.3）"),
    (ComponentChoice, {"scenario": {"wage": "2%"}}, "scenario.wage 应为数"),
    (ComponentChoice, {"scenario": None}, "scenario 应为成对的名称和值"),
    (WeightChoice, {"weights": {"电话问题": "40分"}}, "weights.电话问题 应为数（应≤1000000，只写数字"),
    (WeightChoice, {"weights": 40}, "weights 应为成对的名称和值"),
    (WeightChoice, {"weights": {"电话问题": float("nan")}}, "weights.电话问题 应为有限的数"),
    (DesignChoice, {"villages": 0}, "villages 超出允许范围（应≥1 且 ≤100）"),
    (DesignChoice, {"villages": 3.5}, "villages 应为整数"),
    (DesignChoice, {"bad_share": 20}, "bad_share 超出允许范围（应>0 且 <1）"),
    (DesignChoice, {"bad_share": "20%"}, "bad_share 应为数"),
    (RateChoice, {"entries": "1.5倍"}, "entries 应为数（应≥0 且 ≤100，只写数字"),
    (RateChoice, {"entries": float("inf")}, "entries 应为有限的数（应≥0 且 ≤100）"),
    (RateChoice, {"relapse_chance": -0.1}, "relapse_chance 超出允许范围（应≥0 且 ≤1）"),
    (ExposureChoice, {"exposed": {"洪涝": "50%"}}, "exposed.洪涝 应为数"),
    (ExposureChoice, {"exposed": 0.5}, "exposed 应为成对的名称和值"),
    (UnitChoice, {"units": {"产业基地": 2.5}}, "units.产业基地 应为整数"),
    (UnitChoice, {"factors": {"产业基地": 1.2}}, "factors.产业基地 应为成对的名称和值"),
)


@pytest.mark.parametrize(("model", "wrong", "words"), WRONG)
def test_what_is_mistyped_is_told_with_what_is_expected(model, wrong, words):
    checked(model, GIVEN[model], "参数")
    with pytest.raises(HanbinError) as raised:
        checked(model, GIVEN[model] | wrong, "参数")
    assert words in raised.value.message
    assert raised.value.code == "HB-PAR-002"


@pytest.mark.parametrize("target", [1000.0, 1_000_000.0])
def test_an_end_of_a_range_is_in_it(target):
    assert checked(GoalChoice, GIVEN[GoalChoice] | {"target": target}, "参数").target == target


@pytest.mark.parametrize(("total", "is_whole"), [(0.995, True), (1.004, True), (0.99, False), (1.01, False)])
def test_shares_make_a_whole_up_to_their_digits(total, is_whole):
    given = GIVEN[ComponentChoice] | {"composition": {"wage": total}}
    if is_whole:
        checked(ComponentChoice, given, "参数")
        return
    with pytest.raises(HanbinError, match="合计为1"):
        checked(ComponentChoice, given, "参数")


def test_nobody_is_told_a_regular_expression():
    """Whatever has a pattern has an example of it."""
    for model in NOTEBOOK_PARAMETERS.values():
        for name, part in model.model_json_schema()["properties"].items():
            assert "pattern" not in part or part["examples"], name


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


@pytest.fixture(scope="module")
def town(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)


CALLS = {
    "goal": lambda one: hb.goals.outlook(one, "忠诚村", "农民人均纯收入", "3万", 2027, "income"),
    "weights": lambda one: hb.dispatch.what_if(one, {"电话问题": "40"}),
    "design": lambda one: hb.power.trial(one, 0, 15, 3, 0.2),
    "rates": lambda one: hb.risk_flow.trial(one, "1.5倍", 1.0, 0.0),
    "exposed": lambda one: hb.shocks.trial(one, "多重冲击", {"洪涝": "50%"}),
    "units": lambda one: hb.plans.trial(hb.plans.study(one), {"产业基地": 2.5}),
    "village": lambda one: lab.place_table(one, "学坊垭社区"),
    "vision": lambda _: gallery.example("status_flow", "红绿色弱"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_exhibit_that_an_analyst_calls_checks_what_it_is_given(district, call):
    with pytest.raises(HanbinError) as raised:
        call(district)
    assert raised.value.code == "HB-PAR-002"


def test_shares_of_another_calibre_than_a_whole_make_no_scenario(district):
    one = hb.goals.outlook(district, "忠诚村", "农民人均纯收入", 30000.0, 2027, "income")
    with pytest.raises(HanbinError, match="合计为1"):
        hb.goals.scenarios(one, {"wage": 41, "business": 30, "property": 2, "transfer": 27}, {})


@pytest.mark.parametrize(
    ("villages", "households", "bad_share", "words"),
    [
        (99, 99, 0.2, "村最多的镇也只有"),
        (3, 2, 0.2, "households 为2，少于 villages 的3"),
        (3, 15, 0.05, "bad_share 应大于5%"),
    ],
)
def test_a_design_that_no_town_can_have(district, villages, households, bad_share, words):
    with pytest.raises(HanbinError, match=words) as raised:
        hb.power.trial(district, villages, households, 1, bad_share)
    assert raised.value.code == "HB-SIM-061"


def test_a_design_of_a_household_in_each_village_of_the_largest_town(district):
    most = int(district.scope.register.villages["parent_code"].value_counts().max())
    assert hb.power.trial(district, most, most, 1, 0.051).rows


def test_a_village_of_another_town_is_not_shown_as_the_town_s(town):
    own, other = (
        next(c for c in town.scope.register.villages["place_code"] if c.startswith(code))
        for code in ("610902110", "610902111")
    )
    assert lab.place_table(town, own).rows
    for show in (lab.place_table, lab.figure_list):
        with pytest.raises(HanbinError, match="不属于流水镇") as raised:
            show(town, other)
        assert raised.value.code == "HB-PAR-005"


def test_a_month_or_a_day_that_was_typed_as_a_number(demo_workspace):
    with pytest.raises(HanbinError, match="202209"):
        Month.parse(202209)
    with pytest.raises(HanbinError, match="形如 2022-09-16"):
        hb.open_bulletin(str(MONTH), "610902", as_of=20220916, workspace=demo_workspace)
