"""Plans are read whole or refused with every fault."""

import numpy as np
import pytest
import yaml
from lever_cases import content, land, plan, quantity, work
from scipy.stats import triang
from support import REPOSITORY

from hanbin_lib.errors import HanbinError
from hanbin_lib.parameter_files import validated
from hanbin_lib.params import Settings
from hanbin_lib.simulate.plans import TargetPlan, load_plans, scaled
from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.workspace import Workspace


@pytest.mark.parametrize("corners", [(1.0, 2.0, 5.0), (0.0, 0.0, 1.0), (2.0, 3.0, 3.0), (4.0, 4.0, 4.0)])
def test_a_quantity_has_the_triangular_distribution(corners):
    low, likely, high = corners
    one = Quantity(low=low, likely=likely, high=high, assumption="测试")
    shares = np.linspace(0, 1, 21)
    if one.is_fixed:
        assert np.all(one.quantile(shares) == low)
    else:
        known = triang((likely - low) / (high - low), low, high - low)
        assert one.quantile(shares) == pytest.approx(known.ppf(shares))
        assert one.mean == pytest.approx(known.mean())


def test_what_is_tried_is_multiplied_and_shares_and_months_stop_at_all_there_is():
    one = plan(work(take_up=quantity(0.4, 0.6, 0.8), months=quantity(5, 6, 10)), land())
    tried = {"take_up": 1.5, "months": 2.0, "wage_month_yuan": 3.0, "displaced": 0.5}
    after = scaled(one, {"岗位": tried})
    corners = {name: (q.low, q.likely, q.high) for name, q in after.levers[0].quantities.items()}
    assert corners["take_up"] == pytest.approx((0.6, 0.9, 1.0))
    assert corners["months"] == (10, 12, 12)
    assert corners["wage_month_yuan"] == (3000, 3000, 3000)
    assert corners["jobs"] == (1, 1, 1)
    assert after.levers[1] == one.levers[1]
    for unknown in ({"别的": tried}, {"岗位": {"yield_kg": 2.0}}):
        with pytest.raises(KeyError):
            scaled(one, unknown)


def test_what_a_unit_takes_of_the_place_on_the_average():
    one = plan(work(jobs=quantity(3), months=quantity(6)), land(mu=quantity(1, 2, 6)))
    assert one.levers[0].uses == pytest.approx({"land_mu": 0, "workers": 1.5, "posts": 0})
    assert one.levers[1].uses == pytest.approx({"land_mu": 3, "workers": 0, "posts": 0})


def test_the_shipped_plans_are_read_and_belong_to_a_goal():
    workspace = Workspace(REPOSITORY)
    goals = {(g.place, g.indicator, g.year) for g in Settings.load(workspace).goals.goals}
    plans = load_plans(workspace)
    assert plans
    assert all((one.place, one.indicator, one.year) in goals for one in plans)


def test_the_first_plan_says_what_is_known_and_that_all_else_is_assumed():
    """Five bases, 3,500 mu, 600 households: nothing else was published."""
    (one,) = load_plans(Workspace(REPOSITORY))
    bases = one.levers[0]
    assert bases.planned * bases.mu.likely == 3500
    sourced = [
        (lever.name, field) for lever in one.levers for field, q in lever.quantities.items() if q.source
    ]
    assert ("产业基地", "mu") in sourced
    fixed = [
        lever.quantities[field].is_fixed for lever in one.levers for n, field in sourced if n == lever.name
    ]
    assert all(fixed)
    assert one.additional.assumption
    assert one.budget.assumption


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"levers": [work(take_up=quantity(1.2))]}, "take_up"),
        ({"levers": [work(wage_month_yuan=quantity(-1))]}, "wage_month_yuan"),
        ({"levers": [work(months=quantity(13))]}, "months"),
        ({"levers": [work(wage=quantity(1))]}, "不是已知的参数"),
        ({"levers": [work(kind="养殖")]}, "kind"),
        ({"levers": [work(displaced=quantity(0.5, 0.2, 0.6))]}, "low ≤ likely ≤ high"),
        ({"levers": [work(jobs={"low": 1, "likely": 1, "high": 1})]}, "source"),
        ({"levers": [work(), work()]}, "重复"),
        ({"levers": [work(planned=11)]}, "most"),
        ({"budget": {"yuan": 0, "assumption": "测试"}}, "budget.yuan"),
        ({"start": "2028-01"}, "start"),
        ({"place": "汉滨"}, "place"),
    ],
)
def test_what_is_wrong_is_refused(change, word):
    with pytest.raises(HanbinError, match="HB-PAR-002") as caught:
        validated(TargetPlan, content(**change), source="计划.yaml")
    assert word in caught.value.message
    assert "计划.yaml" in caught.value.message


def test_all_faults_come_in_one_pass(tmp_path):
    folder = tmp_path / "params" / "plans"
    folder.mkdir(parents=True)
    wrong = content(work(take_up=quantity(2.0), months=quantity(20)), seed=-1)
    (folder / "x.yaml").write_text(yaml.safe_dump(wrong, allow_unicode=True), encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        load_plans(Workspace(tmp_path))
    assert all(word in caught.value.message for word in ("take_up", "months", "seed", "x.yaml"))
