"""Display objects as plain blocks, for the Word edition: what a writer of paragraphs needs.

What stands side by side on the page stands one below the other here, cards and strips become small
tables: an office can write notes into all of it. Sparklines, which say nothing that a number
does not, are left out.
"""

import re
from functools import singledispatch
from typing import Any

from hanbin_lib.display.html import LIGHTS
from hanbin_lib.display.model import (
    AnnexTable,
    Chart,
    Columns,
    Decisions,
    Definitions,
    Heading,
    Imprint,
    KeyFigure,
    KeyFigures,
    Masthead,
    Missing,
    Paragraph,
    Strip,
    Table,
    Volume,
)
from hanbin_lib.display.numbers import numeral
from hanbin_lib.display.text import Strong, Text, plain_text, visible
from hanbin_lib.display.tree import table_data

Block = dict[str, Any]
_NUMERAL = re.compile("[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）")


@singledispatch
def to_word(display: object) -> list[Block]:
    """Blocks of one display object, each with its ``kind``.

    Returns
    -------
    list of dict
        ``paragraph`` (``style``, ``runs``: pairs of text and whether it is bold; a point has its
        ``numeral``); ``heading`` (``level``, ``numeral``, ``text``); ``table`` (as `tree.table_data`);
        ``chart`` (``title, unit_line, source, data, svg, alt, width_mm, height_mm``); ``masthead`` and
        ``imprint`` (their fields).
    """
    raise TypeError(f"no Word for {type(display).__name__}")


def runs(parts: tuple[Text, ...], *, is_bold: bool = False) -> list[list[Any]]:
    """Pairs of text and weight; neighbours of the same weight are one."""
    joined: list[list[Any]] = []
    for part in parts:
        inside = (
            runs(part.parts, is_bold=True) if isinstance(part, Strong) else [[visible(str(part)), is_bold]]
        )
        for text, bold in inside:
            if joined and joined[-1][1] == bold:
                joined[-1][0] += text
            else:
                joined.append([text, bold])
    return joined


def paragraph(style: str, *parts: Text) -> Block:
    """A paragraph of words and figures."""
    return {"kind": "paragraph", "style": style, "runs": runs(parts)}


@to_word.register
def _(display: Paragraph) -> list[Block]:
    return [paragraph(display.style, *display.parts)]


@to_word.register
def _(display: KeyFigures) -> list[Block]:
    rows = [_card(card) for card in display.cards]
    return [_small_table("主要数字", ("指标", "本月", "较上月", "相关", "提示"), rows)]


def _card(card: KeyFigure) -> list[str]:
    change = plain_text(card.change.parts).removeprefix("较上月") if card.change else ""
    light = " ".join(LIGHTS[card.light]) if card.light else ""
    return [card.label, card.figure.text, change, str(card.aside or ""), light]


@to_word.register
def _(display: Decisions) -> list[Block]:
    items = [
        paragraph("point", Strong(one.ask), *one.detail, f"（见{one.section}）")
        | {"numeral": f"（{numeral(n)}）"}
        for n, one in enumerate(display.items, 1)
    ]
    none = [paragraph("point", display.none)]
    return [heading(display.title), *(items or none)]


@to_word.register
def _(display: Table) -> list[Block]:
    return [{"kind": "table", **table_data(display)}]


@to_word.register
def _(display: AnnexTable) -> list[Block]:
    return to_word(display.line)


@to_word.register
def _(display: Chart) -> list[Block]:
    words = {name: visible(getattr(display, name)) for name in ("title", "unit_line", "source", "alt")}
    size = {"width_mm": display.width_mm, "height_mm": display.height_mm}
    return [{"kind": "chart", "data": display.data, "svg": display.svg, **words, **size}]


@to_word.register
def _(display: Columns) -> list[Block]:
    return [block for item in display.items for block in to_word(item)]


@to_word.register
def _(display: Definitions) -> list[Block]:
    rows = [[term, plain_text(parts)] for term, parts in display.items]
    return [_small_table(display.title, ("项目", "内容"), rows)]


@to_word.register
def _(display: Strip) -> list[Block]:
    heads = tuple(f"{sign}{label}" for sign, label, _ in display.items)
    return [_small_table("", heads, [[figure.text for _, _, figure in display.items]])]


@to_word.register
def _(display: Missing) -> list[Block]:
    return [paragraph("note", Strong((display.title,)), f"　{display.reason}。")]


@to_word.register
def _(display: Heading) -> list[Block]:
    return [heading(display.text) | {"is_chapter": True}]


@to_word.register
def _(display: Volume) -> list[Block]:
    return [heading(display.title)]


@to_word.register
def _(display: Masthead) -> list[Block]:
    return [_fields(display, "masthead")]


@to_word.register
def _(display: Imprint) -> list[Block]:
    return [_fields(display, "imprint")]


def _fields(display: Masthead | Imprint, kind: str) -> Block:
    values = {name: getattr(display, name) for name in display.__dataclass_fields__}
    return {"kind": kind, **{name: visible(value or "") for name, value in values.items()}}


def heading(text: str, level: int = 1) -> Block:
    """A heading, its numeral apart: where a document counts its headings itself, it is not written."""
    words = visible(text)
    found = _NUMERAL.match(words)
    parted = found.group() if found else ""
    return {"kind": "heading", "level": level, "numeral": parted, "text": words.removeprefix(parted)}


def _small_table(title: str, headings: tuple[str, ...], rows: list[list[str]]) -> Block:
    """A table of texts alone; columns without any are left out."""
    used = [n for n in range(len(headings)) if any(row[n] for row in rows)]
    columns = [
        {
            "heading": visible(headings[n]),
            "align": "left",
            "texts": [visible(row[n]) for row in rows],
        }
        for n in used
    ]
    return {
        "kind": "table", "title": visible(title), "unit_line": "", "size": len(rows),
        "columns": columns, "emphasis": [], "totals": 0,
    }  # fmt: skip
