"""The house style as a whole: every chart keeps its look, and can be told apart by everyone."""

import io
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.text import Text
from PIL import Image

from hanbin_lib import charts
from hanbin_lib.charts import gallery, style
from hanbin_lib.charts.gallery import linear_light, seen
from hanbin_lib.rendering.typesetting import pictures

KEPT = Path(__file__).with_name("pictures")
PIXELS_PER_INCH = 60
MOST_DIFFERENT = 6.0  # root mean square of 255: an edge drawn otherwise, not another drawing
VISIONS = ("normal", "deuteranopia", "protanopia", "grey")
# Colours that stand for different things in one chart.
TOGETHER = {
    "age_bars": (style.GREY_5, style.GREY_4, style.GREY_3, style.RED),
    "cause_bars": (style.GREY_1, style.GREY_3),
    "closure_curves": (style.INK, style.GREY_3),
    "goal_fan": (style.GREY_4, style.GREY_3, style.RED),
    "open_trend": (style.GREY_3, style.GREY_1),
    "place_shares": (style.RED, style.GREY_3, style.INK),
    "status_flow": (style.GREY_5, style.GREY_2),
    "status_flow reasons": (style.RED, style.RED_TINT, style.RED_WASH),
}


def luminance(colour):
    """Relative luminance, 0 to 1."""
    return float(np.dot((0.2126, 0.7152, 0.0722), linear_light(colour)))


def lightness(colour):
    """CIE L*, 0 to 100: differences of it look alike."""
    light = luminance(colour)
    return 116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27


def contrast(one, other):
    """Contrast of two colours after WCAG 2, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _drawn(chart) -> Image.Image:
    (png,) = pictures([(chart.svg, chart.width_mm)], PIXELS_PER_INCH)
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_the_words_of_a_drawing_are_all_its_texts(monkeypatch):
    """matplotlib's own search finds the same, but makes the ticks of every axis that is off."""
    told, words = [], style._words

    def compared(figure):
        found = words(figure)
        texts = (text.get_text() for text in figure.findobj(Text) if text.get_visible())
        told.append((found, tuple(dict.fromkeys(filter(None, texts)))))
        return found

    monkeypatch.setattr(style, "_words", compared)
    for name in gallery.EXAMPLES:
        gallery.example(name)
    assert [found for found, _ in told] == [texts for _, texts in told]
    assert all(found for found, _ in told)


@pytest.mark.parametrize("name", gallery.EXAMPLES)
def test_a_chart_looks_as_it_did(name, request):
    """After a wanted change: ``pytest tests/charts/test_gallery.py --renew-pictures``, and look."""
    picture, path = _drawn(gallery.example(name)), KEPT / f"{name}.png"
    if request.config.getoption("--renew-pictures"):
        picture.quantize(128).save(path, optimize=True)
    kept = Image.open(path).convert("RGB")
    assert picture.size == kept.size
    difference = np.asarray(picture, float) - np.asarray(kept, float)
    assert np.sqrt(np.mean(difference**2)) < MOST_DIFFERENT


def test_a_canvas_made_before_gives_the_same_drawing(monkeypatch):
    monkeypatch.setattr(style, "_blank", [])
    fresh = {name: gallery.example(name) for name in gallery.EXAMPLES}
    style.lay_out_blanks(2 * len(fresh))  # one each for a telephone
    assert {name: gallery.example(name) for name in gallery.EXAMPLES} == fresh
    assert len(style._blank) < len(fresh)


def test_another_drawing_is_noticed():
    one = np.asarray(_drawn(gallery.example("cause_bars")), float)
    chart = charts.cause_bars(
        causes=(("因病", 91.0, -3.0), ("因残", 80.0, None), ("因务工就业不稳", 20.0, 2.0), ("缺劳动力", 19.0, 0.0)),
        title="因病居首位", unit_line="户",
    )  # fmt: skip
    other = np.asarray(_drawn(chart), float)
    assert np.sqrt(np.mean((one - other) ** 2)) > MOST_DIFFERENT


def test_the_gallery_shows_every_chart():
    functions = {name for name in charts.__all__ if name[0].islower()}
    assert set(gallery.EXAMPLES) == functions


@pytest.mark.parametrize("name", gallery.EXAMPLES)
def test_one_face_and_text_that_can_be_read(name):
    """All text is text in the house's face, no smaller than 7 pt, dark enough on white."""
    soup = BeautifulSoup(gallery.example(name).svg, "html.parser")
    assert soup.find_all("text")
    assert soup.svg["font-family"] == style.FAMILY
    for text in soup.find_all("text"):
        look = text.get("style", "")
        assert "font-family" not in look
        assert float(re.search(r"font-size:([0-9.]+)px", look)[1]) >= 7
        colour = re.search(r"fill:(#[0-9a-f]{6})", look)
        assert contrast(colour[1] if colour else "#000000", "#ffffff") >= 4.5, text.get_text()


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", TOGETHER)
def test_colours_used_together_differ_in_lightness(name, vision):
    """By lightness, not by hue: so they do on a black-and-white printer, too."""
    light = [lightness(seen(colour, vision)) for colour in TOGETHER[name]]
    assert min(abs(one - other) for one, other in combinations(light, 2)) >= 9


@pytest.mark.parametrize("name", gallery.EXAMPLES)
def test_grey_print_holds_no_colour(name):
    svg = gallery.example(name, "grey").svg
    for red, green, blue in re.findall(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b", svg):
        assert red == green == blue


def test_vision_against_known_values():
    """Full sight changes nothing; grey keeps luminance; red-green blindness takes red for a dark yellow."""
    assert seen("#b5202a", "normal") == "#b5202a"
    assert luminance(seen("#b5202a", "grey")) == pytest.approx(luminance("#b5202a"), abs=0.005)
    red, green, blue = (int(seen("#ff0000", "deuteranopia")[n : n + 2], 16) for n in (1, 3, 5))
    assert (red, green, blue) == (163, 144, 0)  # 0.367 and 0.280 of linear light
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert lightness("#ffffff") == pytest.approx(100)


def test_points_tell_what_they_are():
    titles = [
        t.get_text()
        for t in BeautifulSoup(gallery.example("place_shares").svg, "html.parser").find_all("title")
    ]
    assert "辛镇　21/50　42.0%（33.0%—54.0%）" in titles
