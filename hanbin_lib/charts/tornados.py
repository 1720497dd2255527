"""What matters most: one bar a quantity, from its low to its high, around the result as it stands."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, whole
from hanbin_lib.indicators import Unit

_ROW, _TALL_ROW, _HEAD, _FOOT = 6.2, 10.5, 6.0, 7.0  # mm
_LABEL_MM, _CHANCE_MM = 65.5, 20.3
_HALF_TICK_MM = 4.0  # of a tick at the left edge, half stands outside
# Words above a bar stand on the lines of median and goal.
_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}


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
        _frame(axes, middle, goal, chances_head)
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


def _frame(axes: Axes, middle: float, goal: float, chances_head: str) -> None:
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
