import hashlib
import random
from collections import Counter
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.simulate.permanent_random_numbers import (
    assign_groups,
    checked_seed,
    draw_weeks,
    in_draw_order,
    ticket,
    weeks_of,
)

TOWNS = [f"6109021{n:02d}" for n in range(26)]
GROUPS = [f"第{n}组" for n in range(8)]
WEEKLY = [f"第{n}组" for n in range(10)]


def test_a_ticket_is_made_by_the_published_recipe():
    """As the recipe says, in the fewest steps: whoever reads it must get the same."""
    text = "hanbin-draw-1|20220930|2022-10|村|610902118201"
    assert ticket("20220930", "2022-10", "村", "610902118201") == hashlib.sha256(text.encode()).hexdigest()
    # Made once with coreutils' sha256sum; a change of the recipe must change its name.
    assert ticket("20220930", "2022-10", "村", "610902118201").startswith(SHA256SUM)


SHA256SUM = "1a8a9518fe151fcd"


def test_the_order_does_not_depend_on_the_list_and_a_new_code_moves_no_other():
    codes = [f"{n:03d}" for n in range(50)]
    order = in_draw_order(codes, "s", "2022-10", "村")
    assert order == in_draw_order([*reversed(codes), *codes], "s", "2022-10", "村")
    assert [c for c in in_draw_order([*codes, "new"], "s", "2022-10", "村") if c != "new"] == order
    assert order != in_draw_order(codes, "s", "2022-11", "村")


@pytest.mark.parametrize("seed", ["", "a b", "a|b", "x" * 65, "换\n行"])
def test_seeds_that_could_be_read_two_ways_are_refused(seed):
    with pytest.raises(HanbinError) as caught:
        checked_seed(seed)
    assert caught.value.code == "HB-SMP-001"


def plan(seed, last=None, load=None, towns=TOWNS, groups=GROUPS):
    return assign_groups(towns, groups, last or {}, seed=seed, stage=("2022-10", "组"), load=load)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(2, 12), st.integers(3, 26))
def test_never_twice_running_and_the_work_is_balanced(seed, groups, towns):
    names, places = [f"g{n}" for n in range(groups)], TOWNS[:towns]
    last = plan(f"before{seed}", towns=places, groups=names)
    now = plan(f"now{seed}", last, towns=places, groups=names)
    assert set(now) == set(places)
    assert all(now[town] != last[town] for town in places)
    sizes = Counter(now.values())
    assert max(sizes.values()) - min(sizes.get(g, 0) for g in names) <= 1


def test_what_is_left_over_goes_to_those_with_the_least_on_record():
    load = Counter(dict.fromkeys(GROUPS[:6], 10) | dict.fromkeys(GROUPS[6:], 9))
    sizes = Counter(plan("s", load=load).values())
    assert [sizes[group] for group in GROUPS[6:]] == [4, 4]
    assert sum(sizes.values()) == 26
    # A group that is not on record had no town.
    unknown = Counter(plan("s", load=dict.fromkeys(GROUPS[2:], 1)).values())
    assert [unknown[group] for group in GROUPS[:2]] == [4, 4]


def test_no_pair_is_preferred():
    """Without a record every group has the same chance in a town (400 seeds)."""
    seen = Counter(plan(f"seed{n}")[TOWNS[5]] for n in range(400))
    assert stats.chisquare([seen[group] for group in GROUPS]).pvalue > 0.01


def test_one_group_cannot_change():
    with pytest.raises(HanbinError) as caught:
        plan("s", last={TOWNS[0]: "a"}, groups=["a"])
    assert caught.value.code == "HB-SMP-003"
    assert "1个组" in caught.value.message


def test_two_groups_change_places():
    last = {town: "ab"[n % 2] for n, town in enumerate(TOWNS)}
    assert plan("s", last, groups=["a", "b"]) == {town: "ba"[n % 2] for n, town in enumerate(TOWNS)}


def test_weeks_are_those_whose_friday_lies_in_the_month():
    assert weeks_of(Month(2022, 9)) == ["2022-W35", "2022-W36", "2022-W37", "2022-W38", "2022-W39"]
    assert weeks_of(Month(2021, 1))[0] == "2020-W53"


def test_no_group_returns_the_next_week_nor_where_it_was_last():
    last = {town: WEEKLY[n % 10] for n, town in enumerate(TOWNS)}
    drawn = draw_weeks(TOWNS, WEEKLY, last, month=Month(2022, 10), seed="s")
    plans = [
        last,
        *(dict(zip(w["town_code"], w["group_name"], strict=True)) for _, w in drawn.groupby("week")),
    ]
    for before, now in pairwise(plans):
        assert all(before[town] != now[town] for town in TOWNS)
    # 104 visits over ten groups: the left-overs go round, so that nobody has two more than another.
    counts = drawn["group_name"].value_counts()
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("number", range(12))
def test_the_plan_is_the_best_of_all_that_are_allowed(number):
    """Balanced, nobody where it was; then fewest towns for who had most, then the smallest sum of tickets.

    A pair's ticket is the first six digits of the published recipe's.
    """
    luck = random.Random(number)
    towns, groups = list("甲乙丙丁戊")[: luck.randint(2, 5)], ["一组", "二组", "三组"]
    last = {town: luck.choice(groups) for town in towns if luck.random() < 0.6}
    load = {group: luck.randint(0, 3) for group in groups}
    least, most = len(towns) // 3, -(-len(towns) // 3)

    def rank(plan):
        text = (f"hanbin-draw-1|种子|组|{town}|{group}" for town, group in zip(towns, plan, strict=True))
        tickets = sum(int(hashlib.sha256(one.encode()).hexdigest()[:6], 16) for one in text)
        busy = sum(load[group] for group in groups if plan.count(group) == most > least)
        return busy, tickets

    allowed = [
        plan
        for plan in product(groups, repeat=len(towns))
        if all(least <= plan.count(group) <= most for group in groups)
        and all(last.get(town) != group for town, group in zip(towns, plan, strict=True))
    ]
    found = assign_groups(towns, groups, last, seed="种子", stage=("组",), load=load)
    assert tuple(found[town] for town in towns) == min(allowed, key=rank)
