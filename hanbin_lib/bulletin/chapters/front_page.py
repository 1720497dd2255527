"""Page one: the month in one minute, six key figures, what needs a decision."""

from hanbin_lib.bulletin.absence import internal
from hanbin_lib.bulletin.opening import ANNEX, Bulletin
from hanbin_lib.bulletin.tested import CHANGE, key
from hanbin_lib.bulletin.wording import (
    chinese_date,
    counted,
    joined,
    month_end,
    paragraph,
    sentence,
    words,
    year_of,
)
from hanbin_lib.display import (
    IN_WAN,
    Decision,
    Decisions,
    Figure,
    KeyFigure,
    KeyFigures,
    Masthead,
    Paragraph,
    Phrase,
    Strong,
    Text,
)
from hanbin_lib.indicators import ALL, DEFINITIONS
from hanbin_lib.indicators.safeguards import REGISTERED

DEMONSTRATION = "演示数据"


def masthead(bulletin: Bulletin) -> Masthead:
    """Red head, issue line and document title; a draft until the officer numbers it."""
    county, issue, month = bulletin.settings.county, bulletin.issue, bulletin.month
    number = f"第{issue.issue_number}期" if issue.issue_number else "期号待定"
    work = "防返贫动态监测和帮扶" if bulletin.is_county else "监测帮扶"
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
    totals = sentence(
        "截至{month}，{whole}在册监测对象{monitored}，其中已消除风险{eliminated}，未消除风险{open}。",
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
    work = sentence(
        "转移就业{workers}，公益性岗位{posts}，社区工厂{workshops}。",
        workers=figures.figure("transferred_workers", style=IN_WAN),
        posts=figures.figure("public_post_holders", style=IN_WAN),
        workshops=figures.figure("workshops"),
    )
    return paragraph(totals, movement, work, _shortfall(bulletin))


def key_figures(bulletin: Bulletin) -> KeyFigures:
    """At most six key figures: the register first, then what was checked this month."""
    cards = [_stock(bulletin, "monitored"), _stock(bulletin, "open_risk"), _without_measure(bulletin)]
    checked = (
        ("phone_problem_households", "电话反映有问题", "phone_contact_share", "接通率"),
        ("problems_overdue", "逾期未完成问题", "problems_open", "未销号"),
        ("no_worker_households", "有劳动力无人就业", "able_households", "有劳动力"),
    )
    cards += [_checked(bulletin, *one) for one in checked if bulletin.figures.value(one[0]) is not None]
    spare = (_stock(bulletin, "risk_eliminated"), _new(bulletin), _timeliness(bulletin))
    return KeyFigures((*cards, *spare)[:6])


@internal
def decisions(bulletin: Bulletin) -> Decisions:
    """At most three points that need a decision, most pressing first."""
    candidates = (
        _measure_decision(bulletin),
        _overdue_decision(bulletin),
        _disagreement_decision(bulletin),
        _line_decision(bulletin),
        _income_decision(bulletin),
    )
    items = tuple(item for item in candidates if item is not None)[:3]
    return Decisions("提请研究决定的事项", items, none="本月没有需要提请研究决定的事项。")


def _shortfall(bulletin: Bulletin) -> tuple[Text, ...]:
    figures, name = bulletin.figures, "households_without_measure"
    if figures.is_suppressed(name):
        return sentence(
            "满{deadline}仍无帮扶措施的未消除风险户数{late}。",
            late=figures.figure(name),
            deadline=_deadline(bulletin),
        )
    if not figures.value(name):
        return sentence("没有满{deadline}仍无帮扶措施的未消除风险户。", deadline=_deadline(bulletin))
    return sentence(
        "须立即补上的短板：{late}满{deadline}仍无帮扶措施。",
        late=Strong((figures.figure(name),)),
        deadline=_deadline(bulletin),
    )


def _stock(bulletin: Bulletin, stem: str) -> KeyFigure:
    figures, name = bulletin.figures, f"{stem}_households"
    return KeyFigure(
        DEFINITIONS[name].name.removesuffix("户数"),
        figures.figure(name),
        change=_on_last_month(bulletin, name),
        aside=figures.figure(f"{stem}_persons"),
        trend=tuple(figures.trend(name)),
    )


def _without_measure(bulletin: Bulletin) -> KeyFigure:
    figures, name = bulletin.figures, "households_without_measure"
    late = figures.value(name)
    return KeyFigure(
        f"满{bulletin.settings.rules.measure_deadline_months}个月仍无措施",
        figures.figure(name),
        change=_on_last_month(bulletin, name),
        aside=_spread(bulletin, name),
        trend=tuple(figures.trend(name)),
        light=None if figures.is_suppressed(name) else "act" if late else "steady",
    )


def _checked(bulletin: Bulletin, name: str, label: str, beside: str, word: str) -> KeyFigure:
    """A figure of this month's checks, to be watched where it is not zero, with a second one."""
    figures = bulletin.figures
    second = figures.figure(beside)
    return KeyFigure(
        label,
        figures.figure(name),
        change=_since_last_month(bulletin, name),
        aside=joined(word, second, source=second.source),
        light="watch" if figures.value(name) else "steady",
    )


def _new(bulletin: Bulletin) -> KeyFigure:
    figures, name = bulletin.figures, "new_households"
    return KeyFigure(
        "当月新纳入",
        figures.figure(name),
        change=_on_last_month(bulletin, name),
        aside=figures.figure("new_persons"),
        trend=tuple(figures.trend(name)),
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
    change = bulletin.figures.signed_change(indicator)
    if bulletin.figures.difference(indicator) == 0:
        change = words("持平", change.source)
    return paragraph(sentence("较上月{change}", change=Strong((change,))), style="note")


def _since_last_month(bulletin: Bulletin, indicator: str) -> Paragraph:
    """Answers of those who were reached are a sample: their change is tested, not subtracted."""
    if indicator != "phone_problem_households":
        return _on_last_month(bulletin, indicator)
    is_clear = key(CHANGE, ALL) in bulletin.tested.named
    change = bulletin.figures.tested_change(CHANGE, is_clear=is_clear)
    return paragraph(sentence("较上月{change}", change=Strong((change,))), style="note")


def _spread(bulletin: Bulletin, indicator: str) -> Phrase | None:
    """How many places below are concerned."""
    values = places_concerned(bulletin, indicator)
    codes = bulletin.scope.register.children(bulletin.place)["place_code"]
    if not values or any(bulletin.figures.is_suppressed(indicator, place=code) for code in codes):
        return None
    unit = "个镇" if bulletin.is_county else "个村"
    source = f"places|{indicator}|{bulletin.month}|{bulletin.place}"
    return counted("涉及", Figure(len(values), unit, source))


def places_concerned(bulletin: Bulletin, indicator: str) -> dict[str, float]:
    """Places below with a value above zero, largest first (code order where equal)."""
    codes = bulletin.scope.register.children(bulletin.place)["place_code"]
    values = {code: bulletin.figures.value(indicator, place=code) or 0.0 for code in codes}
    return {code: n for code, n in sorted(values.items(), key=lambda item: -item[1]) if n > 0}


def _measure_decision(bulletin: Bulletin) -> Decision | None:
    figures, name = bulletin.figures, "households_without_measure"
    concerned = places_concerned(bulletin, name)
    if not figures.value(name) or not concerned:
        return None
    first = next(iter(concerned))
    detail = sentence(
        "{spread}，最多的是{place}（{count}）；建议由{owner}逐户落实针对性措施，下月通报结果。",
        spread=_spread(bulletin, name) or "",
        place=bulletin.scope.register.name(first),
        count=figures.figure(name, place=first),
        owner=bulletin.settings.county.bureau_name if bulletin.is_county else bulletin.place_name,
    )
    ask = sentence("{late}无措施户限期清零。", late=figures.figure(name))
    return _decision(bulletin, ask, detail, "monitoring")


def _overdue_decision(bulletin: Bulletin) -> Decision | None:
    """Problems so long overdue that the last step of escalation has come."""
    figures, steps = bulletin.figures, bulletin.settings.rules.escalation
    last = max(steps, key=lambda one: one.days)
    group = f"step={last.step}"
    if not figures.value("problems_to_escalate", group=group):
        return None
    number, _ = bulletin.chapter("rectification")
    ask = sentence("{count}逾期问题逐个过堂。", count=figures.figure("problems_to_escalate", group=group))
    detail = sentence(
        "逾期已满{days}，应{step}；全部逾期{all}，责任单位和时限见{chapter}附表。",
        chapter=f"{number}和" if number.startswith(ANNEX) else f"第{number}章和" if number else "",
        days=Figure(last.days, "天", "rules|escalation"),
        step=last.step,
        all=figures.figure("problems_overdue"),
    )
    return _decision(bulletin, ask, detail, "rectification")


def _disagreement_decision(bulletin: Bulletin) -> Decision | None:
    figures, name = bulletin.figures, "safeguard_phone_only_households"
    values = {group: figures.value(name, group=f"safeguard={group}") or 0.0 for group in REGISTERED.values()}
    total, most = sum(values.values()), max(values, key=lambda group: values[group])
    if not total:
        return None
    source = f"{name}|{bulletin.month}|{bulletin.place}|sum"
    ask = sentence("{count}三保障和饮水线索入户核实。", count=Figure(total, "户次", source))
    detail = sentence(
        "电话答有问题而登记簿没有显示，最多的是{most}（{count}）；由镇（街道）入户核实，更正登记或落实措施。",
        most=most,
        count=figures.figure(name, group=f"safeguard={most}"),
    )
    return _decision(bulletin, ask, detail, "safeguards")


def _line_decision(bulletin: Bulletin) -> Decision | None:
    figures, month = bulletin.figures, bulletin.month
    year = year_of(month)
    if bulletin.scope.line is None:
        if not bulletin.is_county:
            return None
        ask = sentence("确定并录入{year}监测范围。", year=year)
        detail = sentence("当年防返贫监测收入范围尚未录入，应纳未纳筛查和线下户数暂缺；请明确标准和文号。")
        return _decision(bulletin, ask, detail, "livelihood")
    name = "below_line_unmonitored_households"
    if not figures.value(name):
        return None
    ask = sentence("{count}低收入脱贫户逐户核查。", count=figures.figure(name))
    detail = sentence("登记收入低于{year}监测线且未纳入监测，属筛查线索，须入户核实后定。", year=year)
    return _decision(bulletin, ask, detail, "livelihood")


def _income_decision(bulletin: Bulletin) -> Decision | None:
    figures, name = bulletin.figures, "income_mismatch_households"
    if not figures.value(name):
        return None
    ask = sentence("{count}收入数据限期复核。", count=figures.figure(name))
    detail = sentence("系统存值与按分项重新计算的人均纯收入不一致，请对照佐证材料更正。")
    return _decision(bulletin, ask, detail, "livelihood")


def _decision(bulletin: Bulletin, ask: tuple[Text, ...], detail: tuple[Text, ...], chapter: str) -> Decision:
    return Decision(ask, detail, *bulletin.chapter(chapter))


def _deadline(bulletin: Bulletin) -> Figure:
    months = bulletin.settings.rules.measure_deadline_months
    return Figure(months, "个月", "rules|measure_deadline_months")
