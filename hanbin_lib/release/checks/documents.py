"""The last look at a document's files: every printed number is found among the results.

A figure is a number with the address of its indicator: it must be a number of ``indicators.csv`` at that
address, to the last digit. What is judged besides are the files that leave: the PDF is read as a
reader sees it. Every number in it must stand in what the executed notebook shows, and no figure of the
notebook may be missing from it. A bulletin that has more pages than it may have is published all the same:
the run says so, and `bulletin.contents` is where an exhibit is moved to the annex. So is one with an exhibit
that failed, unless the county's policy asks to stop.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import nbformat
import pandas as pd
import pypdfium2
import pypdfium2.raw as pdfium

from hanbin_lib.display import AnnexTable, Display, Phrase, Shown
from hanbin_lib.display.tree import shown_in, texts_of
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.indicators.table import KEY
from hanbin_lib.privacy.reading import objects_of, opened_pdf
from hanbin_lib.release.checks.reconciliation import Results, contradictions
from hanbin_lib.release.plan import Document
from hanbin_lib.rendering import FORMATS, Content, Part, content_of

_PDF = "application/pdf"
_MOST_DIGITS = 6
_TYPED = "：写在笔记本自己的文字里，数要从结果里来，改用汉字或删去"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SAME = 1e-9  # two numbers: a difference is computed anew
_MOST_LISTED = 10
_VALUES = ["value", "numerator", "denominator", "lower", "upper"]
OF_COUNTY, OF_TOWN = 8, 4  # pages: a leader reads it in minutes, everything else is in the annex


def check_document(document: Document, folder: Path, indicators: Path) -> None:
    """Read the document's notebook and PDFs again and compare them with the results.

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
        character has no glyph; ``HB-GAT-005`` figures contradict each other.
    """
    content = content_of(nbformat.read(folder / f"{document.name}.ipynb", as_version=4))
    displays = [_in_print(display) for display in content.displays]
    figures = [figure for display in displays for figure in shown_in(display)]
    faults = list(_wrong(figures, results(indicators)))
    for form in FORMATS:
        if form.media_type == _PDF:
            faults += _differences(content.of(form.part), folder / f"{document.name}{form.ending}")
    if faults or not figures:
        listed = "\n".join(faults[:_MOST_LISTED]) or "没有一个数带有指标地址"
        raise _stopped("HB-GAT-003", f"{document.name} 的数字与结果不符：\n{listed}")
    apart = list(contradictions(displays, results(indicators)))
    if apart:
        raise _stopped("HB-GAT-005", f"{document.name} 里的数前后不符：\n" + "\n".join(apart[:_MOST_LISTED]))


def _differences(content: Content, pdf: Path) -> Iterator[str]:
    """Numbers of a PDF that its part of the document does not show, and figures that it lacks."""
    displays = [_in_print(display) for display in content.displays]
    text, pages = _text_of_pdf(pdf)
    printed = set(_NUMBER.findall(text))
    shown = {
        number for display in displays for words in texts_of(display) for number in _NUMBER.findall(words)
    }
    # The title stands over each volume.
    shown |= set(_NUMBER.findall(content.masthead.title + content.masthead.issue_label))
    page_numbers = {str(number) for number in range(1, pages + 1)}
    typed = {n for part in content.parts if isinstance(part, str) for n in _NUMBER.findall(part)}
    for number in sorted(printed - shown - page_numbers):
        where = _TYPED if number in typed else ""
        yield f"{pdf.name} 里的{_told(number)}不在笔记本的结果里{where}"
    figures = (figure for display in displays for figure in shown_in(display))
    wanted = {number for figure in figures for number in _NUMBER.findall(figure.text)}
    yield from (f"{pdf.name} 里缺少 {number}" for number in sorted(wanted - printed))


def _told(number: str) -> str:
    """A number as a message may tell it: a longer one could be somebody's telephone or identity number."""
    digits = len(number.partition(".")[0])
    return f" {number} " if digits <= _MOST_DIGITS else f"一个{digits}位的号码（不显示）"


def _in_print(display: Display) -> Display:
    return display.line if isinstance(display, AnnexTable) else display


@lru_cache(maxsize=1)
def results(indicators: Path) -> Results:
    """What ``indicators.csv`` says; read once a process."""
    table = pd.read_csv(indicators, dtype={"place_code": str, "month": str})
    keys = zip(*(table[name].tolist() for name in KEY), strict=True)
    rows = table[_VALUES].itertuples(index=False, name=None)
    return Results.of(
        {key: () if all(map(math.isnan, row)) else row for key, row in zip(keys, rows, strict=True)}
    )


def _wrong(shown: list[Shown], known: Results) -> Iterator[str]:
    """Figures that are none of the numbers at their address, and digits there that are no figure."""
    for piece in shown:
        for figure in piece.figures:
            numbers = _at(figure.source, known)
            if numbers and not any(
                math.isclose(figure.value, n, rel_tol=_SAME, abs_tol=_SAME) for n in numbers
            ):
                yield f"{figure.text}（{figure.source}）"
        parts = piece.parts if isinstance(piece, Phrase) else ()
        words = "".join(part for part in parts if isinstance(part, str))
        if _NUMBER.search(words) and _at(piece.source, known):
            yield f"{piece.text}（{piece.source}）"


def _at(source: str, known: Results) -> list[float]:
    """Numbers that may be printed under an address; empty where it is none of an indicator.

    An address with two months (``2022-08/2022-09``) is a change or a move from one to the other.
    """
    found: list[float] = []
    for address in source.split(" "):
        indicator, _, rest = address.partition("|")
        months, _, place_and_group = rest.partition("|")
        where = place_and_group.split("|")
        rows = [known.at(indicator, month, *where) for month in months.split("/")]
        found += [number for row in rows for number in row]
        if len(rows) == 2 and all(rows):
            found.append(rows[1][0] - rows[0][0])
    return found


def _text_of_pdf(path: Path) -> tuple[str, int]:
    """Text and number of pages; every typeface in it and every character with a glyph."""
    _, pages = opened_pdf(path.read_bytes())
    text = "\n".join(text_of.get_text_range() for _, text_of in pages)
    pieces = (piece for page, _ in pages for piece in objects_of(page, pdfium.FPDF_PAGEOBJ_TEXT))
    embedded = all(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(piece)) == 1 for piece in pieces)
    if not pages or not embedded or "\ufffd" in text or "\x00" in text:
        raise _stopped("HB-GAT-004", f"{path.name} 没有页面、字体没有嵌入或有字符没有字形")
    return text, len(pages)


def _stopped(code: str, message: str) -> HanbinError:
    return HanbinError(
        code, message, action="请把本提示和数据版本号一并反馈给维护人员", exit_code=ExitCode.GATE_FAILED
    )


def over_budget(folder: Path, made: Iterable[Document], county: str) -> tuple[str, ...]:
    """A sentence for each bulletin that is longer than it may be.

    Parameters
    ----------
    folder
        Where the documents' files are.
    county
        Code of the county, whose own bulletin may be longer than a town's.
    """
    return tuple(_too_long(folder, made, county))


def _too_long(folder: Path, made: Iterable[Document], county: str) -> Iterator[str]:
    (bulletin,) = (form for form in FORMATS if form.media_type == _PDF and form.part is Part.BULLETIN)
    for document in made:
        most = OF_COUNTY if document.area == county else OF_TOWN
        pages = _pages(folder / f"{document.name}{bulletin.ending}")
        if pages > most:
            yield f"HB-REL-007 {document.name}：月报{pages}页，超过{most}页；照常发布"


def _pages(pdf: Path) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def failed_exhibits(folder: Path, made: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """What could not be made, by name of the document.

    The public edition keeps no notebook; its exhibits are those of the internal one.
    """
    found = {}
    for document in made:
        path = folder / f"{document.name}.ipynb"
        failed = content_of(nbformat.read(path, as_version=4)).failed if path.is_file() else ()
        if failed:
            found[document.name] = failed
    return found


def incomplete(gaps: Mapping[str, tuple[str, ...]]) -> HanbinError:
    """The refusal of a month with such gaps, where the county's policy asks for it."""
    listed = [f"{name}：{'、'.join(failed)}" for name, failed in list(gaps.items())[:_MOST_LISTED]]
    return HanbinError(
        "HB-REL-010",
        "有内容没有生成，按 params/batch.yaml 的规定停止发布：\n" + "\n".join(listed),
        action="在 JupyterLab 里打开月报笔记本查明原因；或把 stops_on_failed_exhibit 改为 false",
        exit_code=ExitCode.NOTEBOOK_FAILED,
    )
