"""线索和预警: which clues came by which channel, whether they were decided in time, and what they led to.

Internal throughout: a clue is one household's row.
"""

import pandas as pd

from hanbin_lib.bulletin.exhibits import columns, internal, listing, needs
from hanbin_lib.bulletin.month_inputs import of_month
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import headline, note, sentence, words
from hanbin_lib.contract.labels import CLUE_CHANNELS
from hanbin_lib.display import AnnexTable, Cell, Column, Figure, Missing, Paragraph, Table, Text, written
from hanbin_lib.indicators import ALL
from hanbin_lib.indicators.clues import FOUND_BY, NO_CLUE, decision_clock, overdue, state
from hanbin_lib.policy import Clock

_TABLE = "clues"
_COUNTS = ("clues_found", "clues_open", "clues_overdue")
_SHARE, _CHANNEL, _FOUND_BY = "clue_in_time_share", "clue_channel_share", "clue_found_by_share"
_MOST_CLUES = 6
_NUMBERS = columns("新增", "未核定", "逾期", "按期核定率", "区间", widths=(None, None, None, 20, 28), left=0)


@internal
@needs(_TABLE, chapter="线索和预警")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: how many came, how many wait, how many wait too long."""
    figures = bulletin.figures
    text = "本月新增线索{found}，未核定{open}，其中逾期{late}；近一年按期核定率{share}（区间{interval}）。"
    if figures.has_no_base(_SHARE):
        text = "本月新增线索{found}，未核定{open}，其中逾期{late}；近一年没有期限已过的线索。"
    return headline(
        text,
        found=figures.figure("clues_found"),
        open=figures.figure("clues_open"),
        late=figures.figure("clues_overdue"),
        share=figures.figure(_SHARE),
        interval=figures.interval(_SHARE),
    )


@internal
@needs(_TABLE)
def channels(bulletin: Bulletin) -> Table:
    """By channel: what came, what waits, what was in time, and who entered by it."""
    labels = dict.fromkeys((*CLUE_CHANNELS, *bulletin.figures.groups("clues_found", "channel").index))
    rows = [(label, *_row(bulletin, f"channel={label}"), _entered(bulletin, label)) for label in labels]
    rows += [(NO_CLUE, *("—",) * len(_NUMBERS), _entered(bulletin, NO_CLUE))]
    rows += [("合计", *_row(bulletin, ALL), "—")]
    return Table(
        title="线索办理情况（按发现渠道）",
        unit_line="条；按期核定率为近一年发现、期限已过的线索，区间95%；新识别户为近十二个月识别的户",
        columns=(Column("渠道", width_mm=34), *_NUMBERS, Column("新识别户占比", "right", width_mm=22)),
        rows=tuple(rows),
        totals=1,
    )


@internal
@needs(_TABLE)
def towns(bulletin: Bulletin) -> Table | None:
    """By town (the county's only)."""
    if not bulletin.is_county:
        return None
    places = (*bulletin.towns, bulletin.place)
    return Table(
        title="线索办理情况（按镇、街道）",
        unit_line="条；按期核定率为近一年发现、期限已过的线索，不足10条的写成几分之几，区间95%",
        columns=(Column("镇（街道）", width_mm=34), *_NUMBERS),
        rows=tuple((bulletin.row_name(code), *_row(bulletin, ALL, code)) for code in places),
        totals=1,
    )


@internal
@needs(_TABLE)
def departments(bulletin: Bulletin) -> Table | Missing | None:
    """Warnings by department (the county's only)."""
    if not bulletin.is_county:
        return None
    names = sorted(
        {label for name in (*_COUNTS, _SHARE) for label in bulletin.figures.groups(name, "department").index}
    )
    if not names:
        has_come = bulletin.sources.received("clues.department")
        return Missing("部门预警", "没有填写预警部门" if has_come else "没有收到预警部门一栏")
    return Table(
        title="线索办理情况（按预警部门）",
        unit_line="条；按期核定率为近一年发现、期限已过的线索，区间95%",
        columns=(Column("部门", width_mm=44), *_NUMBERS),
        rows=tuple((name, *_row(bulletin, f"department={name}")) for name in names),
    )


@internal
@needs(_TABLE)
def longest_overdue(bulletin: Bulletin) -> Table | Missing:
    """The clues that wait longest beyond their days."""
    late = _late(bulletin)
    if bulletin.figures.value("clues_overdue") is None:
        return Missing("逾期未核定的线索", bulletin.figures.reason("clues_overdue", "核定天数未录入"))
    if late.empty:
        return Missing("逾期未核定的线索", "没有" if decision_clock(bulletin.scope) else "核定天数未录入")
    rows = tuple(
        (
            words(one["clue_code"], f"clues|{one['clue_code']}"),
            one["town"],
            one["channel"],
            one["department"],
            words(one["found"], f"clues|{one['clue_code']}"),
            Figure(one["days_over"], _unit(bulletin), f"clues|{one['clue_code']}"),
        )
        for one in _lines(late.head(_MOST_CLUES), bulletin).to_dict("records")
    )
    return Table(
        title="逾期最久的线索",
        unit_line=f"共逾期{len(late)}条，全部见附表",
        columns=columns(
            "编号", "镇（街道）", "渠道", "预警部门", "发现时间", "逾期", widths=(26, 26, 30, 38, 22), left=5
        ),
        rows=rows,
        rule_every=1,
    )


@internal
@needs(_TABLE)
def all_overdue(bulletin: Bulletin) -> AnnexTable | None:
    """Every clue beyond its days, for the annex."""
    if bulletin.figures.value("clues_overdue") is None:  # `longest_overdue` says why
        return None
    unit, late = _unit(bulletin), _lines(_late(bulletin), bulletin)
    heads = {
        "clue_code": "线索编号", "town": "镇（街道）", "channel": "渠道", "department": "预警部门",
        "found": "发现时间", "visited": "核查时间", "days": "逾期",
    }  # fmt: skip
    return listing(
        "逾期未核定线索",
        f"截至{bulletin.month.label}末没有核定、已超过规定天数的线索",
        late.assign(days=late["days_over"].map(lambda days: written(days, unit))),
        heads,
    )


@internal
@needs(_TABLE)
def reading_note(bulletin: Bulletin) -> Paragraph:
    """The clocks with their documents; what warnings find beside rounds, and why no estimate follows."""
    figures, policy = bulletin.figures, bulletin.scope.policy
    clocks = policy.clocks if policy else None
    noticed = sentence("公示满期率{share}。", share=figures.figure("clue_notice_share"))
    if figures.has_no_base("clue_notice_share"):
        noticed = sentence("近一年没有核定纳入、填有公示时间的线索，公示满期率算不出。")
    return note(
        "口径",
        _clock("从发现到核定", "不超过", clocks.clue_decision if clocks else None, "clue_decision"),
        _clock("核定纳入前公示", "不少于", clocks.clue_notice if clocks else None, "clue_notice"),
        noticed,
        _overlap(bulletin),
    )


def _overlap(bulletin: Bulletin) -> tuple[Text, ...]:
    """Who was found by warnings, by rounds, by both; nothing where nobody was identified."""
    figures, groups = bulletin.figures, [f"found_by={label}" for label in FOUND_BY]
    if any(figures.has_no_base(_FOUND_BY, group=group) for group in groups):
        return sentence("近十二个月没有识别的户。")
    warned, seen, both, neither = (figures.figure(_FOUND_BY, group=group) for group in groups)
    return sentence(
        "近十二个月识别的户，识别前只有部门预警的占{warned}，只有日常排查的占{seen}，"
        "两者都有的占{both}，两者都没有的占{neither}。两张名单不是各查各的：一方发现了，另一方就不再登记，"
        "所以不能由重合多少推算漏了多少。",
        warned=warned,
        seen=seen,
        both=both,
        neither=neither,
    )


def _clock(what: str, limit: str, clock: Clock | None, name: str) -> tuple[Text, ...]:
    if clock is None:
        return (f"{what}的天数未录入；",)
    days = Figure(clock.days, "天" if clock.unit == "日" else "个工作日", f"policy|{name}")
    return (f"{what}{limit}", days, f"（{clock.document}）；")


def _row(bulletin: Bulletin, group: str, place: str = "") -> tuple[Cell, ...]:
    figures = bulletin.figures
    counts = (figures.count_in(name, place=place, group=group) for name in _COUNTS)
    share = figures.within(_SHARE, place=place, group=group)
    return (*counts, share, figures.interval(_SHARE, place=place, group=group))


def _entered(bulletin: Bulletin, label: str) -> Cell:
    return bulletin.figures.figure(_CHANNEL, group=f"channel={label}")


@of_month
def _overdue(bulletin: Bulletin) -> pd.DataFrame:
    return overdue(state(bulletin.received(_TABLE), bulletin.scope), bulletin.scope)


def _late(bulletin: Bulletin) -> pd.DataFrame:
    """Clues beyond their days, of the place."""
    return bulletin.own(_overdue(bulletin))


def _lines(late: pd.DataFrame, bulletin: Bulletin) -> pd.DataFrame:
    """The clues with town, department and days as they are printed."""
    return late.assign(
        town=late["town_code"].astype("str").map(bulletin.names).fillna("—"),
        department=late["department"].fillna("—"),
        found=late["found_date"].dt.strftime("%Y-%m-%d"),
        visited=late["visited_date"].dt.strftime("%Y-%m-%d").fillna(""),
    )


def _unit(bulletin: Bulletin) -> str:
    clock = decision_clock(bulletin.scope)
    return "天" if clock is None or clock.unit == "日" else "个工作日"
