"""Estimates as dots with their intervals, this month against last; one row an estimate."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, percent
from hanbin_lib.indicators import Unit

_ROW, _HEAD, _FOOT = 6.2, 5.0, 6.5  # mm
_MARGIN = 4.0  # mm, of the words at both sides


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
    """

    label: str
    value: float
    lower: float
    upper: float
    before: float | None = None
    count: str = ""
    is_red: bool = False


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
    return f"{_percent(dot.value, top)}　{dot.count}" if dot.count else _percent(dot.value, top)


def _scale(highest: float) -> float:
    """End of the scale: the least round share that holds everything, at most 1."""
    steps = (0.004, 0.01, 0.02, 0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8, 1.0)
    return next((step for step in steps if highest <= step), 1.0)


def _percent(share: float, top: float) -> str:
    return percent(share, 2 if top < 0.02 else 1)


def _words(dot: Dot) -> str:
    text = f"{dot.label}{percent(dot.value)}（{percent(dot.lower)}—{percent(dot.upper)}）"
    return text if dot.before is None else f"{text}，上月{percent(dot.before)}"


def sample_share_dots() -> Chart:
    """Two that changed little, and a red one."""
    dots = (
        Dot("义务教育", 0.001, 0.0006, 0.0015, 0.0012, "42/41156"),
        Dot("基本医疗", 0.0053, 0.0045, 0.0061, 0.005, "227/41156"),
        Dot("饮水安全", 0.0079, 0.007, 0.0089, 0.0084, "338/41156", is_red=True),
    )
    return share_dots(dots=dots, title="饮水安全反映最多", unit_line="实点本月，空点上月，横条95%区间")
