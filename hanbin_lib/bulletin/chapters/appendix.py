"""附：口径与数据说明: quality of the data, where it came from, what each number means."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hanbin_lib import __version__, audit
from hanbin_lib.areas import LIKE_A_TOWN, told_kind
from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import chinese_date, counted, joined, note, sentence, words
from hanbin_lib.contract import TABLES
from hanbin_lib.display import (
    AnnexTable,
    Column,
    Columns,
    Definitions,
    DefinitionTable,
    Figure,
    Imprint,
    Origin,
    Paragraph,
    Text,
)
from hanbin_lib.indicators import CHAPTERS, DEFINITIONS, Definition
from hanbin_lib.store import program_digest

_MOST_RULES = 4
# What page one and the leads speak of; the whole list is in the annex and in the documentation.
_MAIN = (
    "monitored_households",
    "open_risk_households",
    "households_without_measure",
    "timely_measure_share",
    "phone_problem_households",
    "phone_problem_share",
    "inspection_problem_share",
    "problems_overdue",
    "no_worker_households",
    "net_income_per_head_yuan",
    "town_rank",
)


_DIGITS = 16  # of a hash, as `hanbin trace` tells it

# Addresses that are no row of the table of indicators, by their first part.
_OTHERS = {
    "actions": ("上月交办事项", "行动清单的行数、收回的回执，和本月登记簿、台账能证实的行数"),
    "annex": ("附表行数", "附表（Excel）中同名表的行数"),
    "clues": ("线索的一行", "线索和预警中该线索编号的发现时间和逾期天数"),
    "contract": ("上报表的栏目", "该项在上报的表里没有栏目，见数据字典"),
    "findings": ("导入核查提示条数", "导入时核查规则查出的提示，按规则计数"),
    "forecast": ("增收目标预测", "历年收入序列的组合预测，地区、指标和年份见该表；方法见统计方法文档"),
    "growth": ("增速比较", "年度收入序列的增长率，与参照地区同年相比"),
    "issue": ("经办人的说明", "参数 issues 中本期的发文要素和对异常数的确认"),
    "line": ("监测收入标准", "参数 monitoring_lines.yaml 中该年的标准及其文件"),
    "month": ("统计月", "月报的统计月，或走势的起始月"),
    "multiplicity": ("一起检验", "本期全部比较作为一组检验，误点名的比例见统计方法文档"),
    "places": ("涉及的地方个数", "所说指标不为零、或列入表中的镇（街道）、村（社区）个数"),
    "policy": ("政策包", "参数 policy 中当月所用政策包的时限及其文件"),
    "power": (
        "督查发现能力",
        "按抽样设计用公式精确推算；各镇（街道）一个月看得见多少，按同一设计反复模拟；假定列在该节",
    ),
    "projects": ("项目台账的一行", "项目台账中该项目的计划、支付和进度"),
    "ranking": ("位次规则", "参数 ranking.yaml 的权重、置信水平和分档"),
    "rectification": ("整改台账的一行", "问题整改台账中该问题编号的时限和逾期天数"),
    "register": ("统计范围", "区划名册中列入统计的镇（街道）个数"),
    "revision": ("版次", "本期月报的版次和修订原因"),
    "rules": ("规则参数", "参数 rules.yaml 中该项的取值"),
    "simulation": ("模拟推演", "按参数中的方案和种子反复抽样，取中位数和区间；假定列在该节"),
    "snapshot": ("数据版本", "导入时存下的数据版本，及其中该表的行数"),
    "version": ("程序版本", "生成本期月报的程序"),
    "what_if": ("位次试算", "改变一项得分后按同一规则重新排位"),
    "wilson": ("威尔逊区间", "抽查户中问题户为零时的95%区间上限"),
}


def quality_and_sources(bulletin: Bulletin) -> Columns | Definitions:
    """What the import checks found, beside what the figures were made from."""
    if bulletin.is_public:  # a finding is a household's row
        return _sources(bulletin)
    return Columns((_quality(bulletin), _sources(bulletin)), widths=(75, 75))


def definitions_table(bulletin: Bulletin) -> DefinitionTable:
    """Definitions of the main indicators (指标口径); on the page, of every figure that it shows."""
    known = _definitions_of(bulletin)
    printed = [known[name] for name in _MAIN]
    rows = tuple((d.name, d.numerator + (f"；除以{d.denominator}" if d.denominator else "")) for d in printed)
    return DefinitionTable(
        title="主要指标口径",
        unit_line="人数按同一批户的人口行数计；全部指标的分子、分母、时点和来源见附表和指标口径文档",
        columns=columns("指标", "怎么算", widths=(50,), left=2),
        rows=rows,
        rule_every=1,
        keys=_MAIN,
        indicators=_indicator_origins(bulletin),
        others=_other_origins(),
        made_from=_made_from(bulletin),
        month="" if bulletin.is_public else str(bulletin.month),
    )


def all_definitions(bulletin: Bulletin) -> AnnexTable:
    """Definition of every indicator, for the annex (指标口径)."""
    known = _definitions_of(bulletin)
    rows = tuple(
        (chapter, d.name, d.unit.value, d.numerator, d.denominator or "—", d.as_of, d.source)
        for chapter, definitions in CHAPTERS.items()
        for d in (known[one.id] for one in definitions)
    )
    heads = ("章节", "指标", "单位", "分子", "分母", "时点", "来源")
    return AnnexTable("全部指标口径", tuple(map(Column, heads)), rows, "同一指标各表同数")


def calibre_note(bulletin: Bulletin) -> Paragraph:
    """What the bulletin covers, which edition it is, and that demonstration data are no real data."""
    parts = [
        sentence(
            "统计范围{calibre}，共{count}。",
            calibre=bulletin.settings.county.calibre,
            count=Figure(len(bulletin.scope.register.towns), "个镇（街道）", "register|counted_towns"),
        )
    ]
    if bulletin.scope.left_out:
        kinds = words("、".join(bulletin.scope.left_out), "policy|base")
        parts.append(sentence("脱贫户不计户类型为{kinds}的户。", kinds=kinds))
    parts += _changed_places(bulletin)
    if bulletin.snapshot.manifest.is_demonstration:
        parts.append(sentence("本期为演示数据，户和人都是程序随机生成的，不对应任何真实个人。"))
    if bulletin.revision > 1:
        edition = counted("第", Figure(bulletin.revision, "版", "revision|number"))
        reason = words(bulletin.reason, "revision|reason")
        parts.append(
            sentence("本期为{edition}，以本版为准；修订原因：{reason}。", edition=edition, reason=reason)
        )
    return note("口径", *parts, *_acknowledged(bulletin))


def _changed_places(bulletin: Bulletin) -> Iterator[tuple[Text, ...]]:
    """That places changed in the months compared, and which of them are not compared."""
    register = bulletin.scope.register
    since = register.since(bulletin.scope.months[0])
    if since.goals or since.former:
        yield sentence("所比较的月份里区划有变更，以前各月按本月的区划对应，合并的相加。")
    apart = [bulletin.name(code) for code in bulletin.towns if code in since.apart]
    if apart:
        yield sentence(
            "{towns}由拆分或新设而来，不与变更以前比较。", towns=words("、".join(apart), "register|apart")
        )


def _acknowledged(bulletin: Bulletin) -> Iterator[tuple[Text, ...]]:
    """Unusual figures of the place that somebody answers for, with the reason."""
    for one in bulletin.issue.acknowledgements:
        if one.area == bulletin.place and one.indicator in DEFINITIONS:
            reference = f"issue|{one.indicator}|{one.area}"
            yield sentence(
                "{name}与常见不同，已核实确认：{reason}{by}。",
                name=bulletin.scope.spoken(DEFINITIONS[one.indicator].name),
                reason=words(one.reason, reference),
                by="" if bulletin.is_public else words(f"（{one.by}）", reference),
            )


def imprint(bulletin: Bulletin) -> Imprint:
    """版记 at the foot of the last page."""
    county, issue = bulletin.settings.county, bulletin.issue
    return Imprint(
        report_to=_readers(bulletin),
        issuer=county.bureau_name,
        date_label=f"{chinese_date(issue.release_date)}印发" if issue.release_date else "印发日期待定",
        record=audit.told(bulletin.record),
    )


def _readers(bulletin: Bulletin) -> str:
    """To whom the bulletin is addressed: the leaders of its own place."""
    kind = bulletin.whole.removeprefix("全")
    # The bodies of a zone or a farm are not known.
    bodies = {
        "街道": "街道党工委、街道办事处",
        told_kind(LIKE_A_TOWN): bulletin.place_name,
        **{town: f"{town}党委、{town}政府" for town in ("镇", "乡", "苏木")},
    }
    return f"{bodies.get(kind, f'{kind}委、{kind}政府')}领导"


def _quality(bulletin: Bulletin) -> Definitions:
    findings = bulletin.own(bulletin.snapshot.table("findings"))
    counts = findings["rule_title"].astype("str").value_counts()
    counts = counts.sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    items: list[tuple[str, tuple[Text, ...]]] = [
        (str(title), (Figure(count, "条", f"findings|{bulletin.place}"),))
        for title, count in counts.head(_MOST_RULES).items()
    ]
    rest = counts.iloc[_MOST_RULES:]
    if len(rest):
        items.append(("其余提示", (Figure(rest.sum(), "条", f"findings|{bulletin.place}"),)))
    if not items:
        items = [("导入核查", ("没有提示",))]
    return Definitions("数据质量提示", tuple(items))


def _sources(bulletin: Bulletin) -> Definitions:
    """Version of data and program, rows of the national exports, and how many tables besides."""
    manifest = bulletin.snapshot.manifest
    rows: Counter[str] = Counter()
    for source in manifest.sources:
        rows[source.table] += source.rows
    if bulletin.is_public:  # a row of an export is a household's, or a person's
        rows.clear()
    national = [name for name in rows if TABLES[name].national]
    others = [name for name in rows if name not in national]
    items: list[tuple[str, tuple[Text, ...]]] = [
        ("数据版本", (words(bulletin.snapshot.id, "snapshot"),)),
        ("程序版本", (words(__version__, "version"),)),
        *(
            (bulletin.scope.spoken(TABLES[name].title), (Figure(rows[name], "行", f"snapshot|{name}"),))
            for name in national
        ),
    ]
    if others:
        total = sum(rows[name] for name in others)
        where = "snapshot|others"
        counts = joined(Figure(len(others), "张", where), Figure(total, "行", where), source=where)
        items.append(("其余各表", (counts,)))
    return Definitions("来源与复核", tuple(items))


def _indicator_origins(bulletin: Bulletin) -> tuple[Origin, ...]:
    """All indicators, as the page may have to explain them."""
    return tuple(
        Origin(
            one.id,
            one.name,
            (
                ("分子" if one.denominator else "怎么算", one.numerator),
                *((("分母", one.denominator),) if one.denominator else ()),
                ("时点", one.as_of),
                ("来源", one.source),
            ),
        )
        for one in _definitions_of(bulletin).values()
    )


def _definitions_of(bulletin: Bulletin) -> dict[str, Definition]:
    """All definitions in the words of the month, by id."""
    say = bulletin.scope.spoken
    return {
        key: replace(
            one,
            name=say(one.name),
            numerator=say(one.numerator),
            denominator=say(one.denominator),
            as_of=say(one.as_of),
            source=say(one.source),
        )
        for key, one in DEFINITIONS.items()
    }


def _other_origins() -> tuple[Origin, ...]:
    """What addresses mean that are no row of the table of indicators."""
    return tuple(Origin(key, name, (("怎么来", what),)) for key, (name, what) in _OTHERS.items())


def _made_from(bulletin: Bulletin) -> tuple[tuple[str, str], ...]:
    """Versions of data and program, as ``hanbin trace`` tells them."""
    data = f"{bulletin.month}　{bulletin.snapshot.id}"
    return (("数据版本", data), ("程序版本", f"{__version__}　{program_digest()[:_DIGITS]}"))
