"""Places against what chance alone would do (p-chart, Shewhart 1931): only the outsiders count."""

from matplotlib.axes import Axes
from scipy import stats

from hanbin_lib.charts import style
from hanbin_lib.display import Chart

_LIMITS = ((0.95, "-"), (0.998, "--"))


def control_chart(
    *, places: tuple[tuple[str, float, float], ...], mean: float, title: str, unit_line: str
) -> Chart:
    """Share of each place in the order of the shares, with the limits of chance for its size.

    Parameters
    ----------
    places
        (name, cases, size); those outside the 95 % limits are named.
    mean
        Share of all places together.
    """
    known = sorted((p for p in places if p[2] > 0), key=lambda place: place[1] / place[2])
    with style.canvas(90, 66) as (figure, axes):
        axes.set_position((0.11, 0.10, 0.86, 0.84))
        top = _limits(axes, known, mean)
        for row, place in enumerate(known):
            _dot(axes, row, place, mean)
        _names(axes, known, mean)
        top = max([top, *(cases / size for _, cases, size in known)]) * 1.1
        axes.set_xlim(-0.8, len(known) - 0.2)
        axes.set_ylim(-0.02 * top, top)
        _frame(axes, mean, top)
        words = "、".join(f"{name}{cases:.0f}/{size:.0f}" for name, cases, size in known)
        alt = f"{title}：平均{mean * 100:.1f}%；各地{words}。"
        return style.drawn(figure, title=title, unit_line=unit_line, alt=alt)


def is_outside(cases: float, size: float, mean: float) -> bool:
    """Whether a place lies outside the 95 % limits of chance."""
    if size <= 0:
        return False
    low, high = _bounds(size, mean, _LIMITS[0][0])
    return not low <= cases / size <= high


def _bounds(size: float, mean: float, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low, high = stats.binom.ppf([tail, 1 - tail], size, mean) / size
    return float(low), float(high)


def _limits(axes: Axes, known: list[tuple[str, float, float]], mean: float) -> float:
    highest = mean
    rows = range(len(known))
    for confidence, line in _LIMITS:
        bounds = [_bounds(size, mean, confidence) for _, _, size in known]
        for edge in zip(*bounds, strict=True):
            axes.step(rows, edge, line, where="mid", color=style.GREY_4, linewidth=0.9)
        highest = max(highest, *(high for _, high in bounds))
    return highest


def _dot(axes: Axes, row: int, place: tuple[str, float, float], mean: float) -> None:
    _, cases, size = place
    share = cases / size
    if not is_outside(cases, size, mean):
        axes.plot(row, share, "o", markersize=4.0, color=style.GREY_3)
        return
    axes.plot(row, share, "o", markersize=4.6, color=style.RED if share > mean else style.INK)


def _names(axes: Axes, known: list[tuple[str, float, float]], mean: float) -> None:
    """Those above chance at the upper left, those below at the lower right: both corners are free."""
    outside = [place for place in known if is_outside(place[1], place[2], mean)]
    above = [place for place in reversed(outside) if place[1] / place[2] > mean]
    below = [place for place in outside if place[1] / place[2] <= mean]
    for places, x, y, ha, va, colour in (
        (above, 0.03, 0.90, "left", "top", style.RED),
        (below, 0.98, 0.04, "right", "bottom", style.INK),
    ):
        text = "\n".join(f"{name} {cases:.0f}/{size:.0f}" for name, cases, size in places)
        where = axes.transAxes
        axes.text(x, y, text, transform=where, ha=ha, va=va, color=colour, fontsize=style.SMALL_SIZE)


def _frame(axes: Axes, mean: float, top: float) -> None:
    axes.axhline(mean, color=style.GREY_2, linewidth=0.8)
    left = axes.get_xlim()[0]
    axes.text(left, mean, f" 平均{mean * 100:.1f}%", va="bottom", fontsize=style.SMALL_SIZE)
    step = 0.1 if top > 0.3 else 0.05
    ticks = [number * step for number in range(int(1 / step) + 1) if number * step <= top]
    axes.set_yticks(ticks, [f"{tick * 100:.0f}%" for tick in ticks], fontsize=style.SMALL_SIZE)
    axes.set_xticks([])
    axes.set_xlabel("由低到高", fontsize=style.SMALL_SIZE, color=style.GREY_2, labelpad=2)
