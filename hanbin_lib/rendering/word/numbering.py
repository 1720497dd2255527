"""Real numbering: 一、（一）1. of headings and （一） of points; a chapter may be put between."""

from collections.abc import Container
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import nsmap, qn
from docx.parts.numbering import NumberingPart

from hanbin_lib.rendering.word.markup import element

_Level = tuple[str, str, str]  # style, format and text of the number
_CHINESE = "chineseCounting"
_EMPTY = f'<w:numbering xmlns:w="{nsmap["w"]}"/>'.encode()
# The levels of one list count within each other.
_LISTS: tuple[tuple[_Level, ...], ...] = (
    (("Heading 1", _CHINESE, "%1、"), ("Heading 2", _CHINESE, "（%2）"), ("Heading 3", "decimal", "%3.")),
    (("事项", _CHINESE, "（%1）"),),
)


def number(document: WordDocument, styles: Container[str]) -> None:
    """Let those of the numbered styles that are among `styles` count their paragraphs."""
    for levels in _LISTS:
        _add_list(document, {name: n for n, (name, _, _) in enumerate(levels) if name in styles}, levels)


def clear(document: WordDocument) -> None:
    """Leave out the lists of the library's template."""
    numbering = _numbering_of(document)
    for one in list(numbering):
        numbering.remove(one)


def is_numbered(document: WordDocument, style: str) -> bool:
    """Whether paragraphs of that style are counted by the document itself."""
    one: Any = document.styles[style]
    while one is not None:
        found = one.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is not None:
            number_of = found.find(qn("w:numId"))
            return number_of is not None and number_of.get(qn("w:val")) != "0"
        one = one.base_style
    return False


def without_number(paragraph: Any) -> None:
    """Leave a paragraph out of the counting of its style."""
    _count(paragraph._p, 0, 0)


def _add_list(document: WordDocument, tied: dict[str, int], levels: tuple[_Level, ...]) -> None:
    """A list of these levels, and the styles that count by them."""
    if not tied:
        return
    numbering = _numbering_of(document)
    used = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
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
