"""Shocks take what they say: exactly where nothing is left to chance, on average and together where it is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, lognorm, multivariate_normal, norm
from shock_cases import (
    LINE,
    delay,
    flood,
    households,
    illness,
    job_loss,
    price,
    quantity,
    scenario,
    share_of_loss,
    top_up,
)

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.errors import HanbinError
from hanbin_lib.simulate import COLUMNS, Chunk, SimulationSettings, load_scenarios, run
from hanbin_lib.simulate.impact import SUMS, set_stage
from hanbin_lib.simulate.shock_study import (
    Line,
    _quotient,
    draw_shocks,
    line_for,
    simulate_shock,
    with_exposed,
)
from hanbin_lib.simulate.shocks import _workers, draw_luck, exposure, strike
from hanbin_lib.statistics.estimates import shortfall
from hanbin_lib.yearly_documents import MonitoringLine

PEOPLE = households()


def _drawn(one, exposure=PEOPLE, draws=200, line=LINE):
    return run(SimulationSettings(draws, 3), set_stage(one, exposure, line), sums=SUMS)


def _loss(one):
    """Loss of one certain draw by shock."""
    return _drawn(one, draws=1)["loss"].sum(axis=(0, 2))


RECEIPTS, TRANSFERS = (PEOPLE.households[f"{name}_income_yuan"].sum() for name in ("business", "transfer"))


def test_certain_shocks_take_exactly_what_they_say():
    assert _loss(scenario(flood(0.5, 0.4))) == pytest.approx([RECEIPTS * 0.5 * 0.4])
    assert _loss(scenario(price(4.0, 3.0, 0.3))) == pytest.approx([RECEIPTS * 0.3 * 0.25])
    assert _loss(scenario(price(4.0, 5.0, 0.3))) == pytest.approx([-RECEIPTS * 0.3 * 0.25])
    assert _loss(scenario(delay(0.2, 3.0))) == pytest.approx([TRANSFERS * 0.2 * 0.25])
    workers = PEOPLE.workers[PEOPLE.workers["work_place"].str.contains("甲省")]
    wages = (PEOPLE.households["wage_income_yuan"].to_numpy()[workers["home"]] * workers["share"]).sum()
    assert _loss(scenario(job_loss(6.0))) == pytest.approx([wages / 2])


def test_shocks_combine_and_nothing_is_lost_twice():
    """A price counts for what the flood left, in whatever order they are written."""
    for shocks in ([flood(0.5, 0.4), price(4.0, 3.0, 0.3)], [price(4.0, 3.0, 0.3), flood(0.5, 0.4)]):
        assert _loss(scenario(*shocks)) == pytest.approx([RECEIPTS * 0.2, RECEIPTS * 0.6 * 0.3 * 0.25])
    twice = scenario(flood(0.5, 0.4, name="洪"), flood(0.5, 0.5, name="旱"))
    assert _loss(twice) == pytest.approx([RECEIPTS * 0.2, RECEIPTS * 0.5 * 0.5 * 0.6])
    hogs = scenario(flood(0.5, 0.4), price(4.0, 3.0, 0.3, branch="养殖"))
    assert _loss(hogs)[1] == pytest.approx(RECEIPTS * 0.3 * 0.25)
    one, other = job_loss(12.0, name="甲"), job_loss(12.0, name="乙", employers=["某社区工厂"])
    both = _loss(scenario(one, other))
    at_risk = PEOPLE.workers["work_place"].str.contains("甲省") | PEOPLE.workers["employer_name"].eq(
        "某社区工厂"
    )
    pay = PEOPLE.households["wage_income_yuan"].to_numpy()[PEOPLE.workers["home"]] * PEOPLE.workers["share"]
    assert both.sum() == pytest.approx(pay[at_risk].sum())


def test_only_the_named_towns_are_reached():
    drawn = _drawn(scenario(flood(towns=["镇1", "镇3"])), draws=1)["loss"][0, 0]
    assert (drawn[[1, 3]] > 0).all()
    assert (drawn[[0, 2, 4]] == 0).all()


def test_who_falls_and_what_is_lacking_against_a_count_in_plain_python():
    one = scenario(flood(0.9, 0.9), job_loss(8.0), measures=[top_up(5000.0)])
    result = draw_shocks(
        one,
        PEOPLE,
        line_for(one, MonitoringLine(year=2022, value_yuan=7000, document="文", entered_by="岗")),
        SimulationSettings(3, 1),
    )
    wage_lost = np.zeros(len(PEOPLE))
    for row in PEOPLE.workers.itertuples():
        if "甲省" in row.work_place:
            wage_lost[row.home] += row.share * PEOPLE.households["wage_income_yuan"][row.home] * 8 / 12
    count = persons = bare = 0
    lacking, after_all = 0.0, []
    for n, row in enumerate(PEOPLE.households.itertuples()):
        lost = row.business_income_yuan * 0.81 + wage_lost[n]
        after = row.net_yuan - lost
        if isinstance(row.measure_social_security, str):
            after += min(max(5000 * row.size - after, 0), lost)
        after_all.append(after / row.size)
        if row.net_yuan >= LINE * row.size and row.net_yuan - lost < LINE * row.size:
            bare += 1
        if row.net_yuan >= LINE * row.size > after:
            count, persons, lacking = count + 1, persons + row.size, lacking + LINE * row.size - after
    table = result.table[result.table["place_code"].eq("610902")].set_index(["measure", "group"])["mean"]
    assert table["newly_below_households", "all"] == count > 20
    assert table["newly_below_persons", "all"] == persons
    assert table["without_measures_households", "all"] == bare
    assert table["needed_yuan", "all"] == pytest.approx(lacking, rel=1e-5)
    assert table["needed_per_household_yuan", "all"] == pytest.approx(lacking / count, rel=1e-5)
    size = PEOPLE.households["size"].to_numpy()
    before = (PEOPLE.households["net_yuan"] / size).to_numpy()
    for order, name in enumerate(("headcount", "gap", "severity")):
        assert table[f"fgt_{name}_share", "all"] == pytest.approx(
            np.average(shortfall(np.array(after_all), LINE, order), weights=size), rel=1e-4
        )
        assert table[f"fgt_{name}_before_share", "all"] == pytest.approx(
            np.average(shortfall(before, LINE, order), weights=size)
        )
    causes = table["newly_below_households"].filter(like="cause=")
    assert causes.sum() == count
    assert (causes > 0).all()
    assert result.households["chance"].isin([0.0, 1.0]).all()
    assert result.households["needed_yuan"].sum() == pytest.approx(lacking, rel=1e-5)


def test_who_is_counted_and_who_is_left_out_stand_beside_the_results():
    one, line = scenario(flood(share=0.5)), Line(LINE, "文", is_trial=False)
    some = replace(PEOPLE, left_out=np.array([0, 3, 0, 0, 1]))
    table = draw_shocks(one, some, line, SimulationSettings(20, 1)).table
    rows = table.set_index(["measure", "place_code"])["mean"]
    assert list(rows["counted_households"]) == [300, *np.bincount(PEOPLE.town)]
    assert list(rows["left_out_households"]) == [4, 0, 3, 0, 0, 1]
    nobody = replace(
        some, households=some.households.iloc[:0], town=some.town[:0], workers=some.workers.iloc[:0]
    )
    bare = draw_shocks(
        scenario(job_loss(), measures=[top_up()]), nobody, line, SimulationSettings(20, 1)
    ).table
    rows = bare.set_index(["measure", "place_code"])["mean"]
    assert rows["counted_households"].eq(0).all()
    assert rows["left_out_households", "610902"] == 4


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.5])
def test_the_share_hit_and_the_correlation_within_towns(correlation):
    """The number hit in a town has the variance of the one-factor model; towns are independent."""
    share, draws = 0.2, 4000
    people = households(count=120, towns=2)
    one = scenario(illness(1000, 1000, 1000, share=share, correlation=correlation))
    hit = _drawn(one, people, draws)["loss"][:, 0] / 1000
    sizes = np.bincount(people.town)
    score = norm.ppf(share)
    together = multivariate_normal.cdf([score, score], cov=[[1, correlation], [correlation, 1]])
    alike = (together - share**2) / (share - share**2)
    expected = sizes * share * (1 - share) * (1 + (sizes - 1) * alike)
    error = np.sqrt(expected / draws)
    assert (abs(hit.mean(axis=0) - sizes * share) < 4 * error).all()
    assert hit.var(axis=0) == pytest.approx(expected, rel=0.12)
    assert abs(np.corrcoef(hit.T)[0, 1]) < 4 / np.sqrt(draws)


def test_what_an_illness_costs_is_lognormal_and_cut_off():
    one = scenario(illness(9000, 40000, 1e6, share=0.3))
    stage = set_stage(one, PEOPLE, LINE)
    chunk = Chunk(5, 0, 100)
    paid = strike(stage.targets[0], draw_luck(one.shocks[0], chunk, 5), chunk, 0, slice(0, len(PEOPLE))).yuan
    spread = np.log(40000 / 9000) / norm.ppf(0.9)
    assert kstest(paid, lognorm(spread, scale=9000).cdf).pvalue > 0.001
    cut = scenario(illness(9000, 40000, 50000, share=1.0))
    top = _drawn(cut, draws=50)["loss"].sum(axis=(1, 2)) / len(PEOPLE)
    assert (top < 50000).all()


@pytest.mark.parametrize(
    "kind", [illness(share=0.1), job_loss(share=0.2), flood(0.9, 0.9, share=0.2, correlation=0.3)]
)
def test_more_exposed_is_never_fewer_fallen(kind):
    """Common random numbers: whoever was hit stays hit, in every single draw and town."""
    one = scenario(kind)
    few, many = (
        _drawn(with_exposed(one, {kind["name"]: share}), draws=300)["households"].sum(axis=1)
        for share in (0.2, 0.25)
    )
    assert (many >= few).all()
    assert many.sum() > few.sum()


def test_another_shock_moves_no_luck():
    alone = _drawn(scenario(illness(share=0.1)))["loss"][:, 0]
    beside = _drawn(scenario(flood(share=0.3), illness(share=0.1)))["loss"]
    assert np.array_equal(beside[:, 1], alone)
    with pytest.raises(KeyError):
        with_exposed(scenario(flood()), {"别的": 0.1})


def test_the_same_numbers_with_any_number_of_workers():
    stage = set_stage(scenario(illness(share=0.1), flood(share=0.3), measures=[top_up()]), PEOPLE, LINE)
    alone = run(SimulationSettings(450, 1), stage, sums=SUMS)
    for workers in (2, 3):
        together = run(SimulationSettings(450, 1), stage, sums=SUMS, workers=workers)
        assert all(np.array_equal(alone[name], together[name]) for name in alone)


def test_leaving_out_who_cannot_come_near_the_line_changes_nothing():
    one = scenario(
        illness(share=0.2), price(now=quantity(2.0, 3.0, 6.0), share=0.5), measures=[top_up(9000.0)]
    )
    stage = set_stage(one, PEOPLE, LINE)
    everybody = replace(stage, headroom=np.zeros_like(stage.headroom))
    screened, all_ = (run(SimulationSettings(200, 1), s, sums=SUMS) for s in (stage, everybody))
    for name, values in all_.items():
        assert screened[name] == pytest.approx(values, abs=1e-6), name


def test_a_register_of_several_tiles_counts_everybody_once():
    many = households(count=5000, towns=5)
    one = scenario(flood(0.9, 0.9))
    drawn = _drawn(one, many, draws=2)
    assert drawn["loss"][0].sum() == pytest.approx(
        many.households["business_income_yuan"].sum() * 0.81, rel=1e-6
    )
    assert drawn["falls"].sum() == drawn["households"].sum() > 0
    assert drawn["needed_by_household"].sum() == pytest.approx(drawn["needed"].sum())


def test_measures_pay_who_holds_them_and_never_more_than_was_lost():
    half = scenario(illness(8000, 8000, 8000), measures=[share_of_loss(["大病自付"], 0.5, 3000.0)])
    drawn = _drawn(half, draws=1)
    holders = PEOPLE.households["measure_health"].notna().sum()
    assert drawn["paid"].sum() == pytest.approx(holders * 3000)
    both = scenario(
        illness(share=0.3),
        measures=[
            share_of_loss(["大病自付"], 0.9, name="甲"),
            share_of_loss(["大病自付"], 0.9, name="乙"),
            top_up(9000.0),
        ],
    )
    drawn = _drawn(both, draws=300)
    assert (drawn["paid"].sum(axis=1) <= drawn["loss"].sum(axis=1) * (1 + 1e-6)).all()
    assert (drawn["without"][:, 0] >= drawn["households"].sum(axis=1)).all()
    assert drawn["paid"][:, 2].sum() > 0


def test_a_line_is_never_made_up():
    entered = MonitoringLine(year=2022, value_yuan=6500, document="测试文件", entered_by="测试")
    trial = {"yuan": 7300, "source": "外省"}
    with pytest.raises(HanbinError, match="HB-SIM-041"):
        line_for(scenario(flood()), None)
    assert line_for(scenario(flood(), trial_line=trial), None).is_trial
    line = line_for(scenario(flood(), trial_line=trial), entered)
    assert (line.yuan, line.origin, line.is_trial) == (6500.0, "测试文件", False)


def test_a_scenario_on_the_months_register(demo_workspace):
    """From the imported month to the table, as the notebook does it."""
    bulletin = open_bulletin("2022-09", "610902", workspace=demo_workspace)
    many = {one.name: one for one in load_scenarios(demo_workspace, bulletin.scope.register)}
    one = many["多重冲击"].model_copy(update={"draws": 300, "households": "监测对象和脱贫户"})
    result = simulate_shock(bulletin.sources, bulletin.scope, one)
    table = result.table
    assert tuple(table.columns) == COLUMNS
    assert set(table["place_code"]) == set(bulletin.scope.upper_places)
    assert result.line.is_trial
    assert (result.stakes["households"] > 0).all()
    mean = table[table["group"].eq("all")].pivot_table(index="measure", columns="place_code", values="mean")
    towns = mean.columns.drop("610902")
    for measure in ("newly_below_households", "newly_below_persons", "needed_yuan", "loss_yuan", "paid_yuan"):
        assert mean.loc[measure, towns].sum() == pytest.approx(mean.loc[measure, "610902"])
    assert mean.loc["newly_below_households", "610902"] > 0
    assert mean.loc["paid_yuan", "610902"] > 0
    register = bulletin.sources.table("monitored_households")
    assert len(result.households) > len(register)
    whole = exposure(bulletin.sources, bulletin.scope)
    own = register.set_index("household_code").loc[whole.households["household_code"]].astype("object")
    parts = [
        own[f"{name}_income_yuan"].astype(float) for name in ("wage", "business", "property", "transfer")
    ]
    net = sum(parts) - own["business_cost_yuan"].astype(float)
    assert whole.households["net_yuan"].to_numpy() == pytest.approx(net.to_numpy())
    share = whole.workers.groupby("home")["share"].sum()
    assert (share <= 1 + 1e-9).all()


def test_a_quotient_has_a_value_wherever_there_is_anything_to_divide_by():
    found = _quotient(np.array([5.0, 5.0, 0.0, 5.0]), np.array([1.0, 0.5, 2.0, 0.0]))
    np.testing.assert_array_equal(found, [5.0, 10.0, 0.0, np.nan])


def test_workers_of_the_first_household_count_as_those_of_the_others():
    """Months away and in posts share the household's wage; who is of no known household is left out."""
    persons = pd.DataFrame(
        {
            "household_code": ["a", "a", "b", "x"], "person_key": list("1234"), "work_place": "甲省",
            "employer_name": None, "work_months": [9, 3, 6, 6], "public_post_months": [0, 0, 6, 0],
        }
    ).astype({"work_months": "Int64", "public_post_months": "Int64"})  # fmt: skip
    found = _workers([persons], pd.Series(["a", "b"]))
    assert found["home"].tolist() == [0, 0, 1]
    assert found["share"].tolist() == [0.75, 0.25, 0.5]
