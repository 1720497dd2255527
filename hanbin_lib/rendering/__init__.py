"""From an executed notebook to Typst source, PDF, a self-contained page and the Excel annex."""

from hanbin_lib.rendering.exporters import HtmlExporter, PdfExporter, TypstExporter
from hanbin_lib.rendering.faces import load_faces
from hanbin_lib.rendering.spreadsheet import XlsxExporter

__all__ = ["HtmlExporter", "PdfExporter", "TypstExporter", "XlsxExporter", "load_faces"]
