"""The Markdown that notebooks use as HTML, Typst and blocks.

Headings, paragraphs, lists, tables and emphasis are set as such. What else JupyterLab shows (a quotation,
a paragraph indented by four blanks, which is code to Markdown) is set as a paragraph: no words are left out.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

import mistune

from hanbin_lib.display.model import Column, Table
from hanbin_lib.display.text import typst_string
from hanbin_lib.display.typst import to_typst
from hanbin_lib.display.word import Block, heading, to_word

_PLUGINS = ["table"]
_parse = mistune.create_markdown(renderer=None, plugins=_PLUGINS)
_to_html = mistune.create_markdown(escape=True, plugins=_PLUGINS)
_to_html.renderer.register("table", lambda _, text: f'<table class="hb-table">\n{text}</table>\n')
_WORDS = {"paragraph", "block_text"}
_NOTHING = {"blank_line", "thematic_break"}


def markdown_to_html(source: str) -> str:
    """HTML of a cell; raw HTML in it is printed as text."""
    return str(_to_html(source))


def markdown_to_typst(source: str) -> str:
    """Typst markup of a cell; a chapter (``##``) becomes a heading of level one."""
    return "\n".join(_block(token) for token in _tokens(source))


def markdown_blocks(source: str) -> list[Block]:
    """Blocks of a cell (`display.word`): headings, paragraphs, items of lists, tables."""
    return [block for token in _tokens(source) for block in _word_blocks(token)]


def chapter_heading(source: str) -> str:
    """Text of the last chapter heading (``##``) of a cell, empty where there is none."""
    heads = [t for t in _tokens(source) if t["type"] == "heading" and t["attrs"]["level"] == 2]
    return _plain(heads[-1]) if heads else ""


def _plain(token: dict[str, Any]) -> str:
    inside = "".join(_plain(child) for child in token.get("children", []))
    return inside or str(token.get("raw", ""))


def _tokens(source: str) -> list[dict[str, Any]]:
    return [dict(token) for token in _parse(source) if isinstance(token, dict)]


def _children(token: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in a block; of code and raw HTML their lines."""
    if "children" in token:
        return list(token["children"])
    lines = str(token.get("raw", "")).strip("\n").split("\n")
    words = [{"type": "text", "raw": line} for line in lines]
    return [part for word in words for part in ({"type": "linebreak"}, word)][1:]


def _is_container(token: dict[str, Any]) -> bool:
    return token["type"] not in _WORDS and "children" in token


def _marks(token: dict[str, Any]) -> Iterator[str]:
    attrs = token["attrs"]
    return (f"{n}." if attrs["ordered"] else "·" for n in count(attrs.get("start", 1)))


def _table(token: dict[str, Any]) -> Table:
    head, *body = token["children"]
    columns = tuple(map(_column, head["children"]))
    rows = (row for part in body for row in part["children"])
    return Table("", columns, tuple(tuple(_plain(cell) for cell in row["children"]) for row in rows))


def _column(cell: dict[str, Any]) -> Column:
    return Column(_plain(cell), "right" if cell["attrs"]["align"] == "right" else "left")


def _word_blocks(token: dict[str, Any], before: str = "", mark: str = "") -> Iterator[Block]:
    """Blocks of one token; `before` indents what stands in a list, `mark` is that of the item it begins."""
    kind = token["type"]
    if kind == "heading":
        yield heading(_plain(token), min(2, max(1, token["attrs"]["level"] - 1)))
    elif kind == "list":
        for sign, item in zip(_marks(token), token["children"], strict=False):
            first, *more = item["children"] or [{"type": "block_text", "raw": ""}]
            yield from _word_blocks(first, before, sign)
            yield from (block for child in more for block in _word_blocks(child, f"{before}　"))
    elif kind == "table":
        yield from to_word(_table(token))
    elif _is_container(token):
        yield from (block for child in token["children"] for block in _word_blocks(child, before))
    elif kind not in _NOTHING:
        start = [[before + mark, False]] if before + mark else []
        yield {"kind": "paragraph", "style": "body", "runs": [*start, *_runs(_children(token))]}


def _runs(tokens: list[dict[str, Any]]) -> list[list[Any]]:
    """Pairs of text and weight; a line that is broken by hand is broken here too."""
    texts = [("\n" if token["type"] == "linebreak" else _plain(token), token["type"]) for token in tokens]
    return [[text, kind in {"strong", "emphasis"}] for text, kind in texts if text]


def _block(token: dict[str, Any]) -> str:
    kind = token["type"]
    if kind == "heading":
        level = max(1, token["attrs"]["level"] - 1)
        return f"#heading(level: {level}, {_joined(token['children'])})"
    if kind == "list":
        return _list(token)
    if kind == "table":
        return f"#{to_typst(_table(token))}"
    if _is_container(token):
        return "\n".join(_block(child) for child in token["children"])
    return "" if kind in _NOTHING else f"#par({_joined(_children(token))})"


def _list(token: dict[str, Any]) -> str:
    items = ", ".join(f"[{_item(item)}]" for item in token["children"])
    attrs = token["attrs"]
    return f"#enum(start: {attrs.get('start', 1)}, {items})" if attrs["ordered"] else f"#list({items})"


def _item(token: dict[str, Any]) -> str:
    """An item's words stand behind its mark; what else it holds, below them."""
    children = token["children"]
    return "\n".join(
        f"#{_joined(_children(child))}" if child["type"] == "block_text" else _block(child)
        for child in children
    )


def _joined(tokens: list[dict[str, Any]]) -> str:
    return "[" + "".join("#" + _inline(token) + ";" for token in tokens) + "]"


def _inline(token: dict[str, Any]) -> str:
    """A soft line break is nothing: Chinese lines join without a blank."""
    kind = token["type"]
    if kind == "softbreak":
        return '""'
    if kind == "linebreak":
        return "linebreak()"
    if kind in {"strong", "emphasis"}:
        return f"strong({_joined(token['children'])})"
    if "children" in token:
        return _joined(token["children"])
    return typst_string(token.get("raw", ""))
