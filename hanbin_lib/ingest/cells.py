"""Reading cells: text and kind of a cell to a value, one kind of column at a time.

Each distinct cell is cleaned and parsed once: 214,000 rows hold few distinct villages, labels and months.
Of the texts that are many (codes, incomes, dates of birth) the plain ones are read by Arrow, and only the
odd ones one by one.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest.cell_values import (
    Problem,
    Problems,
    Read,
    each,
    is_kind,
    read_amounts,
    read_codes,
    read_counts,
    read_dates,
    read_moments,
    read_months,
    strings,
    whole,
)
from hanbin_lib.ingest.grid import CellKind, Encoded, Kinds, Mask, matches, paired
from hanbin_lib.ingest.number_formats import STROKE
from hanbin_lib.ingest.rows import spread, taken

# Any of these makes a text odd: a blank, a control, ' or = at an end, or anything not ASCII.
_UNTIDY = r"^[\x00-\x20\x7f'=]|[\x00-\x20\x7f]$|[^\x00-\x7f]|^$"
# What a program put around a code so that it should stay text.
_WRAPPED = r'^="([^"]*)"$'
_APOSTROPHE = r"^'+"
# Zero-width characters and marks of direction: they show nothing and join nothing.
_UNSEEN = r"\p{Cf}+"
# Excel's own TRUE and FALSE arrive as words, in two spellings.
_YES = ("是", "有", "1", "true", "True", "TRUE", "√", "✓", "✔")
_NO = ("否", "无", "0", "false", "False", "FALSE", "×", "✗", "✘")
_FLAGS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
_OTHER_COMMAS = re.compile("[、;/]")
_FULL_WIDTH = ("－", "／", "（空）", "（空白）")  # marks for nothing as free text keeps them
_SEXES = {"1": "男", "2": "女"}
# ① ² ½: numbers that are no digits.
_OTHER_NUMBERS = r"\p{No}"
# What stands for the cell above.
_DITTO = r"""^(同\s*[上前左右]|[〃″′々"”“]+)$"""
# What a failed formula leaves in a text file.
_FORMULA_ERROR = r"^#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!|ERROR)$"


def encoded(columns: list[Encoded], kind: Kind) -> tuple[Encoded, Mask]:
    """Clean one column; of a doubled heading the left cell counts unless it is empty.

    Free text keeps its full-width punctuation, everything else is folded to half width.

    Returns
    -------
    cells
        The column.
    differs
        Rows in which the cells under a doubled heading differ.
    """
    form: Literal["NFC", "NFKC"] = "NFC" if kind is Kind.TEXT else "NFKC"
    tidied = [_tidy(column, form) for column in columns]
    merged = tidied[0]
    differs = np.zeros(len(merged.codes), dtype=bool)
    for other in tidied[1:]:
        differs |= _differs(merged, other)
        merged = _either(merged, other)
    return merged, differs


def emptied(column: Column, cells: Encoded) -> tuple[Encoded, Mask, list[str]]:
    """Empty the cells that say in words that they are empty.

    Returns
    -------
    cells
        The column.
    silent
        Rows in which such a cell stood.
    words
        What stood there.
    """
    words = sorted({*column.nothing, *_FULL_WIDTH})
    is_word = pc.is_in(cells.texts, value_set=pa.array(words, pa.string()))
    said = is_word.to_numpy(zero_copy_only=False)
    silent: Mask = np.append(said, False)[cells.codes]
    if not silent.any():
        return cells, silent, []
    return (
        replace(cells, codes=np.where(silent, -1, cells.codes)),
        silent,
        cells.texts.filter(is_word).to_pylist(),
    )


def _differs(left: Encoded, right: Encoded) -> Mask:
    """Rows in which both cells are filled, and not alike."""
    place = pc.index_in(right.texts, left.texts).fill_null(-2).to_numpy(zero_copy_only=False)
    same = np.append(place, -1)[right.codes] == left.codes
    differs: Mask = (left.codes >= 0) & (right.codes >= 0) & ~same
    return differs


def _either(left: Encoded, right: Encoded) -> Encoded:
    """The left cell, or the right one where the left is empty."""
    count = len(left.texts)
    codes = np.where(left.codes >= 0, left.codes, np.where(right.codes >= 0, right.codes + count, -1))
    texts = pa.concat_arrays([left.texts, right.texts])
    kinds = [
        np.zeros(len(side.texts), np.uint8) if side.kinds is None else side.kinds for side in (left, right)
    ]
    again = pc.dictionary_encode(texts)
    positions = np.append(again.indices.to_numpy(), -1).astype(np.int32)
    per_row = np.append(np.concatenate(kinds), 0)[codes]
    if not per_row.any():
        return Encoded(positions[codes], again.dictionary)
    return paired(positions[codes], again.dictionary, per_row)


def _tidy(cells: Encoded, form: Literal["NFC", "NFKC"]) -> Encoded:
    """Fold, trim and unwrap; merge texts that became equal; an empty text becomes missing."""
    odd = matches(cells.texts, _UNTIDY)
    if not odd.any():
        return cells
    texts = pc.replace_with_mask(cells.texts, odd, _plain(cells.texts.filter(odd), form))
    merged = pc.dictionary_encode(pc.if_else(pc.equal(texts, ""), None, texts))
    translation = merged.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    if cells.kinds is None:
        return Encoded(np.append(translation, np.int32(-1))[cells.codes], merged.dictionary)
    pairs = paired(translation, merged.dictionary, cells.kinds)
    return Encoded(np.append(pairs.codes, np.int32(-1))[cells.codes], pairs.texts, pairs.kinds)


def _plain(texts: pa.StringArray, form: Literal["NFC", "NFKC"]) -> pa.StringArray:
    """Texts as they show, until nothing changes any more."""
    while True:
        shown = pc.replace_substring_regex(texts, _UNSEEN, "")
        shown = pc.utf8_trim_whitespace(_folded(shown, form))
        shown = pc.replace_substring_regex(shown, _APOSTROPHE, "")
        shown = pc.replace_substring_regex(shown, _WRAPPED, r"\1")
        if shown.equals(texts):
            return texts
        texts = shown


def _folded(texts: pa.StringArray, form: Literal["NFC", "NFKC"]) -> pa.StringArray:
    """Half width; but the mark of a footnote is no digit: 12① is not 121, 10² is not 102."""
    folded = pc.utf8_normalize(texts, form)
    marked = pc.match_substring_regex(texts, _OTHER_NUMBERS)
    return pc.if_else(marked, pc.utf8_normalize(texts, "NFC"), folded) if pc.any(marked).as_py() else folded


def parsed(column: Column, cells: Encoded) -> tuple[pd.Series, Problems]:
    """Values of a column, and what is wrong with each row's cell.

    Returns
    -------
    values
        In the type of the column's kind; what could not be read is missing.
    problems
        `Problem` per row; 0 where there is none.
    """
    values, problems = _READERS[column.kind](column, cells.texts, cells.kinds)
    problems = problems.copy()
    count = len(cells.texts)
    failed = is_kind(cells.kinds, count, CellKind.ERROR) | matches(cells.texts, _FORMULA_ERROR)
    problems[failed] = Problem.ERROR
    problems[is_kind(cells.kinds, count, CellKind.NO_RESULT)] = Problem.NO_RESULT
    if not (column.personal and column.kind is Kind.TEXT):  # of a free text nothing is stored
        problems[matches(cells.texts, _DITTO)] = Problem.DITTO
    struck = is_kind(cells.kinds, count, CellKind.STRUCK) | matches(cells.texts, STROKE)
    problems[struck] = Problem.NONE  # told of the row
    if problems.any():
        values = pd.Series(values).mask(problems > 0).array
    per_row: Problems = np.append(problems, np.uint8(0))[cells.codes]
    # What is another text in almost every row gains nothing as codes.
    is_own = column.kind is Kind.CODE or column.personal
    return (taken(values, cells.codes) if is_own else spread(values, cells.codes)), per_row


def _text(_: Column, texts: pa.StringArray, __: Kinds | None) -> Read:
    return strings(texts), np.zeros(len(texts), dtype=np.uint8)


def _choice(column: Column, texts: pa.StringArray, _: Kinds | None) -> Read:
    labels = _labels_by_spelling(column)
    if column.name == "sex":
        labels |= _SEXES
    return each(texts, lambda text: _label(whole(text), labels), "str")


def _choices(column: Column, texts: pa.StringArray, _: Kinds | None) -> Read:
    labels = _labels_by_spelling(column)
    return each(texts, lambda text: _sorted_choices(text, labels), "str")


def _labels_by_spelling(column: Column) -> dict[str, str]:
    """Label by how a tidied cell spells it, in half width, the county's own spellings among them."""
    spelt = ((label, label) for label in column.labels)
    return {unicodedata.normalize("NFKC", text): label for text, label in (*spelt, *column.spellings)}


def _sorted_choices(text: str, labels: dict[str, str]) -> str | None:
    parts = {_label(part, labels) for part in _parts(text, labels)} - {""}
    return ",".join(sorted(parts)) or None


def _label(text: str, labels: dict[str, str]) -> str:
    """The label that is meant, also where blanks stand within it: 满 意."""
    return labels.get(text) or labels.get("".join(text.split()), text)


def _parts(text: str, labels: dict[str, str]) -> Iterator[str]:
    """Parted by commas; by other marks (长期慢性病、残疾) where every part is a label that is known."""
    for whole_part in text.split(","):
        parts = [part.strip() for part in _OTHER_COMMAS.split(whole_part)]
        yield from parts if all(part in labels for part in parts) else [whole_part.strip()]


def _flag(column: Column, texts: pa.StringArray, _: Kinds | None) -> Read:
    own = {unicodedata.normalize("NFKC", text): _FLAGS[label] for text, label in column.spellings}
    flags = _FLAGS | own
    return each(texts, lambda text: flags.get(whole(text)), "boolean")


_READERS: dict[Kind, Callable[[Column, pa.StringArray, Kinds | None], Read]] = {
    Kind.TEXT: _text,
    Kind.CODE: read_codes,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.FLAG: _flag,
    Kind.MONTH: read_months,
    Kind.DATE: read_dates,
    Kind.DATETIME: read_moments,
    Kind.COUNT: read_counts,
    Kind.AMOUNT: read_amounts,
}
EXPECTED: dict[Kind, str] = {
    Kind.TEXT: "文字",
    Kind.CODE: "编号",
    Kind.CHOICE: "选项",
    Kind.CHOICES: "选项，用逗号分开",
    Kind.FLAG: "“是”或“否”",
    Kind.MONTH: "六位年月，例如 202209",
    Kind.DATE: "八位日期，例如 20220930",
    Kind.DATETIME: "日期和时间，例如 2022-09-30 09:30",
    Kind.COUNT: "不小于零的整数",
    Kind.AMOUNT: "数字",
}
