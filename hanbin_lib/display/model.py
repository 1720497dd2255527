"""The objects a notebook cell shows: plain frozen values, printed elsewhere.

A number is a `Figure`: its value, its unit and the address of the indicator it came from. Everything
else is words around figures. A notebook keeps each object once (`display.tree`); every format is
printed from that, so that they can never disagree.
"""

from dataclasses import dataclass
from typing import Any, Literal

from hanbin_lib.display.text import Figure, Shown, Text


class Display:
    """Base of everything that a cell can show."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from hanbin_lib.display.tree import mime_bundle  # printers know the model

        return mime_bundle(self)


@dataclass(frozen=True)
class Paragraph(Display):
    """Running text: ``body``, ``lead`` (a chapter's one-sentence conclusion), ``note`` or ``follow``."""

    parts: tuple[Text, ...]
    style: str = "body"


@dataclass(frozen=True)
class KeyFigure:
    """One card of page one.

    Parameters
    ----------
    label
        What it is.
    figure
        The value in large type.
    change
        The comparison below it.
    aside
        A second figure, or words, at the right below.
    trend
        Values of the last months for the sparkline, oldest first; NaN or None leaves a gap.
    light
        ``steady``, ``watch`` or ``act``: shape, word and colour of the traffic light.
    """

    label: str
    figure: Shown
    change: Paragraph | None = None
    aside: Shown | str | None = None
    trend: tuple[float | None, ...] = ()
    light: Literal["steady", "watch", "act"] | None = None


@dataclass(frozen=True)
class KeyFigures(Display):
    """Cards, three in a row."""

    cards: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Decision:
    """A point that needs a decision: the ask, who does what, and the chapter to read.

    Parameters
    ----------
    section, anchor
        Numeral of the chapter, and what its heading is called in links.
    """

    ask: tuple[Text, ...]
    detail: tuple[Text, ...]
    section: str
    anchor: str = ""


@dataclass(frozen=True)
class Decisions(Display):
    """The points that need a decision, or the sentence that there are none."""

    title: str
    items: tuple[Decision, ...]
    none: str


@dataclass(frozen=True, slots=True)
class BarCell:
    """A number with a bar behind it: `share` (0 to 1) of the longest bar of its column."""

    figure: Shown
    share: float


@dataclass(frozen=True, slots=True)
class RangeCell:
    """A range of ranks with its drawing: a bar from `low` to `high`, a dot, last month's ring.

    Parameters
    ----------
    figure
        The range in print.
    low, high, value
        Of this month, between 1 and `last`.
    before
        Last month's value, None where there is none.
    last
        Right end of the scale.
    """

    figure: Shown
    low: float
    high: float
    value: float
    before: float | None
    last: float

    def place(self, rank: float) -> float:
        """Where a rank lies on the scale, 0 to 1."""
        return (rank - 1) / max(self.last - 1, 1)


Cell = Text | BarCell | RangeCell


@dataclass(frozen=True)
class Column:
    """One column of a printed table; text stands left, numbers right."""

    heading: str
    align: Literal["left", "right"] = "left"
    width_mm: float | None = None


@dataclass(frozen=True)
class Table(Display):
    """A three-line table whose head repeats on the next page.

    Parameters
    ----------
    title, unit_line
        Above the table; the unit line names unit, population and date.
    columns, rows
        Cells are words or figures, or figures with a bar.
    emphasis
        Numbers of the rows in red wash.
    rule_every
        A hairline after every n rows.
    totals
        How many rows at the end are totals.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    unit_line: str = ""
    emphasis: frozenset[int] = frozenset()
    rule_every: int = 5
    totals: int = 0


@dataclass(frozen=True)
class AnnexTable(Table):
    """A list too long for the page: whole in JupyterLab and in the Excel annex, a line in print."""

    @property
    def line(self) -> Paragraph:
        """What the page and the PDF say in its place."""
        count = Figure(len(self.rows), "行", f"annex|{self.title}")
        some, none = (f"清单见附表“{self.title}”（", count, "）。"), (f"附表“{self.title}”：没有。",)
        return Paragraph(some if self.rows else none, style="note")


@dataclass(frozen=True, slots=True)
class Origin:
    """What figures of one kind are: a definition as the page opens it.

    Parameters
    ----------
    key
        Id of an indicator, or the first part of another address (``rules``).
    name
        Its Chinese name.
    facts
        Labels with their texts: numerator, denominator, as-of rule, source.
    """

    key: str
    name: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DefinitionTable(Table):
    """Definitions: the main ones in print, on the page every one that a figure of it needs.

    Parameters
    ----------
    keys
        Indicator of each row, to which key figures of the PDF link.
    indicators, others
        What addresses ``indicator|month|place|group`` mean, and what all other addresses mean.
    made_from
        Labels with versions of data and program.
    month
        For the command that traces a figure; empty where the reader has no such command.
    """

    keys: tuple[str, ...] = ()
    indicators: tuple[Origin, ...] = ()
    others: tuple[Origin, ...] = ()
    made_from: tuple[tuple[str, str], ...] = ()
    month: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind in a chart.

    Parameters
    ----------
    name
        In the legend; also what `ChartData.emphasis` calls it.
    values
        One a category, None where there is none.
    lower, upper
        Ends of the interval of each value, where they have one.
    at
        Places of the values on the horizontal axis, where that is no list of categories.
    """

    name: str
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartData:
    """The numbers that a chart draws, for formats whose charts are native and may be edited.

    Parameters
    ----------
    kind
        ``bars`` and ``columns``; ``stacked`` bars; ``lines`` over categories; ``curves`` over numbers;
        ``dots`` with intervals; ``spans`` from `Series.lower` to `Series.upper`; ``flow`` (no office has it).
    unit
        Of the values.
    categories
        Labels, in the order in which they are drawn.
    series
        What is drawn.
    emphasis
        Names of categories or series in red.
    limits
        Lines across the chart, by name: a mean, a goal, the year's line.
    """

    kind: Literal["bars", "columns", "stacked", "lines", "curves", "dots", "spans", "flow"]
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    emphasis: tuple[str, ...] = ()
    limits: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        """No chart of nothing; raise ``ValueError``. What is not published is None, and drawn as words."""
        if not any((*one.values, *one.lower) for one in self.series):
            raise ValueError("a chart without a number")


@dataclass(frozen=True)
class Chart(Display):
    """A drawing with its finding as title and its numbers in words.

    Parameters
    ----------
    data
        The numbers that it draws.
    svg
        The drawing, at final size, text as text.
    alt
        The key numbers in a sentence, for who cannot see the drawing.
    source
        Below the drawing: which table the numbers come from, and their date.
    words
        Every text in the drawing.
    narrow
        The same, drawn for a telephone, where the drawing is too wide for one.
    """

    title: str
    unit_line: str
    data: ChartData
    svg: str
    alt: str
    width_mm: float
    height_mm: float
    source: str = ""
    words: tuple[str, ...] = ()
    narrow: str = ""


@dataclass(frozen=True)
class Columns(Display):
    """Displays side by side; widths are millimetres."""

    items: tuple[Display, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Definitions(Display):
    """A small list of terms and what holds for them."""

    title: str
    items: tuple[tuple[str, tuple[Text, ...]], ...]


@dataclass(frozen=True)
class Strip(Display):
    """Figures that lead from one to the next, or add up: each with the sign before it."""

    items: tuple[tuple[str, str, Shown], ...]  # (sign, label, figure)


@dataclass(frozen=True)
class Missing(Display):
    """An exhibit, or a whole chapter, that is not there says so, with the reason.

    A missing chapter takes the place of its heading. `error` names what failed, for the run's report; no
    reader sees it.
    """

    title: str
    reason: str
    is_chapter: bool = False
    error: str = ""


@dataclass(frozen=True)
class Heading(Display):
    """A chapter's heading; `anchor` is what links lead to, `see` where it goes on in the other volume.

    `see_file` names the other volume's file, which lies beside it where each volume is a file of its own.
    """

    text: str
    anchor: str
    see: str = ""
    see_anchor: str = ""
    see_file: str = ""


@dataclass(frozen=True)
class Volume(Display):
    """Where another volume begins, a file of its own in print; texts and anchors of its headings."""

    title: str
    contents: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report(Display):
    """A whole document: everything that it shows, in order."""

    items: tuple[Display, ...]


@dataclass(frozen=True)
class Masthead(Display):
    """The red head, the issue line and the document's title.

    `as_of` (``2022-09-30``) dates the file: the clock of the machine never gets into it.
    """

    bulletin_name: str
    issuer: str
    issue_label: str
    date_label: str
    title: str
    mark: str
    as_of: str
    document_number: str | None = None
    classification: str = ""


@dataclass(frozen=True)
class Imprint(Display):
    """版记 at the foot of the last page; `record` is a line of small print beneath it."""

    report_to: str
    issuer: str
    date_label: str
    record: str = ""
