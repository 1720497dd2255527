"""Who works away, where the household is the first or only one of the list."""

import pandas as pd

from hanbin_lib.indicators.work import household_work


def test_the_only_household_works_away(scope):
    homes = pd.DataFrame({"household_code": ["H0"]})
    persons = pd.DataFrame(
        {
            "household_code": ["H0"], "home": [0], "work_months": pd.array([None], dtype="Int64"),
            "public_post": pd.Series([None], dtype="str"), "school_status": pd.Series([None], dtype="str"),
            "labour_skill": ["普通劳动力"], "birth_month": pd.to_datetime(["1990-01-01"]),
        }
    )  # fmt: skip
    spells = pd.DataFrame(
        {"person_key": ["P0"], "household_code": ["H0"], "is_working": pd.array([True], dtype="boolean")}
    )
    work = household_work(homes, persons, spells, scope)
    assert work["is_able"].tolist() == [True]
    assert work["is_working"].tolist() == [True]
