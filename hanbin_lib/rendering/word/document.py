"""The Word edition: what the page and the PDF say, word by word; only drawings become pictures."""

import io
from collections.abc import Iterator
from typing import Any

from hanbin_lib.display.word import to_word
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.markdown import markdown_blocks
from hanbin_lib.rendering.native_charts import is_native
from hanbin_lib.rendering.typesetting import pictures
from hanbin_lib.rendering.word.layout import blank, packed
from hanbin_lib.rendering.word.writing import Writer

_PIXELS_PER_INCH = 220
_COLOURS = 64  # those of the house with their edges


def docx(content: Content, typography: Typography) -> bytes:
    """The Word document; the same content gives the same bytes."""
    blocks = list(_blocks(content))
    charts = [b for b in blocks if b["kind"] == "chart" and not is_native(b["data"])]
    drawings = [(b["svg"], b["width_mm"]) for b in charts]
    drawn = map(_slim, pictures(drawings, _PIXELS_PER_INCH, typography.extra_font_folders))
    document = blank(content.masthead)
    titles = [b["numeral"] + b["text"] for b in blocks if b["kind"] == "heading" and b["level"] == 1]
    writer = Writer(document, drawn, titles)
    for block in blocks:
        writer.write(block)
    return packed(document, content.masthead.as_of)


def _slim(png: bytes) -> bytes:
    """The same picture with a palette: a chart has few colours, and the file is a third as large."""
    from PIL import Image  # noqa: PLC0415 - only where a document with drawings is written

    slim = io.BytesIO()
    with Image.open(io.BytesIO(png)) as whole:
        whole.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(
            slim, "PNG", optimize=True, dpi=(_PIXELS_PER_INCH, _PIXELS_PER_INCH)
        )
    return slim.getvalue()


def _blocks(content: Content) -> Iterator[dict[str, Any]]:
    """Blocks of prose and of display objects, in order."""
    for part in content.parts:
        yield from markdown_blocks(part) if isinstance(part, str) else to_word(part)
