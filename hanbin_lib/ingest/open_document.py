"""An .ods or .fods: one XML part says of every cell what it is and what it shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from hanbin_lib.ingest.containers import Container, HostileFileError, parser_of
from hanbin_lib.ingest.grid import Area, CellKind, Grid, SheetBuilder
from hanbin_lib.ingest.number_formats import iso_cell, number_text, percent_text, run_text

_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1 << 20
# Text of a note, of what is drawn over a cell (LibreOffice keeps it in the cell) and of a reading (拼音) is
# none of the cell.
_BESIDE = re.compile(r"office:annotation|text:ruby-text|draw:.+")
_PADDED = re.compile(r"0[0-9]+")  # shows more than the number: 001
_APART = 1_000
_ERROR = re.compile(r"#(N/A|DIV/0!|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:\d{3}")


def read_ods(container: Container, file: str) -> list[Grid]:
    """All sheets, hidden ones too."""
    reader = _Reader(file)
    for piece in container.pieces("content.xml"):
        reader.parser.Parse(piece, False)
    reader.parser.Parse(b"", True)
    return [sheet.grid() for sheet in reader.sheets]


def read_flat_ods(content: bytes, file: str) -> list[Grid]:
    """All sheets of a workbook that is one XML file (.fods), hidden ones too."""
    reader = _Reader(file)
    reader.parser.Parse(content, True)
    return [sheet.grid() for sheet in reader.sheets]


@dataclass(frozen=True)
class _Font:
    """What of a style changes how a text reads: above (1) or below (-1) the line, struck out."""

    raised: int = 0
    is_struck: bool = False


_PLAIN = _Font()


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.sheets: list[SheetBuilder] = []
        self.hidden_styles: set[str] = set()
        self.style_name = ""
        self.fonts: dict[str, _Font] = {}
        self.spans: list[_Font] = []
        self.row = self.rows = self.column = self.columns = 0
        self.given: dict[str, str] = {}
        self.texts: list[str] = []
        self.depth = 0
        self.parser = parser_of(self._start, self._end, self._data)

    def _start(self, name: str, given: dict[str, str]) -> None:
        start = _STARTS.get(name)
        if start is not None:
            start(self, given)
        elif _BESIDE.fullmatch(name):
            self.depth -= _APART

    def style(self, given: dict[str, str]) -> None:
        self.style_name = given.get("style:name", "")

    def table_style(self, given: dict[str, str]) -> None:
        if given.get("table:display") == "false":
            self.hidden_styles.add(self.style_name)

    def text_style(self, given: dict[str, str]) -> None:
        line = given.get("style:text-line-through-style") or given.get("style:text-line-through-type", "none")
        position = given.get("style:text-position", "").split(" ")[0]
        raised = {"super": 1, "sub": -1}.get(
            position, (position.rstrip("%") > "0") - position.startswith("-")
        )
        if raised or line != "none":  # a format of numbers has such properties too, and no name that counts
            self.fonts[self.style_name] = _Font(raised, is_struck=line != "none")

    def span(self, given: dict[str, str]) -> None:
        self.spans.append(self.fonts.get(given.get("text:style-name", ""), _PLAIN))

    def table(self, given: dict[str, str]) -> None:
        hidden = given.get("table:style-name", "") in self.hidden_styles
        self.sheets.append(SheetBuilder(self.file, given.get("table:name", ""), is_hidden=hidden))
        self.row = self.rows = self.columns = 0

    def table_column(self, given: dict[str, str]) -> None:
        repeated = min(int(given.get("table:number-columns-repeated", 1)), _MOST_COLUMNS)
        if given.get("table:visibility") in ("collapse", "filter"):
            self.sheets[-1].hidden_columns += range(self.columns, self.columns + repeated)
        self.columns += repeated

    def table_row(self, given: dict[str, str]) -> None:
        self.row += self.rows
        self.rows, self.column = int(given.get("table:number-rows-repeated", 1)), 0
        if given.get("table:visibility") in ("collapse", "filter"):
            self.sheets[-1].hidden_rows += range(self.row, self.row + min(self.rows, _MOST_ROWS))

    def table_cell(self, given: dict[str, str]) -> None:
        self.given, self.texts = given, []

    def paragraph(self, _: dict[str, str]) -> None:
        self.new_line({})
        self.depth += 1

    def new_line(self, _: dict[str, str]) -> None:
        if self.texts and self.depth >= 0:
            self.texts.append("\n")

    def spaces(self, given: dict[str, str]) -> None:
        if self.depth > 0:
            self.texts.append(" " * min(int(given.get("text:c", 1)), 1000))

    def _end(self, name: str) -> None:
        if name == "text:p":
            self.depth -= 1
        elif name == "text:span":
            self.spans.pop()
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell()
        elif _BESIDE.fullmatch(name):
            self.depth += _APART

    def _data(self, text: str) -> None:
        if self.depth > 0:
            raised = next((font.raised for font in self.spans if font.raised), 0)
            struck = any(font.is_struck for font in self.spans)
            self.texts.append(run_text(text, raised=raised, is_struck=struck))

    def _cell(self) -> None:
        repeated = int(self.given.get("table:number-columns-repeated", 1))
        found = self._shown("".join(self.texts))
        if found and self.fonts.get(self.given.get("table:style-name", ""), _PLAIN).is_struck:
            found = found[0], CellKind.STRUCK
        if found is not None:
            if repeated > _MOST_COLUMNS or self.rows > _MOST_ROWS or repeated * self.rows > _MOST_ROWS:
                raise HostileFileError("同一个单元格重复得太多")
            for row in range(self.row, self.row + self.rows):
                for column in range(self.column, self.column + repeated):
                    self.sheets[-1].put(row, column, *found)
        height = int(self.given.get("table:number-rows-spanned", 1))
        width = int(self.given.get("table:number-columns-spanned", 1))
        if height > 1:
            area = Area(self.row, self.column, self.row + height - 1, self.column + width - 1)
            self.sheets[-1].merge(area)
        self.column += repeated

    def _shown(self, text: str) -> tuple[str, CellKind] | None:
        kind = self.given.get("office:value-type")
        if "table:formula" in self.given:
            if kind is None:
                return "=", CellKind.NO_RESULT
            if _ERROR.fullmatch(text.strip()):
                return text.strip(), CellKind.ERROR
        value = self.given.get(f"office:{_ATTRIBUTES.get(kind or '', 'value')}", "")
        if kind == "float" and _PADDED.fullmatch(text):
            return number_text(float(value)), CellKind.DRESSED
        if kind in _VALUES:
            return _VALUES[kind](value)
        text = text or self.given.get("office:string-value", "")  # its paragraphs may be left out
        return (text, CellKind.TEXT) if text else None


def _clock(duration: str) -> tuple[str, CellKind]:
    match = _DURATION.fullmatch(duration)
    if match is None:
        return duration, CellKind.TEXT
    return f"{int(match[1]):02d}:{int(match[2]):02d}:{int(match[3]):02d}", CellKind.TIME


def _percent(value: str) -> tuple[str, CellKind]:
    return percent_text(float(value)), CellKind.PERCENT


def _number(value: str) -> tuple[str, CellKind]:
    return number_text(float(value)), CellKind.NUMBER


def _boolean(value: str) -> tuple[str, CellKind]:
    return ("TRUE" if value == "true" else "FALSE"), CellKind.BOOLEAN


_ATTRIBUTES = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}
_VALUES: dict[str, Callable[[str], tuple[str, CellKind]]] = {
    "percentage": _percent,
    "float": _number,
    "currency": _number,
    "date": iso_cell,
    "time": _clock,
    "boolean": _boolean,
}
_STARTS: dict[str, Callable[[_Reader, dict[str, str]], None]] = {
    "style:style": _Reader.style,
    "style:table-properties": _Reader.table_style,
    "style:text-properties": _Reader.text_style,
    "text:span": _Reader.span,
    "table:table": _Reader.table,
    "table:table-column": _Reader.table_column,
    "table:table-row": _Reader.table_row,
    "table:table-cell": _Reader.table_cell,
    "table:covered-table-cell": _Reader.table_cell,
    "text:p": _Reader.paragraph,
    "text:s": _Reader.spaces,
    "text:tab": _Reader.spaces,
    "text:line-break": _Reader.new_line,
}
