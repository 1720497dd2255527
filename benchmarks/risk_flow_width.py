"""How wide the intervals of the risk flow are, and of what, beside a model that is told the registers' form.

New households of the year after a record of 36 months, in registers drawn anew (`tests/simulate`): a curve of
the year and a trend, with and without late entries and sweeps; and months that wander instead. "told still"
is the same model told that months never wander; the reference is a Poisson regression on level, trend, sine
and cosine that is told the months of the sweeps, their chance and the shares entered late. Where sweeps come
stands beside it the same regression that has to estimate their chance as well.

What leaves moves no number of what enters (streams go by name), so few households are let leave.

    python benchmarks/risk_flow_width.py [registers of each kind, 40] [where seeds begin, 0]
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/simulate")]

import calendar_registers as calendars  # noqa: E402
import known_registers as wandering  # noqa: E402
from test_risk_flow import RULES  # noqa: E402

from hanbin_lib.simulate import risk_model  # noqa: E402
from hanbin_lib.simulate.additive import Effects  # noqa: E402
from hanbin_lib.simulate.engine import SimulationSettings, run  # noqa: E402
from hanbin_lib.simulate.episodes import Episodes, episodes_of, reported_shares  # noqa: E402
from hanbin_lib.simulate.risk_flow import risk_flow_model  # noqa: E402

RECORD, AHEAD, LAST = calendars.RECORD, calendars.AHEAD, calendars.LAST
LONG = RULES.model_copy(update={"history_months": RECORD})
TAILS = (0.05, 0.5, 0.95)
DRAWS, FEW = 400, 40
# Chance beforehand that months stand still: as shipped, and as good as sure of it.
BELIEFS = {"as shipped": risk_model.STILLNESS, "told still": 1 - 1e-9, "told wandering": 0.0}


def quantiles(episodes: Episodes, reported: np.ndarray, towns: list[str], belief: float) -> np.ndarray:
    """Of the county's new households in the year to come."""
    few = replace(episodes, table=episodes.table.iloc[:FEW])

    def leaving(_: Episodes, labels: risk_model.Labels, first: int) -> Effects:
        return of_all(few, labels, first)

    of_all = risk_model._leaving
    with patch.object(risk_model, "STILLNESS", belief), patch.object(risk_model, "_leaving", leaving):
        model = risk_model.estimate(episodes, LONG, towns=towns, least_months=6, reported=reported)
    drawn = run(SimulationSettings(DRAWS, 1), risk_flow_model(model, few, AHEAD))
    return np.quantile(drawn["new_households"].sum(axis=(1, 2)), TAILS)


def of_calendar(seed: int, *, late: bool, sweeps: bool) -> dict[str, tuple[np.ndarray, float, float]]:
    """By belief: quantiles, what came, and the width of the model that is told the form."""
    rng = np.random.default_rng([7, seed])
    calendar = calendars.draw_calendar(rng, sweeps=sweeps)
    rows = calendars.draw_households(rng, calendar, late=late)
    towns = wandering.town_codes(calendars.TOWNS)
    kept = [
        (LAST.shift(-back), calendars.register_of(rows, RECORD - 1 - back, towns))
        for back in range(11 if late else 0, -1, -1)
    ]
    episodes = episodes_of(kept[-1][1], towns, LAST)
    known = np.bincount(episodes.table["identified"] - (LAST.ordinal - RECORD + 1), minlength=RECORD)
    told, form = (
        np.quantile(
            calendars.informed_forecast(rng, calendar, known, 4000, late=late, is_chance_told=is_told), TAILS
        )
        for is_told in (True, False)
    )
    came = float((rows["born"] >= RECORD).sum())
    shares = reported_shares(kept)
    found = {name: quantiles(episodes, shares, towns, BELIEFS[name]) for name in ("as shipped", "told still")}
    found |= {"told the form and the sweeps' chance": told} | ({"told the form": form} if sweeps else {})
    return {name: (at, came, told[2] - told[0]) for name, at in found.items()}


def of_wandering(seed: int) -> dict[str, tuple[np.ndarray, float, float]]:
    """The same for months that wander; the reference is told that they do."""
    rng = np.random.default_rng([8, seed])
    truth = wandering.random_truth(rng, 8, RECORD + AHEAD)
    rows = wandering.simulate(rng, truth)
    towns = wandering.town_codes(8)
    register = wandering.register_of(rows, LAST.shift(1 - RECORD), RECORD - 1, towns)
    episodes = episodes_of(register, towns, LAST)
    came = float((rows["born"] >= RECORD).sum())
    names = ("as shipped", "told wandering")
    found = {name: quantiles(episodes, np.ones(1), towns, BELIEFS[name]) for name in names}
    width = float(np.diff(found["told wandering"][[0, 2]])[0])
    return {name: (at, came, width) for name, at in found.items()}


KINDS: dict[str, Callable[[int], dict[str, tuple[np.ndarray, float, float]]]] = {
    "season, trend": lambda seed: of_calendar(seed, late=False, sweeps=False),
    "… late entries": lambda seed: of_calendar(seed, late=True, sweeps=False),
    "… late entries, sweeps": lambda seed: of_calendar(seed, late=True, sweeps=True),
    "months that wander": of_wandering,
}


def main() -> None:
    """Print coverage, median error and width by kind of register and by what the model is told."""
    count, begin = (int(sys.argv[n]) if len(sys.argv) > n else least for n, least in ((1, 40), (2, 0)))
    rows = []
    for kind, made in KINDS.items():
        for seed in range(begin, begin + count):
            for name, (at, came, width) in made(seed).items():
                covered, error = at[0] <= came <= at[2], at[1] / came - 1
                rows.append((kind, name, 100.0 * covered, 100 * error, (at[2] - at[0]) / width))
    table = pd.DataFrame(rows, columns=["registers", "model", "covered", "error", "width"])
    print(table.groupby(["registers", "model"], sort=False).apply(_shown).round(2).to_string())


def _shown(rows: pd.DataFrame) -> pd.Series:
    """Share covered and medians, with standard errors (the medians' by bootstrap)."""
    rng = np.random.default_rng(0)
    drawn = rows[["error", "width"]].to_numpy()[rng.integers(len(rows), size=(400, len(rows)))]
    error, width = np.median(drawn, axis=1).std(axis=0)
    covered = rows["covered"]
    return pd.Series(
        {
            "covered": covered.mean(),
            "± covered": covered.std() / len(rows) ** 0.5,
            "error": rows["error"].median(),
            "± error": error,
            "width": rows["width"].median(),
            "± width": width,
        }
    )


if __name__ == "__main__":
    main()
