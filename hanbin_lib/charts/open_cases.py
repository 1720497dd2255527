"""Open cases over time: households by month, problems by age, how fast problems are closed."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, percent, whole
from hanbin_lib.indicators import Unit

_TREND_WIDTH, _TREND_HEIGHT = 90.0, 70.0
_EDGE: dict[str, Any] = {"edgecolor": style.GREY_3, "linewidth": 0.4}
_AGES_WIDTH, _HEAD, _LEGEND = 78.0, 7.0, 4.5  # mm; the legend's foot below the upper edge
_HALF_YEAR = 180.0
_SHADES = (style.GREY_5, style.GREY_4, style.GREY_3, style.RED)  # apart in grey print, too


def open_trend(
    *,
    months: tuple[str, ...],
    open_households: tuple[float, ...],
    eliminated: tuple[float, ...],
    new: tuple[float, ...],
    title: str,
    unit_line: str,
) -> Chart:
    """A line of month-end stocks above bars of the month's eliminations and new entries.

    Parameters
    ----------
    months
        ``2021-10``, oldest first; the series have the same length.
    """
    with style.canvas(_TREND_WIDTH, _TREND_HEIGHT) as (figure, overall):
        overall.set_axis_off()
        upper = figure.add_axes((0.04, 0.42, 0.74, 0.52))
        lower = figure.add_axes((0.04, 0.10, 0.74, 0.24))
        _line(upper, open_households)
        told = zip(months, open_households, strict=True)
        style.tell_across(
            upper, {n: f"{month}　未消除{whole(value)}户" for n, (month, value) in enumerate(told)}
        )
        _bars(lower, months, eliminated, new)
        alt = (
            f"{months[0]}至{months[-1]}月末未消除风险户由{whole(open_households[0])}户到"
            f"{whole(open_households[-1])}户；{months[-1]}消除{whole(eliminated[-1])}户、新纳入{whole(new[-1])}户。"
        )
        series = (
            Series("未消除风险户", tuple(open_households)),
            Series("消除", tuple(eliminated)),
            Series("新纳入", tuple(new)),
        )
        data = ChartData("lines", "户", tuple(months), series, emphasis=("未消除风险户",))
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=alt)


def _line(axes: Axes, values: tuple[float, ...]) -> None:
    axes.set_axis_off()
    last = len(values) - 1
    axes.plot(range(len(values)), values, color=style.RED, linewidth=1.8, solid_capstyle="round")
    axes.plot(last, values[-1], "o", color=style.RED, markersize=4.5)
    low, high = min(values), max(values)
    margin = (high - low or max(high, 1)) * 0.22
    axes.set_xlim(-0.6, last + 0.6)
    axes.set_ylim(low - margin, high + margin)
    if last:
        axes.annotate(
            f"{whole(values[0])}户",
            (0, values[0]),
            (0, 7),
            textcoords="offset points",
            fontsize=style.TEXT_SIZE,
            color=style.GREY_1,
            ha="left",
        )
    axes.annotate(
        f"{whole(values[-1])}户",
        (last, values[-1]),
        (9, -3),
        textcoords="offset points",
        fontsize=style.LARGE_SIZE,
        color=style.RED,
        weight="bold",
        annotation_clip=False,
    )
    axes.annotate(
        "未消除风险户",
        (last, values[-1]),
        (9, 9),
        textcoords="offset points",
        fontsize=style.SMALL_SIZE,
        color=style.RED,
        annotation_clip=False,
    )


def _bars(axes: Axes, months: tuple[str, ...], eliminated: tuple[float, ...], new: tuple[float, ...]) -> None:
    axes.set_yticks([])
    places = range(len(months))
    for shift, name, values, colour in (
        (-0.18, "新纳入", new, style.GREY_3),
        (0.18, "消除", eliminated, style.GREY_1),
    ):
        bars = axes.bar([p + shift for p in places], values, 0.34, color=colour)
        for bar, month, value in zip(bars, months, values, strict=True):
            style.tell(bar, f"{month}　{name}{whole(value)}户")
    axes.set_xlim(-0.6, len(months) - 0.4)
    axes.set_ylim(0, max(1.0, *eliminated, *new) * 1.1)
    shown = [p for p in places if (len(months) - 1 - p) % 2 == 0]
    labels = [f"{int(months[p][5:])}月" for p in shown]
    axes.set_xticks(shown, labels, fontsize=style.SMALL_SIZE)
    top = axes.get_ylim()[1]
    for height, text, colour in (
        (0.72, f"消除 {whole(eliminated[-1])}", style.GREY_1),
        (0.30, f"新纳入 {whole(new[-1])}", style.GREY_2),
    ):
        axes.annotate(
            text,
            (len(months) - 0.4, top * height),
            (3, 0),
            textcoords="offset points",
            fontsize=style.TEXT_SIZE,
            color=colour,
            annotation_clip=False,
        )
    if any(math.isnan(v) for v in (*eliminated, *new)):
        raise ValueError("a month of the trend is not reported")


def sample_open_trend() -> Chart:
    """Nine falling months."""
    return open_trend(
        months=tuple(f"2022-{number:02d}" for number in range(1, 10)),
        open_households=(260.0, 252.0, 246.0, 240.0, 231.0, 220.0, 208.0, 199.0, 187.0),
        eliminated=(12.0, 11.0, 10.0, 9.0, 12.0, 14.0, 15.0, 12.0, 15.0),
        new=(4.0, 3.0, 4.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0),
        title="未消除风险户较上月减少12户",
        unit_line="上：月末未消除风险户；下：当月消除与新纳入户数",
    )


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
    labels = [style.fitting(name, _AGES_WIDTH / 2) for name, _ in sources]
    left_mm = max(style.widest_mm(labels) + 2.5, 15.6)
    right_mm = max(style.widest_mm(whole(sum(numbers)) for _, numbers in sources) + 2.8, 7.8)
    height = _HEAD + 8.0 * len(sources)
    with style.canvas(_AGES_WIDTH, height) as (figure, axes):
        axes.set_axis_off()
        axes.set_position(
            (left_mm / _AGES_WIDTH, 0.5 / height, 1 - (left_mm + right_mm) / _AGES_WIDTH, 1 - _HEAD / height)
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
    across, up = _AGES_WIDTH, height - _LEGEND
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
