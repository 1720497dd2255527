"""The page: one file, nothing from outside, the same figures as the PDF."""

import base64
import io
import re
import shutil
import subprocess

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from support import TYPOGRAPHY

from hanbin_lib.display import Decision, Decisions, Definitions, Heading, Paragraph
from hanbin_lib.rendering import HtmlExporter, PdfExporter
from hanbin_lib.rendering.page import font_faces, sans_faces

_DATA = re.compile(r'font-family:"Noto Sans SC";font-weight:(\d+);src:url\(data:font/otf;base64,([^)]+)\)')


def _page(notebook) -> str:
    return HtmlExporter(typography=None).from_notebook_node(notebook)[0]


def test_nothing_is_loaded_from_outside(sample):
    soup = BeautifulSoup(_page(sample), "html.parser")
    addresses = [tag[a] for tag in soup.find_all(True) for a in ("src", "href") if tag.has_attr(a)]
    assert all(address.startswith("#") for address in addresses)
    assert not soup.find_all("script")
    style = "".join(tag.get_text() for tag in soup.find_all("style"))
    assert not [u for u in re.findall(r"url\(([^)]{0,12})", style) if not u.startswith("data:font")]
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy


def test_language_and_title(sample):
    soup = BeautifulSoup(_page(sample), "html.parser")
    assert soup.html["lang"] == "zh-CN"
    assert soup.title.get_text() == "9月份监测帮扶工作情况"


def test_headings_skip_no_level(make_notebook):
    notebook = make_notebook(
        Decisions("事项", (), "无"), "## 一、监测动态", "### 小节", Definitions("来源", (("甲", ("乙",)),))
    )
    soup = BeautifulSoup(_page(notebook), "html.parser")
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels == [1, 2, 2, 3, 3]


def test_the_page_and_the_pdf_say_the_same(sample):
    """Every printed number of the page is in the PDF too, and as often."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    pdf = PdfExporter(typography=TYPOGRAPHY).from_notebook_node(sample)[0]
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    printed = "".join(done.stdout.decode().split())
    figures = [tag.get_text() for tag in BeautifulSoup(_page(sample), "html.parser").find_all("data")]
    assert len(figures) == 62
    assert all(figure in printed for figure in figures)
    assert printed.count("甲镇12") == figures.count("12")


def test_every_drawn_character_is_in_the_faces_of_the_page(make_notebook):
    """Cut faces hold what the page shows: rare characters of a name too."""
    page = _page(make_notebook(Paragraph(("负责人王垚、李㛃。",))))
    sans = re.search(r'"Noto Sans SC";font-weight:400;src:url\(data:font/otf;base64,([^)]+)\)', page)[1]
    cut = TTFont(io.BytesIO(base64.b64decode(sans))).getBestCmap()
    assert {ord(c) for c in "负责人王垚、李㛃。"} <= set(cut)


def test_a_decision_leads_to_its_chapter(make_notebook):
    decisions = Decisions("事项", (Decision(("清零。",), ("限期。",), "一", "monitoring"),), "无")
    heading = Heading("一、监测动态", "monitoring")
    soup = BeautifulSoup(_page(make_notebook(decisions, heading)), "html.parser")
    target = soup.find("a", class_="hb-see")["href"].removeprefix("#")
    assert soup.find(id=target).get_text() == "一、监测动态"


def test_the_same_notebook_gives_the_same_page(sample):
    assert _page(sample) == _page(sample)


def test_raw_html_in_a_markdown_cell_is_text(make_notebook):
    soup = BeautifulSoup(_page(make_notebook("## 一、x <script>alert(1)</script>")), "html.parser")
    assert not soup.find_all("script")


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
