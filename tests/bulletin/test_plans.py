"""The plan in print: simulated numbers with draws, seed, scenario, interval and assumptions."""

from dataclasses import replace

import numpy as np
import pytest
import yaml
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin import income_goals
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import HanbinError, Unavailable
from hanbin_lib.simulate.mixes import as_planned, judge
from hanbin_lib.simulate.target_study import AS_PLANNED, EVERYTHING, NO_LEVER, WITHIN_BUDGET


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


@pytest.fixture(scope="module")
def study(district):
    return hb.plans.study(district)


def test_every_exhibit_says_scenario_draws_seed_and_interval(study):
    exhibits = (hb.plans.mix_table, hb.plans.frontier_chart, hb.plans.tornado_chart, hb.plans.assumption_list)
    for exhibit in exhibits:
        line = exhibit(study).unit_line
        assert all(word in line for word in ("模拟", study.plan.name, "1000次", "种子20270213", "90%区间")), (
            line
        )


def test_the_sentence_is_made_of_the_draws(study):
    text = plain_text(hb.plans.verdict(study).parts)
    plan = judge(study.futures.reporting, as_planned(study.plan))
    assert text.startswith("增收计划　模拟：")
    assert f"原计划把握{plan.probability * 100:.1f}%" in text
    assert f"{plan.income_yuan[1]:.0f}—{plan.income_yuan[2]:.0f}元" in text


def test_no_plan_without_its_assumptions(study):
    printed = " ".join(str(cell) for row in hb.plans.assumption_table(study).rows for cell in row)
    assert all(lever.name in printed for lever in study.plan.levers)
    listed = hb.plans.assumption_list(study).rows
    assert all(str(row[-1]) for row in listed)
    quantities = sum(len(lever.quantities) for lever in study.plan.levers)
    limits = len(study.plan.limits.known)
    assert len(listed) == quantities + 2 + len(study.plan.levers) + limits + 1
    assert "假设" in plain_text(hb.plans.plan_note(study).parts)


def test_mixes_stand_in_the_order_of_what_they_bring(study):
    mixes = study.findings.mixes
    assert list(mixes)[:2] == [NO_LEVER, AS_PLANNED]
    assert mixes[NO_LEVER].probability < mixes[AS_PLANNED].probability <= mixes[EVERYTHING].probability
    assert mixes[WITHIN_BUDGET].cost_yuan[0] <= study.plan.budget.yuan * 1.01
    assert mixes[WITHIN_BUDGET].probability >= mixes[AS_PLANNED].probability - 0.01
    heads = [column.heading for column in hb.plans.mix_table(study).columns]
    sure = [f"{share:.0%}把握最省" for share in study.plan.probabilities]
    assert heads == ["举措", "没有举措", "原计划", "预算内最稳", *sure, "全部用足"]


def test_a_second_look_is_the_same_from_what_was_kept(district, study):
    again = hb.plans.study(hb.open_bulletin(str(MONTH), "610902", workspace=_workspace_of(district)))
    assert hb.plans.mix_table(again) == hb.plans.mix_table(study)
    assert hb.plans.tornado_chart(again) == hb.plans.tornado_chart(study)


def _workspace_of(district):
    from hanbin_lib.workspace import Workspace

    return Workspace(district.cache.parents[1])


def test_the_plan_stands_in_its_own_towns_bulletin_only(demo_workspace):
    own = hb.open_bulletin(str(MONTH), "610902004", workspace=demo_workspace)
    other = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    assert [one.plan.place for one in own.studies] == ["610902004213"]
    assert other.studies == ()
    assert hb.plans.study(other) is None
    assert hb.plans.mix_table(None) is None


def test_a_trial_moves_what_is_tried(study):
    table = hb.plans.trial(study, {"公益性岗位": 30})
    as_it_stands, tried = _row(table, "收入中位（元）")[1:]
    assert float(str(tried)) > float(str(as_it_stands))
    with pytest.raises(HanbinError, match="HB-SIM-032") as caught:
        hb.plans.trial(study, {"产业基地": 99, "茶园": 1})
    assert "茶园" in caught.value.message
    assert "8个" in caught.value.message


def _row(table, label):
    return next(row for row in table.rows if row[0] == label)


def test_a_plan_without_a_goal_says_so(own_workspace):
    path = own_workspace.params / "plans" / "zhongcheng.yaml"
    plan = yaml.safe_load(path.read_text(encoding="utf-8")) | {"year": 2026}
    path.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    one = hb.plans.study(hb.open_bulletin(str(MONTH), "610902", workspace=own_workspace))
    assert isinstance(one, Unavailable)
    assert isinstance(hb.plans.verdict(one), Missing)
    assert "goals.yaml" in hb.plans.verdict(one).reason
    assert hb.plans.tornado_chart(one) is None


def test_an_unknown_plan_is_named(district):
    with pytest.raises(HanbinError, match="HB-SIM-032"):
        hb.plans.study(district, "没有的计划")


@pytest.fixture(scope="module")
def file(demo_workspace):
    """The plan as it is written."""
    path = demo_workspace.params / "plans" / "zhongcheng.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _mean(quantity):
    return sum(quantity[end] for end in ("low", "likely", "high")) / 3


def _holds(cell, chance):
    """A cell prints a chance as it is, and one that would be printed as none or as certain as a bound."""
    if hasattr(cell, "value"):
        assert cell.value == pytest.approx(chance)
    else:
        assert (str(cell), chance < 0.0005, chance >= 0.9995) in {
            ("不到0.1%", True, False),
            ("99.9%以上", False, True),
        }


def test_the_table_is_summed_from_the_draws_by_hand(study):
    """Chance, income and cost of every mix from the arrays of draws, without the library's own sums."""
    drawn, table = study.futures.reporting, hb.plans.mix_table(study)
    levers = len(study.plan.levers)
    for at, head in enumerate([column.heading for column in table.columns][1:], 1):
        cells = [row[at] for row in table.rows]
        if str(cells[0]) == "—":
            assert {str(cell) for cell in cells} == {"—"}, head
            continue
        units = [cell.value for cell in cells[:levers]]
        income, cost = (
            start + sum(n * part[:, k] for k, n in enumerate(units))
            for start, part in ((drawn.baseline, drawn.gain), (0.0, drawn.cost))
        )
        chance, median, edges, spent, cost_edges, within = cells[levers : levers + 6]
        _holds(chance, np.mean(income >= study.goal.value_yuan))
        assert median.value == pytest.approx(np.median(income)), head
        ends = [np.quantile(one, share) for one in (income, cost) for share in (0.05, 0.95)]
        printed = [figure.value for cell in (edges, cost_edges) for figure in cell.figures]
        assert printed == pytest.approx([ends[0] / 1e3, ends[1] / 1e3, ends[2] / 1e4, ends[3] / 1e4]), head
        assert spent.value == pytest.approx(np.mean(cost) / 1e4), head
        _holds(within, np.mean(cost <= study.plan.budget.yuan))


def test_what_a_mix_takes_of_the_place_is_summed_from_the_file(study, file):
    takes = {
        "种养": lambda lever: (_mean(lever["mu"]), _mean(lever["mu"]) * _mean(lever["workers_per_mu"]), 0.0),
        "务工": lambda lever: (
            0.0, _mean(lever["jobs"]) * _mean(lever["take_up"]) * _mean(lever["months"]) / 12,
            _mean(lever["jobs"]) if lever.get("is_post") else 0.0,
        ),
    }  # fmt: skip
    per_unit = [takes[lever["kind"]](lever) for lever in file["levers"]]
    table = hb.plans.mix_table(study)
    there = [file["limits"][name]["amount"] for name in ("land_mu", "workers", "posts")]
    for at, head in enumerate([column.heading for column in table.columns][1:], 1):
        if str(table.rows[0][at]) == "—":
            continue
        units = [table.rows[k][at].value for k in range(len(per_unit))]
        for kind, row in enumerate(table.rows[-3:]):
            used = sum(n * one[kind] for n, one in zip(units, per_unit, strict=True))
            assert [figure.value for figure in row[at].figures] == pytest.approx([used, there[kind]]), head
            assert head == "原计划" or used <= there[kind] + 1e-6, head
    planned = [sum(lever["planned"] * one[kind] for lever, one in zip(file["levers"], per_unit, strict=True))
               for kind in range(3)]  # fmt: skip
    said = plain_text(hb.plans.verdict(study).parts)
    for words, used, amount in zip(("用地", "用工", "公益性岗位"), planned, there, strict=True):
        assert (f"原计划{words}" in said) is (used > amount)


def test_every_quantity_of_the_file_stands_in_the_annex_with_its_origin(study, file):
    listed = {(row[0], row[1]): row for row in hb.plans.assumption_list(study).rows}
    for lever in file["levers"]:
        for field, quantity in lever.items():
            if not isinstance(quantity, dict):
                continue
            label, unit = hb.plans.FIELDS[field]
            _, _, printed, printed_unit, origin = listed[lever["name"], label]
            times = 100 if unit == "%" or field == "workers_per_mu" else 1
            ends = dict.fromkeys(round(quantity[end] * times, 6) for end in ("low", "likely", "high"))
            values = [float(one) for one in str(printed).split("—")]
            wanted = (
                list(ends) if len(ends) == 1 else [quantity[e] * times for e in ("low", "likely", "high")]
            )
            assert values == pytest.approx(wanted, rel=0.01, abs=0.5), (lever["name"], field)
            assert printed_unit == unit
            assert origin.removeprefix("假设：") == (quantity.get("source") or quantity["assumption"])
        units = listed[lever["name"], "单位数"]
        assert [figure.value for figure in units[2].figures] == [lever["planned"], lever["most"]]


def test_the_widest_bar_is_the_quantity_that_moves_the_income_most(study):
    rows = study.findings.tornado.to_dict("records")
    swings = [abs(row["income_high"] - row["income_low"]) for row in rows]
    assert swings == sorted(swings, reverse=True)
    chart = hb.plans.tornado_chart(study)
    assert len(chart.data.categories) == min(len(rows), 8)
    first = rows[0]
    name = "没有举措时的收入" if first["field"] == "record" else first["lever"]
    assert f"影响最大的是{name}" in chart.title


def test_a_lever_alone_is_judged_with_all_its_units(study):
    drawn = study.futures.reporting
    for place, row in enumerate(hb.plans.assumption_table(study).rows):
        lever = study.plan.levers[place]
        income = drawn.baseline + lever.most * drawn.gain[:, place]
        assert row[2].value == pytest.approx(drawn.cost[:, place].mean() / 1e4)
        _holds(row[3], (income >= study.goal.value_yuan).mean())


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "<1%"),
        (0.0049, "<1%"),
        (0.005, "1%"),
        (0.125, "13%"),
        (0.9949, "99%"),
        (0.995, ">99%"),
        (1.0, ">99%"),
    ],
)
def test_no_end_of_a_chance_is_none_or_certain(probability, text):
    assert income_goals.end_of_chance(probability) == text


@pytest.mark.parametrize(
    ("chance", "most", "text"),
    [
        (0.0, 9.0, "不到0.1%"),
        (0.004, 9.0, "0.4%"),
        (0.79, 9.0, "79.0%"),
        (1.0, 9.0, "99.9%以上"),
        (1.0, 0.0, "100%"),
    ],
)
def test_a_budget_is_kept_for_certain_where_nothing_is_spent(study, chance, most, text):
    mix = replace(
        next(iter(filter(None, study.findings.mixes.values()))),
        within_budget=chance,
        cost_yuan=(0.0, 0.0, most),
    )
    assert income_goals.within_budget(mix, "simulation|x").text == text


def test_results_name_the_mixes_as_the_table_does(study):
    groups = set(hb.plans.results(study)["group"])
    heads = {column.heading for column in hb.plans.mix_table(study).columns} - {"举措"}
    there = {name for name in heads if f"mix={name}" in groups}
    assert {"没有举措", "原计划", "预算内最稳", "全部用足"} <= there
    assert len(groups) == len(there)
