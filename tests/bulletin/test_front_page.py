"""Page one: what the month came to, in six cards and one paragraph, and what became of last month's points."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hand_made import COUNTY, LAST, TOWN, counts, page, row, text, unknown

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin import asks, front_page
from hanbin_lib.bulletin.asks import RATES, rate_name, slow_units
from hanbin_lib.bulletin.handed_out import DONE, NOT_BEGUN, HandedOut, action_id
from hanbin_lib.indicators.safeguards import REGISTERED

STOCKS = {
    "monitored_households": 5408, "monitored_persons": 18_392, "risk_eliminated_households": 3076,
    "risk_eliminated_persons": 10_608, "open_risk_households": 2332, "open_risk_persons": 7784,
    "new_households": 8, "newly_eliminated_households": 59, "transferred_workers": 103_000,
    "public_post_holders": 12_300, "workshops": 183, "households_without_measure": 26,
}  # fmt: skip


def _summary(basis, **changed):
    values = STOCKS | changed
    rows = counts(**{name: value for name, value in values.items() if value is not None})
    rows += counts(month=LAST, open_risk_households=2383)
    return text(hb.front_page.summary(page(basis, rows)))


def test_the_month_of_the_district_in_one_paragraph(basis):
    assert _summary(basis) == (
        "截至9月底，全区在册监测对象5408户18392人，其中已消除风险3076户10608人，未消除风险2332户7784人。"
        "当月新纳入8户、消除风险59户，未消除风险户较上月减少51户。转移就业10.3万人，公益性岗位1.23万人，社区工厂183家。"
        "须立即补上的短板：26户满1个月仍无帮扶措施。"
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"open_risk_households": 2384}, "未消除风险户较上月增加1户。"),
        ({"open_risk_households": 2383}, "未消除风险户较上月持平。"),
        ({"households_without_measure": 0}, "没有满1个月仍无帮扶措施的未消除风险户。"),
        ({"households_without_measure": None}, "满1个月仍无帮扶措施的未消除风险户数未收到。"),
        ({"new_households": 0}, "当月没有新纳入，消除风险59户，"),
        ({"new_households": 0, "newly_eliminated_households": 0}, "当月新纳入、消除风险均无，"),
        (
            {"transferred_workers": 9999, "public_post_holders": 0},
            "转移就业9999人，没有公益性岗位，社区工厂183家。",
        ),
        ({"transferred_workers": None}, "转移就业未收到，"),
        (
            dict.fromkeys(("transferred_workers", "public_post_holders", "workshops")),
            "减少51户。转移就业、公益性岗位、社区工厂未收到。",
        ),
        (
            {"risk_eliminated_households": None, "risk_eliminated_persons": None},
            "其中已消除风险未收到，未消除风险",
        ),
        ({"risk_eliminated_households": 0, "risk_eliminated_persons": 0}, "其中没有已消除风险的，未消除风险"),
        ({"risk_eliminated_persons": None}, "其中已消除风险3076户，人数未收到，"),
        ({"monitored_households": 0, "monitored_persons": 0}, "截至9月底，全区没有在册监测对象。转移就业"),
    ],
)
def test_what_is_more_less_nothing_or_unknown_is_told_apart(basis, changed, words):
    assert words in _summary(basis, **changed)


def _cards(basis, rows, **more):
    return hb.front_page.key_figures(page(basis, rows, named=(), **more)).cards


@pytest.mark.parametrize("checked", range(4))
def test_six_cards_whatever_was_checked_this_month(basis, checked):
    names = ("phone_problem_households", "problems_overdue", "no_worker_households")[:checked]
    cards = _cards(basis, counts(**STOCKS, **dict.fromkeys(names, 3)))
    assert len(cards) == 6
    assert len({card.label for card in cards}) == 6
    assert [card.label for card in cards[:3]] == ["在册监测对象", "未消除风险", "满1个月仍无措施"]


@pytest.mark.parametrize(("late", "light"), [(3, "act"), (0, "steady"), (None, None)])
def test_the_light_of_households_without_a_measure(basis, late, light):
    rows = counts(**(STOCKS | {"households_without_measure": late})) if late is not None else []
    assert _cards(basis, rows)[2].light == light


@pytest.mark.parametrize(("found", "light"), [(4, "watch"), (0, "steady")])
def test_what_was_found_by_a_check_is_watched(basis, found, light):
    card = next(
        c for c in _cards(basis, counts(**STOCKS, problems_overdue=found)) if c.label == "逾期未完成问题"
    )
    assert card.light == light


@pytest.mark.parametrize(
    ("then", "words"),
    [(5400, "较上月+8户"), (5410, "较上月−2户"), (5408, "较上月持平"), (None, "较上月无可比数")],
)
def test_a_card_says_how_it_changed(basis, then, words):
    rows = counts(**STOCKS) + (counts(month=LAST, monitored_households=then) if then else [])
    card = _cards(basis, rows)[0]
    assert (text(card.change), str(card.aside), str(card.figure)) == (words, "18392人", "5408户")
    assert card.trend == ((5408,) if then is None else (then, 5408))


def _rates(basis, numbers, *, departments=()):
    """On-time rates of towns as (name's position, in time, due), and of departments by name."""
    codes = list(basis.scope.register.towns["place_code"])
    rows = [row(RATES[0], done, of=due, at=codes[n]) for n, done, due in numbers]
    return rows + [row(RATES[0], done, of=due, group=f"department={name}") for name, done, due in departments]


@pytest.mark.parametrize(
    ("numbers", "departments", "words"),
    [
        (((0, 5, 10), (1, 1, 10)), (), "{1}1/10、{0}5/10。"),
        (((0, 6, 10), (1, 0, 9), (2, 11, 20)), (), "{2}11/20。"),  # neither at the floor nor of too few
        (((0, 5, 10),), (("水利局", 2, 12),), "水利局2/12、{0}5/10。"),
        (
            ((0, 5, 10), (1, 4, 10), (2, 3, 10), (3, 2, 10), (4, 1, 10)),
            (),
            "{4}1/10、{3}2/10、{2}3/10，另有2个。",
        ),
    ],
)
def test_the_slowest_are_named_lowest_first_and_the_rest_is_counted(basis, numbers, departments, words):
    shown = hb.front_page.slow(page(basis, _rates(basis, numbers, departments=departments)))
    names = basis.scope.register.towns["place_name"]
    assert text(shown) == f"按期率低　到期不少于10件、低于60%的：{rate_name(RATES[0])}　" + words.format(
        *names
    )


def test_where_nobody_is_slow_nothing_is_said(basis):
    assert hb.front_page.slow(page(basis, _rates(basis, ((0, 9, 10), (1, 1, 3))))) is None


def test_a_town_s_page_names_the_town_alone(basis):
    codes = list(basis.scope.register.towns["place_code"])
    rows = _rates(basis, ((0, 1, 10), (1, 2, 10)))
    (found,) = slow_units(page(basis, rows, place=codes[1]), RATES[0])
    assert found.unit == basis.scope.register.name(codes[1])
    assert hb.front_page.slow(page(basis, rows, place=codes[2])) is None


KEY = b"0" * 32


def _returned(
    basis, monkeypatch, given, reported, confirmed, *, key=KEY, kind=asks.MEASURE, others=(), rows_now=None
):
    """What page one says of last month's cases `given`: some reported done, some confirmed."""
    ids = {case: action_id(KEY, kind, case) for case in given}
    rows = {ids[case]: SimpleNamespace(state=DONE) for case in reported}
    rows |= {ids[case]: SimpleNamespace(state=NOT_BEGUN) for case in others}
    point = SimpleNamespace(key=kind, ids=tuple(ids.values()))
    record = SimpleNamespace(month=str(LAST), asks={COUNTY: (point,)})
    out = HandedOut(record, SimpleNamespace(rows=rows), key)
    monkeypatch.setattr(front_page, "settled", lambda *_: set(confirmed))
    known = counts(households_without_measure=0) if rows_now is None else rows_now
    return text(hb.front_page.returned(page(basis, known, handed_out=out)))


@pytest.mark.parametrize(
    ("given", "reported", "confirmed", "others", "words"),
    [
        ("abcdef", "abcd", "abc", "", "无措施户6户，填报办结4户，登记簿证实3户，报了办结而没有证实的1户"),
        ("abcdef", "abc", "abcd", "", "无措施户6户，填报办结3户，登记簿证实4户"),
        ("abcdef", "abc", "xyz", "", "无措施户6户，填报办结3户，登记簿都没有证实"),
        ("abc", "", "abc", "", "无措施户3户，没有收到回执，登记簿证实3户"),
        ("abc", "", "", "ab", "无措施户3户，没有填报办结的，登记簿都没有证实"),
        ("abc", "abc", "abcxyz", "", "无措施户3户，填报办结3户，登记簿证实3户"),
    ],
)
def test_what_came_back_is_held_against_the_register(
    basis, monkeypatch, given, reported, confirmed, others, words
):
    said = _returned(basis, monkeypatch, given, reported, confirmed, others=others)
    assert said == f"上月交办　{words}。"


@pytest.mark.parametrize(
    ("kind", "name", "noun"),
    [
        (asks.MEASURE, "households_without_measure", "无措施户3户"), (asks.OVERDUE, "problems_overdue", "逾期问题3个"),
        (asks.CLUE, "clues_open", "逾期未核定线索3条"), (asks.INCOME, "income_mismatch_households", "收入数据3户"),
        (asks.BELOW, "below_line_unmonitored_households", "低收入脱贫户3户"),
    ],
)  # fmt: skip
def test_what_did_not_come_in_denies_nothing(basis, monkeypatch, kind, name, noun):
    """Without the ledger nobody can say that it confirms none."""
    for rows, words in (
        (unknown(name), "本月没有可以核对的数据，登记簿是否证实不能核对"),
        (unknown(name, note="parameter_missing"), "本月没有可以核对的数据，登记簿是否证实不能核对"),
        (counts(**{name: 3}), "登记簿都没有证实"),
    ):
        said = _returned(basis, monkeypatch, "abc", "ab", "", kind=kind, rows_now=rows)
        done = noun.replace("3", "2").removeprefix(noun.partition("3")[0])
        assert said == f"上月交办　{noun}，填报办结{done}，{words}。"


def test_without_the_key_nothing_is_confirmed_or_denied(basis, monkeypatch):
    said = _returned(basis, monkeypatch, "abc", "ab", "abc", key=b"")
    assert said == "上月交办　无措施户3户，填报办结2户，本机没有编号的密钥，登记簿是否证实不能核对。"


def test_a_town_and_the_public_are_not_told_of_the_county_s_points(basis, monkeypatch):
    record = SimpleNamespace(month=str(LAST), asks={COUNTY: (SimpleNamespace(key=asks.MEASURE, ids=()),)})
    out = HandedOut(record, SimpleNamespace(rows={}), KEY)
    assert hb.front_page.returned(page(basis, [], place=TOWN, handed_out=out)) is None
    public = page(basis, counts(**STOCKS), edition="public", handed_out=out)
    assert [hb.front_page.returned(public), hb.front_page.decisions(public), hb.front_page.slow(public)] == [
        None
    ] * 3


@pytest.mark.parametrize(
    ("issue", "label", "date", "mark"),
    [
        ({}, "2022年9月（期号待定）", "印发日期待定", "演示数据　草稿"),
        (
            {"issue_number": 9, "release_date": "2022-10-08"},
            "2022年9月（第9期）",
            "2022年10月8日",
            "演示数据　草稿",
        ),
        ({"document_number": "汉振〔2022〕9号"}, "2022年9月（期号待定）", "印发日期待定", "演示数据"),
    ],
)
def test_the_head_is_a_draft_until_it_is_numbered(basis, issue, label, date, mark):
    head = hb.front_page.masthead(page(basis, [], issue=basis.issue.model_copy(update=issue)))
    assert (head.issue_label, head.date_label, head.mark) == (label, date, mark)


@pytest.mark.parametrize(
    ("place", "edition", "title", "classification"),
    [
        (COUNTY, "internal", "9月份防返贫动态监测和帮扶工作情况", "内部资料　注意保存"),
        (TOWN, "internal", "{town}9月份监测帮扶工作情况", "内部资料　注意保存"),
        (COUNTY, "public", "9月份防返贫动态监测和帮扶工作情况", "公开版"),
    ],
)
def test_the_title_says_whose_bulletin_it_is(basis, place, edition, title, classification):
    head = hb.front_page.masthead(page(basis, [], place=place, edition=edition))
    assert head.title == title.format(town=basis.scope.register.name(TOWN))
    assert head.classification == classification


def test_nothing_asked_for_is_said_in_words(basis):
    scope = replace(basis.scope, line=object())
    alike = (
        "households_without_measure", "problems_overdue", "clues_overdue",
        "income_mismatch_households", "below_line_unmonitored_households",
    )  # fmt: skip
    rows = counts(**dict.fromkeys(alike, 0))
    rows += [
        row("safeguard_phone_only_households", 0, group=f"safeguard={one}") for one in REGISTERED.values()
    ]
    shown = hb.front_page.decisions(page(basis, rows, scope=scope))
    assert (shown.items, shown.none) == ((), "本月没有需要提请研究决定的事项。")


def test_points_that_could_not_be_seen_are_not_denied(basis):
    """A county without a telephone check or a ledger of clues, whose register lacks columns of measures."""
    scope = replace(basis.scope, line=object())
    rows = counts(problems_overdue=0, income_mismatch_households=0, below_line_unmonitored_households=0)
    shown = hb.front_page.decisions(page(basis, rows + unknown("households_without_measure"), scope=scope))
    assert shown.none == (
        "本月没有需要提请研究决定的事项；要用的数据没有收到或没有录入、看不出的："
        "无措施户、三保障和饮水线索、逾期未核定线索。"
    )


def test_a_count_withheld_is_no_zero(basis):
    rows = unknown("households_without_measure", note="suppressed")
    assert "户数不公布。" in text(hb.front_page.summary(page(basis, rows, edition="public")))
