"""Blocks (`display.word`) to paragraphs, captions, tables and pictures."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from hanbin_lib.display import ChartData
from hanbin_lib.display.word import Block
from hanbin_lib.rendering.native_charts import chart_files, is_native, limits_in_words
from hanbin_lib.rendering.word.layout import (
    HEAD_RED,
    HEITI,
    STYLE_OF,
    TEXT_WIDTH_MM,
    is_numbered,
    set_faces,
    tabs,
    text_width,
    without_number,
)
from hanbin_lib.rendering.word.markup import bookmark, border, contents_field, element, field
from hanbin_lib.rendering.word.tables import table_element

_HEAD_POINTS = 36.0
_HEAD_ROOM = 430.0  # points: a longer name is set smaller, never in two lines
_RED_RULE = 14  # eighths of a point
_IMPRINT_RULES = (8, 6, 8)
_LEAST_HEIGHT, _MOST_HEIGHT = 58.0, 80.0  # mm, of a native chart
_TYPE_SIZE = 9  # points
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


class Writer:
    """Writes blocks one after the other, and counts tables and figures; page one stands alone.

    Parameters
    ----------
    document
        Where it writes: at its end, or `before` one of its paragraphs.
    pictures
        PNG of each chart that is a picture, in the order of the charts.
    titles
        Headings of the first level, for the contents that stand before the first chapter.
    """

    def __init__(self, document: WordDocument, pictures: Iterable[bytes], titles: Sequence[str] = ()) -> None:
        self.document = document
        self.before: Any = document._body._element[-1]  # its section
        self.width_mm = TEXT_WIDTH_MM
        self.pictures = iter(pictures)
        self.counts = {"表": 0, "图": 0}
        self.styles: dict[str, str | None] = {}
        self.counted: dict[str, bool] = {}
        self.is_page_one = False
        self.titles = list(titles)
        self.headings = 0
        marks = document.element.body.iter(qn("w:bookmarkStart"))
        self.first_mark = 1 + max((int(mark.get(qn("w:id"))) for mark in marks), default=-1)
        self.kinds: dict[str, Callable[[Block], object]] = {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "table": self._table,
            "chart": self._chart,
            "masthead": self._masthead,
            "imprint": self._imprint,
            "contents": lambda _: self._contents(),
        }

    def write(self, block: Block) -> None:
        """Write one block."""
        self.kinds[block["kind"]](block)

    def fill(self, place: Any, blocks: Iterable[Block], *, is_page_one: bool) -> None:
        """Write blocks where a paragraph of the document keeps their place; where it broke, they break."""
        self.before, self.is_page_one, self.width_mm = place, is_page_one, text_width(place)
        first = len(place.getparent()[: place.getparent().index(place)])
        for block in blocks:
            self.write(block)
        before, after = _page_breaks(place)
        if before:
            self._break_before(place.getparent()[first])
        if after:
            self._break_before(place.getnext())
        if place.pPr is not None and place.pPr.find(qn("w:sectPr")) is not None:
            for run in place.findall(qn("w:r")):
                place.remove(run)
        else:
            place.getparent().remove(place)

    def _break_before(self, written: Any) -> None:
        if written is not None and written.tag == qn("w:p"):
            Paragraph(written, self.document._body).paragraph_format.page_break_before = True

    def _add(self, text: str = "", *, style: str) -> Paragraph:
        """A paragraph at the end; its style is looked up once a document, not once a paragraph."""
        self.before.addprevious(made := element("p"))
        paragraph = Paragraph(made, self.document._body)
        paragraph._p.style = self._style_id(style)
        if text:
            paragraph.add_run(text)
        return paragraph

    def _style_id(self, style: str) -> str | None:
        if style not in self.styles:
            part: Any = self.document.part
            self.styles[style] = part.get_style_id(style, WD_STYLE_TYPE.PARAGRAPH)
        return self.styles[style]

    def _paragraph(self, block: Block) -> None:
        is_summary = self.is_page_one and block["style"] == "body"  # smaller, so that page one is one page
        style = "要点" if is_summary else STYLE_OF[block["style"]]
        paragraph = self._add(style=style)
        self._count(paragraph, style, block.get("numeral", ""))
        for text, is_bold in block["runs"]:
            run = paragraph.add_run(text)
            if is_bold:  # a face of its own: 仿宋 and 楷体 have no bold
                set_faces(run._r.get_or_add_rPr(), HEITI)

    def _heading(self, block: Block) -> None:
        if self.is_page_one and block.get("is_chapter"):
            self.is_page_one = False
            self._contents().paragraph_format.page_break_before = True
        style = f"Heading {block['level']}"
        heading = self._add(style=style)
        self._count(heading, style, block["numeral"])
        heading.add_run(block["text"])
        if block["level"] == 1:
            number, name = self.first_mark + self.headings, bookmark(self.headings)
            heading._p.insert(1, element("bookmarkStart", id=number, name=name))
            heading._p.append(element("bookmarkEnd", id=number))
            self.headings += 1

    def _count(self, paragraph: Paragraph, style: str, numeral: str) -> None:
        """Where the style counts, the document writes the numeral itself."""
        if style not in self.counted:
            self.counted[style] = is_numbered(self.document, style)
        if self.counted[style] and not numeral:
            without_number(paragraph)
        elif numeral and not self.counted[style]:
            paragraph.add_run(numeral)

    def _contents(self) -> Paragraph:
        """The contents: their heading."""
        head = self._add("目录", style="目录题")
        for runs in contents_field(self.titles) if self.titles else ():
            line = self._add(style="toc 1")
            for run in runs:
                line._p.append(run)
        return head

    def _table(self, block: Block) -> None:
        if block["title"]:
            self._caption("表", block["title"], block["unit_line"])
        caption = block["title"] or "、".join(c["heading"] for c in block["columns"])
        table = table_element(block, caption, self.width_mm, self._style_id("表格"))
        self.before.addprevious(table)
        self._gap()

    def _chart(self, block: Block) -> None:
        self._caption("图", block["title"], block["unit_line"])
        paragraph = self._add(style="图")
        if is_native(block["data"]):
            width, height = self.width_mm, min(max(block["height_mm"], _LEAST_HEIGHT), _MOST_HEIGHT)
            drawn = native_chart(self.document, block["data"], width, height)
            paragraph.add_run()._r.append(drawn)
        else:
            width = min(block["width_mm"], self.width_mm)
            drawn = paragraph.add_run().add_picture(io.BytesIO(next(self.pictures)), width=Mm(width))._inline
        described = drawn.find(f".//{qn('wp:docPr')}")
        described.set("descr", block["alt"])
        described.set("name", f"图{self.counts['图']}")
        below = "；".join(filter(None, (limits_in_words(block["data"]), block["source"])))
        paragraph.paragraph_format.keep_with_next = bool(below)
        if below:
            self._add(below, style="注")

    def _caption(self, kind: str, title: str, unit_line: str) -> None:
        self.counts[kind] += 1
        paragraph = self._add(style="Caption")
        paragraph.add_run(f"{kind} ")
        for run in field(f"SEQ {kind} \\* ARABIC", str(self.counts[kind])):
            paragraph._p.append(run)
        paragraph.add_run(f"　{title}")
        if unit_line:
            line = self._add(unit_line, style="注")
            line.paragraph_format.keep_with_next = True
            line.paragraph_format.space_before = Pt(0)

    def _masthead(self, block: Block) -> None:
        name, self.is_page_one = block["bulletin_name"], True
        head = self._add(style="红头")
        run = head.add_run(name)
        run.font.size = Pt(min(_HEAD_POINTS, round(2 * _HEAD_ROOM / max(len(name), 1)) / 2))
        if block["document_number"]:
            number = self._add(block["document_number"], style="期号")
            number.paragraph_format.alignment = 1
        line = self._add(style="期号")
        tabs(line, (TEXT_WIDTH_MM / 2, WD_TAB_ALIGNMENT.CENTER), (TEXT_WIDTH_MM, WD_TAB_ALIGNMENT.RIGHT))
        line.add_run(f"{block['issuer']}\t{block['issue_label']}\t{block['date_label']}")
        line._p.get_or_add_pPr().insert_element_before(
            element("pBdr", border("bottom", _RED_RULE, HEAD_RED)), "w:shd", "w:tabs", "w:spacing", "w:jc"
        )
        self._add(block["title"], style="Title")

    def _imprint(self, block: Block) -> None:
        """版记: two lines between rules, at the document's end."""
        self._gap()
        first = self._add(f"报：{block['report_to']}。", style="期号")
        second = self._add(style="期号")
        tabs(second, (TEXT_WIDTH_MM - 5, WD_TAB_ALIGNMENT.RIGHT))
        second.add_run(f"{block['issuer']}\t{block['date_label']}")
        top, middle, bottom = _IMPRINT_RULES
        for paragraph, lines in ((first, (top, middle)), (second, (0, bottom))):
            sides = element(
                "pBdr", *[border(s, w) for s, w in zip(("top", "bottom"), lines, strict=True) if w]
            )
            paragraph._p.get_or_add_pPr().insert_element_before(
                sides, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
            )
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(0)
            paragraph.paragraph_format.first_line_indent = Pt(14)
        first.paragraph_format.keep_with_next = True
        if block["record"]:
            run = self._add(style="图").add_run(block["record"])
            run.font.size = Pt(8)

    def _gap(self) -> None:
        """Word joins tables that follow each other without a paragraph between."""
        paragraph = self._add(style="图")
        mark = element("rPr", element("sz", val=8))
        paragraph._p.get_or_add_pPr().append(mark)


def _page_breaks(paragraph: Any) -> tuple[bool, bool]:
    """Whether a page begins with a paragraph, and whether one begins after it: by its layout or a break."""
    layout = paragraph.pPr
    found = {True: layout is not None and layout.pageBreakBefore is not None, False: False}
    is_before = True
    for piece in paragraph.iter(qn("w:t"), qn("w:br")):
        if piece.tag == qn("w:t"):
            is_before = is_before and not piece.text
        elif piece.get(qn("w:type")) == "page":
            found[is_before] = True
    return found[True], found[False]


def native_chart(document: WordDocument, data: ChartData, width_mm: float, height_mm: float) -> Any:
    """``w:drawing`` of a chart, whose parts the document has from now on."""
    part, package = document.part, document.part.package
    drawn, numbers = chart_files(data, _TYPE_SIZE)
    name = package.next_partname("/word/charts/chart%d.xml")
    chart = Part(name, CONTENT_TYPE.DML_CHART, drawn, package)
    key = part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    name = package.next_partname("/word/embeddings/Microsoft_Excel_Sheet%d.xlsx")
    chart.relate_to(Part(name, CONTENT_TYPE.SML_SHEET, numbers, package), RELATIONSHIP_TYPE.PACKAGE)
    return parse_xml(
        f'<w:drawing {nsdecls("w", "wp", "a", "r")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{Mm(width_mm)}" cy="{Mm(height_mm)}"/><wp:docPr id="{part.next_id}" name=""/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_CHART}">'
        f'<c:chart xmlns:c="{_CHART}" r:id="{key}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
