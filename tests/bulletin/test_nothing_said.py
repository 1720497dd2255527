"""Months in which there is none of something: what a chapter says then is true, and is said in Chinese that is one."""

from dataclasses import replace

import pandas as pd
import pytest
from hand_made import COUNTY, LAST, TOWN, counts, page, row, text, unknown
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.income_goals import assess
from hanbin_lib.bulletin.tested import ANSWER, FIRST, POOLED, key
from hanbin_lib.bulletin.wording import chance
from hanbin_lib.display import AnnexTable, Column, Missing, Paragraph, plain_text
from hanbin_lib.forecasting import Backtest
from hanbin_lib.indicators.safeguards import ANSWERED, APART, REGISTERED
from hanbin_lib.params import IncomeGoal
from hanbin_lib.simulate.shock_study import shock_study

ITEMS = tuple(ANSWERED.values())


def said(basis, module, rows, exhibit="lead", **more):
    return text(getattr(getattr(hb, module), exhibit)(page(basis, rows, **more)))


def answers(*problems, of=854, reached=854):
    """Rows of telephone checks: households with a problem by item."""
    rows = counts(
        phone_reached_households=reached, phone_base_households=1235, phone_called_households=1028,
        phone_problem_households=sum(problems),
    )  # fmt: skip
    rows += [row("phone_contact_share", reached, of=1028)]
    for label, number in zip(ITEMS, problems, strict=True):
        rows.append(row(ANSWER, number, of=of, group=f"answer={label}", ends=(0.0, 0.01)))
    return rows


@pytest.mark.parametrize(
    ("problems", "words", "title"),
    [
        ((0, 0, 0, 0, 0), "各项都没有反映问题。", "各项都没有反映问题"),
        ((0, 0, 0, 0, 1), "反映的都是饮水安全问题（0.1%），较上月无可比数。", "反映问题：都是饮水安全"),
        ((0, 0, 1, 0, 2), "反映问题较多的是饮水安全（0.2%）和基本医疗（0.1%），不分先后；饮水安全较上月无可比数。",
         "反映问题：饮水安全、基本医疗较多，不分先后"),
        ((0, 1, 1, 1, 0),
         "反映问题较多的是义务教育（0.1%）、基本医疗（0.1%）和住房安全（0.1%），不分先后；义务教育较上月无可比数。",
         "反映问题：义务教育、基本医疗、住房安全较多，不分先后"),
        ((0, 2, 1, 9, 2),
         "反映问题较多的是住房安全（1.1%）、义务教育（0.2%）和饮水安全（0.2%），不分先后；住房安全较上月无可比数。",
         "反映问题：住房安全、义务教育、饮水安全较多，不分先后"),
    ],
)  # fmt: skip
def test_an_item_that_nobody_has_a_problem_with_is_not_called_frequent(basis, problems, words, title):
    rows = answers(*problems)
    assert said(basis, "phone", rows, named=()) == f"有效接通854户，接通率83.1%；{words}"
    assert hb.phone.answers(page(basis, rows, named=())).title == title


def test_an_item_that_is_clearly_first_is_said_to_be_the_most(basis):
    rows = answers(1, 1, 1, 1, 90)
    assert hb.phone.answers(page(basis, rows, named={key(FIRST, ANSWER)})).title == "反映问题：饮水安全最多"


def registered(problems):
    groups = [f"safeguard={one}" for one in REGISTERED.values()]
    rows = [row("register_problem_households", problems, group=group) for group in groups]
    return rows + [row(APART, 0, group=group) for group in groups]


@pytest.mark.parametrize(
    ("reached", "register", "words"),
    [
        (854, 0, "电话中没有答有问题的；登记簿没有显示三保障或饮水有问题的户。"),
        (854, 2, "电话中没有答有问题的；登记簿显示8户次三保障或饮水有问题。"),
        (0, 2, "登记簿显示8户次三保障或饮水有问题；电话没有一户有效接通，不能对照。"),
    ],
)
def test_a_month_in_which_nobody_answered_that_there_is_a_problem(basis, reached, register, words):
    rows = answers(0, 0, 0, 0, 0, reached=reached) + registered(register)
    assert said(basis, "safeguards", rows) == words
    assert isinstance(hb.safeguards.places_to_check(page(basis, rows)), Missing)


@pytest.mark.parametrize(("reached", "light"), [(0, None), (854, "steady")])
def test_silence_on_the_telephone_is_no_green_light(basis, reached, light):
    rows = answers(0, 0, 0, 0, 0, reached=reached)
    cards = hb.front_page.key_figures(page(basis, rows, named=())).cards
    assert {card.label: card.light for card in cards}["电话反映有问题"] == light


def test_rates_of_a_month_without_an_answer_are_not_told(basis):
    rows = answers(0, 0, 0, 0, 0, reached=0)
    assert said(basis, "phone", rows, "reading_note") == "可信程度　没有一户有效接通，各项比例无从谈起。"


@pytest.mark.parametrize(
    ("open_now", "has_median", "has_due", "words"),
    [
        (0, False, False, "未销号问题、逾期均无；近一年没有发现问题，今年以来没有到期的问题。"),
        (
            3,
            False,
            True,
            "未销号问题3个，没有逾期；近一年发现的问题还没有一半销号，今年以来按期完成率80.0%。",
        ),
        (3, True, False, "未销号问题3个，没有逾期；从发现到销号的中位时间23天，今年以来没有到期的问题。"),
    ],
)
def test_problems_of_which_none_is_closed_or_due(basis, open_now, has_median, has_due, words):
    rows = counts(problems_open=open_now, problems_overdue=0)
    none = {"note": "not_applicable"}
    rows += (
        counts(rectification_median_days=23) if has_median else unknown("rectification_median_days", **none)
    )
    on_time = "rectification_on_time_share"
    rows += [row(on_time, 16, of=20)] if has_due else unknown(on_time, **none)
    assert said(basis, "rectification", rows) == words


def test_tables_of_what_did_not_come_in_are_left_out(basis):
    """Five times five cells of 未收到 tell a leader nothing that the sentence above them does not."""
    some = [row("register_problem_households", 0, group=f"safeguard={next(iter(REGISTERED.values()))}")]
    for exhibit in (hb.safeguards.comparison, hb.safeguards.reading_note):
        assert exhibit(page(basis, [])) is None
        assert exhibit(page(basis, some)) is not None
    assert hb.livelihood.work(page(basis, [])) is None
    assert hb.livelihood.work(page(basis, counts(workshops=0))) is not None
    assert (
        hb.livelihood.work(page(basis, unknown("workshops", note="suppressed"), edition="public")) is not None
    )
    assert said(basis, "livelihood", []).startswith("有劳动力而无人就业户数未收到；")


def test_nothing_was_looked_at_again(basis):
    rows = counts(at=TOWN, problems_looked_back=0) + unknown("rebound_share", at=TOWN, note="not_applicable")
    assert said(basis, "rectification", rows, "repetition_note", place=TOWN) == "回头看　今年以来没有回头看。"


@pytest.fixture
def window(basis):
    """``近6个月``, and how many of them the demonstration has."""
    there = len(basis.sources.earlier) + 1
    return f"近6个月（有记录的{there}个月）"


@pytest.mark.parametrize("place", [COUNTY, TOWN])
def test_a_month_without_an_inspected_household(basis, place, window):
    name, group = "inspection_problem_share", "unit=户"
    none = unknown(name, at=place, group=group, note="not_applicable")
    pooled = unknown(POOLED, at=place, note="not_applicable")
    assert said(basis, "inspections", none + pooled, place=place) == f"{window}没有抽查户。"
    before = [row(POOLED, 7, of=60, at=place)]
    told = said(basis, "inspections", none + before, place=place)
    assert told == f"本月没有抽查户，{window}合计有问题的7/60。"


@pytest.mark.parametrize(("drawn", "is_told"), [(9, False), (10, True)])
def test_of_a_handful_of_households_nothing_is_inferred(basis, drawn, is_told, window):
    """4/4 of a county's households is no share of the county."""
    rows = [
        row("inspection_problem_share", drawn, of=drawn, group="unit=户", ends=(0.0, 1.0)),
        row(POOLED, 10, of=26),
    ]
    told = said(basis, "inspections", rows, named=())
    if is_told:
        assert told.startswith("按本月抽样推算，全区有问题的户占100.0%（0.0%—100.0%）")
    else:
        assert told == f"本月抽查户中有问题的9/9，{window}合计10/26；数量少，只作线索。"


def test_months_that_are_pooled_are_counted_where_some_have_no_record(basis, window):
    rows = unknown("inspection_problem_share", POOLED, group="unit=户", note="not_applicable")
    rows += unknown(POOLED, note="not_applicable")
    there = len(basis.sources.earlier) + 1
    settings = basis.settings
    for pooled, words in (
        (there, f"近{there}个月没有抽查户。"),
        (there + 1, f"近{there + 1}个月（有记录的{there}个月）没有抽查户。"),
    ):
        rules = settings.rules.model_copy(update={"inspection_pool_months": pooled})
        assert (
            said(basis, "inspections", rows, settings=settings.model_copy(update={"rules": rules})) == words
        )


@pytest.fixture
def alone(basis):
    """The month of a county whose only town is `TOWN`."""
    table = basis.scope.register.table
    only = table["place_code"].isin((COUNTY, TOWN)) | table["parent_code"].eq(TOWN)
    return {"scope": replace(basis.scope, register=replace(basis.scope.register, table=table[only]))}


def test_a_county_of_one_town_compares_it_with_nobody(basis, alone):
    share = {"of": 30, "ends": (0.1, 0.3)}
    rows = [row("inspection_problem_share", 5, group="unit=户", **share)]
    rows += [row(POOLED, 5, at=at, **share) for at in (COUNTY, TOWN)]
    rows += counts(at=TOWN, town_rank=1, town_score=50)
    assert said(basis, "inspections", rows, named=(), **alone).endswith(
        "；只有一个镇（街道）有抽查，不作比较。"
    )
    assert hb.inspections.tiers(page(basis, rows, named=(), **alone)) is None
    for place in (COUNTY, TOWN):
        bulletin = page(basis, rows, place=place, named=(), **alone)
        assert text(hb.dispatch.lead(bulletin)) == "月调度位次：只有一个镇（街道），不排位次"
        assert hb.dispatch.town_table(bulletin) is hb.dispatch.movement(bulletin) is None


@pytest.mark.parametrize(
    ("late", "words"), [(0, "流水镇没有超期无措施户。"), (2, "流水镇有超期无措施户2户。")]
)
def test_one_place_is_not_all_of_them(basis, alone, late, words):
    rows = [one for at in (COUNTY, TOWN) for one in counts(at=at, households_without_measure=late)]
    assert said(basis, "places", rows, **alone) == words


def test_kinds_that_were_found_as_often_are_all_named(basis):
    def title(**found):
        rows = counts(inspection_findings=sum(found.values()))
        rows += [row("inspection_findings", n, group=f"kind={kind}") for kind, n in found.items()]
        return hb.inspections.towns_and_kinds(page(basis, rows, place=COUNTY, named=())).items[1].title

    assert title(甲=3, 乙=1) == "查出的问题：甲3个"
    assert title(甲=2, 乙=2, 丙=1) == "查出的问题：甲、乙各2个"
    assert title(甲=1, 乙=1, 丙=1) == "查出的问题：3类各1个"


def test_clues_none_of_which_is_due(basis):
    rows = counts(clues_found=1, clues_open=1, clues_overdue=0)
    rows += unknown("clue_in_time_share", note="not_applicable")
    assert (
        said(basis, "clues", rows) == "本月新增线索1条，未核定1条，其中没有逾期；近一年没有期限已过的线索。"
    )


def test_nobody_was_identified_in_twelve_months(basis):
    rows = unknown("clue_notice_share", "clue_found_by_share", note="not_applicable")
    for label in ("只有部门预警", "只有日常排查", "两者都有", "两者都没有"):
        rows += unknown("clue_found_by_share", group=f"found_by={label}", note="not_applicable")
    told = said(basis, "clues", rows, "reading_note")
    assert "不适用" not in told
    assert "近一年没有核定纳入、填有公示时间的线索，公示满期率算不出。" in told


@pytest.mark.parametrize(("visits", "words"), [(0, "；距上次有记录的到访5周。"), (1, "；距上次到访5周。")])
def test_the_last_visit_of_an_earlier_month_is_the_last_on_record(basis, visits, words):
    """Of a month whose ledger did not come in nobody knows whether the town was visited."""
    rows = counts(at=TOWN, round_visits=visits, weeks_since_visit=5)
    assert said(basis, "duties", rows, place=TOWN).endswith(words)


def test_a_town_that_was_never_visited(basis):
    rows = counts(at=TOWN, round_visits=0) + unknown("weeks_since_visit", at=TOWN, note="not_applicable")
    assert said(basis, "duties", rows, place=TOWN) == "本月没有到访；以前的到访没有记录。"


@pytest.mark.parametrize(
    ("unknown_villages", "words"),
    [(0, "合计12.5万元，各村都已填写。"), (3, "合计12.5万元；3个村没有填写，不作零计。")],
)
def test_villages_that_did_not_fill_in_what_they_earn(basis, unknown_villages, words):
    rows = counts(collective_income=12.5, collective_income_unknown_villages=unknown_villages)
    bulletin = page(basis, rows)
    labels = hb.projects.band_labels(bulletin.settings.rules.collective_income_bands_10k)
    rows += [row("collective_income_villages", 1, group=f"band={label}") for label in labels]
    chart, note = hb.projects.collective(page(basis, rows)).items
    assert chart.title == "村级集体经济收入5万元以下的有1个村"
    rows[-len(labels)] |= {"value": 0.0}
    assert hb.projects.collective(page(basis, rows)).items[0].title == "没有村级集体经济收入5万元以下的村"
    assert plain_text(note.parts) == f"集体经济　{words}"


@pytest.mark.parametrize(
    ("started", "finished", "is_told"),
    [
        ("2021-12-31", None, True),
        ("2021-12-31", "2022-09-30", False),
        ("2022-01-01", None, False),
        (None, None, False),
    ],
)
def test_projects_of_last_year_are_told_of_where_none_of_them_can_be_late(basis, started, finished, is_told):
    dates = pd.DataFrame({"started_date": [pd.Timestamp(started)], "finished_date": [pd.Timestamp(finished)]})
    bulletin = page(basis, [])
    state = dates.assign(is_finished=dates["finished_date"] <= basis.scope.end, town_code=TOWN)
    bulletin._of_month[f"{hb.projects.__name__}._now"] = state
    told = text(hb.projects.reading_note(bulletin))
    assert ("以前年度开工、尚未完工的1个也只和今年的时间进度比。" in told) is is_told


def test_a_list_without_a_row_says_so():
    assert plain_text(AnnexTable("逾期问题", (Column("编号"),), ()).line.parts) == "附表“逾期问题”：没有。"


def test_no_unit_is_slow(basis):
    none = unknown("timely_measure_share", "rectification_on_time_share", note="not_applicable")
    told = text(hb.monitoring.slow_table(page(basis, none)))
    assert told == "按期率低的单位：本月没有到期不少于10件、按期率低于60%的镇（街道）和部门"


def test_a_town_says_nothing_of_other_towns_rates(basis):
    """Its rows are its own: of the county it cannot say that nobody is slow."""
    none = {"at": TOWN, "note": "not_applicable"}
    slow = [row("timely_measure_share", 5, of=10, at=TOWN), *unknown("rectification_on_time_share", **none)]
    assert (
        said(
            basis, "monitoring", slow[1:] + unknown("timely_measure_share", **none), "slow_table", place=TOWN
        )
        == "按期率低的单位：列到期不少于10件、按期率低于60%的，流水镇不在其中"
    )
    table = hb.monitoring.slow_table(page(basis, slow, place=TOWN))
    assert table.unit_line == "列到期不少于10件、按期率低于60%的；按期数/到期数；只看本地"


def test_a_town_s_draw_says_nothing_of_the_others(basis):
    rows = [row("inspection_problem_share", 1, of=3, at=TOWN, group="unit=户")]
    told = said(basis, "inspections", rows, "reading_note", place=TOWN)
    assert told.startswith("可信程度　本月只抽3户，0/3也可能实际有56.1%的户有问题")


@pytest.mark.parametrize(("place", "tells"), [(COUNTY, True), (TOWN, False)])
def test_a_table_of_calls_says_how_shares_are_made_where_it_has_some(basis, place, tells):
    line = hb.phone.place_table(page(basis, [], place=place)).unit_line
    assert ("加权" in line) is tells


@pytest.mark.parametrize(
    ("silent", "words"),
    [
        (0, "责任清单里的牵头事项都上报了任务，"),
        (4, "责任清单里有而没有上报任务的牵头事项4项，"),
        (None, "责任清单里有而没有上报任务的牵头事项未收到，"),
    ],
)
def test_no_duty_without_a_task_is_no_double_denial(basis, silent, words):
    rows = counts(tasks_without_duty=3) + (counts(duties_without_task=silent) if silent is not None else [])
    assert said(basis, "duties", rows, "duty_note").startswith(
        f"责任对照　{words}上报了而不在责任清单的任务3项"
    )


@pytest.mark.parametrize(
    ("able", "words"),
    [(5, "有劳动力的户都有人就业；"), (0, "各户都没有劳动力；"), (None, "有劳动力的户都有人就业；")],
)
def test_nobody_idle_is_not_said_twice(basis, able, words):
    rows = counts(no_worker_households=0, monitored_households=0)
    rows += counts(able_households=able) if able is not None else []
    assert said(basis, "livelihood", rows) == f"{words}没有监测户，不算人均纯收入。"


@pytest.mark.parametrize(
    ("planned", "paid", "told"),
    [
        (35_839, 23_226, ["3.58亿元", "2.32亿元"]),
        (10_481.9, 6330.8, ["10481.9万元", "6330.8万元"]),
        (422.1, 244.3, ["422.1万元", "244.3万元"]),
    ],
)
def test_amounts_beside_each_other_have_one_unit(basis, planned, paid, told):
    strip = hb.projects.money(
        page(basis, counts(project_planned=planned, project_paid=paid, projects_finished=1))
    )
    assert [shown.text for _, _, shown in strip.items[:2]] == told


def test_points_that_page_one_has_no_room_for_are_named(basis):
    some = counts(
        households_without_measure=2, clues_overdue=5, clues_open=9, income_mismatch_households=10
    )  # fmt: skip
    rows = some + [row(APART, 3, group=f"safeguard={one}") for one in REGISTERED.values()]
    bulletin = page(basis, rows)
    assert text(hb.front_page.further(bulletin)) == "另有　5条逾期线索限期核定；10户收入数据限期复核。"
    assert hb.front_page.further(page(basis, some[:2])) is None
    assert hb.front_page.further(page(basis, rows, edition="public")) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "不到0.1%"),
        (0.00049, "不到0.1%"),
        (0.0005, "0.1%"),
        (0.9994, "99.9%"),
        (0.9995, "99.9%以上"),
        (1.0, "99.9%以上"),
    ],
)
def test_a_chance_of_a_model_is_never_none_nor_all(value, words):
    assert chance(value, "x").text == words


GOAL = IncomeGoal(
    area="甲村", place=COUNTY, indicator="农民人均纯收入", prices="现价", value_yuan=15_000, year=2027, source="测试"
)  # fmt: skip


def series(values, unit="元"):
    years = range(2022 - len(values), 2022)
    parts = {"area_name": "甲村", "indicator_name": "农民人均纯收入", "year": years, "value": values}
    return pd.DataFrame(parts | {"unit": unit, "source": "测试台账"})


RECORD = [9500.0, 10450, 11250, 12460, 13380, 14790, 16040]


def test_a_goal_that_is_reached_is_said_to_be():
    found = assess(GOAL, series(RECORD), MONTH)
    assert text(hb.goals.verdict(found)).startswith(
        "甲村农民人均纯收入2027年达到15000元，2021年已是16040元；预测年均8."
    )
    assert "到时仍达到的把握99%以上（不同假设下都在99%以上）" in text(hb.goals.verdict(found))
    assert "需年均增长" not in text(hb.goals.verdict(found))
    assert "2021年已达到，把握99%以上" in hb.goals.fan_of(found).title


def test_one_assumption_is_no_range_of_assumptions():
    found = assess(GOAL.model_copy(update={"value_yuan": 30_000}), series(RECORD[:5]), MONTH)
    assert len(found.assessment.assumptions) == 1
    assert "不同假设" not in text(hb.goals.verdict(found))


def test_a_chance_that_no_back_test_bears_out_stands_in_no_headline():
    found = assess(GOAL.model_copy(update={"value_yuan": 24_000}), series(RECORD), MONTH)
    test = found.assessment.backtest
    lost = Backtest(test.rows.assign(naive=test.rows["actual"] + 1e-6), test.pooled)
    for backtest, is_told in ((test, True), (lost, False)):
        one = replace(found, assessment=replace(found.assessment, backtest=backtest))
        told = text(hb.goals.verdict(one))
        assert ("把握约" in told) is is_told
        assert ("没有胜过平推法" in told) is not is_told


@pytest.mark.parametrize(
    ("unit", "is_refused"),
    [("元", False), ("元/人", False), ("人民币元", False), (None, False), ("万元", True), ("千元", True)],
)
def test_a_record_in_another_unit_is_not_read_as_yuan(unit, is_refused):
    told = hb.goals.verdict(assess(GOAL, series(RECORD, unit), MONTH))
    assert isinstance(told, Missing if is_refused else Paragraph)
    assert not is_refused or f"单位是{unit}，应为元" in told.reason


def test_a_scenario_without_anybody_is_told_so(basis, monkeypatch):
    monkeypatch.setattr("hanbin_lib.simulate.shock_study.exposure", lambda *_, **__: ())
    for one in basis.models.scenarios:
        found = shock_study(basis.sources, basis.scope, one)
        assert found.reason == f"{one.households}里没有收入齐全、可以推算的户"


def ranked(front=(), back=()):
    """Ranks of all towns, with the chances of some to be in a tier."""
    rows = []
    for n, code in enumerate(front + back, 1):
        rows += counts(
            at=code, town_rank=n, town_front_share=code in front, town_back_share=0.9 * (code in back)
        )
    return rows


@pytest.mark.parametrize(
    ("front", "back", "words"),
    [
        ((TOWN,), (), "认定在前段的1个：流水镇。位次区间"),
        ((), (TOWN,), "认定在后段的1个：流水镇。位次区间"),
        ((TOWN,), ("610902111",), "认定在前段的1个：流水镇。认定在后段的1个：大竹园镇。位次区间"),
    ],
)
def test_a_tier_that_nobody_is_in_is_not_counted(basis, front, back, words):
    told = said(basis, "dispatch", ranked(front, back))
    assert told.startswith(words)
    assert ("按概率约有0.1个认错" in told) is bool(back)
    assert ("按概率不到0.1个认错" in told) is not back


@pytest.mark.parametrize(("units", "size"), [(1, 0), (2, 1), (3, 1), (15, 7), (16, 8), (26, 8)])
def test_no_town_is_of_the_front_and_of_the_back(basis, units, size):
    assert basis.settings.ranking.tier_size == 8
    assert basis.settings.ranking.tier_of(units) == size


@pytest.mark.parametrize(
    ("codes", "words"),
    [((TOWN,), "只有一个镇（街道），不划段。"), ((TOWN, "610902111"), "位于前1或后1名的概率")],
)
def test_the_rule_of_tiers_says_how_many_they_hold(basis, codes, words):
    assert words in said(basis, "dispatch", ranked(codes), "rule_note")


@pytest.mark.parametrize(("sizes", "words"), [((10, 10), "每镇只抽10户"), ((10, 5), "每镇平均抽8户")])
def test_households_drawn_in_a_town_are_a_mean_where_they_differ(basis, sizes, words):
    rows = [
        row("inspection_problem_share", 0, of=size, at=code, group="unit=户")
        for code, size in zip((TOWN, "610902111"), sizes, strict=True)
    ]
    assert words in said(basis, "inspections", rows, "reading_note", edition="public")


@pytest.mark.parametrize("before", [3, 5])
def test_a_rank_that_did_not_move_beyond_chance_has_no_main_reason(basis, before):
    rows = counts(at=TOWN, town_rank=3) + counts(at=TOWN, month=LAST, town_rank=before)
    told = said(basis, "dispatch", rows, "movement", place=TOWN, named=())
    assert told == f"较上月　上月第{before}位，本月第3位；得分变化没有超出偶然，不必解读。"


def test_parts_that_nobody_has_a_score_of_are_told(basis):
    parts = [part.name for part in basis.settings.ranking.towns]
    scored = [row("town_score", 50, at=TOWN, group=f"part={name}") for name in parts]
    rows = ranked((TOWN,))
    assert "不计分" not in said(basis, "dispatch", rows + scored, "rule_note")
    told = said(basis, "dispatch", rows + scored[:1], "rule_note")
    assert f"本月算不出、不计分的：{'、'.join(parts[1:])}。" in told


def test_a_rate_that_did_not_come_in_is_no_low_rate_and_no_good_one(basis):
    rows = counts(timely_measure_share=0.9) + unknown("rectification_on_time_share")
    told = text(hb.monitoring.slow_table(page(basis, rows)))
    assert told.endswith("的镇（街道）和部门；问题整改按期完成率没有收到，不在其中")


@pytest.mark.parametrize(
    ("ledger", "cell"),
    [("reported", "不适用"), ("not_applicable", "不适用"), ("not_received", "未收到")],
)
def test_a_part_of_which_nothing_was_due_is_not_missing(basis, ledger, cell):
    """The ledger came in: what is not scored was not due in any town."""
    part = basis.settings.ranking.towns[-1]
    rows = ranked((TOWN,)) + counts(at=TOWN, town_score=60)
    rows += [row(part.indicator, 4, of=5)] if ledger == "reported" else unknown(part.indicator, note=ledger)
    table = hb.dispatch.town_table(page(basis, rows))
    assert table.rows[0][[one.heading for one in table.columns].index(part.name)].text == cell


def test_a_mean_of_nothing_is_a_number(basis):
    rows = counts(
        monitored_households=3, net_income_per_head_yuan=0, no_worker_households=2, income_mismatch_households=0
    )  # fmt: skip
    assert "监测户人均纯收入0元，" in said(basis, "livelihood", rows)


@pytest.mark.parametrize(("households", "is_told"), [(9, False), (10, True)])
def test_quartiles_of_a_handful_are_single_incomes_and_not_told(basis, households, is_told):
    rows = counts(monitored_households=households)
    rows += [
        row("income_quantile_yuan", 8569, group=f"quantile={label}")
        for label in ("低四分位", "中位", "高四分位")
    ]
    line = hb.livelihood.labour_and_composition(page(basis, rows)).items[1].unit_line
    assert ("8569" in line) is is_told
    assert ("不足10户，不列分位数" in line) is not is_told


def test_scenarios_in_which_nobody_falls_have_no_worst(basis):
    bulletin = page(basis, [])
    shocks = tuple(
        replace(one, table=one.table.assign(median=0.0, lower=0.0, upper=0.0)) for one in bulletin.shocks
    )
    bulletin._of_month.update(dict.fromkeys(bulletin._of_month, shocks))
    told = text(hb.shocks.verdict(bulletin))
    assert told == f"冲击情景　模拟：{len(shocks)}个情景的90%区间里都没有新增低于试算线的户。"
