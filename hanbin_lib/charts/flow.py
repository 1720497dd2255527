"""From category to state to the reason why a household is still open."""

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, whole

_HEIGHT = 82.0
_BAR = 2.6
_LONGEST_HEAD = 19  # characters that the first column holds: 在册监测对象　5408户　18392人
_BOTTOM, _GAP, _MIDDLE_GAP = 2.0, 5.0, 7.0
_THIN = 2.5  # mm


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand, mm.

    Parameters
    ----------
    columns
        Left edges of the three columns of bars.
    top
        Below the heads of the columns.
    beside
        From a bar to its words: left, middle and right column.
    reason_gap
        Between two reasons.
    is_stacked
        Whether words that stand side by side on a page stand one under the other.
    """

    columns: tuple[float, float, float]
    top: float
    beside: tuple[float, float, float]
    reason_gap: float
    is_stacked: bool


_BROAD = _Layout((29.0, 76.0, 116.0), 7.0, (2.0, 2.4, 1.9), 6.0, is_stacked=False)
_NARROW = _Layout((21.5, 43.0, 66.5), 11.0, (1.2, 1.6, 1.4), 9.0, is_stacked=True)


@style.also_narrow
def status_flow(
    *,
    categories: tuple[tuple[str, float, float], ...],
    situations: tuple[tuple[str, float, bool], ...],
    persons: tuple[float, float, float],
    title: str,
    unit_line: str,
    whole_name: str = "在册监测对象",
    width_mm: float = style.PAGE_MM,
) -> Chart:
    """Alluvial drawing; the width of a band is proportional to households.

    Parameters
    ----------
    categories
        (category, eliminated households, open households).
    situations
        (reason, open households, whether it must be acted on), adding up to the open ones.
    persons
        Persons monitored, eliminated, open.
    whole_name
        What all of them are called.
    """
    eliminated = sum(gone for _, gone, _ in categories)
    still_open = sum(rest for _, _, rest in categories)
    shown = tuple(item for item in situations if item[1] > 0)
    at = _NARROW if style.is_narrow(width_mm) else _BROAD
    with style.canvas(width_mm, _HEIGHT) as (figure, axes):
        axes.set_axis_off()
        axes.set_xlim(0, width_mm)
        axes.set_ylim(_HEIGHT, 0)
        scale = min(
            _scale(at.top, eliminated + still_open, _GAP, len(categories)),
            _scale(at.top, eliminated + still_open, _MIDDLE_GAP, 2),
            _scale(at.top, still_open, at.reason_gap, len(shown)),
        )
        left = _stack([gone + rest for _, gone, rest in categories], scale, at.top, _GAP)
        middle = _stack([eliminated, still_open], scale, at.top, _MIDDLE_GAP)
        right = _stack([value for _, value, _ in shown], scale, _right_top(at, shown, scale), at.reason_gap)
        _bands(axes, at, categories, left, middle, scale)
        _reasons(axes, at, shown, middle[1], right, scale)
        whole_of = f"{whole_name}　{whole(eliminated + still_open)}户　{whole(persons[0])}人"
        _heads(axes, at, whole_of)
        _kinds(axes, at, categories, left, scale)
        _states(axes, at, middle, scale, (eliminated, still_open), persons)
        alt = _words(categories, shown, eliminated, still_open)
        return style.drawn(
            figure, _data(categories, shown, persons), title=title, unit_line=unit_line, alt=alt
        )


def _scale(top: float, total: float, gap: float, bars: int) -> float:
    """Millimetres for one household, so that the bars and their gaps fill the height."""
    return (_HEIGHT - top - _BOTTOM - gap * max(bars - 1, 1)) / max(total, 1)


def _stack(values: list[float], scale: float, top: float, gap: float) -> list[float]:
    """Upper edges of bars stacked with a gap."""
    steps = [value * scale + gap for value in values]
    return [top + sum(steps[:number]) for number in range(len(steps))]


def _right_top(at: _Layout, situations: tuple[tuple[str, float, bool], ...], scale: float) -> float:
    height = sum(value for _, value, _ in situations) * scale + at.reason_gap * (len(situations) - 1)
    return max(at.top, _HEIGHT - _BOTTOM - height - 2)


def _ribbon(
    axes: Axes, x: tuple[float, float], y: tuple[float, float], height: float, colour: str, words: str = ""
) -> None:
    """A band; it tells no number that does not stand beside it, for a public edition withholds some."""
    (x0, x1), (y0, y1) = x, y
    bend = (x1 - x0) / 2
    points = [
        (x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1),
        (x1, y1 + height), (x1 - bend, y1 + height), (x0 + bend, y0 + height), (x0, y0 + height), (x0, y0),
    ]  # fmt: skip
    codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3, Outline.CLOSEPOLY]
    ribbon = axes.add_patch(PathPatch(Outline(points, codes), facecolor=colour, edgecolor="none"))
    if words:
        style.tell(ribbon, words)


def _bar(axes: Axes, x: float, y: float, height: float, colour: str) -> None:
    axes.add_patch(Rectangle((x, y), _BAR, height, facecolor=colour, edgecolor="none"))


def _bands(
    axes: Axes,
    at: _Layout,
    categories: tuple[tuple[str, float, float], ...],
    left: list[float],
    middle: list[float],
    scale: float,
) -> None:
    first, second, _ = at.columns
    reached = list(middle)
    for (_, gone, rest), top in zip(categories, left, strict=True):
        x = (first + _BAR, second)
        _ribbon(axes, x, (top, reached[0]), gone * scale, style.GREY_5)
        _ribbon(axes, x, (top + gone * scale, reached[1]), rest * scale, style.RED_WASH)
        reached = [reached[0] + gone * scale, reached[1] + rest * scale]
        _bar(axes, first, top, (gone + rest) * scale, style.GREY_2)
    _bar(axes, second, middle[0], reached[0] - middle[0], style.GREY_2)
    _bar(axes, second, middle[1], reached[1] - middle[1], style.RED)


def _reasons(
    axes: Axes,
    at: _Layout,
    situations: tuple[tuple[str, float, bool], ...],
    top: float,
    right: list[float],
    scale: float,
) -> None:
    _, second, third = at.columns
    x = third + _BAR + at.beside[2]
    beside = max(11.5, style.widest_mm(f"{whole(value)}户" for _, value, _ in situations) + 1.5)
    for (name, value, must_act), edge in zip(situations, right, strict=True):
        height = value * scale
        colour = style.RED if must_act else style.RED_TINT
        # A broad band in full red would hide the label that stands on it.
        band = style.RED if must_act and height < _THIN else style.RED_WASH
        _ribbon(axes, (second + _BAR, third), (top, edge), height, band, f"{name}{whole(value)}户")
        _bar(axes, third, edge, max(height, 0.3), colour)
        weight, ink = ("bold", style.RED) if must_act else ("normal", style.INK)
        middle = edge + height / 2
        rise, run = (1.9, 0.0) if at.is_stacked else (0.0, beside)
        axes.text(x, middle - rise, f"{whole(value)}户", weight="bold", color=ink, va="center_baseline")
        axes.text(x + run, middle + rise, name, weight=weight, color=ink, va="center_baseline", fontsize=8)
        top += height


def _heads(axes: Axes, at: _Layout, whole_of: str) -> None:
    """Of the columns; a long one begins at the left edge, or it would run into the next column."""
    first, second, third = at.columns
    if at.is_stacked or len(whole_of) > _LONGEST_HEAD:
        first = 0.0
    above = 4.0 if at.is_stacked else 0.0
    places = ((first, 3.5, whole_of), (second, 3.5 + above, "风险状态"), (third, 3.5 + above, "未消除的情形"))
    for x, y, text in places:
        axes.text(x, y, text, fontsize=style.SMALL_SIZE + 0.5, color=style.GREY_2)


def _kinds(
    axes: Axes,
    at: _Layout,
    categories: tuple[tuple[str, float, float], ...],
    left: list[float],
    scale: float,
) -> None:
    """Each category's name and households."""
    look: dict[str, Any] = {"ha": "right", "va": "center_baseline", "fontsize": 8}
    x = at.columns[0] - at.beside[0]
    centres = [top + (gone + rest) * scale / 2 for (_, gone, rest), top in zip(categories, left, strict=True)]
    for (name, gone, rest), centre in zip(categories, _apart(centres, 8.0, low=5.0), strict=True):
        axes.text(x, centre - 1.2, name, **look)
        axes.text(x, centre + 2.6, f"{whole(gone + rest)}户", color=style.GREY_1, **look)


def _states(
    axes: Axes,
    at: _Layout,
    middle: list[float],
    scale: float,
    totals: tuple[float, float],
    persons: tuple[float, float, float],
) -> None:
    """What is eliminated and what is open, in households and persons."""
    x = at.columns[1] + _BAR + at.beside[1]
    centres = [top + value * scale / 2 for top, value in zip(middle, totals, strict=True)]
    least, below = (14.0, 9.0) if at.is_stacked else (10.0, 5.0)
    gone_at, open_at = _apart(centres, least, low=9.0, below=below)
    for name, value, people, centre, colour in (
        ("已消除风险", totals[0], persons[1], gone_at, style.GREY_1),
        ("未消除风险", totals[1], persons[2], open_at, style.RED),
    ):
        numbers = (f"{whole(value)}户", f"{whole(people)}人")
        look: dict[str, Any] = {"color": colour, "va": "center_baseline"}
        axes.text(x, centre - 1.2, name, weight="bold", fontsize=style.LARGE_SIZE, **look)
        for row, text in enumerate(numbers if at.is_stacked else ("　".join(numbers),)):
            axes.text(x, centre + 3.2 + 3.8 * row, text, **look)


def _apart(centres: list[float], least: float, *, low: float, below: float = 5.0) -> list[float]:
    """Centres of labels moved as little as keeps them `least` mm apart and inside the drawing.

    `below` is the room that the last needs to the lower edge.
    """
    places: list[float] = []
    for centre in centres:
        places.append(max([centre, low, *(place + least for place in places[-1:])]))
    highest = _HEIGHT - below
    last = len(places) - 1
    return [min(place, highest - (last - n) * least) for n, place in enumerate(places)]


def _data(
    categories: tuple[tuple[str, float, float], ...],
    situations: tuple[tuple[str, float, bool], ...],
    persons: tuple[float, float, float],
) -> ChartData:
    """Households by category, and by reason why they are open; persons as lines of totals."""
    kinds, reasons = [name for name, _, _ in categories], [name for name, _, _ in situations]
    gone = Series("已消除风险", (*(n for _, n, _ in categories), *((None,) * len(reasons))))
    rest = Series("未消除风险", (*(n for _, _, n in categories), *(n for _, n, _ in situations)))
    total = Series("在册", tuple(n + m for _, n, m in categories) + (None,) * len(reasons))
    red = tuple(name for name, _, must_act in situations if must_act)
    sums = (sum(n for _, n, _ in categories), sum(n for _, _, n in categories))
    names = ("在册人数", "已消除风险人数", "未消除风险人数", "已消除风险", "未消除风险")
    limits = tuple(zip(names, (*persons, *sums), strict=True))
    return ChartData("flow", "户", (*kinds, *reasons), (total, gone, rest), red, limits)


def _words(
    categories: tuple[tuple[str, float, float], ...],
    situations: tuple[tuple[str, float, bool], ...],
    eliminated: float,
    still_open: float,
) -> str:
    kinds = "、".join(f"{name}{whole(gone + rest)}户" for name, gone, rest in categories)
    reasons = "、".join(f"{name}{whole(value)}户" for name, value, _ in situations)
    of_open = f"，其中{reasons}" if reasons else ""
    return f"在册{kinds}；已消除风险{whole(eliminated)}户，未消除{whole(still_open)}户{of_open}。"


def sample_status_flow() -> Chart:
    """Three categories, three situations, one of them red."""
    return status_flow(
        categories=(
            ("脱贫不稳定户", 130.0, 87.0),
            ("边缘易致贫户", 140.0, 88.0),
            ("突发严重困难户", 33.0, 12.0),
        ),
        situations=(
            ("措施已落实待稳定", 140.0, False),
            ("整户无劳动能力", 34.0, False),
            ("超期无措施", 13.0, True),
        ),
        persons=(1660.0, 1020.0, 640.0),
        title="490户中303户已消除风险，187户未消除",
        unit_line="带宽与户数成正比",
    )
