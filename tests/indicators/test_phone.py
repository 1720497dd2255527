"""Phone checks: the best call counts, silence is bounded, change is tested."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.contract.labels import CALL_DISPOSITIONS
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.phone import outcomes, phone_indicators
from hanbin_lib.indicators.register import STRATA
from hanbin_lib.indicators.safeguards import ANSWERED

COUNTY = "100001"


def make_homes(scope, number, seed):
    rng = np.random.default_rng(seed)
    town = rng.choice(["100001001", "100001002"], number)
    frame = pd.DataFrame(
        {
            "household_code": [f"H{n}" for n in range(number)],
            "town_code": town,
            "village_code": [f"{t}20{v}" for t, v in zip(town, rng.integers(0, 2, number), strict=True)],
            "stratum": pd.Categorical(rng.choice(STRATA, number), categories=STRATA),
        }
    )
    return scope.counted(frame).reset_index(drop=True)


def make_calls(homes, seed, *, reached=0.7, problem=0.1):
    rng = np.random.default_rng(seed)
    size = len(homes)
    answered = rng.random(size) < reached
    calls = homes[["household_code", "town_code", "village_code"]].astype("str")
    calls["called_at"] = "2022-09-28 10:00"
    calls["disposition"] = np.where(answered, CALL_DISPOSITIONS[0], "无人接听")
    for name in ANSWERED:
        said = np.where(rng.random(size) < problem, "有问题", "有保障")
        calls[name] = pd.Series(np.where(answered, said, None), dtype="str")
    calls["is_visited"] = pd.array(rng.random(size) < 0.9, dtype="boolean")
    calls["satisfaction"] = "满意"
    return calls


def _table(scope, homes, now, before=None):
    ages = pd.Series("40—59岁", index=homes.index)
    table = combine(phone_indicators(homes, now, before, ages, scope), scope.place_names)
    return table.set_index(["indicator", "place_code", "group"])


def test_the_best_call_of_a_household_counts(scope):
    homes = make_homes(scope, 1, 0)
    missed = make_calls(homes, 1, reached=0).assign(called_at="2022-09-25 09:00")
    found = outcomes(pd.concat([missed, make_calls(homes, 2, reached=1)]), homes, scope.end)
    assert found["is_reached"].tolist() == [True]
    assert found["any_problem"].notna().all()


def test_calls_after_the_day_asked_for_do_not_count(scope):
    homes = make_homes(scope, 5, 0)
    late = make_calls(homes, 1, reached=1)
    assert not outcomes(late, homes, pd.Timestamp("2022-09-27"))["is_reached"].any()


def test_no_answer_is_not_no_problem(scope):
    homes = make_homes(scope, 200, 3)
    now = outcomes(make_calls(homes, 4), homes, scope.end)
    table = _table(scope, homes, now)
    row = table.loc[("phone_problem_bound_share", COUNTY, "all")]
    silent = (~now["is_reached"]).sum()
    assert row["upper"] - row["lower"] == pytest.approx(silent / len(homes))
    share = table.loc[("phone_problem_share", COUNTY, "all")]
    assert row["lower"] < share["value"] < row["upper"]
    assert share["denominator"] == now["is_reached"].sum()


def test_towns_that_answer_less_weigh_as_their_households(scope):
    """One town answers always and has no problem, the other rarely and always has one."""
    homes = make_homes(scope, 400, 5).assign(stratum=pd.Categorical([STRATA[0]] * 400, categories=STRATA))
    second = homes["town_code"].eq("100001002").to_numpy()
    calls = make_calls(homes, 6, reached=1, problem=0)
    for name in ANSWERED:
        calls.loc[second, name] = "有问题"
    silent = np.flatnonzero(second)[5:]
    calls.loc[silent, "disposition"] = "无人接听"
    table = _table(scope, homes, outcomes(calls, homes, scope.end))
    assert table.loc[("phone_problem_share", COUNTY, "all"), "value"] == pytest.approx(second.mean())


def test_a_change_is_clear_only_beyond_chance(scope):
    homes = make_homes(scope, 2000, 7)
    before = outcomes(make_calls(homes, 8, problem=0.02), homes, scope.end)
    same = outcomes(make_calls(homes, 9, problem=0.02), homes, scope.end)
    worse = outcomes(make_calls(homes, 9, problem=0.08), homes, scope.end)
    key = ("phone_problem_change", COUNTY, "answer=饮水安全")
    row = _table(scope, homes, same, before).loc[key]
    assert row["lower"] < 0 < row["upper"]
    assert _table(scope, homes, worse, before).loc[key, "lower"] > 0


def test_towns_add_up(scope):
    homes = make_homes(scope, 300, 10)
    table = _table(scope, homes, outcomes(make_calls(homes, 11), homes, scope.end))
    for name in ("phone_base_households", "phone_reached_households", "phone_problem_households"):
        county = table.loc[(name, COUNTY, "all"), "value"]
        assert county == sum(table.loc[(name, town, "all"), "value"] for town in ("100001001", "100001002"))
