"""Two worries and three guarantees (两不愁三保障) and safe water: register against telephone."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.indicators.register import ages, any_member
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import AT_END, AT_EXPORT, Definition, Rows, Unit, count_rows, defines

# The register has no field for food and clothing: only the household can say.
REGISTERED = {
    "compulsory_education": "义务教育",
    "basic_medical_care": "基本医疗",
    "housing": "住房安全",
    "drinking_water": "饮水安全",
}
APART = "safeguard_phone_only_households"  # of the telephone only
ANSWERED = {"food_and_clothing": "吃饭穿衣", **REGISTERED}
_SCHOOL_AGES = (6, 15)
_BELOW_JUNIOR = ("文盲或半文盲", "小学")

_BASE = "监测对象信息、脱贫户信息（同时在册的按监测户计一次）"
_HH = Unit.HOUSEHOLDS
_of_both = partial(Definition, as_of=AT_END, source="登记簿、电话抽查记录")
_registered = partial(Definition, as_of=AT_EXPORT, source=_BASE)
_SAFEGUARDS = (
    _registered("registered_households", "在册监测户和脱贫户数", _HH, "监测对象信息和脱贫户信息里的户", ""),
    _registered(
        "register_problem_households",
        "登记簿显示三保障和饮水有问题户数",
        _HH,
        "义务教育：有6至15岁、未完成初中且不在校的成员；基本医疗：有两类医保都填“否”的成员；"
        "住房安全：危房户填“是”；饮水安全：安全饮用水填“否”",
        "",
    ),
    _registered(
        "register_unknown_households",
        "登记簿三保障和饮水未填户数",
        _HH,
        "判断该项所需的栏目没有填写的户（未填不作有保障）",
        "",
    ),
    _of_both(
        "safeguard_both_households",
        "登记和电话都显示有问题户数",
        _HH,
        "登记簿显示有问题、电话也答有问题的户",
        "",
    ),
    _of_both(
        "safeguard_phone_only_households",
        "电话答有问题而登记簿未显示户数",
        _HH,
        "电话答有问题、登记簿没有显示的户，交镇（街道）入户核实",
        "",
    ),
    _of_both(
        "safeguard_register_only_households",
        "登记簿显示有问题而电话答有保障户数",
        _HH,
        "登记簿显示有问题、电话答有保障的户，交镇（街道）核对登记",
        "",
    ),
)


def register_says(homes: pd.DataFrame, persons: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """What the register says of each household and safeguard.

    Returns
    -------
    DataFrame
        Index of `homes`, a column for each of `REGISTERED`: 1 a problem, 0 none, NaN where
        the fields that decide are empty. Of compulsory education it is known of everybody: whose age is
        not known is no child of school age, and nothing filled in on schooling is a problem to look into.
    """
    child = ages(persons, scope).between(*_SCHOOL_AGES)
    out = child & persons["school_status"].isna()
    left = out & (persons["education"].isin(_BELOW_JUNIOR) | persons["education"].isna())
    insurances = persons[["has_resident_insurance", "has_employee_insurance"]]
    uninsured = (~insurances.fillna(True)).all(axis=1)
    unknown = insurances.isna().any(axis=1) & ~insurances.fillna(False).any(axis=1)
    some_uninsured = any_member(uninsured, persons, homes)
    some_unknown = any_member(unknown, persons, homes)
    said = {
        "compulsory_education": any_member(left, persons, homes).astype(float),
        "basic_medical_care": some_uninsured.astype(float).mask(some_unknown & ~some_uninsured),
        "housing": homes["is_dilapidated_house"].astype("Float64").astype(float),
        "drinking_water": 1 - homes["has_safe_water"].astype("Float64").astype(float),
    }
    return pd.DataFrame(said, index=homes.index)


@defines(*_SAFEGUARDS)
def safeguard_indicators(
    homes: pd.DataFrame, register: pd.DataFrame, phone: pd.DataFrame | None, scope: Scope
) -> Iterator[Rows]:
    """Problems by safeguard and source, and how the two sources agree.

    Parameters
    ----------
    homes
        `register.homes`.
    register
        `register_says`.
    phone
        Answers in the order of `homes` (1 a problem, 0 none, NaN no answer), or None where
        no calls came in.
    """
    month = scope.month
    yield count_rows("registered_households", month, scope.select(homes, villages=True))
    for name, label in REGISTERED.items():
        group = f"safeguard={label}"
        problem = scope.select(homes, register[name].eq(1), villages=True)
        yield count_rows("register_problem_households", month, problem, group)
        unknown = scope.select(homes, register[name].isna())
        yield count_rows("register_unknown_households", month, unknown, group)
        if phone is None:
            continue
        for indicator, chosen in _agreement(register[name], phone[name]).items():
            counts = scope.select(homes, chosen, villages=True)
            yield count_rows(indicator, month, counts, group)


def disagreements(homes: pd.DataFrame, register: pd.DataFrame, phone: pd.DataFrame) -> pd.DataFrame:
    """Households to look into, by village and code.

    Columns ``household_code, town_code, village_code, safeguard, register, phone``; the last
    two are 有问题 or 有保障.
    """
    parts = []
    words = np.array(["有保障", "有问题"])
    for name, label in REGISTERED.items():
        kinds = _agreement(register[name], phone[name])
        apart = kinds["safeguard_phone_only_households"] | kinds["safeguard_register_only_households"]
        rows = homes.loc[apart, ["household_code", "town_code", "village_code"]]
        parts.append(
            rows.assign(
                safeguard=label,
                register=words[register.loc[apart, name].astype(int)],
                phone=words[phone.loc[apart, name].astype(int)],
            )
        )
    return pd.concat(parts).sort_values(["village_code", "household_code", "safeguard"], ignore_index=True)


def _agreement(register: pd.Series, phone: pd.Series) -> dict[str, pd.Series]:
    return {
        "safeguard_both_households": register.eq(1) & phone.eq(1),
        "safeguard_phone_only_households": register.eq(0) & phone.eq(1),
        "safeguard_register_only_households": register.eq(1) & phone.eq(0),
    }
