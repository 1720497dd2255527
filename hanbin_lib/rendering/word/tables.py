"""Three-line tables of the Word edition: real tables, their head repeated on every page."""

from copy import deepcopy
from functools import lru_cache
from typing import Any, NamedTuple

from hanbin_lib.charts.style import GREY_4
from hanbin_lib.display.html import RED, WASH
from hanbin_lib.rendering.office_files import width_of
from hanbin_lib.rendering.word.layout import SONGTI, set_faces
from hanbin_lib.rendering.word.markup import INK, border, element, text_run, twips

_WASH, _RED, _RULE = (colour[1:] for colour in (WASH, RED, GREY_4))
_THICK, _THIN, _HAIR = 12, 4, 2  # eighths of a point
_MOST_AT_FULL_SIZE = 7  # columns; more are set smaller
_SIZE, _SMALL_SIZE = 18, 16  # half points
_INSETS = (("top", 34), ("left", 60), ("bottom", 34), ("right", 60))  # twips
_LEAST_WIDTH = 5.0  # characters
_HEAD_SHARE = 0.55  # a heading may break in two lines


class _Look(NamedTuple):
    """How a cell looks; many cells of a document look alike."""

    style: str | None
    size: int
    align: str = "left"
    width: int = 0
    lines: tuple[tuple[str, int, str], ...] = ()
    fill: str = ""
    is_bold: bool = False
    colour: str = ""


def table_element(table: dict[str, Any], caption: str, width_mm: float, style: str | None) -> Any:
    """``w:tbl`` of a table by columns (`display.tree.table_data`), its paragraphs of that style."""
    widths = _widths(table["columns"], width_mm)
    size = _SIZE if len(widths) <= _MOST_AT_FULL_SIZE else _SMALL_SIZE
    plain = _Look(style, size)
    made = element(
        "tbl", _properties(caption), element("tblGrid", *[element("gridCol", w=w) for w in widths])
    )
    lines = (("top", _THICK, INK), ("bottom", _THIN, INK))
    head = [
        _cell(c["heading"], plain._replace(align=c["align"], width=w, lines=lines))
        for c, w in zip(table["columns"], widths, strict=True)
    ]
    made.append(_row(head, is_head=True))
    for number in range(table["size"]):
        made.append(_body_row(table, number, widths, plain))
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


def _body_row(table: dict[str, Any], number: int, widths: list[int], plain: _Look) -> Any:
    is_red = number in table["emphasis"]
    totals_from = table["size"] - table["totals"]
    is_total = number >= totals_from
    is_last = number == table["size"] - 1
    top = (("top", _THIN, INK),) if is_total and number == totals_from else ()
    lines = (*top, ("bottom", _THICK, INK) if is_last else ("bottom", _HAIR, _RULE))
    cells = [
        _cell(
            column["texts"][number],
            plain._replace(
                align=column["align"],
                width=width,
                lines=lines,
                fill=_WASH if is_red else "",
                is_bold=is_total or (is_red and place == 0),
                colour=_RED if is_red and place == 0 else "",
            ),
        )
        for place, (column, width) in enumerate(zip(table["columns"], widths, strict=True))
    ]
    return _row(cells)


def _row(cells: list[Any], *, is_head: bool = False) -> Any:
    """A row that no page breaks."""
    properties = element("trPr", element("cantSplit"))
    if is_head:
        properties.append(element("tblHeader"))
    return element("tr", properties, *cells)


def _cell(text: str, look: _Look) -> Any:
    cell = deepcopy(_empty_cell(look))
    words = cell[-1][-1][-1]  # the cell's paragraph, its run, its text
    words.text = text
    return cell


@lru_cache(maxsize=1024)
def _empty_cell(look: _Look) -> Any:
    lines = element("tcBorders", *[border(*line) for line in look.lines])
    properties = element("tcPr", element("tcW", w=look.width, type="dxa"), lines)
    if look.fill:
        properties.append(element("shd", val="clear", color="auto", fill=look.fill))
    properties.append(element("vAlign", val="center"))
    side = element("jc", val="end" if look.align == "right" else "start")
    layout = element("pPr", element("pStyle", val=look.style), side)
    run = text_run("", *_look(look.size, look.is_bold, look.colour))
    return element("tc", properties, element("p", layout, run))


def _look(size: int, is_bold: bool, colour: str) -> list[Any]:
    look = element("rPr")
    set_faces(look, SONGTI)
    parts = list(look)
    if is_bold:
        parts.append(element("b"))
    if colour:
        parts.append(element("color", val=colour))
    return [*parts, element("sz", val=size), element("szCs", val=size)]


def _widths(columns: list[dict[str, Any]], width_mm: float) -> list[int]:
    """Twips of each column: by its longest text, together as wide as the type area."""
    wanted = [_wanted(column) for column in columns]
    whole = twips(width_mm)
    widths = [round(whole * share / sum(wanted)) for share in wanted]
    return [*widths[:-1], whole - sum(widths[:-1])]


def _wanted(column: dict[str, Any]) -> float:
    longest = max((width_of(text) for text in column["texts"]), default=0)
    return max(_LEAST_WIDTH, min(longest, 40.0) + 1.5, width_of(column["heading"]) * _HEAD_SHARE + 1.5)
