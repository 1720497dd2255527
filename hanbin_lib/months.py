"""Calendar months, the only unit of time the bulletin counts in."""

import calendar
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from hanbin_lib.errors import HanbinError, refused_params

if TYPE_CHECKING:  # a command that counts no table does without
    import pandas as pd

MONTH_FOLDER = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, written ``2022-09`` and printed 2022年9月."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.number <= 12):
            raise _not_a_month(f"{self.year}-{self.number:02d}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2022-09``; anything else raises ``HB-PAR-001``."""
        match = _PATTERN.fullmatch(str(text))  # in a notebook it may be a number
        if match is None:
            raise _not_a_month(str(text))
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Self:
        """Month number `ordinal`, counted from January of year 0."""
        return cls(ordinal // 12, ordinal % 12 + 1)

    @property
    def ordinal(self) -> int:
        """Months since January of year 0, so that differences are months."""
        return self.year * 12 + self.number - 1

    @property
    def label(self) -> str:
        """``2022年9月``."""
        return f"{self.year}年{self.number}月"

    @property
    def last_day(self) -> str:
        """``2022-09-30``."""
        return f"{self}-{calendar.monthrange(self.year, self.number)[1]}"

    def shift(self, months: int) -> "Month":
        """Return the month `months` later (earlier if negative)."""
        return Month.from_ordinal(self.ordinal + months)

    def until(self, last: "Month") -> list["Month"]:
        """All months from this one to `last`, both included."""
        return [Month.from_ordinal(n) for n in range(self.ordinal, last.ordinal + 1)]

    def label_until(self, last: "Month") -> str:
        """``2022年9月至2022年11月``; one month is its own label."""
        return self.label if self == last else f"{self.label}至{last.label}"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def ordinals(dates: "pd.Series") -> "pd.Series":
    """`Month.ordinal` of each date; missing where there is none."""
    return dates.dt.year * 12 + dates.dt.month - 1


def _not_a_month(text: str) -> HanbinError:
    return refused_params("HB-PAR-001", f"“{text[:20]}”不是有效的月份", "按“年-月”填写，例如 2022-09")
