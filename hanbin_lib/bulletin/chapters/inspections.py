"""五、专项督查: what the random draw allows to say, and no more."""

from hanbin_lib import charts
from hanbin_lib.bulletin.absence import needs
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import note, paragraph, sentence, written
from hanbin_lib.contract.labels import INSPECTION_UNIT_KINDS, SEVERITIES
from hanbin_lib.display import Chart, Column, Columns, Figure, Missing, Paragraph, Strip, Table
from hanbin_lib.indicators import Unit
from hanbin_lib.statistics.proportions import wilson

_TABLES = ("inspection_units", "inspection_findings")
_HOUSEHOLDS = "unit=户"
_POOLED = "inspection_pooled_share"
_MOST_KINDS = 8


@needs(*_TABLES, chapter="专项督查")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: the share of households with a problem, with its interval."""
    figures, name = bulletin.figures, "inspection_problem_share"
    if not bulletin.is_county:
        return paragraph(
            sentence(
                "抽查户中有问题的{cases}，{months}合计{pooled}；数量少，只作线索。",
                cases=figures.cases(name, group=_HOUSEHOLDS),
                months=_months(bulletin),
                pooled=figures.cases(_POOLED),
            ),
            style="lead",
        )
    return paragraph(
        sentence(
            "按抽样推算，全{kind}有问题的户占{share}（{interval}）；{count}个镇（街道）超出偶然波动。",
            kind=bulletin.settings.county.kind,
            share=figures.figure(name, group=_HOUSEHOLDS),
            interval=figures.interval(name, group=_HOUSEHOLDS),
            count=_number(bulletin, len(_outside(bulletin))),
        ),
        style="lead",
    )


@needs(*_TABLES)
def drawn(bulletin: Bulletin) -> Strip:
    """Units drawn and units with a problem, by kind."""
    figures = bulletin.figures
    return Strip(
        tuple(
            ("", f"{kind}　有问题/抽查", figures.cases("inspection_problem_share", group=f"unit={kind}"))
            for kind in INSPECTION_UNIT_KINDS
        )
    )


@needs(*_TABLES)
def estimates(bulletin: Bulletin) -> Chart | Missing:
    """Shares by kind of unit with their intervals."""
    figures, name = bulletin.figures, "inspection_problem_share"
    dots = []
    for kind in INSPECTION_UNIT_KINDS:
        group = f"unit={kind}"
        value = figures.value(name, group=group)
        low, high = (figures.number(name, edge, group=group) for edge in ("lower", "upper"))
        if value is not None and low is not None and high is not None:
            before = figures.value(name, month=bulletin.month.shift(-1), group=group)
            dots.append(
                charts.Dot(f"{kind}", value, low, high, before, figures.cases(name, group=group).text)
            )
    if not dots:
        return Missing("问题发生率", "本月没有抽查")
    how = "按抽样设计加权" if bulletin.is_county else "抽查数很少，未加权"
    return charts.share_dots(
        dots=tuple(dots),
        title="抽查单元有问题的比例",
        unit_line=f"{how}；实点本月，空点上月，横条95%区间；右为有问题/抽查",
    )


@needs(*_TABLES)
def towns_and_kinds(bulletin: Bulletin) -> Columns | Chart | Missing | Table:
    """Towns against chance over the last months, beside the kinds of problem."""
    if not bulletin.is_county:
        return _kinds(bulletin, width_mm=150)
    return Columns((_against_chance(bulletin), _kinds(bulletin, width_mm=60)), widths=(90, 60))


@needs(*_TABLES)
def tiers(bulletin: Bulletin) -> Table | None:
    """Towns whose interval lies apart from the district's share; the others are not ordered."""
    if not bulletin.is_county:
        return None
    high, low = _apart(bulletin)
    names = [bulletin.scope.register.name(code) for code in (*high, *low)]
    rows = tuple(
        (
            name,
            bulletin.figures.cases(_POOLED, place=code),
            bulletin.figures.interval(_POOLED, place=code),
            word,
        )
        for name, code, word in zip(
            names, (*high, *low), ["偏高"] * len(high) + ["偏低"] * len(low), strict=True
        )
    )
    others = len(bulletin.scope.register.towns) - len(rows)
    return Table(
        title="与全区平均明显不同的镇（街道）",
        unit_line=f"{_months(bulletin).text}抽查户，95%区间不含全{bulletin.settings.county.kind}平均；"
        f"其余{others}个区间重叠，不分先后",
        columns=(
            Column("镇（街道）", "left", width_mm=36),
            Column("有问题/抽查户", "right", width_mm=30),
            Column("95%区间", "right", width_mm=40),
            Column("分段", "left"),
        ),
        rows=rows or (("没有", "—", "—", "各镇区间都与平均重叠"),),
        emphasis=frozenset(range(len(high))),
        rule_every=1,
    )


@needs(*_TABLES)
def reading_note(bulletin: Bulletin) -> Paragraph:
    """What ten households can and cannot say."""
    _, upper = wilson(0, 10)
    reference = "wilson|0/10"
    return note(
        "可信程度",
        sentence(
            "每镇只抽{size}，{none}也可能实际有{upper}的户有问题，单月不分镇排名；",
            size=Figure("10户", reference),
            none=Figure("0/10", reference),
            upper=Figure(written(float(upper), Unit.SHARE), reference),
        ),
        sentence(
            "全{kind}数按层（镇）、村、户两阶段抽样加权，含有限总体校正；合并{months}后再看各镇，区间重叠的不分先后。",
            kind=bulletin.settings.county.kind,
            months=_months(bulletin),
        ),
    )


def _against_chance(bulletin: Bulletin) -> Chart | Missing:
    places = _cases(bulletin)
    mean = _pooled_mean(places)
    if mean is None:
        return Missing("各镇比较", "近几个月没有抽查户")
    outside = [name for name, cases, size in places if charts.is_outside(cases, size, mean)]
    title = f"{'、'.join(outside[:3])}超出偶然波动" if outside else "各镇都在偶然波动之内"
    return charts.control_chart(
        places=places,
        mean=mean,
        title=title,
        unit_line=f"{_months(bulletin).text}抽查户有问题的比例；实线95%、虚线99.8%偶然波动界限",
    )


def _kinds(bulletin: Bulletin, width_mm: float) -> Chart | Missing:
    kinds = bulletin.figures.groups("inspection_findings", "kind")
    kinds = kinds[kinds > 0].sort_values(ascending=False, kind="stable").head(_MOST_KINDS)
    if kinds.empty:
        return Missing("问题类别", "本月没有查出问题")
    severe = bulletin.figures.groups("inspection_findings", "severity")
    listed = "、".join(f"{name}{severe.get(name, 0):.0f}" for name in SEVERITIES)
    return charts.group_bars(
        groups=tuple((str(name), float(count)) for name, count in kinds.items()),
        unit="个",
        title=f"{kinds.index[0]}最多",
        unit_line=f"查出问题，个；{listed}",
        width_mm=width_mm,
    )


def _cases(bulletin: Bulletin) -> tuple[tuple[str, float, float], ...]:
    figures, register = bulletin.figures, bulletin.scope.register
    return tuple(
        (
            register.name(code),
            figures.number(_POOLED, "numerator", place=code) or 0.0,
            figures.number(_POOLED, "denominator", place=code) or 0.0,
        )
        for code in register.towns["place_code"]
    )


def _pooled_mean(places: tuple[tuple[str, float, float], ...]) -> float | None:
    size = sum(size for _, _, size in places)
    return sum(cases for _, cases, _ in places) / size if size else None


def _outside(bulletin: Bulletin) -> list[str]:
    places = _cases(bulletin)
    mean = _pooled_mean(places)
    return [] if mean is None else [name for name, n, size in places if charts.is_outside(n, size, mean)]


def _apart(bulletin: Bulletin) -> tuple[list[str], list[str]]:
    """Towns whose interval lies above the district's share, and those below."""
    figures, whole = bulletin.figures, bulletin.figures.value(_POOLED)
    high, low = [], []
    for code in bulletin.scope.register.towns["place_code"]:
        lower, upper = (figures.number(_POOLED, edge, place=code) for edge in ("lower", "upper"))
        if whole is None or lower is None or upper is None:
            continue
        if lower > whole:
            high.append(code)
        elif upper < whole:
            low.append(code)
    return high, low


def _months(bulletin: Bulletin) -> Figure:
    months = bulletin.settings.rules.inspection_pool_months
    return Figure(f"近{months}个月", "rules|inspection_pool_months")


def _number(bulletin: Bulletin, count: int) -> Figure:
    return Figure(f"{count}", f"{_POOLED}|{bulletin.month}|{bulletin.place}|outside")
