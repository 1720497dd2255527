"""Rules over persons of both registers, and over their spells of work away."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.contract.labels import ABLE_LABOUR, LABOUR_SKILLS
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import Cases, Check, Numbers, Rule
from hanbin_lib.store.tables import is_among

_REGISTERS = ("monitored_persons", "lifted_persons")
_WORKING_AGE = (16, 59)
_POST_AGE_LIMIT = 70
_GREATEST_AGE = 115
_rule = partial(Rule, table=_REGISTERS[0])
_LEAST_PAY_YUAN = 100
_LOW_PAY_YUAN = 400
_HIGHEST_PAY_YUAN = 30_000
_spell_rule = partial(Rule, table="migrant_work", heading="务工月收入")


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
    for table in _REGISTERS:
        for rule in _RULES:
            yield replace(rule, table=table)


PERSON_RULES = tuple(_for_both())


def _pay(low: float, high: float) -> Check:
    """Monthly pay from `low` to below `high` yuan."""

    def check(cases: Cases) -> Mask:
        pay = cases.number("monthly_pay_yuan")
        return (pay >= low) & (pay < high)

    return check


def _overlaps(cases: Cases) -> Mask:
    """Find spells that start before the person's spell above them ended."""
    rows = cases.rows
    ended = rows.groupby("person_key", sort=False)["ended_month"].shift()
    return (rows["started_month"] < ended).to_numpy(bool)


def _unknown_person(cases: Cases) -> Mask:
    """Find persons in neither register; checked only where both came in."""
    if not all(name in cases.context.tables for name in _REGISTERS):
        return np.zeros(len(cases.rows), dtype=bool)
    first, second = (cases.is_in("person_key", name) for name in _REGISTERS)
    return ~(first | second)


def _registered_as(cases: Cases, column: str, *labels: str) -> Mask:
    """Find those who work away and bear one of the labels (any at all, if none is given)."""
    known: list[pd.Series] = []
    for name in _REGISTERS:
        persons = cases.context.tables.get(name)
        if persons is not None:
            chosen = persons[column].isin(labels) if labels else persons[column].notna()
            known.append(persons.loc[chosen, "person_key"])
    if not known:
        return np.zeros(len(cases.rows), dtype=bool)
    is_such = is_among(cases.rows["person_key"], pd.concat(known)).to_numpy(bool)
    return is_such & cases.yes("is_working")


WORK_RULES = (
    _spell_rule(
        id="HB-R-401",
        title="务工月收入低于100元",
        check=_pay(-np.inf, _LEAST_PAY_YUAN),
        reference="5_16_001",
    ),
    _spell_rule(
        id="HB-R-402",
        title="务工月收入低于400元",
        check=_pay(_LEAST_PAY_YUAN, _LOW_PAY_YUAN),
        reference="1111_12",
    ),
    _spell_rule(
        id="HB-R-403",
        title="务工月收入高于3万元",
        check=lambda c: c.number("monthly_pay_yuan") > _HIGHEST_PAY_YUAN,
        reference="5_16_002",
    ),
    _spell_rule(
        id="HB-R-404",
        title="务工结束早于开始",
        heading="结束时间",
        check=lambda c: c.month("ended_month") < c.month("started_month"),
    ),
    _spell_rule(id="HB-R-405", title="上一段务工未结束即开始下一段", heading="开始时间", check=_overlaps),
    _spell_rule(
        id="HB-R-406",
        title="务工人员不在监测对象和脱贫户名册内",
        heading="证件号码",
        check=_unknown_person,
    ),
    _spell_rule(
        id="HB-R-407",
        title="特困供养人员外出务工",
        heading="是否已务工",
        check=lambda c: _registered_as(c, "destitute_support", "城市特困", "农村特困"),
    ),
    _spell_rule(
        id="HB-R-408",
        title="在校生外出务工",
        heading="是否已务工",
        check=lambda c: _registered_as(c, "school_status"),
    ),
)
