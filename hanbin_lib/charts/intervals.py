"""Estimates with their intervals: a month's shares beside the last, places in order, counts of scenarios."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, Style, percent, whole, written
from hanbin_lib.indicators import Unit

_ROW, _HEAD, _FOOT = 6.2, 5.0, 6.5  # mm
_MARGIN = 4.0  # mm, of the words at both sides
_FINE = 0.02  # scales that end below it have two decimals
_MOST_NAMES = 8
_TOP, _LINE = 0.97, 0.06  # of the height of the axes: the first name, and from one to the next
_RANGE_ROW, _RANGE_FOOT = 6.4, 6.5  # mm
_RANGE_MARGIN = 3.0  # mm, of the words at both sides


@dataclass(frozen=True, slots=True)
class Dot:
    """One estimate.

    Parameters
    ----------
    label
        What it is of.
    value, lower, upper
        Share (0 to 1) and its 95 % interval.
    before
        Last month's value as a hollow dot, None where there is none.
    count
        n/N at the right.
    is_red
        Look here.
    is_few
        Too few cases for a percentage: n/N alone is told.
    """

    label: str
    value: float
    lower: float
    upper: float
    before: float | None = None
    count: str = ""
    is_red: bool = False
    is_few: bool = False


@style.also_narrow
def share_dots(
    *, dots: tuple[Dot, ...], title: str, unit_line: str, width_mm: float = style.PAGE_MM
) -> Chart:
    """Dots of shares on one scale that starts at zero, first at the top."""
    height = _HEAD + _FOOT + _ROW * len(dots)
    with style.canvas(width_mm, height) as (figure, axes):
        top = _scale(max([dot.upper for dot in dots] + [dot.before or 0 for dot in dots]))
        left = (style.widest_mm(dot.label for dot in dots) + _MARGIN) / width_mm
        right = (style.widest_mm(_count(dot, top) for dot in dots) + _MARGIN) / width_mm
        axes.set_position((left, _FOOT / height, 1 - left - right, 1 - (_HEAD + _FOOT) / height))
        _frame(axes, top, len(dots), every=2 if style.is_narrow(width_mm) else 1)
        for row, dot in enumerate(dots):
            _draw(axes, row, dot, top)
        words = "、".join(_words(dot) for dot in dots)
        now = Series("本月", *(tuple(getattr(d, part) for d in dots) for part in ("value", "lower", "upper")))
        before = Series("上月", tuple(dot.before for dot in dots))
        red = tuple(dot.label for dot in dots if dot.is_red)
        data = ChartData("dots", Unit.SHARE, tuple(dot.label for dot in dots), (now, before), emphasis=red)
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{title}：{words}。")


def _frame(axes: Axes, top: float, rows: int, *, every: int) -> None:
    """Five lines across; every so many of them named."""
    axes.set_xlim(0, top)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    ticks = [top * step / 4 for step in range(5)]
    named = ticks[::every]
    axes.set_xticks(named, [_percent(tick, top) for tick in named], fontsize=style.SMALL_SIZE)
    for tick in ticks:
        axes.axvline(tick, color=style.GREY_5, linewidth=0.8, zorder=0)


def _draw(axes: Axes, row: int, dot: Dot, top: float) -> None:
    colour = style.RED if dot.is_red else style.GREY_1
    axes.plot(
        (dot.lower, dot.upper), (row, row), color=colour, alpha=0.4, linewidth=2.4, solid_capstyle="butt"
    )
    if dot.before is not None:
        axes.plot(dot.before, row, "o", markersize=4.6, markerfacecolor="white", markeredgecolor=colour)
    (mark,) = axes.plot(dot.value, row, "o", markersize=4.8, color=colour)
    style.tell(mark, _words(dot))
    weight = "bold" if dot.is_red else "normal"
    axes.text(-0.02 * top, row, dot.label, ha="right", va="center_baseline", color=colour, weight=weight)
    axes.text(1.03 * top, row, _count(dot, top), va="center_baseline", color=colour, clip_on=False)


def _count(dot: Dot, top: float) -> str:
    if dot.is_few:
        return dot.count
    if dot.count:
        return f"{_percent(dot.value, top)}　{dot.count}"
    # Without its cases a share was rounded before it came here: zeros behind it would be made up.
    return written(dot.value, Unit.SHARE, Style(decimals=2 if top < _FINE else 1, is_trimmed=True))


def _scale(highest: float) -> float:
    """End of the scale: the least round share that holds everything, at most 1."""
    steps = (0.004, 0.01, 0.02, 0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8, 1.0)
    return next((step for step in steps if highest <= step), 1.0)


def _percent(share: float, top: float) -> str:
    return percent(share, 2 if top < _FINE else 1)


def _words(dot: Dot) -> str:
    told = dot.count if dot.is_few else percent(dot.value)
    text = f"{dot.label}{told}（{percent(dot.lower)}—{percent(dot.upper)}）"
    return text if dot.before is None or dot.is_few else f"{text}，上月{percent(dot.before)}"


def sample_share_dots() -> Chart:
    """Two that changed little, and a red one."""
    dots = (
        Dot("义务教育", 0.001, 0.0006, 0.0015, 0.0012, "42/41156"),
        Dot("基本医疗", 0.0053, 0.0045, 0.0061, 0.005, "227/41156"),
        Dot("饮水安全", 0.0079, 0.007, 0.0089, 0.0084, "338/41156", is_red=True),
    )
    return share_dots(dots=dots, title="饮水安全反映最多", unit_line="实点本月，空点上月，横条95%区间")


@dataclass(frozen=True, slots=True)
class PlaceShare:
    """Share of one place (0 to 1) with its interval, the cases in words, and whether it is named.

    Who is named was decided for all places at once: an interval of one place is no such test.
    """

    name: str
    value: float
    lower: float
    upper: float
    count: str
    is_named: bool = False


def place_shares(*, places: tuple[PlaceShare, ...], mean: float, title: str, unit_line: str) -> Chart:
    """A dot and a bar for each place, lowest first; who is above the mean for all at once is named.

    Parameters
    ----------
    mean
        Share of all places together.
    """
    ordered = sorted(places, key=lambda place: (place.value, place.name))
    with style.canvas(90, 66) as (figure, axes):
        axes.set_position((0.11, 0.10, 0.86, 0.84))
        top = max([mean, *(place.upper for place in ordered)]) * 1.1
        axes.set_xlim(-0.8, len(ordered) - 0.2)
        axes.set_ylim(-0.02 * top, top)
        for row, place in enumerate(ordered):
            colour = style.RED if place.is_named else style.GREY_3
            axes.plot((row, row), (place.lower, place.upper), color=colour, alpha=0.4, linewidth=1.8)
            (dot,) = axes.plot(row, place.value, "o", markersize=4.0, color=colour)
            edges = f"{percent(place.lower)}—{percent(place.upper)}"
            style.tell(dot, f"{place.name}　{place.count}　{percent(place.value)}（{edges}）")
        _names(axes, ordered, mean / top)
        _share_axis(axes, mean, top)
        words = "、".join(f"{place.name}{place.count}" for place in ordered)
        alt = f"{title}：平均{percent(mean)}；各地{words}。"
        names = tuple(f"{place.name}　{place.count}" for place in ordered)
        parts = (tuple(getattr(place, part) for place in ordered) for part in ("value", "lower", "upper"))
        red = tuple(n for n, place in zip(names, ordered, strict=True) if place.is_named)
        data = ChartData(
            "dots", Unit.SHARE, names, (Series("比例", *parts),), emphasis=red, limits=(("平均", mean),)
        )
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=alt)


def _names(axes: Axes, ordered: list[PlaceShare], mean_at: float) -> None:
    """At the upper left, where low places leave room: the highest of them, down to the words of the mean."""
    named = [f"{place.name} {place.count}" for place in reversed(ordered) if place.is_named]
    room = min(max(int((_TOP - mean_at - _LINE) / _LINE), 1), _MOST_NAMES)
    if len(named) > room:
        named = [*named[: room - 1], f"另有{len(named) - room + 1}个"] if room > 1 else [f"{len(named)}个"]
    for number, text in enumerate(named):
        where = axes.transAxes
        axes.text(0.03, _TOP - _LINE * number, text, transform=where, va="top", color=style.RED,
                  fontsize=style.SMALL_SIZE)  # fmt: skip


def _share_axis(axes: Axes, mean: float, top: float) -> None:
    axes.axhline(mean, color=style.GREY_2, linewidth=0.8)
    # At the left, where the lowest places leave the room above the line free.
    left = axes.get_xlim()[0]
    axes.text(left, mean, f" 平均{percent(mean)}", va="bottom", fontsize=style.SMALL_SIZE)
    step = 0.2 if top > 0.6 else 0.1 if top > 0.3 else 0.05
    ticks = [number * step for number in range(int(1 / step) + 1) if number * step <= top]
    axes.set_yticks(ticks, [f"{percent(tick, 0)}" for tick in ticks], fontsize=style.SMALL_SIZE)
    axes.set_xticks([])
    axes.set_xlabel("由低到高", fontsize=style.SMALL_SIZE, color=style.GREY_2, labelpad=2)


def sample_place_shares() -> Chart:
    """Eight towns, of which one is named."""
    values = (0.02, 0.08, 0.1, 0.12, 0.14, 0.15, 0.18, 0.42)
    places = tuple(
        PlaceShare(f"{name}镇", v, max(0.0, v - 0.09), v + 0.12, f"{whole(v * 50)}/50", is_named=v > 0.4)
        for name, v in zip("甲乙丙丁戊己庚辛", values, strict=True)
    )
    return place_shares(places=places, mean=0.13, title="辛镇明显高于平均", unit_line="比例，竖条95%区间")


@dataclass(frozen=True, slots=True)
class CountRange:
    """One scenario: label, median, and the ends of its interval."""

    label: str
    value: float
    lower: float
    upper: float


@style.also_narrow
def count_ranges(
    *,
    ranges: tuple[CountRange, ...],
    unit: str,
    title: str,
    unit_line: str,
    width_mm: float = style.PAGE_MM,
) -> Chart:
    """Dots and intervals on one scale that starts at zero, first at the top.

    Parameters
    ----------
    unit
        Unit of the counts.
    """
    height = _RANGE_FOOT + _RANGE_ROW * len(ranges)
    left = (style.widest_mm(one.label for one in ranges) + _RANGE_MARGIN) / width_mm
    right = (style.widest_mm(_counts(one, unit) for one in ranges) + _RANGE_MARGIN) / width_mm
    with style.canvas(width_mm, height) as (figure, axes):
        axes.set_position((left, _RANGE_FOOT / height, 1 - left - right, 1 - _RANGE_FOOT / height))
        axes.set_xlim(0, max(one.upper for one in ranges) * 1.04 or 1.0)
        axes.set_ylim(len(ranges) - 0.5, -0.5)
        axes.set_yticks([])
        axes.locator_params(axis="x", nbins=3 if style.is_narrow(width_mm) else 5, integer=True)
        axes.ticklabel_format(axis="x", style="plain", useOffset=False)
        axes.tick_params(axis="x", labelsize=style.SMALL_SIZE)
        axes.grid(axis="x", color=style.GREY_5, linewidth=0.8)
        axes.set_axisbelow(True)
        across = axes.get_yaxis_transform()
        for row, one in enumerate(ranges):
            colour = style.RED if row == 0 else style.GREY_1
            (bar,) = axes.plot((one.lower, one.upper), (row, row), color=colour, alpha=0.4, linewidth=2.4)
            (dot,) = axes.plot(one.value, row, "o", markersize=4.8, color=colour)
            for part in (bar, dot):
                style.tell(part, f"{one.label}{_counts(one, unit)}")
            axes.text(-0.02, row, one.label, transform=across, ha="right", va="center_baseline")
            axes.text(1.02, row, _counts(one, unit), transform=across, va="center_baseline", color=colour)
        told = "；".join(f"{one.label}{_counts(one, unit)}" for one in ranges)
        median, lower, upper = (
            tuple(getattr(one, part) for one in ranges) for part in ("value", "lower", "upper")
        )
        names = tuple(one.label for one in ranges)
        data = ChartData("dots", unit, names, (Series("中位", median, lower, upper),), emphasis=names[:1])
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{title}：{told}。")


def _counts(one: CountRange, unit: str) -> str:
    return f"{whole(one.value)}{unit}（{whole(one.lower)}—{whole(one.upper)}）"


def sample_count_ranges() -> Chart:
    """Wide and narrow ranges, one from zero."""
    numbers = (("大病", 46.0, 31.0, 64.0), ("灾害", 22.0, 9.0, 48.0), ("失业", 5.0, 0.0, 12.0))
    ranges = tuple(CountRange(*one) for one in numbers)
    return count_ranges(ranges=ranges, unit="户", title="大病影响最大", unit_line="户；横条90%区间，样例")
