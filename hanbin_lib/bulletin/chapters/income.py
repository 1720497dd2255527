"""三、收入与监测线: income on the register's calibre, and the screens by the year's line."""

from hanbin_lib import charts
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import note, paragraph, sentence
from hanbin_lib.display import Chart, Column, Figure, Missing, Paragraph, Table, Text
from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.indicators.income import band_labels

_CHECKS = (
    "below_line_open_households",
    "below_line_unmonitored_households",
    "income_mismatch_households",
    "income_missing_households",
)


def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: mean income and how far the stored values can be trusted."""
    figures = bulletin.figures
    return paragraph(
        sentence(
            "监测户人均纯收入{mean}（按登记分项重新计算）；{mismatch}存值与重算不符，{missing}收入缺项。",
            mean=figures.figure("net_income_per_head_yuan"),
            mismatch=figures.figure("income_mismatch_households"),
            missing=figures.figure("income_missing_households"),
        ),
        style="lead",
    )


def income_bands(bulletin: Bulletin) -> Chart | Missing:
    """Monitored households by income per head."""
    bands = bulletin.figures.groups("income_band_households", "band")
    if not bands.sum():
        return Missing("收入分组", "没有可以重算收入的监测户")
    limits = bulletin.settings.rules.income_bands_yuan
    line = bulletin.scope.line
    return charts.income_bands(
        bands=tuple((label, bands[label]) for label in band_labels(limits)),
        limits=limits,
        line=line.value_yuan if line else None,
        title="监测户人均纯收入分布",
        unit_line="户；人均纯收入（元/人/年），登记口径，左闭右开",
    )


def screens(bulletin: Bulletin) -> Table:
    """The screens by the line and the checks of the stored income."""
    figures = bulletin.figures
    rows = tuple(
        (DEFINITIONS[name].name, figures.figure(name), DEFINITIONS[name].numerator) for name in _CHECKS
    )
    return Table(
        title="收入筛查和数据核对",
        unit_line=f"截至{bulletin.month.label}末",
        columns=(
            Column("项目", "left", width_mm=50),
            Column("本月", "right", width_mm=18),
            Column("怎么算", "left"),
        ),
        rows=rows,
        rule_every=1,
    )


def line_note(bulletin: Bulletin) -> Paragraph:
    """Which line is in force, with its document; or that none was entered."""
    line, month = bulletin.scope.line, bulletin.month
    year = Figure(f"{month.year}年", f"month|{month}")
    if line is None:
        text: tuple[Text, ...] = sentence(
            "{year}监测收入范围未录入，依赖它的指标注明“未录入”，不作估计。", year=year
        )
    else:
        value = Figure(f"{line.value_yuan}元", f"line|{line.year}")
        text = sentence(
            "{year}监测收入范围{value}（{document}）。收入是参考，不是自动认定线。",
            year=year,
            value=value,
            document=Figure(line.document, f"line|{line.year}"),
        )
    return note(
        "口径",
        text,
        sentence("登记收入的时段为上年十月至当年九月，与统计部门的可支配收入不可比、不可接续。"),
    )
