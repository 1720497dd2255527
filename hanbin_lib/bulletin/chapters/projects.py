"""八、项目资产和集体经济: plan, paid, progress, what lags, and what villages earn together."""

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import (
    absent,
    as_ranked,
    columns,
    most_first,
    needs,
    sourced,
    strip,
    unlisted,
)
from hanbin_lib.bulletin.month_inputs import of_month
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import headline, note, paragraph, sentence, words
from hanbin_lib.contract.labels import FUND_SOURCES
from hanbin_lib.display import (
    AS_GIVEN,
    IN_WAN,
    AnnexTable,
    Cell,
    Chart,
    Column,
    Columns,
    Figure,
    Missing,
    Paragraph,
    Shown,
    Strip,
    Table,
    Text,
    whole,
)
from hanbin_lib.indicators import ALL, NOTE_TEXT, NoteCode, Unit
from hanbin_lib.indicators.funds import band_labels, project_state

_TABLE = "projects"
_MOST_TOWNS = 3
_LISTED = "滞后和闲置项目清单"
_LAGGING = ("projects_late", "projects_underpaid")
# Mark of a project, what it is called, and the figure without which nobody can say it.
_MARKS = (
    ("is_late", "进度滞后", "projects_late"),
    ("is_underpaid", "支出滞后", "projects_underpaid"),
    ("is_idle", "闲置", "project_idle_planned"),
)
_COUNTS = ("projects", "project_planned", "project_paid", "project_paid_share", "projects_finished",
           "projects_late", "projects_underpaid")  # fmt: skip


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """One sentence: how much is paid, and what lags; else what villages earn together."""
    figures = bulletin.figures
    if not bulletin.snapshot.has(_TABLE):
        if not bulletin.snapshot.has("villages"):
            return absent(bulletin, "项目资产和集体经济", _TABLE, "villages")
        return headline(
            bulletin.scope.spoken("村级集体经济收入{total}；本月没有收到衔接资金项目。"),
            total=figures.figure("collective_income"),
        )
    if figures.value("projects") == 0:
        none = words(bulletin.scope.spoken("没有衔接资金项目"), figures.figure("projects").source)
        return headline("{none}。", none=none)
    return paragraph(
        sentence(
            "{count}项目计划{planned}，已支出{share}；进度滞后{late}，",
            count=figures.figure("projects"),
            planned=figures.figure("project_planned", style=IN_WAN),
            share=figures.figure("project_paid_share"),
            late=figures.figure("projects_late"),
        ),
        _idle(bulletin),
        style="lead",
    )


@needs(_TABLE)
def money(bulletin: Bulletin) -> Strip:
    """From what is planned to what is paid and what stands idle."""
    return strip(
        bulletin.figures,
        ("", "计划资金", "project_planned"),
        ("→", "已支出", "project_paid"),
        ("", "完工项目", "projects_finished"),
        ("", "未开工项目", "projects_not_started"),
        ("", "带动户（重复计）", "project_households"),
        in_wan=("project_planned", "project_paid"),
    )


@needs(_TABLE)
def by_kind(bulletin: Bulletin) -> Table:
    """Projects by kind."""
    return _split(bulletin, "project_kind", "按项目类别", "类别", ())


@needs(_TABLE)
def by_source(bulletin: Bulletin) -> Table:
    """Projects by source of the money, from the centre down."""
    return _split(bulletin, "fund_source", "按资金来源", "来源", FUND_SOURCES)


def _split(bulletin: Bulletin, dimension: str, title: str, heading: str, order: tuple[str, ...]) -> Table:
    counts = bulletin.figures.groups("projects", dimension)
    labels = as_ranked([str(label) for label in counts[counts > 0].index], order)
    rows = [_row(bulletin, label, f"{dimension}={label}") for label in labels]
    return Table(
        title=title,
        unit_line="个、万元；滞后的判断见口径",
        columns=_columns(heading),
        rows=(*rows, _row(bulletin, "合计", ALL)),
        totals=1,
    )


@needs(_TABLE)
def by_town(bulletin: Bulletin) -> Table | Missing | None:
    """The towns with most lagging projects."""
    if not bulletin.is_county:
        return None
    some = most_first({code: _lagging(bulletin, code) for code in bulletin.towns})
    if not some:
        known = [bulletin.figures.value(one, place=code) for one in _LAGGING for code in bulletin.towns]
        none = "没有滞后的项目" if None not in known else "各镇（街道）的数没有都收到或公布"
        return Missing("滞后项目较多的镇（街道）", none)
    return Table(
        title="滞后项目较多的镇（街道）",
        unit_line=f"个、万元；进度滞后或支出滞后{unlisted(len(some), _MOST_TOWNS)}",
        columns=_columns("镇（街道）"),
        rows=tuple(_row(bulletin, bulletin.name(code), ALL, code) for code in some[:_MOST_TOWNS]),
    )


@needs("villages")
@sourced("villages")
def collective(bulletin: Bulletin) -> Columns | Missing:
    """Villages by collective income, beside what it means."""
    bands = bulletin.figures.groups("collective_income_villages", "band")
    if not bands.sum():
        reason = bulletin.figures.reason("collective_income", "没有填写村级集体经济收入的村")
        return Missing("村级集体经济", reason)
    labels = band_labels(bulletin.settings.rules.collective_income_bands_10k)
    least = f"村级集体经济收入{labels[0]}的"
    chart: Chart = charts.group_bars(
        groups=tuple((label, float(bands[label])) for label in labels),
        unit="个村",
        title=f"{least}有{whole(bands[labels[0]])}个村" if bands[labels[0]] else f"没有{least}村",
        unit_line="村，个；上年集体经济收入（登记）",
        width_mm=86,
    )
    return Columns((chart, _collective_note(bulletin)), widths=(86, 60))


@of_month
def _now(bulletin: Bulletin) -> pd.DataFrame:
    return project_state(bulletin.received(_TABLE), bulletin.scope)


@needs(_TABLE)
def lagging(bulletin: Bulletin) -> AnnexTable | Missing:
    """Every project that is late, underpaid or idle, for the annex."""
    figures, now = bulletin.figures, _now(bulletin)
    marks = {mark: word for mark, word, name in _MARKS if figures.value(name) is not None}
    if not marks:
        return Missing(_LISTED, figures.reason(_LAGGING[0], "没有"))
    now = bulletin.own(now[now[list(marks)].any(axis=1)])
    came = {
        one: bulletin.sources.received(f"{_TABLE}.{one}") for one in ("paid_10k_yuan", "progress_percent")
    }
    rows = tuple(
        (
            str(row["project_code"]),
            "" if pd.isna(row["project_name"]) else str(row["project_name"]),
            str(bulletin.names.get(row["town_code"], "")),
            Figure(row["planned"], Unit.WAN_YUAN, f"projects|{row['project_code']}"),
            _cell(row["paid_10k_yuan"], Unit.WAN_YUAN, row["project_code"], came["paid_10k_yuan"]),
            _cell(row["progress_percent"], "%", row["project_code"], came["progress_percent"]),
            "、".join(word for name, word in marks.items() if row[name]),
        )
        for row in now.sort_values("project_code").to_dict("records")
    )
    heads = ("项目编号", "项目名称", "镇（街道）", "计划", "支出", "形象进度", "情形")
    return AnnexTable(
        title=_LISTED,
        unit_line=f"截至{bulletin.month.label}末",
        columns=tuple(map(Column, heads)),
        rows=rows,
    )


@needs(_TABLE)
def reading_note(bulletin: Bulletin) -> Paragraph:
    """When a project counts as late, and what idle money is."""
    points = bulletin.settings.rules.project_lag_points
    return note(
        "口径",
        sentence(
            "进度滞后为未完工且形象进度比全年时间进度低{points}以上；支出滞后为支出率比形象进度低{points}以上；"
            "闲置资金为未开工且没有支出的项目计划资金。",
            points=Figure(points, "个百分点", "rules|project_lag_points", AS_GIVEN),
        ),
        *_carried_over(bulletin),
    )


def _carried_over(bulletin: Bulletin) -> list[tuple[Text, ...]]:
    """Unfinished projects of earlier years: beside the year that has just begun none of them is late."""
    now = bulletin.own(_now(bulletin))
    begun = now["started_date"].dt.year < bulletin.month.year
    count = int((begun & ~now["is_finished"]).sum())
    if not count or bulletin.is_public:
        return []
    carried = Figure(count, "个", f"projects|carried over|{bulletin.month}|{bulletin.place}")
    return [sentence("以前年度开工、尚未完工的{carried}也只和今年的时间进度比。", carried=carried)]


def _cell(value: float, unit: str, code: str, has_come: bool) -> Shown:
    """A number of one project; what did not come in, or nobody filled in, is no nought."""
    source = f"projects|{code}"
    if pd.isna(value):
        return words("未填" if has_come else NOTE_TEXT[NoteCode.NOT_RECEIVED], source)
    return Figure(value, unit, source)


def _idle(bulletin: Bulletin) -> tuple[Text, ...]:
    """Money that stands idle, or that none does; what is withheld or not known is no zero."""
    figures, name = bulletin.figures, "project_idle_planned"
    if figures.value(name) == 0:
        return sentence("没有闲置资金。")
    return sentence("闲置资金{idle}。", idle=figures.figure(name, style=IN_WAN))


def _collective_note(bulletin: Bulletin) -> Paragraph:
    figures = bulletin.figures
    if figures.value("collective_income_unknown_villages") == 0:
        told = sentence("合计{total}，各村都已填写。", total=figures.figure("collective_income"))
        return note("集体经济", told)
    return note(
        "集体经济",
        sentence(
            "合计{total}；{unknown}村没有填写，不作零计。",
            total=figures.figure("collective_income"),
            unknown=figures.figure("collective_income_unknown_villages"),
        ),
    )


def _columns(first: str) -> tuple[Column, ...]:
    return columns(first, "项目", "计划", "支出", "支出率", "完工", "进度滞后", "支出滞后", widths=(34,))


def _row(bulletin: Bulletin, name: str, group: str, place: str = "") -> tuple[Cell, ...]:
    return (name, *(bulletin.figures.plain(one, group=group, place=place) for one in _COUNTS))


def _lagging(bulletin: Bulletin, place: str) -> float:
    return sum(bulletin.figures.value(name, place=place) or 0.0 for name in _LAGGING)
