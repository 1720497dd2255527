"""The risk flow of a month, opened from its tables: rates, projection, alarm; and how earlier ones did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hanbin_lib.areas import COUNTY
from hanbin_lib.errors import Unavailable
from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.months import Month
from hanbin_lib.simulate.engine import SimulationSettings
from hanbin_lib.simulate.episodes import (
    Episodes,
    episodes_of,
    household_months,
    reported_shares,
    seen_relapses,
)
from hanbin_lib.simulate.risk_alarm import Alarm, alarm, any_false_alarm
from hanbin_lib.simulate.risk_flow import AS_ON_RECORD, OPEN, Change, project
from hanbin_lib.simulate.risk_model import RiskFlowRules, RiskModel, entry_counts, estimate, too_little
from hanbin_lib.statistics import stream
from hanbin_lib.store.tables import cached

NAME = "风险流转"
# Columns without which a household would count as never eliminated, able to work, or without a cause.
NEEDED = ("eliminated_month", "is_no_labour_household", "risk_cause_1")
_ORIGINS = 12  # of the back-test
TRIAL_DRAWS = 100  # of a trial, which a person waits for
# An interval that ends beyond so many times all households that were ever on record says nothing.
_MOST_TIMES = 3
BACKTEST_COLUMNS = (
    "origin", "month", "horizon", "place_code", "median", "lower", "upper", "came", "unchanged",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class RiskStudy:
    """Rates and record of one month, and what is drawn from them: once for county and towns, and kept.

    Parameters
    ----------
    episodes, model
        The record, and the rates estimated from it.
    by_town, by_cause
        Alarm of the month's new entries, by town code and by cause.
    register, households, least_months
        ``monitored_households``; households of each town; fewest months before an elimination by rule.
    inputs, cache
        Data versions and parameters that the draws depend on; folder of kept results, None to keep nothing.
    """

    rules: RiskFlowRules
    episodes: Episodes
    model: RiskModel
    by_town: Alarm
    by_cause: Alarm
    register: pd.DataFrame
    households: dict[str, float]
    least_months: int
    inputs: tuple[Any, ...]
    cache: Path | None

    @cached_property
    def any_false_alarm(self) -> float:
        """Chance that anything rings, a town or a cause, in a month without any change."""
        return any_false_alarm(self.by_town, self.by_cause, stream(self.rules.seed, "alarm"))

    @cached_property
    def projection(self) -> pd.DataFrame:
        """Columns `simulate.COLUMNS`; measures of `risk_flow.project`, groups ``month=2023-09``."""
        return self._kept("flow", self.settings, self.project)

    @cached_property
    def as_on_record(self) -> pd.DataFrame:
        """The projection drawn as a trial is: with the same luck, so that what differs is what was tried."""
        return self.tried(AS_ON_RECORD)

    @cached_property
    def backtest(self) -> pd.DataFrame:
        """The projection made again as of the last twelve months (`backtest`)."""

        def draw(settings: SimulationSettings) -> pd.DataFrame:
            return backtest(
                self.register,
                self.rules,
                settings,
                month=self.episodes.month,
                origins=_ORIGINS,
                towns=list(self.model.labels.towns),
                least_months=self.least_months,
                households=self.households,
            )

        return self._kept("backtest", self.backtest_settings, draw)

    @property
    def months(self) -> int:
        """Months of record that the rates are estimated from: those of the rules, or all there are."""
        place = self.model.entering.places["month"]
        return int(place.stop - place.start)

    @property
    def settings(self) -> SimulationSettings:
        """How the projection is drawn."""
        return self.rules.settings()

    @property
    def backtest_settings(self) -> SimulationSettings:
        """How each origin of the back-test is drawn."""
        return self.rules.settings(self.rules.backtest_draws)

    @property
    def trial_settings(self) -> SimulationSettings:
        """How a trial is drawn."""
        return self.rules.settings(TRIAL_DRAWS)

    def tried(self, change: Change) -> pd.DataFrame:
        """Open cases of the months to come with other rates."""
        return self.project(self.trial_settings, change)

    def project(self, settings: SimulationSettings, change: Change = AS_ON_RECORD) -> pd.DataFrame:
        """Open cases of the months to come, drawn anew (`risk_flow.project`)."""
        return project(self.model, self.episodes, self.rules.horizon_months, settings, change)

    def _kept(
        self, name: str, settings: SimulationSettings, draw: Callable[[SimulationSettings], pd.DataFrame]
    ) -> pd.DataFrame:
        return cached(name, *self.inputs, settings, folder=self.cache, compute=lambda: draw(settings))


def risk_study(
    sources: Sources, scope: Scope, rules: RiskFlowRules, cache: Path | None = None
) -> RiskStudy | Unavailable:
    """Estimate the risk flow of the scope's month, or say why it cannot be.

    There is none without the register or its needed columns, nor where too few entered, or too bunched, to
    say anything on the months to come (`risk_model.too_little`), or where what is drawn says nothing: its
    interval ends beyond three times all households that were ever on record.
    """
    if lacking := sources.lacking(f"monitored_persons.{name}" for name in NEEDED):
        return Unavailable(NAME, f"没有收到{'、'.join(lacking)}")
    register = sources.table("monitored_households")
    towns = list(scope.register.towns["place_code"])
    episodes = None if register is None else episodes_of(register, towns, scope.month)
    if register is None or episodes is None or not len(episodes.table):
        return Unavailable(NAME, f"{scope.month.label}的登记簿里没有可以估计风险流转的户")
    if reason := _too_little(episodes, rules, towns):
        return Unavailable(NAME, reason)
    households, least = _village_households(sources), scope.rules.least_months_to_elimination
    registers = [
        (month, rows)
        for month in sorted({*sources.earlier, sources.current.month})
        if (rows := sources.table("monitored_households", month)) is not None
    ]
    model = estimate(
        episodes,
        rules,
        towns=towns,
        least_months=least,
        households=households,
        seen=seen_relapses(registers),
        reported=reported_shares(registers),
    )
    by_town = _alarm(episodes, rules, towns, "town_code")
    by_cause = _alarm(episodes, rules, list(model.labels.causes), "cause")
    inputs = (sources.key, rules, scope.rules, scope.register.key)
    study = RiskStudy(rules, episodes, model, by_town, by_cause, register, households, least, inputs, cache)
    reason = _too_wide(study, str(scope.register.county["place_code"]))
    return Unavailable(NAME, reason) if reason else study


def _too_little(episodes: Episodes, rules: RiskFlowRules, towns: list[str]) -> str | None:
    last = episodes.month.ordinal
    first = max(last - rules.history_months + 1, int(episodes.table["identified"].min()))
    if reason := too_little(entry_counts(episodes.table, towns, first, last - first + 1).sum(axis=0)):
        return reason
    return None if len(household_months(episodes, first)) else "登记的户都按规定不标注消除，不推算"


def _too_wide(study: RiskStudy, county: str) -> str | None:
    drawn, known = study.projection, len(study.episodes.table)
    last = drawn[drawn["measure"].eq(OPEN) & drawn["place_code"].eq(county)].iloc[-1]
    if last["upper"] <= _MOST_TIMES * known:
        return None
    span = f"{last['lower']:.0f}—{last['upper']:.0f}户"
    return f"推算的区间为{span}，而登记过的一共只有{known}户，区间太宽，没有参考价值，不推算"


def _village_households(sources: Sources) -> dict[str, float]:
    """Households of each town as the table of villages has them; empty where it did not come in."""
    villages = sources.table("villages")
    if villages is None:
        return {}
    sums = villages.groupby("town_code")["households"].sum().astype(float)
    return {str(town): float(count) for town, count in sums.items()}


def _alarm(episodes: Episodes, rules: RiskFlowRules, groups: list[str], column: str) -> Alarm:
    """Entries of the month by a column of the episodes, against the months before."""
    last = episodes.month.ordinal
    # Months before the register began hold no entries, which is no rate of zero.
    count = min(rules.alarm.history_months, last - int(episodes.table["identified"].min()))
    rows = episodes.table.assign(town_code=episodes.table[column])
    counts = entry_counts(rows, groups, last - count, count + 1)
    return alarm(counts[:, :-1], counts[:, -1], groups, rules.alarm)


def backtest(
    register: pd.DataFrame,
    rules: RiskFlowRules,
    settings: SimulationSettings,
    *,
    month: Month,
    origins: int,
    towns: list[str],
    least_months: int,
    households: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Open cases projected from each of the months before, up to `month`.

    Every origin sees only what had happened by its end: who was identified, who was
    eliminated. That a household has no labour is known from the present register: it is a
    trait, but where it was entered late the back-test knows a little too much.

    Parameters
    ----------
    register
        ``monitored_households`` of `month`.
    origins
        How many months back the first origin lies.

    Returns
    -------
    DataFrame
        ``origin, month, horizon`` (months ahead), ``place_code`` (county or town),
        ``median, lower, upper`` of the projection; ``came``: open households in that
        month; ``unchanged``: open households at the origin, the forecast that needs no model.
    """
    came = {
        back: _open(episodes_of(register, towns, month.shift(-back)), towns) for back in range(origins + 1)
    }
    parts = []
    for back in range(origins, 0, -1):
        episodes = episodes_of(register, towns, month.shift(-back))
        model = estimate(episodes, rules, towns=towns, least_months=least_months, households=households)
        table = project(model, episodes, back, settings)
        table = table[table["measure"].eq(OPEN)]
        for step in range(1, back + 1):
            own = table[table["group"].eq(f"month={episodes.month.shift(step)}")]
            parts.append(
                own[["place_code", "median", "lower", "upper"]].assign(
                    origin=str(episodes.month),
                    month=str(episodes.month.shift(step)),
                    horizon=step,
                    came=came[back - step],
                    unchanged=came[back],
                )
            )
    return pd.concat(parts, ignore_index=True)[list(BACKTEST_COLUMNS)]


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """How the projections did, the county and the towns apart.

    Returns
    -------
    DataFrame
        ``level`` (``county``, ``towns``), ``cases``, ``covered`` (share of intervals that held
        what came), ``error`` (mean distance of the median, households) and ``unchanged_error``.
    """
    level = np.where(table["place_code"].str.len() == COUNTY, "county", "towns")
    inside = table["came"].between(table["lower"], table["upper"])
    rows = table.assign(
        level=level,
        covered=inside,
        error=(table["median"] - table["came"]).abs(),
        unchanged_error=(table["unchanged"] - table["came"]).abs(),
    )
    means = rows.groupby("level")[["covered", "error", "unchanged_error"]].mean()
    means.insert(0, "cases", rows.groupby("level").size())
    return means.reset_index()


def _open(episodes: Episodes, towns: list[str]) -> np.ndarray:
    """Open households of the county and of each town."""
    counts = (
        episodes.table.loc[episodes.is_open, "town_code"]
        .value_counts()
        .reindex(towns, fill_value=0)
        .to_numpy()
    )
    return np.concatenate([[counts.sum()], counts]).astype(int)
