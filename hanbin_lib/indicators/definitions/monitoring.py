"""Definitions of chapters 一 and 二: who is monitored, and what was done for them."""

from hanbin_lib.indicators.definitions.model import Definition, Unit

_MONTH_END = "统计月月末；以前各月按本期登记簿的识别、消除月份倒推"
_IN_MONTH = "统计月当月"
_NOW = "本期登记簿导出时"
_REGISTER = "监测对象信息"

_HH, _PP = Unit.HOUSEHOLDS, Unit.PERSONS


def _pair(stem: str, name: str, counted: str, as_of: str) -> tuple[Definition, Definition]:
    """The same cases counted in households (distinct 户编号) and in persons (rows)."""
    return (
        Definition(f"{stem}_households", f"{name}户数", _HH, f"{counted}的户编号个数", "", as_of, _REGISTER),
        Definition(f"{stem}_persons", f"{name}人数", _PP, f"{counted}的人口行数", "", as_of, _REGISTER),
    )


MONITORING = (
    *_pair("monitored", "在册监测对象", "监测对象类别不为空、已识别", _MONTH_END),
    *_pair("risk_eliminated", "已消除风险", "在册且风险已消除", _MONTH_END),
    *_pair("open_risk", "未消除风险", "在册且风险未消除", _MONTH_END),
    *_pair("new", "新纳入监测", "识别监测时间在当月", _IN_MONTH),
    *_pair("newly_eliminated", "当月消除风险", "消除监测时间在当月", _IN_MONTH),
    Definition(
        "households_without_measure",
        "超期无帮扶措施户数",
        _HH,
        "未消除风险、识别后已满规定时限、十二类帮扶措施均为空的户",
        "",
        "本期登记簿导出时；以前各月按首次帮扶时间倒推",
        "监测对象信息；时限见 rules.yaml（measure_deadline_months）",
    ),
    Definition(
        "measure_coverage_share",
        "帮扶措施覆盖率",
        Unit.SHARE,
        "未消除风险且至少有一项帮扶措施的户",
        "未消除风险户",
        _NOW,
        _REGISTER,
        is_additive=False,
    ),
    Definition(
        "timely_measure_share",
        "帮扶措施按期落实率",
        Unit.SHARE,
        "识别后在规定时限内有首次帮扶的户",
        "近一年识别、且时限已到的户",
        "统计月月末",
        "监测对象信息（首次帮扶时间）；时限见 rules.yaml（measure_deadline_months）",
        is_additive=False,
    ),
    Definition(
        "median_months_to_measure",
        "识别到首次帮扶的中位时长",
        Unit.MONTHS,
        "近一年识别的户从识别月到首次帮扶月的月数，尚无措施的按删失处理（Kaplan–Meier）",
        "近一年识别的户",
        "统计月月末",
        "监测对象信息（首次帮扶时间）",
        is_additive=False,
    ),
    Definition(
        "data_warnings",
        "数据质量提示条数",
        Unit.FINDINGS,
        "导入核查的提示",
        "",
        _NOW,
        "导入核查记录",
        is_additive=False,
    ),
)
