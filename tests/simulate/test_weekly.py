from itertools import pairwise

from hanbin_lib.months import Month
from hanbin_lib.simulate.weekly import draw_weeks, weeks_of

TOWNS = [f"6109021{n:02d}" for n in range(26)]
GROUPS = [f"第{n}组" for n in range(10)]


def test_weeks_are_those_whose_friday_lies_in_the_month():
    assert weeks_of(Month(2022, 9)) == ["2022-W35", "2022-W36", "2022-W37", "2022-W38", "2022-W39"]
    assert weeks_of(Month(2021, 1))[0] == "2020-W53"


def test_no_group_returns_the_next_week_nor_where_it_was_last():
    last = {town: GROUPS[n % 10] for n, town in enumerate(TOWNS)}
    drawn = draw_weeks(TOWNS, GROUPS, last, month=Month(2022, 10), seed="s")
    plans = [
        last,
        *(dict(zip(w["town_code"], w["group_name"], strict=True)) for _, w in drawn.groupby("week")),
    ]
    for before, now in pairwise(plans):
        assert all(before[town] != now[town] for town in TOWNS)
    # 104 visits over ten groups: the left-overs go round, so that nobody has two more than another.
    counts = drawn["group_name"].value_counts()
    assert counts.max() - counts.min() <= 1
