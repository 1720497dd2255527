"""Three-line tables of the Word edition: real tables, their head repeated on every page."""

import unicodedata
from copy import copy
from typing import Any

from hanbin_lib.rendering.word.layout import TEXT_WIDTH_MM
from hanbin_lib.rendering.word.markup import border, element, text_run, twips
from hanbin_lib.rendering.word.styles import SONGTI, set_faces

_WASH, _RED, _RULE = "FBF3F2", "B5202A", "D3D1CC"
_THICK, _THIN, _HAIR = 12, 4, 2  # eighths of a point
_MOST_AT_FULL_SIZE = 7  # columns; more are set smaller
_SIZE, _SMALL_SIZE = 18, 16  # half points
_INSETS = (("top", 34), ("left", 60), ("bottom", 34), ("right", 60))  # twips
_LEAST_WIDTH = 5.0  # characters
_HEAD_SHARE = 0.55  # a heading may break in two lines


def table_element(table: dict[str, Any], caption: str) -> Any:
    """``w:tbl`` of a table by columns (`display.annex.table_data`)."""
    widths = _widths(table["columns"])
    size = _SIZE if len(widths) <= _MOST_AT_FULL_SIZE else _SMALL_SIZE
    made = element(
        "tbl", _properties(caption), element("tblGrid", *[element("gridCol", w=w) for w in widths])
    )
    head = [_cell(c["heading"], c["align"], w, size) for c, w in zip(table["columns"], widths, strict=True)]
    lines = element("tcBorders", border("top", _THICK), border("bottom", _THIN))
    made.append(_row(head, lines, is_head=True))
    for number in range(table["size"]):
        made.append(_body_row(table, number, widths, size))
    return made


def _properties(caption: str) -> Any:
    look = element(
        "tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1
    )
    return element(
        "tblPr",
        element("tblW", w=5000, type="pct"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *[element(s, w=w, type="dxa") for s, w in _INSETS]),
        look,
        element("tblCaption", val=caption),
    )


def _body_row(table: dict[str, Any], number: int, widths: list[int], size: int) -> Any:
    is_red = number in table["emphasis"]
    totals_from = table["size"] - table["totals"]
    is_total = number >= totals_from
    cells = [
        _cell(
            column["texts"][number],
            column["align"],
            width,
            size,
            fill=_WASH if is_red else "",
            is_bold=is_total or (is_red and place == 0),
            colour=_RED if is_red and place == 0 else "",
        )
        for place, (column, width) in enumerate(zip(table["columns"], widths, strict=True))
    ]
    is_last = number == table["size"] - 1
    top = _THIN if is_total and number == totals_from else 0
    lines = element("tcBorders")
    if top:
        lines.append(border("top", top))
    lines.append(border("bottom", _THICK) if is_last else border("bottom", _HAIR, _RULE))
    return _row(cells, lines)


def _row(cells: list[Any], lines: Any, *, is_head: bool = False) -> Any:
    """A row that no page breaks; each cell gets its own copy of the lines."""
    properties = element("trPr", element("cantSplit"))
    if is_head:
        properties.append(element("tblHeader"))
    for cell in cells:
        cell.find(f"{{{cell.nsmap['w']}}}tcPr").insert(1, _copy(lines))
    return element("tr", properties, *cells)


def _copy(lines: Any) -> Any:
    return element("tcBorders", *[copy(line) for line in lines])


def _cell(
    text: str, align: str, width: int, size: int, *, fill: str = "", is_bold: bool = False, colour: str = ""
) -> Any:
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if fill:
        properties.append(element("shd", val="clear", color="auto", fill=fill))
    properties.append(element("vAlign", val="center"))
    layout = element(
        "pPr", element("pStyle", val="表格"), element("jc", val="end" if align == "right" else "start")
    )
    return element("tc", properties, element("p", layout, text_run(text, *_look(size, is_bold, colour))))


def _look(size: int, is_bold: bool, colour: str) -> list[Any]:
    look = element("rPr")
    set_faces(look, SONGTI)
    parts = list(look)
    if is_bold:
        parts.append(element("b"))
    if colour:
        parts.append(element("color", val=colour))
    return [*parts, element("sz", val=size), element("szCs", val=size)]


def _widths(columns: list[dict[str, Any]]) -> list[int]:
    """Twips of each column: by its longest text, together as wide as the type area."""
    wanted = [_wanted(column) for column in columns]
    whole = twips(TEXT_WIDTH_MM)
    widths = [round(whole * one / sum(wanted)) for one in wanted]
    return [*widths[:-1], whole - sum(widths[:-1])]


def _wanted(column: dict[str, Any]) -> float:
    longest = max((_length(text) for text in column["texts"]), default=0)
    return max(_LEAST_WIDTH, min(longest, 40.0) + 1.5, _length(column["heading"]) * _HEAD_SHARE + 1.5)


def _length(text: str) -> float:
    """In half characters, as a line of print counts."""
    return float(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text))
