"""Where numbers, lines and marks of a drawing stand, and how they are written, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.charts import bars, fan, flow, intervals, simulations

LIMITS = (4000, 6000, 8000)  # four bands, at 0, 1, 2 and 3


@pytest.mark.parametrize(
    ("line", "at"),
    [(0, -0.5), (2000, 0.0), (4000, 0.5), (5000, 1.0), (6000, 1.5), (6500, 1.75), (8000, 2.5), (9000, 2.5)],
)
def test_the_line_stands_in_its_band_by_proportion(line, at):
    assert bars._position(line, LIMITS) == pytest.approx(at)


@given(
    st.lists(st.integers(1, 20_000), min_size=1, max_size=6, unique=True).map(sorted), st.integers(0, 25_000)
)
def test_the_line_has_as_many_bands_on_its_left_as_limits_below_it(limits, line):
    at = bars._position(line, tuple(limits))
    below = sum(limit < line for limit in limits)
    assert below - 0.5 <= at + 1e-9
    assert at <= min(below + 0.5, len(limits) - 0.5) + 1e-9


@pytest.mark.parametrize(
    ("place", "line_at", "expected"),
    [
        (1, None, (1, "center")), (1, 2.0, (1, "center")), (1, 1.31, (1, "center")), (1, 0.69, (1, "center")),
        (1, 1.2, (1.16, "right")), (1, 1.0, (0.96, "right")), (1, 0.8, (0.84, "left")),
    ],
)  # fmt: skip
def test_a_number_makes_room_for_the_line(place, line_at, expected):
    x, side = bars._beside(place, line_at)
    assert (pytest.approx(x), side) == expected


@pytest.mark.parametrize(
    ("value", "height", "known", "text"),
    [(0.0, 0.0, 0.0, "0户"), (12.0, 12.0, 12.0, "12户"), (math.nan, 0.0, None, "不公布")],
)
def test_what_is_not_published_has_no_bar_and_is_no_zero(value, height, known, text):
    assert (bars._height(value), bars._known(value), bars._number(value, "户")) == (height, known, text)


@pytest.mark.parametrize(
    ("change", "text"), [(None, "—"), (0.0, "0"), (5.0, "+5"), (-5.0, "−5"), (-0.6, "−1")]
)
def test_a_change_has_its_sign(change, text):
    assert bars._signed(change) == text


@pytest.mark.parametrize(
    ("label", "one", "two"),
    [("4000元以下", "4000以下", "4000\n以下"), ("4000—6000元", "4000—6000", "4000\n—6000"),
     ("8000元及以上", "8000及以上", "8000\n及以上")],
)  # fmt: skip
def test_labels_of_bands_are_shortened(label, one, two):
    assert bars._short(label, in_two_lines=False) == one
    assert bars._short(label, in_two_lines=True) == two


@pytest.mark.parametrize(
    ("highest", "end"),
    [(0.0, 0.004), (0.004, 0.004), (0.0041, 0.01), (0.03, 0.04), (0.81, 1.0), (1.0, 1.0), (1.2, 1.0)],
)
def test_the_scale_ends_at_the_least_round_share_that_holds_all(highest, end):
    assert intervals._scale(highest) == end


@pytest.mark.parametrize(("top", "text"), [(0.01, "0.25%"), (0.019, "0.25%"), (0.02, "0.3%"), (1.0, "0.3%")])
def test_small_scales_have_two_digits(top, text):
    assert intervals._percent(0.0025, top) == text


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=8), st.floats(0, 10), st.floats(0, 4))
def test_bars_and_gaps_fill_the_height(values, top, gap):
    total = sum(values)
    scale = flow._scale(top, total, gap, len(values))
    edges = flow._stack(values, scale, top, gap)
    assert edges[0] == top
    for one, other, value in zip(edges, edges[1:], values, strict=False):
        assert other - one == pytest.approx(value * scale + gap)
    if total >= 1 and len(values) > 1:
        assert edges[-1] + values[-1] * scale == pytest.approx(flow._HEIGHT - flow._BOTTOM)


@pytest.mark.parametrize(
    ("chance", "text"),
    [(0.0, "0%"), (0.0049, "＜1%"), (0.005, "1%"), (0.5, "50%"), (0.994, "99%"), (0.995, "＞99%"), (0.9999, "＞99%"),
     (1.0, "100%")],
)  # fmt: skip
def test_no_chance_is_rounded_to_certainty(chance, text):
    assert simulations._percent(chance) == text


@given(st.floats(0.02, 0.38))
def test_a_curve_is_straight_between_its_points(share):
    shares, chances = (0.02, 0.1, 0.2, 0.4), (0.05, 0.3, 0.7, 0.9)
    curve = simulations.Curve("", shares, chances)
    assert simulations._at(curve, share) == pytest.approx(np.interp(share, shares, chances))


def test_each_year_tells_what_was_and_what_may_be():
    told = fan._by_year([(2021, 9000.4)], [("80%", [(2022, 9100)], [(2022, 9900)])], [(2022, 9500)])
    assert told == {2021.0: "2021年9000元", 2022.0: "2022年预测中位9500元；80%区间9100—9900元"}
