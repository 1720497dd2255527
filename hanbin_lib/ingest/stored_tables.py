"""The stored tables: of sheets with one row a person households and persons, of others their entries."""

import numpy as np
import pandas as pd

from hanbin_lib.contract import Level, Table
from hanbin_lib.contract.columns import SOURCE
from hanbin_lib.contract.labels import SEXES
from hanbin_lib.contract.schemas import PLACE_CODES, stored_names
from hanbin_lib.ingest.findings import Fault, Severity
from hanbin_lib.ingest.grid import as_text
from hanbin_lib.ingest.identity import birth_months, pseudonyms
from hanbin_lib.ingest.rows import Rows, joined, tell_all

# Stored beside the persons of the same sheet.
HOUSEHOLDS_OF = {
    "monitored_persons": "monitored_households",
    "lifted_persons": "lifted_households",
}
HEAD = "户主"
SPOUSE = "配偶"
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
    stored = [*table.names(Level.HOUSEHOLD), *table.names(Level.PERSON)]
    whole = joined(parts, [*stored, *PLACE_CODES, "id_number", "birth_date", *SOURCE])
    codes, _ = pd.factorize(whole[_KEY], use_na_sentinel=False)
    head = _head_rows(whole, codes)
    _check_heads(parts, whole, codes)
    _check_agreement(parts, whole, head[codes], table)
    facts = [name for name in table.names(Level.HOUSEHOLD) if name != _KEY]
    households = whole.loc[head, [_KEY, *PLACE_CODES, *facts, *SOURCE]].reset_index(drop=True)
    households.insert(3, "members", np.bincount(codes, minlength=len(head)).astype("int32"))
    keys = {name: as_text(whole[name]) for name in (_KEY, "person_code")}
    order = pd.DataFrame(keys).sort_values([_KEY, "person_code"], kind="stable").index.to_numpy()
    made = {"person_key": pseudonyms(whole, key), "birth_month": birth_months(whole)}
    names = (_KEY, *PLACE_CODES, *made, *table.names(Level.PERSON), *SOURCE)
    # Column by column out of the whole, so that it shrinks as the persons grow.
    persons = pd.DataFrame(
        {name: (made if name in made else whole).pop(name).take(order).array for name in names}, copy=False
    )
    return households.sort_values([_KEY], key=as_text, ignore_index=True, kind="stable"), persons


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
    tell_all(parts, first & (heads[codes] == 0), _warning(102, "户内没有户主", "户级信息取第一行"))
    fault = _warning(103, "户内不止一个户主", "户级信息取第一个户主行")
    tell_all(parts, _again(codes, is_head), fault)
    fault = _warning(105, "户内不止一个配偶", "应只有一个配偶")
    tell_all(parts, _again(codes, is_spouse), fault)
    known = whole["sex"].where(whole["sex"].isin(SEXES))  # what HB-I-301 told is not told row by row
    sex, of_head = pd.factorize(known)[0], _head_rows(whole, codes)[codes]
    same = is_spouse & is_head[of_head] & (sex == sex[of_head]) & (sex >= 0)
    tell_all(parts, same, _warning(106, "户主与配偶性别相同", "核对性别和与户主关系"))


def _warning(number: int, title: str, message: str, heading: str = "与户主关系") -> Fault:
    return Fault(f"HB-R-{number}", title, message, heading, Severity.WARNING, "入户核实后在系统中更正")


def _again(codes: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rows among the chosen that are not the first of their household."""
    again = np.zeros(len(codes), dtype=bool)
    again[chosen] = pd.Series(codes[chosen]).duplicated().to_numpy()
    return again


def _check_agreement(parts: list[Rows], whole: pd.DataFrame, of_head: np.ndarray, table: Table) -> None:
    """Household facts repeat on every row; where they differ, the head's row counts."""
    for name in (*table.names(Level.HOUSEHOLD), "village_code"):
        values, _ = pd.factorize(whole[name])
        differs = (values != values[of_head]) & (values >= 0)
        if differs.any():
            heading = table.column(name.replace("village_code", "village_name")).heading
            text = f"“{heading}”与户主行不一致，按户主行取值"
            tell_all(parts, differs, _warning(104, "户内各行的户级信息不一致", text, heading))


def ledger(parts: list[Rows], key: bytes) -> pd.DataFrame:
    """All rows of one table in the order in which they came.

    An identity number becomes ``person_key``, a free text that may name persons becomes
    ``has_<name>``: whether anything was written.
    """
    table = parts[0].sheet.table
    whole = joined(parts, parts[0].frame.columns.tolist())
    for column in table.personal:
        if column.name == "id_number":
            whole["person_key"] = pseudonyms(whole, key)
        else:
            whole[f"has_{column.name}"] = whole[column.name].notna()
    return whole[[*stored_names(table), *SOURCE]]
