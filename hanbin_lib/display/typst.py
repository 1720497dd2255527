"""Printing display objects as calls of the functions in ``bulletin.typ``."""

from collections.abc import Iterable
from functools import singledispatch
from urllib.parse import quote

from hanbin_lib.display.html import sparkline, split_unit
from hanbin_lib.display.model import (
    AnnexTable,
    BarCell,
    Cell,
    Chart,
    Columns,
    Decisions,
    Definitions,
    DefinitionTable,
    Heading,
    Imprint,
    KeyFigure,
    KeyFigures,
    Masthead,
    Missing,
    Paragraph,
    RangeCell,
    Strip,
    Table,
    Volume,
)
from hanbin_lib.display.text import Figure, Phrase, Strong, Text, typst_string


@singledispatch
def to_typst(display: object) -> str:
    """Typst code (code mode, without ``#``) of one display object."""
    raise TypeError(f"no Typst for {type(display).__name__}")


def inline(parts: tuple[Text, ...]) -> str:
    """Typst array of words and figures."""
    return array(_inline(part) for part in parts)


def array(items: Iterable[object]) -> str:
    """A Typst array; the trailing comma keeps one item an array."""
    return "(" + "".join(f"{item}, " for item in items) + ")"


def _linked(parts: tuple[Text, ...]) -> str:
    """Array of words and figures; a figure leads to its definition where the document prints it."""
    return array(
        f"to-definition({typst_string(part.key)}, {_inline(part)})"
        if isinstance(part, Figure | Phrase)
        else _inline(part)
        for part in parts
    )


def _inline(part: Text) -> str:
    if isinstance(part, Figure | Phrase):
        text = typst_string(part.text)
        return text if part.may_break else f"figure-text({text})"
    if isinstance(part, Strong):
        return f"strong-text({inline(part.parts)})"
    return typst_string(part)


def _call(function: str, /, **arguments: str) -> str:
    given = ", ".join(f"{key.replace('_', '-')}: {value}" for key, value in arguments.items())
    return f"{function}({given})"


def _optional(value: Text | Paragraph | None) -> str:
    if value is None:
        return "none"
    return inline(value.parts) + ".join()" if isinstance(value, Paragraph) else _inline(value)


@to_typst.register
def _(display: Paragraph) -> str:
    return _call("paragraph", parts=_linked(display.parts), style=typst_string(display.style))


@to_typst.register
def _(display: KeyFigures) -> str:
    return _call("key-figures", cards=array(_card(card) for card in display.cards))


def _card(card: KeyFigure) -> str:
    digits, unit = split_unit(card.figure)
    line = sparkline(card.trend, is_red=card.light == "act")
    return _call(
        "",
        label=typst_string(card.label),
        key=typst_string(card.figure.key),
        digits=typst_string(digits),
        unit=typst_string(unit),
        change=_optional(card.change),
        aside=_optional(card.aside),
        trend=_bytes(line) if line else "none",
        light=typst_string(card.light or ""),
    )


def _bytes(svg: str) -> str:
    """SVG is our own drawing: only quoting is needed, nothing is dropped."""
    return 'bytes("' + svg.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '")'


@to_typst.register
def _(display: Decisions) -> str:
    items = array(
        _call("", ask=inline(i.ask), detail=inline(i.detail), section=typst_string(i.section))
        for i in display.items
    )
    return _call(
        "decisions",
        title=typst_string(display.title),
        items=items,
        fallback=typst_string(display.none),
    )


@to_typst.register
def _(display: Table) -> str:
    return _table(display)


@to_typst.register
def _(display: DefinitionTable) -> str:
    return _table(display, keys=array(typst_string(key) for key in display.keys))


def _table(display: Table, **more: str) -> str:
    columns = array(
        _call(
            "",
            heading=typst_string(c.heading),
            align=c.align,
            width=f"{c.width_mm:g}mm" if c.width_mm else "auto",
        )
        for c in display.columns
    )
    rows = array(
        array(_cell(cell, is_red=number in display.emphasis) for cell in row)
        for number, row in enumerate(display.rows)
    )
    return _call(
        "data-table",
        title=typst_string(display.title),
        unit_line=typst_string(display.unit_line),
        columns=columns,
        rows=rows,
        emphasis=array(sorted(display.emphasis)),
        rule_every=str(display.rule_every),
        totals=str(display.totals),
        **more,
    )


@to_typst.register
def _(display: AnnexTable) -> str:
    return to_typst(display.line)


def _cell(cell: Cell, *, is_red: bool) -> str:
    if isinstance(cell, BarCell):
        fill = "red-tint" if is_red else "grey-4"
        return f"bar-cell({typst_string(cell.figure.text)}, {cell.share:.4f}, {fill})"
    if isinstance(cell, RangeCell):
        before = "none" if cell.before is None else f"{cell.place(cell.before):.4f}"
        places = ", ".join(f"{cell.place(rank):.4f}" for rank in (cell.low, cell.high, cell.value))
        fill = "red" if is_red else "grey-1"
        return f"range-cell({typst_string(cell.figure.text)}, {places}, {before}, {fill})"
    return _inline(cell)


@to_typst.register
def _(display: Chart) -> str:
    return _call(
        "chart",
        title=typst_string(display.title),
        unit_line=typst_string(display.unit_line),
        drawing=_bytes(display.svg),
        alt=typst_string(display.alt),
        source=typst_string(display.source),
        width=f"{display.width_mm:g}mm",
    )


@to_typst.register
def _(display: Columns) -> str:
    return _call(
        "side-by-side",
        items=array(to_typst(item) for item in display.items),
        widths=array(f"{width:g}mm" for width in display.widths),
    )


@to_typst.register
def _(display: Definitions) -> str:
    items = array(array((typst_string(term), inline(parts))) for term, parts in display.items)
    return _call("definitions", title=typst_string(display.title), items=items)


@to_typst.register
def _(display: Strip) -> str:
    items = array(
        array((typst_string(sign), typst_string(label), typst_string(figure.text)))
        for sign, label, figure in display.items
    )
    return _call("strip", items=items)


@to_typst.register
def _(display: Missing) -> str:
    return _call("missing", title=typst_string(display.title), reason=typst_string(display.reason))


@to_typst.register
def _(display: Heading) -> str:
    file = typst_string(quote(display.see_file))
    return _call("chapter", text=typst_string(display.text), see=typst_string(display.see), file=file)


@to_typst.register
def _(display: Volume) -> str:
    return _call("volume", title=typst_string(display.title))


@to_typst.register
def _(display: Masthead) -> str:
    return _call(
        "masthead",
        name=typst_string(display.bulletin_name),
        issuer=typst_string(display.issuer),
        issue=typst_string(display.issue_label),
        date=typst_string(display.date_label),
        number=typst_string(display.document_number or ""),
    )


@to_typst.register
def _(display: Imprint) -> str:
    return _call(
        "imprint",
        report_to=typst_string(display.report_to),
        issuer=typst_string(display.issuer),
        date=typst_string(display.date_label),
        record=typst_string(display.record),
    )
