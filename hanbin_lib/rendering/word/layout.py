"""Page, typefaces and styles after GB/T 9704: 仿宋 三号, 22 lines a page, 28 characters a line.

A typeface is named, not embedded: Word and WPS take the office's own. For each a second name is
given (``altName``) that newer systems use for the same face.
"""

import io
from collections.abc import Container
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import nsmap, qn
from docx.parts.numbering import NumberingPart
from docx.shared import Emu, Mm, Pt, RGBColor
from lxml import etree

from hanbin_lib.display import Masthead
from hanbin_lib.rendering.office_files import describe, repacked
from hanbin_lib.rendering.word.markup import INK, border, element, field, text_run

FANGSONG, KAITI, HEITI, HEADLINE, SONGTI = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"
LINE_POINTS = 28.95  # 22 lines on 225 mm
HEAD_RED = "D0121B"  # 红头
_ALTERNATIVES = {FANGSONG: "仿宋", KAITI: "楷体", HEITI: "SimHei", HEADLINE: "华文中宋", SONGTI: "SimSun"}
_KEPT = {"Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Caption", "Header", "Footer"}
_WORDS_OWN = {
    "Normal",
    "Title",
    "heading 1",
    "heading 2",
    "heading 3",
    "caption",
    "header",
    "footer",
    "toc 1",
}
_KEPT_KINDS = {"Default Paragraph Font", "Normal Table", "No List"}

# Name: face, size (pt), line pitch (pt, none for single), first-line indent (characters).
_PARAGRAPHS: dict[str, tuple[str, float, float | None, int]] = {
    "Normal": (FANGSONG, 16, LINE_POINTS, 0),
    "Title": (HEADLINE, 22, 32, 0),
    "Heading 1": (HEITI, 16, LINE_POINTS, 0),
    "Heading 2": (KAITI, 16, LINE_POINTS, 0),
    "Heading 3": (FANGSONG, 16, LINE_POINTS, 0),
    "Caption": (HEITI, 10.5, 15, 0),
    "Header": (SONGTI, 9, None, 0),
    "Footer": (SONGTI, 14, None, 0),
    "正文段": (FANGSONG, 16, LINE_POINTS, 2),
    "导语": (KAITI, 16, LINE_POINTS, 2),
    "要点": (FANGSONG, 14, 22, 2),
    "事项": (FANGSONG, 13, 18, 2),
    "跟踪": (FANGSONG, 10.5, 14, 0),
    "目录题": (HEITI, 12, 20, 0),
    "toc 1": (SONGTI, 10.5, 16, 0),
    "注": (FANGSONG, 10.5, 15, 0),
    "图": (FANGSONG, 10.5, None, 0),
    "表格": (SONGTI, 9, None, 0),
    "红头": (HEADLINE, 36, None, 0),
    "期号": (FANGSONG, 14, 22, 0),
}
# Points before and after, where there are any.
_SPACES = {
    "Title": (10, 8), "Heading 1": (12, 6), "Heading 2": (6, 3), "Heading 3": (6, 3),
    "Caption": (10, 3), "注": (4, 6), "导语": (0, 6),
}  # fmt: skip
_CENTRED = ("Title", "红头")
_LEVELS = ("Heading 1", "Heading 2", "Heading 3")
STYLE_OF = {"body": "正文段", "lead": "导语", "note": "注", "follow": "跟踪", "point": "事项"}
_Level = tuple[str, str, str]  # style, format and text of the number
_CHINESE = "chineseCounting"
_EMPTY = f'<w:numbering xmlns:w="{nsmap["w"]}"/>'.encode()
# The levels of one list count within each other.
_LISTS: tuple[tuple[_Level, ...], ...] = (
    (("Heading 1", _CHINESE, "%1、"), ("Heading 2", _CHINESE, "（%2）"), ("Heading 3", "decimal", "%3.")),
    (("事项", _CHINESE, "（%1）"),),
)
TEXT_WIDTH_MM = 156.0  # of the type area
_MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
_NUMBER_MM = 35 - 7 - 5  # the number's line ends 12 mm under the type area
_UNUSED = ("stylesWithEffects", "thumbnail", "customXml")


def set_up_styles(document: WordDocument) -> None:
    """Replace the template's styles by the few of an official document."""
    for style in list(document.styles):
        if style.name not in _KEPT | _KEPT_KINDS:
            style.delete()
    clear(document)
    for name in _PARAGRAPHS:
        _set_up(document, name)
    number(document, _PARAGRAPHS)
    _language(document)
    _name_alternatives(document)


def add_styles(document: WordDocument) -> None:
    """Give an office's own document those of the styles that it has not; its own stay as they are."""
    _name_as_word_does(document)
    there = {style.name for style in document.styles}
    lacking = [name for name in _PARAGRAPHS if name not in there]
    for name in lacking:
        _set_up(document, name)
    number(document, lacking)


def _name_as_word_does(document: WordDocument) -> None:
    """Word's own styles by Word's names: it takes no heed of capitals, LibreOffice writes others."""
    names = [style.element.find(qn("w:name")) for style in document.styles]
    there = {name.get(qn("w:val")) for name in names}
    for own in _WORDS_OWN - there:
        for name in names:
            if name.get(qn("w:val")).lower() == own.lower():
                name.set(qn("w:val"), own)
                break


def set_faces(properties: Any, face: str) -> None:
    """Name the face of Chinese and of Latin text in run properties.

    Quotation marks and dashes, which both scripts have, are Chinese (``hint``).
    """
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    properties.insert(
        0, element("rFonts", ascii=LATIN, hAnsi=LATIN, cs=LATIN, eastAsia=face, hint="eastAsia")
    )


def _set_up(document: WordDocument, name: str) -> None:
    style = _style(document, name)
    face, size, pitch, indent = _PARAGRAPHS[name]
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    set_faces(properties, face)
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor.from_string(HEAD_RED if name == "红头" else INK)
    for child in list(style.element.get_or_add_pPr()):
        if child.tag in {qn("w:pBdr"), qn("w:contextualSpacing"), qn("w:numPr"), qn("w:tabs")}:
            style.element.pPr.remove(child)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = map(Pt, _SPACES.get(name, (0, 0)))
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY if pitch else WD_LINE_SPACING.SINGLE
    if pitch:
        layout.line_spacing = Pt(pitch)
    if indent:
        style.element.get_or_add_pPr().append(
            element("ind", firstLineChars=indent * 100, firstLine=round(indent * size * 20))
        )
    if name in _CENTRED:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if name in _LEVELS or name == "Caption":
        layout.keep_with_next = True


def _style(document: WordDocument, name: str) -> Any:
    if name in {style.name for style in document.styles}:
        return document.styles[name]
    is_words_own = name in _KEPT or name == "toc 1"
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=is_words_own)
    if name != "Normal":
        style.base_style = document.styles["Normal"]
    if name in _LEVELS:
        style.element.get_or_add_pPr().append(element("outlineLvl", val=_LEVELS.index(name)))
    style.quick_style = True
    return style


def _language(document: WordDocument) -> None:
    """Chinese, for the spelling check and for screen readers."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in defaults.findall(qn("w:lang")):
        defaults.remove(child)
    defaults.append(element("lang", val="en-US", eastAsia="zh-CN"))
    set_faces(defaults, FANGSONG)
    for language in document.settings.element.findall(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _name_alternatives(document: WordDocument) -> None:
    """The table of faces, each with the name that another system has for it."""
    part = next(p for p in document.part.package.iter_parts() if p.partname == "/word/fontTable.xml")
    faces = [
        element("font", element("altName", val=other), element("charset", val=86), name=name)
        for name, other in _ALTERNATIVES.items()
    ]
    table = element("fonts", *faces)
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def number(document: WordDocument, styles: Container[str]) -> None:
    """Let those of the numbered styles that are among `styles` count their paragraphs."""
    for levels in _LISTS:
        _add_list(document, {name: n for n, (name, _, _) in enumerate(levels) if name in styles}, levels)


def clear(document: WordDocument) -> None:
    """Leave out the lists of the library's template."""
    numbering = _numbering_of(document)
    for child in list(numbering):
        numbering.remove(child)


def is_numbered(document: WordDocument, style: str) -> bool:
    """Whether paragraphs of that style are counted by the document itself."""
    level: Any = document.styles[style]
    while level is not None:
        found = level.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is not None:
            number_of = found.find(qn("w:numId"))
            return number_of is not None and number_of.get(qn("w:val")) != "0"
        level = level.base_style
    return False


def without_number(paragraph: Any) -> None:
    """Leave a paragraph out of the counting of its style."""
    _count(paragraph._p, 0, 0)


def _add_list(document: WordDocument, tied: dict[str, int], levels: tuple[_Level, ...]) -> None:
    """A list of these levels, and the styles that count by them."""
    if not tied:
        return
    numbering = _numbering_of(document)
    used = [int(listed.get(qn("w:abstractNumId"))) for listed in numbering.findall(qn("w:abstractNum"))]
    own = max(used, default=-1) + 1
    made = element("abstractNum", element("multiLevelType", val="multilevel"), abstractNumId=own)
    for level, (name, form, text) in enumerate(levels):
        made.append(_level(level, document.styles[name].style_id if name in tied else "", form, text))
    instances = numbering.findall(qn("w:num"))  # they stand behind all lists
    numbering.insert(numbering.index(instances[0]) if instances else len(numbering), made)
    instance = numbering.add_num(own).numId
    for name, level in tied.items():
        _count(document.styles[name].element, level, instance)


def _count(holder: Any, level: int, instance: int) -> None:
    properties = holder.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = instance


def _numbering_of(document: WordDocument) -> Any:
    """The document's lists; an office's document may have none."""
    part: Any = document.part
    try:
        return part.numbering_part.element
    except NotImplementedError:
        made = NumberingPart.load(
            PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, _EMPTY, part.package
        )
        part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
        return made.element


def _level(level: int, style: str, form: str, text: str) -> Any:
    """One level; its number is followed by nothing, as 、 and ） are wide enough."""
    tied = (element("pStyle", val=style),) if style else ()
    return element(
        "lvl", element("start", val=1), element("numFmt", val=form), *tied, element("suff", val="nothing"),
        element("lvlText", val=text), element("lvlJc", val="left"), ilvl=level,
    )  # fmt: skip


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
