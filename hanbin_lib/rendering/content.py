"""What of an executed notebook is printed: its prose and its display objects, read back from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from nbformat import NotebookNode

from hanbin_lib.display import (
    Chart,
    Display,
    Heading,
    Imprint,
    Masthead,
    Missing,
    Paragraph,
    Report,
    Table,
    Volume,
    charts_of,
    tables_of,
)
from hanbin_lib.display.tree import TREE, loads
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.rendering.markdown import chapter_heading

NOT_PRINTED = frozenset({"parameters", "injected-parameters", "analyst"})
_RESULTS = ("display_data", "execute_result")


class Part(StrEnum):
    """What of a document a file holds."""

    WHOLE = "whole"
    BULLETIN = "bulletin"
    ANNEX = "annex"
    NOTICE = "notice"  # the key paragraph of page one, with what it covers: a page for the public


@dataclass(frozen=True)
class Content:
    """A document before it has a format.

    Parameters
    ----------
    parts
        In order: prose as Markdown, and display objects.
    notebook
        The executed notebook that it was read from.
    front
        Title and marks of a document whose masthead is in another volume.
    """

    parts: tuple[str | Display, ...]
    notebook: NotebookNode
    front: Masthead | None = None

    def of(self, part: Part) -> "Content":
        """The whole, or one volume of it; what is not divided is all bulletin."""
        if part is Part.WHOLE:
            return self
        cut = next(
            (n for n, item in enumerate(self.parts) if isinstance(item, Volume)),
            len(self.parts),
        )
        if part is Part.NOTICE:
            return replace(self, parts=_notice(self.parts[:cut]))
        parts = self.parts[:cut] if part is Part.BULLETIN else self.parts[cut:]
        return replace(self, parts=parts, front=self.masthead)

    @cached_property
    def masthead(self) -> Masthead:
        """Title, running head and marks.

        Raises
        ------
        HanbinError
            ``HB-TYP-002`` there is none.
        """
        found = next((part for part in self.parts if isinstance(part, Masthead)), self.front)
        if found is not None:
            return found
        raise HanbinError(
            "HB-TYP-002",
            "笔记本没有刊头（masthead），不能排成月报",
            action="在第一个输出单元格调用 front_page.masthead",
            exit_code=ExitCode.TYPOGRAPHY,
        )

    @property
    def displays(self) -> Iterator[Display]:
        """The display objects, in order."""
        return (part for part in self.parts if isinstance(part, Display))

    @property
    def failed(self) -> tuple[str, ...]:
        """Exhibits that could not be made, each with its chapter and the kind of fault."""
        found = (part for part in self.displays if isinstance(part, Missing) and part.error)
        return tuple(f"“{part.title}”{part.error}" for part in found)

    @property
    def charts(self) -> Iterator[tuple[str, Chart]]:
        """Every chart, those side by side among them, with the heading of its chapter."""
        for chapter, part in self.by_chapter():
            yield from ((chapter, chart) for chart in charts_of(part))

    @property
    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every table, those side by side among them, with the heading of its chapter."""
        for chapter, part in self.by_chapter():
            yield from ((chapter, table) for table in tables_of(part))

    def by_chapter(self) -> Iterator[tuple[str, Display]]:
        """The display objects in order, each with the heading of its chapter."""
        chapter = ""
        for part in self.parts:
            if isinstance(part, str):
                chapter = chapter_heading(part) or chapter
            elif isinstance(part, Heading):
                chapter = part.text
            else:
                yield chapter, part


def _notice(parts: tuple[str | Display, ...]) -> tuple[Display, ...]:
    """Masthead, key paragraph, and what the figures cover (the note before the imprint)."""
    shown = [part for part in parts if isinstance(part, Display)]
    first = next((n for n, part in enumerate(shown) if isinstance(part, Paragraph)), len(shown))
    last = next((n for n, part in enumerate(shown) if isinstance(part, Imprint)), len(shown))
    covers = [n for n in (last - 1,) if n > first and isinstance(shown[n], Paragraph)]
    heads = [n for n in range(first) if isinstance(shown[n], Masthead)]
    return tuple(shown[n] for n in (*heads, first, *covers) if n < len(shown))


def content_of(notebook: NotebookNode) -> Content:
    """What an executed notebook prints.

    A chapter that is absent says so in a sentence, which takes the place of its heading.

    Raises
    ------
    HanbinError
        ``HB-TYP-003`` a cell failed, or shows something that is no display object.
    """
    return Content(tuple(_parts(notebook)), notebook)


def _parts(notebook: NotebookNode) -> Iterator[str | Display]:
    waiting: list[str] = []  # headings of which nothing has been shown yet
    for number, cell in enumerate(notebook.cells, 1):
        if NOT_PRINTED & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            waiting.append(cell.source)
            continue
        for display in _displays(cell, number):
            if isinstance(display, Missing) and display.is_chapter:
                waiting = waiting[:-1]
            yield from waiting
            waiting = []
            yield display
    yield from waiting


def _displays(cell: NotebookNode, number: int) -> Iterator[Display]:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            raise _unprintable(number, "运行出错")
        if output.output_type not in _RESULTS:
            continue
        if TREE not in output.data:
            raise _unprintable(number, "输出不是月报对象")
        shown = loads("".join(output.data[TREE]))
        yield from shown.items if isinstance(shown, Report) else (shown,)


def _unprintable(number: int, why: str) -> HanbinError:
    return HanbinError(
        "HB-TYP-003",
        f"第{number}个单元格{why}，不能进入月报",
        action="改用 hanbin_lib.bulletin 的函数，或给单元格加 analyst 标签",
        exit_code=ExitCode.TYPOGRAPHY,
    )
