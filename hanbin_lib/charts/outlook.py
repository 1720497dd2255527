"""A monthly record and the fan of what may come: median and interval of a simulation."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart


def monthly_fan(
    *,
    record: Sequence[tuple[str, float]],
    ahead: Sequence[tuple[str, float, float, float]],
    interval: str,
    title: str,
    unit_line: str,
) -> Chart:
    """Line of the record, dashed median of the simulation, its interval as a band.

    Parameters
    ----------
    record
        (month ``2022-09``, households), oldest first, not empty.
    ahead
        (month, median, lower, upper), not empty.
    interval
        What the band is: ``90%区间``.
    """
    with style.canvas(*style.WIDE_CURVE_MM) as (figure, axes):
        axes.set_position((0.08, 0.11, 0.76, 0.83))
        now = len(record) - 1
        places = [now, *range(now + 1, now + 1 + len(ahead))]
        start = record[-1][1]
        median, low, high = ([start, *(row[part] for row in ahead)] for part in (1, 2, 3))
        axes.fill_between(places, low, high, color=style.GREY_4, linewidth=0)
        axes.plot(places, median, color=style.INK, linewidth=1.2, linestyle="--")
        axes.plot(range(now + 1), [value for _, value in record], color=style.INK, linewidth=1.8)
        axes.plot(now, start, "o", color=style.RED, markersize=5)
        _frame(axes, [month for month, _ in record] + [row[0] for row in ahead])
        _labels(axes, (now, start), places[-1], ahead[-1], interval)
        told = [f"{month}　{value:.0f}户" for month, value in record]
        told += [
            f"{month}　中位{mid:.0f}户（{interval}{low:.0f}—{high:.0f}）" for month, mid, low, high in ahead
        ]
        style.tell_across(axes, dict(enumerate(told)))
        month, middle, least, most = ahead[-1]
        alt = (
            f"{title}：{record[-1][0]}为{start:.0f}户；模拟{month}中位{middle:.0f}户，"
            f"{interval}{least:.0f}—{most:.0f}户。"
        )
        return style.drawn(figure, title=title, unit_line=unit_line, alt=alt)


def _frame(axes: Axes, months: Sequence[str]) -> None:
    axes.set_xlim(-0.3, len(months) - 0.7)
    axes.set_ylim(bottom=0)
    ticks = range(len(months) - 1, -1, -3)
    axes.set_xticks(list(ticks), [months[place] for place in ticks], fontsize=style.SMALL_SIZE)
    axes.tick_params(axis="y", labelsize=style.SMALL_SIZE)
    axes.grid(axis="y", color=style.GREY_5, linewidth=0.8)
    axes.set_axisbelow(True)


def _labels(
    axes: Axes,
    now: tuple[int, float],
    end: int,
    last: tuple[str, float, float, float],
    interval: str,
) -> None:
    """The present in red, the ends of the fan beside it."""
    axes.annotate(f"{now[1]:.0f}", now, (0, 7), textcoords="offset points", ha="center", color=style.RED)
    notes = ((last[1], f"中位{last[1]:.0f}", style.INK), (last[2], f"{last[2]:.0f}", style.GREY_2))
    for height, text, colour in (*notes, (last[3], f"{last[3]:.0f}（{interval}）", style.GREY_2)):
        axes.annotate(
            text,
            (end, height),
            (5, -3),
            textcoords="offset points",
            fontsize=style.SMALL_SIZE,
            color=colour,
            annotation_clip=False,
        )
