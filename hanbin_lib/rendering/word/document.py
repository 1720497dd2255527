"""The Word edition: what the page and the PDF say, word by word; only drawings become pictures."""

from collections.abc import Iterator
from typing import Any

from hanbin_lib.display.word import to_word
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.markdown import markdown_blocks
from hanbin_lib.rendering.typesetting import pictures
from hanbin_lib.rendering.word.layout import blank, packed
from hanbin_lib.rendering.word.writing import Writer

_PIXELS_PER_INCH = 220


def docx(content: Content, typography: Typography) -> bytes:
    """The Word document; the same content gives the same bytes."""
    blocks = list(_blocks(content))
    drawings = [(b["svg"], b["width_mm"]) for b in blocks if b["kind"] == "chart"]
    drawn = pictures(drawings, _PIXELS_PER_INCH, typography.extra_font_folders)
    document = blank(content.masthead)
    writer = Writer(document, drawn)
    for block in blocks:
        writer.write(block)
    return packed(document, content.masthead.as_of)


def _blocks(content: Content) -> Iterator[dict[str, Any]]:
    """Blocks of prose and of display objects, in order."""
    for part in content.parts:
        yield from markdown_blocks(part) if isinstance(part, str) else to_word(part)
