"""Codes: text by nature; a code that came as a number has lost what a number does not keep."""

import numpy as np
import pandas as pd
import pyarrow as pa

from hanbin_lib.contract import Column
from hanbin_lib.ingest.grid import CellKind, Kinds, Mask
from hanbin_lib.ingest.numbers import trailing_zeros, whole
from hanbin_lib.ingest.problems import Problem, Problems, Read, each, is_kind, matches, strings

# Below 2^53 a double keeps every digit of a whole number; spreadsheets keep only 15 of what is typed.
_EXACT_BELOW = 2**53
# 自定: of codes that kept their 16th digit one in ten ends in 0.
_MOST_ENDING_IN_ZERO = 0.5
_SCIENTIFIC = r"^-?[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"


def read_codes(_: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Codes as text, and which of them cannot be trusted."""
    problems = np.zeros(len(texts), dtype=np.uint8)
    values = strings(texts)
    if matches(texts, r"^-?[0-9]+\.0+$").any():
        values, problems = each(texts, whole, "str")
    problems[matches(texts, _SCIENTIFIC)] = Problem.DIGITS
    if kinds is not None:
        _judge_numbers(texts, kinds, problems)
        values = pd.Series(values).mask(problems > 0).array
    return values, problems


def _judge_numbers(texts: pa.StringArray, kinds: Kinds, problems: Problems) -> None:
    number = is_kind(kinds, len(texts), CellKind.NUMBER)
    problems[is_kind(kinds, len(texts), *_NO_CODES) | (number & ~matches(texts, r"^[0-9]+$"))] = Problem.FORM
    long = number & matches(texts, r"^[0-9]{16,}$")
    if not long.any():
        return
    sixteen = long & _is_exact(texts, long)
    problems[long & ~sixteen] = Problem.DIGITS
    if trailing_zeros(texts, sixteen) > _MOST_ENDING_IN_ZERO:
        problems[sixteen & matches(texts, "0$")] = Problem.DIGITS


def _is_exact(texts: pa.StringArray, chosen: Mask) -> Mask:
    exact = np.zeros(len(texts), dtype=bool)
    exact[chosen] = [int(text) < _EXACT_BELOW for text in texts.filter(chosen).to_pylist()]
    return exact


_NO_CODES = (
    CellKind.PERCENT,
    CellKind.SCALED,
    CellKind.DATE,
    CellKind.DATETIME,
    CellKind.TIME,
    CellKind.BOOLEAN,
)
