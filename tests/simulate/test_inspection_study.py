"""The study of the demonstration month: opened from its tables, honest about what it rests on."""

import numpy as np
import pandas as pd
import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin, power
from hanbin_lib.simulate.engine import COLUMNS, SimulationSettings
from hanbin_lib.simulate.inspection_study import (
    inspection_study,
    town_power,
    village_visits,
)
from hanbin_lib.simulate.sampling import SamplingRules


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


def test_without_a_record_the_assumption_is_told(opened, demo_workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(type(opened.sources), "table", lambda *_: None)
    rules = SamplingRules.load(demo_workspace)
    for _ in range(2):  # that there is none is kept, too
        bare = inspection_study(opened.sources, opened.scope, rules, tmp_path)
        assert bare.clustering is None
    assert bare.icc == 0.05
    assert "没有可用的督查记录" in power.assumptions(bare)[0]
