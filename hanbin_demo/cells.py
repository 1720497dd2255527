"""The district as text, by contract column: what the national system would hold."""

import numpy as np
import pandas as pd

from hanbin_demo.cell_noise import village_spellings
from hanbin_demo.chance import draw, labelled
from hanbin_demo.district import District
from hanbin_demo.people import DESTITUTE, EMPLOYEE, RESIDENT, SUBSISTENCE
from hanbin_demo.risks import has_cause
from hanbin_demo.work import EMPLOYERS, PLACES, POSTS
from hanbin_lib.contract.labels import (
    EDUCATION,
    ELIMINATION_MODES,
    HOUSEHOLD_TYPES,
    LABOUR_SKILLS,
    MONITORED_CATEGORIES,
    RELATIONS,
    RISK_CAUSES,
    SCHOOL_STATUS,
)
from hanbin_lib.months import Month
from hanbin_lib.statistics import stream

Texts = dict[str, np.ndarray]
# Names of the levels above the county, by code; a county elsewhere gets invented ones.
_ABOVE = {"61": "陕西省", "6109": "安康市"}
_HEALTH = ("健康", "长期慢性病", "患有大病", "", "残疾", "残疾,长期慢性病", "患有大病,残疾", "")
_HEALTH_TURNED = ("健康", "长期慢性病", "患有大病", "", "残疾", "长期慢性病，残疾", "残疾，患有大病", "")


def flags(values: np.ndarray) -> np.ndarray:
    """是 or 否."""
    return labelled(("否", "是"), np.asarray(values, dtype=int))


def months_text(ordinals: np.ndarray) -> np.ndarray:
    """YYYYMM; empty where there is no month."""
    known = {n: str(Month.from_ordinal(int(n))).replace("-", "") for n in np.unique(ordinals) if n > 0}
    return np.array([known.get(n, "") for n in ordinals.tolist()], dtype=object)


def numbers_text(values: np.ndarray) -> np.ndarray:
    """Whole numbers as text; zero is empty."""
    return np.array([str(v) if v else "" for v in np.asarray(values).tolist()], dtype=object)


def yuan_text(fen: pd.Series) -> np.ndarray:
    """Fen as yuan, without needless zeros."""
    return np.array([_yuan(value) for value in fen.tolist()], dtype=object)


def _yuan(fen: int) -> str:
    whole, rest = divmod(abs(fen), 100)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if fen < 0 else text


def names_above(county_code: str) -> tuple[str, str]:
    """Province and city of a county."""
    return _ABOVE.get(county_code[:2], "演示省"), _ABOVE.get(county_code[:4], "演示市")


def place_texts(district: District, villages: np.ndarray, rng: np.random.Generator) -> Texts:
    """省 市 县 乡 村 of rows whose village position is given; a village's spelling varies."""
    places = district.places
    county = places.register.county
    province, city = names_above(str(county["place_code"]))
    town_codes = places.towns["code"].to_numpy()
    listed = places.villages
    spelt = [
        village_spellings(places.register, town_codes[town], code, name)
        for town, code, name in zip(listed["town"], listed["code"], listed["name"], strict=True)
    ]
    most = max(len(options) for options in spelt)
    table = np.array([[o[n % len(o)] for n in range(most)] for o in spelt], dtype=object)
    size = len(villages)
    town = listed["town"].to_numpy()[villages]
    return {
        "province_name": np.full(size, province, dtype=object),
        "city_name": np.full(size, city, dtype=object),
        "county_name": np.full(size, county["place_name"], dtype=object),
        "town_name": places.towns["name"].to_numpy(dtype=object)[town],
        "village_name": table[villages, rng.integers(0, most, size)],
    }


def person_texts(district: District, rows: np.ndarray, *, name: str) -> Texts:
    """Person columns of the chosen persons (positions)."""
    people = district.persons.iloc[rows]
    rng = stream(district.seed, "person cells", name)
    household = people["household"].to_numpy()
    turned = rng.random(len(rows)) < 0.5
    health = np.where(turned, labelled(_HEALTH_TURNED, people["health"]), labelled(_HEALTH, people["health"]))
    births = np.datetime_as_string(people["birth"].to_numpy().astype("datetime64[D]"))
    numbers, kinds = _identity(people)
    supported = people["assistance"].to_numpy()
    insured = people["insurance"].to_numpy()
    return {
        "household_code": district.codes[household],
        "person_code": people["code"].to_numpy(dtype=object),
        "person_name": people["name"].to_numpy(dtype=object),
        "sex": labelled(("女", "男"), people["is_male"].astype(int)),
        "birth_date": np.array([text.replace("-", "") for text in births], dtype=object),
        "id_type": kinds,
        "id_number": numbers,
        "relation_to_head": labelled(RELATIONS, people["relation"]),
        "household_phone": district.phones[household],
        "education": labelled(EDUCATION, people["education"]),
        "school_status": labelled(SCHOOL_STATUS, people["school"]),
        "health": health,
        "labour_skill": labelled(LABOUR_SKILLS, people["labour"]),
        "work_place": labelled(work_places(district), people["work_place"]),
        "employer_name": labelled(list(EMPLOYERS), people["employer"]),
        "work_months": numbers_text(people["work_months"].to_numpy()),
        "public_post": labelled(list(POSTS), people["post"]),
        "public_post_months": numbers_text(people["post_months"].to_numpy()),
        "has_resident_insurance": flags(insured == RESIDENT),
        "has_employee_insurance": flags(insured == EMPLOYEE),
        "subsistence_allowance": np.where(supported == SUBSISTENCE, "农村低保", "未享受").astype(object),
        "destitute_support": np.where(supported == DESTITUTE, "农村特困", "未享受").astype(object),
    }


def _identity(people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Numbers and kinds of document; most of the disabled are entered with their card.

    A disability card adds kind and grade to the eighteen characters (20), a reissued one a
    suffix as well (22).
    """
    numbers = people["id_number"].to_numpy(dtype=object).copy()
    kinds = np.full(len(people), "居民身份证", dtype=object)
    # The last digits of the number decide, so that a person has one document in every table.
    choice = np.array([int(text[14:17]) for text in numbers]) * 7 % 20
    disabled = (people["health"].to_numpy() & 4) > 0
    for row in np.flatnonzero(disabled & (choice < 12)):
        kind, grade = 1 + choice[row] % 7, 1 + choice[row] % 4
        numbers[row] += f"{kind}{grade}" + ("B1" if choice[row] == 0 else "")
        kinds[row] = "残疾人证"
    return numbers, kinds


def work_places(district: District) -> list[str]:
    """Places of work, those within the county and province under their names."""
    county = district.places.register.county
    province, city = names_above(str(county["place_code"]))
    names = {"province": province, "city": city, "county": str(county["place_name"])}
    return [place.format(**names) for place in PLACES]


def household_texts(district: District) -> Texts:
    """Household columns of the register and of income, by household."""
    homes, incomes = district.households, district.incomes
    rng = stream(district.seed, "household cells")
    eliminated = homes["eliminated"].to_numpy()
    monitored = homes["category"].to_numpy() >= 0
    is_open = homes["is_open"].to_numpy()
    unsafe_house = is_open & has_cause(district.causes, "因安全住房") & (rng.random(len(homes)) < 0.6)
    unsafe_water = is_open & has_cause(district.causes, "因安全饮水") & (rng.random(len(homes)) < 0.6)
    plain = labelled(HOUSEHOLD_TYPES[1:], draw(rng, (0.96, 0.04), len(homes)))
    texts = {
        "household_type": np.where(homes["is_lifted"], HOUSEHOLD_TYPES[0], plain).astype(object),
        "household_size": numbers_text(homes["size"].to_numpy()),
        "is_no_labour_household": flags(homes["is_no_labour"].to_numpy()),
        "is_dilapidated_house": flags(unsafe_house),
        "has_safe_water": flags(~unsafe_water),
        "monitored_category": labelled(MONITORED_CATEGORIES, homes["category"]),
        "identified_month": months_text(homes["identified"].to_numpy()),
        "is_risk_eliminated": np.where(monitored, flags(~is_open), "").astype(object),
        "eliminated_month": months_text(eliminated),
        "elimination_mode": labelled(
            ELIMINATION_MODES, np.where(eliminated < 0, -1, homes["is_natural"].astype(int))
        ),
        "first_measure_month": months_text(district.first_measure),
        "out_of_pocket_yuan": yuan_text(incomes["out_of_pocket"]),
        "claims_yuan": yuan_text(incomes["claims"]),
        **district.measures,
    }
    for number in range(5):
        empty = np.full(len(homes), -1)
        cause = district.causes[:, number] if number < district.causes.shape[1] else empty
        texts[f"risk_cause_{number + 1}"] = labelled(RISK_CAUSES, cause)
    return texts | _income_texts(incomes)


def _income_texts(incomes: pd.DataFrame) -> Texts:
    columns = {
        "wage_income_yuan": "wage",
        "business_income_yuan": "business",
        "business_cost_yuan": "cost",
        "property_income_yuan": "property",
        "transfer_income_yuan": "transfer",
        "net_income_yuan": "net",
        "net_income_per_head_yuan": "per_head",
    }
    return {name: yuan_text(incomes[column]) for name, column in columns.items()}
