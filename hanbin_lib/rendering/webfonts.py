"""Faces cut down to the characters of one page, as data URIs."""

import base64
import io
from functools import cache

import uharfbuzz
from fontTools.ttLib import TTFont

from hanbin_lib import fonts
from hanbin_lib.fonts import Face

# Families that the page's style sheet names; Noto Serif SC is the fallback of the serifs.
_WEIGHTS = {"regular": 400, "bold": 700}


@cache
def _opened(face: Face) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)))


def font_faces(text: str) -> str:
    """``@font-face`` rules with what `text` needs of each face."""
    points = frozenset(ord(c) for c in text if c.isprintable())
    return "\n".join(_rule(face, points) for face in fonts.faces())


def _rule(face: Face, points: frozenset[int]) -> str:
    data = base64.b64encode(_cut(face, points)).decode()
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{_WEIGHTS[face.weight]};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


def _cut(face: Face, points: frozenset[int]) -> bytes:
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(sorted(points))
    subset = uharfbuzz.subset(_opened(face), wanted)
    font = TTFont(io.BytesIO(subset.blob.data), recalcTimestamp=False)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()
