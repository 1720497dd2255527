"""一、监测动态: who is monitored, what changed, why households are still open."""

import math

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.asks import NOUNS, RATES, rate_name, slow_units
from hanbin_lib.bulletin.exhibits import columns, internal, largest_first, rounded, sourced
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.settled import RULES
from hanbin_lib.bulletin.wording import headline, month_end, note, sentence, words
from hanbin_lib.display import (
    WHOLE,
    Chart,
    Columns,
    Figure,
    Missing,
    Paragraph,
    Table,
    plain_text,
    written,
)
from hanbin_lib.indicators import Unit
from hanbin_lib.indicators.register import SITUATIONS
from hanbin_lib.months import Month

_WITHHELD = "公开版有不公布的数，不作图"
_TREND = ("open_risk_households", "newly_eliminated_households", "new_households")
_NOT_RECEIVED = "要用的栏目没有收到"
_ROUNDED = "公开版各类的数只印到整倍数，不能相加，不作图"


def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: where the open households stand against the end of last year."""
    figures, year_end = bulletin.figures, Month(bulletin.month.year - 1, 12)
    is_known = year_end in bulletin.scope.months
    since = year_end if is_known else bulletin.scope.months[0]
    return headline(
        "未消除风险{now}，较{then}{change}；当月新纳入{new}，消除{gone}。",
        now=figures.figure("open_risk_households"),
        then=words("上年末" if is_known else since.label, f"month|{since}"),
        change=figures.change_in_words("open_risk_households", since=since),
        new=figures.figure("new_households"),
        gone=figures.figure("newly_eliminated_households"),
    )


@sourced("monitored_persons")
def status_flow(bulletin: Bulletin) -> Chart | Missing:
    """Category -> eliminated or open -> why still open."""
    figures = bulletin.figures
    if not figures.value("monitored_households"):
        reason = figures.reason("monitored_households", bulletin.scope.spoken("没有在册监测对象"))
        return Missing(bulletin.scope.spoken("监测对象构成"), reason)
    if bulletin.is_public:
        return Missing(bulletin.scope.spoken("监测对象构成"), _ROUNDED)
    eliminated = figures.groups("risk_eliminated_households", "category")
    open_now = figures.groups("open_risk_households", "category")
    situations = figures.groups("open_risk_households", "situation")
    rules = bulletin.settings.rules
    labels = {
        SITUATIONS[0]: f"满{rules.measure_deadline_months}个月仍无措施",
        SITUATIONS[2]: f"监测未满{rules.least_months_to_elimination}个月",
    }
    return charts.status_flow(
        categories=tuple((name, eliminated.get(name, 0.0), open_now[name]) for name in open_now.index),
        situations=tuple(
            (labels.get(name, name), situations.get(name, 0.0), name == SITUATIONS[0])
            for name in reversed(SITUATIONS)
        ),
        persons=(
            figures.value("monitored_persons") or 0.0,
            figures.value("risk_eliminated_persons") or 0.0,
            figures.value("open_risk_persons") or 0.0,
        ),
        title=_split(bulletin),
        unit_line=f"带宽与户数成正比，截至{bulletin.month.label}末",
        whole_name=bulletin.scope.spoken("在册监测对象"),
    )


def _split(bulletin: Bulletin) -> str:
    """``5408户中3076户已消除风险，2332户未消除``; of one state alone ``2户都已消除风险``."""
    figures = bulletin.figures
    text = "{total}中{gone}已消除风险，{open}未消除"
    if figures.value("open_risk_households") == 0:
        text = "{total}都已消除风险"
    elif figures.value("risk_eliminated_households") == 0:
        text = "{total}都未消除风险"
    return plain_text(
        sentence(
            text,
            total=figures.figure("monitored_households"),
            gone=figures.figure("risk_eliminated_households"),
            open=figures.figure("open_risk_households"),
        )
    )


@sourced("monitored_persons")
def movement(bulletin: Bulletin) -> Columns:
    """Open households over the year with the month's flows, beside the causes."""
    return Columns((_trend(bulletin), _causes(bulletin)), widths=(90, 62))


def definition_note(bulletin: Bulletin) -> Paragraph:
    """Why no elimination rate is ranked, and how earlier months are read back."""
    rules = bulletin.settings.rules
    return note(
        "口径",
        sentence(
            "{end}数据，{calibre}。户按户编号、人按人口行计；以前各月按本期登记簿倒推。",
            end=month_end(bulletin.month),
            calibre=bulletin.settings.county.calibre,
        ),
        sentence(
            "风险消除不设比例指标，一般须监测满{months}、落实针对性措施、收入持续稳定；"
            "整户无劳动能力的兜底保障户不标注消除，本刊不以消除率高低评价各地。",
            months=Figure(rules.least_months_to_elimination, "个月", "rules|least_months_to_elimination"),
        ),
    )


@internal
def slow_table(bulletin: Bulletin) -> Table | Missing:
    """The rule by which on-time rates reach page one, and every unit that it names."""
    rules = bulletin.settings.rules
    floor = written(rules.on_time_floor_share, Unit.SHARE, WHOLE)
    rows = tuple(
        (rate_name(name), one.unit, one.cases) for name in RATES for one in slow_units(bulletin, name)
    )
    rule = f"到期不少于{rules.on_time_least_cases}件、按期率低于{floor}的"
    figures = bulletin.figures
    unknown = [rate_name(one) for one in RATES if figures.value(one) is None and not figures.has_no_base(one)]
    but = f"；{'、'.join(unknown)}没有收到，不在其中" if unknown else ""
    if not bulletin.is_county:  # of other places it says nothing: they may be slow
        none, told = f"列{rule}，{bulletin.place_name}不在其中", f"列{rule}；按期数/到期数；只看本地"
    else:
        rule += "镇（街道）和部门"
        none = f"本月没有{rule}"
        told = f"规则：{rule}，由低到高，每项首页最多列三个；按期数/到期数；本月{len(rows)}个"
    if not rows:
        return Missing("按期率低的单位", f"{none}{but}")
    return Table(
        title="按期率低的单位",
        unit_line=f"{told}{but}",
        columns=columns("按期率", "单位", "按期/到期", left=2),
        rows=rows,
    )


@internal
def follow_up_note(bulletin: Bulletin) -> Paragraph:
    """When the month's tables confirm that a point of page one is settled."""
    rules = bulletin.scope.spoken("；".join(f"{NOUNS[key][1]}，{what}" for key, what in RULES.items()))
    return note(
        "登记簿证实",
        sentence(
            "首页交办事项下月对照：填报办结以收回的清单为准；登记簿证实的条件是——{rules}。", rules=rules
        ),
    )


def _trend(bulletin: Bulletin) -> Chart | Missing:
    figures = bulletin.figures
    if bulletin.is_public and not bulletin.is_county:
        return Missing("走势", "公开版不公布镇（街道）以前各月的数")
    series = [tuple(figures.trend(name)) for name in _TREND]
    if bulletin.is_public and any(math.isnan(value) for values in series for value in values):
        return Missing("走势", _WITHHELD)
    if any(all(map(math.isnan, values)) for values in series):
        return Missing("走势", _NOT_RECEIVED)
    if any(figures.is_rounded(name, month=month) for name in _TREND for month in bulletin.scope.months):
        return Missing("走势", _ROUNDED)
    start, is_nobody = _first_known(series), not any(map(any, series))
    if is_nobody or start == len(series[0]):
        nobody = f"{bulletin.scope.months[0].label}以来没有未消除风险户"
        return Missing("走势", nobody if is_nobody else "本月的数没有都收到")
    change = figures.change_in_words("open_risk_households").text
    return charts.open_trend(
        months=tuple(str(month) for month in bulletin.scope.months)[start:],
        open_households=series[0][start:],
        eliminated=series[1][start:],
        new=series[2][start:],
        title=f"未消除风险户较上月{change}",
        unit_line="上：月末未消除风险户；下：当月消除与新纳入户数",
    )


def _first_known(series: list[tuple[float, ...]]) -> int:
    """First of the months that are known up to now: what was another place before has no numbers of then."""
    unknown = [n for n, values in enumerate(zip(*series, strict=True)) if any(map(math.isnan, values))]
    return unknown[-1] + 1 if unknown else 0


def _causes(bulletin: Bulletin) -> Chart | Missing:
    figures, name = bulletin.figures, "open_risk_households"
    every = figures.groups(name, "cause")
    withheld = every.isna().any()
    now = largest_first(every[every > 0])
    if now.empty:
        reason = _WITHHELD if bulletin.is_public else _NOT_RECEIVED
        return Missing("致险原因", reason if withheld else "没有未消除风险户")
    more = "；另有原因的户数不公布" if withheld else ""
    changes = (figures.difference(name, group=f"cause={cause}") for cause in now.index)
    return charts.cause_bars(
        causes=tuple(zip(now.index, now, changes, strict=True)),
        title="公布的致险原因" if withheld else _first_cause(now),
        unit_line=f"未消除风险户按第一致险原因，户{rounded(bulletin)}{more}",
    )


def _first_cause(counts: pd.Series) -> str:
    """``因病居首位``; all that have as many; the rest (其他) is listed last, and may be the largest."""
    first = "、".join(map(str, counts.index[counts == counts.max()]))
    return f"{first}{'并列' if '、' in first else '居'}首位"
