"""The figures of a document as files for other hands: drawing (SVG), picture (PNG), numbers (CSV) of each."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from hanbin_lib.display import Chart
from hanbin_lib.params import Typography
from hanbin_lib.rendering.chart_sheets import columns_of
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.typesetting import pictures, slim

PIXELS_PER_INCH = 300  # of print
CONTENTS = "目录.csv"
_HEADINGS = ("序号", "图", "章节", "单位和读法", "来源", "文字说明")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 40  # characters of a title in a file's name
_NO_NAME = str.maketrans('\\/:*?"<>|\n\t', "＼／：＊？＂＜＞｜  ")


def figure_files(content: Content, typography: Typography) -> dict[str, bytes]:
    """Files of every chart of the bulletin and its annex by name; the same content gives the same bytes."""
    listed = list(content.charts)
    charts = [chart for _, chart in listed]
    drawings = [(chart.svg, chart.width_mm) for chart in charts]
    drawn = pictures(drawings, PIXELS_PER_INCH, typography.extra_font_folders)
    made = {CONTENTS: _csv(_HEADINGS, _contents(listed))}
    for number, (chart, png) in enumerate(zip(charts, drawn, strict=True), 1):
        name = f"{number:02d}_{chart.title.translate(_NO_NAME)[:_LONGEST].strip(' .')}"
        made[f"{name}.svg"] = chart.svg.encode()
        made[f"{name}.png"] = slim(png, PIXELS_PER_INCH)
        made[f"{name}.csv"] = _numbers(chart)
    return made


def _contents(listed: list[tuple[str, Chart]]) -> Iterator[tuple[object, ...]]:
    """A line a figure: what the drawing itself does not say."""
    for number, (chapter, chart) in enumerate(listed, 1):
        yield number, chart.title, chapter, chart.unit_line, chart.source, chart.alt


def _numbers(chart: Chart) -> bytes:
    """The numbers as drawn, unrounded."""
    headings, columns = zip(*columns_of(chart.data), strict=True)
    return _csv(headings, zip_longest(*columns, fillvalue=""))


def _csv(headings: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Lines as Excel takes them: a mark in front for UTF-8, an apostrophe where it would see a formula."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerows([_as_text(cell) for cell in row] for row in (headings, *rows))
    return text.getvalue().encode("utf-8-sig")


def _as_text(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
