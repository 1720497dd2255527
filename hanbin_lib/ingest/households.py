"""Sheets with one row a person: household facts are taken from the head's row."""

import numpy as np
import pandas as pd

from hanbin_lib.contract import Level, Table
from hanbin_lib.ingest.findings import Severity, typed
from hanbin_lib.ingest.identity import birth_months, pseudonyms
from hanbin_lib.ingest.reading import SOURCE, Rows, report

# Stored beside the persons of the same sheet.
HOUSEHOLDS_OF = {
    "monitored_persons": "monitored_households",
    "lifted_persons": "lifted_households",
}
HEAD = "户主"
SPOUSE = "配偶"
_PLACE = ["town_code", "village_code"]
_KEY = "household_code"


def split(parts: list[Rows], key: bytes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households and persons of all sheets of one table; a household may go on in the next file.

    Returns
    -------
    households
        One row a household: its facts from the head's row (the first row where there is no
        head), ``members`` (rows in the sheets), place, source of that row.
    persons
        One row a person: ``person_key`` and ``birth_month`` in place of personal columns.

    Both are in the order of their codes, so that the same rows make the same tables however
    they are ordered and spread over files.
    """
    table = parts[0].sheet.table
    whole = pd.concat([part.frame for part in parts], ignore_index=True)
    codes, _ = pd.factorize(whole[_KEY], use_na_sentinel=False)
    head = _head_rows(whole, codes)
    _check_heads(parts, whole, codes)
    _check_agreement(parts, whole, codes, head, table)
    facts = [name for name in table.names(Level.HOUSEHOLD) if name != _KEY]
    households = whole.loc[head, [_KEY, *_PLACE, *facts, *SOURCE]].reset_index(drop=True)
    households.insert(3, "members", np.bincount(codes, minlength=len(head)).astype("int32"))
    persons = pd.DataFrame(
        {
            _KEY: whole[_KEY],
            **{name: whole[name] for name in _PLACE},
            "person_key": pseudonyms(whole["id_number"], key),
            "birth_month": birth_months(whole),
            **{name: whole[name] for name in table.names(Level.PERSON)},
            **{name: whole[name] for name in SOURCE},
        }
    )
    return _in_order(households, [_KEY]), _in_order(persons, [_KEY, "person_code"])


def _in_order(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return rows.sort_values(keys, ignore_index=True, kind="stable")


def _head_rows(whole: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """Position of each household's head, in the order in which households appear."""
    is_head = whole["relation_to_head"].eq(HEAD).to_numpy(bool)
    order = np.lexsort((np.arange(len(whole)), ~is_head, codes))
    first = np.flatnonzero(np.diff(codes[order], prepend=-1))
    return order[first]


def _check_heads(parts: list[Rows], whole: pd.DataFrame, codes: np.ndarray) -> None:
    """One head, at most one spouse, of different sex."""
    is_head = whole["relation_to_head"].eq(HEAD).to_numpy(bool)
    is_spouse = whole["relation_to_head"].eq(SPOUSE).to_numpy(bool)
    heads = np.bincount(codes, weights=is_head)
    first = ~pd.Series(codes).duplicated().to_numpy()
    _tell(
        parts,
        first & (heads[codes] == 0),
        "HB-R-102",
        "户内没有户主",
        "户级信息取第一行",
    )
    _tell(
        parts,
        _again(codes, is_head),
        "HB-R-103",
        "户内不止一个户主",
        "户级信息取第一个户主行",
    )
    _tell(
        parts,
        _again(codes, is_spouse),
        "HB-R-105",
        "户内不止一个配偶",
        "核对与户主关系",
    )
    sexes = whole["sex"].where(is_head).groupby(codes).first()
    of_head = sexes.reindex(codes).to_numpy()
    same = is_spouse & (whole["sex"].to_numpy() == of_head) & whole["sex"].notna().to_numpy()
    _tell(parts, same, "HB-R-106", "户主与配偶性别相同", "核对性别和与户主关系")


def _again(codes: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rows among the chosen that are not the first of their household."""
    again = np.zeros(len(codes), dtype=bool)
    again[chosen] = pd.Series(codes[chosen]).duplicated().to_numpy()
    return again


def _check_agreement(
    parts: list[Rows],
    whole: pd.DataFrame,
    codes: np.ndarray,
    head: np.ndarray,
    table: Table,
) -> None:
    """Household facts repeat on every row; where they differ, the head's row counts."""
    of_head = head[codes]
    for name in [*table.names(Level.HOUSEHOLD), "village_code"]:
        values, _ = pd.factorize(whole[name])
        differs = (values != values[of_head]) & (values >= 0)
        if differs.any():
            heading = "村" if name == "village_code" else table.column(name).heading
            text = f"“{heading}”与户主行不一致，按户主行取值"
            _tell(parts, differs, "HB-R-104", "户内各行的户级信息不一致", text, heading)


def _tell(
    parts: list[Rows],
    mask: np.ndarray,
    rule_id: str,
    title: str,
    text: str,
    heading: str = "",
) -> None:
    start = 0
    for part in parts:
        here = mask[start : start + len(part.frame)]
        start += len(part.frame)
        if here.any():
            found = report(part, here, rule_id, title, text, severity=Severity.WARNING)
            part.findings.append(typed(found.assign(column=heading)))
