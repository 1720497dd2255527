"""What being sure costs: probability against public money, with the budget and named mixes."""

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, percent, whole
from hanbin_lib.indicators import Unit

Point = tuple[float, float]  # (cost in wan yuan, probability)


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
        _frame(axes, levels, budget)
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


def _frame(axes: Axes, levels: tuple[float, ...], budget: float) -> None:
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
