"""The drawings of a bulletin as sheets of its annex: the numbers of each, and a native chart of them.

Of a flow and of spans no native chart shows what the drawing does: their sheet has the numbers alone.
"""

from collections.abc import Iterator
from typing import Any

from xlsxwriter.utility import xl_range_abs

from hanbin_lib.display import Chart, ChartData, Series
from hanbin_lib.display.escaping import visible
from hanbin_lib.indicators import Unit
from hanbin_lib.rendering.native_charts import interval_lengths, scale

FIRST_ROW = 3  # of the numbers; above stand title, source and headings
_KINDS: dict[str, dict[str, str]] = {
    "bars": {"type": "bar"},
    "columns": {"type": "column"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "lines": {"type": "line"},
    "curves": {"type": "scatter", "subtype": "straight"},
    "dots": {"type": "bar"},
}
_GREYS = ("#4A4A4A", "#A6A6A6", "#1F1F1F", "#D3D1CC")
_RED = "#B5202A"
_BELOW, _ABOVE = "至下限", "至上限"
_POINTS_WIDE, _POINTS_HIGH = 640, 380


def columns_of(data: ChartData) -> list[tuple[str, tuple[Any, ...]]]:
    """Headings with what stands below them: labels, then each series with its interval."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    if data.kind != "curves":
        found.append(("类别", data.categories))
    for series in data.series:
        if data.kind == "curves":
            found.append((f"{series.name}（横轴）", series.at))
        parts = (
            (series.name, series.values),
            (f"{series.name}下限", series.lower),
            (f"{series.name}上限", series.upper),
        )
        found += [(heading, values) for heading, values in parts if values]
        if data.kind == "dots" and series.lower:
            found += zip(
                (f"{series.name}{_BELOW}", f"{series.name}{_ABOVE}"), interval_lengths(series), strict=True
            )
    found += [(f"界线：{name}", (value,)) for name, value in data.limits]
    return found


def native_chart(book: Any, sheet: str, chart: Chart) -> Any | None:
    """A chart of the numbers on that sheet; None where no native chart shows them."""
    data = chart.data
    if data.kind not in _KINDS:
        return None
    drawn = book.add_chart(_KINDS[data.kind])
    places = {heading: number for number, (heading, _) in enumerate(columns_of(data))}
    shown = data.series[:1] if data.kind == "bars" else data.series
    for number, series in enumerate(shown):
        drawn.add_series(dict(_series(sheet, data, series, places, number)))
    drawn.set_title({"name": visible(chart.title), "name_font": {"size": 12}, "overlay": False})
    axis: dict[str, Any] = {
        "num_format": number_format(data.unit),
        "major_gridlines": {"visible": True, "line": {"color": "#E4E4E4"}},
    }
    if reach := scale(data):
        axis |= {"min": 0, "max": reach[0], "major_unit": reach[1]}
    lying = data.kind in {"bars", "stacked", "dots"}
    (drawn.set_x_axis if lying else drawn.set_y_axis)(axis)
    if lying:
        drawn.set_y_axis({"reverse": True})
    drawn.set_legend({"none": True} if len(shown) == 1 else {"position": "bottom"})
    drawn.set_size({"width": _POINTS_WIDE, "height": _POINTS_HIGH})
    return drawn


def number_format(unit: str) -> str:
    """Of a cell: nothing is rounded but in what is shown."""
    return "0.00%" if unit == Unit.SHARE else "0.##" if unit in {Unit.WAN_YUAN, Unit.MONTHS} else "0"


def _series(
    sheet: str, data: ChartData, series: Series, places: dict[str, int], number: int
) -> Iterator[tuple[str, Any]]:
    def cells(heading: str, length: int) -> list[Any]:
        return [sheet, FIRST_ROW, places[heading], FIRST_ROW + length - 1, places[heading]]

    length = len(series.values)
    colour = _RED if series.name in data.emphasis else _GREYS[number % len(_GREYS)]
    yield "name", visible(series.name)
    yield "values", cells(series.name, length)
    yield "categories", cells(f"{series.name}（横轴）" if data.kind == "curves" else "类别", length)
    yield (
        ("line", {"color": colour, "width": 2})
        if data.kind in {"lines", "curves"}
        else ("fill", {"color": colour})
    )
    if data.kind == "curves":  # a single point has no line
        yield "marker", {"type": "circle" if length == 1 else "none"}
    if data.kind in {"bars", "columns"}:
        yield "data_labels", {"value": True, "num_format": number_format(data.unit)}
        yield "gap", 50
    if data.kind == "dots" and series.lower:
        # Of cells: numbers in the chart itself are dropped by LibreOffice's spreadsheet.
        below, above = (_range(cells(f"{series.name}{end}", length)) for end in (_BELOW, _ABOVE))
        yield "y_error_bars", {"type": "custom", "plus_values": above, "minus_values": below, "end_style": 0}
    red = [{"fill": {"color": _RED}} if label in data.emphasis else None for label in data.categories]
    if any(red) and data.kind in {"bars", "columns", "dots"} and number == 0:
        yield "points", red


def _range(cells: list[Any]) -> str:
    sheet, *corners = cells
    return f"='{sheet}'!{xl_range_abs(*corners)}"
