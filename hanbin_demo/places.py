"""Towns and villages of the demonstration district, each with effects of its own."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions
from hanbin_demo.chance import apportion
from hanbin_lib.places import AreaRegister
from hanbin_lib.statistics import stream


@dataclass(frozen=True)
class Places:
    """Where households live.

    Parameters
    ----------
    register
        The area register.
    towns
        ``code, name`` and the effects ``remote, prevalence, elimination, delay, income,
        finding, contact, visit, disaster``.
    villages
        ``code, name, town`` (position in `towns`), ``weight`` (share of households) and the
        effects ``prevalence, income, finding``, town effect included.
    """

    register: AreaRegister
    towns: pd.DataFrame
    villages: pd.DataFrame

    def allocate(self, rng: np.random.Generator, count: int, weights: np.ndarray) -> np.ndarray:
        """Village of each of `count` households, in proportion to `weights`, shuffled."""
        return rng.permutation(np.repeat(np.arange(len(weights)), apportion(weights, count)))


def draw_places(register: AreaRegister, assumptions: Assumptions, seed: int) -> Places:
    """Draw the effects of all counted towns and villages."""
    rng = stream(seed, "ground")
    towns = _towns(register, assumptions, rng)
    return Places(register, towns, _villages(register, towns, assumptions, rng))


def _towns(register: AreaRegister, assumptions: Assumptions, rng: np.random.Generator) -> pd.DataFrame:
    listed = register.towns
    count = len(listed)
    villages = register.villages.groupby("parent_code").size().reindex(listed["place_code"])
    # Towns of few villages lie in the mountains, streets in the valley.
    remote = -np.log(villages.fillna(1).to_numpy(float))
    remote = remote - 1.0 * listed["kind"].eq("街道").to_numpy()
    remote = (remote - remote.mean()) / (remote.std() or 1.0)

    def effect(spread: float) -> np.ndarray:
        return rng.normal(0.0, spread, count)

    return pd.DataFrame(
        {
            "code": listed["place_code"].to_numpy(),
            "name": listed["place_name"].to_numpy(),
            "remote": remote,
            "prevalence": effect(assumptions.town_prevalence_sd)
            + assumptions.remote_prevalence_effect * remote,
            "elimination": effect(assumptions.town_elimination_sd),
            "delay": effect(assumptions.town_delay_sd),
            "income": effect(assumptions.town_income_sd) - 0.05 * remote,
            "finding": effect(assumptions.town_finding_sd),
            "contact": effect(assumptions.town_contact_sd),
            "visit": effect(assumptions.town_visit_sd),
            "disaster": effect(assumptions.town_disaster_sd) + 0.3 * remote,
        }
    )


def _share_of_town(count: int, assumptions: Assumptions) -> np.ndarray:
    """Factor on the households of each town: the last have none, those before them next to none."""
    share = np.ones(count)
    share[count - assumptions.empty_towns :] = 0.0
    first = count - assumptions.empty_towns - assumptions.tiny_towns
    share[first : count - assumptions.empty_towns] = 0.02
    return share


def _villages(
    register: AreaRegister, towns: pd.DataFrame, assumptions: Assumptions, rng: np.random.Generator
) -> pd.DataFrame:
    listed = register.villages
    count = len(listed)
    town = pd.Index(towns["code"]).get_indexer(listed["parent_code"])
    is_community = listed["kind"].eq("社区").to_numpy()
    remote = towns["remote"].to_numpy()[town]
    size = rng.normal(0.0, 0.35, count) - 0.5 * is_community + 0.30 * remote

    def effect(town_column: str, spread: float) -> np.ndarray:
        return np.asarray(towns[town_column].to_numpy()[town] + rng.normal(0.0, spread, count))

    return pd.DataFrame(
        {
            "code": listed["place_code"].to_numpy(),
            "name": listed["place_name"].to_numpy(),
            "is_community": is_community,
            "town": town,
            "weight": np.exp(size) * _share_of_town(len(towns), assumptions)[town],
            "prevalence": effect("prevalence", assumptions.village_prevalence_sd),
            "income": effect("income", assumptions.village_income_sd),
            "finding": effect("finding", assumptions.village_finding_sd),
            "problem": rng.normal(0.0, 0.5, count),
        }
    )
