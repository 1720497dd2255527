"""Registers simulated month by month with known rates, one plain rule at a time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.months import Month

CATEGORIES = ("突发严重困难户", "脱贫不稳定户", "边缘易致贫户")
CAUSES = ("因学", "因残", "因病", "因自然灾害")
LAST = Month(2022, 9)
BANDS = (0, 6, 9, 12, 18, 24)


@dataclass(frozen=True)
class Truth:
    """Known effects: log-odds of leaving and log rates of entering."""

    leaving: float
    entering: float
    age: np.ndarray
    category: np.ndarray
    cause: np.ndarray
    town: np.ndarray
    town_entry: np.ndarray
    month: np.ndarray
    month_entry: np.ndarray


def random_truth(rng, towns, months, spread=None):
    """Effects and their spreads drawn anew, so that no one set of numbers decides a test.

    `spread`: of the months' steps, drawn too if not given.
    """
    spread = rng.uniform(0.05, 0.2) if spread is None else spread
    levels = rng.uniform(0.1, 0.5, 4)
    walk = lambda: np.cumsum(rng.normal(0, spread, months))  # noqa: E731
    month, month_entry = walk(), walk()
    return Truth(
        leaving=-2.6,
        entering=1.2,
        age=np.array([-3.0, *rng.normal(0, 0.2, len(BANDS) - 1)]),
        category=rng.normal(0, levels[0], len(CATEGORIES)),
        cause=rng.normal(0, levels[1], len(CAUSES)),
        town=rng.normal(0, levels[2], towns),
        town_entry=rng.normal(0, levels[3], towns),
        month=month - month[months // 2],
        month_entry=month_entry - month_entry[months // 2],
    )


def simulate(rng, truth, bound_share=0.1):
    """Run all months of the truth; the register of its end, with every later month in it.

    Returns
    -------
    tuple
        Household rows with month numbers (0 is the first month), -1 while open.
    """
    town, born, left = (np.zeros(0, int) for _ in range(3))
    category, cause, bound = np.zeros(0, int), np.zeros(0, int), np.zeros(0, bool)
    for now, (leave, enter) in enumerate(zip(truth.month, truth.month_entry, strict=True)):
        new = np.repeat(
            np.arange(len(truth.town)), rng.poisson(np.exp(truth.entering + truth.town_entry + enter))
        )
        town = np.concatenate([town, new])
        born = np.concatenate([born, np.full(len(new), now)])
        left = np.concatenate([left, np.full(len(new), -1)])
        category = np.concatenate([category, rng.integers(len(CATEGORIES), size=len(new))])
        cause = np.concatenate([cause, rng.integers(len(CAUSES), size=len(new))])
        bound = np.concatenate([bound, rng.random(len(new)) < bound_share])
        band = np.searchsorted(BANDS, now - born, side="right") - 1
        odds = (
            truth.leaving + truth.age[band] + truth.category[category] + truth.cause[cause]
            + truth.town[town] + leave
        )  # fmt: skip
        goes = (rng.random(len(town)) < 1 / (1 + np.exp(-odds))) & (left < 0) & ~bound
        left = np.where(goes, now, left)
    return pd.DataFrame(
        {"town": town, "born": born, "left": left, "category": category, "cause": cause, "bound": bound}
    )


def register_of(rows, first, until, towns):
    """The register as exported at month number `until`; month number 0 is `first`."""
    known = rows[rows["born"] <= until]
    gone = (known["left"] >= 0) & (known["left"] <= until)

    def stamp(numbers):
        months = [first.shift(int(n)) if n >= 0 else None for n in numbers]
        return pd.to_datetime([m and f"{m}-01" for m in months]).astype("datetime64[s]")

    return pd.DataFrame(
        {
            "household_code": [f"{n:07d}" for n in known.index],
            "town_code": np.array(towns)[known["town"]],
            "monitored_category": np.array(CATEGORIES)[known["category"]],
            "risk_cause_1": np.array(CAUSES)[known["cause"]],
            "identified_month": stamp(known["born"]),
            "eliminated_month": stamp(known["left"].where(gone, -1)),
            "is_risk_eliminated": gone.astype("boolean").to_numpy(),
            "is_no_labour_household": known["bound"].astype("boolean").to_numpy(),
            "elimination_mode": np.where(gone, "帮扶消除", None),
        }
    )


def town_codes(count):
    return [f"610902{101 + n}" for n in range(count)]
