"""Households and their members: sizes that add up, ages and relations that fit together."""

import numpy as np
import pandas as pd

from hanbin_lib.months import Month

_SIZE_WEIGHTS = np.array([0.10, 0.20, 0.24, 0.24, 0.13, 0.06, 0.02, 0.01])
_SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
_GIVEN = tuple("安邦昌达恩芳刚桂海辉吉建康兰明宁平琴荣山涛文祥新义永玉珍志忠春秀凤英成林东来福生")
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
# No person has a number of this region: invented numbers cannot be anybody's.
REGION = "999999"


def sizes(rng: np.random.Generator, households: int, persons: int) -> np.ndarray:
    """Household sizes from 1 to 8 that add up to `persons` exactly."""
    drawn = rng.choice(np.arange(1, 9), households, p=_SIZE_WEIGHTS)
    while (gap := persons - int(drawn.sum())) != 0:
        room = np.flatnonzero(drawn < 8 if gap > 0 else drawn > 1)
        chosen = rng.choice(room, min(abs(gap), len(room)), replace=False)
        drawn[chosen] += np.sign(gap)
    return drawn


def members(rng: np.random.Generator, households: pd.DataFrame, month: Month) -> pd.DataFrame:
    """One row a person.

    Parameters
    ----------
    households
        ``size`` and ``is_elderly`` (nobody of working age) by position.

    Returns
    -------
    DataFrame
        ``household`` (position), ``position`` within it, ``relation_to_head, sex, age,
        birth_date, id_number, person_name``.
    """
    size = households["size"].to_numpy()
    home = np.repeat(np.arange(len(size)), size)
    starts = np.repeat(np.cumsum(size) - size, size)
    place = np.arange(len(home)) - starts
    elderly = households["is_elderly"].to_numpy()[home]
    role = _roles(rng, size, elderly, home, place)
    head_age = _head_ages(rng, households)[home]
    age = _ages(rng, role, head_age)
    sex = _sexes(rng, len(size), role, home)
    people = pd.DataFrame({"household": home, "position": place, "sex": sex, "age": age})
    people["relation_to_head"] = _relations(role, sex)
    people["birth_date"] = _births(rng, age, month)
    people["id_number"] = _numbers(rng, people)
    people["person_name"] = _names(rng, len(people))
    return people


def _roles(
    rng: np.random.Generator, size: np.ndarray, elderly: np.ndarray, home: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """0 head, 1 spouse, 2 child, 3 grandchild, 4 father, 5 mother."""
    spouse = (rng.random(len(size)) < 0.85) & (size >= 2)
    parents = np.where(size >= 3, rng.choice(3, len(size), p=[0.66, 0.24, 0.10]), 0)
    parents = np.minimum(parents, size - 1 - spouse)
    last = (size[home] - 1 - place).astype(int)
    role = np.full(len(home), 2)
    role[(place >= 3 + spouse[home]) & (rng.random(len(home)) < 0.6)] = 3
    role[last < parents[home]] = 5
    role[(last == 1) & (parents[home] == 2)] = 4
    role[(place == 1) & spouse[home]] = 1
    role[place == 0] = 0
    return np.where(elderly & (place > 0), np.where(place == 1, 1, 5), role)


def _head_ages(rng: np.random.Generator, households: pd.DataFrame) -> np.ndarray:
    ordinary = np.clip(rng.normal(49, 9, len(households)), 27, 74)
    old = rng.uniform(72, 86, len(households))
    return np.where(households["is_elderly"], old, ordinary).astype(int)


def _ages(rng: np.random.Generator, role: np.ndarray, head: np.ndarray) -> np.ndarray:
    number = len(role)
    by_role = [
        head,
        np.maximum(head + rng.integers(-5, 3, number), 22),
        np.maximum(head - rng.integers(21, 31, number), 0),
        np.clip(head - rng.integers(44, 58, number), 0, 17),
        np.minimum(head + rng.integers(21, 30, number), 96),
        np.minimum(head + rng.integers(19, 27, number), 96),
    ]
    return np.select([role == n for n in range(6)], by_role)


def _sexes(rng: np.random.Generator, households: int, role: np.ndarray, home: np.ndarray) -> np.ndarray:
    head = np.where(rng.random(households) < 0.8, 1, 2)[home]
    free = rng.choice([1, 2], len(role), p=[0.52, 0.48])
    return np.select([role == 0, role == 1, role == 4, role == 5], [head, 3 - head, 1, 2], free)


def _relations(role: np.ndarray, sex: np.ndarray) -> np.ndarray:
    names = np.array(
        [["户主", "户主"], ["配偶", "配偶"], ["之子", "之女"], ["之孙子", "之孙女"], ["之父", "之父"], ["之母", "之母"]]
    )
    return names[role, sex - 1]


def _births(rng: np.random.Generator, age: np.ndarray, month: Month) -> np.ndarray:
    """YYYYMMDD such that the completed years at the month's end are `age`."""
    months_ago = age * 12 + rng.integers(0, 12, len(age))
    ordinal = month.ordinal - months_ago
    day = rng.integers(1, 29, len(age))
    number = (ordinal // 12) * 10_000 + (ordinal % 12 + 1) * 100 + day
    return number.astype(str)


def _numbers(rng: np.random.Generator, people: pd.DataFrame) -> np.ndarray:
    """18 characters: region, birth date, a sequence that tells the sex, check digit."""
    order = people.groupby(["birth_date", "sex"]).cumcount().to_numpy()
    if (order > 499).any():
        raise ValueError("more than 499 persons of one sex born on one day")
    sequence = order * 2 + np.where(people["sex"] == 1, 1, 2)
    body = np.char.add(np.char.add(REGION, people["birth_date"].to_numpy(str)), np.char.zfill(sequence.astype(str), 3))
    digits = body.astype("U17").view("U1").reshape(-1, 17).astype(int)
    return np.char.add(body, _CHECK[(digits * _WEIGHTS).sum(axis=1) % 11])


def _names(rng: np.random.Generator, number: int) -> np.ndarray:
    surname = rng.choice(np.array(_SURNAMES), number)
    first, second = rng.choice(np.array(_GIVEN), (2, number))
    return np.char.add(np.char.add(surname, first), np.where(rng.random(number) < 0.75, second, ""))
