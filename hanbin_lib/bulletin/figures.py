"""Looking up figures: what every chapter, table and chart prints comes through here."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from hanbin_lib.bulletin.wording import interval, joined, ratio, words
from hanbin_lib.display import BARE, CHANGE, CHANGE_IN_WORDS, PLAIN, Figure, Phrase, Shown, Style
from hanbin_lib.indicators import ALL, CASELESS_SHARES, DEFINITIONS, NOTE_TEXT, NoteCode, Unit, is_rounded
from hanbin_lib.indicators.table import KEY
from hanbin_lib.months import Month

FEWEST_FOR_PERCENT = 10
_REASONS = {NoteCode.SUPPRESSED: "公开版不公布", NoteCode.NOT_RECEIVED: "要用的表或栏目没有收到"}


@dataclass(frozen=True)
class Figures:
    """The month's indicator table, seen from one place.

    Parameters
    ----------
    table
        All indicators of the month (`hanbin_lib.indicators.table`).
    month
        The reporting month.
    place
        Code of the county or the town that the bulletin is about.
    """

    table: pd.DataFrame
    month: Month
    place: str

    def seen_from(self, place: str) -> "Figures":
        """The same table seen from another place; its rows are not looked up anew."""
        other = replace(self, place=place)
        vars(other)["_rows"], vars(other)["_positions"] = self._rows, self._positions
        return other

    def value(
        self, indicator: str, *, month: Month | None = None, place: str = "", group: str = ALL
    ) -> float | None:
        """Value of an indicator, None where it is not reported or not there."""
        return self.number(indicator, "value", month=month, place=place, group=group)

    def number(
        self,
        indicator: str,
        column: str,
        *,
        month: Month | None = None,
        place: str = "",
        group: str = ALL,
    ) -> float | None:
        """Any number of a row (`value, lower, upper, numerator, denominator`), None where none."""
        row = self._row(indicator, place, group, month)
        if row is None or row["note_code"] != NoteCode.REPORTED or math.isnan(row[column]):
            return None
        return float(row[column])

    def estimate(
        self, indicator: str, *, month: Month | None = None, place: str = "", group: str = ALL
    ) -> tuple[float, float, float] | None:
        """Value, lower and upper limit; None where one of them is not known."""
        value, low, high = (
            self.number(indicator, column, month=month, place=place, group=group)
            for column in ("value", "lower", "upper")
        )
        return None if value is None or low is None or high is None else (value, low, high)

    def address(self, indicator: str, place: str = "", group: str = ALL) -> str:
        """Where a number of the month comes from: indicator, month, place and group."""
        return f"{indicator}|{self.month}|{place or self.place}|{group}"

    def is_suppressed(self, indicator: str, *, place: str = "", group: str = ALL) -> bool:
        """Whether there is a number that may not be published: it is neither zero nor missing."""
        row = self._row(indicator, place, group)
        return row is not None and row["note_code"] == NoteCode.SUPPRESSED

    def has_no_base(self, indicator: str, *, place: str = "", group: str = ALL) -> bool:
        """Whether there is nobody and nothing of which it could be said: no case was due, none drawn."""
        row = self._row(indicator, place, group)
        return row is not None and row["note_code"] == NoteCode.NOT_APPLICABLE

    def reason(self, indicator: str, nothing: str, *, group: str = ALL) -> str:
        """Why there is nothing to show of an indicator: withheld, not received, or `nothing` of it."""
        row = self._row(indicator, self.place, group)
        return _REASONS.get(NoteCode(row["note_code"]) if row else NoteCode.NOT_RECEIVED, nothing)

    def is_rounded(
        self, indicator: str, *, month: Month | None = None, place: str = "", group: str = ALL
    ) -> bool:
        """Whether the count was rounded down: it stands for itself and more; no change follows from it."""
        row = self._row(indicator, place, group, month)
        return row is not None and is_rounded(DEFINITIONS[indicator].unit, row["upper"])

    def figure(
        self,
        indicator: str,
        *,
        month: Month | None = None,
        place: str = "",
        group: str = ALL,
        style: Style = PLAIN,
    ) -> Shown:
        """Value in print with its unit, or the reason why there is none.

        A share of fewer than ten cases is ``3/8``, never a percentage: small numbers stay small. Where no
        row is of the group, it lacks what the whole lacks.
        """
        key = (indicator, str(month or self.month), place or self.place, group)
        row, unit = self._rows.get(key), DEFINITIONS[indicator].unit
        if row is not None and row["note_code"] == NoteCode.REPORTED:
            counts_cases = unit is Unit.SHARE and indicator not in CASELESS_SHARES
            if counts_cases and row["denominator"] < FEWEST_FOR_PERCENT:
                return ratio(row["numerator"], row["denominator"], "|".join(key))
            marked = replace(style, is_rounded=True) if is_rounded(unit, row["upper"]) else style
            if unit is Unit.SHARE and math.isnan(row["denominator"]):
                # Published without its cases, to as many digits as tell of no household.
                marked = replace(marked, is_trimmed=True)
            return Figure(row["value"], unit, "|".join(key), marked)
        told = row or self._rows.get((*key[:-1], ALL))
        is_lacking = told is not None and told["note_code"] != NoteCode.REPORTED
        note = NoteCode(told["note_code"] if told and is_lacking else NoteCode.NOT_RECEIVED)
        return words(NOTE_TEXT[note], "|".join(key))

    def cases(self, indicator: str, *, place: str = "", group: str = ALL) -> Shown:
        """Cases over their base: ``3/10``; the reason where there is no number."""
        printed = self.figure(indicator, place=place, group=group)
        part, whole = (
            self.number(indicator, column, place=place, group=group)
            for column in ("numerator", "denominator")
        )
        if part is None or whole is None:
            return printed if printed.figures else self.within(indicator, place=place, group=group)
        return ratio(part, whole, printed.source)

    def interval(self, indicator: str, *, place: str = "", group: str = ALL) -> Phrase:
        """The interval in print: ``2.1%—4.0%``."""
        unit = DEFINITIONS[indicator].unit
        edges = [self.number(indicator, name, place=place, group=group) for name in ("lower", "upper")]
        source = self.address(indicator, place, group)
        if edges[0] is None or edges[1] is None:
            return words("—", source)
        return interval((edges[0], edges[1]), unit, source)

    def plain(self, indicator: str, *, place: str = "", group: str = ALL) -> Shown:
        """Value in print without its unit, for table cells."""
        return self.figure(indicator, place=place, group=group, style=BARE)

    def count_in(self, indicator: str, *, place: str = "", group: str = ALL) -> Shown:
        """A count in print without its unit; zero where no row is of the group and the whole is known.

        Then the table came in, and nobody is nobody.
        """
        printed = self.plain(indicator, place=place, group=group)
        return Figure(0, "", printed.source) if self._is_empty(indicator, place, group) else printed

    def within(self, indicator: str, *, place: str = "", group: str = ALL) -> Shown:
        """A share or score of a group; 不适用 where the whole is known and no case is of the group."""
        printed = self.plain(indicator, place=place, group=group)
        none = words(NOTE_TEXT[NoteCode.NOT_APPLICABLE], printed.source)
        return none if self._is_empty(indicator, place, group) else printed

    def pair(self, stem: str) -> Phrase:
        """Households and persons as one unbreakable figure: 5408户18392人."""
        households, persons = self.figure(f"{stem}_households"), self.figure(f"{stem}_persons")
        source = f"{households.source} {persons.source}"
        if not households.figures and households.text == persons.text:
            return words(households.text, source)  # the reason once
        if not households.figures:
            return joined("户数", households, "，", persons, source=source)
        if not persons.figures:
            return joined(households, "，人数", persons, source=source)
        return joined(households, persons, source=source)

    def difference(
        self, indicator: str, *, since: Month | None = None, place: str = "", group: str = ALL
    ) -> float | None:
        """Value now less value at `since` (last month); None where either is missing or rounded."""
        months = (self.month, since or self.month.shift(-1))
        if any(self.is_rounded(indicator, month=month, place=place, group=group) for month in months):
            return None
        now, then = (self.value(indicator, month=month, place=place, group=group) for month in months)
        return None if now is None or then is None else now - then

    def change_in_words(self, indicator: str, *, since: Month | None = None, group: str = ALL) -> Shown:
        """``减少51户``, ``持平``; ``无可比数`` where a month is not there, or that it is not published."""
        change = self.difference(indicator, since=since, group=group)
        source = self._change_source(indicator, since, self.place, group)
        if change is None:
            return words(self.no_change(indicator, since=since, group=group), source)
        return Figure(change, DEFINITIONS[indicator].unit, source, CHANGE_IN_WORDS)

    def no_change(self, indicator: str, *, since: Month | None = None, group: str = ALL) -> str:
        """Why a count has no change: a month is not there, or is published rounded or not at all."""
        for month in (self.month, since or self.month.shift(-1)):
            row = self._rows.get((indicator, str(month), self.place, group))
            is_withheld = row is not None and row["note_code"] == NoteCode.SUPPRESSED
            if is_withheld or self.is_rounded(indicator, month=month, group=group):
                return "变化不公布"
        return "无可比数"

    def signed_change(
        self, indicator: str, *, place: str = "", group: str = ALL, style: Style = CHANGE
    ) -> Shown:
        """``+36户``, ``−51户``; a dash where there is nothing to compare with."""
        change = self.difference(indicator, place=place, group=group)
        source = self._change_source(indicator, None, place or self.place, group)
        if change is None:
            return words("—", source)
        return Figure(change, DEFINITIONS[indicator].unit, source, style)

    def tested_change(self, indicator: str, *, is_clear: bool, group: str = ALL) -> Shown:
        """A change estimated from samples: up or down only where it is clear (`Bulletin.tested`)."""
        source = self.address(indicator, group=group)
        value = self.value(indicator, group=group)
        if value is None:
            return words("无可比数", source)
        if not is_clear:
            return words("无明显变化", source)
        return Figure(value, DEFINITIONS[indicator].unit, source, CHANGE_IN_WORDS)

    def trend(self, indicator: str) -> pd.Series:
        """Values of the place by month (``2022-09``), oldest first; NaN where not reported."""
        rows = self._of(indicator, self.place)
        rows = rows[rows["group"].eq(ALL)]
        return rows.set_index("month")["value"].sort_index()

    def groups(
        self, indicator: str, dimension: str, *, month: Month | None = None, place: str = ""
    ) -> pd.Series:
        """Values of the place by label of one dimension, in the order of the table."""
        rows = self._of(indicator, place or self.place)
        rows = rows[
            rows["month"].eq(str(month or self.month)) & rows["group"].str.startswith(f"{dimension}=")
        ]
        labels = rows["group"].str.removeprefix(f"{dimension}=")
        return rows.set_index(labels)["value"]

    def _is_empty(self, indicator: str, place: str, group: str) -> bool:
        """Whether the whole has a value, and no row is of the group; one that is withheld is there."""
        row = self._rows.get((indicator, str(self.month), place or self.place, group))
        return row is None and self.value(indicator, place=place) is not None

    def _change_source(self, indicator: str, since: Month | None, place: str, group: str) -> str:
        earlier = since or self.month.shift(-1)
        return f"{indicator}|{earlier}/{self.month}|{place}|{group}"

    def _of(self, indicator: str, place: str) -> pd.DataFrame:
        """The rows of one indicator at one place, in the order of the table."""
        return self.table.iloc[self._positions.get((indicator, place), [])]

    @cached_property
    def _positions(self) -> dict[Any, Any]:
        return self.table.groupby(["indicator", "place_code"], sort=False).indices

    def _row(
        self, indicator: str, place: str, group: str, month: Month | None = None
    ) -> dict[str, Any] | None:
        """The row of a figure; of the month and the place unless others are named."""
        return self._rows.get((indicator, str(month or self.month), place or self.place, group))

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str, str], dict[str, Any]]:
        near = self.table["place_code"].str.startswith(self.place) | self.table["place_code"].str.len().le(9)
        rows = self.table[near]
        keys = zip(*(rows[c].tolist() for c in KEY), strict=True)
        names = ("value", "lower", "upper", "numerator", "denominator", "note_code")
        values = zip(*(rows[name].tolist() for name in names), strict=True)
        return {key: dict(zip(names, row, strict=True)) for key, row in zip(keys, values, strict=True)}
