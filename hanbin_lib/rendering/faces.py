"""The faces: loaded once for all that is made, and cut down to the characters of one page as data URIs."""

import base64
import re
from functools import cache

import uharfbuzz

from hanbin_lib import fonts
from hanbin_lib.charts.style import register_faces
from hanbin_lib.fonts import Face
from hanbin_lib.rendering.typesetting import compiler_fonts

_WEIGHTS = {"regular": 400, "bold": 700}
SANS = "Noto Sans SC"
# What of the page is set in a face; everything is also in the plain sans face, which draws whatever
# another one lacks.
_USED_BY = {
    ("FandolSong", "bold"): r'<(?:h1|p class="hb-red-head").*?</(?:h1|p)>',
    ("FandolKai", "regular"): r'<p class="hb-lead">.*?</p>',
    ("FandolFang R", "regular"): (
        r'<(?:p class="hb-body"|section class="hb-decisions"|div class="hb-row hb-issue"|footer[^>]*)>'
        r".*?</(?:p|section|div|footer)>"
    ),
    (SANS, "bold"): (
        r'<(?:b|strong|h[1-4]|p class="hb-red-head")(?=[ >]).*?</(?:b|strong|h[1-4]|p)>'
        r'|<tr class="[a-z -]*hb-red.*?</th>|<span class="hb-light.*?</span>.*?</span>'
        r'|<text style="font-weight:700.*?</text>'
    ),
}
# What of these parts is set in the sans faces all the same.
_APART = re.compile(r'<(?:strong|h2|a class="hb-see").*?</(?:strong|h2|a)>', re.DOTALL)
_COUNTED = "0123456789"  # by the style sheet
_WIDE_BLANK = "\u3000"
_TAG = re.compile(r"<[^>]+>")


@cache
def opened(face: Face) -> uharfbuzz.Face:
    """Return the face as HarfBuzz reads it, loaded once."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)))


def font_faces(page: str) -> str:
    """``@font-face`` rules with what the page's HTML needs of each face.

    The cut faces are not packed: as WOFF2 that takes thirty times as long and saves a fifth; as WOFF a month
    is 3 MB smaller, and 7 MB larger in an archive, where towns' pages have most of their glyphs in common.
    """
    rules = []
    for face in fonts.faces():
        used = _USED_BY.get((face.family, face.weight))
        if used:
            parts = "".join(part[0] for part in re.finditer(used, page, re.DOTALL))
            rules.append(_rule(face, (parts if face.family == SANS else _APART.sub("", parts)) + _COUNTED))
        elif face.family == SANS:
            rules.append(_rule(face, page))
    return "\n".join(rules)


def sans_faces(page: str, bold: str) -> str:
    """``@font-face`` rules of the sans faces alone: what the page's HTML and its bold text need."""
    texts = {"regular": page, "bold": bold}
    return "\n".join(_rule(face, texts[face.weight]) for face in fonts.faces() if face.family == SANS)


def _rule(face: Face, page: str) -> str:
    data = base64.b64encode(_cut(face, _points(_TAG.sub("", page)))).decode()
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{_WEIGHTS[face.weight]};'
        f'src:url(data:font/otf;base64,{data}) format("opentype")}}'
    )


def _points(text: str) -> list[int]:
    """What is seen, and the wide blank: without a glyph of its own a browser draws a box for it."""
    return sorted({ord(c) for c in set(text) if fonts.needs_glyph(c) or c == _WIDE_BLANK})


def _cut(face: Face, points: list[int]) -> bytes:
    """The face with the glyphs of these characters alone.

    Not with those that a layout feature may put in their place: nothing asks for one, and upright, old and
    Japanese forms are half of a page's face.
    """
    wanted = uharfbuzz.SubsetInput()
    # Shared parts of outlines written out: Noto's have few, and an index of all of them.
    wanted.flags = uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(points)
    subset = uharfbuzz.subset(opened(face), wanted)
    return bytes(subset.blob.data)


def load_faces(extra_folders: tuple[str, ...] = ()) -> None:
    """Load the installed faces, and those of an office, for charts, compiler, check of glyphs and page."""
    fonts.covered(extra_folders)
    register_faces()
    compiler_fonts(tuple(str(folder) for folder in fonts.folders(extra_folders)))
    for face in fonts.faces():
        opened(face)
