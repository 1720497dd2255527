"""Charts that an office program draws and edits, made from the data that a drawing keeps (`ChartData`)."""

import math
from typing import Any

from lxml import etree
from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.parts.chart import ChartPart
from pptx.util import Pt

from hanbin_lib.charts.style import GREY_2, GREY_3, GREY_4, INK, RED
from hanbin_lib.display import ChartData, Series, Style, written
from hanbin_lib.display.text import visible
from hanbin_lib.indicators import Unit

_INK, _GREY, _LIGHT, _PALE, _RED = (colour[1:] for colour in (INK, GREY_2, GREY_3, GREY_4, RED))
_DOT = 7  # points
_MOST_STEPS = 8  # of an axis
_SIGNED = Style(sign="plus")


def is_native(data: ChartData) -> bool:
    """Whether an office program has such a chart."""
    return data.kind != "flow"


def native_data(data: ChartData) -> tuple[Any, Any]:
    """Kind of chart and its data sheet."""
    if data.kind == "curves":
        sheet = XyChartData(number_format=_number_format(data.unit))
        for series in data.series:
            points = sheet.add_series(visible(series.name))
            for x, y in zip(series.at, series.values, strict=True):
                points.add_data_point(x, y)
        return XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, sheet
    sheet = CategoryChartData(number_format=_number_format(data.unit))
    sheet.categories = [visible(label) for label in _labels(data)]
    for series in _drawn_series(data):
        sheet.add_series(visible(series.name), series.values)
    return _kind(data), sheet


def _kind(data: ChartData) -> Any:
    return {
        "bars": XL_CHART_TYPE.BAR_CLUSTERED,
        "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "stacked": XL_CHART_TYPE.BAR_STACKED,
        "lines": XL_CHART_TYPE.LINE,
        "dots": XL_CHART_TYPE.LINE_MARKERS if _is_dotted(data) else XL_CHART_TYPE.BAR_CLUSTERED,
        "spans": XL_CHART_TYPE.BAR_CLUSTERED,
    }[data.kind]


def _is_dotted(data: ChartData) -> bool:
    """One dot a place; this month's beside last month's would lie on each other, and are bars."""
    others = (value for series in data.series[1:] for value in series.values)
    return data.kind == "dots" and all(value is None for value in others)


def _labels(data: ChartData) -> list[str]:
    """Categories; what is told beside a bar stands in its label."""
    beside = data.series[1:] if data.kind == "bars" else ()
    labels = list(data.categories)
    for series in beside:
        asides = ("" if v is None else f"（{series.name}{written(v, '', _SIGNED)}）" for v in series.values)
        labels = [label + text for label, text in zip(labels, asides, strict=True)]
    return labels


def _drawn_series(data: ChartData) -> list[Series]:
    if data.kind == "bars" or _is_dotted(data):
        return [data.series[0]]
    if data.kind == "spans":  # the lower end covers the foot of the higher one
        (spans,) = data.series
        ends = zip(spans.lower, spans.upper, strict=True)
        pairs = [sorted((low or 0.0, high or 0.0)) for low, high in ends]
        return [Series("偏高", tuple(p[1] for p in pairs)), Series("偏低", tuple(p[0] for p in pairs))]
    if data.kind != "lines":
        return list(data.series)
    drawn: list[Series] = []
    for series in data.series:
        drawn.append(series)
        if series.lower:
            drawn += [Series(f"{series.name}下限", series.lower), Series(f"{series.name}上限", series.upper)]
    return drawn


def limits_in_words(data: ChartData) -> str:
    """The lines across a chart, in words: a native chart has none."""
    limits = () if data.kind in {"flow", "curves"} else data.limits
    return "　".join(f"{name}{written(value, data.unit)}" for name, value in limits)


def scale(data: ChartData) -> tuple[float, float] | None:
    """Top and step of an axis with intervals: the one that an office program chooses cuts them off."""
    ends = [end or 0.0 for series in data.series for end in (*series.values, *series.upper)]
    if data.kind != "dots" or max(ends) <= 0:
        return None
    power = 10.0 ** math.floor(math.log10(max(ends)))
    step = next(
        power * part for part in (0.1, 0.2, 0.5, 1.0, 2.0) if max(ends) / (power * part) <= _MOST_STEPS
    )
    return round(step * math.ceil(max(ends) / step - 1e-9), 12), round(step, 12)


def interval_lengths(series: Series) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How far each interval reaches below and above its value."""
    ends = list(zip(series.values, series.lower, series.upper, strict=True))
    return (
        tuple((value or 0.0) - (low or 0.0) for value, low, _ in ends),
        tuple((high or 0.0) - (value or 0.0) for value, _, high in ends),
    )


def chart_files(data: ChartData, type_size: float) -> tuple[bytes, bytes]:
    """Chart and workbook of its numbers, as parts of a document; the chart calls the workbook ``rId1``."""
    kind, sheet = native_data(data)
    part = ChartPart.new(kind, sheet, _Nowhere())
    finish(part.chart, data, type_size)
    space = part._element
    first = space[0].tag == qn("c:date1904")
    space.insert(int(first), space.makeelement(qn("c:roundedCorners"), {"val": "0"}))
    look = space.makeelement(qn("c:spPr"))
    etree.SubElement(etree.SubElement(look, qn("a:ln")), qn("a:noFill"))
    space.find(qn("c:chart")).addnext(look)
    return part.blob, part.chart_workbook.xlsx_part.blob


class _Nowhere:
    """In place of a package: names of parts, which another file gives anew."""

    def next_partname(self, template: str) -> PackURI:
        return PackURI(template % 1)


def finish(chart: NativeChart, data: ChartData, type_size: float) -> None:
    """Size of type in points, colours, labels, order and intervals."""
    chart.font.size, chart.has_title = Pt(type_size), False
    series = list(chart.plots[0].series)
    chart.has_legend = len(series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.tick_labels.number_format = _axis_format(data.unit)
    chart.value_axis.tick_labels.number_format_is_linked = False
    _colour(chart, series, data)
    if _is_dotted(data):
        _finish_dots(chart, series[0], data)
    elif data.kind not in {"lines", "curves"}:
        _finish_bars(chart, series, data)


def _colour(chart: NativeChart, series: list[Any], data: ChartData) -> None:
    own = {visible(drawn.name): number for number, drawn in enumerate(data.series)}
    for number, drawn in enumerate(series):
        place = own.get(drawn.name, number)
        _paint(drawn, _RED if drawn.name in data.emphasis else (_GREY, _LIGHT, _INK, _PALE)[place % 4], data)
        if data.kind == "lines" and drawn.name not in own:
            _thin(chart, drawn, number)


def _finish_bars(chart: NativeChart, series: list[Any], data: ChartData) -> None:
    chart.plots[0].gap_width = 50
    _order(chart, data)
    if data.kind == "dots":
        _add_intervals(chart, series[0], data)
    if len(series) == 1:
        chart.plots[0].has_data_labels = True
        labels = chart.plots[0].data_labels
        labels.number_format, labels.number_format_is_linked = _number_format(data.unit), False
    for place, label in enumerate(data.categories):
        if label in data.emphasis and data.kind != "spans":
            fill = series[0].points[place].format.fill
            fill.solid()
            fill.fore_color.rgb = RGBColor.from_string(_RED)


def _finish_dots(chart: NativeChart, dots: Any, data: ChartData) -> None:
    """Dots with their intervals, and no line from place to place."""
    chart.value_axis.has_major_gridlines = False
    dots.format.line.fill.background()
    dots.marker.style, dots.marker.size = XL_MARKER_STYLE.CIRCLE, _DOT
    reds = [dots.points[place] for place, label in enumerate(data.categories) if label in data.emphasis]
    for marked, colour in ((dots, _GREY), *((point, _RED) for point in reds)):
        marked.marker.format.fill.solid()
        marked.marker.format.fill.fore_color.rgb = RGBColor.from_string(colour)
        marked.marker.format.line.fill.background()
    _add_intervals(chart, dots, data)


def _paint(drawn: Any, colour: str, data: ChartData) -> None:
    if data.kind in {"lines", "curves"}:
        drawn.format.line.color.rgb = RGBColor.from_string(colour)
        drawn.format.line.width, drawn.smooth = Pt(2), False
        return
    drawn.format.fill.solid()
    cover = data.kind == "spans" and drawn.name == "偏低"
    drawn.format.fill.fore_color.rgb = RGBColor.from_string("FFFFFF" if cover else colour)


def _thin(chart: NativeChart, bound: Any, number: int) -> None:
    """An end of an interval: a fine line that the legend does not list."""
    bound.format.line.color.rgb, bound.format.line.width = RGBColor.from_string(_LIGHT), Pt(0.75)
    entry = etree.Element(qn("c:legendEntry"))
    etree.SubElement(entry, qn("c:idx")).set("val", str(number))
    etree.SubElement(entry, qn("c:delete")).set("val", "1")
    legend = chart.legend._element
    entries = legend.findall(qn("c:legendEntry"))
    (entries[-1] if entries else legend.find(qn("c:legendPos"))).addnext(entry)


def _order(chart: NativeChart, data: ChartData) -> None:
    """The first category at the top, bars of a span over each other."""
    if _kind(data) in {XL_CHART_TYPE.BAR_CLUSTERED, XL_CHART_TYPE.BAR_STACKED}:
        chart.category_axis.reverse_order = True
        chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    chart.value_axis.has_major_gridlines = False
    if data.kind == "spans":
        chart.plots[0].overlap = 100
        ends = [end for series in data.series for end in (*series.lower, *series.upper) if end is not None]
        chart.value_axis.minimum_scale = min(ends) - 0.1 * (max(ends) - min(ends))


def _add_intervals(chart: NativeChart, native: Any, data: ChartData) -> None:
    """Error bars of a series, each with its own length, as the data sheet of a chart cannot say it."""
    series, axis = data.series[0], chart.value_axis
    if not series.lower:
        return
    if reach := scale(data):
        axis.minimum_scale, (axis.maximum_scale, axis.major_unit) = 0, reach
    below, above = interval_lengths(series)
    bars = etree.SubElement(native._element, qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for side, lengths in (("plus", above), ("minus", below)):
        literal = etree.SubElement(etree.SubElement(bars, qn(f"c:{side}")), qn("c:numLit"))
        etree.SubElement(literal, qn("c:formatCode")).text = "General"
        etree.SubElement(literal, qn("c:ptCount")).set("val", str(len(lengths)))
        for place, length in enumerate(lengths):
            point = etree.SubElement(literal, qn("c:pt"), idx=str(place))
            etree.SubElement(point, qn("c:v")).text = repr(float(length))
    native._element.find(qn("c:cat")).addprevious(bars)


def _number_format(unit: str) -> str:
    return "0.0%" if unit == Unit.SHARE else "0"


def _axis_format(unit: str) -> str:
    return "0.##%" if unit == Unit.SHARE else "0"
