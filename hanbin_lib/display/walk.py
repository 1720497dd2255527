"""Inside a display object: its figures, words, tables and charts; a table as data, for the Excel annex."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from hanbin_lib.display.model import BarCell, Cell, Chart, Column, Columns, Display, RangeCell, Table
from hanbin_lib.display.text import Figure, Phrase, Shown, Strong, Text, visible

_NO_WORDS = {"svg", "narrow"}


def shown_in(value: Any) -> Iterator[Shown]:
    """Every figure and phrase, in order."""
    if isinstance(value, Figure | Phrase):
        yield value
    else:
        for inside in _inside(value):
            yield from shown_in(inside)


def texts_of(value: Any) -> Iterator[str]:
    """Every text that some reader sees, figures as they are printed; of a drawing its own texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Figure | Phrase):
        yield value.text
    else:
        for inside in _inside(value):
            yield from texts_of(inside)
    if isinstance(value, Chart):
        yield from value.words


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list):
        yield from value
    else:
        for name in _names(value.__class__):
            yield getattr(value, name)


@cache
def _names(kind: "type[Any]") -> tuple[str, ...]:
    """Fields of a display object in which a reader may find something; none of what is no such object."""
    return tuple(one.name for one in fields(kind) if one.name not in _NO_WORDS) if is_dataclass(kind) else ()


def tables_of(display: Display) -> list[Table]:
    """The tables of one object, those that stand side by side among them."""
    if isinstance(display, Columns):
        return [table for item in display.items for table in tables_of(item)]
    return [display] if isinstance(display, Table) else []


def charts_of(display: Display) -> list[Chart]:
    """The charts of one object, those that stand side by side among them."""
    if isinstance(display, Columns):
        return [chart for item in display.items for chart in charts_of(item)]
    return [display] if isinstance(display, Chart) else []


def table_data(table: Table) -> dict[str, Any]:
    """One table by columns.

    Returns
    -------
    dict
        ``title, unit_line``; ``size`` (how many rows); ``columns``, each with ``heading``,
        ``align``, its ``cells`` (words, figures and phrases, without drawing and weight) and their
        ``texts``; ``emphasis`` (numbers of rows in red wash); ``totals`` (how many rows at the end).
    """
    return {
        "title": visible(table.title),
        "unit_line": visible(table.unit_line),
        "size": len(table.rows),
        "columns": [_column(c, [row[n] for row in table.rows]) for n, c in enumerate(table.columns)],
        "emphasis": sorted(table.emphasis),
        "totals": table.totals,
    }


def _column(column: Column, cells: list[Cell]) -> dict[str, Any]:
    inside = [_cell_content(cell) for cell in cells]
    return {
        "heading": visible(column.heading),
        "align": column.align,
        "texts": [visible(str(cell)) for cell in inside],
        "cells": inside,
    }


def _cell_content(cell: Cell) -> Text:
    """The words or the figure of a cell, without its drawing and weight."""
    if isinstance(cell, BarCell | RangeCell):
        return cell.figure
    if isinstance(cell, Strong) and len(cell.parts) == 1:
        return _cell_content(cell.parts[0])
    return cell
