"""The sentence that opens each chapter: its numbers, units and words, where there are many, one, none, or nobody knows."""

import pytest
from hand_made import COUNTY, LAST, TOWN, counts, page, row, text, unknown
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.tested import ANSWER, CHANGE, FIRST, POOLED, key
from hanbin_lib.indicators.safeguards import ANSWERED, APART, REGISTERED
from hanbin_lib.months import Month

YEAR_END = Month(2021, 12)


def said(basis, module, rows, **more):
    return text(getattr(hb, module).lead(page(basis, rows, **more)))


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        (2332, 2500, "较上年末减少168户"),
        (2332, 2331, "较上年末增加1户"),
        (2332, 2332, "较上年末持平"),
        (2332, None, "较上年末无可比数"),
        (5, 0, "较上年末增加5户"),
    ],
)
def test_open_households_against_the_end_of_last_year(basis, now, then, words):
    rows = counts(open_risk_households=now, new_households=8, newly_eliminated_households=59)
    if then is not None:
        rows += counts(month=YEAR_END, open_risk_households=then)
    assert said(basis, "monitoring", rows) == f"未消除风险{now}户，{words}；当月新纳入8户，消除59户。"


def test_a_month_without_any_open_household(basis):
    rows = counts(open_risk_households=0, new_households=0, newly_eliminated_households=0)
    rows += counts(month=YEAR_END, open_risk_households=3)
    assert said(basis, "monitoring", rows) == "没有未消除风险的，较上年末减少3户；当月新纳入、消除均无。"


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ({0: 3, 7: 1}, "26个镇（街道）中，2个有超期无措施户；各地按区划代码排列，不作位次。"),
        ({4: 1}, "26个镇（街道）中，1个有超期无措施户；各地按区划代码排列，不作位次。"),
        ({}, "26个镇（街道）均无超期无措施户；各地按区划代码排列，不作位次。"),
    ],
)
def test_how_many_towns_have_households_without_a_measure(basis, late, words):
    codes = list(basis.scope.register.towns["place_code"])
    rows = counts(households_without_measure=sum(late.values()))
    for n, code in enumerate(codes):
        rows += counts(at=code, households_without_measure=late.get(n, 0))
    assert said(basis, "places", rows) == words


def test_unknown_is_no_none(basis):
    """Where the column did not come in, no chapter says that there is nobody."""
    rows = unknown("households_without_measure", "income_mismatch_households", "towns_unvisited")
    assert said(basis, "places", rows).startswith("超期无措施户未收到；")
    assert "存值与重算不符户数未收到" in said(basis, "livelihood", rows)
    assert "没有到访的镇（街道）数未收到" in said(basis, "duties", rows)


@pytest.mark.parametrize(
    ("visits", "villages", "unvisited", "words"),
    [
        (41, 33, 2, "本月到访41次、33个村，发现问题6个，现场解决5个；2个镇（街道）超过2周没有到访。"),
        (41, 33, 0, "本月到访41次、33个村，发现问题6个，现场解决5个；没有镇（街道）超过2周没有到访。"),
    ],
)
def test_weekly_rounds(basis, visits, villages, unvisited, words):
    rows = counts(
        round_visits=visits, round_villages=villages, round_problems_found=6, round_problems_settled=5,
        towns_unvisited=unvisited,
    )  # fmt: skip
    assert said(basis, "duties", rows) == words


def test_a_month_without_a_round(basis):
    rows = counts(
        round_visits=0, round_villages=0, round_problems_found=0, round_problems_settled=0, towns_unvisited=26
    )
    assert said(basis, "duties", rows) == "本月没有到访；26个镇（街道）超过2周没有到访。"


@pytest.mark.parametrize(("weeks", "words"), [(0, "；最近一周有到访。"), (3, "；距上次到访3周。")])
def test_how_long_ago_a_town_was_visited(basis, weeks, words):
    rows = counts(
        at=TOWN, round_visits=2, round_villages=1, round_problems_found=1, round_problems_settled=0,
        weeks_since_visit=weeks,
    )  # fmt: skip
    assert said(basis, "duties", rows, place=TOWN) == f"本月到访2次、1个村，发现问题1个，没有现场解决{words}"


@pytest.mark.parametrize(
    ("open_now", "late", "days", "done", "words"),
    [
        (
            96,
            13,
            21,
            (88, 100),
            "未销号问题96个，逾期13个；从发现到销号的中位时间21天，今年以来按期完成率88.0%。",
        ),
        (96, 0, 21, (7, 9), "未销号问题96个，没有逾期；从发现到销号的中位时间21天，今年以来按期完成率7/9。"),
        (0, 0, 1, (10, 10), "未销号问题、逾期均无；从发现到销号的中位时间1天，今年以来按期完成率100.0%。"),
    ],
)
def test_problems_and_how_soon_they_are_closed(basis, open_now, late, days, done, words):
    rows = counts(problems_open=open_now, problems_overdue=late, rectification_median_days=days)
    rows.append(row("rectification_on_time_share", done[0], of=done[1]))
    assert said(basis, "rectification", rows) == words


@pytest.mark.parametrize(
    ("projects", "late", "idle", "words"),
    [
        (120, 7, 345.5, "120个项目计划1.23亿元，已支出61.0%；进度滞后7个，闲置资金345.5万元。"),
        (1, 0, 0, "1个项目计划1.23亿元，已支出61.0%；没有进度滞后，没有闲置资金。"),
    ],
)
def test_money_of_projects(basis, projects, late, idle, words):
    rows = counts(projects=projects, project_planned=12_345, projects_late=late, project_idle_planned=idle)
    rows.append(row("project_paid_share", 7530.45, of=12_345))
    assert said(basis, "projects", rows) == words


def test_a_town_without_a_project_says_so(basis):
    rows = counts(at=TOWN, projects=0, project_planned=0, projects_late=0, project_idle_planned=0)
    rows += unknown("project_paid_share", at=TOWN, note="not_applicable")
    assert said(basis, "projects", rows, place=TOWN) == "没有衔接资金项目。"


def _phone(shares, change=None, before=None):
    rows = counts(phone_reached_households=300, phone_problem_households=40)
    rows.append(row("phone_contact_share", 300, of=400))
    for label, share in zip(ANSWERED.values(), shares, strict=True):
        group = f"answer={label}"
        rows.append(row(ANSWER, round(300 * share), of=300, group=group, ends=(share / 2, share * 2)))
        if change is not None:
            rows.append(row(CHANGE, change, group=group, ends=(change - 0.01, change + 0.01)))
    return rows


@pytest.mark.parametrize(
    ("named", "change", "words"),
    [
        ((FIRST, CHANGE), 0.031, "反映问题最多的是{0}（10.0%），较上月提高3.1个百分点。"),
        ((FIRST, CHANGE), -0.02, "反映问题最多的是{0}（10.0%），较上月下降2.0个百分点。"),
        ((FIRST,), 0.031, "反映问题最多的是{0}（10.0%），较上月无明显变化。"),
        ((CHANGE,), 0.031, "反映问题较多的是{0}（10.0%）和{1}（6.0%），不分先后；{0}较上月提高3.1个百分点。"),
        ((), None, "反映问题较多的是{0}（10.0%）和{1}（6.0%），不分先后；{0}较上月无可比数。"),
    ],
)
def test_what_was_answered_most_is_said_as_surely_as_it_is_known(basis, named, change, words):
    labels = list(ANSWERED.values())
    first, second = labels[2], labels[4]
    keys = {key(FIRST, ANSWER) if one == FIRST else key(CHANGE, f"answer={first}") for one in named}
    lead = said(basis, "phone", _phone((0.01, 0.02, 0.1, 0.0, 0.06), change), named=keys)
    assert lead == "有效接通300户，接通率75.0%；" + words.format(first, second)


def test_without_one_of_the_answers_none_is_called_the_most(basis):
    rows = [
        one
        for one in _phone((0.01, 0.02, 0.1, 0.0, 0.06))
        if not one["group"].endswith(next(iter(ANSWERED.values())))
    ]
    assert said(basis, "phone", rows, named=()) == "有效接通300户，接通率75.0%。"


def _apart(values, both=0, blank=0):
    """Items of the register: households it lacks, and in each as many on both sides or not filled in."""
    rows = []
    for label, n in zip(REGISTERED.values(), values, strict=False):
        rows.append(row(APART, n, group=f"safeguard={label}"))
        rows.append(row("safeguard_both_households", both, group=f"safeguard={label}"))
        rows.append(row("phone_problem_households", n + both + blank, group=f"answer={label}"))
    return rows


@pytest.mark.parametrize(
    ("values", "both", "blank", "words"),
    [
        ((1, 2, 3, 4), 1, 0, "登记簿有栏目的各项里，登记簿没有显示的10户次，须入户核实。"),
        ((1, 2, 3, 4), 1, 1, "登记簿有栏目的各项里，登记簿没有显示的10户次，须入户核实；登记没有填、不能对照的4户次。"),
        ((0, 0, 0, 0), 1, 0, "登记簿有栏目的各项里，登记簿也都有显示。"),
        ((0, 0, 0, 0), 1, 2, "登记簿有栏目的各项里，登记簿有显示的4户次；登记没有填、不能对照的8户次。"),
        ((0, 0, 0, 0), 0, 2, "登记簿有栏目的各项里，登记没有填、不能对照的8户次。"),
        ((0, 0, 0, 0), 0, 0, "登记簿有栏目的各项里没有答有问题的。"),
        ((0, 2), 0, 0, "能对照的{0}、{1}里，登记簿没有显示的2户次，须入户核实。"),
        ((0,), 1, 0, "能对照的{0}里，登记簿也都有显示。"),
        ((), 0, 0, "对照要用的栏目没有收到。"),
    ],
)  # fmt: skip
def test_register_and_telephone_are_compared_where_both_are_known(basis, values, both, blank, words):
    rows = counts(phone_problem_households=40) + _apart(values, both, blank)
    assert said(basis, "safeguards", rows) == "电话中答有问题的40户；" + words.format(*REGISTERED.values())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((1, 2, 3, 4), "登记簿显示10户次三保障或饮水有问题；本月没有电话抽查可以对照。"),
        ((0, 0, 0, 0), "登记簿没有显示三保障或饮水有问题的户；本月没有电话抽查可以对照。"),
        ((), "三保障和饮水要用的登记栏目没有收到；本月没有电话抽查可以对照。"),
        ((0, 3), "登记簿显示3户次三保障或饮水有问题（只含{0}、{1}）；本月没有电话抽查可以对照。"),
    ],
)
def test_without_a_telephone_the_register_speaks_alone(basis, values, words, monkeypatch):
    monkeypatch.setattr(type(basis.snapshot), "has", lambda _self, name: name != "phone_checks")
    groups = (f"safeguard={label}" for label in REGISTERED.values())
    rows = [
        row("register_problem_households", n, group=group) for n, group in zip(values, groups, strict=False)
    ]
    assert said(basis, "safeguards", rows) == words.format(*REGISTERED.values())


@pytest.mark.parametrize(
    ("idle", "wrong", "words"),
    [
        (13, 7, "有劳动力而无人就业13户；监测户人均纯收入9876元，7户存值与重算不符。"),
        (0, 0, "有劳动力的户都有人就业；监测户人均纯收入9876元，存值与重算均相符。"),
        (1, None, "有劳动力而无人就业1户；监测户人均纯收入9876元，存值与重算不符户数未收到。"),
    ],
)
def test_work_and_income(basis, idle, wrong, words):
    rows = counts(no_worker_households=idle, net_income_per_head_yuan=9876.4)
    rows += counts(income_mismatch_households=wrong) if wrong is not None else []
    assert said(basis, "livelihood", rows) == words


def test_a_town_without_a_household_has_no_income_to_agree_on(basis):
    rows = counts(monitored_households=0, no_worker_households=0, income_mismatch_households=0)
    assert said(basis, "livelihood", rows).endswith("；没有监测户，不算人均纯收入。")


@pytest.mark.parametrize(
    ("counted", "share", "words"),
    [
        (
            (31, 12, 4),
            (45, 50),
            "本月新增线索31条，未核定12条，其中逾期4条；近一年按期核定率90.0%（区间80.0%—95.0%）。",
        ),
        (
            (1, 0, 0),
            (3, 4),
            "本月新增线索1条，未核定、逾期均无；近一年按期核定率3/4（区间80.0%—95.0%）。",
        ),
    ],
)
def test_clues_that_came_and_wait(basis, counted, share, words):
    names = ("clues_found", "clues_open", "clues_overdue")
    rows = counts(**dict(zip(names, counted, strict=True)))
    rows.append(row("clue_in_time_share", share[0], of=share[1], ends=(0.8, 0.95)))
    assert said(basis, "clues", rows) == words


def test_two_registers_side_by_side(basis):
    rows = counts(
        roster_persons=2100, roster_monitored_persons=700, roster_only_persons=1400, monitored_only_persons=0
    )
    assert said(basis, "roster", rows) == (
        "民政部门低收入人口名册2100人，其中在册监测户成员700人、不是监测户成员1400人；未消除风险户成员中，没有不在名册的。"
    )


@pytest.mark.parametrize(
    ("named", "words"),
    [(0, "没有镇（街道）明显高于平均。"), (1, "{0}明显高于平均。"), (4, "{0}、{1}、{2}、{3}明显高于平均。")],
)
def test_towns_that_the_inspection_finds_worse(basis, named, words):
    towns = basis.scope.register.towns
    group = "unit=户"
    rows = [
        row("inspection_problem_share", 30, of=260, group=group, ends=(0.08, 0.16)),
        row(POOLED, 180, of=1560),
    ]
    rows += [row(POOLED, 7, of=60, at=code, ends=(0.05, 0.2)) for code in towns["place_code"]]
    keys = {key(POOLED, code) for code in towns["place_code"][:named]}
    lead = said(basis, "inspections", rows, named=keys)
    assert lead == "按本月抽样推算，全区有问题的户占11.5%（8.0%—16.0%）；" + words.format(
        *towns["place_name"]
    )


def test_a_town_s_few_inspected_households_are_cases(basis):
    rows = [
        row("inspection_problem_share", 2, of=10, at=TOWN, group="unit=户"),
        row(POOLED, 7, of=60, at=TOWN),
    ]
    assert (
        said(basis, "inspections", rows, place=TOWN)
        == f"本月抽查户中有问题的2/10，近6个月（有记录的{len(basis.sources.earlier) + 1}个月）合计7/60；数量少，只作线索。"
    )


def _ranked(score, rank, ends, front=0.0, back=0.0):
    return [
        *counts(at=TOWN, town_score=score, town_front_share=front, town_back_share=back),
        row("town_rank", rank, at=TOWN, ends=ends),
    ]


@pytest.mark.parametrize(
    ("front", "back", "tier"),
    [(0.8, 0.0, "前段"), (0.79, 0.0, "中段"), (0.0, 0.8, "后段"), (0.1, 0.79, "中段")],
)
def test_a_town_s_own_rank_with_its_range_and_tier(basis, front, back, tier):
    least = basis.settings.ranking.tier_probability
    rows = _ranked(81.26, 3, (2, 9), front * least / 0.8, back * least / 0.8)
    assert said(basis, "dispatch", rows, place=TOWN) == f"得分81.3分，位次第3位（可能在2—9之间），{tier}。"


def test_nothing_to_score_leaves_the_chapter_out(basis):
    lead = hb.dispatch.lead(page(basis, counts(monitored_households=1)))
    assert lead.is_chapter
    assert lead.reason == "本月没有可以计分的指标，本章从略"


@pytest.mark.parametrize("module", ["clues", "roster", "dispatch", "risk_flow"])
def test_chapters_of_single_cases_are_not_published(basis, module):
    lead = getattr(hb, module).lead(page(basis, [], edition="public"))
    assert lead is None or lead.is_chapter


def test_the_public_edition_counts_no_places_beside_what_it_withholds(basis):
    assert said(basis, "places", counts(households_without_measure=3), edition="public") == (
        "各地按区划代码排列，不作位次。"
    )
    town = said(basis, "places", counts(at=TOWN, households_without_measure=3), edition="public", place=TOWN)
    assert town == "各村（社区）情况：公开版不含本章"


def test_last_month_s_rows_are_never_this_month_s(basis):
    """A row of another month or place is not looked at."""
    rows = counts(month=LAST, open_risk_households=9) + counts(at=TOWN, open_risk_households=8)
    assert said(basis, "monitoring", rows).startswith("未消除风险未收到，")
    assert MONTH.shift(-1) == LAST
    assert not COUNTY.startswith(TOWN)


@pytest.mark.parametrize(
    ("problems", "words"), [(740, "电话中答有问题的740户。"), (0, "没有电话中答有问题的。")]
)
def test_the_public_edition_says_what_the_telephone_found(basis, problems, words):
    lead = said(basis, "safeguards", counts(phone_problem_households=problems), edition="public")
    assert lead == f"登记簿和电话抽查按项目对照，{words}"
