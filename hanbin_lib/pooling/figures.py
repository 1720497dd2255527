"""The parent's table, child by child: only sums are kept, so memory does not grow with children."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib.indicators import ALL, DEFINITIONS, NOTE_TEXT, NoteCode, Pooling, Scope, Sources
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.income import QUANTILES, recomputed_income
from hanbin_lib.indicators.rectification import state, time_to_close
from hanbin_lib.indicators.support import durations
from hanbin_lib.indicators.table import Rows
from hanbin_lib.months import Month
from hanbin_lib.statistics.estimates import median_duration, size_behind, wilson

_KEY = ["indicator", "month", "group"]
_CONFIDENCE = 0.95
EVERY = ""
# Groups that parameters make, every one of them in every table: others do not count the same.
_BAND = "band="
# A child that divides by nothing adds nothing; these say that a figure is unknown.
_UNKNOWN = (NoteCode.NOT_RECEIVED, NoteCode.PARAMETER_MISSING, NoteCode.SUPPRESSED)
# What is summed over the children, by key.
_SUMS = (
    "numerator",
    "denominator",
    "value",
    "weight",
    "weighted",
    "below",
    "above",
    "silent",
    "centre",
    "intervals",
)
# What a sample of each kind was drawn from: the indicator that counts it.
_HOUSEHOLDS, _VILLAGES, _PROJECTS = "registered_households", "collective_income_villages", "projects"
_FRAMES = {"unit=村": _VILLAGES, "unit=项目": _PROJECTS}
Key = tuple[str, str, str]
_INCOMES, _FIRST_MEASURE, _CLOSING = "incomes", "first_measure", "closing"
_DURATIONS = {_FIRST_MEASURE: "median_months_to_measure", _CLOSING: "rectification_median_days"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A child whose figure is not known, or not the same thing, so that the parent has none either.

    Parameters
    ----------
    group
        The group that is missing; empty where it is all of them.
    reason
        What is different, where the note alone does not say it.
    """

    place_code: str
    indicator: str
    month: str
    note: NoteCode
    group: str = EVERY
    reason: str = ""

    @property
    def text(self) -> str:
        """Why there is none, in Chinese."""
        return self.reason or NOTE_TEXT[self.note]


@dataclass(frozen=True, eq=False)
class Pooled:
    """The parent's figures, and what was missing for them.

    Parameters
    ----------
    table
        One row a figure, in the shape of every table of indicators.
    gaps
        Children without a figure; where there is one, the parent has none.
    """

    table: pd.DataFrame
    gaps: tuple[Gap, ...]


@dataclass
class Pool:
    """Sums over the children seen so far.

    Parameters
    ----------
    place_code, place_name
        The parent's: ``6109`` or ``610900`` 安康市.
    """

    place_code: str
    place_name: str
    _sums: pd.DataFrame = field(init=False)
    _seen: dict[str, set[tuple[str, str]]] = field(default_factory=dict, init=False)
    _gaps: list[Gap] = field(default_factory=list, init=False)
    _defined: dict[str, dict[tuple[str, str], frozenset[str]]] = field(default_factory=dict, init=False)
    _parameters: dict[str, Mapping[str, str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Begin with no child."""
        index = pd.MultiIndex.from_arrays([[], [], []], names=_KEY)
        self._sums = pd.DataFrame(columns=list(_SUMS), index=index, dtype=float)

    def add(self, rows: pd.DataFrame, parameters: Mapping[str, str] | None = None) -> None:
        """Take in the rows of one child (its own figures, not those of the places below it).

        Parameters
        ----------
        rows
            Rows of one ``place_code`` with the columns of a table of indicators.
        parameters
            Deadlines, bands and lines in force there, by name; None where they are not known.

        Raises
        ------
        ValueError
            The rows are of no place or of several, or the place was taken in before.
        """
        codes = rows["place_code"].unique()
        if len(codes) != 1 or codes[0] in self._seen:
            raise ValueError(f"one child at a time, each once: {list(codes)[:3]}")
        code = str(codes[0])
        unknown = rows[rows["note_code"].isin(_UNKNOWN)].drop_duplicates(["indicator", "month"])
        columns = (unknown[name] for name in ("indicator", "month", "note_code"))
        self._gaps += [
            Gap(code, name, month, NoteCode(note)) for name, month, note in zip(*columns, strict=True)
        ]
        self._seen[code] = set(zip(rows["indicator"], rows["month"], strict=True))
        self._defined[code] = _defined_groups(rows)
        self._parameters[code] = parameters or {}
        sums = _sums_of(rows)
        self._gaps += _silent(code, rows)
        self._sums = self._sums.add(sums, fill_value=0.0)

    def result(self, persons: dict[tuple[str, str, str], tuple[float, float]] | None = None) -> Pooled:
        """The parent's figures.

        Parameters
        ----------
        persons
            Value and number of cases of what needs the persons, by indicator, month and group
            (`hanbin_lib.pooling.PersonFigures`); not applicable without.
        """
        gaps = [*self._gaps, *self._absent(), *self._other_groups(), *self._other_parameters()]
        why = {(gap.indicator, gap.month, gap.group): gap.note for gap in reversed(gaps)}
        parts = [*self._rows(why), *self._person_rows(persons or {})]
        table = combine(parts, pd.Series({self.place_code: self.place_name}))
        return Pooled(table, tuple(sorted(gaps, key=lambda g: (g.indicator, g.month, g.place_code))))

    def _absent(self) -> Iterator[Gap]:
        """Children that do not even name a figure which others have."""
        known = set().union(*self._seen.values()) if self._seen else set()
        for code, seen in self._seen.items():
            for indicator, month in sorted(known - seen):
                yield Gap(code, indicator, month, NoteCode.NOT_RECEIVED)

    def _other_groups(self) -> Iterator[Gap]:
        """Children whose bands or steps are not those of the first that has any."""
        first: dict[tuple[str, str], frozenset[str]] = {}
        for code, defined in self._defined.items():
            for (indicator, month), groups in defined.items():
                if groups != first.setdefault((indicator, month), groups):
                    yield Gap(code, indicator, month, NoteCode.NOT_APPLICABLE, reason="分组的界线不同")

    def _other_parameters(self) -> Iterator[Gap]:
        """Children whose deadlines, bands or lines are not those of the first, where they are known."""
        first: dict[str, str] = {}
        for code, parameters in self._parameters.items():
            other = [name for name, text in parameters.items() if text != first.setdefault(name, text)]
            for indicator, month in sorted(self._seen[code]):
                told = f"{DEFINITIONS[indicator].numerator}{DEFINITIONS[indicator].source}"
                for name in (kind for kind in other if kind in told):
                    yield Gap(code, indicator, month, NoteCode.NOT_APPLICABLE, reason=f"{name}不同")

    def _rows(self, why: dict[tuple[str, str, str], NoteCode]) -> Iterator[Rows]:
        for (indicator, month, group), numbers in zip(self._sums.index, self._sums.to_numpy(), strict=True):
            sums = dict(zip(_SUMS, numbers.tolist(), strict=True))
            rule = pooling_of(indicator)
            if rule in (Pooling.NONE, Pooling.PERSONS):
                continue
            note = why.get((indicator, month, EVERY)) or why.get((indicator, month, group))
            yield self._row(indicator, month, group, {} if note else _FINAL[rule](sums), note)

    def _person_rows(self, persons: dict[tuple[str, str, str], tuple[float, float]]) -> Iterator[Rows]:
        for indicator, month, group in self._sums.index:
            if pooling_of(indicator) is Pooling.PERSONS:
                value, size = persons.get((indicator, month, group), (np.nan, np.nan))
                yield self._row(indicator, month, group, {"value": value, "denominator": size}, None)

    def _row(
        self, indicator: str, month: str, group: str, numbers: dict[str, float], note: NoteCode | None
    ) -> Rows:
        arrays = {name: np.array([number], dtype=float) for name, number in numbers.items()}
        place = np.array([self.place_code], dtype=object)
        return Rows(indicator, Month.parse(month), group, place, arrays, note)


def _defined_groups(rows: pd.DataFrame) -> dict[tuple[str, str], frozenset[str]]:
    """Groups that parameters make, by indicator and month."""
    bands = rows[rows["group"].str.startswith(_BAND)]
    return {
        (str(name), str(month)): frozenset(one["group"]) for (name, month), one in bands.groupby(_KEY[:2])
    }


def _silent(code: str, rows: pd.DataFrame) -> Iterator[Gap]:
    """Samples that say nothing of a population that is there: nobody was reached, nothing drawn."""
    sampled = rows["indicator"].map(pooling_of).isin([Pooling.WEIGHTED, Pooling.CHANGE, Pooling.BOUNDS])
    empty = rows[sampled & rows["note_code"].eq(NoteCode.NOT_APPLICABLE)]
    for indicator, month, group in zip(*(empty[name].tolist() for name in _KEY), strict=True):
        if _frame(rows, frame_of(group)) > 0:
            yield Gap(code, indicator, month, NoteCode.NOT_APPLICABLE, group, "没有调查到")


def _sums_of(rows: pd.DataFrame) -> pd.DataFrame:
    """What one child adds to each sum; a share without an answer adds nothing."""
    frames = {name: _frame(rows, name) for name in FRAMES}
    weight = rows["group"].map(frame_of).map(frames).to_numpy(dtype=float)
    value, lower, upper = (rows[name].to_numpy(dtype=float) for name in ("value", "lower", "upper"))
    weight = np.where(np.isnan(value), 0.0, weight)
    is_change = rows["indicator"].map(pooling_of).eq(Pooling.CHANGE).to_numpy()
    half = (upper - lower) / 2
    # Of none, and of all, one limit is the share itself: the other one tells the size for both.
    ends = np.where(value > 0, lower, upper), np.where(value < 1, upper, lower)
    with np.errstate(divide="ignore", invalid="ignore"):
        below, above = (np.where(is_change, half**2, 1 / size_behind(value, end)) for end in ends)
        columns = {
            "numerator": rows["numerator"].to_numpy(dtype=float),
            "denominator": rows["denominator"].to_numpy(dtype=float),
            "value": value,
            "weight": weight,
            "weighted": weight * value,
            "below": weight**2 * below,
            "above": weight**2 * above,
            "silent": rows["denominator"].to_numpy(dtype=float) * (upper - lower),
            "centre": weight * (lower + upper) / 2,
            "intervals": np.isfinite(upper).astype(float),
        }
    sums = pd.DataFrame(columns, index=pd.MultiIndex.from_frame(rows[_KEY]))
    return sums.fillna(0.0)


def _frame(rows: pd.DataFrame, indicator: str) -> float:
    """Size of a population: the indicator's total, or the sum of its groups; NaN where unknown."""
    own = rows[rows["indicator"].eq(indicator)]
    own = own[own["month"].eq(own["month"].max())]
    whole = own[own["group"].eq(ALL)]
    return float((whole if len(whole) else own)["value"].sum(min_count=1))


def _sum(sums: dict[str, float]) -> dict[str, float]:
    return {"numerator": sums["value"], "value": sums["value"]}


def _ratio(sums: dict[str, float]) -> dict[str, float]:
    """Sum over sum; where the children have an interval of their cases, so has the parent."""
    part, whole = sums["numerator"], sums["denominator"]
    numbers = {"numerator": part, "denominator": whole, "value": part / whole if whole > 0 else np.nan}
    if not sums["intervals"] or not whole > 0:
        return numbers
    lower, upper = wilson(part, whole, _CONFIDENCE)
    return numbers | {"lower": float(lower), "upper": float(upper)}


def _weighted(sums: dict[str, float]) -> dict[str, float]:
    """Strata weighted by what they stand for; each limit by the sample size that the strata's tell."""
    known = {name: sums[name] for name in ("numerator", "denominator")}
    if not sums["weight"] > 0:
        return known | {"value": np.nan}
    value = sums["weighted"] / sums["weight"]
    if not sums["below"] + sums["above"] > 0:
        return known | {"value": value}
    lower, upper = (
        float(wilson(value * size, size, _CONFIDENCE)[side]) if np.isfinite(size) else value
        for side, size in enumerate(_over(sums["weight"] ** 2, sums[name]) for name in ("below", "above"))
    )
    return known | {"value": value, "lower": lower, "upper": upper}


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.inf


def _change(sums: dict[str, float]) -> dict[str, float]:
    if not sums["weight"] > 0:
        return {"value": np.nan}
    centre, half = (sums["centre"] / sums["weight"], sums["above"] ** 0.5 / sums["weight"])
    value = sums["weighted"] / sums["weight"]
    return {"value": value, "lower": centre - half, "upper": centre + half}


def _bounds(sums: dict[str, float]) -> dict[str, float]:
    """All of the silent without a problem, or all of them with one."""
    cases, base, silent = sums["numerator"], sums["denominator"], sums["silent"]
    if not base > 0:
        return {"numerator": cases, "denominator": base, "value": np.nan}
    value = sums["weighted"] / sums["weight"] if sums["weight"] > 0 else np.nan
    numbers = {"numerator": cases, "denominator": base, "value": value}
    return numbers | {"lower": cases / base, "upper": (cases + silent) / base}


_FINAL = {
    Pooling.SUM: _sum,
    Pooling.RATIO: _ratio,
    Pooling.WEIGHTED: _weighted,
    Pooling.CHANGE: _change,
    Pooling.BOUNDS: _bounds,
}


def pooling_of(indicator: str) -> Pooling:
    """The rule of an indicator, as its definition says it."""
    return DEFINITIONS[indicator].pooled


def frame_of(group: str) -> str:
    """The indicator that counts the population which a sample's group stands for."""
    return _FRAMES.get(group, _HOUSEHOLDS)


FRAMES = (_HOUSEHOLDS, _VILLAGES, _PROJECTS)


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
            waits = [(at, durations(rows, at.month)) for at in (scope.before(), scope)]
            yield _FIRST_MEASURE, _timed(waits, "months", "is_measured")
    ledger = sources.table("rectification")
    if ledger is not None:
        closing = [(at, time_to_close(state(ledger, at), at)) for at in (scope.before(), scope)]
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
