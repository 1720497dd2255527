"""A template to begin with: the house's layout, with a placeholder for whatever a month puts in."""

from docx.text.paragraph import Paragraph

from hanbin_lib.display import Imprint, Masthead
from hanbin_lib.display.word import paragraph, to_word
from hanbin_lib.rendering.word.layout import blank, packed
from hanbin_lib.rendering.word.placeholders import BODY, FRONT, TABLE
from hanbin_lib.rendering.word.writing import Writer

_DAY = "2000-01-01"  # of the file; a filled one has that of its month


def example_template() -> bytes:
    """An office's document that shows what the house's shows; checked without a fault."""
    document = blank(_MASTHEAD)
    writer = Writer(document, ())
    for block in (*to_word(_MASTHEAD), paragraph("body", _asked(FRONT))):
        writer.write(block)
    number = next(one for one in document.paragraphs if one.text == _asked("文号"))
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
