"""The Word edition: what the page and the PDF say, word by word; only drawings become pictures."""

from collections.abc import Iterable, Iterator
from itertools import count

from docx.text.paragraph import Paragraph

from hanbin_lib.display import Imprint, Masthead, Missing
from hanbin_lib.display.numbers import numeral
from hanbin_lib.display.word import Block, paragraph, to_word
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.markdown import markdown_blocks
from hanbin_lib.rendering.native_charts import is_native
from hanbin_lib.rendering.own_documents import check_documents
from hanbin_lib.rendering.typesetting import pictures, slim
from hanbin_lib.rendering.word.layout import add_styles, blank, packed, properties
from hanbin_lib.rendering.word.template import BODY, FRONT, TABLE, Filling, Part, filled
from hanbin_lib.rendering.word.writing import Writer

_PIXELS_PER_INCH = 220
_DAY = "2000-01-01"  # of the file; a filled one has that of its month


def docx(content: Content, typography: Typography) -> bytes:
    """The Word document, in the office's own template where there is one; always the same bytes.

    Raises
    ------
    HanbinError
        ``HB-TYP-006`` the template has faults.
    """
    if typography.word_document:
        return from_template(content, typography, typography.word_document, typography.word_template)
    return house_docx(content, typography)


def house_docx(content: Content, typography: Typography) -> bytes:
    """The Word document in the layout of official documents, whatever template there is."""
    document = blank(content.masthead)
    blocks = list(_blocks(content.parts))
    writer = Writer(document, _drawn(blocks, typography), _titles(blocks))
    for block in blocks:
        writer.write(block)
    return packed(document, content.masthead.as_of)


def from_template(content: Content, typography: Typography, template: bytes, name: str) -> bytes:
    """What of the content an office's own document asks for, in its places; all else of it stays as it is.

    Raises
    ------
    HanbinError
        ``HB-TYP-006`` the document has faults.
    """
    check_documents([(name, template)])
    filling = Filling(content)
    document, places = filled(template, filling.values())
    add_styles(document)
    shown = [(block, place, _shown(filling, block)) for block, place in places]
    every = [written for _, _, blocks in shown for written in blocks]
    writer = Writer(document, _drawn(every, typography), _titles(every))
    for block, place, blocks in shown:
        writer.fill(place, blocks, is_page_one=block == FRONT)
    properties(document, content.masthead)
    return packed(document, content.masthead.as_of)


def _shown(filling: Filling, block: str) -> list[Block]:
    if block == TABLE:
        return [{"kind": "contents"}]
    blocks = list(_blocks(filling.parts(block)))
    absent = Missing(block, "本期没有这一章")
    return blocks or list(to_word(absent))


def _titles(blocks: Iterable[Block]) -> list[str]:
    """Headings of the first level as the document counts them."""
    numbers = count(1)
    heads = [head for head in blocks if head["kind"] == "heading" and head["level"] == 1]
    return [(f"{numeral(next(numbers))}、" if head["numeral"] else "") + head["text"] for head in heads]


def _drawn(blocks: Iterable[Block], typography: Typography) -> Iterator[bytes]:
    """What no office program draws, as pictures."""
    charts = [b for b in blocks if b["kind"] == "chart" and not is_native(b["data"])]
    drawings = [(b["svg"], b["width_mm"]) for b in charts]
    drawn = pictures(drawings, _PIXELS_PER_INCH, typography.extra_font_folders)
    return (slim(png, _PIXELS_PER_INCH) for png in drawn)


def _blocks(parts: Iterable[Part]) -> Iterator[Block]:
    """Blocks of prose and of display objects, in order."""
    for part in parts:
        yield from markdown_blocks(part) if isinstance(part, str) else to_word(part)


def example_template() -> bytes:
    """An office's document that shows what the house's shows; checked without a fault."""
    document = blank(_MASTHEAD)
    writer = Writer(document, ())
    for block in (*to_word(_MASTHEAD), paragraph("body", _asked(FRONT))):
        writer.write(block)
    number = next(line for line in document.paragraphs if line.text == _asked("文号"))
    number.insert_paragraph_before("{%p if 文号 %}")
    Paragraph(number._p.getnext(), number._parent).insert_paragraph_before("{%p endif %}")
    writer.write(paragraph("body", _asked(TABLE)))
    document.paragraphs[-1].paragraph_format.page_break_before = True
    for block in (paragraph("body", _asked(BODY)), *to_word(_IMPRINT)):
        writer.write(block)
    return packed(document, _DAY)


def _asked(name: str) -> str:
    return f"{{{{ {name} }}}}"


_MASTHEAD = Masthead(
    bulletin_name=_asked("刊名"), issuer=_asked("单位"), issue_label=_asked("期号"),
    date_label=_asked("日期"), title=_asked("标题"), mark=_asked("标注"), as_of=_DAY,
    document_number=_asked("文号"), classification=_asked("密级"),
)  # fmt: skip
_IMPRINT = Imprint(_asked("报送"), _asked("单位"), _asked("日期"), _asked("操作记录"))
