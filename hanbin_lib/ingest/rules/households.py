"""Rules over households: the order of events, causes of risk, the state after elimination, income and size."""

from functools import partial

import numpy as np

from hanbin_lib.contract import MEASURES
from hanbin_lib.contract.labels import HOUSEHOLD_TYPES
from hanbin_lib.contract.national import COST, RECEIPTS
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import RISK_CAUSES, Cases, Check, Rule
from hanbin_lib.months import Month

_MONITORED = "monitored_households"
_MEASURED = tuple(f"{_MONITORED}.{measure}" for measure in MEASURES)
_LABOUR = ("monitored_persons.labour_skill",)
_DEVELOPMENT = ("measure_industry", "measure_employment", "measure_finance", "measure_public_post")
_DEVELOPMENT_MONTHS = 6
# The six months before elimination are asked for since then.
_SINCE = Month(2022, 4).ordinal
_timed = partial(Rule, table=_MONITORED, heading="消除监测时间")
_HEALTH = ("monitored_persons.health",)
_SCHOOL = ("monitored_persons.school_status",)
_WORK = ("monitored_persons.work_months", "monitored_persons.work_place")
_caused = partial(Rule, table=_MONITORED, heading="致贫/返贫风险1")
_LIFTED = "lifted_households"
_PER_HEAD = "net_income_per_head_yuan"
_rule = partial(Rule, table=_MONITORED)


def _too_soon(cases: Cases) -> Mask:
    waited = cases.months_to_elimination
    least = cases.context.rules.least_months_to_elimination
    return (waited >= 0) & (waited < least) & (cases.month("eliminated_month") >= _SINCE)


def _at_once(cases: Cases) -> Mask:
    waited = cases.months_to_elimination
    return (waited >= 0) & (waited <= 1) & ~cases.labelled("elimination_mode", "自然消除")


def _overdue(cases: Cases) -> Mask:
    late = cases.months_since_identified >= cases.context.rules.measure_deadline_months
    return ~cases.eliminated & ~cases.measured & late


def _no_development(cases: Cases) -> Mask:
    late = cases.months_since_identified >= _DEVELOPMENT_MONTHS
    return ~cases.eliminated & late & (cases.total("able") > 0) & ~cases.given(*_DEVELOPMENT)


TIME_RULES = (
    _timed(
        id="HB-R-201",
        title="已消除风险但没有消除时间",
        check=lambda c: c.eliminated & ~c.given("eliminated_month"),
        reference="1_11_002",
    ),
    _timed(
        id="HB-R-202",
        title="未消除风险却有消除时间",
        check=lambda c: ~c.eliminated & c.given("eliminated_month"),
    ),
    _timed(
        id="HB-R-203",
        title="消除时间早于识别时间",
        check=lambda c: c.months_to_elimination < 0,
    ),
    _timed(id="HB-R-204", title="识别不满规定月数即消除风险", check=_too_soon, reference="2_11_002"),
    _timed(
        id="HB-R-205",
        title="识别当月或次月即消除且不是自然消除",
        check=_at_once,
        reference="5_18_009",
    ),
    _timed(
        id="HB-R-206",
        title="识别后超过规定时限仍无帮扶措施",
        heading="帮扶措施",
        check=_overdue,
        reference="1_11_010",
        needs=_MEASURED,
    ),
    _timed(
        id="HB-R-207",
        title="有劳动力、满六个月仍无开发式措施",
        heading="产业帮扶",
        check=_no_development,
        reference="5_12_007",
        needs=_LABOUR,
    ),
    _timed(
        id="HB-R-208",
        title="已消除风险但没有任何帮扶措施",
        heading="帮扶措施",
        check=lambda c: c.eliminated & ~c.measured,
        needs=_MEASURED,
    ),
    _timed(
        id="HB-R-209",
        title="首次帮扶早于识别",
        heading="首次帮扶时间",
        check=lambda c: c.month("first_measure_month") < c.month("identified_month"),
    ),
)


def _without(cause: str, member: str) -> Check:
    """Find households with the cause, but no member who explains it."""

    def check(cases: Cases) -> Mask:
        nobody: Mask = cases.total(member) == 0
        return cases.has_cause(cause) & nobody

    return check


def _unanswered(cause: str, *measures: str) -> Check:
    """Find households with measures, but none that answers the cause (without any, see 206)."""

    def check(cases: Cases) -> Mask:
        answered = cases.given(*(f"measure_{name}" for name in measures))
        return cases.has_cause(cause) & cases.measured & ~answered

    return check


def _all_able(cases: Cases) -> Mask:
    persons = cases.total("persons")
    able: Mask = (cases.total("able") == persons) & (persons > 0)
    return cases.has_cause("缺劳动力") & able


CAUSE_RULES = (
    _caused(
        id="HB-R-211",
        title="没有填写致贫返贫风险",
        check=lambda c: ~c.given(*RISK_CAUSES),
        reference="1_11_001",
    ),
    _caused(
        id="HB-R-212",
        title="因残，但没有残疾成员",
        check=_without("因残", "disabled"),
        reference="2_11_001",
        needs=_HEALTH,
    ),
    _caused(
        id="HB-R-213",
        title="因病，但没有患病成员",
        check=_without("因病", "ill"),
        reference="5_15_015",
        needs=_HEALTH,
    ),
    _caused(
        id="HB-R-214",
        title="因病，但合规自付支出为零",
        heading="合规自付支出",
        check=lambda c: c.has_cause("因病") & (c.number("out_of_pocket_yuan") == 0),
        reference="5_15_020",
    ),
    _caused(id="HB-R-215", title="因学，但没有在校生", check=_without("因学", "pupils"), needs=_SCHOOL),
    _caused(
        id="HB-R-216",
        title="缺劳动力，但成员都有劳动能力",
        check=_all_able,
        reference="4_11_009",
        needs=_LABOUR,
    ),
    _caused(
        id="HB-R-217",
        title="因务工就业不稳，但没有劳动力",
        check=_without("因务工就业不稳", "perhaps_able"),
        reference="2_11_006",
        needs=_LABOUR,
    ),
    _caused(
        id="HB-R-218",
        title="因务工就业不稳，但没有务工记录",
        check=_without("因务工就业不稳", "workers"),
        reference="5_15_014",
        needs=_WORK,
    ),
    _caused(
        id="HB-R-221",
        title="因病，但没有健康、社会或综合保障措施",
        heading="健康帮扶",
        check=_unanswered("因病", "health", "social_help", "social_security"),
        reference="3_11_003",
    ),
    _caused(
        id="HB-R-222",
        title="因学，但没有教育或社会帮扶措施",
        heading="教育帮扶",
        check=_unanswered("因学", "compulsory_education", "education", "social_help"),
        reference="3_11_004",
    ),
    _caused(
        id="HB-R-223",
        title="因残，但没有综合保障或社会帮扶措施",
        heading="综合保障",
        check=_unanswered("因残", "social_security", "social_help"),
        reference="3_11_005",
    ),
    _caused(
        id="HB-R-224",
        title="因安全住房，但没有住房或搬迁措施",
        heading="住房安全保障",
        check=_unanswered("因安全住房", "housing", "relocation"),
        reference="3_11_007",
    ),
    _caused(
        id="HB-R-225",
        title="因安全饮水，但没有饮水措施",
        heading="饮水安全保障",
        check=_unanswered("因安全饮水", "water"),
        reference="3_11_008",
    ),
)


def _income_gap(cases: Cases) -> Mask:
    """Compare the stored income per head with (receipts - cost) / persons."""
    receipts = np.sum([cases.number(name) for name in RECEIPTS], axis=0)
    net = receipts - cases.number(COST)
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
