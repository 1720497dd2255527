"""Tables of pandas for an analyst, with Chinese headings: the month's figures, the results of simulations."""

import pandas as pd

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.indicators import ALL, DEFINITIONS, NOTE_TEXT, NoteCode

HEADINGS = {
    "name": "指标", "group": "分组", "value": "数值", "unit": "单位", "numerator": "分子",
    "denominator": "分母", "lower": "下限", "upper": "上限", "note": "缺数说明", "month": "月份",
    "place_name": "地区", "indicator": "指标代码", "place_code": "地区代码",
}  # fmt: skip
_SIMULATED = {
    "measure": "结果", "place_name": "地区", "group": "分组", "mean": "均值", "median": "中位",
    "lower": "下限", "upper": "上限", "standard_error": "均值的抽样误差", "draws": "次数", "seed": "种子",
    "place_code": "地区代码", "design": "抽法", "villages": "村数", "households": "户数",
    "months": "合并月数", "prevalence": "户有问题的比例", "icc": "同村相似程度", "detect": "发现的可能",
    "limit": "判差的门槛（户）", "error": "误判的可能", "flag": "判为差镇的可能",
}  # fmt: skip
_MEASURES = {
    "open_households": "未消除风险户", "new_households": "新识别户", "late_households": "补录户",
    "eliminated_households": "消除风险户", "relapsed_households": "返贫户",
    "newly_below_households": "新增低于线的户", "newly_below_persons": "新增低于线的人",
    "without_measures_households": "没有措施时新增低于线的户",
    "without_measures_persons": "没有措施时新增低于线的人",
    "kept_above_households": "措施挡住的户", "kept_above_persons": "措施挡住的人",
    "needed_yuan": "补足所需（元/年）", "needed_per_household_yuan": "户均补足所需（元/年）",
    "loss_yuan": "净收入损失（元/年）", "paid_yuan": "措施支付（元/年）", "paid_share": "措施支付占损失",
    "fgt_headcount_share": "低于监测线比例", "fgt_headcount_before_share": "低于监测线比例（冲击前）",
    "fgt_gap_share": "收入缺口率", "fgt_gap_before_share": "收入缺口率（冲击前）",
    "fgt_severity_share": "收入缺口强度", "fgt_severity_before_share": "收入缺口强度（冲击前）",
    "income_per_head_yuan": "人均纯收入（元）", "cost_yuan": "财政投入（元）",
    "reached_share": "达到目标的可能",
}  # fmt: skip


def figure_list(issue: Bulletin, village: str = "") -> pd.DataFrame:
    """All figures of a place and month, one row each; ``合计`` is the group of everything.

    Parameters
    ----------
    village
        Code of a village below the bulletin's place; empty for the place itself.
    """
    table = issue.figures.table
    own = table[table["place_code"].eq(village or issue.place) & table["month"].eq(str(issue.month))]
    notes = {code: "" if code is NoteCode.REPORTED else NOTE_TEXT[code] for code in NoteCode}
    told = own.assign(
        name=own["indicator"].astype("str").map({key: one.name for key, one in DEFINITIONS.items()}),
        unit=own["indicator"].astype("str").map({key: str(one.unit) for key, one in DEFINITIONS.items()}),
        note=own["note_code"].astype("str").map({str(code): text for code, text in notes.items()}),
        group=_labels(own["group"]),
    )
    return told[list(HEADINGS)].rename(columns=HEADINGS).reset_index(drop=True)


def in_chinese(table: pd.DataFrame | None, issue: Bulletin) -> pd.DataFrame | None:
    """The results of a simulation as they are, under Chinese headings; None where there are none.

    Raises
    ------
    KeyError
        A column or a measure that has no Chinese name here.
    """
    if table is None:
        return None
    told = table.copy()
    if "measure" in told:
        told["measure"] = [_MEASURES[one] for one in told["measure"].astype("str")]
        told["group"] = _labels(told["group"])
        told.insert(1, "place_name", told["place_code"].astype("str").map(issue.names))
    return told.set_axis([_SIMULATED[name] for name in told.columns], axis=1)


def _labels(groups: pd.Series) -> pd.Series:
    return groups.astype("str").replace(ALL, "合计").str.replace(r"^[a-z_]+=", "", regex=True)
