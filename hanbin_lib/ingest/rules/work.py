"""Rules over spells of work away, against each other and against the registers."""

from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import Cases, Check, Rule
from hanbin_lib.store.frames import is_among

_REGISTERS = ("monitored_persons", "lifted_persons")
_LEAST_PAY_YUAN = 100
_LOW_PAY_YUAN = 400
_HIGHEST_PAY_YUAN = 30_000
_rule = partial(Rule, table="migrant_work", heading="务工月收入")


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
    _rule(
        id="HB-R-401",
        title="务工月收入低于100元",
        check=_pay(-np.inf, _LEAST_PAY_YUAN),
        reference="5_16_001",
    ),
    _rule(
        id="HB-R-402",
        title="务工月收入低于400元",
        check=_pay(_LEAST_PAY_YUAN, _LOW_PAY_YUAN),
        reference="1111_12",
    ),
    _rule(
        id="HB-R-403",
        title="务工月收入高于3万元",
        check=lambda c: c.number("monthly_pay_yuan") > _HIGHEST_PAY_YUAN,
        reference="5_16_002",
    ),
    _rule(
        id="HB-R-404",
        title="务工结束早于开始",
        heading="结束时间",
        check=lambda c: c.month("ended_month") < c.month("started_month"),
    ),
    _rule(id="HB-R-405", title="上一段务工未结束即开始下一段", heading="开始时间", check=_overlaps),
    _rule(
        id="HB-R-406",
        title="务工人员不在监测对象和脱贫户名册内",
        heading="证件号码",
        check=_unknown_person,
    ),
    _rule(
        id="HB-R-407",
        title="特困供养人员外出务工",
        heading="是否已务工",
        check=lambda c: _registered_as(c, "destitute_support", "城市特困", "农村特困"),
    ),
    _rule(
        id="HB-R-408",
        title="在校生外出务工",
        heading="是否已务工",
        check=lambda c: _registered_as(c, "school_status"),
    ),
)
