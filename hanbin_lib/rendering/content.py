"""What of an executed notebook is printed: its headings and its display objects."""

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from hanbin_lib.display import ABSENT, DOCUMENT, FRAGMENT, TYPST
from hanbin_lib.errors import ExitCode, HanbinError

NOT_PRINTED = frozenset({"parameters", "injected-parameters", "analyst"})
_RESULTS = ("display_data", "execute_result")


def printed_cells(notebook: NotebookNode, mime: str) -> Iterator[tuple[str, str]]:
    """Yield ``("markdown", source)`` and ``("display", printed form)`` in order.

    A chapter that is absent says so in a sentence, which takes the place of its heading.

    Raises
    ------
    HanbinError
        ``HB-TYP-003`` a cell failed, or shows something that is no display object.
    """
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
            yield from _printed(output, mime, number)
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


def _printed(output: NotebookNode, mime: str, number: int) -> Iterator[tuple[str, str]]:
    if output.output_type == "error":
        raise _unprintable(number, "运行出错")
    if output.output_type not in _RESULTS:
        return
    form = output.data.get(mime)
    if form is None:
        raise _unprintable(number, "输出不是月报对象")
    yield "display", form


def _unprintable(number: int, why: str) -> HanbinError:
    return HanbinError(
        "HB-TYP-003",
        f"第{number}个单元格{why}，不能进入月报",
        action="改用 hanbin_lib.bulletin 的函数，或给单元格加 analyst 标签",
        exit_code=ExitCode.TYPOGRAPHY,
    )


__all__ = ["FRAGMENT", "TYPST", "document_info", "printed_cells"]
