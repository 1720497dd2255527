"""Registers whose entries know the calendar: season, trend, sweeps, late entries; and a model of that very form.

Nothing here is taken from the model under test: entries are a curve of the year times a steady trend, in some
months several times as many; a part is entered in the register one or two months late.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.months import Month

LAST = Month(2022, 9)
RECORD, AHEAD, TOWNS = 36, 12, 26
LATE = (0.65, 0.9, 1.0)  # known at once, a month later, two months later
SWEEP_CHANCE, SWEEP_TIMES = 1 / 18, 3.0


@dataclass(frozen=True)
class Calendar:
    """How the county's entries go: mean a month, trend and season as log, months of sweeps (0 is the first)."""

    mean: float
    trend: float
    season: tuple[float, float]
    sweeps: np.ndarray

    def rates(self) -> np.ndarray:
        """Expected entries of each month, those to come last."""
        months = np.arange(RECORD + AHEAD)
        turn = 2 * np.pi * months / 12
        curve = self.season[0] * np.sin(turn) + self.season[1] * np.cos(turn)
        return self.mean * np.exp(self.trend * (months - RECORD) + curve) * SWEEP_TIMES**self.sweeps


def draw_calendar(rng, *, season=0.5, trend=0.03, sweeps=True):
    """A calendar drawn anew; a season or trend of that size either way."""
    angle = rng.uniform(0, 2 * np.pi)
    happens = rng.random(RECORD + AHEAD) < SWEEP_CHANCE * sweeps
    return Calendar(
        mean=40.0,
        trend=trend * rng.choice([-1, 1]),
        season=(season * np.sin(angle), season * np.cos(angle)),
        sweeps=happens.astype(float),
    )


def draw_households(rng, calendar, *, late=True):
    """One row a household: ``town, born, entered, left`` (month numbers; -1 while open)."""
    share = rng.dirichlet(np.full(TOWNS, 8.0))
    born = np.repeat(np.arange(RECORD + AHEAD), rng.poisson(calendar.rates()))
    lag = np.searchsorted(LATE, rng.random(len(born))) if late else np.zeros(len(born), dtype=int)
    stay = 6 + rng.geometric(0.08, len(born))
    return pd.DataFrame(
        {
            "town": rng.choice(TOWNS, len(born), p=share),
            "born": born,
            "entered": born + lag,
            "left": np.where(born + stay < RECORD + AHEAD, born + stay, -1),
        }
    )


def register_of(rows, until, towns):
    """The register as exported at the end of month number `until`; the last of the record is `LAST`."""
    known = rows[rows["entered"] <= until]
    gone = ((known["left"] >= 0) & (known["left"] <= until)).to_numpy()
    first = pd.Period(str(LAST), "M") - (RECORD - 1)

    def stamp(numbers):
        months = pd.PeriodIndex.from_ordinals(first.ordinal + numbers, freq="M").to_timestamp()
        return months.astype("datetime64[s]").to_numpy()

    eliminated = pd.Series(stamp(known["left"].to_numpy())).where(gone)
    return pd.DataFrame(
        {
            "household_code": [f"{n:07d}" for n in known.index],
            "town_code": np.array(towns)[known["town"]],
            "monitored_category": "脱贫不稳定户",
            "risk_cause_1": "因病",
            "identified_month": stamp(known["born"].to_numpy()),
            "eliminated_month": eliminated,
            "is_risk_eliminated": pd.array(gone, dtype="boolean"),
            "is_no_labour_household": pd.array(np.zeros(len(known), bool), dtype="boolean"),
            "elimination_mode": np.where(gone, "帮扶消除", None),
        }
    )


def informed_forecast(rng, calendar, known, draws, *, late=True, is_chance_told=True):
    """Entries of the year to come by a model that is told the form, and estimates only its numbers.

    Poisson regression on level, trend, sine, cosine and a common size of sweeps, what is known late known;
    sweeps to come by their true chance or, where that is a number to be estimated like the others, by those
    on record.
    """
    months = np.arange(RECORD + AHEAD)
    turn = 2 * np.pi * months / 12
    columns = [np.ones(len(months)), (months - RECORD) / 12, np.sin(turn), np.cos(turn), calendar.sweeps]
    has_sweep = bool(calendar.sweeps[:RECORD].any())
    design = np.column_stack(columns if has_sweep else columns[:-1])
    offset = np.zeros(RECORD)
    offset[-len(LATE) :] = np.log(LATE[::-1]) * late
    effects = np.zeros(design.shape[1])
    effects[0] = np.log(known.mean())
    for _ in range(30):
        rate = np.exp(design[:RECORD] @ effects + offset)
        information = design[:RECORD].T @ (rate[:, None] * design[:RECORD])
        effects = effects + np.linalg.solve(information, design[:RECORD].T @ (known - rate))
    drawn = rng.multivariate_normal(effects, np.linalg.inv(information), draws)
    ahead = design[RECORD:].copy()
    size = drawn[:, 4] if has_sweep else np.zeros(draws)
    plain = np.exp(drawn[:, :4] @ ahead[:, :4].T)
    chance = SWEEP_CHANCE * calendar.sweeps.any()
    if not is_chance_told and has_sweep:
        sweeps = calendar.sweeps[:RECORD].sum()
        chance = rng.beta(sweeps, RECORD - sweeps, (draws, 1))
    happens = rng.random(plain.shape) < chance
    return rng.poisson(plain * np.exp(happens * size[:, None])).sum(axis=1)
