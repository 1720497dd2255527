"""Reading cells: text to value, one kind of column at a time.

A column is dictionary-encoded first, so that each distinct text is cleaned and parsed once:
214,000 rows hold few distinct villages, labels and months.
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

_LEAKED_FLOAT = re.compile(r"(-?\d+)\.0+")
_BARE_MONTH = re.compile(r"(\d{4})(\d{2})")
_BARE_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WRITTEN_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_WRITTEN_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# Excel's own TRUE and FALSE arrive as words, in two spellings.
_YES = ("是", "有", "1", "true", "True", "TRUE")
_NO = ("否", "无", "0", "false", "False", "FALSE")
_FLAGS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
_SEXES = {"1": "男", "2": "女"}
# What a failed formula leaves in a cell.
_FORMULA_ERROR = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|ERROR)")
FORMULA_ERROR = "#ERROR"


@dataclass(frozen=True)
class Encoded:
    """A column as codes into its distinct texts; -1 is missing."""

    codes: np.ndarray
    texts: list[str]

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
    form: Literal["NFC", "NFKC"] = "NFC" if kind is Kind.TEXT else "NFKC"
    tidy = [_tidy(text, form) for text in dictionary.dictionary.to_pylist()]
    codes = dictionary.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return _recoded(codes, tidy)


def _recoded(codes: np.ndarray, texts: list[str]) -> Encoded:
    """Merge texts that became equal; an empty text becomes missing."""
    distinct = {text: number for number, text in enumerate(dict.fromkeys(t for t in texts if t))}
    translation = np.array([distinct.get(text, -1) for text in texts] + [-1], dtype=np.int32)
    return Encoded(translation[codes], list(distinct))


def _tidy(text: str, form: Literal["NFC", "NFKC"]) -> str:
    return text.strip() if text.isascii() else unicodedata.normalize(form, text).strip()


def parsed(column: Column, cells: Encoded) -> tuple[pd.Series, np.ndarray]:
    """Values of a column, and which rows could not be read.

    Returns
    -------
    values
        In the type of the column's kind; what could not be read is missing.
    bad
        Boolean per row.
    """
    values, good = _READERS[column.kind](column, cells.texts)
    failed = [text[0] == "#" and bool(_FORMULA_ERROR.fullmatch(text)) for text in cells.texts]
    bad = np.append(~np.array(good, dtype=bool) | np.array(failed, dtype=bool), [False])
    return pd.Series(_taken(values, cells.codes)), bad[cells.codes]


Read = tuple[pd.api.extensions.ExtensionArray, list[bool]]


def _taken(values: pd.api.extensions.ExtensionArray, codes: np.ndarray) -> pd.api.extensions.ExtensionArray:
    return values.take(codes, allow_fill=True)


def _each(texts: list[str], read: Callable[[str], object], dtype: Any) -> Read:
    values: list[Any] = [read(text) for text in texts]
    return pd.array(values, dtype=dtype), [value is not None for value in values]


def _text(_: Column, texts: list[str]) -> Read:
    return pd.array(texts, dtype="str"), [True] * len(texts)


def _code(_: Column, texts: list[str]) -> Read:
    return _each(texts, _whole, "str")


def _whole(text: str) -> str:
    """Take away the ``.0`` of a number that leaked through a float."""
    match = _LEAKED_FLOAT.fullmatch(text) if text.endswith("0") and "." in text else None
    return match[1] if match else text


def _choice(column: Column, texts: list[str]) -> Read:
    labels = {unicodedata.normalize("NFKC", label): label for label in column.labels}
    if column.name == "sex":
        labels |= _SEXES
    return _each(texts, lambda t: labels.get(_whole(t), t), "str")


def _choices(_: Column, texts: list[str]) -> Read:
    return _each(
        texts,
        lambda t: ",".join(sorted({p.strip() for p in t.split(",") if p.strip()})),
        "str",
    )


def _flag(_: Column, texts: list[str]) -> Read:
    return _each(texts, lambda t: _FLAGS.get(_whole(t)), "boolean")


def _month(_: Column, texts: list[str]) -> Read:
    return _dates(texts, _read_month)


def _date(column: Column, texts: list[str]) -> Read:
    # 出生日期 also goes by the heading 出生年月.
    return _dates(texts, _read_birth if column.name == "birth_date" else _read_date)


def _dates(texts: list[str], read: Callable[[str], date | None]) -> Read:
    values = [read(_whole(text)) for text in texts]
    array = np.array(values, dtype="datetime64[s]")
    return pd.array(array, dtype="datetime64[s]"), [value is not None for value in values]


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


def _amount(_: Column, texts: list[str]) -> Read:
    return _each(texts, _number, "Float64")


def _count(_: Column, texts: list[str]) -> Read:
    return _each(texts, _read_count, "Int64")


def _read_count(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


_READERS: dict[Kind, Callable[[Column, list[str]], Read]] = {
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
