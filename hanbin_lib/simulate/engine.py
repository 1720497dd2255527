"""The one engine of all simulations: seeded streams, draws in chunks, one table of results.

A model is a function of a `Chunk`: so many draws, and a random stream for each of its parts by
name. What a stream holds depends on the settings' seed, the chunk's number and the part's name
alone. So the same seed gives the same numbers with any number of workers; a part that is added or
changed moves no other; and two scenarios that name their parts alike draw the same luck (common
random numbers), so that their difference is never noise. Memory is that of one chunk a worker.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.statistics import stream

# Draws of one chunk: never a function of the workers, or the numbers would change with them.
CHUNK_DRAWS = 100
COLUMNS = (
    "measure", "place_code", "group", "mean", "median", "lower", "upper", "standard_error", "draws", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class SimulationSettings:
    """How a simulation is drawn.

    Parameters
    ----------
    draws
        Number of draws, at least 1.
    seed
        Public: who has it draws the same numbers again. Not negative.
    confidence
        Probability of the printed intervals, between 0 and 1.

    Raises
    ------
    ValueError
        One of them is out of range.
    """

    draws: int
    seed: int
    confidence: float = 0.9

    def __post_init__(self) -> None:
        if self.draws < 1 or self.seed < 0 or not 0 < self.confidence < 1:
            raise ValueError("draws >= 1, seed >= 0 and 0 < confidence < 1 are needed")

    @property
    def tails(self) -> tuple[float, float]:
        """Lower and upper probability of the central interval."""
        tail = (1 - self.confidence) / 2
        return tail, 1 - tail


@dataclass(frozen=True)
class Chunk:
    """A run of `size` draws, the `number`-th of its settings."""

    seed: int
    number: int
    size: int

    def rng(self, *names: object) -> np.random.Generator:
        """Stream of the part called `names` in this chunk; the same whoever asks, and when."""
        return stream(self.seed, *names, self.number)


Model = Callable[[Chunk], Mapping[str, np.ndarray]]


def chunks(settings: SimulationSettings) -> Iterator[Chunk]:
    """The settings' draws in chunks of `CHUNK_DRAWS`, the last one the rest."""
    for number, start in enumerate(range(0, settings.draws, CHUNK_DRAWS)):
        yield Chunk(settings.seed, number, min(CHUNK_DRAWS, settings.draws - start))


def run(
    settings: SimulationSettings, model: Model, *, sums: Collection[str] = (), workers: int = 1
) -> dict[str, np.ndarray]:
    """Draw `model` chunk by chunk.

    Parameters
    ----------
    model
        Returns arrays by name, each chunk the same names; their first axis is the chunk's
        draws. It must draw from `Chunk.rng` alone.
    sums
        Names of arrays that are sums over the chunk's draws instead: they are added up, in the
        order of the chunks, and only the total is kept.
    workers
        Threads: numpy computes and draws outside the interpreter's lock. The results do not
        depend on it.

    Returns
    -------
    dict
        Each array of all draws in their order, or the total.
    """
    pieces: dict[str, list[np.ndarray]] = {}
    totals: dict[str, np.ndarray] = {}
    for part in _drawn(settings, model, workers):
        for name, values in part.items():
            if name in sums:
                totals[name] = totals[name] + values if name in totals else values
            else:
                pieces.setdefault(name, []).append(values)
    return {name: np.concatenate(parts) for name, parts in pieces.items()} | totals


def _drawn(settings: SimulationSettings, model: Model, workers: int) -> Iterator[Mapping[str, np.ndarray]]:
    """Results of the chunks, in order; a few are under way at a time, so that few wait."""
    if workers == 1:
        yield from map(model, chunks(settings))
        return
    with ThreadPoolExecutor(workers) as pool:
        left = chunks(settings)
        while batch := list(itertools.islice(left, 2 * workers)):
            yield from pool.map(model, batch)


def summarise(
    measure: str,
    values: np.ndarray,
    places: Sequence[str],
    settings: SimulationSettings,
    *,
    group: str = "all",
) -> pd.DataFrame:
    """Summarise draws as rows of the table of results.

    Parameters
    ----------
    measure
        What was drawn, its unit at the end of its name.
    values
        Shape (draws, places). NaN where a draw has no value (a mean over nobody); such draws
        are left out and `draws` counts the others.
    places
        Code of each column.
    group
        As in the tables of indicators: ``all`` or ``dimension=label``.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, one row a place. ``lower`` to ``upper`` holds the settings'
        ``confidence`` of the draws: it is what may happen, not how exactly the mean is known;
        that is ``standard_error``, the Monte Carlo standard error of ``mean``.
    """
    drawn = np.asarray(values, dtype=float)
    count = np.isfinite(drawn).sum(axis=0)
    statistics = np.full((5, drawn.shape[1]), np.nan)
    for has_all, columns in ((True, count == len(drawn)), (False, (count > 0) & (count < len(drawn)))):
        if columns.any():
            statistics[:, columns] = _statistics(drawn[:, columns], settings, count[columns], has_all=has_all)
    columns = dict(zip(COLUMNS[3:8], statistics, strict=True))
    named = {"measure": measure, "place_code": list(places), "group": group}
    return pd.DataFrame(named | columns | {"draws": count, "seed": settings.seed})


def _statistics(
    drawn: np.ndarray, settings: SimulationSettings, count: np.ndarray, *, has_all: bool
) -> np.ndarray:
    """Mean, median, lower, upper and standard error of each column."""
    low, high = settings.tails
    if has_all:
        mean, quantiles = drawn.mean(axis=0), np.quantile(drawn, [0.5, low, high], axis=0)
    else:  # ten times slower
        mean, quantiles = np.nanmean(drawn, axis=0), np.nanquantile(drawn, [0.5, low, high], axis=0)
    squares = np.nansum((drawn - mean) ** 2, axis=0)
    variance = np.divide(squares, count - 1, out=np.full(len(count), np.nan), where=count > 1)
    return np.vstack([mean, quantiles, np.sqrt(variance / count)])
