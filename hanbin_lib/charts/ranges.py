"""Simulated counts as dots with their intervals, one row a scenario, from zero."""

from dataclasses import dataclass

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, whole

_ROW, _FOOT = 6.4, 6.5  # mm
_MARGIN = 3.0  # mm, of the words at both sides


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
    height = _FOOT + _ROW * len(ranges)
    left = (style.widest_mm(one.label for one in ranges) + _MARGIN) / width_mm
    right = (style.widest_mm(_words(one, unit) for one in ranges) + _MARGIN) / width_mm
    with style.canvas(width_mm, height) as (figure, axes):
        axes.set_position((left, _FOOT / height, 1 - left - right, 1 - _FOOT / height))
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
                style.tell(part, f"{one.label}{_words(one, unit)}")
            axes.text(-0.02, row, one.label, transform=across, ha="right", va="center_baseline")
            axes.text(1.02, row, _words(one, unit), transform=across, va="center_baseline", color=colour)
        told = "；".join(f"{one.label}{_words(one, unit)}" for one in ranges)
        median, lower, upper = (
            tuple(getattr(one, part) for one in ranges) for part in ("value", "lower", "upper")
        )
        names = tuple(one.label for one in ranges)
        data = ChartData("dots", unit, names, (Series("中位", median, lower, upper),), emphasis=names[:1])
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{title}：{told}。")


def _words(one: CountRange, unit: str) -> str:
    return f"{whole(one.value)}{unit}（{whole(one.lower)}—{whole(one.upper)}）"


def sample_count_ranges() -> Chart:
    """Wide and narrow ranges, one from zero."""
    numbers = (("大病", 46.0, 31.0, 64.0), ("灾害", 22.0, 9.0, 48.0), ("失业", 5.0, 0.0, 12.0))
    ranges = tuple(CountRange(*one) for one in numbers)
    return count_ranges(ranges=ranges, unit="户", title="大病影响最大", unit_line="户；横条90%区间，样例")
