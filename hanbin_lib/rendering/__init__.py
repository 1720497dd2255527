"""From an executed notebook to Typst source, PDF, a self-contained page, Word edition and the Excel annex."""

from hanbin_lib.rendering.exporters import HtmlExporter, PdfExporter, TypstExporter
from hanbin_lib.rendering.faces import load_faces
from hanbin_lib.rendering.spreadsheet import XlsxExporter
from hanbin_lib.rendering.word import DocxExporter

__all__ = ["DocxExporter", "HtmlExporter", "PdfExporter", "TypstExporter", "XlsxExporter", "load_faces"]
