"""What must hold between published figures, whatever the data, and what is merely unusual.

An identity holds by arithmetic: where it does not, the program or the data are wrong, and nothing is
published. A loss is no fault: a family's business may cost more than it brings, so that a part of
income is negative, another more than the whole, and a gap wider than the line. That is told, for
somebody to answer for (`unusual`), and stops nothing once it is answered.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from hanbin_lib.areas import COUNTY, TOWN, VILLAGE
from hanbin_lib.indicators.compute import DEFINITIONS
from hanbin_lib.indicators.register import FLOWS, STOCKS
from hanbin_lib.indicators.table import ALL, NoteCode

# Shares of amounts that may be negative, or larger than what they are held against.
SIGNED_SHARES = (
    "income_component_share", "income_component_below_share", "fgt_gap_share", "fgt_severity_share",
    "project_paid_share",
)  # fmt: skip
# Shares whose base is no number of cases: amounts, persons of households, a mean over tasks.
CASELESS_SHARES = (*SIGNED_SHARES, "fgt_headcount_share", "task_completion_share")
_INCOMES = ("net_income_per_head_yuan", "income_quantile_yuan")


class Unusual(NamedTuple):
    """A figure that can be right, but rarely is: which, where, and what it is."""

    indicator: str
    place_code: str
    text: str


def unusual(table: pd.DataFrame, month: str) -> list[Unusual]:
    """Figures of `month` beyond what is common: negative incomes, parts outside 0 to 1."""
    rows = table[table["note_code"].eq(NoteCode.REPORTED) & table["month"].eq(month)]
    odd = rows["indicator"].isin(SIGNED_SHARES) & ~rows["value"].between(0, 1)
    negative = rows["indicator"].isin(_INCOMES) & (rows["value"] < 0)
    return list(_told(rows[odd | negative]))


def _told(rows: pd.DataFrame) -> Iterator[Unusual]:
    columns = ("indicator", "place_code", "group", "value", "unit")
    for indicator, place, group, value, unit in zip(*(rows[name].tolist() for name in columns), strict=True):
        label = "" if group == ALL else f"（{group.partition('=')[2]}）"
        shown = f"{value:.1%}" if unit == "比例" else f"{value:.0f}{unit}"
        yield Unusual(indicator, place, f"{DEFINITIONS[indicator].name}{label}为{shown}")


def broken_identities(table: pd.DataFrame) -> list[str]:
    """Every identity that does not hold, in Chinese; empty when all do."""
    reported = table[table["note_code"].eq(NoteCode.REPORTED)]
    return [
        *_towns_add_up(reported),
        *_states_add_up(reported),
        *_months_follow(reported),
        *_ranges(reported),
    ]


def _towns_add_up(table: pd.DataFrame) -> list[str]:
    additive = [d.id for d in DEFINITIONS.values() if d.is_additive]
    rows = table[table["indicator"].isin(additive)]
    keys = ["indicator", "month", "group"]
    county = rows[rows["place_code"].str.len() == COUNTY].set_index(keys)["value"]
    towns = rows[rows["place_code"].str.len() == TOWN].groupby(keys)["value"].sum()
    gap = (county - towns.reindex(county.index)).fillna(np.inf)
    return [
        f"{DEFINITIONS[name].name}（{month}，{group}）：各镇合计与全县不等"
        for name, month, group in gap.index[gap.abs() > 1e-6]
    ]


def _states_add_up(table: pd.DataFrame) -> list[str]:
    wide = _wide(table)
    faults = []
    for unit in ("households", "persons"):
        # Of a month whose state did not come in there is nothing to hold.
        gap = (
            wide[f"monitored_{unit}"] - wide[f"risk_eliminated_{unit}"] - wide[f"open_risk_{unit}"]
        ).dropna()
        faults += [
            f"{place} {month}：在册不等于已消除加未消除（{unit}）" for place, month in gap.index[gap != 0]
        ]
    fewer = wide.index[wide["monitored_persons"] < wide["monitored_households"]]
    return faults + [f"{place} {month}：人数少于户数" for place, month in fewer]


def _months_follow(table: pd.DataFrame) -> list[str]:
    """Register at the end of last month + new this month = register at the end of this month."""
    wide = _wide(table)
    wide = wide[wide.index.get_level_values("place_code").str.len() < VILLAGE]
    before = wide["monitored_households"].groupby("place_code").shift()
    gap = (before + wide["new_households"] - wide["monitored_households"]).dropna()
    return [f"{place} {month}：上月在册加本月新纳入不等于本月在册" for place, month in gap.index[gap != 0]]


def _ranges(table: pd.DataFrame) -> list[str]:
    bounded = table["unit"].eq("比例") & ~table["indicator"].isin(SIGNED_SHARES)
    shares = table[bounded & ~table["value"].between(0, 1)]
    negative = table[table["indicator"].str.endswith(("_households", "_persons")) & (table["value"] < 0)]
    faults = pd.concat([shares, negative])
    return [f"{row.indicator} {row.place_code} {row.month}：数值超出范围" for row in faults.itertuples()]


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    stems = [f"{stem}_{unit}" for stem in (*STOCKS, *FLOWS) for unit in ("households", "persons")]
    rows = table[table["indicator"].isin(stems) & table["group"].eq(ALL)]
    return rows.pivot(index=["place_code", "month"], columns="indicator", values="value").sort_index()
