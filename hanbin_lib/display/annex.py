"""Tables as data, for the Excel annex: the same cells that the page and the PDF print."""

from typing import Any

from hanbin_lib.display.escaping import visible
from hanbin_lib.display.model import BarCell, Cell, Columns, Display, Figure, RangeCell, Strong, Table


def tables_of(display: Display) -> list[dict[str, Any]]:
    """The tables of one object, those that stand side by side among them.

    Returns
    -------
    list of dict
        ``title, unit_line``; ``columns`` (``heading, align``); ``rows`` of cells (``text``, and
        of a figure its ``reference``); ``emphasis`` (numbers of rows in red wash); ``totals``
        (how many rows at the end).
    """
    if isinstance(display, Columns):
        return [table for item in display.items for table in tables_of(item)]
    return [_data(display)] if isinstance(display, Table) else []


def _data(table: Table) -> dict[str, Any]:
    return {
        "title": visible(table.title),
        "unit_line": visible(table.unit_line),
        "columns": [{"heading": visible(c.heading), "align": c.align} for c in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
        "emphasis": sorted(table.emphasis),
        "totals": table.totals,
    }


def _cell(cell: Cell) -> dict[str, str]:
    if isinstance(cell, BarCell | RangeCell):
        cell = cell.figure
    if isinstance(cell, Strong) and len(cell.parts) == 1:
        return _cell(cell.parts[0])
    text = visible(str(cell))
    return (
        {"text": text, "reference": visible(cell.reference)} if isinstance(cell, Figure) else {"text": text}
    )
