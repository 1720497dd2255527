"""六、问题整改: what was opened, closed and is overdue, who owns it, and whether it returns."""

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import columns, internal, largest_first, listing, needs, sourced, strip
from hanbin_lib.bulletin.month_inputs import of_month
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import (
    note,
    paragraph,
    sentence,
    words,
)
from hanbin_lib.contract.labels import PROBLEM_SOURCES
from hanbin_lib.display import (
    AnnexTable,
    Cell,
    Chart,
    Column,
    Columns,
    Figure,
    Missing,
    Paragraph,
    Strip,
    Table,
    Text,
    whole,
    written,
)
from hanbin_lib.indicators import ALL, NOTE_TEXT, NoteCode, Scope
from hanbin_lib.indicators.rectification import OPEN_AGES, owners, state, time_to_close
from hanbin_lib.statistics.estimates import kaplan_meier

_TABLE = "rectification"
_MOST_PROBLEMS = 6
_YEAR = "今年以来问题清单"
# Channel, its source in the ledger, and what it found (nothing is settled on the spot there).
# {} is the county's kind (区, 县 …).
_FOUND = (
    ("电话抽查", "电话抽查", "phone_problem_households"),
    ("专项督查", "{}级督查", "inspection_findings"),
)
_ROUNDS = ("round_problems_found", "round_problems_settled", "round_problems_passed_on")


@needs(_TABLE, chapter="问题整改")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: open and overdue problems, how soon half are closed."""
    figures = bulletin.figures
    state = sentence(
        "未销号问题{open}，逾期{late}；",
        open=figures.figure("problems_open"),
        late=figures.figure("problems_overdue"),
    )
    return paragraph(state, _how_soon(bulletin), ("，",), _in_time(bulletin), ("。",), style="lead")


def _how_soon(bulletin: Bulletin) -> tuple[Text, ...]:
    """Days until half are closed; why there are none where not even half are."""
    figures, name = bulletin.figures, "rectification_median_days"
    days = figures.figure(name)
    if not figures.has_no_base(name):
        return sentence("从发现到销号的中位时间{days}", days=days)
    none = "近一年发现的问题还没有一半销号" if figures.value("problems_open") else "近一年没有发现问题"
    return (words(none, days.source),)


def _in_time(bulletin: Bulletin) -> tuple[Text, ...]:
    figures, name = bulletin.figures, "rectification_on_time_share"
    share = figures.figure(name)
    if figures.has_no_base(name):
        return (words("今年以来没有到期的问题", share.source),)
    return sentence("今年以来按期完成率{share}", share=share)


@needs(_TABLE)
def balance(bulletin: Bulletin) -> Strip:
    """Open at the start plus opened less closed is open at the end."""
    return strip(
        bulletin.figures,
        ("", "月初未销号", "problems_at_start"),
        ("+", "当月新发现", "problems_opened"),
        ("\N{MINUS SIGN}", "当月销号", "problems_closed"),
        ("=", "月末未销号", "problems_open"),
        ("", "其中逾期", "problems_overdue"),
    )


@needs(_TABLE)
@sourced("rectification")
def ages_and_speed(bulletin: Bulletin) -> Columns:
    """Age of open problems by source, beside how fast problems are closed."""
    return Columns((_ages(bulletin), _closure(bulletin)), widths=(78, 72))


@needs(_TABLE)
def source_table(bulletin: Bulletin) -> Table:
    """By source: opened, open, overdue, done in time."""
    figures, names = bulletin.figures, ("problems_opened", "problems_open", "problems_overdue")
    groups = [*((source, f"source={source}") for source in _sources(bulletin)), ("合计", ALL)]
    rows = tuple(
        (
            label,
            *(figures.count_in(name, group=group) for name in names),
            figures.within("rectification_on_time_share", group=group),
        )
        for label, group in groups
    )
    return Table(
        title="问题整改情况（按来源）",
        unit_line="个；按期完成率为今年以来到期的问题",
        columns=columns("来源", "新发现", "未销号", "逾期", "按期完成率", widths=(30,)),
        rows=rows,
        totals=1,
    )


@internal
@needs(_TABLE)
def sources_related(bulletin: Bulletin) -> Table:
    """What each channel found this month, and what of it stands in the ledger: one table for all."""
    kind = bulletin.settings.county.kind
    found = [(channel, source.format(kind), name) for channel, source, name in _FOUND]
    rest = [one for one in _sources(bulletin) if one not in {source for _, source, _ in found}]
    rows: list[tuple[Cell, ...]] = [
        (channel, bulletin.figures.figure(name), "—", "—", *_entered(bulletin, [source]))
        for channel, source, name in found
    ]
    rounds: tuple[Cell, ...] = ("周督帮", *(bulletin.figures.figure(name) for name in _ROUNDS), "—", "—")
    others: list[tuple[Cell, ...]] = (
        [("、".join(rest), "—", "—", "—", *_entered(bulletin, rest))] if rest else []
    )
    total: tuple[Cell, ...] = ("合计", "—", "—", "—", *_entered(bulletin, []))
    return Table(
        title="来源之间的关系",
        unit_line="电话为户，其余为个；各渠道和台账没有共同编号，只能按来源对照；周督帮转办的按台账来源登记",
        columns=columns("渠道", "本月发现", "当场解决", "转办", "本月登入台账", "月末未销号", widths=(52,)),
        rows=(*rows, rounds, *others, total),
        totals=1,
    )


@internal
@needs(_TABLE)
def longest_overdue(bulletin: Bulletin) -> Table | Missing:
    """The problems longest overdue with owner, deadline and the step that is due."""
    chain = _chain(bulletin)
    if chain is None or chain.empty:
        return Missing("逾期问题", bulletin.figures.reason("problems_overdue", "没有逾期未完成的问题"))
    rows = tuple(
        (
            words(str(row.problem_code), f"rectification|{row.problem_code}"),
            str(row.problem_kind),
            str(row.responsible_unit),
            words(f"{row.due_date:%Y-%m-%d}", f"rectification|{row.problem_code}"),
            Figure(int(str(row.days_overdue)), "天", f"rectification|{row.problem_code}"),
            str(row.step),
        )
        for row in chain.head(_MOST_PROBLEMS).itertuples()
    )
    return Table(
        title="逾期最久的问题和该走的督办步骤",
        unit_line=f"共逾期{len(chain)}个，全部见附表；步骤按逾期天数",
        columns=(
            *columns("编号", "类别", "责任单位", "时限", "逾期", widths=(24, 34, 36, 20, 14), left=4),
            Column("督办步骤"),
        ),
        rows=rows,
        rule_every=1,
    )


@internal
@needs(_TABLE)
def all_overdue(bulletin: Bulletin) -> AnnexTable | None:
    """Chain of responsibility of every overdue problem, for the annex."""
    chain = _chain(bulletin)
    if chain is None:  # `longest_overdue` says why
        return None
    chain = chain.assign(
        town=chain["town_code"].astype("str").map(bulletin.names).fillna(""),
        due=chain["due_date"].dt.strftime("%Y-%m-%d"),
        late=chain["days_overdue"].map(lambda days: written(days, "天")),
        escalates_to=chain["escalates_to"].fillna(""),
    )
    heads = {
        "problem_code": "问题编号", "town": "镇（街道）", "responsible_unit": "责任单位",
        "problem_kind": "问题类别",
        "source": "来源", "due": "整改时限", "late": "逾期", "step": "督办步骤", "escalates_to": "升级对象",
    }  # fmt: skip
    return listing("逾期问题责任链", f"截至{bulletin.month.label}末逾期未完成的问题", chain, heads)


@internal
@needs(_TABLE)
def year_list(bulletin: Bulletin) -> AnnexTable | Missing:
    """Every problem of the year once, for the year-end assessment."""
    figures, now = bulletin.figures, _now(bulletin)
    if figures.value("problems_of_the_year") is None:
        return Missing(_YEAR, figures.reason("problems_of_the_year", "没有"))
    now = bulletin.own(now[now["found_date"].dt.year.eq(bulletin.month.year)].drop_duplicates("problem_code"))
    status = now["is_open"].map({True: "未销号", False: "已销号"})
    if figures.value("problems_open") is None:
        status = status.mask(status.notna(), NOTE_TEXT[NoteCode.NOT_RECEIVED])
    elif figures.value("problems_overdue") is not None:
        status = status.mask(now["is_overdue"], "逾期")
    rows = now.assign(status=status, found=now["found_date"].dt.strftime("%Y-%m-%d"))
    heads = {
        "problem_code": "问题编号", "source": "来源", "found": "发现时间", "responsible_unit": "责任单位",
        "problem_kind": "问题类别", "status": "状态",
    }  # fmt: skip
    return listing(_YEAR, "一个问题编号只计一次，年终考核用", rows, heads)


@needs(_TABLE)
def repetition_note(bulletin: Bulletin) -> Paragraph:
    """Problems that repeat across towns (举一反三), look-back and rebound."""
    figures = bulletin.figures
    looked = sentence("今年以来回头看{looked}。", looked=figures.figure("problems_looked_back"))
    if not figures.has_no_base("rebound_share"):
        looked = sentence(
            "今年以来回头看{looked}，反弹{share}（区间{interval}）。",
            looked=figures.figure("problems_looked_back"),
            share=figures.figure("rebound_share"),
            interval=figures.interval("rebound_share"),
        )
    if not bulletin.is_county:
        return note("回头看", looked)
    kinds = largest_first(figures.groups("problem_kind_towns", "problem_kind"))
    repeated = kinds[kinds >= bulletin.settings.rules.repeated_problem_towns]
    if repeated.empty:
        return note("回头看", looked)
    first = [str(kind) for kind in repeated.index[repeated == repeated.iloc[0]]]
    return note(
        "举一反三",
        sentence(
            "近三个月{kinds}问题在多个镇（街道）重复出现，最多的是{first}，{each}涉及{towns}镇（街道）；",
            kinds=Figure(len(repeated), "类", figures.address("problem_kind_towns", group="repeated")),
            first="、".join(first),
            each="各" if len(first) > 1 else "",
            towns=figures.figure("problem_kind_towns", group=f"problem_kind={first[0]}"),
        ),
        looked,
    )


def _sources(bulletin: Bulletin) -> tuple[str, ...]:
    """Sources that the ledger has: those that are known in their order, then the bureau's own."""
    names = ("problems_opened", "problems_open", "problems_overdue", "rectification_on_time_share")
    there = {label for name in names for label in bulletin.figures.groups(name, "source").index}
    return (*(one for one in PROBLEM_SOURCES if one in there), *sorted(there - set(PROBLEM_SOURCES)))


def _ages(bulletin: Bulletin) -> Chart | Missing:
    figures, name = bulletin.figures, "problems_open"
    if figures.value(name) is None:
        return Missing("未销号问题", figures.reason(name, "没有未销号的问题"))
    crossed = figures.groups(name, "source_and_age")
    labels = tuple(label for _, label in OPEN_AGES)
    sources = [
        (source, tuple(float(crossed.get(f"{source}/{age}", 0.0)) for age in labels))
        for source in _sources(bulletin)
    ]
    shown = tuple(sorted((one for one in sources if sum(one[1])), key=lambda one: -sum(one[1])))
    if not shown:
        return Missing("未销号问题", "没有未销号的问题")
    oldest = sum(numbers[-1] for _, numbers in shown)
    return charts.age_bars(
        ages=labels,
        sources=shown,
        title=f"未销号问题中{whole(oldest)}个已{labels[-1]}" if oldest else f"没有{labels[-1]}未销号的问题",
        unit_line="未销号问题，个；按发现以来天数",
    )


def _closure(bulletin: Bulletin) -> Chart | Missing:
    lacking = bulletin.figures.reason("rectification_median_days", "")
    if lacking:
        return Missing("销号速度", lacking)
    now, before = (_curve(bulletin, rows) for rows in _found_within_years(bulletin))
    curves = tuple(
        (label, *curve) for label, curve in (("近一年发现", now), ("上一年发现", before)) if curve is not None
    )
    if not curves:
        return Missing("销号速度", "近一年没有销号的问题")
    return charts.closure_curves(
        curves=curves, title="多快销号", unit_line="已销号的比例；横轴为发现以来天数，未销号的计到月末"
    )


@of_month
def _now(bulletin: Bulletin) -> pd.DataFrame:
    return state(bulletin.received(_TABLE), bulletin.scope)


@of_month
def _found_within_years(bulletin: Bulletin) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Problems of the last twelve months, and those of the twelve before as they stood then."""
    ledger, before = bulletin.received(_TABLE), _year_ago(bulletin.scope)
    return time_to_close(_now(bulletin), bulletin.scope), time_to_close(state(ledger, before), before)


@of_month
def _chains(bulletin: Bulletin) -> pd.DataFrame:
    return owners(_now(bulletin), bulletin.sources.table("duties"))


def _curve(bulletin: Bulletin, rows: pd.DataFrame) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    rows = bulletin.own(rows)
    if rows.empty:
        return None
    curve = kaplan_meier(rows["days"].to_numpy(), rows["is_closed"].to_numpy())
    return (tuple(curve.index), tuple(curve)) if len(curve) else None


def _year_ago(scope: Scope) -> Scope:
    for _ in range(12):
        scope = scope.before()
    return scope


def _chain(bulletin: Bulletin) -> pd.DataFrame | None:
    """The place's overdue problems; None where it is not known which they are."""
    if bulletin.figures.value("problems_overdue") is None:
        return None
    return bulletin.own(_chains(bulletin))


def _entered(bulletin: Bulletin, sources: list[str]) -> tuple[Cell, ...]:
    """Opened this month and open at its end, of these sources of the ledger together; of none, of all."""
    return tuple(_sum(bulletin, name, sources) for name in ("problems_opened", "problems_open"))


def _sum(bulletin: Bulletin, name: str, sources: list[str]) -> Cell:
    figures, groups = bulletin.figures, [f"source={source}" for source in sources] or [ALL]
    if len(groups) == 1:
        return figures.count_in(name, group=groups[0])
    if figures.value(name) is None:
        return figures.plain(name)
    total = sum(figures.value(name, group=group) or 0.0 for group in groups)
    return Figure(total, "", figures.address(name, group="sum"))
