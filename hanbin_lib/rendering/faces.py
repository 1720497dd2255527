"""Loading the installed faces once, for all documents that a process or its forks make."""

from hanbin_lib import fonts
from hanbin_lib.charts.style import register_faces
from hanbin_lib.rendering.typesetting import compiler_fonts
from hanbin_lib.rendering.webfonts import opened


def load_faces(extra_folders: tuple[str, ...] = ()) -> None:
    """Load the installed faces, and those of an office, for charts, compiler, check of glyphs and page."""
    fonts.covered(extra_folders)
    register_faces()
    compiler_fonts(tuple(str(folder) for folder in fonts.folders(extra_folders)))
    for face in fonts.faces():
        opened(face)
