"""The alarm: false alarms as often as it says, and real ones seen."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from hanbin_lib.simulate.risk_alarm import alarm, any_false_alarm
from hanbin_lib.simulate.risk_model import AlarmRules

RULES = AlarmRules(history_months=12, false_alarm_share=0.01, least_households=1)
GROUPS = [f"town{n}" for n in range(26)]


def steady(rng, months=13, spread=0.0):
    """Entries of 26 towns whose rates do not change; all move together by `spread`."""
    rates = rng.gamma(4.0, 0.5, 26)
    together = rng.gamma(1 / spread**2, spread**2, months) if spread else np.ones(months)
    return rng.poisson(rates[:, None] * together)


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_false_alarms_come_as_often_as_stated(spread):
    """600 districts without any change: the share of towns that ring, and of months in which any does."""
    rng = np.random.default_rng(5)
    rang, stated, any_rang, any_stated = [], [], [], []
    for _ in range(600):
        counts = steady(rng, spread=spread)
        found = alarm(counts[:, :-1], counts[:, -1], GROUPS, RULES)
        rang.append(found.table["is_alarm"].mean())
        stated.append(found.table["false_alarm"].mean())
        any_rang.append(found.table["is_alarm"].any())
        any_stated.append(found.any_false_alarm)
    assert max(stated) <= RULES.false_alarm_share
    error = np.std(rang) / len(rang) ** 0.5
    assert abs(np.mean(rang) - np.mean(stated)) < 4 * error
    error = np.std(any_rang) / len(any_rang) ** 0.5
    assert abs(np.mean(any_rang) - np.mean(any_stated)) < 4 * error + 0.02


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_what_is_said_of_a_false_alarm_covers_towns_and_causes(spread):
    """600 districts without any change: how many months have a town or a cause that rings, and what is printed."""
    rng = np.random.default_rng(8)
    causes = np.array([0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
    rang, stated, towns_alone = [], [], []
    for _ in range(600):
        by_town = steady(rng, spread=spread)
        by_cause = rng.multinomial(by_town.sum(axis=0), causes).T
        town, cause = (
            alarm(counts[:, :-1], counts[:, -1], [str(n) for n in range(len(counts))], RULES)
            for counts in (by_town, by_cause)
        )
        rang.append(town.table["is_alarm"].any() or cause.table["is_alarm"].any())
        stated.append(any_false_alarm(town, cause, rng, months=200))
        towns_alone.append(town.any_false_alarm)
    print(f"months without change, spread {spread}: a town or a cause rings in {np.mean(rang):.1%}, "
          f"stated {np.mean(stated):.1%}, of the towns alone {np.mean(towns_alone):.1%}")  # fmt: skip
    error = np.std(rang) / len(rang) ** 0.5
    assert abs(np.mean(rang) - np.mean(stated)) < 2.6 * error
    assert np.mean(stated) > np.mean(towns_alone)


def test_a_town_with_five_times_its_entries_rings_and_the_others_do_not():
    rng = np.random.default_rng(6)
    counts = rng.poisson(np.full((26, 13), 4.0))
    counts[:, -1] = 4
    counts[7, -1] = 20
    found = alarm(counts[:, :-1], counts[:, -1], GROUPS, RULES).table
    assert list(found.loc[found["is_alarm"], "group"]) == ["town7"]


def test_small_numbers_do_not_ring_however_rare():
    history = np.zeros((26, 12))
    current = np.full(26, 4)
    rules = RULES.model_copy(update={"least_households": 5})
    found = alarm(history, current, GROUPS, rules)
    assert not found.table["is_alarm"].any()
    assert (found.table["limit"] >= 5).all()
    assert alarm(history, current, GROUPS, RULES).table["is_alarm"].all()


def test_the_limit_is_the_quantile_of_the_negative_binomial():
    """Groups with an even history: gamma(a + s, b + n), checked with scipy; one alone has nobody to differ from."""
    history = np.tile([3, 4, 5, 4], (2, 3)).astype(float)
    found = alarm(history, np.array([4, 4]), ["a", "b"], RULES).table
    assert alarm(history[:1], np.array([4]), ["a"], RULES).table.iloc[0].equals(found.iloc[0])
    shape = 1 / 0.05 + history[0].sum()
    rate = 1 / 0.05 / 4 + 12
    limit = int(stats.nbinom.isf(0.01, shape, rate / (rate + 1))) + 1
    assert list(found["limit"]) == [limit, limit]
    rings = [
        alarm(history, np.full(2, count), ["a", "b"], RULES).table["is_alarm"].all()
        for count in (limit - 1, limit)
    ]
    assert rings == [False, True]
    assert found["false_alarm"].iloc[0] == pytest.approx(stats.nbinom.sf(limit - 1, shape, rate / (rate + 1)))


def test_the_prior_has_mean_and_spread_of_all_groups():
    """Moments: the groups' means vary as their rates do, and by what chance alone makes of a mean of twelve months."""
    history = np.array([[2.0, 3, 1] * 4, [8, 7, 9] * 4, [4, 5, 6] * 4])
    found = alarm(history, np.zeros(3), list("abc"), RULES)
    centre = 5.0
    shape = centre**2 / (np.var([2, 8, 5], ddof=1) - centre / 12)
    expected = (shape + history.sum(axis=1)) / (shape / centre + 12)
    assert found.table["expected"].to_numpy() == pytest.approx(expected)


def test_months_that_move_together_have_a_factor_with_mean_one_and_the_spread_of_the_totals():
    """The totals' variance beyond Poisson's, over their squared mean; none where there is no more of it."""
    together = np.array([0.5, 1.5, 1.0, 1.2, 0.8, 1.0] * 2)
    history = np.outer([10.0, 20.0, 30.0], together)
    found = alarm(history, np.zeros(3), list("abc"), RULES).factor
    totals = history.sum(axis=0)
    extra = (totals.var(ddof=1) - totals.mean()) / totals.mean() ** 2
    assert found.mean() == pytest.approx(1)
    assert found.var() == pytest.approx(extra, rel=0.06)
    assert (alarm(np.full((3, 12), 4.0), np.zeros(3), list("abc"), RULES).factor == 1).all()


def test_a_little_more_spread_than_chance_is_a_factor_all_share():
    """Totals of 0 and 3 in turn vary by 2.7 about 1.5: more than counts do by themselves, by less than one."""
    history = np.tile([0.0, 3.0], 6)[None]
    assert 0 < history.sum(axis=0).var(ddof=1) - history.mean() < 1.2
    found = alarm(history / 1.0, np.zeros(1), ["甲"], RULES).factor
    slight = alarm(np.tile([0.0, 2.0], 6)[None], np.zeros(1), ["甲"], RULES).factor
    assert (len(found), len(slight)) == (41, 41)
    assert np.mean(found) == pytest.approx(1) == np.mean(slight)


def test_where_no_cause_can_ring_the_towns_alone_give_false_alarms():
    """A month that is bad for all: most months at a third, some at four times the usual."""
    towns = alarm(np.full((5, 12), 20.0), np.zeros(5), list("甲乙丙丁戊"), RULES)
    factor = np.array([1 / 3] * 9 + [7.0])
    rare = replace(towns, table=towns.table.assign(limit=10**6))
    skewed = replace(towns, factor=factor)
    limits, stay = towns.table["limit"].to_numpy(), towns.rate / (towns.rate + factor)
    rings = 1 - stats.nbinom.sf(limits[:, None] - 1, towns.size[:, None], stay).mean(axis=1)
    none = np.prod(1 - stats.nbinom.sf(limits[:, None] - 1, towns.size[:, None], stay), axis=0).mean()
    assert any_false_alarm(skewed, rare, np.random.default_rng(2)) == pytest.approx(1 - none, abs=0.012)
    assert rings.max() < 1
