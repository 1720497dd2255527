"""The projection made again as of earlier months, held against what came."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hanbin_lib.months import Month
from hanbin_lib.simulate.engine import SimulationSettings
from hanbin_lib.simulate.episodes import Episodes, episodes_of
from hanbin_lib.simulate.risk_flow import OPEN, project
from hanbin_lib.simulate.risk_model import RiskFlowRules, estimate

COLUMNS = ("origin", "month", "horizon", "place_code", "median", "lower", "upper", "came", "unchanged")


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
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """How the projections did, the county and the towns apart.

    Returns
    -------
    DataFrame
        ``level`` (``county``, ``towns``), ``cases``, ``covered`` (share of intervals that held
        what came), ``error`` (mean distance of the median, households) and ``unchanged_error``.
    """
    level = np.where(table["place_code"].str.len() == 6, "county", "towns")
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
