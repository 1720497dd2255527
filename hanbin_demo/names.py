"""Invented names, identity numbers and telephone numbers; none belongs to anyone."""

import numpy as np
import pandas as pd

from hanbin_lib.privacy.numbers import CHECK_DIGITS, CHECK_WEIGHTS
from hanbin_lib.statistics import stream

# 999999 is no region, so that no real person can have such a number.
REGION = "999999"
_SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏"
    "吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛段雷龙史陶贺毛郝顾龚邵覃武钱柯"
)
_MALE = tuple("伟强军勇杰涛明超刚平辉斌鹏波林华建国志文武成德富贵忠义山海龙虎春生安康宏亮俊博宇轩")
_FEMALE = tuple("芳娜秀英敏静丽艳娟霞燕玲桂兰梅莲凤琴珍翠红云香萍慧琳雪佳欣怡婷雨涵梓")


def draw_names(persons: pd.DataFrame, seed: int) -> np.ndarray:
    """Names; who is of the family's line bears its surname."""
    rng = stream(seed, "names")
    rank = np.arange(len(_SURNAMES))
    popular = 1.0 / (rank + 6.0)
    families = int(persons["household"].max()) + 1
    family = rng.choice(len(_SURNAMES), families, p=popular / popular.sum())
    other = rng.choice(len(_SURNAMES), len(persons), p=popular / popular.sum())
    surname = np.where(persons["line"] == 0, family[persons["household"]], other)
    male = persons["is_male"].to_numpy()

    def given() -> np.ndarray:
        man = np.array(_MALE, dtype=object)[rng.integers(len(_MALE), size=len(persons))]
        woman = np.array(_FEMALE, dtype=object)[rng.integers(len(_FEMALE), size=len(persons))]
        return np.where(male, man, woman)

    first, second = given(), given()
    second = np.where(rng.random(len(persons)) < 0.75, second, "")
    return np.asarray(np.array(_SURNAMES, dtype=object)[surname] + first + second)


def draw_births(persons: pd.DataFrame, last_day: str, seed: int) -> np.ndarray:
    """Dates of birth (datetime64[D]) that make the ages right on `last_day`."""
    rng = stream(seed, "births")
    end = np.datetime64(last_day, "D")
    years = persons["age"].to_numpy()
    # The birthday of this year or, where it is still to come, of the year before.
    days = rng.integers(0, 364, len(persons))
    age = (years * 365.2425).astype(int) + 1 + days
    return end - age.astype("timedelta64[D]")


def identity_numbers(births: np.ndarray, is_male: np.ndarray) -> np.ndarray:
    """Eighteen characters: region, date of birth, sequence (odd for men), check digit."""
    dates = np.char.replace(births.astype(str), "-", "")
    order = pd.DataFrame({"date": dates, "male": is_male}).groupby(["date", "male"]).cumcount()
    sequence = order.to_numpy() * 2 + np.where(is_male, 1, 2)
    heads = [f"{REGION}{date}{number:03d}" for date, number in zip(dates, sequence, strict=True)]
    if not heads:
        return np.array([], dtype=object)
    digits = np.frombuffer("".join(heads).encode(), dtype=np.uint8).reshape(len(heads), 17) - 48
    checks = np.array(list(CHECK_DIGITS))[(digits.astype(int) @ np.array(CHECK_WEIGHTS)) % 11]
    return np.array([head + check for head, check in zip(heads, checks, strict=True)], dtype=object)


def telephone_numbers(count: int, seed: int) -> np.ndarray:
    """Numbers with a prefix that no carrier has given out for persons (1990000…)."""
    rng = stream(seed, "phones")
    return np.array([f"1990000{number:04d}" for number in rng.integers(0, 10000, count)], dtype=object)
