"""Who is monitored: in the register, open, eliminated, new, by month, place and group.

The unit is the household; persons are its rows in the export. The state at the end of an
earlier month is read back from the identification and elimination months of this month's
register, so that a comparison with last month is on one calibre.

And every household that the work is for (`homes`): monitored and lifted, each once, with its members.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hanbin_lib.contract import MEASURES
from hanbin_lib.contract.labels import ABLE_LABOUR, NONE_WORDS
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    ALL,
    AT_EXPORT,
    IN_MONTH,
    REGISTER,
    Definition,
    Rows,
    Unit,
    count_rows,
    defines,
)
from hanbin_lib.months import Month, ordinals

STOCKS = ("monitored", "risk_eliminated", "open_risk")
FLOWS = ("new", "newly_eliminated")
# Why a household is still open; the first that fits counts, so that the parts add up.
SITUATIONS = ("超期无措施", "整户无劳动能力", "监测未满规定月数", "措施已落实待稳定")

_MONTH_END = "统计月月末；以前各月按本期登记簿的识别、消除月份倒推"
STRATA = ("未消除风险监测户", "已消除风险监测户", "脱贫户（未纳入监测）")
AGE_BANDS = ("40岁以下", "40—59岁", "60岁及以上", "户主年龄不详")
_ABLE_AGES = (16, 59)


def _counted_twice(stem: str, name: str, counted: str, as_of: str) -> tuple[Definition, ...]:
    """The same cases counted in households (distinct 户编号) and in persons (rows)."""
    pair = (
        ("households", "户数", Unit.HOUSEHOLDS, "的户编号个数"),
        ("persons", "人数", Unit.PERSONS, "的人口行数"),
    )
    return tuple(
        Definition(f"{stem}_{word}", f"{name}{title}", unit, f"{counted}{what}", "", as_of, REGISTER)
        for word, title, unit, what in pair
    )


_STATES = (
    *_counted_twice("monitored", "在册监测对象", "监测对象类别不为空、已识别", _MONTH_END),
    *_counted_twice("risk_eliminated", "已消除风险", "在册且风险已消除", _MONTH_END),
    *_counted_twice("open_risk", "未消除风险", "在册且风险未消除", _MONTH_END),
    *_counted_twice("new", "新纳入监测", "识别监测时间在当月", IN_MONTH),
    *_counted_twice("newly_eliminated", "当月消除风险", "消除监测时间在当月", IN_MONTH),
)


def month_number(dates: pd.Series) -> pd.Series:
    """Months since year 0 (`Month.ordinal`), NA where there is no date."""
    return ordinals(dates).astype("Float64")


def has_measure(households: pd.DataFrame) -> pd.Series:
    """Whether any of the twelve kinds of measure is filled in."""
    return households[list(MEASURES)].notna().any(axis=1)


def primary_cause(households: pd.DataFrame) -> pd.Series:
    """First risk named (致贫/返贫风险1), 未填写 where none is."""
    return households["risk_cause_1"].astype("str").fillna("未填写")


def states(households: pd.DataFrame, month: Month, *, is_current: bool) -> pd.DataFrame:
    """Membership of each household in the stocks and flows of `month`, as booleans.

    For the current month the flag 风险是否已消除 decides; for earlier months the elimination
    month does, and a household flagged as eliminated without a month counts as eliminated
    throughout, so that it makes no false flow.
    """
    identified = month_number(households["identified_month"]).to_numpy(float, na_value=-np.inf)
    eliminated = month_number(households["eliminated_month"]).to_numpy(float, na_value=-np.inf)
    flagged = households["is_risk_eliminated"].to_numpy(bool)
    monitored = identified <= month.ordinal
    gone = monitored & flagged if is_current else monitored & flagged & (eliminated <= month.ordinal)
    return pd.DataFrame(
        {
            "monitored": monitored,
            "risk_eliminated": gone,
            "open_risk": monitored & ~gone,
            "new": identified == month.ordinal,
            "newly_eliminated": gone & (eliminated == month.ordinal),
        },
        index=households.index,
    )


def situation(households: pd.DataFrame, scope: Scope) -> pd.Series:
    """Why an open household is still open (one of `SITUATIONS`)."""
    age = scope.month.ordinal - month_number(households["identified_month"]).to_numpy(float, na_value=np.nan)
    measured = has_measure(households).to_numpy()
    unable = households["is_no_labour_household"].fillna(False).to_numpy(bool)
    choice = np.select(
        [
            ~measured & (age >= scope.rules.measure_deadline_months),
            unable,
            age < scope.rules.least_months_to_elimination,
        ],
        SITUATIONS[:3],
        default=SITUATIONS[3],
    )
    return pd.Series(choice, index=households.index)


@defines(*_STATES)
def register_indicators(households: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Stocks and flows in households and persons.

    Parameters
    ----------
    households
        ``monitored_households``: one row a household with ``members`` (persons).
    scope
        Month, places and rules. County and towns get every month of the trend; villages
        the reporting month only; groups the reporting month and the one before.
    """
    rows = scope.counted(households)
    for month in scope.months:
        is_current = month == scope.month
        member = states(rows, month, is_current=is_current)
        for stem in (*STOCKS, *FLOWS):
            yield from _pair(stem, month, rows, member[stem], scope, villages=is_current)
        if month.ordinal >= scope.month.ordinal - 1:
            yield from _groups(rows, member, month, scope)


def _pair(
    stem: str,
    month: Month,
    rows: pd.DataFrame,
    chosen: pd.Series,
    scope: Scope,
    group: str = ALL,
    *,
    villages: bool = False,
) -> Iterator[Rows]:
    households = scope.select(rows, chosen, villages=villages)
    persons = scope.select(rows, rows["members"] * chosen, villages=villages)
    yield count_rows(f"{stem}_households", month, households, group)
    yield count_rows(f"{stem}_persons", month, persons, group)


def _groups(rows: pd.DataFrame, member: pd.DataFrame, month: Month, scope: Scope) -> Iterator[Rows]:
    dimensions = {"category": rows["monitored_category"].astype("str"), "cause": primary_cause(rows)}
    if month == scope.month:
        dimensions["situation"] = situation(rows, scope)
    for dimension, labels in dimensions.items():
        stems = ("open_risk",) if dimension == "situation" else (*STOCKS, *FLOWS)
        for label in sorted(labels.unique()):
            has_label = labels.eq(label)
            for stem in stems:
                chosen = member[stem] & has_label
                yield from _pair(stem, month, rows, chosen, scope, f"{dimension}={label}")


@defines(
    Definition(
        "data_warnings",
        "数据质量提示条数",
        Unit.FINDINGS,
        "导入核查的提示",
        "",
        AT_EXPORT,
        "导入核查记录",
        adds_up=False,
    )
)
def quality_indicators(findings: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Findings by town; one about a whole file belongs to no town, but to the county's list."""
    yield count_rows("data_warnings", scope.month, scope.select(scope.counted(findings), county=findings))


def homes(monitored: pd.DataFrame, lifted: pd.DataFrame | None, scope: Scope) -> pd.DataFrame:
    """One row a household; who is in both tables counts as monitored.

    Columns ``household_code, town_code, village_code, stratum, is_dilapidated_house,
    has_safe_water, source_file, source_row``.
    """
    columns = [
        "household_code", "town_code", "village_code", "is_dilapidated_house", "has_safe_water",
        "source_file", "source_row",
    ]  # fmt: skip
    eliminated = monitored["is_risk_eliminated"].to_numpy(bool)
    first = monitored[columns].assign(stratum=np.where(eliminated, STRATA[1], STRATA[0]))
    if lifted is not None:
        monitored_too = pd.Index(first["household_code"]).get_indexer(lifted["household_code"]) >= 0
        others = lifted.loc[~monitored_too, columns].assign(stratum=STRATA[2])
        first = pd.concat([first, others], ignore_index=True)
    first["stratum"] = pd.Categorical(first["stratum"], categories=STRATA)
    return scope.counted(first).reset_index(drop=True)


def persons_of(tables: list[pd.DataFrame], homes: pd.DataFrame) -> pd.DataFrame:
    """Persons of all tables with ``home``, the row of their household in `homes`.

    A person in two tables counts once (the first table counts); persons of households that
    are not counted are left out.
    """
    joined = pd.concat(tables, ignore_index=True)
    if len(tables) > 1:
        joined = joined.drop_duplicates("person_key")
    home = pd.Index(homes["household_code"]).get_indexer(joined["household_code"])
    return joined.assign(home=home)[home >= 0]


def any_member(flag: pd.Series, persons: pd.DataFrame, homes: pd.DataFrame) -> pd.Series:
    """Whether any person of the household has the flag, in the order of `homes`."""
    found = np.bincount(persons["home"], flag.to_numpy(dtype=float), minlength=len(homes))
    return pd.Series(found > 0, index=homes.index)


def ages(persons: pd.DataFrame, scope: Scope) -> pd.Series:
    """Full years at the month's end by month of birth; NaN where it is not known."""
    months = scope.month.ordinal - ordinals(persons["birth_month"])
    return (months // 12).astype(float)


def head_age_band(homes: pd.DataFrame, persons: pd.DataFrame, scope: Scope) -> pd.Series:
    """Age band of the head of each household, in the order of `homes`."""
    heads = persons[persons["relation_to_head"].eq("户主")].drop_duplicates("home")
    known = np.full(len(homes), np.nan)
    known[heads["home"]] = ages(heads, scope)
    band = np.select([known < 40, known < 60, known >= 60], AGE_BANDS[:3], default=AGE_BANDS[3])
    return pd.Series(band, index=homes.index)


def is_able(persons: pd.DataFrame, scope: Scope) -> pd.Series:
    """Labour that could work: of working age, not at school, able in full or in part."""
    age = ages(persons, scope)
    return (
        age.between(*_ABLE_AGES) & persons["school_status"].isna() & persons["labour_skill"].isin(ABLE_LABOUR)
    )


def holds_post(persons: pd.DataFrame) -> pd.Series:
    """Whether a person has a public-welfare post (some menus export a label for having none)."""
    post = persons["public_post"]
    return post.notna() & ~post.isin(NONE_WORDS)
