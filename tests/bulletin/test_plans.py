"""The plan in print: simulated numbers with draws, seed, scenario, interval and assumptions."""

import pytest
import yaml
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import HanbinError, Unavailable
from hanbin_lib.simulate.mixes import as_planned, judge


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
    assert list(mixes)[:2] == ["没有举措", "原计划"]
    assert mixes["没有举措"].probability < mixes["原计划"].probability <= mixes["全部用足"].probability
    assert mixes["预算内最稳"].cost_yuan[0] <= study.plan.budget.yuan * 1.01
    assert mixes["预算内最稳"].probability >= mixes["原计划"].probability - 0.01


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
