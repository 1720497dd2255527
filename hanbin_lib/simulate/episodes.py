"""Episodes of monitoring, read back from the register as it stood at the end of any month.

The register holds each household's month of identification and, where its risk was
eliminated, the month of that. What it cannot show: a household that is identified again
shows its latest months alone. So a relapse is seen only where an open household still carries an
elimination month, or where two registers of different months are laid side by side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from hanbin_lib.indicators.register import month_number, primary_cause
from hanbin_lib.months import Month

COLUMNS = ("household_code", "town_code", "category", "cause", "identified", "eliminated", "is_bound")
NEVER = -1
# Months after which nobody is entered late any more, and the entries that count as seen in time beforehand.
_LATEST, _UNDOUBTED = 6, 3.0


@dataclass(frozen=True)
class Episodes:
    """Episodes known at the end of `month`.

    Parameters
    ----------
    table
        One row a household: ``household_code, town_code, category, cause``; ``identified`` and
        ``eliminated`` (`Month.ordinal`, -1 while open); ``is_bound``: without any labour, stays
        open by rule.
    month
        End of the record.
    undated
        Households left out: without an identification month, or eliminated without a month.
    """

    table: pd.DataFrame
    month: Month
    undated: int

    @property
    def is_open(self) -> np.ndarray:
        """Households whose risk was open at the end of the month."""
        return self.table["eliminated"].to_numpy() == NEVER


def episodes_of(households: pd.DataFrame, towns: Sequence[str], month: Month) -> Episodes:
    """Episodes at the end of `month`, from the register of that month or of a later one.

    Parameters
    ----------
    households
        ``monitored_households``.
    towns
        Codes of the counted towns; others are left out.
    """
    inside = households[households["town_code"].isin(list(towns))]
    identified = month_number(inside["identified_month"]).to_numpy(float, na_value=np.nan)
    eliminated = month_number(inside["eliminated_month"]).to_numpy(float, na_value=np.nan)
    flagged = inside["is_risk_eliminated"].to_numpy(bool)
    undated = np.isnan(identified) | (flagged & np.isnan(eliminated)) | (flagged & (eliminated < identified))
    known = ~undated & (identified <= month.ordinal)
    gone = flagged & (eliminated <= month.ordinal)
    rows = pd.DataFrame(
        {
            "household_code": inside["household_code"],
            "town_code": inside["town_code"].astype("str"),
            "category": inside["monitored_category"].astype("str").fillna("未填写"),
            "cause": primary_cause(inside),
            "identified": np.nan_to_num(identified).astype(int),
            "eliminated": np.where(gone, np.nan_to_num(eliminated), NEVER).astype(int),
            "is_bound": inside["is_no_labour_household"].fillna(False).to_numpy(bool) & ~gone,
        }
    )
    return Episodes(rows[known].reset_index(drop=True), month, int(undated.sum()))


def seen_relapses(registers: Iterable[tuple[Month, pd.DataFrame]]) -> tuple[int, int]:
    """Relapses that registers laid side by side show, and the household-months they were looked for in.

    Parameters
    ----------
    registers
        Month and ``monitored_households`` of each, oldest first.

    Returns
    -------
    tuple
        Households eliminated in one register and open in the next, or identified anew in between;
        eliminated households times the months between. (0, 0) for a single register.
    """
    relapses, exposure = 0, 0
    known = [(month, rows.set_index("household_code")) for month, rows in registers]
    for (first, before), (second, after) in pairwise(known):
        gone = before.index[before["is_risk_eliminated"]]
        both = after.loc[after.index.intersection(gone)]
        again = month_number(both["identified_month"]) > month_number(
            before.loc[both.index, "identified_month"]
        )
        reopened = ~both["is_risk_eliminated"]
        relapses += int((reopened | again.fillna(False)).sum())
        exposure += len(both) * (second.ordinal - first.ordinal)
    return relapses, exposure


def reported_shares(registers: Iterable[tuple[Month, pd.DataFrame]]) -> np.ndarray:
    """Share of a month's entries that the register knows so many months later, shape (lags,).

    Never falling with the months, and ones where no two registers are there.

    Notes
    -----
    Of the households whose month of identification lies so many months back, those that the register before
    did not hold: the chance to have been entered just then, given that it was by then. The shares are the
    products of what is left (chain ladder; reverse-time hazards, Lawless 1994), so that two registers tell
    what many would: held against the last register alone, entries that it lacks as well would count as none.
    Where months lie between two registers, what came in is spread over them.
    """
    entered, late = np.zeros(_LATEST), np.zeros(_LATEST)
    for (first, before), (second, after) in pairwise(registers):
        back = second.ordinal - month_number(after["identified_month"]).to_numpy(float, na_value=np.nan)
        is_new = ~after["household_code"].isin(before["household_code"]).to_numpy()
        months = second.ordinal - first.ordinal
        for lag in range(months, _LATEST):
            entered[lag - months + 1 : lag + 1] += (back == lag).sum()
            late[lag - months + 1 : lag + 1] += (is_new & (back == lag)).sum() / months
    kept = 1 - late / (entered + _UNDOUBTED)
    return np.append(np.cumprod(kept[:0:-1])[::-1], 1.0)


def household_months(episodes: Episodes, first: int) -> pd.DataFrame:
    """Months in which each open household could have left, one row a household and month.

    Parameters
    ----------
    first
        Earliest month that counts (`Month.ordinal`).

    Returns
    -------
    DataFrame
        ``row`` (of the episode), ``age`` (months since identification, from 0), ``month``
        (ordinal), ``is_event`` (eliminated in that month). Bound households are not at risk.
    """
    rows = episodes.table
    start = np.maximum(rows["identified"].to_numpy(), first)
    end = np.where(episodes.is_open, episodes.month.ordinal, rows["eliminated"].to_numpy())
    length = np.where(rows["is_bound"].to_numpy(), 0, np.maximum(end - start + 1, 0))
    row = np.repeat(np.arange(len(rows)), length)
    step = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    month = start[row] + step
    return pd.DataFrame(
        {
            "row": row,
            "age": month - rows["identified"].to_numpy()[row],
            "month": month,
            "is_event": month == rows["eliminated"].to_numpy()[row],
        }
    )
