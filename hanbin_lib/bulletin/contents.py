"""The contents of a bulletin: which chapters in which order, their headings, and the exhibits of each.

A new chapter is a module of `chapters` and an entry here: numerals, references between chapters and
anchors follow. An exhibit says itself what it needs (`absence.needs`) and whether it is internal
(`absence.internal`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from hanbin_lib.bulletin.chapters import (
    appendix,
    dispatch,
    duties,
    front_page,
    goals,
    inspections,
    livelihood,
    monitoring,
    phone,
    places,
    plans,
    power,
    projects,
    rectification,
    risk_flow,
    safeguards,
    shocks,
    simulation,
)
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.display import Display, Heading, Missing, Report
from hanbin_lib.errors import HanbinError

Exhibit = Callable[[Bulletin], Display | None]
_TENS, _ONES = ("", "十", "二十", "三十"), ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_NOT_MADE = "这一项生成时出错，没有刊出，原因见运行报告"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter.

    Parameters
    ----------
    key
        Names it for references, and as an anchor of the page.
    title
        Heading, without numeral; page one has none.
    exhibits
        In order; the first says whether the chapter is there at all.
    town_title
        Heading in a town's bulletin, where it is another one.
    is_numbered
        Whether a numeral stands before the heading.
    """

    key: str
    title: str
    exhibits: tuple[Exhibit, ...]
    town_title: str = ""
    is_numbered: bool = True

    def title_for(self, bulletin: Bulletin) -> str:
        """Heading without numeral."""
        return self.title if bulletin.is_county or not self.town_title else self.town_title


def _of_the_plan(exhibit: Callable[[Any], Display | None]) -> Exhibit:
    """An exhibit of the place's first plan."""

    @wraps(exhibit)
    def shown(bulletin: Bulletin) -> Display | None:
        return exhibit(plans.study(bulletin))

    return shown


CONTENTS = (
    Chapter(
        "front_page", "",
        (front_page.masthead, front_page.summary, front_page.key_figures, front_page.decisions),
        is_numbered=False,
    ),
    Chapter(
        "monitoring", "监测动态",
        (monitoring.lead, monitoring.status_flow, monitoring.movement, monitoring.definition_note),
    ),
    Chapter(
        "places", "各镇（街道）情况", (places.lead, places.place_table, places.reading_note),
        town_title="各村（社区）情况",
    ),
    Chapter(
        "safeguards", "三保障和饮水安全",
        (
            safeguards.lead, safeguards.comparison, safeguards.places_to_check, safeguards.reading_note,
            safeguards.clues,
        ),
    ),
    Chapter(
        "phone", "电话抽查",
        (phone.lead, phone.calls, phone.answers, phone.silence, phone.place_table, phone.reading_note),
    ),
    Chapter(
        "inspections", "专项督查",
        (
            inspections.lead, inspections.drawn, inspections.estimates, inspections.towns_and_kinds,
            inspections.tiers, inspections.reading_note,
        ),
    ),
    Chapter(
        "rectification", "问题整改",
        (
            rectification.lead, rectification.balance, rectification.ages_and_speed,
            rectification.source_table, rectification.sources_related, rectification.longest_overdue,
            rectification.repetition_note, rectification.all_overdue, rectification.year_list,
        ),
    ),
    Chapter(
        "livelihood", "就业和收入",
        (
            livelihood.lead, livelihood.work, livelihood.labour_and_composition, livelihood.income_bands,
            livelihood.screens, livelihood.line_note,
        ),
    ),
    Chapter(
        "projects", "项目资产和集体经济",
        (
            projects.lead, projects.money, projects.by_kind, projects.by_town, projects.collective,
            projects.reading_note, projects.lagging,
        ),
    ),
    Chapter(
        "duties", "周督帮和责任落实",
        (duties.lead, duties.rounds, duties.unvisited, duties.work_items, duties.duty_note),
    ),
    Chapter(
        "dispatch", "月调度位次",
        (
            dispatch.lead, dispatch.town_table, dispatch.movement, dispatch.department_table,
            dispatch.all_departments, dispatch.rule_note,
        ),
    ),
    Chapter(
        "goals", "增收目标",
        (
            goals.lead, goals.fan, goals.goal_table, goals.comparisons, goals.past_forecasts,
            goals.reading_note,
        ),
    ),
    Chapter(
        "simulation", "模拟推演",
        (
            simulation.lead,
            risk_flow.verdict, risk_flow.fan, risk_flow.town_list, risk_flow.reading_note,
            shocks.verdict, shocks.scenario_chart, shocks.scenario_table, shocks.town_table,
            shocks.assumption_list, shocks.reading_note,
            power.verdict, power.curves, power.design_table, power.reading_note,
            _of_the_plan(plans.verdict), _of_the_plan(plans.mix_table), _of_the_plan(plans.tornado_chart),
            _of_the_plan(plans.assumption_table), _of_the_plan(plans.assumption_list),
            _of_the_plan(plans.plan_note),
        ),
    ),
    Chapter(
        "appendix", "附：口径与数据说明",
        (
            appendix.definitions_table, appendix.all_definitions, appendix.quality_and_sources,
            appendix.calibre_note, appendix.imprint,
        ),
        is_numbered=False,
    ),
)  # fmt: skip


def report(bulletin: Bulletin, contents: tuple[Chapter, ...] = CONTENTS) -> Report:
    """The whole bulletin: page one and the chapters, as the notebook shows it in one cell.

    An exhibit that fails says so in a sentence and is named in the run's report (`Missing.error`); it
    never stops a month. A chapter that is absent is one sentence without a heading.
    """
    bulletin.numerals.clear()
    bulletin.numerals.update(numerals(bulletin, contents))
    return Report(tuple(one for chapter in contents for one in _shown(chapter, bulletin)))


def numerals(bulletin: Bulletin, contents: tuple[Chapter, ...] = CONTENTS) -> dict[str, str]:
    """Numeral of each chapter that the bulletin has, by its key: chapters left out leave no gap."""
    there = (one.key for one in contents if one.is_numbered and not _is_absent(_lead(one, bulletin)))
    return {key: numeral(number) for number, key in enumerate(there, 1)}


def numeral(number: int) -> str:
    """一, 十, 十二, 二十: numbers of chapters from 1 to 39."""
    tens, ones = divmod(number, 10)
    return _TENS[tens] + _ONES[ones]


def _shown(chapter: Chapter, bulletin: Bulletin) -> Iterator[Display]:
    lead = _lead(chapter, bulletin)
    if chapter.title and not _is_absent(lead):
        number = f"{bulletin.numerals[chapter.key]}、" if chapter.is_numbered else ""
        yield Heading(f"{number}{chapter.title_for(bulletin)}", chapter.key)
    if lead is not None:
        yield lead
    for exhibit in chapter.exhibits[1:]:
        found = _guarded(exhibit, chapter, bulletin)
        if found is not None:
            yield found


def _lead(chapter: Chapter, bulletin: Bulletin) -> Display | None:
    return _guarded(chapter.exhibits[0], chapter, bulletin)


def _is_absent(lead: Display | None) -> bool:
    return isinstance(lead, Missing) and lead.is_chapter


def _guarded(exhibit: Exhibit, chapter: Chapter, bulletin: Bulletin) -> Display | None:
    try:
        return exhibit(bulletin)
    except Exception as error:  # noqa: BLE001 - whatever it is, the month goes on
        # Only the kind of the fault: its message may hold a value.
        kind = error.code if isinstance(error, HanbinError) else type(error).__name__
        name = f"{exhibit.__module__.rpartition('.')[2]}.{exhibit.__name__}"
        return Missing(chapter.title_for(bulletin) or "首页", _NOT_MADE, error=f"{name}（{kind}）")
