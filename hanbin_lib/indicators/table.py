"""One shape for every number.

``indicator, month, place_code, place_name, group, numerator, denominator, value, lower,
upper, unit, note_code``. Because every indicator is this table, comparison, charts, printed
tables and publication are each written once. `group` is ``all`` or ``dimension=label``.
Zero, not received, not applicable, a parameter not entered and suppressed are different
things: only ``reported`` rows carry a value.
"""

from collections.abc import Iterable
from enum import StrEnum

import numpy as np
import pandas as pd

from hanbin_lib.indicators.definitions import DEFINITIONS
from hanbin_lib.months import Month

ALL = "all"
COLUMNS = (
    "indicator", "month", "place_code", "place_name", "group", "numerator", "denominator",
    "value", "lower", "upper", "unit", "note_code",
)  # fmt: skip
KEY = ["indicator", "month", "place_code", "group"]
NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]


class NoteCode(StrEnum):
    """Why a value stands, or why it does not."""

    REPORTED = "reported"
    NOT_APPLICABLE = "not_applicable"  # nothing to divide by
    NOT_RECEIVED = "not_received"  # the table or the column did not come in
    PARAMETER_MISSING = "parameter_missing"  # the bureau has not entered the parameter
    SUPPRESSED = "suppressed"  # too few cases to publish


NOTE_TEXT = {
    NoteCode.NOT_APPLICABLE: "不适用",
    NoteCode.NOT_RECEIVED: "未收到",
    NoteCode.PARAMETER_MISSING: "未录入",
    NoteCode.SUPPRESSED: "不公布",
}


def count_rows(indicator: str, month: Month, counts: pd.Series, group: str = ALL) -> pd.DataFrame:
    """Rows of a count; `counts` is indexed by place code."""
    return _rows(indicator, month, group, pd.DataFrame({"numerator": counts, "value": counts}))


def share_rows(
    indicator: str, month: Month, numerator: pd.Series, denominator: pd.Series, group: str = ALL
) -> pd.DataFrame:
    """Rows of a ratio; a place with nothing to divide by is not applicable."""
    numbers = pd.DataFrame({"numerator": numerator, "denominator": denominator}).astype(float)
    numbers["value"] = numbers["numerator"] / numbers["denominator"].where(numbers["denominator"] > 0)
    return _rows(indicator, month, group, numbers)


def note_rows(
    indicator: str, month: Month, places: Iterable[str], note: NoteCode, group: str = ALL
) -> pd.DataFrame:
    """Rows that say why there is no value."""
    numbers = pd.DataFrame(index=pd.Index(list(places), dtype="str"))
    return _rows(indicator, month, group, numbers).assign(note_code=note.value)


def combine(parts: Iterable[pd.DataFrame], place_names: pd.Series) -> pd.DataFrame:
    """All rows as one checked, sorted table; `place_names` is indexed by code.

    Raises
    ------
    ValueError
        A key stands twice, an indicator is not defined, or a reported value is missing.
    """
    table = pd.concat(list(parts), ignore_index=True)
    table["place_name"] = table["place_code"].map(place_names)
    table["unit"] = table["indicator"].map({d.id: d.unit.value for d in DEFINITIONS.values()})
    _check(table)
    order = {name: number for number, name in enumerate(DEFINITIONS)}
    table = table.assign(order=table["indicator"].map(order))
    table = table.sort_values(["order", "month", "place_code", "group"], ignore_index=True)
    return table[list(COLUMNS)]


def _rows(indicator: str, month: Month, group: str, numbers: pd.DataFrame) -> pd.DataFrame:
    rows = numbers.reindex(columns=NUMBERS).astype(float)
    reported = rows["value"].notna()
    return rows.assign(
        indicator=indicator,
        month=str(month),
        place_code=rows.index.astype("str"),
        group=group,
        note_code=np.where(reported, NoteCode.REPORTED.value, NoteCode.NOT_APPLICABLE.value),
    ).reset_index(drop=True)


def _check(table: pd.DataFrame) -> None:
    if table.duplicated(KEY).any():
        twice = table.loc[table.duplicated(KEY), KEY].iloc[0].to_dict()
        raise ValueError(f"figure computed twice: {twice}")
    if not table["indicator"].isin(DEFINITIONS).all():
        raise ValueError(f"not defined: {set(table['indicator']) - set(DEFINITIONS)}")
    if table["place_name"].isna().any():
        raise ValueError(f"unknown place: {set(table.loc[table['place_name'].isna(), 'place_code'])}")
    reported = table["note_code"].eq(NoteCode.REPORTED)
    if not np.isfinite(table.loc[reported, "value"]).all():
        raise ValueError("a reported value is missing or infinite")
