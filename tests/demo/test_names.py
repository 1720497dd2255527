import re

import numpy as np

from hanbin_demo.names import identity_numbers

FACTORS = [2 ** (17 - place) % 11 for place in range(18)]


def control(number: str) -> int:
    """ISO 7064 MOD 11-2 over all eighteen characters; 1 for a right number."""
    digits = [10 if sign == "X" else int(sign) for sign in number]
    return sum(d * f for d, f in zip(digits, FACTORS, strict=True)) % 11


def test_known_number():
    # The worked example of GB 11643-1999: 11010519491231002X ends with X.
    assert control("11010519491231002X") == 1


def test_numbers_are_unique_of_no_region_and_right(full):
    numbers = full.persons["id_number"]
    assert numbers.is_unique
    assert numbers.str.fullmatch(r"999999\d{11}[\dX]").all()
    assert all(control(number) == 1 for number in numbers[::37])


def test_numbers_tell_birth_and_sex(small):
    persons = small.persons
    births = np.datetime_as_string(persons["birth"].to_numpy().astype("datetime64[D]"))
    assert [n[6:14] for n in persons["id_number"]] == [b.replace("-", "") for b in births]
    assert (persons["id_number"].str[16].astype(int) % 2 == persons["is_male"]).all()


def test_ages_are_right_at_the_month_end(full):
    births = full.persons["birth"].dt
    had_birthday = (births.month * 100 + births.day) <= 930
    assert (2022 - births.year - ~had_birthday == full.persons["age"]).all()


def test_same_birthday_gives_different_numbers():
    births = np.full(40, np.datetime64("1980-01-01"))
    assert len(set(identity_numbers(births, np.arange(40) % 2 == 0))) == 40


def test_names_are_chinese_and_lines_share_the_surname(small):
    persons = small.persons
    assert all(re.fullmatch(r"[一-鿿]{2,3}", name) for name in persons["name"])
    family = persons[persons["line"] == 0].groupby("household")["name"]
    assert family.agg(lambda names: names.str[0].nunique()).eq(1).all()
