"""Rates and projections found again from registers with known ones; lifelines on the same data."""

import lifelines
import numpy as np
import pandas as pd
import pytest
from known_registers import BANDS, CATEGORIES, CAUSES, LAST, random_truth, register_of, simulate, town_codes
from scipy import special

from hanbin_lib.simulate.additive import EffectDraws
from hanbin_lib.simulate.engine import COLUMNS, SimulationSettings, run, summarise
from hanbin_lib.simulate.episodes import NEVER, Episodes, episodes_of, household_months
from hanbin_lib.simulate.risk_flow import MEASURES, Change, project, risk_flow_model
from hanbin_lib.simulate.risk_model import (
    AlarmRules,
    Labels,
    RelapsePrior,
    RiskFlowRules,
    RiskModel,
    age_bands,
    estimate,
)
from hanbin_lib.simulate.risk_study import _open, backtest, scores
from hanbin_lib.statistics import stream
from hanbin_lib.statistics.estimates import kaplan_meier

TOWNS = town_codes(8)
NEVER_BACK = RelapsePrior(events=1e-6, household_months=1e6)
RULES = RiskFlowRules(
    horizon_months=12,
    history_months=24,
    draws=1000,
    backtest_draws=200,
    seed=20220930,
    confidence=0.9,
    relapse=NEVER_BACK,
    alarm=AlarmRules(history_months=12, false_alarm_share=0.01, least_households=5),
)
AHEAD = 12
MONTHS = 36  # of record; the first twelve fill the register


def known_case(rng, towns=8, spread=None):
    """A register of 36 months with known rates, and what came in the twelve months after."""
    truth = random_truth(rng, towns, MONTHS + AHEAD, spread)
    rows = simulate(rng, truth)
    first = LAST.shift(1 - MONTHS)
    register = register_of(rows, first, MONTHS - 1, town_codes(towns))
    episodes = episodes_of(register, town_codes(towns), LAST)
    return truth, rows, episodes, estimate(episodes, RULES, towns=town_codes(towns), least_months=6)


def hazard_table(model, settings):
    """Monthly chance of elimination by one factor at a time, the others at their middle, at last year's level."""
    draws = model.leaving.draw(stream(settings.seed, "hazards"), settings.draws)
    labels = model.labels
    level = draws.intercept + draws.of("month")[:, -12:].mean(axis=1)
    usual = level + draws.of("age")[:, min(1, len(labels.ages) - 1)]
    county = labels.towns[0][:6]
    kinds = (
        ("age", labels.ages, level),
        ("category", labels.categories, usual),
        ("cause", labels.causes, usual),
    )
    parts = [
        summarise(
            "elimination_chance",
            special.expit(base[:, None] + draws.of(name)),
            [county] * len(names),
            settings,
        ).assign(group=[f"{name}={label}" for label in names])
        for name, names, base in kinds
    ]
    towns = special.expit(usual[:, None] + draws.of("town"))
    return pd.concat(
        [*parts, summarise("elimination_chance", towns, labels.towns, settings)], ignore_index=True
    )


def still_open(rows, until):
    return int(((rows["born"] <= until) & ((rows["left"] < 0) | (rows["left"] > until))).sum())


@pytest.fixture(scope="module")
def case():
    return known_case(np.random.default_rng(11))


def test_bands_begin_with_the_months_in_which_nobody_may_leave():
    assert age_bands(6) == BANDS
    assert age_bands(0) == (0, 3, 6, 12, 18)


def small(rows, **options):
    """A model of a few months of entries in three towns."""
    codes = town_codes(3)
    episodes = episodes_of(register_of(rows, LAST.shift(-11), 11, codes), codes, LAST)
    return estimate(episodes, RULES, towns=codes, least_months=6, **options), episodes


@pytest.fixture(scope="module")
def few():
    """Two households a month and town, for a year."""
    born = np.repeat(np.arange(12), 6)
    return pd.DataFrame(
        {"town": np.tile([0, 1, 2], 24), "born": born, "left": -1, "category": 0, "cause": 0, "bound": False}
    )


@pytest.mark.parametrize(
    ("households", "known"),
    [((100.0, 1.0, 100.0), True), ((100.0, 0.0, 100.0), False), ((100.0, None, 100.0), False), ((), False)],
)
def test_how_many_households_there_are_is_known_of_all_towns_or_of_none(few, households, known):
    there = {code: n for code, n in zip(town_codes(3), households, strict=False) if n is not None}
    model, _ = small(few, households=there)
    assert model.is_bounded is known
    assert list(model.households) == (list(households) if known else [1, 1, 1])


def test_a_town_with_more_on_record_than_it_has_households_takes_nobody_in(few):
    """Registers hold who has moved away; a table of villages does not."""
    model, episodes = small(few, households=dict(zip(town_codes(3), (23.0, 24.0, 25.0), strict=True)))
    drawn = run(SimulationSettings(20, 1), risk_flow_model(model, episodes, 2, Change(entries=1e6)))
    assert (drawn["new_households"].sum(axis=1) == [0, 0, 1]).all()


def test_a_sweep_named_for_the_month_itself_is_past_and_one_named_for_the_next_is_to_come(few, monkeypatch):
    rules = RULES.model_copy(update={"sweeps": tuple(str(LAST.shift(step)) for step in (0, 1))})
    monkeypatch.setitem(small.__globals__, "RULES", rules)
    assert small(few)[0].sweeps == ((LAST.ordinal,), (LAST.ordinal + 1,))


def test_where_nobody_entered_lately_the_mix_is_that_of_all_on_record(few, monkeypatch):
    monkeypatch.setitem(small.__globals__, "RULES", RULES.model_copy(update={"history_months": 6}))
    old = few.assign(born=few["born"] % 3, cause=few.index % 2)
    model, _ = small(old)
    assert model.bound_share == 0.0
    assert model.mix == pytest.approx(np.array([[0.5, 0.5]]))


def test_a_town_without_an_open_household_has_none(few):
    _, episodes = small(few)
    assert list(_open(episodes, [*town_codes(3), "610902199"])) == [72, 24, 24, 24, 0]


def test_projection_is_a_table_of_results_whose_county_is_the_sum_of_its_towns(case):
    _, _, episodes, model = case
    drawn = run(SimulationSettings(50, 3), risk_flow_model(model, episodes, 6))
    opened, new, late, gone, back = (
        drawn[f"{name}_households"] for name in ("open", "new", "late", "eliminated", "relapsed")
    )
    begin = (
        episodes.table.loc[episodes.is_open, "town_code"]
        .value_counts()
        .reindex(TOWNS, fill_value=0)
        .to_numpy()
    )
    before = np.concatenate([np.broadcast_to(begin, (50, 1, 8)), opened[:, :-1]], axis=1)
    np.testing.assert_array_equal(opened, before + new + late + back - gone)
    table = project(model, episodes, 6, SimulationSettings(50, 3))
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == 5 * 6 * 9
    county = table[table["place_code"].eq("610902") & table["measure"].eq("open_households")]
    assert list(county["group"]) == [f"month={LAST.shift(n)}" for n in range(1, 7)]
    np.testing.assert_allclose(county["mean"], opened.sum(axis=2).mean(axis=0))


def test_the_same_seed_gives_the_same_numbers_with_any_number_of_workers(case):
    _, _, episodes, model = case
    one, three = (
        project(model, episodes, 3, SimulationSettings(250, 5), workers=workers) for workers in (1, 3)
    )
    pd.testing.assert_frame_equal(one, three)


def test_what_is_tried_moves_the_numbers_its_own_way_on_the_same_luck(case):
    _, _, episodes, model = case
    plan = SimulationSettings(200, 5)

    def last_of(change, measure="open_households"):
        drawn = run(plan, risk_flow_model(model, episodes, 12, change))
        return drawn[measure].sum(axis=2)[:, -1]

    as_is = last_of(Change())
    # Common random numbers: nearly draw by draw, not only on the average.
    assert (last_of(Change(leaving=0.7)) > as_is).mean() > 0.97
    assert (last_of(Change(entries=1.5)) > as_is).mean() > 0.97
    assert last_of(Change(relapse_chance=0.02), "relapsed_households").mean() > 1
    assert last_of(Change(), "relapsed_households").sum() == 0


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"entries": -0.1}, {"entries": 0.0}),
        ({"leaving": 0.0}, {"leaving": 0.1}),
        ({"relapse_chance": -0.1}, {"relapse_chance": 0.0}),
        ({"relapse_chance": 1.1}, {"relapse_chance": 1.0}),
    ],
)
def test_what_cannot_be_is_not_tried(wrong, right):
    Change(**right)
    with pytest.raises(ValueError, match="entries"):
        Change(**wrong)


def test_bound_households_stay_and_without_entries_the_number_only_falls(case):
    _, _, episodes, model = case
    bound = int(episodes.table["is_bound"].sum())
    drawn = run(
        SimulationSettings(100, 5), risk_flow_model(model, episodes, 12, Change(entries=0.0, leaving=1e6))
    )
    totals = drawn["open_households"].sum(axis=2)
    assert (np.diff(totals, axis=1) <= 0).all()
    assert bound > 0
    assert (totals[:, -1] == bound).all()


def test_relapses_follow_their_chance(case):
    _, _, episodes, model = case
    drawn = run(SimulationSettings(400, 6), risk_flow_model(model, episodes, 1, Change(relapse_chance=0.05)))
    gone = int((~episodes.is_open).sum())
    fallen = drawn["relapsed_households"][:, 0].sum(axis=1)
    assert fallen.mean() == pytest.approx(0.05 * gone, abs=4 * (0.05 * 0.95 * gone / 400) ** 0.5)


class Known:
    """Effects that are known for sure: an intercept, and the levels of each factor."""

    def __init__(self, intercept, **levels):
        self.places, start = {}, 1
        for name, values in levels.items():
            self.places[name] = slice(start, start + len(values))
            start += len(values)
        self.values = np.concatenate([[intercept], *levels.values()])

    def draw(self, rng, count):
        return EffectDraws(np.tile(self.values, (count, 1)), {"month": np.zeros(count)}, self.places)


def test_households_stay_leave_and_come_as_a_count_of_means_in_plain_python_says():
    """One town, all rates known: households by age, those entered late, newcomers and those who fall back."""
    last, ahead, ages, draws = LAST.ordinal, 9, (0, 6, 9), 150
    by_age = {0: -9.0, 6: -1.0, 9: -2.0}
    chance = lambda age: special.expit(by_age[max(a for a in ages if a <= age)])  # noqa: E731
    open_now, gone, bound = {0: 900, 2: 700, 3: 1100, 7: 500, 12: 800}, 2000, 60
    rows = [
        *(
            ("610902101", "甲", "因病", last - age, NEVER, False)
            for age, n in open_now.items()
            for _ in range(n)
        ),
        *[("610902101", "甲", "因病", last - 20, last - 5, False)] * gone,
        *[("610902101", "甲", "因病", last - 20, NEVER, True)] * bound,
    ]
    columns = ["town_code", "category", "cause", "identified", "eliminated", "is_bound"]
    episodes = Episodes(pd.DataFrame(rows, columns=columns), LAST, 0)
    entering = Known(np.log(50.0), town=[0.0], month=np.zeros(30), sweep=[-0.2, 0.6, 1.0])
    model = RiskModel(
        labels=Labels(("610902101",), ("甲",), ("因病",), ages),
        leaving=Known(0.0, age=list(by_age.values()), category=[0.0], cause=[0.0], town=[0.0], month=np.zeros(30)),
        entering=entering, households=np.ones(1), is_bounded=False, sweeps=((last - 9, last - 1), (last + 3,)),
        missing=np.array([0.4, 0.1, 0.0]), mix=np.ones((1, 1)), bound_share=0.25, relapse=(1e9, 1e11), seen=(0, 0),
    )  # fmt: skip
    usual, first, sweep = 50 * np.exp([-0.2, 0.6, 1.0])
    late = {1: 0.4 * usual, 2: 0.1 * sweep}
    stays = {("there", age + 1): float(n) for age, n in open_now.items()} | {
        ("late", age): 0.75 * n for age, n in late.items()
    }
    expected, away, unable = [], float(gone), bound + 0.25 * sum(late.values())
    for step in range(ahead):
        new, back = (
            (first + sweep) / 2 if step == 2 else usual,
            away * 0.01,
        )  # like either of those there were
        unable += 0.25 * new
        stays["new", 0] = 0.75 * new + back
        leavers = {key: n * chance(key[1]) for key, n in stays.items()}
        stays = {(kind, age + 1): n - leavers[kind, age] for (kind, age), n in stays.items()}
        left = sum(leavers.values())
        away += left - back
        expected.append((sum(stays.values()) + unable, new, sum(late.values()) * (step == 0), left, back))
    drawn = run(SimulationSettings(draws, 5), risk_flow_model(model, episodes, ahead))
    for name, wanted in zip(MEASURES, np.transpose(expected), strict=True):
        values = drawn[name][:, :, 0]
        error = np.maximum(values.std(axis=0), 1.0) / draws**0.5
        assert (abs(values.mean(axis=0) - wanted) < 4 * error).all(), (name, values.mean(axis=0), wanted)


def test_where_more_enter_more_are_entered_late():
    """Two towns without a household yet, one of which has twice the rate and the other half of the usual one."""
    towns = ("610902101", "610902102")
    months = np.zeros(6)
    model = RiskModel(
        labels=Labels(towns, ("甲",), ("因病",), (0,)),
        leaving=Known(-9.0, age=[0.0], category=[0.0], cause=[0.0], town=[0.0, 0.0], month=months),
        entering=Known(np.log(40.0), town=np.log([2.0, 0.5]), month=months), households=np.ones(2),
        is_bounded=False, sweeps=((), ()), missing=np.array([0.5]), mix=np.ones((1, 1)), bound_share=0.0,
        relapse=(1.0, 1e9), seen=(0, 0),
    )  # fmt: skip
    columns = ["town_code", "category", "cause", "identified", "eliminated", "is_bound"]
    nobody = Episodes(pd.DataFrame([], columns=columns).astype({"is_bound": bool}), LAST, 0)
    drawn = run(SimulationSettings(300, 2), risk_flow_model(model, nobody, 2))
    for name, share in (("late_households", 0.5), ("new_households", 1.0)):
        found = drawn[name][:, 0].mean(axis=0)
        assert found == pytest.approx(share * np.array([80.0, 20.0]), abs=4 * (80 / 300) ** 0.5)


def test_who_is_entered_late_cannot_enter_once_more():
    """Ten households that were never monitored, eighty expected: those entered late are of the ten."""
    model = RiskModel(
        labels=Labels(("610902101",), ("甲",), ("因病",), (0,)),
        leaving=Known(-9.0, age=[0.0], category=[0.0], cause=[0.0], town=[0.0], month=np.zeros(6)),
        entering=Known(np.log(8.0) - np.log(10.0), town=[0.0], month=np.zeros(6)), households=np.array([10.0]),
        is_bounded=True, sweeps=((), ()), missing=np.array([0.5]), mix=np.ones((1, 1)), bound_share=0.0,
        relapse=(1.0, 1e9), seen=(0, 0),
    )  # fmt: skip
    columns = ["town_code", "category", "cause", "identified", "eliminated", "is_bound"]
    nobody = Episodes(pd.DataFrame([], columns=columns).astype({"is_bound": bool}), LAST, 0)
    drawn = run(SimulationSettings(200, 4), risk_flow_model(model, nobody, 10))
    late, new = (drawn[f"{name}_households"].sum(axis=1)[:, 0] for name in ("late", "new"))
    assert (late + new == 10).all()
    assert (late > 0).mean() > 0.9


def test_newcomers_leave_like_the_mix_on_record():
    """Half of a kind with four times the odds: newcomers have two and a half times the odds of the others."""
    model = RiskModel(
        labels=Labels(("610902101",), ("甲", "乙"), ("因病",), (0,)),
        leaving=Known(-3.0, age=[0.0], category=[np.log(4.0), 0.0], cause=[0.0], town=[0.0], month=np.zeros(6)),
        entering=Known(np.log(400.0), town=[0.0], month=np.zeros(6)), households=np.ones(1),
        is_bounded=False, sweeps=((), ()), missing=np.zeros(1), mix=np.full((2, 1), 0.5), bound_share=0.0,
        relapse=(1.0, 1e9), seen=(0, 0),
    )  # fmt: skip
    columns = ["town_code", "category", "cause", "identified", "eliminated", "is_bound"]
    nobody = Episodes(pd.DataFrame([], columns=columns).astype({"is_bound": bool}), LAST, 0)
    left = run(SimulationSettings(300, 3), risk_flow_model(model, nobody, 1))["eliminated_households"]
    wanted = 400 * special.expit(-3.0 + np.log(2.5))
    assert left.mean() == pytest.approx(wanted, abs=4 * (wanted / 300) ** 0.5)


def test_hazards_by_factor_hold_the_truth(case):
    truth, _, _, model = case
    table = hazard_table(model, SimulationSettings(500, 1, confidence=0.99)).set_index(
        ["place_code", "group"]
    )
    level = truth.leaving + truth.month[MONTHS - 12 : MONTHS].mean()
    for number, label in enumerate(model.labels.ages):
        row = table.loc[("610902", f"age={label}")]
        assert row["lower"] < special.expit(level + truth.age[number]) < row["upper"]
    for number, town in enumerate(TOWNS):
        row = table.loc[(town, "all")]
        assert row["lower"] < special.expit(level + truth.age[1] + truth.town[number]) < row["upper"]


def test_backtest_sees_only_what_had_happened_and_is_scored(case):
    _, rows, _, _ = case
    first = LAST.shift(1 - MONTHS)
    register = register_of(rows, first, MONTHS - 1, TOWNS)
    kept = {"month": LAST, "origins": 3, "towns": TOWNS, "least_months": 6}
    table = backtest(register, RULES, SimulationSettings(100, 1), **kept)
    county = table[table["place_code"].eq("610902")]
    assert list(county["horizon"]) == [1, 2, 3, 1, 2, 1]
    for row in county.itertuples():
        step = MONTHS - 1 - 3 + int(row.horizon) + list(dict.fromkeys(county["origin"])).index(row.origin)
        assert row.came == still_open(rows, step)
    # Had the last month gone otherwise, earlier origins would have said the same.
    other = register.copy()
    late = other["eliminated_month"].eq(pd.Timestamp(f"{LAST}-01"))
    other.loc[late, "eliminated_month"] = pd.NaT
    other.loc[late, "is_risk_eliminated"] = False
    again = backtest(other, RULES, SimulationSettings(100, 1), **kept)
    columns = ["median", "lower", "upper", "unchanged"]
    pd.testing.assert_frame_equal(table[columns], again[columns])
    scored = scores(table).set_index("level")
    assert scored.loc["county", "cases"] == 6
    assert 0 <= scored.loc["towns", "covered"] <= 1


def test_a_record_of_even_months_gives_the_curve_of_kaplan_and_meier_by_lifelines():
    """The hazards of the model, months alike, put together to a survival curve."""
    rng = np.random.default_rng(21)
    _, _, episodes, model = known_case(rng, spread=0.0)
    months = household_months(episodes, 0)
    rows = episodes.table[~episodes.table["is_bound"]]
    end = np.where(rows["eliminated"] < 0, LAST.ordinal, rows["eliminated"])
    duration, ended = end - rows["identified"], rows["eliminated"].to_numpy() >= 0
    peer = lifelines.KaplanMeierFitter().fit(duration, ended)
    curve = kaplan_meier(duration, ended)
    np.testing.assert_allclose(peer.survival_function_.loc[curve.index].iloc[:, 0], curve, atol=1e-12)
    # The same numbers at risk and the same events as lifelines counts.
    counts = months.groupby("age")["is_event"].agg(["size", "sum"])
    events = peer.event_table.iloc[1:]
    ages = events.index[events["observed"] > 0]
    np.testing.assert_array_equal(counts.loc[ages, "size"], events.loc[ages, "at_risk"])
    np.testing.assert_array_equal(counts.loc[ages, "sum"], events.loc[ages, "observed"])
    # Effects even out over the mix of towns, categories and causes: the model's curve is near.
    drawn = model.leaving.draw(np.random.default_rng(1), 400)
    level = drawn.intercept + drawn.of("month").mean(axis=1)
    mix = (
        drawn.of("category")[:, None, None, :, None] + drawn.of("cause")[:, None, None, None, :]
        + drawn.of("town")[:, None, :, None, None]
    ).reshape(400, 1, -1)  # fmt: skip
    odds = (level[:, None] + drawn.of("age"))[:, model.labels.band(np.arange(30))]
    survival = np.cumprod(1 - special.expit(odds[:, :, None] + mix), axis=1).mean(axis=2)
    at = [8, 11, 17, 23]
    np.testing.assert_allclose(survival.mean(axis=0)[at], peer.survival_function_at_times(at), atol=0.035)


def _two_streams(each):
    for seed in (1, 20220930):
        rng = np.random.default_rng(seed)
        yield from ((rng, repetition) for repetition in range(each))


@pytest.mark.slow
def test_intervals_of_hazards_and_open_cases_cover():
    """500 registers with rates drawn anew: 90 % intervals of rates, and of the cases that came."""
    names = ("age", "category", "cause", "town", "entering", "6 months", "12 months")
    kept = dict.fromkeys(names, 0)
    for rng, repetition in _two_streams(250):
        truth, rows, episodes, model = known_case(rng)
        plan = SimulationSettings(400, repetition)
        hazards = hazard_table(model, SimulationSettings(1000, repetition)).set_index(["place_code", "group"])
        level = truth.leaving + truth.month[MONTHS - 12 : MONTHS].mean()
        usual = level + truth.age[1]
        wanted = {
            "age": (("610902", "age=9"), level + truth.age[2]),
            "category": (("610902", f"category={CATEGORIES[1]}"), usual + truth.category[1]),
            "cause": (("610902", f"cause={CAUSES[2]}"), usual + truth.cause[2]),
            "town": ((TOWNS[3], "all"), usual + truth.town[3]),
        }
        for name, (address, odds) in wanted.items():
            row = hazards.loc[address]
            kept[name] += row["lower"] <= special.expit(odds) <= row["upper"]
        entries = model.entering.draw(np.random.default_rng(repetition), 1000)
        rate = entries.intercept + entries.of("town")[:, 3] + entries.of("month")[:, -1]
        low, high = np.quantile(rate, plan.tails)
        kept["entering"] += (
            low <= truth.entering + truth.town_entry[3] + truth.month_entry[MONTHS - 1] <= high
        )
        table = project(model, episodes, AHEAD, plan)
        table = table[table["measure"].eq("open_households") & table["place_code"].eq("610902")]
        for ahead in (6, 12):
            row = table.iloc[ahead - 1]
            kept[f"{ahead} months"] += row["lower"] <= still_open(rows, MONTHS - 1 + ahead) <= row["upper"]
    shares = {name: round(float(count) / 500, 3) for name, count in kept.items()}
    assert all(0.87 <= share <= 0.93 for share in shares.values()), str(shares)
