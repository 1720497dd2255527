"""Levels add up with the least change; what is fixed stays."""

from itertools import permutations

import numpy as np
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting.group import reconcile, shrunk_covariance

PARENT = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "b3": "b", "a": "all", "b": "all"}
PERSONS = {"a1": 300, "a2": 900, "b1": 500, "b2": 100, "b3": 700}


@pytest.fixture
def paths():
    rng = np.random.default_rng(1)
    common = rng.normal(size=(400, 3))
    names = [*PERSONS, "a", "b", "all"]
    return {n: 10_000 + 800 * common + rng.normal(0, 300 + 50 * i, (400, 3)) for i, n in enumerate(names)}


def _adds_up(made):
    for upper in ("a", "b", "all"):
        children = [c for c, p in PARENT.items() if p == upper]
        weight = [PERSONS.get(c) or sum(PERSONS[g] for g, p in PARENT.items() if p == c) for c in children]
        mean = np.average([made[c] for c in children], axis=0, weights=weight)
        np.testing.assert_allclose(made[upper], mean)


def test_every_future_adds_up(paths):
    _adds_up(reconcile(paths, PARENT, PERSONS))


def test_a_fixed_district_stays(paths):
    made = reconcile(paths, PARENT, PERSONS, fixed=["all"])
    np.testing.assert_array_equal(made["all"], paths["all"])
    _adds_up(made)


def test_what_adds_up_is_left_alone(paths):
    once = reconcile(paths, PARENT, PERSONS)
    again = reconcile(once, PARENT, PERSONS)
    for name in paths:
        np.testing.assert_allclose(again[name], once[name])


def test_it_is_generalised_least_squares(paths):
    """The textbook form: S (S' W^-1 S)^-1 S' W^-1 on the lowest places."""
    names = list(paths)
    lowest = list(PERSONS)
    people = np.array([PERSONS[n] for n in lowest], dtype=float)
    inside = {"a": ["a1", "a2"], "b": ["b1", "b2", "b3"], "all": lowest} | {n: [n] for n in lowest}
    member = np.array([[n in inside[name] for n in lowest] for name in names], dtype=float)
    summing = member * people / (member @ people)[:, None]
    stack = np.stack([paths[n][:, 0] for n in names])
    inverse = np.linalg.inv(shrunk_covariance(stack))
    fitted = summing @ np.linalg.solve(summing.T @ inverse @ summing, summing.T @ inverse @ stack)
    made = reconcile(paths, PARENT, PERSONS)
    np.testing.assert_allclose(np.stack([made[n][:, 0] for n in names]), fitted, rtol=1e-6)


def test_shrinking_keeps_variances_and_weakens_correlations():
    rng = np.random.default_rng(2)
    draws = rng.normal(size=(30, 25))
    found, raw = shrunk_covariance(draws), np.cov(draws)
    np.testing.assert_allclose(np.diag(found), np.diag(raw))
    off = ~np.eye(30, dtype=bool)
    assert np.abs(found[off]).sum() < 0.6 * np.abs(raw[off]).sum()
    assert np.linalg.eigvalsh(found).min() > 0


@pytest.mark.parametrize("rows", [2, 5])
def test_correlations_are_shrunk_by_how_unsure_they_are(rows):
    """Schäfer and Strimmer, pair by pair: summed variance of the correlations over their summed squares."""
    draws = np.random.default_rng(rows).normal(size=(rows, 12)) * np.geomspace(0.01, 100, rows)[:, None]
    raw = np.corrcoef(draws)
    standard = (draws - draws.mean(axis=1, keepdims=True)) / draws.std(axis=1, ddof=1, keepdims=True)
    unsure = squares = 0.0
    for i, j in permutations(range(rows), 2):
        products = standard[i] * standard[j]
        unsure += ((products**2).mean() - raw[i, j] ** 2) / 11
        squares += raw[i, j] ** 2
    kept = 1 - min(unsure / squares, 1.0)
    spreads = draws.std(axis=1, ddof=1)
    expected = np.where(np.eye(rows) == 1, 1.0, kept * raw) * np.outer(spreads, spreads)
    np.testing.assert_allclose(shrunk_covariance(draws), expected)


def test_what_never_moves_has_no_covariance():
    moving = np.random.default_rng(1).normal(size=(2, 40))
    held = shrunk_covariance(np.vstack([moving, np.full(40, 7.0)]))
    np.testing.assert_allclose(np.diag(held), [*moving.var(axis=1, ddof=1), 0.0])
    assert not held[2].any()
    assert np.isfinite(held).all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p, w: (p, w | {"a1": 0}),
        lambda p, w: (p, {k: v for k, v in w.items() if k != "b3"}),
        lambda p, w: ({k: v for k, v in p.items() if k != "a"}, w),
        lambda p, w: (p | {"a1": p["a1"][:, :2]}, w),
    ],
    ids=["no persons", "persons missing", "level missing", "shapes differ"],
)
def test_what_cannot_add_up_is_refused(paths, spoil):
    changed, persons = spoil(paths, PERSONS)
    with pytest.raises(HanbinError, match="HB-FC-011"):
        reconcile(changed, PARENT, persons)


def test_all_fixed_is_refused(paths):
    with pytest.raises(HanbinError, match="HB-FC-011"):
        reconcile(paths, PARENT, PERSONS, fixed=list(paths))
