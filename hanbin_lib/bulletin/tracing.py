"""What the page tells of a figure that a reader opens: its definition and what it was made from."""

from dataclasses import replace

from hanbin_lib import __version__
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.display import Origin
from hanbin_lib.indicators import DEFINITIONS, Definition
from hanbin_lib.store.identity import program_digest

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


def indicator_origins(bulletin: Bulletin) -> tuple[Origin, ...]:
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
        for one in definitions_of(bulletin).values()
    )


def definitions_of(bulletin: Bulletin) -> dict[str, Definition]:
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


def other_origins() -> tuple[Origin, ...]:
    """What addresses mean that are no row of the table of indicators."""
    return tuple(Origin(key, name, (("怎么来", what),)) for key, (name, what) in _OTHERS.items())


def made_from(bulletin: Bulletin) -> tuple[tuple[str, str], ...]:
    """Versions of data and program, as ``hanbin trace`` tells them."""
    data = f"{bulletin.month}　{bulletin.snapshot.id}"
    return (("数据版本", data), ("程序版本", f"{__version__}　{program_digest()[:_DIGITS]}"))
