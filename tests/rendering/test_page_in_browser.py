"""The page as readers have it: on a telephone, at a desk, by a screen reader, on paper."""

import base64
import io
import re

import pypdfium2
import pytest
from browser import browser, page, serious, width_of_content
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from hanbin_lib.charts import gallery
from hanbin_lib.display import (
    Column,
    Columns,
    Decision,
    Decisions,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Strong,
    Table,
    Volume,
)
from hanbin_lib.fonts import needs_glyph
from hanbin_lib.rendering import HtmlExporter

__all__ = ["browser", "page"]
pytestmark = pytest.mark.browser
FACE = re.compile(r'font-family:"([^"]+)";font-weight:(\d+);src:url\(data:font/otf;base64,([^)]+)\)')
LEAST_PIXELS = 9.0  # of a word in a drawing

# Every word of every drawing that is seen: its name, left and right end, and its size.
DRAWN = """() => [...document.querySelectorAll("figure.hb-chart svg text")]
  .filter(text => text.checkVisibility())
  .map(text => {
    const box = text.getBoundingClientRect(), svg = text.ownerSVGElement
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
    const frame = text.closest("figure").getBoundingClientRect()
    return [text.textContent, box.left - frame.left, frame.right - box.right,
            parseFloat(getComputedStyle(text).fontSize) * scale]
  })"""
SEEN = """() => [...document.querySelectorAll("figure.hb-chart")]
  .map(figure => [...figure.querySelectorAll("svg")].filter(svg => svg.checkVisibility()).length)"""

# What the page draws of itself: family and weight of every letter that is seen.
LETTERS = """() => {
  const found = {}, walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode()); ) {
    const look = getComputedStyle(node.parentElement)
    const key = look.fontFamily.split(",")[0].replaceAll('"', "") + "|" + look.fontWeight
    if (node.parentElement.checkVisibility()) found[key] = (found[key] ?? "") + node.textContent
  }
  return found
}"""


@pytest.fixture(scope="module")
def all_charts():
    return [gallery.example(name) for name in gallery.EXAMPLES]


@pytest.fixture
def opened(page, make_notebook, all_charts, tmp_path):
    """A page with every chart of the house, cards, wide tables, and an annex."""
    wide = Table(
        "各镇",
        tuple(Column(f"指标名称{n}", "right") for n in range(10)),
        (("甲镇", *[Figure(1, "户", "x")] * 9),) * 29 + (("丁镇", *[Figure(1, "户", "x")] * 9),),
        emphasis=frozenset({29}),
    )
    notebook = make_notebook(
        Decisions("请研究的事", (Decision(("清零",), ("限期办结。",), "一", "charts"),), "无"),
        KeyFigures((KeyFigure("户数", Figure(5408, "户", "x"), light="act"),) * 6),
        Paragraph((Strong(("较上月",)), "丙丁持平。")),
        Heading("一、图", "charts"), *all_charts[:4], Columns((all_charts[1], all_charts[2]), (90, 62)),
        Heading("二、表", "tables"), Paragraph(("各镇情况。",), "lead"), wide,
        Volume("附册", (("附册一　图", "annex-charts"),)),
        Heading("附册一　图", "annex-charts"), *all_charts[4:],
    )  # fmt: skip
    path = tmp_path / "page.html"
    path.write_text(HtmlExporter(typography=None).from_notebook_node(notebook)[0], encoding="utf-8")
    page.goto(path.as_uri())
    yield page
    assert page.faults == []


def test_no_word_of_a_chart_is_out_of_sight_or_too_small(opened, all_charts):
    """Drawings as wide as the page have another form for a telephone, so that nothing scrolls."""
    for width in (390, 520, 721, 1440):
        opened.set_viewport_size({"width": width, "height": 900})
        assert width_of_content(opened) <= width
        assert set(opened.evaluate(SEEN)) == {1}, width  # one of the two forms
        words = opened.evaluate(DRAWN)
        assert len(words) > 10 * len(all_charts), width
        assert [word for word in words if min(word[1:3]) < -1 or word[3] < LEAST_PIXELS] == [], width


def test_both_forms_of_a_drawing_say_the_same(all_charts):
    both = [chart for chart in all_charts if chart.narrow]
    assert len(both) >= 8
    for chart in both:
        titles = [
            [one.get_text() for one in BeautifulSoup(svg, "html.parser").find_all("title")]
            for svg in (chart.svg, chart.narrow)
        ]
        assert titles[0] == titles[1]
        ids = [
            {one["id"] for one in BeautifulSoup(svg, "html.parser").find_all(id=True)}
            for svg in (chart.svg, chart.narrow)
        ]
        assert not ids[0] & ids[1]


def test_every_letter_is_in_the_face_that_draws_it(opened):
    """A letter that its face lacks would be drawn by another one, of another weight."""
    faces = {
        f"{family}|{weight}": TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()
        for family, weight, data in FACE.findall(opened.content())
    }
    seen = {face: set(filter(needs_glyph, text)) for face, text in opened.evaluate(LETTERS).items()}
    assert {face for face, letters in seen.items() if letters} == faces.keys()
    for face, cut in faces.items():
        assert {one for one in seen[face] if ord(one) not in cut} == set(), face


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_no_serious_fault(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    assert serious(opened) == []


@pytest.mark.slow
def test_on_paper_nothing_is_cut_and_the_annex_begins_a_page(opened):
    """Whatever the window was: the drawings are those of the PDF, and a table that a page holds is whole."""
    opened.set_viewport_size({"width": 390, "height": 900})
    printed = pypdfium2.PdfDocument(io.BytesIO(opened.pdf(prefer_css_page_size=True)))
    texts = [one.get_textpage().get_text_range() for one in printed]
    assert [text.splitlines()[1] for text in texts].count("附册") == 1  # below the page's number
    assert sum("甲镇" in text for text in texts) == 1
    whole = "".join(texts)
    assert "303户 1020人" in whole  # side by side, as on a page
    assert "跳到正文" not in whole
