"""The house style: drawn at final size, text as text, the faces of the page, grey and one red.

A drawing depends on its data alone: no date, a fixed salt for ids, and ids carry the
chart's name so that many drawings can stand in one page. What matplotlib writes is cut to what a page needs
of it (`embeddable`).
"""

import hashlib
import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, wraps
from itertools import count, pairwise
from typing import ParamSpec
from unicodedata import east_asian_width

import matplotlib as mpl
from lxml import etree
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from hanbin_lib import fonts
from hanbin_lib.display import Chart, ChartData, html
from hanbin_lib.errors import ExitCode, HanbinError

INK, RED, RED_TINT, RED_WASH = html.INK, html.RED, "#D98A8C", "#F3DEDC"
GREY_1, GREY_2, GREY_3, GREY_4, GREY_5 = "#4A4A4A", "#6B6B6B", "#A6A6A6", "#D3D1CC", "#EFEDE8"
TEXT_SIZE, SMALL_SIZE, LARGE_SIZE = 8.5, 7.5, 9.5
FAMILY = "Noto Sans SC"
PAGE_MM, NARROW_MM = 156.0, 96.0
# A curve over the width of the page: no higher, or a page that has no room for it stays half empty.
CURVE_MM = 60.0
_WIDE_MM = 120.0
_MM = 1 / 25.4
_P = ParamSpec("_P")
_HALF = 0.57
_UNSEEN = 0.01  # of full opacity; with none at all a browser draws nothing to rest on

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hanbin",
    "font.family": FAMILY,
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.linewidth": 0.5,
    "axes.edgecolor": GREY_2,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.color": GREY_1,
    "ytick.color": GREY_1,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_TOLD = "told:"
_CLEAN = etree.XMLParser(remove_blank_text=True, remove_comments=True, remove_pis=True)
# Where a path or a group stands: a hundredth of a point is finer than any printer.
_PLACES, _TOO_FINE = ("d", "transform", "x", "y"), re.compile(r"(?<=\.\d\d)\d+")
_STRAIGHT = "rotate(-0 "


@cache
def register_faces() -> None:
    """Make the installed faces known to matplotlib."""
    for face in fonts.faces():
        font_manager.fontManager.addfont(face.path)


def also_narrow(draw: Callable[_P, Chart]) -> Callable[_P, Chart]:
    """A chart as wide as the page is drawn for a telephone, too, where its right half would be out of sight.

    The function draws as wide as its keyword `width_mm` says: the page's width, unless one is given.
    """

    @wraps(draw)
    def both(*args: _P.args, **given: _P.kwargs) -> Chart:
        chart = draw(*args, **given)
        if is_narrow(chart.width_mm):
            return chart
        given["width_mm"] = NARROW_MM
        return replace(chart, narrow=draw(*args, **given).svg)

    return both


def is_narrow(width_mm: float) -> bool:
    """Whether a drawing of this width is legible on a telephone as it is."""
    return width_mm < _WIDE_MM


def widest_mm(words: Iterable[str]) -> float:
    """Width of the longest of these words, to the millimetre: a Chinese character is as wide as high.

    So are the dash, the dots and the arrow between Chinese words, which Unicode calls ambiguous, and nearly
    so the sign of percent.
    """
    ems = (sum(1.0 if _is_wide(letter) else _HALF for letter in text) for text in words)
    return max(ems, default=0.0) * TEXT_SIZE * 25.4 / 72


def _is_wide(letter: str) -> bool:
    return letter == "%" or east_asian_width(letter) in "WFA"


def fitting(text: str, most_mm: float) -> str:
    """The words, or as many of their first letters as so much room holds, with ``…`` for the rest."""
    if widest_mm([text]) <= most_mm:
        return text
    most = next(n for n in range(len(text) - 1, -1, -1) if not n or widest_mm([f"{text[:n]}…"]) <= most_mm)
    return f"{text[:most]}…"


@contextmanager
def canvas(width_mm: float, height_mm: float) -> Iterator[tuple[Canvas, Axes]]:
    """A figure of exactly that size with one axes that fills it, in the house style."""
    with mpl.rc_context(_STYLE):
        figure, axes = _blank.pop() if _blank else _new_canvas()
        figure.set_size_inches(width_mm * _MM, height_mm * _MM)
        yield figure, axes


def lay_out_blanks(count: int) -> None:
    """Make so many canvases before they are asked for.

    Axes take a sixth of a drawing's time and know nothing of what will be drawn: those of the process
    that documents are forked from serve them all.
    """
    with mpl.rc_context(_STYLE):
        _blank.extend(_new_canvas() for _ in range(count))


def _new_canvas() -> tuple[Canvas, Axes]:
    register_faces()
    figure = Canvas()
    return figure, figure.add_axes((0, 0, 1, 1))


_blank: list[tuple[Canvas, Axes]] = []


def tell(artist: Artist, text: str) -> None:
    """Words that a browser shows when the pointer rests on a part of the drawing."""
    artist.set_gid(told(text))


def tell_across(axes: Axes, words: Mapping[float, str]) -> None:
    """Tell at each place of the horizontal axis its words, wherever the pointer rests above it.

    A fan has no parts of its own to rest on: each place gets a strip that nobody sees. Call it when
    the limits of the axes are set.
    """
    bottom, top = axes.get_ylim()
    places = sorted(words)
    width = min((right - left for left, right in pairwise(places)), default=1.0)
    strips = axes.bar(
        places, top - bottom, width, bottom, color="white", alpha=_UNSEEN, linewidth=0, zorder=9
    )
    for strip, place in zip(strips, places, strict=True):
        tell(strip, words[place])


def drawn(figure: Canvas, data: ChartData, *, title: str, unit_line: str, alt: str) -> Chart:
    """The finished drawing as a `Chart`.

    Raises
    ------
    HanbinError
        ``HB-TYP-001`` where a character of the drawing has no glyph.
    """
    buffer = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        except UserWarning as warning:
            raise HanbinError(
                "HB-TYP-001",
                f"图“{title}”里有字体缺字：{warning}",
                action="在 params/typography.yaml 里加入含该字的字体",
                exit_code=ExitCode.TYPOGRAPHY,
            ) from None
    width, height = figure.get_size_inches()
    svg = embeddable(buffer.getvalue(), f"{title}{alt}{width:.2f}", FAMILY)
    return Chart(
        title, unit_line, data, svg, alt, float(width / _MM), float(height / _MM), words=_words(figure)
    )


def _words(figure: Canvas) -> tuple[str, ...]:
    """Every text that the drawing shows, for who reads print back."""
    texts = (artist.get_text() for artist in _texts(figure) if artist.get_visible())
    return tuple(dict.fromkeys(text for text in texts if text))


def _texts(artist: Artist) -> Iterator[Text]:
    """Every text of a drawing, in the order of `Artist.findobj`."""
    for child in _ticked(artist) if isinstance(artist, Axis) else artist.get_children():
        yield from _texts(child)
    if isinstance(artist, Text):
        yield artist


def _ticked(axis: Axis) -> Iterator[Artist]:
    """What an axis consists of; ticks that were not drawn have no words, and asking for them makes them."""
    yield axis.label
    yield axis.offsetText
    made = vars(axis)
    if "majorTicks" in made:
        yield from axis.majorTicks[: len(axis.get_majorticklocs())]
    if "minorTicks" in made:
        yield from axis.minorTicks[: len(axis.get_minorticklocs())]


def told(text: str) -> str:
    """Name of a group (matplotlib's gid) that becomes the words a browser shows for it."""
    return _TOLD + text


def embeddable(svg: str, name: str, family: str) -> str:
    """The drawing alone: half of what matplotlib writes, the same to the eye.

    Parameters
    ----------
    name
        What no other drawing of a page is called.
    family
        Of all its words.
    """
    root = etree.fromstring(svg.encode(), _CLEAN)
    for needless in (*root.iter(f"{_SVG}metadata"), *root.iter(f"{_SVG}style")):
        needless.getparent().remove(needless)
    # Said once; a style sheet within the drawing would be one of the whole page.
    root.attrib.update({"font-family": family, "stroke-linejoin": "round"})
    for element in root.iter():
        _shorten(element, f"font-family: '{family}'; ")
    _name(root, "c" + hashlib.sha256(name.encode()).hexdigest()[:8] + "-")
    for group in (*root.iter(f"{_SVG}g"), *root.iter(f"{_SVG}defs")):
        if _says_nothing(group):
            _dissolve(group)
    return str(etree.tostring(root, encoding="unicode"))


def _shorten(element: etree._Element, family: str) -> None:
    """Numbers, paths and styles in as few characters as they need."""
    given = element.attrib
    for place in _PLACES:
        if place in given:
            given[place] = _TOO_FINE.sub("", given[place])
    if "d" in given:
        line = given["d"].replace("  ", "")
        for command in "MLCQ":  # they part numbers without a blank
            line = line.replace(f"{command} ", command)
        given["d"] = line
    if "style" in given:
        style = given["style"].replace(family, "").replace("text-anchor: start; ", "")
        given["style"] = style.replace("; ", ";").replace(": ", ":")
    if given.get("transform", "").startswith(_STRAIGHT):
        del given["transform"]


def _name(root: etree._Element, prefix: str) -> None:
    """Name what is asked for after this drawing, and nothing else; what a group tells becomes its title."""
    asked = {one.get(_LINK, "")[1:] for one in root.iter(f"{_SVG}use")}
    asked |= {one.get("clip-path", "")[5:-1] for one in root.iter()}
    number = count(1)
    names = {one.get("id"): f"{prefix}{next(number)}" for one in root.iter() if one.get("id") in asked}
    for one in root.iter():
        known = one.attrib.pop("id", "")
        if known in names:
            one.set("id", names[known])
        elif known.startswith(_TOLD):
            title = etree.Element(f"{_SVG}title")
            title.text = known.removeprefix(_TOLD)
            one.insert(0, title)
        if _LINK in one.attrib:
            one.set(_LINK, "#" + names[one.get(_LINK)[1:]])
        if "clip-path" in one.attrib:
            one.set("clip-path", f"url(#{names[one.get('clip-path')[5:-1]]})")


def _says_nothing(group: etree._Element) -> bool:
    if not len(group):
        return True
    return group.tag == f"{_SVG}g" and not group.attrib and group[0].tag != f"{_SVG}title"


def _dissolve(group: etree._Element) -> None:
    """Leave what is in a group where the group was."""
    parent, place = group.getparent(), group.getparent().index(group)
    parent[place : place + 1] = list(group)
