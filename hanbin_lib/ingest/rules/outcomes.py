"""Rules over households: their state after elimination, income, size and the year's line."""

from functools import partial

import numpy as np

from hanbin_lib.contract.labels import HOUSEHOLD_TYPES
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import Cases, Rule
from hanbin_lib.months import Month

_MONITORED = "monitored_households"
_LIFTED = "lifted_households"
_PER_HEAD = "net_income_per_head_yuan"
_RECEIPTS = ("wage", "business", "property", "transfer")
_LABOUR = ("monitored_persons.labour_skill",)
_rule = partial(Rule, table=_MONITORED)


def _income_gap(cases: Cases) -> Mask:
    """Compare the stored income per head with (receipts - cost) / persons."""
    receipts = np.sum([cases.number(f"{name}_income_yuan") for name in _RECEIPTS], axis=0)
    net = receipts - cases.number("business_cost_yuan")
    size = cases.number("household_size")
    size = np.where(np.isnan(size), cases.number("members"), size)
    per_head = np.divide(net, size, out=np.full(len(size), np.nan), where=size > 0)
    gap = np.abs(per_head - cases.number(_PER_HEAD))
    wrong: Mask = gap > cases.context.rules.income_tolerance_yuan
    return wrong


def _size_differs(cases: Cases) -> Mask:
    size = cases.number("household_size")
    wrong: Mask = ~np.isnan(size) & (size != cases.number("members"))
    return wrong


def _high_income(cases: Cases) -> Mask:
    limit = cases.context.entry_limit
    if limit is None:
        return np.zeros(len(cases.rows), dtype=bool)
    since = cases.month("identified_month") >= Month.parse(limit.first_month).ordinal
    return since & (cases.number(_PER_HEAD) > limit.yuan)


AFTER_RULES = (
    _rule(
        id="HB-R-231",
        title="已消除风险但仍是危房户",
        heading="是否危房户",
        check=lambda c: c.eliminated & c.yes("is_dilapidated_house"),
        reference="1_11_005",
    ),
    _rule(
        id="HB-R-232",
        title="已消除风险但饮水未解决",
        heading="是否解决安全饮用水",
        check=lambda c: c.eliminated & c.no("has_safe_water"),
        reference="1_11_006",
    ),
    _rule(
        id="HB-R-233",
        title="已消除风险但有成员未参加医保",
        heading="是否参加城乡居民基本医疗保险",
        check=lambda c: c.eliminated & (c.total("uninsured") > 0),
        reference="1_11_008",
    ),
    _rule(
        id="HB-R-234",
        title="整户无劳动能力却标注已消除",
        heading="整户无劳动能力兜底保障户",
        check=lambda c: c.eliminated & c.yes("is_no_labour_household"),
        reference="4_11_011",
    ),
    _rule(
        id="HB-R-235",
        title="已消除风险但人均纯收入低于监测线",
        heading="人均纯收入（元）",
        check=lambda c: c.eliminated & (c.number(_PER_HEAD) < c.line_yuan),
        reference="4_11_010",
        needs_line=True,
    ),
    _rule(
        id="HB-R-236",
        title="整户无劳动能力，但有成员有劳动能力",
        heading="整户无劳动能力兜底保障户",
        check=lambda c: c.yes("is_no_labour_household") & (c.total("able") > 0),
        needs=_LABOUR,
    ),
    _rule(
        id="HB-R-237",
        title="已消除风险、有就业帮扶但没有工资性收入",
        heading="工资性收入",
        check=lambda c: c.eliminated & c.given("measure_employment") & (c.number("wage_income_yuan") == 0),
        reference="4_11_012",
    ),
    _rule(
        id="HB-R-238",
        title="已消除风险、有低保措施但没有转移性收入",
        heading="转移性收入",
        check=lambda c: (
            c.eliminated
            & c.mentions("measure_social_security", "低保")
            & (c.number("transfer_income_yuan") == 0)
        ),
        reference="4_11_013",
    ),
)
INCOME_RULES = (
    *(
        _rule(
            id="HB-R-241",
            title="人均纯收入与分项重算不符",
            table=table,
            heading="人均纯收入（元）",
            check=_income_gap,
        )
        for table in (_MONITORED, _LIFTED)
    ),
    *(
        _rule(
            id="HB-R-242",
            title="人均纯收入为负",
            table=table,
            heading="人均纯收入（元）",
            check=lambda c: c.number(_PER_HEAD) < 0,
        )
        for table in (_MONITORED, _LIFTED)
    ),
    *(
        _rule(
            id="HB-R-243",
            title="家庭人口数与人口行数不符",
            table=table,
            heading="当前家庭人口数",
            check=_size_differs,
        )
        for table in (_MONITORED, _LIFTED)
    ),
    _rule(
        id="HB-R-244",
        title="人均纯收入超过规定的界线仍新识别",
        heading="人均纯收入（元）",
        check=_high_income,
        reference="1111_18",
    ),
    _rule(
        id="HB-R-251",
        title="脱贫户信息里的户类型不是脱贫户",
        table=_LIFTED,
        heading="户类型",
        check=lambda c: c.is_other("household_type", HOUSEHOLD_TYPES, "脱贫户"),
    ),
    _rule(
        id="HB-R-252",
        title="脱贫户人均纯收入低于监测线且未纳入监测",
        table=_LIFTED,
        heading="人均纯收入（元）",
        check=lambda c: (
            (c.number(_PER_HEAD) < c.line_yuan) & ~c.is_in("household_code", "monitored_households")
        ),
        reference="1_02_006",
        action="属应纳未纳线索，入户核实后定",
        needs_line=True,
    ),
)
