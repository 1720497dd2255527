"""The contents of a bulletin: which chapters in which order, their headings, and the exhibits of each.

A document has two volumes: the bulletin, which its readers have minutes for, and the annex (附册), where
everything else stands under the same headings. A new chapter is a module of `chapters` and an entry here:
numerals, references between chapters and volumes, and anchors follow. An exhibit says itself what it needs
(`exhibits.needs`, `exhibits.of_study`) and whether it is internal (`exhibits.internal`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from hanbin_lib.bulletin.chapters import (
    appendix,
    clues,
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
    roster,
    safeguards,
    shocks,
    village_tasks,
)
from hanbin_lib.bulletin.opening import ANNEX, Bulletin, annexed_key
from hanbin_lib.display import Display, Heading, Missing, Report, Volume
from hanbin_lib.display.numbers import numeral
from hanbin_lib.errors import HanbinError

Exhibit = Callable[[Bulletin], Display | None]
_NOT_MADE = "暂缺：这一项生成时出错，没有刊出，原因见运行报告"


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
        Of the county's bulletin, in order; the first says whether the chapter is there at all.
    annex
        Exhibits that stand in the annex only.
    in_town
        Those of `exhibits` that a town's bulletin keeps, where not all; the others go to its annex.
    town_title
        Heading in a town's bulletin, where it is another one.
    is_numbered
        Whether a numeral stands before the heading.
    is_special
        Whether all but the bulletin's own part is a special (专报): it stands in the annex at the end of a
        quarter, or when asked for.
    """

    key: str
    title: str
    exhibits: tuple[Exhibit, ...]
    annex: tuple[Exhibit, ...] = ()
    in_town: tuple[Exhibit, ...] | None = None
    town_title: str = ""
    is_numbered: bool = True
    is_special: bool = False

    def title_for(self, bulletin: Bulletin) -> str:
        """Heading without numeral."""
        return self.title if bulletin.is_county or not self.town_title else self.town_title

    def volumes(self, bulletin: Bulletin) -> tuple[tuple[Exhibit, ...], tuple[Exhibit, ...]]:
        """The exhibits of the bulletin and those of the annex."""
        is_whole = bulletin.is_county or self.in_town is None
        front = self.exhibits if is_whole else self.in_town or ()
        if self.is_special and not _has_special(bulletin):
            return front, ()
        return front, (*(one for one in self.exhibits if one not in front), *self.annex)


def _has_special(bulletin: Bulletin) -> bool:
    """Whether the month has the special on simulations (专报): by the calendar, or asked for."""
    return bulletin.month.number in bulletin.settings.rules.special_months or bulletin.issue.special


def _of_the_plan(exhibit: Callable[[Any], Display | None]) -> Exhibit:
    """An exhibit of the place's first plan."""

    @wraps(exhibit)
    def shown(bulletin: Bulletin) -> Display | None:
        return exhibit(plans.study(bulletin))

    return shown


CONTENTS = (
    Chapter(
        "front_page", "",
        (front_page.masthead, front_page.summary, front_page.key_figures, front_page.decisions,
         front_page.further, front_page.slow, front_page.returned),
        is_numbered=False,
    ),
    Chapter(
        "monitoring", "监测动态",
        (monitoring.lead, monitoring.status_flow, monitoring.movement),
        annex=(monitoring.definition_note, monitoring.slow_table, monitoring.follow_up_note),
        in_town=(monitoring.lead, monitoring.movement),
    ),
    Chapter(
        "clues", "线索和预警", (),
        annex=(
            clues.lead, clues.channels, clues.departments, clues.longest_overdue, clues.reading_note,
            clues.towns, clues.all_overdue,
        ),
    ),
    Chapter(
        "roster", "与低收入人口名册比对", (),
        annex=(roster.lead, roster.towns, roster.classes, roster.reading_note),
    ),
    Chapter(
        "places", "各镇（街道）情况", (places.lead, places.place_table, places.reading_note),
        in_town=(), town_title="各村（社区）情况",
    ),
    Chapter(
        "safeguards", "三保障和饮水安全",
        (safeguards.lead, safeguards.comparison, safeguards.reading_note),
        annex=(safeguards.places_to_check, safeguards.clues),
        in_town=(safeguards.lead,),
    ),
    Chapter(
        "phone", "电话抽查",
        (phone.lead, phone.calls, phone.answers, phone.reading_note),
        annex=(phone.silence, phone.place_table),
        in_town=(phone.lead,),
    ),
    Chapter(
        "inspections", "专项督查",
        (inspections.lead, inspections.towns_and_kinds),
        annex=(inspections.drawn, inspections.estimates, inspections.tiers, inspections.reading_note),
        in_town=(),
    ),
    Chapter(
        "rectification", "问题整改",
        (rectification.lead, rectification.balance, rectification.longest_overdue),
        annex=(
            rectification.ages_and_speed, rectification.source_table, rectification.sources_related,
            rectification.repetition_note, rectification.all_overdue, rectification.year_list,
        ),
    ),
    Chapter(
        "duties", "周督帮和责任落实",
        (duties.lead,),
        annex=(duties.rounds, duties.unvisited, duties.work_items, duties.duty_note),
    ),
    Chapter(
        "livelihood", "就业和收入",
        (livelihood.lead, livelihood.work),
        annex=(
            livelihood.labour_and_composition, livelihood.income_bands, livelihood.screens,
            livelihood.line_note,
        ),
        in_town=(livelihood.lead,),
    ),
    Chapter(
        "goals", "增收目标",
        (goals.lead, goals.fan),
        annex=(goals.goal_table, goals.comparisons, goals.past_forecasts, goals.reading_note),
        in_town=(goals.lead,),
    ),
    Chapter(
        "dispatch", "月调度位次",
        (dispatch.lead, dispatch.town_table, dispatch.movement),
        annex=(dispatch.department_table, dispatch.all_departments, dispatch.rule_note),
    ),
    Chapter(
        "projects", "项目资产和集体经济",
        (projects.lead, projects.money),
        annex=(
            projects.by_kind, projects.by_source, projects.by_town, projects.collective,
            projects.reading_note, projects.lagging,
        ),
        in_town=(projects.lead,),
    ),
    Chapter(
        "village_tasks", "各村（社区）要办的事", (village_tasks.lead, village_tasks.task_table),
        annex=(village_tasks.all_villages,),
    ),
    Chapter(
        "simulation", "模拟推演",
        (risk_flow.lead, risk_flow.verdict, risk_flow.fan),
        annex=(
            risk_flow.town_list, risk_flow.reading_note,
            power.verdict, power.curves, power.design_table, power.reading_note,
            shocks.verdict, shocks.scenario_table, shocks.town_table, shocks.scenario_chart,
            shocks.assumption_list, shocks.reading_note,
            _of_the_plan(plans.verdict), _of_the_plan(plans.mix_table), _of_the_plan(plans.tornado_chart),
            _of_the_plan(plans.assumption_table), _of_the_plan(plans.assumption_list),
            _of_the_plan(plans.plan_note),
        ),
        in_town=(), is_special=True,
    ),
    Chapter(
        "appendix", "口径与数据说明", (),
        annex=(appendix.definitions_table, appendix.all_definitions, appendix.quality_and_sources),
    ),
    Chapter("imprint", "", (appendix.calibre_note, appendix.imprint), is_numbered=False),
)  # fmt: skip


def report(bulletin: Bulletin, contents: tuple[Chapter, ...] = CONTENTS) -> Report:
    """The whole document: page one, the chapters, the annex, as the notebook shows it in one cell.

    An exhibit that fails says so in a sentence and is named in the run's report (`Missing.error`); it
    never stops a month. A chapter that is absent is one sentence without a heading.
    """
    annexed = {one.key: _annexed(one, bulletin) for one in contents}
    bulletin.numerals.clear()
    bulletin.numerals.update(numerals(bulletin, contents, frozenset(filter(annexed.get, annexed))))
    front = [one for chapter in contents for one in _shown(chapter, bulletin)]
    return Report((*front, *_annex(bulletin, contents, annexed)))


def numerals(
    bulletin: Bulletin, contents: tuple[Chapter, ...] = CONTENTS, annexed: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Numeral of each chapter that a volume has: chapters left out leave no gap.

    Parameters
    ----------
    annexed
        Keys of the chapters that have something in the annex.

    Returns
    -------
    dict
        By key; that of a chapter of the annex by `annexed_key`.
    """
    numbered = [one for one in contents if one.is_numbered]
    there = [one.key for one in numbered if one.volumes(bulletin)[0] and not _is_absent(one, bulletin)]
    own = {key: numeral(number) for number, key in enumerate(there, 1)}
    others = [one.key for one in numbered if one.key in annexed]
    return own | {annexed_key(key): f"{ANNEX}{numeral(number)}" for number, key in enumerate(others, 1)}


def _shown(chapter: Chapter, bulletin: Bulletin) -> Iterator[Display]:
    """The chapter's part of the bulletin."""
    exhibits, _ = chapter.volumes(bulletin)
    found = _made(exhibits, chapter, bulletin)
    if found and chapter.title and not _is_absence(found[0]):
        number, at = f"{bulletin.numerals[chapter.key]}、" if chapter.is_numbered else "", chapter.key
        see = bulletin.numerals.get(annexed_key(at), "")
        goes_on = _see("明细见", see, annexed_key(at), _file(bulletin, f"_{ANNEX}"))
        yield Heading(f"{number}{chapter.title_for(bulletin)}", at, *goes_on)
    yield from found


def _annexed(chapter: Chapter, bulletin: Bulletin) -> list[Display]:
    """The chapter's part of the annex, without its heading."""
    _, exhibits = chapter.volumes(bulletin)
    return [] if not exhibits or _is_absent(chapter, bulletin) else _made(exhibits, chapter, bulletin)


def _annex(
    bulletin: Bulletin, contents: tuple[Chapter, ...], annexed: dict[str, list[Display]]
) -> Iterator[Display]:
    """The annex: what it has, then a heading a chapter with what belongs to it."""
    there = [one for one in contents if annexed[one.key]]
    texts = {
        one.key: f"{bulletin.numerals[annexed_key(one.key)]}　{one.title_for(bulletin)}" for one in there
    }
    if there:
        yield Volume(ANNEX, tuple((texts[one.key], annexed_key(one.key)) for one in there))
    for one in there:
        see = bulletin.numerals.get(one.key, "")
        back = _see("见月报", see, one.key, _file(bulletin, ""))
        yield Heading(texts[one.key], annexed_key(one.key), *back)
        yield from annexed[one.key]


def _see(words: str, number: str, anchor: str, file: str) -> tuple[str, ...]:
    return (f"{words}{number}", anchor, file) if number else ()


def _file(bulletin: Bulletin, tag: str) -> str:
    """Name of the PDF of a volume of the same document (`rendering.FORMATS`)."""
    return f"{bulletin.place}_{bulletin.place_name}{tag}.pdf"


def _made(exhibits: tuple[Exhibit, ...], chapter: Chapter, bulletin: Bulletin) -> list[Display]:
    found = (_guarded(exhibit, chapter, bulletin) for exhibit in exhibits)
    return [one for one in found if one is not None]


def _is_absent(chapter: Chapter, bulletin: Bulletin) -> bool:
    """Whether the chapter's first exhibit, in whatever volume, is not there, or says so of the chapter."""
    first = _guarded((*chapter.exhibits, *chapter.annex)[0], chapter, bulletin)
    return first is None or _is_absence(first)


def _is_absence(shown: Display | None) -> bool:
    return isinstance(shown, Missing) and shown.is_chapter


def _guarded(exhibit: Exhibit, chapter: Chapter, bulletin: Bulletin) -> Display | None:
    try:
        return exhibit(bulletin)
    except Exception as error:  # noqa: BLE001 - whatever it is, the month goes on
        # Only the kind of the fault: its message may hold a value.
        kind = error.code if isinstance(error, HanbinError) else type(error).__name__
        name = f"{exhibit.__module__.rpartition('.')[2]}.{exhibit.__name__}"
        return Missing(chapter.title_for(bulletin) or "首页", _NOT_MADE, error=f"{name}（{kind}）")
