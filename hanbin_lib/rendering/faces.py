"""Loading the installed faces once, for all documents that a process or its forks make."""

from hanbin_lib import fonts
from hanbin_lib.charts.style import register_faces
from hanbin_lib.rendering.typesetting import compiler_fonts
from hanbin_lib.rendering.webfonts import opened


def load_faces() -> None:
    """Load the installed faces for the charts, the compiler, the check of glyphs and the page."""
    fonts.covered()
    register_faces()
    compiler_fonts(tuple(str(folder) for folder in fonts.folders()))
    for face in fonts.faces():
        opened(face)
