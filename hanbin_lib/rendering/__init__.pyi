from hanbin_lib.rendering.content import Content, Part, content_of
from hanbin_lib.rendering.exporters import (
    DocxExporter,
    HtmlExporter,
    PdfExporter,
    TypstExporter,
    XlsxExporter,
)
from hanbin_lib.rendering.faces import load_faces
from hanbin_lib.rendering.formats import FORMATS, NOTICES, PUBLIC_FORMATS, Format, form_of

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
    "content_of",
    "form_of",
    "load_faces",
]
