"""E: telephone checks at the month's end, one row a call."""

from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_demo.cells import flags, place_texts
from hanbin_demo.chance import draw, labelled, sigmoid
from hanbin_demo.district import District
from hanbin_demo.sheets import MARK, bureau_sheet, stamp
from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract.labels import CALL_DISPOSITIONS, SATISFACTION
from hanbin_lib.months import Month
from hanbin_lib.statistics import stream

# 吃饭穿衣, 义务教育, 基本医疗, 住房安全, 饮水安全: how much likelier than the average a problem is.
ANSWERS = ("food_and_clothing", "compulsory_education", "basic_medical_care", "housing", "drinking_water")
ANSWER_EFFECTS = (-1.6, -1.1, 0.6, 0.0, 0.9)
# Of calls that fail: 接通后挂断, 非本人, 无人接听, 占线, 关机停机, 空号.
_FAILURE_SHARES = (0.10, 0.13, 0.45, 0.08, 0.18, 0.06)
_PROBLEMS = ("反映饮水季节性不足", "反映住房漏雨", "反映医药费负担重", "反映上学路远", "反映缺少换季衣物")
_FIRST_HOUR, _LAST_HOUR = 9, 18


def phone_sheet(district: District, month: Month, folder: Path) -> Sheet:
    """Sheet of one month's calls: all monitored households, most of the lifted ones."""
    rng = stream(district.seed, "phone", month)
    homes, answered = _calls(district, month, rng)
    count = len(homes)
    failure = labelled(CALL_DISPOSITIONS[1:], draw(rng, _FAILURE_SHARES, count))
    texts = place_texts(district, district.households["village"].to_numpy()[homes], rng)
    texts["check_month"] = np.full(count, stamp(month), dtype=object)
    texts["household_code"] = district.codes[homes]
    texts["called_at"] = _times(month, count, rng)
    texts["disposition"] = np.where(answered, CALL_DISPOSITIONS[0], failure).astype(object)
    texts |= _answers(district, homes, answered, rng)
    path = folder / f"电话抽查记录_{MARK}_{stamp(month)}.csv"
    return bureau_sheet("phone_checks", pd.DataFrame(texts, dtype=object), path, "gb18030")


def contact_chance(district: District) -> np.ndarray:
    """Chance that a call to the household is answered by it."""
    rng = stream(district.seed, "contact")
    homes = district.households
    town = district.places.villages["town"].to_numpy()[homes["village"]]
    logit = (
        district.assumptions.contact_logit
        + district.places.towns["contact"].to_numpy()[town]
        + rng.normal(0.0, district.assumptions.household_contact_sd, len(homes))
        + 0.25 * (homes["category"].to_numpy() >= 0)
    )
    return sigmoid(logit)


def problem_chances(district: District) -> np.ndarray:
    """Chance of 有问题 by household and answer."""
    a, homes = district.assumptions, district.households
    monitored = homes["category"].to_numpy() >= 0
    is_open = homes["is_open"].to_numpy()
    logit = (
        a.problem_logit_lifted
        + district.places.villages["problem"].to_numpy()[homes["village"]]
        + a.problem_effect_open * is_open
        + a.problem_effect_eliminated * (monitored & ~is_open)
    )
    return sigmoid(logit[:, None] + np.array(ANSWER_EFFECTS))


def visited_chance(district: District) -> np.ndarray:
    """Chance that the household says it was visited, by town."""
    return sigmoid(district.assumptions.visited_logit + district.places.towns["visit"].to_numpy())


def _calls(district: District, month: Month, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Household of each call in order of time, and whether it was answered.

    Who is not reached is mostly called once more, as long as the month's calls last.
    """
    homes = district.households
    registered = (homes["category"] >= 0) & (homes["identified"] <= month.ordinal)
    lifted = homes["is_lifted"] & (rng.random(len(homes)) < district.assumptions.lifted_called_share)
    first = rng.permutation(np.flatnonzero((registered | lifted).to_numpy()))
    chance = contact_chance(district)
    answered = rng.random(len(first)) < chance[first]
    again = first[~answered & (rng.random(len(first)) < district.assumptions.second_call_share)]
    again = again[: max(0, district.totals.phone_calls - len(first))]
    answered_again = rng.random(len(again)) < chance[again]
    return np.concatenate([first, again]), np.concatenate([answered, answered_again])


def _times(month: Month, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw times within the last week of the month, in order."""
    last = int(month.last_day[-2:])
    minutes = (_LAST_HOUR - _FIRST_HOUR) * 60
    moments = np.sort(rng.integers(0, 7 * minutes, count))
    days, rest = np.divmod(moments, minutes)
    return np.array(
        [
            f"{month}-{last - 6 + day:02d} {_FIRST_HOUR + minute // 60:02d}:{minute % 60:02d}"
            for day, minute in zip(days.tolist(), rest.tolist(), strict=True)
        ],
        dtype=object,
    )


def _answers(
    district: District, homes: np.ndarray, answered: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    count = len(homes)
    problem = rng.random((count, len(ANSWERS))) < problem_chances(district)[homes]
    town = district.places.villages["town"].to_numpy()[district.households["village"].to_numpy()[homes]]
    visited = rng.random(count) < visited_chance(district)[town]
    some = problem.any(axis=1)
    good = rng.random(count)
    opinion = np.where(some, 1 + (good < 0.35), np.where(visited, good < 0.06, good < 0.35).astype(int))

    def said(values: np.ndarray) -> np.ndarray:
        return np.where(answered, values, "").astype(object)

    texts = {
        name: said(labelled(("有保障", "有问题"), problem[:, number].astype(int)))
        for number, name in enumerate(ANSWERS)
    }
    # The text speaks of the answer that was bad: water, house, illness, school, clothing.
    story = np.array([4, 3, 2, 1, 0])[problem.argmax(axis=1)]
    texts["is_visited"] = said(flags(visited))
    texts["satisfaction"] = said(labelled(SATISFACTION, opinion))
    texts["problem_text"] = said(np.where(some, labelled(_PROBLEMS, story), ""))
    return texts


def phone_truth(district: District) -> dict[str, object]:
    """Collect the true chances for ``truth.json``: by town, as means over its households."""
    homes = district.households
    town = district.places.villages["town"].to_numpy()[homes["village"]]
    chances = pd.DataFrame(problem_chances(district), columns=list(ANSWERS)).groupby(town).mean()
    codes = district.places.towns["code"].to_numpy()
    contact = pd.Series(contact_chance(district)).groupby(town).mean()
    return {
        "problem_share": dict(zip(codes[chances.index], chances.round(6).to_dict("records"), strict=True)),
        "visited_share": dict(zip(codes, visited_chance(district).round(6).tolist(), strict=True)),
        "contact_share": dict(zip(codes[contact.index], contact.round(6).tolist(), strict=True)),
    }
