"""Display objects as JSON and back: the one neutral form in which a notebook keeps what it shows.

An object is ``{"Name": [its fields in order]}`` without the defaults at the end; a tuple is an array.
Long tables are kept by columns: one of few different cells as those cells and their order, one of objects of
one kind by columns of their fields, one of addresses by columns of their parts. A list of thousands of
households repeats the names of twenty-six towns, and its figures' addresses differ in the place alone.

What JupyterLab draws is made from the object beside it (`mime_bundle`). What stands inside an object (its
figures, texts, tables and charts; a table as data, for the annex) is asked for at the end of this module.
"""

import json
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any

from hanbin_lib.display import model, numbers, text
from hanbin_lib.display.html import Links, style_sheet, to_html, whole_table
from hanbin_lib.display.model import (
    AnnexTable,
    BarCell,
    Cell,
    Chart,
    Column,
    Columns,
    Display,
    RangeCell,
    Report,
    Table,
)
from hanbin_lib.display.text import Figure, Phrase, Shown, Strong, Text, visible
from hanbin_lib.workspace import BATCH_VARIABLE

TREE = "text/vnd.hanbin.tree"
_BY_COLUMNS = 12  # rows from which a table is kept by columns
_SET, _COLUMNS, _CODED, _SAME, _EACH, _PARTS = "set", "columns", "coded", "same", "each", "parts"
_PART = "|"
_KEPT = "内容同旁边的网页（.html）；在 hanbin lab 里打开本笔记本也能看到。"
_RULE = re.compile(r"[^{}]+\{(?:[^{}]|\{[^{}]*\})*\}")
# What a selector asks for: a class, or an element that stands alone (the rest are states and media).
_ASKED = re.compile(r"\.hb-[a-z-]+|(?<![\w.:@(-])(?:h\d|[a-z]{1,10})(?![\w(:-])")
_CLASSES, _ELEMENTS = re.compile(r'class="([^"]*)"'), re.compile(r"<([a-z]+\d?)")
_NO_WORDS = {"svg", "narrow"}


def dumps(display: Display) -> str:
    """One object as compact JSON."""
    return json.dumps(_plain(display), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def loads(tree: str) -> Display:
    """The object again, equal to what it was (a number that is none comes back as None).

    Raises
    ------
    ValueError
        It is none of `dumps`.
    """
    made = _object(json.loads(tree))
    if not isinstance(made, Display):
        raise ValueError("no display object")  # noqa: TRY004 - the text is wrong, not a caller's type
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {type(value).__name__: [_plain(one) for one in _given(value)]}
    if isinstance(value, frozenset | set):
        return {_SET: sorted(value)}
    if isinstance(value, Sequence):
        return _rows(value) if _is_long(value) else [_plain(one) for one in value]
    if hasattr(value, "item"):  # numpy's scalars
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def _given(value: Any) -> list[Any]:
    """Values of the fields up to the last that is no default."""
    known = _fields_of(value.__class__)
    values = [getattr(value, one.name) for one in known]
    while values and _is_default(known[len(values) - 1].default, values[-1]):
        values.pop()
    return values


_fields_of = cache(fields)


def _is_default(default: Any, content: Any) -> bool:
    return default is not MISSING and type(content) is type(default) and content == default


def _is_long(value: Sequence[Any]) -> bool:
    rows = len(value) >= _BY_COLUMNS and all(isinstance(row, Sequence) for row in value)
    return rows and not any(isinstance(row, str) for row in value) and len({len(row) for row in value}) == 1


def _rows(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {_COLUMNS: [_column([_plain(cell) for cell in column]) for column in zip(*rows, strict=True)]}


def _column(cells: list[Any]) -> Any:
    keys = [json.dumps(cell, ensure_ascii=False) for cell in cells]
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    if len(known) == 1:
        return {_SAME: [cells[0], len(cells)]}
    if 2 * len(known) > len(cells):
        return _fields(cells) or _parts(cells) or cells
    distinct = dict(zip(keys, cells, strict=True))
    return {_CODED: [[distinct[key] for key in known], [known[key] for key in keys]]}


def _fields(cells: list[Any]) -> Any:
    """Different objects of one kind by columns of their fields; None where the cells are none."""
    kinds = {name for cell in cells for name in (cell if isinstance(cell, dict) else [""])}
    if len(kinds) > 1 or not kinds <= _classes().keys():
        return None
    (kind,) = kinds
    given = [cell[kind] for cell in cells]
    if {len(one) for one in given} != {len(given[0])} or not given[0]:
        return None
    return {_EACH: [kind, [_column(list(field)) for field in zip(*given, strict=True)]]}


def _parts(cells: list[Any]) -> Any:
    """Addresses by columns of their parts, each whole for the guard; None where the cells are none."""
    if not all(isinstance(cell, str) for cell in cells):
        return None
    split = [cell.split(_PART) for cell in cells]
    if {len(one) for one in split} != {len(split[0])} or len(split[0]) == 1:
        return None
    return {_PARTS: [_column(list(part)) for part in zip(*split, strict=True)]}


def _object(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_object(one) for one in value)
    if not isinstance(value, dict):
        return value
    ((name, content),) = value.items()
    if name in _READERS:
        return _READERS[name](content)
    if name not in _classes():
        raise ValueError(f"no display object: {name}")
    return _classes()[name](*(_object(one) for one in content))


def _side_by_side(columns: list[Any]) -> tuple[Any, ...]:
    return tuple(zip(*(_object(column) for column in columns), strict=True))


def _in_order(content: list[Any]) -> tuple[Any, ...]:
    distinct = _object(content[0])
    return tuple(distinct[number] for number in content[1])


def _of_one_kind(content: list[Any]) -> tuple[Any, ...]:
    kind = _classes()[content[0]]
    return tuple(kind(*given) for given in _side_by_side(content[1]))


_READERS: dict[str, Callable[[Any], Any]] = {
    _SET: frozenset,
    _COLUMNS: _side_by_side,
    _CODED: _in_order,
    _SAME: lambda content: (_object(content[0]),) * content[1],
    _EACH: _of_one_kind,
    _PARTS: lambda content: tuple(map(_PART.join, _side_by_side(content))),
}


@cache
def _classes() -> dict[str, Any]:
    found = [one for module in (model, numbers, text) for one in vars(module).values()]
    return {one.__name__: one for one in found if isinstance(one, type) and is_dataclass(one)}


def mime_bundle(display: Display) -> dict[str, Any]:
    """The object, and its drawing in JupyterLab, where a list for the annex is whole.

    In the batch nobody looks on: the drawing would be half of each notebook that is kept, beside the page
    that shows the same. It is made when such a notebook is opened (`lab.opened`).
    """
    tree = dumps(display)
    if os.environ.get(BATCH_VARIABLE):
        return {"text/plain": _KEPT, TREE: tree}
    parts = display.items if isinstance(display, Report) else (display,)
    drawn = "\n".join(
        whole_table(part, _IN_LAB) if isinstance(part, AnnexTable) else to_html(part, _IN_LAB)
        for part in parts
    )
    return {"text/plain": f"<{type(display).__name__}>", TREE: tree, "text/html": in_lab(display, drawn)}


class _InLab(Links):
    """The object stands beside its drawing and keeps the addresses."""

    def address(self, part: Shown) -> str:  # noqa: ARG002 - the same for all
        return ""


_IN_LAB = _InLab()


def in_lab(display: Display, drawn: str | None = None) -> str:
    """JupyterLab's drawing of an object, with as much of the style sheet as it needs."""
    fragment = to_html(display, _IN_LAB) if drawn is None else drawn
    named = {f".{name}" for names in _CLASSES.findall(fragment) for name in names.split()}
    named |= {"style", "div", *_ELEMENTS.findall(fragment)}
    rules = "".join(rule for rule in _rules() if _applies(rule, named))
    return f'<style>{rules}</style><div class="hb">{fragment}</div>'


def _applies(rule: str, named: set[str]) -> bool:
    selector, _, content = rule.partition("{")
    if selector.startswith("@media"):
        return any(_applies(inner, named) for inner in _RULE.findall(content.rpartition("}")[0]))
    return any(named.issuperset(_ASKED.findall(one)) for one in selector.split(","))


@cache
def _rules() -> tuple[str, ...]:
    return tuple(rule.strip() for rule in _RULE.findall(style_sheet()))


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
        "columns": [_column_data(c, [row[n] for row in table.rows]) for n, c in enumerate(table.columns)],
        "emphasis": sorted(table.emphasis),
        "totals": table.totals,
    }


def _column_data(column: Column, cells: list[Cell]) -> dict[str, Any]:
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
