"""Curves of chances: what an inspection sees, and what being sure of a goal costs."""

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
        alt = f"{title}：户有问题的比例为{percent(mark, 0)}的镇，发现的机会{words}。"
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
        f"在{percent(mark, 0)}处发现的机会",
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
