"""The Word edition of a bulletin (``hanbin-docx``), in the layout of official documents."""

from hanbin_lib.rendering.word.exporter import DocxExporter

__all__ = ["DocxExporter"]
