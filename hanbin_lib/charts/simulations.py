"""What simulations show: what an inspection sees, what being sure of a goal costs, what matters most."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, percent, whole
from hanbin_lib.indicators import Unit

_LEGEND_ROW_MM = 4.2
_LINES: tuple[dict[str, Any], ...] = (
    {"color": style.RED, "linewidth": 2.0},
    {"color": style.INK, "linewidth": 1.2, "linestyle": "--"},
    {"color": style.GREY_2, "linewidth": 1.6},
    {"color": style.GREY_1, "linewidth": 1.2, "linestyle": ":"},
    {"color": style.GREY_3, "linewidth": 2.4},
    {"color": style.GREY_2, "linewidth": 1.2, "linestyle": "-."},
)
Point = tuple[float, float]  # (cost in wan yuan, probability)
_ROW, _TALL_ROW, _HEAD, _FOOT = 6.2, 10.5, 6.0, 7.0  # mm
_LABEL_MM, _CHANCE_MM = 65.5, 20.3
_HALF_TICK_MM = 4.0  # of a tick at the left edge, half stands outside
# Words above a bar stand on the lines of median and goal.
_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}


@dataclass(frozen=True, slots=True)
class Curve:
    """One design: its label, and chances (0 to 1) over shares (0 to 1)."""

    label: str
    shares: Sequence[float]
    chances: Sequence[float]


@style.also_narrow
def power_curves(
    *, curves: Sequence[Curve], mark: float, title: str, unit_line: str, width_mm: float = style.PAGE_MM
) -> Chart:
    """Chances to find a town, over its share of households with a problem.

    Parameters
    ----------
    curves
        The design in force first (red), at most six.
    mark
        Share that ought to be found: a line, and the chances there beside the labels.
    """
    below = _LEGEND_ROW_MM * (len(curves) + 2) if style.is_narrow(width_mm) else 0.0
    beside = 5.0 if below else 51.5
    height = style.CURVE_MM + below
    with style.canvas(width_mm, height) as (figure, axes):
        axes.set_position(
            (10.9 / width_mm, (below + 7.8) / height, 1 - (10.9 + beside) / width_mm, 48.6 / height)
        )
        end = max(max(curve.shares) for curve in curves)
        axes.axvline(mark, color=style.GREY_3, linewidth=0.8, linestyle="--")
        for curve, look in zip(curves, _LINES, strict=False):
            axes.plot(curve.shares, curve.chances, **look)
        _frame(axes, end, mark)
        at_mark = [(curve.label, _at(curve, mark)) for curve in curves]
        _labels(axes, at_mark, mark, (0.0, -0.28) if below else (1.05, 0.99))
        words = "、".join(f"{label}{_percent(chance)}" for label, chance in at_mark)
        alt = f"{title}：户有问题的比例为{percent(mark, 0)}的镇，能判为差镇的可能{words}。"
        series = (Series(one.label, tuple(one.chances), at=tuple(one.shares)) for one in curves)
        at = tuple(Series(f"{label}（应当发现处）", (chance,), at=(mark,)) for label, chance in at_mark)
        names = (curves[0].label,)
        data = ChartData("curves", Unit.SHARE, (), (*series, *at), names, (("应当发现", mark),))
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=alt)


def _frame(axes: Axes, end: float, mark: float) -> None:
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1.02)
    ticks = [end * step / 5 for step in range(6)]
    axes.set_xticks(ticks, [f"{percent(tick, 0)}" for tick in ticks], fontsize=style.SMALL_SIZE)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"], fontsize=style.SMALL_SIZE)
    axes.grid(axis="y", color=style.GREY_5, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("镇里有问题的户的比例", fontsize=style.SMALL_SIZE, color=style.GREY_1)
    axes.text(
        mark,
        0.03,
        f" 应当发现（{percent(mark, 0)}）",
        fontsize=style.SMALL_SIZE,
        color=style.GREY_2,
        va="bottom",
    )


def _labels(
    axes: Axes, at_mark: Sequence[tuple[str, float]], mark: float, corner: tuple[float, float]
) -> None:
    """A legend in the order of the curves, with each chance at the mark."""
    left, top = corner
    order = sorted(range(len(at_mark)), key=lambda number: -at_mark[number][1])
    place = axes.transAxes
    axes.text(
        left,
        top,
        f"在{percent(mark, 0)}处判为差镇的可能",
        transform=place,
        fontsize=style.SMALL_SIZE,
        color=style.GREY_2,
    )
    for row, number in enumerate(order):
        label, chance = at_mark[number]
        look, height = _LINES[number], top - 0.09 - 0.085 * row
        axes.plot((left, left + 0.07), (height + 0.015,) * 2, transform=place, clip_on=False, **look)
        weight = "bold" if number == 0 else "normal"
        axes.text(
            left + 0.09,
            height,
            f"{label}　{_percent(chance)}",
            transform=place,
            weight=weight,
            color=style.INK,
        )


def _at(curve: Curve, share: float) -> float:
    """Chance at a share between two points of the curve."""
    pairs = list(zip(curve.shares, curve.chances, strict=True))
    for (x, y), (right, above) in pairwise(pairs):
        if x <= share <= right:
            return y + (above - y) * (share - x) / (right - x)
    return pairs[-1][1]


def _percent(chance: float) -> str:
    """No chance is rounded to certainty, neither way."""
    if 0.995 <= chance < 1:
        return "＞99%"
    return "＜1%" if 0 < chance < 0.005 else f"{percent(chance, 0)}"


def sample_power_curves() -> Chart:
    """Three designs, each better than the one before."""
    shares = tuple(n / 50 for n in range(26))
    designs = (("2村10户", 3), ("3村15户", 5), ("2村10户×6个月", 14))
    curves = tuple(Curve(name, shares, tuple(1 - (1 - s) ** n for s in shares)) for name, n in designs)
    return power_curves(
        curves=curves, mark=0.2, title="抽得越多，看得越清", unit_line="横轴为有问题的户的比例"
    )


@style.also_narrow
def frontier(
    *,
    line: tuple[Point, ...],
    marks: tuple[tuple[str, Point], ...],
    levels: tuple[float, ...],
    budget: float,
    title: str,
    unit_line: str,
    width_mm: float = style.PAGE_MM,
) -> Chart:
    """A line through the cheapest mixes, named mixes as dots, the wished probabilities and the budget.

    Parameters
    ----------
    line
        (cost, probability) of the cheapest mixes, cheapest first.
    marks
        (name, point) of mixes to compare with.
    levels
        Probabilities that one wishes for.
    budget
        In the unit of the costs.
    """
    with style.canvas(width_mm, style.CURVE_MM) as (figure, axes):
        axes.set_position((10.9 / width_mm, 0.13, 1 - 21.8 / width_mm, 0.80))
        costs = [cost for cost, _ in line] + [cost for _, (cost, _) in marks] + [budget]
        axes.set_xlim(-0.015 * max(costs), max(costs) * 1.08)
        axes.set_ylim(0, 1)
        _goal_and_budget(axes, levels, budget)
        axes.plot(*zip(*line, strict=True), color=style.INK, linewidth=1.6)
        for cost, chance in line:
            (dot,) = axes.plot(cost, chance, "o", color=style.INK, markersize=3.2)
            style.tell(dot, f"{whole(cost)}万元{percent(chance, 0)}")
        for name, (cost, chance) in marks:
            (dot,) = axes.plot(cost, chance, "D", color=style.RED, markersize=5.5)
            style.tell(dot, f"{name}{whole(cost)}万元{percent(chance, 0)}")
            axes.annotate(
                name, (cost, chance), (6, -9), textcoords="offset points", color=style.RED,
                fontsize=style.SMALL_SIZE,
            )  # fmt: skip
        words = "、".join(f"{whole(cost)}万元{percent(chance, 0)}" for cost, chance in line)
        named = "".join(f"；{name}{whole(cost)}万元{percent(chance, 0)}" for name, (cost, chance) in marks)
        alt = f"{title}：最省的组合{words}{named}；预算{whole(budget)}万元。"
        cheapest = Series("最省的组合", tuple(p for _, p in line), at=tuple(cost for cost, _ in line))
        named_points = (Series(name, (chance,), at=(cost,)) for name, (cost, chance) in marks)
        data = ChartData(
            "curves", Unit.SHARE, (), (cheapest, *named_points), limits=(("预算（万元）", budget),)
        )
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=alt)


def _goal_and_budget(axes: Axes, levels: tuple[float, ...], budget: float) -> None:
    ticks = sorted({0.0, 1.0, *levels})
    axes.set_yticks(ticks, [f"{percent(tick, 0)}" for tick in ticks], fontsize=style.SMALL_SIZE)
    for level in levels:
        axes.axhline(level, color=style.GREY_4, linewidth=0.8, linestyle="--", zorder=0)
    axes.axvline(budget, color=style.GREY_2, linewidth=0.8, linestyle=":")
    # Towards the middle: at the right edge there is no room for it.
    offset, ha = (3, "left") if budget < sum(axes.get_xlim()) / 2 else (-3, "right")
    axes.annotate(
        f"预算{whole(budget)}万元", (budget, 0.98), (offset, -4), textcoords="offset points",
        color=style.GREY_2, fontsize=style.SMALL_SIZE, va="top", ha=ha,
    )  # fmt: skip
    axes.tick_params(axis="x", labelsize=style.SMALL_SIZE)
    axes.set_xlabel("财政投入（万元）", fontsize=style.SMALL_SIZE, color=style.GREY_2, labelpad=1)


def sample_frontier() -> Chart:
    """Five points, two levels, and the plan off the line."""
    line = ((0.0, 0.1), (40.0, 0.35), (80.0, 0.6), (120.0, 0.78), (160.0, 0.86))
    marks = (("原计划", (100.0, 0.5)),)
    return frontier(
        line=line, marks=marks, levels=(0.5, 0.8), budget=120.0,
        title="预算120万元以内把握最多78%", unit_line="线上各点为该把握下最省的组合",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Swing:
    """One quantity and what becomes of the result at its low and at its high.

    Parameters
    ----------
    label
        What it is, with the two values.
    low, high
        Result at its low and at its high.
    chances
        Probabilities of reaching the goal there, in print (``10%→31%``).
    """

    label: str
    low: float
    high: float
    chances: str = ""


@style.also_narrow
def tornado(
    *,
    swings: tuple[Swing, ...],
    middle: float,
    goal: float,
    title: str,
    unit_line: str,
    chances_head: str,
    width_mm: float = style.PAGE_MM,
) -> Chart:
    """Bars around the median, widest first; the goal in red.

    Parameters
    ----------
    swings
        Widest first.
    middle, goal
        Median result with everything as drawn, and what is to be reached, yuan.
    chances_head
        Heading of the column at the right.
    """
    above = style.is_narrow(width_mm)  # the labels, where there is no room beside
    left, tall = (_HALF_TICK_MM, _TALL_ROW) if above else (_LABEL_MM, _ROW)
    height = _HEAD + _FOOT + tall * len(swings)
    with style.canvas(width_mm, height) as (figure, axes):
        span = 1 - (left + _CHANCE_MM) / width_mm
        axes.set_position((left / width_mm, _FOOT / height, span, 1 - (_HEAD + _FOOT) / height))
        ends = [end for swing in swings for end in (swing.low, swing.high)]
        first, last = min(*ends, middle, goal), max(*ends, middle, goal)
        reach = last - first or 1.0
        # At the left of the lower one of median and goal stands what it is.
        before = 0.18 if first < min(middle, goal) else 0.32
        axes.set_xlim(first - before * reach, last + 0.2 * reach)
        axes.set_ylim(len(swings) - 0.5, -0.5)
        _median_and_goal(axes, middle, goal, chances_head)
        for row, swing in enumerate(swings):
            _bar(axes, row, swing, above=above)
        words = "；".join(f"{s.label}：{whole(s.low)}—{whole(s.high)}元{s.chances}" for s in swings)
        alt = f"{title}：中位{whole(middle)}元，目标{whole(goal)}元；{words}。"
        low, high = (tuple(getattr(s, part) for s in swings) for part in ("low", "high"))
        labels = tuple(f"{s.label}　{s.chances}" if s.chances else s.label for s in swings)
        limits = (("中位", middle), ("目标", goal))
        spans = Series("偏低—偏高", (None,) * len(swings), low, high)
        data = ChartData("spans", Unit.YUAN, labels, (spans,), limits=limits)
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=alt)


def _median_and_goal(axes: Axes, middle: float, goal: float, chances_head: str) -> None:
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=style.SMALL_SIZE)
    axes.locator_params(axis="x", nbins=5)
    axes.ticklabel_format(axis="x", style="plain", useOffset=False)
    marks = ((middle, style.INK, f"中位{whole(middle)}"), (goal, style.RED, f"目标{whole(goal)}"))
    lower_first = sorted(marks, key=lambda mark: mark[0])
    for side, (value, colour, text) in zip(("right", "left"), lower_first, strict=True):  # the two never meet
        axes.axvline(value, color=colour, linewidth=1.0, linestyle="-" if colour == style.INK else ":")
        axes.text(value, -0.62, text, color=colour, ha=side, va="bottom", fontsize=style.SMALL_SIZE)
    axes.text(
        1.02, -0.62, chances_head, transform=axes.get_yaxis_transform(), va="bottom", color=style.GREY_2,
        fontsize=style.SMALL_SIZE,
    )  # fmt: skip


def _bar(axes: Axes, row: int, swing: Swing, *, above: bool) -> None:
    left, right = sorted((swing.low, swing.high))
    (bar,) = axes.barh(row, right - left, 0.34 if above else 0.56, left=left, color=style.GREY_3, zorder=2)
    style.tell(bar, f"{swing.label}：{whole(swing.low)}—{whole(swing.high)}元{swing.chances}")
    for x, ha, offset in ((left, "right", -3), (right, "left", 3)):
        axes.annotate(
            f"{whole(x)}", (x, row), (offset, 0), textcoords="offset points", ha=ha, va="center_baseline",
            fontsize=style.SMALL_SIZE, color=style.GREY_1,
        )  # fmt: skip
    across = axes.get_yaxis_transform()
    x, y, side = (0.0, row - 0.4, "left") if above else (-0.02, row, "right")
    axes.text(x, y, swing.label, transform=across, ha=side, va="center_baseline", bbox=_CLEAR)
    axes.text(
        1.02, row, swing.chances, transform=across, va="center_baseline", fontsize=style.SMALL_SIZE,
        color=style.GREY_1,
    )  # fmt: skip


def sample_tornado() -> Chart:
    """Three assumptions, the widest first."""
    swings = (
        Swing("务工月收入 3200→4600元", 26800.0, 31200.0, "10%→71%"),
        Swing("参与比例 30%→60%", 27600.0, 30300.0, "22%→58%"),
        Swing("价格 −10%→+10%", 28500.0, 29500.0, "35%→44%"),
    )
    return tornado(
        swings=swings, middle=29000.0, goal=30000.0, title="对计划影响最大的：务工月收入",
        unit_line="2027年，元/人（中位），每项由偏低到偏高", chances_head="把握",
    )  # fmt: skip
