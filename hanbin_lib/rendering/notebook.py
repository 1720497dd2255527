"""The executed notebook as it is kept: each object once, and how JupyterLab draws what is in print.

Lists for the annex are drawn as the line that print has in their place; the objects hold them whole.
"""

import copy

import nbformat

from hanbin_lib.display.printing import in_lab
from hanbin_lib.display.tree import TREE, loads
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content


def ipynb(content: Content, typography: Typography) -> bytes:
    """The notebook; the same run gives the same bytes."""
    del typography
    kept = copy.deepcopy(content.notebook)
    for cell in kept.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if TREE in data:
                data["text/html"] = in_lab(loads("".join(data[TREE])))
    return bytes(nbformat.writes(kept, indent=None, separators=(",", ":")).encode())
