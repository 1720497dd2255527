"""抽查能看见什么（推算）: how likely the month's inspection misses a bad town, and what more would buy."""

from dataclasses import replace

import pandas as pd

from hanbin_lib import charts
from hanbin_lib.bulletin.exhibits import columns, internal, sourced
from hanbin_lib.bulletin.month_inputs import of_month
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.parameters import DesignChoice, checked
from hanbin_lib.bulletin.wording import (
    chance,
    interval,
    note,
    paragraph,
    run_line,
    sentence,
    share,
    words,
)
from hanbin_lib.display import (
    MARGIN,
    Chart,
    Figure,
    Paragraph,
    Phrase,
    Strong,
    Table,
    as_given,
    percent,
    whole,
)
from hanbin_lib.errors import refused_params
from hanbin_lib.indicators import Unit
from hanbin_lib.simulate.engine import SimulationSettings
from hanbin_lib.simulate.inspection_study import InspectionStudy, town_power
from hanbin_lib.simulate.power import Design
from hanbin_lib.simulate.sampling_frame import read_frame

_EXACT = "推算，按公式精确计算，没有随机误差"
_MOST_CURVES = 6


@internal
@of_month
def verdict(bulletin: Bulletin) -> Paragraph:
    """Chance that the design in force shows nothing of a bad town, and that pooled months tell it."""
    study, reference = bulletin.inspection, _reference(bulletin)
    rows = study.at_bad_share.sort_values("flag", kind="stable").to_dict("records")
    now, best = study.at_bad_share.to_dict("records")[0], rows[-1]
    other = "；{best}能判为差镇的可能{best_flag}" if best["design"] != now["design"] else ""
    return paragraph(
        sentence(
            "{label}推算：户有问题的比例达到{bad}的镇，{design}一个月查不出任何问题的可能{missed}（{range}），能判为差镇的可能{flag}"
            + other
            + "。",
            label=Strong(("督查抽样　",)),
            bad=share(study.rules.power.bad_share, reference),
            design=words(str(now["design"]), reference),
            missed=chance(1 - now["detect"], reference),
            range=_missed_range(study, reference),
            flag=chance(now["flag"], reference),
            best=words(str(best["design"]), reference),
            best_flag=chance(best["flag"], reference),
        )
    )


@internal
@sourced("inspection_units")
def curves(bulletin: Bulletin) -> Chart | None:
    """Chance to tell a bad town, over its share of households with a problem, a line a design.

    In the county's bulletin only: the towns are drawn by the same design.
    """
    if not bulletin.is_county:
        return None
    study = bulletin.inspection
    lines = [
        charts.Curve(str(label), rows["prevalence"].tolist(), rows["flag"].tolist())
        for label, rows in study.curves.groupby("design", sort=False)
    ]
    now = study.at_bad_share.iloc[0]
    return charts.power_curves(
        curves=lines[:_MOST_CURVES],
        mark=study.rules.power.bad_share,
        title=f"推算：{now['design']}，一个月能判为差镇的可能{percent(now['flag'])}",
        unit_line=f"{_EXACT}；横轴为镇里户有问题的比例，纵轴为判为差镇的可能，"
        f"同村相似程度{whole(study.icc, 3)}",
    )


@internal
def design_table(bulletin: Bulletin) -> Table | None:
    """The designs side by side at the share that ought to be found; in the county's bulletin only."""
    return _table(bulletin.inspection, _reference(bulletin)) if bulletin.is_county else None


def town_table(bulletin: Bulletin) -> Table:
    """What one month sees of each town, were it bad: its own villages, drawn without replacement."""
    study, frame = bulletin.inspection, read_frame(bulletin.snapshot, bulletin.scope.register)
    homes = pd.Series(frame.households).value_counts().sort_index()
    settings = SimulationSettings(study.rules.power.draws, study.rules.power.seed)
    found = town_power(study, homes, settings)
    by_town = found.pivot(index="place_code", columns="measure", values=["mean", "standard_error"])
    villages = homes.groupby(homes.index.str[:9]).size()
    rows = tuple(
        (
            bulletin.name(str(code)),
            Figure(villages[str(code)], "个", reference),
            chance(1 - row["mean", "detected_share"], reference),
            chance(row["mean", "flagged_share"], reference),
            Figure(row["standard_error", "flagged_share"], Unit.SHARE, reference, MARGIN),
        )
        for code, row in by_town.iterrows()
        if str(code).startswith(bulletin.place)
        for reference in [f"{_reference(bulletin)}|{code}"]
    )
    bad, drawn = percent(study.rules.power.bad_share), run_line("督查抽样", settings.draws, settings.seed)
    return Table(
        title="模拟：各镇（街道）若有问题，一个月看得见多少",
        unit_line=f"{drawn}；户有问题的比例{bad}，误差为蒙特卡罗标准误",
        columns=columns("镇（街道）", "有对象的村", "一处也查不出", "能判为差镇", "误差", widths=(34,)),
        rows=rows,
    )


@internal
def reading_note(bulletin: Bulletin) -> Paragraph:
    """What the chances rest on."""
    told = assumptions(bulletin.inspection)
    return note("假设", *((words(text, _reference(bulletin)), "。") for text in told))


def assumptions(study: InspectionStudy) -> tuple[str, ...]:
    """What the figures rest on, a sentence each."""
    power, record, alike = study.rules.power, study.clustering, "同村各户的相似程度（组内相关系数）"
    similar = f"没有可用的督查记录，{alike}按{as_given(power.unknown_icc)}计（自定，可修改）"
    if record:
        similar = (
            f"{alike}{whole(record.icc, 3)}，由{record.visits}次到村督查的{record.households}户估计，"
            f"90%区间{whole(record.lower, 3)}—{whole(record.upper, 3)}"
        )
    bad, good, error = (
        percent(one, 0) for one in (power.bad_share, power.acceptable_share, power.error_share)
    )
    wanted = f"户有问题的比例到{bad}的镇应当发现；不超过{good}的镇，误判的机会不超过{error}（自定，可修改）"
    seen = "查到的户都能看出有没有问题；各月抽到不同的村"
    return similar, wanted, seen, "按公式精确计算，没有随机误差"


def trial(bulletin: Bulletin, villages: int, households: int, months: int, bad_share: float) -> Table:
    """Another design beside those of the rules (for the analyst and the sliders).

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` a number that is none or out of range; ``HB-SIM-061`` more villages than any town
        has, fewer households than villages, or a share that counts as good.
    """
    given = {"villages": villages, "households": households, "months": months, "bad_share": bad_share}
    checked(DesignChoice, given, "参数")
    study = bulletin.inspection
    _check_design(bulletin, villages, households, bad_share)
    power = study.rules.power.model_copy(update={"bad_share": bad_share})
    tried = replace(
        study,
        designs=(*study.designs, Design(villages, households, months)),
        rules=study.rules.model_copy(update={"power": power}),
    )
    return _table(tried, _reference(bulletin))


def _check_design(bulletin: Bulletin, villages: int, households: int, bad_share: float) -> None:
    most = bulletin.scope.register.villages["parent_code"].value_counts().max()
    good = bulletin.inspection.rules.power.acceptable_share
    faults = [
        fault
        for fault, is_one in (
            (f"villages 为{villages}，但村最多的镇也只有{most}个村", villages > most),
            (
                f"households 为{households}，少于 villages 的{villages}，有的村抽不到一户",
                households < villages,
            ),
            (f"bad_share 应大于{percent(good, 0)}，不超过它的镇算好镇", bad_share <= good),
        )
        if is_one
    ]
    if faults:
        raise refused_params("HB-SIM-061", "；".join(faults), "改正试算的参数")


def _table(study: InspectionStudy, reference: str) -> Table:
    bad = study.rules.power.bad_share
    rows = tuple(
        (
            words(row["design"], reference),
            chance(1 - row["detect"], reference),
            Figure(row["limit"], "户", reference),
            share(row["error"], reference),
            chance(row["flag"], reference),
            interval((row["lower"], row["upper"]), Unit.SHARE, reference),
        )
        for row in study.at_bad_share.to_dict("records")
    )
    return Table(
        title="推算：抽多少才看得见",
        unit_line=f"{_EXACT}；户有问题的比例{percent(bad)}的镇，同村相似程度{whole(study.icc, 3)}；"
        "户数是整数，各方案实际误判不同，误判相同才能比较",
        columns=columns(
            "每镇抽查",
            "一处也查不出",
            "几户起判为差镇",
            "误判好镇",
            "能判为差镇",
            "比例的区间（平均）",
            widths=(34,),
        ),
        rows=rows,
        rule_every=1,
    )


def _missed_range(study: InspectionStudy, reference: str) -> Phrase:
    """The chance over the interval of how alike households of a village are."""
    record = study.clustering
    if record is None:
        return words("没有可用的督查记录，按假定的相似程度", reference)
    bad = study.rules.power.bad_share
    low, high = (1 - float(study.at(bad, icc)["detect"].iloc[0]) for icc in (record.lower, record.upper))
    return interval((low, high), Unit.SHARE, reference)


def _reference(bulletin: Bulletin) -> str:
    return f"power|{bulletin.month}|inspection"
