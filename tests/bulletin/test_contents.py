"""One table says which chapters there are: numerals, references and anchors follow from it."""

import re
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.contents import numeral, numerals
from hanbin_lib.display import Decisions, Figure, Heading, Missing, Paragraph, Report, Volume
from hanbin_lib.display.html import to_html
from hanbin_lib.indicators import DEFINITIONS, NoteCode
from hanbin_lib.rendering import FORMATS
from hanbin_lib.workspace import PUBLIC

BY_KEY = {one.key: one for one in hb.CONTENTS}
PART = tuple(BY_KEY[key] for key in ("front_page", "monitoring", "safeguards", "rectification", "appendix"))


# The contents before there was an annex: what stood in them stands in one of the volumes.
ONE_VOLUME = """
front_page: masthead summary key_figures decisions
monitoring: lead status_flow movement definition_note
places: lead place_table reading_note
safeguards: lead comparison places_to_check reading_note clues
phone: lead calls answers silence place_table reading_note
inspections: lead drawn estimates towns_and_kinds tiers reading_note
rectification: lead balance ages_and_speed source_table sources_related longest_overdue repetition_note all_overdue
rectification: year_list
livelihood: lead work labour_and_composition income_bands screens line_note
projects: lead money by_kind by_source by_town collective reading_note lagging
duties: lead rounds unvisited work_items duty_note
dispatch: lead town_table movement department_table all_departments rule_note
goals: lead fan goal_table comparisons past_forecasts reading_note
risk_flow: lead verdict fan town_list reading_note
shocks: verdict scenario_chart scenario_table town_table assumption_list reading_note
power: verdict curves design_table reading_note
plans: verdict mix_table tornado_chart assumption_table assumption_list plan_note
appendix: definitions_table all_definitions quality_and_sources calibre_note imprint
"""
BEFORE = [
    f"{module}.{name}"
    for module, _, names in (line.partition(": ") for line in ONE_VOLUME.strip().splitlines())
    for name in names.split()
]


def _said(text):
    def exhibit(bulletin):
        return Paragraph((text,), style="lead")

    return exhibit


def _fails(bulletin):
    raise ZeroDivisionError("610902199001011234")


def _absent(bulletin):
    return Missing("不在", "没有收到", is_chapter=True)


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def _headings(report: Report) -> list[str]:
    return [one.text for one in report.items if isinstance(one, Heading)]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (19, "十九"), (20, "二十"), (21, "二十一"), (39, "三十九")],
)
def test_numerals_are_read_as_one_counts(number, text):
    assert numeral(number) == text


def test_keys_are_there_once():
    assert len(BY_KEY) == len(hb.CONTENTS)


@pytest.mark.parametrize("area", ["610902", "610902110"])
def test_every_exhibit_of_the_one_volume_stands_once_in_one_of_the_two(district, area):
    bulletin = replace(district, figures=replace(district.figures, place=area))
    placed = [
        exhibit for chapter in hb.CONTENTS for volume in chapter.volumes(bulletin) for exhibit in volume
    ]
    names = Counter(f"{one.__module__.rpartition('.')[2]}.{one.__name__}" for one in placed)
    assert {name: names[name] for name in BEFORE} == dict.fromkeys(BEFORE, 1)


def test_the_annex_follows_the_bulletin_and_each_leads_to_the_other(district):
    items = hb.report(district, PART).items
    cut = next(number for number, one in enumerate(items) if isinstance(one, Volume))
    front, annex = (
        {one.anchor: one for one in part if isinstance(one, Heading)} for part in (items[:cut], items[cut:])
    )
    assert items[cut].contents == tuple((one.text, anchor) for anchor, one in annex.items())
    for anchor, heading in front.items():
        assert heading.see == f"明细见{annex[heading.see_anchor].text.partition('　')[0]}"
        assert annex[heading.see_anchor].see_anchor == anchor
    page = BeautifulSoup(to_html(Report(items)), "html.parser")
    links = [link["href"].removeprefix("#") for link in page.select("a.hb-more")]
    assert len(links) == 2 * len(front) + len(annex)
    assert all(page.find(id=link).name == "h2" for link in links)


def test_each_volume_names_the_file_of_the_other(district):
    endings = [one.ending for one in FORMATS if one.media_type == "application/pdf"]
    items = hb.report(district).items
    cut = next(n for n, one in enumerate(items) if isinstance(one, Volume))
    for part, ending in ((items[:cut], endings[1]), (items[cut:], endings[0])):
        files = {one.see_file for one in part if isinstance(one, Heading) and one.see}
        assert files == {f"610902_汉滨区{ending}"}


def test_a_chapter_without_a_part_in_the_annex_leads_nowhere(district):
    alone = hb.Chapter("alone", "只在月报", (_said("在。"),), annex=(lambda bulletin: None,))
    (heading, _) = hb.report(district, (alone,)).items
    assert (heading.see, heading.see_anchor) == ("", "")


def test_a_chapter_of_the_annex_alone_is_where_page_one_refers_to(district):
    moved = tuple(
        replace(one, exhibits=(), annex=one.exhibits) if one.key == "safeguards" else one for one in PART
    )
    decisions = next(one for one in hb.report(district, moved).items if isinstance(one, Decisions))
    assert {(one.section, one.anchor) for one in decisions.items} >= {("附册二", "annex-safeguards")}


def test_a_town_lists_what_its_villages_have_to_settle_the_most_urgent_first(district, monkeypatch):
    towns = district.scope.register.towns["place_code"]
    place = max(towns, key=lambda code: district.figures.value("no_worker_households", place=code) or 0)
    town = replace(district, figures=replace(district.figures, place=place))
    tasks, villages = hb.village_tasks, town.scope.register.children(place)["place_code"]
    names = ("households_without_measure", "phone_problem_households", "no_worker_households")
    counts = [tuple(town.figures.value(name, place=code) for name in names) for code in villages]
    wanted = sorted((one for one in counts if any(one)), reverse=True)
    rows = tasks.task_table(town).rows
    assert [tuple(cell.value for cell in row[1:4]) for row in rows] == wanted
    (concerned, *_) = (part for part in tasks.lead(town).parts if isinstance(part, Figure))
    assert (concerned.value, concerned.source.split("|")[1] in DEFINITIONS) == (len(wanted), False)
    assert tasks.all_villages(town) is None
    monkeypatch.setattr(tasks, "_MOST_VILLAGES", 1)
    assert len(tasks.task_table(town).rows) == 1
    assert len(tasks.all_villages(town).rows) == len(wanted)
    monkeypatch.setattr(tasks, "_villages", lambda _: [])  # the town has some, and no village is known
    assert tasks.lead(town) is None


def test_neither_the_county_nor_the_public_has_a_list_of_villages_and_no_numeral_is_left_out(district):
    town = replace(district, figures=replace(district.figures, place="610902110"))
    for bulletin in (district, replace(town, edition=PUBLIC)):
        assert hb.village_tasks.lead(bulletin) is None
        headings = [one for one in _headings(hb.report(bulletin)) if "、" in one]
        assert not [one for one in headings if "要办的事" in one]
        numbered = [one.partition("、")[0] for one in headings if not one.startswith("附册")]
        assert numbered == [numeral(n) for n in range(1, len(numbered) + 1)]


@pytest.mark.parametrize("area", ["610902", "610902110"])
def test_simulations_are_a_special_of_the_quarter_or_asked_for(district, area):
    """September is one; in other months the bulletin keeps its own part, the annex nothing, until somebody asks."""
    bulletin = replace(district, figures=replace(district.figures, place=area))
    rules = district.settings.rules.model_copy(update={"special_months": (3, 6, 12)})
    other = replace(bulletin, settings=district.settings.model_copy(update={"rules": rules}))
    asked = replace(other, issue=other.issue.model_copy(update={"special": True}))
    chapter = BY_KEY["simulation"]
    front, annex = chapter.volumes(bulletin)
    assert len(annex) > 10
    assert chapter.volumes(other) == (front, ())
    assert chapter.volumes(asked) == (front, annex)
    headings = _headings(hb.report(other, (*PART, chapter)))
    assert [one for one in headings if one.startswith("附册") and "模拟推演" in one] == []
    assert [one for one in headings if "、模拟推演" in one] == ["四、模拟推演"][: bulletin.is_county]


def test_an_inserted_chapter_moves_numerals_references_and_links(district):
    before = hb.report(district, PART)
    new = hb.Chapter("extra", "新的一章", (_said("新。"),))
    after = hb.report(district, (*PART[:2], new, *PART[2:]))
    annex = ["附册一　监测动态", "附册二　三保障和饮水安全", "附册三　问题整改", "附册四　口径与数据说明"]
    assert _headings(before) == ["一、监测动态", "二、三保障和饮水安全", "三、问题整改", *annex]
    assert _headings(after) == [
        "一、监测动态",
        "二、新的一章",
        "三、三保障和饮水安全",
        "四、问题整改",
        *annex,
    ]
    for report, at in ((before, "二"), (after, "三")):
        page = BeautifulSoup(to_html(report), "html.parser")
        seen = {link["href"]: link.get_text() for link in page.select("a.hb-see")}
        assert seen["#chapter-safeguards"] == f"见{at}"
        for link, text in seen.items():
            assert page.find(id=link.removeprefix("#")).get_text().startswith(f"{text.removeprefix('见')}、")


def test_a_sentence_of_page_one_refers_to_the_chapter_by_its_numeral(district):
    rules = district.settings.rules
    steps = tuple(one.model_copy(update={"days": 1}) for one in rules.escalation)
    rules = rules.model_copy(update={"escalation": steps})
    settings = district.settings.model_copy(update={"rules": rules})
    table = district.figures.table
    last = max(steps, key=lambda one: one.days).step
    row = table[table["indicator"].eq("problems_overdue") & table["place_code"].eq("610902")].head(1)
    row = row.assign(
        indicator="problems_to_escalate", month=str(MONTH), group=f"step={last}", value=3.0,
        note_code=NoteCode.REPORTED,
    )  # fmt: skip
    kept = table[~table["indicator"].eq("problems_to_escalate")]
    figures = replace(district.figures, table=pd.concat([kept, row]))
    other = replace(district, settings=settings, figures=figures, numerals={})
    decisions = next(one for one in hb.report(other, PART).items if isinstance(one, Decisions))
    assert "见第三章和附表" in BeautifulSoup(to_html(decisions), "html.parser").get_text()


def test_a_renamed_heading_is_renamed_everywhere(district):
    renamed = tuple(replace(one, title="整改") if one.key == "rectification" else one for one in PART)
    report = hb.report(district, renamed)
    assert {"三、整改", "附册三　整改"} <= set(_headings(report))
    assert "问题整改" not in " ".join(_headings(report))


def test_an_absent_chapter_leaves_no_gap(district):
    gone = hb.Chapter("gone", "不在", (_absent, _said("不刊。")))
    contents = (PART[1], gone, PART[2])
    assert numerals(district, contents) == {"monitoring": "一", "safeguards": "二"}
    report = hb.report(district, contents)
    assert _headings(report) == [
        "一、监测动态",
        "二、三保障和饮水安全",
        "附册一　监测动态",
        "附册二　三保障和饮水安全",
    ]
    assert sum(isinstance(one, Missing) and one.is_chapter for one in report.items) == 1


def test_an_exhibit_that_fails_is_a_sentence_and_named_without_its_values(district):
    broken = hb.Chapter("broken", "坏的一章", (_said("在。"), _fails, _said("后面的还在。")))
    report = hb.report(district, (broken,))
    heading, lead, failed, rest = report.items
    assert isinstance(failed, Missing)
    assert failed.error == "test_contents._fails（ZeroDivisionError）"
    assert heading.text == "一、坏的一章"
    assert [lead.parts, rest.parts] == [("在。",), ("后面的还在。",)]
    page = BeautifulSoup(to_html(report), "html.parser").get_text()
    assert re.search("坏的一章.*暂缺.*生成时出错", page)
    assert "610902199001011234" not in page
    assert "ZeroDivision" not in page


def test_a_lead_that_fails_leaves_the_rest_of_its_chapter(district):
    report = hb.report(district, (hb.Chapter("broken", "坏的一章", (_fails, _said("后面的还在。"))),))
    assert [type(one).__name__ for one in report.items] == ["Heading", "Missing", "Paragraph"]


def test_a_town_has_its_own_headings(district):
    town = replace(district, figures=replace(district.figures, place="610902110"))
    assert BY_KEY["places"].title_for(district) == "各镇（街道）情况"
    assert BY_KEY["places"].title_for(town) == "各村（社区）情况"
