"""A record and the fan of what may come: yearly incomes with their goal, or months of a simulation."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, percent, whole
from hanbin_lib.indicators import Unit

Values = Sequence[tuple[int, float]]
_BESIDE: dict[str, Any] = {
    "xytext": (7, -3),
    "textcoords": "offset points",
    "fontsize": style.SMALL_SIZE,
    "color": style.GREY_2,
    "annotation_clip": False,
}
_SHADES = (style.GREY_5, style.GREY_4, style.GREY_3)
_LINE_POINTS = 9.0  # from one line of small text to the next


@style.also_narrow
def goal_fan(
    *,
    record: Values,
    bands: Sequence[tuple[str, Values, Values]],
    median: Values,
    goal: tuple[int, float],
    growth: Values,
    title: str,
    unit_line: str,
    width_mm: float = style.PAGE_MM,
) -> Chart:
    """Record, bands from wide to narrow, median, the required path in red; yearly growth below.

    Parameters
    ----------
    record, median
        (year, yuan).
    bands
        (label, lower, upper), widest first.
    goal
        (year, yuan).
    growth
        (year, share) of the record's years that have the year before; the forecast's and the needed pace
        follow from `median` and `goal`.
    """
    left, right = (10.5, 16.0) if style.is_narrow(width_mm) else (12.5, 28.1)
    left, span = left / width_mm, 1 - (left + right) / width_mm
    with style.canvas(width_mm, style.CURVE_MM) as (figure, axes):
        axes.set_position((left, 0.39, span, 0.54))
        last = record[-1]
        for (_, lower, upper), colour in zip(bands, _SHADES, strict=False):
            years = [last[0], *(year for year, _ in lower)]
            low, high = ([last[1], *(value for _, value in edge)] for edge in (lower, upper))
            axes.fill_between(years, low, high, color=colour, linewidth=0)
        axes.plot(*zip(last, *median, strict=True), color=style.INK, linewidth=1.2, linestyle="--")
        axes.plot(*zip(*record, strict=True), "-o", color=style.INK, linewidth=1.6, markersize=3.6)
        axes.plot((last[0], goal[0]), (last[1], goal[1]), color=style.RED, linewidth=1.2, linestyle=":")
        axes.plot(*goal, "D", color=style.RED, markersize=6)
        below = min(lower[-1][1] for _, lower, _ in bands)
        _labels(axes, last, (median[-1][0], below), f"中位{whole(median[-1][1])}", goal)
        _frame(axes, record[0][0], goal[0])
        _name_bands(axes, [(label, *upper[-1]) for label, _, upper in bands])
        below_it = figure.add_axes((left, 0.10, span, 0.22), sharex=axes)
        _paces(below_it, growth, (last, *median), goal, every=2 if style.is_narrow(width_mm) else 1)
        style.tell_across(axes, _by_year(record, bands, median))
        words = "、".join(f"{year}年{whole(value)}元" for year, value in record)
        middle = "；".join(
            f"{label}区间{whole(lower[-1][1])}—{whole(upper[-1][1])}元" for label, lower, upper in bands
        )
        ahead = f"{goal[0]}年预测中位{whole(median[-1][1])}元，{middle}；目标{whole(goal[1])}元"
        alt = f"{title}：历年{words}；{ahead}。下方为逐年增速、预测增速和需要的增速。"
        return style.drawn(
            figure, _data(record, bands, median, goal), title=title, unit_line=unit_line, alt=alt
        )


def _data(
    record: Values, bands: Sequence[tuple[str, Values, Values]], median: Values, goal: tuple[int, float]
) -> ChartData:
    years = sorted({year for year, _ in (*record, *median)})
    known, ahead = dict(record), dict(median)
    series = [Series("历年", tuple(known.get(year) for year in years))]
    for label, lower, upper in bands:
        low, high = (tuple(dict(edge).get(year) for year in years) for edge in (lower, upper))
        series.append(Series(f"预测（{label}区间）", tuple(ahead.get(year) for year in years), low, high))
    labels = tuple(f"{year}年" for year in years)
    return ChartData("lines", Unit.YUAN, labels, tuple(series), limits=((f"{goal[0]}年目标", goal[1]),))


def _name_bands(axes: Axes, ends: Sequence[tuple[str, int, float]]) -> None:
    """Each band's name beside its upper end, from above, none over another."""
    points = 72 / axes.figure.dpi
    lowest = float("inf")
    for label, year, high in ends:
        end = float(axes.transData.transform((year, high))[1]) * points
        lowest = min(end, lowest - style.SMALL_SIZE)
        axes.annotate(label, (year, high), **(_BESIDE | {"xytext": (7, lowest - end - 3)}))


def _paces(axes: Axes, growth: Values, ahead: Values, goal: tuple[int, float], *, every: int) -> None:
    """Growth on record and of the forecast's median, and what the goal needs; every so many years named."""
    first, start = ahead[0]
    expected = [(year, value / before - 1) for (_, before), (year, value) in pairwise(ahead) if before > 0]
    needed = (goal[1] / start) ** (1 / (goal[0] - first)) - 1 if start > 0 else 0.0
    # A number wider than its hollow bar stands on white.
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.2} if every > 1 else None
    for values, colour, edge in ((growth, style.GREY_3, style.GREY_3), (expected, "none", style.INK)):
        for year, share in values:
            axes.bar(year, share, 0.8, color=colour, edgecolor=edge, linewidth=0.8)
            if (goal[0] - year) % every:
                continue
            # Within the hollow bars: above them runs the line of what is needed.
            lift = -9 if year > first and share > needed / 2 else 2
            axes.annotate(
                percent(share), (year, max(share, 0.0)), (0, lift), textcoords="offset points", ha="center",
                fontsize=style.SMALL_SIZE, color=style.GREY_1, bbox=clear if lift < 0 else None,
            )  # fmt: skip
    axes.plot((first + 0.5, goal[0] + 0.4), (needed, needed), color=style.RED, linewidth=1.2, linestyle=":")
    axes.annotate(f"需{percent(needed)}", (goal[0] + 0.4, needed), **(_BESIDE | {"color": style.RED}))
    shares = [needed, *(share for _, share in (*growth, *expected))]
    axes.set_ylim(min(0.0, *shares), max(1.35 * max(shares), 0.01))
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=style.SMALL_SIZE)


def _labels(
    axes: Axes, last: tuple[int, float], below: tuple[int, float], median: str, goal: tuple[int, float]
) -> None:
    """The median is named under the fan: on its shades no ink is legible."""
    notes = (
        (last, f"{whole(last[1])}", (-4, 7), "right", style.INK),
        (goal, f"目标{whole(goal[1])}", (-8, 6), "right", style.RED),
        (below, median, (-2, -12), "right", style.INK),
    )
    for where, text, offset, ha, colour in notes:
        axes.annotate(
            text, where, offset, textcoords="offset points", color=colour, ha=ha, fontsize=style.TEXT_SIZE
        )


def _by_year(record: Values, bands: Sequence[tuple[str, Values, Values]], median: Values) -> dict[float, str]:
    """What is known of each year, or how it may turn out."""
    told = {year: f"{year}年{whole(value)}元" for year, value in record}
    told |= {year: f"{year}年预测中位{whole(value)}元" for year, value in median}
    for label, lower, upper in bands:
        for (year, low), (_, high) in zip(lower, upper, strict=True):
            told[year] += f"；{label}区间{whole(low)}—{whole(high)}元"
    return {float(year): words for year, words in told.items()}


def _frame(axes: Axes, first: int, last: int) -> None:
    axes.set_xlim(first - 0.4, last + 0.4)
    axes.set_ylim(bottom=0)
    years = [year for year in range(first, last + 1) if (last - year) % 2 == 0]
    axes.set_xticks(years, [str(year) for year in years], fontsize=style.SMALL_SIZE)
    axes.tick_params(axis="y", labelsize=style.SMALL_SIZE)
    axes.tick_params(axis="x", labelbottom=False)
    axes.grid(axis="y", color=style.GREY_5, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)


def sample_goal_fan() -> Chart:
    """Seven years of record and six ahead, with a goal and a median that misses it."""
    record = [(2015 + n, 9000.0 * 1.09**n) for n in range(7)]
    years = range(2022, 2028)
    middle = [(year, record[-1][1] * 1.08 ** (year - 2021)) for year in years]

    def edge(width: float) -> list[tuple[int, float]]:
        return [(year, value * (1 + width * (year - 2021))) for year, value in middle]

    bands = [(label, edge(-w), edge(w)) for label, w in (("95%", 0.04), ("80%", 0.025), ("50%", 0.012))]
    return goal_fan(
        record=record, bands=bands, median=middle, goal=(2027, 30000.0),
        growth=[(year, 0.09) for year, _ in record[1:]],
        title="2027年目标30000元", unit_line="元/人/年；虚线预测中位，红点线为到目标的路径",
    )  # fmt: skip


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
        _month_axis(axes, [month for month, _ in record] + [row[0] for row in ahead], highest, every)
        _end_labels(axes, (now, start), places[-1], ahead[-1], interval)
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
        return style.drawn(
            figure, _monthly_data(record, ahead, interval), title=title, unit_line=unit_line, alt=alt
        )


def _monthly_data(
    record: Sequence[tuple[str, float]], ahead: Sequence[tuple[str, float, float, float]], interval: str
) -> ChartData:
    months = [month for month, _ in record] + [row[0] for row in ahead]
    known = (None,) * len(record)
    median, low, high = ((*known, *edge) for edge in list(zip(*ahead, strict=True))[1:])
    past = Series("登记", (*(value for _, value in record), *((None,) * len(ahead))))
    return ChartData(
        "lines", Unit.HOUSEHOLDS, tuple(months), (past, Series(f"模拟中位（{interval}）", median, low, high))
    )


def _month_axis(axes: Axes, months: Sequence[str], highest: float, every: int) -> None:
    axes.set_xlim(-0.3, len(months) - 0.7)
    axes.set_ylim(0, highest * 1.12 or 1.0)  # room for the present above its dot
    ticks = range(len(months) - 1, -1, -every)
    axes.set_xticks(list(ticks), [months[place] for place in ticks], fontsize=style.SMALL_SIZE)
    axes.tick_params(axis="y", labelsize=style.SMALL_SIZE)
    axes.grid(axis="y", color=style.GREY_5, linewidth=0.8)
    axes.set_axisbelow(True)


def _end_labels(
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
