"""Who works away, where and for how much, and who holds a public-welfare post."""

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions, Totals
from hanbin_demo.chance import choose, draw, mark
from hanbin_demo.people import DESTITUTE, WEAK
from hanbin_demo.places import Places
from hanbin_lib.statistics import stream

PLACES = {
    "{province}西安市雁塔区": 0.14, "{province}西安市长安区": 0.08, "{city}{county}": 0.26,
    "江苏省苏州市昆山市": 0.10, "江苏省常州市武进区": 0.06, "浙江省宁波市北仑区": 0.05,
    "广东省深圳市宝安区": 0.07, "广东省东莞市": 0.06, "河北省保定市": 0.04, "山西省临汾市": 0.05,
    "河南省郑州市": 0.03, "新疆维吾尔自治区昌吉回族自治州": 0.03, "北京市大兴区": 0.03,
}  # fmt: skip
EMPLOYERS = {
    "某建筑劳务有限公司（演示）": 0.22, "某电子科技有限公司（演示）": 0.20, "某制衣厂（演示）": 0.13,
    "某餐饮服务店（演示）": 0.13, "某物流有限公司（演示）": 0.09, "某矿业有限公司（演示）": 0.06,
    "某家政服务部（演示）": 0.07, "某毛绒玩具社区工厂（演示）": 0.10,
}  # fmt: skip
INDUSTRIES = ("建筑业", "制造业", "制造业", "住宿和餐饮业", "交通运输业", "采矿业", "居民服务业", "制造业")
CHANNELS = {"外出务工": 0.62, "亲友介绍": 0.20, "帮扶车间": 0.08, "政府组织": 0.10}
POSTS = {"生态护林员": 0.26, "保洁员": 0.36, "水管员": 0.10, "乡村道路维护": 0.14, "其他公益岗位": 0.14}
# Weight of being away: 16-45, 46-55, 56-60, 61-65, 66-69 years; nobody later.
_AGE_WEIGHTS = (1.0, 0.55, 0.25, 0.06, 0.01, 0.0)
_SKILL_WEIGHTS = (1.0, 1.6, 0.22, 0.0, 0.0)


def assign_work(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    places: Places,
    totals: Totals,
    assumptions: Assumptions,
    *,
    unstable: np.ndarray,
    month: int,
    seed: int,
) -> pd.DataFrame:
    """Decide who works away and who holds a post.

    Adds ``works, started`` (month), ``work_months, pay, work_place, employer, channel, post,
    post_months``; codes are -1 and numbers 0 where there is no work.

    Parameters
    ----------
    unstable
        Households at risk because work is unstable: they have at least one worker.
    month
        `Month.ordinal` of the reporting month.
    """
    rng = stream(seed, "work")
    count = len(persons)
    away = _workers(persons, households, totals, unstable, rng)
    months = np.where(away, rng.integers(4, 13, count), 0)
    shaky = unstable[persons["household"]] & away
    months = np.where(shaky, rng.integers(1, 6, count), months)
    posts = _post_holders(persons, away, totals, rng)
    return persons.assign(
        works=away,
        started=np.where(away, month - months + 1, -1),
        work_months=months,
        pay=np.where(away, _pay(persons, households, places, assumptions, rng), 0),
        work_place=np.where(away, draw(rng, list(PLACES.values()), count), -1),
        employer=np.where(away, draw(rng, list(EMPLOYERS.values()), count), -1),
        channel=np.where(away, draw(rng, list(CHANNELS.values()), count), -1),
        post=np.where(posts, draw(rng, list(POSTS.values()), count), -1),
        post_months=np.where(posts, rng.integers(6, 13, count), 0),
    )


def _eligible(persons: pd.DataFrame) -> np.ndarray:
    return (
        (persons["labour"] <= WEAK)
        & (persons["age"] >= 16)
        & (persons["age"] < 70)
        & (persons["school"] < 0)
        & (persons["assistance"] != DESTITUTE)
    ).to_numpy()


def _workers(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    totals: Totals,
    unstable: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    place = persons["household"].to_numpy()
    inclined = np.exp(rng.normal(0.0, 0.5, len(households)))
    inclined *= np.where(households["is_open"], 0.45, np.where(households["category"] >= 0, 0.8, 1.0))
    age = np.array(_AGE_WEIGHTS)[np.digitize(persons["age"], (46, 56, 61, 66, 70))]
    weights = age * np.array(_SKILL_WEIGHTS)[persons["labour"]] * inclined[place] * _eligible(persons)
    # One able member of an unstable worker's household works for certain.
    best = pd.Series(np.where(weights > 0, weights, -1.0)).groupby(place).idxmax()
    certain = best[unstable[best.index.to_numpy()]].to_numpy(dtype=int)
    weights[certain] = np.where(weights[certain] > 0, np.inf, 0.0)
    return mark(choose(rng, weights, totals.workers), len(persons))


def _post_holders(
    persons: pd.DataFrame, away: np.ndarray, totals: Totals, rng: np.random.Generator
) -> np.ndarray:
    older = np.array((0.4, 1.0, 1.4, 1.0, 0.6))[np.digitize(persons["age"], (40, 50, 60, 66))]
    weights = older * np.where(persons["labour"] == WEAK, 1.5, 1.0) * (_eligible(persons) & ~away)
    return mark(choose(rng, weights, totals.post_holders), len(persons))


def _pay(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    places: Places,
    assumptions: Assumptions,
    rng: np.random.Generator,
) -> np.ndarray:
    """Monthly pay in whole tens of yuan."""
    place = persons["household"].to_numpy()
    effect = places.villages["income"].to_numpy()[households["village"]][place]
    skill = np.array((1.0, 1.25, 0.72, 0.6, 0.6))[persons["labour"]]
    monitored = np.where(households["category"] >= 0, assumptions.monitored_pay_factor, 1.0)[place]
    noise = np.exp(rng.normal(0.0, 0.30, len(persons)) + effect)
    pay = assumptions.migrant_pay_yuan * skill * monitored * noise
    return np.asarray(np.clip(pay, 600, 16000) // 10 * 10, dtype=int)
