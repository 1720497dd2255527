"""Every household that the work is for: monitored and lifted, each once."""

import numpy as np
import pandas as pd

from hanbin_lib.contract.labels import ABLE_LABOUR, NONE_WORDS
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.months import ordinals

STRATA = ("未消除风险监测户", "已消除风险监测户", "脱贫户（未纳入监测）")
AGE_BANDS = ("40岁以下", "40—59岁", "60岁及以上", "户主年龄不详")
_ABLE_AGES = (16, 59)


def homes(monitored: pd.DataFrame, lifted: pd.DataFrame | None, scope: Scope) -> pd.DataFrame:
    """One row a household; who is in both tables counts as monitored.

    Columns ``household_code, town_code, village_code, stratum, is_dilapidated_house,
    has_safe_water, source_file, source_row``.
    """
    columns = [
        "household_code", "town_code", "village_code", "is_dilapidated_house", "has_safe_water",
        "source_file", "source_row",
    ]  # fmt: skip
    eliminated = monitored["is_risk_eliminated"].fillna(False).to_numpy(bool)
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
