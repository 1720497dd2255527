"""Open cases of the months to come, drawn: who leaves, who enters, who falls back.

Every draw takes one set of rates from the posterior and one walk of the months to come, then
lets each open household of the register stay or leave month by month. New entries come in
cohorts by town; they leave with the hazard of their age and of the mix of categories and causes on
record. Households without any labour stay. Households that fall back begin a new episode.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import special

from hanbin_lib.months import Month
from hanbin_lib.simulate.additive import EffectDraws
from hanbin_lib.simulate.engine import Chunk, Model, SimulationSettings, run, summarise
from hanbin_lib.simulate.episodes import Episodes
from hanbin_lib.simulate.risk_model import YEAR, RiskModel, codes

OPEN = "open_households"
MEASURES = (
    OPEN, "new_households", "late_households", "eliminated_households", "relapsed_households",
)  # fmt: skip
# Entries of a month and town beyond which no count of households is: what bounds where none came in.
_MOST = 1e5
# In place of no months at all without a sweep.
_ALMOST_NONE = 1e-9


@dataclass(frozen=True)
class Change:
    """What is tried: entries and chances to leave times a factor, another chance to fall back.

    Parameters
    ----------
    entries, leaving
        Factors, 1 for as on record; ``leaving`` multiplies the odds.
    relapse_chance
        Monthly chance of an eliminated household to fall back, None for the estimate.
    """

    entries: float = 1.0
    leaving: float = 1.0
    relapse_chance: float | None = None

    def __post_init__(self) -> None:
        if self.entries < 0 or self.leaving <= 0 or not 0 <= (self.relapse_chance or 0) <= 1:
            raise ValueError("entries >= 0, leaving > 0 and 0 <= relapse_chance <= 1 are needed")


AS_ON_RECORD = Change()


@dataclass(frozen=True)
class _Stock:
    """Households at the start: arrays by open household that can leave, and counts by town."""

    town: np.ndarray
    category: np.ndarray
    cause: np.ndarray
    age: np.ndarray
    bound: np.ndarray
    eliminated: np.ndarray
    outside: np.ndarray  # households of each town that were never monitored


@dataclass(frozen=True)
class _Rates:
    """Draws of everything that does not change from household to household."""

    leaving: EffectDraws
    months: np.ndarray  # log-odds of each month to come (draws x months)
    entries: np.ndarray  # expected new households (draws x months x towns)
    late: np.ndarray  # expected households identified, but not entered yet (draws x months back x towns)
    relapse: np.ndarray  # monthly chance (draws)
    newcomer: np.ndarray  # log-odds of a newcomer's category and cause (draws x towns)

    def chance(self, own: np.ndarray, band: int | np.ndarray, month: int) -> np.ndarray:
        """Monthly chance to leave, given own log-odds (draws x units) and age band."""
        age = self.leaving.of("age")[:, band]
        age = age[:, None] if np.ndim(band) == 0 else age
        shift = (age + self.months[:, month, None]).astype(own.dtype)
        return np.asarray(special.expit(own + shift))


def risk_flow_model(
    model: RiskModel, episodes: Episodes, horizon: int, change: Change = AS_ON_RECORD
) -> Model:
    """Model for `simulate.engine.run`; all changes draw the same luck.

    Returns
    -------
    Model
        The names of `MEASURES`, each of shape (draws, horizon, towns): open households at the
        end of each month to come; newly identified in it, entered late (all in the first month), newly
        eliminated, fallen back.
    """
    stock = _stock(model, episodes)

    def draw(chunk: Chunk) -> dict[str, np.ndarray]:
        rates = _changed(_rates(model, chunk, horizon, episodes.month.ordinal), change)
        stay, left = _present(model, stock, rates, chunk, horizon)
        return _with_cohorts(model, stock, rates, stay, left, chunk)

    return draw


def project(
    model: RiskModel,
    episodes: Episodes,
    horizon: int,
    settings: SimulationSettings,
    change: Change = AS_ON_RECORD,
    *,
    workers: int = 1,
) -> pd.DataFrame:
    """Open cases, entries, eliminations and relapses by month and town.

    Returns
    -------
    DataFrame
        `engine.COLUMNS`; ``group`` is ``month=2023-09``, ``place_code`` a town or, for their
        sum, the county (6 digits).
    """
    drawn = run(settings, risk_flow_model(model, episodes, horizon, change), workers=workers)
    return tidy(drawn, model, episodes.month, settings)


def tidy(
    drawn: Mapping[str, np.ndarray], model: RiskModel, month: Month, settings: SimulationSettings
) -> pd.DataFrame:
    """Draws of `risk_flow_model` as rows of the table of results, the county first."""
    towns = model.labels.towns
    rows = []
    for measure in MEASURES:
        values = drawn[measure]
        both = np.concatenate([values.sum(axis=2, keepdims=True), values], axis=2)
        draws, horizon, places = both.shape
        names = [towns[0][:6], *towns] * horizon
        table = summarise(measure, both.reshape(draws, horizon * places), names, settings)
        months = [f"month={month.shift(step + 1)}" for step in range(horizon)]
        rows.append(table.assign(group=np.repeat(months, places)))
    return pd.concat(rows, ignore_index=True)


def _stock(model: RiskModel, episodes: Episodes) -> _Stock:
    rows, labels = episodes.table, model.labels
    free = rows[episodes.is_open & ~rows["is_bound"].to_numpy()]
    town = codes(rows["town_code"], labels.towns)
    count = len(labels.towns)
    known = np.bincount(town, minlength=count)
    outside = model.households - known if model.is_bounded else np.full(count, _MOST)
    return _Stock(
        codes(free["town_code"], labels.towns),
        codes(free["category"], labels.categories),
        codes(free["cause"], labels.causes),
        episodes.month.ordinal - free["identified"].to_numpy(),
        np.bincount(town[rows["is_bound"]], minlength=count),
        np.bincount(town[~episodes.is_open], minlength=count),
        np.maximum(outside, 0).astype(np.int64),
    )


@lru_cache(maxsize=2)  # what is tried changes none of it: a slider draws the rates once
def _rates(model: RiskModel, chunk: Chunk, horizon: int, last: int) -> _Rates:
    """Rates as on record."""
    leaving = model.leaving.draw(chunk.rng("leaving"), chunk.size)
    entering = model.entering.draw(chunk.rng("entering"), chunk.size)
    ahead = last + 1 + np.arange(horizon)
    months = leaving.drift_on("month", horizon, chunk.rng("leaving", "months"))
    months = months + _season(leaving, ahead)
    level = entering.intercept[:, None] + entering.drift_on("month", horizon, chunk.rng("entering", "months"))
    level = level + _season(entering, ahead) + _sweeps(model, entering, chunk, ahead)
    town = entering.of("town")[:, None, :]
    most = np.log(_MOST / model.households)
    entries = np.exp(np.minimum(level[:, :, None] + town, most)) * model.households
    past = last - np.arange(len(model.missing))
    was = entering.intercept[:, None] + entering.of("month")[:, ::-1][:, : len(past)]
    was = was + _season(entering, past) + _swept(model, entering, past)
    late = np.exp(np.minimum(was[:, :, None] + town, most)) * model.households * model.missing[:, None]
    shape, rate = model.relapse
    relapse = chunk.rng("relapse rate").gamma(shape, 1 / rate, chunk.size)
    # Odds as the mean over the mix on record: chances are small, so odds average like chances.
    odds = np.einsum("dc,dk,ck->d", np.exp(leaving.of("category")), np.exp(leaving.of("cause")), model.mix)
    newcomer = (leaving.intercept + np.log(odds))[:, None] + leaving.of("town")
    return _Rates(leaving, months, entries, late, relapse, newcomer)


def _season(effects: EffectDraws, months: np.ndarray) -> np.ndarray:
    """Log factor of the month of the year (draws x months); none where the record is too short for one."""
    if "season" not in effects.places:
        return np.zeros((len(effects.values), len(months)))
    return effects.of("season")[:, months % YEAR]


def _swept(model: RiskModel, entering: EffectDraws, months: np.ndarray) -> np.ndarray:
    """Log factor of months on record (draws x months): of a sweep its own, of the others theirs."""
    known = model.sweeps[0]
    if not known:
        return np.zeros((len(entering.values), len(months)))
    return entering.of("sweep")[:, [1 + known.index(month) if month in known else 0 for month in months]]


def _sweeps(model: RiskModel, entering: EffectDraws, chunk: Chunk, ahead: np.ndarray) -> np.ndarray:
    """Log factor of sweeps in the months to come (draws x months): planned, else as often as on record.

    None are drawn where none is on record, so nothing is added to the count of those that are (Haldane's
    prior): half a sweep more would say too many wherever there is one.
    """
    past, planned = model.sweeps
    if not past:
        return np.zeros((chunk.size, len(ahead)))
    rng, effects = chunk.rng("entering", "sweeps"), entering.of("sweep")
    which = rng.integers(1, len(past) + 1, (chunk.size, len(ahead)))
    size = np.take_along_axis(effects, which, axis=1) - effects[:, :1]
    months = entering.of("month").shape[1]
    others = max(months - len(past), _ALMOST_NONE)
    happens = rng.random(size.shape) < rng.beta(len(past), others, (chunk.size, 1))
    if planned:
        happens = np.broadcast_to(np.isin(ahead, planned), size.shape)
    return np.asarray(effects[:, :1] + happens * size)


def _changed(rates: _Rates, change: Change) -> _Rates:
    relapse = rates.relapse
    if change.relapse_chance is not None:
        relapse = np.full(len(relapse), change.relapse_chance)
    months, entries = rates.months + np.log(change.leaving), rates.entries * change.entries
    return replace(rates, months=months, entries=entries, relapse=relapse)


def _present(
    model: RiskModel, stock: _Stock, rates: _Rates, chunk: Chunk, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Households of the register still open, and those that left, by month and town."""
    leaving = rates.leaving
    own = (
        leaving.intercept[:, None]
        + leaving.of("category")[:, stock.category]
        + leaving.of("cause")[:, stock.cause]
        + leaving.of("town")[:, stock.town]
    ).astype(np.float32)
    towns = np.eye(len(model.labels.towns), dtype=np.float32)[stock.town]
    alive = np.ones(own.shape, dtype=bool)
    luck = chunk.rng("households")
    stay = np.empty((chunk.size, horizon, towns.shape[1]))
    for step in range(horizon):
        chance = rates.chance(own, model.labels.band(stock.age + step + 1), step)
        alive &= luck.random(own.shape, dtype=np.float32) >= chance
        stay[:, step] = alive.astype(np.float32) @ towns
    begin = np.broadcast_to(towns.sum(axis=0), (chunk.size, 1, towns.shape[1]))
    return stay, -np.diff(stay, axis=1, prepend=begin)


def _with_cohorts(
    model: RiskModel, stock: _Stock, rates: _Rates, stay: np.ndarray, left: np.ndarray, chunk: Chunk
) -> dict[str, np.ndarray]:
    """Add those who enter and fall back from month to month, and let them leave in turn."""
    draws, horizon, towns = stay.shape
    result = {name: np.zeros(stay.shape) for name in MEASURES}
    outside = np.tile(stock.outside, (draws, 1))
    luck, unable, back = chunk.rng("cohorts"), chunk.rng("bound"), chunk.rng("relapses")
    late = _at_most(chunk.rng("late").poisson(rates.late), outside)
    lags = late.shape[1]
    cohorts = np.zeros((lags + horizon, draws, towns), dtype=np.int64)  # still open and able to leave
    unable_late = chunk.rng("late", "bound").binomial(late, model.bound_share)
    cohorts[:lags] = (late - unable_late).swapaxes(0, 1)[::-1]
    result["late_households"][:, 0] = late.sum(axis=1)
    bound = stock.bound + unable_late.sum(axis=1)
    eliminated = np.tile(stock.eliminated, (draws, 1)).astype(np.int64)
    new = _at_most(chunk.rng("entries").poisson(rates.entries), outside - late.sum(axis=1))
    for step in range(horizon):
        fallen = back.binomial(eliminated, np.minimum(rates.relapse, 1)[:, None])
        arrived = new[:, step]
        kept = unable.binomial(arrived, model.bound_share)
        bound += kept
        cohorts[lags + step] = arrived - kept + fallen
        gone = left[:, step].astype(np.int64)
        for start in range(lags + step + 1):
            if not cohorts[start].any():
                continue
            band = int(model.labels.band(np.array(lags + step - start)))
            leavers = luck.binomial(cohorts[start], rates.chance(rates.newcomer, band, step))
            cohorts[start] -= leavers
            gone = gone + leavers
        eliminated += gone - fallen
        result["new_households"][:, step] = arrived
        result["relapsed_households"][:, step] = fallen
        result["eliminated_households"][:, step] = gone
        result[OPEN][:, step] = stay[:, step] + bound + cohorts.sum(axis=0)
    return result


def _at_most(entries: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Entries (draws x months x towns) that households never monitored (draws x towns) can fill."""
    total = np.minimum(np.cumsum(entries, axis=1), outside[:, None])
    return np.diff(total, axis=1, prepend=0)
