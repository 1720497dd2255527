"""Which texts of a file may stand in a message: names of places and labels, never a person's."""

import re
from difflib import get_close_matches

import pandas as pd

from hanbin_lib.ingest.rows import Rows

_SHOWN = 8
_LONGEST = 20
# Whatever holds three digits or more may be a number of somebody; a name of two to four Chinese
# characters that ends like no place and is like no known one may be somebody's name.
_NUMBER = re.compile(r"[0-9A-Za-z]{3,}")
_PLACE = re.compile(r"(村|社区|镇|乡|街道|街办|办事处|居委会|村委会|县|区|市|组|庄|屯|场)$")
_PLAIN = re.compile(r"[\w·（）()、/—-]+")
_LEAST_ROWS = 3


def told_names(counts: pd.Series, rows: Rows) -> list[str]:
    """Labels (index of `counts`, the most frequent first) with their rows, as far as they may be told.

    A label that stands in few rows, or anywhere in a personal column of the sheet, is not told: a name
    in the wrong column would be published with the finding.
    """
    personal = _personal(rows, list(counts.index))
    told = [
        f"{label}（{count}处）"
        for label, count in counts.items()
        if count >= _LEAST_ROWS and is_plain(str(label)) and label not in personal
    ]
    return told[:_SHOWN]


def told_place(name: str, known: list[str], rows: Rows) -> tuple[str, list[str]]:
    """Name of a place as it may be told (else empty), and the known names that are nearest to it."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    may_be_told = is_plain(name) and not _personal(rows, [name]) and bool(near or _PLACE.search(name))
    return (name if may_be_told else ""), near


def is_plain(text: str) -> bool:
    """Whether a text is short, in one line, and holds no number."""
    return len(text) <= _LONGEST and _PLAIN.fullmatch(text) is not None and not _NUMBER.search(text)


def _personal(rows: Rows, texts: list[str]) -> frozenset[str]:
    """Those of `texts` that stand in a personal column of the sheet."""
    columns = [column.name for column in rows.sheet.table.personal if column.name in rows.frame]
    found = (rows.frame[name] for name in columns if rows.frame[name].dtype in ("category", "str"))
    return frozenset(str(value) for values in found for value in values[values.isin(texts)].unique())
