"""What the start page knows of each published month."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hanbin_lib.indicators import ALL
from hanbin_lib.months import Month

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
    """

    month: Month
    folder: str
    revision: int
    reason: str
    is_demonstration: bool
    files: Mapping[str, tuple[str, ...]]
    failed: tuple[str, ...]
    figures: pd.DataFrame


def whole_places(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the county and its towns as wholes: no village, no group."""
    is_whole = table["group"].eq(ALL) & table["place_code"].str.len().le(_TOWN_DIGITS)
    return table.loc[is_whole, COLUMNS].reset_index(drop=True)


def joined(months: tuple[PublishedMonth, ...]) -> pd.DataFrame:
    """One row an indicator, place and month.

    A month's figure is the one it was published with. A month that was not published has the
    figure that the next publication gave it, as the bulletins' trends do.
    """
    parts = [one.figures.assign(published=str(one.month)) for one in sorted(months, key=lambda m: m.month)]
    table = pd.concat(parts, ignore_index=True)
    # The first publication that tells of a month is its own, or the next one after it.
    return table.drop_duplicates(["indicator", "place_code", "month"], keep="first")
