"""The risk flow in print: from the register to open cases to come, with draws, interval and rules."""

import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import HanbinError, Unavailable


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_every_exhibit_says_scenario_draws_seed_and_interval(district):
    run = ("模拟", "风险流转", "1000次", "种子20220930", "90%区间")
    assert all(word in hb.risk_flow.town_list(district).unit_line for word in run)
    assert all(word in plain_text(hb.risk_flow.reading_note(district).parts) for word in run)
    # The picture is the leaders': how it was drawn stands in the annex.
    line = hb.risk_flow.fan(district).unit_line
    assert "模拟" in line
    assert "90%区间" in line
    assert "种子" not in line


def test_the_sentence_is_that_of_the_draws(district):
    table = district.flow.projection
    own = table[table["measure"].eq("open_households") & table["place_code"].eq("610902")]
    last = own[own["group"].eq("month=2023-09")].iloc[0]
    text = plain_text(hb.risk_flow.verdict(district).parts)
    assert f"2023年9月底未消除风险{last['median']:.0f}户（{last['lower']:.0f}—{last['upper']:.0f}户）" in text
    assert "误报" in text
    assert "自定" in plain_text(hb.risk_flow.reading_note(district).parts)


def test_towns_stand_in_the_annex_and_read_of_themselves(district, demo_workspace):
    assert len(hb.risk_flow.town_list(district).rows) == len(district.scope.register.towns)
    town = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    assert hb.risk_flow.town_list(town) is None
    assert "新识别" in plain_text(hb.risk_flow.verdict(town).parts)
    assert hb.risk_flow.fan(town) is not None


def test_more_entries_leave_more_open(district):
    none, many = (hb.risk_flow.trial(district, entries, 1.0, 0.0) for entries in (0.0, 3.0))
    left = [int(str(table.rows[0][2]).split("户")[0]) for table in (none, many)]
    assert left[0] < left[1]
    with pytest.raises(HanbinError, match="HB-SIM-051"):
        hb.risk_flow.trial(district, -1.0, 1.0, 0.0)


def test_without_a_flow_the_reason_is_told(district, monkeypatch):
    monkeypatch.setitem(
        district._of_month, "hanbin_lib.bulletin.opening.Bulletin.flow", Unavailable("风险流转", "没有登记")
    )
    assert isinstance(hb.risk_flow.verdict(district), Missing)
    assert hb.risk_flow.fan(district) is None
    assert hb.risk_flow.reading_note(district) is None
