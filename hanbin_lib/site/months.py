"""What the start page knows of each published month."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hanbin_lib.indicators import ALL, DEFINITIONS, NoteCode
from hanbin_lib.months import Month
from hanbin_lib.places import Bridge

COLUMNS = ["indicator", "month", "place_code", "place_name", "group", "value", "lower", "upper", "note_code"]
_TOWN_DIGITS = 9


@dataclass(frozen=True)
class PublishedMonth:
    """One published month.

    Parameters
    ----------
    month
        The month.
    folder
        Where its files are, relative to the page.
    revision, reason
        1 for the first publication; why there is another one.
    is_demonstration
        Whether the data are made up.
    files
        Names of the documents' files by area.
    failed
        Names of the documents that could not be made.
    figures
        Rows of the month's ``indicators.csv`` (`COLUMNS`), see `whole_places`.
    bridge
        To the codes of the newest month that is shown; None where these are the month's own.
    """

    month: Month
    folder: str
    revision: int
    reason: str
    is_demonstration: bool
    files: Mapping[str, tuple[str, ...]]
    failed: tuple[str, ...]
    figures: pd.DataFrame
    bridge: Bridge | None = None


def whole_places(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the county and its towns as wholes: no village, no group."""
    is_whole = table["group"].eq(ALL) & table["place_code"].str.len().le(_TOWN_DIGITS)
    return table.loc[is_whole, COLUMNS].reset_index(drop=True)


def joined(months: tuple[PublishedMonth, ...]) -> pd.DataFrame:
    """One row an indicator, place and month.

    A month's figure is the one it was published with. A month that was not published has the
    figure that the next publication gave it, as the bulletins' trends do.
    """
    parts = [
        brought(issue).assign(published=str(issue.month)) for issue in sorted(months, key=lambda m: m.month)
    ]
    table = pd.concat(parts, ignore_index=True)
    # The first publication that tells of a month is its own, or the next one after it.
    return table.drop_duplicates(["indicator", "place_code", "month"], keep="first")


def brought(published: PublishedMonth) -> pd.DataFrame:
    """A publication's figures with the places of the newest month.

    Of places that were merged, counts are summed and nothing else is; what was split or founded since has no
    figure of before.
    """
    if published.bridge is None or not (published.bridge.goals or published.bridge.apart):
        return published.figures
    codes = published.figures["place_code"].map(published.bridge.code).astype("str")
    rows = published.figures.assign(place_code=codes)
    rows = rows[codes.notna() & ~codes.isin(list(published.bridge.apart))]
    key = ["indicator", "month", "place_code", "group"]
    shared = rows.duplicated(key, keep=False)
    if not shared.any():
        return rows
    reported = rows["note_code"].eq(NoteCode.REPORTED) & rows["indicator"].map(_adds_up)
    sums = rows[shared].assign(value=rows["value"].where(reported)).groupby(key, as_index=False, sort=False)
    merged = sums.agg(
        place_name=("place_name", "last"),
        value=("value", "sum"),
        known=("value", "count"),
        of=("value", "size"),
    )
    merged["value"] = merged["value"].where(merged["known"].eq(merged["of"]))
    notes = merged["value"].isna().map({True: NoteCode.NOT_COMPARABLE.value, False: NoteCode.REPORTED.value})
    return pd.concat([rows[~shared], merged.assign(note_code=notes)], ignore_index=True)[COLUMNS]


def _adds_up(indicator: str) -> bool:
    return indicator in DEFINITIONS and DEFINITIONS[indicator].is_additive
