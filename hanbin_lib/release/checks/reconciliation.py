"""What the figures of one document say of each other: parts and wholes, chains, counts of places, limits.

Every figure is a number of its address already (`documents`). Here they are held against each other, in
the one tree that every format is printed from: no text is searched for digits.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hanbin_lib.bulletin.figures import FEWEST_FOR_PERCENT
from hanbin_lib.display import BarCell, Columns, Display, Figure, Phrase, Shown, Strip, Strong, Table
from hanbin_lib.display.tree import shown_in
from hanbin_lib.indicators import ALL, CASELESS_SHARES, DEFINITIONS, SIGNED_SHARES, Unit

Address = tuple[str, ...]
Numbers = tuple[float, ...]
_COUNTS = frozenset({
    Unit.HOUSEHOLDS, Unit.PERSONS, Unit.WORKSHOPS, Unit.FINDINGS, Unit.ITEMS, Unit.TASKS, Unit.VISITS,
    Unit.WAN_YUAN,
})  # fmt: skip
# Addresses under which several numbers stand: a project's plan and payment, a simulation's quantiles.
_SEVERAL = frozenset({
    "contract", "findings", "forecast", "growth", "issue", "power", "projects", "rectification", "simulation",
    "snapshot", "what_if", "wilson",
})  # fmt: skip
_EXISTING = "registered_households"
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Results:
    """What ``indicators.csv`` says, looked through once for all documents that are held against it.

    Parameters
    ----------
    rows
        Value, numerator, denominator and limits of every row by address (indicator, month, place, group);
        NaN where one is missing, empty without any.
    below
        The rows of all of a kind by indicator, month and the place above theirs.
    existing
        The most households that a place has had in any month, 户.
    """

    rows: Mapping[Address, Numbers]
    below: Mapping[Address, list[Numbers]]
    existing: Mapping[str, float]

    @classmethod
    def of(cls, rows: Mapping[Address, Numbers]) -> "Results":
        """Look through the rows."""
        below: dict[Address, list[Numbers]] = defaultdict(list)
        existing: dict[str, float] = {}
        for (name, month, place, group), numbers in rows.items():
            if group != ALL:
                continue
            below[name, month, place[:-3]].append(numbers)
            if name == _EXISTING and numbers and not math.isnan(numbers[0]):
                existing[place] = max(existing.get(place, 0.0), numbers[0])
        return cls(rows, dict(below), existing)

    def at(self, *address: str) -> Numbers:
        """The numbers at an address, none where it is no row's."""
        return self.rows.get(address, ())


def contradictions(displays: Iterable[Display], known: Results) -> Iterator[str]:
    """Everything in one document that cannot be true together, in Chinese.

    Parameters
    ----------
    displays
        What the document shows, in order.
    known
        What they are held against.
    """
    shown: list[Shown] = []
    for display in displays:
        shown += shown_in(display)
        for piece in _pieces(display):
            if isinstance(piece, Table):
                yield from _parts(piece)
            elif isinstance(piece, Strip):
                yield from _chain(piece)
    figures = [figure for piece in shown for figure in piece.figures]
    yield from _twice(figures)
    yield from _places(figures, known)
    yield from _beyond(figures, known)
    yield from _of_few(shown, known)
    yield from _turned_round(shown)


def _pieces(display: Display) -> Iterator[Display]:
    yield display
    if isinstance(display, Columns):
        for item in display.items:
            yield from _pieces(item)


def _parts(table: Table) -> Iterator[str]:
    """The rows of each kind add up to the total; those that are not told, or not known, leave it larger."""
    if table.totals != 1:
        return
    *rows, last = table.rows
    for number, cell in enumerate(last):
        total = _one_figure(cell)
        # What is printed as 30余 leaves out up to the next step: parts may miss some, a total says nothing.
        if total is None or not _is_count(total) or total.style.is_rounded:
            continue
        parts = [_one_figure(row[number]) for row in rows]
        sums: dict[str, float] = defaultdict(float)
        for part in parts:
            if part is not None and part.key == total.key:
                sums[_dimension(part, total)] += part.value
        is_whole = all(
            part is not None and part.key == total.key and not part.style.is_rounded for part in parts
        )
        for dimension, number_of_all in sums.items():
            may_miss = not is_whole or (dimension == "place" and not DEFINITIONS[total.key].is_additive)
            gap = total.value - number_of_all
            if gap < -_SAME or (gap > _SAME and not may_miss):
                heading = f"“{table.title}”{table.columns[number].heading}"
                yield f"{heading}：各行合计{number_of_all:g}，合计行{total.text}"


def _one_figure(cell: object) -> Figure | None:
    """The figure of a cell, None of words, of several, or of one that is withheld."""
    if isinstance(cell, BarCell):
        cell = cell.figure
    if isinstance(cell, Strong) and len(cell.parts) == 1:
        cell = cell.parts[0]
    return cell if isinstance(cell, Figure) else None


def _is_count(figure: Figure) -> bool:
    known = DEFINITIONS.get(figure.key)
    return known is not None and known.unit in _COUNTS


def _dimension(part: Figure, total: Figure) -> str:
    """What the part is one of: places, or groups of one kind."""
    (_, _, place, group), (_, _, of_place, _) = (_address(figure.source) for figure in (part, total))
    return "place" if place != of_place else group.partition("=")[0]


def _address(source: str) -> tuple[str, str, str, str]:
    """Indicator, month, place, group of the first address."""
    parts = [*source.split(" ", maxsplit=1)[0].split("|"), "", "", ""]
    return parts[0], parts[1], parts[2], parts[3]


def _chain(strip: Strip) -> Iterator[str]:
    """What is added and taken away is what stands behind the equals sign; of households fewer go on."""
    sum_so_far: float | None = None
    before: Figure | None = None
    for sign, label, shown in strip.items:
        figure = shown if isinstance(shown, Figure) and not shown.style.is_rounded else None
        if figure is None:  # withheld, rounded, or several numbers: nothing can be held against it
            sum_so_far, before = None, None
            continue
        if (
            sign == "="
            and sum_so_far is not None
            and not math.isclose(sum_so_far, figure.value, abs_tol=_SAME)
        ):
            yield f"{label}{figure.text}不等于前面各数相加减（{sum_so_far:g}）"
        goes_on = sign == "→" and before is not None and before.unit == figure.unit == Unit.HOUSEHOLDS
        if goes_on and before is not None and figure.value > before.value:
            yield f"{label}{figure.text}多于前一步的{before.text}"
        step = {"+": figure.value, "−": -figure.value}.get(sign)
        sum_so_far = figure.value if step is None else None if sum_so_far is None else sum_so_far + step
        before = figure


def _twice(figures: list[Figure]) -> Iterator[str]:
    """One address, one number: what is no row of the results is the same wherever it is printed."""
    said: dict[tuple[str, str], dict[float, str]] = defaultdict(dict)
    for figure in figures:
        if figure.key not in DEFINITIONS and figure.key not in _SEVERAL:
            said[figure.source, figure.unit][round(figure.value, 9)] = figure.text
    for (source, _), texts in said.items():
        if len(texts) > 1:
            yield f"同一个数印成{'和'.join(texts.values())}（{source}）"


def _places(figures: list[Figure], known: Results) -> Iterator[str]:
    """A count of places is recounted; where one of them is withheld or unknown nobody can count."""
    counts = {count.source: count for count in figures if count.key == "places"}
    for source, figure in counts.items():
        _, name, month, place = _address(source)
        if name not in DEFINITIONS:
            continue
        below = known.below.get((name, month, place), [])
        if not all(numbers and not math.isnan(numbers[0]) for numbers in below):
            yield f"{figure.text}（{source}）：有的地方不公布或没有数，不能计个数"
        elif sum(numbers[0] > 0 for numbers in below) != figure.value:
            yield f"{figure.text}（{source}）：应为{sum(numbers[0] > 0 for numbers in below)}"


def _beyond(figures: list[Figure], known: Results) -> Iterator[str]:
    """No more households than there are, no share outside of 0 to 1."""
    for figure in figures:
        if figure.key == "simulation" and figure.unit == Unit.HOUSEHOLDS:
            place = figure.source.rpartition("|")[2]
            if figure.value > known.existing.get(place, math.inf):
                yield f"{figure.text}（{figure.source}）：多于现有的{known.existing[place]:g}户"
        is_level = figure.unit == Unit.SHARE and figure.style.sign == "minus" and figure.key in DEFINITIONS
        if is_level and figure.key not in SIGNED_SHARES and not -_SAME <= figure.value <= 1 + _SAME:
            yield f"{figure.text}（{figure.source}）：超出0至100%"


def _of_few(shown: list[Shown], known: Results) -> Iterator[str]:
    """A share of fewer than ten is told as n/N; its interval may stand beside it."""
    for figure in (piece for piece in shown if isinstance(piece, Figure)):
        is_share = figure.unit == Unit.SHARE and figure.key in DEFINITIONS and " " not in figure.source
        if not is_share or figure.key in CASELESS_SHARES:
            continue
        numbers = known.at(*_address(figure.source))
        if len(numbers) >= 3 and numbers[2] < FEWEST_FOR_PERCENT:
            yield f"{figure.text}（{figure.source}）：不足{FEWEST_FOR_PERCENT}个，应写作n/N"


def _turned_round(shown: list[Shown]) -> Iterator[str]:
    """An interval begins with its lower end."""
    for interval in shown:
        if isinstance(interval, Phrase) and len(interval.figures) == 2 and "—" in interval.parts:
            low, high = interval.figures
            if low.value > high.value:
                yield f"{interval.text}（{interval.source}）：下限大于上限"
