"""What every number means: its name, unit, numerator, denominator, as-of rule and source.

An indicator that is not defined here cannot be computed, printed or published.
"""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Unit of a value, as printed."""

    HOUSEHOLDS = "户"
    PERSONS = "人"
    WORKSHOPS = "家"
    MONTHS = "个月"
    YUAN = "元"
    SHARE = "比例"  # stored as 0 to 1, printed as %
    FINDINGS = "条"


@dataclass(frozen=True, slots=True)
class Definition:
    """Definition (指标口径) of one indicator.

    Parameters
    ----------
    id
        Stable identifier, the ``indicator`` column of every table of figures.
    name
        Official Chinese name.
    unit
        Unit of ``value``.
    numerator, denominator
        What is counted, in Chinese; an empty denominator means a plain count.
    as_of
        When a case counts, in Chinese.
    source
        Table and rule the number comes from, in Chinese.
    is_additive
        The values of the towns add up to the county's.
    """

    id: str
    name: str
    unit: Unit
    numerator: str
    denominator: str
    as_of: str
    source: str
    is_additive: bool = True


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


_ALL = (
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
        "net_income_per_head_yuan",
        "监测户人均纯收入",
        Unit.YUAN,
        "户纯收入合计（工资性＋生产经营性＋财产性＋转移性－生产经营性支出，重新计算）",
        "同一批户的家庭人口合计",
        "登记簿年度收入（上年10月至当年9月），与调查口径的可支配收入不可比",
        _REGISTER,
        is_additive=False,
    ),
    Definition(
        "income_mismatch_households",
        "人均纯收入存值与重算不符户数",
        _HH,
        "重算的人均纯收入与系统存值相差超过容差的监测户",
        "",
        _NOW,
        "监测对象信息；容差见 rules.yaml（income_tolerance_yuan）",
    ),
    Definition(
        "income_missing_households",
        "收入缺项户数",
        _HH,
        "收入各项、家庭人口或存值有缺项、不能重算的监测户（缺项不按零处理）",
        "",
        _NOW,
        _REGISTER,
    ),
    Definition(
        "income_band_households",
        "监测户收入分组",
        _HH,
        "重算的人均纯收入落在该组的监测户（左闭右开）",
        "",
        _NOW,
        "监测对象信息；界线见 rules.yaml（income_bands_yuan）",
    ),
    Definition(
        "below_line_open_households",
        "未消除风险且低于监测线户数",
        _HH,
        "未消除风险、重算的人均纯收入低于当年监测线的户",
        "",
        _NOW,
        "监测对象信息；监测线见 monitoring_lines.yaml",
    ),
    Definition(
        "below_line_unmonitored_households",
        "低于监测线且未纳入监测的脱贫户数",
        _HH,
        "脱贫户中人均纯收入低于当年监测线、又不在册监测的户（应纳未纳筛查线索，须入户核实）",
        "",
        _NOW,
        "脱贫户信息、监测对象信息；监测线见 monitoring_lines.yaml",
    ),
    Definition(
        "transferred_workers",
        "转移就业人数",
        _PP,
        "最近一段务工记录为“已务工”的人",
        "",
        _NOW,
        "已外出务工信息（一人多段时取最后一段）",
    ),
    Definition(
        "public_post_holders",
        "公益性岗位人数",
        _PP,
        "公益性岗位一栏不为空的人，在两张表中重复的只计一次",
        "",
        _NOW,
        "监测对象信息、脱贫户信息",
    ),
    Definition(
        "workshops", "社区工厂家数", Unit.WORKSHOPS, "名册内的社区工厂", "", _NOW, "社区工厂名册"
    ),
    Definition(
        "workshop_employees", "社区工厂吸纳就业人数", _PP, "名册内社区工厂的吸纳就业人数合计", "", _NOW, "社区工厂名册"
    ),
    Definition(
        "data_warnings", "数据质量提示条数", Unit.FINDINGS, "导入核查的提示", "", _NOW, "导入核查记录", is_additive=False
    ),
)  # fmt: skip

DEFINITIONS: dict[str, Definition] = {definition.id: definition for definition in _ALL}
