"""The annex (附表): every table and drawing of a bulletin as a sheet of one workbook.

A figure is its number, unrounded, under a format that prints what the page prints; dates and durations are
numbers, the ends of an interval have columns of their own; all else is text, whatever it looks like.

The sheet of a drawing has its numbers and a native chart of them; of a flow and of spans, which no native
chart shows as the drawing does, the numbers alone.
"""

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_range_abs

from hanbin_lib import display
from hanbin_lib.charts.style import GREY_1, GREY_3, GREY_4
from hanbin_lib.display import Chart, ChartData, Masthead, Series
from hanbin_lib.display.html import INK, RED, WASH
from hanbin_lib.display.text import visible
from hanbin_lib.display.tree import table_data
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.indicators import Unit
from hanbin_lib.params import Typography
from hanbin_lib.rendering.cells import Number, apart, column_of_numbers
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.native_charts import interval_lengths, scale
from hanbin_lib.rendering.office_files import width_of

Table = dict[str, Any]
CONTENTS = "目录"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST_NAME = 31  # of a sheet, in UTF-16 units
_FORBIDDEN = str.maketrans("[]:*?/\\'", "【】：＊？／＼’")
_A4 = 9
_UPRIGHT = 92  # characters that a page holds upright
_NARROWEST, _WIDEST = 8, 48
FIRST_ROW = 3  # of the numbers; above stand title, chapter and unit line or source, headings
_FONT = {"font_name": "等线", "font_size": 11, "valign": "vcenter"}
_HEADING = {"bold": True, "text_wrap": True, "align": "center", "top": 2, "bottom": 1}
_KINDS: dict[str, dict[str, str]] = {
    "bars": {"type": "bar"},
    "columns": {"type": "column"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "lines": {"type": "line"},
    "curves": {"type": "scatter", "subtype": "straight"},
    "dots": {"type": "bar"},
}
_GREYS = (GREY_1, GREY_3, INK, GREY_4)
_BELOW, _ABOVE = "至下限", "至上限"
_POINTS_WIDE, _POINTS_HIGH = 640, 380


def xlsx(content: Content, typography: Typography) -> bytes:
    """Excel annex of a bulletin; cells are in the office's own face."""
    del typography
    return workbook_of(content.masthead, content.tables, content.charts)


def workbook_of(
    info: Masthead,
    tables: Iterable[tuple[str, display.Table]],
    charts: Iterable[tuple[str, display.Chart]] = (),
) -> bytes:
    """Bytes of a workbook with those tables and charts, each with the heading of its chapter."""
    given = [(chapter, _spread(table_data(table))) for chapter, table in tables]
    return _Annex(info).workbook(given, list(charts))


def _spread(table: Table) -> Table:
    """The table with a column for each number of a cell."""
    return table | {"columns": [part for column in table["columns"] for part in apart(column)]}


class _Annex:
    """One workbook: its styles, and what stands on each of its sheets."""

    def __init__(self, info: Masthead) -> None:
        self.info = info
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, _OPTIONS)
        self.styles: dict[tuple[tuple[str, object], ...], Any] = {}

    def workbook(self, tables: list[tuple[str, Table]], charts: list[tuple[str, display.Chart]]) -> bytes:
        """The contents, a sheet a table, then a sheet a chart; the same of both give the same bytes."""
        as_of = dt.datetime.fromisoformat(self.info.as_of)
        title = f"{self.info.bulletin_name}　附表"
        self.book.set_properties({"title": title, "subject": self.info.title, "created": as_of})
        drawn = [(chapter, chart, columns_of(chart.data)) for chapter, chart in charts]
        listed = [(chapter, table["title"], table["unit_line"], table["size"]) for chapter, table in tables]
        listed += [
            (chapter, f"图：{chart.title}", chart.unit_line, max(len(values) for _, values in columns))
            for chapter, chart, columns in drawn
        ]
        names = [sheet_name(number, title) for number, (_, title, _, _) in enumerate(listed, 1)]
        self._contents(listed, names)
        for name, (chapter, table) in zip(names, tables, strict=False):
            self._table(self._sheet(name), chapter, table)
        for name, (chapter, chart, columns) in zip(names[len(tables) :], drawn, strict=True):
            self._chart(name, chapter, chart, columns)
        self.book.close()
        return self.buffer.getvalue()

    def _contents(self, listed: list[tuple[str, str, str, int]], names: list[str]) -> None:
        sheet = self._sheet(CONTENTS)
        day = dt.date.fromisoformat(self.info.as_of)
        self._text(sheet, 0, 0, f"{self.info.bulletin_name}　附表", bold=True, font_size=16)
        until = f"数据截至{day.year}年{day.month}月{day.day}日"
        facts = (self.info.issue_label, self.info.title, self.info.mark, until)
        for row, fact in enumerate(facts, 1):
            self._text(sheet, row, 0, fact)
        head = len(facts) + 2
        headings = (("序号", 8), ("章节", 26), ("附表", 46), ("说明", 60), ("行数", 8))
        for column, (heading, width) in enumerate(headings):
            sheet.set_column(column, column, width)
            self._text(sheet, head, column, heading, **_HEADING)
        for number, ((chapter, title, about, size), name) in enumerate(zip(listed, names, strict=True), 1):
            row = head + number
            sheet.write_number(row, 0, number, self._style(align="center"))
            self._text(sheet, row, 1, chapter)
            link = self._style(font_color="#0563C1", underline=1, text_wrap=True)
            sheet.write_url(row, 2, f"internal:'{name}'!A1", link, string=visible(title))
            self._text(sheet, row, 3, visible(about), text_wrap=True)
            sheet.write_number(row, 4, size, self._style(align="right"))
        if not listed:
            self._text(sheet, head + 1, 0, "本期没有附表")
        sheet.freeze_panes(head + 1, 0)
        sheet.repeat_rows(head)
        sheet.set_landscape()

    def _table(self, sheet: Any, chapter: str, table: Table) -> None:
        self._text(sheet, 0, 0, table["title"], bold=True, font_size=14)
        below = "　".join(filter(None, (chapter, table["unit_line"])))
        self._text(sheet, 1, 0, below, font_size=9, font_color="#595959")
        width = 0.0
        for place, column in enumerate(table["columns"]):
            self._text(sheet, 2, place, column["heading"], **_HEADING)
            characters = _column_width(column["heading"], column["texts"])
            sheet.set_column(place, place, characters)
            width += characters
            self._column(sheet, table, place)
        last = FIRST_ROW + table["size"] - 1 - table["totals"]
        if last >= FIRST_ROW:
            sheet.autofilter(FIRST_ROW - 1, 0, last, len(table["columns"]) - 1)
            everything = xl_range(FIRST_ROW, 0, last + table["totals"], len(table["columns"]) - 1)
            sheet.ignore_errors({"number_stored_as_text": everything})
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.repeat_rows(0, FIRST_ROW - 1)
        if width > _UPRIGHT:
            sheet.set_landscape()

    def _chart(self, name: str, chapter: str, chart: display.Chart, columns: list[tuple[str, Any]]) -> None:
        """The numbers that are drawn, and a native chart of them beside."""
        sheet = self._sheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        self._text(sheet, 0, 0, visible(chart.title), bold=True, font_size=14)
        below = "　".join(filter(None, (chapter, chart.unit_line, chart.source)))
        self._text(sheet, 1, 0, visible(below), font_size=9, font_color="#595959")
        look = number_format(chart.data.unit)
        for place, (heading, values) in enumerate(columns):
            self._text(sheet, FIRST_ROW - 1, place, visible(heading), **_HEADING)
            sheet.set_column(place, place, _column_width(heading, [v for v in values if isinstance(v, str)]))
            for row, value in enumerate(values, FIRST_ROW):
                if isinstance(value, str):
                    self._text(sheet, row, place, visible(value))
                elif value is not None:
                    at = "General" if heading.endswith("（横轴）") else look
                    _written(sheet, sheet.write_number(row, place, value, self._style(num_format=at)))
        drawn = native_chart(self.book, name, chart)
        if drawn is not None:
            sheet.insert_chart(FIRST_ROW - 1, len(columns) + 1, drawn, {"description": visible(chart.alt)})
        sheet.freeze_panes(FIRST_ROW, 1)

    def _column(self, sheet: Any, table: Table, place: int) -> None:
        column = table["columns"][place]
        texts = column["texts"]
        numbers = column_of_numbers(column["cells"])
        totals_from = table["size"] - table["totals"]
        for row, (text, number) in enumerate(zip(texts, numbers, strict=True)):
            style: dict[str, object] = {"align": column["align"]}
            if row in table["emphasis"]:
                style["bg_color"] = WASH
            if row >= totals_from:
                style |= {"bold": True, "top": int(row == totals_from)}
            if row == table["size"] - 1:
                style["bottom"] = 2
            if number:
                self._number(sheet, FIRST_ROW + row, place, number, style)
            else:
                self._text(sheet, FIRST_ROW + row, place, text, text_wrap=True, **style)

    def _number(self, sheet: Any, row: int, column: int, number: Number, style: dict[str, object]) -> None:
        look = self._style(num_format=number.number_format, **style)
        _written(sheet, sheet.write_number(row, column, number.value, look))

    def _text(self, sheet: Any, row: int, column: int, text: str, **style: object) -> None:
        """A cell of text that stays text, also when somebody opens it and presses Enter."""
        look = self._style(num_format="@", quote_prefix=True, **style)
        write = sheet.write_string if text else sheet.write_blank
        _written(sheet, write(row, column, text, look))

    def _style(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format(_FONT | properties)
        return self.styles[key]

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(0)
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        name, title, mark = map(_header_text, (self.info.bulletin_name, self.info.title, self.info.mark))
        sheet.set_header(f"&L{name}　{title}&R{mark}")
        sheet.set_footer("&C第 &P 页　共 &N 页")
        return sheet


def sheet_name(number: int, title: str) -> str:
    """``3 各镇监测帮扶情况``: unique by its number, and such as Excel takes."""
    name = f"{number} {title.translate(_FORBIDDEN)}"
    while len(name.encode("utf-16-le")) > 2 * _LONGEST_NAME:
        name = name[:-1]
    return name.strip()


def _header_text(text: str) -> str:
    """``&`` begins a code; 255 characters are all that a header holds."""
    return str(text)[:60].replace("&", "&&")


def _column_width(heading: str, texts: list[str]) -> float:
    """In characters; a heading may break in two, a long text breaks."""
    widest = max((width_of(text) for text in texts), default=0)
    return min(max(_NARROWEST, widest + 2, width_of(heading) / 2 + 4), _WIDEST)


def _written(sheet: Any, refused: int) -> None:
    """XlsxWriter leaves out what Excel cannot hold, and says so by a number only."""
    if refused:
        raise HanbinError(
            "HB-TYP-005",
            f"附表“{sheet.get_name()}”超出 Excel 的限度：行数、列数，或一格的字数",
            action="把这张表按镇或按类分成几张",
            exit_code=ExitCode.TYPOGRAPHY,
        )


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
    colour = RED if series.name in data.emphasis else _GREYS[number % len(_GREYS)]
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
    red = [{"fill": {"color": RED}} if label in data.emphasis else None for label in data.categories]
    if any(red) and data.kind in {"bars", "columns", "dots"} and number == 0:
        yield "points", red


def _range(cells: list[Any]) -> str:
    sheet, *corners = cells
    return f"='{sheet}'!{xl_range_abs(*corners)}"
