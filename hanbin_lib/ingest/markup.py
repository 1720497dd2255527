"""Tables that a web page or SpreadsheetML 2003 holds under the name .xls."""

import re
from collections.abc import Iterator
from typing import Any

import lxml.etree
import lxml.html

from hanbin_lib.ingest.containers import HostileFileError, parser_of
from hanbin_lib.ingest.grid import Area, CellKind, Grid, SheetBuilder
from hanbin_lib.ingest.number_formats import iso_cell, kind_of, run_text, shown

_NARROW = 2  # columns of a title; no list has so few
_MOST_SPAN = 70_000
_HEAD = 4096
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_UNSEEN = ("comment", "script", "style")  # LibreOffice writes the note on a cell into the cell
_GRID = {
    "tr",
    "td",
    "th",
    "col",
    "colgroup",
    "thead",
    "tbody",
    "tfoot",
}  # hidden, they still have their place
_LINES = ("br", "p", "div", "li")
_SHIFTS = {"sup": 1, "sub": -1}
_FONTS = (*_SHIFTS, "s", "strike", "del")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# What Excel calls its formats in SpreadsheetML.
_NAMED = {
    "General": "General",
    "General Date": "yyyy/m/d h:mm",
    "Long Date": "yyyy/m/d",
    "Medium Date": "yyyy/m/d",
    "Short Date": "yyyy/m/d",
    "Long Time": "h:mm:ss",
    "Medium Time": "h:mm",
    "Short Time": "h:mm",
    "Percent": "0.00%",
}


def read_html(content: bytes, file: str) -> list[Grid]:
    """Every table of a page that is not inside another one; its cells are text, as the page shows them."""
    parser = lxml.html.HTMLParser(huge_tree=False, no_network=True, encoding=_undeclared(content))
    try:
        page = lxml.html.document_fromstring(content, parser=parser)
    except lxml.etree.ParserError as error:
        raise ValueError("no page") from error
    tables = [table for table in page.iter("table") if next(table.iterancestors("table"), None) is None]
    if not tables:
        raise HostileFileError("内容是网页（HTML），里面没有表格")
    lists = _under_their_titles(tables)
    return [_html_table(parts, file, f"表{n}" if len(lists) > 1 else "") for n, parts in enumerate(lists, 1)]


def _under_their_titles(tables: list[Any]) -> list[list[Any]]:
    """Each table with the narrow ones before it: on some pages title and unit are tables of their own."""
    lists: list[list[Any]] = []
    titles: list[Any] = []
    for table in tables:
        titles.append(table)
        if (
            max((len(line.findall("td") + line.findall("th")) for line in _own_rows(table)), default=0)
            > _NARROW
        ):
            lists.append(titles)
            titles = []
    return [*lists, *([table] for table in titles)]


def _undeclared(content: bytes) -> str | None:
    """Encoding of a page that does not say it; without it the parser takes the page for Latin-1."""
    if b"charset" in content[:_HEAD].lower() or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _html_table(parts: list[Any], file: str, name: str) -> Grid:
    """One sheet of some tables below each other, as a spreadsheet program opens them."""
    sheet = SheetBuilder(file, name)
    taken: dict[tuple[int, int], bool] = {}
    for table in parts:
        _leave_what_shows(table)
    for row, line in enumerate(line for table in parts for line in _own_rows(table)):
        column = 0
        if _is_hidden(line):
            sheet.hidden_rows.append(row)
        for cell in line.iterchildren("td", "th"):
            while taken.pop((row, column), False):
                column += 1
            height, width = _span(cell, "rowspan"), _span(cell, "colspan")
            text = _BLANKS.sub(" ", cell.text_content()).strip()
            if text:
                sheet.put(row, column, text, _html_kind(cell))
            if height > 1:
                sheet.merge(Area(row, column, row + height - 1, column + width - 1))
                taken |= {(row + n, column + m): True for n in range(1, height) for m in range(width)}
            column += width
    return sheet.grid()


def _leave_what_shows(table: Any) -> None:
    """Leave of each cell the text that the page shows, its lines parted: 3<br>4 is not 34."""
    unseen = list(table.iter(*_UNSEEN))
    unseen += [part for part in table.iterfind(".//*[@style]") if part.tag not in _GRID and _is_hidden(part)]
    for part in dict.fromkeys(unseen):
        part.drop_tree()
    for part in [*table.iter(*_FONTS)]:
        _mark(part, raised=_SHIFTS.get(part.tag, 0), is_struck=part.tag not in _SHIFTS)
    for line in table.iter(*_LINES):
        line.text, line.tail = f" {line.text or ''}", f" {line.tail or ''}"


def _mark(part: Any, *, raised: int, is_struck: bool) -> None:
    """Write into a part's text what its font shows: raised, lowered, struck out."""
    for one in part.iter():
        one.text = one.text and run_text(one.text, raised=raised, is_struck=is_struck)
        if one is not part:
            one.tail = one.tail and run_text(one.tail, raised=raised, is_struck=is_struck)


def _is_hidden(part: Any) -> bool:
    return _HIDDEN.search(part.get("style", "")) is not None


def _own_rows(table: Any) -> Iterator[Any]:
    for line in table.iter("tr"):
        if next(line.iterancestors("table")) is table:
            yield line


def _span(cell: Any, name: str) -> int:
    given = str(cell.get(name, "1"))
    number = int(given) if given.isdigit() else 1
    if number > _MOST_SPAN:
        raise HostileFileError("合并单元格大得不合常理")
    return max(number, 1)


def _html_kind(cell: Any) -> CellKind:
    """A cell that says it is text (``mso-number-format:'@'``) is text; of others nobody says."""
    return CellKind.TEXT if "\\@" in cell.get("style", "") else CellKind.UNTYPED


def read_spreadsheetml(content: bytes, file: str) -> list[Grid]:
    """All sheets of a workbook in the XML of Excel 2003."""
    reader = _SpreadsheetML(file)
    reader.parser.Parse(content, True)
    return [sheet.grid() for sheet in reader.sheets]


class _SpreadsheetML:
    """Reads by events: a sheet of a district has millions of cells."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheets: list[SheetBuilder] = []
        self.formats: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.struck: set[str] = set()
        self.style = self.cell_style = self.row_style = ""
        self.row = self.column = self.width = self.height = 0
        self.kind, self.text, self.path = "", [""], [""]
        self.formula = False
        self.parser = parser_of(self._start, self._end, self._data)

    def _start(self, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.path.append(local)
        own = {key.rpartition(":")[2]: value for key, value in given.items()}
        start = getattr(self, f"_{local.lower()}", None)
        if start is not None:
            start(own)

    def _worksheet(self, given: dict[str, str]) -> None:
        self.sheets.append(SheetBuilder(self.file, given.get("Name", "")))
        self.row = -1

    def _visible(self, _: dict[str, str]) -> None:
        self.text = [""]

    def _style(self, given: dict[str, str]) -> None:
        self.style = given.get("ID", "")
        self.parents[self.style] = given.get("Parent", "")

    def _font(self, given: dict[str, str]) -> None:
        if given.get("StrikeThrough") == "1" and "Style" in self.path:
            self.struck.add(self.style)

    def _numberformat(self, given: dict[str, str]) -> None:
        self.formats[self.style] = given.get("Format", "")

    def _row(self, given: dict[str, str]) -> None:
        self.row = int(given["Index"]) - 1 if "Index" in given else self.row + 1
        self.row_style, self.column = given.get("StyleID", ""), -1
        self.width = 0
        if given.get("Hidden") == "1":
            self.sheets[-1].hidden_rows.append(self.row)

    def _cell(self, given: dict[str, str]) -> None:
        self.column = int(given["Index"]) - 1 if "Index" in given else self.column + self.width + 1
        self.width, self.height = int(given.get("MergeAcross", 0)), int(given.get("MergeDown", 0))
        self.cell_style = given.get("StyleID", self.row_style)
        self.formula = "Formula" in given
        self.kind, self.text = "", [""]
        if self.height:
            area = Area(self.row, self.column, self.row + self.height, self.column + self.width)
            self.sheets[-1].merge(area)

    def _data(self, given: dict[str, str] | str) -> None:
        if "Comment" in self.path:  # a note on the cell has a Data of its own
            return
        if isinstance(given, str):
            if "Data" in self.path or self.path[-1] == "Visible":
                raised = ("Sup" in self.path) - ("Sub" in self.path)
                self.text.append(run_text(given, raised=raised, is_struck="S" in self.path))
        else:
            self.kind, self.text = given.get("Type", "String"), [""]

    def _end(self, name: str) -> None:
        self.path.pop()
        local, text = name.rpartition(":")[2], "".join(self.text)
        if local == "Visible" and self.sheets:
            self.sheets[-1].is_hidden = text.strip() in ("SheetHidden", "SheetVeryHidden")
        elif local == "Cell" and (text or self.formula):
            shown_text, kind = self._shown(text)
            is_struck = self.cell_style in self.struck
            self.sheets[-1].put(self.row, self.column, shown_text, CellKind.STRUCK if is_struck else kind)

    def _shown(self, text: str) -> tuple[str, CellKind]:
        if not text:
            return ("", CellKind.TEXT) if self.kind == "String" else ("=", CellKind.NO_RESULT)
        if self.kind == "Number":
            return shown(float(text), kind_of(-1, self._format(self.cell_style)), is_1904=False)
        if self.kind == "DateTime":
            return iso_cell(text)
        if self.kind == "Boolean":
            return ("TRUE" if text == "1" else "FALSE"), CellKind.BOOLEAN
        return text, CellKind.ERROR if self.kind == "Error" else CellKind.TEXT

    def _format(self, style: str) -> str:
        while style and style not in self.formats:
            style = self.parents.pop(style, "")
        code = self.formats.get(style, "General")
        return _NAMED.get(code, code) or "General"
