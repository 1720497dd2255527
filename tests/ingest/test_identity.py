"""Identity numbers and pseudonyms."""

import stat

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.ingest.identity import pseudonym_key, pseudonyms, valid_numbers

bodies = st.text("0123456789", min_size=17, max_size=17)


def check_digit(body):
    """GB 11643-1999 by its definition: the weighted sum with the check digit is 1 mod 11."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return next(c for n, c in enumerate("0123456789X") if (total + n) % 11 == 1)


@given(st.lists(bodies, min_size=1, max_size=5), st.sampled_from(["", "21", "43B1"]))
def test_right_numbers_are_valid_and_any_other_check_digit_is_not(texts, card):
    numbers = [text + check_digit(text) + card for text in texts]
    assert valid_numbers(pd.Series(numbers, dtype="str")).all()
    wrong = [text + next(c for c in "0123456789X" if c != check_digit(text)) + card for text in texts]
    assert not valid_numbers(pd.Series(wrong, dtype="str")).any()


@pytest.mark.parametrize("text", ["", "1", "1" * 17, "1" * 19, "1" * 21, "一" * 18, "9999991980010100X1X"])
def test_wrong_lengths_and_letters(text):
    assert not valid_numbers(pd.Series([text], dtype="str")).any() or text == ""


def test_a_missing_number_is_told_elsewhere():
    assert valid_numbers(pd.Series([None], dtype="str")).all()


def test_a_person_is_the_same_by_identity_card_and_by_disability_card():
    numbers = pd.Series(["99999919800101123x", "99999919800101123X43", "99999919800101124X"], dtype="str")
    first, second, other = pseudonyms(pd.DataFrame({"id_number": numbers}), b"key" * 8)
    assert first == second != other
    assert len(first) == 32
    assert pseudonyms(pd.DataFrame({"id_number": numbers}), b"another key").tolist()[0] != first


def test_the_key_is_made_once_and_kept_from_others(tmp_path):
    path = tmp_path / "data" / "pseudonym.key"
    key = pseudonym_key(path)
    assert len(key) == 32
    assert pseudonym_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("county", ["610902", "612401", "612421"])
@pytest.mark.parametrize("born", [1935, 1970, 2001])
def test_the_county_of_a_number_may_be_younger_or_older_than_the_person(county, born):
    """The first six digits say where the number was given, not where and when somebody was born."""
    body = f"{county}{born}0115000"
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    assert valid_numbers(pd.Series([body + "10X98765432"[total % 11]])).all()
