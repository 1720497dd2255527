"""The nbconvert exporter ``hanbin-docx``: an executed notebook as a Word document.

It reads the same display objects as the PDF and the page, in the form of `display.word`, and
says what they say, word by word; only drawings become pictures.
"""

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from traitlets import default

from hanbin_lib.display import WORD
from hanbin_lib.rendering.content import document_info, printed_cells
from hanbin_lib.rendering.exporters import BulletinExporter, Resources
from hanbin_lib.rendering.markdown import markdown_blocks
from hanbin_lib.rendering.typesetting import pictures
from hanbin_lib.rendering.word.layout import blank, packed
from hanbin_lib.rendering.word.writing import Writer

_PIXELS_PER_INCH = 220


class DocxExporter(BulletinExporter):
    """Word edition of a bulletin."""

    export_from_notebook = "Word edition of the bulletin"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".docx"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Return the document's bytes and the resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        blocks = list(_blocks(notebook))
        drawings = [(b["svg"], b["width_mm"]) for b in blocks if b["kind"] == "chart"]
        drawn = pictures(drawings, _PIXELS_PER_INCH, self.typography.extra_font_folders)
        document = blank(document_info(notebook))
        writer = Writer(document, drawn)
        for block in blocks:
            writer.write(block)
        return packed(document), resources


def _blocks(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """Blocks of prose and of display objects, in order."""
    for kind, form in printed_cells(notebook, WORD):
        yield from markdown_blocks(form) if kind == "markdown" else form
