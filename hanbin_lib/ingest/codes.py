"""Codes have a form: what a spreadsheet made of them is told by it.

A code that a spreadsheet once took for a number has lost its digits after the fifteenth: they are zeros,
also where the file holds it as text again. What is left joins nothing, or joins others' rows, and no rule
about single cells sees it.
"""

import numpy as np
import pandas as pd

from hanbin_lib.contract import Column, Kind
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rows import Fault, Rows

# Letters and digits of any script, and the marks that codes of ledgers are joined with.
_FORMED = r"[\w#./()（）〔〕\[\]—–-]+"
# Excel keeps fifteen digits of a number.
_KEPT_DIGITS = 15
_LEAST_CODES = 10
_AS_TEXT = "在原系统里重新导出，不要用 Excel 直接打开 CSV 后再保存；自己的台账把这一列设为“文本”后重新填写"


def check_codes(rows: Rows) -> None:
    """Add findings for codes that cannot be right, one a column and kind of fault."""
    for column in rows.sheet.table.columns:
        if column.kind is Kind.CODE and not column.personal and not column.is_area_code:
            codes, distinct = pd.factorize(rows.frame[column.name])
            texts = pd.Series(distinct, dtype="str")
            if len(texts):
                _check(rows, column, codes, texts)


def _check(rows: Rows, column: Column, codes: np.ndarray, texts: pd.Series) -> None:
    strange = ~texts.str.fullmatch(_FORMED).to_numpy(bool)
    found = [(strange, "含有编号里不会有的字符（等号、引号、空格或看不见的字符）")]
    if column.digits:
        formed = texts.str.fullmatch(rf"{column.prefix}[0-9]{{{column.digits - len(column.prefix)}}}")
        wrong = ~formed.to_numpy(bool) & ~strange
        begins = f"、以{column.prefix}开头" if column.prefix else ""
        found.append((wrong, f"不是{column.digits}位数字{begins}（编号形式见 params/columns.yaml 的 codes）"))
    found.append((_rounded(texts), "第15位以后全是0，像是当作数字存过，后几位已经丢失"))
    for mask, text in found:
        at = np.append(mask, False)[codes]
        message = f"“{column.heading}”有{at.sum()}行{text}，此为第一处"
        rows.tell_first(at, Fault("HB-I-213", "编号形式不对", message, column.heading, action=_AS_TEXT))


def _rounded(texts: pd.Series) -> Mask:
    """Long codes that end in zeros, where more do than one in two: one in ten does by chance."""
    long = texts.str.fullmatch(rf"[0-9]{{{_KEPT_DIGITS + 1},}}").to_numpy(bool)
    ends = texts.str.slice(_KEPT_DIGITS).str.fullmatch("0+").to_numpy(bool)
    rounded: Mask = long & ends
    enough = len(texts) >= _LEAST_CODES and rounded.sum() > long.sum() / 2
    return rounded if enough else np.zeros(len(texts), dtype=bool)
