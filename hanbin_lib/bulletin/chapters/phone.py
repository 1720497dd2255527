"""四、电话抽查: who was reached, what they said, and what silence may hide."""

from dataclasses import replace

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import columns, needs, rounded, sourced, strip
from hanbin_lib.bulletin.figures import FEWEST_FOR_PERCENT
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.tested import ANSWER, CHANGE, FIRST, key
from hanbin_lib.bulletin.wording import (
    headline,
    note,
    sentence,
    share,
    words,
)
from hanbin_lib.contract.labels import CALL_DISPOSITIONS
from hanbin_lib.display import Chart, Columns, Missing, Paragraph, Shown, Strip, Table, Text
from hanbin_lib.indicators.register import AGE_BANDS, STRATA
from hanbin_lib.indicators.safeguards import ANSWERED

_TABLE = "phone_checks"
_RATES = columns("比例", "区间", "走访率", "满意率", widths=(None, 26), left=0)


@needs(_TABLE, chapter="电话抽查")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: reach, the worst answer, and whether it changed beyond chance."""
    figures = bulletin.figures
    reached = {
        "reached": figures.figure("phone_reached_households"),
        "share": figures.figure("phone_contact_share"),
    }
    if not _are_told(bulletin):
        return headline("有效接通{reached}，接通率{share}。", **reached)
    first, *others = _most(bulletin)
    group = f"answer={first}"
    if not figures.value(ANSWER, group=group):
        none = words("都没有", figures.address(ANSWER, group=group))
        return headline("有效接通{reached}，接通率{share}；各项{none}反映问题。", **reached, none=none)
    text = "反映问题最多的是{first}（{rate}），较上月{change}。"
    if not others:
        text = "反映的都是{first}问题（{rate}），较上月{change}。"
    elif not _is_clearly_first(bulletin):
        text = f"反映问题较多的是{_listed(len(others))}，不分先后；{{first}}较上月{{change}}。"
    return headline(
        "有效接通{reached}，接通率{share}；" + text,
        **reached,
        first=first,
        rate=figures.figure(ANSWER, group=group),
        **{f"item{n}": one for n, one in enumerate(others)},
        **{f"rate{n}": figures.figure(ANSWER, group=f"answer={one}") for n, one in enumerate(others)},
        change=figures.tested_change(
            CHANGE, group=group, is_clear=key(CHANGE, group) in bulletin.tested.named
        ),
    )


@needs(_TABLE)
def calls(bulletin: Bulletin) -> Strip:
    """From the households that should be called to those that answered."""
    return strip(
        bulletin.figures,
        ("", "应访户", "phone_base_households"),
        ("→", "已拨", "phone_called_households"),
        ("→", "有效接通", "phone_reached_households"),
        ("→", "答有问题", "phone_problem_households"),
    )


@needs(_TABLE)
@sourced("phone_checks")
def answers(bulletin: Bulletin) -> Chart | Missing:
    """Share with a problem by item, this month and last, with intervals."""
    figures = bulletin.figures
    dots = [_dot(bulletin, label) for label in ANSWERED.values()]
    shown = tuple(dot for dot in dots if dot is not None)
    if not shown:
        return Missing("电话回答", figures.reason("phone_reached_households", "没有有效接通的户"))
    is_first, first = _is_clearly_first(bulletin), _most(bulletin)[0]
    return charts.share_dots(
        dots=tuple(replace(dot, is_red=is_first and dot.label == first) for dot in shown),
        title=_title(bulletin),
        unit_line="答“有问题”的比例，加权到全部应访户；实点本月，空点上月，线段为95%区间"
        + ("" if bulletin.is_public else "；右为有问题户/回答户"),
    )


@needs(_TABLE)
@sourced("phone_checks")
def silence(bulletin: Bulletin) -> Columns:
    """Who was not reached, beside how calls ended."""
    return Columns((_contact_table(bulletin), _disposition_chart(bulletin)), widths=(76, 74))


@needs(_TABLE)
def place_table(bulletin: Bulletin) -> Table | None:
    """Contact, problems, visits by place, with n/N; villages are not published."""
    figures, base = bulletin.figures, "phone_base_households"
    if bulletin.is_public and not bulletin.is_county:
        return None
    has_rates = bulletin.is_county and not bulletin.is_public
    codes = [
        code
        for code in bulletin.children
        if figures.value(base, place=code) or figures.is_suppressed(base, place=code)
    ]
    row = _town_row if has_rates else _village_row
    return Table(
        title=f"各{bulletin.children_word}电话抽查",
        unit_line="户；有问题比例按监测状态加权，区间为95%" if has_rates else "户",
        columns=(
            *columns(
                bulletin.children_word, "应访", "接通", "有问题", widths=(26 if bulletin.is_county else 40,)
            ),
            *(_RATES if has_rates else ()),
        ),
        rows=tuple(row(bulletin, code) for code in (*codes, bulletin.place)),
        totals=1,
    )


@needs(_TABLE)
def reading_note(bulletin: Bulletin) -> Paragraph:
    """Bounds for those who did not answer, and the interviewer effect."""
    figures = bulletin.figures
    low, high = (figures.number("phone_problem_bound_share", name) for name in ("lower", "upper"))
    source = figures.address("phone_problem_bound_share")
    bounds: list[tuple[Text, ...]] = []
    if low is not None and high is not None:
        text = "没有拨打、没有接通的不是随机的：若都没有问题，比例为{low}；若都有问题，为{high}。"
        bounds = [sentence(text, low=share(low, source), high=share(high, source))]
    elif figures.value("phone_reached_households") == 0:
        return note("可信程度", ("没有一户有效接通，各项比例无从谈起。",))
    return note(
        "可信程度",
        *bounds,
        sentence(
            "满意率{satisfied}、走访率{visited}由被评价的一方拨打得出，偏高，不宜单独用于考核。",
            satisfied=figures.figure("phone_satisfied_share"),
            visited=figures.figure("phone_visited_share"),
        ),
    )


def _title(bulletin: Bulletin) -> str:
    """What the chart of answers says: which item has most, where anybody has any."""
    if not _are_told(bulletin):
        return f"反映问题（{'公布' if bulletin.is_public else '收到'}的项目）"
    first, *others = _most(bulletin)
    if not bulletin.figures.value(ANSWER, group=f"answer={first}"):
        return "各项都没有反映问题"
    if not others:
        return f"反映问题：都是{first}"
    if _is_clearly_first(bulletin):
        return f"反映问题：{first}最多"
    return f"反映问题：{'、'.join((first, *others))}较多，不分先后"


def _are_told(bulletin: Bulletin) -> bool:
    """Which answer comes first is not said where one of them is not published or did not come in."""
    groups = (f"answer={label}" for label in ANSWERED.values())
    return all(bulletin.figures.value(ANSWER, group=group) is not None for group in groups)


def _most(bulletin: Bulletin) -> list[str]:
    """The item with the largest share, and of the others that have any the next with all that print alike."""
    figures = bulletin.figures
    shares = {one: figures.value(ANSWER, group=f"answer={one}") or 0.0 for one in ANSWERED.values()}
    first, second, *rest = sorted(shares, key=lambda one: -shares[one])
    told = {one: figures.figure(ANSWER, group=f"answer={one}").text for one in shares}
    alike = [one for one in rest if shares[one] and told[one] == told[second]]
    return [first, *([second, *alike] if shares[second] else [])]


def _listed(others: int) -> str:
    """``甲（0.6%）、乙（0.5%）和丙（0.5%）``."""
    items = ["{first}（{rate}）", *(f"{{item{n}}}（{{rate{n}}}）" for n in range(others))]
    return f"{'、'.join(items[:-1])}和{items[-1]}"


def _is_clearly_first(bulletin: Bulletin) -> bool:
    return key(FIRST, ANSWER) in bulletin.tested.named


def _dot(bulletin: Bulletin, label: str) -> charts.Dot | None:
    figures, group = bulletin.figures, f"answer={label}"
    known = figures.estimate(ANSWER, group=group)
    if known is None:
        return None
    before = figures.value(ANSWER, month=bulletin.month.shift(-1), group=group)
    base = figures.number(ANSWER, "denominator", group=group)
    cases = "" if base is None else figures.cases(ANSWER, group=group).text
    is_few = base is not None and base < FEWEST_FOR_PERCENT
    return charts.Dot(label, *known, before, cases, is_few=is_few)


def _contact_table(bulletin: Bulletin) -> Table | Missing:
    figures, name = bulletin.figures, "phone_contact_share"
    groups = [(label, f"stratum={label}") for label in STRATA]
    groups += [(f"户主{label}" if "户主" not in label else label, f"age={label}") for label in AGE_BANDS]
    shown = [one for one in groups if figures.value(name, group=one[1]) is not None]
    if not shown:
        reason = figures.reason("phone_called_households", "没有拨打记录")
        return Missing("谁没有接通", "公开版不公布" if bulletin.is_public else reason)
    heads = columns("类别", "接通率", "户数", widths=(36, 14, 26))[: 2 if bulletin.is_public else 3]
    rows = tuple(
        (label, figures.plain(name, group=group), figures.cases(name, group=group))[: len(heads)]
        for label, group in shown
    )
    return Table(
        title="谁没有接通：按登记情况比较",
        unit_line="有效接通户/已拨户",
        columns=heads,
        rows=rows,
        rule_every=3,
    )


def _disposition_chart(bulletin: Bulletin) -> Chart | Missing:
    counts = bulletin.figures.groups("phone_disposition_households", "disposition")
    known = dict.fromkeys((*CALL_DISPOSITIONS, *map(str, counts.index)))  # the bureau's own words last
    groups = tuple((label, float(counts.get(label, 0.0))) for label in known)
    if not counts.sum():
        reason = bulletin.figures.reason("phone_called_households", "没有拨打记录")
        withheld = bulletin.is_public and counts.isna().any()
        return Missing("通话结果", "公开版不公布" if withheld else reason)
    return charts.group_bars(
        groups=groups,
        unit="户",
        title="通话结果",
        unit_line=f"户，按最好的一次通话计{rounded(bulletin)}",
        width_mm=74,
    )


def _town_row(bulletin: Bulletin, code: str) -> tuple[str | Shown, ...]:
    figures = bulletin.figures
    return (
        *_village_row(bulletin, code),
        figures.figure("phone_problem_share", place=code),
        figures.interval("phone_problem_share", place=code),
        figures.figure("phone_visited_share", place=code),
        figures.figure("phone_satisfied_share", place=code),
    )


def _village_row(bulletin: Bulletin, code: str) -> tuple[str | Shown, ...]:
    figures = bulletin.figures
    stems = ("phone_base_households", "phone_reached_households", "phone_problem_households")
    return (bulletin.row_name(code), *(figures.plain(stem, place=code) for stem in stems))
