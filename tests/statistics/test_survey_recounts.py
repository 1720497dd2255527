"""The estimators of the two surveys against their definitions, written out stratum by stratum."""

import math
import random
import statistics

import numpy as np
import pytest
from scipy import optimize, special, stats
from statsmodels.stats.proportion import proportion_confint

from hanbin_lib.statistics.survey import Estimate, Overlap, SurveyShare, TwoStageDesign, change

SEEDS = range(25)


def random_design(seed: int) -> list[tuple[str, str, int, int, float]]:
    """Units drawn: stratum, cluster, its clusters, the cluster's units, and a value (often not known).

    Some strata have one cluster drawn, of one or of several; some clusters one unit, or all of theirs.
    """
    rng = random.Random(seed)
    rows = []
    for stratum in "甲乙丙"[: rng.randint(1, 3)]:
        drawn = rng.randint(1, 4)
        clusters = drawn + rng.choice((0, 1, 5))
        for cluster in range(drawn):
            taken = rng.randint(1, 4)
            units = taken + rng.choice((0, 1, 20))
            rows += [
                (stratum, f"{stratum}{cluster}", clusters, units, rng.choice((0.0, 1.0, 3.5, math.nan)))
                for _ in range(taken)
            ]
    rng.shuffle(rows)
    return rows


def design_of(rows) -> TwoStageDesign:
    stratum, cluster, clusters, units, _ = (np.array(column) for column in zip(*rows, strict=True))
    return TwoStageDesign(stratum, cluster, clusters, units)


def total_by_hand(rows) -> tuple[float, float]:
    """Total and its variance, stage by stage; what is not known counts as nought."""
    strata: dict[str, dict[str, list]] = {}
    for row in rows:
        strata.setdefault(row[0], {}).setdefault(row[1], []).append(row)
    total, variance = 0.0, 0.0
    of_clusters = {
        cluster: units[0][2] / len(clusters) * units[0][3] / len(units)
        * sum(0.0 if math.isnan(row[4]) else row[4] for row in units)
        for clusters in strata.values() for cluster, units in clusters.items()
    }  # fmt: skip
    for clusters in strata.values():
        population, drawn = next(iter(clusters.values()))[0][2], len(clusters)
        totals = [of_clusters[name] for name in clusters]
        total += sum(totals)
        left_out = 1 - drawn / population
        if drawn > 1:
            variance += left_out * drawn * statistics.variance(totals)
        else:  # set against all clusters
            variance += left_out * (totals[0] - statistics.mean(of_clusters.values())) ** 2
        for units in clusters.values():
            known, size = [0.0 if math.isnan(row[4]) else row[4] for row in units], units[0][3]
            if len(units) > 1:
                spread = size * (size - len(units)) * statistics.variance(known) / len(units)
                variance += population / drawn * spread
    return total, variance


@pytest.mark.parametrize("seed", SEEDS)
def test_a_total_is_that_of_its_stages(seed):
    rows = random_design(seed)
    found = design_of(rows).total(np.array([row[4] for row in rows]))
    value, variance = total_by_hand(rows)
    assert found.value == pytest.approx(value)
    assert found.standard_error**2 == pytest.approx(variance, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mean_is_the_ratio_of_two_totals(seed):
    """Its variance is that of the total of what each unit differs from the mean."""
    rows = random_design(seed)
    found = design_of(rows).mean(np.array([row[4] for row in rows]))
    size, _ = total_by_hand([(*row[:4], math.nan if math.isnan(row[4]) else 1.0) for row in rows])
    if size == 0:
        assert math.isnan(found.value)
        assert math.isnan(found.standard_error)
        return
    value = total_by_hand(rows)[0] / size
    _, variance = total_by_hand([(*row[:4], (row[4] - value) / size) for row in rows])
    assert found.value == pytest.approx(value)
    assert found.standard_error**2 == pytest.approx(variance, abs=1e-12)


def test_a_sample_of_which_nothing_is_known_has_no_mean():
    rows = [("甲", "甲0", 3, 9, math.nan), ("甲", "甲1", 3, 9, math.nan)]
    found = design_of(rows).mean(np.full(2, math.nan))
    assert math.isnan(found.value)
    assert math.isnan(found.standard_error)
    assert found.degrees_of_freedom == 1


@pytest.mark.parametrize(
    ("share", "error", "freedom", "size"),
    [(0.2, 0.05, 26, 260), (0.2, 0.001, 26, 260), (0.5, 0.2, 1, 8), (0.5, 0.2, 0, 8), (0.9, 0.02, 3, 40),
     (0.2, 0.0, 26, 260), (0.0, 0.0, 26, 260), (1.0, 0.0, 26, 260), (0.0, 0.3, 26, 260), (1.0, 0.3, 26, 260),
     (0.4, 0.9, 5, 1), (0.4, 0.6, 5, 2)],
)  # fmt: skip
def test_a_share_is_that_of_the_sample_its_error_amounts_to(share, error, freedom, size):
    """Korn and Graubard: the exact interval of the effective size, fewer for few degrees of freedom."""
    effective = share * (1 - share) / error**2 if error and 0 < share < 1 else size
    t = [stats.t.isf(0.025, max(one, 1)) for one in (size - 1, freedom)]
    effective = min(effective * (t[0] / t[1]) ** 2, size)
    low, high = proportion_confint(share * effective, effective, method="beta")
    assert Estimate(share, error, freedom).share_interval(size) == pytest.approx((low, high), abs=1e-9)


def test_no_sample_has_no_interval():
    assert np.isnan(Estimate(0.3, 0.1, 26).share_interval(0)).all()
    assert np.isnan(Estimate(0.0, 0.0, 26).share_interval(0)).all()
    assert np.isnan(Estimate(math.nan, math.nan, 26).share_interval(10)).all()
    assert not np.isnan(Estimate(0.0, 0.0, 0).share_interval(1)).any()


def test_a_wider_level_gives_a_wider_share():
    narrow, wide = (Estimate(0.3, 0.05, 26).share_interval(80, level) for level in (0.8, 0.99))
    assert 0 < wide[0] < narrow[0] < 0.3 < narrow[1] < wide[1] < 1


# --- the telephone's share ---------------------------------------------------------------------------------


def random_strata(seed: int, places: int = 3) -> tuple[list[list[tuple[int, int, int]]], ...]:
    """Households, answers and cases of some places' strata, twice, of the same households."""
    rng = random.Random(seed)

    def answers(base: int) -> tuple[int, int, int]:
        size = rng.choice((0, 1, base, rng.randint(0, base))) if base else 0
        size = min(size, base)
        return base, size, rng.choice((0, size, rng.randint(0, size)))

    bases = [[rng.choice((0, 1, 2, 7, 60)) for _ in range(3)] for _ in range(places)]
    return tuple([[answers(base) for base in row] for row in bases] for _ in "ab")


def share_of(strata) -> SurveyShare:
    return SurveyShare(*np.moveaxis(np.array(strata, dtype=float), -1, 0))


Z = 1.959963984540054


def by_hand(strata: list[tuple[int, int, int]]) -> tuple[float, float, float]:
    """Weighted share of one place and the limits of its score interval.

    Along the shares that go best with the answers while they add up to less (or more) than was seen, the
    distance in standard errors grows; the limit is where it is 1.96.
    """
    asked = [one for one in strata if one[1] > 0]
    if not asked:
        return math.nan, math.nan, math.nan
    whole = sum(base for base, _, _ in asked)
    weight = [base / whole for base, _, _ in asked]
    seen = [cases / size for _, size, cases in asked]
    value = sum(w * p for w, p in zip(weight, seen, strict=True))
    left = [1 / size - 1 / base for base, size, _ in asked]
    lever = [w * w * one for w, one in zip(weight, left, strict=True)]
    if not sum(lever):
        return value, value, value
    errors = [
        one * min(size / (size - 1 + own / sum(lever)) if own else 1.0, 2.0)
        for one, own, (_, size, _) in zip(left, lever, asked, strict=True)
    ]

    def shares(multiplier: float) -> list[float]:
        return [likeliest(p, multiplier * w * one) for w, p, one in zip(weight, seen, errors, strict=True)]

    def distance(multiplier: float) -> float:
        held = shares(multiplier)
        return abs(multiplier) * math.sqrt(
            sum(w * w * one * x * (1 - x) for w, one, x in zip(weight, errors, held, strict=True))
        )

    limits = []
    for side in (1, -1):
        end = 30.0
        if distance(side * math.exp(end)) > Z:
            end = optimize.brentq(lambda log, side=side: distance(side * math.exp(log)) - Z, -20, end)
        limits.append(sum(w * x for w, x in zip(weight, shares(side * math.exp(end)), strict=True)))
    return value, *limits


def likeliest(seen: float, pull: float) -> float:
    """The share between 0 and 1 of the greatest likelihood of one answer, less `pull` times the share."""
    roots = [root.real for root in np.roots([pull, -(1 + pull), seen])]
    inside = [min(max(root, 0.0), 1.0) for root in roots if -1e-9 <= root <= 1 + 1e-9]
    return max(inside, key=lambda x: special.xlogy(seen, x) + special.xlogy(1 - seen, 1 - x) - pull * x)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_share_is_that_of_its_strata(seed):
    for strata in random_strata(seed):
        found = share_of(strata)
        for place, row in enumerate(strata):
            value, *limits = by_hand(row)
            assert found.value[place] == pytest.approx(value, nan_ok=True)
            edges = [edge[place] for edge in found.interval()]
            assert edges == pytest.approx(limits, nan_ok=True, abs=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_are_those_of_the_silent(seed):
    for strata in random_strata(seed):
        low, high = share_of(strata).bounds
        for place, row in enumerate(strata):
            base = sum(one[0] for one in row)
            cases = sum(one[2] for one in row)
            silent = base - sum(one[1] for one in row)
            edges = (cases / base, (cases + silent) / base) if base else (math.nan, math.nan)
            assert (low[place], high[place]) == pytest.approx(edges, nan_ok=True)


def random_answers(seed: int) -> list[list[tuple[bool | None, bool | None]]]:
    """Three strata of households: what each said now and before, None where it did not answer."""
    rng = random.Random(seed)
    return [
        [
            (rng.choice((None, True, False, False)), rng.choice((None, True, False, False)))
            for _ in range(size)
        ]
        for size in (rng.choice((1, 6)), rng.choice((4, 30)), rng.choice((0, 50)))
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_is_that_of_two_samples_of_the_same_households(seed):
    answers = random_answers(seed)
    strata = [
        [
            (len(homes), sum(h[n] is not None for h in homes), sum(h[n] is True for h in homes))
            for homes in answers
        ]
        for n in (0, 1)
    ]
    both = [[h for h in homes if None not in h] for homes in answers]
    shared = Overlap(
        *(
            np.array([[float(sum(map(counted, homes))) for homes in both]])
            for counted in (lambda _h: True, lambda h: h[0], lambda h: h[1], lambda h: h[0] and h[1])
        )
    )
    now, before = share_of([strata[0]]), share_of([strata[1]])
    pairs = np.array([h for homes in both for h in homes], dtype=float)
    varies = len(pairs) > 0 and (pairs.std(axis=0) > 0).all()
    phi = float(np.corrcoef(pairs.T)[0, 1]) if varies else 0.0
    assert shared.correlation.item() == pytest.approx(phi)

    found = [part.item() for part in change(now, before, shared)]
    assert found == pytest.approx(changed_by_hand(strata, [len(homes) for homes in both], phi), nan_ok=True)


def changed_by_hand(strata, twice: list[int], phi: float) -> tuple[float, float, float]:
    """Newcombe's limits with the covariance of two means drawn from the same finite strata (Tam 1984)."""
    parts = [by_hand(row) for row in strata]
    whole = [sum(base for base, size, _ in row if size) for row in strata]
    covariance = 0.0
    lever = [0.0, 0.0]
    for (base, n1, _), (_, n2, _), m in zip(*strata, twice, strict=True):
        for which, n in enumerate((n1, n2)):
            lever[which] += (base / whole[which]) ** 2 * (1 / n - 1 / base) if n else 0.0
        if n1 and n2:
            covariance += base / whole[0] * base / whole[1] * (m / (n1 * n2) - 1 / base)
    known = min(lever) > 1e-15
    r = min(max(covariance / math.sqrt(lever[0] * lever[1]) * phi, -1.0), 1.0) if known else 0.0
    (p, a, b), (q, c, d) = parts
    below = math.sqrt(max((p - a) ** 2 + (d - q) ** 2 - 2 * r * (p - a) * (d - q), 0.0))
    above = math.sqrt(max((b - p) ** 2 + (q - c) ** 2 - 2 * r * (b - p) * (q - c), 0.0))
    return p - q, p - q - below, p - q + above
