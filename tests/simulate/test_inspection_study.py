"""The study of the demonstration month: opened from its tables, honest about what it rests on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import MONTH

from hanbin_lib.bulletin import open_bulletin, power
from hanbin_lib.simulate.engine import COLUMNS, SimulationSettings, run
from hanbin_lib.simulate.inspection_study import (
    _spread,
    inspection_model,
    inspection_study,
    town_power,
    village_visits,
)
from hanbin_lib.simulate.power import Design
from hanbin_lib.simulate.sampling import SamplingRules, spread


@pytest.fixture(scope="module")
def opened(demo_workspace):
    return open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


@pytest.fixture(scope="module")
def study(opened, demo_workspace):
    return inspection_study(opened.sources, opened.scope, SamplingRules.load(demo_workspace))


def test_visits_count_what_the_sheets_say(opened):
    visits = village_visits(opened.sources, opened.scope)
    units = opened.sources.table("inspection_units")
    findings = opened.sources.table("inspection_findings")
    homes = units[units["unit_kind"].eq("户")]
    bad = homes["unit_code"].isin(findings["unit_code"]).groupby(homes["village_code"]).sum()
    own = visits[visits["month"].eq(str(MONTH))].set_index("village_code")
    assert own["size"].sum() == len(homes)
    assert own["found"].to_dict() == bad.loc[own.index].to_dict()


@pytest.mark.parametrize("lacking", ["inspection_units", "inspection_findings"])
def test_a_month_without_units_or_without_findings_counts_no_visit(opened, monkeypatch, lacking):
    whole = type(opened.sources).table
    without = lambda self, name, *rest: None if name == lacking else whole(self, name, *rest)  # noqa: E731
    monkeypatch.setattr(type(opened.sources), "table", without)
    assert village_visits(opened.sources, opened.scope).empty


def test_the_design_in_force_comes_first_and_what_it_rests_on_is_told(study):
    assert study.at_bad_share["design"].iloc[0] == "2村10户"
    assert "户估计" in power.assumptions(study)[0]


def test_the_record_comes_back_as_it_was_computed(opened, study, tmp_path, monkeypatch):
    rules = study.rules
    assert study.clustering is not None
    assert inspection_study(opened.sources, opened.scope, rules, tmp_path).clustering == study.clustering
    monkeypatch.setattr(type(opened.sources), "table", lambda *_: pytest.fail("computed again"))
    assert inspection_study(opened.sources, opened.scope, rules, tmp_path).clustering == study.clustering


def test_towns_of_their_own_villages(study):
    homes = pd.Series([40, 60, 80, 3, 3, 3], index=[f"61090200{t}00{n}" for t in (2, 3) for n in range(3)])
    table = town_power(study, homes, SimulationSettings(4000, 1))
    assert list(table.columns) == list(COLUMNS)
    detected = table[table["measure"].eq("detected_share")].set_index("place_code")["mean"]
    # Six households instead of ten find less.
    assert detected["610902003"] < detected["610902002"]
    exact = study.at_bad_share["detect"].iloc[0]
    assert abs(detected["610902002"] - exact) < 4 * np.sqrt(exact * (1 - exact) / 4000)


@given(
    st.integers(0, 40), st.lists(st.lists(st.integers(0, 15), min_size=3, max_size=3), min_size=1, max_size=4)
)
def test_households_are_spread_as_the_draw_spreads_them(wanted, rooms):
    assert _spread(wanted, np.array(rooms)).tolist() == [spread(wanted, room) for room in rooms]


@pytest.mark.parametrize(
    ("homes", "looked_at"), [([20], 10), ([3, 60], 10), ([3, 3], 6), ([0, 60], 10), ([4, 4, 4], 8)]
)
def test_as_many_households_are_looked_at_as_the_draw_takes(homes, looked_at):
    """One village gives all ten, and what a village of three lacks the other one gives."""
    settings = SimulationSettings(200, 1)
    drawn = run(settings, inspection_model(homes, Design(2, 10), 1.0, 0.0))
    assert (drawn["looked_at"] == looked_at).all()
    assert (drawn["found"] == looked_at).all()
    twice = run(settings, inspection_model(homes, Design(2, 10, months=2), 1.0, 0.0))
    assert (twice["looked_at"] == 2 * looked_at).all()


def test_without_a_record_the_assumption_is_told(opened, demo_workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(type(opened.sources), "table", lambda *_: None)
    rules = SamplingRules.load(demo_workspace)
    for _ in range(2):  # that there is none is kept, too
        bare = inspection_study(opened.sources, opened.scope, rules, tmp_path)
        assert bare.clustering is None
    assert bare.icc == 0.05
    assert "没有可用的督查记录" in power.assumptions(bare)[0]
