"""Faces cut for one page: what they hold, and nothing besides."""

import base64
import io
import re

from fontTools.ttLib import TTFont

from hanbin_lib.rendering.faces import font_faces, sans_faces

_DATA = re.compile(r'font-family:"Noto Sans SC";font-weight:(\d+);src:url\(data:font/otf;base64,([^)]+)\)')


def _characters(rules):
    faces = {weight: TTFont(io.BytesIO(base64.b64decode(data))) for weight, data in _DATA.findall(rules)}
    assert set(faces) == {"400", "700"}
    return {weight: {chr(point) for point in face.getBestCmap()} for weight, face in faces.items()}


def test_the_wide_blank_has_a_glyph_and_is_no_box():
    found = _characters(sans_faces("<p>九月　各镇</p>", "年月　"))
    assert found == {"400": set("九月　各镇"), "700": set("年月　")}


def test_forms_that_only_a_layout_feature_uses_are_left_out():
    """Characters have a glyph each, and the one for what is missing: no upright, old or Japanese forms."""
    rules = font_faces("<p>月报（一）、“二”。</p>")
    for weight, data in _DATA.findall(rules):
        face = TTFont(io.BytesIO(base64.b64decode(data)))
        assert len(face.getGlyphOrder()) == len(set(face.getBestCmap().values())) + 1, weight
