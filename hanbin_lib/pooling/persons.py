"""What depends on the order of persons: medians and quantiles over several counties.

Each county's rows are reduced by the very functions that make its own figures, and written
as Parquet; DuckDB then orders or counts the rows of all counties out of core, so that a
province never needs all persons in one memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
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
_MEMORY = "512MB"


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
        with duckdb.connect() as engine:
            engine.execute(f"SET memory_limit = '{_MEMORY}'")
            engine.execute("SET temp_directory = $folder", {"folder": str(self._folder / "spill")})
            return dict([*self._quantiles(engine), *self._medians(engine)])

    def _quantiles(self, engine: duckdb.DuckDBPyConnection) -> Iterator[tuple[Key, tuple[float, float]]]:
        columns = ", ".join(f"quantile_cont(per_head_yuan, {share})" for share in QUANTILES.values())
        for month, count, *values in self._rows(engine, _INCOMES, f"month, count(*), {columns}", "month"):
            for label, value in zip(QUANTILES, values, strict=True):
                key = ("income_quantile_yuan", str(month), f"quantile={label}")
                yield key, (float(value), float(count))

    def _medians(self, engine: duckdb.DuckDBPyConnection) -> Iterator[tuple[Key, tuple[float, float]]]:
        for part, indicator in _DURATIONS.items():
            keys = "month, duration, is_observed"
            rows = pd.DataFrame(
                self._rows(engine, part, f"{keys}, count(*)", keys),
                columns=["month", "duration", "is_observed", "cases"],
            ).sort_values(["month", "duration", "is_observed"])
            for month, own in rows.groupby("month"):
                arrays = (own[name].to_numpy() for name in ("duration", "is_observed", "cases"))
                value = median_duration(*arrays)
                yield (indicator, str(month), ALL), (value, float(own["cases"].sum()))

    def _rows(
        self, engine: duckdb.DuckDBPyConnection, part: str, columns: str, by: str
    ) -> list[tuple[Any, ...]]:
        if not (self._folder / part).is_dir():
            return []
        files = {"files": str(self._folder / part / "*.parquet")}
        return engine.execute(f"SELECT {columns} FROM read_parquet($files) GROUP BY {by}", files).fetchall()


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
