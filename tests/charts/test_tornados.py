"""Swings, frontiers and curves of power: drawn at their numbers, with goal, budget and mark in sight."""

import numpy as np
import pytest
from drawings import drawings

from hanbin_lib.charts import Curve, Swing, frontier, power_curves, tornado
from hanbin_lib.charts.style import RED

SWINGS = (
    Swing("务工月收入 3200—4600元", 26_800.0, 31_200.0, "10%→71%"),
    Swing("原有收入占比 60—20%", 30_300.0, 27_600.0, "58%→22%"),
    Swing("推迟 3—3个月", 29_000.0, 29_000.0, "38%→38%"),
)


def _tornado(middle=29_000.0, goal=30_000.0, swings=SWINGS):
    return drawings(tornado, swings=swings, middle=middle, goal=goal, chances_head="把握")


@pytest.mark.parametrize(
    ("middle", "goal"),
    [(29_000.0, 30_000.0), (29_000.0, 45_000.0), (29_000.0, 20_000.0), (29_000.0, 29_000.0), (26_000.0, 25_900.0), (32_000.0, 33_000.0)],
    ids=["between", "far above", "long reached", "met", "below all", "above all"],
)  # fmt: skip
def test_median_and_goal_are_in_sight_wherever_they_lie(middle, goal):
    for drawing in _tornado(middle, goal):
        low, high = drawing.axes().get_xlim()
        lines = [x for x, _ in drawing.lines()]
        assert sorted(lines) == sorted([[middle, middle], [goal, goal]])
        assert all(low < x < high for x in (middle, goal))
        assert [
            x for (x, _), line in zip(lines, drawing.axes().lines, strict=True) if line.get_color() == RED
        ] == [goal]
        assert drawing.outside() == []
        named = {f"中位{middle:.0f}", f"目标{goal:.0f}"}
        assert named <= set(drawing.texts())
        assert [pair for pair in drawing.covered() if named >= set(pair)] == []


def test_each_bar_runs_from_its_low_to_its_high_whichever_is_larger():
    for drawing in _tornado():
        for swing, bar in zip(SWINGS, drawing.bars().values(), strict=True):
            assert sorted((bar.get_x(), bar.get_x() + bar.get_width())) == sorted((swing.low, swing.high))
        rows = [bar.get_y() for bar in drawing.bars().values()]
        assert rows == sorted(rows)
        assert drawing.axes().get_ylim()[0] > drawing.axes().get_ylim()[1]  # the first at the top
        assert drawing.data.series[0].lower == tuple(swing.low for swing in SWINGS)


@pytest.mark.parametrize("number", [1, 8])
def test_the_words_of_swings_are_whole(number):
    swings = tuple(
        Swing("脱贫人口公益性岗位原有收入占比 20—60%", 9000.0 - n, 123_456.0 + n, "＜1%→＞99%")
        for n in range(number)
    )
    for drawing in _tornado(60_000.0, 99_999.0, swings):
        assert drawing.outside() == []
        assert drawing.texts().count("＜1%→＞99%") == number


LINE = ((0.0, 0.07), (900.0, 0.2), (2500.0, 0.6))


@pytest.mark.parametrize("budget", [1.0, 1500.0, 2500.0, 9000.0])
@pytest.mark.parametrize("mark", [(0.0, 0.0), (1300.0, 0.18), (2500.0, 1.0)])
def test_mixes_budget_and_plan_stand_where_they_cost_and_reach(budget, mark):
    for drawing in drawings(frontier, line=LINE, marks=(("原计划", mark),), levels=(0.5, 0.8), budget=budget):
        levels, rest = drawing.lines()[:2], drawing.lines()[2:]
        assert [y for _, y in levels] == [[0.5, 0.5], [0.8, 0.8]]
        limit, line, *dots = rest
        assert limit[0] == [budget, budget]
        assert line == tuple(map(list, zip(*LINE, strict=True)))
        assert [(x[0], y[0]) for x, y in dots] == [*LINE, mark]
        low, high = drawing.axes().get_xlim()
        assert low <= 0
        assert high > max(budget, mark[0], LINE[-1][0])
        assert drawing.axes().get_ylim() == (0, 1)
        assert f"预算{budget:.0f}万元" in drawing.texts()
        assert drawing.outside() == []
        assert drawing.data.limits == (("预算（万元）", budget),)


def _curves(number, shares=tuple(n / 20 for n in range(13))):
    return tuple(
        Curve(f"{n}村{5 * n}户", shares, tuple(1 - (1 - s) ** (2 * n) for s in shares))
        for n in range(1, number + 1)
    )


@pytest.mark.parametrize("number", [1, 3, 6])
def test_curves_of_power_pass_through_their_chances(number):
    curves = _curves(number)
    for drawing in drawings(power_curves, curves=curves, mark=0.2):
        drawn = [(x, y) for x, y in drawing.lines() if len(x) > 2]
        assert drawn == [(list(one.shares), list(one.chances)) for one in curves]
        assert drawing.axes().get_ylim()[0] == 0
        assert drawing.axes().lines[1].get_color() == RED
        assert sum(line.get_color() == RED for line in drawing.axes().lines if len(line.get_xdata()) > 2) == 1
        assert drawing.outside() == []
        assert drawing.covered() == []


@pytest.mark.parametrize("mark", [0.0, 0.05, 0.12, 0.6])
def test_the_chance_at_the_mark_is_read_off_the_curve(mark):
    curves = _curves(3)
    drawing, *_ = drawings(power_curves, curves=curves, mark=mark)
    for curve, at in zip(curves, drawing.data.series[3:], strict=True):
        assert at.at == (mark,)
        assert at.values[0] == pytest.approx(np.interp(mark, curve.shares, curve.chances))
    assert drawing.data.limits == (("应当发现", mark),)


@pytest.mark.parametrize(
    ("chance", "shown"), [(0.0, "0%"), (0.001, "＜1%"), (0.005, "1%"), (0.5, "50%"), (0.994, "99%"), (0.9951, "＞99%"), (1.0, "100%")]
)  # fmt: skip
def test_no_chance_is_rounded_to_certainty(chance, shown):
    drawing, *_ = drawings(power_curves, curves=(Curve("2村", (0.0, 0.4), (chance, chance)),), mark=0.2)
    assert f"2村　{shown}" in drawing.texts()
    assert drawing.chart.alt.endswith(f"能判为差镇的可能2村{shown}。")


def test_the_legend_goes_from_the_surest_down_and_keeps_each_line_s_look():
    for drawing in drawings(power_curves, curves=_curves(4), mark=0.2):
        heights = {text: bottom for text, _, bottom, _, _ in drawing.words()}
        at = [next(y for text, y in heights.items() if text.startswith(one.label)) for one in _curves(4)]
        assert at == sorted(at)  # the last design is the surest, and stands highest
        lines = drawing.axes().lines
        curves = [line for line in lines if len(line.get_xdata()) > 2]
        samples = [line for line in lines if line.get_transform() == drawing.axes().transAxes]
        assert [(one.get_color(), one.get_linestyle()) for one in reversed(samples)] == [
            (one.get_color(), one.get_linestyle()) for one in curves
        ]
