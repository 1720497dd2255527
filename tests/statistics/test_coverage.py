"""A simulated year with a known truth: 95 % intervals cover it in 93 to 97.5 % of repetitions.

The figures stand in docs/statistics.md.
"""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats
from support import REPOSITORY

from hanbin_lib.indicators.ranking import rank_units
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import Ranking
from hanbin_lib.statistics.comparisons import rank_intervals, ranks
from hanbin_lib.statistics.survey import Overlap, SurveyShare, TwoStageDesign, change

pytestmark = pytest.mark.slow
REPETITIONS = 1000
TOWNS = 26
VILLAGES = np.array([27, 21, 49, 23, 15, 27, 42, 15, 12, 9, 14, 16, 19, 10, 9, 3, 10, 17, 8, 22, 10, 12, 6,
                     4, 12, 10])  # fmt: skip


def _within(truth, low, high):
    return (low <= truth) & (truth <= high)


def _called(rng, sizes, *, changing: float):
    """Two months of calls: strata of the survey share now and before, their overlap, and the truth.

    Households answer by their town and state, differently in the two months; `changing` is the part
    of the households whose own state is drawn anew.
    """
    rate = special.expit(rng.normal((-3.3, -3.8, -4.2), 0.25, (TOWNS, 3)))
    cell = np.repeat(np.arange(TOWNS * 3), sizes.ravel())
    then = rng.random(len(cell)) < rate.ravel()[cell]
    now = np.where(rng.random(len(cell)) < changing, rng.random(len(cell)) < rate.ravel()[cell], then)
    answering = [special.expit(rng.normal((1.1, 0.9, 0.5), 0.6, (TOWNS, 3))).ravel()[cell] for _ in range(2)]
    asked, before = (rng.random(len(cell)) < chance for chance in answering)

    def strata(chosen):
        return np.bincount(cell, chosen, minlength=TOWNS * 3).reshape(TOWNS, 3).astype(float)

    both = asked & before
    shares = [
        SurveyShare(strata(np.ones(len(cell))), strata(a), strata(a & y))
        for a, y in ((asked, now), (before, then))
    ]
    shared = Overlap(strata(both), strata(both & now), strata(both & then), strata(both & now & then))
    return (*shares, shared), strata(now), strata(then)


def _whole(part):
    """The county: its strata are those of all towns."""
    return type(part)(**{f.name: getattr(part, f.name).reshape(1, -1) for f in dataclasses.fields(part)})


@pytest.mark.parametrize("changing", [0.0, 0.3])
def test_phone_checks_where_response_depends_on_town_and_state(changing):
    """6,172 households, seven in ten answer, unevenly: level and change hold the truth of the households.

    With `changing` 0 no household's state changed, only who answered: the change is zero.
    """
    rng = np.random.default_rng(1)
    sizes = rng.multinomial(6_172, np.repeat(VILLAGES / VILLAGES.sum(), 3) / 3).reshape(TOWNS, 3)
    hits = {name: [] for name in ("level county", "level towns", "change county", "change towns")}
    for _ in range(REPETITIONS):
        parts, now, then = _called(rng, sizes, changing=changing)
        for where, chosen in (("county", [_whole(part) for part in parts]), ("towns", parts)):
            axis = None if where == "county" else 1
            true_now, true_then = (part.sum(axis=axis) / sizes.sum(axis=axis) for part in (now, then))
            hits[f"level {where}"].append(_within(true_now, *chosen[0].interval()))
            _, low, high = change(*chosen)
            hits[f"change {where}"].append(_within(true_now - true_then, low - 1e-12, high + 1e-12))
    found = {name: float(np.mean(one)) for name, one in hits.items()}
    first = float(np.mean(hits["change county"][:200]))
    print(f"phone, {changing:.0%} changing: {found}; change county in the first 200 months {first:.3f}")
    assert all(0.93 <= share <= 0.975 for share in found.values()), found


def _population(rng):
    """Stratum, village, and whether a household has a problem, for every household."""
    villages = np.repeat(np.arange(TOWNS), VILLAGES)
    households = rng.integers(40, 260, len(villages))
    logit = -1.9 + rng.normal(0, 0.45, TOWNS)[villages] + rng.normal(0, 0.6, len(villages))
    village = np.repeat(np.arange(len(villages)), households)
    return villages, households, village, rng.random(len(village)) < special.expit(logit)[village]


def test_inspections_of_two_villages_and_ten_households_a_town():
    """Problems cluster in villages; towns have 3 to 49 of them."""
    rng = np.random.default_rng(2)
    hits = []
    for _ in range(REPETITIONS):
        town_of, households, village, has_problem = _population(rng)
        start = np.concatenate([[0], np.cumsum(households)[:-1]])
        drawn = np.concatenate(
            [rng.choice(np.flatnonzero(town_of == town), 2, replace=False) for town in range(TOWNS)]
        )
        unit = np.concatenate([start[v] + rng.choice(households[v], 5, replace=False) for v in drawn])
        where = village[unit]
        design = TwoStageDesign(
            town_of[where], where, VILLAGES[town_of[where]].astype(float), households[where].astype(float)
        )
        low, high = design.mean(has_problem[unit].astype(float)).share_interval(len(unit))
        hits.append(_within(has_problem.mean(), low, high))
    print(f"inspection: {np.mean(hits):.3f}")
    assert 0.93 <= np.mean(hits) <= 0.97


def test_ranks_of_the_dispatch_score():
    """Five parts of few cases each; the true rank of each town is known."""
    rng = np.random.default_rng(3)
    shipped = read_params(REPOSITORY / "params" / "ranking.yaml", Ranking)
    ranking = shipped.model_copy(update={"draws": 1000, "confidence": 0.95})
    places = [f"{n}" for n in range(TOWNS)]
    hits = []
    for _ in range(REPETITIONS):
        true, cases = np.zeros(TOWNS), []
        for part in ranking.towns:
            middle = (part.worst + part.best) / 2
            share = stats.beta.rvs(middle * 40, (1 - middle) * 40, size=TOWNS, random_state=rng)
            size = rng.integers(15, 90, TOWNS).astype(float)
            # A clustered sample knows as much as a smaller one drawn at random.
            count = rng.binomial(np.round(size).astype(int), share).astype(float)
            frame = pd.DataFrame({"numerator": count, "denominator": size}, index=places)
            cases.append(frame * part.design_effect)
            true += part.weight * np.clip((share - part.worst) / (part.best - part.worst), 0, 1)
        drawn = ranks(rank_units(cases, ranking.towns, ranking).scores)
        low, high = rank_intervals(drawn, ranking.confidence)
        hits.append(_within(ranks(true[None])[0], low, high).mean())
    print(f"ranks: {np.mean(hits):.3f}")
    # Ranks are whole numbers: an interval of them reaches outwards to the next.
    assert 0.93 <= np.mean(hits) <= 0.98
