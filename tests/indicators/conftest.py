"""A register built at random from known parts, and the scope it is counted in."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from support import REPOSITORY

from hanbin_lib.contract import MEASURES
from hanbin_lib.indicators import Scope
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import HouseRules, Ranking
from hanbin_lib.places import AreaRegister
from hanbin_lib.yearly_documents import MonitoringLine

MONTH = Month(2022, 9)
TOWNS = ("100001001", "100001002", "100001003")


@pytest.fixture(scope="session")
def register() -> AreaRegister:
    """Three towns of which two are counted, two villages each."""
    rows = [("100001", "试点县", "县", "", True, "")]
    for number, town in enumerate(TOWNS):
        rows.append((town, f"第{number}镇", "镇", "100001", number < 2, ""))
        rows += [(f"{town}20{v}", f"村{number}{v}村委会", "村", town, number < 2, "") for v in range(2)]
    columns = ["place_code", "place_name", "kind", "parent_code", "is_counted", "note"]
    return AreaRegister(pd.DataFrame(rows, columns=columns))


@pytest.fixture(scope="session")
def rules() -> HouseRules:
    """The repository's rules with few income bands."""
    shipped = read_params(REPOSITORY / "params" / "rules.yaml", HouseRules)
    return shipped.model_copy(update={"income_bands_yuan": (4000, 8000)})


@pytest.fixture(scope="session")
def rules_as_shipped() -> HouseRules:
    return read_params(REPOSITORY / "params" / "rules.yaml", HouseRules)


@pytest.fixture(scope="session")
def ranking() -> Ranking:
    shipped = read_params(REPOSITORY / "params" / "ranking.yaml", Ranking)
    return shipped.model_copy(update={"draws": 1000})


@pytest.fixture
def scope(register: AreaRegister, rules: HouseRules) -> Scope:
    line = MonitoringLine(year=2022, value_yuan=6000, document="〔测试〕1号", entered_by="测试")
    return Scope(MONTH, register, rules, line)


@pytest.fixture(scope="session")
def make_households() -> Callable[[int, int], pd.DataFrame]:
    """Function (number, seed) -> ``monitored_households``."""

    def make(number: int, seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        town = rng.choice(TOWNS, number)
        identified = rng.integers(Month(2020, 6).ordinal, MONTH.ordinal + 1, number)
        eliminated = identified + rng.integers(0, 20, number)
        gone = (rng.random(number) < 0.5) & (eliminated <= MONTH.ordinal)
        first = np.where(rng.random(number) < 0.8, identified + rng.integers(0, 4, number), -1)
        first = np.where(first > MONTH.ordinal, -1, first)
        frame = pd.DataFrame(
            {
                "household_code": [f"H{n}" for n in range(number)],
                "town_code": town,
                "village_code": [f"{t}20{v}" for t, v in zip(town, rng.integers(0, 2, number), strict=True)],
                "members": rng.integers(1, 7, number),
                "monitored_category": rng.choice(["脱贫不稳定户", "边缘易致贫户"], number),
                "risk_cause_1": rng.choice(["因病", "因残", None], number),
                "identified_month": _dates(identified),
                "eliminated_month": _dates(np.where(gone, eliminated, -1)),
                "is_risk_eliminated": pd.array(gone, dtype="boolean"),
                "is_no_labour_household": pd.array(rng.random(number) < 0.1, dtype="boolean"),
                "first_measure_month": _dates(first),
                "household_size": pd.array(rng.integers(1, 7, number), dtype="Int32"),
            }
        )
        for measure in MEASURES:
            frame[measure] = pd.Series([None] * number, dtype="str")
        frame.loc[first >= 0, "measure_industry"] = "种植"
        for name in ("wage", "business", "property", "transfer"):
            frame[f"{name}_income_yuan"] = rng.gamma(2, 3000, number).round(2)
        frame["business_cost_yuan"] = rng.gamma(2, 500, number).round(2)
        net = frame.filter(like="_income_yuan").sum(axis=1) - frame["business_cost_yuan"]
        frame["net_income_per_head_yuan"] = (net / frame["household_size"]).astype(float).round(2)
        return frame

    return make


def _dates(ordinals: np.ndarray) -> pd.Series:
    texts = [f"{n // 12}-{n % 12 + 1:02d}-01" if n > 0 else None for n in ordinals.tolist()]
    return pd.Series(pd.to_datetime(pd.Series(texts, dtype="object"), format="%Y-%m-%d"))
