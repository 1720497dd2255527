"""Slides for the dispatch meeting: native charts and tables that may be edited, from the same objects.

A plain deck, or one of the office's own master: title, key figures, decisions, then a slide a chapter
with its sentence and its first chart, or its first table. Definitions, source and the numbers in words
stand in the notes.
"""

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Mm, Pt

from hanbin_lib.charts.style import GREY_2, GREY_3, INK, RED
from hanbin_lib.display import (
    Chart,
    Decisions,
    Display,
    KeyFigures,
    Paragraph,
    Table,
    charts_of,
    plain_text,
    tables_of,
)
from hanbin_lib.display.model import AnnexTable
from hanbin_lib.display.text import visible
from hanbin_lib.display.tree import table_data
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.native_charts import finish, is_native, limits_in_words, native_data
from hanbin_lib.rendering.office_files import describe, repacked
from hanbin_lib.rendering.own_documents import (
    Room,
    body_layout,
    check_documents,
    drop_unused,
    front_layout,
    opened,
    room_of,
)
from hanbin_lib.rendering.typesetting import pictures

_WIDTH, _HEIGHT, _MARGIN = 338.7, 190.5, 14.0  # mm, 16:9
_FACE, _LATIN = "微软雅黑", "Arial"
_INK, _GREY, _LIGHT, _RED = (colour[1:] for colour in (INK, GREY_2, GREY_3, RED))
_TITLE_SIZE, _LEAD_SIZE, _CHAPTER_LEAD, _SIZE = 28, 20, 18, 14
_POINT = 12700  # EMU
_PADDING = 1.5  # half characters beside a cell's text
_MOST_ROWS, _MOST_SLIDES, _FRONT = 13, 12, 3
_PIXELS_PER_INCH = 160
_BODY_TOP, _BODY_HEIGHT = 56.0, 112.0  # mm
_HOUSE = Room(
    Mm(_MARGIN), Mm(_WIDTH - 2 * _MARGIN), Mm(30), 1.0
)  # its body begins there: a box is where it says
_THEME_FONTS = ("majorFont", "minorFont")


@dataclass(frozen=True)
class _Chapter:
    title: str
    lead: str
    charts: list[Chart]
    tables: list[Table]


def pptx(content: Content, typography: Typography) -> bytes:
    """The deck; the same content gives the same bytes."""
    deck = _Deck(content, typography)
    deck.title()
    deck.key_figures()
    deck.decisions()
    for chapter in _chosen(list(_chapters(content)), _MOST_SLIDES - _FRONT):
        deck.chapter(chapter)
    buffer = io.BytesIO()
    deck.file.save(buffer)
    return repacked(buffer.getvalue(), content.masthead.as_of)


def _chapters(content: Content) -> Iterator[_Chapter]:
    for title, parts in groupby(content.by_chapter(), lambda part: part[0]):
        if title:
            yield _chapter(title, [display for _, display in parts])


def _chapter(title: str, displays: list[Display]) -> _Chapter:
    leads = (plain_text(p.parts) for p in displays if isinstance(p, Paragraph) and p.style == "lead")
    charts = [chart for display in displays for chart in charts_of(display)]
    tables = [table for display in displays for table in tables_of(display)]
    in_print = [table for table in tables if not isinstance(table, AnnexTable)]
    return _Chapter(title, next(leads, ""), charts, in_print)


def _chosen(chapters: list[_Chapter], most: int) -> list[_Chapter]:
    """Chapters with something to show; where there are too many, those with a chart."""
    shown = [chapter for chapter in chapters if chapter.charts or chapter.tables]
    by_need = sorted(shown, key=lambda chapter: not chapter.charts)
    kept = {id(chapter) for chapter in islice(by_need, most)}
    return [chapter for chapter in shown if id(chapter) in kept]


def _fitting(size: int, totals: int, red: Collection[int]) -> list[int]:
    """Which rows a slide has room for: sums, red rows before others, in the table's own order."""
    if size <= _MOST_ROWS:
        return list(range(size))
    body = range(size - totals)
    first = sorted(body, key=lambda n: (n not in red, n))
    return [*sorted(first[: _MOST_ROWS - 1 - totals]), *range(size - totals, size)]


class _Deck:
    """One file, and the slides that are added to it."""

    def __init__(self, content: Content, typography: Typography) -> None:
        self.content, self.info, self.typography = content, content.masthead, typography
        self.has_master = bool(typography.slide_document)
        if self.has_master:
            check_documents([(typography.slide_master, typography.slide_document)])
            self.file = opened(typography.slide_document)
            self.layout: Any = body_layout(self.file)
            self.room = room_of(self.file, self.layout)
        else:
            self.file, self.room = _house_file(), _HOUSE
            self.layout = self.file.slide_layouts[5]
        describe(self.file.core_properties, self.info)

    def title(self) -> None:
        about = (self.info.issue_label, self.info.date_label, self.info.mark, self.info.classification)
        lines = [self.info.issuer, "　".join(filter(None, about))]
        front = front_layout(self.file) if self.has_master else None
        if front is not None:
            slide = self.file.slides.add_slide(front)
            slide.shapes.title.text_frame.text = visible(self.info.title)
            slide.placeholders[1].text_frame.text = visible("\n".join((self.info.bulletin_name, *lines)))
            return
        slide = self._slide(self.info.title)
        if not self.has_master:
            title = slide.shapes.title
            title.left, title.top, title.width, title.height = self.room.box(62, 30)
            title.text_frame.paragraphs[0].runs[0].font.size = Pt(36)
        self._text(slide, lines, 96, 26, size=_LEAD_SIZE, colour=_GREY)
        self._text(slide, [self.info.bulletin_name], 40, 16, size=_LEAD_SIZE, colour=_RED, is_bold=True)

    def key_figures(self) -> None:
        cards = next(
            (display.cards for display in self.content.displays if isinstance(display, KeyFigures)), ()
        )
        rows = [
            [
                card.label,
                card.figure.text,
                plain_text(card.change.parts) if card.change else "",
                str(card.aside or ""),
            ]
            for card in cards
        ]
        slide = self._slide("主要数字")
        self._grid(slide, [["指标", "本月", "比较", "相关"], *rows], ["left", "right", "right", "right"], ())
        summary = next((plain_text(p.parts) for p in self.content.displays if isinstance(p, Paragraph)), "")
        self._notes(slide, [summary])

    def decisions(self) -> None:
        found = next((display for display in self.content.displays if isinstance(display, Decisions)), None)
        if found is None:
            return
        slide = self._slide(found.title)
        lines: list[str] = []
        for number, item in enumerate(found.items, 1):
            lines += [f"{number}. {plain_text(item.ask)}", plain_text(item.detail)]
        self._text(slide, lines or [found.none], 40, 120, size=18, bold_lines=range(0, len(lines), 2))

    def chapter(self, chapter: _Chapter) -> None:
        slide = self._slide(chapter.title)
        if chapter.lead:
            is_long = len(chapter.lead) * _CHAPTER_LEAD * _POINT > 2 * self.room.width
            self._text(slide, [chapter.lead], 32, 22, size=_SIZE if is_long else _CHAPTER_LEAD)
        if chapter.charts:
            self._chart(slide, chapter.charts[0])
            return
        table = chapter.tables[0]
        data = table_data(table)
        rows = [[column["texts"][n] for column in data["columns"]] for n in range(data["size"])]
        kept = _fitting(len(rows), table.totals, data["emphasis"])
        heads = [column["heading"] for column in data["columns"]]
        red = [place for place, n in enumerate(kept) if n in data["emphasis"]]
        shown = [rows[n] for n in kept]
        self._grid(slide, [heads, *shown], [column["align"] for column in data["columns"]], red)
        left_out = len(rows) - len(kept)
        more = f"本页只列{len(kept)}行，标红的优先；另有{left_out}行，见附表" if left_out else ""
        below = "；".join(filter(None, (table.unit_line, more)))
        self._text(slide, [below], _BODY_TOP + _BODY_HEIGHT + 8, 10, size=_SIZE, colour=_GREY)
        self._notes(slide, [table.title, table.unit_line, more])

    def _chart(self, slide: Any, chart: Chart) -> None:
        box = self.room.box(_BODY_TOP + 8, _BODY_HEIGHT)
        self._text(slide, [chart.title], _BODY_TOP - 2, 10, size=16, is_bold=True)
        if not is_native(chart.data):
            self._picture(slide, chart, box)
        else:
            kind, data = native_data(chart.data)
            frame = slide.shapes.add_chart(kind, *box, data)
            frame._element.nvGraphicFramePr.cNvPr.set("descr", visible(chart.alt))
            finish(frame.chart, chart.data, _SIZE)
        below = "；".join(filter(None, (chart.unit_line, limits_in_words(chart.data), chart.source)))
        self._text(slide, [below], _BODY_TOP + _BODY_HEIGHT + 8, 10, size=_SIZE, colour=_GREY)
        self._notes(slide, [chart.alt, chart.unit_line, chart.source])

    def _picture(self, slide: Any, chart: Chart, box: tuple[Any, ...]) -> None:
        drawing = [(chart.svg, chart.width_mm)]
        (png,) = pictures(drawing, _PIXELS_PER_INCH, self.typography.extra_font_folders)
        left, top, _, height = box
        width = Emu(int(height * chart.width_mm / chart.height_mm))
        placed = slide.shapes.add_picture(io.BytesIO(png), left, top, width, height)
        placed._element.nvPicPr.cNvPr.set("descr", visible(chart.alt))

    def _slide(self, title: str) -> Any:
        slide = self.file.slides.add_slide(self.layout)
        for unused in [place for place in slide.placeholders if place.placeholder_format.idx]:
            unused._element.getparent().remove(unused._element)
        frame = slide.shapes.title.text_frame
        if self.has_master:
            frame.text = visible(title)
            return slide
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = self.room.box(12, 16)
        frame.text, frame.vertical_anchor = visible(title), MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        _look(frame.paragraphs[0].runs[0], _TITLE_SIZE, _INK, is_bold=True)
        return slide

    def _text(
        self, slide: Any, lines: list[str], top: float, height: float, *, size: int, colour: str = _INK,
        is_bold: bool = False, bold_lines: range = range(0),
    ) -> None:  # fmt: skip
        box = slide.shapes.add_textbox(*self.room.box(top, height))
        frame = box.text_frame
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = visible(line)
            _look(run, size, colour, is_bold=is_bold or number in bold_lines)

    def _grid(
        self, slide: Any, rows: list[list[str]], aligns: list[str], red: tuple[int, ...] | list[int]
    ) -> None:
        box = self.room.box(_BODY_TOP, min(9.0 * len(rows), 122.0))
        grid = slide.shapes.add_table(len(rows), len(aligns), *box).table
        for column, width in zip(grid.columns, _widths(rows, Emu(self.room.width).mm), strict=True):
            column.width = Mm(width)
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                cell = grid.cell(number, place)
                cell.margin_top = cell.margin_bottom = Mm(0.8)
                cell.margin_left = cell.margin_right = Mm(1.2)
                run = cell.text_frame.paragraphs[0].add_run()
                run.text = visible(text)
                cell.text_frame.paragraphs[0].alignment = (
                    PP_ALIGN.RIGHT if aligns[place] == "right" else PP_ALIGN.LEFT
                )
                is_red = number - 1 in red and place == 0
                colour = "FFFFFF" if number == 0 else _RED if is_red else _INK
                _look(run, _SIZE, colour, is_bold=number == 0 or is_red)

    def _notes(self, slide: Any, lines: list[str]) -> None:
        slide.notes_slide.notes_text_frame.text = "\n".join(visible(line) for line in lines if line)


def _house_file() -> Any:
    file = Presentation()
    file.slide_width, file.slide_height = Mm(_WIDTH), Mm(_HEIGHT)
    _set_theme(file)
    drop_unused(file)
    return file


def _set_theme(file: Any) -> None:
    """The East Asian face belongs into the theme: the name of a run's face is that of Latin letters."""
    part = file.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    for kind in _THEME_FONTS:
        fonts = next(theme.iter(qn(f"a:{kind}")))
        fonts.find(qn("a:latin")).set("typeface", _LATIN)
        fonts.find(qn("a:ea")).set("typeface", _FACE)
    for name, colour in (("accent1", _GREY), ("accent2", _RED), ("accent3", _LIGHT)):
        place = next(theme.iter(qn(f"a:{name}")))
        etree.SubElement(_emptied(place), qn("a:srgbClr")).set("val", colour)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _emptied(element: Any) -> Any:
    for child in list(element):
        element.remove(child)
    return element


def _widths(rows: list[list[str]], whole: float) -> list[float]:
    """Millimetres of each column, by its longest text."""
    lengths = ([min(sum(1 + (ord(c) > 255) for c in text), 40) for text in column] for column in
               zip(*rows, strict=True))  # fmt: skip
    wanted = [max(4, *column) + _PADDING for column in lengths]
    return [whole * share / sum(wanted) for share in wanted]


def _look(run: Any, size: int, colour: str, *, is_bold: bool = False) -> None:
    run.font.size, run.font.bold = Pt(size), is_bold
    run.font.color.rgb = RGBColor.from_string(colour)
    run._r.get_or_add_rPr().set("lang", "zh-CN")
