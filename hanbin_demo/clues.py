"""N: clues and warnings since fifteen months, with what became of each by the month's end."""

from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_demo.chance import draw, mark
from hanbin_demo.district import District
from hanbin_demo.ledgers import days_as_text, departments
from hanbin_demo.sheets import MARK, bureau_sheet, stamp
from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract.labels import CLUE_CHANNELS, CLUE_RESULTS
from hanbin_lib.statistics import stream

_MONTHS = 15
_LED_SHARE, _TWICE_SHARE = 0.94, 0.18
# Chance of each channel among clues that led to a household's entry, and among the others.
_LED_CHANNELS, _OTHER_CHANNELS = (0.34, 0.42, 0.24), (0.22, 0.25, 0.53)
_OTHERS_A_LED_ONE = 1.7
_LEAST_OTHERS = 20
_UNCODED_SHARE = 0.3  # no lifted household either: it has no code
_WARNING = len(CLUE_CHANNELS) - 1
# Who warns (places in the list of departments).
_WARNERS = (6, 5, 4, 7, 8, 9, 10, 11, 20)
_MEAN_DAYS, _SHAPE = 9.0, 6.0
_FORGOTTEN_SHARE = 0.012  # nobody has decided them yet
_NEVER = np.datetime64("NaT", "D")


def clue_history(district: District) -> pd.DataFrame:
    """Every clue with the days on which it was, or will be, looked into and decided.

    Households that entered had one that led to it but for a few, some by two channels; the others were refused,
    or spoke of a household that is monitored.
    """
    rng = stream(district.seed, "clues")
    led = _led(district, rng)
    others = max(_LEAST_OTHERS, round(_OTHERS_A_LED_ONE * len(led)))
    rows = pd.concat([led, _others(district, others, rng)], ignore_index=True)
    end = np.datetime64(district.month.last_day, "D")
    rows = rows[rows["found"].to_numpy().astype("datetime64[D]") <= end]
    rows = rows.iloc[rng.permutation(len(rows))].sort_values("found", kind="stable", ignore_index=True)
    names = np.array([departments(district)[n] for n in _WARNERS], dtype=object)
    warner = rng.choice(names, len(rows))
    return rows.assign(
        clue_code=[f"XS{str(day)[:4]}{n + 1:05d}" for n, day in enumerate(rows["found"].astype(str))],
        department=np.where(rows["channel"] == _WARNING, warner, ""),
    )


def _led(district: District, rng: np.random.Generator) -> pd.DataFrame:
    """Clues of households that entered, decided in the month in which they did."""
    homes, now = district.households, district.month.ordinal
    entered = np.flatnonzero(homes["identified"].to_numpy() > now - _MONTHS)
    entered = entered[rng.random(len(entered)) < _LED_SHARE]
    home = np.concatenate([entered, entered[rng.random(len(entered)) < _TWICE_SHARE]])
    first = (homes["identified"].to_numpy()[home] - 1970 * 12).astype("datetime64[M]")
    days_of_month = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int)
    decided = first.astype("datetime64[D]") + np.floor(rng.random(len(home)) * days_of_month).astype(int)
    channel = draw(rng, _LED_CHANNELS, len(home))
    # The second clue of a household came by another channel.
    again = np.arange(len(home)) >= len(entered)
    of_first = pd.Series(channel[~again], index=entered)
    channel[again] = (of_first.loc[home[again]].to_numpy() + 1 + rng.integers(0, 2, again.sum())) % 3
    taken = np.maximum(6, _days_taken(district, homes["village"].to_numpy()[home], rng))
    found = decided - taken
    notice = np.where(rng.random(len(home)) < 0.04, 4, 5 + rng.integers(0, 2, len(home)))
    return pd.DataFrame(
        {
            "home": home, "village": homes["village"].to_numpy()[home], "channel": channel, "found": found,
            "visited": found + rng.integers(0, 1 + np.minimum(taken - notice, 5)), "noticed": decided - notice,
            "decided": decided, "result": 0,
        }
    )  # fmt: skip


def _others(district: District, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Clues that led to no entry: lifted households, monitored ones, and some that no register knows."""
    homes = district.households
    lifted, monitored = (np.flatnonzero(homes["category"].to_numpy() < 0), np.flatnonzero(homes["is_open"]))
    channel = draw(rng, _OTHER_CHANNELS, count)
    is_known = (channel == _WARNING) & (rng.random(count) < 0.25)
    home = np.where(is_known, rng.choice(monitored, count), rng.choice(lifted, count))
    village = homes["village"].to_numpy()[home]
    end = np.datetime64(district.month.last_day, "D")
    first = np.datetime64(f"{district.month.shift(1 - _MONTHS)}-01", "D")
    found = first + rng.integers(0, int((end - first).astype(int)) + 1, count)
    taken = _days_taken(district, village, rng)
    is_forgotten = mark(rng.permutation(count)[: max(1, round(_FORGOTTEN_SHARE * count))], count)
    decided = np.where(is_forgotten, end + np.timedelta64(60, "D"), found + taken)
    return pd.DataFrame(
        {
            "home": np.where(~is_known & (rng.random(count) < _UNCODED_SHARE), -1, home),
            "village": village, "channel": channel, "found": found,
            "visited": found + np.minimum(rng.integers(1, 7, count), taken),
            "noticed": np.full(count, _NEVER), "decided": decided, "result": np.where(is_known, 1, 2),
        }
    )  # fmt: skip


def _days_taken(district: District, villages: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Days to the decision: slower where the town is slow with measures."""
    town = district.places.villages["town"].to_numpy()[villages]
    slow = np.exp(0.5 * district.places.towns["delay"].to_numpy()[town])
    return np.maximum(1, np.round(rng.gamma(_SHAPE, _MEAN_DAYS * slow / _SHAPE))).astype(int)


def clue_sheet(district: District, history: pd.DataFrame, folder: Path) -> Sheet:
    """N as it stood at the month's end: what came later is still empty."""
    end = np.datetime64(district.month.last_day, "D")

    def until_now(column: str) -> np.ndarray:
        days = history[column].to_numpy().astype("datetime64[D]")
        return days_as_text(np.where(days <= end, days, _NEVER))

    places, decided = district.places.villages.iloc[history["village"]], until_now("decided")
    home = history["home"].to_numpy()
    rows = history.assign(
        channel=np.array(CLUE_CHANNELS, dtype=object)[history["channel"]],
        town_name=district.places.towns["name"].to_numpy(dtype=object)[places["town"]],
        village_name=places["name"].to_numpy(dtype=object),
        household_code=np.where(home < 0, "", district.codes[home]),
        found_date=until_now("found"),
        visited_date=until_now("visited"),
        noticed_date=until_now("noticed"),
        decided_date=decided,
        result=np.where(decided == "", "", np.array(CLUE_RESULTS, dtype=object)[history["result"]]),
    )
    return bureau_sheet("clues", rows, folder / f"线索和预警_{MARK}_{stamp(district.month)}.xlsx")


def clue_truth(district: District, history: pd.DataFrame) -> dict[str, object]:
    """What the ledger holds, counted from the days themselves: the clock is fifteen natural days."""
    end = np.datetime64(district.month.last_day, "D")
    found, decided = (history[name].to_numpy().astype("datetime64[D]") for name in ("found", "decided"))
    passed, taken = (end - found).astype(int), (decided - found).astype(int)
    is_open = decided > end
    due = (found > end - np.timedelta64(365, "D")) & (passed > 15)
    return {
        "clues": len(history),
        "found_this_month": int((found >= np.datetime64(f"{district.month}-01", "D")).sum()),
        "open": int(is_open.sum()),
        "overdue": int((is_open & (passed > 15)).sum()),
        "due_within_a_year": int(due.sum()),
        "in_time": int((due & (taken <= 15)).sum()),
    }
