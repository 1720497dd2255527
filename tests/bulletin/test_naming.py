"""Who is named 明显: nobody where towns are alike, the bad one where the sample can show it."""

import numpy as np
import pandas as pd
import pytest
from support import REPOSITORY

from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.tested import POOLED, compared, key
from hanbin_lib.indicators import Scope
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.inspections import pooled_shares
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import HouseRules, Ranking
from hanbin_lib.places import AreaRegister

MONTHS, TOWNS, WITHIN = (
    6,
    26,
    0.05,
)  # two villages, ten households a town and month; households of a village alike
VILLAGES = (27, 21, 49, 23, 15, 27, 42, 15, 12, 9, 14, 16, 19, 10, 9, 3, 10, 17, 8, 22, 10, 12, 6, 4, 12, 10)


@pytest.fixture(scope="module")
def county() -> Scope:
    rows = [("100001", "试点县", "县", "", True, "")]
    for number, villages in enumerate(VILLAGES):
        town = f"100001{number:03d}"
        rows.append((town, f"第{number}镇", "镇", "100001", True, ""))
        rows += [(f"{town}{v:03d}", f"村{number}之{v}村委会", "村", town, True, "") for v in range(villages)]
    columns = ["place_code", "place_name", "kind", "parent_code", "is_counted", "note"]
    rules = read_params(REPOSITORY / "params" / "rules.yaml", HouseRules)
    return Scope(Month(2022, 9), AreaRegister(pd.DataFrame(rows, columns=columns)), rules, None)


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return read_params(REPOSITORY / "params" / "ranking.yaml", Ranking)


def _window(rng, rates):
    """Units and findings of six months; a village keeps its own rate, a town has its rate exactly."""
    scale = (1 - WITHIN) / WITHIN
    of_village = []
    for rate, villages in zip(rates, VILLAGES, strict=True):
        own = rng.beta(rate * scale, (1 - rate) * scale, villages)
        of_village.append(np.clip(own * rate / own.mean(), 0, 1))
    months = []
    for month in range(MONTHS):
        units, findings = [], []
        for number, own in enumerate(of_village):
            town = f"100001{number:03d}"
            for village in rng.choice(len(own), 2, replace=False):
                for home in range(5):
                    code = f"{month}/{town}/{village}/{home}"
                    units.append((town, f"{town}{village:03d}", "户", code, 120))
                    if rng.random() < own[village]:
                        findings.append((code, "一般", "住房"))
        names = ["town_code", "village_code", "unit_kind", "unit_code", "village_households"]
        drawn = pd.DataFrame(units, columns=names).astype({"village_households": "Int64"})
        months.append((drawn, pd.DataFrame(findings, columns=["unit_code", "severity", "problem_kind"])))
    return months


def _named(rng, rates, county, ranking) -> set[str]:
    homes = pd.DataFrame({"village_code": pd.Series([], dtype="str")})
    table = combine([pooled_shares(_window(rng, rates), homes, county)], county.place_names)
    found = compared(Figures(table, county.month, "100001"), county, ranking)
    return {name.removeprefix(f"{POOLED}|") for name in found.named}


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.13, 0.25])
def test_towns_that_are_alike_are_named_in_few_months(rate, county, ranking):
    rng = np.random.default_rng(3)
    months = [bool(_named(rng, [rate] * TOWNS, county, ranking)) for _ in range(200)]
    print(f"no town differs, rate {rate:.0%}: named in {np.mean(months):.1%} of 200 months")
    assert np.mean(months) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "least"), [(0.13, 0.15), (0.25, 0.6)])
def test_one_town_twice_as_bad_is_named(rate, least, county, ranking):
    """Sixty households show twice a quarter; twice an eighth they show in one window of four or five."""
    rng, bad = np.random.default_rng(4), 1
    rates = [rate * (2 if number == bad else 1) for number in range(TOWNS)]
    windows = [_named(rng, rates, county, ranking) for _ in range(100)]
    share = np.mean([f"100001{bad:03d}" in named for named in windows])
    others = np.mean([bool(named - {f"100001{bad:03d}"}) for named in windows])
    print(
        f"one town at {2 * rate:.0%} among {rate:.0%}: named in {share:.0%} of windows, another in {others:.0%}"
    )
    assert share >= least
    assert others <= 0.1


def test_a_town_beyond_all_doubt_is_named_and_nobody_else(county, ranking):
    rates = [0.1] * TOWNS
    rates[3] = 0.8
    assert _named(np.random.default_rng(5), rates, county, ranking) == {"100001003"}


def test_the_key_of_a_test_says_what_and_where():
    assert key(POOLED, "100001003") == "inspection_pooled_share|100001003"
