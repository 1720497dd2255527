"""Forecasts of whole districts with a known truth: calibration, gain of pooling, speed.

Districts are simulated: a pace of their own, one common shock a year, towns and villages that
depart from it, and survey noise in every value. The sizes are those found in public village
incomes (yearly noise of a village about 4 %, lasting differences of growth 0.7 % a year).

    python benchmarks/forecast_groups.py            calibration, then speed
    python benchmarks/forecast_groups.py speed
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from hanbin_lib.forecasting import forecast, forecast_places, forecast_record  # noqa: E402
from hanbin_lib.forecasting.backtest import mase, msis, naive_step  # noqa: E402

YEARS, AHEAD = 8, 5
# Growth a year to the fifth year ahead that the targets ask for.
TARGETS = (0.05, 0.07, 0.09)


def simulate_district(
    villages: int, towns: int, rng: np.random.Generator, years: int = YEARS
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Incomes per head (years by villages, `AHEAD` years longer than the record) and towns."""
    length = years + AHEAD
    town = np.arange(villages) % towns
    common = rng.normal(0.07, 0.02) + rng.normal(0, 0.02, length)
    in_town = rng.normal(0, 0.004, towns) + rng.normal(0, 0.01, (length, towns))
    noise = 0.04 * np.exp(rng.normal(0, 0.4, villages))
    own = rng.normal(0, 0.007, villages) + rng.normal(size=(length, villages)) * noise * 0.9
    level = np.log(9000) + rng.normal(0, 0.25, villages)
    logs = level + np.cumsum(common[:, None] + in_town[:, town] + own, axis=0)
    logs += rng.normal(size=logs.shape) * noise * 0.4
    names = [f"v{number}" for number in range(villages)]
    table = pd.DataFrame(np.exp(logs), index=range(2010, 2010 + length), columns=names)
    return table, {name: f"t{t}" for name, t in zip(names, town, strict=True)}


def trial(districts: int, villages: int, towns: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast many districts, together and village by village.

    Returns the outcomes of the targets (``method, probability, reached``) and the accuracy by
    village (``method, mase, msis, c80, c95``).
    """
    outcomes, accuracy = [], []
    for number in range(districts):
        table, town_of = simulate_district(villages, towns, np.random.default_rng([seed, number]))
        past, future = table.iloc[:YEARS], table.iloc[YEARS:]
        pooled = forecast_places(past, AHEAD, groups=town_of, seed=number)
        for village, together in pooled.items():
            step = naive_step(past[village].to_numpy())
            actual = future[village].to_numpy()
            alone = forecast_record(together.record, AHEAD, prior="income")
            for method, made in (("group", together), ("single", alone)):
                for growth in TARGETS:
                    target = past[village].iloc[-1] * (1 + growth) ** AHEAD
                    chance = made.probability_of_reaching(target, int(future.index[-1]))
                    outcomes.append((method, chance, actual[-1] >= target))
                b = made.table().to_numpy().T
                inside = [np.mean((actual >= b[i]) & (actual <= b[i + 1])) for i in (1, 3)]
                scores = mase(actual, b[0], step), msis(actual, b[3], b[4], step)
                accuracy.append((method, *scores, *inside))
    return (
        pd.DataFrame(outcomes, columns=["method", "probability", "reached"]),
        pd.DataFrame(accuracy, columns=["method", "mase", "msis", "c80", "c95"]),
    )


def reliability(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Mean forecast probability beside the share reached, in five bands of probability."""
    bands = pd.cut(outcomes["probability"], np.linspace(0, 1, 6), include_lowest=True)
    groups = outcomes.astype({"reached": float}).groupby(bands, observed=True)
    table = groups[["probability", "reached"]].mean()
    return table.assign(gap=table["reached"] - table["probability"], targets=groups.size())


def main() -> None:
    if sys.argv[1:] == ["speed"]:
        print(speed())
        return
    outcomes, accuracy = trial(250, 4, 2)
    for method, rows in outcomes.groupby("method"):
        print(f"P(reach), {method}, 1000 villages of 250 districts\n{reliability(rows).round(3)}\n")
    print(accuracy.groupby("method").mean().round(3), "\n")
    print(speed())


def speed() -> str:
    """A forecast and a district's forecasts beside statsforecast's AutoETS on the same series, in one run."""
    from statsforecast.models import AutoETS

    table, town_of = simulate_district(422, 26, np.random.default_rng(2))
    past = table.iloc[:YEARS]
    series = [past[name] for name in past]
    begun = time.perf_counter()
    forecast(series[0], AHEAD, prior="income")
    first = time.perf_counter() - begun
    peer = AutoETS(season_length=1)
    peer.forecast(y=series[0].to_numpy(), h=AHEAD, level=[80, 95])  # compiles
    spent = []
    for run in (
        lambda: [peer.forecast(y=y.to_numpy(), h=AHEAD, level=[80, 95]) for y in series],
        lambda: [forecast(y, AHEAD, prior="income") for y in series],
        lambda: forecast_places(past, AHEAD, groups=town_of),
    ):
        begun = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begun)
    ets, alone, pooled = spent
    return (
        f"first forecast {first:.3f} s; 422 villages: AutoETS {ets:.2f} s, one by one {alone:.2f} s "
        f"({alone / ets:.2f} x), together {pooled:.2f} s ({pooled / ets:.2f} x)"
    )


if __name__ == "__main__":
    main()
