"""Printing display objects as HTML."""

import math
from functools import cache, singledispatch
from importlib.resources import files

from hanbin_lib.display.model import (
    AnnexTable,
    BarCell,
    Cell,
    Chart,
    Column,
    Columns,
    Decision,
    Decisions,
    Definitions,
    Heading,
    Imprint,
    KeyFigure,
    KeyFigures,
    Masthead,
    Missing,
    Paragraph,
    RangeCell,
    Report,
    Strip,
    Table,
    Volume,
)
from hanbin_lib.display.text import Figure, Phrase, Shown, Strong, Text, html_text

LIGHTS = {"steady": ("○", "平稳"), "watch": ("▲", "关注"), "act": ("■", "处置")}
# The house's ink and red, and the wash behind what is red; the style sheets say the same.
INK, RED, WASH = "#1F1F1F", "#B5202A", "#FBF3F2"
_BAR_EM = 5  # the longest bar of a column
_WIDTH, _HEIGHT, _MARGIN = 66.0, 22.0, 3.0


@cache
def style_sheet() -> str:
    """The style of the fragments, shared by JupyterLab and the page."""
    return files("hanbin_lib.display").joinpath("style.css").read_text(encoding="utf-8")


class Links:
    """Where the figures of a page lead, and that they carry their address; these lead nowhere."""

    def address(self, part: Shown) -> str:
        """Return the attribute that keeps where a figure comes from."""
        return f' value="{html_text(part.source)}"'

    def around(self, part: Shown, inner: str) -> str:
        """HTML of a figure, or of a phrase, with its link around it."""
        del part
        return inner


NOWHERE = Links()


@singledispatch
def to_html(display: object, links: Links = NOWHERE) -> str:
    """HTML of one display object, without style sheet."""
    del links
    raise TypeError(f"no HTML for {type(display).__name__}")


def inline(parts: tuple[Text, ...], links: Links) -> str:
    """HTML of words and figures; a figure carries its address."""
    return "".join(_inline(part, links) for part in parts)


def _inline(part: Text, links: Links) -> str:
    if isinstance(part, Figure | Phrase):
        css = ' class="hb-long"' if part.may_break else ""
        inner = links.around(part, html_text(part.text))
        return f"<data{css}{links.address(part)}>{inner}</data>"
    if isinstance(part, Strong):
        return f"<strong>{inline(part.parts, links)}</strong>"
    return html_text(part)


@to_html.register
def _(display: Paragraph, links: Links = NOWHERE) -> str:
    return f'<p class="hb-{display.style}">{inline(display.parts, links)}</p>'


@to_html.register
def _(display: KeyFigures, links: Links = NOWHERE) -> str:
    return f'<div class="hb-cards">{"".join(_card(card, links) for card in display.cards)}</div>'


def _card(card: KeyFigure, links: Links) -> str:
    light = ""
    if card.light:
        shape, word = LIGHTS[card.light]
        light = (
            f'<span class="hb-light hb-{card.light}"><span aria-hidden="true">{shape}</span> {word}</span>'
        )
    alert = " hb-alert" if card.light == "act" else ""
    line = sparkline(card.trend, is_red=card.light == "act")
    change = inline(card.change.parts, links) if card.change else ""
    aside = _inline(card.aside, links) if card.aside else ""
    return (
        f'<div class="hb-card{alert}"><div class="hb-row"><span>{html_text(card.label)}</span>{light}</div>'
        f'<div class="hb-row hb-big"><data{links.address(card.figure)}>'
        f'{links.around(card.figure, _large(card.figure))}</data><span aria-hidden="true">{line}</span></div>'
        f'<div class="hb-row hb-small"><span>{change}</span><span>{aside}</span></div></div>'
    )


def _large(figure: Shown) -> str:
    """Digits in large type, the unit small behind them."""
    digits, unit = split_unit(figure)
    return f"<b>{html_text(digits)}</b><small>{html_text(unit)}</small>"


def split_unit(figure: Shown) -> tuple[str, str]:
    """Digits and unit of a figure: ``5408``, ``户``; a phrase is whole."""
    if isinstance(figure, Phrase):
        return figure.text, ""
    written = figure.written
    return f"{written.sign}{written.digits}", written.unit


@to_html.register
def _(display: Decisions, links: Links = NOWHERE) -> str:
    if display.items:
        items = "".join(
            f"<li><strong>{inline(item.ask, links)}</strong>{inline(item.detail, links)}{_see(item)}</li>"
            for item in display.items
        )
        body = f"<ol>{items}</ol>"
    else:
        body = f"<p>{html_text(display.none)}</p>"
    return f'<section class="hb-decisions"><h2>{html_text(display.title)}</h2>{body}</section>'


def _see(item: Decision) -> str:
    """Where to read on, in a document that has chapters."""
    if not item.section:
        return ""
    return f'<a class="hb-see" href="#chapter-{html_text(item.anchor)}">见{html_text(item.section)}</a>'


@to_html.register
def whole_table(display: Table, links: Links = NOWHERE) -> str:
    """HTML of a table with all its rows, be it for the annex only or not."""
    head = "".join(
        f'<th scope="col" class="hb-{c.align}">{html_text(c.heading)}</th>' for c in display.columns
    )
    body = "".join(_table_row(display, number, links) for number in range(len(display.rows)))
    return (
        f'<div class="hb-scroll" tabindex="0" role="region" aria-label="{html_text(display.title)}">'
        f'<table class="hb-table"><caption><b>{html_text(display.title)}</b>'
        f"<small>{html_text(display.unit_line)}</small></caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


@to_html.register
def _(display: AnnexTable, links: Links = NOWHERE) -> str:
    return to_html(display.line, links)


def _table_row(table: Table, number: int, links: Links) -> str:
    classes = []
    if number in table.emphasis:
        classes.append("hb-red")
    if number >= len(table.rows) - table.totals:
        classes.append("hb-total")
    elif (number + 1) % table.rule_every == 0:
        classes.append("hb-rule")
    cells = "".join(
        _cell(column, cell, links, is_head=not n)
        for n, (column, cell) in enumerate(zip(table.columns, table.rows[number], strict=True))
    )
    attribute = f' class="{" ".join(classes)}"' if classes else ""
    return f"<tr{attribute}>{cells}</tr>"


def _cell(column: Column, cell: Cell, links: Links, *, is_head: bool) -> str:
    tag, scope = ("th", ' scope="row"') if is_head else ("td", "")
    content = _content(cell, links)
    return f'<{tag}{scope} class="hb-{column.align}">{content}</{tag}>'


def _content(cell: Cell, links: Links) -> str:
    if isinstance(cell, BarCell):
        return _bar(cell, links)
    return _range(cell, links) if isinstance(cell, RangeCell) else _inline(cell, links)


def _range(cell: RangeCell, links: Links) -> str:
    """Drawn on a scale of 100 by 12."""
    low, high, now = (2 + 96 * cell.place(rank) for rank in (cell.low, cell.high, cell.value))
    ring = ""
    if cell.before is not None:
        ring = f'<circle cx="{2 + 96 * cell.place(cell.before):.1f}" cy="6" r="2.6" class="hb-ring"/>'
    return (
        f'<span class="hb-bar"><span>{_inline(cell.figure, links)}</span>'
        f'<svg class="hb-range" viewBox="0 0 100 12" aria-hidden="true">'
        f'<rect x="{low:.1f}" y="4.8" width="{high - low:.1f}" height="2.4"/>{ring}'
        f'<circle cx="{now:.1f}" cy="6" r="2.8"/></svg></span>'
    )


def _bar(cell: BarCell, links: Links) -> str:
    return (
        f'<span class="hb-bar"><span>{_inline(cell.figure, links)}</span>'
        f'<i aria-hidden="true" style="width:{cell.share * _BAR_EM:.2f}em;'
        f'margin-right:{(1 - cell.share) * _BAR_EM:.2f}em"></i></span>'
    )


@to_html.register
def _(display: Chart, _links: Links = NOWHERE) -> str:
    drawn = display.svg
    if display.narrow:
        drawn = f'<div class="hb-broad">{drawn}</div><div class="hb-narrow">{display.narrow}</div>'
    drawing = f'<div role="img" aria-label="{html_text(display.alt)}">{drawn}</div>'
    source = f'<p class="hb-source">{html_text(display.source)}</p>' if display.source else ""
    return (
        f'<figure class="hb-chart"><figcaption><b>{html_text(display.title)}</b>'
        f"<small>{html_text(display.unit_line)}</small></figcaption>"
        f"{drawing}{source}</figure>"
    )


@to_html.register
def _(display: Columns, links: Links = NOWHERE) -> str:
    parts = "".join(
        f'<div style="flex:{width:g} 1 {width * 2.6:g}px">{to_html(item, links)}</div>'
        for item, width in zip(display.items, display.widths, strict=True)
    )
    return f'<div class="hb-columns">{parts}</div>'


@to_html.register
def _(display: Definitions, links: Links = NOWHERE) -> str:
    items = "".join(
        f"<dt>{html_text(term)}</dt><dd>{inline(parts, links)}</dd>" for term, parts in display.items
    )
    return f'<section class="hb-list"><h3>{html_text(display.title)}</h3><dl>{items}</dl></section>'


@to_html.register
def _(display: Strip, links: Links = NOWHERE) -> str:
    items = "".join(
        f'<span aria-hidden="true">{html_text(sign)}</span><div><small>{html_text(label)}</small>'
        f"<b>{_inline(figure, links)}</b></div>"
        for sign, label, figure in display.items
    )
    return f'<div class="hb-strip">{items}</div>'


@to_html.register
def _(display: Missing, _links: Links = NOWHERE) -> str:
    return f'<p class="hb-missing"><b>{html_text(display.title)}</b>　{html_text(display.reason)}。</p>'


@to_html.register
def _(display: Heading, _links: Links = NOWHERE) -> str:
    see = f" {_link(display.see, display.see_anchor)}" if display.see else ""
    return f'<h2 id="chapter-{html_text(display.anchor)}">{html_text(display.text)}{see}</h2>'


@to_html.register
def _(display: Volume, _links: Links = NOWHERE) -> str:
    items = "".join(f"<li>{_link(text, anchor)}</li>" for text, anchor in display.contents)
    head = f"<h2>{html_text(display.title)}</h2>"
    return f'<section class="hb-volume" id="volume">{head}<ul>{items}</ul></section>'


def _link(text: str, anchor: str) -> str:
    return f'<a class="hb-more" href="#chapter-{html_text(anchor)}">{html_text(text)}</a>'


@to_html.register
def _(display: Report, links: Links = NOWHERE) -> str:
    return "\n".join(to_html(item, links) for item in display.items)


@to_html.register
def _(display: Masthead, _links: Links = NOWHERE) -> str:
    number = f"<span>{html_text(display.document_number)}</span>" if display.document_number else ""
    return (
        f'<header class="hb-head"><div class="hb-row hb-marks"><b>{html_text(display.classification)}</b>'
        f"<span>{html_text(display.mark)}</span></div>"
        f'<p class="hb-red-head">{html_text(display.bulletin_name)}</p>'
        f'<div class="hb-row hb-issue"><span>{html_text(display.issuer)}</span>'
        f"<span>{html_text(display.issue_label)}</span>{number}<span>{html_text(display.date_label)}</span></div>"
        f"<h1>{html_text(display.title)}</h1></header>"
    )


@to_html.register
def _(display: Imprint, _links: Links = NOWHERE) -> str:
    record = f'<p class="hb-record">{html_text(display.record)}</p>' if display.record else ""
    return (
        f'<footer class="hb-imprint"><p>报：{html_text(display.report_to)}。</p><div class="hb-row">'
        f"<span>{html_text(display.issuer)}</span><span>{html_text(display.date_label)}</span></div></footer>"
        f"{record}"
    )


def sparkline(values: tuple[float | None, ...], *, is_red: bool = False) -> str:
    """SVG of the values (points; NaN or None leaves a gap), empty with fewer than two."""
    shown = [(n, value) for n, value in enumerate(values) if value is not None and not math.isnan(value)]
    known = [value for _, value in shown]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    places = {
        n: (
            _MARGIN + n * step,
            _HEIGHT / 2 if high == low else _HEIGHT - _MARGIN - (v - low) / span * (_HEIGHT - 2 * _MARGIN),
        )
        for n, v in shown
    }
    # A line begins anew after a gap; a value alone between two gaps is a round dot.
    line = " ".join(
        f"L{x:.2f},{y:.2f}" if n - 1 in places else f"M{x:.2f},{y:.2f} h0" for n, (x, y) in places.items()
    )
    end = places.get(len(values) - 1)
    dot = (
        f'<circle cx="{end[0]:.2f}" cy="{end[1]:.2f}" r="2.2" fill="{RED if is_red else INK}"/>'
        if end
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" '
        f'width="{_WIDTH:g}" height="{_HEIGHT:g}"><path d="{line}" fill="none" '
        f'stroke="#767676" stroke-width="1" stroke-linecap="round"/>{dot}</svg>'
    )
