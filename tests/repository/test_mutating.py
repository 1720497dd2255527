"""The small changes that `make mutants` tries: which there are, and that each is made and told of."""

import argparse
import ast
import builtins
import gc
import sys
import types

import pytest
import yaml
from support import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "scripts"))
import mutants
import mutating

SOURCE = '''
"""A module."""
LIMIT: int = 3
def above(value: int, limit: int = LIMIT) -> bool:
    """Whether 5 is more than 4."""
    if value is None:
        raise ValueError("at most 7")
    return value > limit
def both(a, b):
    return above(a) and not above(b, limit=2)
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A small module in place of the library."""
    (tmp_path / "small.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr(mutating, "LIBRARY", tmp_path)
    monkeypatch.setattr(mutating, "MODULES", ("small.py",))
    mutating._source.cache_clear()
    found = types.ModuleType("hanbin_lib.small")
    found.__file__, found.__package__ = str(tmp_path / "small.py"), "hanbin_lib"
    monkeypatch.setitem(sys.modules, "hanbin_lib.small", found)
    exec(compile(SOURCE, str(tmp_path / "small.py"), "exec"), found.__dict__)  # the module of this test
    yield found
    mutating._source.cache_clear()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a > b", "a >= b"), ("a <= b", "a < b"), ("a == b", "a != b"), ("a in b", "a not in b"),
        ("a is None", "a is not None"), ("a & b", "a | b"), ("a and b", "a or b"), ("a + b", "a - b"),
        ("a * b", "a / b"), ("not a", "not not a"), ("~a", "~~a"), ("a.isna", "a.notna"), ("a.ge", "a.gt"),
        ("max", "min"), ("12", "13"), ("0.5", "1.5"), ("True", "False"), ("'first'", "'last'"),
        ("'text'", None), ("a", None), ("a.value", None), ("'a' + b", None), ("[a] + b", None),
        ("a < b < c", None), ("None", None), ("a % b", None),
    ],
)  # fmt: skip
def test_what_a_change_makes_of_an_expression(before, after):
    node = ast.parse(before, mode="eval").body
    assert mutating._change(node) == (after is not None)
    assert ast.unparse(node) == (before if after is None else after)


def test_texts_types_and_messages_are_no_computation(module):
    keys = [one.key.rpartition("::")[2] for one in mutating.mutants("small.py")]
    assert sorted(keys) == sorted([
        "3 → 4", "value is None → value is not None", "value > limit → value >= limit", "2 → 3",
        "above(a) and (not above(b, limit=2)) → above(a) or not above(b, limit=2)",
        "not above(b, limit=2) → not not above(b, limit=2)",
    ])  # fmt: skip
    within = {one.key.rpartition("::")[2]: one.is_within for one in mutating.mutants("small.py")}
    assert not within.pop("3 → 4")
    assert all(within.values())


@pytest.mark.parametrize(
    ("change", "call", "before", "after"),
    [
        ("value > limit", lambda m: m.above(3), False, True),
        ("3 → 4", lambda m: m.above(4), True, False),
        ("2 → 3", lambda m: m.both(4, 3), False, True),
        ("not above", lambda m: m.both(4, 1), True, False),
    ],
)
def test_a_change_is_made_in_functions_and_defaults_that_are_known_already(
    module, change, call, before, after
):
    known = mutating.functions()
    assert call(module) == before
    one = next(one for one in mutating.mutants("small.py") if one.key.rpartition("::")[2].startswith(change))
    mutating.apply(one, known)
    assert call(module) == after


def test_every_place_that_is_computed_is_told_of(module, monkeypatch):
    seen = []
    monkeypatch.setattr(builtins, "_seen_", None, raising=False)
    mutating.watch(seen.append)
    assert module.both(1, 1) is False
    sites = {one.site: one.key.rpartition("::")[2] for one in mutating.mutants("small.py")}
    told = [sites.get(one, one) for one in seen]
    assert told[0] == "small.py::both"
    assert "small.py::above" in told
    assert "value > limit → value >= limit" in told
    assert "2 → 3" not in told  # the second is never asked
    assert module.both(9, 1) is True
    assert sites.keys() <= set(seen) | {one.site for one in mutating.mutants("small.py") if not one.is_within}


def test_a_sample_differs_only_where_the_code_does(module, monkeypatch):
    options = argparse.Namespace(seed="1", skip=0, number=6, only="", again=None)
    drawn, whole = mutants.chosen(options)
    assert whole == len(drawn) == 6
    more = SOURCE.replace("limit=2)", "limit=2) or a == 9")
    (mutating.LIBRARY / "small.py").write_text(more, encoding="utf-8")
    mutating._source.cache_clear()
    options.number = 100
    again = [one.key for one in mutants.chosen(options)[0]]
    kept = [one.key for one in drawn if one.key in again]
    assert len(kept) >= 4
    assert [key for key in again if key in kept] == kept
    options.seed = "2"
    assert [one.key for one in mutants.chosen(options)[0]] != again


def test_every_reason_is_of_a_change_that_there_is():
    reasons = yaml.safe_load(mutants.KNOWN.read_text(encoding="utf-8"))
    keys = {one.key for name in mutating.modules() for one in mutating.mutants(name)}
    assert set(reasons) - keys == set()
    assert all(reasons.values())


def test_functions_frozen_before_are_found(module):
    """What the collector no longer looks through it lists no more, and no change would be noticed."""
    gc.freeze()
    assert {name for _, name, _ in mutating.functions()} == {"above", "both"}
