"""Shares of many places in the order of their size, each with its interval; outsiders are named."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from hanbin_lib.charts import style
from hanbin_lib.display import Chart, ChartData, Series, percent, whole
from hanbin_lib.indicators import Unit

_MOST_NAMES = 8
_TOP, _LINE = 0.97, 0.06  # of the height of the axes: the first name, and from one to the next


@dataclass(frozen=True, slots=True)
class PlaceShare:
    """Share of one place (0 to 1) with its interval, the cases in words, and whether it is named.

    Who is named was decided for all places at once: an interval of one place is no such test.
    """

    name: str
    value: float
    lower: float
    upper: float
    count: str
    is_named: bool = False


def place_shares(*, places: tuple[PlaceShare, ...], mean: float, title: str, unit_line: str) -> Chart:
    """A dot and a bar for each place, lowest first; who is above the mean for all at once is named.

    Parameters
    ----------
    mean
        Share of all places together.
    """
    ordered = sorted(places, key=lambda place: (place.value, place.name))
    with style.canvas(90, 66) as (figure, axes):
        axes.set_position((0.11, 0.10, 0.86, 0.84))
        top = max([mean, *(place.upper for place in ordered)]) * 1.1
        axes.set_xlim(-0.8, len(ordered) - 0.2)
        axes.set_ylim(-0.02 * top, top)
        for row, place in enumerate(ordered):
            colour = style.RED if place.is_named else style.GREY_3
            axes.plot((row, row), (place.lower, place.upper), color=colour, alpha=0.4, linewidth=1.8)
            (dot,) = axes.plot(row, place.value, "o", markersize=4.0, color=colour)
            edges = f"{percent(place.lower)}—{percent(place.upper)}"
            style.tell(dot, f"{place.name}　{place.count}　{percent(place.value)}（{edges}）")
        _names(axes, ordered, mean / top)
        _frame(axes, mean, top)
        words = "、".join(f"{place.name}{place.count}" for place in ordered)
        alt = f"{title}：平均{percent(mean)}；各地{words}。"
        names = tuple(f"{place.name}　{place.count}" for place in ordered)
        parts = (tuple(getattr(place, part) for place in ordered) for part in ("value", "lower", "upper"))
        red = tuple(n for n, place in zip(names, ordered, strict=True) if place.is_named)
        data = ChartData(
            "dots", Unit.SHARE, names, (Series("比例", *parts),), emphasis=red, limits=(("平均", mean),)
        )
        return style.drawn(figure, data, title=title, unit_line=unit_line, alt=alt)


def _names(axes: Axes, ordered: list[PlaceShare], mean_at: float) -> None:
    """At the upper left, where low places leave room: the highest of them, down to the words of the mean."""
    named = [f"{place.name} {place.count}" for place in reversed(ordered) if place.is_named]
    room = min(max(int((_TOP - mean_at - _LINE) / _LINE), 1), _MOST_NAMES)
    if len(named) > room:
        named = [*named[: room - 1], f"另有{len(named) - room + 1}个"] if room > 1 else [f"{len(named)}个"]
    for number, text in enumerate(named):
        where = axes.transAxes
        axes.text(0.03, _TOP - _LINE * number, text, transform=where, va="top", color=style.RED,
                  fontsize=style.SMALL_SIZE)  # fmt: skip


def _frame(axes: Axes, mean: float, top: float) -> None:
    axes.axhline(mean, color=style.GREY_2, linewidth=0.8)
    # At the left, where the lowest places leave the room above the line free.
    left = axes.get_xlim()[0]
    axes.text(left, mean, f" 平均{percent(mean)}", va="bottom", fontsize=style.SMALL_SIZE)
    step = 0.2 if top > 0.6 else 0.1 if top > 0.3 else 0.05
    ticks = [number * step for number in range(int(1 / step) + 1) if number * step <= top]
    axes.set_yticks(ticks, [f"{percent(tick, 0)}" for tick in ticks], fontsize=style.SMALL_SIZE)
    axes.set_xticks([])
    axes.set_xlabel("由低到高", fontsize=style.SMALL_SIZE, color=style.GREY_2, labelpad=2)


def sample_place_shares() -> Chart:
    """Eight towns, of which one is named."""
    values = (0.02, 0.08, 0.1, 0.12, 0.14, 0.15, 0.18, 0.42)
    places = tuple(
        PlaceShare(f"{name}镇", v, max(0.0, v - 0.09), v + 0.12, f"{whole(v * 50)}/50", is_named=v > 0.4)
        for name, v in zip("甲乙丙丁戊己庚辛", values, strict=True)
    )
    return place_shares(places=places, mean=0.13, title="辛镇明显高于平均", unit_line="比例，竖条95%区间")
