"""What households have at stake, whom a shock hits, and what it takes.

At stake is the income of the year by part: who earns it where, and what is in force. Shocks come one tile of
draws x households at a time.

In draw d a household of town t with something at stake is hit with probability

    p(d, t) = Φ((Φ⁻¹(share(d)) - √ρ U(d, t)) / √(1 - ρ)),   U normal, one value a town

(one-factor model, Vasicek 2002): on average `share`, and the luck of two households of one town is
correlated by ρ on the normal scale. A household has one uniform number u a draw and shock: it is hit
where u < p. Then 1 - u/p is again uniform, whatever p is, and serves as the rank of what an illness
costs; so a larger share keeps everybody who was hit before and never makes their bill smaller.

How hard a disaster hits is drawn once a town and draw; a price, a closure or a delay once a draw, for
the whole county alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from hanbin_lib.areas import town_key
from hanbin_lib.contract import MEASURES
from hanbin_lib.contract.national import COST, RECEIPTS
from hanbin_lib.indicators.income import recomputed_income
from hanbin_lib.indicators.scope import Scope, Sources
from hanbin_lib.simulate.engine import Chunk
from hanbin_lib.simulate.scenarios import (
    PLANTING,
    AnyShock,
    Illness,
    JobLoss,
    Measure,
    PlantingDisaster,
    PriceChange,
    Scenario,
    ShareOfLoss,
    Shock,
    SubsidyDelay,
)

_WORK = ["household_code", "person_key", "work_place", "employer_name", "work_months", "public_post_months"]
_AMOUNTS = ("wage_income_yuan", "business_income_yuan", "transfer_income_yuan")
_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Exposure:
    """Households of a snapshot, ready to be shocked.

    Attributes
    ----------
    households
        One row a household whose income is known and whose town is counted:
        ``household_code, town_code, size`` (persons), ``net_yuan`` (net income of the year),
        ``wage_income_yuan, business_income_yuan, transfer_income_yuan`` and the columns of
        measures (categories; empty for a lifted household that is not monitored).
    town
        Position of each household's town in `towns`.
    towns
        Codes of the counted towns.
    town_names
        Their official names.
    county
        Code of the county.
    workers
        One row a worker: ``home`` (row of the household), ``work_place, employer_name`` (categories)
        and ``share`` of the household's wage. The register knows the wage of the household only: it
        is divided over the months worked, those of public posts included.
    left_out
        Households of each of `towns` whose income cannot be recomputed.
    """

    households: pd.DataFrame
    town: np.ndarray
    towns: tuple[str, ...]
    town_names: tuple[str, ...]
    county: str
    workers: pd.DataFrame
    left_out: np.ndarray

    def __len__(self) -> int:
        """Number of households."""
        return len(self.households)

    def stake(self, shock: Shock) -> np.ndarray:
        """What a shock can take from each household, yuan a year; 0 where it cannot reach it.

        An illness has no upper bound in income: 1 stands for every household it may reach.
        """
        stake = self._whole_stake(shock)
        if not shock.towns:
            return stake
        wanted = {town_key(name) for name in shock.towns}
        reached = np.array([town_key(name) in wanted for name in self.town_names])
        return np.where(reached[self.town], stake, 0.0)

    def _whole_stake(self, shock: Shock) -> np.ndarray:
        if isinstance(shock, Illness):
            return np.ones(len(self))
        if isinstance(shock, JobLoss):
            hit = self.workers[self.at_risk(shock)]
            share = np.bincount(hit["home"], hit["share"], minlength=len(self))
            return self.households["wage_income_yuan"].to_numpy() * share
        column = "transfer_income_yuan" if isinstance(shock, SubsidyDelay) else "business_income_yuan"
        return self.households[column].to_numpy()

    def at_risk(self, shock: JobLoss) -> np.ndarray:
        """Which of the workers work at the places or for the employers of `shock`."""
        where = _holds_any(self.workers["work_place"], shock.work_places)
        return where | _holds_any(self.workers["employer_name"], shock.employers)

    def without(self, shock: JobLoss) -> "Exposure":
        """The same, but no worker is at risk from `shock` any more."""
        return replace(self, workers=self.workers[~self.at_risk(shock)])

    def holds(self, measure: Measure) -> np.ndarray:
        """Whether each household has the measure, by its own column of the register."""
        text = self.households[measure.column]
        held = _holds_any(text, measure.holding) if measure.holding else text.notna()
        return np.asarray(held, dtype=bool)


def needed_columns(scenario: Scenario) -> tuple[str, ...]:
    """``table.column`` of all that a scenario reads: without one it would find nobody at risk or helped."""
    jobs = [shock for shock in scenario.shocks if isinstance(shock, JobLoss)]
    names = [*RECEIPTS, COST, *(["work_months", "public_post_months"] if jobs else [])]
    names += ["work_place"] if any(shock.work_places for shock in jobs) else []
    names += ["employer_name"] if any(shock.employers for shock in jobs) else []
    others = ["lifted_persons"] if scenario.households != "监测对象" else []
    held = [f"monitored_persons.{measure.column}" for measure in scenario.measures]
    return (*(f"{table}.{name}" for table in ("monitored_persons", *others) for name in names), *held)


def exposure(sources: Sources, scope: Scope, *, lifted: bool = False) -> Exposure:
    """Read what the month's households have at stake.

    Parameters
    ----------
    lifted
        Whether lifted households that are not monitored count as well.
    """
    tables = [sources.current.table("monitored_households")]
    persons = [sources.current.table("monitored_persons", columns=_WORK)]
    others = sources.table("lifted_households") if lifted else None
    if others is not None:
        tables.append(others)
        persons.append(sources.current.table("lifted_persons", columns=_WORK))
    rows = scope.counted(pd.concat(tables, ignore_index=True).drop_duplicates("household_code"))
    income = recomputed_income(rows)
    known = income["per_head_yuan"].notna().to_numpy()
    kept = rows[known].reset_index(drop=True)
    households = kept[["household_code"]].assign(
        **{name: kept[name].astype("category") for name in MEASURES},
        town_code=kept["town_code"].astype(str),
        size=income.loc[known, "size"].to_numpy(),
        net_yuan=income.loc[known, "net_yuan"].to_numpy(),
        **{name: kept[name].astype(float).to_numpy() for name in _AMOUNTS},
    )
    towns = scope.register.towns
    return Exposure(
        households=households,
        town=kept["town_code"].cat.codes.to_numpy(dtype=np.intp),
        towns=tuple(towns["place_code"]),
        town_names=tuple(towns["place_name"]),
        county=str(scope.register.county["place_code"]),
        workers=_workers(persons, households["household_code"]),
        left_out=np.bincount(rows["town_code"].cat.codes[~known], minlength=len(towns)),
    )


def _workers(persons: Sequence[pd.DataFrame], codes: pd.Series) -> pd.DataFrame:
    """Workers and holders of posts with their share of the household's months."""
    rows = pd.concat(persons, ignore_index=True).drop_duplicates("person_key")
    home = pd.Index(codes).get_indexer(rows["household_code"])
    rows = rows.assign(home=home)[home >= 0]
    away = rows["work_months"].astype("Float64").fillna(0).to_numpy(float)
    months = away + rows["public_post_months"].astype("Float64").fillna(0).to_numpy(float)
    total = np.bincount(rows["home"], months, minlength=len(codes))[rows["home"]]
    works = away > 0
    return pd.DataFrame(
        {
            "home": rows.loc[works, "home"].to_numpy(),
            "work_place": rows.loc[works, "work_place"].astype("category").array,
            "employer_name": rows.loc[works, "employer_name"].astype("category").array,
            "share": away[works] / total[works],
        }
    )


def _holds_any(text: pd.Series, words: Sequence[str]) -> np.ndarray:
    """Whether each of the texts (categories) holds one of the words; a missing one holds none."""
    distinct = text.cat.categories
    held = np.array([any(word in one for word in words) for one in distinct] + [False])
    return np.asarray(held[text.cat.codes])  # a missing text has code -1: the last


@dataclass(frozen=True, eq=False)
class Target:
    """A shock and the households it may reach.

    Attributes
    ----------
    stake
        Yuan a year at stake (float32), one value a household.
    cell
        Town of each household, or the number of towns where nothing is at stake.
    reliefs
        Measures that pay back a share of what it takes, with who holds them and the position of
        each among the scenario's measures.
    """

    shock: AnyShock
    stake: np.ndarray
    cell: np.ndarray
    reliefs: tuple[tuple[int, ShareOfLoss, np.ndarray], ...] = ()

    @property
    def is_planting(self) -> bool:
        """Whether it takes from what grows in the field."""
        shock = self.shock
        return isinstance(shock, PlantingDisaster) or (
            isinstance(shock, PriceChange) and shock.branch == PLANTING
        )


@dataclass(frozen=True, eq=False)
class Luck:
    """What is drawn for whole towns or the county, shape (draws, towns).

    Attributes
    ----------
    chance
        Probability of being hit; one column more than towns, 0: nothing at stake.
    taken
        Share of the stake that is lost; negative is a gain. None for an illness.
    destroyed
        Share of the field that a disaster destroys; None where nothing is destroyed.
    """

    chance: np.ndarray
    taken: np.ndarray | None
    destroyed: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Strike:
    """Who is hit in one tile.

    Attributes
    ----------
    flat
        Position in the tile, draw by draw.
    row, home
        The draw in the chunk, and the row of the household among all.
    place
        ``draw * towns + town``.
    yuan
        What is lost before any measure; negative is a gain.
    """

    flat: np.ndarray
    row: np.ndarray
    home: np.ndarray
    place: np.ndarray
    yuan: np.ndarray


def located(chosen: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the true cells of a tile (draws x households): flat, draw, household from `start`."""
    flat = np.flatnonzero(chosen)
    draws, width = chosen.shape
    # Rows are found by their borders: dividing every position takes several times as long.
    borders = np.searchsorted(flat, np.arange(draws + 1) * width)
    row = np.repeat(np.arange(draws), np.diff(borders))
    return flat, row, flat - row * width + start


def draw_luck(shock: AnyShock, chunk: Chunk, towns: int) -> Luck:
    """Draw what households of a town, or all, have in common."""
    rng = chunk.rng(shock.name, "towns")
    share = shock.exposed.quantile(rng.random((chunk.size, 1)))
    common = rng.standard_normal((chunk.size, towns))
    correlation = shock.within_town.value
    chance = np.zeros((chunk.size, towns + 1), dtype=np.float32)
    chance[:, :-1] = ndtr((ndtri(share) - np.sqrt(correlation) * common) / np.sqrt(1 - correlation))
    if isinstance(shock, Illness):
        return Luck(chance, None, None)
    taken, destroyed = _severity(shock, chunk.rng(shock.name, "severity"), (chunk.size, towns))
    return Luck(chance, np.broadcast_to(taken, (chunk.size, towns)).astype(np.float32), destroyed)


def _severity(
    shock: AnyShock, rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray | None]:
    """Share of the stake that is taken, and share of the field that is destroyed."""
    first, second, third = (rng.random((shape[0], 1)) for _ in range(3))
    if isinstance(shock, PlantingDisaster):
        lost = shock.lost.quantile(rng.random(shape)).astype(np.float32)
        return lost * shock.share_of_receipts.quantile(first), lost
    if isinstance(shock, JobLoss):
        return shock.months.quantile(first) / _MONTHS, None
    if isinstance(shock, PriceChange):
        fall = 1 - shock.price_yuan.quantile(second) / shock.usual_yuan.quantile(third)
        return fall * shock.share_of_receipts.quantile(first), None
    if isinstance(shock, Illness):
        raise TypeError("an illness is drawn household by household")
    return shock.share_of_transfers.quantile(first) * shock.months.quantile(second) / _MONTHS, None


def strike(target: Target, luck: Luck, chunk: Chunk, block: int, tile: slice) -> Strike:
    """Draw whom the shock hits among the households `tile`, and what it takes."""
    shape = (chunk.size, tile.stop - tile.start)
    uniform = chunk.rng(target.shock.name, "households", block).random(shape, dtype=np.float32)
    flat, row, home = located(uniform < luck.chance.take(target.cell[tile], axis=1), tile.start)
    place = row * (luck.chance.shape[1] - 1) + target.cell.take(home)
    if luck.taken is not None:
        yuan = target.stake.take(home) * luck.taken.ravel().take(place)
        return Strike(flat, row, home, place, yuan)
    if not isinstance(target.shock, Illness):
        raise TypeError("only an illness has no severity of its town")
    chance = luck.chance.ravel().take(place + row)  # one column more than towns
    rank = 1 - uniform.ravel().take(flat) / chance
    yuan = target.shock.self_pay_yuan.quantile(rank).astype(np.float32)
    return Strike(flat, row, home, place, yuan)
