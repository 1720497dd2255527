"""Page one: the month in one minute, six key figures, what needs a decision."""

from hanbin_lib.bulletin.asks import (
    NOUNS,
    RATES,
    Slow,
    asks,
    further_asks,
    rate_name,
    slow_units,
    spread,
    unknown_asks,
)
from hanbin_lib.bulletin.exhibits import internal
from hanbin_lib.bulletin.handed_out import DONE, HandedOut
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.settled import can_tell, settled
from hanbin_lib.bulletin.tested import CHANGE, key
from hanbin_lib.bulletin.wording import (
    chinese_date,
    in_one,
    joined,
    month_end,
    note,
    paragraph,
    sentence,
    words,
)
from hanbin_lib.contract.labels import DEMONSTRATION
from hanbin_lib.display import (
    IN_WAN,
    WHOLE,
    Decision,
    Decisions,
    Figure,
    KeyFigure,
    KeyFigures,
    Masthead,
    Paragraph,
    Strong,
    Text,
)
from hanbin_lib.indicators import ALL, DEFINITIONS, Unit
from hanbin_lib.state import ActionAsk

_MOST_SLOW = 3
_FOLLOW = "follow"
_LATE = "households_without_measure"


def masthead(bulletin: Bulletin) -> Masthead:
    """Red head, issue line and document title; a draft until the officer numbers it."""
    county, issue, month = bulletin.settings.county, bulletin.issue, bulletin.month
    number = f"第{issue.issue_number}期" if issue.issue_number else "期号待定"
    work = bulletin.scope.spoken("防返贫动态监测和帮扶") if bulletin.is_county else "监测帮扶"
    subject = "" if bulletin.is_county else bulletin.place_name
    return Masthead(
        bulletin_name=county.bulletin_name,
        issuer=county.bureau_name,
        issue_label=f"{month.year}年{month.number}月（{number}）",
        date_label=chinese_date(issue.release_date) if issue.release_date else "印发日期待定",
        title=f"{subject}{month.number}月份{work}工作情况",
        mark=mark(bulletin),
        as_of=issue.release_date or month.last_day,
        document_number=issue.document_number,
        classification="公开版" if bulletin.is_public else "内部资料　注意保存",
    )


def mark(bulletin: Bulletin) -> str:
    """What stands on every page: demonstration data, draft, or nothing."""
    marks = []
    if bulletin.snapshot.manifest.is_demonstration:
        marks.append(DEMONSTRATION)
    if bulletin.issue.document_number is None:
        marks.append("草稿")
    return "　".join(marks)


def summary(bulletin: Bulletin) -> Paragraph:
    """The key paragraph: totals, the month's movement, work, and what falls short."""
    figures = bulletin.figures
    parts = (
        "，其中已消除风险{eliminated}，未消除风险{open}" if figures.value("monitored_households") != 0 else ""
    )
    totals = sentence(
        bulletin.scope.spoken(f"截至{{month}}，{{whole}}在册监测对象{{monitored}}{parts}。"),
        month=month_end(bulletin.month),
        whole=bulletin.whole,
        monitored=figures.pair("monitored"),
        eliminated=figures.pair("risk_eliminated"),
        open=figures.pair("open_risk"),
    )
    movement = sentence(
        "当月新纳入{new}、消除风险{gone}，未消除风险户较上月{change}。",
        new=figures.figure("new_households"),
        gone=figures.figure("newly_eliminated_households"),
        change=figures.change_in_words("open_risk_households"),
    )
    if figures.value("monitored_households") == 0:  # nobody came, went or waits where nobody ever was
        return paragraph(totals, _work(bulletin))
    return paragraph(totals, movement, _work(bulletin), _shortfall(bulletin))


def key_figures(bulletin: Bulletin) -> KeyFigures:
    """At most six key figures: the register first, then what was checked this month."""
    cards = [_stock(bulletin, "monitored"), _stock(bulletin, "open_risk"), _without_measure(bulletin)]
    checked = (
        ("phone_problem_households", "电话反映有问题", "phone_contact_share", "接通率"),
        ("problems_overdue", "逾期未完成问题", "problems_open", "未销号"),
        ("no_worker_households", "有劳动力无人就业", "able_households", "有劳动力"),
    )
    cards += [_checked(bulletin, *one) for one in checked if bulletin.figures.value(one[0]) is not None]
    spare = (
        _stock(bulletin, "risk_eliminated"),
        _stock(bulletin, "new", "当月新纳入"),
        _timeliness(bulletin),
    )
    return KeyFigures((*cards, *spare)[:6])


@internal
def decisions(bulletin: Bulletin) -> Decisions:
    """At most three points that need a decision, most pressing first (`asks`)."""
    items = tuple(Decision(one.ask, one.detail, *bulletin.chapter(one.chapter)) for one in asks(bulletin))
    return Decisions("提请研究决定的事项", items, none=_nothing_to_decide(bulletin))


def _nothing_to_decide(bulletin: Bulletin) -> str:
    """What is not known is not denied: which points could not be seen is said."""
    unknown = unknown_asks(bulletin)
    but = f"；要用的数据没有收到或没有录入、看不出的：{'、'.join(unknown)}" if unknown else ""
    return f"本月没有需要提请研究决定的事项{but}。"


@internal
def further(bulletin: Bulletin) -> Paragraph | None:
    """Points beyond the three, named in a line: what page one leaves out, it says."""
    points = further_asks(bulletin)
    if not points:
        return None
    named = [(*point.ask[:-1], str(point.ask[-1]).removesuffix("。")) for point in points]
    return note("另有", *in_one(named), ("。",), style=_FOLLOW)


@internal
def returned(bulletin: Bulletin) -> Paragraph | None:
    """Of each of last month's points: what was reported done, and what the register confirms."""
    out = bulletin.handed_out
    points = out.record.asks.get(bulletin.place, ()) if out else ()
    if out is None or not points:
        return None
    told = [_came_back(bulletin, out, point) for point in points]
    return note("上月交办", *in_one(told), ("。",), style=_FOLLOW)


@internal
def slow(bulletin: Bulletin) -> Paragraph | None:
    """The lowest on-time rates, by the rule that the annex prints (`asks.slow_units`)."""
    found = [(name, slow_units(bulletin, name)) for name in RATES]
    listed = [_slowest(bulletin, name, units) for name, units in found if units]
    if not listed:
        return None
    rules = bulletin.settings.rules
    rule = sentence(
        "到期不少于{least}、低于{floor}的：",
        least=Figure(rules.on_time_least_cases, "件", "rules|on_time_least_cases"),
        floor=Figure(rules.on_time_floor_share, Unit.SHARE, "rules|on_time_floor_share", WHOLE),
    )
    return note("按期率低", rule, *in_one(listed), ("。",), style=_FOLLOW)


def _slowest(bulletin: Bulletin, name: str, units: list[Slow]) -> tuple[Text, ...]:
    shown: list[Text] = []
    for one in units[:_MOST_SLOW]:
        shown += ["、" if shown else "", one.unit, one.cases]
    if len(units) > _MOST_SLOW:
        where = f"places|{name}|{bulletin.month}|{bulletin.place}|slow"
        more = Figure(len(units) - _MOST_SLOW, "个", where)
        shown += sentence("，另有{more}", more=more)
    return (rate_name(name), "　", *shown)


def _came_back(bulletin: Bulletin, out: HandedOut, point: ActionAsk) -> tuple[Text, ...]:
    """``无措施户26户，填报办结20户，登记簿证实18户，报了办结而没有证实的4户``."""
    unit, noun = NOUNS[point.key][0], bulletin.scope.spoken(NOUNS[point.key][1])
    ids, year = set(point.ids), int(out.record.month[:4])
    reported = {one for one in ids & set(out.returned.rows) if out.returned.rows[one].state == DONE}
    proved = ids & out.ids(point.key, settled(bulletin, point.key, year))

    def count(what: str, cases: set[str]) -> Figure:
        return Figure(len(cases), unit, f"actions|{out.record.month}|{bulletin.place}|{point.key}|{what}")

    parts = sentence("{noun}{given}，", noun=noun, given=count("given", ids))
    if reported:
        parts += sentence("填报办结{n}，", n=count("reported", reported))
    else:
        parts += ("没有填报办结的，" if ids & set(out.returned.rows) else "没有收到回执，",)
    if not out.key:
        return (*parts, "本机没有编号的密钥，登记簿是否证实不能核对")
    if not proved and not can_tell(bulletin, point.key):
        return (*parts, "本月没有可以核对的数据，登记簿是否证实不能核对")
    if not proved:
        return (*parts, "登记簿都没有证实")
    parts += sentence("登记簿证实{n}", n=Strong((count("proved", proved),)))
    if reported - proved:
        parts += sentence("，报了办结而没有证实的{n}", n=count("unproved", reported - proved))
    return parts


def _work(bulletin: Bulletin) -> tuple[Text, ...]:
    """Where people work; what all three lack is told once."""
    figures = bulletin.figures
    workers, posts = (
        figures.figure(name, style=IN_WAN) for name in ("transferred_workers", "public_post_holders")
    )
    workshops = figures.figure("workshops")
    lacking = {one.text for one in (workers, posts, workshops) if not one.figures}
    if len(lacking) == 1 and not (workers.figures or posts.figures or workshops.figures):
        return sentence("转移就业、公益性岗位、社区工厂{lacking}。", lacking=workers)
    text = "转移就业{workers}，公益性岗位{posts}，社区工厂{workshops}。"
    return sentence(text, workers=workers, posts=posts, workshops=workshops)


def _shortfall(bulletin: Bulletin) -> tuple[Text, ...]:
    late, count = bulletin.figures.figure(_LATE), bulletin.figures.value(_LATE)
    months = bulletin.settings.rules.measure_deadline_months
    deadline = Figure(months, "个月", "rules|measure_deadline_months")
    if count is None:
        return sentence("满{deadline}仍无帮扶措施的未消除风险户数{late}。", late=late, deadline=deadline)
    if not count:
        return sentence("没有满{deadline}仍无帮扶措施的未消除风险户。", deadline=deadline)
    text = "须立即补上的短板：{late}满{deadline}仍无帮扶措施。"
    return sentence(text, late=Strong((late,)), deadline=deadline)


def _stock(bulletin: Bulletin, stem: str, label: str = "") -> KeyFigure:
    figures, name = bulletin.figures, f"{stem}_households"
    return KeyFigure(
        label or bulletin.scope.spoken(DEFINITIONS[name].name).removesuffix("户数"),
        figures.figure(name),
        change=_on_last_month(bulletin, name),
        aside=figures.figure(f"{stem}_persons"),
        trend=tuple(figures.trend(name)),
    )


def _without_measure(bulletin: Bulletin) -> KeyFigure:
    figures, late = bulletin.figures, bulletin.figures.value(_LATE)
    return KeyFigure(
        f"满{bulletin.settings.rules.measure_deadline_months}个月仍无措施",
        figures.figure(_LATE),
        change=_on_last_month(bulletin, _LATE),
        aside=spread(bulletin, _LATE),
        trend=tuple(figures.trend(_LATE)),
        light=None if late is None else "act" if late else "steady",
    )


def _checked(bulletin: Bulletin, name: str, label: str, beside: str, word: str) -> KeyFigure:
    """A figure of this month's checks, to be watched where it is not zero, with a second one."""
    figures = bulletin.figures
    second = figures.figure(beside)
    return KeyFigure(
        label,
        figures.figure(name),
        change=_on_last_month(bulletin, name),
        aside=joined(word, second, source=second.source),
        # Where nobody was reached, nobody said that there is no problem.
        light="watch" if figures.value(name) else None if figures.value(beside) == 0 else "steady",
    )


def _timeliness(bulletin: Bulletin) -> KeyFigure:
    figures = bulletin.figures
    median = figures.figure("median_months_to_measure")
    return KeyFigure(
        "措施按期落实率",
        figures.figure("timely_measure_share"),
        change=paragraph(sentence("近一年识别户，中位{median}", median=median), style="note"),
        aside=None,
        trend=(),
    )


def _on_last_month(bulletin: Bulletin, indicator: str) -> Paragraph:
    """Answers of those who were reached are a sample: their change is tested, not subtracted."""
    change, difference = bulletin.figures.signed_change(indicator), bulletin.figures.difference(indicator)
    of = ""
    if indicator == "phone_problem_households":
        is_clear = key(CHANGE, ALL) in bulletin.tested.named
        change = bulletin.figures.tested_change(CHANGE, is_clear=is_clear)
        of = "比例" if change.figures else ""  # points, under a count of households
    elif not difference:
        none = bulletin.figures.no_change(indicator)
        change = words(none if difference is None else "持平", change.source)
    return paragraph(sentence("{of}较上月{change}", of=of, change=Strong((change,))), style="note")
