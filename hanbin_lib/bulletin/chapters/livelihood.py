"""七、就业和收入: who works, what households live on, and the screens by the year's line."""

from collections.abc import Iterator

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import columns, rounded, sourced, strip
from hanbin_lib.bulletin.figures import FEWEST_FOR_PERCENT
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import note, paragraph, sentence, words, year_of
from hanbin_lib.display import (
    Chart,
    Column,
    Columns,
    Figure,
    Missing,
    Paragraph,
    Strip,
    Table,
    Text,
)
from hanbin_lib.indicators import ALL, DEFINITIONS, NOTE_TEXT, NoteCode
from hanbin_lib.indicators.income import COMPONENTS, QUANTILES, band_labels
from hanbin_lib.indicators.register import STRATA

_BY_LINE = (
    "fgt_headcount_share",
    "fgt_gap_share",
    "fgt_severity_share",
    "below_line_open_households",
    "below_line_unmonitored_households",
)
_WITHHELD = NOTE_TEXT[NoteCode.SUPPRESSED]
_CHECKS = ("income_mismatch_households", "income_missing_households", "income_fell_households")


def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: households with labour and nobody at work, and mean income."""
    figures = bulletin.figures
    idle = figures.figure("no_worker_households")
    said = sentence("有劳动力而无人就业{of}{idle}；", of="" if idle.figures else "户数", idle=idle)
    if figures.value("no_worker_households") == 0:
        has_able = figures.value("able_households") != 0
        all_work = words("有劳动力的户都有人就业" if has_able else "各户都没有劳动力", idle.source)
        said = sentence("{all_work}；", all_work=all_work)
    if figures.value("monitored_households") == 0:
        return paragraph(said, sentence("没有监测户，不算人均纯收入。"), style="lead")
    return paragraph(
        said,
        sentence("监测户人均纯收入{mean}，", mean=figures.figure("net_income_per_head_yuan")),
        _mismatch(bulletin),
        style="lead",
    )


def work(bulletin: Bulletin) -> Strip | None:
    """Where people work: away, in public posts, in community workshops; nothing where nothing came in."""
    row = strip(
        bulletin.figures,
        ("", "转移就业", "transferred_workers"),
        ("", "公益性岗位", "public_post_holders"),
        ("", "社区工厂", "workshops"),
        ("", "工厂吸纳就业", "workshop_employees"),
        ("", "停产工厂", "workshops_stopped"),
        in_wan=("transferred_workers", "public_post_holders"),
    )
    return row if any(shown.figures or shown.text == _WITHHELD for *_, shown in row.items) else None


def labour_and_composition(bulletin: Bulletin) -> Columns:
    """Households with labour and nobody at work, beside what monitored households live on."""
    return Columns((_idle_labour(bulletin), _composition(bulletin)), widths=(78, 70))


@sourced("monitored_persons")
def income_bands(bulletin: Bulletin) -> Chart | Missing:
    """Monitored households by income per head."""
    bands = bulletin.figures.groups("income_band_households", "band")
    if not bands.sum():
        reason = "公开版不公布" if bulletin.is_public else "要用的栏目没有收到"
        return Missing("收入分组", reason if bands.isna().any() else "没有可以重算收入的监测户")
    limits = bulletin.settings.rules.income_bands_yuan
    return charts.income_bands(
        bands=tuple((label, bands[label]) for label in band_labels(limits)),
        limits=limits,
        line=bulletin.scope.income_line,
        title="监测户人均纯收入分布",
        line_name=bulletin.scope.spoken("监测线"),
        unit_line=f"户；人均纯收入（元/人/年），登记口径，左闭右开{rounded(bulletin)}",
    )


def screens(bulletin: Bulletin) -> Table:
    """The screens by the line and the checks of the stored income."""
    figures = bulletin.figures
    names = (*_BY_LINE, *_CHECKS) if bulletin.scope.income_line is not None else _CHECKS
    rows = tuple(
        (
            bulletin.scope.spoken(DEFINITIONS[name].name),
            figures.figure(name),
            bulletin.scope.spoken(DEFINITIONS[name].numerator),
        )
        for name in names
    )
    return Table(
        title="收入筛查和数据核对",
        unit_line=f"截至{bulletin.month.label}末",
        columns=(*columns("项目", "本月", widths=(50, 18)), Column("怎么算")),
        rows=rows,
        rule_every=1,
    )


def line_note(bulletin: Bulletin) -> Paragraph:
    """Which standard is in force, with its document; or that none was entered."""
    return note(
        "口径",
        *_standard(bulletin),
        sentence(
            "登记收入的时段，按年度更新的为上年十月至当年九月，新识别而未更新的为识别前十二个月；"
            "与统计部门的可支配收入不可比、不可接续。"
        ),
    )


def _standard(bulletin: Bulletin) -> Iterator[tuple[Text, ...]]:
    """The income, or that the standard names none; its document; its conditions, as they are written."""
    line, year = bulletin.scope.line, year_of(bulletin.month)
    if line is None:
        text = "{year}监测收入范围未录入，依赖它的指标注明“未录入”，不作估计。"
        yield sentence(bulletin.scope.spoken(text), year=year)
        return
    source, has_income = f"line|{line.year}", line.value_yuan is not None
    # What the bureau wrote is printed as it is, its digits too.
    noted = [line.document, line.area and f"适用于{line.area}", "沿用上年标准" if line.is_last_years else ""]
    known = "{year}监测收入范围{value}（{document}）。收入是参考，不是自动认定线。"
    unknown = "{year}监测收入范围没有收入值（{document}），依赖收入线的指标注明“不适用”，不作估计。"
    yield sentence(
        bulletin.scope.spoken(known if has_income else unknown),
        year=year,
        document=words("；".join(filter(None, noted)), source),
        **({"value": Figure(line.value_yuan, "元", source)} if line.value_yuan is not None else {}),
    )
    if line.conditions:
        listed = words("；".join(line.conditions), "line|conditions")
        yield sentence("另有条件：{named}。" if has_income else "条件：{named}。", named=listed)


def _mismatch(bulletin: Bulletin) -> tuple[Text, ...]:
    figures, name = bulletin.figures, "income_mismatch_households"
    if figures.value(name) == 0:
        return sentence("存值与重算均相符。")
    if figures.value(name) is None:
        return sentence("存值与重算不符户数{count}。", count=figures.figure(name))
    return sentence("{count}存值与重算不符。", count=figures.figure(name))


def _idle_labour(bulletin: Bulletin) -> Table:
    figures = bulletin.figures
    groups = [*((label, f"stratum={label}") for label in STRATA), ("合计", ALL)]
    names = ("able_households", "no_worker_households")
    rows = tuple((label, *(figures.plain(one, group=group) for one in names)) for label, group in groups)
    return Table(
        title="有劳动力而无人就业（动态清零）",
        unit_line="户；没有人务工、也没有人在公益性岗位",
        columns=columns("类别", "有劳动力", "无人就业", widths=(42, 18, 18)),
        rows=rows,
        totals=1,
    )


def _spread_told(bulletin: Bulletin) -> str:
    """Quartiles of income; of a handful of households they are single households' incomes."""
    figures = bulletin.figures
    if (figures.value("monitored_households") or 0) < FEWEST_FOR_PERCENT:
        return f"不足{FEWEST_FOR_PERCENT}户，不列分位数"
    quantiles = "、".join(
        f"{label}{figures.figure('income_quantile_yuan', group=f'quantile={label}').text}"
        for label in QUANTILES
    )
    return f"人均纯收入{quantiles}{'；收入只取到百元' if bulletin.is_public else ''}"


def _composition(bulletin: Bulletin) -> Table:
    """Shares of income by kind, of all monitored households and of those below the line."""
    figures = bulletin.figures
    has_line = bulletin.scope.income_line is not None
    names = ["income_component_share", *(["income_component_below_share"] if has_line else [])]
    rows = tuple(
        (label, *(figures.figure(name, group=f"component={label}") for name in names))
        for label in COMPONENTS.values()
    )
    heads = ["全部监测户", bulletin.scope.spoken("低于监测线")][: len(names)]
    return Table(
        title="监测户收入构成",
        unit_line=f"占纯收入；{_spread_told(bulletin)}",
        columns=columns("来源", *heads, widths=(30,)),
        rows=rows,
        rule_every=1,
    )
