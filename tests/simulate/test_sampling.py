"""The draw: uniform among what is eligible, rotation kept, small towns told."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.simulate.permanent_random_numbers import in_draw_order
from hanbin_lib.simulate.sampling import Frame, Past, PowerRules, SamplingRules, draw_month, rotated, spread

MONTH = Month(2022, 10)
RULES = SamplingRules(
    villages_per_town=2,
    households_per_town=10,
    projects_per_town=5,
    rotation_months=3,
    small_towns="fill",
    monthly_groups=("甲组", "乙组"),
    weekly_groups=("丙组", "丁组"),
    power=PowerRules(
        bad_share=0.2,
        acceptable_share=0.05,
        error_share=0.1,
        unknown_icc=0.05,
        draws=1000,
        seed=1,
        designs=(),
    ),
)
BIG, SMALL = "610902101", "610902118"


def frame(homes=40, projects=20):
    villages = {f"{BIG}{n:03d}": BIG for n in range(8)} | {f"{SMALL}{n:03d}": SMALL for n in range(3)}
    households = {f"H{village}{n:03d}": village for village in villages for n in range(homes)}
    plans = {f"X{town}{n:02d}": town for town in (BIG, SMALL) for n in range(projects)}
    return Frame(villages, households, plans, {BIG: "张滩镇", SMALL: "叶坪镇"})


def draw(seed="s", past=None, rules=RULES, of=None, **kwargs):
    return draw_month(of or frame(), past or Past({}), rules, month=MONTH, seed=seed, **kwargs)


def kind(drawn, town, name):
    return drawn.units[drawn.units["town_code"].eq(town) & drawn.units["unit_kind"].eq(name)]


def test_counts_of_every_town_and_no_unit_twice():
    drawn = draw()
    for town in (BIG, SMALL):
        assert [len(kind(drawn, town, name)) for name in ("村", "户", "项目")] == [2, 10, 5]
        homes = kind(drawn, town, "户")
        assert set(homes["village_code"]) == set(kind(drawn, town, "村")["unit_code"])
        assert Counter(homes["village_code"]).most_common()[-1][1] == 5
    assert not drawn.units["unit_code"].duplicated().any()
    assert drawn.messages == ()


def test_the_same_seed_draws_the_same_in_any_order_of_the_lists():
    whole = frame()
    turned = Frame(*(dict(reversed(list(part.items()))) for part in (whole.villages, whole.households)),
                   dict(reversed(list(whole.projects.items()))), whole.names)  # fmt: skip
    assert draw().units.equals(draw(of=turned).units)
    assert not draw().units.equals(draw("t").units)


@pytest.fixture(scope="module")
def many():
    """Villages of 3,000 draws with the public seeds 0, 1, …; two of eight were visited lately."""
    since = {"v0": 1, "v1": 3, "v2": 4}
    codes = [f"v{n}" for n in range(8)]
    return [
        rotated(in_draw_order(codes, f"{n}", "2022-10", "村"), since, RULES, frozenset()).chosen
        for n in range(3000)
    ]


def test_every_eligible_village_has_the_same_chance(many):
    seen = Counter(code for chosen in many for code in chosen)
    assert set(seen) == {f"v{n}" for n in range(2, 8)}
    # Two of six without replacement: Pearson's statistic times (N - 1) / (N - n).
    assert stats.chi2.sf(stats.chisquare(list(seen.values())).statistic * 5 / 4, 5) > 0.01


def test_pairs_of_villages_are_drawn_alike(many):
    """Not only each village: each pair (15 of six eligible ones)."""
    pairs = Counter(tuple(sorted(chosen)) for chosen in many)
    assert len(pairs) == 15
    assert stats.chisquare(list(pairs.values())).pvalue > 0.01


def test_every_household_of_a_village_has_the_same_chance():
    """Five of twenty in each of the only two villages, 500 draws."""
    villages = {"a": BIG, "b": BIG}
    homes = {f"{village}{n:02d}": village for village in villages for n in range(20)}
    of = Frame(villages, homes, None, {BIG: "张滩镇"})
    drawn = [draw(f"{n}", of=of).units for n in range(500)]
    seen = Counter(code for units in drawn for code in units["unit_code"])
    observed = [seen[f"a{n:02d}"] for n in range(20)]
    assert sum(observed) == 2500
    assert stats.chi2.sf(stats.chisquare(observed).statistic * 19 / 15, 19) > 0.01


def test_a_town_of_three_villages_is_filled_from_those_visited_longest_ago():
    past = Past({f"{SMALL}000": 1, f"{SMALL}001": 2})
    drawn = draw(past=past)
    villages = kind(drawn, SMALL, "村").set_index("unit_code")["note"]
    assert villages.to_dict() == {f"{SMALL}001": "轮换例外", f"{SMALL}002": ""}
    (message,) = drawn.messages
    assert message.startswith("叶坪镇：共3个村（社区），近3个月没有抽过的1个，应抽2个，须从抽过的村里补抽1个")
    row = drawn.towns.set_index("town_code").loc[SMALL]
    assert (row["villages"], row["eligible"], row["drawn"], row["refilled"]) == (3, 1, 2, 1)


def test_stop_names_every_town_that_is_too_small():
    past = Past({f"{SMALL}00{n}": 1 for n in range(2)} | {f"{BIG}00{n}": 1 for n in range(7)})
    with pytest.raises(HanbinError) as caught:
        draw(past=past, rules=RULES.model_copy(update={"small_towns": "stop"}))
    assert caught.value.code == "HB-SMP-002"
    assert "张滩镇" in caught.value.message
    assert "叶坪镇" in caught.value.message


def test_a_flagged_village_stays_eligible_and_is_marked():
    past = Past({f"{BIG}00{n}": 1 for n in range(7)})
    drawn = draw(past=past, flagged=[f"{BIG}003"])
    notes = kind(drawn, BIG, "村").set_index("unit_code")["note"].to_dict()
    assert notes == {f"{BIG}003": "回头看", f"{BIG}007": ""}
    with pytest.raises(HanbinError) as caught:
        draw(flagged=["610902999001"])
    assert caught.value.code == "HB-PAR-004"


def test_a_village_looked_at_again_is_marked_where_it_is_drawn_before_its_turn():
    since = {"b": 1, "c": 3, "d": 4}
    found = rotated("abcd", since, RULES, frozenset("bcd"))
    assert (found.chosen, found.refilled, found.revisited, found.eligible) == (("a", "b"), set(), {"b"}, 4)
    later = rotated("dacb", since, RULES, frozenset("bcd"))
    assert (later.chosen, later.revisited) == (("d", "a"), set())


def test_too_few_households_and_projects_are_all_drawn_and_told():
    drawn = draw(of=frame(homes=3, projects=1))
    assert len(kind(drawn, BIG, "户")) == 6
    assert "张滩镇：应抽10户，只有6户可抽，已全部抽取" in drawn.messages
    assert "叶坪镇：应抽5个项目，只有1个项目可抽，已全部抽取" in drawn.messages


def test_without_a_list_of_projects_none_are_drawn_and_none_are_missed():
    part = frame()
    drawn = draw(of=Frame(part.villages, part.households, None, part.names))
    assert not drawn.units["unit_kind"].eq("项目").any()
    assert drawn.messages == ()


@given(st.integers(0, 60), st.lists(st.integers(0, 12), max_size=6))
def test_spread_is_as_even_as_the_room_allows(wanted, room):
    given_ = spread(wanted, room)
    assert sum(given_) == min(wanted, sum(room))
    assert all(0 <= a <= b for a, b in zip(given_, room, strict=True))
    not_full = [a for a, b in zip(given_, room, strict=True) if a < b]
    assert not not_full or max(given_) - min(not_full) <= 1


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 6)),
)
def test_rotation_takes_the_recent_only_for_want_of_others(order, since):
    found = rotated(order, since, RULES, frozenset())
    fresh = [code for code in order if since.get(code, 99) > RULES.rotation_months]
    assert len(found.chosen) == min(2, len(order))
    assert list(found.chosen[: len(fresh)]) == fresh[:2]
    assert found.refilled == set(found.chosen) - set(fresh)
    left = [since[code] for code in order if code not in fresh and code not in found.chosen]
    assert all(since[code] >= age for code in found.refilled for age in left)
