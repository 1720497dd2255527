"""Faces cut down to the characters of one page, as data URIs."""

import base64
import re
from functools import cache

import uharfbuzz

from hanbin_lib import fonts
from hanbin_lib.fonts import Face

_WEIGHTS = {"regular": 400, "bold": 700}
# Classes of the page set in a serif face, and bold text; everything is also in the sans face,
# which draws whatever a serif face lacks.
_USED_BY = {
    "FandolSong": re.compile(r"<(?:h1|p class=\"hb-red-head\")[^>]*>(.*?)</(?:h1|p)>", re.DOTALL),
    "FandolKai": re.compile(r"<p class=\"hb-lead\">(.*?)</p>", re.DOTALL),
    "FandolFang R": re.compile(
        r"<(?:p class=\"hb-body\"|li|div class=\"hb-row hb-issue\"|footer[^>]*)>(.*?)</(?:p|li|div|footer)>",
        re.DOTALL,
    ),
}
SANS = "Noto Sans SC"
_WIDE_BLANK = "\u3000"
_TAG = re.compile(r"<[^>]+>")


@cache
def opened(face: Face) -> uharfbuzz.Face:
    """Return the face as HarfBuzz reads it, loaded once."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)))


def font_faces(page: str) -> str:
    """``@font-face`` rules with what the page's HTML needs of each face.

    The cut faces are not packed as WOFF2: that takes thirty times as long and saves a fifth.
    """
    everything = _points(_TAG.sub("", page))
    rules = []
    for face in fonts.faces():
        if face.family in _USED_BY:
            parts = _USED_BY[face.family].findall(page)
            points = _points(_TAG.sub("", "".join(parts)))
        elif face.family == "Noto Serif SC":
            continue  # the page names it nowhere
        else:
            points = everything
        rules.append(_rule(face, points))
    return "\n".join(rules)


def sans_faces(page: str, bold: str) -> str:
    """``@font-face`` rules of the sans faces alone: what the page's HTML and its bold text need."""
    texts = {"regular": page, "bold": bold}
    return "\n".join(
        _rule(face, _points(_TAG.sub("", texts[face.weight])))
        for face in fonts.faces()
        if face.family == SANS
    )


def _points(text: str) -> list[int]:
    """What is seen, and the wide blank: without a glyph of its own a browser draws a box for it."""
    return sorted({ord(c) for c in text if fonts.needs_glyph(c) or c == _WIDE_BLANK})


def _rule(face: Face, points: list[int]) -> str:
    data = base64.b64encode(_cut(face, points)).decode()
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{_WEIGHTS[face.weight]};'
        f'src:url(data:font/otf;base64,{data}) format("opentype")}}'
    )


def _cut(face: Face, points: list[int]) -> bytes:
    """The face with the glyphs of these characters alone.

    Not with those that a layout feature may put in their place: nothing asks for one, and upright, old and
    Japanese forms are half of a page's face.
    """
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(points)
    subset = uharfbuzz.subset(opened(face), wanted)
    return bytes(subset.blob.data)
