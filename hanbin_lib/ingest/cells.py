"""Reading cells: text to value, one kind of column at a time.

A column is dictionary-encoded first, so that each distinct text is cleaned and parsed once:
214,000 rows hold few distinct villages, labels and months. Of the texts that are many (codes,
incomes, dates of birth) the plain ones are read by Arrow, and only the odd ones one by one.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column, Kind

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Read = tuple[pd.api.extensions.ExtensionArray, Mask]

_LEAKED_FLOAT = re.compile(r"(-?\d+)\.0+")
_BARE_MONTH = re.compile(r"(\d{4})(\d{2})")
_BARE_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WRITTEN_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_WRITTEN_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# What Arrow may read by itself: few enough digits that nothing is lost.
_PLAIN_NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
_PLAIN_DATE = r"^(19|20)[0-9]{6}$"
# Any of these makes a text odd: a blank or a control at an end, or anything not ASCII.
_UNTIDY = r"^[\x00-\x20\x7f]|[\x00-\x20\x7f]$|[^\x00-\x7f]|^$"
# Excel's own TRUE and FALSE arrive as words, in two spellings.
_YES = ("是", "有", "1", "true", "True", "TRUE")
_NO = ("否", "无", "0", "false", "False", "FALSE")
_FLAGS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
_SEXES = {"1": "男", "2": "女"}
# What a failed formula leaves in a cell.
_FORMULA_ERROR = r"^#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|ERROR)$"
FORMULA_ERROR = "#ERROR"


@dataclass(frozen=True)
class Encoded:
    """A column as codes into its distinct texts; -1 is missing."""

    codes: np.ndarray
    texts: pa.StringArray

    def take(self, positions: np.ndarray) -> "Encoded":
        """Rows at `positions`; the texts stay."""
        return Encoded(self.codes[positions], self.texts)


def encoded(columns: list[pa.ChunkedArray], kind: Kind) -> Encoded:
    """Clean one column; of a doubled heading the left cell counts unless it is empty.

    Free text keeps its full-width punctuation, everything else is folded to half width.
    """
    merged = columns[0]
    if len(columns) > 1:
        blank = [pc.equal(pc.utf8_trim_whitespace(column), "") for column in columns]
        filled = zip(blank, columns, strict=True)
        merged = pc.coalesce(*(pc.if_else(empty, None, column) for empty, column in filled))
    dictionary = pc.dictionary_encode(merged).combine_chunks()
    if isinstance(dictionary, pa.ChunkedArray):
        dictionary = dictionary.chunk(0)
    codes = dictionary.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return _tidy(Encoded(codes, dictionary.dictionary), "NFC" if kind is Kind.TEXT else "NFKC")


def _tidy(cells: Encoded, form: Literal["NFC", "NFKC"]) -> Encoded:
    """Fold and trim; merge texts that became equal; an empty text becomes missing."""
    odd = _matches(cells.texts, _UNTIDY)
    if not odd.any():
        return cells
    tidied = [unicodedata.normalize(form, text).strip() for text in cells.texts.filter(odd).to_pylist()]
    texts = pc.replace_with_mask(cells.texts, odd, pa.array(tidied, cells.texts.type))
    merged = pc.dictionary_encode(pc.if_else(pc.equal(texts, ""), None, texts))
    translation = merged.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Encoded(np.append(translation, np.int32(-1))[cells.codes], merged.dictionary)


def _matches(texts: pa.StringArray, pattern: str) -> Mask:
    matched: Mask = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return matched


def parsed(column: Column, cells: Encoded) -> tuple[pd.Series, Mask]:
    """Values of a column, and which rows could not be read.

    Returns
    -------
    values
        In the type of the column's kind; what could not be read is missing.
    bad
        Boolean per row.
    """
    values, good = _READERS[column.kind](column, cells.texts)
    bad = ~good | _matches(cells.texts, _FORMULA_ERROR)
    return pd.Series(values.take(cells.codes, allow_fill=True)), np.append(bad, False)[cells.codes]


def strings(texts: pa.StringArray) -> pd.api.extensions.ExtensionArray:
    """Arrow text as a column of pandas."""
    values: pd.api.extensions.ExtensionArray = pd.array(texts, dtype="str")
    return values


def _each(texts: pa.StringArray, read: Callable[[str], object], dtype: Any) -> Read:
    values: list[Any] = [read(text) for text in texts.to_pylist()]
    return pd.array(values, dtype=dtype), np.array([value is not None for value in values], dtype=bool)


def _as_it_is(texts: pa.StringArray) -> Read:
    return strings(texts), np.ones(len(texts), dtype=bool)


def _text(_: Column, texts: pa.StringArray) -> Read:
    return _as_it_is(texts)


def _code(_: Column, texts: pa.StringArray) -> Read:
    if not _matches(texts, r"^-?[0-9]+\.0+$").any():
        return _as_it_is(texts)
    return _each(texts, _whole, "str")


def _whole(text: str) -> str:
    """Take away the ``.0`` of a number that leaked through a float."""
    match = _LEAKED_FLOAT.fullmatch(text) if text.endswith("0") and "." in text else None
    return match[1] if match else text


def _choice(column: Column, texts: pa.StringArray) -> Read:
    labels = {unicodedata.normalize("NFKC", label): label for label in column.labels}
    if column.name == "sex":
        labels |= _SEXES
    return _each(texts, lambda text: labels.get(_whole(text), text), "str")


def _choices(_: Column, texts: pa.StringArray) -> Read:
    return _each(texts, _sorted_choices, "str")


def _sorted_choices(text: str) -> str | None:
    parts = {part.strip() for part in text.split(",")} - {""}
    return ",".join(sorted(parts)) or None


def _flag(_: Column, texts: pa.StringArray) -> Read:
    return _each(texts, lambda text: _FLAGS.get(_whole(text)), "boolean")


def _month(_: Column, texts: pa.StringArray) -> Read:
    return _dates(texts, _read_month)


def _date(column: Column, texts: pa.StringArray) -> Read:
    # 出生日期 also goes by the heading 出生年月.
    read = _read_birth if column.name == "birth_date" else _read_date
    plain = _matches(texts, _PLAIN_DATE)
    if not plain.all():
        return _dates(texts, read)
    return _plain_dates(texts)


def _dates(texts: pa.StringArray, read: Callable[[str], date | None]) -> Read:
    values = [read(_whole(text)) for text in texts.to_pylist()]
    array = np.array(values, dtype="datetime64[s]")
    return pd.array(array, dtype="datetime64[s]"), ~np.isnat(array)


def _plain_dates(texts: pa.StringArray) -> Read:
    """Dates of eight digits, all at once; a day that its month does not have is not read."""
    number = texts.cast(pa.int32()).to_numpy()
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    dates = first.astype("datetime64[D]") + (day - 1)
    good = (month >= 1) & (month <= 12) & (day >= 1) & (dates.astype("datetime64[M]") == first)
    dates[~good] = np.datetime64("NaT")
    return pd.array(dates.astype("datetime64[s]"), dtype="datetime64[s]"), good


def _read_month(text: str) -> date | None:
    """Read a month; of a whole date the month counts."""
    match = _BARE_MONTH.fullmatch(text) or _WRITTEN_MONTH.fullmatch(text)
    if match:
        return _valid(int(match[1]), int(match[2]), 1)
    whole = _read_date(text)
    return whole.replace(day=1) if whole else None


def _read_date(text: str) -> date | None:
    match = _BARE_DATE.fullmatch(text) or _WRITTEN_DATE.fullmatch(text)
    return _valid(int(match[1]), int(match[2]), int(match[3])) if match else None


def _read_birth(text: str) -> date | None:
    return _read_date(text) or _read_month(text)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= 1900 else None
    except ValueError:
        return None


def _number(text: str) -> float | None:
    plain = text.replace(",", "")
    number = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    return number if math.isfinite(number) else None


def _numbers(texts: pa.StringArray) -> np.ndarray:
    """Numbers, NaN where a text is none."""
    odd = ~_matches(texts, _PLAIN_NUMBER)
    if not odd.any():
        numbers: np.ndarray = texts.cast(pa.float64()).to_numpy()
        return numbers
    read = [_number(text) for text in texts.filter(odd).to_pylist()]
    plain = pc.if_else(odd, None, texts).cast(pa.float64())
    values: np.ndarray = plain.to_numpy(zero_copy_only=False).copy()
    values[odd] = [math.nan if number is None else number for number in read]
    return values


def _amount(_: Column, texts: pa.StringArray) -> Read:
    return _masked(_numbers(texts), "Float64")


def _count(_: Column, texts: pa.StringArray) -> Read:
    numbers = _numbers(texts)
    return _masked(np.where((numbers >= 0) & (numbers == np.floor(numbers)), numbers, np.nan), "Int64")


def _masked(numbers: np.ndarray, dtype: Any) -> Read:
    good: Mask = ~np.isnan(numbers)
    return pd.array(pd.Series(numbers).astype(dtype)), good


_READERS: dict[Kind, Callable[[Column, pa.StringArray], Read]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.FLAG: _flag,
    Kind.MONTH: _month,
    Kind.DATE: _date,
    Kind.COUNT: _count,
    Kind.AMOUNT: _amount,
}
EXPECTED: dict[Kind, str] = {
    Kind.TEXT: "文字",
    Kind.CODE: "编号",
    Kind.CHOICE: "选项",
    Kind.CHOICES: "选项，用逗号分开",
    Kind.FLAG: "“是”或“否”",
    Kind.MONTH: "六位年月，例如 202209",
    Kind.DATE: "八位日期，例如 20220930",
    Kind.COUNT: "不小于零的整数",
    Kind.AMOUNT: "数字",
}
