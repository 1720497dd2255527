"""Sheets with one row an entry: stored as they are, without what identifies a person."""

import pandas as pd

from hanbin_lib.contract.columns import SOURCE
from hanbin_lib.contract.schemas import stored_names
from hanbin_lib.ingest.identity import pseudonyms
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.ingest.spread import joined


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
