"""What the start page knows of each published month, and what its script draws of it, as printed."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from hanbin_lib.areas import TOWN
from hanbin_lib.display import written
from hanbin_lib.display.numbers import Style, write
from hanbin_lib.errors import HanbinError, refused_params
from hanbin_lib.indicators import ALL, CHAPTERS, DEFINITIONS, NOTE_TEXT, Definition, NoteCode, is_rounded
from hanbin_lib.indicators.table import KEY
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Line, read_parameter_table
from hanbin_lib.places import Bridge

COLUMNS = ["indicator", "month", "place_code", "place_name", "group", "value", "lower", "upper", "note_code"]
KEY_INDICATORS = (
    "monitored_households",
    "open_risk_households",
    "households_without_measure",
    "new_households",
    "newly_eliminated_households",
    "problems_overdue",
)
_NOTES = {code: code.value[0] for code in NOTE_TEXT} | {
    NoteCode.NOT_APPLICABLE: "a",
    NoteCode.NOT_COMPARABLE: "c",
}
_TILE_COLUMNS = ("place_code", "row", "column")
_MOST = 40
_NUMBER = re.compile("[0-9]{1,3}")
Tiles = dict[str, tuple[int, int]]


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
    is_whole = table["group"].eq(ALL) & table["place_code"].str.len().le(TOWN)
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
    shared = rows.duplicated(KEY, keep=False)
    if not shared.any():
        return rows
    reported = rows["note_code"].eq(NoteCode.REPORTED) & rows["indicator"].map(_adds_up)
    sums = rows[shared].assign(value=rows["value"].where(reported)).groupby(KEY, as_index=False, sort=False)
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


def content(months: tuple[PublishedMonth, ...], county: str) -> dict[str, Any]:
    """Data of the page; every figure is the text that a bulletin would print.

    Returns
    -------
    dict
        ``months`` (all with a figure, oldest first), ``published``, ``places`` (code and name,
        the county first), ``notes`` (letter to reason), ``key`` (indicators of the cards) and
        ``indicators``: definition, unit and ``series``, by place a text of one entry a month:
        digits, ``digits~lower~upper``, a letter of ``notes``, or nothing.
    """
    table = joined(months)
    table = table[table["place_code"].str.startswith(county)]
    first = Month.parse(table["month"].min())
    span = [str(month) for month in first.until(max(published.month for published in months))]
    by_indicator: dict[str, list[dict[Any, Any]]] = {}
    for row in table.to_dict("records"):
        by_indicator.setdefault(row["indicator"], []).append(row)
    ids = [name for name in DEFINITIONS if name in by_indicator]
    # Of what hardly any register goes through nothing is said unless it happened.
    said = set(_NOTES) - ({NoteCode.NOT_COMPARABLE} - set(table["note_code"]))
    return {
        "months": span,
        "published": [str(published.month) for published in months],
        "places": _places(table),
        "notes": {letter: NOTE_TEXT[code] for code, letter in _NOTES.items() if code in said},
        "key": [name for name in KEY_INDICATORS if name in ids],
        "indicators": [_indicator(DEFINITIONS[name], by_indicator[name], span) for name in ids],
    }


def printed(row: Mapping[Any, Any]) -> str:
    """A figure with its unit, or the reason why there is none."""
    if row["note_code"] != NoteCode.REPORTED:
        return NOTE_TEXT[NoteCode(row["note_code"])]
    unit = DEFINITIONS[row["indicator"]].unit
    return written(row["value"], unit, Style(is_rounded=is_rounded(unit, row["upper"])))


def _places(table: pd.DataFrame) -> list[list[str]]:
    """Code and newest name of each place, in the order of the codes."""
    names = table.drop_duplicates("place_code", keep="last").set_index("place_code")["place_name"]
    return [[str(code), str(name)] for code, name in names.sort_index().items()]


def _indicator(definition: Definition, rows: list[dict[Any, Any]], span: list[str]) -> dict[str, Any]:
    entries: dict[str, dict[str, str]] = {}
    for row in rows:
        entries.setdefault(row["place_code"], {})[row["month"]] = _entry(row)
    return {
        "id": definition.id,
        "name": definition.name,
        "chapter": next(title for title, held in CHAPTERS.items() if definition in held),
        "unit": write(0.0, definition.unit).unit,
        "numerator": definition.numerator,
        "denominator": definition.denominator,
        "as_of": definition.as_of,
        "source": definition.source,
        "is_additive": definition.is_additive,
        "series": {
            code: ",".join(of_place.get(month, "") for month in span) for code, of_place in entries.items()
        },
    }


def _entry(row: Mapping[Any, Any]) -> str:
    if row["note_code"] != NoteCode.REPORTED:
        return _NOTES[NoteCode(row["note_code"])]
    unit = DEFINITIONS[row["indicator"]].unit
    numbers = [row["value"], row["lower"], row["upper"]]
    known = numbers if not any(math.isnan(number) for number in numbers) else numbers[:1]
    return "~".join(f"{figure.sign}{figure.digits}" for figure in (write(number, unit) for number in known))


def read_tiles(path: Path) -> Tiles:
    """Row and column (from 1) by place code; empty where there is no file.

    Raises
    ------
    HanbinError
        ``HB-PAR-008`` naming every fault.
    """
    if not path.is_file():
        return {}
    try:
        lines = read_parameter_table(path, _TILE_COLUMNS)
    except ValueError as fault:
        raise _invalid([f"{path.name}：{fault}"]) from None
    faults = [f"{path.name}：{fault}" for fault in _faults(lines)]
    if faults:
        raise _invalid(faults)
    return {line["place_code"]: (int(line["row"]), int(line["column"])) for line in lines.values()}


def _faults(lines: dict[int, Line]) -> list[str]:
    """Everything wrong with the positions, in Chinese."""
    faults = [
        f"第{number}行：{name} 应为1至{_MOST}的整数"
        for name in ("row", "column")
        for number, line in lines.items()
        if not (_NUMBER.fullmatch(line[name]) and 1 <= int(line[name]) <= _MOST)
    ]
    for names, what in ((("place_code",), "代码重复"), (("row", "column"), "位置重复")):
        seen: set[tuple[str, ...]] = set()
        for number, line in lines.items():
            position = tuple(line[name] for name in names)
            faults += [f"第{number}行：{what}"] if position in seen else []
            seen.add(position)
    return faults


def _invalid(faults: list[str]) -> HanbinError:
    return refused_params("HB-PAR-008", "\n".join(faults), "修改 params/tiles.csv")
