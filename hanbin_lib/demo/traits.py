"""What persons are able to do: school, education, health, labour, insurance, work."""

import numpy as np
import pandas as pd

_COUNTIES = ("东莞市", "佛山市南海区", "苏州市昆山市", "西安市雁塔区", "西安市未央区", "宁波市慈溪市", "安康市汉滨区", "北京市大兴区")
_INDUSTRIES = ("制造业", "建筑业", "住宿和餐饮业", "居民服务业", "批发和零售业", "交通运输业")
_POSTS = ("护林员", "保洁员", "道路养护员", "水管员", "护河员")


def add_traits(rng: np.random.Generator, people: pd.DataFrame, is_monitored: np.ndarray) -> pd.DataFrame:
    """Add school, education, health, labour and insurance, consistent with age."""
    age = people["age"].to_numpy()
    people = people.assign(
        school_status=_school(rng, age),
        health=_health(rng, age, is_monitored),
    )
    in_school = people["school_status"].notna().to_numpy()
    people["education"] = np.where(in_school, None, _education(rng, age))
    people["labour_skill"] = _labour(rng, age, in_school, people["health"].to_numpy(str))
    people["has_resident_insurance"] = np.where(rng.random(len(age)) < 0.985, "是", "否")
    people["has_employee_insurance"] = np.where(
        (people["has_resident_insurance"] == "否") & (rng.random(len(age)) < 0.9), "是", "否"
    )
    people["is_able"] = people["labour_skill"].isin(["普通劳动力", "技能劳动力", "弱劳动力或半劳动力"])
    return people


def _school(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    number = len(age)
    senior = np.where(rng.random(number) < 0.7, "普通高中", "中职")
    year = np.array(["一年级", "二年级", "三年级", "四年级"])
    college = np.where(rng.random(number) < 0.5, "本科", "高职高专")
    later = rng.random(number)
    high = np.char.add(senior, year[np.clip(age - 15, 0, 2)])
    higher = np.char.add(college, year[np.clip(age - 18, 0, 2)])
    grade = np.array(["七年级", "八年级", "九年级"])[np.clip(age - 12, 0, 2)]
    return np.select(
        [age < 3, age < 6, age < 12, age < 15, (age < 18) & (later < 0.9), (age >= 18) & (age < 21) & (later < 0.45)],
        ["学龄前儿童", "学前教育", "小学", grade, high, higher],
        default=None,
    )


def _education(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    luck = rng.random(len(age))
    old = np.select([luck < 0.35, luck < 0.85], ["文盲或半文盲", "小学"], "初中")
    middle = np.select([luck < 0.05, luck < 0.35, luck < 0.88], ["文盲或半文盲", "小学", "初中"], "高中")
    young = np.select([luck < 0.55, luck < 0.8, luck < 0.93], ["初中", "高中", "大专"], "本科及以上")
    return np.select([age >= 60, age >= 36], [old, middle], young)


def _health(rng: np.random.Generator, age: np.ndarray, is_monitored: np.ndarray) -> np.ndarray:
    """Illness grows with age and is commoner in monitored households."""
    factor = np.where(is_monitored, 2.6, 1.0)
    chronic = rng.random(len(age)) < np.clip((0.01 + 0.0022 * np.maximum(age - 15, 0)) * factor, 0, 0.6)
    major = rng.random(len(age)) < 0.006 * factor * (1 + age / 60)
    disabled = rng.random(len(age)) < 0.028 * factor
    parts = np.array(["长期慢性病", "患有大病", "残疾"], dtype=object)
    flags = np.stack([chronic & ~major, major, disabled], axis=1)
    texts = {
        key: ",".join(parts[list(np.array(key, dtype=bool))]) or "健康"
        for key in {tuple(row) for row in np.unique(flags, axis=0).tolist()}
    }
    return np.array([texts[tuple(row)] for row in flags.tolist()], dtype=object)


def _labour(rng: np.random.Generator, age: np.ndarray, in_school: np.ndarray, health: np.ndarray) -> np.ndarray:
    luck = rng.random(len(age))
    disabled = np.char.find(health, "残疾") >= 0
    ill = np.char.find(health, "大病") >= 0
    working_age = np.select(
        [luck < 0.76, luck < 0.92], ["普通劳动力", "技能劳动力"], "弱劳动力或半劳动力"
    )
    weak = np.where(luck < 0.5, "弱劳动力或半劳动力", "丧失劳动力")
    elder = np.where(luck < 0.62, "弱劳动力或半劳动力", "无劳动力")
    return np.select(
        [(age < 16) | in_school, age >= 70, disabled | ill, age >= 60],
        ["无劳动力", "无劳动力", weak, elder],
        working_age,
    )


def add_work(
    rng: np.random.Generator, people: pd.DataFrame, workers: int, posts: int
) -> pd.DataFrame:
    """Choose exactly so many migrant workers and holders of public posts among the able."""
    age = people["age"].to_numpy()
    able = people["is_able"].to_numpy() & (age >= 16)
    away = _chosen(rng, able & (age < 65), workers)
    post = _chosen(rng, able & (age < 70) & ~away, posts)
    months = rng.integers(3, 13, len(people))
    place = rng.choice(np.array(_COUNTIES, dtype=object), len(people))
    people["is_worker"] = away
    people["work_months"] = np.where(away, months.astype(str), None)
    people["work_place"] = np.where(away, place, None)
    people["employer_name"] = np.where(away & (rng.random(len(people)) < 0.6), "演示企业", None)
    people["industry"] = np.where(away, rng.choice(np.array(_INDUSTRIES, dtype=object), len(people)), None)
    people["public_post"] = np.where(post, rng.choice(np.array(_POSTS, dtype=object), len(people)), None)
    people["public_post_months"] = np.where(post, months.astype(str), None)
    return people


def _chosen(rng: np.random.Generator, eligible: np.ndarray, number: int) -> np.ndarray:
    places = np.flatnonzero(eligible)
    if len(places) < number:
        raise ValueError(f"only {len(places)} persons are eligible, {number} are wanted")
    mask = np.zeros(len(eligible), dtype=bool)
    mask[rng.choice(places, number, replace=False)] = True
    return mask
