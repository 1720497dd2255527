"""Definitions of the safeguards: what the register says, what the households say."""

from hanbin_lib.indicators.definitions.model import Definition, Unit

_NOW = "本期登记簿导出时"
_BASE = "监测对象信息、脱贫户信息（同时在册的按监测户计一次）"
_HH = Unit.HOUSEHOLDS

SAFEGUARDS = (
    Definition(
        "registered_households",
        "在册监测户和脱贫户数",
        _HH,
        "监测对象信息和脱贫户信息里的户",
        "",
        _NOW,
        _BASE,
    ),
    Definition(
        "register_problem_households",
        "登记簿显示三保障和饮水有问题户数",
        _HH,
        "义务教育：有6至15岁、未完成初中且不在校的成员；基本医疗：有两类医保都填“否”的成员；"
        "住房安全：危房户填“是”；饮水安全：安全饮用水填“否”",
        "",
        _NOW,
        _BASE,
    ),
    Definition(
        "register_unknown_households",
        "登记簿三保障和饮水未填户数",
        _HH,
        "判断该项所需的栏目没有填写的户（未填不作有保障）",
        "",
        _NOW,
        _BASE,
    ),
    Definition(
        "safeguard_both_households",
        "登记和电话都显示有问题户数",
        _HH,
        "登记簿显示有问题、电话也答有问题的户",
        "",
        "统计月月末",
        "登记簿、电话抽查记录",
    ),
    Definition(
        "safeguard_phone_only_households",
        "电话答有问题而登记簿未显示户数",
        _HH,
        "电话答有问题、登记簿没有显示的户，交镇（街道）入户核实",
        "",
        "统计月月末",
        "登记簿、电话抽查记录",
    ),
    Definition(
        "safeguard_register_only_households",
        "登记簿显示有问题而电话答有保障户数",
        _HH,
        "登记簿显示有问题、电话答有保障的户，交镇（街道）核对登记",
        "",
        "统计月月末",
        "登记簿、电话抽查记录",
    ),
)
