"""What a chart has drawn, as matplotlib itself measures it: bars, lines and words, in millimetres."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData

_SLACK_MM = 0.35  # a glyph's own margin


@dataclass(frozen=True)
class Drawing:
    """One drawing, before it became SVG."""

    figure: Figure
    data: ChartData
    chart: Chart

    @property
    def width(self):
        return self.figure.get_size_inches()[0] * 25.4

    @property
    def height(self):
        return self.figure.get_size_inches()[1] * 25.4

    def axes(self, number=0) -> Axes:
        return self.figure.axes[number]

    @cached_property
    def _measured(self):
        """(words, left, bottom, right, top) of every text that is drawn."""
        renderer = FigureCanvasAgg(self.figure).get_renderer()
        self.figure.draw_without_rendering()  # labels of axes lie where they were drawn last, in dots
        millimetre = self.figure.dpi / 25.4
        hidden = {id(text) for axes in self.figure.axes for text in _unseen(axes)}
        found = []
        for text in style._texts(self.figure):
            if not text.get_text() or not text.get_visible() or id(text) in hidden:
                continue
            if isinstance(text, Annotation) and not text._check_xy(renderer):
                continue
            box = text.get_window_extent(renderer)
            found.append((text.get_text(), *(edge / millimetre for edge in (box.x0, box.y0, box.x1, box.y1))))
        return found

    def words(self):
        return list(self._measured)

    def texts(self) -> list[str]:
        return [one for one, *_ in self._measured]

    def outside(self) -> list[str]:
        """Words that the edge of the drawing cuts."""
        return [
            text
            for text, left, bottom, right, top in self.words()
            if min(left, bottom) < -_SLACK_MM
            or right > self.width + _SLACK_MM
            or top > self.height + _SLACK_MM
        ]

    def covered(self) -> list[tuple[str, str]]:
        """Pairs of words that stand over one another."""
        found = []
        for (one, left, bottom, right, top), (other, x0, y0, x1, y1) in combinations(self.words(), 2):
            across, up = min(right, x1) - max(left, x0), min(top, y1) - max(bottom, y0)
            if across > _SLACK_MM and up > 0.35 * min(top - bottom, y1 - y0):
                found.append((one, other))
        return found

    def told(self) -> dict[str, object]:
        """What is drawn, by the words that a pointer finds there."""
        marked = self.figure.findobj(lambda one: str(one.get_gid() or "").startswith("told:"))
        return {one.get_gid().removeprefix("told:"): one for one in marked}

    def bars(self) -> dict[str, Rectangle]:
        return {words: one for words, one in self.told().items() if isinstance(one, Rectangle)}

    def lines(self, number=0) -> list[tuple[list[float], list[float]]]:
        return [(list(map(float, x)), list(map(float, y))) for x, y in (
            line.get_data() for line in self.axes(number).lines)]  # fmt: skip


def _unseen(axes: Axes):
    """Words of axes that are off, and of ticks beyond the limits: matplotlib keeps both and draws neither."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.majorTicks:
            if not axes.axison or not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                yield from (tick.label1, tick.label2)


def drawings(draw, /, **given) -> list[Drawing]:
    """What a chart's function draws, without its SVG: for the page, and for a telephone where it differs."""
    kept = []

    def keep(figure, data, *, title, unit_line, alt):
        width, height = (size * 25.4 for size in figure.get_size_inches())
        kept.append(Drawing(figure, data, Chart(title, unit_line, data, "", alt, width, height)))
        return kept[-1].chart

    given = {"title": "题", "unit_line": "单位"} | given
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "drawn", keep)
        draw(**given)
    return kept


def is_drawn(bar: Rectangle) -> bool:
    """Whether there is anything of a bar to see."""
    sizes = (bar.get_width(), bar.get_height())
    return all(math.isfinite(size) and size != 0 for size in sizes)
