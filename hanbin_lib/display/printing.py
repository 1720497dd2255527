"""What a cell shows: the object itself, and how JupyterLab draws it."""

import os
import re
from functools import cache
from importlib.resources import files
from typing import Any

from hanbin_lib.display.html import Links, to_html, whole_table
from hanbin_lib.display.model import AnnexTable, Display, Report
from hanbin_lib.display.text import Shown
from hanbin_lib.display.tree import TREE, dumps
from hanbin_lib.workspace import BATCH_VARIABLE

_KEPT = "内容同旁边的网页（.html）；在 hanbin lab 里打开本笔记本也能看到。"
_RULE = re.compile(r"[^{}]+\{(?:[^{}]|\{[^{}]*\})*\}")
# What a selector asks for: a class, or an element that stands alone (the rest are states and media).
_ASKED = re.compile(r"\.hb-[a-z-]+|(?<![\w.:@(-])(?:h\d|[a-z]{1,10})(?![\w(:-])")
_CLASSES, _ELEMENTS = re.compile(r'class="([^"]*)"'), re.compile(r"<([a-z]+\d?)")


@cache
def style_sheet() -> str:
    """The style of the fragments, shared by JupyterLab and the page."""
    return files("hanbin_lib.display").joinpath("style.css").read_text(encoding="utf-8")


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
