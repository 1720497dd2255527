"""The study of the demonstration month: opened from its tables, what it rests on told."""

import pandas as pd
import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin, risk_flow
from hanbin_lib.errors import Unavailable
from hanbin_lib.simulate.engine import SimulationSettings
from hanbin_lib.simulate.episodes import NEVER, Episodes
from hanbin_lib.simulate.risk_model import RiskFlowRules
from hanbin_lib.simulate.risk_study import RiskStudy, _alarm, _too_little, risk_study


@pytest.fixture(scope="module")
def opened(demo_workspace):
    return open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


@pytest.fixture(scope="module")
def study(opened, demo_workspace):
    return risk_study(opened.sources, opened.scope, RiskFlowRules.load(demo_workspace))


def test_projection_starts_near_the_present_and_says_how_it_was_drawn(study):
    table = study.project(SimulationSettings(100, 7))
    first = table[table["place_code"].eq("610902") & table["measure"].eq("open_households")].iloc[0]
    assert first["group"] == f"month={MONTH.shift(1)}"
    assert abs(first["median"] - study.episodes.is_open.sum()) < 12
    assert set(table["draws"]) == {100}
    assert set(table["seed"]) == {7}


def test_one_register_cannot_show_relapses_and_it_says_so(study):
    assert study.model.seen == (0, 0)
    assert any("看不出返贫" in text and "自定，可修改" in text for text in risk_flow.assumptions(study))


def test_alarms_cover_every_town_and_cause(opened, study):
    assert list(study.by_town.table["group"]) == list(opened.scope.register.towns["place_code"])
    new = opened.figures.table
    value = new[
        new["indicator"].eq("new_households") & new["place_code"].eq("610902") & new["group"].eq("all")
        & new["month"].eq(str(MONTH))
    ]["value"].iloc[0]  # fmt: skip
    assert study.by_town.table["entries"].sum() == value
    assert study.by_cause.table["entries"].sum() == value
    assert study.by_town.months == study.by_cause.months == study.rules.alarm.history_months
    apart = [one.any_false_alarm for one in (study.by_town, study.by_cause)]
    assert max(apart) - 0.02 <= study.any_false_alarm <= sum(apart) + 0.02


@pytest.mark.parametrize(("entries", "history", "enough"), [(2, 6, True), (2, 5, False), (1, 6, False)])
def test_entries_of_the_last_months_of_the_record_decide(study, entries, history, enough):
    """So many entries a month in each of six months, the last of them the month itself."""
    months = [study.episodes.month.ordinal - back for back in range(6) for _ in range(entries)]
    town = study.model.labels.towns[0]
    rows = pd.DataFrame({"identified": months, "town_code": town, "eliminated": NEVER, "is_bound": False})
    rules = study.rules.model_copy(update={"history_months": history})
    reason = _too_little(Episodes(rows, study.episodes.month, 0), rules, [town])
    assert (reason is None) == enough
    nobody = Episodes(rows.assign(is_bound=True), study.episodes.month, 0)
    assert _too_little(nobody, rules, [town]) is not None


@pytest.mark.parametrize(("since", "months"), [(8, 8), (12, 12), (40, 12)])
def test_months_before_the_register_began_are_no_months_without_entries(study, since, months):
    """Two entries a month: no fewer are expected because there was no register to hold them."""
    assert study.rules.alarm.history_months == 12
    last, town = study.episodes.month.ordinal, study.model.labels.towns[0]
    identified = [last - back for back in range(since + 1) for _ in range(2)]
    rows = pd.DataFrame({"identified": identified, "town_code": town, "eliminated": NEVER, "is_bound": False})
    found = _alarm(Episodes(rows, study.episodes.month, 0), study.rules, [town], "town_code")
    assert found.months == months
    assert found.table["expected"].item() == pytest.approx(2.0)


def test_the_months_that_were_used_are_those_that_are_told(study):
    first = study.episodes.table["identified"].min()
    assert study.months == min(study.rules.history_months, study.episodes.month.ordinal - first + 1)


def test_without_a_register_there_is_nothing_to_estimate(opened, demo_workspace, monkeypatch):
    monkeypatch.setattr(type(opened.sources), "table", lambda *_: None)
    found = risk_study(opened.sources, opened.scope, RiskFlowRules.load(demo_workspace))
    assert found == Unavailable("风险流转", "2022年9月的登记簿里没有可以估计风险流转的户")


@pytest.mark.parametrize(("times", "is_told"), [(3.0, True), (3.01, False)])
def test_an_interval_beyond_all_households_on_record_is_no_projection(
    opened, study, demo_workspace, monkeypatch, times, is_told
):
    """A county of sixty households was told 31 to 3,300 of them."""
    known = len(study.episodes.table)
    drawn = study.projection.assign(upper=times * known)
    monkeypatch.setattr(RiskStudy, "projection", drawn)
    found = risk_study(opened.sources, opened.scope, RiskFlowRules.load(demo_workspace))
    assert isinstance(found, RiskStudy) == is_told
    if not is_told:
        assert (
            f"—{times * known:.0f}户，而登记过的一共只有{known}户，区间太宽，没有参考价值，不推算"
            in found.reason
        )
