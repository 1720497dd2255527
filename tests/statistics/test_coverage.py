"""A simulated year with a known truth: 95 % intervals cover it in 93 to 97 % of repetitions.

The figures stand in docs/statistics.md.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats
from support import REPOSITORY

from hanbin_lib.indicators.ranking import rank_units
from hanbin_lib.params import Ranking, read_params
from hanbin_lib.statistics.proportions import weighted_share, wilson
from hanbin_lib.statistics.ranks import rank_intervals, ranks
from hanbin_lib.statistics.survey import TwoStageDesign

pytestmark = pytest.mark.slow
REPETITIONS = 1000
TOWNS = 26
VILLAGES = np.array([27, 21, 49, 23, 15, 27, 42, 15, 12, 9, 14, 16, 19, 10, 9, 3, 10, 17, 8, 22, 10, 12, 6,
                     4, 12, 10])  # fmt: skip


def _within(truth, low, high):
    return (low <= truth) & (truth <= high)


def test_phone_checks_where_response_depends_on_town_and_state():
    """61,725 households, seven in ten answer, more in some towns and states than in others."""
    rng = np.random.default_rng(1)
    sizes = rng.multinomial(61_725, np.repeat(VILLAGES / VILLAGES.sum(), 3) / 3).reshape(TOWNS, 3)
    county, towns = [], []
    for _ in range(REPETITIONS):
        truth = special.expit(rng.normal((-3.3, -3.8, -4.2), 0.25, (TOWNS, 3)))
        answering = special.expit(rng.normal((1.1, 0.9, 0.5), 0.3, (TOWNS, 3)))
        size = rng.binomial(sizes, answering)
        cases = rng.binomial(size, truth)
        true_towns = (truth * sizes).sum(axis=1) / sizes.sum(axis=1)
        for where, chosen in [(county, slice(None)), *((towns, n) for n in range(TOWNS))]:
            share, effective = weighted_share(
                (cases[chosen] / size[chosen]).ravel(), sizes[chosen].ravel(), size[chosen].ravel()
            )
            low, high = wilson(share * effective, effective)
            whole = (truth * sizes).sum() / sizes.sum() if where is county else true_towns[chosen]
            where.append(_within(whole, low, high))
    print(f"phone: county {np.mean(county):.3f}, towns {np.mean(towns):.3f}")
    assert 0.93 <= np.mean(county) <= 0.97
    assert 0.93 <= np.mean(towns) <= 0.97


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
    assert 0.93 <= np.mean(hits) <= 0.97
