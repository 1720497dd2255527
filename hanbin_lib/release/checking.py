"""The last look at a document's files: every printed number is found among the results.

What is judged are the files that leave, not what they were made from. A figure on the page
carries the address of its indicator; its digits must be those of ``indicators.csv`` at that
address, as rounded in print. Every number in the PDF must stand in a cell of the executed
notebook, and no figure of the notebook may be missing from the PDF.
"""

import html
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import nbformat
import pandas as pd
import pypdfium2
import pypdfium2.raw as pdfium

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.release.plan import Document
from hanbin_lib.rendering.content import FRAGMENT, printed_cells

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_FIGURE = re.compile(r'<data[^>]* value="([^"]*)"[^>]*>(.*?)</data>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SCALES = (1.0, 100.0, 1e-4)  # as it is, as percent, in 万
_ROUNDING = 0.5 + 1e-6
_DEPTH = 8  # of forms within forms on a page
_MOST_TOLD = 10
_VALUES = ["value", "numerator", "denominator", "lower", "upper"]
Results = dict[tuple[str, ...], tuple[float, ...]]


def check_document(document: Document, folder: Path, indicators: Path) -> None:
    """Read the document's notebook and PDF again and compare them with the results.

    Parameters
    ----------
    folder
        Where its files are.
    indicators
        ``indicators.csv`` as it will be published.

    Raises
    ------
    HanbinError
        ``HB-GAT-003`` a number is not the result it says it is, stands in the PDF only, or is
        missing there; ``HB-GAT-004`` the PDF has no page, a typeface is not embedded, or a
        character has no glyph.
    """
    notebook = nbformat.read(folder / f"{document.name}.ipynb", as_version=4)
    forms = [form for _, form in printed_cells(notebook, FRAGMENT)]
    figures = [figure for form in forms for figure in figures_of(form)]
    text, pages = _text_of_pdf(folder / f"{document.name}.pdf")
    printed = set(_NUMBER.findall(text))
    shown = {number for form in forms for number in _NUMBER.findall(_plain(_TAG.sub(" ", form)))}
    page_numbers = {str(number) for number in range(1, pages + 1)}
    faults = list(_wrong(figures, results(indicators)))
    faults += [f"PDF 里的 {number} 不在笔记本的结果里" for number in sorted(printed - shown - page_numbers)]
    in_figures = {number for _, words in figures for number in _NUMBER.findall(words)}
    faults += [f"PDF 里缺少 {number}" for number in sorted(in_figures - printed)]
    if faults or not figures:
        told = "\n".join(faults[:_MOST_TOLD]) or "没有一个数带有指标地址"
        raise _stopped("HB-GAT-003", f"{document.name} 的数字与结果不符：\n{told}")


def figures_of(fragment: str) -> Iterator[tuple[str, str]]:
    """Address and text of every figure in a piece of a page."""
    for match in _FIGURE.finditer(fragment):
        yield html.unescape(match[1]), _plain(_TAG.sub("", match[2]))


@lru_cache(maxsize=1)
def results(indicators: Path) -> Results:
    """Numbers of every row of ``indicators.csv`` that are there, by address."""
    table = pd.read_csv(indicators, dtype={"place_code": str, "month": str})
    keys = zip(*(table[name] for name in ("indicator", "month", "place_code", "group")), strict=True)
    rows = table[_VALUES].itertuples(index=False, name=None)
    return {key: tuple(n for n in row if not math.isnan(n)) for key, row in zip(keys, rows, strict=True)}


def _wrong(figures: list[tuple[str, str]], known: Results) -> Iterator[str]:
    """Figures of which a number is none of the numbers at their address."""
    for reference, text in figures:
        numbers = _at(reference, known)
        if numbers and not all(_is_one_of(digits, numbers) for digits in _NUMBER.findall(text)):
            yield f"{text}（{reference}）"


def _at(reference: str, known: Results) -> list[float]:
    """Numbers that may be printed under an address; empty where it is none of an indicator.

    An address with two months (``2022-08/2022-09``) is a change or a move from one to the other.
    """
    found: list[float] = []
    for one in reference.split(" "):
        indicator, _, rest = one.partition("|")
        months, _, place_and_group = rest.partition("|")
        where = place_and_group.split("|")
        rows = [known.get((indicator, month, *where), ()) for month in months.split("/")]
        found += [abs(number) for row in rows for number in row]
        if len(rows) == 2 and all(rows):
            found.append(abs(rows[1][0] - rows[0][0]))
    return found


def _is_one_of(digits: str, numbers: list[float]) -> bool:
    """Whether a printed number is one of `numbers`, rounded as it is printed."""
    tolerance = _ROUNDING * 10.0 ** -len(digits.partition(".")[2])
    return any(abs(float(digits) - number * scale) <= tolerance for number in numbers for scale in _SCALES)


def _text_of_pdf(path: Path) -> tuple[str, int]:
    """Text and number of pages; every typeface in it and every character with a glyph."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = list(document)
        text = "\n".join(page.get_textpage().get_text_range() for page in pages)
        embedded = all(_is_embedded(piece) for page in pages for piece in _text_pieces(page))
    finally:
        document.close()
    if not pages or not embedded or "\ufffd" in text or "\x00" in text:
        raise _stopped("HB-GAT-004", f"{path.name} 没有页面、字体没有嵌入或有字符没有字形")
    return text, len(pages)


def _text_pieces(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfObject]:
    return page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=_DEPTH)


def _is_embedded(piece: pypdfium2.PdfObject) -> bool:
    return pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(piece)) == 1


def _plain(text: str) -> str:
    return html.unescape(text)


def _stopped(code: str, message: str) -> HanbinError:
    return HanbinError(
        code, message, action="请把本提示和数据版本号一并反馈给维护人员", exit_code=ExitCode.GATE_FAILED
    )
