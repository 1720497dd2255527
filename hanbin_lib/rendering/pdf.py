"""PDF of a bulletin: Typst source, compiled as PDF/A-2a and PDF/UA-1."""

from collections.abc import Sequence
from importlib.resources import files

from hanbin_lib import fonts
from hanbin_lib.display import (
    Chart,
    Columns,
    Decisions,
    Display,
    Heading,
    Imprint,
    Masthead,
    Paragraph,
    Table,
    Volume,
)
from hanbin_lib.display.text import typst_string
from hanbin_lib.display.typst import to_typst
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.markdown import markdown_to_typst
from hanbin_lib.rendering.typesetting import typeset

_TEMPLATES = files("hanbin_lib.rendering") / "templates"
_NEW_CHAPTER = "#new-chapter"
_EXHIBITS = (Chart, Columns, Table, Decisions)
_STACKS = ("fangsong", "kaiti", "headline", "sans", "serif")


def pdf(content: Content, typography: Typography) -> bytes:
    """The PDF; the same content gives the same bytes.

    Raises
    ------
    HanbinError
        ``HB-TYP-001`` a character that no face has, ``HB-TYP-004`` what the compiler refuses.
    """
    return typeset(typst_source(content, typography), typography.extra_font_folders)


def typ(content: Content, typography: Typography) -> bytes:
    """The source as a file."""
    return typst_source(content, typography).encode()


def typst_source(content: Content, typography: Typography) -> str:
    """Complete source: families, layout, set-up, content."""
    info, parts = content.masthead, content.parts or (Paragraph(("本期没有附册。",)),)
    volume = parts[0].title if isinstance(parts[0], Volume) else ""
    body: list[str] = []
    for before, part in zip((None, *parts), parts, strict=False):
        if isinstance(part, Imprint):
            _keep_with_end(body, parts)
        body += [*_between(before, part), _source(part)]
    if not volume:  # page one stands alone: the first chapter begins on the next
        first = next((n for n, line in enumerate(body) if line == _NEW_CHAPTER), len(body))
        body[first : first + 1] = ["#pagebreak(weak: true)"]
    if not any(isinstance(part, Imprint) for part in parts):
        body.append("#rest-of-page")
    layout = (_TEMPLATES / "bulletin.typ").read_text(encoding="utf-8")
    return "\n\n".join([_families(typography), layout, _set_up(info, volume), *body]) + "\n"


def _keep_with_end(body: list[str], parts: Sequence[str | Display]) -> None:
    """The imprint takes the last exhibit along, with the notes below it: a page of its own would be white."""
    shown = parts[: next(n for n, part in enumerate(parts) if isinstance(part, Imprint))]
    for part, at in zip(reversed(shown), reversed(range(len(body))), strict=False):
        body[at] = f"#with-next[{body[at]}]"
        if not (isinstance(part, Paragraph) and part.style == "note"):
            return


def _source(part: str | Display) -> str:
    return markdown_to_typst(part) if isinstance(part, str) else f"#{to_typst(part)}"


def _between(before: str | Display | None, part: str | Display) -> list[str]:
    """Room between two parts, of what the page has left over; a chapter's first exhibit stays close to it."""
    if isinstance(part, str | Heading):
        return [_NEW_CHAPTER]
    is_first = isinstance(before, str | Heading) or (isinstance(before, Paragraph) and before.style == "lead")
    return [] if is_first or not isinstance(part, _EXHIBITS) else ["#give(1)"]


def _families(typography: Typography) -> str:
    stacks = (
        f"{name}: ({''.join(typst_string(f) + ', ' for f in _stack(getattr(typography, name)))})"
        for name in _STACKS
    )
    return f"#let families = ({', '.join(stacks)})"


def _stack(families: tuple[str, ...]) -> list[str]:
    """The families in order, each once; one that could not be installed is replaced."""
    replaced = (fonts.substitutes().get(family, family) for family in families)
    return list(dict.fromkeys(replaced))


def _set_up(info: Masthead, volume: str) -> str:
    given = {
        "title": f"{info.title}　{volume}" if volume else info.title,
        "volume": volume,
        "bulletin-name": info.bulletin_name,
        "issue": info.issue_label,
        "issuer": info.issuer,
        "mark": info.mark,
        "classification": info.classification,
    }
    entries = [f"{name}: {typst_string(text)}" for name, text in given.items()]
    keywords = f"keywords: ({typst_string(info.bulletin_name)}, {typst_string(info.issue_label)})"
    year, month, day = (int(part) for part in info.as_of.split("-"))
    as_of = f"as-of: datetime(year: {year}, month: {month}, day: {day})"
    return f"#show: set-up.with(({', '.join([*entries, keywords, as_of])}))"
