from hanbin_lib.rendering.content import Content, Part, content_of
from hanbin_lib.rendering.exporters import (
    DocxExporter,
    HtmlExporter,
    PdfExporter,
    TypstExporter,
    XlsxExporter,
)
from hanbin_lib.rendering.formats import FORMATS, NOTICES, PUBLIC_FORMATS, Format, form_of
from hanbin_lib.rendering.own_documents import check_documents
from hanbin_lib.rendering.page import load_faces
from hanbin_lib.rendering.word.document import example_template, from_template
from hanbin_lib.rendering.word.template import placeholder_names

__all__ = [
    "FORMATS",
    "NOTICES",
    "PUBLIC_FORMATS",
    "Content",
    "DocxExporter",
    "Format",
    "HtmlExporter",
    "Part",
    "PdfExporter",
    "TypstExporter",
    "XlsxExporter",
    "check_documents",
    "content_of",
    "example_template",
    "form_of",
    "from_template",
    "load_faces",
    "placeholder_names",
]
