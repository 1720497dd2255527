"""What a column is: its name, official heading, kind, unit, and whether it is personal."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from hanbin_lib.contract.labels import BLANK_MARKS, NONE_WORDS, PROGRAM_BLANKS

# Where a stored row came from: number of the file in the manifest, row as Excel counts it.
SOURCE = ("source_file", "source_row")
# Blanks, and signs that show nothing: zero-width ones, marks of direction.
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# The mark of a column that must be filled in, and what a program put around a text to keep it one.
_BESIDE = re.compile(r"^[*★☆※]+|[*★☆※]+$|\((?:必填项?|选填项?)\)|:$|^'+")
_WRAPPED = re.compile(r'="([^"]*)"')


def normal_heading(text: str | None) -> str:
    """Heading without blanks and marks, in half-width form: what two spellings of one have in common."""
    plain = _BLANK.sub("", unicodedata.normalize("NFKC", text or ""))
    wrapped = _WRAPPED.fullmatch(plain)
    return _BESIDE.sub("", wrapped[1] if wrapped else plain)


class Kind(StrEnum):
    """How the text of a cell is to be read."""

    TEXT = "text"  # free text, trimmed
    CODE = "code"  # opaque identifier; never a number
    CHOICE = "choice"  # one label of an enumeration; an unknown label warns
    CHOICES = "choices"  # several labels, comma-joined, sorted on reading
    FLAG = "flag"  # 是 / 否
    MONTH = "month"  # YYYYMM -> first day of the month, datetime64[s]
    DATE = "date"  # YYYYMMDD or YYYY-MM-DD -> datetime64[s]
    DATETIME = "datetime"  # day and time of day -> datetime64[s]
    COUNT = "count"  # whole number, not negative
    AMOUNT = "amount"  # decimal number; the unit is in `unit`


class Level(StrEnum):
    """Whose fact it is: in a sheet with one row a person, household facts repeat."""

    ROW = "row"
    PLACE = "place"
    PERSON = "person"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an incoming table.

    Parameters
    ----------
    name
        Canonical name in code; the unit stands last (``_yuan``, ``_months``).
    heading
        Official Chinese heading, as the bulletin and the data dictionary print it.
    kind
        How a cell is read.
    level
        Whose fact it is.
    aliases
        Other headings seen for the same column.
    required
        Without this heading the table is refused, and an empty cell is an error.
    personal
        Identifies a person: used by the checks, never stored, printed or logged.
    labels
        Known labels of a choice.
    unit
        Chinese unit of a number.
    spellings
        A county's own spellings of labels, each with the label that it stands for.
    empty_is_none
        Whether an empty cell says that there is none, so that a word for none is an empty cell.
    digits, prefix
        Form of a code, where the county has entered it: all digits, so many, beginning so.
    """

    name: str
    heading: str
    kind: Kind
    level: Level = Level.ROW
    aliases: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    labels: tuple[str, ...] = ()
    unit: str = ""
    spellings: tuple[tuple[str, str], ...] = ()
    empty_is_none: bool = False
    digits: int = 0
    prefix: str = ""

    @property
    def nothing(self) -> frozenset[str]:
        """What a cell may say instead of being empty; what the county knows as a label is no such word."""
        words = {*BLANK_MARKS, *PROGRAM_BLANKS, *(NONE_WORDS if self.empty_is_none else ())}
        return frozenset(words - {*self.labels, *(text for text, _ in self.spellings)})

    @property
    def is_area_code(self) -> bool:
        """Whether it holds codes of places, which stand beside the names or for them."""
        return self.level is Level.PLACE and self.kind is Kind.CODE


@dataclass(frozen=True, slots=True)
class Table:
    """One incoming table.

    Parameters
    ----------
    name
        Canonical name, also that of the Parquet file in a snapshot.
    title
        Official Chinese title.
    columns
        All columns, in the order of the export.
    key
        Columns that together may stand only once; a place is its code.
    national
        Exported by the national system: headings stand in the third row.
    is_yearly
        The system renews it once a year: an export of last year's end is this month's.
    month
        Column that says which month a row belongs to; rows of other months are kept apart.
    mark
        Column whose emptiness, together with that of all other required facts of the household, means
        that the row is none of this table's.
    extra
        Headings of other columns that the county knows of.
    area_code_month
        Month whose codes of places the county's files have (``2025-12``), empty where it is not declared.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    national: bool = False
    is_yearly: bool = False
    month: str = ""
    mark: str = ""
    extra: tuple[str, ...] = ()
    area_code_month: str = ""

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which the table is refused."""
        return tuple(column for column in self.columns if column.required)

    @property
    def personal(self) -> tuple[Column, ...]:
        """The columns that identify a person."""
        return tuple(column for column in self.columns if column.personal)

    def column(self, name: str) -> Column:
        """Return the column of that canonical name."""
        return next(column for column in self.columns if column.name == name)

    def names(self, level: Level) -> list[str]:
        """Names of the stored (not personal) columns at one level."""
        return [c.name for c in self.columns if c.level is level and not c.personal]
