"""Numbers: amounts and counts, their commas, percentages and units."""

import math
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column
from hanbin_lib.ingest.grid import CellKind, Kinds, Mask
from hanbin_lib.ingest.problems import Problem, Read, forms, is_kind, matches

_LEAKED_FLOAT = re.compile(r"(-?\d+)\.0+")
# A comma that does not stand before three digits may be a decimal comma: 1,5 is not fifteen.
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?")
# What Arrow may read by itself: few enough digits that nothing is lost.
_PLAIN_NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
_NO_NUMBERS = (CellKind.DATE, CellKind.DATETIME, CellKind.TIME, CellKind.BOOLEAN)
PERCENT = "%"
# 自定: one project may stand at 0.5 per cent, but no column has this many such numbers and none above 1.
_LEAST_FRACTIONS = 3


def whole(text: str) -> str:
    """Take away the ``.0`` of a number that leaked through a float."""
    match = _LEAKED_FLOAT.fullmatch(text) if text.endswith("0") and "." in text else None
    return match[1] if match else text


def read_amounts(column: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Decimal numbers; in a column of per cent the sign may stand behind them."""
    numbers, problems = _numbers(column, texts, kinds)
    return _masked(numbers, "Float64"), problems


def read_counts(column: Column, texts: pa.StringArray, kinds: Kinds | None) -> Read:
    """Whole numbers that are not negative."""
    numbers, problems = _numbers(column, texts, kinds)
    fits = (numbers >= 0) & (numbers == np.floor(numbers)) & (numbers < 2**53)
    problems[(problems == Problem.NONE) & ~fits] = Problem.FORM
    return _masked(np.where(fits, numbers, np.nan), "Int64"), problems


def _numbers(column: Column, texts: pa.StringArray, kinds: Kinds | None) -> tuple[np.ndarray, Any]:
    percent = pc.ends_with(texts, PERCENT).to_numpy(zero_copy_only=False)
    belongs = column.unit == PERCENT
    if belongs and percent.any():
        texts = pc.replace_substring_regex(texts, r"\s*%$", "")
    numbers = _plain_or_odd(texts)
    numbers[is_kind(kinds, len(texts), *_NO_NUMBERS)] = np.nan
    problems = forms(~np.isnan(numbers))
    if not belongs:
        problems[percent & matches(texts, r"^[-0-9.,]+\s*%$")] = Problem.PERCENT
    else:
        problems[~percent & _in_fractions(np.where(percent, np.nan, numbers))] = Problem.FRACTION
    problems[is_kind(kinds, len(texts), CellKind.SCALED)] = Problem.SCALED
    numbers[problems != Problem.NONE] = np.nan
    return numbers, problems


def _in_fractions(numbers: np.ndarray) -> Mask:
    """Numbers of a column of per cent that were written as fractions: several below 1, and none above."""
    below: Mask = (numbers > 0) & (numbers < 1)
    return below & bool(np.count_nonzero(below) >= _LEAST_FRACTIONS and not (numbers > 1).any())


def _plain_or_odd(texts: pa.StringArray) -> np.ndarray:
    """Numbers, NaN where a text is none."""
    odd = ~matches(texts, _PLAIN_NUMBER)
    if not odd.any():
        numbers: np.ndarray = texts.cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
        return numbers
    read = [_number(text) for text in texts.filter(odd).to_pylist()]
    plain = pc.if_else(odd, None, texts).cast(pa.float64())
    values: np.ndarray = plain.to_numpy(zero_copy_only=False).copy()
    values[odd] = [math.nan if number is None else number for number in read]
    return values


def _number(text: str) -> float | None:
    number = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def _masked(numbers: np.ndarray, dtype: Any) -> pd.api.extensions.ExtensionArray:
    values: pd.api.extensions.ExtensionArray = pd.Series(numbers).astype(dtype).array
    return values


def number_text(value: float) -> str:
    """Spell a number cell in full, as it shows in a wide enough column of General format."""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return f"{Decimal(repr(value)):f}" if math.isfinite(value) else "#NUM!"


def percent_text(value: float) -> str:
    """Spell a number cell of a percentage format: 0.985 shows as 98.5%."""
    shown = f"{Decimal(repr(value)) * 100:f}" if math.isfinite(value) else "#NUM!"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + PERCENT


Factor = Decimal


def scaled(values: pd.Series, factor: Factor) -> pd.Series:
    """Amounts in another unit, exact to the digits written."""
    number = values.to_numpy(dtype=float, na_value=np.nan)
    # 1.2345 万 is 12345 yuan, not 12344.999999999998.
    shifted = np.round(number * float(factor), 6) if factor > 1 else np.round(number * float(factor), 10)
    return pd.Series(shifted, index=values.index).astype("Float64")


def trailing_zeros(texts: pa.StringArray, chosen: Mask) -> float:
    """Share of the chosen texts that end in 0."""
    return float(matches(texts.filter(chosen), "0$").mean()) if chosen.any() else 0.0
