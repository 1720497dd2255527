"""Measures that fit the causes, and when the first one came."""

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions
from hanbin_demo.chance import choose, mark
from hanbin_demo.people import DISABLED, SUBSISTENCE
from hanbin_demo.places import Places
from hanbin_demo.risks import has_cause
from hanbin_lib.contract import MEASURES
from hanbin_lib.statistics import stream

OPTIONS = {
    "measure_industry": ("种植业", "养殖业", "林果业", "产业奖补"),
    "measure_employment": ("技能培训", "劳务输出", "外出务工补贴", "其他"),
    "measure_finance": ("小额信贷", "贷款贴息"),
    "measure_public_post": ("生态护林员", "保洁员", "其他"),
    "measure_housing": ("危房改造",),
    "measure_water": ("供水设施维修", "水源改造"),
    "measure_health": ("城乡居民基本医疗保险个人缴费补贴", "医疗救助", "家庭医生签约服务", "大病保险"),
    "measure_compulsory_education": ("控辍保学", "两免一补"),
    "measure_education": ("雨露计划", "助学金"),
    "measure_social_security": ("低保", "特困供养", "残疾人补贴", "临时救助"),
    "measure_social_help": ("结对帮扶", "爱心捐助", "消费帮扶"),
    "measure_relocation": ("易地搬迁后续扶持",),
}
_DEVELOPMENT = ("measure_industry", "measure_employment", "measure_finance", "measure_public_post")
_LATEST_DELAY = 14


def first_measures(
    households: pd.DataFrame,
    places: Places,
    assumptions: Assumptions,
    *,
    month: int,
    scale: float,
    seed: int,
) -> np.ndarray:
    """Month of the first measure (`Month.ordinal`), -1 where there is none yet.

    Slow towns shift the delay; an exact number of open households identified before the
    reporting month is left without, the ones that wait longest being the likeliest.
    """
    rng = stream(seed, "first measures")
    count = len(households)
    town = places.villages["town"].to_numpy()[households["village"]]
    slow = np.exp(places.towns["delay"].to_numpy()[town])
    delay = _delays(rng, assumptions, slow)
    identified = households["identified"].to_numpy()
    monitored = households["category"].to_numpy() >= 0
    eliminated = households["eliminated"].to_numpy()
    deadline = np.where(eliminated >= 0, np.maximum(identified, eliminated - 1), month)
    first = identified + delay
    late = monitored & (first > deadline)
    due = monitored & (households["is_open"].to_numpy()) & (identified < month)
    wanted = max(1, round(assumptions.unmeasured_households * scale))
    weights = due * slow * np.where(late, 1e3, 1.0) / (1.0 + (month - identified) ** 2)
    without = mark(choose(rng, weights, wanted), count)
    first = np.where(late, deadline, first)
    new = monitored & (identified == month) & (delay > 0)
    return np.where(monitored & ~without & ~new, first, -1)


def _delays(rng: np.random.Generator, assumptions: Assumptions, slow: np.ndarray) -> np.ndarray:
    """Months waited: 0 with a given chance, then 1, then geometric; slow towns wait longer."""
    odds = assumptions.measure_at_once / (1 - assumptions.measure_at_once) / slow
    at_once = odds / (1 + odds)
    chance = rng.random(len(slow))
    next_month = (1 - at_once) * assumptions.measure_next_month / (1 - assumptions.measure_at_once)
    tail = 1 + rng.geometric(assumptions.later_measure_hazard, len(slow))
    delay = np.where(chance < at_once, 0, np.where(chance < at_once + next_month, 1, tail))
    return np.minimum(delay, _LATEST_DELAY)


def draw_measures(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    causes: np.ndarray,
    incomes: pd.DataFrame,
    first: np.ndarray,
    *,
    seed: int,
) -> dict[str, np.ndarray]:
    """Texts of the twelve kinds, options joined in no fixed order; empty is none."""
    rng = stream(seed, "measures")
    count = len(households)
    given = first >= 0
    facts = _facts(persons, count)
    wanted = _wanted(rng, facts, causes, incomes, count)
    texts: dict[str, np.ndarray] = {}
    for name in MEASURES:
        texts[name] = np.where(given & wanted[name].any(axis=1), _joined(rng, name, wanted[name]), "")
    # Who can work gets help with work or trade; a few are overlooked.
    undeveloped = given & facts["able"] & (np.stack([texts[n] for n in _DEVELOPMENT]) == "").all(axis=0)
    helped = undeveloped & (rng.random(count) < 0.93)
    texts["measure_industry"] = np.where(helped, "产业奖补", texts["measure_industry"])
    none = given & (np.stack([texts[name] != "" for name in MEASURES]).sum(axis=0) == 0)
    texts["measure_social_help"] = np.where(none, "结对帮扶", texts["measure_social_help"])
    return texts


def _facts(persons: pd.DataFrame, count: int) -> dict[str, np.ndarray]:
    place = persons["household"].to_numpy()

    def some(mask: pd.Series) -> np.ndarray:
        return np.bincount(place, weights=mask, minlength=count) > 0

    age, school = persons["age"], persons["school"]
    return {
        "able": some(persons["labour"] <= 2),
        "compulsory": some((age >= 6) & (age < 15)),
        "older pupil": some((age >= 15) & (school >= 0)),
        "post": some(persons["post"] >= 0),
        "subsistence": some(persons["assistance"] == SUBSISTENCE),
        "destitute": some(persons["assistance"] > SUBSISTENCE),
        "disabled": some((persons["health"] & DISABLED) > 0),
    }


def _wanted(
    rng: np.random.Generator,
    facts: dict[str, np.ndarray],
    causes: np.ndarray,
    incomes: pd.DataFrame,
    count: int,
) -> dict[str, np.ndarray]:
    """Which options of each kind a household gets (households x options)."""

    def likely(mask: np.ndarray, *shares: float) -> np.ndarray:
        return mask[:, None] & (rng.random((count, len(shares))) < shares)

    everyone = np.ones(count, dtype=bool)
    able, ill = facts["able"], has_cause(causes, "因病")
    failed = has_cause(causes, "因产业项目失败")
    wanted = {
        "measure_industry": likely(able, 0.22, 0.20, 0.10, 0.22) | _first(failed, 4),
        "measure_employment": likely(able & (incomes["wage"] > 0).to_numpy(), 0.22, 0.18, 0.30, 0.03),
        "measure_finance": likely(able, 0.10, 0.03),
        "measure_public_post": likely(facts["post"], 0.35, 0.65, 0.2),
        "measure_housing": _first(has_cause(causes, "因安全住房"), 1),
        "measure_water": _first(has_cause(causes, "因安全饮水"), 2),
        "measure_health": likely(everyone, 0.18, 0.0, 0.12, 0.0) | likely(ill, 0.6, 0.5, 0.4, 0.2),
        "measure_compulsory_education": likely(facts["compulsory"], 0.02, 0.25),
        "measure_education": likely(facts["older pupil"], 0.40, 0.25),
        "measure_social_help": likely(everyone, 0.22, 0.05, 0.06),
        "measure_relocation": likely(everyone, 0.04),
    }
    wanted["measure_health"] |= _first(ill, 4)
    for cause in ("因意外事故", "因自然灾害"):
        wanted["measure_social_help"] |= likely(has_cause(causes, cause), 0.3, 0.3, 0.1)
    learning = has_cause(causes, "因学") & ~facts["older pupil"]
    wanted["measure_education"] |= _first(has_cause(causes, "因学") & facts["older pupil"], 2)
    wanted["measure_compulsory_education"] |= _last(learning, 2)
    shaken = has_cause(causes, "因意外事故") | has_cause(causes, "因自然灾害")
    disabled = has_cause(causes, "因残") | (facts["disabled"] & (rng.random(count) < 0.5))
    wanted["measure_social_security"] = np.stack(
        [facts["subsistence"], facts["destitute"], disabled, shaken & (rng.random(count) < 0.7)], axis=1
    )
    return wanted


def _first(mask: np.ndarray, options: int) -> np.ndarray:
    return np.asarray(mask[:, None] & (np.arange(options) == 0))


def _last(mask: np.ndarray, options: int) -> np.ndarray:
    return np.asarray(mask[:, None] & (np.arange(options) == options - 1))


def _joined(rng: np.random.Generator, name: str, wanted: np.ndarray) -> np.ndarray:
    """Chosen options joined by a comma of either width, in either direction."""
    options = OPTIONS[name]
    backwards = rng.random(len(wanted)) < 0.3
    wide = rng.random(len(wanted)) < 0.4
    patterns = wanted @ (1 << np.arange(len(options)))
    keys = patterns * 4 + backwards * 2 + wide
    distinct, position = np.unique(keys, return_inverse=True)
    texts = [_text(options, int(key)) for key in distinct]
    return np.array(texts, dtype=object)[position]


def _text(options: tuple[str, ...], key: int) -> str:
    pattern, backwards, wide = key >> 2, key & 2, key & 1
    chosen = [option for number, option in enumerate(options) if pattern >> number & 1]
    return ("，" if wide else ",").join(reversed(chosen) if backwards else chosen)
