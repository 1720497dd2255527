"""Open households over the months, with the month's flows below."""

import math

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, whole

_WIDTH, _HEIGHT = 90.0, 70.0


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
    with style.canvas(_WIDTH, _HEIGHT) as (figure, overall):
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
