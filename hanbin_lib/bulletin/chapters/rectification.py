"""六、问题整改: what was opened, closed and is overdue, who owns it, and whether it returns."""

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.absence import internal, needs
from hanbin_lib.bulletin.opening import Bulletin, of_month
from hanbin_lib.bulletin.order import largest_first
from hanbin_lib.bulletin.origin import sourced
from hanbin_lib.bulletin.wording import note, paragraph, sentence, words
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
    Shown,
    Strip,
    Table,
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
    ("电话抽查", "电话抽查", ("phone_problem_households", "", "")),
    ("专项督查", "{}级督查", ("inspection_findings", "", "")),
)
_ROUNDS = ("round_problems_found", "round_problems_settled", "round_problems_passed_on")


@needs(_TABLE, chapter="问题整改")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: open and overdue problems, how soon half are closed."""
    figures = bulletin.figures
    return paragraph(
        sentence(
            "未销号问题{open}，逾期{late}；从发现到销号的中位时间{days}，今年以来按期完成率{share}。",
            open=figures.figure("problems_open"),
            late=figures.figure("problems_overdue"),
            days=figures.figure("rectification_median_days"),
            share=figures.figure("rectification_on_time_share"),
        ),
        style="lead",
    )


@needs(_TABLE)
def balance(bulletin: Bulletin) -> Strip:
    """Open at the start plus opened less closed is open at the end."""
    figures = bulletin.figures
    return Strip(
        (
            ("", "月初未销号", figures.figure("problems_at_start")),
            ("+", "当月新发现", figures.figure("problems_opened")),
            ("\N{MINUS SIGN}", "当月销号", figures.figure("problems_closed")),
            ("=", "月末未销号", figures.figure("problems_open")),
            ("", "其中逾期", figures.figure("problems_overdue")),
        )
    )


@needs(_TABLE)
@sourced("rectification")
def ages_and_speed(bulletin: Bulletin) -> Columns:
    """Age of open problems by source, beside how fast problems are closed."""
    return Columns((_ages(bulletin), _closure(bulletin)), widths=(78, 72))


@needs(_TABLE)
def source_table(bulletin: Bulletin) -> Table:
    """By source: opened, open, overdue, done in time."""
    figures = bulletin.figures
    rows: list[tuple[Cell, ...]] = []
    for source in (*_sources(bulletin), ""):
        group = f"source={source}" if source else "all"
        counts = [
            _count(bulletin, name, group) for name in ("problems_opened", "problems_open", "problems_overdue")
        ]
        share = figures.figure("rectification_on_time_share", group=group)
        rows.append((source or "合计", *counts, share))
    return Table(
        title="问题整改情况（按来源）",
        unit_line="个；按期完成率为今年以来到期的问题",
        columns=(
            Column("来源", "left", width_mm=30),
            Column("新发现", "right"),
            Column("未销号", "right"),
            Column("逾期", "right"),
            Column("按期完成率", "right"),
        ),
        rows=tuple(rows),
        totals=1,
    )


@internal
@needs(_TABLE)
def sources_related(bulletin: Bulletin) -> Table:
    """What each channel found this month, and what of it stands in the ledger: one table for all."""
    kind = bulletin.settings.county.kind
    found = [(channel, source.format(kind), names) for channel, source, names in _FOUND]
    rest = [one for one in _sources(bulletin) if one not in {source for _, source, _ in found}]
    rows: list[tuple[Cell, ...]] = [
        (channel, *(_figure_or_dash(bulletin, name) for name in names), *_entered(bulletin, [source]))
        for channel, source, names in found
    ]
    rounds: tuple[Cell, ...] = ("周督帮", *(bulletin.figures.figure(name) for name in _ROUNDS), "—", "—")
    others: list[tuple[Cell, ...]] = (
        [("、".join(rest), "—", "—", "—", *_entered(bulletin, rest))] if rest else []
    )
    total: tuple[Cell, ...] = ("合计", "—", "—", "—", *_entered(bulletin, [""]))
    return Table(
        title="来源之间的关系",
        unit_line="电话为户，其余为个；各渠道和台账没有共同编号，只能按来源对照；周督帮转办的按台账来源登记",
        columns=(
            Column("渠道", "left", width_mm=52),
            Column("本月发现", "right"),
            Column("当场解决", "right"),
            Column("转办", "right"),
            Column("本月登入台账", "right"),
            Column("月末未销号", "right"),
        ),
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
            Column("编号", "left", width_mm=24),
            Column("类别", "left", width_mm=34),
            Column("责任单位", "left", width_mm=36),
            Column("时限", "left", width_mm=20),
            Column("逾期", "right", width_mm=14),
            Column("督办步骤", "left"),
        ),
        rows=rows,
        rule_every=1,
    )


@internal
@needs(_TABLE)
def all_overdue(bulletin: Bulletin) -> AnnexTable | None:
    """Chain of responsibility of every overdue problem, for the annex."""
    names = bulletin.scope.register.table.set_index("place_code")["place_name"]
    chain = _chain(bulletin)
    if chain is None:  # `longest_overdue` says why
        return None
    chain = chain.assign(
        town=chain["town_code"].astype("str").map(names).fillna(""),
        due=chain["due_date"].dt.strftime("%Y-%m-%d"),
        late=chain["days_overdue"].map(lambda days: written(days, "天")),
        escalates_to=chain["escalates_to"].fillna(""),
    )
    heads = {
        "problem_code": "问题编号", "town": "镇（街道）", "responsible_unit": "责任单位",
        "problem_kind": "问题类别",
        "source": "来源", "due": "整改时限", "late": "逾期", "step": "督办步骤", "escalates_to": "升级对象",
    }  # fmt: skip
    return AnnexTable(
        title="逾期问题责任链",
        unit_line=f"截至{bulletin.month.label}末逾期未完成的问题",
        columns=tuple(Column(head, "left") for head in heads.values()),
        rows=tuple(tuple(map(str, row)) for row in chain[list(heads)].to_numpy()),
    )


@internal
@needs(_TABLE)
def year_list(bulletin: Bulletin) -> AnnexTable | Missing:
    """Every problem of the year once, for the year-end assessment."""
    figures, now = bulletin.figures, _now(bulletin)
    if figures.value("problems_of_the_year") is None:
        return Missing(_YEAR, figures.reason("problems_of_the_year", "没有"))
    now = now[now["found_date"].dt.year.eq(bulletin.month.year)].drop_duplicates("problem_code")
    if not bulletin.is_county:
        now = now[now["town_code"].eq(bulletin.place)]
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
    return AnnexTable(
        title=_YEAR,
        unit_line="一个问题编号只计一次，年终考核用",
        columns=tuple(Column(head, "left") for head in heads.values()),
        rows=tuple(tuple(map(str, row)) for row in rows[list(heads)].to_numpy()),
    )


@needs(_TABLE)
def repetition_note(bulletin: Bulletin) -> Paragraph:
    """Problems that repeat across towns (举一反三), look-back and rebound."""
    figures = bulletin.figures
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
            "近三个月{kinds}问题在多个镇（街道）重复出现，最多的是{first}（{each}{towns}镇）；",
            kinds=Figure(
                len(repeated), "类", f"problem_kind_towns|{bulletin.month}|{bulletin.place}|repeated"
            ),
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


def _count(bulletin: Bulletin, name: str, group: str) -> Shown:
    """Zero where the ledger has no such row and the whole is known: then its columns came in."""
    printed = bulletin.figures.plain(name, group=group)
    is_nothing = (
        bulletin.figures.value(name, group=group) is None and bulletin.figures.value(name) is not None
    )
    return Figure(0, "", printed.source) if is_nothing else printed


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
    ledger = bulletin.sources.table(_TABLE)
    assert ledger is not None  # the exhibits need the table
    return state(ledger, bulletin.scope)


@of_month
def _found_within_years(bulletin: Bulletin) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Problems of the last twelve months, and those of the twelve before as they stood then."""
    ledger, before = bulletin.sources.table(_TABLE), _year_ago(bulletin.scope)
    assert ledger is not None  # the exhibit needs the table
    return time_to_close(_now(bulletin), bulletin.scope), time_to_close(state(ledger, before), before)


@of_month
def _chains(bulletin: Bulletin) -> pd.DataFrame:
    return owners(_now(bulletin), bulletin.sources.table("duties"))


def _curve(bulletin: Bulletin, rows: pd.DataFrame) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    if not bulletin.is_county:
        rows = rows[rows["town_code"].eq(bulletin.place)]
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
    chain = _chains(bulletin)
    return chain if bulletin.is_county else chain[chain["town_code"].eq(bulletin.place)]


def _figure_or_dash(bulletin: Bulletin, name: str) -> Cell:
    return bulletin.figures.figure(name) if name else "—"


def _entered(bulletin: Bulletin, sources: list[str]) -> tuple[Cell, Cell]:
    """Opened this month and open at its end, of these sources of the ledger together."""
    if len(sources) == 1:
        group = f"source={sources[0]}" if sources[0] else ALL
        return _count(bulletin, "problems_opened", group), _count(bulletin, "problems_open", group)
    opened, still = (_sum(bulletin, name, sources) for name in ("problems_opened", "problems_open"))
    return opened, still


def _sum(bulletin: Bulletin, name: str, sources: list[str]) -> Cell:
    if bulletin.figures.value(name) is None:
        return bulletin.figures.plain(name)
    total = sum(bulletin.figures.value(name, group=f"source={source}") or 0.0 for source in sources)
    return Figure(total, "", f"{name}|{bulletin.month}|{bulletin.place}|sum")
