"""The Word edition of a bulletin, in the layout of official documents or in an office's own."""

from hanbin_lib.rendering.word.document import docx, example_template, from_template, house_docx
from hanbin_lib.rendering.word.placeholders import placeholder_names
from hanbin_lib.rendering.word.template import check as check_template

__all__ = ["check_template", "docx", "example_template", "from_template", "house_docx", "placeholder_names"]
