"""Page one's points: which come first, what each says, whose they are and by when."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from hand_made import COUNTY, TOWN, counts, page, row, unknown

from hanbin_lib.bulletin import asks
from hanbin_lib.bulletin.settled import RULES
from hanbin_lib.display import plain_text
from hanbin_lib.indicators.safeguards import REGISTERED

PHONE_ONLY = "safeguard_phone_only_households"
ITEMS = tuple(REGISTERED.values())


@pytest.fixture(scope="module")
def last_step(basis):
    return max(basis.settings.rules.escalation, key=lambda one: one.days)


def _town_codes(basis):
    return list(basis.scope.register.towns["place_code"])


def _rows(basis, last_step, kinds):
    """Rows that give rise to points of these kinds."""
    town = _town_codes(basis)[0]
    given = {
        asks.MEASURE: counts(households_without_measure=2) + counts(at=town, households_without_measure=2),
        asks.OVERDUE: [
            row("problems_to_escalate", 5, group=f"step={last_step.step}"),
            *counts(problems_overdue=13),
        ],
        asks.PHONE: [row(PHONE_ONLY, 4, group=f"safeguard={ITEMS[1]}")],
        asks.BELOW: counts(below_line_unmonitored_households=7),
        asks.CLUE: counts(clues_overdue=3, clues_open=9),
        asks.INCOME: counts(income_mismatch_households=6),
    }
    return [one for kind in kinds for one in given[kind]]


def _entered(basis):
    """The month with its monitoring line, so that nobody asks for one."""
    return {"scope": replace(basis.scope, line=object())}


def _said(point):
    return plain_text(point.ask), plain_text(point.detail)


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ((), ()),
        ((asks.INCOME,), (asks.INCOME,)),
        ((asks.INCOME, asks.CLUE, asks.BELOW), (asks.BELOW, asks.CLUE, asks.INCOME)),
        ((asks.INCOME, asks.CLUE, asks.PHONE, asks.MEASURE), (asks.MEASURE, asks.PHONE, asks.CLUE)),
        (
            (asks.CLUE, asks.BELOW, asks.PHONE, asks.OVERDUE, asks.MEASURE),
            (asks.MEASURE, asks.OVERDUE, asks.PHONE),
        ),
    ],
)
def test_the_three_most_pressing_are_asked_for_in_their_order(basis, last_step, kinds, wanted):
    found = asks.asks(page(basis, _rows(basis, last_step, kinds), **_entered(basis)))
    assert tuple(one.key for one in found) == wanted


def test_the_line_of_the_year_is_asked_for_before_what_needs_it_and_of_the_county_alone(basis, last_step):
    without = {"scope": replace(basis.scope, line=None)}
    rows = _rows(basis, last_step, (asks.MEASURE, asks.BELOW, asks.CLUE))
    found = asks.asks(page(basis, rows, **without))
    assert [one.key for one in found] == [asks.MEASURE, asks.LINE, asks.BELOW]
    line = found[1]
    assert (line.counts, line.owner) == ((), basis.settings.county.bureau_name)
    assert line.number(page(basis, rows)) == 1
    assert asks.LINE not in {one.key for one in asks.asks(page(basis, rows, place=TOWN, **without))}


@pytest.mark.parametrize("kind", [asks.MEASURE, asks.OVERDUE, asks.PHONE, asks.BELOW, asks.CLUE, asks.INCOME])
@pytest.mark.parametrize("gone", ["zero", "not_received", "parameter_missing", "not_applicable"])
def test_of_none_and_of_what_nobody_knows_nothing_is_asked(basis, last_step, kind, gone):
    rows = _rows(basis, last_step, (kind,))
    changed = [
        one | ({"value": 0.0} if gone == "zero" else {"value": float("nan"), "note_code": gone})
        for one in rows
    ]
    assert asks.asks(page(basis, rows, **_entered(basis)))
    assert asks.asks(page(basis, changed, **_entered(basis))) == ()


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ({0: 1}, "涉及1个镇（街道）：{0}；"),
        ({4: 3, 2: 1, 7: 3}, "涉及3个镇（街道），最多的是{4}、{7}（各3户）；"),
        ({1: 2, 2: 2, 3: 2, 4: 2, 5: 1}, "涉及5个镇（街道），最多的是{1}、{2}、{3}等（各2户）；"),
        ({1: 2, 2: 2, 3: 2, 5: 1}, "涉及4个镇（街道），最多的是{1}、{2}、{3}（各2户）；"),
        ({3: 2, 5: 4, 1: 1}, "涉及3个镇（街道），最多的是{5}（4户）；"),
        ({7: 2, 4: 2}, "涉及2个镇（街道），每个2户；"),
        ({}, ""),
    ],
)
def test_households_without_a_measure_with_the_town_that_has_most(basis, late, words):
    """Households that lie in no town are asked for, too."""
    codes, names = _town_codes(basis), list(basis.scope.register.towns["place_name"])
    rows = counts(households_without_measure=sum(late.values()) or 2)
    rows += [
        one
        for n, late_here in late.items()
        for one in counts(at=codes[n], households_without_measure=late_here)
    ]
    (point,) = asks.asks(page(basis, rows, **_entered(basis)))
    ask, detail = _said(point)
    assert ask == f"{sum(late.values()) or 2}户无措施户限期清零。"
    assert detail == words.format(*names) + "由各镇（街道）10月31日前办结。"


def test_a_town_asks_its_own_villages(basis):
    villages = basis.scope.register.children(TOWN)
    rows = counts(at=TOWN, households_without_measure=3)
    rows += counts(at=villages["place_code"].iloc[2], households_without_measure=3)
    (point,) = asks.asks(page(basis, rows, place=TOWN))
    town, village = basis.scope.register.name(TOWN), villages["place_name"].iloc[2]
    assert plain_text(point.detail) == f"涉及1个村（社区）：{village}；由{town}10月31日前办结。"
    assert point.owner == town


@pytest.mark.parametrize(
    ("months", "day"),
    [(0, "9月30日"), (1, "10月31日"), (3, "12月31日"), (4, "2023年1月31日"), (5, "2023年2月28日")],
)
def test_the_day_is_the_last_of_its_month_and_another_year_is_named(basis, months, day):
    rules = basis.settings.rules.model_copy(update={"action_months": months})
    settings = basis.settings.model_copy(update={"rules": rules})
    (point,) = asks.asks(
        page(basis, counts(income_mismatch_households=1), settings=settings, **_entered(basis))
    )
    assert f"由各镇（街道）{day}前对照佐证材料更正。" in plain_text(point.detail)


@pytest.mark.parametrize(
    ("numerals", "where"),
    [
        ({"rectification": "三"}, "见第三章和附表；"),
        ({"annex-rectification": "附册七"}, "见附册七和附表；"),
        ({}, "见附表；"),
    ],
)
def test_overdue_problems_are_found_where_they_are_listed(basis, last_step, numerals, where):
    rows = _rows(basis, last_step, (asks.OVERDUE,))
    (point,) = asks.asks(page(basis, rows, numerals=numerals, **_entered(basis)))
    assert _said(point) == (
        "5个逾期问题逐个过堂。",
        f"逾期已满{last_step.days}天，应{last_step.step}；全部逾期13个，{where}由责任单位10月31日前办结。",
    )


@pytest.mark.parametrize(
    ("values", "among", "most"),
    [
        ((0, 4, 3, 0), "", "最多的是{1}（4户）"),
        ((2, 2, 0, 0), "", "最多的是{0}、{1}（各2户）"),
        ((0, 0, 9, 0), "", "都是{2}"),
        ((0, 1, 9), "能对照的项目里", "最多的是{2}（9户）"),
    ],
)
def test_what_the_telephone_says_and_the_register_does_not(basis, values, among, most):
    rows = [row(PHONE_ONLY, n, group=f"safeguard={label}") for label, n in zip(ITEMS, values, strict=False)]
    (point,) = asks.asks(page(basis, rows, **_entered(basis)))
    ask, detail = _said(point)
    assert ask == f"{sum(values)}户次三保障和饮水线索入户核实。"
    assert f"登记簿没有显示，{among}{most.format(*ITEMS)}；" in detail
    assert point.number(page(basis, rows)) == sum(values)
    assert {group for _, group in point.counts} == {
        f"safeguard={label}" for label, n in zip(ITEMS, values, strict=False) if n
    }


@pytest.mark.parametrize(
    ("kind", "ask", "detail"),
    [
        (asks.BELOW, "7户低收入脱贫户逐户核查。", "登记收入低于2022年监测线且未纳入监测，属筛查线索；由各镇（街道）10月31日前入户核实后定。"),
        (asks.CLUE, "3条逾期线索限期核定。", "发现以来已过规定天数还没有核定，未核定线索共9条；由各镇（街道）10月31日前核定。"),
        (asks.INCOME, "6户收入数据限期复核。", "系统存值与按分项重新计算的人均纯收入不一致，由各镇（街道）10月31日前对照佐证材料更正。"),
    ],
)  # fmt: skip
def test_what_each_kind_of_point_says(basis, last_step, kind, ask, detail):
    (point,) = asks.asks(page(basis, _rows(basis, last_step, (kind,)), **_entered(basis)))
    assert _said(point) == (ask, detail)
    assert point.number(page(basis, _rows(basis, last_step, (kind,)))) == int(ask[0])


def test_every_kind_has_a_noun_and_a_rule_by_which_it_is_settled(basis):
    kinds = {asks.MEASURE, asks.OVERDUE, asks.PHONE, asks.CLUE, asks.LINE, asks.BELOW, asks.INCOME}
    assert set(asks.NOUNS) == set(RULES) == kinds


@pytest.mark.parametrize("withheld", [False, True])
def test_how_many_places_is_not_told_where_one_of_them_is_withheld(basis, withheld):
    codes = _town_codes(basis)
    rows = [one for code in codes[:3] for one in counts(at=code, clues_overdue=2)]
    rows += unknown("clues_overdue", at=codes[4], note="suppressed") if withheld else []
    spread = asks.spread(page(basis, rows), "clues_overdue")
    assert spread is None if withheld else spread.text == "涉及3个镇（街道）"


def test_places_concerned_are_the_largest_first_and_by_code_where_equal(basis):
    codes = _town_codes(basis)
    values = dict(zip(codes, [0, 3, 5, 3, 0, 1, 5], strict=False))
    rows = [one for code, n in values.items() for one in counts(at=code, clues_overdue=n)]
    found = asks.places_concerned(page(basis, rows), "clues_overdue")
    assert list(found) == [codes[n] for n in (2, 6, 1, 3, 5)]
    assert list(found.values()) == [5, 5, 3, 3, 1]
    assert COUNTY not in found


def _cases(basis, kind, frame, *, group="all", unit=asks._TOWNS):
    """What the list of a kind of point says of these rows."""
    bulletin = page(basis, [])
    point = asks.Ask(kind, (("x", group),), (), (), unit, "")
    behind = {("x", group): SimpleNamespace(at=lambda _place: pd.DataFrame(frame))}
    return asks.cases(bulletin, [point], behind)[kind]


PLACES = {"town_code": [TOWN, None], "village_code": [f"{TOWN}201", None]}


@pytest.mark.parametrize(
    ("kind", "frame", "group", "cases", "content"),
    [
        (
            asks.MEASURE,
            {"household_code": ["1", "2"], "identified_month": ["2022-07-01"] * 2, "monitored_category": "边缘易致贫户"},
            "all", ["2", "1"], "边缘易致贫户，2022-07识别，仍无帮扶措施",
        ),
        (
            asks.OVERDUE,
            {"problem_code": ["WT1", "WT2"], "due_date": ["2022-08-31"] * 2, "problem_kind": "住房",
             "days_overdue": 30, "step": "约谈", "responsible_unit": "住建局"},
            "all", ["WT2", "WT1"], "住房，时限2022-08-31，逾期30天；约谈",
        ),
        (
            asks.PHONE, {"household_code": ["1", "2"]}, "safeguard=住房安全",
            ["2|safeguard=住房安全", "1|safeguard=住房安全"], "住房安全：电话答有问题，登记簿没有显示",
        ),
        (
            asks.CLUE, {"clue_code": ["XS1", "XS2"], "found_date": ["2022-08-01"] * 2, "channel": "农户自主申报"},
            "all", ["XS2", "XS1"], "农户自主申报，2022-08-01发现，已过核定期限",
        ),
        (asks.BELOW, {"household_code": ["1", "2"]}, "all", ["2", "1"], "登记收入低于监测线且未纳入监测"),
        (asks.INCOME, {"household_code": ["1", "2"]}, "all", ["2", "1"], "系统存值与重算的人均纯收入不一致"),
    ],
)  # fmt: skip
def test_what_a_row_of_a_list_says(basis, kind, frame, group, cases, content):
    """In the order of the places; what lies in no town comes first, and is settled by the towns or its own unit."""
    table = _cases(basis, kind, PLACES | frame, group=group)
    assert list(table["case"]) == cases
    assert list(table["content"]) == [content] * 2
    assert list(table["town_code"]) == ["", TOWN]
    assert list(table["village_code"]) == ["", f"{TOWN}201"]
    bare = _cases(basis, kind, {"town_code": PLACES["town_code"]} | frame, group=group)
    assert list(bare["village_code"]) == ["", ""]  # a ledger without villages
    own = frame.get("responsible_unit")
    assert list(table["owner"]) == ([own] * 2 if own else [asks._TOWNS, basis.scope.register.name(TOWN)])


def test_a_point_without_cases_is_one_row_of_its_year(basis):
    bulletin = page(basis, [])
    table = asks.cases(bulletin, [asks.Ask(asks.LINE, (), (), (), "某局", "")], {})[asks.LINE]
    assert table.to_dict("records") == [
        {"case": "2022", "code": "2022年", "town_code": "", "village_code": "", "owner": "某局",
         "content": "确定当年监测收入范围的标准和文号"},
    ]  # fmt: skip
