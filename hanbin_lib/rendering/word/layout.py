"""Page, running head, page number and file of the Word edition."""

import io
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt

from hanbin_lib.display import Masthead
from hanbin_lib.rendering.office_files import describe, repacked
from hanbin_lib.rendering.word.markup import border, element, field, text_run
from hanbin_lib.rendering.word.styles import set_up_styles

TEXT_WIDTH_MM = 156.0  # of the type area
_MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
_NUMBER_MM = 35 - 7 - 5  # the number's line ends 12 mm under the type area
_UNUSED = ("stylesWithEffects", "thumbnail", "customXml")


def blank(info: Masthead) -> WordDocument:
    """An empty document with page, head, page number, styles and properties."""
    document = docx.Document()
    _drop_unused(document)
    set_up_styles(document)
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, millimetres in _MARGINS.items():
        setattr(section, name, Mm(millimetres))
    section.header_distance, section.footer_distance = Mm(24), Mm(_NUMBER_MM)
    section.different_first_page_header_footer = True
    _heads(section, info)
    _numbers(section)
    properties(document, info)
    return document


def packed(document: WordDocument, as_of: str) -> bytes:
    """The file: the same document gives the same bytes."""
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue(), as_of)


def text_width(place: Any) -> float:
    """Millimetres of the type area in the section that a paragraph stands in."""
    section = next(iter(place.xpath("following::w:sectPr[1]")))
    measures = (section.page_width, section.left_margin, section.right_margin)
    width, left, right = (measure or 0 for measure in measures)
    return Emu(width - left - right).mm or TEXT_WIDTH_MM


def tabs(paragraph: Any, *stops: tuple[float, WD_TAB_ALIGNMENT]) -> None:
    """Tab stops of a paragraph, in millimetres."""
    for millimetres, alignment in stops:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(millimetres), alignment)


def _drop_unused(document: WordDocument) -> None:
    """Leave out what the library's template brings along."""
    for relations in (document.part.rels, document.part.package.rels):
        for key, relation in list(relations.items()):
            if any(relation.reltype.endswith(name) for name in _UNUSED):
                relations.pop(key)


def _heads(section: Any, info: Masthead) -> None:
    """First page: classification and mark; then the bulletin's name and the mark on every page."""
    running = f"{info.bulletin_name}　{info.issue_label}"
    for head, left in (
        (section.first_page_header, info.classification),
        (section.header, running),
        (section.even_page_header, running),
    ):
        head.is_linked_to_previous = False
        paragraph = head.paragraphs[0]
        tabs(paragraph, (TEXT_WIDTH_MM, WD_TAB_ALIGNMENT.RIGHT))
        paragraph.add_run(f"{left}\t{info.mark}")
        if left is running:
            lines = element("pBdr", border("bottom", 4, "A6A6A6"))
            paragraph._p.get_or_add_pPr().append(lines)


def _numbers(section: Any) -> None:
    """``— 1 —``: odd pages at the right, even ones at the left, one character in."""
    for foot, alignment, page in (
        (section.first_page_footer, WD_ALIGN_PARAGRAPH.RIGHT, "1"),
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "3"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "2"),
    ):
        foot.is_linked_to_previous = False
        paragraph = foot.paragraphs[0]
        paragraph.alignment = alignment
        layout = paragraph.paragraph_format
        layout.left_indent = layout.right_indent = Pt(14)
        for run in (text_run("— "), *field("PAGE", page), text_run(" —")):
            paragraph._p.append(run)


def properties(document: WordDocument, info: Masthead) -> None:
    """Who, what and as of when, and no name of an editing session."""
    describe(document.core_properties, info)
    for code in document.settings.element.findall(qn("w:rsids")):
        document.settings.element.remove(code)
