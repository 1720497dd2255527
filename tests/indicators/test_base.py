"""Whom the policy no longer counts is in no figure: the same as if these households had never come."""

from dataclasses import replace

import pandas as pd
import pytest
from random_worlds import random_world
from recount_duties import RANKING
from worlds import World

from hanbin_lib.indicators import indicator_table
from hanbin_lib.policy import Base, Policy

LIFTED = "脱贫户信息"


def typed(world: World) -> World:
    """Every third lifted household is of a kind that the policy may leave out."""
    key = (LIFTED, world.month)
    rows = [row | {"户类型": "不享受" if sum(row["户编号"].encode()) % 3 == 0 else "脱贫户"}
            for row in world.sheets[key]]  # fmt: skip
    return replace(world, sheets={**world.sheets, key: rows})


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_kind_that_is_left_out_counts_nowhere(seed, rules):
    world = typed(random_world(seed, rules))
    key = (LIFTED, world.month)
    kept = [row for row in world.sheets[key] if row["户类型"] != "不享受"]
    assert 0 < len(kept) < len(world.sheets[key])
    never = replace(world, sheets={**world.sheets, key: kept})
    sources = replace(world.sources, left_out=("不享受",))
    one, other = (indicator_table(found, world.scope, RANKING) for found in (sources, never.sources))
    pd.testing.assert_frame_equal(one, other)
    whole = indicator_table(world.sources, world.scope, RANKING)
    assert not whole["value"].equals(one["value"])


def test_the_scope_tells_what_its_policy_leaves_out(rules):
    world = random_world(0, rules)
    assert world.scope.left_out == ()
    base = Base(leaves_out=("不享受",), document="〔测试〕1号")
    policy = Policy(first_month="2021-01", base=base)
    assert replace(world.scope, policy=policy).left_out == ("不享受",)
    assert policy.values["户类型"] == ("不享受",)
