"""How the width of undeclared series' intervals was chosen: losses inside training parts, by power.

The power is that of the steadiness (`forecasting.single`). M1 (whole), and the training parts of M3 and
Tourism: two origins a series that leave eight values or more, each under a prior that does not know the
series (M1 under one learned from M3, each half of M3 under M1 and the other half). No test part of M3 or
Tourism is read.

    python benchmarks/forecast_widths.py            full histories
    python benchmarks/forecast_widths.py 6 8        cut to their last values as well
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts"), str(ROOT / "benchmarks")]

from fit_forecast_tables import competition, generic_histories, generic_prior  # noqa: E402
from forecast_accuracy import COLUMNS, SHARES, scores_of  # noqa: E402

from hanbin_lib.forecasting import single  # noqa: E402
from hanbin_lib.forecasting.posterior import (  # noqa: E402
    Cells,
    Prior,
    priors_of,
    shipped,
    with_odds,
)
from hanbin_lib.forecasting.series import Record  # noqa: E402

POWERS = (0.0, 1 / 10, 1 / 7, 1 / 5)
AHEAD = {"M1": 6, "M3": 6, "Tourism": 4}
LEAST = 8
Case = tuple[np.ndarray, np.ndarray, tuple[Cells, ...]]


def cases_of(name: str) -> Iterator[Case]:
    """Past, future and the priors it is judged under."""
    first, known = generic_histories("M1"), generic_histories("M3")
    income, ahead = shipped("income"), AHEAD[name]
    halves = {
        "M1": lambda: [with_odds(generic_prior(known), income)] * 2,
        "M3": lambda: [with_odds(generic_prior([*first, *known[1 - half :: 2]]), income) for half in (0, 1)],
        "Tourism": lambda: [priors_of(Prior.AUTO)] * 2,
    }[name]()
    for number, series in enumerate(competition(name)):
        y = np.asarray(series.y if name == "M1" else series.x, dtype=float)
        for origin in (len(y) - ahead, len(y) - ahead - 3):
            if origin >= LEAST and (y > 0).all() and np.ptp(y[:origin]) > 0:
                yield y[:origin], y[origin : origin + ahead], halves[number % 2]


def losses(cases: list[Case], last: int | None, power: float) -> list[float]:
    """Means of `forecast_accuracy`'s measures."""
    rows = []
    with patch.object(single, "_STEADINESS_POWER", power):
        for past, future, priors in cases:
            known = past if last is None else past[-last:]
            if np.ptp(known) == 0:
                continue
            y = pd.Series(known, index=range(2000 - len(known), 2000))
            made = single.forecast_from(Record(y), len(future), priors)
            rows.append(scores_of(np.stack([made.quantile(share) for share in SHARES]), known, future))
    means = np.nanmean(rows, axis=0)
    return [*means[:-2], means[-2] / means[-1]]


def main() -> None:
    """Print a table for each length."""
    for last in (None, *(int(text) for text in sys.argv[1:])):
        found = {}
        for name in AHEAD:
            cases = list(cases_of(name))
            found |= {(name, round(power, 3)): losses(cases, last, power) for power in POWERS}
        table = pd.DataFrame.from_dict(found, orient="index", columns=COLUMNS[:7])
        table.index = pd.MultiIndex.from_tuples(table.index, names=["series", "power"])
        print(
            "full histories" if last is None else f"last {last} values",
            table.round(4).to_string(),
            "",
            sep="\n",
        )


if __name__ == "__main__":
    main()
