"""Texts of one column looked up in another, as pandas would look them up."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.store.frames import is_among

TEXTS = st.lists(st.sampled_from(["甲", "乙", "丙", "", None]))


@given(TEXTS, TEXTS, st.booleans())
def test_it_is_what_pandas_finds_and_nothing_stands_nowhere(own, known, are_categories):
    column, others = (pd.Series(texts, dtype="str") for texts in (own, known))
    if are_categories:
        column, others = column.astype("category"), others.astype("category")
    expected = [one is not None and one in known for one in own]
    assert is_among(column, others).tolist() == expected
