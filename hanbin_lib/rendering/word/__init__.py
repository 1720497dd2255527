"""The Word edition of a bulletin, in the layout of official documents."""

from hanbin_lib.rendering.word.document import docx

__all__ = ["docx"]
