"""Results are computed once: for the same program and inputs, and for nothing else."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.store import tables
from hanbin_lib.store.tables import cached, is_among, results_read

TABLE = pd.DataFrame(
    {"place": ["a", "b"], "value": [0.1, float("nan")], "count": pd.array([1, None], "Int64")}
)
RESULTS = [TABLE, {"a": [1, 2.5, None], "名": "值"}, None, [0.1 + 0.2, 1e-300]]
TEXTS = st.lists(st.sampled_from(["甲", "乙", "丙", "", None]))


@pytest.fixture
def ask(tmp_path):
    """Ask for a result of some inputs; the list of calls grows where it had to be computed."""
    calls = []

    def ask(result, *inputs, name="x", folder=tmp_path):
        def compute():
            calls.append(inputs)
            return result

        return cached(name, *inputs, folder=folder, compute=compute), len(calls)

    return ask


def same(one, other):
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    else:
        assert one == other


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_is_computed_once_and_comes_back_exactly(ask, result):
    first, second = ask(result, "data", 1), ask(result, "data", 1)
    assert (first[1], second[1]) == (1, 1)
    same(first[0], second[0])
    same(first[0], result)


def test_other_inputs_another_name_and_another_program_compute_anew(ask, monkeypatch):
    assert ask(1, "data")[1] == 1
    assert ask(1, "other")[1] == 2
    assert ask(1, "data", name="y")[1] == 3
    monkeypatch.setattr(tables, "program_digest", lambda: "another program")
    assert ask(2, "data") == (2, 4)


def test_whoever_listens_hears_what_is_read_and_kept_meanwhile(ask, tmp_path):
    ask({"a": 1}, name="before")
    with results_read() as files:
        ask({"a": 1}, name="before")
        ask({"a": 1}, 1, name="now")
        with results_read() as inner:
            ask({"a": 1}, 2, name="now")
        ask({"a": 1}, 2, name="now")
    ask({"a": 1}, name="after")
    named = [sorted(path.name.split("-")[0] for path in found) for found in (files, inner)]
    assert named == [["before", "now", "now"], ["now"]]
    assert all(path.is_file() for path in files)


def test_without_a_folder_nothing_is_kept(ask):
    assert [ask(1, "data", folder=None)[1] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("result", [TABLE, {"a": 1}])
def test_a_damaged_file_is_computed_anew(ask, tmp_path, result):
    ask(result, "data")
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-3])
    found, calls = ask(result, "data")
    assert calls == 2
    same(found, result)
    assert ask(result, "data")[1] == 2


@given(TEXTS, TEXTS, st.booleans())
def test_it_is_what_pandas_finds_and_nothing_stands_nowhere(own, known, are_categories):
    column, others = (pd.Series(texts, dtype="str") for texts in (own, known))
    if are_categories:
        column, others = column.astype("category"), others.astype("category")
    expected = [one is not None and one in known for one in own]
    assert is_among(column, others).tolist() == expected
