"""The bundle a notebook stores for a display object: lab, page, PDF, Word, annex and plain text."""

from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from hanbin_lib.display.annex import tables_of
from hanbin_lib.display.html import to_html, whole_table
from hanbin_lib.display.model import (
    ABSENT,
    DOCUMENT,
    FRAGMENT,
    TABLE,
    TRACE,
    TYPST,
    WORD,
    AnnexTable,
    DefinitionTable,
    Display,
    Masthead,
    Missing,
)
from hanbin_lib.display.typst import to_typst
from hanbin_lib.display.word import to_word


@cache
def style_sheet() -> str:
    """The style of the fragments, shared by JupyterLab and the page."""
    return files("hanbin_lib.display").joinpath("style.css").read_text(encoding="utf-8")


def mime_bundle(display: Display) -> dict[str, Any]:
    """All printed forms of one object."""
    fragment = to_html(display)
    in_lab = whole_table(display) if isinstance(display, AnnexTable) else fragment
    bundle: dict[str, Any] = {
        "text/plain": f"<{type(display).__name__}>",
        "text/html": f'<style>{style_sheet()}</style><div class="hb">{in_lab}</div>',
        FRAGMENT: fragment,
        TYPST: to_typst(display),
        WORD: to_word(display),
    }
    if tables := tables_of(display):
        bundle[TABLE] = tables
    if isinstance(display, Missing) and display.is_chapter:
        bundle[ABSENT] = {"title": display.title, "reason": display.reason}
    if isinstance(display, DefinitionTable):
        bundle[TRACE] = {
            "title": display.title,
            "indicators": [asdict(one) for one in display.indicators],
            "others": [asdict(one) for one in display.others],
            "made_from": [list(fact) for fact in display.made_from],
            "month": display.month,
        }
    if isinstance(display, Masthead):
        bundle[DOCUMENT] = {
            "title": display.title,
            "bulletin_name": display.bulletin_name,
            "issue": display.issue_label,
            "issuer": display.issuer,
            "mark": display.mark,
            "as_of": display.as_of,
            "classification": display.classification,
        }
    return bundle
