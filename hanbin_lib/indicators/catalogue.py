"""All indicators, chapter by chapter, as the functions that compute them define them."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from hanbin_lib.contract import TABLES
from hanbin_lib.indicators.clues import clue_indicators
from hanbin_lib.indicators.duties import duty_indicators, round_indicators
from hanbin_lib.indicators.funds import collective_indicators, project_indicators
from hanbin_lib.indicators.income import fall_indicators, income_indicators
from hanbin_lib.indicators.inspections import inspection_indicators
from hanbin_lib.indicators.phone import phone_indicators
from hanbin_lib.indicators.ranking import dispatch_indicators
from hanbin_lib.indicators.rectification import rectification_indicators
from hanbin_lib.indicators.register import quality_indicators, register_indicators
from hanbin_lib.indicators.roster import roster_indicators
from hanbin_lib.indicators.safeguards import safeguard_indicators
from hanbin_lib.indicators.support import support_indicators
from hanbin_lib.indicators.table import COLUMNS, KEY, Definition, NoteCode, Pooling, Rows, defined_by, frame
from hanbin_lib.indicators.work import idle_labour_indicators, work_indicators

_ROUNDING = 1e-9
_COMPUTED = {
    "监测帮扶": (register_indicators, support_indicators, quality_indicators),
    "三保障和饮水安全": (safeguard_indicators,),
    "电话抽查、专项督查和问题整改": (phone_indicators, inspection_indicators, rectification_indicators),
    "就业和收入": (income_indicators, fall_indicators, work_indicators, idle_labour_indicators),
    "项目资产和集体经济": (project_indicators, collective_indicators),
    "线索和预警": (clue_indicators,),
    "低收入人口名册": (roster_indicators,),
    "周督帮、责任落实和调度位次": (round_indicators, duty_indicators, dispatch_indicators),
}

CHAPTERS: dict[str, tuple[Definition, ...]] = {
    title: tuple(one for compute in functions for one in defined_by(compute))
    for title, functions in _COMPUTED.items()
}

DEFINITIONS: dict[str, Definition] = {one.id: one for group in CHAPTERS.values() for one in group}


def combine(parts: Iterable[Rows], place_names: pd.Series) -> pd.DataFrame:
    """All rows as one checked, sorted table; `place_names` is indexed by code.

    Raises
    ------
    ValueError
        A key stands twice, an indicator is not defined, a reported value is missing, or what is pooled as a
        ratio is none.
    """
    table = frame(parts)
    table["place_name"] = table["place_code"].map(place_names)
    table["unit"] = table["indicator"].map({d.id: d.unit.value for d in DEFINITIONS.values()})
    _check(table)
    order = {name: number for number, name in enumerate(DEFINITIONS)}
    table = table.assign(order=table["indicator"].map(order))
    table = table.sort_values(["order", "month", "place_code", "group"], ignore_index=True)
    return table[list(COLUMNS)]


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
    _check_ratios(table[reported])


def _check_ratios(reported: pd.DataFrame) -> None:
    """An estimate that is no ratio of its parts has to say how it is pooled, or its city's value is wrong."""
    ids = {one.id for one in DEFINITIONS.values() if one.pooled is Pooling.RATIO}
    rows = reported[reported["indicator"].isin(ids)]
    apart = (rows["numerator"] / rows["denominator"] - rows["value"]).abs()
    wrong = rows.loc[~apart.le(_ROUNDING * rows["value"].abs().clip(lower=1)), "indicator"]
    if len(wrong):
        raise ValueError(f"no ratio of numerator and denominator: {set(wrong)}")


def tables_of(indicator: str) -> list[str]:
    """Names of the tables that the definition names as its source."""
    source = DEFINITIONS[indicator].source
    return [name for name, table in TABLES.items() if table.title in source]
