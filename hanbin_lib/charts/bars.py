"""Bars that start at zero: causes with their change, households by income band."""

import math
import re

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, whole

_MINUS = "\N{MINUS SIGN}"
_CAUSE_MM, _GAP_MM = 21.1, 1.4
_MOST_LABEL = 0.6  # of the width


def cause_bars(
    *,
    causes: tuple[tuple[str, float, float | None], ...],
    title: str,
    unit_line: str,
) -> Chart:
    """Horizontal bars, longest first, with value and change on last month.

    Parameters
    ----------
    causes
        (cause, households, change or None where there is nothing to compare with).
    """
    with style.canvas(62, 70) as (figure, axes):
        axes.set_axis_off()
        axes.set_position((0, 0.02, 1, 0.92))
        most = max(value for _, value, _ in causes)
        axes.set_xlim(-0.95 * most, 1.75 * most)
        axes.set_ylim(max(len(causes), 6) - 0.4, -1.0)
        axes.text(0, -0.7, "户", fontsize=style.SMALL_SIZE, color=style.GREY_2)
        has_changes = any(change is not None for _, _, change in causes)
        if has_changes:
            axes.text(1.72 * most, -0.7, "较上月", fontsize=style.SMALL_SIZE, color=style.GREY_2, ha="right")
        for row, (name, value, change) in enumerate(causes):
            colour = style.GREY_1 if row == 0 else style.GREY_3
            (bar,) = axes.barh(row, value, 0.56, color=colour)
            style.tell(bar, f"{name}{whole(value)}户" + f"，较上月{_signed(change)}" * has_changes)
            label = style.fitting(name, _CAUSE_MM)
            axes.text(-0.03 * most, row, label, ha="right", va="center_baseline")
            axes.text(value + 0.03 * most, row, f"{whole(value)}", va="center_baseline")
            if has_changes:
                told = _signed(change)
                axes.text(1.72 * most, row, told, ha="right", va="center_baseline", color=style.GREY_2)
        names = tuple(name for name, _, _ in causes)
        changes = Series("较上月", tuple(change for _, _, change in causes))
        now = Series("未消除风险户", tuple(value for _, value, _ in causes))
        data = ChartData("bars", "户", names, (now, changes))
        listed = "、".join(f"{name}{whole(value)}户" for name, value, _ in causes)
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{unit_line}：{listed}。")


@style.also_narrow
def group_bars(
    *, groups: tuple[tuple[str, float], ...], unit: str, title: str, unit_line: str, width_mm: float = 76
) -> Chart:
    """Horizontal bars of counts in the order given, each with its number.

    Parameters
    ----------
    groups
        (label, number; NaN where it is not published).
    unit
        Unit of the numbers, for the words.

    Notes
    -----
    A label longer than most of the width ends with ``…``; its words and data have it whole.
    """
    with style.canvas(width_mm, 4 + 6.4 * len(groups)) as (figure, axes):
        axes.set_axis_off()
        labels = [style.fitting(name, _MOST_LABEL * width_mm) for name, _ in groups]
        # Room for the longest label: a character of chart text is three millimetres wide.
        left = (3.05 * max(map(len, labels)) + 2) / width_mm
        axes.set_position((left, 0.02, 0.86 - left, 0.96))
        most = max((value for _, value in groups if value > 0), default=1.0)
        gap = _GAP_MM * most / ((0.86 - left) * width_mm)
        axes.set_xlim(0, most)
        axes.set_ylim(len(groups) - 0.4, -0.6)
        for row, (name, value) in enumerate(groups):
            (bar,) = axes.barh(row, value, 0.56, color=style.GREY_3)
            style.tell(bar, f"{name}{_number(value, unit)}")
            axes.text(-gap, row, labels[row], ha="right", va="center_baseline")
            axes.text(_height(value) + gap, row, _number(value), va="center_baseline")
        names, values = (tuple(part) for part in zip(*groups, strict=True))
        data = ChartData("bars", unit, names, (Series(unit, tuple(map(_known, values))),))
        listed = "、".join(f"{name}{_number(value, unit)}" for name, value in groups)
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{title}：{listed}。")


@style.also_narrow
def income_bands(
    *,
    bands: tuple[tuple[str, float], ...],
    limits: tuple[int, ...],
    line: int | None,
    title: str,
    unit_line: str,
    line_name: str = "监测线",
    width_mm: float = style.PAGE_MM,
) -> Chart:
    """Vertical bars of households by income per head, with the year's line where there is one.

    Parameters
    ----------
    bands
        (label, households; NaN where not published) from low to high; one more than `limits` (yuan per head).
    line
        The year's monitoring line in yuan, None where it was not entered.
    line_name
        What the line is called.
    """
    with style.canvas(width_mm, 58) as (figure, axes):
        axes.set_position((0.01, 0.15, 0.98, 0.72))
        axes.set_yticks([])
        values = [value for _, value in bands]
        most = max(map(_height, values)) or 1.0
        bars = axes.bar(range(len(bands)), list(map(_height, values)), 0.72, color=style.GREY_3)
        for bar, (label, value) in zip(bars, bands, strict=True):
            style.tell(bar, f"{label}{_number(value, '户')}")
        where = None if line is None else _position(line, limits)
        for place, value in enumerate(values):
            x, ha = _beside(place, where)
            axes.text(x, _height(value), _number(value), ha=ha, va="bottom", fontsize=style.TEXT_SIZE)
        names = [_short(label, in_two_lines=style.is_narrow(width_mm)) for label, _ in bands]
        axes.set_xticks(range(len(bands)), names, fontsize=style.SMALL_SIZE)
        # Room above the bars for the line's label only where there is a line.
        axes.set_ylim(0, most * (1.08 if line is None else 1.18))
        if where is not None:
            axes.axvline(where, color=style.RED, linewidth=1.2)
            # Towards the middle: at the right edge there is no room for it.
            x, ha = (where + 0.05, "left") if where < (len(bands) - 1) / 2 else (where - 0.05, "right")
            axes.text(x, most * 1.1, f"{line_name}{line}元", color=style.RED, fontsize=style.TEXT_SIZE, ha=ha)
        listed = "、".join(f"{label}{_number(value, '户')}" for label, value in bands)
        marked = f"；{line_name}{line}元" if line is not None else ""
        labels = tuple(label for label, _ in bands)
        limits_drawn = () if line is None else ((line_name, float(line)),)
        data = ChartData(
            "columns", "户", labels, (Series("户", tuple(map(_known, values))),), limits=limits_drawn
        )
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=f"{title}：{listed}{marked}。")


def _height(value: float) -> float:
    """A number that is not published has no bar."""
    return 0.0 if math.isnan(value) else value


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _number(value: float, unit: str = "") -> str:
    return "不公布" if math.isnan(value) else f"{whole(value)}{unit}"


def _signed(change: float | None) -> str:
    if change is None:
        return "—"
    return "0" if change == 0 else f"{'+' if change > 0 else _MINUS}{whole(abs(change))}"


def _short(label: str, *, in_two_lines: bool) -> str:
    short = label.replace("元", "")
    return re.sub("(?=—|以|及)", "\n", short, count=1) if in_two_lines else short


def _beside(place: int, line_at: float | None) -> tuple[float, str]:
    """Where a bar's number stands: in the middle, unless the line runs through it there."""
    if line_at is None or abs(place - line_at) > 0.3:
        return place, "center"
    return (line_at - 0.04, "right") if line_at >= place else (line_at + 0.04, "left")


def _position(line: int, limits: tuple[int, ...]) -> float:
    """Where the line stands between the bars: exact within its band, by proportion."""
    edges = (0, *limits)
    for number, (low, high) in enumerate(zip(edges, limits, strict=False)):
        if line <= high:
            return number - 0.5 + (line - low) / (high - low)
    return len(limits) - 0.5


def sample_cause_bars() -> Chart:
    """One fall, one rise, one that did not change, one without a month before."""
    causes = (
        ("因病", 91.0, -3.0),
        ("因残", 40.0, None),
        ("因务工就业不稳", 20.0, 2.0),
        ("缺劳动力", 19.0, 0.0),
    )
    return cause_bars(causes=causes, title="因病居首位", unit_line="未消除风险户按第一致险原因，户")


def sample_group_bars() -> Chart:
    """Four groups, the largest a hundred times the smallest."""
    groups = (("有效接通", 412.0), ("无人接听", 44.0), ("非本人", 16.0), ("空号", 3.0))
    return group_bars(groups=groups, unit="户", title="通话结果", unit_line="户，按最好的一次通话计")


def sample_income_bands() -> Chart:
    """Four bands and a line between two limits."""
    bands = (("4000元以下", 27.0), ("4000—6000元", 59.0), ("6000—8000元", 115.0), ("8000元及以上", 135.0))
    limits = (4000, 6000, 8000)
    unit_line = "户；人均纯收入（元/人/年）"
    return income_bands(bands=bands, limits=limits, line=6600, title="人均纯收入分布", unit_line=unit_line)
