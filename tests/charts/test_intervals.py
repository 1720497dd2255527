"""Dots stand at their shares, bars at their intervals, on a scale from zero that holds them all."""

import numpy as np
import pytest
from drawings import drawings

from hanbin_lib.charts import CountRange, Dot, PlaceShare, count_ranges, place_shares, share_dots
from hanbin_lib.charts.style import RED

ITEMS = ("义务教育", "基本医疗", "住房安全", "饮水安全", "吃饭穿衣")
# Names of a county as long as they come.
NAMES = [f"{first}{second}石河关镇" for first in "上中下" for second in "甲乙丙丁戊己庚辛壬"]


def _dots(shares, befores, red=-1):
    return tuple(
        Dot(name, share, share / 2, min(1.0, share * 1.5), before, "3/412", is_red=n == red)
        for n, (name, share, before) in enumerate(zip(ITEMS, shares, befores, strict=False))
    )


@pytest.mark.parametrize("shares", [(0.0,), (0.001, 0.0053, 0.0079), (0.02, 0.3, 1.0, 0.5, 0.07)])
def test_each_row_has_its_interval_and_its_dot(shares):
    dots = _dots(shares, [None] * 5)
    for drawing in drawings(share_dots, dots=dots):
        grid, rows = drawing.lines()[:5], drawing.lines()[5:]
        assert [y for _, y in rows] == [[float(n)] * size for n in range(len(dots)) for size in (2, 1)]
        assert [x for x, _ in rows] == [x for dot in dots for x in ([dot.lower, dot.upper], [dot.value])]
        left, right = drawing.axes().get_xlim()
        assert left == 0
        assert max(dot.upper for dot in dots) <= right <= 1
        assert [x[0] for x, _ in grid] == pytest.approx([right * n / 4 for n in range(5)])
        assert drawing.data.series[0].upper == tuple(dot.upper for dot in dots)


@pytest.mark.parametrize(
    ("highest", "end"), [(0.0, 0.004), (0.004, 0.004), (0.0041, 0.01), (0.09, 0.12), (0.81, 1.0), (1.0, 1.0)]
)
def test_the_scale_ends_at_the_next_round_share(highest, end):
    dots = (Dot("饮水安全", highest, 0.0, highest),)
    assert {drawing.axes().get_xlim()[1] for drawing in drawings(share_dots, dots=dots)} == {end}


def test_last_month_is_a_hollow_dot_where_it_is_known_and_widens_the_scale():
    dots = _dots((0.1, 0.1), (0.35, None))
    for drawing in drawings(share_dots, dots=dots):
        hollow = [line for line in drawing.axes().lines if line.get_markerfacecolor() == "white"]
        assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in hollow] == [(0.35, 0)]
        assert drawing.axes().get_xlim()[1] >= 0.35
        assert drawing.data.series[1].values == (0.35, None)
        assert drawing.chart.alt.count("上月") == 1


def test_of_few_cases_no_percentage_is_told():
    few, many = Dot("村", 0.5, 0.1, 0.9, 0.25, "1/2", is_few=True), Dot("户", 0.1, 0.05, 0.2, None, "1/10")
    for drawing in drawings(share_dots, dots=(few, many)):
        told = [one.get_text() for one in drawing.axes().texts]
        assert [one for one in told if "/" in one] == ["1/2", "10.0%　1/10"]
        assert "村1/2（10.0%—90.0%）、户10.0%（5.0%—20.0%）" in drawing.chart.alt


@pytest.mark.parametrize(("value", "text"), [(0.001, "0.1%"), (0.0079, "0.79%"), (0.0, "0%")])
def test_a_share_without_its_cases_has_no_digits_made_up(value, text):
    dots = (Dot("饮水安全", value, value, 0.009), Dot("住房安全", 0.008, 0.007, 0.009, None, "328/41156"))
    for drawing in drawings(share_dots, dots=dots):
        told = [one.get_text() for one in drawing.axes().texts]
        assert [told[1], told[3]] == [text, "0.80%　328/41156"]


def test_one_row_alone_is_red():
    for drawing in drawings(share_dots, dots=_dots((0.1, 0.2, 0.3), [None] * 3, red=2)):
        red = {line.get_ydata()[0] for line in drawing.axes().lines if line.get_color() == RED}
        assert red == {2}
        assert drawing.data.emphasis == (ITEMS[2],)


@pytest.mark.parametrize("top", [0.0039, 1.0])
@pytest.mark.parametrize("label", ["村", "家庭成员有重病重残"])
def test_words_at_both_sides_are_whole(label, top):
    dots = (Dot(label, top, 0.0, top, top, "5408/18392"), Dot("户", 0.0, 0.0, 0.0, None, "0/1"))
    for drawing in drawings(share_dots, dots=dots):
        assert drawing.outside() == []
        assert drawing.covered() == []
        assert any(text.endswith("5408/18392") for text in drawing.texts())


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0.00%"), (0.00105, "0.11%"), (0.0099, "0.99%"), (0.0149, "1.5%"), (0.285, "28.5%"), (1.0, "100.0%")]
)  # fmt: skip
def test_small_shares_have_two_decimals(share, shown):
    drawing, *_ = drawings(share_dots, dots=(Dot("饮水", share, 0.0, share, None, "1/2"),))
    assert f"{shown}　1/2" in drawing.texts()


RANGES = (
    (CountRange("多重冲击", 240.0, 166.0, 339.0), CountRange("洪涝", 12.0, 0.0, 30.0), CountRange("雪", 0.0, 0.0, 0.0)),
    (CountRange("没有", 0.0, 0.0, 0.0),),
    (CountRange("县域主导产业价格大幅下跌", 12_000.0, 9.0, 23_456.0),),
)  # fmt: skip


@pytest.mark.parametrize("ranges", RANGES)
def test_simulated_counts_stand_with_their_intervals_on_a_scale_from_zero(ranges):
    for drawing in drawings(count_ranges, ranges=ranges, unit="户"):
        assert drawing.lines() == [
            one
            for n, row in enumerate(ranges)
            for one in (([row.lower, row.upper], [n, n]), ([row.value], [n]))
        ]
        left, right = drawing.axes().get_xlim()
        assert left == 0
        assert right > max(row.upper for row in ranges)
        assert drawing.outside() == []
        assert drawing.covered() == []
        for row in ranges:
            assert f"{row.value:.0f}户（{row.lower:.0f}—{row.upper:.0f}）" in drawing.texts()
        assert [line.get_color() == RED for line in drawing.axes().lines] == [
            n < 2 for n in range(2 * len(ranges))
        ]


def test_counts_have_whole_ticks():
    for drawing in drawings(count_ranges, ranges=(CountRange("雪", 1.0, 0.0, 2.0),), unit="户"):
        ticks = [tick for tick in drawing.axes().get_xticks() if tick <= 2]
        assert ticks == [int(tick) for tick in ticks]


def _places(seed, number, named):
    """Shares of sixty households each; the highest `named` are outsiders."""
    rng = np.random.default_rng(seed)
    found = sorted(rng.integers(0, 20, number))
    found[number - named :] = [n + 25 for n in found[number - named :]]
    shares = [
        PlaceShare(
            name, n / 60, max(0, n / 60 - 0.1), min(1, n / 60 + 0.12), f"{n}/60", row >= number - named
        )
        for row, (name, n) in enumerate(zip(NAMES, found, strict=False))
    ]
    return tuple(shares[n] for n in rng.permutation(number))


@pytest.mark.parametrize(("number", "named"), [(1, 0), (1, 1), (5, 2), (26, 0), (26, 3), (26, 9), (26, 26)])
def test_every_place_stands_once_at_its_share_lowest_first(number, named):
    places = _places(number + named, number, named)
    (drawing,) = drawings(place_shares, places=places, mean=0.1)
    drawn = drawing.lines()
    assert [x for x, _ in drawn[: 2 * number]] == [x for n in range(number) for x in ([n, n], [n])]
    dots = [y[0] for _, y in drawn[1 : 2 * number : 2]]
    assert dots == sorted(place.value for place in places)
    by_value = sorted((place.value, place.lower, place.upper) for place in places)
    ends = sorted((dot, *y) for (_, y), dot in zip(drawn[: 2 * number : 2], dots, strict=True))
    assert ends == by_value
    assert drawn[2 * number][1] == [0.1, 0.1]
    low, high = drawing.axes().get_ylim()
    assert low <= 0
    assert high > max(place.upper for place in places)
    assert all(drawing.chart.alt.count(f"{place.name}{place.count}") == 1 for place in places)
    assert len(drawing.data.categories) == len(set(drawing.data.categories)) == number


@pytest.mark.parametrize("mean", [0.0, 0.1, 0.4, 0.7])
@pytest.mark.parametrize("named", [0, 1, 8, 9, 26])
def test_named_places_are_named_within_the_frame_and_the_others_are_counted(named, mean):
    (drawing,) = drawings(place_shares, places=_places(7, 26, named), mean=mean)
    assert drawing.outside() == []
    assert drawing.covered() == []
    names = [text for text in drawing.texts() if text.endswith("/60")]
    counted = [text for text in drawing.texts() if text.endswith("个")]
    rest = int(counted[0].removeprefix("另有").removesuffix("个")) if counted else 0
    assert len(names) + rest == named
    assert len(drawing.data.emphasis) == named
    shares = [int(text.split()[1].removesuffix("/60")) for text in names]
    assert shares == sorted(shares, reverse=True)  # the worst are those that are named


def test_red_are_the_named_alone():
    (drawing,) = drawings(place_shares, places=_places(3, 12, 4), mean=0.1)
    red = {line.get_xdata()[0] for line in drawing.axes().lines if line.get_color() == RED}
    assert red == {8, 9, 10, 11}


@pytest.mark.parametrize(("highest", "step"), [(0.1, 0.05), (0.4, 0.1), (0.9, 0.2)])
def test_ticks_are_round_and_within_the_frame(highest, step):
    places = (PlaceShare("甲镇", highest / 2, 0.0, highest, "1/2"),)
    (drawing,) = drawings(place_shares, places=places, mean=0.02)
    ticks = drawing.axes().get_yticks()
    assert ticks[0] == 0
    assert np.diff(ticks) == pytest.approx(step)
    assert ticks[-1] <= drawing.axes().get_ylim()[1]
