"""The little Markdown that notebooks use (headings, paragraphs, lists, emphasis) as HTML, Typst, blocks."""

from typing import Any

import mistune

from hanbin_lib.display.escaping import typst_string
from hanbin_lib.display.word import heading

_parse = mistune.create_markdown(renderer=None)
_to_html = mistune.create_markdown(escape=True)


def markdown_to_html(source: str) -> str:
    """HTML of a cell; raw HTML in it is printed as text."""
    return str(_to_html(source))


def markdown_to_typst(source: str) -> str:
    """Typst markup of a cell; a chapter (``##``) becomes a heading of level one."""
    return "\n".join(_block(token) for token in _tokens(source))


def markdown_blocks(source: str) -> list[dict[str, Any]]:
    """Blocks of a cell (`display.word`): headings, paragraphs, items of lists."""
    return [block for token in _tokens(source) for block in _word_blocks(token)]


def chapter_heading(source: str) -> str:
    """Text of the last chapter heading (``##``) of a cell, empty where there is none."""
    heads = [t for t in _tokens(source) if t["type"] == "heading" and t["attrs"]["level"] == 2]
    return _plain(heads[-1]) if heads else ""


def _plain(token: dict[str, Any]) -> str:
    inside = "".join(_plain(child) for child in token.get("children", []))
    return inside or str(token.get("raw", ""))


def _word_blocks(token: dict[str, Any]) -> list[dict[str, Any]]:
    kind, children = token["type"], token.get("children", [])
    if kind == "heading":
        return [heading(_plain(token), min(2, max(1, token["attrs"]["level"] - 1)))]
    if kind == "list":
        return [_word_paragraph([["·", False], *_runs(_inlines(item))]) for item in children]
    return [_word_paragraph(_runs(children))] if kind in {"paragraph", "block_text"} else []


def _word_paragraph(runs: list[list[Any]]) -> dict[str, Any]:
    return {"kind": "paragraph", "style": "body", "runs": runs}


def _runs(tokens: list[dict[str, Any]]) -> list[list[Any]]:
    return [[_plain(token), token["type"] in {"strong", "emphasis"}] for token in tokens if _plain(token)]


def _tokens(source: str) -> list[dict[str, Any]]:
    tokens = _parse(source)
    return [dict(token) for token in tokens if isinstance(token, dict)]


def _block(token: dict[str, Any]) -> str:
    children = token.get("children", [])
    kind = token["type"]
    if kind == "heading":
        level = max(1, token["attrs"]["level"] - 1)
        return f"#heading(level: {level}, {_joined(children)})"
    if kind == "list":
        items = ", ".join(_joined(_inlines(item)) for item in children)
        return f"#list({items})"
    if kind in {"paragraph", "block_text"}:
        return f"#par({_joined(children)})"
    return ""


def _inlines(token: dict[str, Any]) -> list[dict[str, Any]]:
    return [leaf for child in token["children"] for leaf in child.get("children", [])]


def _joined(tokens: list[dict[str, Any]]) -> str:
    return "[" + "".join("#" + _inline(token) + ";" for token in tokens) + "]"


def _inline(token: dict[str, Any]) -> str:
    """A soft line break is nothing: Chinese lines join without a blank."""
    kind = token["type"]
    if kind == "softbreak":
        return '""'
    if kind in {"strong", "emphasis"}:
        return f"strong({_joined(token['children'])})"
    if "children" in token:
        return _joined(token["children"])
    return typst_string(token.get("raw", ""))
