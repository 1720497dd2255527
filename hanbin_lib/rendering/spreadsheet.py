"""The annex (附表): every table of a bulletin as a sheet of one workbook.

A figure is its number, unrounded, under a format that prints what the page prints; dates and durations are
numbers, the ends of an interval have columns of their own; all else is text, whatever it looks like.
"""

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from hanbin_lib import display
from hanbin_lib.display import Masthead
from hanbin_lib.display.escaping import visible
from hanbin_lib.display.walk import table_data
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.params import Typography
from hanbin_lib.rendering.cells import Number, apart, column_of_numbers
from hanbin_lib.rendering.chart_sheets import FIRST_ROW, columns_of, native_chart, number_format
from hanbin_lib.rendering.content import Content
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
_HEAD_ROWS = 3  # title, chapter and unit line, headings
_FONT = {"font_name": "等线", "font_size": 11, "valign": "vcenter"}
_HEADING = {"bold": True, "text_wrap": True, "align": "center", "top": 2, "bottom": 1}
_WASH = "#FBF3F2"


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
        last = _HEAD_ROWS + table["size"] - 1 - table["totals"]
        if last >= _HEAD_ROWS:
            sheet.autofilter(_HEAD_ROWS - 1, 0, last, len(table["columns"]) - 1)
            everything = xl_range(_HEAD_ROWS, 0, last + table["totals"], len(table["columns"]) - 1)
            sheet.ignore_errors({"number_stored_as_text": everything})
        sheet.freeze_panes(_HEAD_ROWS, 1)
        sheet.repeat_rows(0, _HEAD_ROWS - 1)
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
                style["bg_color"] = _WASH
            if row >= totals_from:
                style |= {"bold": True, "top": int(row == totals_from)}
            if row == table["size"] - 1:
                style["bottom"] = 2
            if number:
                self._number(sheet, _HEAD_ROWS + row, place, number, style)
            else:
                self._text(sheet, _HEAD_ROWS + row, place, text, text_wrap=True, **style)

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
