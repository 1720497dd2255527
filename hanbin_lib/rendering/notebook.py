"""The executed notebook as it is kept: each object once. `hanbin lab` draws it when it is opened."""

import nbformat

from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content


def ipynb(content: Content, typography: Typography) -> bytes:
    """The notebook; the same run gives the same bytes."""
    del typography
    return bytes(nbformat.writes(content.notebook, indent=None, separators=(",", ":")).encode())
