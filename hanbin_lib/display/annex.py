"""Tables as data, for the Excel annex: the same cells that the page and the PDF print."""

from typing import Any

from hanbin_lib.display.escaping import visible
from hanbin_lib.display.model import (
    BarCell,
    Cell,
    Column,
    Columns,
    Display,
    Figure,
    RangeCell,
    Strong,
    Table,
    Text,
)


def tables_of(display: Display) -> list[dict[str, Any]]:
    """The tables of one object, those that stand side by side among them.

    Returns
    -------
    list of dict
        ``title, unit_line``; ``size`` (how many rows); ``columns``, each with ``heading``,
        ``align``, and of its cells the ``texts`` and the ``references`` (empty where the cell is
        no figure); ``emphasis`` (numbers of rows in red wash); ``totals`` (how many rows at the
        end). By columns: a notebook is copied by every exporter, and lists of plain text copy
        faster than as many small objects.
    """
    if isinstance(display, Columns):
        return [table for item in display.items for table in tables_of(item)]
    return [table_data(display)] if isinstance(display, Table) else []


def table_data(table: Table) -> dict[str, Any]:
    """One table by columns, see `tables_of`."""
    return {
        "title": visible(table.title),
        "unit_line": visible(table.unit_line),
        "size": len(table.rows),
        "columns": [_column(c, [row[n] for row in table.rows]) for n, c in enumerate(table.columns)],
        "emphasis": sorted(table.emphasis),
        "totals": table.totals,
    }


def _column(column: Column, cells: list[Cell]) -> dict[str, Any]:
    inside = [_inside(cell) for cell in cells]
    return {
        "heading": visible(column.heading),
        "align": column.align,
        "texts": [visible(str(cell)) for cell in inside],
        "references": [visible(c.reference) if isinstance(c, Figure) else "" for c in inside],
    }


def _inside(cell: Cell) -> Text:
    """The words or the figure of a cell, without its drawing and weight."""
    if isinstance(cell, BarCell | RangeCell):
        return cell.figure
    if isinstance(cell, Strong) and len(cell.parts) == 1:
        return _inside(cell.parts[0])
    return cell
