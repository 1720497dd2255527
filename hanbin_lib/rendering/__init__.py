"""From an executed notebook to Typst source, PDF and a self-contained page."""

from hanbin_lib.rendering.exporters import HtmlExporter, PdfExporter, TypstExporter

__all__ = ["HtmlExporter", "PdfExporter", "TypstExporter"]
