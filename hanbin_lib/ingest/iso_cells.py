"""Dates that a file writes out (ISO 8601), as XML formats do."""

import re

from hanbin_lib.ingest.grid import CellKind

_ISO = re.compile(r"(?:(\d{4}-\d\d-\d\d)T?)?(?:(\d\d:\d\d)(?::(\d\d))?(?:[.,]\d+)?Z?)?")


def iso_cell(text: str) -> tuple[str, CellKind]:
    """Text and kind of a date, a moment or a time; what is none of them stays text.

    SpreadsheetML writes a time of day as one of 31 December 1899.
    """
    match = _ISO.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        return text, CellKind.TEXT
    clock = f"{match[2]}:{match[3] or '00'}" if match[2] else "00:00:00"
    if match[1] in (None, "1899-12-31", "1899-12-30"):
        return clock, CellKind.TIME
    if clock == "00:00:00":
        return match[1], CellKind.DATE
    return f"{match[1]} {clock}", CellKind.DATETIME
