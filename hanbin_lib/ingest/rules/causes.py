"""Rules over monitored households: causes of risk against the members and the measures."""

from functools import partial

from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import RISK_CAUSES, Cases, Check, Rule

_TABLE = "monitored_households"
_HEALTH = ("monitored_persons.health",)
_LABOUR = ("monitored_persons.labour_skill",)
_SCHOOL = ("monitored_persons.school_status",)
_WORK = ("monitored_persons.work_months", "monitored_persons.work_place")
_rule = partial(Rule, table=_TABLE, heading="致贫/返贫风险1")


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
    _rule(
        id="HB-R-211",
        title="没有填写致贫返贫风险",
        check=lambda c: ~c.given(*RISK_CAUSES),
        reference="1_11_001",
    ),
    _rule(
        id="HB-R-212",
        title="因残，但没有残疾成员",
        check=_without("因残", "disabled"),
        reference="2_11_001",
        needs=_HEALTH,
    ),
    _rule(
        id="HB-R-213",
        title="因病，但没有患病成员",
        check=_without("因病", "ill"),
        reference="5_15_015",
        needs=_HEALTH,
    ),
    _rule(
        id="HB-R-214",
        title="因病，但合规自付支出为零",
        heading="合规自付支出",
        check=lambda c: c.has_cause("因病") & (c.number("out_of_pocket_yuan") == 0),
        reference="5_15_020",
    ),
    _rule(id="HB-R-215", title="因学，但没有在校生", check=_without("因学", "pupils"), needs=_SCHOOL),
    _rule(
        id="HB-R-216",
        title="缺劳动力，但成员都有劳动能力",
        check=_all_able,
        reference="4_11_009",
        needs=_LABOUR,
    ),
    _rule(
        id="HB-R-217",
        title="因务工就业不稳，但没有劳动力",
        check=_without("因务工就业不稳", "perhaps_able"),
        reference="2_11_006",
        needs=_LABOUR,
    ),
    _rule(
        id="HB-R-218",
        title="因务工就业不稳，但没有务工记录",
        check=_without("因务工就业不稳", "workers"),
        reference="5_15_014",
        needs=_WORK,
    ),
    _rule(
        id="HB-R-221",
        title="因病，但没有健康、社会或综合保障措施",
        heading="健康帮扶",
        check=_unanswered("因病", "health", "social_help", "social_security"),
        reference="3_11_003",
    ),
    _rule(
        id="HB-R-222",
        title="因学，但没有教育或社会帮扶措施",
        heading="教育帮扶",
        check=_unanswered("因学", "compulsory_education", "education", "social_help"),
        reference="3_11_004",
    ),
    _rule(
        id="HB-R-223",
        title="因残，但没有综合保障或社会帮扶措施",
        heading="综合保障",
        check=_unanswered("因残", "social_security", "social_help"),
        reference="3_11_005",
    ),
    _rule(
        id="HB-R-224",
        title="因安全住房，但没有住房或搬迁措施",
        heading="住房安全保障",
        check=_unanswered("因安全住房", "housing", "relocation"),
        reference="3_11_007",
    ),
    _rule(
        id="HB-R-225",
        title="因安全饮水，但没有饮水措施",
        heading="饮水安全保障",
        check=_unanswered("因安全饮水", "water"),
        reference="3_11_008",
    ),
)
