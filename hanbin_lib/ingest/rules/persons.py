"""Rules over persons, for both registers."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from hanbin_lib.contract.labels import ABLE_LABOUR, LABOUR_SKILLS
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import Cases, Numbers, Rule

_TABLES = ("monitored_persons", "lifted_persons")
_WORKING_AGE = (16, 59)
_POST_AGE_LIMIT = 70
_GREATEST_AGE = 115
_rule = partial(Rule, table=_TABLES[0])


def _age(cases: Cases) -> Numbers:
    """Completed years at the end of the month."""
    return (cases.context.month.ordinal - cases.month("birth_month")) // 12


def _works(cases: Cases) -> Mask:
    return cases.number("work_months") > 0


def _idle_without_cause(cases: Cases) -> Mask:
    """Of working age, healthy, not in school, yet marked as without labour."""
    age = _age(cases)
    of_age = (age >= _WORKING_AGE[0]) & (age <= _WORKING_AGE[1])
    unable = cases.is_other("labour_skill", LABOUR_SKILLS, *ABLE_LABOUR)
    return of_age & cases.labelled("health", "健康") & ~cases.given("school_status") & unable


_RULES = (
    _rule(
        id="HB-R-301",
        title="不满16岁却有务工",
        heading="务工时间（月）",
        check=lambda c: (_age(c) < _WORKING_AGE[0]) & _works(c),
    ),
    _rule(
        id="HB-R-302",
        title="不满16岁却有公益性岗位",
        heading="公益性岗位",
        check=lambda c: (_age(c) < _WORKING_AGE[0]) & c.given("public_post"),
    ),
    _rule(
        id="HB-R-303",
        title="满70岁仍在公益性岗位",
        heading="公益性岗位",
        check=lambda c: (_age(c) >= _POST_AGE_LIMIT) & c.given("public_post"),
    ),
    _rule(
        id="HB-R-304",
        title="在校生填有务工时间",
        heading="务工时间（月）",
        check=lambda c: c.given("school_status") & _works(c),
    ),
    _rule(
        id="HB-R-305",
        title="特困供养人员填有务工时间",
        heading="务工时间（月）",
        check=lambda c: c.labelled("destitute_support", "城市特困", "农村特困") & _works(c),
    ),
    _rule(
        id="HB-R-306",
        title="务工时间超过12个月",
        heading="务工时间（月）",
        check=lambda c: c.number("work_months") > 12,
    ),
    _rule(
        id="HB-R-307",
        title="文化程度与在校生状况同时填写",
        heading="在校生状况",
        check=lambda c: c.given("education") & c.given("school_status"),
    ),
    _rule(
        id="HB-R-308",
        title="处于劳动年龄、健康、不在校却标为无劳动力",
        heading="劳动技能",
        check=_idle_without_cause,
    ),
    _rule(
        id="HB-R-309",
        title="同时参加居民医保和职工医保",
        heading="是否参加城镇职工基本医疗保险",
        check=lambda c: c.yes("has_resident_insurance") & c.yes("has_employee_insurance"),
        reference="1_11_008",
    ),
    _rule(
        id="HB-R-310",
        title="年龄超过115岁或出生在统计月之后",
        heading="出生日期",
        check=lambda c: (_age(c) > _GREATEST_AGE) | (_age(c) < 0),
    ),
    _rule(
        id="HB-R-311",
        title="有公益性岗位月数却没有岗位",
        heading="公益性岗位(月数)",
        check=lambda c: (c.number("public_post_months") > 0) & ~c.given("public_post"),
    ),
)


def _for_both() -> Iterator[Rule]:
    for table in _TABLES:
        for rule in _RULES:
            yield replace(rule, table=table)


PERSON_RULES = tuple(_for_both())
