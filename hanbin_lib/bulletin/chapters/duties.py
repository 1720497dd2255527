"""九、周督帮和责任落实: weekly rounds, the work items, and who reports what he is to do."""

from hanbin_lib.bulletin.exhibits import absent, columns, needs, strip, unlisted
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import headline, note, paragraph, sentence, words
from hanbin_lib.display import Cell, Figure, Missing, Paragraph, Strip, Table, Text

_ROUNDS, _TASKS = "weekly_rounds", "department_tasks"
_MOST_TOWNS = 8


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """One sentence: visits, what was settled on the spot, who was not visited; else the tasks."""
    if bulletin.snapshot.has(_ROUNDS):
        return _rounds_lead(bulletin)
    if bulletin.is_county and bulletin.snapshot.has(_TASKS):
        return _tasks_lead(bulletin)
    return absent(bulletin, "周督帮和责任落实", _ROUNDS)


def _rounds_lead(bulletin: Bulletin) -> Paragraph:
    figures, seen = bulletin.figures, _seen(bulletin)
    if not bulletin.is_county:
        weeks = figures.figure("weeks_since_visit")
        # Without a visit this month the last one is that of some earlier ledger, of those that came in.
        last = "有记录的" if figures.value("round_visits") == 0 else ""
        since = sentence("；距上次{last}到访{weeks}。", last=last, weeks=weeks)
        if figures.has_no_base("weeks_since_visit"):
            since = sentence("；以前的到访{none}。", none=words("没有记录", weeks.source))
        is_this_week = figures.value("weeks_since_visit") == 0
        return paragraph(seen, ("；最近一周有到访。",) if is_this_week else since, style="lead")
    number = figures.value("towns_unvisited")
    text = "；{towns}镇（街道）超过{weeks}没有到访。" if number else "；没有镇（街道）超过{weeks}没有到访。"
    if number is None:
        text = "；超过{weeks}没有到访的镇（街道）数{towns}。"
    unvisited = sentence(text, towns=figures.figure("towns_unvisited"), weeks=_weeks(bulletin))
    return paragraph(seen, unvisited, style="lead")


def _seen(bulletin: Bulletin) -> tuple[Text, ...]:
    """Visits, villages and what was found there; without a visit nothing was."""
    figures, visits = bulletin.figures, bulletin.figures.figure("round_visits")
    if figures.value("round_visits") == 0:
        return sentence("本月{none}", none=words("没有到访", visits.source))
    return sentence(
        "本月到访{visits}、{villages}村，发现问题{found}，现场解决{settled}",
        visits=visits,
        villages=figures.figure("round_villages"),
        found=figures.figure("round_problems_found"),
        settled=figures.figure("round_problems_settled"),
    )


def _tasks_lead(bulletin: Bulletin) -> Paragraph:
    figures = bulletin.figures
    return headline(
        "部门任务{tasks}，完成{done}，逾期{late}；本月没有收到周下沉督帮记录。",
        tasks=figures.figure("tasks"),
        done=figures.figure("tasks_done"),
        late=figures.figure("tasks_late"),
    )


@needs(_ROUNDS)
def rounds(bulletin: Bulletin) -> Strip:
    """What the rounds found, settled and passed on."""
    return strip(
        bulletin.figures,
        ("", "到访", "round_visits"),
        ("→", "发现问题", "round_problems_found"),
        ("→", "现场解决", "round_problems_settled"),
        ("", "转办", "round_problems_passed_on"),
    )


@needs(_ROUNDS)
def unvisited(bulletin: Bulletin) -> Table | Missing | None:
    """Towns that no group has visited for too long (for a town: nothing)."""
    if not bulletin.is_county:
        return None
    figures = bulletin.figures
    codes = [code for code in bulletin.towns if figures.value("towns_unvisited", place=code)]
    if not codes:
        return Missing("多周未到访的镇（街道）", figures.reason("towns_unvisited", "没有"))
    weeks = {code: figures.value("weeks_since_visit", place=code) for code in codes}
    codes.sort(key=lambda code: (-(weeks[code] or 1e9), code))
    names = ("weeks_since_visit", "round_visits", "round_villages")
    return Table(
        title=f"超过{_weeks(bulletin).text}没有周督帮到访的镇（街道）",
        unit_line=f"周、次、个{unlisted(len(codes), _MOST_TOWNS)}",
        columns=columns("镇（街道）", "距上次有记录的到访", "本月到访", "到访村", widths=(40,)),
        rows=tuple(
            (bulletin.name(code), *(figures.plain(name, place=code) for name in names))
            for code in codes[:_MOST_TOWNS]
        ),
    )


@needs(_TASKS)
def work_items(bulletin: Bulletin) -> Table | Missing | None:
    """The work items under their headings: tasks, done, late, behind (the county's only)."""
    if not bulletin.is_county:
        return None
    policy, own = bulletin.scope.policy, _bureau_items(bulletin)
    if not own:
        return Missing("具体事项", "责任清单和部门任务里没有事项")
    items = policy.work_items if policy else None
    filed = {item: items.heading_of(item) for item in own} if items else dict.fromkeys(own, "")
    red = {n for n, item in enumerate(own) if bulletin.figures.value("tasks_late", group=f"work_item={item}")}
    sorting = f"；按“{items.heading}”归类（归类待本局确认）" if items else ""
    return Table(
        title=items.title if items and set(own) == set(items.items) else "具体事项",
        unit_line=f"项，截至{bulletin.month.label}末{sorting}",
        columns=columns(
            items.heading if items else "归类",
            "事项",
            "任务",
            "完成",
            "逾期",
            "滞后",
            "平均完成率",
            widths=(34, 46, None, None, None, None, 20),
            left=2,
        ),
        rows=tuple(_item_row(bulletin, item, filed[item]) for item in own),
        emphasis=frozenset(red),
    )


@needs(_TASKS)
def duty_note(bulletin: Bulletin) -> Paragraph | None:
    """What the register of duties says against what is reported; the year's findings."""
    if not bulletin.is_county:
        return None
    figures = bulletin.figures
    return note(
        "责任对照",
        _silent(bulletin),
        sentence("上报了而不在责任清单的任务{unlisted}；", unlisted=figures.figure("tasks_without_duty")),
        sentence(
            "今年以来发现问题{year}，每个问题编号只计一次，作为年终考核依据{listed}。",
            year=figures.figure("problems_of_the_year"),
            listed="" if bulletin.is_public else "，逐条见附表",
        ),
    )


def _silent(bulletin: Bulletin) -> tuple[Text, ...]:
    """Leading duties of which no task is reported; that each has one is no double denial."""
    silent = bulletin.figures.figure("duties_without_task")
    if bulletin.figures.value("duties_without_task") == 0:
        return sentence("责任清单里的牵头事项{all}上报了任务，", all=words("都", silent.source))
    return sentence("责任清单里有而没有上报任务的牵头事项{silent}，", silent=silent)


def _bureau_items(bulletin: Bulletin) -> list[str]:
    """Work items that the bureau has: those of its duties and those it reported, as it writes them.

    Without a list of duties those of the policy pack are its own, where it reported no other: of an item
    that a bureau does not have nobody may say that it was not reported.
    """
    reported = list(bulletin.figures.groups("tasks", "work_item").index)
    duties = bulletin.sources.table("duties")
    policy = bulletin.scope.policy
    filed = policy.work_items.items if policy and policy.work_items else ()
    if duties is not None:
        known = list(duties["work_item"].dropna().astype(str).unique())
    else:
        known = list(filed) if set(reported) <= set(filed) else []
    position = {item: number for number, item in enumerate(filed)}
    return sorted(dict.fromkeys([*known, *reported]), key=lambda item: position.get(item, len(position)))


def _item_row(bulletin: Bulletin, item: str, heading: str) -> tuple[Cell, ...]:
    figures, group = bulletin.figures, f"work_item={item}"
    names = ("tasks", "tasks_done", "tasks_late", "tasks_behind", "task_completion_share")
    if figures.value("tasks", group=group) is None:
        nothing = figures.figure("tasks", group=group)
        return (heading, item, words("没有上报", nothing.source), *("—" for _ in names[1:]))
    return (heading, item, *(figures.plain(name, group=group) for name in names))


def _weeks(bulletin: Bulletin) -> Figure:
    return Figure(bulletin.settings.rules.unvisited_weeks, "周", "rules|unvisited_weeks")
