"""The objects a notebook cell shows: plain frozen values, printed elsewhere.

A number is a `Figure`: its text and the address of the indicator it came from. Everything
else is words around figures. One object prints as HTML in JupyterLab and on the page, as Typst
in the PDF, as blocks of the Word edition, and as a sheet in the Excel annex, so that they can never disagree.
"""

from dataclasses import dataclass
from typing import Any, Literal

TYPST = "text/vnd.typst"
FRAGMENT = "text/vnd.hanbin.html"
DOCUMENT = "application/vnd.hanbin.document+json"
ABSENT = "application/vnd.hanbin.absent+json"
TABLE = "application/vnd.hanbin.table+json"
WORD = "application/vnd.hanbin.word+json"
TRACE = "application/vnd.hanbin.trace+json"
_LONGEST_UNBROKEN = 16  # characters; 5408户18392人 has 11


class Display:
    """Base of everything that a cell can show."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from hanbin_lib.display.printing import mime_bundle  # printers know the model

        return mime_bundle(self)


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number with its unit.

    Parameters
    ----------
    text
        As printed: ``5408户``.
    reference
        Where it comes from: ``indicator|month|place|group``; several joined by a blank.
    """

    text: str
    reference: str

    @property
    def key(self) -> str:
        """Indicator, or kind of address, that it stands for first."""
        return self.reference.partition("|")[0]

    @property
    def may_break(self) -> bool:
        """Whether it is a phrase, such as a document's name, that no line could hold whole."""
        return len(self.text) > _LONGEST_UNBROKEN

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that must not be overlooked."""

    parts: tuple["Text", ...]

    def __str__(self) -> str:
        return plain_text(self.parts)


Text = str | Figure | Strong


def plain_text(parts: tuple[Text, ...]) -> str:
    """Words and figures without any mark-up."""
    return "".join(str(part) for part in parts)


@dataclass(frozen=True)
class Paragraph(Display):
    """Running text: ``body``, ``lead`` (a chapter's one-sentence conclusion) or ``note``."""

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
    figure: Figure
    change: Paragraph | None = None
    aside: Figure | str | None = None
    trend: tuple[float | None, ...] = ()
    light: Literal["steady", "watch", "act"] | None = None


@dataclass(frozen=True)
class KeyFigures(Display):
    """Cards, three in a row."""

    cards: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Decision:
    """A point that needs a decision: the ask, who does what, and the chapter to read."""

    ask: tuple[Text, ...]
    detail: tuple[Text, ...]
    section: str


@dataclass(frozen=True)
class Decisions(Display):
    """The points that need a decision, or the sentence that there are none."""

    title: str
    items: tuple[Decision, ...]
    none: str


@dataclass(frozen=True, slots=True)
class BarCell:
    """A number with a bar behind it: `share` (0 to 1) of the longest bar of its column."""

    figure: Figure
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

    figure: Figure
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
        count = Figure(f"{len(self.rows)}行", f"annex|{self.title}")
        return Paragraph((f"清单见附表“{self.title}”（", count, "）。"), style="note")


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


@dataclass(frozen=True)
class Chart(Display):
    """A drawing with its finding as title and its numbers in words.

    Parameters
    ----------
    svg
        The drawing, at final size, text as text.
    alt
        The key numbers in a sentence, for who cannot see the drawing.
    source
        Below the drawing: which table the numbers come from, and their date.
    """

    title: str
    unit_line: str
    svg: str
    alt: str
    width_mm: float
    height_mm: float
    source: str = ""


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

    items: tuple[tuple[str, str, Figure], ...]  # (sign, label, figure)


@dataclass(frozen=True)
class Missing(Display):
    """An exhibit, or a whole chapter, that is not there says so, with the reason.

    A missing chapter takes the place of its heading.
    """

    title: str
    reason: str
    is_chapter: bool = False


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
    """版记 at the foot of the last page."""

    report_to: str
    issuer: str
    date_label: str
