"""What of an executed notebook is printed: its headings and its display objects."""

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from hanbin_lib.display import ABSENT, DOCUMENT, FRAGMENT, TABLE, TYPST
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.rendering.markdown import chapter_heading

NOT_PRINTED = frozenset({"parameters", "injected-parameters", "analyst"})
_RESULTS = ("display_data", "execute_result")


def printed_cells(notebook: NotebookNode, mime: str) -> Iterator[tuple[str, Any]]:
    """Yield ``("markdown", source)`` and ``("display", printed form)`` in order.

    A chapter that is absent says so in a sentence, which takes the place of its heading.

    Raises
    ------
    HanbinError
        ``HB-TYP-003`` a cell failed, or shows something that is no display object.
    """
    for kind, shown in _shown(notebook):
        yield kind, shown if kind == "markdown" else shown[mime]


def annexed_tables(notebook: NotebookNode) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the heading of the chapter and the data of every table (`display.annex`), in order.

    Raises
    ------
    HanbinError
        ``HB-TYP-003`` as `printed_cells`.
    """
    chapter = ""
    for kind, shown in _shown(notebook):
        if kind == "markdown":
            chapter = chapter_heading(shown) or chapter
        else:
            yield from ((chapter, table) for table in shown.get(TABLE, ()))


def _shown(notebook: NotebookNode) -> Iterator[tuple[str, Any]]:
    """``("markdown", source)`` and ``("display", bundle)`` of what is printed."""
    waiting: list[str] = []  # headings of which nothing has been shown yet
    for number, cell in enumerate(notebook.cells, 1):
        if NOT_PRINTED & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            waiting.append(cell.source)
            continue
        for output in cell.get("outputs", []):
            if ABSENT in output.get("data", {}):
                waiting = waiting[:-1]
            yield from (("markdown", text) for text in waiting)
            waiting = []
            yield from _bundle(output, number)
    yield from (("markdown", text) for text in waiting)


def document_info(notebook: NotebookNode) -> dict[str, Any]:
    """Title, running head and marks that the masthead carries."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if DOCUMENT in output.get("data", {}):
                return dict(output["data"][DOCUMENT])
    raise HanbinError(
        "HB-TYP-002",
        "笔记本没有刊头（masthead），不能排成月报",
        action="在第一个输出单元格调用 front_page.masthead",
        exit_code=ExitCode.TYPOGRAPHY,
    )


def _bundle(output: NotebookNode, number: int) -> Iterator[tuple[str, Any]]:
    if output.output_type == "error":
        raise _unprintable(number, "运行出错")
    if output.output_type not in _RESULTS:
        return
    if TYPST not in output.data:
        raise _unprintable(number, "输出不是月报对象")
    yield "display", output.data


def _unprintable(number: int, why: str) -> HanbinError:
    return HanbinError(
        "HB-TYP-003",
        f"第{number}个单元格{why}，不能进入月报",
        action="改用 hanbin_lib.bulletin 的函数，或给单元格加 analyst 标签",
        exit_code=ExitCode.TYPOGRAPHY,
    )


__all__ = ["FRAGMENT", "TYPST", "annexed_tables", "document_info", "printed_cells"]
