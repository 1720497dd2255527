"""A monthly record and the fan of what may come: median and interval of a simulation."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, whole
from hanbin_lib.indicators import Unit

_LINE_POINTS = 9.0  # from one line of small text to the next


@style.also_narrow
def monthly_fan(
    *,
    record: Sequence[tuple[str, float]],
    ahead: Sequence[tuple[str, float, float, float]],
    interval: str,
    title: str,
    unit_line: str,
    width_mm: float = style.PAGE_MM,
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
    left, right, every = (10.0, 24.0, 6) if style.is_narrow(width_mm) else (12.5, 25.0, 3)
    with style.canvas(width_mm, style.CURVE_MM) as (figure, axes):
        axes.set_position((left / width_mm, 0.11, 1 - (left + right) / width_mm, 0.83))
        now = len(record) - 1
        places = [now, *range(now + 1, now + 1 + len(ahead))]
        start = record[-1][1]
        median, low, high = ([start, *(row[part] for row in ahead)] for part in (1, 2, 3))
        axes.fill_between(places, low, high, color=style.GREY_4, linewidth=0)
        axes.plot(places, median, color=style.INK, linewidth=1.2, linestyle="--")
        axes.plot(range(now + 1), [value for _, value in record], color=style.INK, linewidth=1.8)
        axes.plot(now, start, "o", color=style.RED, markersize=5)
        highest = max(*(value for _, value in record), *(row[3] for row in ahead))
        _frame(axes, [month for month, _ in record] + [row[0] for row in ahead], highest, every)
        _labels(axes, (now, start), places[-1], ahead[-1], interval)
        told = [f"{month}　{whole(value)}户" for month, value in record]
        told += [
            f"{month}　中位{whole(mid)}户（{interval}{whole(low)}—{whole(high)}）"
            for month, mid, low, high in ahead
        ]
        style.tell_across(axes, dict(enumerate(told)))
        month, middle, least, most = ahead[-1]
        alt = (
            f"{title}：{record[-1][0]}为{whole(start)}户；模拟{month}中位{whole(middle)}户，"
            f"{interval}{whole(least)}—{whole(most)}户。"
        )
        return style.drawn(figure, _data(record, ahead, interval), title=title, unit_line=unit_line, alt=alt)


def _data(
    record: Sequence[tuple[str, float]], ahead: Sequence[tuple[str, float, float, float]], interval: str
) -> ChartData:
    months = [month for month, _ in record] + [row[0] for row in ahead]
    known = (None,) * len(record)
    median, low, high = ((*known, *edge) for edge in list(zip(*ahead, strict=True))[1:])
    past = Series("登记", (*(value for _, value in record), *((None,) * len(ahead))))
    return ChartData(
        "lines", Unit.HOUSEHOLDS, tuple(months), (past, Series(f"模拟中位（{interval}）", median, low, high))
    )


def _frame(axes: Axes, months: Sequence[str], highest: float, every: int) -> None:
    axes.set_xlim(-0.3, len(months) - 0.7)
    axes.set_ylim(0, highest * 1.12 or 1.0)  # room for the present above its dot
    ticks = range(len(months) - 1, -1, -every)
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
    """The present in red, the ends of the fan beside it, none over another."""
    axes.annotate(f"{whole(now[1])}", now, (0, 7), textcoords="offset points", ha="center", color=style.RED)
    _, middle, low, high = last
    notes = (
        (low, f"{whole(low)}", style.GREY_2),
        (middle, f"中位{whole(middle)}", style.INK),
        (high, f"{whole(high)}（{interval}）", style.GREY_2),
    )
    lifts = _lifts(axes, [height for height, _, _ in notes])
    for lift, (height, text, colour) in zip(lifts, notes, strict=True):
        axes.annotate(
            text,
            (end, height),
            (5, lift - 3),
            textcoords="offset points",
            fontsize=style.SMALL_SIZE,
            color=colour,
            annotation_clip=False,
        )


def _lifts(axes: Axes, ends: Sequence[float]) -> list[float]:
    """By how many points the words of lower end, median and upper end are moved to stand apart."""
    points = 72 / axes.figure.dpi
    low, middle, high = (float(axes.transData.transform((0, end))[1]) * points for end in ends)
    axis = float(axes.transData.transform((0, 0))[1]) * points
    at_low = max(min(low, middle - _LINE_POINTS), axis)
    at_middle = max(middle, at_low + _LINE_POINTS)
    at_high = max(high, at_middle + _LINE_POINTS)
    return [at_low - low, at_middle - middle, at_high - high]


def sample_monthly_fan() -> Chart:
    """Nine months of record and three ahead."""
    record = [(f"2022-{n:02d}", 269.0 - 9 * n) for n in range(1, 10)]
    ahead = [
        (f"2022-{n}", 190.0 + 4 * (n - 10), 180.0 - (n - 10), 200.0 + 9 * (n - 10)) for n in (10, 11, 12)
    ]
    return monthly_fan(
        record=record,
        ahead=ahead,
        interval="90%区间",
        title="三个月后中位198户",
        unit_line="月末未消除风险户",
    )
