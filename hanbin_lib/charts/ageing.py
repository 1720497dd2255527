"""Open problems: how old they are by source, and how fast problems are closed."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, percent, whole
from hanbin_lib.indicators import Unit

_EDGE: dict[str, Any] = {"edgecolor": style.GREY_3, "linewidth": 0.4}
_WIDTH, _HEAD, _LEGEND = 78.0, 7.0, 4.5  # mm; the legend's foot below the upper edge
_HALF_YEAR = 180.0
_SHADES = (style.GREY_5, style.GREY_4, style.GREY_3, style.RED)  # apart in grey print, too


def age_bars(
    *, ages: tuple[str, ...], sources: tuple[tuple[str, tuple[float, ...]], ...], title: str, unit_line: str
) -> Chart:
    """Stacked bars of open problems by age, one bar a source, the oldest age in red.

    Parameters
    ----------
    ages
        Labels of the ages, youngest first.
    sources
        (source, number by age), largest first.

    Notes
    -----
    A name longer than half of the width ends with ``…``; its words and data have it whole.
    """
    labels = [style.fitting(name, _WIDTH / 2) for name, _ in sources]
    left_mm = max(style.widest_mm(labels) + 2.5, 15.6)
    right_mm = max(style.widest_mm(whole(sum(numbers)) for _, numbers in sources) + 2.8, 7.8)
    height = _HEAD + 8.0 * len(sources)
    with style.canvas(_WIDTH, height) as (figure, axes):
        axes.set_axis_off()
        axes.set_position(
            (left_mm / _WIDTH, 0.5 / height, 1 - (left_mm + right_mm) / _WIDTH, 1 - _HEAD / height)
        )
        most = max(sum(numbers) for _, numbers in sources) or 1.0
        axes.set_xlim(0, most)
        axes.set_ylim(len(sources) - 0.4, -0.6)
        for row, (name, numbers) in enumerate(sources):
            left = 0.0
            axes.text(-0.03 * most, row, labels[row], ha="right", va="center_baseline")
            for age, number, colour in zip(ages, numbers, _SHADES, strict=False):
                (bar,) = axes.barh(row, number, 0.6, left=left, color=colour, **_EDGE)
                style.tell(bar, f"{name}{age}{whole(number)}个")
                left += number
            axes.text(left + 0.02 * most, row, f"{whole(left)}", va="center_baseline", weight="bold")
        _legend(axes, ages, height)
        words = "；".join(
            f"{name}" + "、".join(f"{a}{whole(n)}个" for a, n in zip(ages, numbers, strict=True))
            for name, numbers in sources
        )
        series = tuple(Series(age, tuple(numbers[n] for _, numbers in sources)) for n, age in enumerate(ages))
        data = ChartData("stacked", "个", tuple(name for name, _ in sources), series, emphasis=ages[-1:])
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{title}：{words}。")


def closure_curves(
    *, curves: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...], title: str, unit_line: str
) -> Chart:
    """Share of problems closed by days since they were found (Kaplan–Meier), first curve in ink.

    Parameters
    ----------
    curves
        (label, days, share still open after them).
    """
    with style.canvas(72, 56) as (figure, axes):
        axes.set_position((0.12, 0.14, 0.80, 0.80))
        until = _until(curves)
        for number, (label, days, still_open) in enumerate(curves):
            colour = style.INK if number == 0 else style.GREY_3
            closed = (0.0, *(1 - share for share in still_open))
            axes.step((0.0, *days), closed, where="post", color=colour, linewidth=1.6 - 0.4 * number)
            step, is_right = _named_at(days, until, is_first=number == 0)
            axes.annotate(
                label,
                (days[step], closed[step + 1]),
                (4, -9) if is_right else (-4, 6),
                textcoords="offset points",
                color=style.INK if number == 0 else style.GREY_2,
                fontsize=style.SMALL_SIZE,
                ha="left" if is_right else "right",
            )
        axes.axhline(0.5, color=style.GREY_4, linewidth=0.8, linestyle="--")
        axes.set_xlim(0, until)
        axes.set_ylim(0, 1.02)
        axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"], fontsize=style.SMALL_SIZE)
        axes.tick_params(axis="x", labelsize=style.SMALL_SIZE)
        axes.set_xlabel("发现后天数", fontsize=style.SMALL_SIZE, color=style.GREY_2, labelpad=1)
        words = "；".join(
            f"{label}，到第{whole(d[-1])}天销号{percent((1 - s[-1]), 0)}" for label, d, s in curves
        )
        series = tuple(Series(label, tuple(1 - share for share in s), at=d) for label, d, s in curves)
        data = ChartData("curves", Unit.SHARE, (), series)
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{title}：{words}。")


def _legend(axes: Axes, ages: tuple[str, ...], height: float) -> None:
    """Above the bars, at the same distance from the edge whatever their number."""
    across, up = _WIDTH, height - _LEGEND
    for number, (age, colour) in enumerate(zip(ages, _SHADES, strict=False)):
        x, where = 9.0 + 14.7 * number, axes.figure.transFigure
        square = Rectangle((x / across, up / height), 1.6 / across, 1.6 / height, transform=where,
                           clip_on=False, facecolor=colour, **_EDGE)  # fmt: skip
        axes.add_patch(square)
        axes.text((x + 2.4) / across, (up + 0.8) / height, age, fontsize=style.SMALL_SIZE,
                  va="center_baseline", transform=where, clip_on=False)  # fmt: skip


def _until(curves: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]) -> float:
    """Half a year, or until each curve has taken half of its steps; no longer than the longest."""
    last = max(days[-1] for _, days, _ in curves)
    halves = (days[len(days) // 2] * 1.25 for _, days, _ in curves)
    return min(last, max(_HALF_YEAR, *halves)) or 1.0


def _named_at(days: tuple[float, ...], until: float, *, is_first: bool) -> tuple[int, bool]:
    """Step beside which a curve is named, near its middle, and whether right of it (the first) or left."""
    if is_first:
        room = [step for step, day in enumerate(days) if day <= 0.72 * until]
    else:
        room = [step for step, day in enumerate(days) if 0.28 * until <= day <= until]
    middle = len(days) // 2
    step = min(room, key=lambda one: abs(one - middle), default=middle)
    return step, is_first == bool(room)


def sample_age_bars() -> Chart:
    """Three sources, of which one has nothing in the last group."""
    sources = (
        ("区级督查", (30.0, 12.0, 8.0, 5.0)),
        ("自查", (20.0, 8.0, 3.0, 0.0)),
        ("省级督察", (4.0, 9.0, 7.0, 3.0)),
    )
    ages = ("30天以内", "31—60天", "61—90天", "90天以上")
    title, unit_line = "未销号问题中8个已90天以上", "个；按发现以来天数"
    return age_bars(ages=ages, sources=sources, title=title, unit_line=unit_line)


def sample_closure_curves() -> Chart:
    """Two years, the later one quicker."""
    days = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0)
    curves = (
        ("近一年发现", days, (0.93, 0.8, 0.55, 0.33, 0.15, 0.07, 0.03)),
        ("上一年发现", days, (0.96, 0.88, 0.68, 0.48, 0.27, 0.15, 0.06)),
    )
    return closure_curves(curves=curves, title="多快销号", unit_line="已销号比例")
