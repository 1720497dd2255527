"""The district: households in their villages, who is monitored, why, since when, and what was done."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.contract.labels import MONITORED_CATEGORIES
from hanbin_lib.demo import truth
from hanbin_lib.demo.incomes import add_incomes
from hanbin_lib.demo.people import members, sizes
from hanbin_lib.demo.traits import add_traits, add_work
from hanbin_lib.demo.truth import Totals, scaled
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

_START = Month(2020, 1)
_CAUSES = ("因病", "因残", "因学", "因自然灾害", "缺劳动力", "因务工就业不稳", "因意外事故", "因产业项目失败", "因安全住房", "因安全饮水")
_CAUSE_WEIGHTS = np.array([0.36, 0.20, 0.08, 0.06, 0.22, 0.12, 0.04, 0.04, 0.005, 0.005])
# Measures that fit a cause: (column, label).
_MEASURES = {
    "因病": (("measure_health", "城乡居民基本医疗保险个人缴费补贴"), ("measure_social_security", "低保")),
    "因残": (("measure_social_security", "残疾人补贴"),),
    "因学": (("measure_education", "雨露计划"),),
    "因自然灾害": (("measure_social_help", "临时救助"),),
    "缺劳动力": (("measure_social_security", "低保"),),
    "因务工就业不稳": (("measure_employment", "技能培训,劳务输出"),),
    "因意外事故": (("measure_social_help", "临时救助"),),
    "因产业项目失败": (("measure_industry", "产业奖补"),),
    "因安全住房": (("measure_housing", "危房改造"),),
    "因安全饮水": (("measure_water", "供水工程"),),
}


@dataclass(frozen=True)
class District:
    """All households and persons, monitored or lifted.

    Parameters
    ----------
    households
        One row a household: place, ``is_lifted``, ``is_monitored``, register and income columns.
    people
        One row a person; ``household`` is the position in `households`.
    """

    households: pd.DataFrame
    people: pd.DataFrame


def make_district(
    streams: dict[str, np.random.Generator], register: AreaRegister, month: Month, scale: float
) -> District:
    """Build the district; each part draws from its own stream."""
    totals = Totals.at(scale)
    households = _households(streams["households"], totals)
    households = _placed(streams["places"], households, register)
    people = members(streams["people"], households, month)
    monitored = households["is_monitored"].to_numpy()[people["household"]]
    people = add_traits(streams["traits"], people, monitored)
    people = add_work(streams["work"], people, totals.workers, totals.posts)
    sums = _sums(people, len(households))
    households = _monitored(streams["monitoring"], households, sums, month, scale)
    households = add_incomes(streams["incomes"], households, sums)
    return District(households, people)


def _households(rng: np.random.Generator, totals: Totals) -> pd.DataFrame:
    """Sizes, categories and states; open, then eliminated, then merely lifted households."""
    opened = _group(rng, totals.open_households, totals.open_persons, is_open=True)
    gone = _group(rng, totals.eliminated_households, totals.eliminated_persons, is_open=False)
    monitored = pd.concat([opened, gone], ignore_index=True)
    shared = monitored[monitored["is_lifted"]]
    number = totals.lifted_households - len(shared)
    persons = totals.lifted_persons - int(shared["size"].sum())
    rest = pd.DataFrame({"size": sizes(rng, number, persons)})
    rest = rest.assign(is_open=False, is_monitored=False, is_lifted=True, monitored_category=None)
    rest["is_elderly"] = (rest["size"] <= 2) & (rng.random(number) < 0.12)
    return pd.concat([monitored, rest], ignore_index=True)


def _group(rng: np.random.Generator, number: int, persons: int, *, is_open: bool) -> pd.DataFrame:
    shares = list(truth.CATEGORY_SHARES.values())
    category = rng.choice(np.array(MONITORED_CATEGORIES, dtype=object), number, p=shares)
    sudden = category == MONITORED_CATEGORIES[2]
    lifted = (category == MONITORED_CATEGORIES[0]) | (sudden & (rng.random(number) < truth.LIFTED_AMONG_SUDDEN))
    group = pd.DataFrame({"size": sizes(rng, number, persons)})
    group = group.assign(is_open=is_open, is_monitored=True, is_lifted=lifted, monitored_category=category)
    small = group["size"] <= 2
    share = truth.NO_LABOUR_AMONG_OPEN * number / max(small.sum(), 1) if is_open else 0.02
    group["is_elderly"] = small & (rng.random(number) < min(share, 1))
    return group


def _placed(rng: np.random.Generator, households: pd.DataFrame, register: AreaRegister) -> pd.DataFrame:
    """Villages by weight, and a household code that carries no meaning."""
    villages = register.villages
    towns = villages["parent_code"].unique()
    town_weight = dict(zip(towns, rng.lognormal(0, 0.35, len(towns)), strict=True))
    kind = np.where(villages["kind"] == "村", 1.0, 0.35)
    weight = kind * villages["parent_code"].map(town_weight).to_numpy() * rng.lognormal(0, 0.3, len(villages))
    chosen = rng.choice(len(villages), len(households), p=weight / weight.sum())
    order = rng.permutation(len(households))
    place = villages.iloc[chosen].reset_index(drop=True)
    codes = [f"6109{number:012d}" for number in 10_000_000 + order * 7]
    return households.assign(
        village_code=place["place_code"], village_name=place["place_name"],
        town_code=place["parent_code"], town_name=place["parent_code"].map(register.name),
        household_code=codes,
    )  # fmt: skip


def _sums(people: pd.DataFrame, households: int) -> pd.DataFrame:
    """Per household: able, disabled, ill, pupils, workers."""
    health = people["health"].astype(str)
    flags = {
        "able": people["is_able"],
        "disabled": health.str.contains("残疾"),
        "ill": health.str.contains("病"),
        "pupils": people["school_status"].notna(),
        "workers": people["is_worker"],
        "posts": people["public_post"].notna(),
    }
    return pd.DataFrame(
        {n: np.bincount(people["household"], f, minlength=households).astype(int) for n, f in flags.items()}
    )


def _monitored(
    rng: np.random.Generator, households: pd.DataFrame, sums: pd.DataFrame, month: Month, scale: float
) -> pd.DataFrame:
    """Causes, months, measures and flags of the monitored households."""
    watched = households[households["is_monitored"]]
    facts = sums.loc[watched.index]
    cause = _primary_causes(rng, watched, facts)
    identified, eliminated = _months(rng, watched, month, scale)
    no_labour = watched["is_open"].to_numpy() & (facts["able"].to_numpy() == 0)
    second = np.where((facts["ill"] > 0) & (cause != "因病") & (rng.random(len(watched)) < 0.3), "因病", None)
    columns = {
        "risk_cause_1": cause,
        "risk_cause_2": second,
        "identified": identified,
        "eliminated": eliminated,
        "is_no_labour_household": np.where(no_labour, "是", "否"),
        "elimination_mode": np.where(eliminated > 0, "帮扶消除", None),
        "is_risk_eliminated": np.where(watched["is_open"], "否", "是"),
        **_given_measures(rng, watched, (cause, second), identified, month, scale, facts),
    }
    out = households.copy()
    for name, values in columns.items():
        out[name] = pd.Series(np.asarray(values, dtype=object), index=watched.index).reindex(out.index)
    return out


def _primary_causes(rng: np.random.Generator, watched: pd.DataFrame, facts: pd.DataFrame) -> np.ndarray:
    """One cause each among those that the household's members make possible."""
    able_share = facts["able"].to_numpy() / watched["size"].to_numpy()
    possible = np.ones((len(watched), len(_CAUSES)))
    possible[:, 0] = facts["ill"] > 0
    possible[:, 1] = facts["disabled"] > 0
    possible[:, 2] = facts["pupils"] > 0
    possible[:, 4] = able_share < 0.5
    possible[:, 5] = facts["workers"] > 0
    scores = np.log(_CAUSE_WEIGHTS * possible + 1e-12) + rng.gumbel(size=possible.shape)
    return np.array(_CAUSES, dtype=object)[scores.argmax(axis=1)]


def _months(
    rng: np.random.Generator, watched: pd.DataFrame, month: Month, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Identification and elimination months (0 = none), at least six months apart."""
    is_open = watched["is_open"].to_numpy()
    identified = np.zeros(len(watched), dtype=int)
    eliminated = np.zeros(len(watched), dtype=int)
    year_ago = month.ordinal - len(truth.NEW_BY_MONTH)
    identified[is_open] = _spread(rng, is_open.sum(), truth.NEW_BY_MONTH, month, scale, _START.ordinal)
    first = year_ago + 1 - truth.EARLIER_ELIMINATION_MONTHS
    gone = _spread(rng, (~is_open).sum(), truth.ELIMINATED_BY_MONTH, month, scale, first)
    eliminated[~is_open] = gone
    waited = 6 + rng.geometric(0.16, len(gone)) - 1
    identified[~is_open] = np.clip(np.minimum(gone - waited, year_ago), _START.ordinal, None)
    return identified, eliminated


def _spread(
    rng: np.random.Generator, number: int, last: tuple[int, ...], month: Month, scale: float, first: int
) -> np.ndarray:
    """`number` months: the last ones as given (scaled), the rest evenly before them."""
    counts = np.array([round(count * scale) for count in last])
    months = np.repeat(np.arange(month.ordinal - len(last) + 1, month.ordinal + 1), counts)[:number]
    rest = rng.integers(first, month.ordinal - len(last) + 1, number - len(months))
    return rng.permutation(np.concatenate([months, rest]))


def _given_measures(
    rng: np.random.Generator,
    watched: pd.DataFrame,
    causes: tuple[np.ndarray, np.ndarray],
    identified: np.ndarray,
    month: Month,
    scale: float,
    facts: pd.DataFrame,
) -> dict[str, np.ndarray]:
    """Measures that fit the cause, and the month of the first one."""
    cause, second = causes
    lag = rng.choice(len(truth.MEASURE_LAG_SHARES), len(watched), p=truth.MEASURE_LAG_SHARES)
    first = identified + lag
    is_open = watched["is_open"].to_numpy()
    late = np.flatnonzero(is_open & (identified < month.ordinal) & (identified >= month.ordinal - 9))
    untreated = rng.choice(late, min(scaled(truth.WITHOUT_MEASURE, scale), len(late)), replace=False)
    # Every other household past the deadline has its measure by now.
    first = np.where(identified < month.ordinal, np.minimum(first, month.ordinal), first)
    given = first <= month.ordinal
    given[untreated] = False
    columns: dict[str, np.ndarray] = {}
    for name, pairs in _MEASURES.items():
        for column, label in pairs:
            values = columns.setdefault(column, np.full(len(watched), None, dtype=object))
            values[(cause == name) & given] = label
    also_ill = given & (second == "因病") & pd.isna(columns["measure_health"])
    columns["measure_health"][also_ill] = "城乡居民基本医疗保险个人缴费补贴"
    able = given & (facts["able"].to_numpy() > 0)
    earning = given & (facts["workers"].to_numpy() > 0)
    for column, label, share in (("measure_industry", "产业奖补", 0.55), ("measure_employment", "外出务工补贴", 0.5)):
        values = columns.setdefault(column, np.full(len(watched), None, dtype=object))
        fits = earning if column == "measure_employment" else able
        values[fits & (rng.random(len(watched)) < share) & pd.isna(values)] = label
    jobless = able & pd.isna(columns["measure_industry"]) & pd.isna(columns["measure_employment"])
    columns["measure_industry"][jobless] = "产业奖补"
    columns["first_measure"] = np.where(given, first, 0)
    return columns
