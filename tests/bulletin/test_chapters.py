"""The chapters of a bulletin: all there, or leaving themselves out with a sentence."""

import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
from support import MONTH, import_into, new_workspace

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Figure, Missing, Phrase, Strong, Table, plain_text
from hanbin_lib.errors import HanbinError

CHAPTERS = {
    "phone_checks": (hb.phone, "电话抽查"),
    "inspection": (hb.inspections, "专项督查"),
    "rectification": (hb.rectification, "问题整改"),
    "projects": (hb.projects, "项目资产和集体经济"),
    "weekly_rounds": (hb.duties, "周督帮和责任落实"),
    "clues": (hb.clues, "线索和预警"),
    "assistance_roster": (hb.roster, "与低收入人口名册比对"),
}
FILES = {
    "phone_checks": "电话抽查", "inspection": "专项督查", "rectification": "问题整改",
    "projects": "衔接资金项目", "weekly_rounds": "周下沉督帮",
    "clues": "线索和预警", "assistance_roster": "低收入人口名册",
}  # fmt: skip


def _exhibits(module):
    """Public functions of a chapter that take the bulletin alone."""
    names = [name for name in vars(module) if not name.startswith("_")]
    functions = [getattr(module, name) for name in names]
    return [f for f in functions if getattr(f, "__module__", "") == module.__name__ and f.__name__ not in
            ("reading_note", "what_if")]  # fmt: skip


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


@pytest.fixture(scope="module")
def without_checks(demo_workspace, tmp_path_factory):
    """The month with the register alone: no bureau table came in."""
    workspace = new_workspace(tmp_path_factory.mktemp("bare"))
    shutil.copytree(demo_workspace.inbox(MONTH), workspace.inbox(MONTH))
    for path in workspace.inbox(MONTH).iterdir():
        if path.name.startswith(tuple(FILES.values())):
            path.unlink()
    assert import_into(workspace, workspace.inbox(MONTH)).snapshot is not None
    return hb.open_bulletin(str(MONTH), "610902", workspace=workspace)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_whose_table_came_in_is_there(district, name):
    module, _ = CHAPTERS[name]
    for exhibit in _exhibits(module):
        assert not (isinstance(exhibit(district), Missing) and exhibit(district).is_chapter), exhibit.__name__


@pytest.mark.parametrize(
    "name", ["phone_checks", "inspection", "rectification", "clues", "assistance_roster"]
)
def test_a_chapter_without_its_table_is_one_sentence(without_checks, name):
    module, title = CHAPTERS[name]
    lead = module.lead(without_checks)
    assert isinstance(lead, Missing)
    assert lead.title == title
    assert "没有收到" in lead.reason
    assert lead.is_chapter
    others = [exhibit for exhibit in _exhibits(module) if exhibit.__name__ != "lead"]
    assert [exhibit(without_checks) for exhibit in others] == [None] * len(others)


@pytest.mark.parametrize(("module", "shown"), [(hb.projects, "collective"), (hb.duties, "work_items")])
def test_a_chapter_of_two_tables_stands_on_the_one_that_came_in(without_checks, module, shown):
    """No exhibit is ever printed under a chapter that says it is left out."""
    lead = module.lead(without_checks)
    assert not isinstance(lead, Missing)
    assert "没有收到" in plain_text(lead.parts)
    assert getattr(module, shown)(without_checks) is not None


def test_of_what_nobody_asked_a_town_is_told_nothing(district, without_checks):
    """Nothing to settle in any village: without the telephone, nothing is said of what it would have found."""
    texts = []
    for bulletin in (district, without_checks):
        town = replace(bulletin, figures=replace(bulletin.figures, place="610902110"))
        assert hb.village_tasks.task_table(town) is None
        texts.append(plain_text(hb.village_tasks.lead(town).parts))
    assert texts == [
        "各村（社区）没有超期无措施、电话反映问题或有劳动力而无人就业的户。",
        "各村（社区）没有超期无措施或有劳动力而无人就业的户。",
    ]


def test_without_either_table_nothing_is_shown(without_checks):
    """A town reports no tasks of departments: without rounds its chapter is one sentence."""
    town = replace(without_checks, figures=replace(without_checks.figures, place="610902110"))
    lead = hb.duties.lead(town)
    assert isinstance(lead, Missing)
    assert lead.is_chapter
    others = [exhibit for exhibit in _exhibits(hb.duties) if exhibit.__name__ != "lead"]
    assert [exhibit(town) for exhibit in others] == [None] * len(others)


def test_a_ranking_of_other_parts_is_no_comparison(district):
    """A month without phone checks is scored by fewer parts: its ranks are not set beside."""
    last, table = str(MONTH.shift(-1)), district.figures.table
    ranked = table["indicator"].str.startswith("town_")
    this_month = table[ranked & table["month"].eq(str(MONTH))]
    others = table[~(ranked & table["month"].eq(last))]
    for gone, is_comparable in ((False, True), (True, False)):
        before = this_month.assign(month=last)
        before = before[~before["group"].eq("part=电话问题")] if gone else before
        figures = replace(district.figures, table=pd.concat([others, before]))
        other = replace(district, figures=figures)
        drawn = [row[2].before is not None for row in hb.dispatch.town_table(other).rows]
        assert all(drawn) if is_comparable else not any(drawn)
        assert ("没有可比" in plain_text(hb.dispatch.movement(other).parts)) is not is_comparable


def test_tiers_are_told_of_each_direction_apart_with_how_many_may_be_wrong(district):
    """Of the towns in a tier as many are wrongly there as their chances fall short of one."""
    table = district.figures.table
    chosen = table["month"].eq(str(MONTH)) & table["group"].eq("all")
    values = table["value"].where(
        ~(chosen & table["indicator"].isin(["town_front_share", "town_back_share"])), 0.0
    )
    codes = list(district.scope.register.towns["place_code"])
    for indicator, code, chance in (("town_front_share", codes[0], 0.85), ("town_back_share", codes[1], 0.9)):
        values = values.mask(chosen & table["indicator"].eq(indicator) & table["place_code"].eq(code), chance)
    other = replace(district, figures=replace(district.figures, table=table.assign(value=values)))
    text = plain_text(hb.dispatch.lead(other).parts)
    assert "认定在前段的1个：新城街道。认定在后段的1个：江北街道。" in text
    assert "认定的当中按概率约有0.3个认错" in text  # 0.15 and 0.1
    assert "没有一个镇（街道）能认定" in plain_text(
        hb.dispatch.lead(
            replace(
                other, figures=replace(other.figures, table=table.assign(value=values.where(~chosen, 0.5)))
            )
        ).parts
    )


def test_what_moved_up_and_what_moved_down_never_stand_in_one_phrase(district):
    """Every town's score of last month is set far above or far below: each direction has its own list."""
    table, last = district.figures.table, str(MONTH.shift(-1))
    score = table["indicator"].str.startswith("town_") & table["month"].eq(str(MONTH))
    before = table[score].assign(month=last)
    codes = list(district.scope.register.towns["place_code"])
    shift = before["place_code"].map({code: 90.0 if n < 8 else -90.0 for n, code in enumerate(codes)})
    is_score = before["indicator"].eq("town_score")
    for column in ("value", "lower", "upper"):
        before[column] = before[column] + shift.where(is_score, 0.0)
    others = table[~(table["indicator"].str.startswith("town_") & table["month"].eq(last))]
    other = replace(district, figures=replace(district.figures, table=pd.concat([others, before])))
    text = plain_text(hb.dispatch.movement(other).parts)
    rose, fell = text.index("得分上升超出偶然的："), text.index("得分下降超出偶然的：")
    assert rose < fell
    assert text.count("另有") == 2
    assert "另有2个。" in text[fell:]


def test_the_rest_of_the_bulletin_stands(without_checks):
    summary = plain_text(hb.front_page.summary(without_checks).parts)
    assert "在册监测对象" in summary
    assert hb.safeguards.lead(without_checks)
    assert len(hb.front_page.key_figures(without_checks).cards) == 6
    assert len(hb.front_page.decisions(without_checks).items) <= 3


def _figures(parts):
    for part in parts:
        if isinstance(part, Strong):
            yield from _figures(part.parts)
        elif isinstance(part, Figure | Phrase):
            yield part


def test_no_digit_in_the_text_lacks_an_indicator(district):
    """Every digit of leads, notes and the summary stands in a figure with an address."""
    leads = [module.lead(district) for module, _ in CHAPTERS.values()]
    notes = [module.reading_note(district) for module, _ in list(CHAPTERS.values())[:2]]
    for one in [hb.front_page.summary(district), *leads, *notes, hb.dispatch.movement(district)]:
        loose = "".join(part for part in one.parts if isinstance(part, str))
        assert not any(character.isdigit() for character in loose), loose
        assert all(figure.source for figure in _figures(one.parts))


def test_the_ledger_strip_adds_up(district):
    start, opened, closed, end, _ = (
        figure.value for _, _, figure in hb.rectification.balance(district).items
    )
    assert start + opened - closed == end


def test_the_channels_and_the_ledger_belong_together(district):
    """What was entered, channel by channel, is all that was opened; the rounds are no source of the ledger."""
    table = hb.rectification.sources_related(district)
    *channels, whole = table.rows
    for column, name in ((4, "problems_opened"), (5, "problems_open")):
        parts = [row[column].value for row in channels if not isinstance(row[column], str)]
        assert sum(parts) == whole[column].value == district.figures.value(name)
    found = {row[0]: row[1].value for row in channels if not isinstance(row[1], str)}
    assert found["专项督查"] == district.figures.value("inspection_findings")
    assert found["周督帮"] == district.figures.value("round_problems_found")


def test_a_town_sees_its_villages_and_small_numbers_as_cases(demo_workspace):
    town = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    lead = plain_text(hb.inspections.lead(town).parts)
    assert re.search(r"有问题的\d+/\d+", lead)
    assert hb.inspections.tiers(town) is None
    villages = hb.phone.place_table(town)
    assert isinstance(villages, Table)
    names = {row[0] for row in villages.rows}
    assert names <= {"合计", *town.scope.register.villages["place_name"]}


def test_what_if_moves_the_order_and_refuses_what_is_no_part(district):
    plain, moved = (hb.dispatch.what_if(district, weights) for weights in ({}, {"责任走访": 5000.0}))
    assert [row[1] for row in plain.rows] != [row[1] for row in moved.rows]
    with pytest.raises(HanbinError, match="HB-PAR-007") as refused:
        hb.dispatch.what_if(district, {"消除率": 10.0, "电话问题": 0.0})
    assert "消除率" in refused.value.message
    assert "大于0" in refused.value.message


def test_a_week_counts_up_to_its_day(demo_workspace):
    early, late = (
        hb.open_bulletin(str(MONTH), "610902", as_of=day, workspace=demo_workspace)
        for day in ("2022-09-09", "2022-09-30")
    )
    for name in ("problems_opened", "round_visits", "phone_called_households"):
        assert early.figures.value(name) <= late.figures.value(name), name
    assert early.figures.value("round_visits") < late.figures.value("round_visits")
    with pytest.raises(HanbinError, match="HB-PAR-006"):
        hb.open_bulletin(str(MONTH), "610902", as_of="2022-10-01", workspace=demo_workspace)


def test_clues_stay_in_the_bureau_and_their_clock_is_told(district):
    """In the public edition no exhibit of the chapter is there; inside the days stand with their document."""
    public = replace(district, edition="public")
    inside = (*_exhibits(hb.clues), *_exhibits(hb.roster))
    assert [exhibit(public) for exhibit in inside] == [None] * len(inside)
    said = plain_text(hb.clues.reading_note(district).parts)
    clock = district.scope.policy.clocks.clue_decision
    assert f"从发现到核定不超过{clock.days}天（{clock.document}）" in said


def test_the_overdue_clues_are_those_that_are_counted(district):
    for place in ("610902", "610902110"):
        one = replace(district, figures=replace(district.figures, place=place))
        assert len(hb.clues.all_overdue(one).rows) == one.figures.value("clues_overdue")


def test_without_a_clock_nothing_is_overdue_and_it_is_said(district):
    unset = replace(district, scope=replace(district.scope, policy=None), _of_month={})
    assert hb.clues.longest_overdue(unset).reason == "核定天数未录入"
    assert "从发现到核定的天数未录入" in plain_text(hb.clues.reading_note(unset).parts)
