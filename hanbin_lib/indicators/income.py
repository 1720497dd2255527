"""Income on the register's calibre: recomputed, compared with the stored value, screened.

Net income per head = (wage + business + property + transfer - business cost) / persons in
the household (人均纯收入). A missing part is not zero: such a household is not recomputed.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from hanbin_lib.indicators.register import states
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import NoteCode, count_rows, note_rows, share_rows

RECEIPTS = (
    "wage_income_yuan",
    "business_income_yuan",
    "property_income_yuan",
    "transfer_income_yuan",
)
COST = "business_cost_yuan"
STORED = "net_income_per_head_yuan"


def recomputed_income(households: pd.DataFrame) -> pd.DataFrame:
    """Columns ``net_yuan``, ``size``, ``per_head_yuan``; NaN where a part is missing.

    Where 当前家庭人口数 is empty the rows in the sheet are the household's size.
    """
    parts = households[list(RECEIPTS)].astype("Float64")
    net = parts.sum(axis=1, skipna=False) - households[COST].astype("Float64")
    size = households["household_size"].astype("Float64").fillna(households["members"])
    size = size.where(size > 0)
    result = pd.DataFrame({"net_yuan": net, "size": size, "per_head_yuan": net / size})
    return result.astype(float)


def income_indicators(
    monitored: pd.DataFrame, lifted: pd.DataFrame | None, scope: Scope
) -> Iterator[pd.DataFrame]:
    """Mean income, agreement with the stored value, bands, and the screens by the line."""
    rows = scope.counted(monitored)
    income = recomputed_income(rows)
    known = income["per_head_yuan"].notna()
    yield share_rows(
        "net_income_per_head_yuan",
        scope.month,
        scope.by_place(rows[known], income.loc[known, "net_yuan"]),
        scope.by_place(rows[known], income.loc[known, "size"]),
    )
    stored = rows[STORED].astype(float)
    gap = (income["per_head_yuan"] - stored).abs() > scope.rules.income_tolerance_yuan
    missing = ~known | stored.isna()
    yield count_rows("income_mismatch_households", scope.month, scope.by_place(rows[gap & ~missing]))
    yield count_rows("income_missing_households", scope.month, scope.by_place(rows[missing]))
    yield from _bands(rows[known], income.loc[known, "per_head_yuan"], scope)
    yield from _screens(rows, income["per_head_yuan"], lifted, scope)


def band_labels(limits: tuple[int, ...]) -> list[str]:
    """Labels of the bands that `limits` (yuan per head) make, lowest first."""
    inner = [f"{low}—{high}元" for low, high in itertools.pairwise(limits)]
    return [f"{limits[0]}元以下", *inner, f"{limits[-1]}元及以上"]


def _bands(rows: pd.DataFrame, per_head: pd.Series, scope: Scope) -> Iterator[pd.DataFrame]:
    limits = scope.rules.income_bands_yuan
    position = np.digitize(per_head.to_numpy(), limits)
    for number, label in enumerate(band_labels(limits)):
        counts = scope.by_place(rows[position == number])
        yield count_rows("income_band_households", scope.month, counts, f"band={label}")


def _screens(
    rows: pd.DataFrame, per_head: pd.Series, lifted: pd.DataFrame | None, scope: Scope
) -> Iterator[pd.DataFrame]:
    """The two screens by the year's line; without a line they say so."""
    screens = ("below_line_open_households", "below_line_unmonitored_households")
    if scope.line is None:
        for name in screens:
            yield note_rows(name, scope.month, scope.upper_places, NoteCode.PARAMETER_MISSING)
        return
    below = (per_head < scope.line.value_yuan) & states(rows, scope.month, is_current=True)["open_risk"]
    yield count_rows(screens[0], scope.month, scope.by_place(rows[below]))
    if lifted is None:
        yield note_rows(screens[1], scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
        return
    poor = scope.counted(lifted)
    poor = poor[recomputed_income(poor)["per_head_yuan"] < scope.line.value_yuan]
    unmonitored = poor[~poor["household_code"].isin(rows["household_code"])]
    yield count_rows(screens[1], scope.month, scope.by_place(unmonitored))
