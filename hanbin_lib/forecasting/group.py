r"""Forecasts of many places of one district at once, and what makes them add up.

The logarithm of each place's income is taken apart into what the district, its town and it
alone did, year by year (two-way effects):

.. math:: \log y_{it} = D_t + T_{j(i)t} + u_{it}

Each part is forecast by the same mixture of filters. The district's part has the income prior.
The towns' and the villages' departures have a prior around no departing drift whose weights the
group itself moves (empirical Bayes, expectation-maximisation), so that drifts are shrunk from
village to town to district, the noise of a place is moderated by that of all places, and a last
value is trusted as far as last values have proved worth it in this group. A future of the
district is drawn once for all its places, so that a bad year is bad for all.

The income per head of a town is the mean of its villages', weighted by persons: `reconcile` moves each drawn
future the least that makes it so (minimum trace, Wickramasuriya et al., 2019):

.. math:: \tilde y = \hat y - W C' (C W C')^{-1} C \hat y

with the constraints :math:`C y = 0` and the covariance :math:`W` of the futures, shrunk to its
diagonal (Schäfer & Strimmer, 2005). A place that is held fixed has no variance in :math:`W`, so
that all adjustment falls on the others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from hanbin_lib.errors import HanbinError, refused_input
from hanbin_lib.forecasting.distribution import LEVELS, Forecast
from hanbin_lib.forecasting.filters import FilterBank, filter_bank
from hanbin_lib.forecasting.mixture import PROBABILITIES, Mixture, mix, weigh
from hanbin_lib.forecasting.posterior import (
    Cells,
    Prior,
    Residuals,
    learn,
    log_evidence,
    priors_of,
    residuals,
    shipped,
)
from hanbin_lib.forecasting.series import Record, read_record
from hanbin_lib.forecasting.single import LONGEST

# How many places the shipped prior counts for against the group's own.
_PULL = 30
_LEAST_UNITS = 3
_SWEEPS = 50


def forecast_group(
    values: pd.DataFrame,
    horizon: int,
    levels: Iterable[float] = LEVELS,
    *,
    groups: pd.Series | Mapping[str, str] | None = None,
    seed: int = 0,
) -> dict[str, pd.DataFrame]:
    """Forecast all places of a district at once.

    Parameters
    ----------
    values
        Incomes per head in yuan: one row a year, one column a place; NaN is a missing year.
    groups
        Town of each place, by column name; without it the places are one group.
    seed
        The forecast is made of drawn futures; the same seed gives the same figures.

    Returns
    -------
    dict of str to pandas.DataFrame
        For each place the table of `single.forecast`.

    Raises
    ------
    HanbinError
        What `series.read_record` finds, for all places at once; ``HB-FC-010`` for fewer than
        three places, a place without a town, or places whose last years lie apart.
    """
    made = forecast_places(values, horizon, groups=groups, seed=seed)
    return {place: result.table(levels) for place, result in made.items()}


def forecast_places(
    values: pd.DataFrame,
    horizon: int,
    *,
    groups: pd.Series | Mapping[str, str] | None = None,
    seed: int = 0,
    count: int = 3000,
    outlook: float | None = None,
) -> dict[str, Forecast]:
    """Forecast all places; the objects behind `forecast_group`.

    An official `outlook` of growth a year (a share) moves the district's pace half-way to it, and all places'
    with it (`Forecast.toward`): what sets one place apart from another stays.

    Futures with the same number belong together: `Forecast.paths` of two places, drawn with
    the same count and seed, go through the same years of the district.
    """
    if not 1 <= horizon <= LONGEST:
        raise refused_input("HB-FC-009", f"预测年数{horizon}不在1—{LONGEST}之内", "改预测年数")
    values = values.set_axis(values.columns.astype(str), axis=1)
    records = _records(values)
    towns = _towns(values.columns, groups)
    logs = pd.DataFrame({place: np.log(record.values) for place, record in records.items()}).sort_index()
    district, town_effects, own = take_apart(logs, towns)
    common = _district(district, horizon)
    futures = _Futures(
        common,
        _departures(town_effects, horizon) if len(set(towns)) > 1 else {},
        _departures(own, horizon),
        dict(zip(records, towns, strict=True)),
        _pull(district, common, outlook),
    )
    return {place: futures.forecast(record, place, count, seed) for place, record in records.items()}


@dataclass(frozen=True, eq=False)
class _Futures:
    """Mixtures of the district, of each town's departure and of each place's own."""

    district: Mixture
    towns: dict[str, Mixture]
    own: dict[str, Mixture]
    town_of: dict[str, str]
    pull: np.ndarray  # factor of each year's futures of the district

    def draw(self, place: str, count: int, seed: int) -> np.ndarray:
        """Futures of a place, shape (count, H); those of its town and district are shared."""
        number = list(self.own).index(place)
        own = self.own[place].paths(count, np.random.default_rng([seed, 2, number]))
        town = self.town_of[place] if self.town_of[place] in self.towns else None
        return np.asarray(self._shared(town, count, seed) * own)

    @lru_cache(maxsize=64)  # noqa: B019 drawn once for all places; few, and small
    def _shared(self, town: str | None, count: int, seed: int) -> np.ndarray:
        """Futures of the district, or of a town: the district's times its departure."""
        if town is None:
            return self.district.paths(count, np.random.default_rng([seed, 0])) * self.pull
        number = list(self.towns).index(town)
        departure = self.towns[town].paths(count, np.random.default_rng([seed, 1, number]))
        return np.asarray(self._shared(None, count, seed) * departure)

    def forecast(self, record: Record, place: str, count: int, seed: int) -> Forecast:
        """Forecast of one place."""
        ordered = np.sort(self.draw(place, count, seed), axis=0)
        where = PROBABILITIES * (count - 1)
        below = where.astype(int)
        low, high = ordered[below], ordered[np.minimum(below + 1, count - 1)]
        grid = low + (where - below)[:, None] * (high - low)
        return Forecast(record, grid, 1.0, record.notes, lambda n, seed: self.draw(place, n, seed))


def take_apart(logs: pd.DataFrame, towns: pd.Series) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Split log incomes (years by places) into district, towns' departures and places' own.

    The three add up to `logs`. Year effects of a two-way fit with missing cells, so that a
    place which enters late does not move the level of the others.
    """
    district = _year_effects(logs) + float(logs.mean().mean())
    rest = logs.sub(district, axis=0)
    departures = {
        str(town): _year_effects(rest[list(members)])
        for town, members in towns.groupby(towns, sort=True).groups.items()
    }
    town_effects = pd.DataFrame(departures)
    if len(set(towns)) == 1:
        town_effects[:] = 0.0
    own = rest - town_effects[towns.loc[logs.columns]].set_axis(logs.columns, axis=1)
    return district, town_effects, own


def _year_effects(logs: pd.DataFrame) -> pd.Series:
    """Effects of the years beside those of the places; NaN for a year without any place."""
    values = logs.to_numpy()
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    by_place, by_year = known.sum(axis=0), known.sum(axis=1)
    effects = np.zeros(len(values))
    for _ in range(_SWEEPS):
        places = (filled.sum(axis=0) - effects @ known) / by_place
        effects = (filled.sum(axis=1) - known @ places) / np.maximum(by_year, 1)
    return pd.Series(np.where(by_year > 0, effects, np.nan), index=logs.index)


def _district(effects: pd.Series, horizon: int) -> Mixture:
    known = effects.dropna()
    mask = tuple(effects.loc[known.index[0] :].notna())
    return weigh(filter_bank(mask, horizon), np.exp(known.to_numpy()), priors_of(Prior.INCOME))[0]


def _pull(effects: pd.Series, district: Mixture, outlook: float | None) -> np.ndarray:
    """What an official outlook makes of the district's futures, by year ahead."""
    horizon = district.bank.horizon
    if outlook is None:
        return np.ones(horizon)
    known = effects.dropna()
    record = Record(np.exp(known).reindex(range(int(known.index[0]), int(known.index[-1]) + 1)))
    alone = Forecast(record, district.quantiles(), 1.0, (), lambda count, seed: np.empty((count, horizon)))
    return np.asarray(alone.toward(outlook).median / alone.median)


def _departures(parts: pd.DataFrame, horizon: int) -> dict[str, Mixture]:
    """Forecast departures (logs, years by series) under one prior that they move themselves."""
    cells = shipped("deviation")
    fits = list(_fits(parts, horizon, cells))
    evidence = np.concatenate([fit.evidence for fit in fits])
    cells = learn(evidence, cells, strength=_PULL, rounds=15)
    weights = (
        np.exp(cells.log_weight.ravel() + fit.evidence - fit.evidence.max(axis=1)[:, None]) for fit in fits
    )
    made = {
        name: mix(fit.bank, fit.shares[row], 1.0, fit.residuals.row(row), [(cells, weight[row])])
        for fit, weight in zip(fits, weights, strict=True)
        for row, name in enumerate(fit.names)
    }
    return {name: made[name] for name in parts.columns}


@dataclass(frozen=True, eq=False)
class _Fit:
    """Series with the same years observed, fitted together."""

    names: list[str]
    bank: FilterBank
    shares: np.ndarray
    residuals: Residuals
    evidence: np.ndarray


def _fits(parts: pd.DataFrame, horizon: int, cells: Cells) -> Iterator[_Fit]:
    patterns: dict[tuple[bool, ...], list[str]] = {}
    for name in parts:
        observed = parts[name].loc[parts[name].first_valid_index() :].notna()
        patterns.setdefault(tuple(observed), []).append(str(name))
    for mask, names in patterns.items():
        bank = filter_bank(mask, horizon)
        shares = np.exp(parts[names].iloc[-len(mask) :].to_numpy()[np.array(mask)].T)
        fit = residuals(bank, shares)
        yield _Fit(names, bank, shares, fit, log_evidence(bank, fit, cells))


def _records(values: pd.DataFrame) -> dict[str, Record]:
    """Check every place; name the faults of all."""
    twice = sorted(set(values.columns[values.columns.duplicated()]))
    if twice:
        raise refused_input("HB-FC-010", f"地方重复：{'、'.join(twice)}", "每个地方只留一列")
    records: dict[str, Record] = {}
    faults: list[HanbinError] = []
    for place in values.columns:
        try:
            records[place] = read_record(values[place], name=str(place))
        except HanbinError as error:
            faults.append(error)
    if faults:
        text = "\n".join(error.message for error in faults)
        raise refused_input(faults[0].code, text, faults[0].action)
    last = max((record.last_year for record in records.values()), default=0)
    late = [str(place) for place, record in records.items() if record.last_year < last]
    if late:
        raise refused_input("HB-FC-010", f"缺最后一年（{last}年）的数：{'、'.join(late)}", "补齐或不列入本组")
    if len(records) < _LEAST_UNITS:
        raise refused_input("HB-FC-010", f"一组只有{len(records)}个地方", f"至少{_LEAST_UNITS}个")
    return records


def _towns(places: pd.Index, groups: pd.Series | Mapping[str, str] | None) -> pd.Series:
    town_of = dict.fromkeys(places, "") if groups is None else dict(groups)
    without = [str(place) for place in places if pd.isna(town_of.get(place))]
    if without:
        raise refused_input("HB-FC-010", f"没有所属镇：{'、'.join(without)}", "在 groups 里补上")
    return pd.Series({place: str(town_of[place]) for place in places})


def reconcile(
    paths: Mapping[str, np.ndarray],
    parent: Mapping[str, str],
    persons: Mapping[str, float],
    *,
    fixed: Collection[str] = (),
) -> dict[str, np.ndarray]:
    """Reconcile drawn futures.

    Parameters
    ----------
    paths
        Yuan per head by place, shape (N, H) each, of all levels.
    parent
        The next higher place of each place but the topmost.
    persons
        Persons by lowest place; what lies above is their sum.
    fixed
        Places whose futures stay as they are, such as the district's official figure.

    Returns
    -------
    dict of str to numpy.ndarray
        The same places; every higher place is the weighted mean of its children in every
        future and year.

    Raises
    ------
    HanbinError
        ``HB-FC-011`` if persons are missing or not positive, a parent has no futures, shapes
        differ, or so much is fixed that the rest cannot add up.
    """
    names = list(paths)
    constraints = _constraints(names, parent, persons)
    _check_shapes(paths)
    stack = np.stack([np.asarray(paths[name], dtype=float) for name in names])
    result = np.empty_like(stack)
    held = np.isin(names, list(fixed))
    for year in range(stack.shape[2]):
        spread = shrunk_covariance(stack[:, :, year])
        spread[held, :] = 0.0
        spread[:, held] = 0.0
        across = spread @ constraints.T
        middle = constraints @ across
        if np.linalg.matrix_rank(middle) < len(middle):
            raise refused_input("HB-FC-011", "固定的地方太多，其余无法配平", "少固定一些")
        gap = constraints @ stack[:, :, year]
        result[:, :, year] = stack[:, :, year] - across @ np.linalg.solve(middle, gap)
    return dict(zip(names, result, strict=True))


def shrunk_covariance(draws: np.ndarray) -> np.ndarray:
    """Covariance of rows, shape (M, M), its correlations shrunk to zero as far as they are unsure.

    Schäfer & Strimmer (2005): the share is the summed variance of the correlations over their
    summed squares.
    """
    count = draws.shape[1]
    scale = draws.std(axis=1, ddof=1)
    safe = np.where(scale > 0, scale, 1.0)
    standard = (draws - draws.mean(axis=1, keepdims=True)) / safe[:, None]
    correlation = standard @ standard.T / (count - 1)
    squares = np.square(standard) @ np.square(standard).T
    variance = (squares / count - np.square(correlation)) / (count - 1)
    off = ~np.eye(len(draws), dtype=bool)
    total = np.square(correlation[off]).sum()
    share = float(np.clip(variance[off].sum() / total, 0.0, 1.0)) if total > 0 else 1.0
    shrunk = np.where(off, (1 - share) * correlation, 1.0)
    return np.asarray(shrunk * np.outer(scale, scale))


def _constraints(names: list[str], parent: Mapping[str, str], persons: Mapping[str, float]) -> np.ndarray:
    """One row for each higher place: itself less the weighted mean of its children."""
    unknown = sorted({upper for upper in parent.values() if upper not in names})
    if unknown:
        raise refused_input("HB-FC-011", f"上级没有预测：{'、'.join(unknown)}", "补上该级的预测")
    uppers = [name for name in names if name in set(parent.values())]
    weight = {name: _persons(name, parent, persons, uppers) for name in names}
    rows = np.zeros((len(uppers), len(names)))
    for row, upper in enumerate(uppers):
        children = [name for name in names if parent.get(name) == upper]
        rows[row, names.index(upper)] = 1.0
        for child in children:
            rows[row, names.index(child)] = -weight[child] / sum(weight[c] for c in children)
    return rows


def _persons(name: str, parent: Mapping[str, str], persons: Mapping[str, float], uppers: list[str]) -> float:
    if name in uppers:
        return sum(_persons(c, parent, persons, uppers) for c, upper in parent.items() if upper == name)
    count = persons.get(name, np.nan)
    if not count > 0:
        raise refused_input("HB-FC-011", f"{name}没有人口数，或人口数不是正数", "补上人口数")
    return float(count)


def _check_shapes(paths: Mapping[str, np.ndarray]) -> None:
    shapes = {np.shape(array) for array in paths.values()}
    if len(shapes) != 1 or len(shapes.pop()) != 2:
        raise refused_input("HB-FC-011", "各地预测的抽样数或年数不同", "用同样的 count 和 horizon")
