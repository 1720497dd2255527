"""Persons: numbers that can be right, one row each, and pseudonyms instead of numbers."""

import hashlib
import re
import secrets
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column, Kind
from hanbin_lib.files import write_atomically
from hanbin_lib.ingest.findings import Fault, Severity
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rows import Rows, joined, taken
from hanbin_lib.privacy.numbers import CHECK_DIGITS, CHECK_WEIGHTS

# 18 resident identity number; 20 and 22 disability card, which begins with it.
_LENGTH = 18
_HASH_BYTES, _AT_ONCE = 16, 1 << 16
_FORMED = r"^[0-9]{17}[\x00-\x7f]([\x00-\x7f]{2}){0,2}$"
PLACEHOLDER = "999999"
# Visible digits by which the members of a household can be told apart.
_LEAST_DIGITS = 4
_LEAST_COPIED = 10
_DOUBLED = "删去多余的一行；是更正后重报的，把旧的一份移出文件夹"
_NAMESAKES = "；确是两个同名的，名称里写明所在的村或社区"


def valid_numbers(numbers: pd.Series) -> Mask:
    """Whether each has length 18, 20 or 22 and the right check digit (GB 11643-1999).

    The first 18 characters carry the check digit. A missing number counts as valid: that
    it is missing is told elsewhere.
    """
    texts = pa.array(numbers.astype("str"), pa.large_string())
    valid = pc.match_substring_regex(texts, _FORMED).fill_null(False).to_numpy(zero_copy_only=False).copy()
    formed = pc.utf8_slice_codeunits(texts.filter(pa.array(valid)), 0, _LENGTH)
    characters = np.frombuffer("".join(formed.to_pylist()).encode(), np.uint8).reshape(-1, _LENGTH)
    totals = (characters[:, :17] - ord("0")).astype(np.int64) @ np.array(CHECK_WEIGHTS)
    expected = np.frombuffer(CHECK_DIGITS.encode(), dtype=np.uint8)[totals % 11]
    valid[valid] = characters[:, 17] == expected
    return valid | numbers.isna().to_numpy()


def check_numbers(rows: Rows) -> None:
    """Add findings for numbers that cannot be right, and for placeholders."""
    numbers = rows.frame["id_number"]
    masked = is_masked(numbers)
    valid = valid_numbers(numbers.where(~masked))
    text = "证件号码应为18、20或22位且校验码正确"
    rows.tell(~valid, Fault("HB-I-211", "证件号码有误", text, _heading(rows, "id_number")))
    _tell_masked(rows, numbers, masked)
    if not rows.sheet.is_demonstration:
        _tell_placeholders(rows, numbers)
    if "birth_date" in rows.frame:
        _check_person_facts(rows, numbers.where(valid & ~masked))


def is_masked(numbers: pd.Series) -> Mask:
    """Whether digits of a number are hidden by asterisks, the only form that some offices get."""
    masked: Mask = numbers.str.contains("*", regex=False).fillna(False).to_numpy(bool)
    return masked


def _tell_masked(rows: Rows, numbers: pd.Series, masked: Mask) -> None:
    """Once a sheet; where there is no member's code beside it, enough digits have to be left."""
    heading = _heading(rows, "id_number")
    if "person_code" not in rows.frame:
        digits = numbers.str.replace(r"[^0-9Xx]", "", regex=True).str.len().fillna(0).to_numpy()
        # Without the household beside it nobody can be found again by some of his digits.
        blind = masked & ((digits < _LEAST_DIGITS) | ("household_code" not in rows.frame))
        text = f"{blind.sum()}行的证件号码隐去过多，分不清是哪一个人，此为第一处"
        rows.tell_first(blind, Fault("HB-I-211", "证件号码有误", text, heading))
        masked = masked & ~blind
    text = f"共{masked.sum()}行的证件号码隐去了部分数字，按户编号和人口编号认人，不核对证件号码，此为第一行"
    fault = Fault("HB-I-313", "隐去的证件号码", text, heading, Severity.WARNING, "不需要处理")
    rows.tell_first(masked, fault)


def _tell_placeholders(rows: Rows, numbers: pd.Series) -> None:
    """One finding a sheet: a sheet of placeholders would bury everything else."""
    placeholder = numbers.str.startswith(PLACEHOLDER).fillna(False).to_numpy(bool)
    text = f"共{placeholder.sum()}行的证件号码是占位号（999999 开头），此为第一行"
    heading = _heading(rows, "id_number")
    rows.tell_first(placeholder, Fault("HB-I-311", "占位证件号码", text, heading, Severity.WARNING))


def _check_person_facts(rows: Rows, numbers: pd.Series) -> None:
    """性别 and 出生日期 against the identity number, which carries both."""
    born = rows.frame["birth_date"].dt
    day = (born.year * 10_000 + born.month * 100 + born.day).to_numpy(dtype=float, na_value=np.nan)
    said = pd.to_numeric(numbers.str[6:14]).to_numpy(dtype=float, na_value=np.nan)
    differs = (day != said) & ~np.isnan(day) & ~np.isnan(said)
    odd = numbers.str[16].isin(list("13579"))
    sex = rows.frame["sex"]
    other = (sex.eq("男") & ~odd | sex.eq("女") & odd) & numbers.notna()
    for mask, number, name in ((differs, 111, "birth_date"), (other, 112, "sex")):
        heading = _heading(rows, name)
        text = f"{heading}与证件号码不符"
        fault = Fault(f"HB-R-{number}", text, text, heading, Severity.WARNING)
        rows.tell(np.asarray(mask, dtype=bool), fault)


def check_duplicates(parts: list[Rows], keys: tuple[str, ...], title: str) -> None:
    """Add a finding to every later row that repeats a key of an earlier one.

    Parameters
    ----------
    parts
        All sheets of one table.
    keys
        Columns that together may stand once; identity numbers compare on 18 characters. Where one that is
        not required is empty, the others alone may stand once.
    """
    whole = joined(parts, keys)
    if "id_number" in keys:
        numbers = whole["id_number"]
        whole["id_number"] = numbers.str[:18].str.upper().where(~is_masked(numbers))
    needed = [name for name in keys if _column(parts[0], name).required]
    for name in set(keys) - set(needed):
        alike = pd.MultiIndex.from_frame(whole[needed])
        whole.loc[alike.isin(alike[whole[name].isna()]), name] = None
    owner = np.repeat(np.arange(len(parts)), [len(part.frame) for part in parts])
    again = whole.duplicated(keep="first").to_numpy() & whole[needed].notna().all(axis=1).to_numpy()
    if not again.any():
        return
    places = _first_places(parts, whole, again)
    headings = "、".join(_heading(parts[0], name) for name in keys)
    action = _DOUBLED + (_NAMESAKES if _column(parts[0], keys[0]).kind is Kind.TEXT else "")
    for number, part in enumerate(parts):
        if _is_copy(part, again[owner == number], places[owner[again] == number], headings):
            continue
        part.tell(
            again[owner == number], Fault("HB-I-212", title, f"{headings}重复", headings, action=action)
        )
        if again[owner == number].any():
            found = part.findings[-1]
            first = places[owner[again] == number][: len(found)]
            told = zip(found["message"], first, strict=True)
            found["message"] = [f"{text}，首次出现在{place}" for text, place in told]


def _is_copy(part: Rows, again: Mask, first: np.ndarray, headings: str) -> bool:
    """Whether most rows of a sheet repeat those of another one, which is told once."""
    others = {place.rpartition(" ")[0] for place in first}
    where, own = next(iter(others), ""), _sheet_name(part)
    if 2 * again.sum() <= len(again) or again.sum() < _LEAST_COPIED or len(others) > 1 or where == own:
        return False
    text = f"{len(again)}行里有{again.sum()}行的{headings}在 {where} 里已有，此为第一行：像是同一张表放了两份"
    action = "只留一份；更正后重报的，把旧的一份移出文件夹"
    part.tell_first(again, Fault("HB-I-212", "重复的记录", text, headings, action=action))
    return True


def _sheet_name(part: Rows) -> str:
    grid = part.sheet.grid
    return f"{grid.file}{f'（{grid.sheet}）' if grid.sheet else ''}"


def _column(part: Rows, name: str) -> Column:
    return part.sheet.table.column(re.sub("^(town|village)_code$", r"\1_name", name))


def _heading(part: Rows, name: str) -> str:
    return _column(part, name).heading


def _first_places(parts: list[Rows], whole: pd.DataFrame, again: Mask) -> np.ndarray:
    """File and row of the first appearance of each repeated key."""
    rows = np.concatenate([part.frame["source_row"].to_numpy() for part in parts])
    names = [_sheet_name(part) for part in parts]
    files = np.repeat(names, [len(part.frame) for part in parts])
    group = whole.groupby(list(whole.columns), dropna=False, sort=False).ngroup().to_numpy()
    _, first = np.unique(group, return_index=True)
    origin = first[group[again]]
    return np.array([f"{files[n]} 第{rows[n]}行" for n in origin], dtype=object)


def pseudonym_key(path: Path) -> bytes:
    """Secret of the pseudonyms, made on first use; whoever has it can recognise persons."""
    if not path.is_file():
        write_atomically(path, secrets.token_bytes(32), mode=0o600)
    return path.read_bytes()


def pseudonyms(frame: pd.DataFrame, key: bytes) -> pd.Series:
    """Keyed hash of a person's number, so that a person is the same in every table.

    The first 18 characters of ``id_number`` count. Where digits are hidden the household goes with it,
    and where that is not one person alone, the member's code (``person_code``).
    """
    numbers = frame["id_number"].str[:18].str.upper()
    masked = is_masked(numbers)
    if masked.any() and "household_code" in frame:
        whole = frame["household_code"].astype("str") + "|" + frame["id_number"].astype("str")
        if "person_code" in frame:
            shared = whole.duplicated(keep=False)
            whole = whole.mask(shared, frame["household_code"].astype("str") + "|" + frame["person_code"])
        numbers = numbers.mask(masked, whole)
    codes, distinct = pd.factorize(numbers)
    keyed = hashlib.blake2b(key=key, digest_size=_HASH_BYTES)
    laid = bytearray()
    for at in range(0, len(distinct), _AT_ONCE):
        few = distinct[at : at + _AT_ONCE].tolist()
        laid += b"".join([_hashed(keyed.copy(), number) for number in few]).hex().encode()
    # A million hashes are one buffer, not a million texts of Python's.
    ends = np.arange(len(distinct) + 1, dtype=np.int64) * (2 * _HASH_BYTES)
    hashes = pa.LargeStringArray.from_buffers(len(distinct), pa.py_buffer(ends), pa.py_buffer(bytes(laid)))
    return taken(pd.array(hashes, dtype="str"), codes).set_axis(frame.index)


def _hashed(keyed: hashlib.blake2b, number: str) -> bytes:
    keyed.update(number.encode())
    return keyed.digest()


def birth_months(frame: pd.DataFrame) -> pd.Series:
    """First day of the month of birth, from 出生日期 or else from the number."""
    given = frame["birth_date"]
    codes, distinct = pd.factorize(frame["id_number"].str[6:12])
    read = pd.to_datetime(pd.Series(distinct, dtype="str"), format="%Y%m", errors="coerce")
    derived = read.astype("datetime64[s]").array.take(codes, allow_fill=True)
    days = given.fillna(pd.Series(derived, index=frame.index)).to_numpy()
    return pd.Series(days.astype("datetime64[M]").astype("datetime64[s]"), index=frame.index)
