"""A record of annual values, the fan of what may come, the goal, and the paces behind them."""

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
