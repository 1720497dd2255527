"""五、专项督查: what the random draw allows to say, and no more."""

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import columns, internal, largest_first, needs, sourced
from hanbin_lib.bulletin.figures import FEWEST_FOR_PERCENT
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.tested import POOLED as _POOLED
from hanbin_lib.bulletin.tested import key, told
from hanbin_lib.bulletin.wording import (
    counted,
    headline,
    joined,
    note,
    ratio,
    sentence,
    share,
    words,
)
from hanbin_lib.contract.labels import INSPECTION_UNIT_KINDS, SEVERITIES
from hanbin_lib.display import Chart, Columns, Figure, Missing, Paragraph, Phrase, Strip, Table, whole
from hanbin_lib.statistics.estimates import wilson

_TABLES = ("inspection_units", "inspection_findings")
_HOUSEHOLDS = "unit=户"
_MOST_KINDS, _MOST_NAMED = 8, 2
_NONE_NAMED, _ALONE = "没有镇（街道）明显高于平均", "只有一个镇（街道）有抽查，不作比较"


@needs(*_TABLES, chapter="专项督查")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: the share of households with a problem, with its interval."""
    figures, name = bulletin.figures, "inspection_problem_share"
    if figures.has_no_base(name, group=_HOUSEHOLDS) and figures.has_no_base(_POOLED):
        none = words("没有抽查户", figures.address(name, group=_HOUSEHOLDS))
        return headline("{months}{none}。", months=_months(bulletin), none=none)
    if figures.has_no_base(name, group=_HOUSEHOLDS):
        none = words("没有抽查户", figures.address(name, group=_HOUSEHOLDS))
        text = "本月{none}，{months}合计有问题的{pooled}。"
        return headline(text, none=none, months=_months(bulletin), pooled=figures.cases(_POOLED))
    drawn = figures.number(name, "denominator", group=_HOUSEHOLDS)
    if not bulletin.is_county or (drawn is not None and drawn < FEWEST_FOR_PERCENT):
        return headline(
            "本月抽查户中有问题的{cases}，{months}合计{pooled}；数量少，只作线索。",
            cases=figures.cases(name, group=_HOUSEHOLDS),
            months=_months(bulletin),
            pooled=figures.cases(_POOLED),
        )
    found = "按本月抽样推算，{whole}有问题的户占{share}（{interval}）"
    named = {} if bulletin.is_public else {"named": _named_in_words(bulletin)}
    return headline(
        f"{found}；{{named}}。" if named else f"{found}。",
        whole=bulletin.whole,
        share=figures.figure(name, group=_HOUSEHOLDS),
        interval=figures.interval(name, group=_HOUSEHOLDS),
        **named,
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
@sourced("inspection_units")
def estimates(bulletin: Bulletin) -> Chart | Missing:
    """Shares by kind of unit with their intervals."""
    figures, name = bulletin.figures, "inspection_problem_share"
    dots = []
    for kind in INSPECTION_UNIT_KINDS:
        group = f"unit={kind}"
        if known := figures.estimate(name, group=group):
            before = figures.value(name, month=bulletin.month.shift(-1), group=group)
            is_few = (figures.number(name, "denominator", group=group) or 0) < FEWEST_FOR_PERCENT
            cases = figures.cases(name, group=group).text
            dots.append(charts.Dot(kind, *known, before, cases, is_few=is_few))
    if not dots:
        return Missing("问题发生率", "本月没有抽查")
    how = "按抽样设计加权" if bulletin.is_county else "抽查数很少，未加权"
    return charts.share_dots(
        dots=tuple(dots),
        title="抽查单元有问题的比例",
        unit_line=f"{how}；实点本月，空点上月，线段为95%区间；右为有问题/抽查",
    )


@needs(*_TABLES)
@sourced("inspection_units", "inspection_findings")
def towns_and_kinds(bulletin: Bulletin) -> Columns | Chart | Missing | Table:
    """Towns against chance over the last months, beside the kinds of problem."""
    if not bulletin.is_county:
        return _kinds(bulletin, width_mm=150)
    return Columns((_towns(bulletin), _kinds(bulletin, width_mm=60)), widths=(90, 60))


@internal
@needs(*_TABLES)
def tiers(bulletin: Bulletin) -> Table | None:
    """Towns above the district's share, all towns tested at once; the others are not ordered."""
    if not bulletin.is_county or bulletin.figures.value(_POOLED) is None or len(_shares(bulletin)) == 1:
        return None
    rows = tuple(
        (
            bulletin.name(code),
            bulletin.figures.cases(_POOLED, place=code),
            bulletin.figures.interval(_POOLED, place=code),
        )
        for code, one in _shares(bulletin)
        if one.is_named
    )
    others = len(bulletin.towns) - len(rows)
    return Table(
        title=f"明显高于{bulletin.whole}平均的镇（街道）",
        unit_line=f"{_months(bulletin).text}抽查户，全部比较一起检验；其余{others}个不分先后",
        columns=columns("镇（街道）", "有问题/抽查户", "单个镇的95%区间", widths=(36, 30, 40)),
        rows=rows or (("没有", "—", "—"),),
        emphasis=frozenset(range(len(rows))),
        rule_every=1,
    )


@needs(*_TABLES)
def reading_note(bulletin: Bulletin) -> Paragraph | None:
    """What ten households can and cannot say."""
    sizes = _drawn_in_towns(bulletin)
    if not sizes:
        return None
    size = round(sum(sizes) / len(sizes))
    _, upper = wilson(0, size)
    source = f"wilson|0/{size}"
    return note(
        "可信程度",
        sentence(
            "{how}抽{size}，{none}也可能实际有{upper}的户有问题，单月不分镇排名；",
            how=_how_drawn(bulletin, sizes),
            size=Figure(size, "户", source),
            none=ratio(0, size, source),
            upper=share(float(upper), source),
        ),
        sentence(
            "{whole}数按层（镇）、村、户两阶段抽样加权，含有限总体校正；合并{months}后再看各镇，区间重叠的不分先后。",
            whole=bulletin.whole if bulletin.is_county else f"全{bulletin.settings.county.kind}",
            months=_months(bulletin),
        ),
        *((told(bulletin.tested),) if bulletin.is_county and not bulletin.is_public else ()),
    )


def _towns(bulletin: Bulletin) -> Chart | Missing:
    mean, shares = bulletin.figures.value(_POOLED), [one for _, one in _shares(bulletin)]
    if mean is None or not shares:
        reason = bulletin.figures.reason(_POOLED, "近几个月没有抽查户")
        return Missing("各镇比较", "公开版不公布" if bulletin.is_public else reason)
    named = [one.name for one in shares if one.is_named]
    title = f"{'、'.join(named[:3])}{_and_more(named)}明显高于平均" if named else _NONE_NAMED
    if len(shares) == 1:
        return Missing("各镇比较", _ALONE)
    return charts.place_shares(
        places=tuple(shares),
        mean=mean,
        title=title,
        unit_line=f"{_months(bulletin).text}抽查户有问题的比例，线段为单个镇的95%区间；"
        "全部镇一起检验仍高于平均的写出名称",
    )


def _kinds(bulletin: Bulletin, width_mm: float) -> Chart | Missing:
    kinds = bulletin.figures.groups("inspection_findings", "kind")
    kinds = largest_first(kinds[kinds > 0])
    rest, kinds = kinds.iloc[_MOST_KINDS:], kinds.head(_MOST_KINDS)
    if kinds.empty:
        return Missing("问题类别", "本月没有查出问题")
    severe = bulletin.figures.groups("inspection_findings", "severity")
    listed = "、".join(f"{name}{whole(severe.get(name, 0))}" for name in SEVERITIES)
    return charts.group_bars(
        groups=tuple((str(name), float(count)) for name, count in kinds.items()),
        unit="个",
        title=_most_found(kinds),
        unit_line=f"查出问题，个；{listed}"
        + (f"；其余{len(rest)}类共{whole(rest.sum())}个" if len(rest) else ""),
        width_mm=width_mm,
    )


def _most_found(kinds: pd.Series) -> str:
    """``查出的问题：一户一策不精准13个``; of several that have as many, all or that they are several."""
    first = [str(kind) for kind in kinds.index[kinds == kinds.iloc[0]]]
    named = "、".join(first) if len(first) <= _MOST_NAMED else f"{len(first)}类"
    return f"查出的问题：{named}{'各' if len(first) > 1 else ''}{whole(kinds.iloc[0])}个"


def _shares(bulletin: Bulletin) -> list[tuple[str, charts.PlaceShare]]:
    """Code and pooled share of every town where households were drawn."""
    figures, found = bulletin.figures, []
    for code in bulletin.towns:
        if known := figures.estimate(_POOLED, place=code):
            name, count = bulletin.name(code), figures.cases(_POOLED, place=code).text
            is_named = key(_POOLED, code) in bulletin.tested.named
            found.append((code, charts.PlaceShare(name, *known, count, is_named)))
    return found


def _drawn_in_towns(bulletin: Bulletin) -> list[float]:
    """Households drawn this month in the town (for the county: in each town where any were)."""
    codes = bulletin.towns if bulletin.is_county else [bulletin.place]
    sizes = [
        bulletin.figures.number("inspection_problem_share", "denominator", place=code, group=_HOUSEHOLDS)
        for code in codes
    ]
    return [size for size in sizes if size]


def _how_drawn(bulletin: Bulletin, sizes: list[float]) -> str:
    """``每镇只``, ``每镇平均``; a town's own draw says nothing of the others'."""
    if not bulletin.is_county:
        return "本月只"
    return "每镇只" if len(set(sizes)) == 1 else "每镇平均"


def _named_in_words(bulletin: Bulletin) -> str:
    if bulletin.figures.value(_POOLED) is None:
        return "各镇（街道）没有可以比较的数"
    shares = _shares(bulletin)
    if len(shares) == 1:
        return _ALONE
    named = [one.name for _, one in shares if one.is_named]
    return f"{'、'.join(named)}明显高于平均" if named else _NONE_NAMED


def _and_more(names: list[str]) -> str:
    return "等" if len(names) > 3 else ""


def _months(bulletin: Bulletin) -> Phrase:
    """``近6个月``; how many of them have a record, where not each has one."""
    sources, pooled = bulletin.sources, bulletin.settings.rules.inspection_pool_months
    months = [bulletin.month.shift(-step) for step in range(pooled)]
    known = [sources.current, *filter(None, map(sources.earlier.get, months))]
    there = sum(all(map(one.has, _TABLES)) for one in known)
    source = "rules|inspection_pool_months"
    window = counted("近", Figure(pooled, "个月", source))
    if there == pooled:
        return window
    records = Figure(there, "个月", f"snapshot|{_TABLES[0]}")
    return joined(window, "（有记录的", records, "）", source=source)
