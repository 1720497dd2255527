"""What depends on the order of persons: medians and quantiles over several counties.

Each county's rows are reduced by the very functions that make its own figures to the few numbers that
the order is made of, and written as Parquet, so that no two counties' tables are ever in one memory.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.indicators.income import QUANTILES, recomputed_income
from hanbin_lib.indicators.rectification import state, time_to_close
from hanbin_lib.indicators.support import durations
from hanbin_lib.indicators.table import ALL
from hanbin_lib.statistics.survival import median_duration

Key = tuple[str, str, str]
_INCOMES, _FIRST_MEASURE, _CLOSING = "incomes", "first_measure", "closing"
_DURATIONS = {_FIRST_MEASURE: "median_months_to_measure", _CLOSING: "rectification_median_days"}


class PersonFigures:
    """Reduced rows of the counties taken in so far, in a folder that the caller clears away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, sources: Sources, scope: Scope) -> None:
        """Take in one county's households and problems."""
        for name, rows in _reduced(sources, scope):
            part = self._folder / name
            part.mkdir(parents=True, exist_ok=True)
            rows.to_parquet(part / f"{scope.register.county['place_code']}-{scope.month}.parquet")

    def values(self) -> dict[Key, tuple[float, float]]:
        """Value and number of cases, by indicator, month and group."""
        return dict([*self._quantiles(), *self._medians()])

    def _quantiles(self) -> Iterator[tuple[Key, tuple[float, float]]]:
        for month, incomes in self._rows(_INCOMES, "per_head_yuan"):
            for label, share in QUANTILES.items():
                key = ("income_quantile_yuan", month, f"quantile={label}")
                yield key, (float(incomes["per_head_yuan"].quantile(share)), float(len(incomes)))

    def _medians(self) -> Iterator[tuple[Key, tuple[float, float]]]:
        keys = ["duration", "is_observed"]
        for part, indicator in _DURATIONS.items():
            for month, own in self._rows(part, *keys):
                cases = own.groupby(keys).size()
                lasted, observed = (cases.index.get_level_values(name).to_numpy() for name in keys)
                value = median_duration(lasted, observed, cases.to_numpy())
                yield (indicator, month, ALL), (value, float(len(own)))

    def _rows(self, part: str, *columns: str) -> Iterator[tuple[str, pd.DataFrame]]:
        """The rows of all counties by month: a number or two for each household of a province."""
        folder = self._folder / part
        if folder.is_dir():
            rows = pd.read_parquet(folder, columns=[*columns, "month"])
            yield from ((str(month), own) for month, own in rows.groupby("month", observed=True))


def _reduced(sources: Sources, scope: Scope) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows that the medians and quantiles are made of, each with its month."""
    monitored = sources.table("monitored_households")
    if monitored is not None:
        rows = scope.counted(monitored)
        per_head = recomputed_income(rows)[["per_head_yuan"]].dropna()
        yield _INCOMES, per_head.assign(month=str(scope.month))
        if rows["first_measure_month"].notna().any():
            waits = [(one, durations(rows, one.month)) for one in (scope.before(), scope)]
            yield _FIRST_MEASURE, _timed(waits, "months", "is_measured")
    ledger = sources.table("rectification")
    if ledger is not None:
        closing = [(one, time_to_close(state(ledger, one), one)) for one in (scope.before(), scope)]
        yield _CLOSING, _timed(closing, "days", "is_closed")


def _timed(tables: list[tuple[Scope, pd.DataFrame]], duration: str, observed: str) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "duration": rows[duration].astype(float),
                "is_observed": rows[observed].astype(bool),
                "month": str(scope.month),
            }
        )
        for scope, rows in tables
    ]
    return pd.concat(parts, ignore_index=True)
